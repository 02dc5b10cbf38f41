package ballotfile_test

import (
	"errors"
	"io"
	"math/big"
	"strings"
	"testing"

	"greffier/bot/votes/tally"
	"greffier/bot/votes/tally/ballotfile"

	"pgregory.net/rapid"
)

const (
	head = "# FILE NAME: x\n# TITLE: Test\n# NUMBER ALTERNATIVES: 3\n# NUMBER VOTERS: 5\n# NUMBER UNIQUE ORDERS: 2\n# ALTERNATIVE NAME 1: Ann: the first\n# ALTERNATIVE NAME 2: Bob\n# ALTERNATIVE NAME 3: Cy\n"
	old  = "3\n1,Ann: the first\n2,Bob\n3,Cy\n5,5,2\n"
	blt  = "4 2          # four candidates for two seats\n-2\n1 4 1 3 2 0\n2.5 4 3 0\n1 0\n1 1 - 3 0\n\n1 2=3 1 0  # comment\n(id 7) 1 3 0\n0\n\"Diane # 1\"\n\"Bob\"\n\"Chuck \"\"C\"\" Y\"\n\"Amy\"\n\"Gardening Club\"\n"
)

// pairs says who is preferred to whom, which any order shows.
func pairs(t *testing.T, f *ballotfile.File) string {
	t.Helper()
	o, err := tally.Tally(f.Profile, tally.Settings{Method: tally.Schulze})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := range f.Options {
		for j := range f.Options {
			if i != j {
				b.WriteString(o.Pairs.Over(i, j).RatString() + " ")
			}
		}
	}
	return strings.TrimSpace(b.String())
}

