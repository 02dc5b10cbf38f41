package funding

import (
	"fmt"
	"strings"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

type openArgs struct {
	Request      int       `opt:"request"`
	Way          string    `opt:"way,optional" choices:"ways"`
	Target       string    `opt:"target,optional" max:"40"`
	Contributors int       `opt:"contributors,optional" max:"500"`
	Until        time.Time `opt:"until,optional"`
}

// askOpen makes the way required where there are several.
func askOpen(c *bot.Ctx, _ map[string]string) []bot.Field {
	if len(c.Charter.Funding.Ways) > 1 {
		return []bot.Field{{Name: "way", Required: true}}
	}
	return nil
}

// open begins the funding of a request.
func open(c *bot.Ctx, in openArgs) (bot.Reply, error) {
	ways := c.Charter.Funding.Ways
	if len(ways) == 0 {
		return bot.Reply{}, bot.Refuse("fund.no-ways")
	}
	if in.Way == "" {
		in.Way = ways[0].ID
	}
	way := c.Charter.FundingWay(in.Way)
	about, err := subjectOf(c, in.Request)
	if err != nil {
		return bot.Reply{}, err
	}
	target, err := targetOf(c, in.Target, about.Amount)
	if err != nil {
		return bot.Reply{}, err
	}
	f := &Funding{
		At: c.Now, By: c.Caller.ID, Subject: about.Subject, Title: about.Title, Way: *way, Target: target,
		State: Open, Firm: target.Nothing(), Indicative: target.Nothing(),
		Place: bot.Place{Platform: c.Place.Platform, Channel: c.Place.Channel},
	}
	switch {
	case way.Share == "pot" && !in.Until.IsZero():
		return bot.Reply{}, bot.BadOption("until", "fund.pot-until", "way", wayName(way))
	case way.Share == "pot":
	case in.Until.IsZero():
		f.Until = c.Now.Add(way.Lasts.Std())
	default:
		f.Until = in.Until
	}
	if err := shape(c, f, in); err != nil {
		return bot.Reply{}, err
	}
	return begin(c, f)
}

// subjectOf is the request that is to be paid for.
func subjectOf(c *bot.Ctx, number int) (bot.SubjectAsked, error) {
	about := bot.SubjectAsked{Subject: fmt.Sprintf("request/%d", number)}
	if err := c.Signal(&about); err != nil {
		return about, err
	}
	switch {
	case !about.Found:
		return about, bot.BadOption("request", "fund.no-request", "number", number, "list", bot.CommandText("request list"))
	case !about.Open:
		return about, bot.BadOption("request", "fund.request-closed", "number", number, "title", about.Title)
	}
	for id := range fundings.By(c.Tx, "subject", store.K(about.Subject)) {
		if f, ok := fundings.Get(c.Tx, id); ok && f.State == Open {
			return about, bot.BadOption("request", "fund.open-already", "number", number, "funding", f.Number, "show", bot.CommandText("fund show"))
		}
	}
	return about, nil
}

// targetOf reads the target, which is the request's own budget unless another is
// given.
func targetOf(c *bot.Ctx, typed, budget string) (bot.Money, error) {
	code := c.Charter.Funding.Currency
	if strings.TrimSpace(typed) == "" {
		if number, named, _ := strings.Cut(budget, " "); named == "" || named == code {
			if m, ok := bot.MoneyOf(number, code); ok && !m.None() {
				return m, nil
			}
		}
		return bot.Money{}, bot.BadOption("target", "fund.no-target")
	}
	return readAmount(c, "target", typed)
}

func readAmount(c *bot.Ctx, option, typed string) (bot.Money, error) {
	m, ok := bot.ReadMoney(typed, c.Locale(), c.Charter.Funding.Currency)
	if !ok || m.None() {
		return m, bot.BadOption(option, "fund.bad-amount", "text", typed, "currency", c.Charter.Funding.Currency)
	}
	return m, nil
}

// shape fills what the way of sharing wants.
func shape(c *bot.Ctx, f *Funding, in openArgs) error {
	f.Contributors = f.Way.Contributors
	switch {
	case f.Way.Share != "equal" && in.Contributors != 0:
		return bot.BadOption("contributors", "fund.contributors-not-here", "way", wayName(&f.Way))
	case f.Way.Share == "equal" && in.Contributors != 0 && f.Contributors != 0 && in.Contributors != f.Contributors:
		return bot.BadOption("contributors", "fund.contributors-fixed", "way", wayName(&f.Way), "count", f.Contributors)
	case f.Way.Share == "equal" && in.Contributors == 0 && f.Contributors == 0, in.Contributors == 1, in.Contributors < 0:
		return bot.BadOption("contributors", "fund.contributors-needed")
	case in.Contributors != 0:
		f.Contributors = in.Contributors
	}
	switch f.Way.Share {
	case "turns":
		next, ok := nextTurn(c, f)
		if !ok {
			return bot.Refuse("fund.turn-nobody", "way", wayName(&f.Way), "new", bot.CommandText("organisation new"))
		}
		f.Turn = next
	case "pot":
		f.Year = c.Now.In(c.Charter.Location()).Year()
		if err := affordable(c, f); err != nil {
			return err
		}
	}
	return nil
}

// begin enters a funding in the register, shows it, and asks for what decides it.
func begin(c *bot.Ctx, f *Funding) (bot.Reply, error) {
	f.Number = fundings.NextID(c.Tx)
	save(c, f)
	data := map[string]string{"way": f.Way.ID, "target": f.Target.String()}
	if !f.Until.IsZero() {
		data["until"] = f.Until.Format(time.RFC3339)
	}
	c.Record(bot.Entry{Subject: f.key(), Rule: f.Way.ID, Data: data})
	for _, place := range channelsOf(c, f) {
		c.Hang(f.key(), place)
	}
	plan(c, f)
	wanted := bot.SubjectAsked{Subject: f.Subject}
	if err := c.Signal(&wanted); err != nil {
		return bot.Reply{}, err
	}
	for _, who := range wanted.People {
		c.Tell(who, f.key(), bot.T("fund.told-open", "number", f.Number, "title", f.Title, "target", f.Target, "show", bot.CommandText("fund show")))
	}
	if f.Way.Share == "turns" {
		askTurn(c, f)
	}
	if f.Way.Vote != "" {
		title := c.Speaker(c.Charter.Community.Locale).Plain(bot.T("fund.vote-title", "title", f.Title, "target", f.Target, "envelope", envelopeName(c.Charter, f.Way.Envelope), "year", f.Year))
		wanted := bot.VoteWanted{Subject: f.key(), Title: title, Rule: f.Way.Vote, Place: c.Place}
		if places := channelsOf(c, f); len(places) > 0 {
			wanted.Place = places[0]
		}
		if err := c.Signal(wanted); err != nil {
			return bot.Reply{}, err
		}
		if again, ok := fundings.Get(c.Tx, store.K(f.Number)); ok {
			f = &again
		}
	}
	return bot.Reply{
		Text:    bot.Lines(opened(f), howTo(c, f)),
		Buttons: []bot.Button{{Label: bot.T("fund.button-show"), Call: call("fund show", f.Number)}},
	}, nil
}

func opened(f *Funding) bot.Text {
	if f.Until.IsZero() {
		return bot.T("fund.opened-pot", "number", f.Number, "title", f.Title, "target", f.Target)
	}
	return bot.T("fund.opened", "number", f.Number, "title", f.Title, "target", f.Target, "until", f.Until)
}

// howTo says in a sentence how a funding is to be covered.
func howTo(c *bot.Ctx, f *Funding) bot.Text {
	pledge := bot.CommandText("fund pledge")
	switch f.Way.Share {
	case "equal":
		shares := f.Target.Shares(f.Contributors)
		if shares[0].Cmp(shares[len(shares)-1]) == 0 {
			return bot.T("fund.how-equal", "count", f.Contributors, "share", shares[0], "pledge", pledge, "number", f.Number)
		}
		return bot.T("fund.how-equal-odd-"+f.Way.OddCent, "count", f.Contributors, "share", shares[len(shares)-1], "more", shares[0], "pledge", pledge, "number", f.Number)
	case "turns":
		if len(c.OrganisationMembers(f.Turn)) == 0 {
			return turnAbsent(c, f)
		}
		return bot.T("fund.how-turns", "organisation", nameOf(c, f.Turn), "pledge", pledge, "number", f.Number)
	case "pot":
		if f.Way.Vote != "" {
			return bot.T("fund.how-vote", "envelope", envelopeName(c.Charter, f.Way.Envelope), "vote", f.Vote)
		}
		return bot.T("fund.how-decide", "envelope", envelopeName(c.Charter, f.Way.Envelope), "groups", groupNames(c, f.Way.Decide), "decide", bot.CommandText("fund decide"), "number", f.Number)
	case "sponsor":
		return bot.T("fund.how-sponsor", "pledge", pledge, "number", f.Number)
	}
	return bot.T("fund.how-amounts", "pledge", pledge, "number", f.Number)
}

func groupNames(c *bot.Ctx, groups []string) []bot.Text {
	names := make([]bot.Text, len(groups))
	for i, g := range groups {
		names[i] = c.GroupName(g)
	}
	return names
}

func wayChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var all []bot.Choice
	for i := range c.Charter.Funding.Ways {
		w := &c.Charter.Funding.Ways[i]
		all = append(all, bot.Choice{Value: w.ID, Label: wayName(w)})
	}
	return all
}

func rotationChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, w := range rotations(c) {
		all = append(all, bot.Choice{Value: w.ID, Label: wayName(w)})
	}
	return all
}

func rotations(c *bot.Ctx) []*config.FundingWay {
	var all []*config.FundingWay
	for i := range c.Charter.Funding.Ways {
		if w := &c.Charter.Funding.Ways[i]; w.Share == "turns" {
			all = append(all, w)
		}
	}
	return all
}
