package when

import "time"

// hourMark returns how many tokens from i on mark the number before as an hour.
func (p *parser) hourMark(i int) int {
	switch p.word(i) {
	case "h", "heure", "heures", ":", "am", "pm":
		return 1
	case "a", "p":
		if p.word(i+1) == "m" {
			return 2
		}
	case ".":
		if m, digits, ok := p.digit(i + 1); ok && digits == 2 && p.word(i+2) != "." && p.word(i-2) != "." && p.dotted(i-1, m) {
			return 1
		}
	case "o":
		if p.word(i+1) == "clock" {
			return 2
		}
	}
	return 0
}

// clockRule reads a time of day: 18h30, 18:30, 6pm, midi et quart, à 18, at 6.
func (p *parser) clockRule(i int) int {
	h, taken := p.number(i)
	if taken == 0 {
		return 0
	}
	j := i + taken
	mark, c := p.hourMark(j), clock{hour: h}
	switch word := p.word(j); {
	case mark == 0:
		return p.bareHour(i, taken, h)
	case word == "o":
		return p.twelve(i, taken+mark, h)
	case word == ":":
		m, digits, ok := p.digit(j + 1)
		if !ok || digits != 2 {
			return 0
		}
		c.min, j = m, j+2
		if s, digits, ok := p.digit(j + 1); ok && digits == 2 && p.word(j) == ":" {
			c.sec, j = s, j+2
		}
		j += btoi(p.word(j) == "h") // 18:30h
	case word == ".":
		m, digits, ok := p.digit(j + 1)
		if _, n, figures := p.digit(i); !ok || digits != 2 || !figures || n > 2 || p.word(j+2) == "." || !p.dotted(i, m) {
			return 0
		}
		if half := p.word(j + 2); half != "am" && half != "pm" && h < 12 && (p.word(i-1) == "at" || p.word(i-1) == "@") {
			return p.time(i, 3, clock{hour: h, min: m}, clock{hour: h + 12, min: m})
		}
		c.min, j = m, j+2
	case word == "h" || word == "heure" || word == "heures":
		if m, n := p.minus(j + 1); n > 0 {
			return p.time(i, j+1+n-i, clock{hour: (h + 23) % 24, min: 60 - m})
		}
		m, n := p.minutes(j+1, word == "h")
		c.min, j = m, j+1+n
		if i == 0 && j == len(p.tokens) && h >= 1 && h < dawn {
			p.said.spanToo = time.Duration(c.hour)*time.Hour + time.Duration(c.min)*time.Minute
		}
		if i == 0 && j == len(p.tokens) && h > 24 && h%12 == 0 && n == 0 {
			p.said.addSpan(h, hour) // 48h: no clock shows it
			return j
		}
		return p.time(i, j-i, c)
	}
	if half := p.word(j); p.hourMark(j) > 0 && (half[0] == 'a' || half[0] == 'p') {
		if c.hour < 1 || c.hour > 12 {
			p.fail(Impossible, i, j-i+1)
			return 0
		}
		c.hour %= 12
		if half[0] == 'p' {
			c.hour += 12
		}
		j += p.hourMark(j)
		p.said.exactHour = true
	}
	return p.time(i, j-i, c)
}

// dawn is the hour before which hours alone are as likely a distance: 1h30.
const dawn = 6

// dotted tells whether the number at i, a point and two figures are an hour, as
// 18.30 is, and no day and month.
func (p *parser) dotted(i, minutes int) bool {
	if p.hourMark(i+3) > 0 || minutes > 12 || minutes == 0 {
		return true
	}
	before := p.word(i - 1)
	return before == "at" || before == "a" || before == "@"
}

// noonRule reads midi et quart, midi moins dix, minuit moins cinq; minuit et demi
// only when it stands alone, for with a day one cannot tell which night is meant.
func (p *parser) noonRule(i int) int {
	noon := p.word(i) == "midi"
	if !noon && p.word(i) != "minuit" {
		return 0
	}
	if m, n := p.minus(i + 1); n > 0 {
		return p.time(i, 1+n, clock{hour: 23 - 12*btoi(noon), min: 60 - m})
	}
	m, n := p.minutes(i+1, false)
	switch {
	case noon:
		return p.time(i, 1+n, clock{12, m, 0})
	case n > 0 && i <= 1 && i+1+n == len(p.tokens):
		return p.time(i, 1+n, clock{0, m, 0})
	}
	return 0
}

// minutes reads what follows an hour: 30, trente, et demie, et quart. After an h the
// figures may be glued to it.
func (p *parser) minutes(i int, glued bool) (value, taken int) {
	n := 0
	if p.word(i) == "et" {
		n = 1
	}
	switch p.word(i + n) {
	case "demi", "demie":
		return 30, n + 1
	case "quart":
		return 15, n + 1
	}
	if n > 0 {
		return 0, 0
	}
	m, taken := p.number(i)
	if taken == 0 {
		return 0, 0
	}
	if _, digits, ok := p.digit(i); ok && digits != 2 {
		return 0, 0
	}
	next := i + taken
	if _, ok := months[p.word(next)]; ok && (!glued || !p.tokens[i].glued) {
		return 0, 0
	}
	if p.hourMark(next) > 0 || p.word(next) == "/" || p.word(next) == "." || p.word(next) == "-" {
		return 0, 0
	}
	switch p.word(next) {
	case "min", "mn", "minutes":
		taken++
	}
	return m, taken
}

