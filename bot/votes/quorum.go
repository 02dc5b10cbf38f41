package votes

import (
	"math/big"
	"regexp"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/config"
)

// When a quorum is checked; the zero value is at the close.
const (
	atOpening  = "opening"
	throughout = "throughout"
)

// ByQuorum ended a vote whose quorum was missed before its close.
const ByQuorum How = "quorum"

// bases are how many belong to each base. A base that nobody may know yet is not
// there.
type bases map[tally.Base]*big.Rat

// cast is what the ballots cast weigh, in bases.
const castWeight tally.Base = "cast-weight"

// early tells that the quorum is checked at the opening, before any ballot.
func (v *Vote) early() bool {
	q := v.Rule.Quorum
	return q != nil && (q.Checked == atOpening || q.Checked == throughout)
}

// whole votes have one quorum; ranking against a default option has one for each
// option, unless it is one of who is there.
func (v *Vote) quorate() bool {
	return v.Rule.Quorum != nil && (v.method() != tally.DefaultOption || v.early())
}

// counted is what the quorum counts.
func (v *Vote) counted() tally.Base {
	q := v.Rule.Quorum
	switch {
	case q.Counts != "":
		return tally.Base(q.Counts)
	case q.Of == string(tally.Weights):
		return tally.Weights
	case v.early():
		return tally.Represented
	case q.Formula.IsZero() && (q.Of == string(tally.Cast) || q.Of == string(tally.Expressed)):
		return tally.Expressed
	}
	return tally.Cast
}

// quorumNames tells whether the quorum of the vote names a base.
func (v *Vote) quorumNames(base tally.Base) bool {
	q := v.Rule.Quorum
	return q != nil && (v.counted() == base || q.Formula.Names(string(base)) || q.Formula.IsZero() && q.Of == string(base))
}

// quorumStep holds the quorum against sizes. ok is false when these do not tell.
func (v *Vote) quorumStep(s bases) (step tally.Step, ok bool) {
	q := v.Rule.Quorum
	counted := v.counted()
	have := s[counted]
	if counted == tally.Weights {
		have = s[castWeight]
	}
	of := tally.Base(q.Of)
	if have == nil || q.Formula.IsZero() && s[of] == nil {
		return tally.Step{}, false
	}
	if q.Formula.IsZero() {
		step = tally.Hold(*share(&config.Share{Of: q.Of, Over: q.Over, AtLeast: q.AtLeast}), have, s[of])
	} else {
		known := true
		need := q.Formula.Value(func(name string) *big.Rat {
			n := s[tally.Base(name)]
			known = known && n != nil
			return n
		})
		if !known {
			return tally.Step{}, false
		}
		step = tally.Needs(need, have, s[of])
		step.Of = of
	}
	step.Quorum, step.Counts = true, counted
	return step, true
}

// holdQuorum holds the quorum against what was counted. One that was checked at
// the opening alone stands as it was then.
func (v *Vote) holdQuorum(c *bot.Ctx, r *Result, of func(Class) bool) {
	if !v.quorate() {
		return
	}
	step, ok := v.quorumStep(sizesCounted(c, v, r, of))
	if v.Rule.Quorum.Checked == atOpening && v.Opening != nil {
		step, ok = *v.Opening, true
	}
	if !ok {
		return
	}
	r.Steps = append([]tally.Step{step}, r.Steps...)
	if !step.Met {
		r.Verdict, r.Elected, r.Tied, r.Finalists = tally.NoQuorum, nil, nil, nil
	}
}

// sizesCounted are the sizes at the close: heads, whatever ballots weigh, but for
// the weights.
func sizesCounted(c *bot.Ctx, v *Vote, r *Result, of func(Class) bool) bases {
	s := bases{
		tally.Entitled: r.Entitled, tally.Present: r.Present, tally.Represented: r.Represented,
		tally.Cast: rat(uint64(r.Ballots)), tally.Expressed: r.Expressed, //nolint:gosec // never negative
		tally.Weights: r.Entitled, castWeight: r.Cast,
	}
	if !v.weighs() {
		return s
	}
	e, n := electorate(c, v, heads, of), uint64(0)
	cast(c, v, func(b ballot) {
		if b.Kind == tally.Marked && of(v.class(b.Class)) {
			n++
		}
	})
	s[tally.Entitled], s[tally.Present], s[tally.Represented], s[tally.Expressed] = e.Entitled, e.Present, e.Represented, rat(n)
	return s
}

