package when

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// clauses are what may stand beside what recurs: its hour, from when, until when
// and how many times.
type clauses struct {
	main, start, until, except []token
	count                      int
	// lasting is for how long, from the first time on.
	lasting span
}

// Words that begin a clause.
var (
	startWords = []string{
		"a partir du", "a partir de", "a partir d", "a compter du", "a compter de", "des le", "des", "starting on", "starting from", "starting",
		"beginning on", "beginning", "from", "as of",
	}
	exceptWords = []string{"sauf", "excepte", "hormis", "except for", "except", "but not"}
	untilWords  = []string{"jusqu au", "jusqu a", "jusqu en", "jusque", "until", "till", "through"}
)

// split sorts the words that are left into clauses.
func (p *oftenParser) split() clauses {
	var c clauses
	into := &c.main
	q := parser{text: p.text, tokens: p.rest}
	for i := 0; i < len(q.tokens); {
		if n := q.anyOf(i, startWords...); n > 0 {
			into, i = &c.start, i+n
			continue
		}
		if n := q.anyOf(i, untilWords...); n > 0 {
			into, i = &c.until, i+n
			continue
		}
		if n := q.anyOf(i, exceptWords...); n > 0 {
			into, i = &c.except, i+n
			continue
		}
		if n, taken := q.number(i); taken > 0 && n > 0 && (q.word(i+taken) == "fois" || q.word(i+taken) == "times") {
			c.count, i = n, i+taken+1
			continue
		}
		if q.word(i) == "pendant" || q.word(i) == "during" || q.word(i) == "for" {
			if n := q.measure(&c.lasting, i+1, true); n > 0 {
				i += 1 + n
				continue
			}
		}
		if into == &c.except {
			if n := q.dated(i); n > 0 {
				c.except, i = append(c.except, q.tokens[i:i+n]...), i+n
				continue
			}
			if !exceptable(q.word(i)) {
				into = &c.main
			}
		}
		*into = append(*into, q.tokens[i])
		i++
	}
	return c
}

// clause reads the words of one clause as a date is read. If day says one, a month
// alone is that much of its days, and a number alone is a day of the month.
func (p *oftenParser) clause(tokens []token, day int) (said, error) {
	q := parser{text: p.text, tokens: tokens}
	if m, ok := months[q.word(0)]; ok && day != 0 {
		if y, n := q.year(1); 1+n == len(tokens) {
			q.said.setDates(date{y, m, day})
			return q.said, nil
		}
	}
	if _, digits, ok := q.digit(0); ok && digits <= 2 && day != 0 && len(tokens) == 1 {
		q.readings(0, 1, date{day: tokens[0].num}) // jusqu'au 30
		if q.err != nil {
			return q.said, q.err
		}
		return q.said, nil
	}
	err := q.run()
	return q.said, err
}

func (p *oftenParser) whole(kind Kind) error {
	return &Error{Kind: kind, Text: p.text, Near: strings.TrimSpace(p.text)}
}

// resolve puts the rule, its hour and its bounds together.
func (p *oftenParser) resolve(now time.Time, loc *time.Location, hour int) (Often, error) {
	c := p.split()
	main, err := p.clause(c.main, 0)
	if err != nil {
		return Often{}, err
	}
	start, err := p.clause(c.start, 1)
	if err != nil {
		return Often{}, err
	}
	p.absorb(&main)
	if main.kinds() > 0 || main.before || main.last || main.loose && main.part == 0 {
		return Often{}, p.whole(Unknown)
	}
	if main.clocks == nil && main.part == 0 {
		main.clocks, main.part = start.clocks, start.part
	}
	if main.part == 0 {
		main.part = p.rule.part
	}
	from := civil(now)
	if start.kinds() > 0 {
		r := resolver{said: &start, text: p.text, now: now, loc: loc, defaultHour: hour}
		days, err := r.days(from)
		if err != nil {
			return Often{}, err
		}
		if from = days[0]; len(days) > 1 {
			return Often{}, p.whole(Ambiguous)
		}
	}
	at, err := p.hour(&main, now, loc, hour)
	if err != nil {
		return Often{}, err
	}
	if err := p.complete(from); err != nil {
		return Often{}, err
	}
	out, err := p.except(c.except, from, now, loc)
	if err != nil {
		return Often{}, err
	}
	var firsts []time.Time
	for _, h := range at {
		first, ok := p.rule.first(from, h, now, loc)
		if !ok {
			return Often{}, p.whole(Impossible)
		}
		firsts = append(firsts, first)
	}
	if len(firsts) > 1 {
		e := &Error{Kind: Ambiguous, Text: p.text, Near: strings.TrimSpace(p.text)}
		for _, f := range firsts {
			e.Readings = append(e.Readings, instantOf(f, loc))
		}
		slices.SortFunc(e.Readings, time.Time.Compare)
		return Often{}, e
	}
	return p.bounded(firsts[0], c, out, now, loc)
}

