package config

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// In Paris 29 March 2026 has no 02:30 and 25 October 2026 has two; New York changes
// on 8 March and 1 November, Auckland on 5 April (back) and 27 September (forward).
func TestRecurrence(t *testing.T) {
	for _, c := range []struct {
		rule, zone, after string
		next              []string
	}{
		{"0 9 * * 1", "Europe/Paris", "2026-03-23T09:00:00+01:00", []string{"2026-03-30T09:00:00+02:00", "2026-04-06T09:00:00+02:00"}},
		{"30 2 * * *", "Europe/Paris", "2026-03-28T02:30:00+01:00", []string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"}},
		{"30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00+02:00", []string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"}},
		{"30 2 * * *", "Europe/Paris", "2026-10-25T02:45:00+02:00", []string{"2026-10-26T02:30:00+01:00"}},
		{"30 2 * * *", "America/New_York", "2026-03-07T12:00:00-05:00", []string{"2026-03-08T03:00:00-04:00"}},
		{"30 1 * * *", "America/New_York", "2026-10-31T12:00:00-04:00", []string{"2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"}},
		{"15,45 2 * * *", "Pacific/Auckland", "2026-09-26T12:00:00+12:00", []string{"2026-09-27T03:00:00+13:00", "2026-09-28T02:15:00+13:00"}},
		{"30 2 * * *", "Pacific/Auckland", "2026-04-04T12:00:00+13:00", []string{"2026-04-05T02:30:00+13:00", "2026-04-06T02:30:00+12:00"}},
		{"0 0 30 12 *", "Pacific/Apia", "2011-01-01T00:00:00-11:00", []string{"2011-12-31T00:00:00+14:00", "2012-12-30T00:00:00+14:00"}},
		{"0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", []string{"2028-02-29T00:00:00Z"}},
		{"FREQ=MONTHLY;BYDAY=1TU;BYHOUR=18;BYMINUTE=30", "Europe/Paris", "2026-11-25T00:00:00+01:00", []string{"2026-12-01T18:30:00+01:00", "2027-01-05T18:30:00+01:00"}},
		{"rrule:freq=weekly;interval=2;byday=mo;byhour=9", "Europe/Paris", "2026-11-25T00:00:00+01:00", []string{"2026-11-30T09:00:00+01:00", "2026-12-14T09:00:00+01:00"}},
		{"DTSTART:20261130T090000 RRULE:FREQ=WEEKLY;INTERVAL=2 EXDATE:20261214T090000", "Europe/Paris", "2026-11-25T00:00:00+01:00", []string{"2026-11-30T09:00:00+01:00", "2026-12-28T09:00:00+01:00"}},
		{"DTSTART:20261130T090000\nRRULE:FREQ=DAILY;COUNT=2", "UTC", "2026-11-25T00:00:00Z", []string{"2026-11-30T09:00:00Z", "2026-12-01T09:00:00Z", ""}},
		{"FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=17", "UTC", "2027-02-01T00:00:00Z", []string{"2027-02-28T17:00:00Z", "2027-03-31T17:00:00Z"}},
		{"FREQ=DAILY;BYHOUR=8;UNTIL=20270102T000000", "UTC", "2026-12-31T08:00:00Z", []string{"2027-01-01T08:00:00Z", ""}},
	} {
		r, err := ParseRecurrence(c.rule)
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, c.after)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.next {
			next, got := r.Next(at, zone), ""
			if !next.IsZero() {
				got = next.In(zone).Format(time.RFC3339)
			}
			if got != want {
				t.Errorf("%s in %s after %v is %s, want %s", c.rule, c.zone, at, got, want)
			}
			at = next
		}
	}
}

func TestBadRecurrence(t *testing.T) {
	for _, text := range []string{
		"tous les lundis", "0 9 * *", "0 9 * * * *", "@every 1h", "TZ=UTC 0 9 * * *", "0 0 30 2 *", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=5", "FREQ=DAILY;COUNT=3", "FREQ=", "FREQ=DAILY;BYHOUR=25", "FREQ=DAILY;UNTIL=20270102T000000Z",
		"DTSTART;TZID=Europe/Paris:20260101T090000 RRULE:FREQ=DAILY", "DTSTART:20260101T090000Z RRULE:FREQ=DAILY", "FREQ=DAILY FREQ=WEEKLY BOO",
	} {
		_, err := ParseRecurrence(text)
		var m Mistake
		if !errors.As(err, &m) || m.Text("fr") == "" {
			t.Errorf("%q: %v", text, err)
		}
	}
	if r := (Recurrence{}); !r.IsZero() || !r.Next(rruleAnchor, time.UTC).IsZero() {
		t.Error("the zero recurrence happens")
	}
}

// Each occurrence is after the one before, and shows the time that was asked unless
// a clock change skips it.
func TestRecurrenceAlwaysAdvances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom([]string{"Europe/Paris", "America/New_York", "Pacific/Auckland", "Africa/Cairo", "Pacific/Apia", "Australia/Lord_Howe", "America/Sao_Paulo"}).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		rule := rapid.SampledFrom([]string{"30 2 * * *", "0 0 * * *", "15 1 * * 0", "*/20 * * * *", "FREQ=DAILY;BYHOUR=0,2;BYMINUTE=30", "FREQ=WEEKLY;INTERVAL=2;BYHOUR=2"}).Draw(t, "rule")
		r, err := ParseRecurrence(rule)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(rapid.Int64Range(1_200_000_000, 1_900_000_000).Draw(t, "after"), 0)
		for range 50 {
			next := r.Next(at, zone)
			if !next.After(at) {
				t.Fatalf("%s in %s: %v after %v", rule, zone, next, at)
			}
			shown := next.In(zone)
			if again := Instant(shown, zone); !again.Equal(next) {
				t.Fatalf("%s in %s: %v is shown first at %v", rule, zone, next, again)
			}
			at = next
		}
	})
}