func TestFormats(t *testing.T) {
	for _, c := range []struct{ name, text, options, pairs string }{
		{"a.txt", "3: A>B=C\n2: C\n", "A|B|C", "3 3 0 0 2 2"},
		{"a.txt", "\xef\xbb\xbf# comment\r\n\r\n 3 :  New York > B = C \r\n2:C", "New York|B|C", "3 3 0 0 2 2"},
		{"a", "3: \"A>=,/\"\" x\" > B=C\n2: C\n", "A>=,/\" x|B|C", "3 3 0 0 2 2"},
		{"a.txt", "1.5: A>B\n0,5: B\n4:\n0: C", "A|B|C", "3/2 3/2 1/2 2 0 0"},
		{"a.txt", "1: \xc9mile>Zo\xeb\n", "Émile|Zoë", "1 0"},
		{"a.soi", head + "3: 1\n2: 3,2\n", "Ann: the first|Bob|Cy", "3 3 2 0 2 2"},
		{"a.SOC", head + "3: 1, 2, 3\n2: 3,2,1", "Ann: the first|Bob|Cy", "3 3 2 3 2 2"},
		{"a.toc", head + "3: 1,{2,3}\n2: {3, 2},1\n", "Ann: the first|Bob|Cy", "3 3 2 0 2 0"},
		{"a.toi", head + "3: 1,{2,3}\n2: 3\n", "Ann: the first|Bob|Cy", "3 3 0 0 2 2"},
		{"a.toi", old + "3,1,{2,3}\n2,3\n", "Ann: the first|Bob|Cy", "3 3 0 0 2 2"},
		{"a.soi", old + "3: 1\n2: 3,2\n", "Ann: the first|Bob|Cy", "3 3 2 0 2 2"},
		{"a.cat", head + "# NUMBER CATEGORIES: 2\n3: 1,{2,3}\n2: {},{1,2,3}\n", "Ann: the first|Bob|Cy", "3 3 0 0 0 0"},
		{"a.cat", old + "3,1,{2,3}\n2,{},{1,2,3}\n", "Ann: the first|Bob|Cy", "3 3 0 0 0 0"},
		{"a.cat", "3\n1,Ann: the first\n2,Bob\n3,Cy\n2\n1,Yes\n2,No\n5,5,2\n3,{1},{2,3}\n2,{},{1,2,3}\n", "Ann: the first|Bob|Cy", "3 3 0 0 0 0"},
		{"a.cat", "3,2\n1,Ann: the first\n2,Bob\n3,Cy\n1,Yes\n2,No\n5,5,2\n3,{1},{2,3}\n2,{},{1,2,3}\n", "Ann: the first|Bob|Cy", "3 3 0 0 0 0"},
		{"a.blt", blt, "Diane # 1|Chuck \"\"C\"\" Y|Amy", "2 2 9/2 3 7/2 7/2"},
		{"a.blt", "3\n1\n\n2 1\t2\n  3\r\n0 # a ballot\n2 3\n0\n0\n\"A\"\n\"B\"\n\"C\"\n", "A|B|C", "2 2 0 2 2 2"},
		{"a.blt", "3 1 -2\n2 1 3 0 (a b)3 3 = 1 0 (c)\n2 1= 2 - 3\n0 0 1 0 0 \"A\" \"B\"\n\"C\" \"T\"", "A|C", "4 0"},
		{"a.blt", "3 1\n2 1 2 0\n0\n\"A b\" \"C\"\t\"D\" \"Title\"\n", "A b|C|D", "2 2 0 2 0 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := ballotfile.Read(strings.NewReader(c.text), c.name, tally.Schulze, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(f.Options, "|"); got != c.options || pairs(t, f) != c.pairs {
				t.Errorf("options %s, pairs %s; want %s, %s", got, pairs(t, f), c.options, c.pairs)
			}
		})
	}
	f, err := ballotfile.Read(strings.NewReader(blt), "x.blt", tally.STV, nil)
	if err != nil || f.Seats != 2 || f.Title != "Gardening Club" {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestMistakesHaveTheirLine(t *testing.T) {
	long := strings.Repeat("x", 1<<20+1)
	for _, c := range []struct {
		name, text string
		m          tally.Method
		line       int
		key        string
	}{
		{"a.txt", "", tally.IRV, 0, "no-ballots"},
		{"a.txt", "# nothing\n", tally.IRV, 1, "no-ballots"},
		{"a.txt", "1: A\nA>B\n", tally.IRV, 2, "no-colon"},
		{"a.txt", "1: A\n-1: A\n", tally.IRV, 2, "bad-count"},
		{"a.txt", "1e3: A\n", tally.IRV, 1, "bad-count"},
		{"a.txt", "NaN: A\n", tally.IRV, 1, "bad-count"},
		{"a.txt", ": A\n", tally.IRV, 1, "bad-count"},
		{"a.txt", "1.: A\n", tally.IRV, 1, "bad-count"},
		{"a.txt", "18446744073709551617: A\n", tally.IRV, 1, "big-count"},
		{"a.txt", strings.Repeat("1000000000000: A\n", 41), tally.IRV, 41, "too-many"},
		{"a.txt", "1: A>B>A\n", tally.IRV, 1, "twice"},
		{"a.txt", "1: A>>B\n", tally.IRV, 1, "no-name"},
		{"a.txt", "1: A>\n", tally.IRV, 1, "no-name"},
		{"a.txt", "1: A,B\n", tally.IRV, 1, "not-ranked"},
		{"a.txt", "1: A>B\n", tally.Approval, 1, "not-approval"},
		{"a.txt", "1: A\n", tally.Score, 1, "no-value"},
		{"a.txt", "1: A/x\n", tally.Score, 1, "bad-score"},
		{"a.txt", "1: A/5,\n", tally.Score, 1, "no-name"},
		{"a.txt", "1: A/5000000\n", tally.Score, 1, "bad-score"},
		{"a.txt", "1: A/Great\n", tally.MajorityJudgment, 1, "no-grade"},
		{"a.txt", "1: \"A\n", tally.IRV, 1, "open-quotes"},
		{"a.txt", "1: \"A\"B\n", tally.IRV, 1, "after-quotes"},
		{"a.txt", "1: A\x00\n", tally.IRV, 1, "not-text"},
		{"a.txt", "1: A\n" + long, tally.IRV, 2, "long-line"},
		{"a.txt", "1: " + long[:1000], tally.IRV, 1, "long-name"},
		{"a.soc", head + "3: 1,2\n", tally.IRV, 9, "incomplete"},
		{"a.soc", head + "3: 1,{2,3}\n", tally.IRV, 9, "braces"},
		{"a.toc", head + "3: 1,{2,3\n", tally.IRV, 9, "braces"},
		{"a.soi", head + "3: 1,4\n", tally.IRV, 9, "bad-option"},
		{"a.soi", head + "3: 1,,2\n", tally.IRV, 9, "no-name"},
		{"a.soi", head + "3: 1,2 3\n", tally.IRV, 9, "bad-option"},
		{"a.soi", head + "3: 1,1\n", tally.IRV, 9, "twice"},
		{"a.soi", head + "3: 1\n", tally.IRV, 9, "voters"},
		{"a.soi", "# NUMBER ALTERNATIVES: 3000000000\n1: 1\n", tally.IRV, 1, "bad-number"},
		{"a.soi", "# nothing\n1: 1\n", tally.IRV, 2, "bad-number"},
		{"a.soi", "3\n1,A\n2,B\n", tally.IRV, 3, "short"},
		{"a.cat", head + "3: 1,{2,3}\n", tally.IRV, 9, "no-categories"},
		{"a.cat", head + "# NUMBER CATEGORIES: 2\n3: 1,2,3\n", tally.IRV, 10, "categories"},
		{"a.cat", old + "3,1,{2,3}\n2,1,2,3\n", tally.Approval, 7, "categories"},
		{"a.cat", old + "3,1,{2,3}\n1,2,{1,3}\n", tally.Approval, 7, "voters"},
		{"a.cat", old + "3,1,{2,4}\n", tally.Approval, 6, "bad-option"},
		{"a.cat", "3,2\n1,A\n2,B\n3,C\n1,Yes\n5,5,2\n", tally.Approval, 6, "bad-number"},
		{"a.cat", "3\n1,A\n2,B\n3,C\n2\n1,Yes\n", tally.Approval, 6, "short"},
		{"a.soi", "3,2\n1,A\n2,B\n3,C\n", tally.IRV, 1, "bad-number"},
		{"a.soi", head + "3: 1\n", tally.Score, 0, "no-scores"},
		{"a.soc", head + "3: 1\n", tally.Approval, 0, "no-approvals"},
		{"a.blt", "3000000000 1\n", tally.STV, 1, "bad-number"},
		{"a.blt", "3\n", tally.STV, 1, "short"},
		{"a.blt", "3\nx\n", tally.STV, 2, "blt-head"},
		{"a.blt", "3 1\n(7 1 1 2 0\n", tally.STV, 2, "blt-id"},
		{"a.blt", "3 1\n1 1 2 0\n\"A\"\n\"B\"\n\"C\"\n", tally.STV, 3, "blt-early"},
		{"a.blt", "3 1\n1 1 2\n3 2 0\n0\n\"A\"\n", tally.STV, 3, "blt-run-on"},
		{"a.blt", "3 1\n1 1 2\n0.5 2 0\n0\n", tally.STV, 3, "blt-run-on"},
		{"a.blt", "3 1\n1 1 2\n\"A\"\n", tally.STV, 3, "blt-run-on"},
		{"a.blt", "3 1\n1 1 2\n3\n", tally.STV, 2, "blt-end"},
		{"a.blt", "3 1\n1 = 1 0\n", tally.STV, 2, "bad-option"},
		{"a.blt", "3 1\n1 1 - = 2 0\n", tally.STV, 2, "bad-option"},
		{"a.blt", "3 1\n1 1= 0\n", tally.STV, 2, "bad-option"},
		{"a.blt", "3 1\n-4\n", tally.STV, 2, "bad-option"},
		{"a.blt", "3 1\n1 2 0\n-1\n", tally.STV, 3, "bad-count"},
		{"a.blt", "3 0\n", tally.STV, 1, "blt-head"},
		{"a.blt", "3 1\n1 1 2\n", tally.STV, 2, "blt-end"},
		{"a.blt", "3 1\n1 1 4 0\n", tally.STV, 2, "bad-option"},
		{"a.blt", "3 1\n1 1 -1 0\n", tally.STV, 2, "bad-option"},
		{"a.blt", "3 1\n1 1 2 1 0\n", tally.STV, 2, "twice"},
		{"a.blt", "3 1\nx 1 2 0\n", tally.STV, 2, "bad-count"},
		{"a.blt", "2 1\n1 1 2 0\n0\n\"A\"\n", tally.STV, 4, "short"},
		{"a.blt", "2 1\n1 1 2 0\n0\n\"A\"\nB\n", tally.STV, 5, "blt-name"},
		{"a.blt", "2 1\n1 1 2 0\n0\n\"A\"\n\"A\"\n", tally.STV, 5, "same-name"},
		{"a.blt", "2 1\n1 1 2 0\n0\n\"A\" \"\"\n", tally.STV, 4, "blt-name"},
		{"a.blt", "2 1\n1 1 2 0\n0\n\"A\" \"B\" C\n", tally.STV, 4, "blt-name"},
		{"a.blt", "2 1\n1 1 2 0\n", tally.STV, 2, "short"},
		{"a.blt", "2 1\n-1 -2\n1 1 0\n", tally.STV, 3, "no-options"},
		{"a.blt", "2 1\n1 1 0\n", tally.Score, 0, "no-scores"},
	} {
		t.Run(c.key, func(t *testing.T) {
			_, err := ballotfile.Read(strings.NewReader(c.text), c.name, c.m, []string{"Good", "Bad"}[:2*b2i(c.m == tally.MajorityJudgment)])
			var wrong *ballotfile.Mistake
			if !errors.As(err, &wrong) || wrong.Line != c.line || wrong.Key != c.key {
				t.Errorf("%q: %v, want line %d: %s", c.text[:min(len(c.text), 300)], err, c.line, c.key)
			}
		})
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// endless is a file that never ends, after a mistake in its second line.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = "1: A\n1: A>\n"[e.read%11]
		e.read++
	}
	return len(p), nil
}

func TestRefusedAtOnce(t *testing.T) {
	e := new(endless)
	var wrong *ballotfile.Mistake
	if _, err := ballotfile.Read(e, "x.txt", tally.IRV, nil); !errors.As(err, &wrong) || wrong.Line != 2 || e.read > 1<<17 {
		t.Errorf("%v after %d bytes", err, e.read)
	}
	if _, err := ballotfile.Read(io.MultiReader(strings.NewReader("1: A\n"), failing{}), "x.txt", tally.IRV, nil); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

// What Line writes, Read reads back.
func TestLinesAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.SampledFrom([]tally.Method{tally.Schulze, tally.Approval, tally.Score, tally.MajorityJudgment}).Draw(t, "method")
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Za-z>=,/": é#]{0,6}[a-z]`), 1, 5, strings.TrimSpace).Draw(t, "names")
		grades := []string{"Good", "Fair", "Poor"}
		var lines []string
		for i := range names {
			names[i] = strings.TrimSpace(names[i])
			// A line for each, so that the numbers of options are the same again.
			lines = append(lines, ballotfile.Line(m, names, grades, tally.Ballot{Marks: []tally.Mark{{Option: i}}}, 1))
		}
		weight := big.NewRat(rapid.Int64Range(1, 99).Draw(t, "weight"), 8)
		b := tally.Ballot{Weight: weight}
		for i := range names {
			b.Marks = append(b.Marks, tally.Mark{Option: i, Value: rapid.Int64Range(0, 2).Draw(t, "value")})
		}
		lines = append(lines, ballotfile.Line(m, names, grades, b, 1))
		direct := tally.NewProfile(m, len(names))
		for i := range names {
			_ = direct.Add(tally.Ballot{Marks: []tally.Mark{{Option: i}}}, 1)
		}
		_ = direct.Add(b, 1)
		f, err := ballotfile.Read(strings.NewReader(strings.Join(lines, "\n")), "x.txt", m, grades)
		if err != nil {
			t.Fatalf("%q: %v", lines, err)
		}
		if strings.Join(f.Options, "|") != strings.Join(names, "|") {
			t.Fatalf("%q, want %q", f.Options, names)
		}
		s := tally.Settings{Method: m, Grades: 3}
		one, err1 := tally.Tally(direct, s)
		two, err2 := tally.Tally(f.Profile, s)
		if err1 != nil || err2 != nil || one.Weight.Cmp(two.Weight) != 0 {
			t.Fatal(err1, err2, one, two)
		}
		for i := range one.Scores {
			if one.Scores[i].Cmp(two.Scores[i]) != 0 {
				t.Fatal(one.Scores, two.Scores)
			}
		}
	})
}

