package console

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"greffier/bot"
)

func testScreen(styles Styles, columns int) screen {
	return screen{styles: styles, columns: func() int { return columns }, words: func(key string, _ ...any) string { return key }}
}

var full = Styles{Emphasis: true, Colour: true, Lines: true}

func TestMarkdown(t *testing.T) {
	for markup, want := range map[bot.Markup]string{
		"**bold** and `code`":              "\x1b[1mbold\x1b[0m and \x1b[36mcode\x1b[0m",
		"_under_ [text](https://e.org)":    "\x1b[4munder\x1b[0m \x1b[4mtext <https://e.org>\x1b[0m",
		"- item":                           "• item",
		"> quoted":                         "  quoted",
		"# Title":                          "\x1b[1mTitle\x1b[0m",
		`\*\*typed\*\* \_by\_ \[a\](b)`:    "**typed** _by_ [a](b)",
		"**not closed":                     "**not closed",
		"<@console:a|a*b> at <t:1:F|noon>": "\x1b[1m@a*b\x1b[0m at noon",
	} {
		got := strings.Join(testScreen(full, 80).markup(markup, "", 0), "\n")
		if got != want {
			t.Errorf("%q is drawn %q, want %q", markup, got, want)
		}
	}
}

// A long line breaks between words; one look stays in one piece.
func TestWrap(t *testing.T) {
	for _, styles := range []Styles{{}, full} {
		lines := testScreen(styles, 24).markup("a few words, **then `/vote cast 1` and** the end of it", "", 0)
		for _, line := range lines {
			if shown := stripped(line); cells(strings.TrimRight(shown, " `")) > 22 {
				t.Errorf("%q takes %d columns", shown, cells(shown))
			}
		}
		if got := strings.Fields(strings.ReplaceAll(stripped(strings.Join(lines, " ")), "`", "")); strings.Join(got, " ") != "a few words, then /vote cast 1 and the end of it" {
			t.Errorf("the words are %q", got)
		}
	}
	if got := testScreen(Styles{}, 80).markup("type `/vote cast 1`.", "", 0)[0]; got != "type `/vote cast 1`." {
		t.Errorf("drawn %q", got)
	}
}

// stripped is a line without its looks.
func stripped(line string) string {
	var b strings.Builder
	for i, part := range strings.Split(line, "\x1b[") {
		if i > 0 {
			_, part, _ = strings.Cut(part, "m")
		}
		b.WriteString(part)
	}
	return b.String()
}

// Without emphasis the words alone say everything.
func TestDumbTerminal(t *testing.T) {
	m := Shown{Channel: "general", Locale: "en", Message: bot.Message{
		Card:    &bot.CardView{Key: "vote/1", Title: "**Vote**", Tone: bot.Positive, Fields: []bot.FieldView{{Label: "Rule", Value: "half"}}},
		Buttons: []bot.ButtonView{{Label: "yes"}, {Label: "no"}},
	}}
	got := testScreen(Styles{}, 80).draw(m, "alice", true)
	want := "greffier -> #general\n  | Vote\n  | vote/1\n  | Rule: half\n  [1]\u00A0yes   [2]\u00A0no\n"
	if got != want {
		t.Errorf("drawn\n%q\nwant\n%q", got, want)
	}
}

// Whatever members typed, no escape sequence of theirs reaches the terminal and
// no line of theirs stands where the clerk's own begin.
func TestHostileTextIsHarmless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.OneOf(rapid.String(), rapid.StringMatching(`[\x1b\x07\x00\r\n\x{9b}\x{202e}\[\]\*_a-c;0-9 ]{0,40}`)).Draw(t, "typed")
		m := Shown{To: bot.Account{ID: "alice", Name: typed}, Locale: "fr", Message: bot.Message{
			Text: bot.Escape(typed), Card: &bot.CardView{Key: typed, Title: bot.Escape(typed), Body: bot.Markup(typed)},
			Buttons: []bot.ButtonView{{Label: typed}}, Files: []bot.File{{Name: typed}},
		}, Form: &bot.FormView{Title: typed, Fields: []bot.FormField{{Label: typed, Value: typed, Error: typed}}}}
		var transcript strings.Builder
		if err := writePlain(&transcript, m); err != nil {
			t.Fatal(err)
		}
		for _, drawn := range []string{transcript.String(), testScreen(Styles{}, 40).draw(m, "bob", true)} {
			if strings.ContainsAny(drawn, "\x1b\x07\x00\r\u009b\u202e") {
				t.Fatalf("control characters are drawn: %q", drawn)
			}
		}
		for i, line := range strings.Split(strings.TrimSuffix(transcript.String(), "\n"), "\n") {
			if i > 0 && !strings.HasPrefix(line, "  ") {
				t.Fatalf("line %d passes for a message: %q", i, line)
			}
		}
	})
}

func TestCompletionAddsToWhatIsTyped(t *testing.T) {
	for _, c := range []struct {
		before, word, tail string
		ok                 bool
	}{
		{"/dem", "/demande", "ande ", true},
		{"/DEM", "/demande", "ande ", true},
		{"/demande nou", "nouvelle", "velle ", true},
		{"/demande ", "nouvelle", "nouvelle ", true},
		{"/demande nouvelle ty", "type:", "pe:", true},
		{`/demande nouvelle "a b" ty`, "type:", "pe:", true},
		{"/x @al", "@alice", "ice ", true},
		{"/x al", "@alice", "ice ", true},
		{"/x al", "bob", "", false},
	} {
		tail, _, ok := rest(c.before, c.word)
		if string(tail) != c.tail || ok != c.ok {
			t.Errorf("rest(%q, %q) = %q, %v", c.before, c.word, string(tail), ok)
		}
	}
}
