package votes

import (
	"fmt"
	"math/big"

	"greffier/bot"
	"greffier/bot/votes/tally"
)

// Result is what was counted and what follows from it.
type Result struct {
	tally.Result
	// Outcome is what a method found that is more than a count of ballots for each
	// option, Tie how a tie was broken, Finalists who goes to a second round.
	Outcome   *tally.Outcome `json:"outcome,omitempty"`
	Tie       *Tie           `json:"tie,omitempty"`
	Finalists []int          `json:"finalists,omitempty"`

	// Colleges are the counts of the rule's colleges, Beside those under its other
	// weightings, Advice that of the advisory voices.
	Colleges []Counted `json:"colleges,omitempty"`
	Beside   []Counted `json:"beside,omitempty"`
	Advice   *Counted  `json:"advice,omitempty"`

	profile  *tally.Profile
	settings tally.Settings
}

// closeVote closes a vote; at its date or by hand also the other questions of its
// ballot paper. One whose quorum was missed ends alone.
func closeVote(c *bot.Ctx, v *Vote, how How) error {
	if how == ByQuorum {
		err := closeOne(c, v, how)
		v.handOver(c)
		return err
	}
	return v.each(c, Open, func(q *Vote) error { return closeOne(c, q, how) })
}

// closeOne counts a vote and makes its outcome known: in the register of
// decisions, in public, and to whatever asked for it.
func closeOne(c *bot.Ctx, v *Vote, how How) error {
	if how != ByHand && c.Caller.ID != 0 { // the last ballot set it off, and nobody decided it
		return c.Itself(func() error { return closeOne(c, v, how) })
	}
	if locked(c, v) {
		return cancel(c, v, bot.T("vote.why-locked"))
	}
	result, err := recount(c, v)
	if err != nil {
		return err
	}
	v.Result, v.State, v.Ended, v.How, v.By = &result, Closed, c.Now, how, c.Caller.ID
	if how != ByHand {
		v.By = 0
	}
	if v.Rule.Secret {
		layOpen(c, v)
	}
	unschedule(c, v)
	entry := bot.Entry{What: "vote close", Subject: v.key(), Rule: v.Rule.ID, Data: map[string]string{
		"how": string(how), "verdict": string(result.Verdict), "cast": result.Cast.RatString(), "entitled": result.Entitled.RatString(),
	}}
	for i, n := range result.Counts {
		entry.Data[fmt.Sprintf("count-%02d", i+1)] = n.RatString()
	}
	entry.Data["ballots"] = digestOf(v, v.published(c))
	c.Record(entry)
	v.Digest = c.Digest()
	v.Decision = register(c, v)
	if err := second(c, v); err != nil {
		return err
	}
	put(c, *v)
	post := outcome(c, v)
	for _, place := range places(c, v) {
		c.Send(bot.Post{Place: place, Text: post, Documents: documents(v)})
	}
	v.redraw(c)
	if v.callable() && v.Meeting != 0 { // the others may now be called with it
		for _, q := range v.calledWith(c, true) {
			q.redraw(c)
		}
	}
	return settle(c, v)
}

// register enters a closed vote in the register of decisions.
func register(c *bot.Ctx, v *Vote) uint64 {
	return c.Decide(bot.Decision{
		Subject: v.Subject, By: v.key(), Title: v.Title, Outcome: verdict(v), Why: working(v),
		Group: v.Rule.Electorate[0], Rule: v.Rule.ID, Adopted: v.adopted(), Advisory: v.Rule.Advisory,
	})
}

// settle tells whatever asked for the vote how it ended.
func settle(c *bot.Ctx, v *Vote) error {
	if !v.Wanted || v.pending() {
		return nil
	}
	return c.Signal(bot.VoteSettled{
		Subject: v.Subject, Vote: v.Number, Rule: v.Rule.ID, Passed: v.adopted(),
		Advisory: v.Rule.Advisory, Undecided: v.undecided(), Cancelled: v.State == Cancelled,
	})
}

func (v *Vote) adopted() bool { return v.Result != nil && v.Result.Verdict == tally.Adopted }

// undecided tells that a closed vote decided nothing, one way or the other.
func (v *Vote) undecided() bool {
	return v.Result != nil && v.Result.Verdict != tally.Adopted && v.Result.Verdict != tally.Rejected
}

// move is what becomes of the request whose stage a closed vote guards.
func (v *Vote) move() string {
	switch {
	case v.adopted():
		return v.Rule.Passed
	case v.undecided() && (v.Rule.Failed == "refuse" || v.Rule.Failed == "back"):
		return "stay"
	}
	return v.Rule.Failed
}

func rat(n uint64) *big.Rat { return new(big.Rat).SetUint64(n) }

// everyoneVoted tells whether nobody entitled is still to vote. The electorate
// of an open roll is looked at only when as many voted as it last had members,
// since looking costs more than a ballot.
func everyoneVoted(c *bot.Ctx, v *Vote, t turnout) bool {
	if t.Cast < t.Entitled {
		return false
	}
	if v.frozen() {
		return true
	}
	members := c.Members(v.Rule.Electorate...)
	t.Entitled = uint64(len(members))
	turnouts.Put(c.Tx, voteID(v.Number), t)
	for _, id := range members {
		if !hasVoted(c, v, voiceOf(id)) {
			return false
		}
	}
	return true
}

// cancel ends a vote that decides nothing. Its secret ballots are destroyed.
func cancel(c *bot.Ctx, v *Vote, why bot.Text) error {
	opened := v.State == Open
	v.State, v.Ended, v.How, v.By, v.Reason = Cancelled, c.Now, ByHand, c.Caller.ID, why
	if v.Rule.Secret {
		discard(c, v)
	}
	unschedule(c, v)
	reason := c.Speaker(c.Charter.Community.Locale).Plain(why)
	c.Record(bot.Entry{What: "vote cancel", Subject: v.key(), Rule: v.Rule.ID, Data: map[string]string{"reason": reason}})
	put(c, *v)
	if opened {
		for _, place := range places(c, v) {
			c.Post(place, bot.T("vote.cancelled-post", "number", v.Number, "title", v.Title, "reason", why))
		}
		v.redraw(c)
	}
	v.handOver(c)
	return settle(c, v)
}
