package tally

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"
)

// Lot orders options by lot from a seed that was published beforehand: by the
// SHA-256 of the seed, a line feed and the option's name, lowest first. Anybody
// can draw it again: printf '%s\n%s' SEED NAME | sha256sum. The result is a
// tie-break for [Settings].
func Lot(seed string, names []string) []int {
	sums := make([][sha256.Size]byte, len(names))
	order := make([]int, len(names))
	for i, name := range names {
		sums[i], order[i] = sha256.Sum256([]byte(seed+"\n"+name)), i
	}
	slices.SortStableFunc(order, func(a, b int) int { return bytes.Compare(sums[a][:], sums[b][:]) })
	return order
}

// Prefer completes a declared order, such as seniority, the chair's casting
// vote or the status quo, to a tie-break over all options: those it names come
// first, the others share what is left in the order of the ballot.
func Prefer(first []int, options int) []int {
	order := slices.Clone(first)
	for i := range options {
		if !slices.Contains(order, i) {
			order = append(order, i)
		}
	}
	return order
}

// lots decides what the ballots leave equal. A declared tie-break decides in
// the open. Without one a count is run once for every way the lots can fall
// (what is called parallel universes), so that what depends on them is known.
type lots struct {
	order  []int // the declared tie-break
	script []int // what earlier runs of the count chose
	widths []int // among how many
	work   int   // what was looked at so far, in all runs
}

// choose takes one of several, given in the order of the ballot. The first run
// takes the first everywhere.
func (l *lots) choose(width int) int {
	at := len(l.widths)
	l.widths = append(l.widths, width)
	if at < len(l.script) {
		return l.script[at]
	}
	l.script = append(l.script, 0)
	return 0
}

// pick takes the option that goes first, drop the one that is excluded.
func (l *lots) pick(o *Outcome, tied []int) int { return l.take(o, tied, NoteTieBreak, 1) }
func (l *lots) drop(o *Outcome, tied []int) int { return l.take(o, tied, NoteTieBreakOut, -1) }

func (l *lots) take(o *Outcome, tied []int, key NoteKey, way int) int {
	if len(tied) == 1 {
		return tied[0]
	}
	if l.order == nil {
		o.undecide()
		o.note(NoteLot, slices.Clone(tied))
		return tied[l.choose(len(tied))]
	}
	taken := slices.MinFunc(tied, func(a, b int) int {
		return way * cmp.Compare(slices.Index(l.order, a), slices.Index(l.order, b))
	})
	o.Working = append(o.Working, Note{Key: key, Options: slices.Clone(tied), Against: []int{taken}})
	return taken
}

// undecided marks where a count met a lot: how long its working, its rounds and
// what followed from the last of them were then.
type undecided struct{ note, rounds, elected, eliminated int }

func (o *Outcome) undecide() {
	u := undecided{note: len(o.Working), rounds: len(o.Rounds)}
	if u.rounds > 0 {
		last := o.Rounds[u.rounds-1]
		u.elected, u.eliminated = len(last.Elected), len(last.Eliminated)
	}
	o.undecided = append(o.undecided, u)
}

// next turns the script to the next way in which the lots can fall.
func (l *lots) next() bool {
	for at := len(l.widths) - 1; at >= 0; at-- {
		if l.script[at]+1 < l.widths[at] {
			l.script = append(l.script[:at], l.script[at]+1)
			l.widths = nil
			return true
		}
	}
	return false
}

// maxRuns is how many ways of the lots are counted; maxWork is how much is looked
// at for them, in ballots, so that it takes seconds whatever the file.
const (
	maxRuns = 2000
	maxWork = 200_000_000
	// writing down what an option has takes as long as looking at so many ballots.
	workOfAmount = 50
)

// explore runs a count for every way in which lots can fall, and puts together
// what comes out. Each run fills the seats in Winners, in order.
func explore(c *count, s *Settings, run func(*lots) *Outcome) *Outcome {
	l := &lots{order: s.TieBreak}
	first := run(l)
	if len(first.undecided) == 0 {
		return first
	}
	l.spend(c, first)
	all := false
	seen := []*Outcome{first}
	known := map[string]bool{}
	for runs := 1; ; runs++ {
		if !l.next() {
			all = true
			break
		}
		if runs == maxRuns || l.work >= maxWork {
			break
		}
		o := run(l)
		l.spend(c, o)
		if key := o.key(); !known[key] {
			known[key] = true
			seen = append(seen, &Outcome{Order: o.Order, Winners: o.Winners, Ties: o.Ties}) // how is told of the first
		}
	}
	return first.merge(s, seen, all)
}

