package reminders

import (
	"greffier/bot"
	"greffier/store"
)

// mineShown is how many reminders /me lists.
const mineShown = 5

// mine lists a member's next reminders.
func mine(c *bot.Ctx, who bot.MemberID) []bot.Text {
	all := mineOf(c, who)
	if len(all) == 0 {
		return nil
	}
	lines := []bot.Text{bot.T("remind.mine", "count", len(all))}
	for _, r := range all[:min(mineShown, len(all))] {
		lines = append(lines, line(c, &r))
	}
	if more := len(all) - mineShown; more > 0 {
		lines = append(lines, bot.T("remind.mine-more", "count", more, "list", bot.CommandText("remind list")))
	}
	return lines
}

// export hands over every reminder but those that concern only who asked for them:
// these are nobody else's business.
func export(c *bot.Ctx, yield func(table string, record any)) {
	for _, r := range reminders.Prefix(c.Tx, nil) {
		if r.own() {
			r.Text = ""
		}
		yield("reminders", r)
	}
}

// personal hands over the reminders a member asked for, and those for them.
func personal(c *bot.Ctx, who bot.MemberID, yield func(table string, record any)) {
	for _, r := range mineOf(c, who) {
		yield("reminders", r)
	}
}

// erase removes the reminders a member asked for, and those for them alone.
func erase(c *bot.Ctx, who bot.MemberID) {
	for _, r := range mineOf(c, who) {
		drop(c, &r)
	}
}

// verify checks that what is to be said is due, and that what is due is there.
func verify(c *bot.Ctx, v *bot.Verification) {
	for id, r := range reminders.Prefix(c.Tx, nil) {
		found := func(key string) {
			v.Findings = append(v.Findings, bot.Finding{Where: r.key(), What: bot.T(key, "number", r.Number)})
		}
		if string(id) != string(store.K(r.Number)) || r.By == 0 {
			found("remind.verify-record")
		}
		if _, coming := r.next(c); !coming && r.Rang.IsZero() {
			found("remind.verify-due")
		}
	}
}
