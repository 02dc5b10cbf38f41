package tally_test

import (
	"errors"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"

	"greffier/bot/votes/tally"
	"greffier/bot/votes/tally/ballotfile"
)

// count counts a file written in a test; its lines are separated by "·" too.
func count(t testing.TB, name, text string, s tally.Settings, grades ...string) (*tally.Outcome, []string) {
	t.Helper()
	if name == "" {
		text = strings.ReplaceAll(text, "·", "\n")
	}
	f, err := ballotfile.Read(strings.NewReader(text), name, s.Method, grades)
	if err != nil {
		t.Fatal(err)
	}
	s.Grades = len(f.Grades)
	if s.Seats == 0 {
		s.Seats = f.Seats
	}
	o, err := tally.Tally(f.Profile, s)
	if err != nil {
		t.Fatal(err)
	}
	return o, f.Options
}

// said writes an order with the options' names: A=B>C.
func said(names []string, order [][]int) string {
	var parts []string
	for _, equals := range order {
		var list []string
		for _, o := range equals {
			list = append(list, names[o])
		}
		parts = append(parts, strings.Join(list, "="))
	}
	return strings.Join(parts, ">")
}

func named(names []string, options []int) string {
	var list []string
	for _, o := range options {
		list = append(list, names[o])
	}
	return strings.Join(list, ",")
}

const (
	tennessee = "42: Memphis>Nashville>Chattanooga>Knoxville·26: Nashville>Chattanooga>Knoxville>Memphis·" +
		"15: Chattanooga>Knoxville>Nashville>Memphis·17: Knoxville>Chattanooga>Nashville>Memphis"
	// The first example of M. Schulze's paper, and the one on Wikipedia's page.
	schulze1 = "8: A>C>D>B·2: B>A>D>C·4: C>D>B>A·4: D>B>A>C·3: D>C>B>A"
	schulze5 = "5: A>C>B>E>D·5: A>D>E>C>B·8: B>E>D>A>C·3: C>A>B>E>D·7: C>A>E>B>D·2: C>B>A>D>E·7: D>C>E>B>A·8: E>B>A>D>C"
	tied9    = "3: A>B>C·2: D>A>B·2: D>B>C·2: C>B>D"
	food     = "4: Orange·2: Pear>Orange·8: Chocolate>Strawberry·4: Chocolate>Hamburger·1: Strawberry·1: Hamburger"
	board    = "3: a,b·3: a,c·2: a,d·1: b,c,f·1: e·1: f·1: g·0: h"
)

