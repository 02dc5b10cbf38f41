package when

import (
	"slices"
	"strings"
	"time"
)

// except takes from a rule what it was said not to happen on, and returns the dates
// that are to be left out one by one.
func (p *oftenParser) except(tokens []token, from, now time.Time, loc *time.Location) ([]time.Time, error) {
	out, dated, err := p.daysOut(tokens, from, now, loc)
	if err == nil && !dated {
		err = p.leaveOut(tokens)
	}
	return out, err
}

// leaveOut takes from a rule the weekdays or the months that it was said not to
// fall in: sauf le dimanche, except July and August.
func (p *oftenParser) leaveOut(tokens []token) error {
	if len(tokens) == 0 {
		return nil
	}
	q := oftenParser{parser: parser{text: p.text, tokens: tokens}}
	r := &p.rule
	if out, ok := q.onlyMonths(); ok && r.freq != "HOURLY" {
		if len(r.months) == 0 {
			r.months = monthsBetween(time.January, time.December)
		}
		r.months = slices.DeleteFunc(slices.Clone(r.months), func(m time.Month) bool { return slices.Contains(out, m) })
		if len(r.months) == 0 {
			return p.whole(Impossible)
		}
		return nil
	}
	out, ok := q.onlyWeekdays()
	if !ok || r.interval > 1 && r.freq == "DAILY" || r.freq != "DAILY" && r.freq != "WEEKLY" {
		return p.whole(Unknown)
	}
	if r.days == nil {
		r.freq, r.days = "WEEKLY", append(slices.Clone(workdays), time.Saturday, time.Sunday)
	}
	r.days = slices.DeleteFunc(slices.Clone(r.days), func(d time.Weekday) bool { return slices.Contains(out, d) })
	if len(r.days) == 0 {
		return p.whole(Impossible)
	}
	return nil
}

// dated returns how many tokens from i on write a date: 28 décembre 2026, 28/12.
func (p *parser) dated(i int) int {
	for _, rule := range []func(*parser, int) int{(*parser).isoDate, (*parser).numericDate, (*parser).dayMonth, (*parser).monthDay} {
		q := parser{text: p.text, tokens: p.tokens}
		if n := rule(&q, i); n > 0 {
			return n
		}
	}
	return 0
}

// daysOut reads the dates on which a rule is said not to happen: sauf le 28
// décembre et le 4 janvier. ok is false when the words name no date.
func (p *oftenParser) daysOut(tokens []token, from, now time.Time, loc *time.Location) (days []time.Time, ok bool, err error) {
	q := parser{text: p.text, tokens: tokens}
	for i := 0; i < len(tokens); {
		n := q.dated(i)
		if n == 0 {
			if !exceptable(q.word(i)) {
				return nil, true, p.whole(Unknown)
			}
			if _, day := weekdayNamed(q.word(i)); day && q.dated(i+1) == 0 {
				return nil, false, nil
			}
			i++
			continue
		}
		said, err := p.clause(tokens[i:i+n], 0)
		if err != nil {
			return nil, true, err
		}
		r := resolver{said: &said, text: p.text, now: now, loc: loc, defaultHour: 0}
		these, err := r.days(from)
		if err != nil {
			return nil, true, err
		}
		if len(these) > 1 {
			return nil, true, p.whole(Ambiguous)
		}
		if !p.rule.holds(these[0]) {
			d := these[0] // no Monday
			return nil, true, &Error{
				Kind: Impossible, Text: p.text, Near: strings.TrimSpace(p.text), Day: time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, loc),
			}
		}
		days, i = append(days, these...), i+n
	}
	if len(days) == 0 {
		return nil, false, nil
	}
	return days, true, nil
}

// onlyWeekdays reads words that name weekdays and nothing else.
func (p *oftenParser) onlyWeekdays() ([]time.Weekday, bool) {
	i := p.anyOf(0, "le", "les", "on", "the")
	if p.dayGroup(i) > 0 && i+p.dayGroup(i) == len(p.tokens) {
		return p.rule.days, true
	}
	days, n := p.weekdayList(i)
	return days, n > 0 && i+n == len(p.tokens)
}

// onlyMonths reads words that name months and nothing else.
func (p *oftenParser) onlyMonths() (out []time.Month, ok bool) {
	for i := 0; i < len(p.tokens); i++ {
		if len(out) > 0 {
			i += p.anyOf(i, "et", "and", "&", "ni", "or", "ou")
		}
		i += p.anyOf(i, "au mois de", "au mois d", "en", "in")
		m, named := months[p.word(i)]
		if !named {
			return nil, false
		}
		if len(out) > 0 && p.rangeTo(i) {
			out = append(out, monthsBetween(out[len(out)-1], m)...)
			continue
		}
		out = append(out, m)
	}
	return out, len(out) > 0
}

// monthsBetween are the months from one to another, across the new year if need be.
func monthsBetween(from, to time.Month) []time.Month {
	out := []time.Month{from}
	for m := from; m != to; {
		m = m%12 + 1
		out = append(out, m)
	}
	return out
}

// exceptable tells whether a word may be part of what is left out.
func exceptable(word string) bool {
	_, day := weekdayNamed(word)
	_, month := months[word]
	switch word {
	case "le", "les", "the", "on", "in", "en", "et", "and", "&", "ni", "or", "ou", "au", "mois", "de", "d",
		"we", "week", "end", "ends", "to", "through":
		return true
	}
	return day || month
}
