package bot

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"github.com/bojanz/currency"

	"greffier/config"
	"greffier/store"
)

// Money is an exact amount of a currency, such as 1234.50 EUR, and never less
// than its smallest coin. It is kept as text, number and code. The zero Money is
// no amount, and belongs to no currency.
type Money struct{ amount currency.Amount }

// MoneyOf is a number with a point, such as "1234.5", of the currency with an ISO
// 4217 code; ok is false where there is no such currency, or no such coin.
func MoneyOf(number, code string) (m Money, ok bool) {
	a, err := currency.NewAmount(number, code)
	if err != nil || a.IsNegative() || !a.Equal(a.Round()) {
		return Money{}, false
	}
	return Money{a.Round()}, true
}

// ReadMoney reads an amount as people write it in a language, in the currency
// with a code, whether or not they name it; ok is false for what is no amount of
// it, or could be two.
func ReadMoney(text, locale, code string) (m Money, ok bool) {
	kept, ok := ParseMoney(text, locale)
	if !ok {
		return Money{}, false
	}
	number, named, _ := strings.Cut(kept, " ")
	if named != "" && named != code {
		return Money{}, false
	}
	return MoneyOf(number, code)
}

// Add is the sum of two amounts of one currency, or of one and the zero Money.
// Two currencies are a mistake of the program.
func (m Money) Add(o Money) Money {
	if m.Code() == "" {
		return o
	}
	if o.Code() == "" {
		return m
	}
	sum, err := m.amount.Add(o.amount)
	mustMoney(err)
	return Money{sum}
}

// Sub is what is left of m without o, nothing when there is not as much.
func (m Money) Sub(o Money) Money {
	if o.Code() == "" {
		return m
	}
	if m.Cmp(o) <= 0 {
		return m.Nothing()
	}
	left, err := m.amount.Sub(o.amount)
	mustMoney(err)
	return Money{left}
}

// Nothing is an amount of nothing in m's currency.
func (m Money) Nothing() Money {
	none, _ := MoneyOf("0", m.Code())
	return none
}

// Cmp is -1, 0 or +1 as m is less than, the same as or more than o.
func (m Money) Cmp(o Money) int {
	if m.Code() == "" || o.Code() == "" {
		return m.coins().Cmp(o.coins())
	}
	order, err := m.amount.Cmp(o.amount)
	mustMoney(err)
	return order
}

// Shares cuts an amount into n that differ by no more than the smallest coin, and
// are together exactly the whole; the greater ones come first.
func (m Money) Shares(n int) []Money {
	if n <= 0 {
		return nil
	}
	each, odd := new(big.Int).DivMod(m.coins(), big.NewInt(int64(n)), new(big.Int))
	shares := make([]Money, n)
	for i := range shares {
		coins := new(big.Int).Set(each)
		if int64(i) < odd.Int64() {
			coins.Add(coins, big.NewInt(1))
		}
		a, err := currency.NewAmountFromBigInt(coins, m.Code())
		mustMoney(err)
		shares[i] = Money{a}
	}
	return shares
}

// Percent is how many whole hundredths of another amount this one is, rounded
// down, so that 100 is said of nothing less.
func (m Money) Percent(of Money) int64 {
	whole := of.coins()
	if whole.Sign() == 0 {
		return 100
	}
	part := new(big.Int).Mul(m.coins(), big.NewInt(100))
	return part.Div(part, whole).Int64()
}

// Code is the currency's code, empty for the zero Money.
func (m Money) Code() string { return m.amount.CurrencyCode() }

// Number is the amount with a point and every digit of the currency: "1234.50".
func (m Money) Number() string {
	if m.Code() == "" {
		return "0"
	}
	return m.amount.Number()
}

// None reports whether there is nothing in the amount.
func (m Money) None() bool { return m.coins().Sign() == 0 }

// IsZero reports whether this is no amount of any currency.
func (m Money) IsZero() bool { return m.Code() == "" }

func (m Money) coins() *big.Int {
	if m.Code() == "" {
		return new(big.Int)
	}
	return m.amount.BigInt()
}

// String writes the amount as it is kept: "1234.50 EUR".
func (m Money) String() string {
	if m.Code() == "" {
		return ""
	}
	return m.amount.String()
}

// MarshalText writes what String does.
func (m Money) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (m *Money) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Money{}
		return nil
	}
	number, code, _ := strings.Cut(string(text), " ")
	read, ok := MoneyOf(number, code)
	if !ok {
		return fmt.Errorf("bot: %q is no amount of money", text)
	}
	*m = read
	return nil
}

