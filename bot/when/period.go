package when

import (
	"slices"
	"strings"
	"time"
)

// ParsePeriod reads a stretch of time to look back upon: a day ("hier", "12 mars",
// "il y a 3 jours"), a month ("mars 2026", "2026-03", "last month") or a year
// ("2026", "cette année"), as said at now in the zone loc (nil is UTC). What lacks
// its year or month is the last one, today included. The period goes from its
// first instant up to, and not including, to; the error is an [*Error].
func ParsePeriod(text string, now time.Time, loc *time.Location) (from, to time.Time, err error) {
	if loc == nil {
		loc = time.UTC
	}
	now = now.Round(0).In(loc)
	if len(text) > maxText {
		return from, to, &Error{Kind: Unknown, Text: text, Near: text}
	}
	if t, ok, err := parseISO(text); ok {
		if err != nil {
			return from, to, err
		}
		return period(civil(t.In(loc)), 0, 1, loc)
	}
	tokens := scan(text)
	if first, months, ok := monthsOf(tokens, civil(now)); ok {
		return period(first, months, 0, loc)
	}
	p := &parser{text: text, tokens: tokens}
	if err := p.run(); err != nil {
		return from, to, err
	}
	day, err := lastDayOf(p, now, loc)
	if err != nil {
		return from, to, err
	}
	return period(day, 0, 1, loc)
}

// period is a stretch of whole days: from the civil day first on, so many months
// and days long.
func period(first time.Time, months, days int, loc *time.Location) (from, to time.Time, err error) {
	start := func(d time.Time) time.Time { return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, loc) }
	return start(first), start(first.AddDate(0, months, days)), nil
}

// relativePeriods counts, in months, how far back a period begins and how long it is.
var relativePeriods = map[string]struct {
	back, months int
}{
	"ce mois": {0, 1}, "ce mois ci": {0, 1}, "this month": {0, 1},
	"mois dernier": {1, 1}, "le mois dernier": {1, 1}, "last month": {1, 1},
	"cette annee": {0, 12}, "this year": {0, 12},
	"annee derniere": {12, 12}, "l annee derniere": {12, 12}, "l an dernier": {12, 12}, "an dernier": {12, 12}, "last year": {12, 12},
}

// monthsOf reads a text that is a month or a year, and gives its first day and its
// length.
func monthsOf(tokens []token, today time.Time) (first time.Time, months int, ok bool) {
	p := &parser{tokens: tokens}
	var words []string
	for _, t := range tokens {
		if t.word != "'" && t.word != "’" && t.word != "-" {
			words = append(words, t.word)
		}
	}
	if r, ok := relativePeriods[strings.Join(words, " ")]; ok {
		first = today.AddDate(0, 0, 1-today.Day())
		if r.months == 12 {
			first = first.AddDate(0, 1-int(first.Month()), 0)
		}
		return first.AddDate(0, -r.back, 0), r.months, true
	}
	month := func(y int, m time.Month) (time.Time, int, bool) {
		return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC), 1, true
	}
	y, taken := p.year(0)
	m, named := namedMonth(p, 0)
	switch {
	case taken == 1 && len(tokens) == 1:
		return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC), 12, true
	case taken == 1 && len(tokens) == 3 && (p.word(1) == "-" || p.word(1) == "/"):
		if n, _, ok := p.digit(2); ok && n >= 1 && n <= 12 {
			return month(y, time.Month(n))
		}
	case named && len(tokens) == 1:
		if m > today.Month() {
			return month(today.Year()-1, m)
		}
		return month(today.Year(), m)
	case named && len(tokens) == 2:
		if y, taken := p.year(1); taken == 1 {
			return month(y, m)
		}
	}
	return first, 0, false
}

// namedMonth is the month named at i, but for "mar", which is a Tuesday too.
func namedMonth(p *parser, i int) (time.Month, bool) {
	m, ok := months[p.word(i)]
	return m, ok && (p.word(i) != "mar" || len(p.tokens) > 1)
}

// lastDayOf completes a day that was read, backwards.
func lastDayOf(p *parser, now time.Time, loc *time.Location) (time.Time, error) {
	s := &p.said
	r := resolver{said: s, text: p.text, now: now, loc: loc}
	fail := func(kind Kind) (time.Time, error) { return time.Time{}, r.fail(kind, r.whole()) }
	today := civil(now)
	if s.kinds() != 1 || s.clocks != nil || s.part != 0 || s.before || s.span != nil && (s.span.clock != 0 || s.span.exact) {
		return fail(Unknown)
	}
	var days []time.Time
	switch {
	case s.dates != nil && s.month == nil:
		for _, d := range s.dates {
			if day, ok := r.lastDate(d, today); ok {
				days = append(days, day)
			}
		}
	case s.weekday != nil && s.week == nil && s.relDay == nil && (s.weekday.which == plain || s.weekday.which == nearest):
		days = []time.Time{today.AddDate(0, 0, -int(today.Weekday()-s.weekday.day+7)%7)}
	default:
		var err error
		if days, err = r.days(today); err != nil {
			return time.Time{}, err
		}
	}
	if len(days) == 0 {
		return fail(Impossible)
	}
	over := slices.DeleteFunc(slices.Clone(days), today.Before)
	if len(over) == 0 {
		over = days
	}
	slices.SortFunc(over, time.Time.Compare)
	if over = slices.CompactFunc(over, time.Time.Equal); len(over) > 1 {
		return time.Time{}, &Error{Kind: Ambiguous, Text: p.text, Near: r.whole(), Readings: over}
	}
	return over[0], nil
}

// lastDate is the last day up to today that a date may mean; a date with its year
// means itself.
func (r *resolver) lastDate(d date, today time.Time) (time.Time, bool) {
	fits := func(day time.Time) bool { return r.said.weekday == nil || day.Weekday() == r.said.weekday.day }
	if d.year != 0 {
		day, ok := d.civil()
		return day, ok && fits(day)
	}
	first := today.AddDate(0, 0, 1-today.Day())
	for n := range 12 * 9 {
		m := addMonths(first, -n)
		if d.month != 0 && m.Month() != d.month {
			continue
		}
		try := date{m.Year(), m.Month(), d.day}
		if day, ok := try.civil(); ok && !day.After(today) && fits(day) {
			return day, true
		}
	}
	return time.Time{}, false
}
