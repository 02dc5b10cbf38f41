package tally_test

import (
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"greffier/bot/votes/tally"
)

func ratio(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(s)
	}
	return r
}

func over(s string, of tally.Base) *tally.Share    { return &tally.Share{Of: of, Over: ratio(s)} }
func atLeast(s string, of tally.Base) *tally.Share { return &tally.Share{Of: of, AtLeast: ratio(s)} }

// ballots reads "3: a,b" lines: how many, and the options by letter; "-" is an
// abstention and "0" a blank ballot.
func ballots(t testing.TB, lines ...string) []tally.Ballot {
	t.Helper()
	var out []tally.Ballot
	for _, line := range lines {
		var n int
		count, marks, _ := strings.Cut(line, ": ")
		if _, err := fmt.Sscan(count, &n); err != nil {
			t.Fatal(err)
		}
		var b tally.Ballot
		switch marks {
		case "-":
			b.Kind = tally.Abstention
		case "0":
			b.Kind = tally.Blank
		default:
			for _, letter := range strings.Split(marks, ",") {
				b.Marks = append(b.Marks, tally.Mark{Option: int(letter[0] - 'a')})
			}
		}
		for range n {
			out = append(out, b)
		}
	}
	return out
}

func electorate(entitled, present int64) tally.Electorate {
	return tally.Electorate{Entitled: big.NewRat(entitled, 1), Present: big.NewRat(present, 1)}
}

