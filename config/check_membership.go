package config

import "time"

// checkMembership wants a group for whatever admits or asks members.
func (d *decoder) checkMembership(c *Charter) {
	m := &c.Membership
	path := []string{"membership"}
	_, written := d.src.keys[joinPath(under(path, "group"))]
	for _, needs := range []struct {
		key     string
		present bool
	}{{"candidacy", m.Candidacy != ""}, {"confirm", !m.Confirm.When.IsZero()}} {
		if needs.present && !written {
			d.problem(d.src.at(under(path, needs.key)), "goes-with", needs.key, "group")
		}
	}
	confirm := under(path, "confirm")
	d.checkPositive(under(confirm, "lasts"), m.Confirm.Lasts)
	d.checkBefore(confirm, m.Confirm.Reminders, m.Confirm.Lasts, "late-reminder-end")
	if _, decides := d.src.keys[joinPath(under(confirm, "decide"))]; !m.Confirm.When.IsZero() && !decides {
		d.problem(d.src.at(confirm), "goes-with", "confirm", "decide")
	}
	for i := range m.Mandates {
		k := &m.Mandates[i]
		at := append(under(path, "mandates"), k.ID)
		d.checkPositive(under(at, "lasts"), k.Lasts)
		if _, said := d.src.keys[joinPath(under(at, "reminders"))]; !said {
			k.Reminders = []Duration{Duration(60 * 24 * time.Hour), Duration(14 * 24 * time.Hour)}
		}
	}
}
