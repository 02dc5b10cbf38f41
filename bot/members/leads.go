package members

import (
	"slices"
	"strings"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

type themeArgs struct {
	Theme string `opt:"theme,rest" max:"60" suggest:"themes"`
}

// takeLead makes the caller the lead of a theme that has none.
func takeLead(c *bot.Ctx, in themeArgs) (bot.Reply, error) {
	l, taken, err := theme(c, in.Theme)
	if err != nil {
		return bot.Reply{}, err
	}
	switch {
	case taken && l.Member == c.Caller.ID:
		return bot.Reply{}, bot.Refuse("lead.yours", "theme", themeName(c, l), "pass", bot.CommandText("lead pass"))
	case taken:
		return bot.Reply{}, bot.Refuse("lead.taken", "theme", themeName(c, l), "who", l.Member, "pass", bot.CommandText("lead pass"))
	}
	setLead(c, l, c.Caller.ID)
	postLead(c, bot.T("lead.posted-taken", "who", c.Caller.ID, "theme", themeName(c, l), "organisations", ofWhom(c, c.Caller.ID)))
	return bot.Say("lead.took", "theme", themeName(c, l), "pass", bot.CommandText("lead pass"), "drop", bot.CommandText("lead drop")), nil
}

type passArgs struct {
	Theme  string       `opt:"theme" max:"60" suggest:"leads"`
	Member bot.MemberID `opt:"member"`
}

// passLead gives the lead of a theme to another member.
func passLead(c *bot.Ctx, in passArgs) (bot.Reply, error) {
	l, err := ledTheme(c, in.Theme)
	if err != nil {
		return bot.Reply{}, err
	}
	switch {
	case l.Member == in.Member:
		return bot.Reply{}, bot.BadOption("member", "lead.same", "theme", themeName(c, l), "who", l.Member)
	case !present(c, in.Member):
		return bot.Reply{}, bot.BadOption("member", "member.not-here", "who", in.Member)
	}
	from := l.Member
	setLead(c, l, in.Member)
	postLead(c, bot.T("lead.posted-passed", "from", from, "who", in.Member, "theme", themeName(c, l)))
	for _, who := range []bot.MemberID{from, in.Member} {
		c.Tell(who, "lead/"+l.Theme, bot.T("lead.told-passed", "by", c.Caller.ID, "who", in.Member, "theme", themeName(c, l), "drop", bot.CommandText("lead drop")))
	}
	return bot.Say("lead.passed", "theme", themeName(c, l), "who", in.Member), nil
}

// dropLead gives up the lead of a theme.
func dropLead(c *bot.Ctx, in themeArgs) (bot.Reply, error) {
	l, err := ledTheme(c, in.Theme)
	if err != nil {
		return bot.Reply{}, err
	}
	freeLead(c, l)
	return bot.Say("lead.dropped", "theme", themeName(c, l)), nil
}

// freeLead leaves a theme without a lead, and asks who takes it.
func freeLead(c *bot.Ctx, l lead) {
	leads.Delete(c.Tx, store.K(l.Theme))
	c.Record(bot.Entry{What: "lead drop", Subject: "lead/" + l.Theme})
	c.Redraw(memberKey(l.Member))
	postLead(c, bot.T("lead.posted-free", "who", l.Member, "theme", themeName(c, l), "take", bot.CommandText("lead take")),
		bot.Button{Label: bot.T("lead.button-take"), Call: bot.Call{Command: "lead take", Args: map[string]string{"theme": l.Name}}})
}

func setLead(c *bot.Ctx, l lead, who bot.MemberID) {
	before := l.Member
	l.Member, l.Since = who, c.Now
	leads.Put(c.Tx, store.K(l.Theme), l)
	c.Record(bot.Entry{Subject: "lead/" + l.Theme, Data: map[string]string{"member": memberKey(who)}})
	for _, m := range []bot.MemberID{before, who} {
		if len(c.Hangs(memberKey(m))) > 0 {
			c.Redraw(memberKey(m))
		}
	}
}

// postLead tells everybody who leads what, where newcomers are announced.
func postLead(c *bot.Ctx, text bot.Text, buttons ...bot.Button) {
	for _, place := range c.Channels(c.Charter.Members.Introduction.Channel) {
		c.Post(place, text, buttons...)
	}
}

// listLeads shows every theme and who leads it.
func listLeads(c *bot.Ctx, _ nothing) (bot.Reply, error) {
	lines := themeLines(c, "")
	if len(lines) == 0 {
		return bot.Say("lead.none", "take", bot.CommandText("lead take")), nil
	}
	return bot.Reply{Text: bot.Lines(append([]bot.Text{bot.T("lead.title")}, lines...)...)}, nil
}

// themeLines says who leads the themes whose name contains a text, the charter's
// first.
func themeLines(c *bot.Ctx, text string) []bot.Text {
	var lines []bot.Text
	add := func(l lead, taken bool, about config.Words) {
		name := themeName(c, l)
		if text != "" && !slices.ContainsFunc(readings(c, name), func(s string) bool { return contains(s, text) }) {
			return
		}
		line := bot.T("lead.line-free", "theme", name)
		if taken {
			line = bot.T("lead.line", "theme", name, "who", l.Member, "organisations", ofWhom(c, l.Member), "since", day(l.Since))
		}
		if !about.IsZero() {
			line = bot.T("lead.about", "line", line, "about", bot.Named(about))
		}
		lines = append(lines, line)
	}
	for _, t := range c.Charter.Members.Themes {
		l, taken := leads.Get(c.Tx, store.K(t.ID))
		if !taken {
			l = lead{Theme: t.ID, Name: t.ID}
		}
		add(l, taken, t.About)
	}
	for _, l := range leads.Prefix(c.Tx, nil) {
		if charterTheme(c, l.Theme) == nil {
			add(l, true, config.Words{})
		}
	}
	return lines
}

// theme finds the theme that was typed, and whether somebody leads it.
func theme(c *bot.Ctx, typed string) (l lead, taken bool, err error) {
	l = lead{Name: strings.Join(strings.Fields(typed), " ")}
	if len(c.Charter.Members.Themes) > 0 {
		id, ok := c.Choose("themes", typed, nil)
		if !ok {
			return l, false, bot.BadOption("theme", "lead.no-theme", "theme", typed, "themes", charterThemes(c))
		}
		l = lead{Theme: id, Name: id}
	} else if l.Name, err = readName("theme", typed); err != nil {
		return l, false, err
	} else {
		l.Theme = config.Fold(l.Name)
	}
	if led, ok := leads.Get(c.Tx, store.K(l.Theme)); ok {
		return led, true, nil
	}
	return l, false, nil
}

// ledTheme is theme for one that somebody leads. One that the charter no longer
// has can still be given up.
func ledTheme(c *bot.Ctx, typed string) (lead, error) {
	if l, ok := leads.Get(c.Tx, store.K(config.Fold(strings.Join(strings.Fields(typed), " ")))); ok {
		return l, nil
	}
	l, taken, err := theme(c, typed)
	if err == nil && !taken {
		err = bot.BadOption("theme", "lead.free", "theme", themeName(c, l), "take", bot.CommandText("lead take"))
	}
	return l, err
}

// leader is who leads the theme that a call names.
func leader(c *bot.Ctx, args map[string]string) (bot.MemberID, bool) {
	l, err := ledTheme(c, args["theme"])
	return l.Member, err == nil
}

func charterTheme(c *bot.Ctx, id string) *config.Theme {
	for i := range c.Charter.Members.Themes {
		if c.Charter.Members.Themes[i].ID == id {
			return &c.Charter.Members.Themes[i]
		}
	}
	return nil
}

func themeName(c *bot.Ctx, l lead) bot.Text {
	if t := charterTheme(c, l.Theme); t != nil && !t.Name.IsZero() {
		return bot.Named(t.Name)
	}
	return bot.Typed(l.Name)
}

func charterThemes(c *bot.Ctx) []bot.Text {
	var all []bot.Text
	for _, t := range c.Charter.Members.Themes {
		all = append(all, themeName(c, lead{Theme: t.ID, Name: t.ID}))
	}
	return all
}

func themeChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, t := range c.Charter.Members.Themes {
		all = append(all, bot.Choice{Value: t.ID, Label: themeName(c, lead{Theme: t.ID, Name: t.ID})})
	}
	return all
}

