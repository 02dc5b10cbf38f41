package when

import (
	"errors"
	"time"
)

// absorbed are the little words before a date that go with it.
var absorbed = map[string]bool{
	"a": true, "au": true, "le": true, "la": true, "l": true, "les": true, "the": true, "on": true, "at": true, "@": true, "by": true,
	"pour": true, "for": true, "du": true, "des": true, "vers": true, "around": true, "about": true, "d": true, "ici": true,
	"dans": true, "in": true, "jusqu": true, "until": true, "avant": true, "before": true, "from": true,
}

// longestSpan is how many words of a sentence are looked at together.
const longestSpan = 16

// Find tells which part of a sentence says when, in bytes: of "appeler Bob demain
// à 9h", the end. It is what stands at the end or the beginning, the one with an
// hour if both do, or else in the middle. What it finds may still be refused by
// [ParseOften] and [ParseAt], as ambiguous for one; ok is false when nothing
// there is about time.
func Find(text string) (from, to int, ok bool) {
	if len(text) > 4*1024 {
		return 0, 0, false
	}
	tokens := scan(text)
	n := len(tokens)
	best := [2]int{-1, -1}
	for i := max(0, n-longestSpan); i < n && best[0] < 0; i++ {
		if about(text, tokens, i, n) {
			best = [2]int{i, n}
		}
	}
	for j := min(n, longestSpan); j > 0; j-- {
		if !about(text, tokens, 0, j) {
			continue
		}
		if best[0] < 0 || timed(text, tokens, 0, j) && !timed(text, tokens, best[0], best[1]) {
			best = [2]int{0, j}
		}
		break
	}
	for length := min(n, longestSpan); length > 0 && best[0] < 0; length-- {
		for i := n - length; i >= 0 && best[0] < 0; i-- {
			if about(text, tokens, i, i+length) {
				best = [2]int{i, i + length}
			}
		}
	}
	if best[0] < 0 {
		return 0, 0, false
	}
	return tokens[best[0]].from, tokens[best[1]-1].to, true
}

// about tells whether some words say when.
func about(text string, tokens []token, i, j int) bool {
	first, last := tokens[i].word, tokens[j-1].word
	if fillers[first] && !absorbed[first] || fillers[last] && last != "a" {
		return false
	}
	if first == "in" || first == "for" || first == "d" { // "check in tomorrow"
		if i+1 < j && tokens[i+1].word != "ici" && about(text, tokens, i+1, j) && tokens[i+1].digits() == 0 {
			return false
		}
	}
	return !errors.Is(reads(text[tokens[i].from:tokens[j-1].to], 9), errUnknown)
}

var (
	errUnknown = errors.New("when: unknown")
	// someday is as good as any other day to tell words about time from others.
	someday = time.Date(2026, 1, 7, 10, 0, 0, 0, time.UTC)
)

// reads gives errUnknown for what says nothing about time.
func reads(text string, hour int) error {
	_, ok, err := ParseOften(text, someday, nil, hour)
	if !ok {
		_, err = ParseAt(text, someday, nil, hour)
	}
	var e *Error
	if errors.As(err, &e) && e.Kind == Unknown {
		return errUnknown
	}
	return err
}

// timed tells whether some words give an hour.
func timed(text string, tokens []token, i, j int) bool {
	part := text[tokens[i].from:tokens[j-1].to]
	at, err := ParseAt(part, someday, nil, 3)
	other, err2 := ParseAt(part, someday, nil, 4)
	if err == nil && err2 == nil {
		return at.Equal(other)
	}
	o, ok, _ := ParseOften(part, someday, nil, 3)
	o2, ok2, _ := ParseOften(part, someday, nil, 4)
	return ok && ok2 && o.Rule != "" && o == o2
}

// Timed tells whether a text gives a moment with its hour, and one that is clear.
func Timed(text string) bool {
	tokens := scan(text)
	if len(tokens) == 0 || len(text) > maxText {
		return false
	}
	return timed(text, tokens, 0, len(tokens))
}
