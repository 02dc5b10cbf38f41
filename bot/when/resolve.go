package when

import (
	"slices"
	"strings"
	"time"
)

// resolver looks up on the calendar what was said. A civil day is the midnight of it
// in UTC, where every day has one.
type resolver struct {
	said        *said
	text        string
	now         time.Time
	loc         *time.Location
	defaultHour int
}

func (r *resolver) fail(kind Kind, near string) *Error {
	return &Error{Kind: kind, Text: r.text, Near: near}
}

func (r *resolver) whole() string { return strings.TrimSpace(r.text) }

// resolve returns every reading, in order, those that are over among them.
func (r *resolver) resolve() ([]time.Time, error) {
	s := r.said
	if s.kinds() > 1 {
		return nil, r.fail(Unknown, r.whole())
	}
	if s.span != nil && (s.span.clock != 0 || s.span.exact) {
		times, err := r.instant()
		if err != nil || s.clockToo == nil {
			return times, err
		}
		return r.either(times)
	}
	clocks, err := r.clocks()
	if err != nil {
		return nil, err
	}
	today := civil(r.now)
	if s.kinds() == 0 && s.loose && len(clocks) == 0 {
		s.days(0)
	}
	if s.kinds() == 0 {
		if len(clocks) == 0 || s.last {
			return nil, r.fail(Unknown, r.whole())
		}
		times, err := r.next(today, clocks)
		if s.spanToo > 0 && err == nil {
			times = append([]time.Time{r.now.Add(s.spanToo)}, times...)
			slices.SortFunc(times, time.Time.Compare)
			times = slices.CompactFunc(times, time.Time.Equal)
		}
		return times, err
	}
	days, err := r.days(today)
	if err != nil {
		return nil, err
	}
	if len(clocks) > 0 {
		return r.at(days, clocks)
	}
	return r.unwritten(days)
}

// next puts written hours on today, or on tomorrow when they are over.
func (r *resolver) next(today time.Time, clocks []clock) ([]time.Time, error) {
	times, err := r.at([]time.Time{today}, clocks)
	if err == nil && slices.ContainsFunc(times, r.now.Before) {
		return times, nil
	}
	return r.at([]time.Time{today.AddDate(0, 0, 1)}, clocks)
}

// either adds to a distance the time of day that it may be instead.
func (r *resolver) either(times []time.Time) ([]time.Time, error) {
	others, err := r.next(civil(r.now), []clock{*r.said.clockToo})
	if err != nil {
		return nil, err
	}
	times = append(times, others...)
	slices.SortFunc(times, time.Time.Compare)
	return slices.CompactFunc(times, time.Time.Equal), nil
}

// instant adds a span that counts on the clock.
func (r *resolver) instant() ([]time.Time, error) {
	s := r.said
	if s.clocks != nil || s.part != 0 {
		return nil, r.fail(Unknown, r.whole())
	}
	if s.span.exact {
		return []time.Time{r.now.Add(time.Duration(s.span.days)*24*time.Hour + s.span.clock)}, nil
	}
	d := addMonths(civil(r.now), s.span.months).AddDate(0, 0, s.span.days)
	h, m, sec := r.now.Clock()
	t := time.Date(d.Year(), d.Month(), d.Day(), h, m, sec, r.now.Nanosecond(), r.loc)
	if s.span.months == 0 && s.span.days == 0 {
		t = r.now
	}
	return []time.Time{t.Add(s.span.clock)}, nil
}

// clocks returns the readings of the hour that the part of the day allows.
func (r *resolver) clocks() ([]clock, error) {
	var out []clock
	for _, c := range r.said.clocks {
		if c == sameTime {
			c.hour, c.min, c.sec = r.now.Clock()
			c.sec = 0
		}
		c, ok := c.within(r.said.part, r.said.exactHour)
		if ok && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	if r.said.clocks != nil && out == nil {
		return nil, r.fail(Impossible, r.whole())
	}
	return out, nil
}

// at puts written hours on days.
func (r *resolver) at(days []time.Time, clocks []clock) ([]time.Time, error) {
	var out []time.Time
	for _, d := range days {
		for _, c := range clocks {
			if c.hour == 24 {
				if t, ok := r.flexible(d.AddDate(0, 0, 1), clock{}, false); ok {
					out = append(out, t)
				}
				continue
			}
			out = append(out, instants(d, c, r.loc)...)
		}
	}
	if len(out) == 0 {
		err := r.fail(Impossible, r.whole())
		if len(days) == 1 && len(clocks) == 1 {
			if t, ok := r.flexible(days[0], clocks[0], false); ok {
				err.Readings = []time.Time{t} // when the clocks have gone past it
			}
		}
		return nil, err
	}
	slices.SortFunc(out, time.Time.Compare)
	return out, nil
}

// unwritten puts the hour that was not written on days.
func (r *resolver) unwritten(days []time.Time) ([]time.Time, error) {
	if r.said.before {
		if r.said.part != 0 {
			return nil, r.fail(Unknown, r.whole())
		}
		var both []time.Time
		for _, d := range days {
			both = append(both, d.AddDate(0, 0, -1), d)
		}
		days = both
	}
	c := clock{hour: r.defaultHour}
	end := r.defaultHour < 0
	if end {
		c = clock{hour: 23, min: 59}
	}
	if p, ok := hours[r.said.part]; ok {
		switch {
		case end && p.to < 24:
			c = clock{hour: p.to}
		case !end && (c.hour < p.from || c.hour >= p.to):
			c.hour = p.meet
		}
	}
	var out []time.Time
	for _, d := range days {
		if t, ok := r.flexible(d, c, end); ok {
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		return nil, r.fail(Impossible, r.whole())
	}
	return out, nil
}

// flexible returns the valid instant nearest to a time of day: of the two of a
// repeated hour the last one when that closes something, and the first one otherwise;
// in a gap, its end. It fails on a day that the zone never had.
func (r *resolver) flexible(d time.Time, c clock, closing bool) (time.Time, bool) {
	all := instants(d, c, r.loc)
	switch {
	case len(all) > 0 && closing:
		return all[len(all)-1], true
	case len(all) > 0:
		return all[0], true
	case len(instants(d, clock{hour: 12}, r.loc)) == 0:
		return time.Time{}, false
	}
	wall := time.Date(d.Year(), d.Month(), d.Day(), c.hour, c.min, c.sec, 0, time.UTC)
	_, before := wall.Add(-around).In(r.loc).Zone()
	start, _ := wall.Add(-time.Duration(before) * time.Second).In(r.loc).ZoneBounds()
	return start, !start.IsZero()
}

// around is further than any zone is from UTC, and any two clock changes are further
// apart than twice that.
const around = 26 * time.Hour

// instants returns when a zone's clocks show a time on a day: once, never in the gap
// of a clock change, twice in the hour it repeats.
func instants(d time.Time, c clock, loc *time.Location) []time.Time {
	wall := time.Date(d.Year(), d.Month(), d.Day(), c.hour, c.min, c.sec, 0, time.UTC)
	var out []time.Time
	for _, probe := range []time.Time{wall.Add(-around), wall.Add(around)} {
		_, offset := probe.In(loc).Zone()
		t := wall.Add(-time.Duration(offset) * time.Second).In(loc)
		_, got := t.Zone()
		if got == offset && !slices.ContainsFunc(out, t.Equal) {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}
