package funding

import (
	"fmt"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// budget is an envelope of one year.
type budget struct {
	total bot.Money
	// asked is what open fundings would take, decided what was granted, committed
	// what was ordered of it, spent what counts: ordered, or granted until then.
	asked, decided, committed, spent bot.Money
}

// left is what can still be decided.
func (b budget) left() bot.Money { return b.total.Sub(b.spent) }

func envelopeName(ch *config.Charter, id string) bot.Text {
	if e := ch.Envelope(id); e != nil && !e.Name.IsZero() {
		return bot.Named(e.Name)
	}
	return bot.Typed(id)
}

// budgetOf adds up an envelope's year; amounts of another currency than the
// charter's present one are left out.
func budgetOf(c *bot.Ctx, id string, year int) budget {
	code := c.Charter.Funding.Currency
	none, _ := bot.MoneyOf("0", code)
	b := budget{none, none, none, none, none}
	if e := c.Charter.Envelope(id); e != nil {
		if sum, ok := bot.MoneyOf(e.Of(fmt.Sprint(year)), code); ok {
			b.total = sum
		}
	}
	for key := range fundings.By(c.Tx, "envelope", store.K(id, year)) {
		f, ok := fundings.Get(c.Tx, key)
		switch {
		case !ok || f.Target.Code() != code:
		case f.State == Open:
			b.asked = b.asked.Add(f.Target)
		case f.State == Reached && f.Committed.IsZero():
			b.decided, b.spent = b.decided.Add(f.Target), b.spent.Add(f.Target)
		case f.State == Reached:
			b.decided, b.spent = b.decided.Add(f.Target), b.spent.Add(f.Committed)
			b.committed = b.committed.Add(f.Committed)
		}
	}
	return b
}

// affordable refuses what the envelope cannot pay.
func affordable(c *bot.Ctx, f *Funding) error {
	e := c.Charter.Envelope(f.Way.Envelope)
	b := budgetOf(c, f.Way.Envelope, f.Year)
	switch {
	case e != nil && e.Exceed:
		return nil
	case b.total.None():
		return bot.Refuse("fund.envelope-none", "envelope", envelopeName(c.Charter, f.Way.Envelope), "year", f.Year)
	case f.Target.Cmp(b.left()) > 0:
		return bot.Refuse("fund.envelope-left", "envelope", envelopeName(c.Charter, f.Way.Envelope), "year", f.Year, "left", b.left(), "target", f.Target)
	}
	return nil
}

type decideArgs struct {
	Number   int    `opt:"number" suggest:"fundings"`
	Decision string `opt:"decision" choices:"fund-decisions"`
	Reason   string `opt:"reason,optional,rest,long"`
}

// decide spends an envelope, or does not, by a group's decision.
func decide(c *bot.Ctx, in decideArgs) (bot.Reply, error) {
	f, err := findOpen(c, in.Number)
	switch {
	case err != nil:
		return bot.Reply{}, err
	case f.Way.Share != "pot":
		return bot.Reply{}, bot.Refuse("fund.not-pot", "number", f.Number, "way", wayName(&f.Way))
	case f.Way.Vote != "":
		return bot.Reply{}, bot.Refuse("fund.vote-decides", "number", f.Number, "vote", f.Vote, "show", bot.CommandText("vote show"))
	case !c.In(f.Way.Decide...):
		return bot.Reply{}, bot.Refuse("fund.not-deciding", "number", f.Number, "groups", groupNames(c, f.Way.Decide))
	}
	state := Missed
	if in.Decision == "yes" {
		state = Reached
		if err := affordable(c, f); err != nil {
			return bot.Reply{}, err
		}
	}
	if err := settle(c, f, state, in.Reason); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Text: bot.Lines(
		bot.T("fund.decided-by-hand-"+string(state), "number", f.Number, "title", f.Title),
		envelopeLine(c, f.Way.Envelope, f.Year))}, nil
}

func decisionChoices(*bot.Ctx, map[string]string) []bot.Choice {
	return []bot.Choice{{Value: "yes", Label: bot.T("fund.granted")}, {Value: "no", Label: bot.T("fund.denied")}}
}

type commitArgs struct {
	Number int    `opt:"number"`
	Amount string `opt:"amount,optional,rest" max:"40"`
}

// commit records what was ordered of what an envelope granted.
func commit(c *bot.Ctx, in commitArgs) (bot.Reply, error) {
	f, err := find(c, in.Number)
	switch {
	case err != nil:
		return bot.Reply{}, err
	case f.Way.Share != "pot":
		return bot.Reply{}, bot.Refuse("fund.not-pot", "number", f.Number, "way", wayName(&f.Way))
	case f.State != Reached:
		return bot.Reply{}, bot.Refuse("fund.not-decided", "number", f.Number)
	}
	amount := f.Target
	if in.Amount != "" {
		if amount, err = readAmount(c, "amount", in.Amount); err != nil {
			return bot.Reply{}, err
		}
	}
	if amount.Cmp(f.Target) > 0 {
		return bot.Reply{}, bot.BadOption("amount", "fund.commit-too-much", "number", f.Number, "target", f.Target)
	}
	f.Committed = amount
	save(c, f)
	c.Record(bot.Entry{Subject: f.key(), Rule: f.Way.ID, Data: map[string]string{"amount": amount.String()}})
	return bot.Reply{Text: bot.Lines(bot.T("fund.committed", "number", f.Number, "title", f.Title, "amount", amount), envelopeLine(c, f.Way.Envelope, f.Year))}, nil
}

type envelopesArgs struct {
	Year int `opt:"year,optional" max:"2999"`
}

// envelopes says what each envelope of a year holds.
func envelopes(c *bot.Ctx, in envelopesArgs) (bot.Reply, error) {
	if len(c.Charter.Funding.Envelopes) == 0 {
		return bot.Reply{}, bot.Refuse("fund.no-envelopes")
	}
	if in.Year == 0 {
		in.Year = c.Now.In(c.Charter.Location()).Year()
	}
	lines := []bot.Text{bot.T("fund.envelopes", "year", in.Year)}
	for _, e := range c.Charter.Funding.Envelopes {
		lines = append(lines, envelopeLine(c, e.ID, in.Year))
		for key := range fundings.By(c.Tx, "envelope", store.K(e.ID, in.Year)) {
			if f, ok := fundings.Get(c.Tx, key); ok && f.State != Cancelled {
				lines = append(lines, bot.T("fund.envelope-item", "number", f.Number, "title", f.Title, "target", f.Target, "state", stateText(&f)))
			}
		}
	}
	return bot.Reply{Text: bot.Lines(lines...)}, nil
}

func envelopeLine(c *bot.Ctx, id string, year int) bot.Text {
	b := budgetOf(c, id, year)
	return bot.T("fund.envelope", "envelope", envelopeName(c.Charter, id), "year", year, "total", b.total, "asked", b.asked, "decided", b.decided, "committed", b.committed, "left", b.left())
}
