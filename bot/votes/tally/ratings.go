package tally

import (
	"cmp"
	"fmt"
	"math/big"
)

// approval counts each option that a ballot marks once, whatever its rank.
func approval(c *count, s *Settings) (*Outcome, error) {
	votes := make([]int64, c.options)
	for i := range c.starts {
		b, w, marks := c.open(i)
		for range marks {
			var token int
			token, b = b.next()
			votes[token>>1] += c.units[w]
		}
	}
	o := &Outcome{Scores: rats(c, votes...)}
	o.blank(c)
	o.Order = orderBy(c.all(), func(a, b int) int { return cmp.Compare(votes[b], votes[a]) })
	o.seat(s, func(option int) bool { return votes[option] > 0 })
	return o, nil
}

// valued reads a mark that has a value: the one given, or a new one.
func (b packed) valued(value *int64) (option int, rest packed) {
	token, b := b.next()
	if token&1 == 0 {
		var n int
		n, b = b.next()
		*value = int64(n) - MaxValue
	}
	return token >> 1, b
}

// values says how much weight gave each option each value.
func (c *count) values() []map[int64]int64 {
	given := make([]map[int64]int64, c.options)
	for i := range given {
		given[i] = map[int64]int64{}
	}
	for i := range c.starts {
		b, w, marks := c.open(i)
		value := int64(0)
		for range marks {
			var option int
			option, b = b.valued(&value)
			given[option][value] += c.units[w]
		}
	}
	return given
}

// sums adds up the values; means divides them by the weight that gave any.
func (c *count) sums(given []map[int64]int64, means bool) []*big.Rat {
	scores := make([]*big.Rat, len(given))
	for option, by := range given {
		sum, of := new(big.Int), new(big.Int)
		for value, units := range by {
			u := big.NewInt(units)
			of.Add(of, u)
			sum.Add(sum, u.Mul(u, big.NewInt(value)))
		}
		switch {
		case !means:
			scores[option] = new(big.Rat).SetFrac(sum, c.den)
		case of.Sign() > 0:
			scores[option] = new(big.Rat).SetFrac(sum, of)
		}
	}
	return scores
}

// byScore puts the highest score first and what has none last.
func byScore(scores []*big.Rat) func(a, b int) int {
	return func(a, b int) int {
		x, y := scores[a], scores[b]
		switch {
		case x == nil || y == nil:
			return cmp.Compare(btoi(x == nil), btoi(y == nil))
		default:
			return y.Cmp(x)
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// score adds scores up. A missing score is 0, or, when declared absent, scores
// are compared by their mean.
func score(c *count, s *Settings) (*Outcome, error) {
	o := &Outcome{Scores: c.sums(c.values(), s.Missing == Absent)}
	o.blank(c)
	o.Order = orderBy(c.all(), byScore(o.Scores))
	if c.empty() {
		o.note(NoteNobody, nil)
		return o, nil
	}
	o.seat(s, func(option int) bool { return o.Scores[option] != nil })
	return o, nil
}

// dots adds up the points that voters spread.
func dots(c *count, s *Settings) (*Outcome, error) {
	given := c.values()
	for i := range c.starts {
		b, _, marks := c.open(i)
		value, sum := int64(0), int64(0)
		for range marks {
			_, b = b.valued(&value)
			if sum += value; value < 0 || s.Points > 0 && sum > s.Points {
				return nil, fmt.Errorf("%w: %d points", ErrBallot, sum)
			}
		}
	}
	o := &Outcome{Scores: c.sums(given, false)}
	o.blank(c)
	o.Order = orderBy(c.all(), byScore(o.Scores))
	o.seat(s, func(option int) bool { return o.Scores[option].Sign() > 0 })
	return o, nil
}

// consent adopts every option that somebody agrees to and nobody objects to.
// The scores are the objections.
func consent(c *count, s *Settings) (*Outcome, error) {
	given := c.values()
	o := &Outcome{Scores: make([]*big.Rat, c.options)}
	o.blank(c)
	agreed := make([]*big.Rat, c.options)
	for option, by := range given {
		for value := range by {
			if value < Object || value > Agree {
				return nil, fmt.Errorf("%w: value %d", ErrBallot, value)
			}
		}
		o.Scores[option], agreed[option] = c.rat(by[Object]), c.rat(by[Agree])
		key := NoteAgreed
		if by[Object] > 0 {
			key = NoteObjected
		}
		o.note(key, []int{option}, agreed[option], c.rat(by[Aside]), o.Scores[option])
	}
	o.Order = orderBy(c.all(), func(a, b int) int {
		return cmp.Or(o.Scores[a].Cmp(o.Scores[b]), agreed[b].Cmp(agreed[a]))
	})
	for _, equals := range o.Order {
		for _, option := range equals {
			if o.Scores[option].Sign() == 0 && agreed[option].Sign() > 0 {
				o.Winners = append(o.Winners, option)
			}
		}
	}
	s.Seats = max(len(o.Winners), 1)
	return o, nil
}
