package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Hours is a stretch of every day on the clocks of the community's zone, such as
// 22:00-07:00, over midnight or not. From is part of it and To is not. The zero
// Hours is no time at all.
type Hours struct {
	// From and To are in minutes after midnight.
	From, To int
}

var hoursText = regexp.MustCompile(`^(?:de |from )?(\d{1,2}) ?(?:[h:] ?(\d{2})?)? ?(am|pm)? ?(?:-|–|à|a|to|until|jusqu.à| ) ?(\d{1,2}) ?(?:[h:] ?(\d{2})?)? ?(am|pm)?$`)

// ParseHours reads a stretch of the day: 22:00-07:00, 22h-7h30, 10pm to 7am. Its
// error is a [Mistake].
func ParseHours(text string) (Hours, error) {
	m := hoursText.FindStringSubmatch(strings.ToLower(strings.Join(strings.Fields(text), " ")))
	if m == nil {
		return Hours{}, mistake("bad-hours", text)
	}
	from, ok1 := minuteOf(m[1], m[2], m[3])
	to, ok2 := minuteOf(m[4], m[5], m[6])
	if !ok1 || !ok2 || from == to {
		return Hours{}, mistake("bad-hours", text)
	}
	return Hours{from, to}, nil
}

func minuteOf(hour, minute, half string) (int, bool) {
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi("0" + minute)
	if half != "" {
		if h < 1 || h > 12 {
			return 0, false
		}
		h %= 12
		if half == "pm" {
			h += 12
		}
	}
	return (h%24)*60 + m, h <= 24 && m < 60 && (h < 24 || m == 0)
}

// IsZero reports whether there is no time in it.
func (h Hours) IsZero() bool { return h.From == h.To }

// Holds tells whether a moment lies within the hours on a zone's clocks, and, if
// so, when they end.
func (h Hours) Holds(at time.Time, zone *time.Location) (end time.Time, within bool) {
	here := at.In(zone)
	minute := here.Hour()*60 + here.Minute()
	day := 0
	switch {
	case h.IsZero():
		return time.Time{}, false
	case h.From < h.To:
		within = minute >= h.From && minute < h.To
	case minute >= h.From:
		within, day = true, 1
	default:
		within = minute < h.To
	}
	if !within {
		return time.Time{}, false
	}
	return Instant(time.Date(here.Year(), here.Month(), here.Day()+day, h.To/60, h.To%60, 0, 0, time.UTC), zone), true
}

// String writes the hours as 22:00-07:00; nothing when there are none.
func (h Hours) String() string {
	if h.IsZero() {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60)
}

// MarshalText writes the hours as String does.
func (h Hours) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what [ParseHours] does; nothing is the zero Hours.
func (h *Hours) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*h = Hours{}
		return nil
	}
	parsed, err := ParseHours(string(text))
	if err == nil {
		*h = parsed
	}
	return err
}
