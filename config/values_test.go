package config_test

import (
	"encoding/json"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"greffier/config"
)

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "30m": 30 * time.Minute, "30min": 30 * time.Minute, "48h": 48 * time.Hour,
		"7d": 168 * time.Hour, "7j": 168 * time.Hour, "2w": 336 * time.Hour, "2sem": 336 * time.Hour,
		"1d12h": 36 * time.Hour, "1J 12H": 36 * time.Hour, " 10 s ": 10 * time.Second,
		"36525d": 36525 * 24 * time.Hour,
	} {
		if got, err := config.ParseDuration(text); err != nil || got.Std() != want {
			t.Errorf("%q is %v, %v; want %v", text, got.Std(), err, want)
		}
	}
	for _, text := range []string{
		"", " ", "7", "d", "7x", "-1d", "1.5h", "1d-2h", "d7", "36526d", "36525d1s",
		"9999999999999999999999d", "1d 2", "٣d", "1m2ms",
	} {
		if got, err := config.ParseDuration(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

func TestDurationReadsWhatItWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.Int64Range(0, 36525*24*3600).Draw(t, "seconds")
		d := config.Duration(time.Duration(seconds) * time.Second)
		roundTrip(t, d)
		if got, err := config.ParseDuration(d.String()); err != nil || got != d {
			t.Fatalf("%d s is written %s and read %v, %v", seconds, d, got, err)
		}
	})
}

func TestRatios(t *testing.T) {
	for text, want := range map[string]*big.Rat{
		"1/2": big.NewRat(1, 2), "2 / 3": big.NewRat(2, 3), "50%": big.NewRat(1, 2), "50 %": big.NewRat(1, 2),
		"0.5": big.NewRat(1, 2), "0,5": big.NewRat(1, 2), "66,6 %": big.NewRat(333, 500), "0": new(big.Rat),
		"1": big.NewRat(1, 1), "100%": big.NewRat(1, 1), "3/2": big.NewRat(3, 2), "0/7": new(big.Rat),
	} {
		got, err := config.ParseRatio(text)
		if err != nil || got.Rat().Cmp(want) != 0 || got.IsZero() {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "half", "1/0", "-1/2", "1/-2", "1e2", ".5", "1.", "1/2/3", "1234567890/1", "0x1", "½"} {
		if got, err := config.ParseRatio(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
	if (config.Ratio{}).String() != "" || !(config.Ratio{}).IsZero() || (config.Ratio{}).Rat().Sign() != 0 {
		t.Error("a ratio that was not given says otherwise")
	}
}

func TestRatioIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		num, den := rapid.Int64Range(0, 999_999_999).Draw(t, "num"), rapid.Int64Range(1, 999_999_999).Draw(t, "den")
		r := config.NewRatio(num, den)
		if r.Rat().Cmp(big.NewRat(num, den)) != 0 {
			t.Fatalf("%d/%d became %v", num, den, r)
		}
		if got, err := config.ParseRatio(r.String()); err != nil || got != r {
			t.Fatalf("%v is read as %v, %v", r, got, err)
		}
		k := rapid.Int64Range(1, 1000).Draw(t, "k")
		if config.NewRatio(num*k, den*k) != r {
			t.Fatalf("%d/%d differs from itself times %d", num, den, k)
		}
		roundTrip(t, r)
	})
}

func TestRatioTakesNothingBelowNothing(t *testing.T) {
	for _, bad := range [][2]int64{{-1, 2}, {1, 0}, {1, -2}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v is a ratio", bad)
				}
			}()
			config.NewRatio(bad[0], bad[1])
		}()
	}
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// roundTrip writes v as JSON and reads it back.
func roundTrip[T any](t fataler, v T) {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("%+v: %v", v, err)
	}
	var back T
	if err := json.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(v, back) {
		t.Fatalf("%+v is written %s and read %+v, %v", v, data, back, err)
	}
}

