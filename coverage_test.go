package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v3"

	"greffier/bot"
	"greffier/config"
)

// enoughConversations is how many there must be at least.
const enoughConversations = 100

// onlyFaults are the refusals that no conversation can show, and why.
var onlyFaults = map[string]string{
	"dispatch.disk-full":     "the disk is full: store/bolt/full_test.go",
	"dispatch.unknown-write": "the disk does not answer: store/bolt/fail_test.go",
	"dispatch.stopping":      "the process ends: kill_test.go",
	"dispatch.damaged":       "the file is damaged: store/bolt/files_test.go",
	"dispatch.unexpected":    "a mistake of the program: badinput_test.go looks for one",
	"parse.too-long":         "a line of 64 KiB: badinput_test.go",
	"vote.meeting-late":      "the clerk stood still when a convocation was to go out",
	"vote.counting":          "the clerk stood still when a vote was to close: badinput_test.go",
	"newsletter.too-many":    "thirty sections: bot/newsletter/newsletter_test.go",
	"release.too-many":       "a hundred changes: bot/releases/releases_test.go",
	"fund.over":              "its end is due and did not come yet: bot/funding/funding_test.go",
	"request.stage-gone":     "the charter changed meanwhile: bot/requests/rules_test.go",
	"remind.gone":            "they left between the question and the answer: bot/reminders/reminders_test.go",
	"remind.too-many":        "two hundred reminders: bot/reminders/reminders_test.go",
	"mandate.no-kind":        "the charter lost a kind of mandate meanwhile",
	"request.no-path":        "a charter without paths, which config refuses",
	"vote.locked":            "the key of the installation is gone: bot/votes/secrecy_test.go",
	"vote.proof-none":        "a vote of a register from before the proofs",
	"vote.no-rule":           "a charter that names a rule it lacks, which config refuses",
}

// spoken is a conversation and the language that it is held in.
type spoken struct {
	file, locale, text string
}

