package votes

import (
	"math/big"
	"strings"
	"time"

	"greffier/bot"
	"greffier/bot/votes/tally"
)

// verdict says how a closed vote ended, in one sentence.
func verdict(v *Vote) bot.Text {
	if v.Result == nil {
		return bot.Text{}
	}
	key := "vote.verdict-" + string(v.Result.Verdict)
	yesNo := v.method() == tally.YesNo
	var said bot.Text
	switch v.Result.Verdict {
	case tally.Adopted, tally.Rejected:
		if said = v.methodVerdict(); !said.IsZero() {
			break
		}
		if v.Rule.Advisory {
			key += "-advice"
		}
		if yesNo {
			said = bot.T(key)
			break
		}
		key += "-choice"
		if v.Result.Verdict == tally.Rejected {
			said = bot.T(key, "options", v.options(v.Result.Order[0]))
		} else {
			said = bot.T(key, "options", v.options(v.Result.Elected))
		}
	case tally.Tied:
		switch {
		case v.pending():
			key += "-chair"
		case len(v.Result.Elected) > 0:
			return bot.T(key+"-seats", "options", v.options(v.Result.Tied), "elected", v.options(v.Result.Elected))
		}
		if yesNo {
			said = bot.T(key + "-yes-no")
		} else {
			said = bot.T(key, "options", v.options(v.Result.Tied))
		}
	default:
		said = bot.T(key)
	}
	return said
}

func (v *Vote) options(numbers []int) []bot.Text {
	texts := make([]bot.Text, len(numbers))
	for i, n := range numbers {
		texts[i] = v.option(n)
	}
	return texts
}

// working shows what was counted and each requirement it was held against, and
// what was counted apart.
func working(v *Vote) bot.Text {
	if beside := besideText(v); !beside.IsZero() {
		return bot.Lines(mainWorking(v), beside)
	}
	return mainWorking(v)
}

func mainWorking(v *Vote) bot.Text {
	r := &v.Result.Result
	lines := []bot.Text{countsText(v, r), bot.T("vote.turnout-result",
		"cast", sized(v, tally.Cast, r.Cast), "entitled", sized(v, tally.Entitled, r.Entitled),
		"expressed", sized(v, tally.Expressed, r.Expressed))}
	if v.Result.Outcome != nil {
		lines = append([]bot.Text{v.resultText(v.Result)}, lines...)
	}
	for _, s := range r.Steps {
		if s.Quorum {
			have := sized(v, tally.Cast, s.Have)
			if s.Of == tally.Cast || s.Of == tally.Expressed {
				have = sized(v, tally.Expressed, s.Have)
			}
			lines = append(lines, bot.T("vote.step-quorum", "have", have, "size", sized(v, s.Of, s.Size),
				"part", partText(s.Ratio, s.Strict), "least", leastOf(v, s), "met", metText(s.Met)))
		}
	}
	if o := v.Result.Outcome; o != nil {
		return bot.Lines(append(lines, v.methodSteps(o)...)...)
	}
	if v.method() == tally.YesNo {
		for _, s := range r.Steps {
			if !s.Quorum && s.Option == 0 {
				lines = append(lines, stepText(v, "vote.step-majority", s))
			}
		}
		return bot.Lines(lines...)
	}
	return bot.Lines(append(lines, optionSteps(v, r)...)...)
}

// maxSteps is how many options have their arithmetic written out; the counts of
// all of them are given in any case.
const maxSteps = 10

// optionSteps holds each option against the majority, best first.
func optionSteps(v *Vote, r *tally.Result) []bot.Text {
	of := map[int]tally.Step{}
	for _, s := range r.Steps {
		if !s.Quorum {
			of[s.Option] = s
		}
	}
	var lines []bot.Text
	for _, equals := range r.Order {
		for _, option := range equals {
			s, ok := of[option]
			if !ok || len(lines) == maxSteps {
				continue
			}
			if s.Strict && s.Ratio.Sign() == 0 {
				return []bot.Text{bot.T("vote.most-votes")}
			}
			line := stepText(v, "vote.step-option", s)
			line.Args = append(line.Args, bot.T("", "option", v.option(option)).Args...)
			lines = append(lines, line)
		}
	}
	return lines
}

