package config

// checkReminders wants somebody to remind, within some time.
func (d *decoder) checkReminders(c *Charter) {
	for _, r := range c.Reminders.Recurring {
		d.checkAudience([]string{"reminders", "recurring", r.ID}, r.Channel, r.Members, r.Late)
	}
	for _, g := range c.Reminders.Digests {
		d.checkAudience([]string{"reminders", "digests", g.ID}, g.Channel, g.Members, g.Late)
		d.checkPositive([]string{"reminders", "digests", g.ID, "ahead"}, g.Ahead)
	}
	d.checkPositive([]string{"reminders", "late"}, c.Reminders.Late)
}

func (d *decoder) checkAudience(path []string, channel string, members []string, late Duration) {
	_, wroteChannel := d.src.keys[joinPath(under(path, "channel"))]
	_, wroteMembers := d.src.keys[joinPath(under(path, "members"))]
	if channel == "" && len(members) == 0 && !wroteChannel && !wroteMembers {
		d.problem(d.src.at(path), "no-audience")
	}
	d.checkPositive(under(path, "late"), late)
}

func (d *decoder) checkPositive(path []string, length Duration) {
	at := d.src.valueAt(path)
	if _, written := d.src.keys[joinPath(path)]; written && length <= 0 && !d.reported(at) {
		d.problem(at, "not-positive")
	}
}
