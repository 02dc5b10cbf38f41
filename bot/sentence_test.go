package bot

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

// TestSentences says every sentence of the product as go-i18n does.
func TestSentences(t *testing.T) {
	sources := []fs.FS{os.DirFS(".")}
	for _, pattern := range []string{"*/locale", "../adapters/*/locale"} {
		dirs, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, dir := range dirs {
			sources = append(sources, os.DirFS(filepath.Dir(dir)))
		}
	}
	c, err := newCatalog(sources)
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	for _, locale := range Locales {
		s := &Speaker{bot: &Bot{catalog: c}, locale: locale}
		for key, m := range c.messages[locale] {
			for _, count := range []int{0, 1, 2, 1_000_000} {
				args := []Arg{arg("unused", "x")}
				data := map[string]string{"unused": "x"}
				for i, name := range placeholders(m) {
					if (i+count)%5 == 4 { // one that is missing
						continue
					}
					a := arg(name, "<"+name+" & \"é\">")
					if name == "count" {
						a = arg(name, count)
					}
					args = append(args, a)
					data[name] = s.value(a)
				}
				_, counts := data["count"]
				var plural any
				if counts {
					plural = count
				}
				p, ok := c.cut(m, counts)
				if !ok { // plural forms, or a condition
					continue
				}
				said++
				if got, want := p.say(s, args), c.localized(locale, key, data, plural); got != want {
					t.Errorf("%s, %q: %q, want %q", locale, key, got, want)
				}
			}
		}
	}
	if said < 1000 {
		t.Errorf("only %d sentences were cut", said)
	}
}

// TestCutSentence cuts a sentence so that putting it together again gives it, and
// leaves alone what is more than arguments.
func TestCutSentence(t *testing.T) {
	for text, want := range map[string]bool{
		"":                                true,
		"{{.a}}":                          true,
		"{{ .title }}, {{.b}}.":           true,
		"{{.a}} }} {":                     true,
		"{{.a":                            false,
		"{{.}}":                           false,
		"{{}}":                            false,
		"{{. a}}":                         false,
		"{{.a.b}}":                        false,
		"{{- .a -}}":                      false,
		"{{if .a}}x{{end}}":               false,
		"{{/* a */}}":                     false,
		"{{.a1}}":                         false,
		"{{printf \"%s\" .a}} and {{.b}}": false,
	} {
		if p, ok := cutSentence(text); ok != want || ok && len(p)%2 != 1 {
			t.Errorf("%q: %q, %t", text, p, ok)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z é.]{0,5}`)
		words := text.Draw(t, "words")
		want := pieces{words}
		for range rapid.IntRange(0, 4).Draw(t, "arguments") {
			name, after := rapid.StringMatching(`[a-zA-Z]{1,4}`).Draw(t, "name"), text.Draw(t, "after")
			words += "{{." + name + "}}" + after
			want = append(want, name, after)
		}
		p, ok := cutSentence(words)
		if !ok || len(p) != len(want) {
			t.Fatalf("%q: %q, %t", words, p, ok)
		}
		for i := range p {
			if p[i] != want[i] {
				t.Fatalf("%q: %q, want %q", words, p, want)
			}
		}
	})
}
