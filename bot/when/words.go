package when

import "time"

var months = map[string]time.Month{
	"janvier": 1, "january": 1, "jan": 1, "janv": 1,
	"fevrier": 2, "february": 2, "feb": 2, "fev": 2, "fevr": 2,
	"mars": 3, "march": 3, "mar": 3,
	"avril": 4, "april": 4, "avr": 4, "apr": 4,
	"mai": 5, "may": 5,
	"juin": 6, "june": 6, "jun": 6,
	"juillet": 7, "july": 7, "juil": 7, "jul": 7,
	"aout": 8, "august": 8, "aug": 8,
	"septembre": 9, "september": 9, "sept": 9, "sep": 9,
	"octobre": 10, "october": 10, "oct": 10,
	"novembre": 11, "november": 11, "nov": 11,
	"decembre": 12, "december": 12, "dec": 12,
}

// weekdays leaves out "mar", which is Tuesday in French and March in English.
var weekdays = map[string]time.Weekday{
	"lundi": 1, "lun": 1, "monday": 1, "mon": 1,
	"mardi": 2, "tuesday": 2, "tue": 2, "tues": 2,
	"mercredi": 3, "mer": 3, "wednesday": 3, "wed": 3,
	"jeudi": 4, "jeu": 4, "thursday": 4, "thu": 4, "thur": 4, "thurs": 4,
	"vendredi": 5, "ven": 5, "friday": 5, "fri": 5,
	"samedi": 6, "sam": 6, "saturday": 6, "sat": 6,
	"dimanche": 0, "dim": 0, "sunday": 0, "sun": 0,
}

// numbers are the numbers people write out; numberAt builds the others from them.
var numbers = map[string]int{
	"un": 1, "une": 1, "premier": 1, "premiers": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9,
	"dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50,
	"one": 1, "first": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
	"nine": 9, "ten": 10, "couple": 2, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
	"seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
}

// articles count one of a unit ("in an hour") and nothing else: "a" is French à too.
var articles = map[string]bool{"a": true, "an": true}

// unit is what a span counts in.
type unit int

const (
	second unit = iota + 1
	minute
	hour
	day
	week
	fortnight
	month
	year
)

var units = map[string]unit{
	"s": second, "sec": second, "secs": second, "seconde": second, "secondes": second, "second": second, "seconds": second,
	"min": minute, "mins": minute, "mn": minute, "minute": minute, "minutes": minute,
	"h": hour, "heure": hour, "heures": hour, "hour": hour, "hours": hour, "hr": hour, "hrs": hour,
	"j": day, "jour": day, "jours": day, "d": day, "day": day, "days": day,
	"w": week, "sem": week, "semaine": week, "semaines": week, "week": week, "weeks": week,
	"fortnight": fortnight, "fortnights": fortnight, "quinzaine": fortnight, "huitaine": week, "wk": week, "wks": week, "sems": week,
	"mois": month, "month": month, "months": month,
	"an": year, "ans": year, "annee": year, "annees": year, "year": year, "years": year,
}

// ordinals follow the number of a day: 1er, 2nd, 3rd, 4th.
var ordinals = map[string]bool{"er": true, "st": true, "nd": true, "rd": true, "th": true}

// fillers say nothing that the words around them do not.
var fillers = map[string]bool{
	"le": true, "la": true, "l": true, "the": true, "on": true, "de": true, "du": true, "d": true, "of": true,
	"a": true, "at": true, "@": true, "au": true, "by": true, "ici": true, "pour": true, "for": true, "in": true,
	"jusqu": true, "jusque": true, "until": true, "till": true, "et": true, "and": true, "t": true,
	"vers": true, "environ": true, "about": true, "around": true, "pile": true, "precises": true, "sharp": true, "des": true,
	"svp": true, "stp": true, "pls": true,
	"tapantes": true, "tapante": true, "precise": true, "max": true, "maxi": true, "maximum": true,
}

// spellings are what people type on a phone for another word.
var spellings = map[string]string{
	"soirs": "soir", "matins": "matin", "midis": "midi", "ds": "dans", "dem": "demain", "demin": "demain", "tmrw": "tomorrow", "tmr": "tomorrow", "tmw": "tomorrow", "tom": "tomorrow",
	"tomorow": "tomorrow", "tommorow": "tomorrow", "tommorrow": "tomorrow", "tomorrw": "tomorrow", "nxt": "next",
	"pro": "prochain", "proch": "prochain", "aprem": "apm", "aprm": "apm", "mat": "matin", "mats": "matin",
	"tonite": "tonight", "2nite": "tonight", "evng": "evening", "mrng": "morning", "morn": "morning", "arvo": "afternoon",
	"vend": "vendredi", "weds": "wed", "merc": "mercredi", "weekend": "we", "weekends": "we",
}

