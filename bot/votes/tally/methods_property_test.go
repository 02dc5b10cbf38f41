package tally_test

import (
	"math/big"
	"slices"
	"testing"

	"greffier/bot/votes/tally"

	"pgregory.net/rapid"
)

var ranking = []tally.Method{
	tally.Plurality, tally.TwoRound, tally.Approval, tally.Schulze, tally.RankedPairs, tally.IRV, tally.STV, tally.DefaultOption,
}

var rating = []tally.Method{tally.Score, tally.STAR, tally.MajorityJudgment, tally.Dots}

func drawAny(t *rapid.T) (poll, tally.Settings) {
	s := tally.Settings{Method: rapid.SampledFrom(slices.Concat(ranking, rating)).Draw(t, "method"), Grades: 6}
	if !s.Method.OneSeat() {
		s.Seats = rapid.IntRange(1, 3).Draw(t, "seats")
	}
	s.Missing = rapid.SampledFrom([]tally.Missing{tally.Worst, tally.Absent}).Draw(t, "missing")
	s.Strength = rapid.SampledFrom([]tally.Strength{tally.WinningVotes, tally.Margins}).Draw(t, "strength")
	if s.Method.Valued() {
		return drawScores(t, 5), s
	}
	return drawPoll(t, 5, 8, false), s
}

func sorted(list []int) []int { return slices.Sorted(slices.Values(list)) }

// same reports whether two outcomes say the same; to renames options.
func sameOutcome(a, b *tally.Outcome, to []int) bool {
	name := func(list []int) []int {
		var out []int
		for _, o := range list {
			out = append(out, to[o])
		}
		return sorted(out)
	}
	if !slices.Equal(name(a.Winners), sorted(b.Winners)) || len(a.Order) != len(b.Order) || len(a.Ties) != len(b.Ties) {
		return false
	}
	for i := range a.Order {
		if !slices.Equal(name(a.Order[i]), sorted(b.Order[i])) {
			return false
		}
	}
	for i := range a.Ties {
		if !slices.Equal(name(a.Ties[i]), sorted(b.Ties[i])) {
			return false
		}
	}
	return true
}

func TestNeutrality(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, s := drawAny(t)
		to := rapid.Permutation(upTo(p.options)).Draw(t, "names")
		renamed := poll{options: p.options, times: p.times}
		for _, b := range p.ballots {
			var n tally.Ballot
			for _, m := range b.Marks {
				n.Marks = append(n.Marks, tally.Mark{Option: to[m.Option], Value: m.Value})
			}
			renamed.ballots = append(renamed.ballots, n)
		}
		before := p.tally(t, s)
		s.Default = to[s.Default]
		if after := renamed.tally(t, s); !sameOutcome(before, after, to) {
			t.Fatalf("%s: %v %v %v, renamed by %v: %v %v %v", s.Method, before.Winners, before.Order, before.Ties, to, after.Winners, after.Order, after.Ties)
		}
	})
}

// Neither the order of ballots matters, nor how equal ones are put together, nor
// what everybody weighs.
func TestAnonymity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, s := drawAny(t)
		var apart poll
		apart.options = p.options
		third := big.NewRat(1, 3)
		weighted := rapid.Bool().Draw(t, "weighted") && s.Method != tally.Dots
		for i, b := range p.ballots {
			for range p.times[i] {
				if weighted {
					b.Weight = third
				}
				apart.ballots, apart.times = append(apart.ballots, b), append(apart.times, 1)
			}
		}
		apart.ballots = rapid.Permutation(apart.ballots).Draw(t, "shuffled")
		before, after := p.tally(t, s), apart.tally(t, s)
		if !sameOutcome(before, after, upTo(p.options)) || before.Ballots != after.Ballots {
			t.Fatalf("%s: %v %v, apart %v %v", s.Method, before.Winners, before.Order, after.Winners, after.Order)
		}
	})
}

