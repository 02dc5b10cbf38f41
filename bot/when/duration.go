package when

import (
	"strings"
	"time"
)

// lengths are the units of Duration; a day is 24 hours.
var lengths = map[string]time.Duration{
	"w": 7 * 24 * time.Hour, "sem": 7 * 24 * time.Hour,
	"d": 24 * time.Hour, "j": 24 * time.Hour,
	"h": time.Hour, "m": time.Minute, "min": time.Minute, "s": time.Second,
}

// Duration reads a length of time: 2d, +2d, 48h, 7j, 1w, 1d12h, 30m, 90s. Each unit
// comes once, the longer one first. It is never zero or less; the error is an [*Error].
func Duration(text string) (time.Duration, error) {
	unknown := &Error{Kind: Unknown, Text: text, Near: text}
	tokens := scan(strings.TrimSpace(text))
	if len(tokens) > 0 && tokens[0].word == "+" {
		tokens = tokens[1:]
	}
	if len(text) > maxText || len(tokens) == 0 || len(tokens)%2 != 0 {
		return 0, unknown
	}
	var total, last time.Duration
	for i := 0; i < len(tokens); i += 2 {
		n, length := tokens[i], lengths[tokens[i+1].word]
		if n.digits() == 0 || length == 0 || last != 0 && length >= last || !tokens[i+1].glued || i > 0 && !n.glued {
			return 0, unknown
		}
		last = length
		if n.num < 0 || int64(n.num) > int64(maxSpan*time.Second/length) {
			return 0, &Error{Kind: Impossible, Text: text, Near: text}
		}
		if total += time.Duration(n.num) * length; total > maxSpan*time.Second {
			return 0, &Error{Kind: Impossible, Text: text, Near: text}
		}
	}
	if total <= 0 {
		return 0, &Error{Kind: Impossible, Text: text, Near: text}
	}
	return total, nil
}

// Length reads a length of time as people say it: 1h30, une heure et quart, half an
// hour, deux jours. A day is 24 hours; months and years are no length. It is never
// zero or less; the error is an [*Error].
func Length(text string) (time.Duration, error) {
	said := strings.TrimSpace(text)
	for _, lead := range []string{"dans ", "in ", ""} {
		p := parser{text: lead + said, tokens: scan(lead + said)}
		if len(text) > maxText || strings.HasPrefix(said, "-") || p.run() != nil {
			continue
		}
		s := p.said.span
		if s == nil || p.said.kinds() != 1 || p.said.clocks != nil || p.said.part != 0 || s.months != 0 || s.exact {
			continue
		}
		if d := time.Duration(s.days)*24*time.Hour + s.clock; d > 0 {
			return d, nil
		}
	}
	return 0, &Error{Kind: Unknown, Text: text, Near: text}
}
