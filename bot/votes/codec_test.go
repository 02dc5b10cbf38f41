package votes

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/config"

	"pgregory.net/rapid"
)

// What is stored is read back as it was.
func TestRecordsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := ballot{Kind: rapid.SampledFrom([]tally.Kind{tally.Marked, tally.Abstention, tally.Blank}).Draw(t, "kind")}
		if b.Kind == tally.Marked {
			b = markedBallot(rapid.SliceOf(rapid.IntRange(0, maxOptions-1)).Draw(t, "options")...)
			for i := range b.Marks {
				b.Marks[i].Value = rapid.Int64Range(-tally.MaxValue, tally.MaxValue).Draw(t, "value")
			}
		}
		b.Class = rapid.IntRange(0, maxClasses).Draw(t, "ballot-class")
		b.Reason = rapid.String().Draw(t, "reason")
		data, err := b.MarshalBinary()
		var back ballot
		if err != nil || back.UnmarshalBinary(data) != nil || !b.same(back) {
			t.Fatalf("%v became %v", b, back)
		}
		who := rapid.Map(rapid.Uint64(), func(n uint64) bot.MemberID { return bot.MemberID(n) })
		entry := rollEntry{
			Entitled: rapid.Bool().Draw(t, "entitled"), Present: rapid.Bool().Draw(t, "present"), Voted: rapid.Bool().Draw(t, "voted"),
			Class: rapid.IntRange(0, maxClasses).Draw(t, "class"), Holder: who.Draw(t, "holder"), By: who.Draw(t, "by"),
		}
		data, err = entry.MarshalBinary()
		var again rollEntry
		if err != nil || again.UnmarshalBinary(data) != nil || again != entry {
			t.Fatalf("%v became %v", entry, again)
		}
		n := rapid.Uint64()
		count := turnout{n.Draw(t, "entitled"), n.Draw(t, "cast"), n.Draw(t, "abstentions"), n.Draw(t, "blanks"), rapid.SliceOfN(n, 0, maxOptions).Draw(t, "counts")}
		data, err = count.MarshalBinary()
		var counted turnout
		if err != nil || counted.UnmarshalBinary(data) != nil || !count.same(counted) || count.Cast != counted.Cast || count.Entitled != counted.Entitled {
			t.Fatalf("%v became %v", count, counted)
		}
	})
}

// Whatever is in the file, reading it fails or gives something; it never panics.
func FuzzRecords(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 1, 2})
	f.Add([]byte{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Fuzz(func(_ *testing.T, data []byte) {
		var b ballot
		_ = b.UnmarshalBinary(data)
		var r rollEntry
		_ = r.UnmarshalBinary(data)
		var c turnout
		_ = c.UnmarshalBinary(data)
		var v Vote
		_ = v.UnmarshalBinary(data)
	})
}

// Whatever somebody types as their ballot is refused in words or is valid.
func FuzzReadBallot(f *testing.F) {
	for _, s := range []string{
		"yes", "oui", "1", "#2", "a, b", "a; abstain", "blanc", "peut-être", ",", "\x00", "\u202eyes", "Ève", "#", "#abstain",
		"a > b = c", "1>3", "a/5, b/3", "a: bien; b passable", "a 3, 2026 4", "objection : pourquoi", "a = = b >", "#1/#2",
	} {
		f.Add(s)
	}
	var all []*Vote
	for _, m := range methods {
		method := string(m)
		v := &Vote{Rule: config.VoteRule{Method: method}}
		fill(&v.Rule, "fr")
		if method != "yes-no" && method != "consent" {
			v.Options = []Option{{"a"}, {"b"}, {"Ève"}, {"2026"}}
		}
		all = append(all, v)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		for _, v := range all {
			b, problem := readBallot(v, raw)
			if !problem.IsZero() {
				continue
			}
			if err := v.checker()(b); err != nil {
				t.Errorf("%s: %q: %v", v.Rule.Method, raw, err)
			}
		}
	})
}

