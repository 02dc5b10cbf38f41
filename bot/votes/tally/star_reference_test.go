package tally_test

import (
	"cmp"
	"slices"
	"testing"

	"greffier/bot/votes/tally"

	"pgregory.net/rapid"
)

// starPoll is a vote by STAR as the reference counts it: with whole tables.
type starPoll struct {
	scores, fives []int64
	over          [][]int64
}

func (p poll) stars(highest int64) starPoll {
	s := starPoll{scores: make([]int64, p.options), fives: make([]int64, p.options)}
	for range p.options {
		s.over = append(s.over, make([]int64, p.options))
	}
	for i, b := range p.ballots {
		given := make([]int64, p.options)
		for _, m := range b.Marks {
			given[m.Option] = m.Value
		}
		for x, value := range given {
			s.scores[x] += value * p.times[i]
			if value == highest {
				s.fives[x] += p.times[i]
			}
			for y := range given {
				if value > given[y] {
					s.over[x][y] += p.times[i]
				}
			}
		}
	}
	return s
}

// finalists gives every set that can go to the runoff out of options with equal
// scores, by the official protocol of the Equal Vote Coalition.
func (s starPoll) finalists(tied []int, places int) [][]int {
	if places == 0 || len(tied) <= places {
		return [][]int{tied[:min(places, len(tied))]}
	}
	// Step 1: who lost the most match-ups is out; again with who remains.
	lost := map[int]int64{}
	for _, x := range tied {
		for _, y := range tied {
			if s.over[y][x] > s.over[x][y] {
				lost[x]--
			}
		}
	}
	with := func(chosen []int, others [][]int) [][]int {
		for i := range others {
			others[i] = slices.Concat(chosen, others[i])
		}
		return others
	}
	if kept, out := worst(tied, func(x int) int64 { return lost[x] }); len(kept) > places {
		return s.finalists(kept, places)
	} else if len(kept) > 0 {
		return with(kept, s.finalists(out, places-len(kept)))
	}
	// Step 3: the most five star ratings; or else without the fewest.
	fives := func(x int) int64 { return s.fives[x] }
	most := slices.DeleteFunc(slices.Clone(tied), func(x int) bool {
		return slices.ContainsFunc(tied, func(y int) bool { return fives(y) > fives(x) })
	})
	if kept, _ := worst(tied, fives); len(kept) > 0 && len(most) > places {
		return s.finalists(kept, places)
	} else if len(kept) > 0 {
		rest := slices.DeleteFunc(slices.Clone(tied), func(x int) bool { return slices.Contains(most, x) })
		if kept, _ := worst(rest, fives); len(kept) > 0 {
			rest = kept
		}
		return with(most, s.finalists(rest, places-len(most)))
	}
	// Step 4: one by lot, and from the top again.
	var all [][]int
	for _, x := range tied {
		rest := slices.DeleteFunc(slices.Clone(tied), func(y int) bool { return y == x })
		all = append(all, with([]int{x}, s.finalists(rest, places-1))...)
	}
	return all
}

// worst parts who has the least from the others.
func worst(options []int, value func(int) int64) (kept, out []int) {
	for _, x := range options {
		if slices.ContainsFunc(options, func(y int) bool { return value(y) < value(x) }) {
			kept = append(kept, x)
		} else {
			out = append(out, x)
		}
	}
	return kept, out
}

func (s starPoll) winners() []int {
	finals := [][]int{nil}
	options := upTo(len(s.scores))
	for len(options) > 0 {
		_, low := worst(options, func(x int) int64 { return -s.scores[x] })
		options = slices.DeleteFunc(options, func(x int) bool { return slices.Contains(low, x) })
		var more [][]int
		for _, f := range finals {
			for _, chosen := range s.finalists(low, 2-len(f)) {
				more = append(more, slices.Concat(f, chosen))
			}
		}
		finals = more
	}
	won := map[int]bool{}
	for _, f := range finals {
		a, b := f[0], f[1]
		ahead := cmp.Or(s.over[a][b]-s.over[b][a], s.scores[a]-s.scores[b], s.fives[a]-s.fives[b])
		won[a], won[b] = won[a] || ahead >= 0, won[b] || ahead <= 0
	}
	return keys(won)
}

// STAR with its ties, against tables. Scores are few and low, so that most are equal.
func TestStarAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		highest := rapid.Int64Range(1, 5).Draw(t, "highest")
		p := drawScores(t, highest)
		o := p.tally(t, tally.Settings{Method: tally.STAR, Highest: highest})
		if !slices.ContainsFunc(p.ballots, func(b tally.Ballot) bool { return len(b.Marks) > 0 }) {
			return
		}
		if want := p.stars(highest).winners(); !slices.Equal(sorted(o.Winners), want) {
			t.Fatalf("star %v, want %v", o.Winners, want)
		}
	})
}