// The order lists all options once, the winners at its head; a tie is within it,
// and is alike in the winners; rounds add up.
func TestOutcomeHoldsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, s := drawAny(t)
		o := p.tally(t, s)
		var flat []int
		for _, equals := range o.Order {
			flat = append(flat, equals...)
		}
		if !slices.Equal(sorted(flat), upTo(p.options)) {
			t.Fatalf("order %v", o.Order)
		}
		if !slices.Equal(sorted(flat[:len(o.Winners)]), sorted(o.Winners)) {
			t.Fatalf("%s: winners %v, order %v", s.Method, o.Winners, o.Order)
		}
		tied := 0
		for _, equals := range o.Ties {
			tied += len(equals)
			for _, w := range equals {
				if !slices.Contains(o.Winners, w) {
					t.Fatalf("tied %v, winners %v", o.Ties, o.Winners)
				}
			}
		}
		if seats := max(s.Seats, 1); len(o.Winners)-tied > seats || tied == 0 && len(o.Winners) > seats || tied > 0 && len(o.Winners) <= seats {
			t.Fatalf("%s: %d seats, winners %v, ties %v", s.Method, seats, o.Winners, o.Ties)
		}
		for i, r := range o.Rounds {
			sum := new(big.Rat).Set(r.Exhausted)
			if r.Lost != nil {
				sum.Add(sum, r.Lost)
			}
			for _, n := range r.Counts {
				if n != nil {
					sum.Add(sum, n)
				}
			}
			valid := new(big.Rat)
			for j, b := range p.ballots {
				in := map[int]bool{}
				for x := range p.options {
					in[x] = true
				}
				if p.top(b, in) >= 0 {
					valid.Add(valid, new(big.Rat).SetInt64(p.times[j]))
				}
			}
			if s.Method != tally.STAR && sum.Cmp(valid) != 0 {
				t.Fatalf("%s, count %d: %s of %s", s.Method, i+1, sum, valid)
			}
		}
	})
}

// With a declared tie-break nothing stays tied, and what was certain stays so.
func TestTieBreakDecides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, s := drawAny(t)
		before := p.tally(t, s)
		s.TieBreak = rapid.Permutation(upTo(p.options)).Draw(t, "tie-break")
		after := p.tally(t, s)
		if len(after.Ties) > 0 || len(after.Winners) > max(s.Seats, 1) {
			t.Fatalf("%s: winners %v, ties %v", s.Method, after.Winners, after.Ties)
		}
		for _, w := range after.Winners {
			if !slices.Contains(before.Winners, w) {
				t.Fatalf("%s: %v with the tie-break, %v without", s.Method, after.Winners, before.Winners)
			}
		}
	})
}

func TestAgainstReferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPoll(t, 4, 7, false)
		all := map[int]bool{}
		for i := range p.options {
			all[i] = true
		}
		empty := !slices.ContainsFunc(p.ballots, func(b tally.Ballot) bool { return len(b.Marks) > 0 && p.top(b, all) >= 0 })
		o := p.tally(t, tally.Settings{Method: tally.Schulze})
		d := p.over()
		for a := range d {
			for b := range d {
				if a != b && o.Pairs.Over(a, b).Cmp(new(big.Rat).SetInt64(d[a][b])) != 0 {
					t.Fatalf("%d over %d: %s, want %d", a, b, o.Pairs.Over(a, b), d[a][b])
				}
			}
		}
		if empty {
			return
		}
		if want := p.schulzeWinners(); !slices.Equal(sorted(o.Winners), want) {
			t.Fatalf("Schulze %v, want %v", o.Winners, want)
		}
		if got, want := p.tally(t, tally.Settings{Method: tally.RankedPairs}).Winners, p.rankedPairsWinners(); !slices.Equal(sorted(got), want) {
			t.Fatalf("ranked pairs %v, want %v", got, want)
		}
		if got, want := p.tally(t, tally.Settings{Method: tally.IRV}).Winners, keys(p.irvWinners(all, make([]bool, len(p.ballots)))); !slices.Equal(sorted(got), want) {
			t.Fatalf("irv %v, want %v", got, want)
		}
		for seats := 1; seats <= 3; seats++ {
			want, ok := p.stvWinners(seats)
			if !ok {
				continue
			}
			if got := p.tally(t, tally.Settings{Method: tally.STV, Seats: seats}); !slices.Equal(sorted(got.Winners), sorted(want)) || len(got.Ties) > 0 {
				t.Fatalf("stv, %d seats: %v, want %v", seats, got.Winners, want)
			}
		}
	})
}

