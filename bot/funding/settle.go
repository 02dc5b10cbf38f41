package funding

import (
	"fmt"
	"strings"

	"greffier/bot"
	"greffier/store"
)

// settle ends a funding: its record, the register of decisions, a line in public,
// a word to those concerned, and what the charter makes of the request.
func settle(c *bot.Ctx, f *Funding, state State, why string) error {
	f.State, f.Settled, f.Why = state, c.Now, why
	if state == Reached && f.Way.Share == "turns" {
		paid(c, f)
	}
	save(c, f)
	for _, key := range jobKeys(f) {
		c.Cancel(key)
	}
	data := map[string]string{"target": f.Target.String(), "firm": f.Firm.String(), "contributors": fmt.Sprint(f.Pledgers)}
	if why != "" {
		data["reason"] = why
	}
	c.Record(bot.Entry{What: "funding " + string(state), Subject: f.key(), Rule: f.Way.ID, Data: data})
	said := bot.T("fund.settled-"+string(state), "number", f.Number, "title", f.Title, "target", f.Target, "way", wayName(&f.Way))
	switch {
	case why != "":
		said = bot.Words(said, bot.T("fund.reason", "reason", why))
	case f.GivenUp != "":
		said = bot.Words(said, f.givenUp(c))
		data["reason"] = "request " + f.GivenUp
	}
	if state != Cancelled {
		c.Decide(bot.Decision{
			Subject: f.Subject, By: f.key(), Title: f.Title, Outcome: bot.T("fund.decided-"+string(state), "target", f.Target),
			Why: progress(c, f), Rule: f.Way.ID, Adopted: state == Reached, Author: c.Caller.ID,
		})
	}
	if state == Reached && f.Way.Share != "pot" {
		said = bot.Lines(said, bot.T("fund.owed-next", "owed", bot.CommandText("fund owed"), "number", f.Number))
	}
	announce(c, f, said)
	tell(c, f, said)
	if state == Cancelled && f.Vote != 0 {
		reason := bot.Typed(why)
		if f.GivenUp != "" {
			reason = f.givenUp(c)
		}
		if err := c.Signal(bot.VoteUnwanted{Vote: f.Vote, Why: reason}); err != nil {
			return err
		}
	}
	effect := map[State]string{Reached: f.Way.Reached, Missed: f.Way.Missed, Cancelled: "stay"}[state]
	if err := c.Signal(bot.FundingSettled{Subject: f.Subject, Funding: f.Number, Covered: state == Reached, Effect: effect}); err != nil {
		return err
	}
	return c.Signal(bot.NeedChanged{Subject: f.Subject})
}

// funded is the need "funding" of a stage: that a funding of the request reached
// its target.
func funded(c *bot.Ctx, subject string) (met bool, missing bot.Text) {
	missing = bot.T("fund.need-none", "open", bot.CommandText("fund open"))
	for id := range fundings.By(c.Tx, "subject", store.K(subject)) {
		f, ok := fundings.Get(c.Tx, id)
		switch {
		case ok && f.State == Reached:
			return true, bot.Text{}
		case ok && f.State == Open:
			missing = bot.T("fund.need-open", "number", f.Number, "progress", progress(c, &f))
		}
	}
	return false, missing
}

// end settles a funding whose time has come, or puts it off as the charter says
// where one contributor is missing.
func end(c *bot.Ctx, f *Funding) error {
	if covered(f) {
		return settle(c, f, Reached, "")
	}
	if f.Way.Share != "equal" || f.Pledgers == 0 || f.Pledgers != f.Contributors-1 {
		return settle(c, f, Missed, "")
	}
	switch {
	case f.Way.Short == "share":
		f.Contributors = f.Pledgers
		announce(c, f, bot.T("fund.short-share", "number", f.Number, "title", f.Title, "count", f.Contributors))
		return settle(c, f, Reached, "")
	case f.Way.Short == "extend" && !f.Extended:
		f.Extended, f.Until = true, c.Now.Add(f.Way.Extension.Std())
		save(c, f)
		plan(c, f)
		c.Record(bot.Entry{What: "funding extended", Subject: f.key(), Rule: f.Way.ID})
		said := bot.T("fund.short-extend", "number", f.Number, "title", f.Title, "until", f.Until)
		announce(c, f, said)
		tell(c, f, said)
		return nil
	}
	return settle(c, f, Missed, "")
}

