package membership

import (
	"greffier/bot"
)

type nothing struct{}

type whoArgs struct {
	Who bot.MemberID `opt:"who,optional"`
}

// show says what a member is to the community: since when, what they answered,
// which mandates they hold.
func show(c *bot.Ctx, in whoArgs) (bot.Reply, error) {
	who := in.Who
	if who == 0 {
		who = c.Caller.ID
	}
	ch := &c.Charter.Membership
	a, admitted := admissions.Get(c.Tx, idOf(who))
	var lines []bot.Text
	switch belongs := ch.Group != "" && c.Belongs(who, ch.Group); {
	case admitted && a.Ended.IsZero():
		lines = append(lines, bot.T("membership.since", "who", who, "group", c.GroupName(ch.Group), "at", bot.Date(a.At)))
	case belongs:
		lines = append(lines, bot.T("membership.is", "who", who, "group", c.GroupName(ch.Group)))
	case admitted:
		lines = append(lines, bot.T("membership.was", "who", who, "from", bot.Date(a.At), "until", bot.Date(a.Ended)))
	default:
		lines = append(lines, bot.T("membership.is-not", "who", who, "new", bot.CommandText("request new")))
	}
	if q, ok := questions.Get(c.Tx, idOf(who)); ok {
		lines = append(lines, q.say())
	}
	for _, m := range running(c, who) {
		lines = append(lines, m.line(c))
	}
	return bot.Reply{Text: bot.Lines(lines...)}, nil
}

// say is what was asked and answered last.
func (q *question) say() bot.Text {
	if q.Answer == "" {
		return bot.T("membership.asked", "at", bot.Date(q.At), "until", bot.Date(q.Until))
	}
	return bot.T("membership.answer-"+q.Answer, "at", bot.Date(q.Answered))
}

// refuseStranger refuses what only members of the group can do.
func refuseStranger(c *bot.Ctx, who bot.MemberID) error {
	group := c.Charter.Membership.Group
	if group == "" {
		return bot.Refuse("membership.no-group")
	}
	if !c.Belongs(who, group) {
		return bot.Refuse("membership.not-member", "who", who, "group", c.GroupName(group), "show", bot.CommandText("membership show"))
	}
	return nil
}

type textArgs struct {
	Text string `opt:"text,optional,rest,long"`
}

// confirm says that the caller still takes part.
func confirm(c *bot.Ctx, in textArgs) (bot.Reply, error) {
	if err := refuseStranger(c, c.Caller.ID); err != nil {
		return bot.Reply{}, err
	}
	answer(c, c.Caller.ID, confirmed, in.Text)
	c.Record(bot.Entry{Subject: memberKey(c.Caller.ID)})
	if in.Text != "" {
		tellDeciding(c, memberKey(c.Caller.ID), bot.T("membership.told-confirmed", "who", c.Caller.ID, "text", in.Text))
	}
	return bot.Say("membership.confirmed", "community", c.Charter.Community.Name), nil
}

type leaveArgs struct {
	Reason string `opt:"reason,optional,rest,long"`
	Sure   bool   `opt:"sure,hidden"`
}

// leave ends the caller's own membership.
func leave(c *bot.Ctx, in leaveArgs) (bot.Reply, error) {
	who := c.Caller.ID
	if err := refuseStranger(c, who); err != nil {
		return bot.Reply{}, err
	}
	if held := running(c, who); len(held) > 0 {
		return bot.Reply{}, bot.Refuse("membership.leave-mandate", "mandate", held[0].name(c), "number", held[0].Number, "pass", bot.CommandText("mandate pass"), "end", bot.CommandText("mandate end"))
	}
	if !in.Sure {
		return c.Ask(bot.T("membership.leave-ask", "community", c.Charter.Community.Name), "membership.leave-sure"), nil
	}
	answer(c, who, stopped, "")
	still := stop(c, who)
	data := map[string]string{}
	text := bot.T("membership.told-stopped", "who", who)
	if still {
		text = bot.Words(text, bot.T("membership.still", "who", who, "group", c.GroupName(c.Charter.Membership.Group)))
	}
	if in.Reason != "" {
		data["reason"] = in.Reason
		text = bot.Words(text, bot.T("membership.reason", "reason", in.Reason))
	}
	c.Record(bot.Entry{Subject: memberKey(who), Data: data})
	tellDeciding(c, memberKey(who), text)
	return bot.Say("membership.stopped", "community", c.Charter.Community.Name), nil
}

