package main

import (
	"math/big"
	"regexp"
	"slices"
	"strings"

	"greffier/bot/votes/tally"
)

// What an assembly requires of a result besides its method: a quorum, a majority.

// ballotsRE is a quorum that is a number of ballots: "12 cast".
var ballotsRE = regexp.MustCompile(`^([0-9][0-9.,/]*) (cast|expressed)$`)

var shareRE = regexp.MustCompile(`^(over|at-least) ([0-9][0-9.,/]*) of (entitled|present|represented|cast|expressed|with-blanks)$`)

// share reads a requirement: "over 1/2 of expressed", "at-least 1/4 of entitled".
func (t *recount) share(flag, text string) (*tally.Share, error) {
	m := shareRE.FindStringSubmatch(strings.Join(strings.Fields(text), " "))
	if m == nil {
		return nil, t.errorf("bad-share", flag, text)
	}
	ratio := exactly(m[2])
	if ratio == nil {
		return nil, t.errorf("bad-share", flag, text)
	}
	of := tally.Base(m[3])
	if of == tally.Entitled && t.entitled == "" || of == tally.Present && t.present == "" || of == tally.Represented && t.represented == "" {
		return nil, t.errorf("need-size", flag, string(of), string(of))
	}
	if m[1] == "over" {
		return &tally.Share{Of: of, Over: ratio}, nil
	}
	return &tally.Share{Of: of, AtLeast: ratio}, nil
}

// prepareRule reads what is required of the result.
func (t *recount) prepareRule() error {
	simple := slices.Contains([]string{yesNoMethod, "plurality", "approval"}, t.method)
	t.rule = tally.Rule{Method: tally.Approval, Seats: t.seats}
	if t.method == yesNoMethod {
		t.rule = tally.Rule{Method: tally.YesNo}
	}
	for _, n := range []struct {
		flag, text string
		to         **big.Rat
	}{{"entitled", t.entitled, &t.electorate.Entitled}, {"present", t.present, &t.electorate.Present}, {"represented", t.represented, &t.electorate.Represented}, {"abstentions", t.abstained, &t.abstentions}} {
		if n.text == "" {
			continue
		}
		if *n.to = exactly(n.text); *n.to == nil {
			return t.errorf("bad-size", n.flag, n.text)
		}
	}
	var err error
	if m := ballotsRE.FindStringSubmatch(t.quorum); m != nil {
		t.least, t.leastOf = exactly(m[1]), tally.Base(m[2])
	} else if t.quorum != "" && t.settings.Method != tally.DefaultOption {
		if t.rule.Quorum, err = t.share("quorum", t.quorum); err != nil {
			return err
		}
	}
	if t.majority != "" && !simple {
		return t.errorf("no-majority", t.method)
	}
	if t.majority != "" {
		if t.rule.Majority, err = t.share("majority", t.majority); err != nil {
			return err
		}
	}
	t.ruled = t.noQuorum || t.least != nil || t.rule.Quorum != nil || t.rule.Majority != nil || t.method == yesNoMethod
	return nil
}

// judge holds an outcome against what is required: what is not met elects nobody.
func (t *recount) judge(o *tally.Outcome) {
	counts := make([]*big.Rat, len(t.file.Options))
	for i := range counts {
		if counts[i] = new(big.Rat); o.Scores != nil && o.Scores[i] != nil {
			counts[i] = o.Scores[i]
		}
	}
	blank := t.file.Profile.Blank()
	sums := tally.Sums{Counts: counts, Expressed: new(big.Rat).Sub(o.Weight, blank), Blank: blank}
	if sums.Abstained = t.abstentions; sums.Abstained != nil { // a file has both as ballots that say nothing
		sums.Blank = new(big.Rat).Sub(blank, sums.Abstained)
	}
	r := tally.Judge(t.rule, sums, t.electorate)
	t.judged = &r
	if !t.ruled {
		return
	}
	if t.noQuorum || t.least != nil && r.Size(t.leastOf).Cmp(t.least) < 0 {
		r.Verdict = tally.NoQuorum
	}
	switch {
	case r.Verdict == tally.NoQuorum || r.Verdict == tally.Empty:
		o.Winners, o.Ties = nil, nil
	case t.rule.Method == tally.YesNo:
		t.answer(o)
	default:
		t.elected(o)
	}
}

// answer settles a question of yes or no. A tie is what a declared order says.
func (t *recount) answer(o *tally.Outcome) {
	r := t.judged
	if r.Verdict == tally.Tied && t.settings.TieBreak != nil {
		r.Verdict, r.Tied = tally.Rejected, nil
		if t.settings.TieBreak[0] == 0 {
			r.Verdict, r.Elected = tally.Adopted, []int{0}
		}
	}
	o.Winners, o.Ties = r.Elected, nil
	if r.Verdict == tally.Tied {
		o.Winners, o.Ties = r.Tied, [][]int{r.Tied}
	}
}

// elected leaves among the winners who meets the majority. Who is on its brink stays
// in a tie that is still to be decided, and stays a winner where the declared order
// decided one.
func (t *recount) elected(o *tally.Outcome) {
	r := t.judged
	var out []int
	for _, s := range r.Steps {
		switch {
		case s.Quorum || s.Met:
		case s.Brink() && slices.Contains(r.Tied, s.Option):
		case s.Brink() && t.settings.TieBreak != nil && equalled(r, s, o.Winners):
		default:
			out = append(out, s.Option)
		}
	}
	missed := func(option int) bool { return slices.Contains(out, option) }
	o.Winners = slices.DeleteFunc(slices.Clone(o.Winners), missed)
	if len(o.Ties) > 0 && slices.ContainsFunc(o.Ties[0], missed) {
		o.Ties = nil
	}
	switch {
	case len(o.Ties) > 0:
		r.Verdict = tally.Tied
	case len(o.Winners) > 0:
		r.Verdict = tally.Adopted
	default:
		r.Verdict = tally.Rejected
	}
}

// equalled tells whether somebody who did not win has as much as a step is about.
func equalled(r *tally.Result, step tally.Step, winners []int) bool {
	return slices.ContainsFunc(r.Steps, func(other tally.Step) bool {
		return !other.Quorum && !slices.Contains(winners, other.Option) && other.Have.Cmp(step.Have) == 0
	})
}

// tellRule says what was required, and whether it was met.
func (t *recount) tellRule(b *strings.Builder) {
	if !t.ruled {
		return
	}
	for _, s := range t.judged.Steps {
		what := t.say("tally-quorum")
		if !s.Quorum {
			if t.rule.Method == tally.YesNo && s.Option == 1 {
				continue
			}
			what = t.file.Options[s.Option]
		}
		met := "tally-met"
		if !s.Met {
			met = "tally-missed"
		}
		b.WriteString(t.say("tally-step", what, t.teller().Number(s.Have), t.say("tally-of-"+string(s.Of)), t.teller().Number(s.Size), s.Least.String(), t.say(met)) + "\n")
	}
	b.WriteString(t.say("tally-verdict-"+string(t.judged.Verdict)) + "\n")
}
