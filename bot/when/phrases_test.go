package when

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/teambition/rrule-go"
)

// The phrases below are said on Monday 23 November 2026 at 10:00 in Paris, as
// reminders are: without an hour, at nine.
var once = []struct{ text, want string }{
	// On a phone.
	{"ds 2j", "2026-11-25 09:00"},
	{"ds 1h", "2026-11-23 11:00"},
	{"ds 30mn", "2026-11-23 10:30"},
	{"mar 18h", "2026-11-24 18:00"},
	{"mar. 18h30", "2026-11-24 18:30"},
	{"lun. prochain 9h", "2026-11-30 09:00"},
	{"lundi pro 9h", "2026-11-30 09:00"},
	{"lundi de la semaine pro", "2026-11-30 09:00"},
	{"15/12 20h30", "2026-12-15 20:30"},
	{"27-11 17h", "2026-11-27 17:00"},
	{"apres demain", "2026-11-25 09:00"},
	{"apres-demain 14h", "2026-11-25 14:00"},
	{"noon tmrw", "2026-11-24 12:00"},
	{"tmrw 9am", "2026-11-24 09:00"},
	{"tmr noon", "2026-11-24 12:00"},
	{"2moro 8pm", "2026-11-24 20:00"},
	{"tomorow 9am", "2026-11-24 09:00"},
	{"auj 18h", "2026-11-23 18:00"},
	{"ajd 18h", "2026-11-23 18:00"},
	{"dem 9h", "2026-11-24 09:00"},
	{"dem. matin", "2026-11-24 09:00"},
	{"cet aprem", "2026-11-23 14:00"},
	{"cet aprem 15h", "2026-11-23 15:00"},
	{"demain aprem", "2026-11-24 14:00"},
	{"sam mat", "2026-11-28 09:00"},
	{"sam soir 20h", "2026-11-28 20:00"},
	{"vend 17h", "2026-11-27 17:00"},
	{"nxt fri 5pm", "2026-11-27 17:00"},
	{"fri 5pm", "2026-11-27 17:00"},
	{"tonite at 9", "2026-11-23 21:00"},
	{"this arvo at 3", "2026-11-23 15:00"},
	{"in 90m", "2026-11-23 11:30"},
	{"in 3 wks", "2026-12-14 09:00"},
	{"vers 18h", "2026-11-23 18:00"},
	{"demain à midi pile", "2026-11-24 12:00"},
	{"vendredi 8h du mat", "2026-11-27 08:00"},
	{"vendredi 3h de l'apm", "2026-11-27 15:00"},
	{"jeudi en 8", "2026-12-03 09:00"},
	// As the issue writes them.
	{"demain 18h", "2026-11-24 18:00"},
	{"mardi prochain à 18h30", "2026-11-24 18:30"},
	{"le 12 décembre 2026 à 20h", "2026-12-12 20:00"},
	{"samedi 28 novembre à 14 heures", "2026-11-28 14:00"},
	{"dans 3 jours", "2026-11-26 09:00"},
	{"d'ici vendredi midi", "2026-11-27 12:00"},
	{"in 2 hours", "2026-11-23 12:00"},
	{"next Tuesday 6pm", "2026-11-24 18:00"},
	{"on 12 Dec at 20:00", "2026-12-12 20:00"},
	// Hours.
	{"neuf heures moins le quart", "2026-11-24 08:45"},
	{"demain 9h moins dix", "2026-11-24 08:50"},
	{"half past six pm", "2026-11-23 18:30"},
	{"quarter to nine pm", "2026-11-23 20:45"},
	{"20 past 3 pm", "2026-11-23 15:20"},
	{"tomorrow at half past eight am", "2026-11-24 08:30"},
	{"demain en fin d'après-midi", "2026-11-24 18:00"},
	{"vendredi fin de journée", "2026-11-27 18:00"},
	{"dans la soirée", "2026-11-23 20:00"},
	{"tomorrow night at 9", "2026-11-24 21:00"},
	{"same time tomorrow", "2026-11-24 10:00"},
	{"demain à la même heure", "2026-11-24 10:00"},
	// Distances.
	{"dans une heure et demie", "2026-11-23 11:30"},
	{"dans 1h et demie", "2026-11-23 11:30"},
	{"dans trois quarts d'heure", "2026-11-23 10:45"},
	{"dans une quinzaine de jours", "2026-12-07 09:00"},
	{"in an hour and a half", "2026-11-23 11:30"},
	{"in 1.5 hours", "2026-11-23 11:30"},
	{"in a couple of days", "2026-11-25 09:00"},
	{"lundi dans 2 semaines", "2026-12-07 09:00"},
	{"in two weeks on Monday", "2026-12-07 09:00"},
	{"a week on Tuesday", "2026-12-01 09:00"},
	{"the week after next", "2026-12-07 09:00"},
	// Days.
	{"le premier mardi de décembre", "2026-12-01 09:00"},
	{"the first Monday of December", "2026-12-07 09:00"},
	{"le dernier vendredi de novembre", "2026-11-27 09:00"},
	{"le premier mercredi du mois prochain", "2026-12-02 09:00"},
	{"le 2e jeudi de janvier à 18h", "2027-01-14 18:00"},
	{"noël", "2026-12-25 09:00"},
	{"New Year's Eve at 11pm", "2026-12-31 23:00"},
	{"au plus tard le 5 décembre à midi", "2026-12-05 12:00"},
	{"no later than Friday noon", "2026-11-27 12:00"},
	// ISO 8601.
	{"20261127", "2026-11-27 09:00"},
	{"20261127T170000", "2026-11-27 17:00"},
	{"20261127T160000Z", "2026-11-27 17:00"},
	{"2026-W48-5", "2026-11-27 09:00"},
	{"2026-W48-5T10:00", "2026-11-27 10:00"},
	{"2026-331", "2026-11-27 09:00"},
	{"2026-11-27T17:00+01", "2026-11-27 17:00"},
}

