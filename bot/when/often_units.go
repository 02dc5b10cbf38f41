package when

import (
	"slices"
	"strings"
	"time"
)

// periods are the units of time that come back, and how an RRULE counts them.
var periods = map[string]struct {
	freq   string
	times  int
	months []time.Month // when one alone begins, if the calendar says so
	part   part
	noon   bool
}{
	"jour": {freq: "DAILY"}, "jours": {freq: "DAILY"}, "j": {freq: "DAILY"}, "day": {freq: "DAILY"}, "days": {freq: "DAILY"},
	"semaine": {freq: "WEEKLY"}, "semaines": {freq: "WEEKLY"}, "sem": {freq: "WEEKLY"}, "week": {freq: "WEEKLY"}, "weeks": {freq: "WEEKLY"},
	"fortnight": {freq: "WEEKLY", times: 2}, "fortnights": {freq: "WEEKLY", times: 2}, "quinzaine": {freq: "WEEKLY", times: 2}, "quinzaines": {freq: "WEEKLY", times: 2},
	"mois": {freq: "MONTHLY"}, "month": {freq: "MONTHLY"}, "months": {freq: "MONTHLY"},
	"trimestre": {freq: "MONTHLY", times: 3, months: quarters(1)}, "trimestres": {freq: "MONTHLY", times: 3, months: quarters(1)},
	"quarter": {freq: "MONTHLY", times: 3, months: quarters(1)}, "quarters": {freq: "MONTHLY", times: 3, months: quarters(1)},
	"semestre":  {freq: "MONTHLY", times: 6, months: []time.Month{time.January, time.July}},
	"semestres": {freq: "MONTHLY", times: 6, months: []time.Month{time.January, time.July}},
	"an":        {freq: "YEARLY"}, "ans": {freq: "YEARLY"}, "annee": {freq: "YEARLY"}, "annees": {freq: "YEARLY"}, "year": {freq: "YEARLY"}, "years": {freq: "YEARLY"},
	"heure": {freq: "HOURLY"}, "heures": {freq: "HOURLY"}, "h": {freq: "HOURLY"}, "hour": {freq: "HOURLY"}, "hours": {freq: "HOURLY"},
	"matin": {freq: "DAILY", part: morning}, "morning": {freq: "DAILY", part: morning}, "mornings": {freq: "DAILY", part: morning},
	"midi": {freq: "DAILY", noon: true}, "noon": {freq: "DAILY", noon: true},
	"soir": {freq: "DAILY", part: evening}, "evening": {freq: "DAILY", part: evening}, "evenings": {freq: "DAILY", part: evening},
	"night": {freq: "DAILY", part: evening}, "nights": {freq: "DAILY", part: evening}, "nuit": {freq: "DAILY", part: evening}, "nuits": {freq: "DAILY", part: evening},
	"apm": {freq: "DAILY", part: afternoon}, "apms": {freq: "DAILY", part: afternoon}, "afternoon": {freq: "DAILY", part: afternoon}, "afternoons": {freq: "DAILY", part: afternoon},
	"apres midi": {freq: "DAILY", part: afternoon}, "apres midis": {freq: "DAILY", part: afternoon},
}

// period reads a unit of time that comes back every so many times.
func (p *oftenParser) period(i, count int) int {
	r := &p.rule
	word, taken := p.word(i), 1
	switch {
	case units[word] == minute, units[word] == second && word != "second":
		p.fail(Impossible, i, 1)
		return 0
	case count == 1 && p.anyOf(i, "fin de mois", "fins de mois", "month end") > 0:
		r.freq, r.monthDays = "MONTHLY", []int{lastDay}
		return p.anyOf(i, "fin de mois", "fins de mois", "month end")
	case count == 1 && p.dayGroup(i) > 0:
		return p.dayGroup(i)
	case p.anyOf(i, "week end", "week ends") > 0:
		return 0
	case word == "apres":
		word, taken = word+" "+p.word(i+1), 2
	}
	unit, ok := periods[word]
	if !ok {
		return 0
	}
	switch {
	case unit.freq != "DAILY" || unit.part != 0 || unit.noon || count == 0:
	case word[0] == 'j' && (count == 8 || count == 15), count%7 == 0:
		unit.freq, count = "WEEKLY", count/7 // tous les quinze jours, every 14 days
	}
	r.freq, r.interval, r.part, r.noon = unit.freq, count*max(unit.times, 1), unit.part, unit.noon
	if count == 1 {
		r.months = unit.months
	}
	if count < 1 || r.interval > 1000 {
		p.fail(Impossible, i, taken)
		return 0
	}
	return taken
}

// quarters are the months in which the quarters begin (1) or end (3).
func quarters(month int) []time.Month {
	return []time.Month{time.Month(month), time.Month(month + 3), time.Month(month + 6), time.Month(month + 9)}
}

var workdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}

// dayGroup reads days that go together: jours ouvrés, weekdays, week-ends.
func (p *oftenParser) dayGroup(i int) int {
	for _, g := range []struct {
		words string
		days  []time.Weekday
	}{
		{"jours ouvres", workdays},
		{"jour ouvre", workdays},
		{"jours travailles", workdays},
		{"jours de semaine", workdays},
		{"jours de la semaine", workdays},
		{"jour de semaine", workdays},
		{"jour de la semaine", workdays},
		{"weekday", workdays},
		{"weekdays", workdays},
		{"week day", workdays},
		{"working day", workdays},
		{"working days", workdays},
		{"workday", workdays},
		{"workdays", workdays},
		{"business day", workdays},
		{"business days", workdays},
		{"jours ouvrables", append(slices.Clone(workdays), time.Saturday)},
		{"jour ouvrable", append(slices.Clone(workdays), time.Saturday)},
		{"we", []time.Weekday{time.Saturday, time.Sunday}},
		{"week end", []time.Weekday{time.Saturday, time.Sunday}},
		{"week ends", []time.Weekday{time.Saturday, time.Sunday}},
	} {
		if n := p.are(i, g.words); n > 0 {
			p.rule.freq, p.rule.days = "WEEKLY", g.days
			return n
		}
	}
	return 0
}

// are tells how many tokens some words are, 0 when they do not stand at i.
func (p *parser) are(i int, words string) int {
	n := 0
	for word := range strings.SplitSeq(words, " ") {
		if p.word(i+n) != word {
			return 0
		}
		n++
	}
	return n
}

// anyOf is are for the first of several that stands there.
func (p *parser) anyOf(i int, all ...string) int {
	for _, words := range all {
		if n := p.are(i, words); n > 0 {
			return n
		}
	}
	return 0
}
