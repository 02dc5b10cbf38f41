package config

// phrases is what is said of mistakes, in English and in French.
var phrases = map[string][2]string{
	"did-you-mean": {`; did you mean "%s"?`, ` ; vouliez-vous écrire « %s » ?`},

	// The file.
	"cannot-read":       {`cannot read the file: %s`, `impossible de lire le fichier : %s`},
	"no-file":           {`there is no such file`, `ce fichier n’existe pas`},
	"no-permission":     {`this file may not be read`, `ce fichier n’est pas lisible : droits insuffisants`},
	"bad-secret-file":   {`cannot read %s: %s`, `impossible de lire %s : %s`},
	"odd-secret-file":   {`%s should hold the secret alone, on one line`, `%s devrait contenir le secret seul, sur une ligne`},
	"missing-setting":   {`"%s" is missing: write it in the file, or set %s`, `il manque « %s » : écrivez-le dans le fichier, ou définissez %s`},
	"too-big":           {`the file is larger than %d KiB`, `le fichier dépasse %d Kio`},
	"empty-file":        {`the file is empty`, `le fichier est vide`},
	"second-document":   {`only one document is expected: remove this "---" line and what follows it`, `un seul document est attendu : retirez cette ligne « --- » et ce qui la suit`},
	"not-utf8":          {`this is not UTF-8: save the file in that encoding`, `ceci n’est pas de l’UTF-8 : enregistrez le fichier dans cet encodage`},
	"bad-character":     {`the invisible character U+%s has no place here: remove it`, `le caractère invisible U+%s n’a pas sa place ici : retirez-le`},
	"too-many":          {`the file holds more than %d values, aliases included`, `le fichier contient plus de %d valeurs, alias compris`},
	"too-many-problems": {`more than %d mistakes: the rest is not shown`, `plus de %d erreurs : la suite n’est pas montrée`},
	"too-deep":          {`more than %d levels inside one another`, `plus de %d niveaux les uns dans les autres`},

	// YAML.
	"yaml":              {`this is not valid YAML: %s`, `YAML incorrect : %s`},
	"yaml-second-colon": {`a second ": " on one line: put the text between quotes`, `un second « : » sur la même ligne : mettez le texte entre guillemets droits`},
	"yaml-tab":          {`a tab: indent with spaces`, `une tabulation : décalez avec des espaces`},
	"yaml-start":        {`a value cannot begin with this character: put the text between quotes (and indent with spaces, not tabs)`, `une valeur ne peut pas commencer par ce caractère : mettez le texte entre guillemets droits (et décalez avec des espaces, sans tabulation)`},
	"yaml-indent":       {`this line does not follow from those above: check its indentation, and the quotes before it`, `cette ligne ne s’accorde pas avec celles qui précèdent : vérifiez son décalage, et les guillemets avant elle`},
	"yaml-dash":         {`a "-" cannot stand here: put the list on its own lines, below its key`, `un « - » n’a pas sa place ici : écrivez la liste sur ses propres lignes, sous sa clé`},
	"yaml-no-colon":     {`a key without ": " after it, or a quote that is not closed`, `une clé sans « : » après elle, ou un guillemet qui n’est pas refermé`},
	"yaml-unclosed":     {`a quote, a bracket or a brace is not closed`, `un guillemet, un crochet ou une accolade n’est pas refermé`},
	"yaml-escape":       {`unknown escape after "\": use single quotes, or write the "\" twice`, `échappement inconnu après « \ » : utilisez des apostrophes, ou doublez le « \ »`},
	"unknown-anchor":    {`nothing above is marked "&%s"`, `rien plus haut n’est marqué « &%s »`},
	"tag":               {`YAML tags (a word beginning with "!") are not used here: put the text between quotes`, `les étiquettes YAML (un mot commençant par « ! ») ne servent pas ici : mettez le texte entre guillemets droits`},
	"merge":             {`"<<" is not used here: repeat the lines`, `« << » ne sert pas ici : répétez les lignes`},
	"cycle":             {`this alias stands for something that contains it`, `cet alias désigne quelque chose qui le contient`},

	// Keys and types.
	"unknown-key":   {`unknown key "%s"`, `clé inconnue : « %s »`},
	"key-not-text":  {`a key must be a plain word`, `une clé doit être un simple mot`},
	"duplicate-key": {`"%s" is already given on line %d`, `« %s » figure déjà à la ligne %d`},
	"missing":       {`"%s" is missing`, `il manque « %s »`},
	"empty":         {`"%s" is empty`, `« %s » est vide`},
	"wrong-type":    {`expected %s, found %s`, `il faut ici %s, et non %s`},
	"quote-it":      {`"%s" is not a text by itself in YAML: put it between quotes`, `« %s » n’est pas un texte pour YAML : mettez-le entre guillemets droits`},
	"not-boolean":   {`"%s" is neither true nor false`, `« %s » n’est ni true (oui) ni false (non)`},
	"not-number":    {`"%s" is not a whole number`, `« %s » n’est pas un nombre entier`},
	"twice":         {`"%s" is listed twice`, `« %s » figure deux fois dans la liste`},
	"not-one-of":    {`"%s" is not one of: %s`, `« %s » ne figure pas parmi : %s`},
	"bad-name":      {`"%s" cannot be a name: use 1 to 32 lower-case letters, digits, "-" or "_", without spaces`, `« %s » ne peut pas être un nom : il faut 1 à 32 lettres minuscules, chiffres, « - » ou « _ », sans espace`},
	"reserved":      {`"%s" is reserved: choose another name`, `« %s » est réservé : choisissez un autre nom`},
	"unknown":       {`no %[1]s is named "%[2]s"`, `%[1]s « %[2]s »`},
	"not-here":      {`"%s" cannot stand here: name a declared group`, `« %s » n’a pas sa place ici : nommez un groupe déclaré`},
	"bad-language":  {`texts are in en or fr, not "%s"`, `les textes sont en fr ou en, pas en « %s »`},
	"bad-account":   {`"%s" is not PLATFORM:IDENTIFIER, such as console:alice`, `« %s » n’est pas de la forme PLATEFORME:IDENTIFIANT, comme console:alice`},
	"grant-own":     {`the role %s makes members of this very group, so that nobody could lose it: give another, or take it out of "roles"`, `le rôle %s fait entrer dans ce groupe même, et personne ne pourrait le perdre : donnez-en un autre, ou retirez-le de « roles »`},
	"bad-platform":  {`"%s" is not a platform; there are: %s`, `« %s » n’est pas une plateforme ; il y a : %s`},

	// Values.
	"bad-duration":  {`"%s" is not a duration: write 7d, 48h, 1d12h, 2w or 30m`, `« %s » n’est pas une durée : écrivez 7j, 48h, 1j12h, 2w ou 30m`},
	"long-duration": {`"%s" is more than a hundred years`, `« %s » dépasse cent ans`},
	"bad-ratio":     {`"%s" is not a fraction: write 1/2, 2/3, 50%% or 0.5`, `« %s » n’est pas une fraction : écrivez 1/2, 2/3, 50 %% ou 0,5`},
	"bad-zone":      {`"%s" is not a time zone, such as Europe/Paris or UTC`, `« %s » n’est pas un fuseau horaire, comme Europe/Paris ou UTC`},
	"bad-version":   {`version %d is not known: write version: 1`, `la version %d est inconnue : écrivez version: 1`},
	"not-positive":  {`this must be more than nothing`, `il faut plus que rien`},
	"bad-cron":      {`"%s" is no cron expression, such as 0 3 * * * or @daily`, `« %s » n’est pas une expression cron, comme 0 3 * * * ou @daily`},
	"bad-address":   {`"%s" is not HOST:PORT, such as 127.0.0.1:8080`, `« %s » n’est pas de la forme HÔTE:PORT, comme 127.0.0.1:8080`},
	"both-given":    {`%s and %s are both given: keep one`, `%s et %s sont donnés tous deux : gardez-en un`},

	// Rules of a charter.
	"share-neither":     {`write either "over" or "at-least"`, `écrivez « over » (plus de) ou « at-least » (au moins)`},
	"share-both":        {`"over" and "at-least" exclude each other: keep one`, `« over » (plus de) et « at-least » (au moins) s’excluent : gardez-en un`},
	"share-over":        {`more than %s can never be reached: "over" goes from 0 to less than 1 (for all, write at-least: 1)`, `plus de %s ne peut jamais être atteint : « over » va de 0 à moins de 1 (pour la totalité, écrivez at-least: 1)`},
	"share-at-least":    {`"at-least" goes from more than 0 to 1, not %s`, `« at-least » va de plus de 0 à 1, pas %s`},
	"late-reminder":     {`a reminder %s before the closing of a vote that lasts %s would never be sent`, `un rappel %s avant la clôture d’un vote qui dure %s ne partirait jamais`},
	"group-loop":        {`these groups contain one another without end: %s`, `ces groupes se contiennent sans fin : %s`},
	"no-path":           {`requests need a path to follow: declare one under "paths"`, `les demandes ont besoin d’un parcours : déclarez-en un sous « paths »`},
	"no-final":          {`path "%s" has no end: mark a stage with final: true`, `le parcours « %s » n’a pas de fin : marquez une étape par final: true`},
	"unreachable":       {`no stage leads to "%s"`, `aucune étape ne mène à « %s »`},
	"dead-end":          {`stage "%s" leads nowhere: give it "next", or mark it final: true`, `l’étape « %s » ne mène nulle part : donnez-lui « next », ou marquez-la final: true`},
	"stuck":             {`nobody can take a request out of stage "%s": give it "advance", "vote", "back" or "refuse"`, `personne ne peut faire sortir une demande de l’étape « %s » : donnez-lui « advance », « vote », « back » ou « refuse »`},
	"vote-and-advance":  {`stage "%s" is passed by a vote: it cannot be passed by hand as well`, `l’étape « %s » se franchit par un vote : elle ne peut pas se franchir aussi à la main`},
	"final-goes-on":     {`stage "%s" is final: remove "%s"`, `l’étape « %s » est finale : retirez « %s »`},
	"choice-no-choices": {`field "%s" offers a choice: list its "choices"`, `le champ « %s » propose un choix : donnez ses « choices »`},
	"choices-no-choice": {`only a field of type choice has "choices"`, `seul un champ de type choice a des « choices »`},
	"max-type":          {`only a line or a text has "max"`, `seul un champ de type line ou text a « max »`},
	"max-range":         {`"max" goes from 1 to 4000`, `« max » va de 1 à 4000`},
	"standard-field":    {`"%s" is a standard field, which every request has: choose another name`, `« %s » est un champ standard, que toute demande possède : choisissez un autre nom`},
	"bad-command":       {`"%s" is not a command: write its words in lower case with one space between, such as request assign`, `« %s » n’est pas une commande : écrivez ses mots en minuscules séparés par une espace, comme request assign`},
}

// term is a word inside a phrase that has to be said in the reader's language.
type term string

var terms = map[term][2]string{
	"channel": {"channel", "aucun canal ne s’appelle"},
	"group":   {"group", "aucun groupe ne s’appelle"},
	"kind":    {"kind of request", "aucun type de demande ne s’appelle"},
	"path":    {"path", "aucun parcours ne s’appelle"},
	"stage":   {"stage of this path", "dans ce parcours, aucune étape ne s’appelle"},
	"rule":    {"voting rule", "aucune règle de vote ne s’appelle"},

	"a-text":    {"a text", "un texte"},
	"a-number":  {"a number", "un nombre"},
	"a-boolean": {"true or false", "true ou false"},
	"a-list":    {"a list", "une liste"},
	"a-mapping": {"a mapping (key: value)", "un ensemble de lignes « clé: valeur »"},
	"nothing":   {"nothing", "rien"},
}
