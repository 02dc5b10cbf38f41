package console

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseLine(t *testing.T) {
	for line, want := range map[string]Step{
		"":                                       {},
		"# a comment":                            {Text: "a comment"},
		"alice: /help":                           {Verb: Says, Name: "alice", Text: "/help"},
		"alice:":                                 {Verb: Says, Name: "alice"},
		"Élodie-2: bonjour: à tous ":             {Verb: Says, Name: "Élodie-2", Text: "bonjour: à tous"},
		"bob@comite: /vote 1":                    {Verb: Says, Name: "bob", Channel: "comite", Text: "/vote 1"},
		"carol joins":                            {Verb: Joins, Name: "carol"},
		"carol leaves ":                          {Verb: Leaves, Name: "carol"},
		"carol closes":                           {Verb: Closes, Name: "carol"},
		"comite opens":                           {Verb: Opens, Name: "comite"},
		"carol clicks 2":                         {Verb: Clicks, Name: "carol", Number: 2},
		`carol clicks "Sou\"tenir" on request/1`: {Verb: Clicks, Name: "carol", Label: `Sou"tenir`, Key: "request/1"},
		"carol clicks « Voter oui » on vote/3":   {Verb: Clicks, Name: "carol", Label: "Voter oui", Key: "vote/3"},
		`dan fills titre="Export CSV" type=idée détails="deux\nlignes \\o/"`: {Verb: Fills, Name: "dan", Values: []Value{
			{"titre", "Export CSV"}, {"type", "idée"}, {"détails", "deux\nlignes \\o/"},
		}},
		`dan fills titre=""`:       {Verb: Fills, Name: "dan", Values: []Value{{"titre", ""}}},
		"alice is committee, tech": {Verb: Is, Name: "alice", Groups: []string{"committee", "tech"}},
		"+48h":                     {Verb: Passes, Length: 48 * time.Hour},
		"+1d12h":                   {Verb: Passes, Length: 36 * time.Hour},
		"+2j":                      {Verb: Passes, Length: 48 * time.Hour},
	} {
		if got, err := ParseLine(line); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("ParseLine(%q) = %+v, %v; want %+v", line, got, err, want)
		}
	}
}

func TestParseLineRefuses(t *testing.T) {
	for line, want := range map[string]*SyntaxError{
		"alice":                               errForm,
		"alice : hello":                       errForm,
		"alice smiles":                        errForm,
		"alice closes up":                     errForm,
		"alice joins in":                      errForm,
		"alice@: hello":                       errForm,
		"bot → alice: Bonjour":                errForm,
		": hello":                             errForm,
		"a b: hello":                          errForm,
		"alice clicks":                        errClicks,
		"alice clicks 0":                      errClicks,
		"alice clicks 9999999999999999999999": errClicks,
		`alice clicks "Yes"`:                  errClicks,
		`alice clicks "Yes" on`:               errClicks,
		`alice clicks "Yes on vote/1`:         errClicks,
		`alice clicks "" on vote/1`:           errClicks,
		"alice fills":                         errFills,
		"alice fills title":                   errFills,
		`alice fills title="a`:                errFills,
		`alice fills title="a"kind="b"`:       errFills,
		"alice is":                            errIs,
		"alice is very happy":                 errIs,
		"alice is committee,":                 errIs,
		"+":                                   errDuration,
		"+0":                                  errDuration,
		"+soon":                               errDuration,
		"+-2d":                                errDuration,
	} {
		_, err := ParseLine(line)
		var got *SyntaxError
		if !errors.As(err, &got) || got != want {
			t.Errorf("ParseLine(%q) gives %v, want %v", line, err, want)
		}
	}
}

// Whatever a step is, its line reads as the same step.
func TestGrammarRoundTrip(t *testing.T) {
	name := rapid.StringMatching(`[\p{L}\p{Nd}._-]{1,12}`)
	text := rapid.StringMatching(`[^\x00-\x08\x0a-\x1f ]([^\x0a\x0d]{0,20}[^\x00-\x1f ])?`).Filter(func(s string) bool { return strings.TrimSpace(s) == s })
	value := rapid.StringMatching(`[^\x0d]{0,20}`)
	rapid.Check(t, func(t *rapid.T) {
		step := Step{Verb: rapid.SampledFrom([]Verb{Says, Joins, Leaves, Closes, Opens, Clicks, Fills, Is, Passes}).Draw(t, "verb")}
		if step.Verb != Passes {
			step.Name = name.Draw(t, "name")
		}
		switch step.Verb {
		case Says:
			step.Channel = rapid.SampledFrom([]string{"", "general", "comité"}).Draw(t, "channel")
			step.Text = text.Draw(t, "text")
		case Clicks:
			if rapid.Bool().Draw(t, "numbered") {
				step.Number = rapid.IntRange(1, 99).Draw(t, "number")
				break
			}
			step.Label, step.Key = text.Draw(t, "label"), rapid.StringMatching(`[a-z]{1,8}/[1-9]{1,3}`).Draw(t, "key")
		case Fills:
			for range rapid.IntRange(1, 3).Draw(t, "fields") {
				step.Values = append(step.Values, Value{rapid.StringMatching(`[a-zé'-]{1,10}`).Draw(t, "field"), value.Draw(t, "value")})
			}
		case Is:
			step.Groups = rapid.SliceOfN(name, 1, 3).Draw(t, "groups")
		case Passes:
			step.Length = time.Duration(rapid.IntRange(1, 1e8).Draw(t, "seconds")) * time.Second
		case Nothing, Joins, Leaves, Closes, Opens:
		}
		got, err := ParseLine(step.String())
		if err != nil || !reflect.DeepEqual(got, step) {
			t.Fatalf("%+v is written %q and read %+v, %v", step, step.String(), got, err)
		}
	})
}

// FuzzGrammar reads what a stranger wrote: it never panics, and what it reads it
// writes so that it is read the same.
func FuzzGrammar(f *testing.F) {
	for _, seed := range []string{"alice: /help", `bob clicks "Oui" on vote/1`, `a fills b="c\n\"" d=e`, "a is b, c", "+1d2h", "# x", "a@b:c", "a clicks 3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		step, err := ParseLine(line)
		if err != nil {
			return
		}
		again, err := ParseLine(step.String())
		if err != nil || !reflect.DeepEqual(again, step) {
			t.Fatalf("%q is read %+v, written %q, then read %+v, %v", line, step, step.String(), again, err)
		}
	})
}
