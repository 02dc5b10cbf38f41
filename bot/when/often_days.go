package when

import (
	"strings"
	"time"
)

// weekdayList reads lundi, mercredi et vendredi; du lundi au vendredi; mon-fri.
func (p *oftenParser) weekdayList(i int) (days []time.Weekday, taken int) {
	for j := i; ; {
		k := j
		if len(days) > 0 {
			k += p.anyOf(k, "et", "and", "ou", "puis", "&")
			k += p.anyOf(k, "le", "les", "on") + p.every(k)
		}
		d, ok := weekdayNamed(p.word(k))
		if !ok {
			return days, taken
		}
		if len(days) > 0 && p.rangeTo(k) {
			for last := days[len(days)-1]; last != d; {
				last = (last + 1) % 7
				days = append(days, last)
			}
		} else {
			days = append(days, d)
		}
		j = k + 1
		taken = j - i
		if to := p.anyOf(j, "au", "a", "to", "through", "thru"); to > 0 {
			if d, ok := weekdayNamed(p.word(j + to)); ok {
				for last := days[len(days)-1]; last != d; {
					last = (last + 1) % 7
					days = append(days, last)
				}
				j += to + 1
				taken = j - i
			}
		}
	}
}

// rangeTo tells whether a hyphen joins a token to the one before.
func (p *oftenParser) rangeTo(i int) bool {
	return i > 0 && i < len(p.tokens) && strings.ContainsAny(p.text[p.tokens[i-1].to:p.tokens[i].from], "-–")
}

// comma tells whether one stands before a token.
func (p *oftenParser) comma(i int) bool {
	return i > 0 && i < len(p.tokens) && strings.Contains(p.text[p.tokens[i-1].to:p.tokens[i].from], ",")
}

// dayList reads days of a month: 1er et 15, 1st and 15th. ordinal tells whether
// one was written as such.
func (p *oftenParser) dayList(i int) (days []int, taken int, ordinal bool) {
	for j := i; ; {
		k := j
		if len(days) > 0 {
			k += p.anyOf(k, "et", "and", "&")
			k += p.anyOf(k, "le", "the", "les")
		}
		d, n := p.number(k)
		if n == 0 || d < 1 || d > 31 || p.hourMark(k+n) > 0 || len(days) > 0 && k == j && !p.comma(k) {
			return days, taken, ordinal
		}
		if isUnit(p.word(k + n)) {
			return days, taken, ordinal
		}
		k += n
		if ordinals[p.word(k)] || p.word(k) == "ers" {
			ordinal = true
			k++
		} else if d == 1 && (p.word(k-1) == "premier" || p.word(k-1) == "premiers" || p.word(k-1) == "first") {
			ordinal = true
		}
		days = append(days, d)
		j = k
		taken = j - i
	}
}

// dayAndMonth reads 12 mars, le 1er janvier, March 12th.
func (p *oftenParser) dayAndMonth(i int) (day int, m time.Month, taken int) {
	k := i + p.anyOf(i, "le", "the", "on the", "on")
	if m, ok := months[p.word(k)]; ok {
		if d, digits, ok := p.digit(k + 1); ok && digits <= 2 && d >= 1 && d <= 31 {
			return d, m, k + 2 + btoi(ordinals[p.word(k+2)]) - i
		}
		return 0, 0, 0
	}
	d, n := p.number(k)
	if n == 0 || d < 1 || d > 31 {
		return 0, 0, 0
	}
	k += n
	k += btoi(ordinals[p.word(k)])
	k += p.anyOf(k, "of", "de")
	m, ok := months[p.word(k)]
	if !ok {
		return 0, 0, 0
	}
	return d, m, k + 1 - i
}

// monthly reads du mois, of each month.
func (p *oftenParser) monthly(i int) int {
	if n := p.anyOf(i, "du mois prochain", "of next month"); n > 0 {
		return 0
	}
	if n := p.anyOf(i, "du mois de", "du mois d", "of the month of"); n > 0 && months[p.word(i+n)] > 0 {
		return 0
	}
	return p.anyOf(i, "du mois", "de chaque mois", "de tous les mois", "chaque mois", "tous les mois", "par mois", "du mois",
		"of the month", "of every month", "of each month", "every month", "each month", "in the month", "in every month", "monthly", "mensuellement")
}
