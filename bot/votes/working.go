package votes

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/bot/votes/tally/telling"
	"greffier/config"
)

// workingShown is how many steps of a count stand in the outcome; all of them are
// one command away.
const workingShown = 8

func (v *Vote) teller(locale string) telling.Teller {
	return telling.Teller{Locale: locale, Options: v.names(), Grades: v.Rule.Grades}
}

// told is a text that a teller says, in every language.
func (v *Vote) told(say func(telling.Teller) string) bot.Text {
	var words config.Words
	for _, locale := range bot.Locales {
		words = words.With(locale, say(v.teller(locale)))
	}
	return bot.Named(words)
}

// numberText writes an exact number.
func (v *Vote) numberText(n *big.Rat) bot.Text {
	return v.told(func(t telling.Teller) string { return t.Number(n) })
}

// resultText says what the options have, best first, in methods that are more
// than a count of ballots for each.
func (v *Vote) resultText(r *Result) bot.Text {
	o := r.Outcome
	if o == nil {
		return bot.Text{}
	}
	if v.method() == tally.Consent {
		return bot.Text{}
	}
	var lines []bot.Text
	place := 1
	for _, equals := range o.Order {
		for _, option := range equals {
			key, merit := "vote.place", bot.Text{}
			switch {
			case o.Medians != nil && o.Medians[option] >= 0:
				key, merit = "vote.place-merit", bot.Typed(v.Rule.Grades[o.Medians[option]])
			case o.Scores != nil && o.Scores[option] != nil:
				key, merit = "vote.place-merit", v.numberText(o.Scores[option])
			}
			lines = append(lines, bot.T(key, "place", place, "option", v.option(option), "merit", merit))
		}
		place += len(equals)
	}
	return bot.Lines(lines...)
}

// steps are the working of a count, a text a step.
func (v *Vote) steps(o *tally.Outcome) []bot.Text {
	said := map[string][]string{}
	for _, locale := range bot.Locales {
		said[locale] = v.teller(locale).Steps(o)
	}
	lines := make([]bot.Text, len(o.Working))
	for i := range lines {
		var words config.Words
		for _, locale := range bot.Locales {
			words = words.With(locale, "• "+said[locale][i])
		}
		lines[i] = bot.Named(words)
	}
	return lines
}

// methodSteps are the first steps of a count, and where the rest is.
func (v *Vote) methodSteps(o *tally.Outcome) []bot.Text {
	lines := v.steps(o)
	if len(lines) > workingShown {
		lines = append(lines[:workingShown:workingShown], bot.T("vote.working-more",
			"count", len(lines)-workingShown, "command", bot.CommandText("vote show"), "number", v.Number))
	}
	return lines
}

// maxWorkingShown is how many steps an answer holds; a longer working comes as a
// file as well.
const maxWorkingShown = 40

// showWorking shows the whole count of a closed vote, step by step.
func showWorking(c *bot.Ctx, v *Vote) (bot.Reply, error) {
	if v.State != Closed {
		return bot.Reply{}, bot.Refuse("vote.working-open", "number", v.Number, "title", v.Title)
	}
	head := []bot.Text{bot.T("vote.working-head", "number", v.Number, "title", v.Title), bot.T("vote.outcome-verdict", "verdict", verdict(v)), working(v)}
	if v.Result.Outcome == nil {
		return bot.Reply{Text: bot.Lines(head...)}, nil
	}
	steps := v.steps(v.Result.Outcome)
	shown := steps[:min(len(steps), maxWorkingShown)]
	reply := bot.Reply{Text: bot.Lines(slices.Concat(head[:2], []bot.Text{v.resultText(v.Result), v.tieText(c)}, shown)...)}
	if len(steps) > len(shown) {
		reply.Text = bot.Lines(reply.Text, bot.T("vote.working-file"))
		lines := v.teller(c.Locale()).Steps(v.Result.Outcome)
		reply.Files = []bot.File{{
			Name: fmt.Sprintf("vote-%d.txt", v.Number), Type: "text/plain; charset=utf-8",
			Data: []byte(strings.Join(lines, "\n") + "\n"),
		}}
	}
	return reply, nil
}

// standsSoFar is the count of an open vote as it stands.
func standsSoFar(c *bot.Ctx, v *Vote, t turnout) bot.Text {
	if v.simple() && !v.classed() {
		return soFar(v, t)
	}
	r, err := tallied(c, v, 0, deciding, electorate(c, v, 0, deciding))
	switch {
	case err == nil && v.simple():
		return countsText(v, &r.Result)
	case err != nil || r.Outcome == nil:
		return bot.T("vote.so-far-nothing")
	}
	if v.method() == tally.Consent {
		return bot.T("vote.so-far-consent", "count", len(objections(c, v)), "objections", len(objections(c, v)), "cast", t.Cast)
	}
	return v.orderText(r.Order)
}