// leadChoices lists the themes that somebody leads.
func leadChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, l := range leads.Prefix(c.Tx, nil) {
		all = append(all, bot.Choice{Value: l.Name, Label: themeName(c, l)})
	}
	return all
}

// leadsOf lists what a member leads.
func leadsOf(c *bot.Ctx, who bot.MemberID) []lead {
	var all []lead
	for id := range leads.By(c.Tx, "member", idOf(who)) {
		if l, ok := leads.Get(c.Tx, id); ok {
			all = append(all, l)
		}
	}
	return all
}

// ofWhom says after a name which organisations somebody belongs to.
func ofWhom(c *bot.Ctx, who bot.MemberID) bot.Text {
	var all []bot.Text
	for _, o := range c.OrganisationsOf(who) {
		all = append(all, bot.Typed(o.Name))
	}
	if len(all) == 0 {
		return bot.Text{}
	}
	return bot.T("member.of", "organisations", all)
}

// leadsAsked names those here who lead a theme whose words are all in a text.
func leadsAsked(c *bot.Ctx, asked *bot.LeadsAsked) error {
	text := store.Keywords(asked.Text)
	for _, l := range leads.Prefix(c.Tx, nil) {
		if !present(c, l.Member) {
			continue
		}
		for _, name := range append(readings(c, themeName(c, l)), l.Name) {
			words := store.Keywords(name)
			if len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(text, w) }) {
				asked.Add(l.Member)
				break
			}
		}
	}
	return nil
}
