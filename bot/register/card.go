package register

import (
	"fmt"
	"strconv"
	"strings"

	"greffier/bot"
	"greffier/store"
)

// family is what the keys of decisions' cards begin with.
const family = "decision"

type showArgs struct {
	Number int `opt:"number" suggest:"decisions"`
}

// show shows one decision whole.
func show(c *bot.Ctx, in showArgs) (bot.Reply, error) {
	d, ok := bot.Decisions.Get(c.Tx, store.K(in.Number))
	if !ok {
		return bot.Reply{}, bot.Refuse("register.unknown", "number", in.Number, "command", bot.CommandText("register list"))
	}
	card := decisionCard(c, d)
	return bot.Reply{Card: &card}, nil
}

// draw draws the card of a decision from its key.
func draw(c *bot.Ctx, key string) (bot.Card, bool) {
	n, err := strconv.ParseUint(strings.TrimPrefix(key, family+"/"), 10, 64)
	if err != nil {
		return bot.Card{}, false
	}
	d, ok := bot.Decisions.Get(c.Tx, store.K(n))
	if !ok {
		return bot.Card{}, false
	}
	return decisionCard(c, d), true
}

// keys lists the cards of all decisions, oldest first.
func keys(c *bot.Ctx, yield func(string)) {
	for _, d := range bot.Decisions.Prefix(c.Tx, nil) {
		yield(fmt.Sprintf("%s/%d", family, d.Number))
	}
}

func decisionCard(c *bot.Ctx, d bot.Decision) bot.Card {
	card := bot.Card{
		Key:   fmt.Sprintf("%s/%d", family, d.Number),
		Title: bot.T("register.title", "number", d.Number, "title", d.Title),
		Body:  outcome(d), Tone: bot.Negative,
	}
	if d.Adopted {
		card.Tone = bot.Positive
	}
	field := func(label string, value bot.Text) {
		if !value.IsZero() {
			card.Fields = append(card.Fields, bot.CardField{Label: bot.T(label), Value: value})
		}
	}
	field("register.when", bot.T("register.moment", "at", d.At))
	field("register.who", who(c, d))
	field("register.how", d.Why)
	field("register.rule", rule(c, d.Rule))
	if d.Advisory {
		field("register.force", bot.T("register.advisory"))
	}
	field("register.about", thing(d.Subject))
	field("register.then", later(c, d))
	if sealed := c.Sealed(d); sealed != "" {
		field("register.journal", bot.T("register.digest", "digest", sealed))
	}
	card.Buttons = links(c, d)
	return card
}

// who says who decided.
func who(c *bot.Ctx, d bot.Decision) bot.Text {
	var parts []bot.Text
	if d.By != "" {
		parts = append(parts, thing(d.By))
	}
	if d.Author != 0 {
		parts = append(parts, bot.T("register.member", "who", d.Author))
	}
	if d.Group != "" {
		parts = append(parts, c.GroupName(d.Group))
	}
	return bot.List(parts...)
}

// rule names what the charter says a decision was taken under: a voting rule, or
// a stage of a path ("decision/proposed").
func rule(c *bot.Ctx, id string) bot.Text {
	if id == "" {
		return bot.Text{}
	}
	if r := c.Charter.Rule(id); r != nil && !r.Name.IsZero() {
		return bot.Named(r.Name)
	}
	if path, stage, ok := strings.Cut(id, "/"); ok {
		if s := c.Charter.Stage(path, stage); s != nil && !s.Name.IsZero() {
			return bot.T("register.stage", "stage", bot.Named(s.Name))
		}
	}
	return bot.Typed(id)
}

// thing names a request or a vote by its key, with the command that shows it.
func thing(key string) bot.Text {
	kind, number, _ := strings.Cut(key, "/")
	switch kind {
	case "request", "vote":
		return bot.T("register.thing-"+kind, "number", number, "command", bot.CommandText(kind))
	case "":
		return bot.Text{}
	}
	return bot.Typed(key)
}

// later names the decisions that followed on the same subject.
func later(c *bot.Ctx, d bot.Decision) bot.Text {
	if d.Subject == "" {
		return bot.Text{}
	}
	var lines []bot.Text
	for id := range bot.Decisions.By(c.Tx, "subject", store.K(d.Subject)) {
		if next, ok := bot.Decisions.Get(c.Tx, id); ok && next.Number > d.Number {
			lines = append(lines, bot.T("register.next", "number", next.Number, "date", bot.Date(next.At), "outcome", outcome(next)))
		}
	}
	return bot.Lines(lines...)
}

// links leads to what was decided upon, its history, and the vote.
func links(c *bot.Ctx, d bot.Decision) []bot.Button {
	var buttons []bot.Button
	for _, link := range []struct{ verb, key, label string }{
		{"show", d.Subject, "register.see-subject"},
		{"history", d.Subject, "register.see-history"},
		{"show", d.By, "register.see-vote"},
	} {
		call, ok := c.CallOn(link.verb, link.key)
		if ok && (link.key != d.Subject || link.label != "register.see-vote") {
			buttons = append(buttons, bot.Button{Label: bot.T(link.label), Call: call})
		}
	}
	return buttons
}

// latest suggests the last decisions.
func latest(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var choices []bot.Choice
	for _, d := range bot.Decisions.PrefixDown(c.Tx, nil) {
		if len(choices) == 20 {
			break
		}
		choices = append(choices, bot.Choice{Value: strconv.FormatUint(d.Number, 10), Label: bot.T("register.choice", "number", d.Number, "title", d.Title)})
	}
	return choices
}
