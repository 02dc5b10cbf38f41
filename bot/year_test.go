package bot_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// mortal is a register whose process dies at one of its writes: before it is
// recorded, or after it is and before anybody is told.
type mortal struct {
	store.Store
	// left counts the writes to live through.
	left  int
	after bool
}

func (m *mortal) Update(ctx context.Context, fn func(store.Tx) error) error {
	if m.left--; m.left > 0 {
		return m.Store.Update(ctx, fn)
	}
	if m.left == 0 && m.after {
		if err := m.Store.Update(ctx, fn); err != nil {
			return err
		}
	}
	return store.ErrClosed
}

// peal is a bell, and when it rings in words that any clock understands.
type peal struct {
	bell
	// rings tells whether a minute of a day, as clocks show it, is one of its own.
	rings func(wall time.Time) bool
}

var peals = []peal{
	{bell{"night", "30 2 * * *", 0}, func(w time.Time) bool { return w.Hour() == 2 && w.Minute() == 30 }},
	{bell{"monday", "0 9 * * 1", 20 * time.Hour}, func(w time.Time) bool { return w.Weekday() == time.Monday && w.Hour() == 9 && w.Minute() == 0 }},
	{bell{"often", "15,45 1-3 * * *", 2 * time.Hour}, func(w time.Time) bool {
		return w.Hour() >= 1 && w.Hour() <= 3 && w.Minute()%30 == 15
	}},
	{bell{"tuesday", "FREQ=MONTHLY;BYDAY=1TU;BYHOUR=18;BYMINUTE=30", 72 * time.Hour}, func(w time.Time) bool {
		return w.Weekday() == time.Tuesday && w.Day() <= 7 && w.Hour() == 18 && w.Minute() == 30
	}},
	{bell{"other", "DTSTART:20260102T120000 RRULE:FREQ=WEEKLY;INTERVAL=2", 0}, func(w time.Time) bool {
		return w.Hour() == 12 && w.Minute() == 0 && (w.YearDay()-2)%14 == 0
	}},
	{bell{"last", "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=2", 48 * time.Hour}, func(w time.Time) bool {
		return w.Hour() == 2 && w.Minute() == 0 && w.AddDate(0, 0, 1).Day() == 1
	}},
}

// occurrences looks at every minute of a year on the clocks of a zone, and lists
// when each bell rings: a time that is shown twice counts the first time, and one
// that is skipped when the clocks have gone past it.
func occurrences(zone *time.Location, from, to time.Time) map[string][]time.Time {
	out := map[string][]time.Time{}
	shown := time.Time{} // the latest time that the clocks have shown
	for at := from.Add(-24 * time.Hour).Truncate(time.Minute); at.Before(to); at = at.Add(time.Minute) {
		here := at.In(zone)
		wall := time.Date(here.Year(), here.Month(), here.Day(), here.Hour(), here.Minute(), 0, 0, time.UTC)
		if shown.IsZero() {
			shown = wall
			continue
		}
		for _, p := range peals {
			rings := false
			for w := shown.Add(time.Minute); !w.After(wall); w = w.Add(time.Minute) {
				rings = rings || p.rings(w)
			}
			if rings && at.After(from) {
				out[p.key] = append(out[p.key], at)
			}
		}
		if wall.After(shown) {
			shown = wall
		}
	}
	return out
}

// expected is what must be said of each occurrence: it is decided at the first
// moment, among those at which the clerk looked at its clock, that is not before it.
func expected(all map[string][]time.Time, looked []time.Time) map[string]int {
	said := map[string]int{}
	stamp := func(at time.Time) string { return at.UTC().Format("0102T1504") }
	for _, p := range peals {
		var missed []time.Time
		var missedAt time.Time
		flush := func() {
			if len(missed) > 0 {
				said[fmt.Sprintf("bell/%s missed %d %s %s", p.key, len(missed), stamp(missed[0]), stamp(missed[len(missed)-1]))]++
			}
			missed = nil
		}
		for _, at := range all[p.key] {
			i := slices.IndexFunc(looked, func(l time.Time) bool { return !l.Before(at) })
			if i < 0 {
				continue
			}
			late := looked[i].Sub(at)
			switch {
			case p.window > 0 && late > p.window:
				if !missedAt.Equal(looked[i]) {
					flush()
				}
				missed, missedAt = append(missed, at), looked[i]
				continue
			case late >= 5*time.Minute:
				said[fmt.Sprintf("bell/%s rang late %s", p.key, stamp(at))]++
			default:
				said[fmt.Sprintf("bell/%s rang %s", p.key, stamp(at))]++
			}
			flush()
		}
		flush()
	}
	return said
}

