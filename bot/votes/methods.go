package votes

import (
	"fmt"
	"math/big"
	"slices"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/config"
	"greffier/store"
)

// marking is how the ballots of a vote are marked.
type marking int

const (
	single  marking = iota // one option
	several                // any options
	ranked                 // options in order
	scored                 // a score for each option
	graded                 // a grade for each option
	dotted                 // points spread over options
	agreed                 // consent, standing aside or an objection
)

func (v *Vote) marking() marking {
	switch v.method() {
	case tally.YesNo, tally.Plurality:
		return single
	case tally.Approval:
		return several
	case tally.TwoRound:
		if v.Rule.SecondRound != nil {
			return single
		}
	case tally.Score, tally.STAR:
		return scored
	case tally.MajorityJudgment:
		return graded
	case tally.Dots:
		return dotted
	case tally.Consent:
		return agreed
	}
	return ranked
}

// simple votes count how many ballots mark each option, and so far as each
// ballot comes.
func (v *Vote) simple() bool { return v.marking() <= several }

// counting is the method by which ballots are added up one by one: the vote's own
// where it is simple. The first round of two counts as a choice of one.
func (v *Vote) counting() tally.Method {
	switch {
	case !v.simple():
		return tally.Approval
	case v.method() == tally.TwoRound:
		return tally.Plurality
	}
	return v.method()
}

// checker tells which ballots are none of the vote's.
func (v *Vote) checker() func(ballot) error {
	if v.simple() {
		return func(b ballot) error { return tally.Check(v.counting(), v.size(), b.counts(nil)) }
	}
	p := tally.NewProfile(v.method(), v.size())
	return func(b ballot) error { return p.Add(b.counts(nil), 1) }
}

// fallback is the place of the default option; -1 when there is none.
func (v *Vote) fallback() int {
	if v.Rule.Fallback == "" {
		return -1
	}
	return slices.IndexFunc(v.Options, func(o Option) bool { return config.Fold(o.Title) == config.Fold(v.Rule.Fallback) })
}

func (v *Vote) seats() int { return max(v.Rule.Seats, 1) }

// settings are how the profile of a vote is counted.
func (v *Vote) settings(e tally.Electorate, r *tally.Result) tally.Settings {
	s := tally.Settings{
		Method: v.method(), Seats: v.Rule.Seats, Grades: len(v.Rule.Grades), Missing: tally.Missing(v.Rule.Missing),
		Strength: tally.Strength(v.Rule.Strength), Points: int64(v.Rule.Points), Highest: int64(v.Rule.Highest),
	}
	if s.Method != tally.DefaultOption {
		return s
	}
	s.Default = max(v.fallback(), 0)
	if v.Rule.Quorum != nil && !v.early() {
		all := bases{
			tally.Entitled: e.Entitled, tally.Present: e.Present, tally.Represented: e.Represented,
			tally.Cast: r.Cast, tally.Expressed: r.Expressed, tally.Weights: e.Entitled, castWeight: r.Cast,
		}
		if step, ok := v.quorumStep(all); ok {
			s.Quorum = step.Bound()
		}
	}
	s.Ratios = map[int]*big.Rat{}
	for i := range v.Options {
		switch given, ok := v.Ratios[i]; {
		case ok:
			s.Ratios[i] = given.Rat()
		case !v.Rule.Ratio.IsZero():
			s.Ratios[i] = v.Rule.Ratio.Rat()
		}
	}
	return s
}

// tallied counts the ballots of some of the classes under one of the weightings.
// Ties are reported, and not broken.
func tallied(c *bot.Ctx, v *Vote, weighting int, of func(Class) bool, e tally.Electorate) (Result, error) {
	counter := tally.NewCounter(v.tallyRule(), v.size())
	var profile *tally.Profile
	if !v.simple() {
		profile = tally.NewProfile(v.method(), v.size())
	}
	var wrong error
	cast(c, v, func(b ballot) {
		k := v.class(b.Class)
		if !of(k) || wrong != nil {
			return
		}
		whole := b.counts(k.weight(weighting))
		wrong = counter.Add(whole)
		if wrong == nil && profile != nil && b.Kind == tally.Marked {
			wrong = profile.Add(whole, 1)
		}
	})
	r := Result{profile: profile}
	if wrong == nil {
		r.Result = counter.Result(e)
		if profile != nil && r.Expressed.Sign() > 0 {
			r.settings = v.settings(e, &r.Result)
			wrong = v.apply(&r)
		}
	}
	if wrong != nil {
		return Result{}, fmt.Errorf("%w: vote %d: %w", store.ErrDamaged, v.Number, wrong)
	}
	v.stands(&r)
	v.holdQuorum(c, &r, of)
	return r, nil
}

// apply counts the profile and takes the result over.
func (v *Vote) apply(r *Result) error {
	o, err := tally.Tally(r.profile, r.settings)
	if err != nil {
		return err
	}
	// Ballots tell what is preferred two by two; what is kept is the outcome.
	o.Pairs = nil
	r.Outcome, r.Order, r.Counts = o, o.Order, nil
	if !slices.Contains(o.Scores, nil) {
		r.Counts = o.Scores
	}
	r.Elected, r.Tied = nil, nil
	if r.Verdict == tally.NoQuorum {
		return nil
	}
	for _, equals := range o.Ties {
		r.Tied = append(r.Tied, equals...)
	}
	for _, w := range o.Winners {
		if !slices.Contains(r.Tied, w) {
			r.Elected = append(r.Elected, w)
		}
	}
	switch {
	case len(r.Tied) > 0:
		r.Verdict = tally.Tied
	case len(r.Elected) > 0:
		r.Verdict = tally.Adopted
	default:
		r.Verdict = tally.Rejected
	}
	return nil
}

// SecondRound is the verdict of a first round in which nobody has a majority.
const SecondRound tally.Verdict = "second-round"

// stands settles what the verdict says where the default option comes first, or
// a second round follows.
func (v *Vote) stands(r *Result) {
	f := v.fallback()
	switch {
	case r.Verdict == tally.Adopted && f >= 0 && slices.Equal(r.Elected, []int{f}):
		r.Verdict = tally.Rejected
	case v.method() == tally.TwoRound && v.Rule.SecondRound != nil && (r.Verdict == tally.Rejected || r.Verdict == tally.Tied):
		r.Verdict, r.Elected, r.Tied = SecondRound, nil, nil
		for _, equals := range r.Order {
			if len(r.Finalists) < 2 && r.Counts[equals[0]].Sign() > 0 {
				r.Finalists = append(r.Finalists, equals...)
			}
		}
	}
}
