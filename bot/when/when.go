// Package when reads dates as people write them in a chat: "mardi prochain à
// 18h30", "dans 3 jours", "next Tuesday 6pm", "2026-12-01 18:00". French and
// English are always both understood, whatever the language of the community,
// and neither accents nor case matter.
//
// # Choices
//
// A phrase that has two honest readings is refused as [Ambiguous], with both of
// them in the error. Where usage settles the matter the package chooses, and the
// caller shows the date it understood:
//
//   - A date without an hour is a deadline: the end of that day, 23:59. [ParseAt]
//     takes another hour, for meetings.
//   - "mardi prochain" and "next Tuesday" are the first Tuesday after today, at
//     most a week away; on a Monday, tomorrow. "Prochain" is what follows at once
//     (Défense de la langue française, ddlf.fr/dictionnaire/p/prochain); English
//     usage is split and follows here so that both languages agree, as Duckling
//     has it. The one after is "mardi en huit", "Tuesday week". "mardi de la
//     semaine prochaine" is in the next week, which begins on a Monday.
//   - A weekday alone said on that very day has two readings, today and in a week.
//   - A day and month without a year is the next one, from today on.
//   - An hour alone is the next one: today, or else tomorrow.
//   - "vendredi minuit" is the end of Friday, as 24:00 is; 0h is its beginning.
//   - A part of a day without an hour ends at noon (morning), 18:00 (afternoon) or
//     23:59 (evening), the bounds of CLDR's day periods; see [ParseAt] for meetings.
//   - Days, weeks and months count on the calendar ("dans 3 jours" is a date), hours
//     and minutes on the clock ("dans 2 heures" is an instant). A sign makes it
//     exact: "+2d" is 48 hours from now. A month ends where it is too short: a month
//     after 31 January is the last of February.
//   - "dans huit jours" and "dans quinze jours", in words, are one and two weeks, as
//     French counts them; in figures they are literal.
//   - 12/11/2026 is read both ways, day first and month first, and refused when
//     both are still to come; 12.11.2026 is day first only.
//   - "avant vendredi" has two readings, with Friday and without; "d'ici vendredi"
//     and "by Friday" include it.
//
// The hour that a clock change skips is [Impossible] and the one it repeats is
// [Ambiguous], when it was written; an hour that was not written moves to the
// nearest valid instant instead.
package when

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says why a text is no date.
type Kind int

const (
	// Unknown is a text, or a word in it, that means nothing here.
	Unknown Kind = iota + 1
	// Ambiguous is a text with several readings; Error.Readings has them.
	Ambiguous
	// Past is a date that is over; Error.Readings has it when it was written in full.
	Past
	// Impossible is a date that no calendar or clock has: 31 June, 25:00, a weekday
	// that is not that of the date, an hour skipped by a clock change.
	Impossible
)

// String returns the kind in lower-case English, for logs.
func (k Kind) String() string {
	switch k {
	case Unknown:
		return "unknown"
	case Ambiguous:
		return "ambiguous"
	case Past:
		return "past"
	case Impossible:
		return "impossible"
	}
	return fmt.Sprintf("Kind(%d)", int(k))
}

// Error tells what is wrong with a date in terms that the caller can phrase in the
// member's language. Every error of this package is one.
type Error struct {
	Kind Kind
	// Text is what was to be read, as it was written.
	Text string
	// Near is the part of Text that is at fault; all of it when no part is.
	Near string
	// Readings are the dates that Text may mean, in order, when that helps; for an
	// hour that a clock change skips, the moment at which the clocks are past it.
	Readings []time.Time
	// Day is the date that was written with a weekday that is not its own, at noon; zero
	// for any other fault, and when several dates may be meant.
	Day time.Time
}

// Error says it in English, for logs.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s date %q", e.Kind, e.Text)
	if e.Near != "" && e.Near != e.Text {
		s += fmt.Sprintf(" near %q", e.Near)
	}
	for i, r := range e.Readings {
		s += [2]string{": ", " or "}[min(i, 1)] + r.Format(time.RFC3339)
	}
	return s
}

// maxText bounds what is read, in bytes: no date is that long.
const maxText = 200

// Parse reads a deadline: text as said at now in the zone loc (nil is UTC). A date
// without an hour is the end of that day, 23:59. What it returns is after now and
// in loc; the error is an [*Error].
func Parse(text string, now time.Time, loc *time.Location) (time.Time, error) {
	return ParseAt(text, now, loc, -1)
}

// ParseAt reads the time of a meeting: as [Parse], but a date without an hour is at
// defaultHour (0 to 23; any other number means what Parse does). A part of a day
// without an hour is at defaultHour if that lies in it, else at 9, 14 or 20 hours.
func ParseAt(text string, now time.Time, loc *time.Location, defaultHour int) (time.Time, error) {
	if loc == nil {
		loc = time.UTC
	}
	now = now.Round(0).In(loc)
	if len(text) > maxText {
		return time.Time{}, &Error{Kind: Unknown, Text: text, Near: text}
	}
	usual, ok := extended(text)
	if !ok {
		return time.Time{}, &Error{Kind: Impossible, Text: text, Near: strings.TrimSpace(text)}
	}
	if usual != text {
		at, err := ParseAt(usual, now, loc, defaultHour)
		return at, saying(err, text)
	}
	if t, ok, err := parseISO(text); ok {
		if err != nil {
			return time.Time{}, err
		}
		return choose(text, strings.TrimSpace(text), now, []time.Time{t.In(loc)})
	}
	p := &parser{text: text, tokens: scan(text)}
	if err := p.run(); err != nil {
		return time.Time{}, err
	}
	if defaultHour < 0 || defaultHour > 23 {
		defaultHour = -1
	}
	r := resolver{said: &p.said, text: text, now: now, loc: loc, defaultHour: defaultHour}
	times, err := r.resolve()
	if err != nil {
		return time.Time{}, err
	}
	return choose(text, r.whole(), now, times)
}

// saying is an error about another form of text, about text itself.
func saying(err error, text string) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	return &Error{Kind: e.Kind, Text: text, Near: strings.TrimSpace(text), Readings: e.Readings, Day: e.Day}
}

// choose returns the only reading still to come.
func choose(text, near string, now time.Time, readings []time.Time) (time.Time, error) {
	var coming []time.Time
	for _, t := range readings {
		if y := t.Year(); y < 1 || y > 9999 {
			return time.Time{}, &Error{Kind: Impossible, Text: text, Near: near}
		}
		if t.After(now) {
			coming = append(coming, t)
		}
	}
	switch len(coming) {
	case 0:
		return time.Time{}, &Error{Kind: Past, Text: text, Near: near, Readings: readings}
	case 1:
		return coming[0], nil
	}
	return time.Time{}, &Error{Kind: Ambiguous, Text: text, Near: near, Readings: coming}
}