// Debian's procedure elects whom Schulze's method elects among what is not
// dropped (Schulze 2011, section 4.3).
func TestDefaultOptionAgreesWithSchulze(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPoll(t, 5, 8, false)
		s := tally.Settings{Method: tally.DefaultOption}
		o := p.tally(t, s)
		d := p.over()
		stays := func(option int) bool { return option == 0 || d[option][0] > d[0][option] }
		kept := poll{times: p.times}
		var at []int
		for option := range p.options {
			if stays(option) {
				at = append(at, option)
			}
		}
		kept.options = len(at)
		for _, b := range p.ballots {
			var n tally.Ballot
			for _, m := range b.Marks {
				if i := slices.Index(at, m.Option); i >= 0 {
					n.Marks = append(n.Marks, tally.Mark{Option: i, Value: m.Value})
				}
			}
			kept.ballots = append(kept.ballots, n)
		}
		var want []int
		for _, w := range kept.schulzeWinners() {
			want = append(want, at[w])
		}
		if len(o.Winners) > 0 && !slices.Equal(sorted(o.Winners), sorted(want)) {
			t.Fatalf("%v, want %v", o.Winners, want)
		}
	})
}

// byRemoval compares grades by taking one middle grade away at a time, on lists
// as long as each other.
func byRemoval(a, b []int64) int {
	for len(a) > 0 {
		// The lists are in order, the best grade (0) first: the lower middle one.
		m := len(a) / 2
		if a[m] != b[m] {
			return int(a[m] - b[m])
		}
		a, b = slices.Delete(slices.Clone(a), m, m+1), slices.Delete(slices.Clone(b), m, m+1)
	}
	return 0
}

func TestJudgmentAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawScores(t, 3)
		s := tally.Settings{Method: tally.MajorityJudgment, Grades: 4, Missing: rapid.SampledFrom([]tally.Missing{tally.Worst, tally.Absent}).Draw(t, "missing")}
		lists := make([][]int64, p.options)
		for i, b := range p.ballots {
			given := map[int]int64{}
			for _, m := range b.Marks {
				given[m.Option] = m.Value
			}
			for option := range lists {
				value, ok := given[option]
				if !ok && (s.Missing == tally.Absent || len(b.Marks) == 0) {
					continue
				}
				if !ok {
					value = 3
				}
				for range p.times[i] {
					lists[option] = append(lists[option], value)
				}
			}
		}
		o := p.tally(t, s)
		place := make([]int, p.options)
		for at, equals := range o.Order {
			for _, option := range equals {
				place[option] = at
			}
		}
		for a := range lists {
			for b := range lists {
				if len(lists[a]) == 0 || len(lists[b]) == 0 {
					continue
				}
				var x, y []int64
				for _, v := range lists[a] {
					x = append(x, slices.Repeat([]int64{v}, len(lists[b]))...)
				}
				for _, v := range lists[b] {
					y = append(y, slices.Repeat([]int64{v}, len(lists[a]))...)
				}
				if len(lists[a]) == len(lists[b]) {
					x, y = slices.Clone(lists[a]), slices.Clone(lists[b])
				}
				slices.Sort(x)
				slices.Sort(y)
				if want := byRemoval(x, y); (want < 0) != (place[a] < place[b]) || (want == 0) != (place[a] == place[b]) {
					t.Fatalf("%v and %v: order %v", lists[a], lists[b], o.Order)
				}
			}
		}
	})
}

// smith is the smallest set whose members beat all others.
func (p poll) smith() []int {
	d := p.over()
	best := upTo(p.options)
	for set := 1; set < 1<<p.options; set++ {
		ok, size := true, 0
		for a := range d {
			if set>>a&1 == 0 {
				continue
			}
			size++
			for b := range d {
				if set>>b&1 == 0 && d[a][b] <= d[b][a] {
					ok = false
				}
			}
		}
		if ok && size < len(best) {
			best = nil
			for a := range d {
				if set>>a&1 == 1 {
					best = append(best, a)
				}
			}
		}
	}
	return best
}

func TestSmithSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPoll(t, 5, 8, false)
		smith := p.smith()
		for _, m := range []tally.Method{tally.Schulze, tally.RankedPairs} {
			o := p.tally(t, tally.Settings{Method: m})
			for _, w := range o.Winners {
				if !slices.Contains(smith, w) {
					t.Fatalf("%s elects %v, outside %v", m, o.Winners, smith)
				}
			}
			// A Condorcet winner is the whole set.
			if len(smith) == 1 && len(o.Winners) > 0 && !slices.Equal(o.Winners, smith) {
				t.Fatalf("%s elects %v, and %v beats all", m, o.Winners, smith)
			}
		}
	})
}

// What more than half of the ballots put first alone is elected.
func TestMajorityCriterion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPoll(t, 5, 6, false)
		all := int64(1)
		for _, n := range p.times {
			all += n
		}
		favourite := rapid.IntRange(0, p.options-1).Draw(t, "favourite")
		p.ballots = append(p.ballots, tally.Ballot{Marks: []tally.Mark{{Option: favourite}}})
		p.times = append(p.times, all)
		for _, m := range []tally.Method{tally.Plurality, tally.TwoRound, tally.IRV, tally.STV, tally.Schulze, tally.RankedPairs, tally.DefaultOption} {
			if o := p.tally(t, tally.Settings{Method: m}); !slices.Equal(o.Winners, []int{favourite}) {
				t.Fatalf("%s elects %v, the majority wants %d", m, o.Winners, favourite)
			}
		}
	})
}

// Raising a winner on a ballot never makes it lose, in the methods that promise so.
func TestMonotonicity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.SampledFrom([]tally.Method{tally.Plurality, tally.Approval, tally.Schulze, tally.RankedPairs, tally.Score, tally.MajorityJudgment}).Draw(t, "method")
		s := tally.Settings{Method: m, Grades: 6}
		p := drawPoll(t, 5, 7, true)
		if m.Valued() {
			p = drawScores(t, 5)
		}
		before := p.tally(t, s)
		if len(before.Winners) == 0 {
			return
		}
		winner := rapid.SampledFrom(before.Winners).Draw(t, "winner")
		i := rapid.IntRange(0, len(p.ballots)-1).Draw(t, "ballot")
		if len(p.ballots[i].Marks) == 0 {
			return // a ballot that says something instead of nothing is another voter
		}
		best := map[bool]int64{true: -1, false: 5}[!m.Valued() || m == tally.MajorityJudgment]
		if m == tally.MajorityJudgment {
			best = 0
		}
		marks := []tally.Mark{{Option: winner, Value: best}}
		for _, mark := range p.ballots[i].Marks {
			if mark.Option != winner {
				marks = append(marks, mark)
			}
		}
		p.ballots = slices.Clone(p.ballots)
		p.ballots[i] = tally.Ballot{Marks: marks}
		if after := p.tally(t, s); !slices.Contains(after.Winners, winner) {
			t.Fatalf("%s: %d won (%v), was raised, and lost (%v)", m, winner, before.Winners, after.Winners)
		}
	})
}

// Who alone wins does not win when every ballot is turned over.
func TestReversal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPoll(t, 5, 7, false)
		turned := poll{options: p.options, times: p.times}
		for _, b := range p.ballots {
			r := p.ranks(b)
			var n tally.Ballot
			for option, rank := range r {
				n.Marks = append(n.Marks, tally.Mark{Option: option, Value: -rank})
			}
			turned.ballots = append(turned.ballots, n)
		}
		for _, m := range []tally.Method{tally.Schulze, tally.RankedPairs} {
			s := tally.Settings{Method: m, Strength: tally.Margins}
			o := p.tally(t, s)
			if len(o.Winners) != 1 {
				continue
			}
			if after := turned.tally(t, s); slices.Equal(after.Winners, o.Winners) {
				t.Fatalf("%s: %v wins both ways", m, o.Winners)
			}
		}
	})
}
