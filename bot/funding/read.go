package funding

import (
	"greffier/bot"
)

// listed is how many fundings a page holds.
const listed = 10

type listArgs struct {
	All  bool `opt:"all"`
	Page int  `opt:"page,optional" max:"100000"`
}

// list shows the open fundings, or all of them, the newest first.
func list(c *bot.Ctx, in listArgs) (bot.Reply, error) {
	var all []*Funding
	if in.All {
		for _, f := range fundings.PrefixDown(c.Tx, nil) {
			all = append(all, &f)
		}
	} else {
		all = openFundings(c)
	}
	page := max(1, in.Page)
	first := (page - 1) * listed
	if len(all) == 0 {
		return bot.Say("fund.list-empty", "open", bot.CommandText("fund open"), "list", bot.CommandText("fund list")), nil
	}
	if first >= len(all) {
		return bot.Reply{}, bot.BadOption("page", "fund.list-page", "count", (len(all)+listed-1)/listed)
	}
	lines := []bot.Text{bot.T("fund.list", "count", len(all))}
	for _, f := range all[first:min(first+listed, len(all))] {
		lines = append(lines, bot.T("fund.bullet", "line", line(c, f)))
	}
	if more := len(all) - first - listed; more > 0 {
		lines = append(lines, bot.T("fund.list-more", "count", more, "list", bot.CommandText("fund list"), "page", page+1))
	}
	return bot.Reply{Text: bot.Lines(lines...)}, nil
}

// line says a funding in one line.
func line(c *bot.Ctx, f *Funding) bot.Text {
	return bot.T("fund.line", "number", f.Number, "title", f.Title, "state", stateText(f), "progress", progress(c, f))
}

type showArgs struct {
	Number int `opt:"number" suggest:"fundings"`
}

// show shows a funding with what the reader may see and do.
func show(c *bot.Ctx, in showArgs) (bot.Reply, error) {
	f, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	card := cardOf(c, f)
	add := adder(&card)
	if f.hidden() {
		add("fund.card-pledges", pledgesText(c, f, func(g given) bool { return c.May("fund owed") || f.By == c.Caller.ID || mineIs(c, g.organisation) }))
	}
	if f.State == Open {
		add("fund.card-next", howTo(c, f))
	}
	card.Buttons = buttons(f)
	for _, o := range c.OrganisationsOf(c.Caller.ID) {
		if _, ok := pledgeOf(c, f, o.Number); ok && f.State == Open {
			card.Buttons = append(card.Buttons, bot.Button{Label: bot.T("fund.button-withdraw"), Call: call("fund withdraw", f.Number)})
			break
		}
	}
	return bot.Reply{Card: &card}, nil
}

// mineIs reports whether the caller belongs to an organisation.
func mineIs(c *bot.Ctx, organisation uint64) bool {
	for _, o := range c.OrganisationsOf(c.Caller.ID) {
		if o.Number == organisation {
			return true
		}
	}
	return false
}

// reachedFundings lists the fundings that were covered, oldest first.
func reachedFundings(c *bot.Ctx) []*Funding {
	var all []*Funding
	for _, f := range fundings.WithText(c.Tx, nil, string(Reached)) {
		if f.State == Reached && f.Way.Share != "pot" {
			all = append(all, &f)
		}
	}
	return all
}