// spend adds up what a run looked at.
func (l *lots) spend(c *count, o *Outcome) {
	l.work += len(c.starts) + len(o.Rounds)*(len(c.starts)+workOfAmount*c.options)
}

// key tells outcomes apart by what they decide.
func (o *Outcome) key() string {
	var b []byte
	for _, equals := range o.Order {
		for _, option := range equals {
			b = appendUint(b, uint64(option)+1) //nolint:gosec // never negative
		}
		b = append(b, 0)
	}
	for _, option := range o.Winners {
		b = appendUint(b, uint64(option)+1) //nolint:gosec // never negative
	}
	return string(b)
}

// merge puts the outcomes of all the ways of the lots together: who wins in
// each of them wins, who wins in some only is tied, and each option stands at
// the best place that some way gives it.
func (o *Outcome) merge(s *Settings, seen []*Outcome, all bool) *Outcome {
	n := 0
	for _, equals := range o.Order {
		n += len(equals)
	}
	wins, best, shared := make([]int, n), make([]int, n), make([]bool, n)
	for i := range best {
		best[i] = n
	}
	for _, one := range seen {
		for _, w := range one.Winners {
			wins[w]++
		}
		for _, equals := range one.Ties {
			for _, w := range equals {
				shared[w] = true
			}
		}
		place := 0
		for _, equals := range one.Order {
			for _, option := range equals {
				best[option] = min(best[option], place)
			}
			place += len(equals)
		}
	}
	class := func(option int) int {
		switch {
		case wins[option] == len(seen) && !shared[option]:
			return 0
		case wins[option] == 0:
			return 2
		}
		return 1
	}
	if !all {
		o.doubt(wins, len(seen))
	}
	options := make([]int, n)
	for i := range options {
		options[i] = i
	}
	order := orderBy(options, func(a, b int) int {
		if class(a) == 1 && class(b) == 1 {
			return 0
		}
		return cmp.Or(cmp.Compare(class(a), class(b)), cmp.Compare(best[a], best[b]))
	})
	var winners, tied []int
	for _, equals := range order {
		if k := class(equals[0]); k < 2 {
			winners = append(winners, equals...)
			if k == 1 {
				tied = equals
			}
		}
	}
	return o.settle(s, order, winners, tied, all)
}

// doubt gives every option that was still in the count at the first lot a claim,
// because not all ways of the lots were counted.
func (o *Outcome) doubt(wins []int, runs int) {
	out := map[int]bool{}
	for _, r := range o.Rounds[:max(o.undecided[0].rounds-1, 0)] {
		for _, e := range r.Eliminated {
			out[e] = true
		}
		for _, e := range r.Elected {
			out[e] = true
		}
	}
	if at := o.undecided[0].rounds - 1; at >= 0 {
		for _, e := range o.Rounds[at].Elected {
			out[e] = true
		}
	}
	for option := range wins {
		if !out[option] && (wins[option] == 0 || wins[option] == runs) {
			wins[option] = -1
		}
	}
}

// settle writes the merged result into the first run, whose counts are shown:
// all of them when the lots decide nothing, else those before the first lot.
func (o *Outcome) settle(s *Settings, order [][]int, winners, tied []int, all bool) *Outcome {
	o.Order, o.Winners, o.Ties = order, winners, nil
	if len(tied) == 0 {
		o.note(NoteLotSame, nil)
		return o
	}
	at := o.undecided[0]
	lot := o.Working[at.note]
	o.Working = append(o.Working[:at.note], lot)
	if at.rounds > 0 {
		o.Rounds = o.Rounds[:at.rounds]
		last := &o.Rounds[at.rounds-1]
		last.Elected, last.Eliminated = last.Elected[:at.elected], last.Eliminated[:at.eliminated]
	}
	if !all {
		o.note(NoteLotMany, nil)
	}
	o.tie(tied, s.Seats)
	return o
}
