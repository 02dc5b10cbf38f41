package when

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// isoLayouts are the forms of ISO 8601 that carry a zone; those without one are read
// as any other date is.
var isoLayouts = []string{
	time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00",
	"2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z0700", "2006-01-02T15:04:05Z07", "2006-01-02T15:04Z07",
}

// The forms of ISO 8601 without separators, by week and by day of the year.
var (
	isoBasic   = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:[Tt](\d{2})(\d{2})(\d{2})?([Zz]|[+-]\d{2}:?(?:\d{2})?)?)?$`)
	isoWeek    = regexp.MustCompile(`^(\d{4})-?[Ww](\d{2})-?([1-7])([Tt ].+)?$`)
	isoOrdinal = regexp.MustCompile(`^(\d{4})-(\d{3})([Tt ].+)?$`)
)

// extended writes a date of ISO 8601 in its usual form; ok is false when there is no
// such week or day, and the text of anything else is given back.
func extended(text string) (usual string, ok bool) {
	s := strings.TrimSpace(text)
	if m := isoBasic.FindStringSubmatch(s); m != nil {
		usual := m[1] + "-" + m[2] + "-" + m[3]
		if m[4] != "" {
			usual += "T" + m[4] + ":" + m[5]
			if m[6] != "" {
				usual += ":" + m[6]
			}
			usual += m[7]
		}
		return usual, true
	}
	if m := isoWeek.FindStringSubmatch(s); m != nil {
		year, _ := strconv.Atoi(m[1])
		week, _ := strconv.Atoi(m[2])
		day, _ := strconv.Atoi(m[3])
		fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC) // in week 1, whatever the year
		d := fourth.AddDate(0, 0, 7*(week-1)+day-1-(int(fourth.Weekday())+6)%7)
		y, w := d.ISOWeek()
		return d.Format(time.DateOnly) + m[4], y == year && w == week
	}
	if m := isoOrdinal.FindStringSubmatch(s); m != nil {
		year, _ := strconv.Atoi(m[1])
		day, _ := strconv.Atoi(m[2])
		d := time.Date(year, 1, day, 0, 0, 0, 0, time.UTC)
		return d.Format(time.DateOnly) + m[3], d.Year() == year && day > 0
	}
	return text, true
}

// parseISO reads an instant with its zone. ok tells whether text has that form.
func parseISO(text string) (t time.Time, ok bool, err error) {
	s := strings.ToUpper(strings.TrimSpace(text))
	for _, layout := range isoLayouts {
		t, err := time.Parse(layout, s)
		if err == nil {
			return t, true, nil
		}
		if strings.HasSuffix(err.Error(), "out of range") {
			return time.Time{}, true, &Error{Kind: Impossible, Text: text, Near: strings.TrimSpace(text)}
		}
	}
	return time.Time{}, false, nil
}