// minus reads what is taken from an hour: moins le quart, moins dix.
func (p *parser) minus(i int) (minutes, taken int) {
	if p.word(i) != "moins" {
		return 0, 0
	}
	if p.word(i+1) == "quart" {
		return 15, 2
	}
	if p.word(i+1) == "le" && p.word(i+2) == "quart" {
		return 15, 3
	}
	if m, taken := p.number(i + 1); taken > 0 && m > 0 && m < 60 {
		return m, 1 + taken
	}
	return 0, 0
}

// pastRule reads half past six, quarter to nine, 20 past 3.
func (p *parser) pastRule(i int) int {
	m, taken := p.number(i)
	switch p.word(i) {
	case "half":
		m, taken = 30, 1
	case "quarter":
		m, taken = 15, 1
	case "a":
		if p.word(i+1) == "quarter" {
			m, taken = 15, 2
		}
	}
	way := p.word(i + taken)
	if taken == 0 || way != "past" && way != "to" || m < 1 || m > 59 {
		return 0
	}
	j := i + taken + 1
	h, n := p.number(j)
	if n == 0 || h < 1 || h > 12 {
		return 0
	}
	j += n
	c := clock{hour: h % 12, min: m}
	if way == "to" {
		c = clock{hour: (h + 11) % 12, min: 60 - m}
	}
	if half := p.word(j); half == "am" || half == "pm" {
		if half == "pm" {
			c.hour += 12
		}
		p.said.exactHour = true
		return p.time(i, j+1-i, c)
	}
	later := c
	later.hour += 12
	return p.time(i, j-i, c, later)
}

// bareHour reads the hour of "à 18" and "at 6".
func (p *parser) bareHour(i, taken, h int) int {
	_, digits, figures := p.digit(i)
	if digits == 4 && h%100 < 60 && h%5 == 0 && h < 2400 && p.afterDay(i) {
		return p.time(i, taken, clock{hour: h / 100, min: h % 100}) // mardi 1830
	}
	if digits > 2 || isUnit(p.word(i+taken)) {
		return 0
	}
	switch p.word(i - 1) {
	case "at", "@":
		return p.twelve(i, taken, h)
	}
	if figures && h <= 12 && (dayParts[p.word(i-1)] || p.anyOf(i+1, "tonight", "this evening", "this morning", "ce soir", "ce matin") > 0) {
		return p.time(i, taken, clock{hour: h}) // tonight 8
	}
	if !figures {
		return 0
	}
	switch p.word(i - 1) {
	case "a":
		return p.time(i, taken, clock{hour: h})
	}
	return 0
}

// afterDay tells whether a day that needs no number stands before a token.
func (p *parser) afterDay(i int) bool {
	_, weekday := weekdays[p.word(i-1)]
	switch p.word(i - 1) {
	case "demain", "tomorrow", "today", "soir", "prochain", "tonight":
		return true
	}
	return weekday
}

// twelve reads an hour as English says it, before or after noon.
func (p *parser) twelve(i, taken, h int) int {
	if h >= 1 && h < 12 {
		return p.time(i, taken, clock{hour: h}, clock{hour: h + 12})
	}
	return p.time(i, taken, clock{hour: h})
}

// time records the readings of an hour.
func (p *parser) time(i, taken int, readings ...clock) int {
	for _, c := range readings {
		if c.hour < 0 || c.hour > 24 || c.min > 59 || c.sec > 59 || c.min < 0 || c.sec < 0 || c.hour == 24 && (c.min > 0 || c.sec > 0) {
			p.fail(Impossible, i, taken)
			return 0
		}
	}
	p.said.setClock(readings...)
	return taken
}

// People say the afternoon until eight, and the evening from four on.
const (
	earlyEvening  = 16
	lateAfternoon = 20
)

// within keeps the readings of an hour that lie in a part of the day: "8h du soir" is
// 20:00. An hour before noon in the afternoon or the evening counts from noon; what
// nobody calls so, "14h du soir" or "9h de l'après-midi", lies in neither.
func (c clock) within(p part, exact bool) (clock, bool) {
	switch {
	case p == 0:
		return c, true
	case p == morning:
		return c, c.hour < 12 || c.hour == 12 && c.min == 0
	case c.hour >= 1 && c.hour < 12 && !exact:
		c.hour += 12
	}
	if p == afternoon {
		return c, c.hour >= 12 && c.hour < lateAfternoon
	}
	return c, c.hour >= earlyEvening
}
