package when

import (
	"strings"
	"time"
)

// isoDate reads 2026-12-01 and 2026/12/01.
func (p *parser) isoDate(i int) int {
	y, digits, ok := p.digit(i)
	sep := p.word(i + 1)
	if !ok || digits != 4 || sep != "-" && sep != "/" || p.word(i+3) != sep {
		return 0
	}
	m, _, ok1 := p.digit(i + 2)
	d, _, ok2 := p.digit(i + 4)
	if !ok1 || !ok2 {
		return 0
	}
	return p.readings(i, 5, date{y, time.Month(m), d})
}

// numericDate reads 12/12/2026, 12.12.2026, 12-12-26 and 12/12.
func (p *parser) numericDate(i int) int {
	first, n1, ok1 := p.digit(i)
	second, n2, ok2 := p.digit(i + 2)
	sep := p.word(i + 1)
	if !ok1 || !ok2 || n1 > 2 || n2 > 2 || sep != "/" && sep != "." && sep != "-" {
		return 0
	}
	y, taken := 0, 3
	swiss := sep == "." && (first > 24 || p.hourElsewhere(i, i+3))
	if swiss && p.word(i+3) == sep && p.hourMark(i+5) > 0 {
		taken = 4 // 28.11. 14h
	} else if p.word(i+3) == sep {
		year, digits, ok := p.digit(i + 4)
		if !ok || digits != 4 && digits != 2 || year == 0 && digits == 4 {
			return 0
		}
		if y = year; digits == 2 {
			y += 2000
		}
		taken = 5
	} else if sep == "." && !swiss || sep == "-" && first <= 12 {
		return 0
	}
	dayFirst, monthFirst := date{y, time.Month(second), first}, date{y, time.Month(first), second}
	if sep == "." || dayFirst == monthFirst {
		return p.readings(i, taken, dayFirst)
	}
	return p.readings(i, taken, dayFirst, monthFirst)
}

// hourElsewhere tells whether an hour is written outside of some tokens.
func (p *parser) hourElsewhere(from, to int) bool {
	for i := range p.tokens {
		if i >= from && i < to {
			continue
		}
		switch p.word(i) {
		case "midi", "noon", "minuit", "midnight":
			return true
		}
		if _, _, ok := p.digit(i); ok && p.word(i+1) != "." && p.hourMark(i+1) > 0 {
			return true
		}
	}
	return false
}

// dayMonth reads 12 décembre 2026, 1er décembre, the 3rd of May.
func (p *parser) dayMonth(i int) int {
	d, taken := p.number(i)
	if n := ordinalWords[p.word(i)]; taken == 0 && n > 0 {
		d, taken = n, 1 // the third of May
	}
	if taken == 0 {
		return 0
	}
	j := i + taken
	switch p.word(j) {
	case "ier", "ere", "e", "eme", "ieme": // as some write 1er
		if _, month := months[p.word(j+1)]; month {
			j++
		}
	default:
		j += btoi(ordinals[p.word(j)])
	}
	if p.word(j) == "of" || p.word(j) == "de" {
		j++
	}
	m, ok := months[p.word(j)]
	if !ok {
		return 0
	}
	y, n := p.year(j + 1)
	if p.word(j+1) == "prochain" {
		n = 1 // le 2 avril prochain: the next one, as without it
	}
	return p.readings(i, j+1+n-i, date{y, m, d})
}

// monthDay reads Dec 12 2026. "mar 12" is March only with a year: it may be Tuesday.
func (p *parser) monthDay(i int) int {
	m, ok := months[p.word(i)]
	if !ok {
		return 0
	}
	d, digits, ok := p.digit(i + 1)
	if !ok || digits > 2 || p.hourMark(i+2) > 0 {
		return 0
	}
	j := i + 2
	if ordinals[p.word(j)] {
		j++
	}
	y, n := p.year(j)
	if p.word(i) == "mar" && n == 0 {
		p.fail(Ambiguous, i, j-i)
		return 0
	}
	return p.readings(i, j+n-i, date{y, m, d})
}

// middle is the day that "mi-janvier" and "mid-January" name, as in the uniform law on
// bills of exchange (Geneva, 1930, annex I, article 36).
const middle = 15

// endOf reads fin novembre, end of November 2026, mi-janvier.
func (p *parser) endOf(i int) int {
	j, day := i+1, lastDay
	switch {
	case p.word(i) == "fin":
		j += btoi(p.word(j) == "de" || p.word(j) == "d")
	case p.anyOf(i, "end of", "last day of") > 0:
		j = i + p.anyOf(i, "end of", "last day of")
	case p.anyOf(i, "dernier jour de", "dernier jour d") > 0:
		j = i + 3
	case p.word(i) == "mi" || p.word(i) == "mid":
		day = middle
	default:
		return 0
	}
	m, ok := months[p.word(j)]
	if !ok {
		return 0
	}
	y, n := p.year(j + 1)
	return p.readings(i, j+1+n-i, date{y, m, day})
}

