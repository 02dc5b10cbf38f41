package tally

import (
	"cmp"
	"math/big"
	"slices"
)

// fiveStars is the highest score of STAR where no other is declared.
const fiveStars = 5

// stars is a count of STAR.
type stars struct {
	*count
	*Outcome
	l *lots
	// top is how many ballots give each option the highest score there is.
	top []int64
}

// star is score then automatic runoff. Ties follow the official protocol of the
// Equal Vote Coalition (starvoting.org/ties, steps 1 to 3): equal scores for a
// place in the runoff are told apart by duels, then by the highest scores, and an
// equal runoff by the scores, then by the highest scores; what is then equal needs
// a lot.
func star(c *count, s *Settings) (*Outcome, error) {
	given := c.values()
	scores := c.sums(given, false)
	highest := s.Highest
	if highest == 0 {
		highest = fiveStars
		for _, by := range given {
			for value := range by {
				highest = max(highest, value)
			}
		}
	}
	top := make([]int64, len(given))
	for option, by := range given {
		top[option] = by[highest]
	}
	return explore(c, s, func(l *lots) *Outcome {
		o := &Outcome{Scores: scores, Order: orderBy(c.all(), byScore(scores))}
		o.blank(c)
		if c.empty() {
			o.note(NoteNobody, nil)
			return o
		}
		o.Rounds = []Round{{Counts: scores, Exhausted: new(big.Rat)}}
		o.Working = append(o.Working, Note{Key: NoteCount})
		st := &stars{c, o, l, top}
		two := st.finalists()
		for _, option := range c.all() {
			if !slices.Contains(two, option) {
				o.Rounds[0].Eliminated = append(o.Rounds[0].Eliminated, option)
			}
		}
		o.note(NoteSecond, two)
		winner := two[0]
		if len(two) > 1 {
			winner = st.final(two)
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

// final is the runoff between two, the first of which has no lower score.
func (s *stars) final(two []int) int {
	a, b := two[0], two[1]
	x, y := s.scoredHigher(a, b), s.scoredHigher(b, a)
	counts := make([]*big.Rat, s.options)
	counts[a], counts[b] = s.rat(x), s.rat(y)
	equal := new(big.Rat).Sub(s.weightOf(false), counts[a])
	s.Rounds = append(s.Rounds, Round{Counts: counts, Exhausted: equal.Sub(equal, counts[b])})
	s.Working = append(s.Working, Note{Key: NoteCount, Round: len(s.Rounds) - 1})
	switch {
	case x > y:
		s.note(NoteFinal, two, counts[a], counts[b])
		return a
	case y > x:
		s.note(NoteFinal, []int{b, a}, counts[b], counts[a])
		return b
	case s.Scores[a].Cmp(s.Scores[b]) != 0:
		s.note(NoteFinalScore, two)
		return a
	}
	if best := narrow(two, s.highest); len(best) == 1 {
		s.remain(NoteTopScores, two, best)
		return best[0]
	}
	return s.l.pick(s.Outcome, two)
}

// finalists are the two with the highest scores.
func (s *stars) finalists() []int {
	var two []int
	for _, equals := range s.Order {
		two = append(two, s.advance(slices.Clone(equals), 2-len(two))...)
	}
	return two
}

// advance takes so many of options that have equal scores: again and again those
// go out who lose the most duels among them, then those who have the fewest highest
// scores, unless who has the most of them can be told.
func (s *stars) advance(tied []int, places int) []int {
	if places == 0 || len(tied) <= places {
		return tied[:min(len(tied), places)]
	}
	won := func(x int) int64 {
		lost := slices.DeleteFunc(slices.Clone(tied), func(y int) bool { return s.scoredHigher(y, x) <= s.scoredHigher(x, y) })
		return -int64(len(lost))
	}
	if kept := butLeast(tied, won); len(kept) > 0 {
		s.remain(NoteHeadToHead, tied, kept)
		if len(kept) > places {
			return s.advance(kept, places)
		}
		return append(kept, s.advance(without(tied, kept), places-len(kept))...)
	}
	most := narrow(tied, s.highest)
	switch {
	case len(most) == len(tied):
		most = []int{s.l.pick(s.Outcome, tied)}
		return append(most, s.advance(without(tied, most), places-1)...)
	case len(most) > places:
		kept := butLeast(tied, s.highest)
		s.remain(NoteTopScores, tied, kept)
		return s.advance(kept, places)
	}
	s.remain(NoteTopScores, tied, most)
	rest := without(tied, most)
	if kept := butLeast(rest, s.highest); len(kept) > 0 && len(most) < places {
		s.remain(NoteTopScores, rest, kept)
		rest = kept
	}
	return append(most, s.advance(rest, places-len(most))...)
}

func (s *stars) highest(option int) int64 { return s.top[option] }

func (s *stars) remain(key NoteKey, equal, kept []int) {
	s.Working = append(s.Working, Note{Key: key, Options: slices.Clone(equal), Against: slices.Clone(kept)})
}

// butLeast keeps those whose value is not the smallest: nobody when all are equal.
func butLeast(options []int, value func(int) int64) []int {
	least := value(slices.MinFunc(options, func(a, b int) int { return cmp.Compare(value(a), value(b)) }))
	return slices.DeleteFunc(slices.Clone(options), func(x int) bool { return value(x) == least })
}

func without(options, gone []int) []int {
	return slices.DeleteFunc(slices.Clone(options), func(x int) bool { return slices.Contains(gone, x) })
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
