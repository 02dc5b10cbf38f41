package reminders

import (
	"fmt"
	"slices"
	"time"

	"greffier/bot"
	"greffier/store"
)

// listed is how many reminders /remind list shows.
const listed = 25

// mineOf lists a member's reminders: those they asked for and those for them, in
// the order in which they will be said, those that were said first.
func mineOf(c *bot.Ctx, who bot.MemberID) []Reminder {
	var all []Reminder
	at := map[uint64]time.Time{}
	for _, index := range []string{"by", "to"} {
		for id := range reminders.By(c.Tx, index, store.K(uint64(who))) {
			r, ok := reminders.Get(c.Tx, id)
			if _, twice := at[r.Number]; !ok || twice {
				continue
			}
			at[r.Number], _ = r.next(c)
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b Reminder) int { return at[a.Number].Compare(at[b.Number]) })
	return all
}

// line is a reminder in a list.
func line(c *bot.Ctx, r *Reminder) bot.Text {
	at, coming := r.next(c)
	var said bot.Text
	switch {
	case coming && !r.Every.IsZero():
		said = bot.T("remind.line-often", "number", r.Number, "text", r.Text, "at", at, "said", r.Said)
	case coming:
		said = bot.T("remind.line", "number", r.Number, "text", r.Text, "at", at)
	default:
		said = bot.T("remind.line-rang", "number", r.Number, "text", r.Text, "at", r.Rang)
	}
	switch {
	case r.own():
		return said
	case r.To == c.Caller.ID:
		return bot.Words(said, bot.T("remind.line-by", "who", r.By))
	}
	return bot.Words(said, bot.T("remind.line-for", "to", r.audience(c)))
}

type listArgs struct{}

// list shows the caller's reminders.
func list(c *bot.Ctx, _ listArgs) (bot.Reply, error) {
	all := mineOf(c, c.Caller.ID)
	if len(all) == 0 {
		return bot.Say("remind.list-empty", "command", bot.CommandText("remind me")), nil
	}
	lines := []bot.Text{bot.T("remind.list", "count", len(all))}
	for _, r := range all[:min(listed, len(all))] {
		lines = append(lines, line(c, &r))
	}
	if more := len(all) - listed; more > 0 {
		lines = append(lines, bot.T("remind.list-more", "count", more))
	}
	lines = append(lines, bot.T("remind.list-how", "cancel", bot.CommandText("remind cancel"), "skip", bot.CommandText("remind skip")))
	return bot.Reply{Text: bot.Lines(lines...)}, nil
}

type numbered struct {
	Number int `opt:"number" suggest:"reminders"`
}

// done marks a reminder as dealt with: one that recurs goes on.
func done(c *bot.Ctx, in numbered) (bot.Reply, error) {
	r, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	c.Cancel(r.againKey(c.Caller.ID))
	if r.By != c.Caller.ID {
		c.Tell(r.By, r.key(), bot.T("remind.told-done", "who", c.Caller.ID, "text", r.Text))
	}
	c.Record(bot.Entry{Subject: r.key(), Quiet: true})
	at, coming := r.next(c)
	switch {
	case coming && !r.Every.IsZero():
		return bot.Say("remind.done-often", "text", r.Text, "at", at), nil
	case coming && r.own(), !coming && r.To != 0:
		drop(c, &r)
	}
	return bot.Say("remind.done", "text", r.Text), nil
}

type snoozeArgs struct {
	Number int       `opt:"number" suggest:"reminders"`
	Until  time.Time `opt:"until,optional,begins"`
}

// snooze has a reminder said to the caller again, in an hour if they do not say when.
func snooze(c *bot.Ctx, in snoozeArgs) (bot.Reply, error) {
	r, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if in.Until.IsZero() {
		in.Until = c.Now.Add(time.Hour)
	}
	if _, coming := r.next(c); coming && r.Every.IsZero() && r.own() {
		c.Schedule(bot.Job{ // not said yet: it moves
			Key: r.key(), Kind: dueJob, Due: in.Until, Window: c.Charter.Reminders.Late.Std(), Args: map[string]string{"number": fmt.Sprint(r.Number)},
		})
	} else {
		c.Schedule(bot.Job{Key: r.againKey(c.Caller.ID), Kind: againJob, Due: in.Until, Args: map[string]string{
			"number": fmt.Sprint(r.Number), "to": fmt.Sprint(uint64(c.Caller.ID)),
		}})
	}
	c.Record(bot.Entry{Subject: r.key(), Data: map[string]string{"until": in.Until.Format(time.RFC3339)}, Quiet: true})
	return bot.Say("remind.snoozed", "text", r.Text, "at", in.Until), nil
}

// skip leaves out the next occurrence of a reminder that recurs.
func skip(c *bot.Ctx, in numbered) (bot.Reply, error) {
	r, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if !manages(c, &r) {
		return bot.Reply{}, bot.Refuse("remind.not-yours", "number", r.Number, "who", r.By)
	}
	at, coming := r.next(c)
	if !coming || r.Every.IsZero() {
		return bot.Reply{}, bot.Refuse("remind.once", "number", r.Number, "cancel", bot.CommandText("remind cancel"))
	}
	next, more := c.Skip(r.key())
	c.Record(bot.Entry{Subject: r.key(), Data: map[string]string{"skipped": at.Format(time.RFC3339)}, Quiet: true})
	if !more {
		return bot.Say("remind.skipped-last", "text", r.Text, "at", at), nil
	}
	return bot.Say("remind.skipped", "text", r.Text, "at", at, "next", next), nil
}

// cancel forgets a reminder, and tells who else it was for.
func cancel(c *bot.Ctx, in numbered) (bot.Reply, error) {
	r, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if !manages(c, &r) {
		return bot.Reply{}, bot.Refuse("remind.not-yours", "number", r.Number, "who", r.By)
	}
	c.Record(bot.Entry{Subject: r.key(), Quiet: true})
	if r.By != c.Caller.ID {
		c.Tell(r.By, r.key(), bot.T("remind.told-cancelled", "who", c.Caller.ID, "text", r.Text))
	}
	drop(c, &r)
	return bot.Say("remind.cancelled", "number", r.Number, "text", r.Text), nil
}

// latest suggests the caller's reminders by number.
func latest(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var choices []bot.Choice
	for _, r := range mineOf(c, c.Caller.ID) {
		choices = append(choices, bot.Choice{Value: fmt.Sprint(r.Number), Label: bot.T("remind.choice", "number", r.Number, "text", r.Text)})
	}
	return choices
}