func TestOnce(t *testing.T) {
	now := monday(t)
	for _, c := range once {
		got, err := ParseAt(c.text, now, now.Location(), 9)
		if err != nil || got.Format(stamp) != c.want {
			t.Errorf("%q = %v, %v; want %s", c.text, got.Format(stamp), err, c.want)
		}
		if _, recurs, _ := ParseOften(c.text, now, now.Location(), 9); recurs {
			t.Errorf("%q recurs", c.text)
		}
	}
}

// The first two times of what recurs, said at that moment.
var often = []struct{ text, want string }{
	{"le 1er de chaque mois à 9h", "2026-12-01 09:00, 2027-01-01 09:00"},
	{"tous les lundis à 9h", "2026-11-30 09:00, 2026-12-07 09:00"},
	{"un lundi sur deux", "2026-11-30 09:00, 2026-12-14 09:00"},
	{"le premier mardi du mois", "2026-12-01 09:00, 2027-01-05 09:00"},
	{"every other Friday at noon", "2026-11-27 12:00, 2026-12-11 12:00"},
	{"le dernier vendredi du mois", "2026-11-27 09:00, 2026-12-25 09:00"},
	{"tous les jours ouvrés", "2026-11-24 09:00, 2026-11-25 09:00"},
	{"tous les jours ouvrables à 8h30", "2026-11-24 08:30, 2026-11-25 08:30"},
	{"chaque trimestre", "2027-01-01 09:00, 2027-04-01 09:00"},
	{"chaque semestre", "2027-01-01 09:00, 2027-07-01 09:00"},
	{"chaque semaine", "2026-11-30 09:00, 2026-12-07 09:00"},
	{"chaque mois", "2026-12-23 09:00, 2027-01-23 09:00"},
	{"chaque année", "2027-11-23 09:00, 2028-11-23 09:00"},
	{"une fois par semaine", "2026-11-30 09:00, 2026-12-07 09:00"},
	{"once a month", "2026-12-23 09:00, 2027-01-23 09:00"},
	{"tous les jours à 18h", "2026-11-23 18:00, 2026-11-24 18:00"},
	{"ts les jours 9h", "2026-11-24 09:00, 2026-11-25 09:00"},
	{"tous les matins à 8h", "2026-11-24 08:00, 2026-11-25 08:00"},
	{"tous les soirs à 8h", "2026-11-23 20:00, 2026-11-24 20:00"},
	{"every morning at 8", "2026-11-24 08:00, 2026-11-25 08:00"},
	{"every evening", "2026-11-23 20:00, 2026-11-24 20:00"},
	{"every day at 9am", "2026-11-24 09:00, 2026-11-25 09:00"},
	{"daily at noon", "2026-11-23 12:00, 2026-11-24 12:00"},
	{"tous les 2 jours à 7h", "2026-11-24 07:00, 2026-11-26 07:00"},
	{"un jour sur deux", "2026-11-24 09:00, 2026-11-26 09:00"},
	{"every other day", "2026-11-24 09:00, 2026-11-26 09:00"},
	{"une semaine sur deux le lundi", "2026-11-30 09:00, 2026-12-14 09:00"},
	{"tous les 15 jours", "2026-11-30 09:00, 2026-12-14 09:00"},
	{"tous les huit jours", "2026-11-30 09:00, 2026-12-07 09:00"},
	{"toutes les semaines le mardi à 10h", "2026-11-24 10:00, 2026-12-01 10:00"},
	{"every 2 weeks on Monday at 10:00", "2026-11-30 10:00, 2026-12-14 10:00"},
	{"fortnightly on Tuesday", "2026-11-24 09:00, 2026-12-08 09:00"},
	{"tous les mois le 15", "2026-12-15 09:00, 2027-01-15 09:00"},
	{"le 15 du mois", "2026-12-15 09:00, 2027-01-15 09:00"},
	{"le 31 de chaque mois", "2026-11-30 09:00, 2026-12-31 09:00"},
	{"le 1er et le 15 de chaque mois à 9h", "2026-12-01 09:00, 2026-12-15 09:00"},
	{"the 1st and 15th of each month at 9am", "2026-12-01 09:00, 2026-12-15 09:00"},
	{"monthly on the 15th", "2026-12-15 09:00, 2027-01-15 09:00"},
	{"every 15th", "2026-12-15 09:00, 2027-01-15 09:00"},
	{"tous les 1ers du mois", "2026-12-01 09:00, 2027-01-01 09:00"},
	{"tous les premiers lundis du mois", "2026-12-07 09:00, 2027-01-04 09:00"},
	{"chaque premier mardi du mois à 18h30", "2026-12-01 18:30, 2027-01-05 18:30"},
	{"le 2e jeudi du mois", "2026-12-10 09:00, 2027-01-14 09:00"},
	{"first Tuesday of every month at 6pm", "2026-12-01 18:00, 2027-01-05 18:00"},
	{"every first Monday", "2026-12-07 09:00, 2027-01-04 09:00"},
	{"every last Friday of the month", "2026-11-27 09:00, 2026-12-25 09:00"},
	{"every second Tuesday of the month", "2026-12-08 09:00, 2027-01-12 09:00"},
	{"le dernier jour du mois", "2026-11-30 09:00, 2026-12-31 09:00"},
	{"le dernier jour ouvré du mois à 17h", "2026-11-30 17:00, 2026-12-31 17:00"},
	{"the last working day of the month", "2026-11-30 09:00, 2026-12-31 09:00"},
	{"at the end of each month", "2026-11-30 09:00, 2026-12-31 09:00"},
	{"du lundi au vendredi à 8h", "2026-11-24 08:00, 2026-11-25 08:00"},
	{"lun-ven 8h", "2026-11-24 08:00, 2026-11-25 08:00"},
	{"weekdays at 9:30", "2026-11-24 09:30, 2026-11-25 09:30"},
	{"tous les week-ends", "2026-11-28 09:00, 2026-11-29 09:00"},
	{"les mardis et jeudis à 18h", "2026-11-24 18:00, 2026-11-26 18:00"},
	{"Mondays and Thursdays 9am", "2026-11-26 09:00, 2026-11-30 09:00"},
	{"tous les lundis, mercredis et vendredis à 7h30", "2026-11-25 07:30, 2026-11-27 07:30"},
	{"chaque lundi et chaque jeudi", "2026-11-26 09:00, 2026-11-30 09:00"},
	{"lundi chaque semaine 9h", "2026-11-30 09:00, 2026-12-07 09:00"},
	{"tt les lundis 9h", "2026-11-30 09:00, 2026-12-07 09:00"},
	{"chq lundi", "2026-11-30 09:00, 2026-12-07 09:00"},
	{"tous les dimanches soir", "2026-11-29 20:00, 2026-12-06 20:00"},
	{"tous les mardis midi", "2026-11-24 12:00, 2026-12-01 12:00"},
	{"un mardi sur trois à 14h", "2026-11-24 14:00, 2026-12-15 14:00"},
	{"le 5 un mois sur deux", "2026-12-05 09:00, 2027-02-05 09:00"},
	{"chaque 14 juillet", "2027-07-14 09:00, 2028-07-14 09:00"},
	{"tous les ans le 12 mars", "2027-03-12 09:00, 2028-03-12 09:00"},
	{"every March 12", "2027-03-12 09:00, 2028-03-12 09:00"},
	{"le premier samedi de septembre chaque année", "2027-09-04 09:00, 2028-09-02 09:00"},
	{"le premier lundi de chaque trimestre", "2027-01-04 09:00, 2027-04-05 09:00"},
	{"tous les 3 mois le 10", "2026-12-10 09:00, 2027-03-10 09:00"},
	{"toutes les 2 heures", "2026-11-23 12:00, 2026-11-23 14:00"},
	{"à partir du 7 décembre tous les lundis à 9h", "2026-12-07 09:00, 2026-12-14 09:00"},
	{"every Monday at noon until 30 November", "2026-11-23 12:00, 2026-11-30 12:00"},
	{"tous les jours à 9h 2 fois", "2026-11-24 09:00, 2026-11-25 09:00"},
}

