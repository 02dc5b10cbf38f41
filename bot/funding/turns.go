package funding

import (
	"slices"
	"strconv"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// rotation lists the organisations that pay in turn, in the charter's order.
func rotation(c *bot.Ctx, w *config.FundingWay) []bot.Organisation {
	if len(w.Turns) == 0 {
		all := c.Organisations()
		slices.SortFunc(all, func(a, b bot.Organisation) int { return int(a.Number) - int(b.Number) }) //nolint:gosec // numbers of records stay far below 2^63
		return all
	}
	var all []bot.Organisation
	for _, name := range w.Turns {
		if o, ok := c.OrganisationNamed(name); ok {
			all = append(all, o)
		}
	}
	return all
}

func turnOf(c *bot.Ctx, way string, organisation uint64) turn {
	t, _ := turns.Get(c.Tx, store.K(way, organisation))
	return t
}

// nextTurn is the organisation that paid least often, the first in order among
// several, leaving out those that were skipped for this funding.
func nextTurn(c *bot.Ctx, f *Funding) (uint64, bool) {
	best, least := uint64(0), 0
	for _, o := range rotation(c, &f.Way) {
		if slices.ContainsFunc(f.Skips, func(s Skip) bool { return s.Organisation == o.Number }) {
			continue
		}
		if n := turnOf(c, f.Way.ID, o.Number).Count; best == 0 || n < least {
			best, least = o.Number, n
		}
	}
	return best, best != 0
}

// askTurn tells the one whose turn it is, or whoever opened the funding when nobody
// is left there to tell, and waits for an answer.
func askTurn(c *bot.Ctx, f *Funding) {
	o, _ := c.Organisation(f.Turn)
	people := c.OrganisationMembers(f.Turn)
	if o.Represented != 0 {
		people = []bot.MemberID{o.Represented}
	}
	for _, who := range people {
		c.Tell(who, f.key(), bot.T("fund.your-turn", "number", f.Number, "title", f.Title, "organisation", o.Name, "target", f.Target, "pledge", bot.CommandText("fund pledge"), "skip", bot.CommandText("fund skip")))
	}
	if len(people) == 0 { // nobody is here to answer for it
		c.Tell(f.By, f.key(), turnAbsent(c, f))
	}
	c.Schedule(bot.Job{
		Key: f.key() + "/turn", Kind: turnJob, Due: c.Now.Add(f.Way.Answer.Std()),
		Args: map[string]string{"number": strconv.FormatUint(f.Number, 10), "turn": strconv.FormatUint(f.Turn, 10)},
	})
}

// turnAbsent says that nobody can answer for the one whose turn it is.
func turnAbsent(c *bot.Ctx, f *Funding) bot.Text {
	return bot.T("fund.turn-absent", "number", f.Number, "title", f.Title, "organisation", nameOf(c, f.Turn), "skip", bot.CommandText("fund skip"))
}

// paid remembers that an organisation had its turn.
func paid(c *bot.Ctx, f *Funding) {
	t := turnOf(c, f.Way.ID, f.Turn)
	t.Count, t.Paid, t.Funding = t.Count+1, c.Now, f.Number
	turns.Put(c.Tx, store.K(f.Way.ID, f.Turn), t)
}

// pass skips the organisation whose turn it is and asks the next one; when nobody
// is left the funding is missed.
func pass(c *bot.Ctx, f *Funding, why string) error {
	skipped := nameOf(c, f.Turn)
	t := turnOf(c, f.Way.ID, f.Turn)
	t.Skipped, t.Why = c.Now, why
	if f.Way.Skipped == "loses" {
		t.Count++
	}
	turns.Put(c.Tx, store.K(f.Way.ID, f.Turn), t)
	f.Skips = append(slices.Clone(f.Skips), Skip{f.Turn, c.Now, c.Caller.ID, why})
	c.Record(bot.Entry{What: "fund skip", Subject: f.key(), Rule: f.Way.ID, Data: map[string]string{"organisation": organisationKey(f.Turn), "reason": why}})
	if _, ok := pledgeOf(c, f, f.Turn); ok {
		put(c, f, f.Turn, nil)
	}
	next, ok := nextTurn(c, f)
	if !ok {
		return settle(c, f, Missed, "")
	}
	f.Turn = next
	save(c, f)
	key := "fund.passed"
	if why == "" {
		key = "fund.passed-silent"
	}
	announce(c, f, bot.T(key, "number", f.Number, "title", f.Title, "organisation", skipped, "reason", why, "next", nameOf(c, next)))
	askTurn(c, f)
	return nil
}

type skipArgs struct {
	Number int    `opt:"number" suggest:"fundings"`
	Reason string `opt:"reason,rest,long"`
}

// skip passes over the one whose turn it is, and keeps why.
func skip(c *bot.Ctx, in skipArgs) (bot.Reply, error) {
	f, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if f.Way.Share != "turns" {
		return bot.Reply{}, bot.Refuse("fund.no-turns", "number", f.Number)
	}
	skipped := nameOf(c, f.Turn)
	if err := pass(c, f, in.Reason); err != nil {
		return bot.Reply{}, err
	}
	if f.State != Open {
		return bot.Say("fund.skipped-all", "number", f.Number, "organisation", skipped), nil
	}
	return bot.Say("fund.skipped", "number", f.Number, "organisation", skipped, "next", nameOf(c, f.Turn)), nil
}

type turnsArgs struct {
	Way string `opt:"way,optional" choices:"rotations"`
}

// showTurns says whose turn it is, who paid what, and why one was skipped.
func showTurns(c *bot.Ctx, in turnsArgs) (bot.Reply, error) {
	all := rotations(c)
	if len(all) == 0 {
		return bot.Reply{}, bot.Refuse("fund.no-rotation")
	}
	var lines []bot.Text
	for _, w := range all {
		if in.Way != "" && in.Way != w.ID {
			continue
		}
		lines = append(lines, bot.T("fund.turns", "way", wayName(w)))
		next, _ := nextTurn(c, &Funding{Way: *w})
		for _, o := range rotation(c, w) {
			t := turnOf(c, w.ID, o.Number)
			line := bot.T("fund.turn", "organisation", o.Name, "count", t.Count)
			if !t.Paid.IsZero() {
				line = bot.Words(line, bot.T("fund.turn-paid", "funding", t.Funding, "at", bot.Date(t.Paid)))
			}
			if t.Skipped.After(time.Time{}) {
				line = bot.Words(line, skippedText(t))
			}
			if o.Number == next {
				line = bot.Words(line, bot.T("fund.turn-next"))
			}
			lines = append(lines, line)
		}
	}
	return bot.Reply{Text: bot.Lines(lines...)}, nil
}

func skippedText(t turn) bot.Text {
	if t.Why == "" {
		return bot.T("fund.turn-silent", "at", bot.Date(t.Skipped))
	}
	return bot.T("fund.turn-skipped", "at", bot.Date(t.Skipped), "reason", t.Why)
}
