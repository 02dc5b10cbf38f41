package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Duration is a length of time written as people say it: 7d (or 7j), 48h,
// 1d12h, 2w, 30m. A day is always 24 hours and a week 7 days, whatever the
// clocks do in between. It is never negative and counts whole seconds.
type Duration time.Duration

const (
	day     = Duration(24 * time.Hour)
	longest = 36525 * day // a hundred years
)

// units are the letters of a duration, those that String writes first.
var units = []struct {
	name  string
	value Duration
}{
	{"d", day},
	{"h", Duration(time.Hour)},
	{"m", Duration(time.Minute)},
	{"s", Duration(time.Second)},
	{"w", 7 * day},
	{"j", day},
	{"min", Duration(time.Minute)},
	{"sem", 7 * day},
}

// ParseDuration reads a duration. Its error is a [Mistake].
func ParseDuration(text string) (Duration, error) {
	bad := mistake("bad-duration", text)
	rest := strings.ToLower(strings.TrimSpace(text))
	if rest == "0" {
		return 0, nil
	}
	if rest == "" {
		return 0, bad
	}
	var total Duration
	for rest != "" {
		digits := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if digits <= 0 {
			return 0, bad
		}
		n, err := strconv.ParseInt(rest[:digits], 10, 64)
		rest = strings.TrimLeft(rest[digits:], " ")
		letters := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) })
		if letters < 0 {
			letters = len(rest)
		}
		unit := unitNamed(rest[:letters])
		if unit == 0 {
			return 0, bad
		}
		if err != nil || n > int64(longest/unit) || total+Duration(n)*unit > longest {
			return 0, mistake("long-duration", text)
		}
		total += Duration(n) * unit
		rest = strings.TrimLeft(rest[letters:], " ")
	}
	return total, nil
}

func unitNamed(name string) Duration {
	for _, u := range units {
		if u.name == name {
			return u.value
		}
	}
	return 0
}

// Std is the duration as the standard library counts it.
func (d Duration) Std() time.Duration { return time.Duration(d) }

// String writes the duration in days, hours, minutes and seconds, as
// [ParseDuration] reads it: 7d, 1d12h, 30m.
func (d Duration) String() string {
	if d < Duration(time.Second) {
		return "0"
	}
	var b strings.Builder
	for _, u := range units[:4] {
		if n := d / u.value; n > 0 {
			fmt.Fprintf(&b, "%d%s", int64(n), u.name)
			d %= u.value
		}
	}
	return b.String()
}

// MarshalText writes the duration as String does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what [ParseDuration] does.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := ParseDuration(string(text))
	if err == nil {
		*d = parsed
	}
	return err
}

// Mistake is an error that can be said in either language: what a value of the
// charter has wrong, before it is known where it stands.
type Mistake struct {
	phrase string
	args   []any
}

func mistake(phrase string, args ...any) error { return Mistake{phrase, args} }

// Error says the mistake in English.
func (m Mistake) Error() string { return m.Text("en") }

// Text says the mistake in French when lang is fr and in English otherwise.
func (m Mistake) Text(lang string) string {
	return (&Source{}).problem(Pos{}, m.phrase, m.args...).Text(lang)
}
