package members

import (
	"slices"
	"strings"

	"greffier/bot"
	"greffier/config"
)

const silent = "silent"

// joined meets somebody who came: once for each coming, however often the
// platform tells it, and on however many platforms they are.
func joined(c *bot.Ctx, s bot.MemberJoined) error {
	was, known := arrivals.Get(c.Tx, idOf(s.Member))
	if known && was.Left.IsZero() {
		return nil
	}
	a := arrival{At: c.Now, Contact: was.Contact}
	manner := c.Charter.Members.Welcome.Newcomers
	if known {
		manner = c.Charter.Members.Welcome.Returning
	} else if manner != silent {
		a.Contact = entrust(c, s.Member)
	}
	arrivals.Put(c.Tx, idOf(s.Member), a)
	if known {
		note(c, cameBack, s.Member)
		c.Redraw(memberKey(s.Member))
	} else {
		note(c, came, s.Member)
		remindLater(c, s.Member)
	}
	if manner == silent {
		return nil
	}
	welcome(c, s.Member, a, known)
	announce(c, s.Member, known)
	return nil
}

// left notes that somebody went, so that their return is one.
func left(c *bot.Ctx, s bot.MemberLeft) error {
	a, ok := arrivals.Get(c.Tx, idOf(s.Member))
	if !ok {
		a.At = c.Now
		if m, known := c.Member(s.Member); known {
			a.At = m.Joined
		}
	}
	if ok && !a.Left.IsZero() {
		return nil
	}
	a.Left = c.Now
	arrivals.Put(c.Tx, idOf(s.Member), a)
	note(c, went, s.Member)
	volunteers.Delete(c.Tx, idOf(s.Member))
	c.Cancel(introduceJobKey(s.Member))
	if len(c.Hangs(memberKey(s.Member))) > 0 {
		c.Redraw(memberKey(s.Member))
	}
	handOver(c, s.Member)
	return nil
}

// handOver says what somebody who left was responsible for to those who can find
// somebody else: everybody for a theme, its members for an organisation, those
// whom the charter names for a group.
func handOver(c *bot.Ctx, who bot.MemberID) {
	for _, l := range leadsOf(c, who) {
		freeLead(c, l)
	}
	care := c.Members(c.Charter.Notices.Undelivered...)
	for _, o := range c.OrganisationsOf(who) {
		if o.Represented != who {
			continue
		}
		o.Represented = 0
		c.PutOrganisation(o)
		tell := c.OrganisationMembers(o.Number)
		if len(tell) == 0 {
			tell = care
		}
		for _, to := range tell {
			c.Tell(to, o.Key(), bot.T("organisation.told-unrepresented", "organisation", o.Name, "who", who, "represent", bot.CommandText("organisation represent")))
		}
	}
	m, _ := c.Member(who)
	for _, g := range c.Charter.Groups {
		if slices.ContainsFunc(m.Accounts, func(a bot.AccountRef) bool { return slices.Contains(g.Responsible, a.Platform+":"+a.ID) }) {
			for _, to := range care {
				c.Tell(to, "group/"+g.ID, bot.T("member.told-responsible-left", "who", who, "group", c.GroupName(g.ID)))
			}
		}
	}
}

// welcome tells somebody who came where they are, what is expected of them and
// whom to turn to. When they cannot be written to their contact is told, or
// those whom the charter names.
func welcome(c *bot.Ctx, who bot.MemberID, a arrival, again bool) {
	community := c.Charter.Community.Name
	p := bot.Post{
		To: who, Urgent: true, // newcomers do not wait for the end of a silence
		Else: &bot.Else{Member: a.Contact, Text: bot.T("member.welcome-undelivered", "who", who)},
	}
	if again {
		p.Text = bot.T("member.welcome-back", "who", who, "community", community, "me", bot.CommandText("me"))
		p.Else.Text = bot.T("member.back-undelivered", "who", who)
		c.Send(p)
		return
	}
	lines := []bot.Text{bot.T("member.welcome", "who", who, "community", community)}
	if own := c.Charter.Members.Welcome.Text; !own.IsZero() {
		lines[0] = bot.Named(own)
	}
	for i, step := range steps(c, who) {
		lines = append(lines, bot.T("member.step", "number", i+1, "step", step))
	}
	if a.Contact != 0 {
		lines = append(lines, bot.T("member.welcome-contact", "who", a.Contact))
	}
	p.Text = bot.Lines(append(lines, bot.T("member.welcome-help", "help", bot.CommandText("help")))...)
	for _, b := range []struct{ label, command, style string }{
		{"member.button-introduce", "member introduce", "primary"},
		{"member.button-charter", "charter", ""},
		{"member.button-who", "who", ""},
	} {
		if may(c, who, b.command) {
			p.Buttons = append(p.Buttons, bot.Button{Label: bot.T(b.label), Call: bot.Call{Command: b.command}, Style: b.style})
		}
	}
	c.Send(p)
}

// steps are what a newcomer is to do: the charter's, or what they may do.
func steps(c *bot.Ctx, who bot.MemberID) []bot.Text {
	var all []bot.Text
	for _, s := range c.Charter.Members.Welcome.Steps {
		all = append(all, bot.Named(s.Text))
	}
	if len(all) > 0 {
		return all
	}
	for _, command := range []string{"charter", "member introduce", "who"} {
		if may(c, who, command) {
			all = append(all, bot.T("member.step-"+lastWord(command), "command", bot.CommandText(command)))
		}
	}
	return all
}

func lastWord(command string) string { return command[strings.LastIndexByte(command, ' ')+1:] }

// may reports whether somebody who is not calling has the right to a command.
func may(c *bot.Ctx, who bot.MemberID, command string) bool {
	groups, ok := c.Charter.RightFor(command)
	return ok && c.Belongs(who, groups...)
}

// present reports whether somebody is here.
func present(c *bot.Ctx, who bot.MemberID) bool { return c.Belongs(who, config.Everyone) }