func mustMoney(err error) {
	if err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: money: %w", store.ErrDamaged, err)})
	}
}

// Text says the amount as each language writes it: €1,234.50, 1 234,50 €.
func (m Money) Text() Text {
	if m.Code() == "" {
		return Text{}
	}
	var said config.Words
	for _, locale := range Locales {
		f := currency.NewFormatter(currency.NewLocale(locale))
		if !strings.Contains(strings.TrimRight(m.Number(), "0")+"!", ".!") {
			f.MinDigits = currency.DefaultDigits
		} else {
			f.MinDigits = 0
		}
		said = said.With(locale, f.Format(m.amount))
	}
	return Named(said)
}

// MoneyText says an amount that ParseMoney read, with or without a currency.
func MoneyText(kept string) Text {
	number, code, _ := strings.Cut(kept, " ")
	if m, ok := MoneyOf(number, code); ok {
		return m.Text()
	}
	if kept == "" {
		return Text{}
	}
	whole, cents, _ := strings.Cut(number, ".")
	write := func(group, mark string) string {
		var b strings.Builder
		for i, d := range whole {
			if i > 0 && (len(whole)-i)%3 == 0 {
				b.WriteString(group)
			}
			b.WriteRune(d)
		}
		if cents != "" {
			b.WriteString(mark + cents)
		}
		return b.String()
	}
	return Named(config.Words{}.With("en", write(",", ".")).With("fr", write("\u202f", ",")))
}

var currencies = map[string]string{
	"€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
	"$": "USD", "usd": "USD", "£": "GBP", "gbp": "GBP",
	"chf": "CHF", "fr.": "CHF", "sfr": "CHF", "cad": "CAD", "xof": "XOF", "xaf": "XAF",
}

var (
	wide      = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ")
	spaces    = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "’", "", "_", "")
	amountRE  = regexp.MustCompile(`^\s*([^\d\s.,-]*)\s*(\d[\d\s.,'’_]*?)\s*(k?)\s*([^\d\s,-]*)\s*$`)
	groupsRE  = map[rune]*regexp.Regexp{',': regexp.MustCompile(`^\d{1,3}(,\d{3})+$`), '.': regexp.MustCompile(`^\d{1,3}(\.\d{3})+$`)}
	plainRE   = regexp.MustCompile(`^\d+$`)
	decimalRE = regexp.MustCompile(`^\d{1,2}$`)
)

// ParseMoney reads an amount as people write it in a language: "1 200,50 €" in
// French, "€1,200.50" in English. ok is false for what is no amount, or could
// be two.
func ParseMoney(text, locale string) (amount string, ok bool) {
	m := amountRE.FindStringSubmatch(strings.ToLower(wide.Replace(text)))
	if m == nil || m[1] != "" && m[4] != "" {
		return "", false
	}
	currency := ""
	if sign := m[1] + m[4]; sign != "" {
		if currency, ok = currencies[sign]; !ok {
			return "", false
		}
	}
	whole, cents, ok := splitAmount(spaces.Replace(m[2]), locale)
	if !ok {
		return "", false
	}
	if m[3] == "k" {
		cents += strings.Repeat("0", 3-len(cents))
		whole, cents = whole+cents, ""
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if len(whole) > 12 {
		return "", false
	}
	amount = whole
	if cents = (cents + "00")[:2]; cents != "00" {
		amount += "." + cents
	}
	if currency != "" {
		amount += " " + currency
	}
	return amount, true
}

// splitAmount finds the decimal mark. Three digits after the only mark are
// thousands in the language that groups with it, and refused in the other.
func splitAmount(s, locale string) (whole, cents string, ok bool) {
	group, mark := ',', '.'
	if locale == "fr" {
		group, mark = '.', ','
	}
	at := strings.LastIndexAny(s, ".,")
	if at < 0 {
		return s, "", plainRE.MatchString(s)
	}
	head, tail := s[:at], s[at+1:]
	switch {
	case groupsRE[group].MatchString(s):
		return strings.ReplaceAll(s, string(group), ""), "", true
	case !decimalRE.MatchString(tail):
		return "", "", false
	case plainRE.MatchString(head):
		return head, tail, true // one mark and one or two digits: the decimals, in either language
	case rune(s[at]) == mark && groupsRE[group].MatchString(head):
		return strings.ReplaceAll(head, string(group), ""), tail, true
	}
	return "", "", false
}
