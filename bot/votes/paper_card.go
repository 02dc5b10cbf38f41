package votes

import (
	"fmt"
	"strings"

	"greffier/bot"
	"greffier/bot/votes/tally"
)

// paperCard draws the newest state of a ballot paper, for everybody.
func paperCard(c *bot.Ctx, key string) (bot.Card, bool) {
	number, ok := strings.CutPrefix(key, "paper/")
	if !ok {
		return bot.Card{}, false
	}
	v, ok := numbered(c, map[string]string{"number": number})
	if !ok || v.Paper == nil {
		return bot.Card{}, false
	}
	return drawPaper(c, &v), true
}

// showPaper draws the whole ballot paper of a vote for the caller, with their ballots.
func showPaper(c *bot.Ctx, v *Vote) (bot.Reply, error) {
	if v.Paper == nil {
		return bot.Reply{}, bot.Refuse("vote.paper-alone", "number", v.Number, "title", v.Title, "command", bot.CommandText("vote cast"))
	}
	d := drawPaper(c, v)
	d.Fields = append(d.Fields, bot.CardField{Label: bot.T("vote.button-mine-all"), Value: v.lines(c, mineLine)})
	return bot.Reply{Card: &d}, nil
}

// drawPaper draws a ballot paper: its questions, one a line, each with its state.
func drawPaper(c *bot.Ctx, v *Vote) bot.Card {
	d := bot.Card{Key: v.Paper.key(), Title: bot.T("vote.paper-card", v.Paper.args()...), Tone: bot.Done}
	waiting, open := v.questions(c, Waiting), v.questions(c, Open)
	lines := v.lines(c, stateLine)
	switch {
	case len(open) > 0:
		d.Tone, d.Buttons = bot.Open, paperButtons(v)
		d.Body = bot.Lines(bot.T("vote.card-open", "closes", open[0].Closes), lines,
			bot.T("vote.paper-how", v.Paper.args("command", bot.CommandText("vote answer"), "example", sample(open))...))
	case len(waiting) > 0:
		d.Tone = bot.Neutral
		d.Body = bot.Lines(bot.T("vote.card-waiting", "opens", waiting[0].Opens, "closes", waiting[0].Closes), lines)
		for _, q := range waiting {
			if d.Buttons = secretButtons(&q); d.Buttons != nil {
				may := bot.T("vote.card-secret-may")
				if secret, public := v.secrecy(c); len(public) > 0 {
					may = bot.T("vote.paper-secret-may", "secret", secret)
				}
				d.Body = bot.Lines(d.Body, may)
				break
			}
		}
	default:
		d.Body = bot.Lines(bot.T("vote.card-closed", "ended", v.questions(c)[0].Ended), lines,
			bot.T("vote.paper-more", "command", bot.CommandText("vote show"), "number", v.Paper.First))
		for _, q := range v.questions(c, Closed) {
			if d.Buttons = callButtons(c, &q); d.Buttons != nil {
				d.Body = bot.Lines(d.Body, callText(c, &q))
				break
			}
		}
	}
	d.Fields = paperFields(c, v)
	return d
}

// paperFields are the labelled lines of a ballot paper: what its questions have in
// common, and the rule of each.
func paperFields(c *bot.Ctx, v *Vote) []bot.CardField {
	var fields []bot.CardField
	add := func(key string, value bot.Text) {
		fields = append(fields, bot.CardField{Label: bot.T(key), Value: value})
	}
	add("vote.field-rule", rulesOf(c, v))
	add("vote.field-electorate", bot.T("vote.electorate-"+rollWord(v), "groups", v.Groups))
	if v.Meeting != 0 {
		add("vote.field-meeting", subjectText(c, fmt.Sprintf("meeting/%d", v.Meeting)))
	}
	for _, e := range v.Extensions {
		add("vote.field-extended", bot.T("vote.extended-line", "from", e.From, "to", e.To, "reason", e.Reason))
	}
	return fields
}

