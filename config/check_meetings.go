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
