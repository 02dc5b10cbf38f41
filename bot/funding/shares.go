package funding

import (
	"slices"

	"greffier/bot"
)

// covered reports whether what was firmly promised is enough.
func covered(f *Funding) bool {
	switch f.Way.Share {
	case "equal":
		return f.Pledgers >= f.Contributors
	case "turns":
		return f.Pledgers > 0
	case "sponsor":
		return f.Sponsor != 0
	case "pot":
		return false // only a decision spends it
	}
	return f.Firm.Cmp(f.Target) >= 0
}

// owing is what one organisation is to pay.
type owing struct {
	organisation uint64
	amount       bot.Money
}

// owed lists what each is to pay if the funding ends as it stands: together
// exactly the target where it is covered, unless promises go beyond it.
func owed(c *bot.Ctx, f *Funding) []owing {
	firm := slices.DeleteFunc(pledgesOf(c, f), func(p given) bool { return !p.Firm })
	var all []owing
	switch f.Way.Share {
	case "pot":
		return nil
	case "equal":
		shares := f.Target.Shares(max(f.Contributors, len(firm)))
		if f.Way.OddCent == "last" {
			slices.Reverse(shares)
		}
		if f.Way.OddCent == "last" && len(firm) < len(shares) {
			shares = shares[:len(firm)]
		}
		for i, p := range firm {
			all = append(all, owing{p.organisation, shares[i]})
		}
	case "turns":
		for _, p := range firm {
			all = append(all, owing{p.organisation, f.Target})
		}
	case "sponsor":
		for _, p := range firm {
			amount := p.Amount
			if p.organisation == f.Sponsor {
				amount = f.Target.Sub(f.Firm) // the others' amounts; the sponsor's own is none
			}
			if !amount.None() {
				all = append(all, owing{p.organisation, amount})
			}
		}
	default:
		for _, p := range firm {
			all = append(all, owing{p.organisation, p.Amount})
		}
	}
	return all
}

// amountText says what a pledge comes to.
func amountText(c *bot.Ctx, f *Funding, organisation uint64, p pledge) bot.Text {
	if !p.Amount.IsZero() {
		return p.Amount.Text()
	}
	for _, o := range owed(c, f) {
		if o.organisation == organisation {
			return o.amount.Text()
		}
	}
	if f.Way.Share == "equal" {
		return bot.T("fund.one-share")
	}
	return f.Target.Text()
}

// progress says how far a funding is, in words and figures.
func progress(c *bot.Ctx, f *Funding) bot.Text {
	var said bot.Text
	switch f.Way.Share {
	case "equal":
		said = bot.T("fund.progress-equal", "count", f.Pledgers, "of", f.Contributors, "left", f.Contributors-f.Pledgers)
		if f.Pledgers >= f.Contributors {
			said = bot.T("fund.progress-equal-full", "count", f.Pledgers, "of", f.Contributors)
		}
	case "turns":
		if f.Pledgers > 0 {
			return bot.T("fund.progress-turn-taken", "organisation", nameOf(c, f.Turn), "target", f.Target)
		}
		return bot.T("fund.progress-turn", "organisation", nameOf(c, f.Turn))
	case "pot":
		return bot.T("fund.progress-pot-"+string(f.State), "envelope", envelopeName(c.Charter, f.Way.Envelope), "year", f.Year)
	case "sponsor":
		if f.Sponsor == 0 {
			return bot.T("fund.progress-no-sponsor")
		}
		return bot.T("fund.progress-sponsor", "organisation", nameOf(c, f.Sponsor), "amount", f.Target.Sub(f.Firm), "count", f.Pledgers-1, "joined", f.Firm)
	default:
		said = bot.T("fund.progress", "firm", f.Firm, "target", f.Target, "percent", f.Firm.Percent(f.Target), "count", f.Pledgers, "left", f.Target.Sub(f.Firm))
	}
	if !f.Indicative.None() {
		said = bot.Words(said, bot.T("fund.progress-indicative", "amount", f.Indicative))
	}
	return said
}
