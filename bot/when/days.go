package when

import (
	"slices"
	"time"
)

// days returns the readings of the day, in order.
func (r *resolver) days(today time.Time) ([]time.Time, error) {
	s := r.said
	switch {
	case s.nth != 0:
		return r.nth(today)
	case s.either != nil:
		monday := today.AddDate(0, 0, 7*s.eitherWeek-(int(today.Weekday())+6)%7)
		var days []time.Time
		for _, d := range s.either {
			days = append(days, monday.AddDate(0, 0, int(d+6)%7))
		}
		return days, nil
	case s.span != nil && s.weekday != nil:
		monday := today.AddDate(0, 0, s.span.days-(int(today.Weekday())+6)%7)
		return []time.Time{monday.AddDate(0, 0, int(s.weekday.day+6)%7)}, nil
	case s.relDay != nil:
		return r.confirm([]time.Time{today.AddDate(0, 0, *s.relDay)})
	case s.span != nil:
		return []time.Time{addMonths(today, s.span.months).AddDate(0, 0, s.span.days)}, nil
	case s.dates != nil:
		return r.dates(today)
	case s.month != nil:
		d := addMonths(today, *s.month)
		if s.last {
			d = time.Date(d.Year(), d.Month()+1, 0, 0, 0, 0, 0, time.UTC)
		}
		return []time.Time{d}, nil
	case s.weekday == nil && *s.week == 0:
		return nil, r.fail(Unknown, r.whole())
	case s.weekday == nil:
		return []time.Time{today.AddDate(0, 0, 7**s.week)}, nil
	case s.week != nil && s.weekday.which != plain:
		return nil, r.fail(Unknown, r.whole())
	case s.week != nil:
		monday := today.AddDate(0, 0, -int(today.Weekday()+6)%7)
		return []time.Time{monday.AddDate(0, 0, 7**s.week+int(s.weekday.day+6)%7)}, nil
	}
	return weekdayFrom(today, *s.weekday), nil
}

// nth is the first Monday and so on of the month that was said.
func (r *resolver) nth(today time.Time) ([]time.Time, error) {
	s := r.said
	first := today.AddDate(0, 0, 1-today.Day())
	tries := []time.Time{}
	switch {
	case s.month != nil:
		tries = append(tries, addMonths(first, *s.month))
	case s.dates[0].year != 0:
		tries = append(tries, time.Date(s.dates[0].year, s.dates[0].month, 1, 0, 0, 0, 0, time.UTC))
	default:
		for y := today.Year(); y <= today.Year()+8; y++ {
			tries = append(tries, time.Date(y, s.dates[0].month, 1, 0, 0, 0, 0, time.UTC))
		}
	}
	var last time.Time
	for _, m := range tries {
		d, ok := nthOf(m.Year(), m.Month(), s.weekday.day, s.nth)
		if last = d; ok && !d.Before(today) {
			return []time.Time{d}, nil
		}
	}
	if !last.IsZero() {
		return []time.Time{last}, nil // it is over
	}
	return nil, r.fail(Impossible, r.said.weekday.near)
}

// weekdayFrom returns the readings of a weekday.
func weekdayFrom(today time.Time, w weekdayOf) []time.Time {
	delta := int(w.day-today.Weekday()+7) % 7
	same := delta == 0
	offsets := []int{delta}
	switch {
	case w.which == plain && same:
		offsets = []int{0, 7}
	case w.which == coming && same:
		offsets = []int{7}
	case w.which == weekLater && same:
		offsets = []int{7, 14}
	case w.which == weekLater:
		offsets = []int{delta + 7}
	case w.which == twoLater && same:
		offsets = []int{14, 21}
	case w.which == twoLater:
		offsets = []int{delta + 14}
	case w.which == gone:
		offsets = []int{delta - 7}
	}
	out := make([]time.Time, len(offsets))
	for i, n := range offsets {
		out[i] = today.AddDate(0, 0, n)
	}
	return out
}

// dates completes what was left out of the dates that were written.
func (r *resolver) dates(today time.Time) ([]time.Time, error) {
	var out []time.Time
	for _, d := range r.said.dates {
		switch {
		case r.said.month != nil && d.month != 0:
			return nil, r.fail(Unknown, r.whole())
		case r.said.month != nil:
			m := addMonths(today.AddDate(0, 0, 1-today.Day()), *r.said.month)
			d.year, d.month = m.Year(), m.Month()
			if t, ok := d.civil(); ok {
				out = append(out, t)
			}
		case d.month == 0:
			out = append(out, r.nextDay(d, today)...)
		case d.year == 0:
			out = append(out, nextDate(d, today)...)
		default:
			if t, ok := d.civil(); ok {
				out = append(out, t)
			}
		}
	}
	if len(out) == 0 {
		return nil, r.fail(Impossible, r.whole())
	}
	slices.SortFunc(out, time.Time.Compare)
	return r.confirm(slices.CompactFunc(out, time.Time.Equal))
}

// confirm keeps the days that fall on the weekday written beside them.
func (r *resolver) confirm(days []time.Time) ([]time.Time, error) {
	w := r.said.weekday
	if w == nil {
		return days, nil
	}
	kept := slices.DeleteFunc(slices.Clone(days), func(d time.Time) bool { return d.Weekday() != w.day })
	if len(kept) == 0 {
		err := r.fail(Impossible, w.near)
		if len(days) == 1 {
			d := days[0]
			err.Day = time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, r.loc)
		}
		return nil, err
	}
	return kept, nil
}

// nextDate returns the first day from today on that has the day and month.
func nextDate(d date, today time.Time) []time.Time {
	for y := today.Year(); y <= today.Year()+8; y++ {
		d.year = y
		if t, ok := d.civil(); ok && !t.Before(today) {
			return []time.Time{t}
		}
	}
	return nil
}

// nextDay returns the first day from today on that has the day of the month; with a
// weekday, within this month and the next.
func (r *resolver) nextDay(d date, today time.Time) []time.Time {
	first := today.AddDate(0, 0, 1-today.Day())
	for n := range 3 {
		m := addMonths(first, n)
		d.year, d.month = m.Year(), m.Month()
		t, ok := d.civil()
		if !ok || t.Before(today) {
			continue
		}
		if w := r.said.weekday; n == 0 && w != nil && t.Weekday() != w.day {
			continue
		}
		return []time.Time{t}
	}
	return nil
}

// civil returns the day of a full date, if the calendar has it.
func (d date) civil() (time.Time, bool) {
	if !d.valid() {
		return time.Time{}, false
	}
	if d.day == lastDay {
		d.day = daysIn(d.year, d.month)
	}
	return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC), true
}

// civil returns the day of an instant in its own zone.
func civil(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// addMonths adds months, ending where the month is too short.
func addMonths(d time.Time, n int) time.Time {
	first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, min(d.Day(), daysIn(first.Year(), first.Month()))-1)
}
