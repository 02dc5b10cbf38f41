package when

import (
	"strings"
	"time"
)

// parser turns tokens into what they say. Its rules look at the tokens from a
// position on and return how many they took, 0 when they do not apply.
type parser struct {
	text   string
	tokens []token
	said   said
	err    *Error
	// past is the token after those that err is about.
	past int
}

// run reads all the tokens. What is no date weighs more than a date that is wrong:
// of "31 juin salle B" nothing is known, and of "31 juin" that there is none.
func (p *parser) run() error {
	var wrong *Error
	rules := []func(int) int{
		p.noonRule, p.phrase, p.nthRule, p.weekdayRule, p.spanRule, p.isoDate, p.numericDate, p.dayMonth, p.monthDay, p.endOf,
		p.pastRule, p.clockRule, p.dayOfMonth, p.filler,
	}
	for i := 0; i < len(p.tokens); {
		n := 0
		for _, rule := range rules {
			if n = rule(i); n > 0 || p.err != nil {
				break
			}
		}
		if p.err == nil && (n == 0 || p.said.twice) {
			p.fail(Unknown, i, max(n, 1))
		}
		switch {
		case p.err == nil:
			i += n
		case p.err.Kind == Unknown:
			return p.err
		default:
			if wrong == nil {
				wrong = p.err
			}
			i = max(p.past, i+1)
			p.err = nil
		}
	}
	if wrong != nil {
		return wrong
	}
	return nil
}

// fail records that n tokens from i on are at fault.
func (p *parser) fail(kind Kind, i, n int) {
	near := p.text[p.tokens[i].from:p.tokens[i+n-1].to]
	p.err, p.past = &Error{Kind: kind, Text: p.text, Near: near}, i+n
}

// word returns the folded word at i, "" past the end.
func (p *parser) word(i int) string {
	if i < 0 || i >= len(p.tokens) {
		return ""
	}
	return p.tokens[i].word
}

// digit returns the number written in figures at i.
func (p *parser) digit(i int) (n, digits int, ok bool) {
	if i < 0 || i >= len(p.tokens) || p.tokens[i].digits() == 0 {
		return 0, 0, false
	}
	return p.tokens[i].num, p.tokens[i].digits(), true
}

// number returns the number at i, in figures or in words, and its tokens.
func (p *parser) number(i int) (value, taken int) {
	if n, _, ok := p.digit(i); ok {
		return n, 1
	}
	n, ok := numbers[p.word(i)]
	if !ok {
		return 0, 0
	}
	if n < 10 || n > 50 || n%10 != 0 {
		return n, 1
	}
	taken = 1
	if p.word(i+taken) == "et" {
		taken++
	}
	if m, ok := numbers[p.word(i+taken)]; ok && m < 10 {
		return n + m, taken + 1
	}
	return n, 1
}

func (p *parser) phrase(i int) int {
	for n := min(maxPhrase, len(p.tokens)-i); n > 0; n-- {
		words := make([]string, n)
		for j := range words {
			words[j] = p.word(i + j)
		}
		if say, ok := phrases[strings.Join(words, " ")]; ok {
			say(&p.said)
			return n
		}
	}
	return 0
}

func (p *parser) filler(i int) int {
	if fillers[p.word(i)] {
		return 1
	}
	return 0
}

// spanRule reads a distance: dans 3 jours, +1d12h, in 2 hours, a week from now.
func (p *parser) spanRule(i int) int {
	if p.said.span != nil {
		return 0
	}
	j, s, ago, led := i, span{}, false, true
	switch taken := p.lead(i); {
	case taken == 0:
		led = false
	case p.word(i) == "+":
		s.exact = true
		j++
	case p.word(i) == "il":
		ago = true
		fallthrough
	default:
		j += taken
	}
	start := j
	for {
		k := j
		if j > start && (p.word(k) == "et" || p.word(k) == "and") {
			k++
		}
		if k == j && !s.exact && s.clock == 0 && s.days+s.months > 0 && p.frenchHour(k) {
			break // dans 3 jours 18h: at that hour
		}
		n := p.measure(&s, k, led)
		if n == 0 {
			break
		}
		j = k + n
	}
	if p.err != nil || j == start {
		return 0
	}
	switch {
	case p.word(j) == "ago":
		ago = true
		j++
	case p.word(j) == "from" && (p.word(j+1) == "now" || p.word(j+1) == "today"):
		j += 2
	case led && (p.word(j) == "time" || p.word(j) == "times"): // in ten days' time
		j++
	case led && p.word(j) == "s" && p.word(j+1) == "time": // in a week's time
		j += 2
	case !led && !ago && j == i+2 && (p.word(i) == "un" || p.word(i) == "one") && s.days == 1:
		return 0 // un jour, some day
	}
	if s.seconds > maxSpan {
		p.fail(Impossible, i, j-i)
		return 0
	}
	if s.exact && s.months != 0 {
		p.fail(Unknown, i, j-i)
		return 0
	}
	if ago {
		s.negate()
	}
	if p.word(i) == "ici" && p.frenchHour(start) && s.months == 0 && s.days == 0 {
		p.said.orClock(s.clock)
	}
	p.said.span = &s
	return j - i
}