func TestPublished(t *testing.T) {
	for _, c := range []struct {
		name    string
		ballots string
		set     tally.Settings
		winners string
		order   string
		ties    string
	}{
		{"Tennessee", tennessee, tally.Settings{Method: tally.Schulze}, "Nashville", "Nashville>Chattanooga>Knoxville>Memphis", ""},
		{"Tennessee", tennessee, tally.Settings{Method: tally.RankedPairs}, "Nashville", "Nashville>Chattanooga>Knoxville>Memphis", ""},
		{"Tennessee", tennessee, tally.Settings{Method: tally.RankedPairs, Strength: tally.Margins}, "Nashville", "Nashville>Chattanooga>Knoxville>Memphis", ""},
		{"Tennessee", tennessee, tally.Settings{Method: tally.DefaultOption, Default: 0}, "Nashville", "Nashville>Chattanooga>Knoxville>Memphis", ""},
		{"Tennessee", tennessee, tally.Settings{Method: tally.IRV}, "Knoxville", "Knoxville>Memphis>Nashville>Chattanooga", ""},
		{"Tennessee", tennessee, tally.Settings{Method: tally.Plurality}, "Memphis", "Memphis>Nashville>Knoxville>Chattanooga", ""},
		{"Tennessee", tennessee, tally.Settings{Method: tally.TwoRound}, "Nashville", "Nashville>Memphis>Knoxville>Chattanooga", ""},
		{"Schulze 1", schulze1, tally.Settings{Method: tally.Schulze}, "D", "D>A>C>B", ""},
		{"Schulze 1", schulze1, tally.Settings{Method: tally.Schulze, Strength: tally.Margins}, "D", "D>A>C>B", ""},
		{"Schulze of 45", schulze5, tally.Settings{Method: tally.Schulze}, "E", "E>A>C>B>D", ""},
		{"tie", tied9, tally.Settings{Method: tally.Schulze}, "B,D", "B=D>A=C", "B,D"},
		{"tie, seniority", tied9, tally.Settings{Method: tally.Schulze, TieBreak: []int{0, 3, 1, 2}}, "D", "D>B>A=C", ""},
		{"food", food, tally.Settings{Method: tally.STV, Seats: 3}, "Chocolate,Orange,Strawberry", "Chocolate>Orange>Strawberry>Hamburger>Pear", ""},
		{"board", board, tally.Settings{Method: tally.Approval, Seats: 4}, "a,b,c,d,f", "a>b=c>d=f>e=g>h", "d,f"},
		{"board, lot", board, tally.Settings{Method: tally.Approval, Seats: 4, TieBreak: []int{7, 6, 5, 4, 3, 2, 1, 0}}, "a,b,c,f", "a>b=c>f>d>e=g>h", ""},
		{"judgment", "1: X/Good,Y/Excellent·1: X/Good,Y/Fair·1: X/Fair,Y/Fair·1: X/Poor,Y/Fair", tally.Settings{Method: tally.MajorityJudgment}, "X", "X>Y", ""},
		// More than half of the first choices end it at once.
		{"majority", "6: A>B·4: B>A·1: C", tally.Settings{Method: tally.IRV}, "A", "A>B>C", ""},
		{"majority", "6: A>B·4: B>A·1: C", tally.Settings{Method: tally.TwoRound}, "A", "A>B>C", ""},
		// The tie for exclusion decides who wins: both are tied.
		{"tie for exclusion", "4: A·3: B>C·3: C>B", tally.Settings{Method: tally.IRV}, "B,C", "B=C>A", "B,C"},
		// Whoever is excluded first, the same wins.
		{"harmless tie", "5: A>B·3: B>A·3: C>A", tally.Settings{Method: tally.IRV}, "A", "A>B=C", ""},
		{"bulk", "5: A·4: B·1: C>B·1: D>B", tally.Settings{Method: tally.IRV}, "B", "B>A>C=D", ""},
		{"equal first", "2: A=B>C·1: C>A", tally.Settings{Method: tally.IRV}, "C", "C>A=B", ""},
		{"second place tied", "4: A·2: B>C·2: C>B", tally.Settings{Method: tally.TwoRound}, "A,B,C", "A=B=C", "A,B,C"},
		{"last seat tied", "4: A·2: B·2: C", tally.Settings{Method: tally.STV, Seats: 2}, "A,B,C", "A>B=C", "B,C"},
		{"last seat by order", "4: A·2: B·2: C", tally.Settings{Method: tally.STV, Seats: 2, TieBreak: []int{2, 1, 0}}, "A,C", "A>C>B", ""},
		{"score", "2: A/5,B/3·1: B/4,C/5", tally.Settings{Method: tally.Score}, "A,B", "A=B>C", "A,B"},
		{"mean score", "2: A/5,B/3·1: B/4,C/5", tally.Settings{Method: tally.Score, Missing: tally.Absent}, "A,C", "A=C>B", "A,C"},
		{"star", "2: A/5,B/4·3: A/0,B/1·1: C/5", tally.Settings{Method: tally.STAR}, "B", "B>A>C", ""},
		{"star, equal runoff", "1: A/5,B/1·1: A/1,B/2", tally.Settings{Method: tally.STAR}, "A", "A>B", ""},
		// The official protocol of the Equal Vote Coalition (starvoting.org/ties), step 3:
		// an equal runoff with equal scores goes to the most highest scores.
		{"star, equal but for the fives", "1: A/1,B/5,C/5·1: A/1,B/4,C/5·1: A/1,B/3,C/2", tally.Settings{Method: tally.STAR}, "C", "C>B>A", ""},
		{"star, no fives", "1: A/3,B/4·1: A/3,B/2", tally.Settings{Method: tally.STAR}, "A,B", "A=B", "A,B"},
		{"star, the highest are fours", "1: A/3,B/4·1: A/3,B/2", tally.Settings{Method: tally.STAR, Highest: 4}, "B", "B>A", ""},
		{"star, zeros only", "2: A/0·2: B/0·0: C/0", tally.Settings{Method: tally.STAR}, "A,B,C", "A=B=C", "A,B,C"},
		{"nobody", "3:·0: A", tally.Settings{Method: tally.IRV}, "", "A", ""},
	} {
		t.Run(c.name+" "+string(c.set.Method), func(t *testing.T) {
			o, names := count(t, "", c.ballots, c.set, "Excellent", "Good", "Fair", "Poor")
			ties := ""
			for _, equals := range o.Ties {
				ties += named(names, equals)
			}
			if w := named(names, o.Winners); w != c.winners || said(names, o.Order) != c.order || ties != c.ties {
				t.Errorf("winners %s order %s ties %q, want %s, %s, %q", w, said(names, o.Order), ties, c.winners, c.order, c.ties)
			}
		})
	}
}