// year reads four figures, or the last two, that are no hour.
func (p *parser) year(i int) (year, taken int) {
	y, digits, ok := p.digit(i)
	switch {
	case !ok || p.hourMark(i+1) > 0:
		return 0, 0
	case digits == 2 && y > 24:
		return 2000 + y, 1 // 12 déc 26: no hour
	case digits != 4 || y == 0:
		return 0, 0
	}
	return y, 1
}

// dayOfMonth reads le 24, mardi 24, the 24th.
func (p *parser) dayOfMonth(i int) int {
	d, taken := p.number(i)
	if taken == 0 {
		return 0
	}
	before := p.word(i - 1)
	_, weekday := weekdays[before]
	ordinal := ordinals[p.word(i+taken)]
	if !ordinal && !weekday && before != "le" && before != "au" && before != "the" {
		return 0
	}
	if ordinal {
		taken++
	}
	return p.readings(i, taken, date{day: d})
}

// readings records the readings that some calendar has, or fails when none is.
func (p *parser) readings(i, taken int, all ...date) int {
	var good []date
	for _, d := range all {
		if d.valid() {
			good = append(good, d)
		}
	}
	if len(good) == 0 {
		p.fail(Impossible, i, taken)
		return 0
	}
	p.said.setDates(good...)
	return taken
}

// valid reports whether some year and month have the day.
func (d date) valid() bool {
	if d.month == 0 && d.year == 0 {
		return d.day >= 1 && d.day <= 31
	}
	if d.month < 1 || d.month > 12 {
		return false
	}
	y := d.year
	if y == 0 {
		y = 2000 // a leap year
	}
	return d.day == lastDay || d.day >= 1 && d.day <= daysIn(y, d.month)
}

func daysIn(year int, m time.Month) int {
	return time.Date(year, m+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// ordinalWords are the numbers that tell one weekday of a month from the others.
var ordinalWords = map[string]int{
	"premier": 1, "premiers": 1, "premiere": 1, "1ers": 1, "first": 1,
	"deuxieme": 2, "deuxiemes": 2, "second": 2, "seconde": 2, "seconds": 2,
	"troisieme": 3, "troisiemes": 3, "third": 3,
	"quatrieme": 4, "quatriemes": 4, "fourth": 4,
	"cinquieme": 5, "fifth": 5,
	"dernier": -1, "derniers": -1, "derniere": -1, "last": -1,
}

// ordinal reads 1er, second, 3rd, dernier, avant-dernier.
func (p *parser) ordinal(i int) (n, taken int) {
	if p.word(i) == "avant" && ordinalWords[p.word(i+1)] == -1 {
		return -2, 2
	}
	if n := ordinalWords[p.word(i)]; n != 0 {
		return n, 1
	}
	if n, digits, ok := p.digit(i); ok && digits == 1 && n >= 1 && n <= 5 {
		switch p.word(i + 1) {
		case "er", "ers", "ier", "iers", "e", "eme", "emes", "ieme", "iemes", "nd", "rd", "st", "th", "d", "de":
			return n, 2
		}
	}
	return 0, 0
}

// nthRule reads the first Monday of December, le dernier vendredi du mois prochain.
func (p *parser) nthRule(i int) int {
	n, taken := p.ordinal(i)
	if taken == 0 {
		return 0
	}
	j := i + taken
	d, ok := weekdayNamed(p.word(j))
	if !ok {
		return 0
	}
	j++
	for fillers[p.word(j)] || (p.word(j) == "mois" || p.word(j) == "month") && fillers[p.word(j+1)] {
		j++
	}
	if m, ok := months[p.word(j)]; ok {
		y, more := p.year(j + 1)
		p.said.setDates(date{year: y, month: m})
		j += 1 + more
	} else if words := p.word(j) + " " + p.word(j+1); words == "mois prochain" || words == "next month" {
		p.said.setMonth(1)
		j += 2
	} else {
		return 0
	}
	p.said.twice = p.said.twice || p.said.nth != 0 || p.said.weekday != nil
	p.said.nth, p.said.weekday = n, &weekdayOf{day: d, near: p.text[p.tokens[i].from:p.tokens[j-1].to]}
	return j - i
}

// weekdayNamed reads a weekday, in the plural too.
func weekdayNamed(word string) (time.Weekday, bool) {
	d, ok := weekdays[word]
	if !ok {
		d, ok = weekdays[strings.TrimSuffix(word, "s")]
	}
	if word == "mar" {
		d, ok = time.Tuesday, true
	}
	return d, ok
}

// nthOf is the nth weekday of a month, counted from its end when n is negative.
func nthOf(year int, m time.Month, d time.Weekday, n int) (time.Time, bool) {
	first := time.Date(year, m, 1, 0, 0, 0, 0, time.UTC)
	day := 1 + (int(d-first.Weekday())+7)%7 + 7*(n-1)
	if n < 0 {
		last := daysIn(year, m)
		end := time.Date(year, m, last, 0, 0, 0, 0, time.UTC)
		day = last - (int(end.Weekday()-d)+7)%7 + 7*(n+1)
	}
	if day < 1 || day > daysIn(year, m) {
		return time.Time{}, false
	}
	return time.Date(year, m, day, 0, 0, 0, 0, time.UTC), true
}