func conversations(t *testing.T) []spoken {
	t.Helper()
	var all []spoken
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".txtar" || filepath.Base(filepath.Dir(name)) == "script" {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		archive := txtar.Parse(data)
		all = append(all, spoken{name, localeOf(t, archive), string(archive.Comment)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var headerRE = regexp.MustCompile(`(?m)^#\s*(lang|charter):\s*(\S+)`)

// localeOf is the language of a conversation: what it says, else its charter's.
func localeOf(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	set := map[string]string{"charter": "demo"}
	for _, m := range headerRE.FindAllStringSubmatch(string(archive.Comment), -1) {
		set[m[1]] = m[2]
	}
	if set["lang"] != "" {
		return set["lang"]
	}
	data, _ := config.Shipped(set["charter"])
	for _, f := range archive.Files {
		if f.Name == "charter.yaml" {
			data = f.Data
		}
	}
	charter, problems := config.ParseCharter("charter.yaml", data)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return charter.Community.Locale
}

// catalogue is what the locale files of one language say.
type catalogue struct {
	Commands map[string]struct {
		Word string   `yaml:"word"`
		Also []string `yaml:"also"`
	} `yaml:"commands"`
	Messages map[string]yaml.Node `yaml:"messages"`
}

func readCatalogue(t *testing.T, locale string) catalogue {
	t.Helper()
	all := catalogue{}
	names, _ := filepath.Glob("bot/*/locale/" + locale + ".yaml")
	for _, name := range append(names, "bot/locale/"+locale+".yaml") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		// Decoding into the same maps adds to them.
		if err := yaml.Unmarshal(data, &all); err != nil {
			t.Fatal(name, err)
		}
	}
	return all
}

// names lists every command of the product.
func commandNames(all catalogue) []string {
	var names []string
	for name := range all.Commands {
		family := name + " "
		if !slices.ContainsFunc(slices.Collect(maps.Keys(all.Commands)), func(n string) bool { return strings.HasPrefix(n, family) }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// resolve finds the command that a typed line calls.
func resolve(line string, words map[string][]string) string {
	at := ""
	for word := range strings.FieldsSeq(strings.TrimPrefix(line, "/")) {
		if strings.Trim(word, "#0123456789") == "" {
			for _, f := range features() {
				for _, c := range f.Commands {
					family, _, _ := strings.Cut(c.Name, " ")
					if family == at && (c.Shortcut && !strings.Contains(line, word+" ") || c.ShortcutMore && strings.Contains(line, word+" ")) {
						return c.Name
					}
				}
			}
			break
		}
		typed, found := bot.Fold(word), []string{}
		for name, all := range words {
			parent, _ := parentOf(name)
			if parent == at && slices.Contains(all, typed) {
				found = []string{name}
				break
			}
			if parent == at && slices.ContainsFunc(all, func(w string) bool { return strings.HasPrefix(w, typed) }) {
				found = append(found, name)
			}
		}
		if len(found) != 1 {
			break
		}
		at = found[0]
	}
	return at
}

func parentOf(name string) (parent, word string) {
	if i := strings.LastIndexByte(name, ' '); i >= 0 {
		return name[:i], name[i+1:]
	}
	return "", name
}

func TestEveryCommandHasConversations(t *testing.T) {
	all := conversations(t)
	if len(all) < enoughConversations {
		t.Errorf("there are %d conversations, at least %d are wanted", len(all), enoughConversations)
	}
	words := map[string][]string{}
	for _, locale := range bot.Locales {
		for name, w := range readCatalogue(t, locale).Commands {
			_, own := parentOf(name)
			for _, word := range append([]string{w.Word, own}, w.Also...) {
				words[name] = append(words[name], bot.Fold(word))
			}
		}
	}
	seen := map[string]bool{}
	for _, c := range all {
		for line := range strings.Lines(c.text) {
			_, said, ok := strings.Cut(strings.TrimSpace(line), ": /")
			if ok && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "bot → ") && !strings.HasPrefix(line, "#") {
				seen[c.locale+" "+resolve(said, words)] = true
			}
		}
	}
	names := commandNames(readCatalogue(t, bot.Locales[0]))
	for _, f := range features() {
		for _, c := range f.Commands {
			if !slices.Contains(names, c.Name) {
				t.Errorf("command %q is in no catalogue", c.Name)
			}
		}
	}
	for _, name := range names {
		for _, locale := range bot.Locales {
			if !seen[locale+" "+name] {
				t.Errorf("no conversation in %s shows %q", locale, name)
			}
		}
	}
}

// Help quotes conversations, and says of each command how it is typed.
func TestEveryCommandHasExamples(t *testing.T) {
	for locale, heading := range map[string]string{"en": "Examples:", "fr": "Exemples :"} {
		desk, _, _ := openDesk(t, "demo", locale)
		for _, name := range commandNames(readCatalogue(t, locale)) {
			a := desk.Handle(t.Context(), bot.Event{
				ID: "help " + name, Caller: member("zoe", locale), Call: &bot.Call{Command: "help", Args: map[string]string{"command": name}},
			})
			if !strings.Contains(string(a.Text), heading) {
				t.Errorf("help shows no example of %q in %s", name, locale)
			}
		}
	}
}

func TestEveryRefusalIsSeen(t *testing.T) {
	keys := refusals(t)
	transcripts := map[string]*strings.Builder{}
	for _, locale := range bot.Locales {
		transcripts[locale] = &strings.Builder{}
	}
	for _, c := range conversations(t) {
		transcripts[c.locale].WriteString(c.text)
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		seen := false
		for _, locale := range bot.Locales {
			node, ok := readMessage(t, locale, key)
			if !ok {
				t.Errorf("%s: no sentence %q in %s", keys[key], key, locale)
				continue
			}
			for _, said := range node {
				seen = seen || sentencePattern(said).MatchString(transcripts[locale].String())
			}
		}
		switch why, allowed := onlyFaults[key]; {
		case seen && allowed:
			t.Errorf("%q is seen in a conversation, and listed as what only faults cause (%s)", key, why)
		case !seen && !allowed:
			t.Errorf("%s: no conversation shows %q", keys[key], key)
		}
	}
	for key := range onlyFaults {
		if keys[key] == "" {
			t.Errorf("%q is no refusal any more", key)
		}
	}
}

var catalogues = map[string]catalogue{}

// readMessage gives the forms of a sentence in one language.
func readMessage(t *testing.T, locale, key string) (forms []string, ok bool) {
	t.Helper()
	if _, read := catalogues[locale]; !read {
		catalogues[locale] = readCatalogue(t, locale)
	}
	node, ok := catalogues[locale].Messages[key]
	if !ok {
		return nil, false
	}
	if node.Kind == yaml.ScalarNode {
		return []string{node.Value}, true
	}
	var plural map[string]string
	if err := node.Decode(&plural); err != nil {
		t.Fatal(key, err)
	}
	return slices.Collect(maps.Values(plural)), true
}

var argumentRE = regexp.MustCompile(`\\\{\\\{[^}]*\\\}\\\}`)

// sentencePattern matches a sentence whatever its arguments.
func sentencePattern(said string) *regexp.Regexp {
	return regexp.MustCompile(argumentRE.ReplaceAllString(regexp.QuoteMeta(said), `.+?`))
}

// refusals finds in the source every key that refuses something, and where.
func refusals(t *testing.T) map[string]string {
	t.Helper()
	keys := map[string]string{}
	files := token.NewFileSet()
	err := filepath.WalkDir("bot", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				noteRefusal(t, call, files.Position(call.Pos()).String(), keys)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// saidKeys are the families of sentences that refuse although they are not given
// to Refuse or BadOption directly.
var saidKeys = []string{"bind.", "parse.", "dispatch.", "vote.choice-"}

func noteRefusal(t *testing.T, call *ast.CallExpr, where string, keys map[string]string) {
	t.Helper()
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	at, ok := map[string]int{"Refuse": 0, "BadOption": 1, "T": 0}[name]
	if !ok || len(call.Args) <= at {
		return
	}
	prefix := false
	arg := call.Args[at]
	if sum, ok := arg.(*ast.BinaryExpr); ok {
		arg, prefix = sum.X, true
	}
	literal, ok := arg.(*ast.BasicLit)
	if !ok {
		return
	}
	key, err := strconv.Unquote(literal.Value)
	if err != nil {
		t.Fatal(where, err)
	}
	if name == "T" && !slices.ContainsFunc(saidKeys, func(p string) bool { return strings.HasPrefix(key, p) }) {
		return
	}
	if !prefix {
		keys[key] = where
		return
	}
	for full := range readCatalogue(t, bot.Locales[0]).Messages {
		if strings.HasPrefix(full, key) {
			keys[full] = where
		}
	}
}