// list shows who was asked and has not answered.
func list(c *bot.Ctx, _ nothing) (bot.Reply, error) {
	if c.Charter.Membership.Group == "" {
		return bot.Reply{}, bot.Refuse("membership.no-group")
	}
	members := c.Members(c.Charter.Membership.Group)
	lines := unansweredLines(c, members)
	head := bot.T("membership.list", "count", len(members), "group", c.GroupName(c.Charter.Membership.Group))
	if len(lines) == 0 {
		for range questions.IDs(c.Tx) {
			return bot.Reply{Text: bot.Lines(head, bot.T("membership.all-answered"))}, nil
		}
		return bot.Reply{Text: head}, nil // nobody was ever asked
	}
	lines = append([]bot.Text{head}, lines...)
	if closing, open := c.Scheduled(closeJob); open && c.Now.Before(closing.Due) {
		return bot.Reply{Text: bot.Lines(append(lines, bot.T("membership.time-left", "until", bot.Date(closing.Due)))...)}, nil
	}
	return bot.Reply{Text: bot.Lines(append(lines, bot.T("membership.decide", "keep", bot.CommandText("membership keep"), "end", bot.CommandText("membership end")))...)}, nil
}

type decideArgs struct {
	Who    bot.MemberID `opt:"who"`
	Reason string       `opt:"reason,rest,long"`
	Sure   bool         `opt:"sure,hidden"`
}

// keep decides that somebody who did not answer stays a member.
func keep(c *bot.Ctx, in decideArgs) (bot.Reply, error) {
	if err := refuseStranger(c, in.Who); err != nil {
		return bot.Reply{}, err
	}
	if err := refuseOneself(c, in.Who); err != nil {
		return bot.Reply{}, err
	}
	answer(c, in.Who, kept, in.Reason)
	decide(c, in, "membership.decided-kept", true)
	c.Tell(in.Who, memberKey(in.Who), bot.T("membership.told-kept", "who", c.Caller.ID, "community", c.Charter.Community.Name, "reason", in.Reason))
	return bot.Say("membership.kept", "who", in.Who), nil
}

// end decides that somebody is no longer a member.
func end(c *bot.Ctx, in decideArgs) (bot.Reply, error) {
	if err := refuseStranger(c, in.Who); err != nil {
		return bot.Reply{}, err
	}
	if err := refuseOneself(c, in.Who); err != nil {
		return bot.Reply{}, err
	}
	if !in.Sure {
		return c.Ask(bot.T("membership.end-ask", "who", in.Who), "membership.end-sure"), nil
	}
	answer(c, in.Who, ended, in.Reason)
	still := stop(c, in.Who)
	decide(c, in, "membership.decided-ended", false)
	c.Send(bot.Post{To: in.Who, Text: bot.T("membership.told-ended", "community", c.Charter.Community.Name, "reason", in.Reason, "groups", decideNames(c))})
	said := bot.T("membership.ended", "who", in.Who)
	if still {
		said = bot.Words(said, bot.T("membership.still", "who", in.Who, "group", c.GroupName(c.Charter.Membership.Group)))
	}
	return bot.Reply{Text: said}, nil
}

// refuseOneself refuses to have somebody decide on themselves.
func refuseOneself(c *bot.Ctx, who bot.MemberID) error {
	if who == c.Caller.ID {
		return bot.Refuse("membership.yourself", "confirm", bot.CommandText("membership confirm"), "leave", bot.CommandText("membership leave"))
	}
	return nil
}

// decide enters what people decided on a member in the register.
func decide(c *bot.Ctx, in decideArgs, outcome string, adopted bool) {
	c.Record(bot.Entry{Subject: memberKey(in.Who), Rule: "membership/confirm", Data: map[string]string{"reason": in.Reason}})
	group := ""
	for _, g := range c.Charter.Membership.Confirm.Decide {
		if group == "" && c.In(g) {
			group = g
		}
	}
	c.Decide(bot.Decision{
		Subject: memberKey(in.Who), Title: c.Speaker(c.Charter.Community.Locale).Plain(bot.T("membership.decision")),
		Outcome: bot.T(outcome, "who", in.Who), Why: bot.Typed(in.Reason), Group: group, Rule: "membership/confirm", Adopted: adopted, Author: c.Caller.ID,
	})
}
