package config

import (
	"strconv"
	"time"
)

// checkMeetings checks the kinds of meetings and gives them who is invited when
// they do not say.
func (d *decoder) checkMeetings(c *Charter) {
	if len(c.Meetings.Actions.Reminders) == 0 {
		c.Meetings.Actions.Reminders = []Duration{day}
	}
	if c.Meetings.Actions.Again < Duration(time.Hour) {
		d.problem(d.src.valueAt([]string{"meetings", "actions", "again"}), "not-positive")
	}
	for i := range c.Meetings.Kinds {
		k := &c.Meetings.Kinds[i]
		path := []string{"meetings", "kinds", k.ID}
		if len(k.Invited) == 0 {
			k.Invited = []string{Everyone}
		}
		if k.Lasts <= 0 {
			d.problem(d.src.valueAt(under(path, "lasts")), "not-positive")
		}
		if k.Proxies < 0 {
			d.problem(d.src.valueAt(under(path, "proxies")), "not-positive")
		}
		for n, text := range k.Skip {
			if _, err := time.Parse(time.DateOnly, text); err != nil {
				d.problem(d.src.valueAt(under(under(path, "skip"), strconv.Itoa(n))), "bad-day", text)
			}
		}
		if k.Repeat.IsZero() {
			d.checkNoSeries(k, path)
		} else {
			d.checkApart(k, path)
		}
	}
}

// checkNoSeries reports what only a series has.
func (d *decoder) checkNoSeries(k *MeetingKind, path []string) {
	for key, written := range map[string]bool{"skip": len(k.Skip) > 0, "places": len(k.Places) > 0} {
		if written {
			d.problem(d.src.at(under(path, key)), "no-series", key)
		}
	}
}

// checkApart wants a meeting of a series to be over when the next one begins.
func (d *decoder) checkApart(k *MeetingKind, path []string) {
	at := k.Repeat.Next(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC)
	for range 10 {
		next := k.Repeat.Next(at, time.UTC)
		if at.IsZero() || next.IsZero() {
			return
		}
		if apart := Duration(next.Sub(at)); apart < k.Lasts {
			d.problem(d.src.valueAt(under(path, "repeat")), "series-overlaps", apart, k.Lasts)
			return
		}
		at = next
	}
}
