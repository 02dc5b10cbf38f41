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

// rulesInWords are the sections of /charter: the code of good practice, the
// groups, what each feature says of the charter, and who may do what.
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
	var groups []bot.Text
	for _, g := range c.Charter.Groups {
		groups = append(groups, teamLines(c, g, false)...)
	}
	rules.Add("groups", bot.T("charter.groups"), groups...)
	if err := c.Signal(&rules); err != nil {
		return nil, err
	}
	rules.Add("rights", bot.T("charter.rights"), rights(c)...)
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
		lines = append(lines, bot.T("charter.line", "title", s.Title))
		reply.Buttons = append(reply.Buttons, sectionButton(s, s.Title))
	}
	reply.Text = bot.Lines(append(lines, bot.T("charter.how", "command", bot.CommandText("charter")))...)
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

// allowed is what some groups may do.
type allowed struct {
	groups   []string
	commands []bot.Text
}

// rights says who may do what, those who may the same together. A family of
// commands that the same people may all run is named once.
func rights(c *bot.Ctx) []bot.Text {
	var all []allowed
	at := map[string]int{}
	add := func(command string, groups []string) {
		key := strings.Join(slices.Sorted(slices.Values(groups)), "\x00")
		if _, ok := at[key]; !ok {
			at[key] = len(all)
			all = append(all, allowed{groups: groups})
		}
		all[at[key]].commands = append(all[at[key]].commands, bot.CommandText(command))
	}
	named := map[string]bool{}
	for _, command := range c.Commands() {
		family, _, _ := strings.Cut(command.Name, " ")
		groups, _ := c.Charter.RightFor(command.Name)
		switch {
		case command.Free, named[family]:
		case alike(c, family):
			named[family] = true
			add(family, groups)
		default:
			add(command.Name, groups)
		}
	}
	slices.SortStableFunc(all, func(a, b allowed) int { return rank(a.groups) - rank(b.groups) })
	lines := make([]bot.Text, len(all))
	for i, a := range all {
		lines[i] = bot.T("charter.right", "who", groupNames(c, a.groups), "commands", a.commands)
	}
	return lines
}

// alike reports whether the same people may run every command of a family.
func alike(c *bot.Ctx, family string) bool {
	var first []string
	n := 0
	for _, command := range c.Commands() {
		if command.Free || command.Name != family && !strings.HasPrefix(command.Name, family+" ") {
			continue
		}
		groups, _ := c.Charter.RightFor(command.Name)
		if n++; n == 1 {
			first = groups
		} else if !slices.Equal(first, groups) {
			return false
		}
	}
	return true
}

func groupNames(c *bot.Ctx, groups []string) bot.Text {
	if len(groups) == 0 {
		return bot.T("charter.nobody")
	}
	names := make([]bot.Text, len(groups))
	for i, g := range groups {
		names[i] = c.GroupName(g)
	}
	return bot.List(names...)
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
