package funding

import (
	"strings"

	"greffier/bot"
	"greffier/store"
)

type pledgeArgs struct {
	Number       int    `opt:"number" suggest:"fundings"`
	Amount       string `opt:"amount,optional" max:"40"`
	Organisation string `opt:"organisation,optional" max:"100" suggest:"organisations"`
	Indicative   bool   `opt:"indicative"`
}

// askPledge makes the amount required where the way of sharing does not fix it.
func askPledge(c *bot.Ctx, args map[string]string) []bot.Field {
	f, ok := named(c, args)
	if !ok || f.State != Open {
		return nil
	}
	if f.Way.Share == "amounts" || f.Way.Share == "sponsor" && f.Sponsor != 0 {
		return []bot.Field{{Name: "amount", Required: true}}
	}
	return nil
}

// promise records what an organisation will pay, or changes it.
func promise(c *bot.Ctx, in pledgeArgs) (bot.Reply, error) {
	f, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	o, err := whose(c, in.Organisation)
	if err != nil {
		return bot.Reply{}, err
	}
	old, had := pledgeOf(c, f, o.Number)
	p := pledge{By: c.Caller.ID, At: c.Now, Firm: !in.Indicative}
	if had {
		p.At = old.At
	}
	if p.Amount, err = amountOf(c, f, in, o, old); err != nil {
		return bot.Reply{}, err
	}
	if had && old.Firm == p.Firm && old.Amount.Cmp(p.Amount) == 0 {
		return bot.Say("fund.pledged-already", "number", f.Number, "title", f.Title, "organisation", o.Name), nil
	}
	if f.Way.Share == "sponsor" && f.Sponsor == 0 && p.Firm {
		f.Sponsor = o.Number
	}
	put(c, f, o.Number, &p)
	c.Record(bot.Entry{Subject: f.key(), Rule: f.Way.ID, Quiet: f.hidden(), Data: map[string]string{
		"organisation": o.Key(), "amount": p.Amount.String(), "firm": map[bool]string{true: "yes", false: "no"}[p.Firm],
	}})
	kind := "indicative"
	if p.Firm {
		kind = "firm"
	}
	said := bot.T("fund.pledged-"+kind, "number", f.Number, "title", f.Title, "organisation", o.Name, "amount", amountText(c, f, o.Number, p))
	c.Tell(f.By, f.key(), bot.T("fund.told-pledge", "number", f.Number, "title", f.Title, "progress", progress(c, f)))
	progressed := progress(c, f)
	if covered(f) && f.Way.Share != "sponsor" {
		if err := c.Itself(func() error { return settle(c, f, Reached, "") }); err != nil {
			return bot.Reply{}, err
		}
	}
	return bot.Reply{Text: bot.Lines(said, progressed), Buttons: pledgeButtons(f)}, nil
}

func pledgeButtons(f *Funding) []bot.Button {
	if f.State != Open {
		return nil
	}
	return []bot.Button{{Label: bot.T("fund.button-withdraw"), Call: call("fund withdraw", f.Number)}}
}

// whose is the organisation for which the caller speaks: the one named, else
// their only one. One that somebody represents is spoken for by them alone.
func whose(c *bot.Ctx, typed string) (bot.Organisation, error) {
	mine := c.OrganisationsOf(c.Caller.ID)
	var o bot.Organisation
	switch {
	case len(mine) == 0:
		return o, bot.Refuse("fund.no-organisation", "join", bot.CommandText("organisation join"))
	case strings.TrimSpace(typed) != "":
		name, ok := c.Choose("organisations", typed, nil)
		for _, m := range mine {
			if ok && m.Name == name {
				o = m
			}
		}
		if o.Number == 0 {
			return o, bot.BadOption("organisation", "fund.not-yours", "text", typed, "organisations", organisationNames(mine))
		}
	case len(mine) > 1:
		return o, bot.BadOption("organisation", "fund.which-organisation", "organisations", organisationNames(mine))
	default:
		o = mine[0]
	}
	if o.Represented != 0 && o.Represented != c.Caller.ID {
		return o, bot.Refuse("fund.represented", "organisation", o.Name, "who", o.Represented)
	}
	return o, nil
}

