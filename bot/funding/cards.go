package funding

import (
	"strings"

	"greffier/bot"
	"greffier/store"
)

// shownPledges is how many promises a card names.
const shownPledges = 20

// drawCard draws the card that hangs in public.
func drawCard(c *bot.Ctx, key string) (bot.Card, bool) {
	n, ok := numberOfKey(key)
	if !ok {
		return bot.Card{}, false
	}
	f, ok := fundings.Get(c.Tx, store.K(n))
	if !ok {
		return bot.Card{}, false
	}
	card := cardOf(c, &f)
	card.Buttons = buttons(&f)
	card.Tags = []bot.Text{stateText(&f), wayName(&f.Way)}
	return card, true
}

func buttons(f *Funding) []bot.Button {
	var all []bot.Button
	if f.State == Open && f.Way.Share != "pot" {
		all = append(all, bot.Button{Label: bot.T("fund.button-pledge"), Call: call("fund pledge", f.Number), Style: "primary"})
	}
	return append(all, bot.Button{Label: bot.T("fund.button-show"), Call: call("fund show", f.Number)})
}

// cardOf is what every card of a funding has, without buttons.
func cardOf(c *bot.Ctx, f *Funding) bot.Card {
	card := bot.Card{
		Key: f.key(), Title: bot.T("fund.card-title", "number", f.Number, "title", f.Title),
		Tone: map[State]bot.Tone{Open: bot.Open, Reached: bot.Positive, Missed: bot.Negative}[f.State],
	}
	add := adder(&card)
	add("fund.card-way", wayName(&f.Way))
	add("fund.card-target", f.Target.Text())
	add("fund.card-state", stateText(f))
	add("fund.card-progress", bot.Lines(bar(f), progress(c, f)))
	if f.State == Open && !f.Until.IsZero() {
		add("fund.card-until", bot.T("fund.value", "value", f.Until))
	}
	if !f.hidden() {
		add("fund.card-pledges", pledgesText(c, f, func(given) bool { return true }))
	}
	add("fund.card-skips", skipsText(c, f))
	if !f.Committed.IsZero() {
		add("fund.card-committed", f.Committed.Text())
	}
	return card
}

// adder puts labelled lines on a card, leaving out those with nothing to say.
func adder(card *bot.Card) func(key string, value bot.Text) {
	return func(key string, value bot.Text) {
		if !value.IsZero() {
			card.Fields = append(card.Fields, bot.CardField{Label: bot.T(key), Value: value})
		}
	}
}

func stateText(f *Funding) bot.Text { return bot.T("fund.state-" + string(f.State)) }

// barLength is how many squares the bar of a card has.
const barLength = 10

// bar draws how much is there as full and empty squares; the words beside it say
// the same.
func bar(f *Funding) bot.Text {
	full := int64(0)
	switch f.Way.Share {
	case "amounts":
		full = min(100, f.Firm.Percent(f.Target)) * barLength / 100
	case "equal":
		full = int64(min(f.Pledgers, f.Contributors) * barLength / f.Contributors)
	default:
		return bot.Text{}
	}
	return bot.Typed(strings.Repeat("■", int(full)) + strings.Repeat("□", barLength-int(full)))
}

// pledgesText names the organisations that promised, and how much.
func pledgesText(c *bot.Ctx, f *Funding, shown func(given) bool) bot.Text {
	var said []bot.Text
	more := 0
	for _, p := range pledgesOf(c, f) {
		switch {
		case !shown(p):
		case len(said) == shownPledges:
			more++
		case p.Firm:
			said = append(said, bot.T("fund.pledge-firm", "organisation", nameOf(c, p.organisation), "amount", amountText(c, f, p.organisation, p.pledge)))
		default:
			said = append(said, bot.T("fund.pledge-indicative", "organisation", nameOf(c, p.organisation), "amount", amountText(c, f, p.organisation, p.pledge)))
		}
	}
	if more > 0 {
		said = append(said, bot.T("fund.pledges-more", "count", more))
	}
	if len(said) == 0 {
		return bot.Text{}
	}
	return bot.Lines(said...)
}

func skipsText(c *bot.Ctx, f *Funding) bot.Text {
	var said []bot.Text
	for _, s := range f.Skips {
		key := "fund.card-skip"
		if s.Why == "" {
			key = "fund.card-skip-silent"
		}
		said = append(said, bot.T(key, "organisation", nameOf(c, s.Organisation), "reason", s.Why))
	}
	if len(said) == 0 {
		return bot.Text{}
	}
	return bot.Lines(said...)
}