func stepText(v *Vote, key string, s tally.Step) bot.Text {
	if s.Strict && s.Ratio.Sign() == 0 {
		return bot.T(key+"-any", "have", exact(s.Have), "size", sized(v, s.Of, s.Size))
	}
	return bot.T(key, "have", exact(s.Have), "size", sized(v, s.Of, s.Size),
		"part", partText(s.Ratio, s.Strict), "least", leastOf(v, s), "met", metText(s.Met))
}

func metText(met bool) bot.Text {
	if met {
		return bot.T("vote.met")
	}
	return bot.T("vote.missed")
}

// sized says how many of a base: "20 expressed", or what they weigh.
func sized(v *Vote, of tally.Base, n *big.Rat) bot.Text {
	if v.weighted(0) {
		return bot.T("vote.weight-"+string(of), "weight", exact(n))
	}
	return bot.T("vote.n-"+string(of), "count", exact(n))
}

// leastOf is what a requirement comes to: the smallest number of voices that meets
// it, or the weight that has to be met or passed.
func leastOf(v *Vote, s tally.Step) any {
	if v.weighted(0) {
		return exact(new(big.Rat).Mul(s.Ratio, s.Size))
	}
	return s.Least.Int64()
}

// countsText says what each option received, best first for choices.
func countsText(v *Vote, r *tally.Result) bot.Text {
	var parts []bot.Text
	if v.method() == tally.YesNo {
		parts = []bot.Text{bot.T("vote.count-yes", "count", exact(r.Counts[0])), bot.T("vote.count-no", "count", exact(r.Counts[1]))}
	} else {
		for _, equals := range r.Order {
			for _, option := range equals {
				if !v.simple() {
					continue
				}
				parts = append(parts, bot.T("vote.count-option", "option", v.option(option), "count", exact(r.Counts[option])))
			}
		}
	}
	if n := r.Abstentions; n.Sign() > 0 || !v.Rule.NoAbstention && v.method() == tally.YesNo {
		parts = append(parts, bot.T("vote.count-abstentions", "count", exact(n)))
	}
	if n := r.Blanks; n.Sign() > 0 {
		parts = append(parts, bot.T("vote.count-blanks", "count", exact(n)))
	}
	return bot.List(parts...)
}

// soFar is the count of an open vote as it stands, from its turnout.
func soFar(v *Vote, t turnout) bot.Text {
	r := tally.Result{Abstentions: rat(t.Abstentions), Blanks: rat(t.Blanks)}
	for i := range v.size() {
		n := uint64(0)
		if i < len(t.Counts) {
			n = t.Counts[i]
		}
		r.Counts = append(r.Counts, rat(n))
		r.Order = append(r.Order, []int{i})
	}
	return countsText(v, &r)
}

// outcome is what everybody is told when a vote is closed: how it ended, what
// was counted, against which rule, and what follows.
func outcome(c *bot.Ctx, v *Vote) bot.Text {
	lines := []bot.Text{
		bot.T("vote.outcome-head", "number", v.Number, "title", v.Title),
		bot.T("vote.outcome-verdict", "verdict", verdict(v)),
		working(v),
		bot.T("vote.outcome-rule", "rule", ruleText(v)),
	}
	return bot.Lines(append(lines, consequences(c, v)...)...)
}

// consequences says what follows from a closed vote.
func consequences(c *bot.Ctx, v *Vote) []bot.Text {
	lines := []bot.Text{v.tieText(c), v.secondText(), objectionsText(c, v), proxiesText(c, v)}
	switch {
	case v.How == ByTurnout:
		lines = append(lines, bot.T("vote.closed-early"))
	case v.How == ByHand:
		lines = append(lines, bot.T("vote.closed-by", "who", v.By))
	case v.Ended.Sub(v.Closes) > time.Hour:
		lines = append(lines, bot.T("vote.closed-late", "closes", v.Closes))
	}
	if v.Rule.Advisory {
		lines = append(lines, bot.T("vote.advisory-note"))
	}
	if v.Rule.Secret && v.few(c) {
		lines = append(lines, bot.T("vote.few"))
	}
	if v.Wanted && strings.HasPrefix(v.Subject, "request/") { // only requests have stages
		lines = append(lines, bot.T("vote.follows-"+v.move(), "subject", subjectText(c, v.Subject)))
	}
	return append(lines, bot.T("vote.outcome-record", "decision", v.Decision, "digest", v.Digest))
}
