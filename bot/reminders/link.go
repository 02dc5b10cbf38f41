package reminders

import "greffier/bot"

// linked makes one person's the reminders that two members asked for or get.
func linked(c *bot.Ctx, l bot.Linked) error {
	reminders.Change(c.Tx, nil, func(_ []byte, r *Reminder) bool {
		c.Cancel(r.againKey(l.Gone))
		by := l.Move(&r.By)
		return l.Move(&r.To) || by
	})
	return nil
}
