package when

import (
	"slices"
	"strings"
	"time"
)

// Often is something that happens again and again, as somebody wrote it.
type Often struct {
	// Rule is an RRULE of RFC 5545 that begins with its DTSTART, on the clocks of
	// the zone: "DTSTART:20261130T090000 RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO".
	Rule string
}

// ParseOften reads what recurs: "tous les lundis à 9h", "un lundi sur deux", "le
// premier mardi du mois", "every other Friday at noon". It is said at now in the
// zone loc (nil is UTC); without an hour it is at defaultHour (9 when that is no
// hour). ok is false when the text does not say that anything recurs, and is then
// for [ParseAt]. The error is an [*Error].
//
// Where usage settles the matter the package chooses, and the caller shows the
// first dates:
//
//   - What counts from a day without one given counts from the first that is to
//     come: "un lundi sur deux" begins next Monday, "chaque mois" is on today's day.
//   - "tous les huit jours" and "tous les quinze jours" are every week and every
//     second one, in figures too.
//   - The 29th, 30th and 31st of each month are its last day where it is shorter.
//   - Quarters and half-years are those of the calendar and begin on its first day.
//   - "jours ouvrés" are Monday to Friday, "jours ouvrables" Monday to Saturday.
//   - "sauf le 28 décembre" leaves out a day that the rule has, and "pendant 5
//     semaines" counts from the first time.
//
// "every second Tuesday" (of the month, or every other one?), "biweekly" and the
// like are [Ambiguous]; what would happen more often than every hour is
// [Impossible].
func ParseOften(text string, now time.Time, loc *time.Location, defaultHour int) (o Often, ok bool, err error) {
	if loc == nil {
		loc = time.UTC
	}
	now = now.Round(0).In(loc)
	tokens := scan(text)
	if len(text) > maxText || len(tokens) == 0 {
		return Often{}, false, nil
	}
	p := &oftenParser{parser: parser{text: text, tokens: tokens}}
	from, to, found := p.find()
	if p.err != nil {
		return Often{}, true, p.err
	}
	if !found {
		return Often{}, false, nil
	}
	p.rest = append(slices.Clone(tokens[:from]), tokens[to:]...)
	if defaultHour < 0 || defaultHour > 23 {
		defaultHour = 9
	}
	o, err = p.resolve(now, loc, defaultHour)
	return o, true, err
}

// Weekly tells whether a text that [ParseAt] reads as one date is as often said of
// every week: "le lundi à 18h". It returns what says so beyond doubt, "tous les lundis
// à 18h", for [ParseOften].
func Weekly(text string) (every string, ok bool) {
	p := &parser{text: text, tokens: scan(text)}
	if len(text) > maxText || p.run() != nil {
		return "", false
	}
	w := p.said.weekday
	if w == nil || w.which != plain || p.said.nth != 0 || p.said.week != nil || p.said.dates != nil || p.said.kinds() != 1 || p.said.before {
		return "", false
	}
	for i, t := range p.tokens {
		if _, day := weekdayNamed(p.word(i + 1)); t.word == "le" && day {
			day := p.tokens[i+1]
			plural := "s"
			if !strings.HasSuffix(day.word, "di") && day.word != "dimanche" {
				plural = "" // le lun. 18h
			}
			return text[:t.from] + "tous les" + text[t.to:day.to] + plural + text[day.to:], true
		}
	}
	return "", false
}

// rule is what was said to recur.
type rule struct {
	freq     string
	interval int
	days     []time.Weekday
	nths     []int // of the days, in the month; none means every one
	// monthDays are days of the month, lastDay the last.
	monthDays []int
	months    []time.Month
	// nthWorkday is the first, second … or last (-1) working day of the month.
	nthWorkday int
	part       part
	noon       bool
}

// oftenParser finds what recurs among the words of a text; rest are the others.
type oftenParser struct {
	parser
	rule rule
	rest []token
	// monthSaid says that the words before named the month or the year that comes back.
	monthSaid bool
}

// find looks for the words that say that something recurs.
func (p *oftenParser) find() (from, to int, ok bool) {
	for i := range p.tokens {
		for _, head := range []func(int) int{p.everyHead, p.oneInTwo, p.monthlyHead, p.pluralHead, p.adverb} {
			p.rule = rule{interval: 1}
			if n := head(i); n > 0 {
				return i, i + n + p.more(i+n), true
			}
			if p.err != nil {
				return 0, 0, false
			}
		}
	}
	return 0, 0, false
}

// every reads what makes the next words recur.
func (p *oftenParser) every(i int) int {
	switch p.word(i) {
	case "chaque", "every", "each", "chq":
		return 1
	case "tous", "toutes", "tout", "tt", "tts", "ttes", "ts":
		if p.word(i+1) == "les" {
			return 2
		}
	}
	return 0
}

// everyHead reads tous les lundis, every other Friday, chaque premier mardi du mois.
func (p *oftenParser) everyHead(i int) int {
	n := p.every(i)
	if n == 0 {
		return 0
	}
	j := i + n
	if taken := p.nthOfMonth(j, false); taken > 0 {
		return n + taken
	}
	count, taken := p.number(j)
	switch p.word(j) {
	case "other", "autre":
		count, taken = 2, 1
	case "second", "2":
		if p.word(j) == "2" && p.word(j+1) != "nd" {
			break
		}
		count, taken = 2, 1+btoi(p.word(j) == "2")
		if _, day := weekdayNamed(p.word(j + taken)); day {
			p.fail(Ambiguous, i, n+taken+1) // of the month, or every other one?
			return 0
		}
	case "third", "fourth":
		count, taken = ordinalWords[p.word(j)], 1
		if _, day := weekdayNamed(p.word(j + taken)); day {
			p.fail(Ambiguous, i, n+taken+1)
			return 0
		}
	}
	if taken == 0 {
		count = 1
	}
	if unit := p.period(j+taken, count); unit > 0 {
		return n + taken + unit
	}
	if p.err != nil {
		return 0
	}
	if days, more := p.weekdayList(j + taken); more > 0 && (taken == 0 || count == 2 && p.word(j) != "2") {
		p.rule.freq, p.rule.days, p.rule.interval = "WEEKLY", days, count
		return n + taken + more
	}
	if days := p.dayGroup(j); days > 0 && taken == 0 {
		return n + days
	}
	return p.everyDate(i, j)
}

// everyDate reads every 15th, chaque 14 juillet, tous les 1er du mois.
func (p *oftenParser) everyDate(i, j int) int {
	if d, m, taken := p.dayAndMonth(j); taken > 0 {
		p.rule.freq, p.rule.monthDays, p.rule.months = "YEARLY", []int{d}, []time.Month{m}
		return j + taken - i
	}
	days, taken, ordinal := p.dayList(j)
	if taken == 0 {
		return 0
	}
	end := p.monthly(j + taken)
	if _, day := weekdayNamed(p.word(j + taken)); day && end == 0 {
		p.fail(Ambiguous, i, j+taken+1-i) // every 3rd Friday
		return 0
	}
	if end == 0 && !ordinal {
		return 0
	}
	p.rule.freq, p.rule.monthDays = "MONTHLY", days
	return j + taken + end - i
}
