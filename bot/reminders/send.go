package reminders

import (
	"fmt"

	"greffier/bot"
)

// Kinds of jobs.
const (
	dueJob    = "remind"
	againJob  = "remind-again"
	sayJob    = "remind-say"
	digestJob = "digest"
)

// reminderOf reads the reminder of a job; ok is false when it is gone.
func reminderOf(c *bot.Ctx, j bot.Job) (Reminder, bool, error) {
	var number uint64
	if _, err := fmt.Sscan(j.Args["number"], &number); err != nil {
		return Reminder{}, false, fmt.Errorf("reminders: job %s: %w", j.Key, err)
	}
	r, ok := reminders.Get(c.Tx, idOf(number))
	return r, ok, nil
}

// due says a reminder to those it is for.
func due(c *bot.Ctx, j bot.Job) error {
	r, ok, err := reminderOf(c, j)
	if err != nil || !ok {
		c.Cancel(j.Key)
		return err
	}
	if !r.Rang.IsZero() && r.Every.IsZero() { // it was said, and nobody has touched it since
		drop(c, &r)
		return nil
	}
	if m, ok := c.Member(r.To); r.To != 0 && (!ok || m.Erased || !m.Left.IsZero()) {
		if !r.own() {
			c.Send(bot.Post{To: r.By, Text: bot.T("remind.left", "who", r.To, "text", r.Text)})
		}
		drop(c, &r)
		return nil
	}
	r.Rang = c.Now
	reminders.Put(c.Tx, idOf(r.Number), r)
	if r.Every.IsZero() {
		c.Schedule(bot.Job{Key: r.overKey(), Kind: dueJob, Due: c.Now.Add(kept), Args: j.Args})
	}
	if r.Channel != "" {
		tellChannel(c, r.Channel, bot.Lines(r.words(), lateText(c, j)), r.By, "")
		return nil
	}
	to := receivers(c, &r)
	if len(to) == 0 {
		c.Send(bot.Post{To: r.By, Text: bot.T("remind.nobody", "group", r.audience(c), "text", r.Text)})
	}
	for _, who := range to {
		write(c, &r, who, lateText(c, j))
	}
	return nil
}

// write says a reminder to one member, with what they can do about it.
func write(c *bot.Ctx, r *Reminder, who bot.MemberID, late bot.Text) {
	c.Send(bot.Post{
		To: who, Text: bot.Lines(r.words(), late), Reminder: who != r.By, Urgent: who == r.By, Else: &bot.Else{Member: r.By},
		Buttons: []bot.Button{
			{Label: bot.T("remind.button-done"), Call: call("remind done", r.Number), Style: "primary"},
			{Label: bot.T("remind.button-hour"), Call: call("remind snooze", r.Number).With("until", "+1h")},
			{Label: bot.T("remind.button-tomorrow"), Call: call("remind snooze", r.Number).With("until", "tomorrow 9:00")},
		},
	})
}

// words is what is said when a reminder is due.
func (r *Reminder) words() bot.Text {
	if r.own() {
		return bot.T("remind.rings", "number", r.Number, "text", r.Text)
	}
	return bot.T("remind.rings-from", "number", r.Number, "text", r.Text, "who", r.By)
}

// lateText says when it should have been said, where that is worth a word.
func lateText(c *bot.Ctx, j bot.Job) bot.Text {
	if j.Late(c.Now) == 0 {
		return bot.Text{}
	}
	return bot.T("remind.late", "at", j.At)
}

// again says a reminder to one member who put it off.
func again(c *bot.Ctx, j bot.Job) error {
	r, ok, err := reminderOf(c, j)
	if err != nil || !ok {
		return err
	}
	var to uint64
	if _, err := fmt.Sscan(j.Args["to"], &to); err != nil {
		return fmt.Errorf("reminders: job %s: %w", j.Key, err)
	}
	write(c, &r, bot.MemberID(to), lateText(c, j))
	return nil
}

// missed tells who asked for a reminder that it could not be said.
func missed(c *bot.Ctx, j bot.Job, m bot.Missed) error {
	r, ok, err := reminderOf(c, j)
	if err != nil || !ok {
		return err
	}
	c.Send(bot.Post{To: r.By, Text: missedText(m, bot.Typed(r.Text))})
	if _, more := c.Scheduled(r.key()); !more && r.Every.IsZero() {
		drop(c, &r)
	}
	return nil
}

func missedText(m bot.Missed, what bot.Text) bot.Text {
	if m.Count == 1 {
		return bot.T("remind.missed", "text", what, "at", m.First)
	}
	return bot.T("remind.missed-several", "text", what, "count", m.Count, "first", m.First, "last", m.Last)
}

// tellChannel posts in a logical channel, on every platform where it is. Who asked,
// or a group, is told where that cannot be done.
func tellChannel(c *bot.Ctx, channel string, text bot.Text, asker bot.MemberID, group string) {
	places := c.Channels(channel)
	if len(places) == 0 {
		lost := bot.T("undelivered.place", "place", channel, "text", text)
		if asker != 0 {
			c.Send(bot.Post{To: asker, Text: lost})
			return
		}
		for _, who := range c.Members(group) {
			c.Send(bot.Post{To: who, Text: lost})
		}
	}
	otherwise := bot.Else{Member: asker}
	if group != "" {
		otherwise.Groups = []string{group}
	}
	for _, place := range places {
		c.Send(bot.Post{Place: place, Text: text, Else: &otherwise})
	}
}
