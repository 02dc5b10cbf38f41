package when

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// Meant looks for a mistyped word in a text that says nothing: nearest tells which
// of some words another is closest to, "" for none. It returns the word as typed and
// the one that makes a date of the text, or "" twice. Nothing is read so: it is for
// the member to say.
func Meant(text string, nearest func(word string, among []string) string) (word, meant string) {
	if len(text) > maxText {
		return "", ""
	}
	for _, t := range scan(text) {
		typed := text[t.from:t.to]
		if t.digits() > 0 || len(t.word) < 4 || known[t.word] {
			continue
		}
		if meant = nearest(typed, spelled); meant != "" && !errors.Is(reads(text[:t.from]+meant+text[t.to:], -1), errUnknown) {
			return typed, meant
		}
	}
	return "", ""
}

var (
	// known are the words that some date has, folded.
	known = map[string]bool{}
	// spelled are those that are long enough to be mistyped, as they are written.
	spelled []string
)

func init() {
	accented := strings.NewReplacer("fevrier", "février", "decembre", "décembre", "aout", "août", "annee", "année", "premiere", "première", "derniere", "dernière")
	note := func(words ...string) {
		for _, word := range words {
			if known[word] {
				continue
			}
			known[word] = true
			if len(word) >= 4 {
				spelled = append(spelled, accented.Replace(word))
			}
		}
	}
	note(slices.Collect(maps.Keys(months))...)
	note(slices.Collect(maps.Keys(units))...)
	note(slices.Collect(maps.Keys(numbers))...)
	for day := range weekdays {
		note(day)
		if len(day) > 4 {
			note(day + "s")
		}
	}
	for phrase := range phrases {
		note(strings.Fields(phrase)...)
	}
	for phrase := range after {
		note(strings.Fields(phrase)...)
	}
	known["debut"], known["quelques"] = true, true // of no date, and no misspelling either
	note("chaque", "tous", "toutes", "every", "each", "prochain", "prochaine", "next", "midi", "minuit", "dans", "quinzaine")
	slices.Sort(spelled)
}