type closeArgs struct {
	Number int  `opt:"number" suggest:"fundings"`
	Sure   bool `opt:"sure,hidden"`
}

// closeNow ends a funding before its date, as if it had come.
func closeNow(c *bot.Ctx, in closeArgs) (bot.Reply, error) {
	f, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if f.Way.Share == "pot" {
		return bot.Reply{}, bot.Refuse("fund.pot-decides", "number", f.Number, "cancel", bot.CommandText("fund cancel"))
	}
	if !in.Sure {
		return c.Ask(bot.Lines(bot.T("fund.close-sure", "number", f.Number, "title", f.Title), progress(c, f)), "fund.button-close"), nil
	}
	if err := end(c, f); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Text: bot.T("fund.closed-"+string(f.State), "number", f.Number, "title", f.Title)}, nil
}

type cancelArgs struct {
	Number int    `opt:"number" suggest:"fundings"`
	Reason string `opt:"reason,rest,long"`
}

// cancel calls a funding off: nobody owes anything and the request stays.
func cancel(c *bot.Ctx, in cancelArgs) (bot.Reply, error) {
	f, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := settle(c, f, Cancelled, in.Reason); err != nil {
		return bot.Reply{}, err
	}
	return bot.Say("fund.cancelled", "number", f.Number, "title", f.Title), nil
}

// requestClosed calls off the open funding of a request that is given up. One that
// was reached stays as it is: what is owed is owed, and whoever opened it is told.
// A request that came to the end of its path leaves its funding to its own date.
func requestClosed(c *bot.Ctx, r bot.RequestClosed) error {
	if r.Done {
		return nil
	}
	how := "refused"
	switch {
	case r.Withdrawn:
		how = "withdrawn"
	case r.Into != "":
		how = "merged"
	}
	var found []*Funding
	for id := range fundings.By(c.Tx, "subject", store.K(r.Subject)) {
		if f, ok := fundings.Get(c.Tx, id); ok {
			found = append(found, &f)
		}
	}
	for _, f := range found {
		f.GivenUp, f.Into = how, r.Into
		switch f.State {
		case Open:
			if err := settle(c, f, Cancelled, ""); err != nil {
				return err
			}
		case Reached:
			c.Tell(f.By, f.key(), bot.Words(bot.T("fund.still-reached", "number", f.Number, "title", f.Title), f.givenUp(c)))
		}
	}
	return nil
}

// givenUp says what became of the request that was to be paid for.
func (f *Funding) givenUp(c *bot.Ctx) bot.Text {
	if f.GivenUp != "merged" {
		return bot.T("fund.given-up-" + f.GivenUp)
	}
	about := bot.SubjectAsked{Subject: f.Into}
	if err := c.Signal(&about); err != nil || !about.Found {
		return bot.T("fund.given-up-merged-away")
	}
	return bot.T("fund.given-up-merged", "number", strings.TrimPrefix(f.Into, "request/"), "title", about.Title)
}

// voteOpened notes which vote decides on a funding.
func voteOpened(c *bot.Ctx, v bot.VoteOpened) error {
	f, ok := ofVote(c, v.Subject)
	if !ok {
		return nil
	}
	f.Vote = v.Vote
	save(c, f)
	return nil
}

// voteSettled spends the envelope, or does not. A vote that was called off leaves
// the funding open, for another vote or to be called off too.
func voteSettled(c *bot.Ctx, v bot.VoteSettled) error {
	f, ok := ofVote(c, v.Subject)
	if !ok || f.State != Open || v.Cancelled {
		return nil
	}
	return c.Itself(func() error {
		if !v.Passed {
			return settle(c, f, Missed, "")
		}
		if affordable(c, f) != nil {
			announce(c, f, bot.T("fund.exceeded", "number", f.Number, "title", f.Title, "target", f.Target, "envelope", envelopeName(c.Charter, f.Way.Envelope), "left", budgetOf(c, f.Way.Envelope, f.Year).left()))
			return settle(c, f, Missed, "")
		}
		return settle(c, f, Reached, "")
	})
}

func ofVote(c *bot.Ctx, subject string) (*Funding, bool) {
	n, ok := numberOfKey(subject)
	if !ok {
		return nil, false
	}
	f, ok := fundings.Get(c.Tx, store.K(n))
	return &f, ok
}
