package votes

import (
	"cmp"
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
	All     bool      `opt:"all"`
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
	before := v.calledWith(c, in.All)
	next, err := secondCalls(c, before, in)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(next) > 1 {
		return calledTogether(c, before, next), nil
	}
	if next[0].State != Closed {
		for _, place := range places(c, &v) {
			c.Post(place, bot.T("vote.called-post", "number", v.Number, "title", v.Title, "vote", next[0].Number, "opens", next[0].Opens, "closes", next[0].Closes,
				"rule", ruleText(&next[0])))
		}
	}
	reply := opened(c, &next[0])
	reply.Text = bot.Lines(bot.T("vote.called", "number", v.Number, "title", v.Title, "vote", next[0].Number), reply.Text)
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

// meetingLooked is how many closed votes are looked at, the newest, to find those of a
// meeting.
const meetingLooked = 200

// calledWith lists the votes that are put again with one, itself among them: the
// questions of its ballot paper that missed their quorum, and on demand all those of
// its meeting.
func (v *Vote) calledWith(c *bot.Ctx, meeting bool) []Vote {
	var all []Vote
	if !meeting || v.Meeting == 0 {
		return slices.DeleteFunc(v.questions(c, Closed), func(q Vote) bool { return !q.callable() })
	}
	looked := 0
	for id := range votes.ByDown(c.Tx, "state", stateKey(Closed)) {
		if looked++; looked > meetingLooked {
			break
		}
		if q, ok := votes.Get(c.Tx, id); ok && q.Meeting == v.Meeting && q.callable() {
			all = append(all, q)
		}
	}
	slices.SortFunc(all, func(a, b Vote) int { return cmp.Compare(a.Number, b.Number) })
	return all
}

// earliestOf is when votes may be put again together: when the last of them may.
func earliestOf(c *bot.Ctx, before []Vote) time.Time {
	earliest := earliestCall(c, &before[0])
	for _, v := range before[1:] {
		if at := earliestCall(c, &v); at.After(earliest) {
			earliest = at
		}
	}
	return earliest
}

// secondCalls makes the second calls of votes, all with the same opening; those of one
// ballot paper are on one again.
func secondCalls(c *bot.Ctx, before []Vote, in reconveneArgs) ([]Vote, error) {
	lead := before[0].secondCall(c)
	if lead.Opens = in.Opens; lead.Opens.IsZero() {
		lead.Opens = c.Now
	}
	if err := attach(c, &lead, in.Meeting); err != nil {
		return nil, err
	}
	earliest := earliestOf(c, before)
	switch {
	case lead.Opens.Before(earliest) && (!in.Opens.IsZero() || in.Meeting > 0):
		return nil, bot.BadOption("opens", "vote.call-early", "opens", lead.Opens, "earliest", earliest)
	case lead.Opens.Before(earliest):
		lead.Opens = earliest
	}
	if !in.Until.IsZero() && !in.Until.After(lead.Opens) {
		return nil, bot.BadOption("until", "vote.until-early", "until", in.Until, "opens", lead.Opens)
	}
	next := make([]Vote, len(before))
	for i := range before {
		next[i] = before[i].secondCall(c)
	}
	for at := 0; at < len(next); {
		n := sheetLength(before[at:])
		align(c, next[at:at+n], lead.Opens, in.Until, lead.Meeting)
		var paper *Paper
		if n > 1 {
			title := c.Speaker(c.Charter.Community.Locale).Plain(bot.T("vote.called-title", "title", before[at].Paper.Title))
			paper = &Paper{Count: n, Title: title}
		}
		for i := at; i < at+n; i++ {
			next[i].Paper = paper
			var err error
			if next[i], err = add(c, next[i]); err != nil {
				return nil, err
			}
			before[i].Called = next[i].Number
			put(c, before[i])
			c.Record(bot.Entry{Subject: before[i].key(), Rule: before[i].Rule.ID, Data: map[string]string{"vote": fmt.Sprint(next[i].Number)}})
			before[i].redraw(c)
		}
		at += n
	}
	return next, nil
}

// sheetLength is how many votes at the beginning of a list are on one ballot paper.
func sheetLength(all []Vote) int {
	n := 1
	for n < len(all) && all[0].Paper != nil && all[n].Paper != nil && all[n].Paper.First == all[0].Paper.First {
		n++
	}
	return n
}

// calledTogether tells everybody, and whoever asked, of several second calls.
func calledTogether(c *bot.Ctx, before, next []Vote) bot.Reply {
	lines := make([]bot.Text, len(next))
	for i := range next {
		lines[i] = bot.T("vote.called-line", "number", before[i].Number, "title", before[i].Title, "vote", next[i].Number, "opens", next[i].Opens, "closes", next[i].Closes)
	}
	for _, place := range places(c, &before[0]) {
		c.Post(place, bot.Lines(append([]bot.Text{bot.T("vote.called-all-post", "count", len(next))}, lines...)...))
	}
	return bot.Reply{Text: bot.Lines(append([]bot.Text{bot.T("vote.called-all", "count", len(next))}, lines...)...)}
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
		args := []any{"number", v.Number, "command", bot.CommandText("vote reconvene")}
		if all := v.calledWith(c, true); len(all) > 1 {
			lines = append(lines, bot.T("vote.call-may-all", append(args, "count", len(all), "earliest", earliestOf(c, all))...))
		} else {
			lines = append(lines, bot.T("vote.call-may", append(args, "earliest", earliestCall(c, v))...))
		}
	case v.missed():
		lines = append(lines, bot.T("vote.call-again", "command", bot.CommandText("vote new")))
	}
	return bot.Lines(lines...)
}

// callButtons offer the second call of a vote, or of all those of its meeting.
func callButtons(c *bot.Ctx, v *Vote) []bot.Button {
	if !v.callable() {
		return nil
	}
	label, args := bot.T("vote.button-reconvene"), map[string]string{"number": fmt.Sprint(v.Number)}
	if n := len(v.calledWith(c, true)); n > 1 {
		label, args["all"] = bot.T("vote.button-reconvene-all", "count", n), "yes"
	}
	return []bot.Button{{Label: label, Call: bot.Call{Command: "vote reconvene", Args: args}}}
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