// Every way to name an answer, in either language, whatever the case and accents.
func TestReadBallot(t *testing.T) {
	yesNo := &Vote{Rule: config.VoteRule{Method: "yes-no"}}
	one := &Vote{Rule: config.VoteRule{Method: "choice"}, Options: []Option{{"Ève Martin"}, {"3"}, {"Blanc"}, {"Café, thé"}}}
	several := &Vote{Rule: config.VoteRule{Method: "approval"}, Options: []Option{{"lundi"}, {"mardi"}, {"jeudi"}}}
	for _, c := range []struct {
		vote  *Vote
		typed string
		want  string // "!" is refused
	}{
		{yesNo, "YES", "1"},
		{yesNo, " oui ", "1"},
		{yesNo, "pour", "1"},
		{yesNo, "contre", "2"},
		{yesNo, "Défavorable", "2"},
		{yesNo, "#2", "2"},
		{yesNo, "Abstention", "-"},
		{yesNo, "je m’abstiens", "-"},
		{yesNo, "blanc", "0"},
		{yesNo, "«oui»", "1"},
		{yesNo, "1", "!"},
		{yesNo, "yes, no", "!"},
		{one, "eve martin", "1"},
		{one, "eve", "1"},
		{one, "1", "1"},
		{one, "2", "2"},
		{one, "3", "2"},
		{one, "#3", "3"},
		{one, "blanc", "3"},
		{one, "café, thé", "4"},
		{one, "#5", "!"},
		{one, "0", "!"},
		{several, "lundi, jeudi", "1,3"},
		{several, "3;1;1", "1,3"},
		{several, "jeudi\nmardi", "2,3"},
		{several, "abstention", "-"},
		{several, "lundi, abstention", "!"},
		{several, "lundi, dimanche", "!"},
		{several, ";", "!"},
	} {
		b, problem := readBallot(c.vote, c.typed)
		got := b.code()
		if !problem.IsZero() {
			got = "!"
		}
		if got != c.want {
			t.Errorf("%s: %q is %s, want %s", c.vote.Rule.Method, c.typed, got, c.want)
		}
	}
}

// A vote decoded once is shared: changing one's own copy must not reach others.
func TestDecodedVotesAreNotShared(t *testing.T) {
	v := Vote{Number: 1, Title: "before", Options: []Option{{"a"}, {"b"}}, Rule: config.VoteRule{ID: "r", Electorate: []string{"g"}}}
	data, err := v.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var one, two Vote
	if err := one.UnmarshalBinary(data); err != nil {
		t.Fatal(err)
	}
	one.Title, one.Options = "after", append(slices.Clone(one.Options), Option{"c"})
	if err := two.UnmarshalBinary(data); err != nil {
		t.Fatal(err)
	}
	if two.Title != "before" || len(two.Options) != 2 {
		t.Errorf("%+v", two)
	}
	for i := range 3 * maxDecoded {
		many := Vote{Number: uint64(i), Title: fmt.Sprint(i)}
		data, err := many.MarshalBinary()
		if err != nil || one.UnmarshalBinary(data) != nil || one.Title != many.Title {
			t.Fatalf("%d: %+v", i, one)
		}
	}
	if len(decoded.votes) > maxDecoded {
		t.Errorf("%d votes are kept decoded", len(decoded.votes))
	}
}

// What a ballot says in words reads back as the same ballot, in both languages
// where there are two ways to say it: what is shown is what is counted.
func TestBallotsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		method := rapid.SampledFrom([]tally.Method{tally.Schulze, tally.IRV, tally.Score, tally.MajorityJudgment, tally.Dots}).Draw(t, "method")
		v := &Vote{Rule: config.VoteRule{Method: string(method)}, Options: []Option{{"Ada"}, {"Grace"}, {"Linus T."}, {"2026"}, {"Très bien"}}}
		fill(&v.Rule, "fr")
		b := ballot{Kind: tally.Marked}
		left, rank := int64(v.Rule.Points), int64(0)
		for _, option := range rapid.SliceOfNDistinct(rapid.IntRange(0, 4), 1, 5, rapid.ID).Draw(t, "options") {
			m := tally.Mark{Option: option}
			switch v.marking() {
			case ranked:
				if rank == 0 || !v.equalRanks() || rapid.Bool().Draw(t, "next") {
					rank++
				}
				m.Value = rank
			case scored:
				m.Value = rapid.Int64Range(0, int64(v.Rule.Highest)).Draw(t, "score")
			case graded:
				m.Value = rapid.Int64Range(0, int64(len(v.Rule.Grades)-1)).Draw(t, "grade")
			default:
				if left == 0 {
					continue
				}
				m.Value = rapid.Int64Range(1, left).Draw(t, "points")
				left -= m.Value
			}
			b.Marks = append(b.Marks, m)
		}
		slices.SortFunc(b.Marks, func(x, y tally.Mark) int {
			if v.marking() == ranked && x.Value != y.Value {
				return int(x.Value - y.Value)
			}
			return x.Option - y.Option
		})
		typed := b.typed(v)
		if v.marking() != ranked {
			var parts []string
			for _, m := range b.Marks {
				parts = append(parts, v.Options[m.Option].Title+rapid.SampledFrom([]string{"/", " : ", " ", ": "}).Draw(t, "sep")+v.value(m).Lit)
			}
			typed = strings.Join(parts, rapid.SampledFrom([]string{", ", "; ", "\n"}).Draw(t, "between"))
		}
		back, problem := readBallot(v, typed)
		if !problem.IsZero() || !back.same(b) {
			t.Fatalf("%q was read as %v (%v), not as %v", typed, back, problem, b)
		}
	})
}
