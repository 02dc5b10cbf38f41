package tally_test

import (
	"math/big"
	"reflect"
	"slices"
	"testing"

	"greffier/bot/votes/tally"

	"pgregory.net/rapid"
)

// election is a random rule with random ballots.
type election struct {
	rule    tally.Rule
	options int
	ballots []tally.Ballot
	size    tally.Electorate
}

func drawShare(t *rapid.T, name string) *tally.Share {
	if rapid.Bool().Draw(t, name+" none") {
		return nil
	}
	den := rapid.Int64Range(1, 6).Draw(t, name+" den")
	num := rapid.Int64Range(0, den).Draw(t, name+" num")
	s := &tally.Share{Of: rapid.SampledFrom([]tally.Base{tally.Entitled, tally.Present, tally.Cast, tally.Expressed}).Draw(t, name+" of")}
	if num < den && rapid.Bool().Draw(t, name+" over") {
		s.Over = big.NewRat(num, den)
	} else {
		s.AtLeast = big.NewRat(max(num, 1), den)
	}
	return s
}

func drawElection(t *rapid.T) election {
	e := election{options: rapid.IntRange(2, 6).Draw(t, "options")}
	e.rule.Method = rapid.SampledFrom([]tally.Method{tally.YesNo, tally.Plurality, tally.Approval}).Draw(t, "method")
	if e.rule.Method == tally.YesNo {
		e.options = 2
	} else {
		e.rule.Seats = rapid.IntRange(1, 3).Draw(t, "seats")
	}
	e.rule.Quorum, e.rule.Majority = drawShare(t, "quorum"), drawShare(t, "majority")
	e.ballots = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) tally.Ballot {
		b := tally.Ballot{Kind: rapid.SampledFrom([]tally.Kind{tally.Marked, tally.Marked, tally.Marked, tally.Abstention, tally.Blank}).Draw(t, "kind")}
		if rapid.Bool().Draw(t, "weighted") {
			b.Weight = big.NewRat(rapid.Int64Range(0, 5).Draw(t, "weight"), rapid.Int64Range(1, 7).Draw(t, "of"))
		}
		if b.Kind != tally.Marked {
			return b
		}
		n := 1
		if e.rule.Method == tally.Approval {
			n = rapid.IntRange(1, e.options).Draw(t, "marks")
		}
		for _, o := range rapid.Permutation(upTo(e.options)).Draw(t, "marked")[:n] {
			b.Marks = append(b.Marks, tally.Mark{Option: o})
		}
		return b
	}), 0, 30).Draw(t, "ballots")
	e.size = electorate(int64(len(e.ballots)+rapid.IntRange(0, 20).Draw(t, "absent")), int64(len(e.ballots)))
	return e
}

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func (e election) count(t *rapid.T) tally.Result {
	r, err := tally.Count(e.rule, e.options, e.ballots, e.size)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Neither who voted nor in which order matters.
func TestOrderOfBallotsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawElection(t)
		before := e.count(t)
		e.ballots = rapid.Permutation(e.ballots).Draw(t, "shuffled")
		if after := e.count(t); !same(before, after) {
			t.Fatalf("%+v\n%+v", before, after)
		}
	})
}

func same(a, b tally.Result) bool {
	if a.Verdict != b.Verdict || !reflect.DeepEqual(a.Order, b.Order) || !reflect.DeepEqual(a.Elected, b.Elected) || !reflect.DeepEqual(a.Tied, b.Tied) {
		return false
	}
	return slices.EqualFunc(a.Counts, b.Counts, func(x, y *big.Rat) bool { return x.Cmp(y) == 0 })
}

// Renaming the options renames the result. Yes and no are not alike: leave them.
func TestNoOptionIsFavoured(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawElection(t)
		if e.rule.Method == tally.YesNo {
			return
		}
		before := e.count(t)
		to := rapid.Permutation(upTo(e.options)).Draw(t, "names")
		renamed := e
		renamed.ballots = nil
		for _, b := range e.ballots {
			n := tally.Ballot{Kind: b.Kind, Weight: b.Weight}
			for _, m := range b.Marks {
				n.Marks = append(n.Marks, tally.Mark{Option: to[m.Option]})
			}
			renamed.ballots = append(renamed.ballots, n)
		}
		after := renamed.count(t)
		name := func(list []int) []int {
			var out []int
			for _, o := range list {
				out = append(out, to[o])
			}
			slices.Sort(out)
			return out
		}
		sorted := func(list []int) []int { return slices.Sorted(slices.Values(list)) }
		if before.Verdict != after.Verdict || !slices.Equal(name(before.Elected), sorted(after.Elected)) || !slices.Equal(name(before.Tied), sorted(after.Tied)) {
			t.Fatalf("%+v\n%+v", before, after)
		}
		for i, n := range before.Counts {
			if n.Cmp(after.Counts[to[i]]) != 0 {
				t.Fatalf("option %d has %s, renamed %s", i, n.RatString(), after.Counts[to[i]].RatString())
			}
		}
	})
}

func TestCountsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawElection(t)
		r := e.count(t)
		all := new(big.Rat)
		for _, b := range e.ballots {
			if b.Weight == nil {
				all.Add(all, big.NewRat(1, 1))
			} else {
				all.Add(all, b.Weight)
			}
		}
		parts := new(big.Rat).Add(r.Expressed, new(big.Rat).Add(r.Abstentions, r.Blanks))
		if r.Cast.Cmp(all) != 0 || parts.Cmp(all) != 0 || r.Ballots != len(e.ballots) {
			t.Fatalf("cast %s, parts %s, ballots %s", r.Cast, parts, all)
		}
		sum := new(big.Rat)
		for _, n := range r.Counts {
			sum.Add(sum, n)
			if n.Cmp(r.Expressed) > 0 {
				t.Fatalf("%s of %s expressed", n, r.Expressed)
			}
		}
		if e.rule.Method != tally.Approval && sum.Cmp(r.Expressed) != 0 {
			t.Fatalf("options %s, expressed %s", sum, r.Expressed)
		}
		seen := 0
		for _, equals := range r.Order {
			seen += len(equals)
		}
		if seen != e.options || len(r.Elected) > max(e.rule.Seats, 1) {
			t.Fatalf("order %v, elected %v", r.Order, r.Elected)
		}
	})
}

// What is elected met every requirement, by the arithmetic shown.
func TestElectedMetTheRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawElection(t)
		r := e.count(t)
		for _, s := range r.Steps {
			bound := new(big.Rat).Mul(s.Ratio, s.Size)
			if c := s.Have.Cmp(bound); s.Met && (s.Strict && c <= 0 || c < 0) {
				t.Fatalf("%+v is met", s)
			}
			least := new(big.Rat).SetInt(s.Least)
			if c := least.Cmp(bound); s.Strict && c <= 0 || c < 0 {
				t.Fatalf("%s does not meet %s", least, bound)
			}
			if one := new(big.Rat).Sub(least, big.NewRat(1, 1)); s.Strict && one.Cmp(bound) > 0 || !s.Strict && one.Cmp(bound) >= 0 {
				t.Fatalf("%s is not the least over %s", least, bound)
			}
			if s.Quorum && !s.Met && r.Verdict != tally.NoQuorum {
				t.Fatalf("%s without the quorum", r.Verdict)
			}
			if !s.Quorum && !s.Met && slices.Contains(r.Elected, s.Option) {
				t.Fatalf("option %d elected without the majority", s.Option)
			}
		}
	})
}

// One more voter never unmakes a quorum of the entitled or the present.
func TestQuorumIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawElection(t)
		q := drawShare(t, "q")
		if q == nil || q.Of != tally.Entitled && q.Of != tally.Present {
			return
		}
		e.rule.Quorum, e.rule.Majority = q, nil
		for i := range e.ballots {
			e.ballots[i].Weight = nil
		}
		before := e.count(t)
		e.ballots = append(e.ballots, tally.Ballot{Kind: tally.Abstention})
		e.size.Present = new(big.Rat).Add(e.size.Present, big.NewRat(1, 1))
		e.size.Entitled = new(big.Rat).Add(e.size.Entitled, big.NewRat(rapid.Int64Range(0, 1).Draw(t, "newcomer"), 1))
		after := e.count(t)
		if before.Steps[0].Met && !after.Steps[0].Met {
			t.Fatalf("%+v\n%+v", before.Steps[0], after.Steps[0])
		}
	})
}

// An option that gains a ballot from another is never worse off.
func TestAnotherBallotNeverHarms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawElection(t)
		if e.rule.Method != tally.Plurality || len(e.ballots) == 0 {
			return
		}
		e.rule.Quorum = nil
		before := e.count(t)
		i := rapid.IntRange(0, len(e.ballots)-1).Draw(t, "ballot")
		if len(before.Elected) == 0 || e.ballots[i].Kind != tally.Marked {
			return
		}
		winner := before.Elected[0]
		e.ballots = slices.Clone(e.ballots)
		e.ballots[i].Marks = []tally.Mark{{Option: winner}}
		if after := e.count(t); !slices.Contains(after.Elected, winner) {
			t.Fatalf("%+v\n%+v", before, after)
		}
	})
}
