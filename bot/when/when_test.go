package when

import (
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// monday is when the phrases of the table are said: 23 November 2026, 10:00 in Paris.
func monday(t testing.TB) time.Time {
	return time.Date(2026, 11, 23, 10, 0, 0, 0, zone(t, "Europe/Paris"))
}

const stamp = "2006-01-02 15:04"

// phrases that mean one date, as a deadline.
var deadlines = []struct{ text, want string }{
	// Days.
	{"demain", "2026-11-24 23:59"},
	{"demain 18h", "2026-11-24 18:00"},
	{"demain à 18h30", "2026-11-24 18:30"},
	{"Demain a 18H30", "2026-11-24 18:30"},
	{"DEMAIN À 18 h 30", "2026-11-24 18:30"},
	{"à 18h30 demain", "2026-11-24 18:30"},
	{"demain midi", "2026-11-24 12:00"},
	{"demain midi et demi", "2026-11-24 12:30"},
	{"demain midi trente", "2026-11-24 12:30"},
	{"demain minuit", "2026-11-25 00:00"},
	{"demain 0h", "2026-11-24 00:00"},
	{"demain 24h", "2026-11-25 00:00"},
	{"demain matin", "2026-11-24 12:00"},
	{"demain matin 9h", "2026-11-24 09:00"},
	{"demain soir à 8h", "2026-11-24 20:00"},
	{"demain à 8h du soir", "2026-11-24 20:00"},
	{"demain à 8 heures du matin", "2026-11-24 08:00"},
	{"demain à 3h de l'après-midi", "2026-11-24 15:00"},
	{"demain après-midi", "2026-11-24 18:00"},
	{"aujourd'hui 20h", "2026-11-23 20:00"},
	{"aujourd’hui à 20 heures", "2026-11-23 20:00"},
	{"aujourd'hui", "2026-11-23 23:59"},
	{"ce soir", "2026-11-23 23:59"},
	{"ce soir 20h", "2026-11-23 20:00"},
	{"cet après-midi à 15h", "2026-11-23 15:00"},
	{"ce midi", "2026-11-23 12:00"},
	{"après-demain", "2026-11-25 23:59"},
	{"apres demain 9h", "2026-11-25 09:00"},
	{"after-tomorrow", "2026-11-25 23:59"},
	{"the day after tomorrow at 9:00", "2026-11-25 09:00"},
	{"today 8pm", "2026-11-23 20:00"},
	{"tomorrow", "2026-11-24 23:59"},
	{"tomorrow noon", "2026-11-24 12:00"},
	{"tomorrow at noon", "2026-11-24 12:00"},
	{"tomorrow 12am", "2026-11-24 00:00"},
	{"tomorrow 12pm", "2026-11-24 12:00"},
	{"tomorrow morning", "2026-11-24 12:00"},
	{"tomorrow evening at 8", "2026-11-24 20:00"},
	{"tomorrow at 6 in the evening", "2026-11-24 18:00"},
	{"tonight", "2026-11-23 23:59"},
	{"tonight at 8", "2026-11-23 20:00"},
	{"this afternoon", "2026-11-23 18:00"},
	// Hours alone.
	{"18h", "2026-11-23 18:00"},
	{"à 18h", "2026-11-23 18:00"},
	{"8h", "2026-11-24 08:00"},
	{"18:30", "2026-11-23 18:30"},
	{"18:30:15", "2026-11-23 18:30"},
	{"6pm", "2026-11-23 18:00"},
	{"6:30 p.m.", "2026-11-23 18:30"},
	{"9 a.m.", "2026-11-24 09:00"},
	{"at 9 o'clock", "2026-11-23 21:00"},
	{"at 12", "2026-11-23 12:00"},
	{"à 18", "2026-11-23 18:00"},
	{"at 9", "2026-11-23 21:00"},
	{"midi", "2026-11-23 12:00"},
	{"minuit", "2026-11-24 00:00"},
	{"midnight", "2026-11-24 00:00"},
	{"dix-huit heures trente", "2026-11-23 18:30"},
	{"vingt heures", "2026-11-23 20:00"},
	{"vingt et une heures", "2026-11-23 21:00"},
	{"18 heures et quart", "2026-11-23 18:15"},
	// Weekdays.
	{"mardi prochain à 18h30", "2026-11-24 18:30"},
	{"mardi prochain", "2026-11-24 23:59"},
	{"lundi prochain", "2026-11-30 23:59"},
	{"mardi 18h", "2026-11-24 18:00"},
	{"lundi 8h", "2026-11-30 08:00"},
	{"ce lundi 18h", "2026-11-23 18:00"},
	{"mardi qui vient", "2026-11-24 23:59"},
	{"mardi en huit", "2026-12-01 23:59"},
	{"mardi en quinze à 14h", "2026-12-08 14:00"},
	{"mardi de la semaine prochaine", "2026-12-01 23:59"},
	{"la semaine prochaine mardi 9h", "2026-12-01 09:00"},
	{"vendredi midi", "2026-11-27 12:00"},
	{"vendredi minuit", "2026-11-28 00:00"},
	{"d'ici vendredi midi", "2026-11-27 12:00"},
	{"d’ici vendredi", "2026-11-27 23:59"},
	{"jusqu'à vendredi", "2026-11-27 23:59"},
	{"avant vendredi midi", "2026-11-27 12:00"},
	{"mar. 18h", "2026-11-24 18:00"},
	{"jeudi prochain 26 novembre", "2026-11-26 23:59"},
	{"demain !", "2026-11-24 23:59"},
	{"ven. 17h", "2026-11-27 17:00"},
	{"dimanche soir", "2026-11-29 23:59"},
	{"next Tuesday 6pm", "2026-11-24 18:00"},
	{"on next tuesday, at 6 pm", "2026-11-24 18:00"},
	{"this Friday", "2026-11-27 23:59"},
	{"Tuesday week", "2026-12-01 23:59"},
	{"Tuesday next week at 18:00", "2026-12-01 18:00"},
	{"noon next Friday", "2026-11-27 12:00"},
	{"mardi à 18h30", "2026-11-24 18:30"},
	{"Friday at 18:00", "2026-11-27 18:00"},
	{"le 12 à 20h", "2026-12-12 20:00"},
	{"vendredi à midi", "2026-11-27 12:00"},
	{"samedi 28/11", "2026-11-28 23:59"},
	{"lundi 30 novembre 2026, 20 h 30", "2026-11-30 20:30"},
	{"by Friday noon", "2026-11-27 12:00"},
	{"until Sunday", "2026-11-29 23:59"},
	{"Wed 14:00", "2026-11-25 14:00"},
	// Dates.
	{"le 12 décembre 2026 à 20h", "2026-12-12 20:00"},
	{"12 décembre", "2026-12-12 23:59"},
	{"12 DECEMBRE", "2026-12-12 23:59"},
	{"12 de\u0301cembre", "2026-12-12 23:59"},
	{"12 déc. 20h", "2026-12-12 20:00"},
	{"1er décembre", "2026-12-01 23:59"},
	{"premier décembre", "2026-12-01 23:59"},
	{"le 1er mars", "2027-03-01 23:59"},
	{"12 janvier", "2027-01-12 23:59"},
	{"23 novembre", "2026-11-23 23:59"},
	{"29 février", "2028-02-29 23:59"},
	{"7 sept", "2027-09-07 23:59"},
	{"12 mar", "2027-03-12 23:59"},
	{"samedi 28 novembre à 14 heures", "2026-11-28 14:00"},
	{"à 14 heures le samedi 28 novembre", "2026-11-28 14:00"},
	{"14 heures 28 novembre", "2026-11-28 14:00"},
	{"mardi 24", "2026-11-24 23:59"},
	{"mardi 1er", "2026-12-01 23:59"},
	{"le 30", "2026-11-30 23:59"},
	{"le 5 à 18h", "2026-12-05 18:00"},
	{"le 5 du mois prochain", "2026-12-05 23:59"},
	{"the 30th", "2026-11-30 23:59"},
	{"fin novembre", "2026-11-30 23:59"},
	{"fin du mois", "2026-11-30 23:59"},
	{"d'ici la fin du mois prochain", "2026-12-31 23:59"},
	{"end of February 2028", "2028-02-29 23:59"},
	{"by the end of the month", "2026-11-30 23:59"},
	{"on 12 Dec at 20:00", "2026-12-12 20:00"},
	{"Dec 12 2026", "2026-12-12 23:59"},
	{"December 12th, 2026 at 8pm", "2026-12-12 20:00"},
	{"Mar 12 2027", "2027-03-12 23:59"},
	{"Saturday, 28 November", "2026-11-28 23:59"},
	{"the 3rd of May", "2027-05-03 23:59"},
	{"May 3rd", "2027-05-03 23:59"},
	{"2026-12-01", "2026-12-01 23:59"},
	{"2026/12/01", "2026-12-01 23:59"},
	{"2026-12-01 18:00", "2026-12-01 18:00"},
	{"2026-12-01T18:00", "2026-12-01 18:00"},
	{"2026-12-01 18h", "2026-12-01 18:00"},
	{"2026-12-01T18:00:00+01:00", "2026-12-01 18:00"},
	{"2026-12-01T18:00:00.5-05:00", "2026-12-02 00:00"},
	{"2026-12-01T18:00Z", "2026-12-01 19:00"},
	{"2026-12-01t17:00:00z", "2026-12-01 18:00"},
	{"12/12/2026 20h", "2026-12-12 20:00"},
	{"25/12/2026", "2026-12-25 23:59"},
	{"12/25/2026", "2026-12-25 23:59"},
	{"25/12", "2026-12-25 23:59"},
	{"25/12/26", "2026-12-25 23:59"},
	{"25-12-2026", "2026-12-25 23:59"},
	{"05.12.2026", "2026-12-05 23:59"},
	{"samedi 05/12/2026", "2026-12-05 23:59"},
	{"03/12/2026", "2026-12-03 23:59"}, // 12 March 2026 is over
	// Distances.
	{"dans 3 jours", "2026-11-26 23:59"},
	{"dans trois jours à 18h", "2026-11-26 18:00"},
	{"d'ici 3 jours", "2026-11-26 23:59"},
	{"3 jours", "2026-11-26 23:59"},
	{"dans huit jours", "2026-11-30 23:59"},
	{"dans quinze jours", "2026-12-07 23:59"},
	{"dans 15 jours", "2026-12-08 23:59"},
	{"dans 2 heures", "2026-11-23 12:00"},
	{"dans deux heures et 30 minutes", "2026-11-23 12:30"},
	{"dans 1h30", "2026-11-23 11:30"},
	{"dans une demi-heure", "2026-11-23 10:30"},
	{"dans 1 jour et 2 heures", "2026-11-24 12:00"},
	{"dans 1 h 30", "2026-11-23 11:30"},
	{"dans les 48h", "2026-11-25 10:00"},
	{"in the next 3 days", "2026-11-26 23:59"},
	{"sous 48h", "2026-11-25 10:00"},
	{"dans une semaine", "2026-11-30 23:59"},
	{"la semaine prochaine", "2026-11-30 23:59"},
	{"dans un mois", "2026-12-23 23:59"},
	{"le mois prochain", "2026-12-23 23:59"},
	{"dans un an", "2027-11-23 23:59"},
	{"in 2 hours", "2026-11-23 12:00"},
	{"in an hour", "2026-11-23 11:00"},
	{"in 3 days", "2026-11-26 23:59"},
	{"in 3 days at 6pm", "2026-11-26 18:00"},
	{"a week from now", "2026-11-30 23:59"},
	{"in a fortnight", "2026-12-07 23:59"},
	{"+2d", "2026-11-25 10:00"},
	{"+48h", "2026-11-25 10:00"},
	{"+7j", "2026-11-30 10:00"},
	{"+1d12h", "2026-11-24 22:00"},
	{"+30m", "2026-11-23 10:30"},
}

func TestDeadlines(t *testing.T) {
	now := monday(t)
	for _, c := range deadlines {
		got, err := Parse(c.text, now, now.Location())
		if err != nil {
			t.Errorf("%q: %v, want %s", c.text, err, c.want)
		} else if got.Format(stamp) != c.want {
			t.Errorf("%q = %s, want %s", c.text, got.Format(stamp), c.want)
		}
	}
}

func TestMeetings(t *testing.T) {
	now := monday(t)
	for _, c := range []struct {
		text string
		hour int
		want string
	}{
		{"mardi prochain", 18, "2026-11-24 18:00"},
		{"mardi prochain à 9h", 18, "2026-11-24 09:00"},
		{"12 décembre", 0, "2026-12-12 00:00"},
		{"dans 3 jours", 18, "2026-11-26 18:00"},
		{"demain matin", 18, "2026-11-24 09:00"},
		{"demain matin", 10, "2026-11-24 10:00"},
		{"demain après-midi", 18, "2026-11-24 14:00"},
		{"tonight", 18, "2026-11-23 18:00"},
		{"ce soir", 14, "2026-11-23 20:00"},
		{"vendredi midi", 18, "2026-11-27 12:00"},
		{"dans 2 heures", 18, "2026-11-23 12:00"},
		{"lundi", 9, "2026-11-30 09:00"}, // today's nine o'clock is over
		{"demain", 24, "2026-11-24 23:59"},
		{"demain", -5, "2026-11-24 23:59"},
	} {
		got, err := ParseAt(c.text, now, now.Location(), c.hour)
		if err != nil {
			t.Errorf("%q at %d: %v, want %s", c.text, c.hour, err, c.want)
		} else if got.Format(stamp) != c.want {
			t.Errorf("%q at %d = %s, want %s", c.text, c.hour, got.Format(stamp), c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	now := monday(t)
	for _, c := range []struct {
		text     string
		kind     Kind
		near     string
		readings []string
	}{
		{"", Unknown, "", nil},
		{"bientôt", Unknown, "bientôt", nil},
		{"mardi ou Mercredi", Unknown, "ou", nil},
		{"mardi mercredi", Unknown, "mercredi", nil},
		{"18h 19h", Unknown, "19h", nil},
		{"demain dans 2 heures", Unknown, "demain dans 2 heures", nil},
		{"le", Unknown, "le", nil},
		{"à mars", Unknown, "mars", nil},
		{"dans quinze", Unknown, "dans", nil},
		{"vendredi un", Impossible, "vendredi", nil},
		{"demain 18", Unknown, "18", nil},
		{"demain 18h salle B", Unknown, "salle", nil},
		{"-2d", Unknown, "-", nil},
		{"le matin", Unknown, "le matin", nil},
		{"cette semaine", Unknown, "cette semaine", nil},
		{"décembre 2026", Unknown, "décembre", nil},
		{"🙂", Unknown, "🙂", nil},
		{"+2 mois", Unknown, "+2 mois", nil},
		{"jeudi prochain 27 novembre", Impossible, "jeudi prochain", nil},
		{"à 25", Impossible, "25", nil},
		{"mardi 25", Impossible, "mardi", nil},
		{"le 31 du mois prochain 2", Unknown, "2", nil},
		{"03/04", Ambiguous, "03/04", []string{"2027-03-04 23:59", "2027-04-03 23:59"}},
		{"04/03/2027", Ambiguous, "04/03/2027", []string{"2027-03-04 23:59", "2027-04-03 23:59"}},
		{"04/03/2027 18h", Ambiguous, "04/03/2027 18h", []string{"2027-03-04 18:00", "2027-04-03 18:00"}},
		{"tomorrow at 6", Ambiguous, "tomorrow at 6", []string{"2026-11-24 06:00", "2026-11-24 18:00"}},
		{"lundi 18h", Ambiguous, "lundi 18h", []string{"2026-11-23 18:00", "2026-11-30 18:00"}},
		{"lundi en huit", Ambiguous, "lundi en huit", []string{"2026-11-30 23:59", "2026-12-07 23:59"}},
		{"avant vendredi", Ambiguous, "avant vendredi", []string{"2026-11-26 23:59", "2026-11-27 23:59"}},
		{"mar 24", Ambiguous, "mar 24", nil},
		{"04/03/2026", Past, "04/03/2026", []string{"2026-03-04 23:59", "2026-04-03 23:59"}},
		{"hier", Past, "hier", []string{"2026-11-22 23:59"}},
		{"mardi dernier", Past, "mardi dernier", []string{"2026-11-17 23:59"}},
		{"last Friday", Past, "last Friday", []string{"2026-11-20 23:59"}},
		{"il y a 3 jours", Past, "il y a 3 jours", []string{"2026-11-20 23:59"}},
		{"2 hours ago", Past, "2 hours ago", []string{"2026-11-23 08:00"}},
		{"aujourd'hui 8h", Past, "aujourd'hui 8h", []string{"2026-11-23 08:00"}},
		{"23 novembre à 10h", Past, "23 novembre à 10h", []string{"2026-11-23 10:00"}},
		{"2026-11-01", Past, "2026-11-01", []string{"2026-11-01 23:59"}},
		{"2026-11-01T18:00:00Z", Past, "2026-11-01T18:00:00Z", []string{"2026-11-01 19:00"}},
		{"31 juin", Impossible, "31 juin", nil},
		{"30 février", Impossible, "30 février", nil},
		{"le 29 février 2027", Impossible, "29 février 2027", nil},
		{"demain 25h", Impossible, "25h", nil},
		{"demain 18h75", Impossible, "18h75", nil},
		{"24:30", Impossible, "24:30", nil},
		{"demain 13pm", Impossible, "13pm", nil},
		{"demain 20h du matin", Impossible, "demain 20h du matin", nil},
		{"le 32", Impossible, "32", nil},
		{"2026-13-01", Impossible, "2026-13-01", nil},
		{"2026-12-01T25:00:00Z", Impossible, "2026-12-01T25:00:00Z", nil},
		{"31/31/2026", Impossible, "31/31/2026", nil},
		{"lundi 28 novembre", Impossible, "lundi", nil},
		{"demain vendredi", Impossible, "vendredi", nil},
		{"dans 99999999999 jours", Impossible, "99999999999", nil},
		{"dans 2000 ans", Impossible, "dans 2000 ans", nil},
	} {
		checkError(t, c.text, now, c.kind, c.near, c.readings)
	}
}

func checkError(t *testing.T, text string, now time.Time, kind Kind, near string, readings []string) {
	t.Helper()
	got, err := Parse(text, now, now.Location())
	var e *Error
	if !errors.As(err, &e) {
		t.Errorf("%q = %v, %v; want %v", text, got, err, kind)
		return
	}
	if e.Kind != kind || e.Near != near || e.Text != text {
		t.Errorf("%q: %v near %q of %q; want %v near %q", text, e.Kind, e.Near, e.Text, kind, near)
	}
	if len(e.Readings) != len(readings) {
		t.Errorf("%q: readings %v, want %v", text, e.Readings, readings)
		return
	}
	for i, r := range e.Readings {
		if r.Format(stamp) != readings[i] {
			t.Errorf("%q: reading %d is %s, want %s", text, i, r.Format(stamp), readings[i])
		}
	}
}

func TestErrorText(t *testing.T) {
	now := monday(t)
	for text, want := range map[string]string{
		"demain 25h":    `impossible date "demain 25h" near "25h"`,
		"hier":          `past date "hier": 2026-11-22T23:59:00+01:00`,
		"tomorrow at 6": `ambiguous date "tomorrow at 6": 2026-11-24T06:00:00+01:00 or 2026-11-24T18:00:00+01:00`,
		"bientôt":       `unknown date "bientôt"`,
	} {
		if _, err := Parse(text, now, now.Location()); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if got := Kind(9).String(); got != "Kind(9)" {
		t.Errorf("got %s", got)
	}
}

// A weekday that is not the date's is named by the date; "le lundi" may be all of them.
func TestWeekdays(t *testing.T) {
	now := monday(t)
	for text, want := range map[string]string{"lundi 24 novembre": "2026-11-24", "jeudi 12/12/2026 18h": "2026-12-12", "lundi 31 juin": ""} {
		_, err := Parse(text, now, now.Location())
		var e *Error
		if !errors.As(err, &e) || e.Kind != Impossible {
			t.Fatalf("%q: %v", text, err)
		}
		if got := strings.TrimPrefix(e.Day.Format(time.DateOnly), "0001-01-01"); got != want {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"le lundi à 18h": "tous les lundis à 18h", "Le lundi matin": "tous les lundis matin", "le lun. 8h": "tous les lun. 8h", "lundi 18h": "", "le lundi 30": "", "le lundi 30 novembre": "",
		"le lundi prochain": "", "le premier lundi de mai": "", "le 15": "", "avant le lundi": "", "le lundi de la semaine prochaine": "", "demain": "",
	} {
		every, ok := Weekly(text)
		if every != want || ok != (want != "") {
			t.Errorf("Weekly(%q) = %q, %v, want %q", text, every, ok, want)
		}
		if o, recurs, err := ParseOften(every, now, now.Location(), 9); ok && (!recurs || err != nil) {
			t.Errorf("%q: %v, %v", every, o, err)
		}
	}
}