func TestVerdicts(t *testing.T) {
	half := over("1/2", tally.Expressed)
	for _, c := range []struct {
		name    string
		rule    tally.Rule
		options int
		ballots []string
		voters  int64
		present int64
		want    tally.Verdict
		elected []int
		tied    []int
		least   int64 // of the last step
	}{
		{"12 of 20 is more than half", tally.Rule{Method: tally.YesNo, Majority: half}, 2, []string{"12: a", "8: b"}, 30, 20, tally.Adopted, []int{0}, nil, 11},
		{"half is not more than half", tally.Rule{Method: tally.YesNo, Majority: half}, 2, []string{"10: a", "10: b"}, 30, 20, tally.Tied, nil, []int{0, 1}, 11},
		{"as many for as against is not two thirds", tally.Rule{Method: tally.YesNo, Majority: atLeast("2/3", tally.Expressed)}, 2, []string{"10: a", "10: b"}, 30, 20, tally.Rejected, nil, nil, 14},
		{"nor half of the entitled", tally.Rule{Method: tally.YesNo, Majority: over("1/2", tally.Entitled)}, 2, []string{"10: a", "10: b"}, 30, 20, tally.Rejected, nil, nil, 16},
		{"half each of the choices", tally.Rule{Method: tally.Plurality, Majority: half}, 3, []string{"2: a", "2: b"}, 9, 4, tally.Tied, nil, []int{0, 1}, 3},
		{"two fifths each", tally.Rule{Method: tally.Plurality, Majority: half}, 3, []string{"2: a", "2: b", "1: c"}, 9, 5, tally.Rejected, nil, nil, 3},
		{"equals under the majority do not tie for a seat", tally.Rule{Method: tally.Approval, Majority: half, Seats: 2}, 3, []string{"1: a,b", "1: a", "1: c"}, 9, 3, tally.Adopted, []int{0}, nil, 2},
		{"11 of 21 is", tally.Rule{Method: tally.YesNo, Majority: half}, 2, []string{"11: a", "10: b"}, 30, 21, tally.Adopted, []int{0}, nil, 11},
		{"half is at least half", tally.Rule{Method: tally.YesNo, Majority: atLeast("1/2", tally.Expressed)}, 2, []string{"1: a", "1: b"}, 2, 2, tally.Adopted, []int{0}, nil, 1},
		{"two thirds exactly", tally.Rule{Method: tally.YesNo, Majority: atLeast("2/3", tally.Expressed)}, 2, []string{"4: a", "2: b", "9: -"}, 20, 15, tally.Adopted, []int{0}, nil, 4},
		{"less than two thirds", tally.Rule{Method: tally.YesNo, Majority: atLeast("2/3", tally.Expressed)}, 2, []string{"13: a", "7: b"}, 20, 20, tally.Rejected, nil, nil, 14},
		{"abstentions weigh in a majority of the cast", tally.Rule{Method: tally.YesNo, Majority: over("1/2", tally.Cast)}, 2, []string{"4: a", "2: b", "2: -"}, 20, 8, tally.Rejected, nil, nil, 5},
		{"so do blanks", tally.Rule{Method: tally.YesNo, Majority: over("1/2", tally.Cast)}, 2, []string{"4: a", "2: b", "2: 0"}, 20, 8, tally.Rejected, nil, nil, 5},
		{"the present who say nothing weigh too", tally.Rule{Method: tally.YesNo, Majority: over("1/2", tally.Present)}, 2, []string{"4: a", "1: b"}, 20, 8, tally.Rejected, nil, nil, 5},
		{"unanimity of the entitled", tally.Rule{Method: tally.YesNo, Majority: atLeast("1", tally.Entitled)}, 2, []string{"3: a"}, 3, 3, tally.Adopted, []int{0}, nil, 3},
		{"one missing breaks it", tally.Rule{Method: tally.YesNo, Majority: atLeast("1", tally.Entitled)}, 2, []string{"2: a"}, 3, 3, tally.Rejected, nil, nil, 3},
		{"nothing expressed adopts nothing", tally.Rule{Method: tally.YesNo, Majority: atLeast("1", tally.Expressed)}, 2, []string{"3: -"}, 3, 3, tally.Empty, nil, nil, 0},
		{"nobody voted", tally.Rule{Method: tally.Plurality}, 3, nil, 3, 0, tally.Empty, nil, nil, 0},
		{"quorum missed", tally.Rule{Method: tally.YesNo, Quorum: atLeast("1/2", tally.Entitled)}, 2, []string{"4: a"}, 9, 4, tally.NoQuorum, nil, nil, 5},
		{"abstentions make a quorum", tally.Rule{Method: tally.YesNo, Quorum: atLeast("1/2", tally.Entitled)}, 2, []string{"4: a", "1: -"}, 9, 5, tally.Adopted, []int{0}, nil, 5},
		{"more than the quorum", tally.Rule{Method: tally.YesNo, Quorum: over("1/2", tally.Entitled)}, 2, []string{"5: a"}, 10, 5, tally.NoQuorum, nil, nil, 6},
		{"a third of three is exactly one", tally.Rule{Method: tally.YesNo, Quorum: atLeast("1/3", tally.Entitled)}, 2, []string{"1: a"}, 3, 1, tally.Adopted, []int{0}, nil, 1},
		{"plurality", tally.Rule{Method: tally.Plurality}, 3, []string{"4: a", "5: b", "3: c"}, 12, 12, tally.Adopted, []int{1}, nil, 0},
		{"first without the majority", tally.Rule{Method: tally.Plurality, Majority: half}, 3, []string{"4: a", "5: b", "3: c"}, 12, 12, tally.Rejected, nil, nil, 7},
		{"tie for first", tally.Rule{Method: tally.Plurality}, 3, []string{"4: a", "4: c", "3: b"}, 12, 12, tally.Tied, nil, []int{0, 2}, 0},
		{"two approved, one first", tally.Rule{Method: tally.Approval, Majority: half}, 3, []string{"3: a,b", "2: b", "1: c"}, 12, 12, tally.Adopted, []int{1}, nil, 4},
		{"more than nothing", tally.Rule{Method: tally.Plurality, Majority: over("0", tally.Expressed)}, 2, []string{"1: b"}, 12, 12, tally.Adopted, []int{1}, nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := tally.Count(c.rule, c.options, ballots(t, c.ballots...), electorate(c.voters, c.present))
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != c.want || !reflect.DeepEqual(r.Elected, c.elected) || !reflect.DeepEqual(r.Tied, c.tied) {
				t.Errorf("%s %v tied %v, want %s %v tied %v", r.Verdict, r.Elected, r.Tied, c.want, c.elected, c.tied)
			}
			if len(r.Steps) > 0 && r.Steps[len(r.Steps)-1].Least.Int64() != c.least {
				t.Errorf("least is %s, want %d", r.Steps[len(r.Steps)-1].Least, c.least)
			}
		})
	}
}

