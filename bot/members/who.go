package members

import (
	"strings"
	"unicode"

	"greffier/bot"
	"greffier/config"
)

type whoArgs struct {
	Text string `opt:"text,optional,rest" max:"100"`
	// About is the card of a member, from a button.
	About string `opt:"about,hidden"`
}

// shownMost is how many of each sort an answer shows.
const shownMost = 10

// who answers who does what: everything at a glance, or what concerns a text.
func who(c *bot.Ctx, in whoArgs) (bot.Reply, error) {
	if in.About != "" {
		id, ok := memberOfKey(in.About)
		if _, known := c.Member(id); ok && known {
			return personReply(c, id), nil
		}
	}
	if in.Text == "" {
		return glance(c), nil
	}
	if id, ok := c.FindMember(in.Text); ok {
		return personReply(c, id), nil
	}
	found := searchAll(c, in.Text)
	switch {
	case len(found.people) == 1 && found.others() == 0:
		return personReply(c, found.people[0]), nil
	case len(found.people)+found.others() == 0:
		return bot.Reply{}, bot.Refuse("who.none", "text", in.Text, "who", bot.CommandText("who"))
	}
	return bot.Reply{Text: found.text(c, in.Text)}, nil
}

// isMember reports whether the caller counts as a member, who sees what is
// private.
func isMember(c *bot.Ctx) bool { return c.In(c.Charter.Members.Groups...) }

// glance says who answers for what.
func glance(c *bot.Ctx) bot.Reply {
	var lines []bot.Text
	section := func(key string, more ...bot.Text) {
		if len(more) > 0 {
			lines = append(append(lines, bot.T(key)), more...)
		}
	}
	var teams []bot.Text
	for _, g := range c.Charter.Groups {
		teams = append(teams, teamLines(c, g, false)...)
	}
	section("who.teams", teams...)
	section("who.themes", themeLines(c, "")...)
	var organisations []bot.Text
	for _, o := range c.Organisations() {
		organisations = append(organisations, bot.Typed(o.Name))
	}
	if more := len(organisations) - namedMost; more > 0 {
		organisations = append(organisations[:namedMost], bot.T("who.more", "count", more))
	}
	if len(organisations) > 0 {
		section("who.organisations", bot.List(organisations...))
	}
	section("who.search", bot.T("who.how", "who", bot.CommandText("who")))
	return bot.Reply{Text: bot.Lines(lines...)}
}

// teamLines says what a group does and who answers for it; all of it names its
// members too.
func teamLines(c *bot.Ctx, g config.Group, all bool) []bot.Text {
	people := c.Members(g.ID)
	lines := []bot.Text{bot.T("who.team", "team", c.GroupName(g.ID), "count", len(people))}
	if !g.About.IsZero() {
		lines[0] = bot.T("who.team-about", "line", lines[0], "about", bot.Named(g.About))
	}
	add := func(key string, what bot.Text) {
		lines = append(lines, bot.T(key, "what", what))
	}
	if responsible := c.Accounts(g.Responsible); len(responsible) > 0 {
		add("who.responsible", bot.List(names(responsible)...))
	}
	if !g.Reach.IsZero() {
		add("who.reach", bot.Named(g.Reach))
	}
	if all && len(people) > 0 {
		add("who.people", bot.List(named(people)...))
	}
	return lines
}

// found is what concerns a text.
type found struct {
	teams, themes, organisations, software, subscribers []bot.Text
	people                                              []bot.MemberID
}

func (f found) others() int {
	return len(f.teams) + len(f.themes) + len(f.organisations) + len(f.software) + len(f.subscribers)
}

// searchAll looks for a text everywhere, in what the caller may see.
func searchAll(c *bot.Ctx, text string) found {
	var f found
	for _, g := range c.Charter.Groups {
		if anyContains(append(readings(c, c.GroupName(g.ID)), g.ID), text) {
			f.teams = append(f.teams, teamLines(c, g, true)...)
		}
	}
	f.themes = themeLines(c, text)
	for _, o := range c.Organisations() {
		if !contains(o.Name, text) {
			continue
		}
		f.organisations = append(f.organisations, organisationLine(c, o))
		if people := c.OrganisationMembers(o.Number); len(people) > 0 {
			f.organisations = append(f.organisations, bot.T("who.people", "what", bot.List(named(people)...)))
		}
	}
	f.software = usersOf(c, text)
	said := map[bot.MemberID]string{}
	for id, p := range profiles.Prefix(c.Tx, nil) {
		said[memberOf(id)] = visible(c, p.Fields)
	}
	for m := range c.Present() {
		if contains(m.Name+"\n"+said[m.ID], text) {
			f.people = append(f.people, m.ID)
		}
	}
	for _, s := range subscribers.Prefix(c.Tx, nil) {
		if s.Member == 0 && contains(s.Name+"\n"+visible(c, s.Fields), text) {
			f.subscribers = append(f.subscribers, bot.T("member.line", "who", bot.T("subscriber.name", "name", s.Name, "number", s.Number), "said", summary(c, s.Fields)))
		}
	}
	return f
}