// byCollege tells that each college has a quorum and a result of its own.
func (v *Vote) byCollege() bool { return len(v.Rule.Colleges) > 0 && v.Rule.Combine != "veto" }

// weighs tells whether a ballot may count for something else than 1.
func (v *Vote) weighs() bool {
	for _, k := range v.Classes {
		if len(k.Weights) > 0 {
			return true
		}
	}
	return false
}

// sizesNow are the sizes of an open vote, as far as everybody may know them: what
// ballots say or weigh is not among those of a secret vote, nor of one whose
// results wait for the close.
func sizesNow(c *bot.Ctx, v *Vote) bases {
	t, _ := turnouts.Get(c.Tx, voteID(v.Number))
	s := bases{tally.Entitled: rat(t.Entitled), tally.Cast: rat(t.Cast)}
	if !v.frozen() || v.quorumNames(tally.Present) || v.quorumNames(tally.Represented) {
		e := electorate(c, v, heads, deciding)
		s[tally.Entitled], s[tally.Present], s[tally.Represented] = e.Entitled, e.Present, e.Represented
	}
	if v.quorumNames(tally.Weights) {
		s[tally.Weights] = electorate(c, v, 0, deciding).Entitled
	}
	if !resultsFor(c, v, 0) {
		return s
	}
	expressed, weight := uint64(0), new(big.Rat)
	if v.quorumNames(tally.Expressed) || v.quorumNames(tally.Weights) {
		cast(c, v, func(b ballot) {
			if v.class(b.Class).Advisory {
				return
			}
			if b.Kind == tally.Marked {
				expressed++
			}
			if w := v.class(b.Class).weight(0); w != nil {
				weight.Add(weight, w)
			} else {
				weight.Add(weight, big.NewRat(1, 1))
			}
		})
	}
	s[tally.Expressed], s[castWeight] = rat(expressed), weight
	return s
}

// holdOpening holds the quorum at the opening where the rule says so. When it is
// missed, the vote is over before it began and decides nothing.
func holdOpening(c *bot.Ctx, v *Vote) error {
	if _, err := takeAttendance(c, v); err != nil || !v.early() {
		return err
	}
	step, _ := v.quorumStep(sizesNow(c, v))
	v.Opening = &step
	put(c, *v)
	if step.Met {
		return nil
	}
	return closeVote(c, v, ByQuorum)
}

// holdThroughout ends an open vote whose quorum is to be met all along, when those
// who are there are no longer enough.
func holdThroughout(c *bot.Ctx, v *Vote) error {
	if v.State != Open || !v.quorate() || v.Rule.Quorum.Checked != throughout {
		return nil
	}
	if step, ok := v.quorumStep(sizesNow(c, v)); !ok || step.Met {
		return nil
	}
	return closeVote(c, v, ByQuorum)
}

// quorumShort counts how many more must take part for the quorum; 0 when it is
// reached, when there is none, and when only the count itself can tell.
func quorumShort(c *bot.Ctx, v *Vote) int64 {
	if !v.quorate() || v.counted() != tally.Cast || v.byCollege() {
		return 0
	}
	step, ok := v.quorumStep(sizesNow(c, v))
	if !ok || step.Met {
		return 0
	}
	return step.Least.Int64() - step.Have.Num().Int64()
}

// quorumRule says the quorum in words, and when it is checked.
func (v *Vote) quorumRule() []bot.Text {
	q := v.Rule.Quorum
	if q == nil {
		return nil
	}
	counts := bot.T("vote.counts-" + string(v.counted()))
	var said bot.Text
	switch {
	case !q.Formula.IsZero():
		said = bot.T("vote.rule-quorum-formula", "formula", formulaText(q.Formula), "counts", counts)
	case q.Counts != "" || v.early():
		said = bot.T("vote.rule-quorum-counts", "share", shareText(quorumShare(q)), "counts", counts)
	default:
		said = bot.T("vote.rule-quorum", "share", shareText(quorumShare(q)))
	}
	parts := []bot.Text{said}
	if v.early() {
		parts = append(parts, bot.T("vote.rule-quorum-"+q.Checked))
	}
	if s := v.Rule.SecondCall; s != nil {
		parts = append(parts, bot.T("vote.rule-second-call", "after", bot.LengthText(s.After.Std())))
	}
	return parts
}

