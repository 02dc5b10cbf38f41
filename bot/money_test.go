package bot_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"greffier/bot"
)

func TestParseMoney(t *testing.T) {
	for _, tc := range []struct{ text, locale, want string }{
		{"1 200,50 €", "fr", "1200.50 EUR"},
		{"1\u202f200,5\u00a0€", "fr", "1200.50 EUR"},
		{"1.200,50 €", "fr", "1200.50 EUR"},
		{"1200.50", "fr", "1200.50"},
		{"12 k€", "fr", "12000 EUR"},
		{"1,5k€", "fr", "1500 EUR"},
		{"1'200.50 CHF", "fr", "1200.50 CHF"},
		{"3000 euros", "fr", "3000 EUR"},
		{"1,200.50", "en", "1200.50"},
		{"€1,200", "en", "1200 EUR"},
		{"$ 0.10", "en", "0.10 USD"},
		{"007", "en", "7"},
		{"1,200,000 GBP", "en", "1200000 GBP"},
		{"1,20", "en", "1.20"},
		// What is no amount, or might be two.
		{"1,200", "fr", ""},
		{"1.200", "en", ""},
		{"-5", "en", ""},
		{"1.2.3", "en", ""},
		{"12 apples", "en", ""},
		{"€5€", "en", ""},
		{"1e9", "en", ""},
		{"1234567890123", "en", ""},
		{"", "en", ""},
		{"٣", "en", ""},
		{"NaN", "fr", ""},
	} {
		got, ok := bot.ParseMoney(tc.text, tc.locale)
		if got != tc.want || ok != (tc.want != "") {
			t.Errorf("%q in %s is %q, %v; want %q", tc.text, tc.locale, got, ok, tc.want)
		}
	}
}

// TestMoneyAgain: what was read can be read again and stays what it is, in
// either language.
func TestMoneyAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[$€]?[0-9][0-9 .,']{0,9}k?( ?(€|CHF|EUR))?`).Draw(t, "text")
		amount, ok := bot.ParseMoney(text, rapid.SampledFrom([]string{"en", "fr"}).Draw(t, "locale"))
		if !ok {
			return
		}
		for _, locale := range []string{"en", "fr"} {
			if again, ok := bot.ParseMoney(amount, locale); !ok || again != amount {
				t.Fatalf("%q is %q, which is %q in %s", text, amount, again, locale)
			}
		}
	})
}

// TestMoneyTexts: as each language writes it.
func TestMoneyTexts(t *testing.T) {
	for _, tc := range []struct{ number, code, en, fr string }{
		{"1234.50", "EUR", "€1,234.50", "1\u202f234,50\u00a0€"},
		{"12000", "EUR", "€12,000", "12\u202f000\u00a0€"},
		{"0.01", "EUR", "€0.01", "0,01\u00a0€"},
		{"10.50", "CHF", "CHF\u00a010.50", "10,50\u00a0CHF"},
		{"5000", "XOF", "F\u202fCFA\u00a05,000", "5\u202f000\u00a0F\u202fCFA"},
	} {
		m, ok := bot.MoneyOf(tc.number, tc.code)
		if !ok {
			t.Fatal(tc.number, tc.code)
		}
		if en, fr := m.Text().Word.In("en"), m.Text().Word.In("fr"); en != tc.en || fr != tc.fr {
			t.Errorf("%s %s is said %q and %q, want %q and %q", tc.number, tc.code, en, fr, tc.en, tc.fr)
		}
	}
	for _, bad := range [][2]string{{"0.001", "EUR"}, {"0.5", "XOF"}, {"1", "ABC"}, {"-1", "EUR"}, {"1e99999", ""}} {
		if m, ok := bot.MoneyOf(bad[0], bad[1]); ok {
			t.Errorf("%v is %v", bad, m)
		}
	}
}

// TestShares: equal shares differ by one cent at most and lose none.
func TestShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.Int64Range(0, 99_999_999_999_999).Draw(t, "cents")
		n := rapid.IntRange(1, 60).Draw(t, "n")
		whole, ok := bot.MoneyOf(fmt.Sprintf("%d.%02d", cents/100, cents%100), "EUR")
		if !ok {
			t.Fatal("no amount")
		}
		var sum bot.Money
		shares := whole.Shares(n)
		for _, s := range shares {
			sum = sum.Add(s)
		}
		if sum.Cmp(whole) != 0 || len(shares) != n {
			t.Fatalf("%d shares of %s are together %s", n, whole, sum)
		}
		if cent, _ := bot.MoneyOf("0.01", "EUR"); shares[0].Sub(shares[n-1]).Cmp(cent) > 0 {
			t.Fatalf("shares of %s go from %s to %s", whole, shares[n-1], shares[0])
		}
		var again bot.Money
		text, _ := whole.MarshalText()
		if err := again.UnmarshalText(text); err != nil || again.Cmp(whole) != 0 {
			t.Fatalf("%s is read as %s (%v)", text, again, err)
		}
	})
}
