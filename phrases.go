package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"greffier/store"
)

// phrases are the sentences of the command line: English, then French. What the
// clerk says in a chat is in the catalogues of bot and of its features. Those of
// greffier tally are in tally_phrases.go, those of greffier verify-vote in
// proof_phrases.go.
var phrases = map[string][2]string{
	"about": {"Greffier keeps a community's register: what was asked, who voted what, what was decided.", "Greffier tient le registre d'une communauté : ce qui a été demandé, qui a voté quoi, ce qui a été décidé."},
	"usage": {"usage: ", "usage : "},
	"more":  {"Try it: greffier try. Flags of a command: greffier COMMAND -h", "Pour l'essayer : greffier try. Options d'une commande : greffier COMMANDE -h"},

	"flag-unknown":      {"there is no flag -%s", "il n'y a pas d'option -%s"},
	"flag-unknown-near": {"there is no flag -%s. Did you mean -%s?", "il n'y a pas d'option -%s. Vouliez-vous dire -%s ?"},
	"flag-empty":        {"-%s needs a value after it", "-%s demande une valeur à sa suite"},
	"flag-wrong":        {"-%s does not take %s", "-%s ne prend pas %s"},

	"help-try":               {"a sandbox at the terminal, or a conversation read from standard input", "un bac à sable au terminal, ou une conversation lue sur l'entrée standard"},
	"help-serve":             {"serve the community until told to stop", "servir la communauté jusqu'à l'arrêt"},
	"help-check":             {"look for mistakes in a charter", "chercher les erreurs d'une charte"},
	"help-schema":            {"print the JSON Schema of a charter, for editors", "écrire le schéma JSON d'une charte, pour les éditeurs"},
	"help-backup":            {"write a copy of the register, in use or not", "écrire une copie du registre, en service ou non"},
	"help-restore":           {"put a copy in the place of the register", "mettre une copie à la place du registre"},
	"help-compact":           {"rewrite the register in as little room as it needs", "réécrire le registre dans aussi peu de place qu'il lui faut"},
	"help-export":            {"write the register out as JSON, CSV or Markdown", "exporter le registre en JSON, CSV ou Markdown"},
	"help-verify":            {"check the journal's chain and count the votes again", "vérifier la chaîne du journal et recompter les votes"},
	"help-healthcheck":       {"ask the serving process whether it lives", "demander au processus en service s'il vit"},
	"help-doctor":            {"check the configuration against the live server, and say what to change", "vérifier la configuration face au serveur, et dire quoi changer"},
	"help-mattermost":        {"what is done to a Mattermost server by hand", "ce qu'on fait à la main sur un serveur Mattermost"},
	"help-discord":           {"what is done to Discord by hand", "ce qu'on fait à la main sur Discord"},
	"help-invite":            {"print the link that invites the bot into a guild", "afficher le lien qui invite le robot sur un serveur"},
	"help-discord-invite":    {"print the link that invites the bot into a guild", "afficher le lien qui invite le robot sur un serveur"},
	"help-discord-uninstall": {"remove the bot's commands from Discord", "retirer de Discord les commandes du robot"},
	"help-uninstall":         {"remove the bot's slash commands from the server", "retirer du serveur les commandes slash du robot"},
	"help-version":           {"print the version", "écrire la version"},
	"help-help":              {"print this", "écrire ceci"},
	"help-rehearse":          {"print all that a charter would send by itself over a period", "écrire tout ce qu'une charte enverrait d'elle-même sur une période"},
	"help-tally":             {"count the ballots of a file again, without the register", "recompter les bulletins d'un fichier, sans le registre"},

	"flag-try-charter": {"a `CHARTER` that is shipped (%s), or a file", "une `CHARTE` fournie (%s), ou un fichier"},
	"flag-try-data":    {"`DIR` of the register, kept between runs; :memory: keeps nothing", "`DOSSIER` du registre, gardé d'une fois sur l'autre ; :memory: ne garde rien"},
	"flag-lang":        {"`LANGUAGE` of everybody: fr or en", "`LANGUE` de tous : fr ou en"},
	"flag-now":         {"the `MOMENT` at which the sandbox's clock starts, such as 2026-03-02T09:00 (the present)", "le `MOMENT` où démarre l'horloge du bac à sable, par exemple 2026-03-02T09:00 (le présent)"},
	"flag-data":        {"`DIR` of the register (the configuration's)", "`DOSSIER` du registre (celui de la configuration)"},
	"flag-charter":     {"`CHARTER` that the register is kept under (the configuration's)", "`CHARTE` sous laquelle le registre est tenu (celle de la configuration)"},
	"flag-config":      {"configuration `FILE`; the environment (GREFFIER_…) wins over it", "`FICHIER` de configuration ; l'environnement (GREFFIER_…) l'emporte"},
	"flag-format":      {"`FORMAT`: json, csv or markdown", "`FORMAT` : json, csv ou markdown"},
	"flag-output":      {"`FILE` to write to; - is standard output", "`FICHIER` à écrire ; - est la sortie standard"},

	"flag-from":       {"the `DAY` or moment at which the rehearsal begins (the present)", "le `JOUR` ou le moment où commence la répétition (le présent)"},
	"flag-to":         {"its last `DAY`, or the moment at which it ends (a year later)", "son dernier `JOUR`, ou le moment où elle finit (un an plus tard)"},
	"bad-moment":      {"-%s %q is no day: write for instance 2026-03-02", "-%s « %s » n'est pas un jour : écrivez par exemple 2026-03-02"},
	"backwards":       {"the rehearsal would end before it begins: give -from before -to", "la répétition finirait avant de commencer : donnez -from avant -to"},
	"rehearsed-quiet": {"(nothing to say while nothing waits)", "(rien à dire tant que rien n'attend)"},
	"rehearsed":       {"Sent: %d. Nothing to say: %d. From %s to %s (%s).", "Envois : %d. Rien à dire : %d. Du %s au %s (%s)."},
	"rehearsed-none":  {"The charter sends nothing by itself: it declares no reminder, digest or series.", "La charte n'envoie rien d'elle-même : elle ne déclare ni rappel, ni point, ni série."},

	"no-command":      {"there is no command %q; greffier help lists them", "il n'y a pas de commande « %s » ; greffier help les énumère"},
	"no-command-near": {"there is no command %q. Did you mean %s?", "il n'y a pas de commande « %s ». Vouliez-vous dire %s ?"},
	"arguments":       {"usage: greffier %s", "usage : greffier %s"},
	"doctor-key":      {"results are signed with the key %s, whose public part is %s", "les résultats sont signés de la clé %s, dont la partie publique est %s"},
	"doctor-no-key":   {"the key that results are signed with is made at the first start: %s", "la clé dont les résultats sont signés est faite au premier démarrage : %s"},
	"bad-key":         {"%s is no key of an installation: 64 hexadecimal digits. Put back the right file from a copy; if there is none, move this one away, and a new key is made (open secret votes will then be called off)", "%s n'est pas une clé d'installation : 64 chiffres hexadécimaux. Remettez le bon fichier d'après une copie ; s'il n'y en a pas, déplacez celui-ci, et une nouvelle clé sera faite (les votes secrets ouverts seront alors annulés)"},
	"bad-lang":        {"-lang takes fr or en, not %q", "-lang prend fr ou en, et non « %s »"},
	"bad-now":         {"-now %q is no moment: write for instance 2026-03-02T09:00", "-now « %s » n'est pas un moment : écrivez par exemple 2026-03-02T09:00"},
	"no-charter":      {"no charter is called %q, and there is no file of that name. Shipped: %s", "aucune charte ne s'appelle « %s », et il n'y a pas de fichier de ce nom. Fournies : %s"},
	"charter-failed":  {"the charter %s cannot be read: %v", "la charte %s ne peut pas être lue : %v"},
	"holds":           {"%s holds together", "%s se tient"},
	"note":            {"%s:%d: to be looked at: %s", "%s:%d : à vérifier : %s"},
	"problems":        {"%d problems", "%d problèmes"},
	"problem":         {"1 problem", "1 problème"},

	"no-platform":  {"no chat platform is configured; write a section mattermost with url and token, or discord with token, or set GREFFIER_MATTERMOST_URL and GREFFIER_MATTERMOST_TOKEN, or GREFFIER_DISCORD_TOKEN", "aucune messagerie n'est configurée ; écrivez une section mattermost avec url et token, ou discord avec token, ou définissez GREFFIER_MATTERMOST_URL et GREFFIER_MATTERMOST_TOKEN, ou GREFFIER_DISCORD_TOKEN"},
	"no-discord":   {"Discord is not configured; write a section discord with token, or set GREFFIER_DISCORD_TOKEN", "Discord n'est pas configuré ; écrivez une section discord avec token, ou définissez GREFFIER_DISCORD_TOKEN"},
	"invite":       {"Open this link as somebody who manages the guild:", "Ouvrez ce lien avec un compte qui gère le serveur :"},
	"invite-asks":  {"It asks for the scopes bot and applications.commands, and for these permissions:", "Il demande les portées bot et applications.commands, et ces permissions :"},
	"uninstalled":  {"slash commands removed: %d", "commandes slash retirées : %d"},
	"doctor-well":  {"ok    ", "bon   "},
	"doctor-ill":   {"note  ", "note  "},
	"doctor-grave": {"WRONG ", "FAUTE "},

	"backed-up":  {"copied to %s", "copié dans %s"},
	"restored":   {"%s is now the register", "%s est maintenant le registre"},
	"kept":       {"the one before is kept as %s", "le précédent est gardé sous %s"},
	"compacted":  {"%d bytes before, %d after", "%d octets avant, %d après"},
	"bad-copy":   {"%s is not a whole copy of a register, and nothing was changed; take another one (%v)", "%s n'est pas une copie entière d'un registre, et rien n'a été changé ; prenez-en une autre (%v)"},
	"bad-format": {"there is no format %q; there are %s", "il n'y a pas de format « %s » ; il y a %s"},
	"not-alive":  {"no greffier answers at %s (%v)", "aucun greffier ne répond à %s (%v)"},

	"locked":      {"the register in %s is in use by another greffier; stop it first, or give another directory with -data", "le registre de %s est utilisé par un autre greffier ; arrêtez-le d'abord, ou donnez un autre dossier avec -data"},
	"damaged":     {"the register in %s is damaged and was left as it is; put a copy in its place with greffier restore FILE (%v)", "le registre de %s est abîmé et a été laissé tel quel ; mettez une copie à sa place avec greffier restore FICHIER (%v)"},
	"newer":       {"the register in %s was written by a newer greffier; install that version or a later one", "le registre de %s a été écrit par un greffier plus récent ; installez cette version ou une plus récente"},
	"full":        {"the disk that holds %s is full; make room and start again: nothing recorded was lost", "le disque qui porte %s est plein ; faites de la place et relancez : rien d'enregistré n'est perdu"},
	"permission":  {"%s cannot be opened for lack of permission; give it to the user that runs greffier, or another directory with -data (%v)", "%s ne peut pas être ouvert, faute de permission ; donnez-la à l'utilisateur qui lance greffier, ou un autre dossier avec -data (%v)"},
	"unknown":     {"the disk gave no answer, and the last change may or may not be recorded; look before you repeat it (%v)", "le disque n'a pas répondu, et le dernier changement est peut-être enregistré, peut-être pas ; vérifiez avant de le refaire (%v)"},
	"interrupted": {"interrupted", "interrompu"},
	"no-file":     {"there is no %s", "il n'y a pas de %s"},
}

