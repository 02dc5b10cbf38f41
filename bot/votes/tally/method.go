package tally

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// The methods that Tally counts, besides [Plurality] and [Approval]. In all of
// them an unranked option is below every ranked one and equal to the other
// unranked ones.
const (
	// TwoRound is the two-round majority: elected with more than half of the
	// first choices; otherwise the two most chosen go to a second count, where
	// each ballot goes to the one it ranks higher.
	TwoRound Method = "two-round"
	// Score adds up scores (range voting, W. D. Smith 2000).
	Score Method = "score"
	// STAR is score then automatic runoff (M. Frohnmayer and others, 2014): the
	// two highest scored, and of those the one that more ballots score higher.
	STAR Method = "star"
	// MajorityJudgment compares median grades (M. Balinski and R. Laraki, 2007).
	MajorityJudgment Method = "majority-judgment"
	// Schulze compares strongest paths (M. Schulze, 1997; Soc. Choice Welf. 36, 2011).
	Schulze Method = "schulze"
	// RankedPairs locks majorities in, the strongest first (T. N. Tideman, 1987).
	RankedPairs Method = "ranked-pairs"
	// IRV is the instant runoff, also alternative vote: the option with the
	// fewest first choices is out, until one has more than half.
	IRV Method = "irv"
	// STV is the single transferable vote as Scotland counts it (SSI 2007/42,
	// schedule 1, rules 45 to 52): weighted inclusive Gregory, Droop quota.
	STV Method = "stv"
	// DefaultOption is Debian's standard resolution procedure (constitution, A.6).
	DefaultOption Method = "default-option"
	// Consent adopts what nobody objects to. The values are [Object], [Aside]
	// and [Agree].
	Consent Method = "consent"
	// Dots adds up points that each voter spreads over the options.
	Dots Method = "dots"
)

// What a ballot says in a vote by consent: an objection, standing aside, consent.
const (
	Object int64 = -1
	Aside  int64 = 0
	Agree  int64 = 1
)

// Valued reports whether the values of marks are amounts (scores, grades,
// points); otherwise they are ranks.
func (m Method) Valued() bool {
	return slices.Contains([]Method{Score, STAR, MajorityJudgment, Consent, Dots}, m)
}

// OneSeat reports whether the method elects one option and no more.
func (m Method) OneSeat() bool {
	return slices.Contains([]Method{YesNo, TwoRound, STAR, IRV, DefaultOption}, m)
}

// Missing says what an option is given by a ballot that gives it nothing.
type Missing string

// The meanings of a missing grade or score.
const (
	// Worst is the worst grade, or a score of 0.
	Worst Missing = "worst"
	// Absent leaves the ballot out for that option: grades are compared by
	// shares, scores by their mean.
	Absent Missing = "absent"
)

// Strength is how the strength of a pairwise majority is measured.
type Strength string

// The measures of a majority.
const (
	// WinningVotes measures a majority by the ballots for it, then by the fewer
	// against it.
	WinningVotes Strength = "winning-votes"
	// Margins measures a majority by the ballots for it less those against it.
	Margins Strength = "margins"
)

// Settings say how a profile is counted.
type Settings struct {
	Method Method
	// Seats is how many options are to be elected; 0 is 1.
	Seats int
	// Grades is the number of grades of majority judgment.
	Grades int
	// Missing is [Worst] unless given.
	Missing Missing
	// Strength is for Schulze and ranked pairs, [WinningVotes] unless given.
	Strength Strength
	// Default is the default option, Quorum what the others need of ballots that
	// prefer them to it (nil: nothing), and Ratios by how much they must beat it
	// (nil, or nothing for an option: 1, which requires a majority).
	Default int
	Quorum  *big.Rat
	Ratios  map[int]*big.Rat
	// Highest is the score of STAR that its tie-breaking counts as the highest;
	// 0 is 5, or the highest given where that is more.
	Highest int64
	// Points is how many points a ballot can spread; 0 is any number.
	Points int64
	// TieBreak is the declared order that decides ties, all options, the
	// preferred one first; nil reports ties and decides none.
	TieBreak []int
}

// ErrSettings is what Tally wraps when the settings make no sense for a profile.
var ErrSettings = errors.New("tally: these settings cannot be counted")

func (s *Settings) complete(p *Profile) error {
	s.Seats = max(s.Seats, 1)
	if s.Missing == "" {
		s.Missing = Worst
	}
	if s.Strength == "" {
		s.Strength = WinningVotes
	}
	wrong := ""
	switch {
	case s.Method.Valued() != p.valued:
		wrong = "the ballots are for another method"
	case s.Seats > 1 && s.Method.OneSeat():
		wrong = string(s.Method) + " elects one"
	case s.Method == MajorityJudgment && s.Grades < 1:
		wrong = "no grades"
	case s.Method == DefaultOption && (s.Default < 0 || s.Default >= p.options):
		wrong = "no default option"
	case s.Missing != Worst && s.Missing != Absent, s.Strength != WinningVotes && s.Strength != Margins:
		wrong = "unknown word"
	}
	if s.TieBreak != nil {
		sorted := slices.Sorted(slices.Values(s.TieBreak))
		for i := range p.options {
			if len(sorted) != p.options || sorted[i] != i {
				wrong = "the tie-break must order all options"
				break
			}
		}
	}
	if wrong != "" {
		return fmt.Errorf("%w: %s", ErrSettings, wrong)
	}
	return nil
}

// Tally counts a profile. The error wraps [ErrSettings], [ErrSize], or
// [ErrBallot] when a ballot gives what the settings do not allow. The profile
// is only read: several counts may run at a time.
func Tally(p *Profile, s Settings) (*Outcome, error) {
	if err := s.complete(p); err != nil {
		return nil, err
	}
	c, err := p.prepare()
	if err != nil {
		return nil, err
	}
	by, ok := map[Method]func(*count, *Settings) (*Outcome, error){
		Plurality: plurality, TwoRound: twoRound, IRV: instantRunoff, STV: transferable,
		Approval: approval, Score: score, STAR: star, Dots: dots, Consent: consent,
		MajorityJudgment: judgment, Schulze: schulze, RankedPairs: rankedPairs, DefaultOption: defaultOption,
	}[s.Method]
	if !ok {
		return nil, fmt.Errorf("%w: unknown method %q", ErrSettings, s.Method)
	}
	o, err := by(c, &s)
	if err != nil {
		return nil, err
	}
	o.Method, o.Seats, o.Ballots, o.Weight = s.Method, s.Seats, p.ballots, p.weightOf(true)
	return o, nil
}
