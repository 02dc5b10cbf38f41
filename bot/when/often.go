package when

import (
	"fmt"
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

// rule is what was said to recur.
type rule struct {
	freq     string
	interval int
	days     []time.Weekday
	nth      int // of the days, in the month; 0 every one
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

// period reads a unit of time that comes back every so many times.
func (p *oftenParser) period(i, count int) int {
	r := &p.rule
	set := func(freq string, times int) int {
		if r.freq, r.interval = freq, count*times; count < 1 || r.interval > 1000 {
			p.fail(Impossible, i, 1)
			return 0
		}
		return 1
	}
	switch word := p.word(i); word {
	case "jour", "jours", "j", "day", "days":
		if workdays := p.dayGroup(i); workdays > 0 && count == 1 {
			return workdays
		}
		if word[0] == 'j' && (count == 8 || count == 15) {
			count = count / 7
			return set("WEEKLY", 1)
		}
		return set("DAILY", 1)
	case "semaine", "semaines", "sem", "week", "weeks":
		if p.word(i+1) == "end" || p.word(i+1) == "ends" {
			return 0
		}
		return set("WEEKLY", 1)
	case "fortnight", "fortnights", "quinzaine", "quinzaines":
		return set("WEEKLY", 2)
	case "mois", "month", "months":
		if p.word(i+1) == "end" && count == 1 {
			r.freq, r.monthDays = "MONTHLY", []int{lastDay}
			return 2
		}
		return set("MONTHLY", 1)
	case "trimestre", "trimestres", "quarter", "quarters":
		if count == 1 {
			r.months = quarters(1)
		}
		return set("MONTHLY", 3)
	case "semestre", "semestres":
		if count == 1 {
			r.months = []time.Month{time.January, time.July}
		}
		return set("MONTHLY", 6)
	case "an", "ans", "annee", "annees", "year", "years":
		return set("YEARLY", 1)
	case "heure", "heures", "h", "hour", "hours":
		return set("HOURLY", 1)
	case "min", "mn", "minute", "minutes", "seconde", "secondes", "second", "seconds":
		p.fail(Impossible, i, 1)
	case "matin", "matins", "morning", "mornings":
		r.part = morning
		return set("DAILY", 1)
	case "midi", "midis", "noon":
		r.noon = true
		return set("DAILY", 1)
	case "soir", "soirs", "evening", "evenings", "night", "nights", "nuit", "nuits":
		r.part = evening
		return set("DAILY", 1)
	case "apms", "apm", "afternoon", "afternoons":
		r.part = afternoon
		return set("DAILY", 1)
	case "apres":
		if p.word(i+1) == "midi" || p.word(i+1) == "midis" {
			r.part = afternoon
			return set("DAILY", 1) + 1
		}
	case "fin", "fins":
		if p.word(i+1) == "de" && p.word(i+2) == "mois" && count == 1 {
			r.freq, r.monthDays = "MONTHLY", []int{lastDay}
			return 3
		}
	}
	return 0
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
		if n == 0 || d < 1 || d > 31 || p.hourMark(k+n) > 0 || len(days) > 0 && k == j {
			return days, taken, ordinal
		}
		if isUnit(p.word(k + n)) {
			return days, taken, ordinal
		}
		k += n
		if ordinals[p.word(k)] || p.word(k) == "ers" {
			ordinal = true
			k++
		} else if d == 1 && (p.word(k-1) == "premier" || p.word(k-1) == "first") {
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
	return p.anyOf(i, "du mois", "de chaque mois", "de tous les mois", "chaque mois", "tous les mois", "par mois", "du mois",
		"of the month", "of every month", "of each month", "every month", "each month", "in the month", "in every month", "monthly", "mensuellement")
}

// monthlyHead reads le premier mardi du mois, the 1st and 15th of each month.
func (p *oftenParser) monthlyHead(i int) int {
	start := i
	i += p.anyOf(i, "on the", "le", "the", "les", "on")
	if n := p.nthOfMonth(i, true); n > 0 {
		return i + n - start
	}
	if n := p.anyOf(i, "fin de chaque mois", "a la fin de chaque mois", "end of every month", "end of each month", "at the end of every month", "at the end of each month"); n > 0 {
		p.rule.freq, p.rule.monthDays = "MONTHLY", []int{lastDay}
		return i + n - start
	}
	if d, m, n := p.dayAndMonth(i); n > 0 {
		if end := p.anyOf(i+n, everyYear...); end > 0 {
			p.rule.freq, p.rule.monthDays, p.rule.months = "YEARLY", []int{d}, []time.Month{m}
			return i + n + end - start
		}
		return 0
	}
	days, n, _ := p.dayList(i)
	if n == 0 {
		return 0
	}
	if end := p.monthly(i + n); end > 0 {
		p.rule.freq, p.rule.monthDays = "MONTHLY", days
		return i + n + end - start
	}
	return 0
}

// nthOfMonth reads premier mardi du mois, last working day of each month, dernier
// jour du trimestre. The period may be left out unless it is wanted.
func (p *oftenParser) nthOfMonth(i int, wanted bool) int {
	n, taken := p.ordinal(i)
	if taken == 0 {
		return 0
	}
	r := rule{freq: "MONTHLY", interval: 1}
	j := i + taken
	switch days, more := p.weekdayList(j); {
	case more > 0:
		r.nth, r.days = n, days
		j += more
	default:
		k := p.anyOf(j, "jour ouvre", "jours ouvres", "jour ouvrable", "jour travaille", "working day", "workday", "business day", "weekday")
		if k > 0 {
			r.nthWorkday = n
			j += k
		} else if k := p.anyOf(j, "jour", "jours", "day"); k > 0 && (n == -1 || n == 1) {
			r.monthDays = []int{map[int]int{1: 1, -1: lastDay}[n]}
			j += k
		} else {
			return 0
		}
	}
	begin, ends := 1, 3
	if n > 0 {
		ends = begin
	}
	switch end := p.monthly(j); {
	case end > 0:
		j += end
	case p.anyOf(j, "du trimestre", "de chaque trimestre", "of the quarter", "of each quarter", "of every quarter") > 0:
		r.months = quarters(ends)
		j += p.anyOf(j, "du trimestre", "de chaque trimestre", "of the quarter", "of each quarter", "of every quarter")
	case p.anyOf(j, "de l annee", "de chaque annee", "of the year", "of each year", "of every year") > 0:
		r.freq, r.months = "YEARLY", []time.Month{time.January}
		if n < 0 {
			r.months[0] = time.December
		}
		j += p.anyOf(j, "de l annee", "de chaque annee", "of the year", "of each year", "of every year")
	case p.yearly(j) > 0:
		m, k := p.ofMonth(j)
		r.freq, r.months = "YEARLY", []time.Month{m}
		j += k + p.anyOf(j+k, everyYear...)
	case wanted:
		return 0
	case n != -1 && n != 1 && p.word(i-1) != "les" && p.word(i-1) != "chaque":
		return 0 // every third Friday
	default:
		if m, k := p.ofMonth(j); k > 0 {
			r.freq, r.months = "YEARLY", []time.Month{m}
			j += k
		}
	}
	p.rule = r
	return j - i
}

var everyYear = []string{"de chaque annee", "chaque annee", "tous les ans", "of every year", "of each year", "every year", "each year", "yearly"}

// yearly reads de septembre chaque année.
func (p *oftenParser) yearly(i int) int {
	_, k := p.ofMonth(i)
	if end := p.anyOf(i+k, everyYear...); k > 0 && end > 0 {
		return k + end
	}
	return 0
}

func (p *oftenParser) ofMonth(i int) (time.Month, int) {
	k := i + p.anyOf(i, "de", "d", "of", "in", "en")
	m, ok := months[p.word(k)]
	if !ok {
		return 0, 0
	}
	return m, k + 1 - i
}

// oneInTwo reads un lundi sur deux, une semaine sur trois.
func (p *oftenParser) oneInTwo(i int) int {
	if w := p.word(i); w != "un" && w != "une" && w != "1" {
		return 0
	}
	j := i + 1
	d, day := weekdayNamed(p.word(j))
	if p.word(j+1) != "sur" {
		return 0
	}
	count, taken := p.number(j + 2)
	if taken == 0 || count < 1 {
		return 0
	}
	if day {
		p.rule.freq, p.rule.days, p.rule.interval = "WEEKLY", []time.Weekday{d}, count
		return 3 + taken
	}
	if p.period(j, count) == 1 {
		return 3 + taken
	}
	return 0
}

// pluralHead reads les lundis, on Mondays and Thursdays, du lundi au vendredi,
// weekdays, en semaine.
func (p *oftenParser) pluralHead(i int) int {
	start := i
	if n := p.anyOf(i, "en semaine", "on weekdays", "weekdays", "workdays", "les jours ouvres", "on working days", "on business days", "les jours de semaine"); n > 0 {
		p.rule.freq, p.rule.days = "WEEKLY", workdays
		return n
	}
	if n := p.anyOf(i, "les week ends", "les we", "on week ends", "les weekend"); n > 0 {
		p.rule.freq, p.rule.days = "WEEKLY", []time.Weekday{time.Saturday, time.Sunday}
		return n
	}
	les := p.anyOf(i, "les", "on")
	ranged := p.anyOf(i, "du", "from")
	i += les + ranged
	days, n := p.weekdayList(i)
	if n == 0 {
		return 0
	}
	plural := false
	for k := i; k < i+n; k++ {
		word := p.word(k)
		_, singular := weekdays[word]
		_, ok := weekdays[strings.TrimSuffix(word, "s")]
		plural = plural || ok && !singular
	}
	span := n > 1 && len(days) > 2 && p.anyOf(i+1, "au", "a", "to", "through", "thru") > 0 || n == 2 && p.rangeTo(i+1)
	if !plural && !span {
		return 0
	}
	p.rule.freq, p.rule.days = "WEEKLY", days
	return i + n - start
}

// adverb reads daily, hebdomadaire, une fois par mois and the like.
func (p *oftenParser) adverb(i int) int {
	r := &p.rule
	if n := p.anyOf(i, "une fois par", "1 fois par", "once a", "once per", "once every", "once each"); n > 0 {
		if unit := p.period(i+n, 1); unit > 0 {
			return n + unit
		}
	}
	switch p.word(i) {
	case "daily", "quotidien", "quotidienne", "quotidiennement":
		r.freq = "DAILY"
	case "weekly", "hebdo", "hebdomadaire", "hebdomadairement":
		r.freq = "WEEKLY"
	case "fortnightly":
		r.freq, r.interval = "WEEKLY", 2
	case "monthly", "mensuel", "mensuelle", "mensuellement":
		r.freq = "MONTHLY"
	case "quarterly", "trimestriel", "trimestrielle", "trimestriellement":
		r.freq, r.interval, r.months = "MONTHLY", 3, quarters(1)
	case "semestriel", "semestrielle":
		r.freq, r.interval, r.months = "MONTHLY", 6, []time.Month{time.January, time.July}
	case "yearly", "annually", "annual", "annuel", "annuelle", "annuellement":
		r.freq = "YEARLY"
	case "hourly":
		r.freq = "HOURLY"
	case "biweekly", "bimonthly", "bimensuel", "bimestriel", "biannual", "semiannual":
		p.fail(Ambiguous, i, 1)
		return 0
	default:
		return 0
	}
	return 1
}

// more reads what says which day of a period: chaque mois le 15, every week on
// Monday and Thursday, every year on 12 March.
func (p *oftenParser) more(i int) int {
	r := &p.rule
	j := i + p.anyOf(i, "on the", "le", "les", "on", "the", "du")
	switch {
	case r.freq == "WEEKLY" && r.days == nil:
		if days, n := p.weekdayList(j); n > 0 {
			r.days = days
			return j + n - i
		}
	case r.freq == "MONTHLY" && r.monthDays == nil && r.days == nil:
		was := *r
		if n := p.nthOfMonth(j, false); n > 0 {
			r.interval = was.interval
			if len(was.months) > 0 {
				r.months = was.months
			}
			return j + n - i
		}
		*r = was
		if days, n, _ := p.dayList(j); n > 0 {
			r.monthDays = days
			return j + n - i
		}
	case r.freq == "YEARLY" && r.monthDays == nil && r.days == nil:
		if d, m, n := p.dayAndMonth(j); n > 0 {
			r.monthDays, r.months = []int{d}, []time.Month{m}
			return j + n - i
		}
	}
	return 0
}

// byday writes weekdays as an RRULE does.
func byday(days []time.Weekday, nth int) string {
	names := [...]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}
	out := make([]string, 0, len(days))
	for _, d := range days {
		name := names[d]
		if nth != 0 {
			name = fmt.Sprintf("%d%s", nth, name)
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return strings.Join(out, ",")
}