// The strongest paths that the paper gives for its first example.
func TestStrongestPaths(t *testing.T) {
	o, names := count(t, "", schulze1, tally.Settings{Method: tally.Schulze})
	got := map[string]string{}
	for _, n := range o.Working {
		if n.Key == tally.NotePath {
			a, b := names[n.Options[0]], names[n.Options[1]]
			got[a+b], got[b+a] = n.Amounts[0].RatString(), n.Amounts[1].RatString()
		}
	}
	for pair, want := range map[string]string{"DA": "13", "AD": "12", "DB": "19", "BD": "12", "DC": "13", "CD": "12"} {
		if got[pair] != want {
			t.Errorf("path %s is %s, want %s", pair, got[pair], want)
		}
	}
}

// rounds writes the counts of an election, a line each.
func rounds(o *tally.Outcome, names []string) string {
	var b strings.Builder
	for _, r := range o.Rounds {
		for i, n := range r.Counts {
			if n != nil {
				fmt.Fprintf(&b, "%s %s ", names[i], decimal(n))
			}
		}
		fmt.Fprintf(&b, "| %s\n", decimal(r.Exhausted))
	}
	return b.String()
}

func decimal(n *big.Rat) string { return strings.TrimSuffix(n.FloatString(5), ".00000") }

// Elections counted under Scotland's rules by Droop 0.11 (J. Lundell), and what
// it published of each count: votes of who is not excluded, then the
// non-transferable ones.
func TestScottishCounts(t *testing.T) {
	o, names := count(t, "42.blt", "3 2\n4 1 2 0\n2 3 0\n0\n\"Castor\"\n\"Pollux\"\n\"Helen\"\n\"42\"\n", tally.Settings{Method: tally.STV})
	want := "Castor 4 Pollux 0 Helen 2 | 0\nCastor 3 Pollux 1 Helen 2 | 0\nCastor 3 Helen 2 | 1\n"
	if got := rounds(o, names); got != want || named(names, o.Winners) != "Castor,Helen" {
		t.Errorf("%s\n%s", named(names, o.Winners), got)
	}
	o, names = count(t, "weak.blt", "5 2\n1 1 2 0\n2 2 0\n3 3 0\n4 4 0\n5 5 0\n0\n\"A\"\n\"B\"\n\"C\"\n\"D\"\n\"E\"\n\"t\"\n", tally.Settings{Method: tally.STV})
	want = "A 1 B 2 C 3 D 4 E 5 | 0\nB 3 C 3 D 4 E 5 | 0\nC 3 D 4 E 5 | 3\nD 4 E 5 | 6\n"
	if got := rounds(o, names); got != want || len(o.Ties) > 0 {
		t.Errorf("%s", got)
	}
	// A committee of four, one candidate withdrawn, 2005; ballots as published.
	committee, err := os.ReadFile("testdata/committee-2005.blt")
	if err != nil {
		t.Fatal(err)
	}
	o, names = count(t, "committee.blt", string(committee), tally.Settings{Method: tally.STV})
	if got := named(names, o.Winners); got != "Rotzler,Kramer,Dickinson,Sevigny" {
		t.Error(got)
	}
	for at, want := range map[int]string{
		1:  "Dickinson 13.91428 Mookerjee 4.45714 Sevigny 14.45714 Piacsek 4.91428 WI2 0 Rotzler 19 Olsen 14.79992 Jones 1.45714 WI1 0 Greenfield 0 Leas 0 Kramer 21 | 0",
		2:  "Dickinson 14.48566 Mookerjee 4.83806 Sevigny 15.02852 Piacsek 5.39043 WI2 0 Rotzler 19 Olsen 14.79992 Jones 1.45714 WI1 0 Greenfield 0 Leas 0 Kramer 19 | 0",
		8:  "Dickinson 15.58089 Sevigny 16.02852 Piacsek 6.48566 Rotzler 19 Olsen 17.35229 Kramer 19 | 0.55237",
		9:  "Dickinson 18.15227 Sevigny 18.02852 Rotzler 19 Olsen 17.80943 Kramer 19 | 2.00951",
		10: "Dickinson 21.06655 Sevigny 18.48566 Rotzler 19 Kramer 19 | 16.44752",
	} {
		if lines := strings.Split(rounds(o, names), "\n"); at >= len(lines) || lines[at] != want {
			t.Errorf("count %d of %d: %s\nwant %s", at+1, len(lines)-1, lines[min(at, len(lines)-1)], want)
		}
	}
}

