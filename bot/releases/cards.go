package releases

import (
	"strconv"
	"strings"

	"greffier/bot"
	"greffier/store"
)

func drawCard(c *bot.Ctx, key string) (bot.Card, bool) {
	n, err := strconv.ParseUint(strings.TrimPrefix(key, "release/"), 10, 64)
	if err != nil {
		return bot.Card{}, false
	}
	r, ok := releases.Get(c.Tx, store.K(n))
	if !ok {
		return bot.Card{}, false
	}
	return cardOf(c, &r), true
}

func cardOf(c *bot.Ctx, r *Release) bot.Card {
	card := bot.Card{
		Key: r.key(), Title: bot.T("release.card-title", "number", r.Number, "title", r.Title),
		Tone: map[State]bot.Tone{Planned: bot.Open, Out: bot.Done, Cancelled: bot.Negative}[r.State],
		Tags: []bot.Text{bot.T("release.state-" + string(r.State))},
	}
	add := func(key string, value bot.Text) {
		if !value.IsZero() {
			card.Fields = append(card.Fields, bot.CardField{Label: bot.T(key), Value: value})
		}
	}
	add("release.card-state", bot.T("release.state-"+string(r.State)))
	for _, name := range []string{"notes", "test", "production"} {
		if at, ok := r.dates()[name]; ok {
			add("release.card-"+name, bot.T("release.value", "value", at))
		}
	}
	if r.Notes != "" {
		add("release.card-address", bot.Link(r.Notes))
	}
	var lines []bot.Text
	for i := range r.Changes {
		lines = append(lines, bot.T("release.line", "line", i+1, "change", changeText(c, &r.Changes[i])))
	}
	if len(lines) > 0 {
		add("release.card-changes", bot.Lines(lines...))
	}
	return card
}

// changeText says a change: how much it matters, what it is about, whether it is on.
func changeText(c *bot.Ctx, ch *Change) bot.Text {
	said := bot.T("release.change", "importance", bot.T("release.is-"+ch.Importance), "text", ch.Text)
	if ch.Topic != "" {
		said = bot.T("release.change-topic", "importance", bot.T("release.is-"+ch.Importance), "text", ch.Text, "topic", topicName(c, ch.Topic))
	}
	key := "release.on"
	if ch.Optional {
		key = "release.optional"
	}
	said = bot.Words(said, bot.T(key))
	if ch.Why != "" {
		said = bot.T("release.change-why", "change", said, "why", oneLine(ch.Why))
	}
	return said
}

type listArgs struct {
	All bool `opt:"all"`
}

// listed is how many releases a list shows.
const listed = 20

// list shows the releases to come, or the latest ones.
func list(c *bot.Ctx, in listArgs) (bot.Reply, error) {
	all := planned(c)
	if in.All {
		all = nil
		for _, r := range releases.PrefixDown(c.Tx, nil) {
			if all = append(all, &r); len(all) == listed {
				break
			}
		}
	}
	if len(all) == 0 {
		return bot.Say("release.list-empty", "list", bot.CommandText("release list")), nil
	}
	lines := []bot.Text{bot.T("release.list", "count", len(all))}
	for _, r := range all[:min(listed, len(all))] {
		lines = append(lines, bot.T("release.list-line", "number", r.Number, "title", r.Title, "state", bot.T("release.state-"+string(r.State)), "production", bot.Date(r.Production), "count", len(r.Changes)))
	}
	return bot.Reply{Text: bot.Lines(lines...)}, nil
}

type showArgs struct {
	Number int `opt:"number" suggest:"releases"`
}

// show shows a release.
func show(c *bot.Ctx, in showArgs) (bot.Reply, error) {
	r, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	card := cardOf(c, r)
	return bot.Reply{Card: &card}, nil
}
