package telling

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"greffier/bot/votes/tally"
)

// Every step that a working can have has its sentence, in both languages, with
// as many places as there is to say.
func TestEveryNoteIsSaid(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../outcome.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "Note") {
			return true
		}
		literal, ok := spec.Values[0].(*ast.BasicLit)
		if !ok {
			return true
		}
		key, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		seen++
		args, known := noteArgs[tally.NoteKey(key)]
		if key == string(tally.NoteCount) {
			return true // it is written as a line of numbers
		}
		phrase, said := phrases[key]
		if !known || !said {
			t.Errorf("nothing is said of %q", key)
		}
		for _, text := range phrase {
			if strings.Count(text, "%") != len(args) {
				t.Errorf("%q takes %d parts: %s", key, len(args), text)
			}
		}
		return true
	})
	if seen < 30 {
		t.Errorf("only %d notes found", seen)
	}
}

// Numbers are exact, and from a thousand on their digits stand in groups.
func TestNumbers(t *testing.T) {
	for _, c := range []struct{ n, en, fr string }{
		{"0", "0", "0"},
		{"-999", "-999", "-999"},
		{"1000", "1,000", "1\u202f000"},
		{"-1234567.25", "-1,234,567.25", "-1\u202f234\u202f567,25"},
		{"0.00001", "0.00001", "0,00001"},
		{"10/3", "10/3", "10/3"},
	} {
		n, _ := new(big.Rat).SetString(c.n)
		if en, fr := (Teller{Locale: "en"}).Number(n), (Teller{Locale: "fr"}).Number(n); en != c.en || fr != c.fr {
			t.Errorf("%s is %q and %q, want %q and %q", c.n, en, fr, c.en, c.fr)
		}
	}
}
