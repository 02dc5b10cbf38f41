package main

import (
	"fmt"
	"slices"
	"time"
)

// table is what must be posted in the year of TestAssociationYear, worked out from
// the days of the calendar and from when the clerk looked at its clock.
type table struct {
	zone    *time.Location
	from    time.Time
	looked  []time.Time
	changed int // the look after which the charter was another
	moved   int // the look after which the meeting of June was
	was, is time.Time
	want    map[string]int
}

const never = 1 << 30

func newTable(zone *time.Location, from time.Time) *table {
	return &table{zone: zone, from: from, changed: never, moved: never, want: map[string]int{}}
}

func (t *table) change() { t.changed = len(t.looked) - 1 }

func (t *table) move(was, is time.Time) { t.moved, t.was, t.is = len(t.looked)-1, was, is }

// shown is the first moment at which a zone's clocks show a time or have gone past
// it: found by walking, minute by minute, as somebody would who watches a clock.
func (t *table) shown(day time.Time, hour, minute int) time.Time {
	wall := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, time.UTC)
	for at := wall.Add(-15 * time.Hour); ; at = at.Add(time.Minute) {
		y, m, d := at.In(t.zone).Date()
		h, mm, _ := at.In(t.zone).Clock()
		if !time.Date(y, m, d, h, mm, 0, 0, time.UTC).Before(wall) {
			return at
		}
	}
}

// days lists the days of the year and of the January after that a rule takes.
func days(takes func(day time.Time) bool) []time.Time {
	var out []time.Time
	for d := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC); d.Before(time.Date(2028, 2, 1, 0, 0, 0, 0, time.UTC)); d = d.AddDate(0, 0, 1) {
		if takes(d) {
			out = append(out, d)
		}
	}
	return out
}

// seen is the look at which a moment was noticed, never when it was not.
func (t *table) seen(at time.Time) int {
	if i := slices.IndexFunc(t.looked, func(l time.Time) bool { return !l.Before(at) }); i >= 0 {
		return i
	}
	return never
}

func (t *table) says(where []string, format string, args ...any) {
	for _, w := range where {
		t.want[w+" "+fmt.Sprintf(format, args...)]++
	}
}

func (t *table) written(at time.Time) string {
	return at.In(t.zone).Format("Monday 2 January 2006 at 15:04")
}

// sentence is what the charter says again and again, while it does.
type sentence struct {
	text         string
	where        []string
	window       time.Duration
	hour, minute int
	takes        func(day time.Time) bool
	// before and after tell whether the charter has it before its change and after.
	before, after bool
}

var yearSentences = []sentence{
	{"🔔 Dues of the month.", []string{"#general"}, 20 * time.Hour, 9, 0, func(d time.Time) bool { return d.Day() == 1 }, true, false},
	{"🔔 Open house tonight.", []string{"#general"}, 12 * time.Hour, 18, 30, func(d time.Time) bool {
		return d.Weekday() == time.Thursday && (d.YearDay()-7)%14 == 0 && d.Year() == 2027
	}, true, false},
	{"🔔 Open house tonight.", []string{"#general"}, 12 * time.Hour, 19, 0, func(d time.Time) bool { return d.YearDay() >= 188 && (d.YearDay()-188)%14 == 0 && d.Year() == 2027 }, false, true},
	{"🔔 The market.", []string{"#general"}, 12 * time.Hour, 20, 0, func(d time.Time) bool { return d.Weekday() == time.Friday }, false, true},
	{"🔔 Nightly copy.", []string{"#office"}, 3 * time.Hour, 2, 30, func(time.Time) bool { return true }, true, true},
	{"🔔 Close the month.", []string{"ana", "ben"}, 48 * time.Hour, 2, 0, func(d time.Time) bool { return d.AddDate(0, 0, 1).Day() == 1 }, true, true},
	{"**The week**", []string{"#office"}, 12 * time.Hour, 8, 0, func(d time.Time) bool { return d.Weekday() == time.Monday }, true, true},
}

// sentence enters what one sentence gives: in time, late within its window, or told
// as missed, those of one look together.
func (t *table) sentence(s sentence) {
	var missed []time.Time
	at := never
	flush := func() {
		text := s.text
		if name, ok := cutBell(s.text); ok {
			text = name
		}
		switch len(missed) {
		case 0:
		case 1:
			t.says(s.where, `"%s" could not be said on %s: the clerk was stopped, and it is too late now.`, text, t.written(missed[0]))
		default:
			t.says(s.where, `"%s" could not be said %d times between %s and %s: the clerk was stopped, and it is too late now.`,
				text, len(missed), t.written(missed[0]), t.written(missed[len(missed)-1]))
		}
		missed, at = nil, never
	}
	for _, day := range days(s.takes) {
		due := t.shown(day, s.hour, s.minute)
		look := t.seen(due)
		if look == never || due.Before(t.from) || look <= t.changed && !s.before || look > t.changed && !s.after {
			continue
		}
		late := t.looked[look].Sub(due)
		if late > s.window {
			if at != look {
				flush()
			}
			missed, at = append(missed, due), look
			continue
		}
		flush()
		if late >= 5*time.Minute {
			t.says(s.where, "%s Late: it was for %s, and the clerk was stopped.", s.text, t.written(due))
			continue
		}
		t.says(s.where, "%s", s.text)
	}
	flush()
}

func cutBell(text string) (string, bool) {
	const bell = "🔔 "
	if len(text) > len(bell) && text[:len(bell)] == bell {
		return text[len(bell):], true
	}
	return text, false
}