var (
	// rounded is a formula that is rounded as a whole.
	rounded = regexp.MustCompile(`^(ceil|floor)\(([^()]+)\)$`)
	// inFormula cuts a formula into its names and what stands between them.
	inFormula = regexp.MustCompile(`[a-z]+|[^a-z]+`)
)

// formulaText says a formula in the words of its readers.
func formulaText(f config.Formula) bot.Text {
	said, round := f.String(), ""
	if m := rounded.FindStringSubmatch(said); m != nil {
		round, said = m[1], m[2]
	}
	var parts []bot.Text
	for _, word := range inFormula.FindAllString(said, -1) {
		switch tally.Base(word) {
		case tally.Entitled, tally.Present, tally.Represented, tally.Cast, tally.Expressed, tally.Weights:
			parts = append(parts, bot.T("vote.formula-"+word))
		default:
			parts = append(parts, bot.Typed(word))
		}
	}
	formula := bot.Text{Join: parts}
	if round == "" {
		return formula
	}
	return bot.T("vote.formula-"+round, "formula", formula)
}

func quorumShare(q *config.Quorum) *tally.Share {
	return share(&config.Share{Of: q.Of, Over: q.Over, AtLeast: q.AtLeast})
}

// quorumLine says a quorum that was held against a count.
func (v *Vote) quorumLine(s tally.Step) bot.Text {
	counted := s.Counts
	if counted == "" { // counted before a quorum could count anything else
		counted = tally.Cast
		if s.Of == tally.Cast || s.Of == tally.Expressed {
			counted = tally.Expressed
		}
	}
	args := []any{"have", amounts(counted, s.Have), "size", amounts(s.Of, s.Size), "least", s.Least.Int64(), "met", metText(s.Met)}
	switch {
	case s.Ratio == nil:
		return bot.T("vote.step-quorum-formula", append(args, "formula", formulaText(v.Rule.Quorum.Formula))...)
	case s.Of == tally.Weights:
		return bot.T("vote.step-quorum-weights", append(args, "part", partText(s.Ratio, s.Strict))...)
	}
	return bot.T("vote.step-quorum", append(args, "part", partText(s.Ratio, s.Strict))...)
}

// quorumSoFar says on the card of an open vote whether its quorum is met; zero
// where there is none or where only the count can tell.
func quorumSoFar(c *bot.Ctx, v *Vote) bot.Text {
	if !v.quorate() {
		return bot.Text{}
	}
	if v.byCollege() && !v.early() {
		return bot.T("vote.quorum-colleges")
	}
	step, ok := v.quorumStep(sizesNow(c, v))
	key := "vote.quorum-now"
	if v.Rule.Quorum.Checked == atOpening && v.Opening != nil {
		step, ok, key = *v.Opening, true, "vote.quorum-then"
	}
	if !ok {
		return bot.T("vote.quorum-at-close")
	}
	met := bot.T("vote.quorum-met")
	if !step.Met {
		met = bot.T("vote.quorum-not-yet")
	}
	have := amounts(step.Counts, step.Have)
	if step.Of == tally.Weights && step.Ratio != nil {
		return bot.T("vote.quorum-now-weights", "have", have, "size", amounts(tally.Weights, step.Size), "part", partText(step.Ratio, step.Strict), "met", met)
	}
	return bot.T(key, "have", have, "least", step.Least.Int64(), "met", met)
}

// amounts says how many of a base, or what they weigh.
func amounts(of tally.Base, n *big.Rat) bot.Text {
	if of == tally.Weights || of == castWeight {
		return bot.T("vote.n-weights", "amount", exact(n))
	}
	return bot.T("vote.n-"+string(of), "count", exact(n))
}
