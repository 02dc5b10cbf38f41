package bot_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"greffier/bot"
)

func TestParseDecimal(t *testing.T) {
	for typed, want := range map[string]bot.Decimal{
		"1": "1", "0": "0", "12,5": "12.5", "12.50": "12.5", "007": "7", "1 200": "1200", "1\u202f200,000001": "1200.000001", " 3 ": "3", "0,10": "0.1",
	} {
		if got, ok := bot.ParseDecimal(typed); !ok || got != want {
			t.Errorf("%q is read as %q, %v; want %q", typed, got, ok, want)
		}
	}
	for _, typed := range []string{"", "-1", "1.", ".5", "1,2,3", "1.2.3", "a", "1e3", "٣", "1234567890123", "0,0000001", "½"} {
		if got, ok := bot.ParseDecimal(typed); ok {
			t.Errorf("%q is read as %q", typed, got)
		}
	}
}

// A decimal keeps exactly what was typed, and reads as itself.
func TestDecimalIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.StringMatching(`[0-9]{1,12}([.,][0-9]{1,6})?`).Draw(t, "typed")
		d, ok := bot.ParseDecimal(typed)
		if !ok {
			t.Fatalf("%q is refused", typed)
		}
		point := []byte(typed)
		for i, b := range point {
			if b == ',' {
				point[i] = '.'
			}
		}
		want, _ := new(big.Rat).SetString(string(point))
		if d.Rat().Cmp(want) != 0 {
			t.Fatalf("%q became %s", typed, d)
		}
		if again, ok := bot.ParseDecimal(string(d)); !ok || again != d {
			t.Fatalf("%s is read as %s", d, again)
		}
	})
}