// leads are the words that a distance follows.
var leads = map[string]bool{"dans": true, "in": true, "sous": true, "within": true, "ici": true}

// dayParts are the words after which a number alone is an hour: tonight 8.
var dayParts = map[string]bool{
	"tonight": true, "soir": true, "evening": true, "night": true, "matin": true, "morning": true, "afternoon": true, "apm": true,
}

// part is a part of a day.
type part int

const (
	morning part = iota + 1
	afternoon
	evening
)

// hours holds, for a part of a day, its bounds and the hour at which people meet in
// it. The bounds are CLDR's French day periods; a morning meeting is at nine because
// nobody means four.
var hours = map[part]struct{ from, to, meet int }{
	morning:   {4, 12, 9},
	afternoon: {12, 18, 14},
	evening:   {18, 24, 20},
}

// phrases are fixed expressions and what they say; the longest that matches wins.
// Each is written as scan leaves it.
var phrases = map[string]func(*said){
	"aujourd hui":                   func(s *said) { s.days(0) },
	"today":                         func(s *said) { s.days(0) },
	"ce jour":                       func(s *said) { s.days(0) },
	"demain":                        func(s *said) { s.days(1) },
	"tomorrow":                      func(s *said) { s.days(1) },
	"apres demain":                  func(s *said) { s.days(2) },
	"after tomorrow":                func(s *said) { s.days(2) },
	"day after tomorrow":            func(s *said) { s.days(2) },
	"hier":                          func(s *said) { s.days(-1) },
	"avant hier":                    func(s *said) { s.days(-2) },
	"yesterday":                     func(s *said) { s.days(-1) },
	"matin":                         func(s *said) { s.dayPart(morning) },
	"morning":                       func(s *said) { s.dayPart(morning) },
	"apres midi":                    func(s *said) { s.dayPart(afternoon) },
	"afternoon":                     func(s *said) { s.dayPart(afternoon) },
	"soir":                          func(s *said) { s.dayPart(evening) },
	"evening":                       func(s *said) { s.dayPart(evening) },
	"ce matin":                      func(s *said) { s.days(0); s.dayPart(morning) },
	"this morning":                  func(s *said) { s.days(0); s.dayPart(morning) },
	"cet apres midi":                func(s *said) { s.days(0); s.dayPart(afternoon) },
	"this afternoon":                func(s *said) { s.days(0); s.dayPart(afternoon) },
	"ce soir":                       func(s *said) { s.days(0); s.dayPart(evening) },
	"this evening":                  func(s *said) { s.days(0); s.dayPart(evening) },
	"tonight":                       func(s *said) { s.days(0); s.dayPart(evening) },
	"ce midi":                       func(s *said) { s.days(0); s.setClock(clock{hour: 12}) },
	"noon":                          func(s *said) { s.setClock(clock{hour: 12}) },
	"midday":                        func(s *said) { s.setClock(clock{hour: 12}) },
	"minuit":                        func(s *said) { s.setClock(clock{hour: 24}) },
	"midnight":                      func(s *said) { s.setClock(clock{hour: 24}) },
	"semaine prochaine":             func(s *said) { s.setWeek(1) },
	"next week":                     func(s *said) { s.setWeek(1) },
	"cette semaine":                 func(s *said) { s.setWeek(0) },
	"this week":                     func(s *said) { s.setWeek(0) },
	"mois prochain":                 func(s *said) { s.setMonth(1) },
	"next month":                    func(s *said) { s.setMonth(1) },
	"fin du mois":                   func(s *said) { s.setMonth(0); s.last = true },
	"fin de mois":                   func(s *said) { s.setMonth(0); s.last = true },
	"fin de ce mois":                func(s *said) { s.setMonth(0); s.last = true },
	"fin du mois prochain":          func(s *said) { s.setMonth(1); s.last = true },
	"fin de mois prochain":          func(s *said) { s.setMonth(1); s.last = true },
	"dernier jour du mois prochain": func(s *said) { s.setMonth(1); s.last = true },
	"last day of next month":        func(s *said) { s.setMonth(1); s.last = true },
	"fin de la semaine prochaine":   func(s *said) { s.setEither(1, time.Friday, time.Sunday) },
	"xmas":                          func(s *said) { s.setDates(date{0, time.December, 25}) },
	"end of month":                  func(s *said) { s.setMonth(0); s.last = true },
	"end of the month":              func(s *said) { s.setMonth(0); s.last = true },
	"end of this month":             func(s *said) { s.setMonth(0); s.last = true },
	"end of next month":             func(s *said) { s.setMonth(1); s.last = true },
	"dernier delai":                 func(*said) {},
	"avant":                         func(s *said) { s.before = true },
	"before":                        func(s *said) { s.before = true },
	"dans une demi heure":           func(s *said) { s.addSpan(30, minute) },
	"in half an hour":               func(s *said) { s.addSpan(30, minute) },
	"d ici une demi heure":          func(s *said) { s.addSpan(30, minute) },
	"within half an hour":           func(s *said) { s.addSpan(30, minute) },
	"dans un quart d heure":         func(s *said) { s.addSpan(15, minute) },
	"dans trois quarts d heure":     func(s *said) { s.addSpan(45, minute) },
	"dans 3 / 4 d heure":            func(s *said) { s.addSpan(45, minute) },
	"dans 1 / 4 d heure":            func(s *said) { s.addSpan(15, minute) },
	"dans 1 / 2 heure":              func(s *said) { s.addSpan(30, minute) },
	"half an hour":                  func(s *said) { s.addSpan(30, minute) },
	"in a half hour":                func(s *said) { s.addSpan(30, minute) },
	"in a quarter of an hour":       func(s *said) { s.addSpan(15, minute) },
	"in three quarters of an hour":  func(s *said) { s.addSpan(45, minute) },
	"dans l heure":                  func(s *said) { s.addSpan(1, hour) },
	"sous huitaine":                 func(s *said) { s.addSpan(1, week) },
	"sous quinzaine":                func(s *said) { s.addSpan(2, week) },
	"a week today":                  func(s *said) { s.days(7) },
	"a fortnight today":             func(s *said) { s.days(14) },
	"a week tomorrow":               func(s *said) { s.days(8) },
	"demain en huit":                func(s *said) { s.days(8) },
	"mois dernier":                  func(s *said) { s.setMonth(-1) },
	"last month":                    func(s *said) { s.setMonth(-1) },
	"semaine derniere":              func(s *said) { s.setWeek(-1) },
	"last week":                     func(s *said) { s.setWeek(-1) },
	"end of year":                   func(s *said) { s.setDates(date{0, time.December, 31}) },
	"end of the year":               func(s *said) { s.setDates(date{0, time.December, 31}) },
	"eoy":                           func(s *said) { s.setDates(date{0, time.December, 31}) },
	"fin d annee":                   func(s *said) { s.setDates(date{0, time.December, 31}) },
	"fin de l annee":                func(s *said) { s.setDates(date{0, time.December, 31}) },
	"eom":                           func(s *said) { s.setMonth(0); s.last = true },
	"half an hour from now":         func(s *said) { s.addSpan(30, minute) },
	"aujourd hui en huit":           func(s *said) { s.days(7) },
	"12 noon":                       func(s *said) { s.setClock(clock{hour: 12}) },
	"2 mrw":                         func(s *said) { s.days(1) },
	"auj":                           func(s *said) { s.days(0) },
	"ajd":                           func(s *said) { s.days(0) },
	"ojd":                           func(s *said) { s.days(0) },
	"aujourdhui":                    func(s *said) { s.days(0) },
	"aujourd":                       func(s *said) { s.days(0) },
	"2 moro":                        func(s *said) { s.days(1) },
	"2 morrow":                      func(s *said) { s.days(1) },
	"surlendemain":                  func(s *said) { s.days(2) },
	"apm":                           func(s *said) { s.dayPart(afternoon) },
	"cet apm":                       func(s *said) { s.days(0); s.dayPart(afternoon) },
	"cette apm":                     func(s *said) { s.days(0); s.dayPart(afternoon) },
	"cette apres midi":              func(s *said) { s.days(0); s.dayPart(afternoon) },
	"night":                         func(s *said) { s.dayPart(evening) },
	"soiree":                        func(s *said) { s.dayPart(evening); s.loose = true },
	"en soiree":                     func(s *said) { s.dayPart(evening); s.loose = true },
	"matinee":                       func(s *said) { s.dayPart(morning); s.loose = true },
	"dans la soiree":                func(s *said) { s.dayPart(evening); s.loose = true },
	"dans la matinee":               func(s *said) { s.dayPart(morning); s.loose = true },
	"dans l apres midi":             func(s *said) { s.dayPart(afternoon); s.loose = true },
	"fin de journee":                func(s *said) { s.setClock(clock{hour: 18}) },
	"en fin de journee":             func(s *said) { s.setClock(clock{hour: 18}) },
	"en fin d apres midi":           func(s *said) { s.setClock(clock{hour: 18}) },
	"fin d apres midi":              func(s *said) { s.setClock(clock{hour: 18}) },
	"en fin de matinee":             func(s *said) { s.setClock(clock{hour: 12}) },
	"fin de matinee":                func(s *said) { s.setClock(clock{hour: 12}) },
	"end of day":                    func(s *said) { s.setClock(clock{hour: 18}) },
	"end of the day":                func(s *said) { s.setClock(clock{hour: 18}) },
	"eod":                           func(s *said) { s.setClock(clock{hour: 18}) },
	"close of business":             func(s *said) { s.setClock(clock{hour: 18}) },
	"cob":                           func(s *said) { s.setClock(clock{hour: 18}) },
	"meme heure":                    func(s *said) { s.setClock(sameTime) },
	"a la meme heure":               func(s *said) { s.setClock(sameTime) },
	"this time":                     func(s *said) { s.setClock(sameTime) },
	"de ce mois":                    func(s *said) { s.setMonth(0) },
	"same time":                     func(s *said) { s.setClock(sameTime) },
	"at the same time":              func(s *said) { s.setClock(sameTime) },
	"ce we":                         func(s *said) { s.setEither(0, time.Saturday, time.Sunday) },
	"we":                            func(s *said) { s.setEither(0, time.Saturday, time.Sunday) },
	"this we":                       func(s *said) { s.setEither(0, time.Saturday, time.Sunday) },
	"ce week end":                   func(s *said) { s.setEither(0, time.Saturday, time.Sunday) },
	"this week end":                 func(s *said) { s.setEither(0, time.Saturday, time.Sunday) },
	"week end":                      func(s *said) { s.setEither(0, time.Saturday, time.Sunday) },
	"week end prochain":             func(s *said) { s.setEither(0, time.Saturday, time.Sunday) },
	"we prochain":                   func(s *said) { s.setEither(0, time.Saturday, time.Sunday) },
	"next we":                       func(s *said) { s.setEither(0, time.Saturday, time.Sunday) },
	"next week end":                 func(s *said) { s.setEither(0, time.Saturday, time.Sunday) },
	"fin de semaine":                func(s *said) { s.setEither(0, time.Friday, time.Sunday) },
	"fin de la semaine":             func(s *said) { s.setEither(0, time.Friday, time.Sunday) },
	"end of week":                   func(s *said) { s.setEither(0, time.Friday, time.Sunday) },
	"end of the week":               func(s *said) { s.setEither(0, time.Friday, time.Sunday) },
	"end of this week":              func(s *said) { s.setEither(0, time.Friday, time.Sunday) },
	"eow":                           func(s *said) { s.setEither(0, time.Friday, time.Sunday) },
	"fin de semaine prochaine":      func(s *said) { s.setEither(1, time.Friday, time.Sunday) },
	"end of next week":              func(s *said) { s.setEither(1, time.Friday, time.Sunday) },
	"semaine prochain":              func(s *said) { s.setWeek(1) },
	"sem prochain":                  func(s *said) { s.setWeek(1) },
	"sem prochaine":                 func(s *said) { s.setWeek(1) },
	"semaine suivante":              func(s *said) { s.setWeek(1) },
	"week after next":               func(s *said) { s.setWeek(2) },
	"noel":                          func(s *said) { s.setDates(date{0, time.December, 25}) },
	"christmas":                     func(s *said) { s.setDates(date{0, time.December, 25}) },
	"christmas day":                 func(s *said) { s.setDates(date{0, time.December, 25}) },
	"christmas eve":                 func(s *said) { s.setDates(date{0, time.December, 24}) },
	"saint sylvestre":               func(s *said) { s.setDates(date{0, time.December, 31}) },
	"new year s eve":                func(s *said) { s.setDates(date{0, time.December, 31}) },
	"new year s day":                func(s *said) { s.setDates(date{0, time.January, 1}) },
	"nouvel an":                     func(s *said) { s.setDates(date{0, time.January, 1}) },
	"jour de l an":                  func(s *said) { s.setDates(date{0, time.January, 1}) },
	"au plus tard":                  func(*said) {},
	"at the latest":                 func(*said) {},
	"no later than":                 func(*said) {},
	"le plus tard":                  func(*said) {},
}

// maxPhrase is the number of words of the longest phrase.
const maxPhrase = 6

// after says what a word after a weekday makes of it.
var after = map[string]which{
	"prochain": coming, "prochaine": coming, "qui vient": coming,
	"en huit": weekLater, "week": weekLater, "en quinze": twoLater,
	"en 8": weekLater, "en 15": twoLater,
	"dernier": gone, "passe": gone,
}

// ahead says what a word before a weekday makes of it.
var ahead = map[string]which{
	"this coming": coming, "ce prochain": coming, "a week on": weekLater, "week on": weekLater, "fortnight on": twoLater, "a fortnight on": twoLater, "a week from": weekLater,
	"next": coming, "coming": coming, "prochain": coming,
	"this": nearest, "ce": nearest,
	"last": gone,
}