// visible is what the caller may see of somebody's answers.
func visible(c *bot.Ctx, fields map[string]string) string {
	var all []string
	for _, f := range c.Charter.Members.Introduction.Fields {
		if !f.Private || isMember(c) {
			all = append(all, fields[f.ID])
		}
	}
	return strings.Join(all, "\n")
}

// text says what was found, sort by sort.
func (f found) text(c *bot.Ctx, text string) bot.Text {
	lines := []bot.Text{bot.T("who.found", "text", text)}
	section := func(key string, all []bot.Text) {
		if len(all) == 0 {
			return
		}
		lines = append(append(lines, bot.T(key)), all[:min(shownMost, len(all))]...)
		if more := len(all) - shownMost; more > 0 {
			lines = append(lines, bot.T("who.more-lines", "count", more))
		}
	}
	section("who.teams", f.teams)
	section("who.themes", f.themes)
	section("who.organisations", f.organisations)
	section("who.software", f.software)
	var people []bot.Text
	for _, id := range f.people {
		p, _ := profiles.Get(c.Tx, idOf(id))
		people = append(people, bot.T("member.line", "who", bot.T("member.name", "who", id), "said", summary(c, p.Fields)))
	}
	section("who.members", people)
	section("who.subscribers", f.subscribers)
	return bot.Lines(lines...)
}

// personReply shows what is known of a member to who asks.
func personReply(c *bot.Ctx, id bot.MemberID) bot.Reply {
	card := bot.Card{Title: bot.T("member.name", "who", id)}
	if !present(c, id) {
		card.Body = bot.T("member.card-left")
	}
	p, introduced := profiles.Get(c.Tx, idOf(id))
	if !introduced && present(c, id) {
		card.Body = bot.T("member.not-introduced")
	}
	var groups, answers []bot.Text
	for _, g := range c.Charter.Groups {
		if c.Belongs(id, g.ID) {
			groups = append(groups, c.GroupName(g.ID))
		}
		for _, r := range c.Accounts(g.Responsible) {
			if r == id {
				answers = append(answers, c.GroupName(g.ID))
			}
		}
	}
	for _, f := range []struct {
		key   string
		texts []bot.Text
	}{{"who.groups", groups}, {"who.answers-for", answers}} {
		if len(f.texts) > 0 {
			card.Fields = append(card.Fields, bot.CardField{Label: bot.T(f.key), Value: bot.List(f.texts...)})
		}
	}
	private := isMember(c) || id == c.Caller.ID
	card.Fields = append(card.Fields, belongs(c, id)...)
	card.Fields = append(card.Fields, profileFields(c, unsaid(c, id, p.Fields), private)...)
	var uses []bot.Text
	for n := range softwares.By(c.Tx, "member", idOf(id)) {
		if s, ok := softwares.Get(c.Tx, n); ok {
			uses = append(uses, useText(c, s, ofMember))
		}
	}
	if len(uses) > 0 {
		card.Fields = append(card.Fields, bot.CardField{Label: bot.T("who.uses"), Value: bot.Lines(uses...)})
	}
	if id == c.Caller.ID && c.May("member introduce") {
		card.Buttons = []bot.Button{{Label: bot.T("member.button-edit"), Call: bot.Call{Command: "member introduce"}}}
	}
	return bot.Reply{Card: &card}
}

// readings is a name in every language.
func readings(c *bot.Ctx, name bot.Text) []string {
	var all []string
	for _, locale := range bot.Locales {
		all = append(all, c.Speaker(locale).Plain(name))
	}
	return all
}

// contains reports whether a text has every word of another, case and accents
// aside.
func contains(text, words string) bool {
	text = config.Fold(text)
	for word := range strings.FieldsSeq(config.Fold(words)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

func anyContains(all []string, words string) bool {
	for _, text := range all {
		if contains(text, words) {
			return true
		}
	}
	return false
}

func hasLetter(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}