func TestRulesSurviveTheRegister(t *testing.T) {
	for _, name := range config.ShippedNames() {
		data, _ := config.Shipped(name)
		for _, r := range parse(t, string(data)).Votes.Rules {
			roundTrip(t, r)
		}
	}
	roundTrip(t, config.Share{Of: "cast", Over: config.NewRatio(0, 1)})
	got, err := json.Marshal(config.Share{Of: "cast", AtLeast: config.NewRatio(2, 3)})
	if want := `{"of":"cast","at-least":"2/3"}`; err != nil || string(got) != want {
		t.Errorf("a share is written %s, %v; want %s", got, err, want)
	}
}

func TestWords(t *testing.T) {
	both := config.Words{}.With("fr", "Comité").With("en", "Committee")
	for _, c := range []struct {
		words      config.Words
		lang, want string
	}{
		{both, "fr", "Comité"},
		{both, "en", "Committee"},
		{both, "fr-CH", "Comité"},
		{both, "de", "Comité"},
		{config.InAll("Comité"), "en", "Comité"},
		{config.Words{}, "en", ""},
		{both.With("en", "Board"), "en", "Board"},
	} {
		if got := c.words.In(c.lang); got != c.want {
			t.Errorf("%+v in %s is %q, want %q", c.words, c.lang, got, c.want)
		}
	}
	if both.In("en") != "Committee" {
		t.Error("With changed the words it was called on")
	}
	roundTrip(t, both)
	roundTrip(t, config.InAll("Comité « directeur »"))
	roundTrip(t, config.Words{})
	var w config.Words
	for _, bad := range []string{`12`, `["a"]`, `{"fr": 1}`, `{"fr": "a"`} {
		if err := json.Unmarshal([]byte(bad), &w); err == nil {
			t.Errorf("%s is taken for words", bad)
		}
	}
}

func TestWordsFallBackToTheCommunity(t *testing.T) {
	c := parse(t, strings.ReplaceAll(small, "locale: fr", "locale: fr"))
	if got := c.Group("comite").Name.In("es"); got != "Comité" {
		t.Errorf("in Spanish, a French community's group is %q", got)
	}
	c = parse(t, strings.ReplaceAll(small, "locale: fr", "locale: en"))
	if got := c.Group("comite").Name.In("es"); got != "Committee" {
		t.Errorf("in Spanish, an English community's group is %q", got)
	}
}

func TestNearest(t *testing.T) {
	commands := []string{"request new", "request list", "vote new", "vote cast", "register list", "help"}
	for _, c := range []struct {
		word  string
		among []string
		want  string
	}{
		{"comité", []string{"comite", "technique"}, "comite"},
		{"COMITE", []string{"technique", "comité"}, "comité"},
		{"ocmite", []string{"technique", "comite"}, "comite"},
		{"cmoite", []string{"comite"}, "comite"},
		{"oeuvre", []string{"œuvre"}, "œuvre"},
		{"vote nwe", commands, "vote new"},
		{"reqest new", commands, "request new"},
		{"hlep", commands, "help"},
		{"dev", []string{"infrastructure", "developpement"}, "developpement"},
		{"dev", []string{"developpeurs", "developpement"}, ""},
		{"zzz", commands, ""},
		{"", commands, ""},
		{"x", []string{"y"}, ""},
		{"at", []string{"an", "it"}, "an"},
		{strings.Repeat("a", 300), []string{strings.Repeat("a", 300)}, ""},
		{"word", nil, ""},
	} {
		if got := config.Nearest(c.word, c.among); got != c.want {
			t.Errorf("near %q among %q is %q, want %q", c.word, c.among, got, c.want)
		}
	}
}

func TestNearestFindsOneSlip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z]{3,12}`).Draw(t, "word")
		i := rapid.IntRange(0, len(word)-2).Draw(t, "i")
		slip := rapid.SampledFrom([]string{
			word[:i] + word[i+1:],                                 // dropped
			word[:i] + "q" + word[i:],                             // added
			word[:i] + "q" + word[i+1:],                           // replaced
			word[:i] + word[i+1:i+2] + word[i:i+1] + word[i+2:],   // swapped
			strings.ToUpper(word),                                 // case
			strings.NewReplacer("e", "é", "a", "à").Replace(word), // accents
		}).Draw(t, "slip")
		if got := config.Nearest(slip, []string{"0123456789012345", word}); got != word {
			t.Fatalf("near %q is %q, want %q", slip, got, word)
		}
	})
}