// times reads a rule as anybody's calendar does.
func times(t *testing.T, o Often, n int) []time.Time {
	t.Helper()
	set, err := rrule.StrToRRuleSet(strings.ReplaceAll(o.Rule, " ", "\n"))
	if err != nil {
		t.Fatalf("%s: %v", o.Rule, err)
	}
	var out []time.Time
	for next := set.Iterator(); len(out) < n; {
		at, ok := next()
		if !ok {
			break
		}
		out = append(out, at)
	}
	return out
}

func TestOften(t *testing.T) {
	now := monday(t)
	for _, c := range often {
		o, recurs, err := ParseOften(c.text, now, now.Location(), 9)
		if err != nil || !recurs {
			t.Errorf("%q: %v, %v", c.text, recurs, err)
			continue
		}
		var got []string
		for _, at := range times(t, o, 2) {
			got = append(got, at.Format(stamp))
		}
		if joined := strings.Join(got, ", "); joined != c.want {
			t.Errorf("%q = %s (%s), want %s", c.text, joined, o.Rule, c.want)
		}
	}
}

// Elsewhere: it is still Sunday evening in New York, and Monday night in Auckland.
func TestElsewhere(t *testing.T) {
	said := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	for _, c := range []struct{ zone, text, want string }{
		{"America/New_York", "tomorrow 9am", "2026-11-23T09:00:00-05:00"},
		{"America/New_York", "demain 18h", "2026-11-23T18:00:00-05:00"},
		{"America/New_York", "in 2 hours", "2026-11-22T23:00:00-05:00"},
		{"America/New_York", "next Tuesday 6pm", "2026-11-24T18:00:00-05:00"},
		{"America/New_York", "on 8 March 2027 at 9am", "2027-03-08T09:00:00-05:00"},
		{"America/New_York", "on 15 March 2027 at 9am", "2027-03-15T09:00:00-04:00"},
		{"America/New_York", "midnight", "2026-11-23T00:00:00-05:00"},
		{"Pacific/Auckland", "tomorrow 9am", "2026-11-24T09:00:00+13:00"},
		{"Pacific/Auckland", "demain 18h", "2026-11-24T18:00:00+13:00"},
		{"Pacific/Auckland", "dans 2 heures", "2026-11-23T17:00:00+13:00"},
		{"Pacific/Auckland", "on 5 April 2027 at 9am", "2027-04-05T09:00:00+12:00"},
		{"Pacific/Auckland", "2026-12-01T09:00Z", "2026-12-01T22:00:00+13:00"},
	} {
		checkTime(t, c.text, said.In(zone(t, c.zone)), 9, c.want)
	}
	for _, c := range []struct{ zone, text, want string }{
		{"America/New_York", "every Monday at 9am", "2026-11-23 09:00"},
		{"Pacific/Auckland", "every Monday at 9am", "2026-11-30 09:00"},
		{"Pacific/Auckland", "tous les jours à 18h", "2026-11-23 18:00"},
		{"America/New_York", "le 1er de chaque mois à 9h", "2026-12-01 09:00"},
	} {
		o, _, err := ParseOften(c.text, said, zone(t, c.zone), 9)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if got := times(t, o, 1)[0].Format(stamp); got != c.want {
			t.Errorf("%q in %s = %s, want %s", c.text, c.zone, got, c.want)
		}
	}
}

