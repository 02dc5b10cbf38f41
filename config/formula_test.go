package config_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"greffier/config"
)

func TestFormula(t *testing.T) {
	sizes := map[string]int64{"entitled": 10, "present": 4, "represented": 6, "cast": 5, "expressed": 3, "weights": 25}
	size := func(name string) *big.Rat { return big.NewRat(sizes[name], 1) }
	for _, c := range []struct{ text, want string }{
		{"ceil(entitled/4)", "3"},
		{"floor( entitled / 4 )", "2"},
		{"entitled/4", "5/2"},
		{"max(3, entitled/10 + 1)", "3"},
		{"min(present, cast, 2*3)", "4"},
		{"2 + 3*entitled - 1", "31"},
		{"(2 + 3)*expressed", "15"},
		{"10 - 3 - 2", "5"},
		{"entitled/2/5", "1"},
		{"0.1*entitled", "1"},
		{"ceil(0 - entitled/4)", "-2"},
		{"floor(0 - entitled/4)", "-3"},
		{"ceil(weights*0.5) + represented", "19"},
		{"7", "7"},
	} {
		f, err := config.ParseFormula(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := f.Value(size).RatString(); got != c.want {
			t.Errorf("%s is %s, want %s", c.text, got, c.want)
		}
		if f.String() != c.text || !f.Names("entitled") && strings.Contains(c.text, "entitled") {
			t.Errorf("%s is written %s", c.text, f)
		}
	}
}

func TestFormulaRefused(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "missing at its end"},
		{"ceil(entitled/4", "missing at its end"},
		{"ceil entitled", "needs brackets"},
		{"ceil(entitled, 3)", `"," has no place`},
		{"entitled/present", "only a number"},
		{"entitled/0", "only a number"},
		{"entitld/4", `did you mean "entitled"?`},
		{"voters/4", "knows no"},
		{"entitled 4", `"4" has no place`},
		{"entitled + ", "missing at its end"},
		{"1.2.3", "no number"},
		{"entitled ≥ 4", `"≥" has no place`},
		{"-1", `"-" has no place`},
		{strings.Repeat("(", 200), "at most 120"},
	} {
		_, err := config.ParseFormula(c.text)
		var m config.Mistake
		if !errors.As(err, &m) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

// A formula means what its text says: what is written by a generator that
// calculates as it writes has the value that the generator found.
func TestFormulaProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := map[string]*big.Rat{}
		for _, name := range config.FormulaNames {
			sizes[name] = big.NewRat(rapid.Int64Range(0, 1000).Draw(t, name), 1)
		}
		text, want := writeFormula(t, sizes, 3)
		f, err := config.ParseFormula(text)
		if len(text) > 120 {
			if err == nil {
				t.Fatalf("%s is taken with %d characters", text, len(text))
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Value(func(name string) *big.Rat { return sizes[name] }); got.Cmp(want) != 0 {
			t.Fatalf("%s is %s, want %s", text, got, want)
		}
		data, err := json.Marshal(f)
		var again config.Formula
		if err != nil || json.Unmarshal(data, &again) != nil || again.String() != text {
			t.Fatalf("%s became %s (%v)", text, data, err)
		}
	})
}

func writeFormula(t *rapid.T, sizes map[string]*big.Rat, depth int) (string, *big.Rat) {
	if depth == 0 || rapid.Bool().Draw(t, "leaf") {
		if rapid.Bool().Draw(t, "name") {
			name := rapid.SampledFrom(config.FormulaNames).Draw(t, "which")
			return name, sizes[name]
		}
		n := big.NewRat(rapid.Int64Range(0, 99).Draw(t, "number"), 1)
		return n.RatString(), n
	}
	a, av := writeFormula(t, sizes, depth-1)
	b, bv := writeFormula(t, sizes, depth-1)
	less, more := av, bv
	if av.Cmp(bv) > 0 {
		less, more = bv, av
	}
	switch rapid.SampledFrom([]string{"+", "-", "*", "/", "min", "max", "ceil", "floor"}).Draw(t, "op") {
	case "+":
		return "(" + a + " + " + b + ")", new(big.Rat).Add(av, bv)
	case "-":
		return "(" + a + "-(" + b + "))", new(big.Rat).Sub(av, bv)
	case "*":
		return "(" + a + ")*(" + b + ")", new(big.Rat).Mul(av, bv)
	case "min":
		return "min(" + a + "," + b + ")", less
	case "max":
		return "max(" + a + "," + b + ")", more
	case "ceil":
		// The next whole number above is minus the one below of what is minus.
		down := floor(new(big.Rat).Neg(new(big.Rat).Quo(av, big.NewRat(7, 1))))
		return "ceil((" + a + ")/7)", down.Neg(down)
	case "floor":
		return "floor((" + a + ")/7)", floor(new(big.Rat).Quo(av, big.NewRat(7, 1)))
	}
	return "(" + a + ")/7", new(big.Rat).Quo(av, big.NewRat(7, 1))
}

// floor takes fractions away one after the other, unlike the formula's division.
func floor(n *big.Rat) *big.Rat {
	f, _ := n.Float64()
	guess := new(big.Rat).SetInt64(int64(f) + 2)
	for guess.Cmp(n) > 0 {
		guess.Sub(guess, big.NewRat(1, 1))
	}
	return guess
}
