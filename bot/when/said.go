package when

import "time"

// which tells one weekday from the others of its name.
type which int

const (
	plain     which = iota // mardi
	nearest                // ce mardi: today counts
	coming                 // mardi prochain: today does not count
	weekLater              // mardi en huit
	twoLater               // mardi en quinze
	gone                   // mardi dernier
)

// date is a day as written: a zero year or month was not given, and day lastDay is
// the last of the month.
type date struct {
	year  int
	month time.Month
	day   int
}

const lastDay = -1

// clock is a time of day; 24:00 is the end of it.
type clock struct{ hour, min, sec int }

// sameTime is the time of day at which something is said.
var sameTime = clock{hour: -1}

// span is a distance from now, in calendar units and on the clock.
type span struct {
	months, days int
	clock        time.Duration
	// exact counts days as 24 hours from now.
	exact bool
	// seconds is its length, roughly: what bounds it.
	seconds int64
}

// said is what the words of a text said, before anything is looked up on a calendar.
type said struct {
	relDay  *int       // days from today
	dates   []date     // readings of a date
	weekday *weekdayOf // a weekday, alone or beside a date
	week    *int       // weeks from this one
	month   *int       // months from this one
	last    bool       // the last day of that month
	span    *span
	clocks  []clock // readings of an hour
	part    part
	before  bool
	// clockToo is the time of day that span may be instead: d'ici 18h.
	clockToo *clock
	// spanToo is the distance that a time of day alone may be instead, 0 if none.
	spanToo time.Duration
	// either are weekdays of which one may be meant, in the week of so many from
	// this one.
	either     []time.Weekday
	eitherWeek int
	// nth is the first, second … or last (-1) of the month's days of weekday.
	nth int
	// loose says that a part of a day alone means today's.
	loose bool
	// exactHour is set by am and pm.
	exactHour bool
	// twice is set when something was said again.
	twice bool
}

type weekdayOf struct {
	day   time.Weekday
	which which
	near  string
}

func (s *said) days(n int) {
	s.twice = s.twice || s.relDay != nil
	s.relDay = &n
}

func (s *said) setDates(d ...date) {
	s.twice = s.twice || s.dates != nil
	s.dates = d
}

func (s *said) setClock(c ...clock) {
	s.twice = s.twice || s.clocks != nil
	s.clocks = c
}

func (s *said) dayPart(p part) {
	s.twice = s.twice || s.part != 0
	s.part = p
}

func (s *said) setWeek(n int) {
	s.twice = s.twice || s.week != nil
	s.week = &n
}

func (s *said) setMonth(n int) {
	s.twice = s.twice || s.month != nil
	s.month = &n
}

func (s *said) setEither(week int, days ...time.Weekday) {
	s.twice = s.twice || s.either != nil
	s.either, s.eitherWeek = days, week
}

func (s *said) addSpan(n int, u unit) {
	if s.span == nil {
		s.span = &span{}
	}
	s.span.add(n, u)
}

// orClock keeps the time of day that so long a distance may be instead, if one is.
func (s *said) orClock(d time.Duration) {
	if d < 24*time.Hour {
		s.clockToo = &clock{hour: int(d / time.Hour), min: int(d % time.Hour / time.Minute)}
	}
}

// unitSeconds is how long a unit is, the calendar's ones roughly.
var unitSeconds = map[unit]int64{
	second: 1, minute: 60, hour: 3600, day: 86400, week: 7 * 86400, fortnight: 14 * 86400, month: 31 * 86400, year: 366 * 86400,
}

// maxSpan is the longest distance from now that is read: a century, in seconds.
const maxSpan = 100 * 366 * 86400

func (s *span) add(n int, u unit) {
	s.seconds += int64(n) * unitSeconds[u]
	if s.seconds > maxSpan {
		s.seconds = maxSpan + 1
		return
	}
	switch u {
	case second, minute, hour:
		s.clock += time.Duration(n) * time.Duration(unitSeconds[u]) * time.Second
	case day:
		s.days += n
	case week:
		s.days += 7 * n
	case fortnight:
		s.days += 14 * n
	case month:
		s.months += n
	case year:
		s.months += 12 * n
	}
}

func (s *span) negate() {
	s.months, s.days, s.clock = -s.months, -s.days, -s.clock
}

// kinds counts the ways in which a day was said, of which there may be one only.
func (s *said) kinds() int {
	n := 0
	for _, set := range []bool{
		s.relDay != nil, s.span != nil, s.dates != nil, s.month != nil && s.dates == nil && s.nth == 0,
		s.weekday != nil && s.nth == 0 || s.week != nil, s.either != nil, s.nth != 0,
	} {
		if set {
			n++
		}
	}
	switch {
	case s.nth != 0:
		return n - btoi(s.dates != nil) // the first Monday of December is one way
	case s.weekday != nil && s.week == nil && s.weekday.which <= coming && (s.relDay != nil || s.dates != nil):
		n-- // a weekday beside a date confirms it
	case s.weekday != nil && s.weekday.which == plain && s.span.weeks():
		n-- // lundi dans deux semaines
	}
	return n
}

// weeks tells whether a span is whole weeks to come and nothing else.
func (s *span) weeks() bool {
	return s != nil && s.months == 0 && s.clock == 0 && !s.exact && s.days > 0 && s.days%7 == 0
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