// A year in three zones: the clock jumps forwards and back, the process is killed
// between any two writes, and stopped twice for a week. What was said is exactly
// what the calendar says must be, none lost and none twice.
func TestYear(t *testing.T) {
	for i, name := range []string{"Europe/Paris", "America/New_York", "Pacific/Auckland"} {
		t.Run(strings.ReplaceAll(name, "/", "-"), func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			live(t, zone, rand.New(rand.NewPCG(uint64(i), 2026)))
		})
	}
}

func live(t *testing.T, zone *time.Location, r *rand.Rand) {
	from := time.Date(2026, 1, 1, 0, 0, 30, 0, zone)
	to := time.Date(2027, 1, 1, 0, 0, 0, 0, zone)
	declared := func(*config.Charter) []bell {
		var all []bell
		for _, p := range peals {
			all = append(all, p.bell)
		}
		return all
	}
	tw := newTower(t, from)
	ch, feature := community(t, "Club", zone.String()), bells(declared)
	tw.open(t, ch, feature)
	told := map[string]string{} // by the key of the delivery, as a platform tells repetitions
	looked, kills, stops := []time.Time{}, 0, 0
	for at := from; at.Before(to); {
		tw.clock.set(at)
		looked = append(looked, at)
		if r.IntN(8) == 0 { // die in the middle of this, and come back
			kills++
			dying := &mortal{Store: tw.db, left: 1 + r.IntN(6), after: r.IntN(2) == 0}
			b, err := bot.New(context.WithoutCancel(t.Context()), bot.Options{
				Store: dying, Charter: ch, Clock: tw.clock, Features: []bot.Feature{feature}, Adapters: map[string]bot.Adapter{"console": tw.wall},
			})
			if err == nil {
				_, _ = b.RunDue(t.Context())
				_ = b.Flush(t.Context())
			}
			if err := tw.db.Close(); err != nil {
				t.Fatal(err)
			}
			tw.open(t, ch, feature)
		}
		if _, err := tw.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := tw.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, d := range tw.wall.got {
			text := d.Message.Text.For(bot.PlainDialect())
			if before, ok := told[d.Key]; ok && before != text {
				t.Errorf("%s said %q and then %q", d.Key, before, text)
			}
			told[d.Key] = text
		}
		tw.wall.got = nil
		switch n := r.IntN(400); {
		case stops < 2 && at.YearDay() > 80+170*stops:
			stops++
			at = at.Add(7 * 24 * time.Hour)
		case n < 40:
			at = at.Add(-time.Duration(r.IntN(90)) * time.Minute)
		case n < 60:
			at = at.Add(time.Duration(r.IntN(36*60)) * time.Minute)
		default:
			at = at.Add(time.Duration(1+r.IntN(14*60)) * time.Minute)
		}
	}
	got := map[string]int{}
	for _, text := range told {
		got[text]++
	}
	want := expected(occurrences(zone, from, to), looked)
	if kills < 60 || stops < 2 || len(want) < 1000 {
		t.Errorf("the year was too quiet: %d kills, %d stops, %d posts", kills, stops, len(want))
	}
	if !maps.Equal(got, want) {
		for _, text := range slices.Sorted(maps.Keys(want)) {
			if got[text] != want[text] {
				t.Errorf("%q was said %d times, want %d", text, got[text], want[text])
			}
		}
		for _, text := range slices.Sorted(maps.Keys(got)) {
			if want[text] == 0 {
				t.Errorf("%q was said %d times, and should not have been", text, got[text])
			}
		}
	}
}
