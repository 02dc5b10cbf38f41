package bot

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"pgregory.net/rapid"
)

// What somebody typed stands for itself in a Markdown document, whatever is in
// it, for a parser that is not ours.
func TestMarkdownStandsForItself(t *testing.T) {
	parser := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList))
	rapid.Check(t, func(t *rapid.T) {
		signs := rapid.StringOf(rapid.RuneFrom([]rune("ab 12.)-+=#>*_~`|[](){}<>!&;:/\\\n\"'")))
		text := strings.Join(strings.Fields(Clean(rapid.OneOf(signs, rapid.String()).Draw(t, "text"))), " ")
		written := Escape(text).Markdown()
		var out bytes.Buffer
		if err := parser.Convert([]byte(written), &out); err != nil {
			t.Fatal(err)
		}
		got := strings.TrimSpace(out.String())
		if text != "" && !strings.HasPrefix(got, "<p>") {
			t.Fatalf("%q, written %q, became more than a paragraph: %q", text, written, got)
		}
		got = html.UnescapeString(strings.TrimSuffix(strings.TrimPrefix(got, "<p>"), "</p>"))
		if got != text {
			t.Fatalf("%q, written %q, is read as %q", text, written, got)
		}
	})
}

// Ordinary sentences are written as they are.
func TestMarkdownReadsWell(t *testing.T) {
	escaped := regexp.MustCompile(`\\.`)
	for text, signs := range map[string]int{
		"Les comptes montrent 312,40 € (avant : 300). Voir https://exemple.org/comptes-2026.pdf !": 0,
		"2. Deux devis": 1, "- un": 1, "# titre": 1, "a - b # c": 0, "prix_net": 1,
	} {
		if written := string(Escape(text).Markdown()); len(escaped.FindAllString(written, -1)) != signs {
			t.Errorf("%q is written %q", text, written)
		}
	}
}
