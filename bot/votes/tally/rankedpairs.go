package tally

import "slices"

// locked is the majorities locked in so far; reach says which options lead to
// which, directly or not.
type locked struct {
	n     int
	reach []bool
}

func (l *locked) leads(a, b int) bool { return l.reach[a*l.n+b] }

// lock adds a majority and all that follows from it.
func (l *locked) lock(a, b int) {
	for x := range l.n {
		if x != a && !l.leads(x, a) || l.leads(x, b) {
			continue
		}
		for y := range l.n {
			if y == b || l.leads(b, y) {
				l.reach[x*l.n+y] = true
			}
		}
	}
}

type majority struct {
	won, lost int
	strength  int32
}

// rankedPairs locks the majorities in, the strongest first, each unless it
// contradicts those before it. Equally strong ones that exclude each other are
// taken in every order.
func rankedPairs(c *count, s *Settings) (*Outcome, error) {
	p := c.pairs()
	n := p.options
	links, _ := p.strengths(s.Strength)
	var all []majority
	for a := range n {
		for b := range n {
			if k := links[a*n+b]; k > 0 {
				all = append(all, majority{a, b, k})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b majority) int { return int(b.strength - a.strength) })
	// The seats are filled from what comes out of all orders of equal majorities;
	// a declared tie-break first decides which order that is.
	o := explore(c, s, func(l *lots) *Outcome {
		o := &Outcome{}
		o.compared(p)
		lockAll(o, l, all, &locked{n: n, reach: make([]bool, n*n)})
		if c.empty() {
			o.note(NoteNobody, nil)
			return o
		}
		o.seat(s, nil)
		return o
	})
	return o, nil
}

func lockAll(o *Outcome, l *lots, all []majority, in *locked) {
	for len(all) > 0 {
		same := 1
		for same < len(all) && all[same].strength == all[0].strength {
			same++
		}
		lockEqual(o, l, all[:same], in)
		all = all[same:]
	}
	options := make([]int, in.n)
	for i := range options {
		options[i] = i
	}
	o.Order = layers(options, in.leads)
}

// lockEqual locks equally strong majorities in: first those that no order of
// them could leave out, then the others one by one.
func lockEqual(o *Outcome, l *lots, equal []majority, in *locked) {
	left := slices.Clone(equal)
	for len(left) > 0 {
		l.work += in.n * (in.n + len(left))
		with := &locked{n: in.n, reach: slices.Clone(in.reach)}
		for _, m := range left {
			if !in.leads(m.lost, m.won) {
				with.lock(m.won, m.lost)
			}
		}
		var rest []majority
		for _, m := range left {
			switch {
			case in.leads(m.lost, m.won):
				o.pair(NoteSkip, m)
			case !with.leads(m.lost, m.won):
				o.pair(NoteLock, m)
				in.lock(m.won, m.lost)
			default:
				rest = append(rest, m)
			}
		}
		if left = rest; len(left) > 0 {
			at := l.first(o, left)
			o.pair(NoteLock, left[at])
			in.lock(left[at].won, left[at].lost)
			left = slices.Delete(left, at, at+1)
		}
	}
}

// first takes one of the equally strong majorities that exclude each other: the
// one whose winner, then whose loser, the declared tie-break puts first (last).
func (l *lots) first(o *Outcome, equal []majority) int {
	var options []int
	for _, m := range equal {
		options = append(options, m.won)
	}
	slices.Sort(options)
	options = slices.Compact(options)
	if l.order == nil {
		o.undecide()
		o.note(NoteLot, options)
		return l.choose(len(equal))
	}
	at := 0
	for i, m := range equal {
		won, best := slices.Index(l.order, m.won), slices.Index(l.order, equal[at].won)
		if won < best || won == best && slices.Index(l.order, m.lost) > slices.Index(l.order, equal[at].lost) {
			at = i
		}
	}
	o.Working = append(o.Working, Note{Key: NoteTieBreak, Options: options, Against: []int{equal[at].won}})
	return at
}

func (o *Outcome) pair(key NoteKey, m majority) {
	o.note(key, []int{m.won, m.lost}, o.Pairs.Over(m.won, m.lost), o.Pairs.Over(m.lost, m.won))
}