// absorb takes the day that was written apart from the period it belongs to:
// "lundi, chaque semaine".
func (p *oftenParser) absorb(s *said) {
	r := &p.rule
	switch w := s.weekday; {
	case r.freq == "WEEKLY" && r.days == nil && w != nil && w.which == plain && s.dates == nil:
		r.days, s.weekday = []time.Weekday{w.day}, nil
	case len(s.dates) != 1 || s.dates[0].year != 0:
	case r.freq == "MONTHLY" && r.monthDays == nil && r.days == nil && r.nthWorkday == 0 && s.dates[0].month == 0:
		r.monthDays, s.dates = []int{s.dates[0].day}, nil
	case r.freq == "YEARLY" && r.monthDays == nil && r.days == nil && s.dates[0].month != 0:
		r.monthDays, r.months, s.dates = []int{s.dates[0].day}, []time.Month{s.dates[0].month}, nil
	}
}

// hour gives the readings of the time of day.
func (p *oftenParser) hour(s *said, now time.Time, loc *time.Location, hour int) ([]clock, error) {
	r := resolver{said: s, text: p.text, now: now, loc: loc, defaultHour: hour}
	all, err := r.clocks()
	if err != nil || len(all) > 0 {
		return all, err
	}
	if p.rule.noon {
		return []clock{{hour: 12}}, nil
	}
	if part, ok := hours[s.part]; ok && (hour < part.from || hour >= part.to) {
		hour = part.meet
	}
	if p.rule.freq == "HOURLY" {
		h, m, _ := now.Clock()
		return []clock{{hour: h, min: m}}, nil
	}
	return []clock{{hour: hour}}, nil
}

// complete gives a rule the day that its words leave out: that of the day it
// counts from, or the first of its quarter.
func (p *oftenParser) complete(from time.Time) error {
	r := &p.rule
	if r.freq == "MONTHLY" && len(r.months) > 0 {
		r.interval = 1
	}
	bare := r.days == nil && r.monthDays == nil && r.nthWorkday == 0
	switch {
	case !bare || r.freq == "DAILY" || r.freq == "HOURLY":
	case r.freq == "WEEKLY":
		r.days = []time.Weekday{from.Weekday()}
	case len(r.months) > 0:
		r.monthDays = []int{1}
	default:
		r.monthDays = []int{from.Day()}
		if r.freq == "YEARLY" {
			r.months = []time.Month{from.Month()}
		}
	}
	if len(r.months) == 1 && len(r.monthDays) == 1 && r.monthDays[0] > daysIn(2000, r.months[0]) {
		return p.whole(Impossible)
	}
	return nil
}

// first is the first time, on the clocks of the zone, that a rule gives from a day
// on and after now.
func (r *rule) first(from time.Time, at clock, now time.Time, loc *time.Location) (time.Time, bool) {
	for n := range 366 * 9 {
		d := from.AddDate(0, 0, n)
		if !r.holds(d) {
			continue
		}
		wall := time.Date(d.Year(), d.Month(), d.Day(), at.hour, at.min, at.sec, 0, time.UTC)
		for k := 0; r.freq == "HOURLY" && k < 24 && !instantOf(wall, loc).After(now); k++ {
			wall = wall.Add(time.Duration(r.interval) * time.Hour)
		}
		if instantOf(wall, loc).After(now) {
			return wall, true
		}
	}
	return time.Time{}, false
}

// instantOf is the first valid instant at which a zone's clocks show a time.
func instantOf(wall time.Time, loc *time.Location) time.Time {
	r := resolver{loc: loc}
	t, _ := r.flexible(civil(wall), clock{wall.Hour(), wall.Minute(), wall.Second()}, false)
	return t
}

// holds tells whether a day is one of the rule's, its interval aside.
func (r *rule) holds(d time.Time) bool {
	if len(r.months) > 0 && !slices.Contains(r.months, d.Month()) {
		return false
	}
	size := daysIn(d.Year(), d.Month())
	switch {
	case r.nthWorkday != 0:
		return d.Day() == workdayOf(d.Year(), d.Month(), r.nthWorkday)
	case len(r.nths) > 0:
		for _, w := range r.days {
			for _, n := range r.nths {
				if nth, ok := nthOf(d.Year(), d.Month(), w, n); ok && nth.Equal(d) {
					return true
				}
			}
		}
		return false
	case r.days != nil:
		return slices.Contains(r.days, d.Weekday())
	case r.monthDays != nil:
		return slices.ContainsFunc(r.monthDays, func(day int) bool {
			return day == d.Day() || day == lastDay && d.Day() == size || (len(r.monthDays) == 1 || r.shortened()) && day > size && d.Day() == size
		})
	}
	return true
}

