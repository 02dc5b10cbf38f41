package tally

import (
	"fmt"
	"math/big"
	"slices"
)

// judgment compares median grades, the lower middle one of an even number, and
// where they are equal takes middle grades away from both until they differ
// (Balinski and Laraki, Majority Judgment, 2010, chapter 1). Options graded by
// different numbers are compared by shares: as if each grade were given as often
// as it takes for the numbers to be the same.
func judgment(c *count, s *Settings) (*Outcome, error) {
	graded, err := c.grades(s)
	if err != nil {
		return nil, err
	}
	o := &Outcome{Medians: make([]int, c.options)}
	o.blank(c)
	for option, g := range graded {
		o.Medians[option] = g.median()
		o.Working = append(o.Working, Note{Key: NoteMedian, Options: []int{option}, Grades: []int{o.Medians[option]}})
	}
	o.Order = orderBy(c.all(), func(a, b int) int { return graded[a].compare(graded[b]).better })
	if c.empty() {
		o.note(NoteNobody, nil)
		return o, nil
	}
	for i := 1; i < len(o.Order); i++ {
		o.removed(graded, o.Order[i-1][0], o.Order[i][0])
	}
	o.seat(s, func(option int) bool { return o.Medians[option] >= 0 })
	return o, nil
}

// removed tells how one option came before another of the same median.
func (o *Outcome) removed(graded []*grades, a, b int) {
	if o.Medians[a] != o.Medians[b] || o.Medians[a] < 0 {
		return
	}
	d := graded[a].compare(graded[b])
	n := Note{Key: NoteRemoved, Options: []int{a, b}, Grades: []int{d.one, d.other}, Amounts: []*big.Rat{new(big.Rat).SetFrac(d.step, graded[a].den)}}
	if graded[a].total.Cmp(graded[b].total) != 0 || !graded[a].plain {
		n.Key, n.Amounts = NoteShares, nil
	}
	o.Working = append(o.Working, n)
}

// grades is what one option received: up[k] is the number of its k worst levels
// of grades, level 0 being the worst.
type grades struct {
	up    []*big.Int
	total *big.Int
	den   *big.Int
	plain bool // no ballot weighs a part of a unit
	last  int  // the place of the worst grade
}

func (c *count) grades(s *Settings) ([]*grades, error) {
	votes := make([]int64, c.options*s.Grades)
	given := make([]int64, c.options)
	all := int64(0)
	for i := range c.starts {
		b, w, marks := c.open(i)
		value := int64(0)
		all += c.units[w]
		for range marks {
			var option int
			option, b = b.valued(&value)
			if value < 0 || value >= int64(s.Grades) {
				return nil, fmt.Errorf("%w: grade %d of %d", ErrBallot, value, s.Grades)
			}
			votes[option*s.Grades+int(value)] += c.units[w]
			given[option] += c.units[w]
		}
	}
	list := make([]*grades, c.options)
	for option := range list {
		by := votes[option*s.Grades:][:s.Grades]
		if s.Missing == Worst {
			by[s.Grades-1] += all - given[option]
		}
		g := &grades{total: new(big.Int), den: c.den, plain: c.den.IsInt64() && c.den.Int64() == 1, last: s.Grades - 1}
		for _, n := range slices.Backward(by) {
			g.total = new(big.Int).Add(g.total, big.NewInt(n))
			g.up = append(g.up, g.total)
		}
		list[option] = g
	}
	return list, nil
}

// level is the level of the grade at a position, 1 being the worst grade.
func level(up []*big.Int, position *big.Int) int {
	at, _ := slices.BinarySearchFunc(up, position, (*big.Int).Cmp)
	return at
}

func middle(total *big.Int) *big.Int {
	m := new(big.Int).Add(total, big.NewInt(1))
	return m.Rsh(m, 1)
}

// median is the place of the median grade, the best being 0; -1 is none.
func (g *grades) median() int {
	if g.total.Sign() == 0 {
		return -1
	}
	return g.last - level(g.up, middle(g.total))
}

// difference is the first of the middle grades, taken away one at a time, at
// which two options differ.
type difference struct {
	better     int // negative when the first is better
	step       *big.Int
	one, other int // the places of their grades then
}

func (g *grades) compare(h *grades) difference {
	if g.total.Sign() == 0 || h.total.Sign() == 0 {
		return difference{better: h.total.Sign() - g.total.Sign()}
	}
	gcd := new(big.Int).GCD(nil, nil, g.total, h.total)
	a, b := scaled(g.up, new(big.Int).Quo(h.total, gcd)), scaled(h.up, new(big.Int).Quo(g.total, gcd))
	total := a[len(a)-1]
	m := middle(total)
	odd := total.Bit(0) == 1
	// Around the middle m the grades go away in the order m, m+1, m-1, m+2, … of
	// an even number and m, m-1, m+1, m-2, … of an odd one.
	best := difference{}
	take := func(distance *big.Int, extra int64, x, y int) {
		step := new(big.Int).Lsh(distance, 1)
		if step.Add(step, big.NewInt(extra)); step.Sign() < 0 {
			step.SetInt64(0)
		}
		if best.step == nil || step.Cmp(best.step) < 0 {
			best = difference{better: y - x, step: step, one: g.last - x, other: g.last - y}
		}
	}
	if position, x, y, ok := below(a, b, m); ok {
		take(position.Sub(m, position), -int64(btoi(odd)), x, y)
	}
	if position, x, y, ok := above(a, b, new(big.Int).Add(m, big.NewInt(1)), total); ok {
		distance := position.Sub(position, m)
		take(distance, int64(btoi(odd))-1, x, y)
	}
	return best
}

func scaled(up []*big.Int, by *big.Int) []*big.Int {
	list := make([]*big.Int, len(up))
	for i, n := range up {
		list[i] = new(big.Int).Mul(n, by)
	}
	return list
}

// below finds the first position, from the middle down, at which the levels
// differ, and the levels there.
func below(a, b []*big.Int, from *big.Int) (position *big.Int, x, y int, ok bool) {
	for at := new(big.Int).Set(from); at.Sign() > 0; {
		x, y = level(a, at), level(b, at)
		if x != y {
			return at, x, y, true
		}
		if x == 0 {
			break
		}
		at = new(big.Int).Set(a[x-1])
		if b[x-1].Cmp(at) > 0 {
			at.Set(b[x-1])
		}
	}
	return nil, 0, 0, false
}

// above does the same from the middle up.
func above(a, b []*big.Int, from, total *big.Int) (position *big.Int, x, y int, ok bool) {
	for at := new(big.Int).Set(from); at.Cmp(total) <= 0; {
		x, y = level(a, at), level(b, at)
		if x != y {
			return at, x, y, true
		}
		at = new(big.Int).Set(a[x])
		if b[x].Cmp(at) < 0 {
			at.Set(b[x])
		}
		at.Add(at, big.NewInt(1))
	}
	return nil, 0, 0, false
}
