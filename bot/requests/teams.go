package requests

import (
	"maps"
	"slices"
	"time"

	"greffier/bot"
	"greffier/config"
)

// holder is the group in whose hands a request is: the one it was handed to, else
// the one its stage names, else that of its kind; "" for none.
func holder(ch *config.Charter, r *Request) string {
	if r.Team != "" {
		return r.Team
	}
	if s := ch.Stage(r.Path, r.Stage); s != nil && s.Holder != "" {
		return s.Holder
	}
	if k := ch.Kind(r.Kind); k != nil {
		return k.Group
	}
	return ""
}

// answering lists who answers for a group: those the charter says, or else all.
func answering(c *bot.Ctx, group string) []bot.MemberID {
	if g := c.Charter.Group(group); g != nil {
		if ids := c.Accounts(g.Responsible); len(ids) > 0 {
			return ids
		}
	}
	if group == "" || group == config.Everyone {
		return nil
	}
	return c.Members(group)
}

func sorted(ids map[bot.MemberID]bool) []bot.MemberID { return slices.Sorted(maps.Keys(ids)) }

type handArgs struct {
	numbered
	Group  string `opt:"group" choices:"groups"`
	Reason string `opt:"reason,rest,long"`
}

// hand gives a request to another team, which goes on with it, trackers and all.
func hand(c *bot.Ctx, in handArgs) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	from := holder(c.Charter, r)
	if from == in.Group {
		return bot.Reply{}, bot.BadOption("group", "request.hand-same", "number", r.Number, "group", c.GroupName(in.Group))
	}
	old := r.clone()
	r.Team, r.Assignee = in.Group, 0
	r.Calls = slices.DeleteFunc(r.Calls, func(g string) bool { return g == in.Group })
	save(c, &old, r)
	c.Record(bot.Entry{Subject: r.key(), Data: map[string]string{"from": from, "group": in.Group, "reason": in.Reason}})
	said := bot.Words(bot.T("request.moved-hand", "number", r.Number, "title", r.Title, "who", c.Caller.ID, "group", c.GroupName(in.Group)), bot.T("request.reason", "reason", in.Reason))
	if links := linksText(r.Trackers); !links.IsZero() {
		said = bot.Lines(said, bot.T("request.followed-at", "links", links))
	}
	announce(c, r, said)
	tellWith(c, &old, in.Group, said)
	return bot.Say("request.handed", "number", r.Number, "title", r.Title, "group", c.GroupName(in.Group), "link", bot.CommandText("request link")), nil
}

// tellWith tells those whom a request concerns, and a team, each once.
func tellWith(c *bot.Ctx, r *Request, group string, said bot.Text) {
	team := answering(c, group)
	tell(c, r, said, team...)
	for _, who := range team {
		c.Tell(who, r.key(), said)
	}
}

type callArgs struct {
	numbered
	Group string `opt:"group" choices:"groups"`
	What  string `opt:"what,rest,long"`
}

// callOn asks another team for help with a request, which stays where it is.
func callOn(c *bot.Ctx, in callArgs) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	switch {
	case in.Group == holder(c.Charter, r):
		return bot.Reply{}, bot.BadOption("group", "request.call-holder", "number", r.Number, "group", c.GroupName(in.Group))
	case slices.Contains(r.Calls, in.Group):
		return bot.Reply{}, bot.BadOption("group", "request.call-already", "number", r.Number, "group", c.GroupName(in.Group), "return", bot.CommandText("request respond"))
	}
	old := r.clone()
	r.Calls = append(r.Calls, in.Group)
	save(c, &old, r)
	c.Record(bot.Entry{Subject: r.key(), Data: map[string]string{"group": in.Group, "reason": in.What}})
	said := bot.T("request.moved-call", "number", r.Number, "title", r.Title, "who", c.Caller.ID, "group", c.GroupName(in.Group), "what", in.What, "return", bot.CommandText("request respond"))
	announce(c, r, said)
	for _, who := range answering(c, in.Group) {
		c.Tell(who, r.key(), said)
	}
	return bot.Say("request.called", "number", r.Number, "title", r.Title, "group", c.GroupName(in.Group)), nil
}

type returnArgs struct {
	numbered
	Text  string `opt:"text,rest,long"`
	Group string `opt:"group,optional" choices:"groups"`
}

// giveBack answers a call for help on behalf of the caller's team.
func giveBack(c *bot.Ctx, in returnArgs) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	mine := slices.DeleteFunc(slices.Clone(r.Calls), func(g string) bool { return !c.In(g) || in.Group != "" && g != in.Group })
	switch {
	case len(r.Calls) == 0:
		return bot.Reply{}, bot.Refuse("request.return-none", "number", r.Number, "comment", bot.CommandText("request comment"))
	case len(mine) == 0:
		return bot.Reply{}, bot.Refuse("request.return-outsider", "number", r.Number, "groups", groupNames(c, r.Calls))
	case len(mine) > 1:
		return bot.Reply{}, bot.BadOption("group", "request.return-which", "groups", groupNames(c, mine))
	}
	old := r.clone()
	r.Calls = slices.DeleteFunc(r.Calls, func(g string) bool { return g == mine[0] })
	save(c, &old, r)
	c.Record(bot.Entry{Subject: r.key(), Data: map[string]string{"group": mine[0], "reason": in.Text}})
	said := bot.T("request.moved-return", "number", r.Number, "title", r.Title, "who", c.Caller.ID, "group", c.GroupName(mine[0]), "text", in.Text)
	announce(c, r, said)
	tellWith(c, r, holder(c.Charter, r), said)
	return bot.Say("request.returned", "number", r.Number, "title", r.Title), nil
}

// block says that a request cannot go on, and why.
func block(c *bot.Ctx, in reasonArgs) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	old := r.clone()
	r.BlockedWhy = in.Reason
	if r.Blocked.IsZero() {
		r.Blocked = c.Now
	}
	save(c, &old, r)
	c.Record(bot.Entry{Subject: r.key(), Data: reasonData(in.Reason)})
	said := withReason(bot.T("request.moved-block", "number", r.Number, "title", r.Title, "who", c.Caller.ID), in.Reason)
	announce(c, r, said)
	tellWith(c, r, holder(c.Charter, r), said)
	return bot.Say("request.did-block", "number", r.Number, "title", r.Title, "unblock", bot.CommandText("request unblock")), onAgenda(c, &old, r)
}

// unblock says that a request can go on again.
func unblock(c *bot.Ctx, in passArgs) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if r.Blocked.IsZero() {
		return bot.Reply{}, bot.Refuse("request.block-none", "number", r.Number, "block", bot.CommandText("request block"))
	}
	old := r.clone()
	r.Blocked, r.BlockedWhy = time.Time{}, ""
	save(c, &old, r)
	c.Record(bot.Entry{Subject: r.key(), Data: reasonData(in.Reason)})
	said := withReason(bot.T("request.moved-unblock", "number", r.Number, "title", r.Title, "who", c.Caller.ID), in.Reason)
	announce(c, r, said)
	tellWith(c, r, holder(c.Charter, r), said)
	return bot.Reply{Text: bot.Words(bot.T("request.did-unblock", "number", r.Number, "title", r.Title), waiting(c, r))}, onAgenda(c, &old, r)
}