// shortened tells whether the last of several days of the month is one that some
// months lack, and the only one: le 15 et le 30.
func (r *rule) shortened() bool {
	last := len(r.monthDays) - 1
	return last > 0 && r.monthDays[last] > 28 && !slices.ContainsFunc(r.monthDays[:last], func(d int) bool { return d < 1 || d >= 28 }) &&
		slices.IsSorted(r.monthDays)
}

// workdayOf is the nth day from Monday to Friday of a month, from its end when n
// is negative.
func workdayOf(year int, m time.Month, n int) int {
	var days []int
	for d := 1; d <= daysIn(year, m); d++ {
		if slices.Contains(workdays, time.Date(year, m, d, 0, 0, 0, 0, time.UTC).Weekday()) {
			days = append(days, d)
		}
	}
	if n < 0 {
		n += len(days) + 1
	}
	if n < 1 || n > len(days) {
		return 0
	}
	return days[n-1]
}

// bounded writes the rule with its beginning and its end.
func (p *oftenParser) bounded(first time.Time, c clauses, out []time.Time, now time.Time, loc *time.Location) (Often, error) {
	end, err := p.end(first, c, now, loc)
	if err != nil {
		return Often{}, err
	}
	text := "DTSTART:" + first.Format("20060102T150405") + " RRULE:" + p.rule.String()
	text += end
	for i, d := range out {
		text += [2]string{" EXDATE:", ","}[min(i, 1)] + d.Format("20060102") + first.Format("T150405")
	}
	return Often{text}, nil
}

// end writes how often or until when the rule holds; nothing when it has no end.
func (p *oftenParser) end(first time.Time, c clauses, now time.Time, loc *time.Location) (string, error) {
	if c.count > 0 {
		return ";COUNT=" + strconv.Itoa(min(c.count, 10000)), nil
	}
	if c.lasting != (span{}) {
		end := addMonths(civil(first), c.lasting.months).AddDate(0, 0, c.lasting.days).Add(c.lasting.clock)
		end = end.Add(first.Sub(civil(first)) - time.Second)
		return ";UNTIL=" + end.Format("20060102T150405"), nil
	}
	if len(c.until) == 0 {
		return "", nil
	}
	until, err := p.clause(c.until, lastDay)
	if err != nil {
		return "", err
	}
	r := resolver{said: &until, text: p.text, now: now, loc: loc, defaultHour: -1}
	times, err := r.resolve()
	if err != nil {
		return "", err
	}
	end, err := choose(p.text, r.whole(), now, times)
	if err != nil {
		return "", err
	}
	if end.Before(instantOf(first, loc)) {
		return "", &Error{Kind: Past, Text: p.text, Near: r.whole(), Readings: []time.Time{end}}
	}
	return ";UNTIL=" + end.Format("20060102T150405"), nil
}

// String writes the rule as RFC 5545 does.
func (r *rule) String() string {
	parts := []string{"FREQ=" + r.freq}
	if r.interval > 1 {
		parts = append(parts, fmt.Sprintf("INTERVAL=%d", r.interval))
	}
	if len(r.months) > 0 {
		numbers := make([]string, len(r.months))
		for i, m := range r.months {
			numbers[i] = strconv.Itoa(int(m))
		}
		parts = append(parts, "BYMONTH="+strings.Join(numbers, ","))
	}
	switch {
	case r.nthWorkday != 0:
		parts = append(parts, "BYDAY="+byday(workdays, nil), fmt.Sprintf("BYSETPOS=%d", r.nthWorkday))
	case r.days != nil:
		parts = append(parts, "BYDAY="+byday(r.days, r.nths))
	case len(r.monthDays) == 1 && r.monthDays[0] > 28:
		var days []string
		for d := 28; d <= r.monthDays[0]; d++ {
			days = append(days, strconv.Itoa(d))
		}
		parts = append(parts, "BYMONTHDAY="+strings.Join(days, ","), "BYSETPOS=-1")
	case r.monthDays != nil:
		days := make([]string, len(r.monthDays))
		for i, d := range r.monthDays {
			days[i] = strconv.Itoa(d)
		}
		if last := len(days) - 1; r.shortened() {
			for d := 28; d < r.monthDays[last]; d++ {
				days = append(days, strconv.Itoa(d))
			}
			days = append(days, "BYSETPOS=-1")
			for n := range last {
				days[len(days)-1] += "," + strconv.Itoa(n+1)
			}
			parts = append(parts, "BYMONTHDAY="+strings.Join(days[:len(days)-1], ","), days[len(days)-1])
			break
		}
		parts = append(parts, "BYMONTHDAY="+strings.Join(days, ","))
	}
	return strings.Join(parts, ";")
}
