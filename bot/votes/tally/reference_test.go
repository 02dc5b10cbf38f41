package tally_test

import (
	"math/big"
	"slices"

	"greffier/bot/votes/tally"

	"pgregory.net/rapid"
)

// poll is a small random vote: each ballot gives options a rank (or a score),
// and stands for a number of voters.
type poll struct {
	options int
	ballots []tally.Ballot
	times   []int64
}

func drawPoll(t *rapid.T, options, ballots int, strict bool) poll {
	p := poll{options: rapid.IntRange(2, options).Draw(t, "options")}
	for range rapid.IntRange(1, ballots).Draw(t, "ballots") {
		var b tally.Ballot
		shown := rapid.IntRange(0, p.options).Draw(t, "marks")
		if rapid.Bool().Draw(t, "complete") {
			shown = p.options
		}
		rank := int64(0)
		for _, option := range rapid.Permutation(upTo(p.options)).Draw(t, "order")[:shown] {
			if strict || rapid.IntRange(0, 3).Draw(t, "next") > 0 {
				rank++
			}
			b.Marks = append(b.Marks, tally.Mark{Option: option, Value: rank})
		}
		p.ballots = append(p.ballots, b)
		p.times = append(p.times, rapid.Int64Range(1, 4).Draw(t, "times"))
	}
	return p
}

func drawScores(t *rapid.T, highest int64) poll {
	p := poll{options: rapid.IntRange(2, 4).Draw(t, "options")}
	for range rapid.IntRange(1, 7).Draw(t, "ballots") {
		var b tally.Ballot
		for option := range p.options {
			if rapid.IntRange(0, 4).Draw(t, "given") > 0 {
				b.Marks = append(b.Marks, tally.Mark{Option: option, Value: rapid.Int64Range(0, highest).Draw(t, "value")})
			}
		}
		p.ballots = append(p.ballots, b)
		p.times = append(p.times, rapid.Int64Range(1, 3).Draw(t, "times"))
	}
	return p
}

func (p poll) tally(t *rapid.T, s tally.Settings) *tally.Outcome {
	profile := tally.NewProfile(s.Method, p.options)
	for i, b := range p.ballots {
		if err := profile.Add(b, p.times[i]); err != nil {
			t.Fatal(err)
		}
	}
	o, err := tally.Tally(profile, s)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// ranks gives the rank of each option on a ballot; unranked is last.
func (p poll) ranks(b tally.Ballot) []int64 {
	r := make([]int64, p.options)
	for i := range r {
		r[i] = 1 << 40
	}
	for _, m := range b.Marks {
		r[m.Option] = m.Value
	}
	return r
}

// over counts, ballot by ballot, who is preferred to whom.
func (p poll) over() [][]int64 {
	d := make([][]int64, p.options)
	for a := range d {
		d[a] = make([]int64, p.options)
		for b := range d[a] {
			for i, ballot := range p.ballots {
				if r := p.ranks(ballot); r[a] < r[b] {
					d[a][b] += p.times[i]
				}
			}
		}
	}
	return d
}

// link compares pairwise results as Schulze's paper does for winning votes.
type link struct{ won, lost int64 }

func (x link) stronger(y link) bool {
	win, other := x.won > x.lost, y.won > y.lost
	switch {
	case win != other:
		return win
	case !win:
		return false
	}
	return x.won > y.won || x.won == y.won && x.lost < y.lost
}

// bestPath tries every path without repetition.
func bestPath(d [][]int64, from, to int, used map[int]bool) (best link) {
	used[from] = true
	defer delete(used, from)
	for next := range d {
		if used[next] {
			continue
		}
		step := link{d[from][next], d[next][from]}
		if next != to {
			rest := bestPath(d, next, to, used)
			if step.stronger(rest) {
				step = rest
			}
		}
		if step.stronger(best) {
			best = step
		}
	}
	return best
}

func (p poll) schulzeWinners() []int {
	d := p.over()
	var winners []int
	for a := range d {
		beaten := false
		for b := range d {
			if a != b && bestPath(d, b, a, map[int]bool{}).stronger(bestPath(d, a, b, map[int]bool{})) {
				beaten = true
			}
		}
		if !beaten {
			winners = append(winners, a)
		}
	}
	return winners
}

// rankedPairsWinners locks majorities in every order that their strength allows.
func (p poll) rankedPairsWinners() []int {
	d := p.over()
	type pair struct{ a, b int }
	var all []pair
	for a := range d {
		for b := range d {
			if d[a][b] > d[b][a] {
				all = append(all, pair{a, b})
			}
		}
	}
	won := map[int]bool{}
	var try func(left, locked []pair)
	leads := func(locked []pair, from, to int) bool {
		seen := map[int]bool{from: true}
		for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
			for _, l := range locked {
				if l.a == queue[0] && !seen[l.b] {
					seen[l.b] = true
					queue = append(queue, l.b)
				}
			}
		}
		return seen[to]
	}
	try = func(left, locked []pair) {
		if len(left) == 0 {
			for a := range d {
				if !slices.ContainsFunc(locked, func(l pair) bool { return l.b == a }) {
					won[a] = true
				}
			}
			return
		}
		for i, m := range left {
			first := true
			for _, n := range left {
				if (link{d[n.a][n.b], d[n.b][n.a]}).stronger(link{d[m.a][m.b], d[m.b][m.a]}) {
					first = false
				}
			}
			if !first {
				continue
			}
			rest := slices.Delete(slices.Clone(left), i, i+1)
			if leads(locked, m.b, m.a) {
				try(rest, locked)
			} else {
				try(rest, append(slices.Clone(locked), m))
			}
		}
	}
	try(all, nil)
	return keys(won)
}

