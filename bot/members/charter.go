package members

import (
	"slices"
	"strings"

	"greffier/bot"
	"greffier/config"
)

type charterArgs struct {
	Section string `opt:"section,optional,rest" choices:"charter-sections"`
}

// rulesInWords are the sections of /charter: the code of good practice first,
// then what each feature says of the charter.
func rulesInWords(c *bot.Ctx) ([]bot.RuleSection, error) {
	var all []bot.RuleSection
	for _, s := range c.Charter.Members.Code {
		title := bot.Named(s.Title)
		if s.Title.IsZero() {
			title = bot.Typed(s.ID)
		}
		all = append(all, bot.RuleSection{Name: s.ID, Title: title, Lines: []bot.Text{bot.Named(s.Text)}})
	}
	var rules bot.Rules
	if err := c.Signal(&rules); err != nil {
		return nil, err
	}
	return append(all, rules.All()...), nil
}

// charter shows the rules in words: their sections, or one of them.
func charter(c *bot.Ctx, in charterArgs) (bot.Reply, error) {
	sections, err := rulesInWords(c)
	if err != nil {
		return bot.Reply{}, err
	}
	i := slices.IndexFunc(sections, func(s bot.RuleSection) bool { return s.Name == in.Section })
	if i >= 0 {
		s := sections[i]
		card := bot.Card{Title: s.Title, Body: bot.Lines(s.Lines...)}
		if i+1 < len(sections) {
			card.Buttons = []bot.Button{sectionButton(sections[i+1], bot.T("charter.button-next", "title", sections[i+1].Title))}
		}
		return bot.Reply{Card: &card}, nil
	}
	lines := []bot.Text{bot.T("charter.title", "community", c.Charter.Community.Name)}
	reply := bot.Reply{}
	for _, s := range sections {
		lines = append(lines, bot.T("charter.line", "command", bot.CommandText("charter"), "name", s.Name, "title", s.Title))
		reply.Buttons = append(reply.Buttons, sectionButton(s, s.Title))
	}
	reply.Text = bot.Lines(lines...)
	return reply, nil
}

func sectionButton(s bot.RuleSection, label bot.Text) bot.Button {
	return bot.Button{Label: label, Call: bot.Call{Command: "charter", Args: map[string]string{"section": s.Name}}}
}

func sectionChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	sections, err := rulesInWords(c)
	if err != nil {
		return nil
	}
	all := make([]bot.Choice, len(sections))
	for i, s := range sections {
		all[i] = bot.Choice{Value: s.Name, Label: s.Title}
	}
	return all
}

// describe says of the charter what belongs to no other feature: the groups, and
// who may do what.
func describe(c *bot.Ctx, r *bot.Rules) error {
	var groups []bot.Text
	for _, g := range c.Charter.Groups {
		groups = append(groups, teamLines(c, g, false)...)
	}
	r.Add("groups", bot.T("charter.groups"), groups...)
	r.Add("rights", bot.T("charter.rights"), rights(c)...)
	return nil
}

// rights says who may do what, those who may the same together.
func rights(c *bot.Ctx) []bot.Text {
	type allowed struct {
		groups   []string
		commands []bot.Text
	}
	var all []allowed
	at := map[string]int{}
	for _, command := range c.Commands() {
		if command.Free {
			continue
		}
		groups, _ := c.Charter.RightFor(command.Name)
		key := strings.Join(groups, "\x00")
		if _, ok := at[key]; !ok {
			at[key] = len(all)
			all = append(all, allowed{groups: groups})
		}
		all[at[key]].commands = append(all[at[key]].commands, bot.CommandText(command.Name))
	}
	slices.SortStableFunc(all, func(a, b allowed) int { return rank(a.groups) - rank(b.groups) })
	var lines []bot.Text
	for _, a := range all {
		who := bot.T("charter.nobody")
		if len(a.groups) > 0 {
			names := make([]bot.Text, len(a.groups))
			for i, g := range a.groups {
				names[i] = c.GroupName(g)
			}
			who = bot.List(names...)
		}
		lines = append(lines, bot.T("charter.right", "who", who, "commands", a.commands))
	}
	return lines
}

// rank puts what everybody may first and what nobody may last.
func rank(groups []string) int {
	switch {
	case len(groups) == 0:
		return 2
	case slices.Contains(groups, config.Everyone):
		return 0
	}
	return 1
}
