package tally

import (
	"cmp"
	"math/big"
	"slices"
)

// Pairs says for every two options how many ballots prefer one to the other.
type Pairs struct {
	options int
	votes   []int64 // in units
	count   *count
}

// Options is the number of options.
func (p *Pairs) Options() int { return p.options }

// Over is the weight of the ballots that prefer one option to another.
func (p *Pairs) Over(one, other int) *big.Rat { return p.count.rat(p.at(one, other)) }

func (p *Pairs) at(a, b int) int64 { return p.votes[a*p.options+b] }

// pairs compares all options two by two. A ballot that ranks an option prefers
// it to all others but those it puts before it or beside it.
func (c *count) pairs() *Pairs {
	n := c.options
	ranked, not := make([]int64, n), make([]int64, n*n)
	order := make([]int32, 0, n)
	for i := range c.starts {
		b, w, marks := c.open(i)
		units, group := c.units[w], 0
		order = order[:0]
		for range marks {
			var token int
			token, b = b.next()
			option := token >> 1
			if token&1 == 0 {
				group = len(order)
			}
			ranked[option] += units
			row := not[option*n:][:n]
			for _, before := range order {
				row[before] += units
			}
			for _, beside := range order[group:] {
				not[int(beside)*n+option] += units
			}
			order = append(order, int32(option)) //nolint:gosec // under MaxOptions
		}
	}
	for a := range n {
		row := not[a*n:][:n]
		for b := range row {
			row[b] = ranked[a] - row[b]
		}
		row[a] = 0
	}
	return &Pairs{options: n, votes: not, count: c}
}

// beats is the first option that beats each other one, or -1.
func (p *Pairs) beatsAll() int {
	for a := range p.options {
		all := true
		for b := range p.options {
			if a != b && p.at(a, b) <= p.at(b, a) {
				all = false
				break
			}
		}
		if all {
			return a
		}
	}
	return -1
}

// strengths measures each majority by a whole number that grows with it; what is
// no majority has 0. value gives what each number stands for, in units.
func (p *Pairs) strengths(how Strength) (of []int32, value []int64) {
	type votes struct{ won, lost int64 }
	measure := func(a, b int) votes {
		v := votes{p.at(a, b), p.at(b, a)}
		if how == Margins {
			v = votes{v.won - v.lost, 0}
		}
		return v
	}
	compare := func(a, b votes) int { return cmp.Or(cmp.Compare(a.won, b.won), cmp.Compare(b.lost, a.lost)) }
	var all []votes
	for a := range p.options {
		for b := range p.options {
			if p.at(a, b) > p.at(b, a) {
				all = append(all, measure(a, b))
			}
		}
	}
	slices.SortFunc(all, compare)
	all = slices.Compact(all)
	value = []int64{0}
	for _, v := range all {
		value = append(value, v.won)
	}
	of = make([]int32, len(p.votes))
	for a := range p.options {
		for b := range p.options {
			if p.at(a, b) > p.at(b, a) {
				at, _ := slices.BinarySearchFunc(all, measure(a, b), compare)
				of[a*p.options+b] = int32(at) + 1 //nolint:gosec // under MaxOptions squared
			}
		}
	}
	return of, value
}

// layers puts options in order by a relation: those that nothing is above, then
// those that nothing left is above, and so on.
func layers(options []int, above func(a, b int) bool) [][]int {
	var order [][]int
	left := slices.Clone(options)
	for len(left) > 0 {
		var top, rest []int
		for _, b := range left {
			if slices.ContainsFunc(left, func(a int) bool { return above(a, b) }) {
				rest = append(rest, b)
			} else {
				top = append(top, b)
			}
		}
		if len(top) == 0 { // a cycle: they are equal
			top, rest = rest, nil
		}
		order = append(order, top)
		left = rest
	}
	return order
}

// begin opens the working of a method that compares two by two.
func (o *Outcome) compared(p *Pairs) {
	o.Pairs = p
	o.blank(p.count)
	if w := p.beatsAll(); w >= 0 {
		o.note(NoteBeatsAll, []int{w})
	}
}

// blank says how many ballots are blank.
func (o *Outcome) blank(c *count) {
	if c.blanks.Sign() > 0 {
		o.note(NoteBlank, nil, new(big.Rat).Set(c.blanks))
	}
}
