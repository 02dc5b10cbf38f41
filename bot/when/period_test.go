package when

import (
	"errors"
	"testing"
	"time"
)

func TestParsePeriod(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 15, 0, 0, 0, paris) // a Sunday
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, paris) }
	for _, c := range []struct {
		text     string
		from, to time.Time
	}{
		{"2026", day(2026, 1, 1), day(2027, 1, 1)},
		{"2026-03", day(2026, 3, 1), day(2026, 4, 1)},
		{"mars 2025", day(2025, 3, 1), day(2025, 4, 1)},
		{"March", day(2026, 3, 1), day(2026, 4, 1)},
		{"décembre", day(2025, 12, 1), day(2026, 1, 1)},
		{"novembre", day(2026, 11, 1), day(2026, 12, 1)},
		{"le mois dernier", day(2026, 10, 1), day(2026, 11, 1)},
		{"this year", day(2026, 1, 1), day(2027, 1, 1)},
		{"l'année dernière", day(2025, 1, 1), day(2026, 1, 1)},
		{"2026-03-12", day(2026, 3, 12), day(2026, 3, 13)},
		{"2026-03-12T10:00:00Z", day(2026, 3, 12), day(2026, 3, 13)},
		{"31/10/2026", day(2026, 10, 31), day(2026, 11, 1)},
		{"12 mars", day(2026, 3, 12), day(2026, 3, 13)},
		{"24 décembre", day(2025, 12, 24), day(2025, 12, 25)},
		{"22 novembre", day(2026, 11, 22), day(2026, 11, 23)},
		{"29 février", day(2024, 2, 29), day(2024, 3, 1)},
		{"le 25", day(2026, 10, 25), day(2026, 10, 26)},
		{"hier", day(2026, 11, 21), day(2026, 11, 22)},
		{"today", day(2026, 11, 22), day(2026, 11, 23)},
		{"il y a 3 jours", day(2026, 11, 19), day(2026, 11, 20)},
		{"2 months ago", day(2026, 9, 22), day(2026, 9, 23)},
		{"mardi", day(2026, 11, 17), day(2026, 11, 18)},
		{"dimanche", day(2026, 11, 22), day(2026, 11, 23)},
		{"last Tuesday", day(2026, 11, 17), day(2026, 11, 18)},
		{"2027-01-01", day(2027, 1, 1), day(2027, 1, 2)},
		{"12/11/2026", day(2026, 11, 12), day(2026, 11, 13)}, // 11 December is not over
	} {
		from, to, err := ParsePeriod(c.text, now, paris)
		if err != nil || !from.Equal(c.from) || !to.Equal(c.to) {
			t.Errorf("%q is %v to %v, %v; want %v to %v", c.text, from, to, err, c.from, c.to)
		}
	}
	for text, kind := range map[string]Kind{
		"": Unknown, "hello": Unknown, "demain 18h": Unknown, "18h": Unknown, "03/04/2026": Ambiguous, "31 juin": Impossible,
	} {
		var e *Error
		if from, to, err := ParsePeriod(text, now, paris); !errors.As(err, &e) || e.Kind != kind {
			t.Errorf("%q is %v to %v, %v; want %v", text, from, to, err, kind)
		}
	}
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"mars 2026", "2026-03", "hier", "12/03/2026", "le 31", "last year", "\x00", "mar 12"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		from, to, err := ParsePeriod(text, now, time.UTC)
		if err == nil && !from.Before(to) {
			t.Errorf("%q is %v to %v", text, from, to)
		}
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("%q: %v", text, err)
		}
	})
}