// frenchHour tells whether an hour stands at i as a time of day is written: 18h, 18
// heures, and not glued to what is before.
func (p *parser) frenchHour(i int) bool {
	_, digits, ok := p.digit(i)
	if w := p.word(i + 1); !ok || digits > 2 || w != "h" && w != "heure" && w != "heures" {
		return false
	}
	return !p.tokens[i].glued
}

// lead reads what announces a distance.
func (p *parser) lead(i int) int {
	switch p.word(i) {
	case "+":
		return 1
	case "il":
		if p.word(i+1) == "y" && p.word(i+2) == "a" {
			return 3
		}
	case "dans", "in", "sous", "within", "ici":
		switch {
		case p.word(i+1) == "les":
			return 2
		case p.word(i+1) == "the" && p.word(i+2) == "next":
			return 3
		}
		return 1
	}
	return 0
}

// measure reads a number and its unit. Hours as French writes them are a time of day
// unless a word such as "dans" leads them.
func (p *parser) measure(s *span, i int, led bool) int {
	n, taken := p.number(i)
	if articles[p.word(i)] {
		n, taken = 1, 1
		if p.word(i+1) == "couple" {
			n, taken = 2, 2
		}
	}
	if taken == 0 {
		return 0
	}
	j := i + taken
	if p.word(j-1) == "couple" && p.word(j) == "of" {
		j++
	}
	tenths, decimal, ok := p.digit(j + 1)
	if decimal = min(decimal, 1); !ok || decimal == 0 || p.word(j) != "." || tenths > 9 {
		tenths = 0
	} else {
		j += 2
	}
	word := p.word(j)
	u, ok := units[word]
	if word == "m" && j < len(p.tokens) && p.tokens[j].glued {
		u, ok = minute, true
	}
	if !ok || !led && (word == "h" || word == "heure" || word == "heures") {
		return 0
	}
	if n < 0 {
		p.fail(Impossible, i, taken)
		p.past = j + 1
		return 0
	}
	if _, _, figures := p.digit(i); !figures && (word == "jour" || word == "jours") && (n == 8 || n == 15) {
		n-- // huit jours: a week; quinze jours: two
	}
	s.add(n, u)
	if tenths > 0 && u != hour {
		p.fail(Unknown, i, j-i)
		return 0
	}
	s.add(6*tenths, minute)
	j++
	if word == "quinzaine" && p.word(j) == "de" && p.word(j+1) == "jours" {
		j += 2
	}
	if half, taken := p.halves(j); u == hour && taken > 0 {
		s.add(half, minute)
		return j + taken - i
	}
	if m, digits, ok := p.digit(j); u == hour && ok && digits == 2 && (led || p.tokens[j].glued) && !isUnit(p.word(j+1)) {
		s.add(m, minute) // 1h30
		j++
	} else if m, taken := p.number(j); u == hour && led && taken > 0 && !ok && m < 60 && !isUnit(p.word(j+taken)) {
		s.add(m, minute) // une heure trente
		j += taken
	}
	return j - i
}

// halves reads what follows whole hours: et demie, et quart, and a half.
func (p *parser) halves(i int) (minutes, taken int) {
	switch p.word(i) + " " + p.word(i+1) {
	case "et demie", "et demi":
		return 30, 2
	case "et quart":
		return 15, 2
	case "and a":
		switch p.word(i + 2) {
		case "half":
			return 30, 3
		case "quarter":
			return 15, 3
		}
	}
	return 0, 0
}

func isUnit(word string) bool {
	_, ok := units[word]
	return ok || word == "m"
}

// datedAt tells whether a number at i goes on with its month: 24 mars, 24/03.
func (p *parser) datedAt(i int) bool {
	j := i + 1 + btoi(ordinals[p.word(i+1)])
	_, ok := months[p.word(j)]
	return ok || p.word(j) == "/"
}

// weekdayRule reads a weekday and what tells it from the others of its name.
func (p *parser) weekdayRule(i int) int {
	j, w := i, plain
	for n := 3; n > 0; n-- {
		words := make([]string, n)
		for k := range words {
			words[k] = p.word(j + k)
		}
		if a, ok := ahead[strings.Join(words, " ")]; ok {
			w = a
			j += n
			break
		}
	}
	d, ok := weekdays[p.word(j)]
	if _, _, number := p.digit(j + 1); p.word(j) == "mar" && (!number || p.hourMark(j+2) > 0 || p.datedAt(j+1)) {
		d, ok = time.Tuesday, true // "mar 24" may be March: see monthDay
	}
	if !ok {
		return 0
	}
	j++
	if a, ok := after[p.word(j)+" "+p.word(j+1)]; ok {
		w, j = a, j+2
	} else if a, ok := after[p.word(j)]; ok {
		w, j = a, j+1
	}
	p.said.twice = p.said.twice || p.said.weekday != nil
	p.said.weekday = &weekdayOf{day: d, which: w, near: p.text[p.tokens[i].from:p.tokens[j-1].to]}
	return j - i
}