func keys(set map[int]bool) []int {
	var list []int
	for k, in := range set {
		if in {
			list = append(list, k)
		}
	}
	slices.Sort(list)
	return list
}

// top is the option that a ballot counts for among those in: the first of them,
// or -1 where a rank up to it is shared.
func (p poll) top(b tally.Ballot, in map[int]bool) int {
	at := map[int64][]int{}
	var ranks []int64
	for _, m := range b.Marks {
		if at[m.Value] == nil {
			ranks = append(ranks, m.Value)
		}
		at[m.Value] = append(at[m.Value], m.Option)
	}
	slices.Sort(ranks)
	for _, rank := range ranks {
		if len(at[rank]) > 1 {
			return -1
		}
		if in[at[rank][0]] {
			return at[rank][0]
		}
	}
	return -1
}

// irvWinners excludes the last one, whichever of those that are tied.
func (p poll) irvWinners(in map[int]bool, dead []bool) map[int]bool {
	votes := map[int]int64{}
	dead = slices.Clone(dead)
	all := int64(0)
	for i, b := range p.ballots {
		if !dead[i] {
			if top := p.top(b, in); top >= 0 {
				votes[top] += p.times[i]
				all += p.times[i]
				continue
			}
			dead[i] = true
		}
	}
	won := map[int]bool{}
	least := int64(-1)
	for _, option := range keys(in) {
		if 2*votes[option] > all || len(keys(in)) == 1 {
			won[option] = true
			return won
		}
		if least < 0 || votes[option] < least {
			least = votes[option]
		}
	}
	for _, option := range keys(in) {
		if votes[option] == least {
			in[option] = false
			for w := range p.irvWinners(in, dead) {
				won[w] = true
			}
			in[option] = true
		}
	}
	return won
}

// paper is one ballot paper in the reference count of STV, which moves papers
// one by one and calculates with fractions.
type paper struct {
	ballot int
	value  *big.Rat
}

// stvWinners follows rules 45 to 52 for papers one by one. ok is false where a
// lot would be needed.
func (p poll) stvWinners(seats int) (elected []int, ok bool) {
	in, piles := map[int]bool{}, map[int][]paper{}
	for option := range p.options {
		in[option] = true
	}
	valid := int64(0)
	for i, b := range p.ballots {
		if top := p.top(b, in); top >= 0 {
			for range p.times[i] {
				piles[top] = append(piles[top], paper{i, big.NewRat(1, 1)})
				valid++
			}
		}
	}
	quota := new(big.Rat).SetInt64(valid/int64(seats+1) + 1)
	var history []map[int]*big.Rat
	kept := map[int]bool{} // elected and passed on: they have the quota
	for {
		votes := map[int]*big.Rat{}
		for option := range p.options {
			votes[option] = new(big.Rat)
			for _, one := range piles[option] {
				votes[option].Add(votes[option], one.value)
			}
			if kept[option] {
				votes[option].Set(quota)
			}
		}
		history = append(history, votes)
		reached := slices.DeleteFunc(keys(in), func(o int) bool { return votes[o].Cmp(quota) < 0 })
		slices.SortStableFunc(reached, func(a, b int) int { return votes[b].Cmp(votes[a]) })
		for _, option := range reached {
			elected, in[option] = append(elected, option), false
		}
		if len(elected) >= seats {
			return elected, true
		}
		if left := keys(in); len(left) <= seats-len(elected) {
			return append(elected, left...), true
		}
		var over []int
		for _, option := range elected {
			if !kept[option] && votes[option].Cmp(quota) > 0 {
				over = append(over, option)
			}
		}
		pool, way := over, 1
		if len(over) == 0 {
			pool, way = keys(in), -1
		}
		one, single := extreme(pool, history, way)
		if !single {
			return nil, false
		}
		moved := piles[one]
		piles[one] = nil
		for _, m := range moved {
			value := m.value
			if len(over) > 0 {
				value = new(big.Rat).Mul(value, new(big.Rat).Sub(votes[one], quota))
				value = truncated(value.Quo(value, votes[one]))
			}
			in2 := map[int]bool{}
			for k, v := range in {
				in2[k] = v && k != one
			}
			if top := p.top(p.ballots[m.ballot], in2); top >= 0 {
				piles[top] = append(piles[top], paper{m.ballot, value})
			}
		}
		in[one] = false
		if len(over) > 0 {
			kept[one] = true
		}
	}
}

func truncated(n *big.Rat) *big.Rat {
	whole := new(big.Int).Mul(n.Num(), big.NewInt(100000))
	return new(big.Rat).SetFrac(whole.Quo(whole, n.Denom()), big.NewInt(100000))
}

func extreme(pool []int, history []map[int]*big.Rat, way int) (option int, single bool) {
	for _, votes := range slices.Backward(history) {
		best := slices.MaxFunc(pool, func(a, b int) int { return way * votes[a].Cmp(votes[b]) })
		var left []int
		for _, o := range pool {
			if votes[o].Cmp(votes[best]) == 0 {
				left = append(left, o)
			}
		}
		pool = left
	}
	return pool[0], len(pool) == 1
}
