package membership

import (
	"slices"

	"greffier/bot"
	"greffier/config"
)

// requestClosed does what follows from the end of a candidacy.
func requestClosed(c *bot.Ctx, r bot.RequestClosed) error {
	ch := &c.Charter.Membership
	if ch.Candidacy == "" || r.Kind != ch.Candidacy || r.Withdrawn || r.Into != "" {
		return nil
	}
	if !r.Done {
		text := bot.T("membership.refused", "title", r.Title, "groups", decideNames(c))
		if !ch.Refusal.IsZero() {
			text = bot.Named(ch.Refusal)
		}
		c.Send(bot.Post{To: r.Author, Text: text})
		return nil
	}
	return c.Itself(func() error { admit(c, r); return nil })
}

// admit makes somebody a member: their group, the private channel, the welcome.
func admit(c *bot.Ctx, r bot.RequestClosed) {
	ch := &c.Charter.Membership
	if a, ok := admissions.Get(c.Tx, idOf(r.Author)); ok && a.Ended.IsZero() {
		return
	}
	admissions.Put(c.Tx, idOf(r.Author), admission{At: c.Now, Subject: r.Subject})
	c.Enroll(r.Author, ch.Group)
	c.Record(bot.Entry{What: "membership admit", Subject: memberKey(r.Author), Rule: "membership", Data: map[string]string{"request": r.Subject, "group": ch.Group}})
	text := bot.T("membership.welcome", "who", r.Author, "community", c.Charter.Community.Name, "group", c.GroupName(ch.Group))
	if !ch.Welcome.IsZero() {
		text = bot.Named(ch.Welcome)
	}
	lines := []bot.Text{text}
	if ch.Channel != "" {
		lines = append(lines, bot.T("membership.invited", "channel", ch.Channel))
	}
	lines = append(lines, bot.T("membership.welcome-show", "show", bot.CommandText("membership show"), "help", bot.CommandText("help")))
	c.Send(bot.Post{To: r.Author, Text: bot.Lines(lines...), Urgent: true})
	if ch.Channel != "" {
		for _, place := range c.Channels(ch.Channel) {
			c.Send(bot.Post{Place: place, Invite: r.Author, Text: bot.T("membership.joined", "who", r.Author, "group", c.GroupName(ch.Group))})
		}
	}
}

// decideNames names those who decide on members.
func decideNames(c *bot.Ctx) []bot.Text {
	var names []bot.Text
	for _, g := range c.Charter.Membership.Confirm.Decide {
		names = append(names, c.GroupName(g))
	}
	return names
}

// tellDeciding tells those who decide on members.
func tellDeciding(c *bot.Ctx, subject string, text bot.Text, groups ...string) {
	if len(groups) == 0 {
		groups = c.Charter.Membership.Confirm.Decide
	}
	for _, who := range c.Members(groups...) {
		c.Tell(who, subject, text)
	}
}

// stop ends somebody's membership. Whoever is in the group for another reason, such
// as a role or the charter's own list, still is; still says so.
func stop(c *bot.Ctx, who bot.MemberID) (still bool) {
	group := c.Charter.Membership.Group
	a, _ := admissions.Get(c.Tx, idOf(who))
	if a.At.IsZero() {
		a.At = c.Now
	}
	a.Ended = c.Now
	admissions.Put(c.Tx, idOf(who), a)
	takeOut(c, who, group)
	return c.Belongs(who, group)
}

// takeOut takes somebody out of a group that they were put in, unless a mandate or
// their membership keeps them there.
func takeOut(c *bot.Ctx, who bot.MemberID, group string) {
	if group == "" {
		return
	}
	if a, ok := admissions.Get(c.Tx, idOf(who)); ok && a.Ended.IsZero() && group == c.Charter.Membership.Group {
		return
	}
	if slices.ContainsFunc(running(c, who), func(m Mandate) bool {
		k := kindOf(c.Charter, m.Kind)
		return k != nil && k.Group == group
	}) {
		return
	}
	c.Unenroll(who, group)
}

// left tells those who decide that somebody went who held a mandate or was admitted.
func left(c *bot.Ctx, s bot.MemberLeft) error {
	for _, m := range running(c, s.Member) {
		told := told(c, &m)
		tellDeciding(c, m.key(), bot.T("mandate.told-left", "who", m.Member, "mandate", m.name(c), "number", m.Number, "pass", bot.CommandText("mandate pass")), told...)
	}
	if a, ok := admissions.Get(c.Tx, idOf(s.Member)); ok && a.Ended.IsZero() {
		tellDeciding(c, memberKey(s.Member), bot.T("membership.told-left", "who", s.Member, "end", bot.CommandText("membership end")))
	}
	return nil
}

// describe says in words how one becomes a member and which mandates there are.
func describe(c *bot.Ctx, r *bot.Rules) error {
	ch := &c.Charter.Membership
	var lines []bot.Text
	if ch.Candidacy != "" {
		name := bot.Typed(ch.Candidacy)
		if k := c.Charter.Kind(ch.Candidacy); k != nil && !k.Name.IsZero() {
			name = bot.Named(k.Name)
		}
		lines = append(lines, bot.T("membership.rules-candidacy", "kind", name, "group", c.GroupName(ch.Group), "new", bot.CommandText("request new")))
	}
	if !ch.Confirm.When.IsZero() {
		lines = append(lines, bot.T("membership.rules-confirm", "lasts", bot.LengthText(ch.Confirm.Lasts.Std()), "groups", decideNames(c)))
	}
	for i := range ch.Mandates {
		k := &ch.Mandates[i]
		lines = append(lines, bot.T("membership.rules-mandate", "mandate", kindName(k), "lasts", bot.LengthText(k.Lasts.Std())))
	}
	r.Add("membership", bot.T("membership.rules-title"), lines...)
	return nil
}

func kindName(k *config.MandateKind) bot.Text {
	if k.Name.IsZero() {
		return bot.Typed(k.ID)
	}
	return bot.Named(k.Name)
}
