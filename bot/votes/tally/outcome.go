package tally

import (
	"math/big"
	"slices"
)

// Outcome is what a profile says under a method, and how that was found.
// Options are given by their number; amounts are exact weights of ballots.
type Outcome struct {
	Method Method
	Seats  int
	// Ballots is the number of ballots, blank ones included, Weight what they
	// weigh together.
	Ballots int64
	Weight  *big.Rat
	// Winners are the options elected, best first. Those that share a first
	// place or a last seat are all in it, and in Ties: nothing in the ballots
	// puts one of them before the other.
	Winners []int
	Ties    [][]int
	// Order lists every option, best first, equals together.
	Order [][]int
	// Scores are points, scores, approvals or first choices, where the method
	// compares such; nil for an option that has none.
	Scores []*big.Rat
	// Medians are the median grades of majority judgment; -1 is none.
	Medians []int
	// Pairs says how many ballots prefer one option to another, where the
	// method compares options two by two.
	Pairs *Pairs
	// Rounds are the counts of methods that count several times, the last one
	// included.
	Rounds []Round
	// Quota is what elects in STV.
	Quota *big.Rat
	// Working tells the count step by step.
	Working []Note

	undecided []undecided
}

// Round is one count.
type Round struct {
	// Counts is what each option has; nil when it is out of the count.
	Counts []*big.Rat
	// Elected and Eliminated are what follows from the count.
	Elected, Eliminated []int
	// Exhausted is the weight of valid ballots that count for no option any
	// more. Lost is what fell to rounding so far.
	Exhausted, Lost *big.Rat
}

// Note is one step of the working. What its fields hold depends on the Key; the
// list is beside the keys.
type Note struct {
	Key              NoteKey
	Options, Against []int
	Amounts          []*big.Rat
	Grades           []int
	// Round is the place of a count in Rounds.
	Round int
}

// NoteKey names the sentence that a note stands for.
type NoteKey string

// The steps that a working is made of.
const (
	// NoteVoid: ballots of the weight Amounts[0] have no single first choice and
	// count for nobody.
	NoteVoid NoteKey = "void"
	// NoteBlank: Amounts[0] blank ballots.
	NoteBlank NoteKey = "blank"
	// NoteQuota: Amounts[0] elects, of Amounts[1] valid, for Seats seats.
	NoteQuota NoteKey = "quota"
	// NoteCount: the count Round.
	NoteCount NoteKey = "count"
	// NoteMajority: Options[0] has more than half, Amounts[0] of Amounts[1].
	NoteMajority NoteKey = "majority"
	// NoteReached: Options reached the quota.
	NoteReached NoteKey = "reached"
	// NoteRemaining: Options are no more than the seats left, and elected.
	NoteRemaining NoteKey = "remaining"
	// NoteSurplus: Options[0] has Amounts[0] over the quota, to pass on.
	NoteSurplus NoteKey = "surplus"
	// NoteValue: ballots that Options[0] received at the value Amounts[0] are
	// passed on at Amounts[1].
	NoteValue NoteKey = "value"
	// NoteOut: Options have the fewest, Amounts[0] each, and are out. NoteOutAll:
	// several have the fewest, but together fewer than any other.
	NoteOut    NoteKey = "out"
	NoteOutAll NoteKey = "out-all"
	// NoteEarlier: Options were equal; the count Round told them apart, and
	// Against is the one it points to.
	NoteEarlier NoteKey = "earlier"
	// NoteSecond: Options go to the second count.
	NoteSecond NoteKey = "second"
	// NoteLot: Options are equal and only a lot could tell them apart; every
	// outcome of it was counted. NoteLotSame: it changes nothing in who wins.
	// NoteLotMany: there are too many outcomes to count them all.
	NoteLot     NoteKey = "lot"
	NoteLotSame NoteKey = "lot-same"
	NoteLotMany NoteKey = "lot-many"
	// NoteTieBreak: Options were equal; the declared tie-break put Against first
	// (of those excluded: last).
	NoteTieBreak    NoteKey = "tie-break"
	NoteTieBreakOut NoteKey = "tie-break-out"
	// NoteTieFirst and NoteTieSeat: Options share the first place, or the last
	// seat, and nothing decides between them.
	NoteTieFirst NoteKey = "tie-first"
	NoteTieSeat  NoteKey = "tie-seat"
	// NoteNobody: no ballot says anything that counts, or all seats could not be
	// filled: nobody voted for who is left.
	NoteNobody NoteKey = "nobody"
	// NoteBeatsAll: Options[0] beats every other option.
	NoteBeatsAll NoteKey = "beats-all"
	// NotePath: the strongest path from Options[0] to Options[1] is worth
	// Amounts[0], the one back Amounts[1] (0: there is none); Against is the
	// first path, ends included.
	NotePath NoteKey = "path"
	// NoteLock and NoteSkip: the majority of Options[0] over Options[1] is locked
	// in, or left out because it contradicts those that are; Amounts[0] are the
	// ballots for it, Amounts[1] those against it.
	NoteLock NoteKey = "lock"
	NoteSkip NoteKey = "skip"
	// NoteFinal: Options[0] is scored higher than Options[1] by Amounts[0]
	// ballots, lower by Amounts[1].
	NoteFinal NoteKey = "final"
	// NoteFinalScore: equal in the runoff; Options[0] has the higher score.
	// NoteHeadToHead and NoteTopScores: Options were equal; of them Against remain
	// when those are out who lose the most comparisons among them, or by how many
	// ballots give each the highest score.
	NoteFinalScore NoteKey = "final-score"
	NoteHeadToHead NoteKey = "head-to-head"
	NoteTopScores  NoteKey = "top-scores"
	// NoteMedian: Options[0] has the median Grades[0] (-1: none).
	NoteMedian NoteKey = "median"
	// NoteRemoved: after Amounts[0] middle grades are taken from both, Options[0]
	// has Grades[0] and Options[1] Grades[1]. NoteShares: the same compared by
	// shares, because they were graded by different numbers.
	NoteRemoved NoteKey = "removed"
	NoteShares  NoteKey = "shares"
	// NoteQuorum: Options[0] is preferred to the default by Amounts[0]; Amounts[1]
	// is the quorum. NoteQuorumMissed: it is dropped.
	NoteQuorum       NoteKey = "quorum"
	NoteQuorumMissed NoteKey = "quorum-missed"
	// NoteRatio: Options[0] beats the default Amounts[0] to Amounts[1]; Amounts[2]
	// is the ratio required. NoteRatioMissed: it is dropped.
	NoteRatio       NoteKey = "ratio"
	NoteRatioMissed NoteKey = "ratio-missed"
	// NoteSchwartz: no option outside Options leads to one of them.
	NoteSchwartz NoteKey = "schwartz"
	// NoteWeakest: the defeat of Options[1] by Options[0], Amounts[0] to
	// Amounts[1], is the weakest among them and is left out.
	NoteWeakest NoteKey = "weakest"
	// NoteAgreed: nobody objects to Options[0]; Amounts are consents and those
	// who stand aside. NoteObjected: Amounts[2] object.
	NoteAgreed   NoteKey = "agreed"
	NoteObjected NoteKey = "objected"
)

