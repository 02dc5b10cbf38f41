package when

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// Hundreds of phrases as people type them, with and without accents, marks and
// manners, each with what it says or why it says nothing.
func TestSaid(t *testing.T) {
	data, err := os.ReadFile("testdata/said.txt")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 3, 25, 11, 40, 0, 0, zone(t, "Europe/Paris"))
	phrases := 0
	for line := range strings.Lines(string(data)) {
		text, want, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " => ")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if !ok {
			t.Fatalf("no => in %q", line)
		}
		if phrases++; told(t, text, now) != want {
			t.Errorf("%q\n  says %s\n  want %s", text, told(t, text, now), want)
		}
	}
	if phrases < 600 {
		t.Errorf("only %d phrases", phrases)
	}
}

// told is what a phrase says, as testdata/said.txt writes it.
func told(t *testing.T, text string, now time.Time) string {
	t.Helper()
	mark, said := "", ""
	o, recurs, err := ParseOften(text, now, now.Location(), 9)
	if recurs {
		mark = "* "
	} else {
		var at time.Time
		at, err = ParseAt(text, now, now.Location(), 9)
		said = at.Format(stamp + " MST")
	}
	var e *Error
	var many []string
	switch {
	case errors.As(err, &e):
		for _, r := range e.Readings {
			many = append(many, r.Format(stamp+" MST"))
		}
		if said = e.Kind.String(); len(many) > 0 {
			said += ": " + strings.Join(many, ", ")
		}
	case recurs:
		for _, at := range times(t, o, 3) {
			many = append(many, at.Format(stamp))
		}
		said = strings.Join(many, ", ")
	}
	return mark + said
}

// A mistyped word is named with the one that it may be, when that makes a date.
func TestMeant(t *testing.T) {
	closest := func(word string, among []string) string {
		best, found := 3, ""
		for _, w := range among {
			if d := apart([]rune(fold(word)), []rune(fold(w))); d < best {
				best, found = d, w
			}
		}
		return found
	}
	for text, want := range map[string]string{
		"vendrdi 18h": "vendrdi vendredi", "chaque mecredi 9h": "mecredi mercredi", "24 décmbre": "décmbre décembre", "tous les lundits": "lundits lundis",
		"demian 9h": "demian demain", "next wendesday": "wendesday wednesday", "12 febuary": "febuary february", "quand il fera beau": " ", "demain 18h salle B": " ",
	} {
		if word, meant := Meant(text, closest); word+" "+meant != want {
			t.Errorf("%q: %q %q, want %q", text, word, meant, want)
		}
	}
}

// apart counts the letters to change, add or drop to make one word of another.
func apart(a, b []rune) int {
	if len(a) == 0 || len(b) == 0 {
		return len(a) + len(b)
	}
	if a[0] == b[0] {
		return apart(a[1:], b[1:])
	}
	if len(a) > 12 || len(b) > 12 {
		return 9
	}
	best := 1 + min(apart(a[1:], b), apart(a, b[1:]), apart(a[1:], b[1:]))
	return best
}
