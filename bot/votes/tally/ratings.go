package tally

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
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

// star is score then automatic runoff. Equal scores for the last place in the
// runoff go to who loses the fewest comparisons among the equals, then to who
// has the most highest scores; an equal runoff to the higher score (the Equal
// Vote Coalition's tie-breaking protocol); what is then equal needs a lot.
func star(c *count, s *Settings) (*Outcome, error) {
	given := c.values()
	scores := c.sums(given, false)
	highest := int64(-MaxValue)
	for _, by := range given {
		for value := range by {
			highest = max(highest, value)
		}
	}
	over := func(a, b int) int64 { return c.scoredHigher(a, b) }
	return explore(c, s, func(l *lots) *Outcome {
		o := &Outcome{Scores: scores, Order: orderBy(c.all(), byScore(scores))}
		o.blank(c)
		if c.empty() {
			o.note(NoteNobody, nil)
			return o
		}
		o.Rounds = []Round{{Counts: scores, Exhausted: new(big.Rat)}}
		o.Working = append(o.Working, Note{Key: NoteCount})
		two := o.starFinalists(l, over, func(x int) int64 { return given[x][highest] })
		for _, option := range c.all() {
			if !slices.Contains(two, option) {
				o.Rounds[0].Eliminated = append(o.Rounds[0].Eliminated, option)
			}
		}
		o.note(NoteSecond, two)
		winner := two[0]
		if len(two) > 1 {
			winner = o.starFinal(c, l, two, over)
		}
		o.Rounds[len(o.Rounds)-1].Elected = []int{winner}
		o.Winners = []int{winner}
		rank := func(x int) int {
			return btoi(x != winner) + btoi(!slices.Contains(two, x))
		}
		o.Order = orderBy(c.all(), func(a, b int) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), byScore(scores)(a, b)) })
		return o
	}), nil
}

// starFinal is the runoff between two, the first of which has no lower score.
func (o *Outcome) starFinal(c *count, l *lots, two []int, over func(a, b int) int64) int {
	a, b := two[0], two[1]
	x, y := over(a, b), over(b, a)
	counts := make([]*big.Rat, c.options)
	counts[a], counts[b] = c.rat(x), c.rat(y)
	equal := new(big.Rat).Sub(c.weightOf(false), counts[a])
	o.Rounds = append(o.Rounds, Round{Counts: counts, Exhausted: equal.Sub(equal, counts[b])})
	o.Working = append(o.Working, Note{Key: NoteCount, Round: len(o.Rounds) - 1})
	switch {
	case x > y:
		o.note(NoteFinal, two, counts[a], counts[b])
		return a
	case y > x:
		o.note(NoteFinal, []int{b, a}, counts[b], counts[a])
		return b
	case o.Scores[a].Cmp(o.Scores[b]) != 0:
		o.note(NoteFinalScore, two)
		return a
	}
	return l.pick(o, two)
}

// starFinalists are the two with the highest scores.
func (o *Outcome) starFinalists(l *lots, over func(a, b int) int64, top func(int) int64) []int {
	var two []int
	for _, equals := range o.Order {
		left := slices.Clone(equals)
		for len(two) < 2 && len(left) > 0 {
			if len(two)+len(left) <= 2 {
				two = append(two, left...)
				break
			}
			best := narrow(left, func(x int) int64 {
				losses := int64(0)
				for _, y := range left {
					if over(y, x) > over(x, y) {
						losses++
					}
				}
				return -losses
			})
			if len(best) < len(left) {
				o.Working = append(o.Working, Note{Key: NoteHeadToHead, Options: left, Against: best})
			}
			if fives := narrow(best, top); len(best)+len(two) > 2 && len(fives) < len(best) {
				o.Working = append(o.Working, Note{Key: NoteTopScores, Options: best, Against: fives})
				best = fives
			}
			if len(best)+len(two) > 2 {
				best = []int{l.pick(o, best)}
			}
			two = append(two, best...)
			left = slices.DeleteFunc(left, func(x int) bool { return slices.Contains(best, x) })
		}
	}
	return two
}

// narrow keeps those with the largest value.
func narrow(options []int, value func(int) int64) []int {
	most := value(slices.MaxFunc(options, func(a, b int) int { return cmp.Compare(value(a), value(b)) }))
	var kept []int
	for _, option := range options {
		if value(option) == most {
			kept = append(kept, option)
		}
	}
	return kept
}

// scoredHigher is the weight of the ballots that score one option higher than
// another; a missing score is 0.
func (c *count) scoredHigher(one, other int) int64 {
	votes := int64(0)
	for i := range c.starts {
		b, w, marks := c.open(i)
		value, x, y := int64(0), int64(0), int64(0)
		for range marks {
			var option int
			option, b = b.valued(&value)
			switch option {
			case one:
				x = value
			case other:
				y = value
			}
		}
		if x > y {
			votes += c.units[w]
		}
	}
	return votes
}
