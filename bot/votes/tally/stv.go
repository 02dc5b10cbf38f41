package tally

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"
)

// stvScale is the five decimals to which Scotland's rules calculate.
const stvScale = 100_000

// stv is one count of the single transferable vote.
type stv struct {
	*piles
	o       *Outcome
	l       *lots
	seats   int
	quota   int64
	elected []int
	pending []int // elected with a surplus that has not been passed on
	shown   []bool
	stages  [][]int64 // the votes at the end of each count
	gone    [][]int
}

// transferable counts as SSI 2007/42 does. One thing is as its authors' counting
// machines do it and as the rules allow since 2021 (SSI 2021/437, article 2(4)):
// the ballots of the last option excluded are passed on even when the seats are
// then filled by those who remain.
func transferable(c *count, s *Settings) (*Outcome, error) {
	return explore(c, s, func(l *lots) *Outcome {
		v := &stv{piles: c.sort(stvScale), o: &Outcome{}, l: l, seats: s.Seats, shown: make([]bool, c.options)}
		for i := range v.shown {
			v.shown[i] = true
		}
		v.begin(v.o)
		if v.valid == 0 {
			v.round(v.o, v.shown)
			v.o.Order = [][]int{c.all()}
			v.o.note(NoteNobody, nil)
			return v.o
		}
		// Rule 46: the valid ballots divided by one more than the seats, without
		// decimals, plus one. Weights that are no whole numbers of votes are
		// counted in the parts that are.
		v.quota = (v.valid/(int64(s.Seats)+1) + 1) * stvScale
		v.o.Quota = v.rat(v.quota)
		v.o.note(NoteQuota, nil, v.o.Quota, c.rat(v.valid))
		for v.stage() {
			if len(v.pending) > 0 {
				v.surplus()
			} else {
				v.exclusion()
			}
		}
		v.order()
		return v.o
	}), nil
}

// stage ends a count: who has the quota is elected (rule 47), and so are those
// who remain when they are no more than the seats left (rule 52). It reports
// whether the count goes on.
func (v *stv) stage() bool {
	r := v.round(v.o, v.shown)
	v.stages = append(v.stages, slices.Clone(v.votes))
	var reached []int
	for _, option := range v.continuing() {
		if v.votes[option] >= v.quota {
			reached = append(reached, option)
		}
	}
	if len(reached) > 0 {
		v.elect(r, reached, NoteReached)
	}
	left := v.seats - len(v.elected)
	if remaining := v.continuing(); left > 0 && len(remaining) <= left {
		if len(remaining) > 0 {
			v.elect(r, remaining, NoteRemaining)
		}
		return false
	}
	return left > 0
}

func (v *stv) elect(r *Round, options []int, key NoteKey) {
	slices.SortStableFunc(options, v.byVotes)
	v.o.note(key, options)
	r.Elected = append(r.Elected, options...)
	v.elected = append(v.elected, options...)
	for _, option := range options {
		v.in[option] = false
		if v.votes[option] > v.quota {
			v.pending = append(v.pending, option)
		}
	}
}

// surplus passes on the largest surplus (rules 48 and 49).
func (v *stv) surplus() {
	most := slices.MaxFunc(v.pending, func(a, b int) int { return cmp.Compare(v.votes[a], v.votes[b]) })
	var tied []int
	for _, option := range v.pending {
		if v.votes[option] == v.votes[most] {
			tied = append(tied, option)
		}
	}
	slices.Sort(tied)
	if tied = v.lookBack(tied, 1); len(tied) > 1 {
		tied = []int{v.l.pick(v.o, tied)}
	}
	from := tied[0]
	v.pending = slices.DeleteFunc(v.pending, func(x int) bool { return x == from })
	total := v.votes[from]
	surplus := total - v.quota
	v.o.note(NoteSurplus, []int{from}, v.rat(surplus))
	v.pass(from, func(value int64) int64 {
		// The value when received times the surplus, divided by the votes, to
		// five decimals, any remainder being ignored (rule 48(3)).
		high, low := bits.Mul64(uint64(surplus), uint64(value))                                            //nolint:gosec // never negative
		passed, _ := bits.Div64(high, low, uint64(total))                                                  //nolint:gosec // the surplus is less than the total
		v.o.note(NoteValue, []int{from}, big.NewRat(value, stvScale), big.NewRat(int64(passed), stvScale)) //nolint:gosec // under value
		return int64(passed)                                                                               //nolint:gosec // under value
	})
	v.votes[from] = v.quota
}

// exclusion excludes the option with the fewest votes (rules 50 and 51).
func (v *stv) exclusion() {
	out := v.least()
	if out = v.lookBack(out, -1); len(out) > 1 {
		out = v.without(out)
	}
	r := &v.o.Rounds[len(v.o.Rounds)-1]
	r.Eliminated = append(r.Eliminated, out[0])
	v.gone = append(v.gone, out)
	v.shown[out[0]] = false
	v.exclude(v.o, out[:1])
	for _, next := range out[1:] {
		v.stage()
		r := &v.o.Rounds[len(v.o.Rounds)-1]
		r.Eliminated = append(r.Eliminated, next)
		v.shown[next] = false
		v.exclude(v.o, []int{next})
	}
}

// without settles by lot who is excluded. Options without a single ballot, all
// of which are excluded, go one after the other in whatever order.
func (v *stv) without(tied []int) []int {
	spare := len(v.continuing()) - (v.seats - len(v.elected))
	if v.votes[tied[0]] == 0 && len(tied) <= spare && v.bare(tied) {
		return tied
	}
	return []int{v.l.drop(v.o, tied)}
}

func (v *stv) bare(options []int) bool {
	return !slices.ContainsFunc(v.parcels, func(held parcel) bool {
		return held.ballots > 0 && slices.Contains(options, held.option)
	})
}

// lookBack narrows equals down by the latest earlier count at which they were
// not equal: to those that had the most (way 1) or the fewest (-1) there, and so
// on back to the first count.
func (v *stv) lookBack(tied []int, way int) []int {
	for at := len(v.stages) - 2; at >= 0 && len(tied) > 1; at-- {
		then := v.stages[at]
		compare := func(a, b int) int { return way * cmp.Compare(then[b], then[a]) }
		best := slices.MinFunc(tied, compare)
		var left []int
		for _, option := range tied {
			if then[option] == then[best] {
				left = append(left, option)
			}
		}
		if len(left) < len(tied) {
			v.o.Working = append(v.o.Working, Note{Key: NoteEarlier, Options: tied, Against: left, Round: at})
			tied = left
		}
	}
	return tied
}

// order lists the elected as they were elected, those left, then the excluded,
// the last one first.
func (v *stv) order() {
	v.o.Winners = v.elected
	for _, r := range v.o.Rounds {
		v.o.Order = append(v.o.Order, orderBy(r.Elected, func(a, b int) int { return r.Counts[b].Cmp(r.Counts[a]) })...)
	}
	v.o.Order = append(v.o.Order, orderBy(v.continuing(), v.byVotes)...)
	for _, out := range slices.Backward(v.gone) {
		sorted := slices.Clone(out)
		slices.Sort(sorted)
		v.o.Order = append(v.o.Order, sorted)
	}
}