// rulesOf says the rules of a paper, each once, with the questions that it is for.
func rulesOf(c *bot.Ctx, v *Vote) bot.Text {
	s := c.Speaker(bot.Locales[0])
	var order []string
	of, said := map[string][]bot.Text{}, map[string]bot.Text{}
	for _, q := range v.questions(c) {
		text := ruleText(&q)
		key := s.Plain(text)
		if _, known := said[key]; !known {
			order, said[key] = append(order, key), text
		}
		of[key] = append(of[key], bot.Typed(fmt.Sprint(q.Number)))
	}
	if len(order) == 1 {
		return said[order[0]]
	}
	lines := make([]bot.Text, len(order))
	for i, key := range order {
		lines[i] = bot.T("vote.paper-rule", "numbers", of[key], "rule", said[key])
	}
	return bot.Lines(lines...)
}

// paperButtons ask for the answers to a paper, or show those given.
func paperButtons(v *Vote) []bot.Button {
	number := fmt.Sprint(v.Paper.First)
	return []bot.Button{
		{Label: bot.T("vote.button-answer"), Call: bot.Call{Command: "vote answer", Args: map[string]string{"number": number}}},
		{Label: bot.T("vote.button-mine-all"), Call: bot.Call{Command: "vote show", Args: map[string]string{"number": number, "paper": "yes"}}},
	}
}

// lines says something of every question of a paper, one a line.
func (v *Vote) lines(c *bot.Ctx, say func(*bot.Ctx, *Vote) bot.Text) bot.Text {
	var lines []bot.Text
	for _, q := range v.questions(c) {
		lines = append(lines, bot.T("vote.paper-line", "number", q.Number, "title", q.asked(), "said", say(c, &q)))
	}
	return bot.Lines(lines...)
}

// asked is a question with its options, where it has some.
func (v *Vote) asked() bot.Text {
	if v.method() == tally.YesNo || v.method() == tally.Consent {
		return bot.Typed(v.Title)
	}
	options := make([]bot.Text, v.size())
	for i := range options {
		options[i] = v.option(i)
	}
	return bot.T("vote.paper-asked", "title", v.Title, "options", options)
}

// stateLine says how far a question has come.
func stateLine(c *bot.Ctx, q *Vote) bot.Text {
	t, _ := turnouts.Get(c.Tx, voteID(q.Number))
	switch q.State {
	case Waiting:
		return bot.T("vote.method-" + q.Rule.Method)
	case Closed:
		return bot.T("vote.outcome-verdict", "verdict", verdict(q))
	case Cancelled:
		return bot.T("vote.paper-cancelled", "reason", q.Reason)
	}
	parts := []bot.Text{turnoutText(q, t)}
	if resultsFor(c, q, 0) {
		parts = append(parts, bot.T("vote.so-far", "counts", standsSoFar(c, q, t)))
	}
	if met := quorumSoFar(c, q); !met.IsZero() {
		parts = append(parts, bot.T("vote.paper-quorum", "quorum", met))
	}
	return bot.Text{Join: parts, Sep: " · "}
}

func turnoutLine(c *bot.Ctx, q *Vote) bot.Text {
	t, _ := turnouts.Get(c.Tx, voteID(q.Number))
	return turnoutText(q, t)
}

func ruleLine(_ *bot.Ctx, q *Vote) bot.Text {
	if q.Rule.Secret {
		return bot.T("vote.paper-rule-secret", "rule", ruleName(q.Rule))
	}
	return ruleName(q.Rule)
}

func mineLine(c *bot.Ctx, q *Vote) bot.Text {
	if q.State == Cancelled {
		return stateLine(c, q)
	}
	return myBallot(c, q)
}

// sample is an answer to each of the open questions, as it may be typed.
func sample(open []Vote) bot.Text {
	all := make([]bot.Text, len(open))
	for i, q := range open {
		switch {
		case q.method() == tally.YesNo:
			all[i] = bot.T([]string{"vote.yes", "vote.no", "vote.abstain"}[i%3])
			if q.Rule.NoAbstention {
				all[i] = bot.T([]string{"vote.yes", "vote.no"}[i%2])
			}
		case q.method() == tally.Consent:
			all[i] = bot.T("vote.consent-agree")
		case q.simple():
			all[i] = q.option(i % q.size())
		default:
			all[i] = bot.Typed(q.example())
		}
	}
	return bot.Text{Join: all, Sep: "; "}
}
