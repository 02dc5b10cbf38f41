package members

import (
	"fmt"
	"slices"

	"greffier/bot"
)

type nothing struct{}

// volunteerFor puts the caller among those whom newcomers are entrusted to.
func volunteerFor(c *bot.Ctx, _ nothing) (bot.Reply, error) {
	if volunteers.Has(c.Tx, idOf(c.Caller.ID)) {
		return bot.Reply{}, bot.Refuse("contact.already", "stop", bot.CommandText("contact stop"))
	}
	volunteers.Put(c.Tx, idOf(c.Caller.ID), volunteer{Since: c.Now})
	c.Record(bot.Entry{Subject: memberKey(c.Caller.ID)})
	return bot.Say("contact.thanks", "count", len(turns(c)), "stop", bot.CommandText("contact stop")), nil
}

// stopVolunteering takes the caller out again.
func stopVolunteering(c *bot.Ctx, _ nothing) (bot.Reply, error) {
	if !volunteers.Delete(c.Tx, idOf(c.Caller.ID)) {
		return bot.Reply{}, bot.Refuse("contact.not", "volunteer", bot.CommandText("contact volunteer"))
	}
	c.Record(bot.Entry{Subject: memberKey(c.Caller.ID)})
	return bot.Say("contact.stopped", "count", len(turns(c))), nil
}

// listContacts shows the volunteers in the order of their turns.
func listContacts(c *bot.Ctx, _ nothing) (bot.Reply, error) {
	all := turns(c)
	if len(all) == 0 {
		return bot.Say("contact.nobody", "volunteer", bot.CommandText("contact volunteer")), nil
	}
	lines := []bot.Text{bot.T("contact.list", "count", len(all))}
	for i, t := range all {
		lines = append(lines, bot.T("contact.line", "number", i+1, "who", t.who, "count", t.Entrusted))
	}
	return bot.Reply{Text: bot.Lines(lines...)}, nil
}

// turn is a volunteer and who they are.
type turn struct {
	who bot.MemberID
	volunteer
}

// turns lists the volunteers who are here, whose turn comes first standing first:
// who never had anybody, then who had somebody longest ago.
func turns(c *bot.Ctx) []turn {
	var all []turn
	for id, v := range volunteers.Prefix(c.Tx, nil) {
		if who := memberOf(id); present(c, who) {
			all = append(all, turn{who, v})
		}
	}
	slices.SortStableFunc(all, func(a, b turn) int {
		switch {
		case !a.Last.Equal(b.Last):
			return a.Last.Compare(b.Last)
		case a.Entrusted != b.Entrusted:
			return a.Entrusted - b.Entrusted
		}
		return a.Since.Compare(b.Since)
	})
	return all
}

// entrust gives a newcomer a contact: the volunteer whose turn it is.
func entrust(c *bot.Ctx, newcomer bot.MemberID) bot.MemberID {
	for _, t := range turns(c) {
		if t.who == newcomer {
			continue
		}
		t.Last, t.Entrusted = c.Now, t.Entrusted+1
		volunteers.Put(c.Tx, idOf(t.who), t.volunteer)
		c.TellElse(t.who, "arrivals", bot.T("member.entrusted", "who", newcomer),
			bot.Else{Text: bot.T("member.entrusted-undelivered", "who", newcomer, "contact", t.who)})
		return t.who
	}
	return 0
}

// memberKey names a member in the journal, and their card.
func memberKey(who bot.MemberID) string { return fmt.Sprintf("member/%d", who) }