// series is a kind of meeting of the charter.
type series struct {
	title         string
	channel       string
	invited       []string
	hour, minute  int
	takes         func(day time.Time) bool
	announce      int // days
	notice        int // days
	reminders     []func(t *table, day time.Time, starts time.Time) time.Time
	before, after bool
}

func daysBefore(n int) func(*table, time.Time, time.Time) time.Time {
	return func(t *table, day, starts time.Time) time.Time {
		return t.shown(day.AddDate(0, 0, -n), starts.In(t.zone).Hour(), starts.In(t.zone).Minute())
	}
}

func hoursBefore(n int) func(*table, time.Time, time.Time) time.Time {
	return func(_ *table, _, starts time.Time) time.Time { return starts.Add(-time.Duration(n) * time.Hour) }
}

var (
	yearBoard   = []string{"ana", "ben"}
	yearMembers = []string{"ana", "ben", "cleo", "dan"}
	reminding   = []func(*table, time.Time, time.Time) time.Time{daysBefore(2), hoursBefore(2)}
)

var yearSeries = []series{
	{"Board", "#office", yearBoard, 18, 30, func(d time.Time) bool {
		return d.Weekday() == time.Tuesday && d.Day() <= 7 && d.Format(time.DateOnly) != "2027-09-07"
	}, 10, 0, reminding, true, false},
	{"Board", "#office", yearBoard, 19, 0, func(d time.Time) bool {
		return d.Weekday() == time.Thursday && d.Day() > 7 && d.Day() <= 14
	}, 10, 0, reminding, false, true},
	{"Assembly", "#general", yearMembers, 10, 0, func(d time.Time) bool {
		return d.Day() == 20 && (d.Month() == time.March || d.Month() == time.June || d.Month() == time.October)
	}, 15, 15, []func(*table, time.Time, time.Time) time.Time{daysBefore(7), daysBefore(1)}, true, true},
	{"Workshop", "#general", yearMembers, 14, 0, func(d time.Time) bool {
		n := int(d.Sub(time.Date(2027, 1, 9, 0, 0, 0, 0, time.UTC)) / (24 * time.Hour))
		return n >= 0 && n%28 == 0 && d.Format(time.DateOnly) != "2027-02-06"
	}, 7, 0, []func(*table, time.Time, time.Time) time.Time{daysBefore(1)}, true, true},
}

// meeting enters what one meeting of a series gives.
func (t *table) meeting(s series, day time.Time) {
	starts := t.shown(day, s.hour, s.minute)
	on := t.written(starts)
	everybody := append([]string{s.channel}, s.invited...)
	announced := t.seen(t.shown(day.AddDate(0, 0, -s.announce), s.hour, s.minute))
	since := -1
	if !s.before { // entered when the charter changed
		since = t.changed
		if t.changed == never || starts.Before(t.looked[t.changed]) {
			return
		}
		announced = max(announced, t.changed+1)
	}
	if !s.after && t.changed != never && starts.After(t.looked[t.changed]) {
		if announced > t.changed {
			return // nobody has heard of it
		}
		t.says(yearBoard, "left | %s | %s", s.title, on)
	}
	if announced >= len(t.looked) {
		return
	}
	t.says([]string{s.channel}, "card | %s | %s", s.title, on)
	if s.notice > 0 {
		due := t.shown(day.AddDate(0, 0, -s.notice), s.hour, s.minute)
		if look := t.looked[t.seen(due)]; look.In(t.zone).Format(time.DateOnly) > due.In(t.zone).Format(time.DateOnly) {
			t.says(yearBoard, "too late | %s | %s", s.title, on)
		} else {
			t.says(everybody, "convocation | %s | %s", s.title, on)
		}
	}
	until := never
	if starts.Equal(t.was) {
		until = t.moved
		t.says([]string{s.channel, "ben"}, "moved | %s | %s", s.title, on)
		t.reminders(s, time.Date(t.is.Year(), t.is.Month(), t.is.Day(), 0, 0, 0, 0, time.UTC), t.is, t.moved, never)
	}
	t.reminders(s, day, starts, since, until)
}

// reminders enters the reminders of a meeting that begins then, noticed after one
// look and up to another, and what its keepers are told when it is over.
func (t *table) reminders(s series, day, starts time.Time, after, until int) {
	everybody := append([]string{s.channel}, s.invited...)
	on := t.written(starts)
	for i, reminder := range s.reminders {
		due := reminder(t, day, starts)
		look := t.seen(due)
		if look >= len(t.looked) || look <= after || look > until || after >= 0 && !due.After(t.looked[after]) {
			continue
		}
		if i+1 < len(s.reminders) && t.seen(s.reminders[i+1](t, day, starts)) <= look {
			continue // the one after says it
		}
		if t.looked[look].Before(starts) {
			t.says(everybody, "reminder | %s | %s", s.title, on)
		} else {
			t.says(yearBoard, "nobody reminded | %s | %s", s.title, on)
		}
	}
	if over := t.seen(starts.Add(time.Hour)); over < len(t.looked) && over <= until {
		t.says(yearBoard, "over | %s | %s", s.title, on)
	}
}

// posts is the whole table, of a year that is over.
func (t *table) posts() map[string]int {
	for _, s := range yearSentences {
		t.sentence(s)
	}
	for _, s := range yearSeries {
		for _, day := range days(s.takes) {
			t.meeting(s, day)
		}
	}
	return t.want
}
