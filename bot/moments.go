package bot

import (
	"errors"
	"time"

	"greffier/bot/when"
	"greffier/config"
)

// farthestYears is how far ahead a date may be: one beyond is a mistyped year,
// and what is counted from it might not be a date at all.
const farthestYears = 100

// Moment reads a moment as options do, for what a feature reads itself: a list
// of dates, a field of the charter. begins says that something begins then; a
// non-zero Text says what is wrong.
func (c *Ctx) Moment(raw string, begins bool) (time.Time, Text) {
	at, problem := c.moment(Clean(raw), begins)
	if !problem.IsZero() {
		return time.Time{}, problem
	}
	return at.(time.Time), Text{}
}

func (c *Ctx) moment(raw string, begins bool) (any, Text) {
	hour := -1
	if begins {
		hour = 9
	}
	at, err := when.ParseAt(raw, c.Now, c.Charter.Location(), hour)
	if err == nil && at.After(c.Now.AddDate(farthestYears, 0, 0)) {
		return nil, T("bind.time-far", "text", raw)
	}
	if err == nil {
		return at.UTC().Truncate(time.Second), Text{}
	}
	return nil, c.MomentProblem(raw, err)
}

// anyMoment is moment where what is past is meant as well, if it can be read in one
// way only.
func (c *Ctx) anyMoment(raw string, begins bool) (any, Text) {
	at, problem := c.moment(raw, begins)
	if problem.IsZero() {
		return at, Text{}
	}
	hour := -1
	if begins {
		hour = 9
	}
	var past *when.Error
	if _, err := when.ParseAt(raw, c.Now, c.Charter.Location(), hour); errors.As(err, &past) && past.Kind == when.Past && len(past.Readings) == 1 {
		return past.Readings[0].UTC().Truncate(time.Second), Text{}
	}
	return at, problem
}

// usualDate is how a moment is written that nobody can misread.
const usualDate = "2006-01-02 15:04"

// MomentProblem says what is wrong with a moment that [when] refused: with its
// readings, and how to write the one that is meant.
func (c *Ctx) MomentProblem(raw string, err error) Text {
	var e *when.Error
	if !errors.As(err, &e) {
		return T("bind.time-unknown", "text", raw)
	}
	key := "bind.time-" + e.Kind.String()
	switch {
	case e.Kind == when.Past && len(e.Readings) == 1:
		return T(key+"-named", "text", raw, "at", e.Readings[0])
	case e.Kind == when.Impossible && !e.Day.IsZero():
		return T(key+"-weekday", "text", raw, "day", Date(e.Day))
	case e.Kind == when.Impossible && len(e.Readings) == 1:
		return T(key+"-skipped", "text", raw, "at", e.Readings[0])
	case e.Kind == when.Unknown:
		if word, near := when.Meant(raw, config.Nearest); near != "" {
			return T(key+"-near", "text", raw, "word", word, "near", near)
		}
		return T(key, "text", raw)
	case e.Kind != when.Ambiguous || len(e.Readings) < 2:
		return T(key, "text", raw)
	}
	lines := []Text{T("bind.time-named", "text", raw)}
	for i, at := range e.Readings {
		at = at.In(c.Charter.Location())
		written := at.Format(usualDate)
		for j, other := range e.Readings {
			if j != i && other.In(at.Location()).Format(usualDate) == written {
				written = at.Format("2006-01-02T15:04Z07:00") // the clock shows both
				break
			}
		}
		lines = append(lines, T("bind.time-reading", "at", at, "written", written))
	}
	return Lines(append(lines, T("bind.time-copy"))...)
}

// DayProblem is MomentProblem for days to look back upon; ok is false when the
// error names no readings.
func DayProblem(raw string, err error) (problem Text, ok bool) {
	var e *when.Error
	if !errors.As(err, &e) || e.Kind != when.Ambiguous || len(e.Readings) < 2 {
		return Text{}, false
	}
	lines := []Text{T("bind.time-named", "text", raw)}
	for _, day := range e.Readings {
		lines = append(lines, T("bind.day-reading", "day", Date(day), "written", day.Format(time.DateOnly)))
	}
	return Lines(append(lines, T("bind.time-copy"))...), true
}
