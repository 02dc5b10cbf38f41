package tally_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"greffier/bot/votes/tally"
)

// What an assembly requires is held against a reference that counts one head after
// the other and compares whole numbers, with no fraction: every base and ratio, with
// abstentions and blanks of every number.
func TestRequirementsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string, most int64) int64 { return rapid.Int64Range(0, most).Draw(t, name) }
		yes, no, abstentions, blanks := n("yes", 9), n("no", 9), n("abstentions", 9), n("blanks", 9)
		cast := yes + no + abstentions + blanks
		present := cast + n("silent", 5)
		represented := present + n("represented", 5)
		entitled := represented + n("absent", 20)
		size := map[tally.Base]int64{
			tally.Entitled: entitled, tally.Present: present, tally.Represented: represented,
			tally.Cast: cast, tally.Expressed: yes + no,
		}
		num, den := n("num", 5), rapid.Int64Range(1, 6).Draw(t, "den")
		of := rapid.SampledFrom([]tally.Base{tally.Entitled, tally.Present, tally.Represented, tally.Cast, tally.Expressed}).Draw(t, "of")
		strict := rapid.Bool().Draw(t, "strict")
		share := &tally.Share{Of: of, AtLeast: big.NewRat(num, den)}
		if strict {
			share = &tally.Share{Of: of, Over: big.NewRat(num, den)}
		}
		var ballots []tally.Ballot
		for range yes {
			ballots = append(ballots, tally.Ballot{Marks: []tally.Mark{{Option: 0}}})
		}
		for range no {
			ballots = append(ballots, tally.Ballot{Marks: []tally.Mark{{Option: 1}}})
		}
		for range abstentions {
			ballots = append(ballots, tally.Ballot{Kind: tally.Abstention})
		}
		for range blanks {
			ballots = append(ballots, tally.Ballot{Kind: tally.Blank})
		}
		e := tally.Electorate{Entitled: big.NewRat(entitled, 1), Present: big.NewRat(present, 1), Represented: big.NewRat(represented, 1)}
		r, err := tally.Count(tally.Rule{Method: tally.YesNo, Majority: share}, 2, rapid.Permutation(ballots).Draw(t, "order"), e)
		if err != nil {
			t.Fatal(err)
		}
		// reached counts up to the first number that is enough.
		reached := func(have int64) (bool, int64) {
			least := int64(0)
			for strict && least*den <= num*size[of] || !strict && least*den < num*size[of] {
				least++
			}
			return have >= least, least
		}
		met, least := reached(yes)
		want := tally.Rejected
		switch {
		case yes+no == 0:
			want = tally.Empty
		case met && yes > 0:
			want = tally.Adopted
		case yes == no && strict && yes*den == num*size[of]: // one voice more would be enough
			want = tally.Tied
		}
		what := fmt.Sprintf("%d yes, %d no, %d abstentions, %d blanks; strict %v %d/%d of %s (%d)", yes, no, abstentions, blanks, strict, num, den, of, size[of])
		if r.Verdict != want {
			t.Fatalf("%s: %s, want %s", what, r.Verdict, want)
		}
		if s := r.Steps[0]; s.Least.Int64() != least || s.Met != (met && yes > 0) || s.Size.Cmp(big.NewRat(size[of], 1)) != 0 {
			t.Fatalf("%s: least %s, met %v, size %s; want %d", what, s.Least, s.Met, s.Size, least)
		}
		// The same share as a quorum of any count.
		have := n("have", 30)
		met, least = reached(have)
		if s := tally.Hold(*share, big.NewRat(have, 1), big.NewRat(size[of], 1)); s.Met != met || s.Least.Int64() != least || s.Bound().Cmp(big.NewRat(have, 1)) > 0 == met {
			t.Fatalf("%s: %d met %v, least %s; want %v, %d", what, have, s.Met, s.Least, met, least)
		}
	})
}

// A number that is needed is met by itself, and by no fraction less.
func TestNeedsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		need := big.NewRat(rapid.Int64Range(-5, 50).Draw(t, "num"), rapid.Int64Range(1, 7).Draw(t, "den"))
		have := big.NewRat(rapid.Int64Range(0, 20).Draw(t, "have"), 1)
		s := tally.Needs(need, have, nil)
		if s.Met != (have.Cmp(need) >= 0) {
			t.Fatalf("%s of %s: met %v", have, need, s.Met)
		}
		if least := new(big.Rat).SetInt(s.Least); least.Cmp(need) < 0 && need.Sign() >= 0 || new(big.Rat).Sub(least, big.NewRat(1, 1)).Cmp(need) >= 0 && least.Sign() > 0 {
			t.Fatalf("%s needs at least %s", need, s.Least)
		}
	})
}
