package config

import (
	"regexp"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/teambition/rrule-go"
)

// Recurrence says when something happens again and again, on the clocks of the
// community's zone: a cron expression of five fields ("0 9 * * 1", "@monthly") or
// an RRULE of RFC 5545 ("FREQ=MONTHLY;BYDAY=1TU;BYHOUR=9;BYMINUTE=0"), which
// "DTSTART:20260105T090000" may precede and "EXDATE:…" follow, after a space or on
// lines of their own. A rule of every second week or so counts from DTSTART, and
// from Monday 1 January 2001 without one; hours that are not given are those of
// DTSTART, and midnight without one. The zero Recurrence never happens.
type Recurrence struct {
	text string
	rule wallClock
}

// wallClock finds the next time a rule gives on a clock that never changes.
type wallClock interface {
	Next(after time.Time) time.Time
}

// rruleAnchor is what rules without DTSTART count from: a Monday.
var rruleAnchor = time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)

// ParseRecurrence reads a recurrence. Its error is a [Mistake].
func ParseRecurrence(text string) (Recurrence, error) {
	text = strings.TrimSpace(text)
	rule, err := parseRRule(text)
	if rule == nil && err == nil {
		rule, err = parseCron(text)
	}
	if err != nil {
		return Recurrence{}, err
	}
	if never := rule.Next(rruleAnchor.Add(-time.Second)).IsZero(); never {
		return Recurrence{}, mistake("never-recurs", text)
	}
	return Recurrence{text, rule}, nil
}

func parseCron(text string) (wallClock, error) {
	if strings.Contains(text, "=") || strings.HasPrefix(text, "@every") {
		return nil, mistake("bad-recurrence", text)
	}
	rule, err := cron.ParseStandard(text)
	if err != nil {
		return nil, mistake("bad-recurrence", text)
	}
	return rule, nil
}

// rruleOf is a rule of RFC 5545 on a clock that never changes.
type rruleOf struct {
	set *rrule.Set
	// moves says that the rule may be counted from anywhere.
	moves bool
}

// rruleLine tells the lines of an RRULE that have a name from the rule alone.
var rruleLine = regexp.MustCompile(`^(DTSTART|RRULE|EXDATE|RDATE)[:;]`)

// parseRRule reads an RRULE; nil without an error is something else.
func parseRRule(text string) (wallClock, error) {
	lines := strings.Fields(strings.ToUpper(text))
	if !strings.Contains(strings.ToUpper(text), "FREQ=") {
		return nil, nil
	}
	anchored, endless := false, true
	for i, line := range lines {
		if !rruleLine.MatchString(line) {
			lines[i] = "RRULE:" + line
		}
		anchored = anchored || strings.HasPrefix(line, "DTSTART")
		endless = endless && !strings.Contains(line, "COUNT=")
		// What is written is on the community's clocks: no Z, no TZID.
		if !strings.HasPrefix(lines[i], "RRULE:") && strings.HasSuffix(line, "Z") || strings.Contains(line, "TZID") ||
			untilUTC.MatchString(line) {
			return nil, mistake("rrule-zone", text)
		}
	}
	set, err := rrule.StrToRRuleSet(strings.Join(lines, "\n"))
	if err != nil || set.GetRRule() == nil || !anchored && !endless {
		return nil, mistake("bad-recurrence", text)
	}
	freq, every := set.GetRRule().OrigOptions.Freq, set.GetRRule().OrigOptions.Interval
	if freq == rrule.MINUTELY || freq == rrule.SECONDLY {
		return nil, mistake("rrule-often", text)
	}
	if !anchored {
		set.DTStart(rruleAnchor)
	}
	return &rruleOf{set, !anchored && every <= 1 && (freq == rrule.DAILY || freq == rrule.HOURLY)}, nil
}

var untilUTC = regexp.MustCompile(`UNTIL=\d{8}T\d{6}Z`)

// Next implements wallClock.
func (r *rruleOf) Next(after time.Time) time.Time {
	if !r.moves || after.Year() <= rruleAnchor.Year() {
		return r.set.After(after, false)
	}
	near := r.set.GetRRule().OrigOptions
	near.Dtstart = time.Date(after.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	rule, err := rrule.NewRRule(near)
	if err != nil {
		return r.set.After(after, false)
	}
	set := &rrule.Set{}
	set.RRule(rule)
	set.SetExDates(r.set.GetExDate())
	set.SetRDates(r.set.GetRDate())
	return set.After(after, false)
}

// IsZero reports whether nothing recurs.
func (r Recurrence) IsZero() bool { return r.rule == nil }

// String is the recurrence as it was written.
func (r Recurrence) String() string { return r.text }

// MarshalText writes the recurrence as it was written.
func (r Recurrence) MarshalText() ([]byte, error) { return []byte(r.text), nil }

// UnmarshalText reads what [ParseRecurrence] does; nothing is the zero Recurrence.
func (r *Recurrence) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = Recurrence{}
		return nil
	}
	parsed, err := ParseRecurrence(string(text))
	if err == nil {
		*r = parsed
	}
	return err
}

// Next returns the first moment after another at which a zone's clocks show a time
// that the rule gives; the zero time when none is to come. A time that a clock
// change skips happens at the first valid instant after it, and one that it repeats
// happens the first time.
func (r Recurrence) Next(after time.Time, zone *time.Location) time.Time {
	if r.rule == nil {
		return time.Time{}
	}
	here := after.In(zone)
	wall := time.Date(here.Year(), here.Month(), here.Day(), here.Hour(), here.Minute(), here.Second(), here.Nanosecond(), time.UTC)
	for {
		if wall = r.rule.Next(wall); wall.IsZero() {
			return time.Time{}
		}
		if at := Instant(wall, zone); at.After(after) {
			return at
		}
	}
}

// Instant returns the first moment at which a zone's clocks show at least wall,
// whose own zone does not count: in the gap of a clock change its end, and the
// first of the two of a repeated hour.
func Instant(wall time.Time, zone *time.Location) time.Time {
	const around = 26 * time.Hour // further than any zone is from UTC
	wall = time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), time.UTC)
	with := func(probe time.Time) (at time.Time, shown bool) {
		_, offset := probe.In(zone).Zone()
		at = wall.Add(-time.Duration(offset) * time.Second)
		_, got := at.In(zone).Zone()
		return at, got == offset
	}
	before, ok := with(wall.Add(-around))
	if ok {
		return before
	}
	if at, ok := with(wall.Add(around)); ok {
		return at
	}
	start, _ := before.In(zone).ZoneBounds()
	return start.UTC()
}