// say gives a phrase in the language of whoever typed the command.
func (c *cli) say(key string, args ...any) string {
	p, ok := phrases[key]
	if !ok {
		p, ok = tallyPhrases[key]
	}
	if !ok {
		p, ok = proofPhrases[key]
	}
	if !ok {
		return ""
	}
	format := p[0]
	if c.lang == "fr" {
		format = p[1]
	}
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// told is an error that is a phrase already.
type told struct{ text string }

func (t told) Error() string { return t.text }

func (c *cli) errorf(key string, args ...any) error { return told{c.say(key, args...)} }

// fault is an error of the register or of a file, and where it is.
type fault struct {
	where string
	err   error
}

func (f fault) Error() string { return f.where + ": " + f.err.Error() }
func (f fault) Unwrap() error { return f.err }

// explain turns an error into a sentence that says what to do about it.
func (c *cli) explain(err error) string {
	var said told
	if errors.As(err, &said) {
		return said.text
	}
	where := "greffier-data"
	var f fault
	if errors.As(err, &f) {
		where = f.where
	}
	switch {
	case errors.Is(err, store.ErrLocked):
		return c.say("locked", where)
	case errors.Is(err, store.ErrNewer):
		return c.say("newer", where)
	case errors.Is(err, store.ErrDamaged):
		return c.say("damaged", where, cause(err))
	case errors.Is(err, store.ErrFull):
		return c.say("full", where)
	case errors.Is(err, store.ErrUnknown):
		return c.say("unknown", cause(err))
	case errors.Is(err, fs.ErrPermission):
		return c.say("permission", where, cause(err))
	case errors.Is(err, fs.ErrNotExist):
		return c.say("no-file", pathOf(err, where))
	case errors.Is(err, context.Canceled):
		return c.say("interrupted")
	}
	return err.Error()
}

// pathOf is the file that an error of the system is about.
func pathOf(err error, otherwise string) string {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Path
	}
	return otherwise
}

// cause is what the system or the engine said, on one line.
func cause(err error) string {
	var f fault
	if errors.As(err, &f) {
		err = f.err
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}
