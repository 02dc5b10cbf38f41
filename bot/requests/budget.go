package requests

import (
	"regexp"
	"strings"

	"greffier/bot"
	"greffier/config"
)

// Amounts of money are kept as exact decimal text: "1200.50", and a currency
// after it where one was given, "1200.50 CHF".

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

// parseBudget reads an amount as people write it in a language: "1 200,50 €" in
// French, "€1,200.50" in English. ok is false for what is no amount, or could
// be two.
func parseBudget(text, locale string) (amount string, ok bool) {
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

// budgetText says an amount as each language writes it.
func budgetText(amount string) bot.Text {
	if amount == "" {
		return bot.Text{}
	}
	number, currency, _ := strings.Cut(amount, " ")
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
	en, fr := write(",", "."), write("\u202f", ",")
	if currency != "" {
		en, fr = en+" "+currency, fr+"\u00a0"+strings.Replace(currency, "EUR", "€", 1)
	}
	return bot.Named(config.Words{}.With("en", en).With("fr", fr))
}