func (o *Outcome) note(key NoteKey, options []int, amounts ...*big.Rat) {
	o.Working = append(o.Working, Note{Key: key, Options: options, Amounts: amounts})
}

// seat fills the seats in the order of the outcome. has tells who can be
// elected at all; nil is everybody.
func (o *Outcome) seat(s *Settings, has func(option int) bool) {
	left := s.Seats
	for at := 0; at < len(o.Order) && left > 0; at++ {
		equals := o.Order[at]
		if has != nil && !has(equals[0]) {
			o.note(NoteNobody, nil)
			return
		}
		if len(equals) > left && s.TieBreak != nil {
			o.split(at, left, s.TieBreak)
			equals = o.Order[at]
		}
		o.Winners = append(o.Winners, equals...)
		if len(equals) > left {
			o.tie(equals, s.Seats)
		}
		left -= len(equals)
	}
}

func (o *Outcome) tie(equals []int, seats int) {
	o.Ties = append(o.Ties, equals)
	if seats == 1 {
		o.note(NoteTieFirst, equals)
	} else {
		o.note(NoteTieSeat, equals)
	}
}

// split applies the tie-break to equals of whom only some can be elected.
func (o *Outcome) split(at, left int, order []int) {
	equals := o.Order[at]
	sorted := slices.Clone(equals)
	slices.SortFunc(sorted, func(a, b int) int { return slices.Index(order, a) - slices.Index(order, b) })
	first, rest := sorted[:left], sorted[left:]
	slices.Sort(rest)
	o.Working = append(o.Working, Note{Key: NoteTieBreak, Options: equals, Against: first})
	parts := [][]int{rest}
	for _, option := range slices.Backward(first) {
		parts = slices.Insert(parts, 0, []int{option})
	}
	o.Order = slices.Replace(o.Order, at, at+1, parts...)
}

// orderBy puts options in order, equals together; compare is negative when its
// first option is better.
func orderBy(options []int, compare func(a, b int) int) [][]int {
	sorted := slices.Clone(options)
	slices.SortStableFunc(sorted, compare)
	var order [][]int
	for i, option := range sorted {
		if i > 0 && compare(sorted[i-1], option) == 0 {
			last := len(order) - 1
			order[last] = append(order[last], option)
			continue
		}
		order = append(order, []int{option})
	}
	for _, equals := range order {
		slices.Sort(equals)
	}
	return order
}

// all is the options, in the order of the ballot.
func (p *Profile) all() []int {
	options := make([]int, p.options)
	for i := range options {
		options[i] = i
	}
	return options
}
