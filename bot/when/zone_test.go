package when

import (
	"testing"
	"time"
)

// In Paris, 28 March 2027 has no 02:30 and 31 October 2027 has two. In Cairo clocks
// jump at midnight and fall back at midnight, so that a day may lack its first hour
// and another has 23:59 twice.
func TestClockChanges(t *testing.T) {
	paris, cairo := zone(t, "Europe/Paris"), zone(t, "Africa/Cairo")
	spring := time.Date(2027, 3, 27, 12, 0, 0, 0, paris)
	autumn := time.Date(2027, 10, 30, 12, 0, 0, 0, paris)

	checkError(t, "demain 2h30", spring, Impossible, "demain 2h30", []string{"2027-03-28 03:00"})
	checkError(t, "28 mars 2027 à 2h30", spring, Impossible, "28 mars 2027 à 2h30", []string{"2027-03-28 03:00"})
	checkError(t, "demain 2h30", autumn, Ambiguous, "demain 2h30", []string{"2027-10-31 02:30", "2027-10-31 02:30"})
	// Between the two, only the second is to come.
	between := time.Date(2027, 10, 31, 0, 45, 0, 0, time.UTC).In(paris)
	checkTime(t, "à 2h30", between, -1, "2027-10-31T02:30:00+01:00")

	checkTime(t, "demain", spring, 2, "2027-03-28T03:00:00+02:00")
	checkTime(t, "demain", autumn, 2, "2027-10-31T02:00:00+02:00")
	checkTime(t, "dans 24 heures", spring, -1, "2027-03-28T13:00:00+02:00")
	checkTime(t, "+1d", spring, -1, "2027-03-28T13:00:00+02:00")
	checkTime(t, "dans 1 jour à 12h", spring, -1, "2027-03-28T12:00:00+02:00")

	april := time.Date(2026, 4, 22, 12, 0, 0, 0, cairo)
	checkTime(t, "jeudi minuit", april, -1, "2026-04-24T01:00:00+03:00")
	checkError(t, "vendredi 0h30", april, Impossible, "vendredi 0h30", []string{"2026-04-24 01:00"})
	october := time.Date(2026, 10, 28, 12, 0, 0, 0, cairo)
	checkTime(t, "jeudi", october, -1, "2026-10-29T23:59:00+02:00")
}

// Samoa went from 29 to 31 December 2011.
func TestDayThatNeverWas(t *testing.T) {
	now := time.Date(2011, 12, 29, 10, 0, 0, 0, zone(t, "Pacific/Apia"))
	checkError(t, "30 décembre 2011", now, Impossible, "30 décembre 2011", nil)
	checkTime(t, "31 décembre 2011", now, -1, "2011-12-31T23:59:00+14:00")
}

func TestNilZoneIsUTC(t *testing.T) {
	got, err := Parse("demain 18h", monday(t), nil)
	if err != nil || got.Format(time.RFC3339) != "2026-11-24T18:00:00Z" {
		t.Errorf("got %v, %v", got, err)
	}
}

func checkTime(t *testing.T, text string, now time.Time, hour int, want string) {
	t.Helper()
	got, err := ParseAt(text, now, now.Location(), hour)
	if err != nil || got.Format(time.RFC3339) != want {
		t.Errorf("%q = %v, %v; want %s", text, got.Format(time.RFC3339), err, want)
	}
}