// A declared tie-break is told, and so is a lot that is not.
func TestTiesAreTold(t *testing.T) {
	has := func(o *tally.Outcome, key tally.NoteKey) bool {
		return slices.ContainsFunc(o.Working, func(n tally.Note) bool { return n.Key == key })
	}
	o, _ := count(t, "", tied9, tally.Settings{Method: tally.Schulze, TieBreak: []int{0, 3, 1, 2}})
	if !has(o, tally.NoteTieBreak) {
		t.Error("the tie-break is silent")
	}
	o, _ = count(t, "", "4: A·3: B>C·3: C>B", tally.Settings{Method: tally.IRV})
	if !has(o, tally.NoteLot) || len(o.Rounds) != 1 || len(o.Rounds[0].Eliminated) != 0 {
		t.Errorf("%+v", o)
	}
	o, _ = count(t, "", "4: A·3: B>C·3: C>B", tally.Settings{Method: tally.IRV, TieBreak: []int{2, 1, 0}})
	if !has(o, tally.NoteTieBreakOut) || len(o.Ties) > 0 || len(o.Winners) != 1 || o.Winners[0] != 2 {
		t.Errorf("%+v", o)
	}
}

// The lot is what printf 'graine\nA' | sha256sum and so on give: A 2624…, B
// ed29…, C 5ce4….
func TestLotCanBeDrawnAgain(t *testing.T) {
	names := []string{"A", "B", "C"}
	first := tally.Lot("graine", names)
	if !slices.Equal(first, []int{0, 2, 1}) {
		t.Errorf("drawn: %v", first)
	}
	seen := map[int]bool{}
	for i := range 100 {
		seen[tally.Lot(fmt.Sprint(i), names)[0]] = true
	}
	if len(seen) != 3 {
		t.Errorf("in 100 lots only %d options came first", len(seen))
	}
}

// Debian's constitution, A.6.
func TestDefaultOption(t *testing.T) {
	r := func(n, d int64) *big.Rat { return big.NewRat(n, d) }
	for _, c := range []struct {
		name, ballots string
		quorum        *big.Rat
		ratios        map[int]*big.Rat
		winners       string
	}{
		{"majority", "3: A>FD·2: FD>A", nil, nil, "A"},
		{"equal is no majority", "2: A>FD·2: FD>A", nil, nil, "FD"},
		{"ratio met exactly", "3: A>FD·1: FD>A", nil, map[int]*big.Rat{0: r(3, 1)}, "A"},
		{"ratio missed", "5: A>FD·2: FD>A", nil, map[int]*big.Rat{0: r(3, 1)}, "FD"},
		{"quorum met exactly", "3: A>FD", r(3, 1), nil, "A"},
		{"quorum missed by a part", "3: A>FD", r(31, 10), nil, "FD"},
		{"unranked is below", "3: A", nil, nil, "A"},
		{"dropped options lose to what they beat", "4: A>B>FD·3: B>FD>A·2: FD", nil, map[int]*big.Rat{0: r(2, 1)}, "B"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := ballotfile.Read(strings.NewReader(strings.ReplaceAll(c.ballots, "·", "\n")+"\n0: FD"), "", tally.DefaultOption, nil)
			if err != nil {
				t.Fatal(err)
			}
			s := tally.Settings{Method: tally.DefaultOption, Default: slices.Index(f.Options, "FD"), Quorum: c.quorum, Ratios: c.ratios}
			o, err := tally.Tally(f.Profile, s)
			if err != nil || named(f.Options, o.Winners) != c.winners {
				t.Errorf("winners %s, %v", named(f.Options, o.Winners), err)
			}
		})
	}
}

func TestConsentAndDots(t *testing.T) {
	p := tally.NewProfile(tally.Consent, 3)
	add := func(p *tally.Profile, times int64, values ...int64) {
		var b tally.Ballot
		for option, value := range values {
			b.Marks = append(b.Marks, tally.Mark{Option: option, Value: value})
		}
		if err := p.Add(b, times); err != nil {
			t.Fatal(err)
		}
	}
	add(p, 4, tally.Agree, tally.Agree, tally.Aside)
	add(p, 1, tally.Aside, tally.Object, tally.Aside)
	o, err := tally.Tally(p, tally.Settings{Method: tally.Consent})
	if err != nil || !slices.Equal(o.Winners, []int{0}) || o.Scores[1].RatString() != "1" {
		t.Errorf("%+v, %v", o, err)
	}
	add(p, 1, 7)
	if _, err := tally.Tally(p, tally.Settings{Method: tally.Consent}); !errors.Is(err, tally.ErrBallot) {
		t.Error(err)
	}
	d := tally.NewProfile(tally.Dots, 2)
	add(d, 2, 3, 2)
	add(d, 1, 0, 5)
	o, err = tally.Tally(d, tally.Settings{Method: tally.Dots, Points: 5})
	if err != nil || !slices.Equal(o.Winners, []int{1}) || o.Scores[1].RatString() != "9" {
		t.Errorf("%+v, %v", o, err)
	}
	if _, err := tally.Tally(d, tally.Settings{Method: tally.Dots, Points: 4}); !errors.Is(err, tally.ErrBallot) {
		t.Error(err)
	}
}