func organisationNames(all []bot.Organisation) []bot.Text {
	names := make([]bot.Text, len(all))
	for i, o := range all {
		names[i] = bot.Typed(o.Name)
	}
	return names
}

// amountOf is how much a pledge promises; nothing is written where the way of
// sharing says it.
func amountOf(c *bot.Ctx, f *Funding, in pledgeArgs, o bot.Organisation, old pledge) (bot.Money, error) {
	free := f.Way.Share == "amounts" || f.Way.Share == "sponsor" && f.Sponsor != 0 && f.Sponsor != o.Number
	switch {
	case f.Way.Share == "pot":
		return bot.Money{}, bot.Refuse("fund.pot-no-pledge", "number", f.Number, "envelope", envelopeName(c.Charter, f.Way.Envelope))
	case f.Way.Share == "turns" && f.Turn != o.Number:
		return bot.Money{}, bot.Refuse("fund.not-your-turn", "number", f.Number, "organisation", nameOf(c, f.Turn), "turns", bot.CommandText("fund turns"))
	case !free && in.Amount != "" && f.Way.Share == "sponsor" && f.Sponsor == 0:
		return bot.Money{}, bot.BadOption("amount", "fund.sponsor-first", "number", f.Number, "target", f.Target, "pledge", bot.CommandText("fund pledge"))
	case !free && in.Amount != "":
		return bot.Money{}, bot.BadOption("amount", "fund.amount-fixed", "number", f.Number, "way", wayName(&f.Way), "pledge", bot.CommandText("fund pledge"))
	case !free:
		return bot.Money{}, nil
	}
	m, err := readAmount(c, "amount", in.Amount)
	if err != nil || in.Indicative {
		return m, err
	}
	others := f.Firm
	if old.Firm {
		others = others.Sub(old.Amount)
	}
	if left := f.Target.Sub(others); m.Cmp(left) > 0 && !f.Way.Exceed {
		return m, bot.BadOption("amount", "fund.too-much", "number", f.Number, "target", f.Target, "left", left)
	}
	return m, nil
}

// put stores a pledge, or removes it when it is nil, and keeps the sums.
func put(c *bot.Ctx, f *Funding, organisation uint64, p *pledge) {
	id := store.K(f.Number, organisation)
	if old, ok := pledges.Get(c.Tx, id); ok {
		if old.Firm {
			f.Firm, f.Pledgers = f.Firm.Sub(old.Amount), f.Pledgers-1
		} else {
			f.Indicative = f.Indicative.Sub(old.Amount)
		}
	}
	switch {
	case p == nil:
		pledges.Delete(c.Tx, id)
	case p.Firm:
		f.Firm, f.Pledgers = f.Firm.Add(p.Amount), f.Pledgers+1
	default:
		f.Indicative = f.Indicative.Add(p.Amount)
	}
	if p != nil {
		pledges.Put(c.Tx, id, *p)
	}
	if f.Sponsor == organisation && (p == nil || !p.Firm) {
		f.Sponsor = 0
	}
	save(c, f)
}

type withdrawArgs struct {
	Number       int    `opt:"number" suggest:"fundings"`
	Organisation string `opt:"organisation,optional,rest" max:"100" suggest:"organisations"`
}

// withdraw takes a promise back.
func withdraw(c *bot.Ctx, in withdrawArgs) (bot.Reply, error) {
	f, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	o, err := whose(c, in.Organisation)
	if err != nil {
		return bot.Reply{}, err
	}
	if _, ok := pledgeOf(c, f, o.Number); !ok {
		return bot.Reply{}, bot.Refuse("fund.not-pledged", "number", f.Number, "organisation", o.Name)
	}
	put(c, f, o.Number, nil)
	c.Record(bot.Entry{Subject: f.key(), Rule: f.Way.ID, Quiet: f.hidden(), Data: map[string]string{"organisation": o.Key()}})
	c.Tell(f.By, f.key(), bot.T("fund.told-withdrawn", "number", f.Number, "title", f.Title, "progress", progress(c, f)))
	return bot.Reply{Text: bot.Lines(bot.T("fund.withdrawn", "number", f.Number, "title", f.Title, "organisation", o.Name), progress(c, f))}, nil
}