// The published elections that plurality and approval can count.
func TestPublishedElections(t *testing.T) {
	t.Run("Tennessee by plurality", func(t *testing.T) {
		r, err := tally.Count(tally.Rule{Method: tally.Plurality}, 4, ballots(t, "42: a", "26: b", "15: c", "17: d"), tally.Electorate{})
		if err != nil || !reflect.DeepEqual(r.Elected, []int{0}) {
			t.Errorf("elected %v, %v", r.Elected, err)
		}
		if want := [][]int{{0}, {1}, {3}, {2}}; !reflect.DeepEqual(r.Order, want) {
			t.Errorf("order %v, want %v", r.Order, want)
		}
	})
	t.Run("approval, four seats, the last tied", func(t *testing.T) {
		r, err := tally.Count(tally.Rule{Method: tally.Approval, Seats: 4}, 8,
			ballots(t, "3: a,b", "3: a,c", "2: a,d", "1: b,c,f", "1: e", "1: f", "1: g"), tally.Electorate{})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []int64{8, 4, 4, 2, 1, 2, 1, 0} {
			if r.Counts[i].Cmp(big.NewRat(want, 1)) != 0 {
				t.Errorf("option %c: %s, want %d", 'a'+i, r.Counts[i].RatString(), want)
			}
		}
		if r.Verdict != tally.Tied || !reflect.DeepEqual(r.Elected, []int{0, 1, 2}) || !reflect.DeepEqual(r.Tied, []int{3, 5}) {
			t.Errorf("%s: elected %v, tied %v", r.Verdict, r.Elected, r.Tied)
		}
	})
}

func TestWeightsAreExact(t *testing.T) {
	var all []tally.Ballot
	for range 10 {
		all = append(all, tally.Ballot{Marks: []tally.Mark{{Option: 0}}, Weight: ratio("1/10")})
	}
	all = append(all, tally.Ballot{Marks: []tally.Mark{{Option: 1}}, Weight: ratio("1/2")}, tally.Ballot{Marks: []tally.Mark{{Option: 1}}, Weight: ratio("1/2")})
	r, err := tally.Count(tally.Rule{Method: tally.YesNo, Majority: over("1/2", tally.Expressed)}, 2, all, tally.Electorate{})
	if err != nil || r.Verdict != tally.Tied {
		t.Errorf("ten tenths against two halves: %s, %v", r.Verdict, err)
	}
}

func TestInvalidBallots(t *testing.T) {
	one := tally.Mark{Option: 1}
	for name, c := range map[string]struct {
		method tally.Method
		ballot tally.Ballot
	}{
		"empty":                     {tally.Approval, tally.Ballot{}},
		"two options in a choice":   {tally.Plurality, tally.Ballot{Marks: []tally.Mark{{}, one}}},
		"twice the same":            {tally.Approval, tally.Ballot{Marks: []tally.Mark{one, one}}},
		"no such option":            {tally.Plurality, tally.Ballot{Marks: []tally.Mark{{Option: 2}}}},
		"a negative option":         {tally.Plurality, tally.Ballot{Marks: []tally.Mark{{Option: -1}}}},
		"an abstention with a mark": {tally.Plurality, tally.Ballot{Kind: tally.Abstention, Marks: []tally.Mark{one}}},
		"an unknown kind":           {tally.Plurality, tally.Ballot{Kind: 9}},
		"a negative weight":         {tally.Plurality, tally.Ballot{Marks: []tally.Mark{one}, Weight: ratio("-1")}},
	} {
		t.Run(name, func(t *testing.T) {
			c2 := tally.NewCounter(tally.Rule{Method: c.method}, 2)
			if err := c2.Add(c.ballot); !errors.Is(err, tally.ErrBallot) {
				t.Errorf("error %v", err)
			}
			if r := c2.Result(tally.Electorate{}); r.Ballots != 0 {
				t.Error("it was counted")
			}
		})
	}
}

// The part in which weights are whole is that of the ballots that say something, each
// by itself: blank ones, and how many are alike, change nothing.
func TestPartsOfWeights(t *testing.T) {
	quota := func(blank *big.Rat) string {
		p := tally.NewProfile(tally.STV, 3)
		for i := range 2 {
			if err := p.Add(tally.Ballot{Kind: tally.Marked, Marks: []tally.Mark{{Option: i}}, Weight: big.NewRat(9, 4)}, 2); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.Add(tally.Ballot{Kind: tally.Blank, Weight: blank}, 1); err != nil {
			t.Fatal(err)
		}
		o, err := tally.Tally(p, tally.Settings{Method: tally.STV, Seats: 2})
		if err != nil {
			t.Fatal(err)
		}
		return o.Quota.RatString()
	}
	if got := []string{quota(nil), quota(big.NewRat(1, 7))}; got[0] != "13/4" || got[1] != got[0] {
		t.Errorf("the quotas are %v, want 13/4", got) // 36 quarters: 36 div 3, and one
	}
}
