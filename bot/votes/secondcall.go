package votes

import (
	"fmt"
	"slices"
	"time"

	"greffier/bot"
	"greffier/bot/votes/tally"
)

// A vote that missed its quorum decided nothing; where its rule provides for a
// second call, the same question is put again under the quorum of that one, not
// before its delay. Each of the two names the other.

type reconveneArgs struct {
	Number  int       `opt:"number" suggest:"votes-missed"`
	Opens   time.Time `opt:"opens,optional,begins"`
	Until   time.Time `opt:"until,optional"`
	Meeting int       `opt:"meeting,optional"`
}

// missed tells that a closed vote decided nothing for want of a quorum.
func (v *Vote) missed() bool {
	return v.State == Closed && v.Result != nil && v.Result.Verdict == tally.NoQuorum
}

// callable tells that a vote may be put again by a second call.
func (v *Vote) callable() bool { return v.missed() && v.Rule.SecondCall != nil && v.Called == 0 }

// earliestCall is when the second call of a vote may open at the earliest. Whole
// days are counted on the calendar of the community.
func earliestCall(c *bot.Ctx, v *Vote) time.Time {
	const day = 24 * time.Hour
	after := v.Rule.SecondCall.After.Std()
	days, rest := int(after/day), after%day
	return v.Ended.In(c.Charter.Location()).AddDate(0, 0, days).Add(rest).UTC()
}

// reconvene puts the question of a vote that missed its quorum again.
func reconvene(c *bot.Ctx, in reconveneArgs) (bot.Reply, error) {
	v, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	switch {
	case !v.missed():
		return bot.Reply{}, bot.Refuse("vote.call-none", "number", v.Number, "title", v.Title, "command", bot.CommandText("vote show"))
	case v.Called != 0:
		return bot.Reply{}, bot.Refuse("vote.call-done", "number", v.Number, "title", v.Title, "vote", v.Called, "command", bot.CommandText("vote show"))
	case v.Rule.SecondCall == nil:
		return bot.Reply{}, bot.Refuse("vote.call-rule", "number", v.Number, "title", v.Title, "rule", ruleName(v.Rule), "command", bot.CommandText("vote new"))
	}
	next := v.secondCall(c)
	if next.Opens = in.Opens; next.Opens.IsZero() {
		next.Opens = c.Now
	}
	if err := attach(c, &next, in.Meeting); err != nil {
		return bot.Reply{}, err
	}
	earliest := earliestCall(c, &v)
	switch {
	case next.Opens.Before(earliest) && (!in.Opens.IsZero() || in.Meeting > 0):
		return bot.Reply{}, bot.BadOption("opens", "vote.call-early", "opens", next.Opens, "earliest", earliest)
	case next.Opens.Before(earliest):
		next.Opens = earliest
	}
	if next.Closes = in.Until; next.Closes.IsZero() {
		next.Closes = next.Opens.Add(next.Rule.Lasts.Std())
	}
	if !next.Closes.After(next.Opens) {
		return bot.Reply{}, bot.BadOption("until", "vote.until-early", "until", next.Closes, "opens", next.Opens)
	}
	next, err = add(c, next)
	if err != nil {
		return bot.Reply{}, err
	}
	v.Called = next.Number
	put(c, v)
	c.Record(bot.Entry{Subject: v.key(), Rule: v.Rule.ID, Data: map[string]string{"vote": fmt.Sprint(next.Number)}})
	v.redraw(c)
	if next.State != Closed {
		for _, place := range places(c, &v) {
			c.Post(place, bot.T("vote.called-post", "number", v.Number, "title", v.Title, "vote", next.Number, "opens", next.Opens, "closes", next.Closes,
				"rule", ruleText(&next)))
		}
	}
	reply := opened(c, &next)
	reply.Text = bot.Lines(bot.T("vote.called", "number", v.Number, "title", v.Title, "vote", next.Number), reply.Text)
	return reply, nil
}

// secondCall is the vote by which a question is put again.
func (v *Vote) secondCall(c *bot.Ctx) Vote {
	rule := v.Rule
	rule.Quorum, rule.SecondCall = v.Rule.SecondCall.Quorum, nil
	if v.Rule.SecondCall.Lasts > 0 {
		rule.Lasts = v.Rule.SecondCall.Lasts
	}
	return Vote{
		Title:   c.Speaker(c.Charter.Community.Locale).Plain(bot.T("vote.called-title", "title", v.Title)),
		Options: slices.Clone(v.Options), Ratios: v.Ratios, Rule: rule, Subject: v.Subject, Wanted: v.Wanted, Place: v.Place, CalledAfter: v.Number,
	}
}

// callText says what may follow a missed quorum, or what did.
func callText(c *bot.Ctx, v *Vote) bot.Text {
	show := bot.CommandText("vote show")
	var lines []bot.Text
	if v.CalledAfter != 0 {
		lines = append(lines, bot.T("vote.call-of", "vote", v.CalledAfter, "command", show))
	}
	switch {
	case v.Called != 0:
		lines = append(lines, bot.T("vote.call-next", "vote", v.Called, "command", show))
	case v.callable():
		lines = append(lines, bot.T("vote.call-may", "number", v.Number, "earliest", earliestCall(c, v), "command", bot.CommandText("vote reconvene")))
	case v.missed():
		lines = append(lines, bot.T("vote.call-again", "command", bot.CommandText("vote new")))
	}
	return bot.Lines(lines...)
}

// callButtons offer the second call of a vote.
func callButtons(v *Vote) []bot.Button {
	if !v.callable() {
		return nil
	}
	return []bot.Button{{
		Label: bot.T("vote.button-reconvene"),
		Call:  bot.Call{Command: "vote reconvene", Args: map[string]string{"number": fmt.Sprint(v.Number)}},
	}}
}

// missedChoices lists the votes that a second call may follow, the newest first.
func missedChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var all []bot.Choice
	looked := 0
	for id := range votes.ByDown(c.Tx, "state", stateKey(Closed)) {
		if looked++; looked > endedLooked {
			break
		}
		if v, ok := votes.Get(c.Tx, id); ok && v.callable() {
			all = append(all, bot.Choice{Value: fmt.Sprint(v.Number), Label: bot.T("vote.suggested", "number", v.Number, "title", v.Title)})
		}
	}
	return all
}