// What makes no sense is refused.
func TestSettings(t *testing.T) {
	p := tally.NewProfile(tally.IRV, 2)
	for name, s := range map[string]tally.Settings{
		"two seats":        {Method: tally.IRV, Seats: 2},
		"another kind":     {Method: tally.Score},
		"no such method":   {Method: "x"},
		"default option":   {Method: tally.DefaultOption, Default: 2},
		"half a tie-break": {Method: tally.IRV, TieBreak: []int{0}},
		"missing":          {Method: tally.IRV, Missing: "x"},
		"yes and no":       {Method: tally.YesNo},
	} {
		if _, err := tally.Tally(p, s); !errors.Is(err, tally.ErrSettings) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, b := range map[string]tally.Ballot{
		"twice":           {Marks: []tally.Mark{{Option: 1}, {Option: 1, Value: 1}}},
		"no such option":  {Marks: []tally.Mark{{Option: 2}}},
		"negative weight": {Weight: big.NewRat(-1, 2)},
		"abstention":      {Kind: tally.Abstention, Marks: []tally.Mark{{}}},
	} {
		if err := p.Add(b, 1); !errors.Is(err, tally.ErrBallot) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_ = p.Add(tally.Ballot{Marks: []tally.Mark{{}}}, 1<<45)
	_ = p.Add(tally.Ballot{Marks: []tally.Mark{{}}, Weight: big.NewRat(1, 1_000_003)}, 1)
	if _, err := tally.Tally(p, tally.Settings{Method: tally.IRV}); !errors.Is(err, tally.ErrSize) {
		t.Error(err)
	}
}

// Burlington elected its mayor by instant runoff in 2009. The ballots are those
// that electorama/abiftool holds; first counts and the count of three were
// published by the city, the last one (4313 to 4060, 607 ballots for nobody) by
// ranked.vote from the same records, the duels by Electowiki.
func TestBurlington(t *testing.T) {
	ballots, err := os.ReadFile("testdata/burlington-2009.txt")
	if err != nil {
		t.Fatal(err)
	}
	o, names := count(t, "burlington.txt", string(ballots), tally.Settings{Method: tally.IRV})
	lines := strings.Split(rounds(o, names), "\n")
	for at, want := range map[int]string{
		0: "Wright 2951 Kiss 2585 Montroll 2063 Smith 1306 Simpson 35 Write-in 36 | 0",
		3: "Wright 3294 Kiss 2981 Montroll 2554 | 147",
		4: "Wright 4060 Kiss 4313 | 603",
	} {
		if lines[at] != want {
			t.Errorf("count %d: %s, want %s", at+1, lines[at], want)
		}
	}
	void := slices.IndexFunc(o.Working, func(n tally.Note) bool { return n.Key == tally.NoteVoid })
	if named(names, o.Winners) != "Kiss" || o.Ballots != 8980 || void < 0 || o.Working[void].Amounts[0].RatString() != "4" {
		t.Errorf("%s of %d ballots", named(names, o.Winners), o.Ballots)
	}
	for _, m := range []tally.Method{tally.Schulze, tally.RankedPairs} {
		o, names = count(t, "burlington.txt", string(ballots), tally.Settings{Method: m})
		at := func(name string) int { return slices.Index(names, name) }
		for _, d := range []struct {
			one, other string
			votes      int64
		}{{"Montroll", "Kiss", 4067}, {"Kiss", "Montroll", 3477}, {"Montroll", "Wright", 4597}, {"Wright", "Montroll", 3668}, {"Kiss", "Wright", 4314}, {"Wright", "Kiss", 4064}} {
			if got := o.Pairs.Over(at(d.one), at(d.other)); got.Cmp(big.NewRat(d.votes, 1)) != 0 {
				t.Errorf("%s over %s: %s, want %d", d.one, d.other, got.RatString(), d.votes)
			}
		}
		if got := said(names, o.Order); got != "Montroll>Kiss>Wright>Smith>Simpson>Write-in" {
			t.Errorf("%s: %s", m, got)
		}
	}
}
