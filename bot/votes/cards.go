package votes

import (
	"fmt"
	"strconv"
	"strings"

	"greffier/bot"
	"greffier/bot/votes/tally"
)

// card draws the newest state of a vote, for everybody.
func card(c *bot.Ctx, key string) (bot.Card, bool) {
	number, ok := strings.CutPrefix(key, "vote/")
	if !ok {
		return bot.Card{}, false
	}
	v, ok := numbered(c, map[string]string{"number": number})
	if !ok {
		return bot.Card{}, false
	}
	return draw(c, &v, 0), true
}

// draw draws a vote for one member, 0 being everybody.
func draw(c *bot.Ctx, v *Vote, who bot.MemberID) bot.Card {
	t, _ := turnouts.Get(c.Tx, voteID(v.Number))
	d := bot.Card{Key: v.key(), Title: bot.T("vote.card", "number", v.Number, "title", v.Title)}
	switch v.State {
	case Waiting:
		d.Body = bot.Lines(bot.T("vote.card-waiting", "opens", v.Opens, "closes", v.Closes), v.answersText(c, t, who))
		if v.mayBeSecret() {
			d.Body = bot.Lines(d.Body, bot.T("vote.card-secret-may"))
			d.Buttons = secretButtons(v)
		}
	case Open:
		d.Tone = bot.Open
		d.Body = bot.Lines(bot.T("vote.card-open", "closes", v.Closes), v.answersText(c, t, who), v.how(), objectionsText(c, v))
		d.Buttons = buttons(v)
	case Closed:
		d.Tone = tone(v)
		d.Body = bot.Lines(bot.T("vote.card-closed", "ended", v.Ended), bot.T("vote.outcome-verdict", "verdict", verdict(v)), working(v))
		if v.Result.Outcome != nil {
			d.Buttons = []bot.Button{{Label: bot.T("vote.button-working"), Call: bot.Call{
				Command: "vote show", Args: map[string]string{"number": fmt.Sprint(v.Number), "working": "yes"},
			}}}
		}
		d.Buttons = append(d.Buttons, callButtons(c, v)...)
	case Cancelled:
		d.Tone = bot.Done
		d.Body = bot.T("vote.card-cancelled", "ended", v.Ended, "reason", v.Reason)
	}
	d.Fields = fields(c, v, t)
	return d
}

func tone(v *Vote) bot.Tone {
	switch v.Result.Verdict {
	case tally.Adopted:
		return bot.Positive
	case tally.Rejected:
		return bot.Negative
	}
	return bot.Done
}

// answersText lists the options, with their counts where these may be seen.
func (v *Vote) answersText(c *bot.Ctx, t turnout, who bot.MemberID) bot.Text {
	visible := resultsFor(c, v, who)
	switch {
	case v.size() == 0:
		return bot.Text{}
	case (v.method() == tally.YesNo || v.method() == tally.Consent) && visible:
		return bot.T("vote.so-far", "counts", standsSoFar(c, v, t))
	case v.method() == tally.YesNo || v.method() == tally.Consent:
		return bot.Text{}
	case visible && (!v.simple() || v.classed()):
		return bot.Lines(v.list(nil), bot.T("vote.so-far", "counts", standsSoFar(c, v, t)))
	case visible:
		counts := t.Counts
		if counts == nil {
			counts = make([]uint64, v.size())
		}
		return v.list(counts)
	}
	return v.list(nil)
}

// fields are the labelled lines of a card.
func fields(c *bot.Ctx, v *Vote, t turnout) []bot.CardField {
	var fields []bot.CardField
	add := func(key string, value bot.Text) {
		fields = append(fields, bot.CardField{Label: bot.T(key), Value: value})
	}
	add("vote.field-rule", ruleText(v))
	add("vote.field-electorate", bot.T("vote.electorate-"+rollWord(v), "groups", v.Groups))
	if v.State == Open {
		add("vote.field-turnout", turnoutText(v, t))
		if met := quorumSoFar(c, v); !met.IsZero() {
			add("vote.field-quorum", met)
		}
		if advice, entitled := advisers(c, v); entitled > 0 {
			add("vote.field-advisers", bot.T("vote.advisers-turnout", "cast", advice, "entitled", entitled))
		}
		if !v.Rule.Secret && v.Rule.Results == "always" {
			add("vote.field-results", bot.T("vote.results-always"))
		} else if !v.Rule.Secret && v.Rule.Results == "after-voting" {
			add("vote.field-results", bot.T("vote.results-after-voting"))
		} else {
			add("vote.field-results", bot.T("vote.results-at-close"))
		}
	}
	if v.Paper != nil {
		add("vote.field-paper", bot.T("vote.paper-named", v.Paper.args("command", bot.CommandText("vote show"))...))
	}
	if v.Meeting != 0 {
		add("vote.field-meeting", subjectText(c, fmt.Sprintf("meeting/%d", v.Meeting)))
	}
	if v.Subject != "" {
		add("vote.field-subject", subjectText(c, v.Subject))
	}
	for _, e := range v.Extensions {
		add("vote.field-extended", bot.T("vote.extended-line", "from", e.From, "to", e.To, "reason", e.Reason))
	}
	if v.State == Closed {
		add("vote.field-record", bot.Lines(consequences(c, v)...))
	}
	return fields
}

func rollWord(v *Vote) string {
	if v.frozen() {
		return "frozen"
	}
	return "open"
}

func turnoutText(v *Vote, t turnout) bot.Text {
	if v.frozen() && v.State != Waiting {
		return bot.T("vote.turnout", "count", t.Cast, "entitled", t.Entitled)
	}
	return bot.T("vote.turnout-open", "count", t.Cast)
}

// stepwise votes take several options one button after the other; not where the
// first press could already be the last word.
func stepwise(v *Vote) bool {
	return v.method() == tally.Approval && !v.Rule.Final && !v.Rule.CloseEarly
}

// buttons are the answers of an open vote; too many, or several that cannot be
// given one by one, are asked for in a form.
func buttons(v *Vote) []bot.Button {
	vote := func(label bot.Text, choice, change string) bot.Button {
		return bot.Button{Label: label, Call: bot.Call{Command: "vote cast", Args: v.answer(choice, change)}}
	}
	change := ""
	if stepwise(v) {
		change = "add"
	}
	var all []bot.Button
	switch {
	case v.marking() == agreed:
		all = append(all, vote(bot.T("vote.consent-agree"), agreeValue, ""), vote(bot.T("vote.consent-aside"), asideValue, ""),
			vote(bot.T("vote.button-object"), "", objecting))
	case !v.simple():
		all = append(all, vote(bot.T("vote.button-form"), "", ""))
	case v.size() > maxButtons || v.method() == tally.Approval && !stepwise(v):
		all = append(all, vote(bot.T("vote.button-form"), "", ""))
	default:
		for i := range v.size() {
			all = append(all, vote(v.option(i), optionValue(i), change))
		}
	}
	if !v.Rule.NoAbstention {
		all = append(all, vote(bot.T("vote.abstain"), abstainValue, ""))
	}
	return append(all, bot.Button{
		Label: bot.T("vote.button-mine"), Call: bot.Call{Command: "vote show", Args: map[string]string{"number": fmt.Sprint(v.Number)}},
	})
}

// answer is the arguments of a call that casts a ballot, or asks for one in a
// form when choice is empty.
func (v *Vote) answer(choice, change string) map[string]string {
	args := map[string]string{"number": fmt.Sprint(v.Number), "edition": strconv.Itoa(v.Edition)}
	if choice != "" {
		args["choice"] = choice
	}
	if change != "" {
		args["change"] = change
	}
	return args
}
