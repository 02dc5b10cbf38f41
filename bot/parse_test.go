package bot

import (
	"io/fs"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"greffier/config"

	"pgregory.net/rapid"
)

type parseArgs struct {
	Title   string     `opt:"title,rest"`
	Kind    string     `opt:"kind,optional"`
	UseCase string     `opt:"use-case,optional,long"`
	Count   int        `opt:"count,optional"`
	Anyway  bool       `opt:"anyway"`
	Until   time.Time  `opt:"until,optional"`
	Who     []MemberID `opt:"who,optional"`
}

// parseTree is a tree of commands that exist only here.
func parseTree(t testing.TB) *tree {
	t.Helper()
	yaml := func(words string) *fstest.MapFile {
		w := strings.Split(words, " ")
		return &fstest.MapFile{Data: []byte(`
commands:
  ask: {word: ` + w[0] + `, help: x}
  ask new:
    word: ` + w[1] + `
    help: x
    options:
      title: {word: ` + w[2] + `, help: x}
      kind: {word: ` + w[3] + `, help: x}
      use-case: {word: ` + w[4] + `, help: x}
      count: {word: ` + w[5] + `, help: x}
      anyway: {word: ` + w[6] + `, help: x}
      until: {word: ` + w[7] + `, help: x}
      who: {word: ` + w[8] + `, help: x}
  ask note: {word: ` + w[9] + `, help: x, options: {text: {word: ` + w[10] + `, help: x}}}
  ask show: {word: ` + w[11] + `, help: x, options: {number: {word: ` + w[12] + `, help: x}}}
messages: {}
`)}
	}
	catalog, err := newCatalog([]fs.FS{fstest.MapFS{
		"locale/en.yaml": yaml("ask new title kind use-case count anyway until who note text show number"),
		"locale/fr.yaml": yaml("demander nouveau titre genre cas-d-usage nombre quand-même jusqu-à qui noter texte voir numéro"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	nothing := func(*Ctx, parseArgs) (Reply, error) { return Reply{}, nil }
	return newTree(catalog, []*Command{
		Cmd("ask new", nothing),
		Cmd("ask note", func(*Ctx, struct {
			Text string `opt:"text,rest,long"`
		},
		) (Reply, error) {
			return Reply{}, nil
		}),
		Cmd("ask show", func(*Ctx, struct {
			Number int `opt:"number"`
		},
		) (Reply, error) {
			return Reply{}, nil
		}, Shortcut),
	})
}

func noExtra(*Command) []extraField {
	return []extraField{{name: "module", words: []string{"Module-concerné"}}}
}

func TestParse(t *testing.T) {
	tree := parseTree(t)
	for line, want := range map[string]Call{
		`/ask new Export CSV`:                       {Command: "ask new", Args: map[string]string{"title": "Export CSV"}},
		`ask new "Export CSV" idea`:                 {Command: "ask new", Args: map[string]string{"title": "Export CSV", "kind": "idea"}},
		`/ask new Export CSV kind:idea`:             {Command: "ask new", Args: map[string]string{"title": "Export CSV", "kind": "idea"}},
		`/demander nouveau « L’export » genre:idée`: {Command: "ask new", Args: map[string]string{"title": "L’export", "kind": "idée"}},
		`/demander nouv «L’export» genre:idée`:      {Command: "ask new", Args: map[string]string{"title": "L’export", "kind": "idée"}},
		`/ask new l'export d'hier`:                  {Command: "ask new", Args: map[string]string{"title": "l'export d'hier"}},
		`/ask new 'a b' titre:"c d"`:                {Command: "ask new", Args: map[string]string{"title": "c d", "kind": "a b"}},
		`/ask new x --count 3 --anyway`:             {Command: "ask new", Args: map[string]string{"title": "x", "count": "3", "anyway": "yes"}},
		`/ask new x --count=3 module:eau`:           {Command: "ask new", Args: map[string]string{"title": "x", "count": "3", "module": "eau"}},
		`/ask new x module-concerne:eau`:            {Command: "ask new", Args: map[string]string{"title": "x", "module": "eau"}},
		`/ask new x genre : idée`:                   {Command: "ask new", Args: map[string]string{"title": "x genre : idée"}},
		`/ask new x genre: idée`:                    {Command: "ask new", Args: map[string]string{"title": "x", "kind": "idée"}},
		`/ask new x until:"tomorrow 6pm"`:           {Command: "ask new", Args: map[string]string{"title": "x", "until": "tomorrow 6pm"}},
		`/ask note see https://example.org/a?b=c`:   {Command: "ask note", Args: map[string]string{"text": "see https://example.org/a?b=c"}},
		`/ask note "quoted" and more`:               {Command: "ask note", Args: map[string]string{"text": `"quoted" and more`}},
		"/ask note one\n\ntwo   three":              {Command: "ask note", Args: map[string]string{"text": "one\n\ntwo   three"}},
		`/ask 12`:                                   {Command: "ask show", Args: map[string]string{"number": "12"}},
		`/ask #12`:                                  {Command: "ask show", Args: map[string]string{"number": "#12"}},
		`/ask`:                                      {Command: "help", Args: map[string]string{"command": "ask"}},
	} {
		got, err := tree.parse(&config.Charter{}, line, noExtra)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if got.Command != want.Command || !maps.Equal(got.Args, want.Args) {
			t.Errorf("%s\n got %+v\nwant %+v", line, got, want)
		}
	}
	for line, key := range map[string]string{
		`/aks new x`:                 "parse.unknown-near",
		`/xyzzy`:                     "parse.unknown",
		`/ask n x`:                   "parse.ambiguous",
		`/ask nwe x`:                 "parse.unknown-near",
		`/ask new "x" knd:idea`:      "parse.option-near",
		`/ask new "x" colour:"blue"`: "parse.option-unknown",
		`/ask new "x" colour:blue`:   "parse.option-unknown",
		`/ask show 12 13`:            "parse.too-many",
		"/ask note " + strings.Repeat("x", MaxInput): "parse.too-long",
	} {
		call, err := tree.parse(&config.Charter{}, line, noExtra)
		text, ok := refused(err)
		if !ok || text.Key != key {
			t.Errorf("%.40s: got %+v and %v, want a refusal %s", line, call, err, key)
		}
	}
}

// What is typed in full is understood as it was meant, in both languages.
func TestTypedLineIsUnderstood(t *testing.T) {
	tree := parseTree(t)
	rapid.Check(t, func(t *rapid.T) {
		call := Call{Command: "ask new", Args: map[string]string{}}
		for _, name := range []string{"title", "kind", "use-case", "until"} {
			value := Clean(rapid.StringN(0, 30, -1).Draw(t, name))
			if rapid.Bool().Draw(t, "with "+name) {
				call.Args[name] = value
			}
		}
		locale := rapid.SampledFrom(Locales).Draw(t, "locale")
		got, err := tree.parse(&config.Charter{}, tree.typed(locale, call), noExtra)
		if err != nil {
			t.Fatal(err)
		}
		if got.Command != call.Command || !maps.Equal(got.Args, call.Args) {
			t.Fatalf("%s\n got %+v\nwant %+v", tree.typed(locale, call), got, call)
		}
	})
}

func FuzzLine(f *testing.F) {
	tree := parseTree(f)
	for _, s := range []string{`/ask new "a b" kind:c`, `/demander nouveau «é» genre: x`, `/ask 1`, `--a=b 'c`, "\x00\\\"", `/ask note l'a "b`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		call, err := tree.parse(&config.Charter{}, line, noExtra)
		if err != nil {
			if _, ok := refused(err); !ok {
				t.Fatalf("%q: an error that says nothing to a member: %v", line, err)
			}
			return
		}
		for name, value := range call.Args {
			if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
				t.Fatalf("%q: option %s is %q", line, name, value)
			}
		}
	})
}

// A text that somebody typed comes out as it went in, whatever is in it.
func TestEscapedTextStandsForItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := Clean(rapid.String().Draw(t, "text"))
		if got := Escape(text).For(PlainDialect()); got != text {
			t.Fatalf("%q came out as %q", text, got)
		}
	})
}

func FuzzMarkup(f *testing.F) {
	f.Add(`**a** <@x:1|n> <t:12:F|now> \< \`)
	f.Fuzz(func(t *testing.T, s string) {
		_ = Markup(s).For(PlainDialect())
		if !utf8.ValidString(s) {
			return
		}
		if got := Escape(Clean(s)).For(PlainDialect()); got != Clean(s) {
			t.Fatalf("%q came out as %q", Clean(s), got)
		}
	})
}
