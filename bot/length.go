package bot

import (
	"time"

	"greffier/bot/when"
	"greffier/config"
)

// LengthText says a length of time in words, in days, hours and minutes: "2 days",
// "1 hour 30 minutes". What is shorter than a minute is no minutes.
func LengthText(d time.Duration) Text {
	var parts []Text
	for _, u := range []struct {
		key string
		of  time.Duration
	}{{"length.days", 24 * time.Hour}, {"length.hours", time.Hour}, {"length.minutes", time.Minute}} {
		if n := d / u.of; n > 0 {
			parts = append(parts, T(u.key, "count", int64(n)))
			d -= n * u.of
		}
	}
	if len(parts) == 0 {
		return T("length.minutes", "count", 0)
	}
	return Words(parts...)
}

// ReadLength reads a length of time as charters write it (2d, 90m) or as people
// do: 1h30, une heure et quart, half an hour. ok is false when it is none.
func ReadLength(raw string) (d time.Duration, ok bool) {
	if short, err := config.ParseDuration(raw); err == nil {
		return short.Std(), true
	}
	d, err := when.Length(raw)
	return d, err == nil
}