// What is not clear is asked again, and what never is refused.
func TestRefused(t *testing.T) {
	now := monday(t)
	for _, c := range []struct {
		text string
		kind Kind
	}{
		{"ce week-end", Ambiguous},
		{"fin de semaine", Ambiguous},
		{"tomorrow at six", Ambiguous},
		{"Friday at 5", Ambiguous},
		{"03/04", Ambiguous},
		{"3/4 18h", Ambiguous},
		{"lundi 18h", Ambiguous},
		{"avant vendredi", Ambiguous},
		{"every second Tuesday", Ambiguous},
		{"every 2nd Tuesday", Ambiguous},
		{"every 3rd Friday", Ambiguous},
		{"every third Friday", Ambiguous},
		{"every Monday at 9", Ambiguous},
		{"biweekly", Ambiguous},
		{"bimensuel", Ambiguous},
		{"31 juin", Impossible},
		{"30 fév", Impossible},
		{"le 31 novembre", Impossible},
		{"29/02/2027", Impossible},
		{"2026-W54-1", Impossible},
		{"2026-366", Impossible},
		{"25h", Impossible},
		{"demain 18h60", Impossible},
		{"tous les 31 juin", Impossible},
		{"tous les 30 février", Impossible},
		{"every 30 minutes", Impossible},
		{"hier 18h", Past},
		{"lundi dernier", Past},
		{"2025-01-01", Past},
		{"tous les vendredis jusqu'à hier", Past},
		{"maintenant", Unknown},
		{"asap", Unknown},
		{"demain hier", Unknown},
		{"17", Unknown},
		{"tous les lundis sauf le premier", Unknown},
		{"tous les jours à la saint-glinglin", Unknown},
	} {
		_, recurs, err := ParseOften(c.text, now, now.Location(), 9)
		if !recurs {
			_, err = ParseAt(c.text, now, now.Location(), 9)
		}
		if kindOf(err) != c.kind {
			t.Errorf("%q: %v, want %v", c.text, err, c.kind)
		}
	}
	// The hour that does not exist, and the one that exists twice.
	paris := now.Location()
	for text, kind := range map[string]Kind{"28 mars 2027 à 2h30": Impossible, "31 octobre 2027 à 2h30": Ambiguous} {
		if _, err := ParseAt(text, now, paris, 9); kindOf(err) != kind {
			t.Errorf("%q: %v, want %v", text, err, kind)
		}
	}
}

// kindOf is what is wrong, 0 when nothing is or the error is no [*Error].
func kindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

func FuzzOften(f *testing.F) {
	for _, c := range often {
		f.Add(c.text, int64(1_700_000_000), 9)
	}
	for _, c := range once {
		f.Add("tous les "+c.text, int64(1_800_000_000), -1)
	}
	paris := zone(f, "Europe/Paris")
	f.Fuzz(func(t *testing.T, text string, unix int64, hour int) {
		now := time.Unix(int64(uint64(unix)%4102444800), 0).In(paris)
		o, recurs, err := ParseOften(text, now, paris, hour)
		if from, to, ok := Find(text); ok && (from < 0 || to > len(text) || from >= to) {
			t.Fatalf("%q: found %d to %d", text, from, to)
		}
		if err != nil {
			if k := kindOf(err); k < Unknown || k > Impossible || !recurs {
				t.Fatalf("%q: %v, %#v", text, recurs, err)
			}
			return
		}
		if !recurs {
			return
		}
		if len(times(t, o, 1)) == 0 {
			t.Fatalf("%q: %s never happens", text, o.Rule)
		}
	})
}