func fuzz(f *testing.F, name string, methods ...tally.Method) {
	f.Fuzz(func(t *testing.T, data []byte, pick uint8) {
		m := methods[int(pick)%len(methods)]
		var grades []string
		if m == tally.MajorityJudgment && !strings.HasSuffix(name, ".cat") {
			grades = []string{"Good", "Bad"}
		}
		file, err := ballotfile.Read(strings.NewReader(string(data)), name, m, grades)
		if err != nil {
			var wrong *ballotfile.Mistake
			if !errors.As(err, &wrong) || wrong.Line > strings.Count(string(data), "\n")+1 {
				t.Fatalf("%v", err)
			}
			return
		}
		if len(file.Options) != file.Profile.Options() {
			t.Fatalf("%d names, %d options", len(file.Options), file.Profile.Options())
		}
		if len(file.Options) > 12 {
			return
		}
		o, err := tally.Tally(file.Profile, tally.Settings{Method: m, Seats: min(max(file.Seats, 1), 1), Grades: len(file.Grades)})
		if err != nil && !errors.Is(err, tally.ErrSize) {
			t.Fatal(err)
		}
		if err == nil && len(o.Order) == 0 {
			t.Fatal("no order")
		}
	})
}

func FuzzNative(f *testing.F) {
	f.Add([]byte("3: A>B=C\n2: C\n1:\n"), uint8(0))
	f.Add([]byte("3: A/5,\"B,\"/3\n"), uint8(4))
	f.Add([]byte("# x\n1.5: a,b\n"), uint8(3))
	fuzz(f, "x.txt", tally.Schulze, tally.IRV, tally.STV, tally.Approval, tally.Score, tally.MajorityJudgment, tally.STAR)
}

func FuzzPrefLib(f *testing.F) {
	f.Add([]byte(head+"3: 1,{2,3}\n2: 3\n"), uint8(0))
	f.Add([]byte(old+"3,1,{2,3}\n2,3\n"), uint8(1))
	fuzz(f, "x.toi", tally.RankedPairs, tally.IRV, tally.STV, tally.Approval)
}

func FuzzCategories(f *testing.F) {
	f.Add([]byte(head+"# NUMBER CATEGORIES: 2\n# CATEGORY NAME 1: Yes\n3: 1,{2,3}\n2: {},{1,2,3}\n"), uint8(0))
	fuzz(f, "x.cat", tally.Approval, tally.MajorityJudgment, tally.Score, tally.Schulze)
}

func FuzzBLT(f *testing.F) {
	f.Add([]byte(blt), uint8(0))
	fuzz(f, "x.blt", tally.STV, tally.IRV, tally.Approval)
}
