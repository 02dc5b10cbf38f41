package when

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

var french = struct{ days, months []string }{
	[]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
	[]string{"", "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
}

// written returns an instant as each language and ISO write it.
func written(t time.Time) []string {
	ordinal := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		ordinal = "1er"
	}
	return []string{
		fmt.Sprintf("%s %s %s %d à %dh%02d", french.days[t.Weekday()], ordinal, french.months[t.Month()], t.Year(), t.Hour(), t.Minute()),
		fmt.Sprintf("le %d %s %d à %d heures %02d", t.Day(), french.months[t.Month()], t.Year(), t.Hour(), t.Minute()),
		fmt.Sprintf("%s, %dh%02d", t.Format("02.01.2006"), t.Hour(), t.Minute()),
		t.Format("Monday 2 January 2006 at 15:04"),
		t.Format("Jan 2, 2006 3:04 PM"),
		t.Format("on Mon 2 Jan 2006, 3:04pm"),
		t.Format("2006-01-02 15:04"),
		t.Format("2006-01-02T15:04"),
		t.Format(time.RFC3339),
	}
}

// What a date is written as, in either language, is read as that date; in the hour
// that a clock change repeats it is refused, with the date among the readings.
func TestWrittenIsRead(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"Europe/Paris", "America/Toronto", "Africa/Cairo", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "UTC"} {
		loc := zone(t, name)
		now := time.Date(2026, 11, 23, 10, 0, 0, 0, loc)
		for range 300 {
			want := now.Add(time.Duration(1+rng.IntN(5*366*24*60)) * time.Minute)
			for _, text := range written(want) {
				got, err := Parse(text, now, loc)
				var e *Error
				if errors.As(err, &e) && e.Kind == Ambiguous && len(instants(civil(want), clock{want.Hour(), want.Minute(), 0}, loc)) == 2 {
					if !want.Equal(e.Readings[0]) && !want.Equal(e.Readings[1]) {
						t.Fatalf("%s: %q has readings %v, want %v among them", name, text, e.Readings, want)
					}
					continue
				}
				if err != nil || !got.Equal(want) {
					t.Fatalf("%s: %q = %v, %v; want %v", name, text, got, err, want)
				}
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	now := monday(f)
	for i, c := range deadlines {
		f.Add(c.text, now.Unix()+int64(i)*86400*37, i, i%25-1)
	}
	f.Add("2026-12-01T25:00:00Z", now.Unix(), 0, -1)
	f.Add("+99999999999w", now.Unix(), 1, 3)
	var zones []*time.Location
	for _, name := range []string{"UTC", "Europe/Paris", "Africa/Cairo", "Pacific/Apia", "Australia/Lord_Howe", "America/Sao_Paulo"} {
		zones = append(zones, zone(f, name))
	}
	f.Fuzz(func(t *testing.T, text string, unix int64, z, hour int) {
		loc := zones[uint(z)%uint(len(zones))]
		now := time.Unix(int64(uint64(unix)%4102444800), 0).In(loc)
		got, err := ParseAt(text, now, loc, hour)
		var e *Error
		switch {
		case err == nil:
			if !got.After(now) {
				t.Fatalf("%q at %v = %v, which is not after", text, now, got)
			}
			if got.Location() != loc {
				t.Fatalf("%q is in %v, want %v", text, got.Location(), loc)
			}
		case !errors.As(err, &e) || e.Kind < Unknown || e.Kind > Impossible || e.Text != text:
			t.Fatalf("%q: error %#v", text, err)
		case e.Kind == Ambiguous && e.Readings != nil && len(e.Readings) < 2:
			t.Fatalf("%q: ambiguous between %v", text, e.Readings)
		}
		_, _ = Duration(text)
	})
}
