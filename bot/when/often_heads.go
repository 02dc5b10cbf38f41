package when

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

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
	ns, taken := p.ordinalList(i)
	if taken == 0 {
		return 0
	}
	n := ns[0]
	r := rule{freq: "MONTHLY", interval: 1}
	j := i + taken
	switch days, more := p.weekdayList(j); {
	case more > 0:
		r.nths, r.days = ns, days
		j += more
	case len(ns) > 1:
		return 0
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
	case p.anyOf(j, "du trimestre", "de trimestre", "de chaque trimestre", "of the quarter", "of each quarter", "of every quarter") > 0:
		r.months = quarters(ends)
		j += p.anyOf(j, "du trimestre", "de trimestre", "de chaque trimestre", "of the quarter", "of each quarter", "of every quarter")
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
	case !p.monthSaid && len(ns) == 1 && n != -1 && n != 1 && p.word(i-1) != "les" && p.word(i-1) != "chaque":
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

// ordinalList reads 2e et 4e, first and third, dernier.
func (p *oftenParser) ordinalList(i int) (ns []int, taken int) {
	for j := i; ; {
		k := j
		if len(ns) > 0 {
			k += p.anyOf(k, "et", "and", "&")
			k += p.anyOf(k, "le", "les", "the")
		}
		n, more := p.ordinal(k)
		if more == 0 {
			return ns, taken
		}
		ns = append(ns, n)
		j = k + more
		taken = j - i
	}
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

// ofMonths reads de janvier et de février, in May.
func (p *oftenParser) ofMonths(i int) (all []time.Month, taken int) {
	for j := i; ; {
		k := j + p.anyOf(j, "et", "and", "&")
		m, n := p.ofMonth(k)
		if len(all) == 0 && n < 2 || n == 0 || len(all) > 0 && k == j {
			return all, taken
		}
		all, j = append(all, m), k+n
		taken = j - i
	}
}

// oneInTwo reads un lundi sur deux, une semaine sur trois.
func (p *oftenParser) oneInTwo(i int) int {
	j := i
	if w := p.word(i); w == "un" || w == "une" || w == "1" {
		j++
	}
	d, day := weekdayNamed(p.word(j))
	if p.word(j+1) != "sur" || j == i && !day {
		return 0
	}
	count, taken := p.number(j + 2)
	if taken == 0 || count < 1 {
		return 0
	}
	if day {
		p.rule.freq, p.rule.days, p.rule.interval = "WEEKLY", []time.Weekday{d}, count
		return j + 2 + taken - i
	}
	if p.period(j, count) == 1 {
		return j + 2 + taken - i
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
	les := p.anyOf(i, "les", "le", "on")
	ranged := p.anyOf(i, "du", "from")
	i += les + ranged
	days, n := p.weekdayList(i)
	if n == 0 {
		return 0
	}
	plural := p.word(start) == "les" || len(days) > 1 && p.word(start) == "le"
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
		count, taken := p.number(i + n)
		if taken == 0 || p.word(i+1) != "every" {
			count, taken = 1, 0
		}
		if unit := p.period(i+n+taken, count); unit > 0 {
			return n + taken + unit
		}
	}
	switch p.word(i) {
	case "daily", "everyday", "quotidien", "quotidienne", "quotidiennement":
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
	case "bi", "semi":
		switch p.word(i + 1) {
		case "weekly", "monthly", "annual", "annually", "mensuel", "hebdomadaire", "annuel":
			p.fail(Ambiguous, i, 2)
		}
		return 0
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
	if r.freq == "WEEKLY" && r.days != nil {
		if months, n := p.ofMonths(i); n > 0 {
			r.months = months // de janvier et février
			return n
		}
	}
	switch {
	case r.freq == "DAILY" && r.interval == 1:
		if days, n := p.weekdayList(j); len(days) > 1 {
			r.freq, r.days = "WEEKLY", days // tous les jours, du lundi au vendredi
			return j + n - i
		}
	case r.freq == "WEEKLY" && r.days == nil:
		if days, n := p.weekdayList(j); n > 0 {
			r.days = days
			return j + n - i
		}
	case r.freq == "MONTHLY" && r.monthDays == nil && r.days == nil:
		was := *r
		p.monthSaid = true
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
		was := *r
		p.monthSaid = true
		if n := p.nthOfMonth(j, false); n > 0 && r.freq == "YEARLY" && was.interval == 1 {
			return j + n - i // chaque année, le premier samedi de mai
		}
		*r = was
		if d, m, n := p.dayAndMonth(j); n > 0 {
			r.monthDays, r.months = []int{d}, []time.Month{m}
			return j + n - i
		}
	}
	return 0
}

// byday writes weekdays as an RRULE does.
func byday(days []time.Weekday, nths []int) string {
	names := [...]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}
	out := make([]string, 0, len(days))
	if len(nths) == 0 {
		nths = []int{0}
	}
	for _, d := range days {
		for _, nth := range nths {
			name := names[d]
			if nth != 0 {
				name = fmt.Sprintf("%d%s", nth, name)
			}
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return strings.Join(out, ",")
}
