package requests_test

import (
	"testing"

	"pgregory.net/rapid"

	"greffier/bot/requests"
)

func TestParseBudget(t *testing.T) {
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
		got, ok := requests.ParseBudget(tc.text, tc.locale)
		if got != tc.want || ok != (tc.want != "") {
			t.Errorf("%q in %s is %q, %v; want %q", tc.text, tc.locale, got, ok, tc.want)
		}
	}
}

// TestBudgetAgain: what was read can be read again and stays what it is, in
// either language.
func TestBudgetAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[$€]?[0-9][0-9 .,']{0,9}k?( ?(€|CHF|EUR))?`).Draw(t, "text")
		amount, ok := requests.ParseBudget(text, rapid.SampledFrom([]string{"en", "fr"}).Draw(t, "locale"))
		if !ok {
			return
		}
		for _, locale := range []string{"en", "fr"} {
			if again, ok := requests.ParseBudget(amount, locale); !ok || again != amount {
				t.Fatalf("%q is %q, which is %q in %s", text, amount, again, locale)
			}
		}
	})
}
