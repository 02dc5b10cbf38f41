package main

// proofPhrases are the sentences of greffier verify-vote: English, then French.
var proofPhrases = map[string][2]string{
	"help-verify-vote":           {"check the file of a closed vote: signature, journal, count, without the register", "vérifier le fichier d'un vote clos : signature, journal, décompte, sans le registre"},
	"flag-key":                   {"the public `KEY` that the file must be signed with, whole or in short", "`CLÉ` publique dont le fichier doit être signé, entière ou abrégée"},
	"flag-receipt":               {"find the ballot that has the receipt `CODE`", "retrouver le bulletin qui a le reçu `CODE`"},
	"proof-head":                 {"%s: vote no. %d of %s, \"%s\", closed on %s UTC", "%s : vote n° %d de %s, « %s », clos le %s UTC"},
	"proof-none":                 {"%s does not end with a signed statement: it is not the file of a vote, or its end is missing", "%s ne finit pas par une déclaration signée : ce n'est pas le fichier d'un vote, ou sa fin manque"},
	"proof-signature":            {"%s was changed after it was signed: the signature is not that of this file", "%s a été changé après la signature : la signature n'est pas celle de ce fichier"},
	"proof-statement":            {"%s is signed, but what it says of the vote cannot be read: take a newer greffier", "%s est signé, mais ce qu'il dit du vote ne peut pas être lu : prenez un greffier plus récent"},
	"proof-other-key":            {"the file is signed with another key than the one you gave: %s", "le fichier est signé d'une autre clé que celle que vous avez donnée : %s"},
	"proof-signed":               {"signed with the key %s (%s); the clerk tells its own with /vote show N --proof", "signé de la clé %s (%s) ; le greffier dit la sienne par /vote voir N --preuve"},
	"proof-wrong-entries":        {"the entries of the journal that close the vote are not those of this vote", "les entrées du journal qui closent le vote ne sont pas celles de ce vote"},
	"proof-wrong-journal":        {"the ballots are not those that the journal recorded at the close", "les bulletins ne sont pas ceux que le journal a inscrits à la clôture"},
	"proof-wrong-ballots":        {"the ballots of the file are not those that were counted", "les bulletins du fichier ne sont pas ceux qui ont été comptés"},
	"proof-journal":              {"the journal has these ballots, and ends with %s: compare with what the clerk wrote under the result", "le journal a ces bulletins, et finit par %s : comparez avec ce que le greffier a écrit sous le résultat"},
	"proof-unpublished":          {"the ballots are not published, being few enough to reveal who cast them: the count cannot be made again", "les bulletins ne sont pas publiés, étant assez peu pour révéler qui les a déposés : le décompte ne peut pas être refait"},
	"proof-arguments":            {"the file asks for a count that this greffier does not know: %s", "le fichier demande un décompte que ce greffier ne connaît pas : %s"},
	"proof-uncounted":            {"the ballots cannot be counted: %s", "les bulletins ne peuvent pas être comptés : %s"},
	"proof-another":              {"counted again, the result is another: %s", "recompté, le résultat est un autre : %s"},
	"proof-recounted":            {"counted again (lines of ballots: %d), the same result. %s. %s", "recompté (lignes de bulletins : %d), le même résultat. %s. %s"},
	"proof-decided-chair":        {"the tie was decided by the chair: %s", "l'égalité a été départagée par la présidence : %s"},
	"proof-decided-status-quo":   {"in a tie the status quo stands: %s", "à égalité le statu quo demeure : %s"},
	"proof-no-receipts":          {"the file has no receipts: the vote was not secret, or its ballots are too few to be published", "le fichier n'a pas de reçus : le vote n'était pas secret, ou ses bulletins sont trop peu pour être publiés"},
	"proof-no-receipt":           {"no ballot has the receipt %s", "aucun bulletin n'a le reçu %s"},
	"proof-receipt":              {"the ballot with the receipt %s says: %s", "le bulletin au reçu %s dit : %s"},
	"tally-verdict-second-round": {"Verdict: second round", "Verdict : second tour"},
}
