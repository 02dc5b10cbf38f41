package bot_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

// hands is a clock that goes where it is put, backwards too.
type hands struct {
	mu sync.Mutex
	at time.Time
}

func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hands) set(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = at
}

// bell says in the hall what rang, and what could not.
type bell struct {
	key, rule string
	window    time.Duration
}

func every(text string) config.Recurrence {
	r, err := config.ParseRecurrence(text)
	if err != nil {
		panic(err)
	}
	return r
}

var hall = bot.Place{Platform: "console", Channel: "hall"}

// bells is a feature whose bells the charter declares: in a test, what declared
// gives for it.
func bells(declared func(*config.Charter) []bell) bot.Feature {
	stamp := func(at time.Time) string { return at.UTC().Format("0102T1504") }
	return bot.Feature{
		Name: "bell",
		Recurring: func(ch *config.Charter) []bot.Job {
			var all []bot.Job
			for _, b := range declared(ch) {
				all = append(all, bot.Job{Key: "bell/" + b.key, Kind: "bell", Every: every(b.rule), Window: b.window})
			}
			return all
		},
		Jobs: map[string]bot.JobFunc{"bell": func(c *bot.Ctx, j bot.Job) error {
			if j.Args["fails"] != "" && j.Args["wait"] == "" {
				return errors.New("the bell is cracked")
			}
			word := "rang"
			if j.Late(c.Now) > 0 {
				word = "rang late"
			}
			c.Post(hall, bot.Typed(fmt.Sprintf("%s %s %s", j.Key, word, stamp(j.At))))
			return nil
		}},
		Missed: map[string]bot.MissedFunc{"bell": func(c *bot.Ctx, j bot.Job, m bot.Missed) error {
			c.Post(hall, bot.Typed(fmt.Sprintf("%s missed %d %s %s", j.Key, m.Count, stamp(m.First), stamp(m.Last))))
			return nil
		}},
	}
}

func community(t *testing.T, name, zone string) *config.Charter {
	t.Helper()
	ch, problems := config.ParseCharter("charter.yaml", fmt.Appendf(nil, "version: 1\ncommunity: {name: %s, zone: %s}\n", name, zone))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return ch
}

// tower is a bot with bells on a register that can be closed and opened again.
type tower struct {
	*bot.Bot
	clock *hands
	wall  *wall
	path  string
	db    store.Store
}

func (tw *tower) open(t *testing.T, ch *config.Charter, feature bot.Feature) {
	t.Helper()
	db, err := bolt.Open(tw.path, bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	tw.db = db
	t.Cleanup(func() { _ = db.Close() })
	tw.Bot, err = bot.New(context.WithoutCancel(t.Context()), bot.Options{
		Store: db, Charter: ch, Clock: tw.clock, Features: []bot.Feature{feature}, Adapters: map[string]bot.Adapter{"console": tw.wall},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func newTower(t *testing.T, at time.Time) *tower {
	return &tower{clock: &hands{at: at}, wall: &wall{}, path: filepath.Join(t.TempDir(), "register.db")}
}

// at moves the clock, runs what is due and returns what was said since.
func (tw *tower) at(t *testing.T, at string) []string {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, at)
	if err != nil {
		t.Fatal(err)
	}
	tw.clock.set(moment)
	if _, err := tw.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := tw.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, d := range tw.wall.got {
		said = append(said, d.Message.Text.For(bot.PlainDialect()))
	}
	tw.wall.got = nil
	return said
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("said:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// A job that recurs goes on over restarts, says when it is late, and says what it
// missed beyond its window, once.
func TestRecurring(t *testing.T) {
	tw := newTower(t, time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC))
	ch := community(t, "Club", "UTC")
	f := bells(func(*config.Charter) []bell { return []bell{{"daily", "0 9 * * *", 30 * time.Hour}} })
	tw.open(t, ch, f)
	expect(t, tw.at(t, "2026-11-02T08:59:59Z"))
	expect(t, tw.at(t, "2026-11-02T09:00:00Z"), "bell/daily rang 1102T0900")
	expect(t, tw.at(t, "2026-11-02T09:00:01Z"))
	if err := tw.db.Close(); err != nil {
		t.Fatal(err)
	}
	tw.clock.set(time.Date(2026, 11, 9, 10, 0, 0, 0, time.UTC)) // a week later
	tw.open(t, ch, f)
	expect(t, tw.at(t, "2026-11-09T10:00:00Z"),
		"bell/daily missed 5 1103T0900 1107T0900", "bell/daily rang late 1108T0900", "bell/daily rang late 1109T0900")
	expect(t, tw.at(t, "2026-11-09T08:00:00Z")) // the clock is put back
	expect(t, tw.at(t, "2026-11-09T09:30:00Z"))
	expect(t, tw.at(t, "2026-11-10T09:00:00Z"), "bell/daily rang 1110T0900")
	v, err := tw.Verify(t.Context())
	if err != nil || v.Entries != 1 || len(v.Findings) > 0 {
		t.Errorf("the journal has %d entries (%v), want the one about what was missed", v.Entries, err)
	}
}

// A charter put in force again, or changed, neither repeats nor loses an occurrence.
func TestRecurringFollowsTheCharter(t *testing.T) {
	rules := map[string][]bell{
		"Nine": {{"a", "0 9 * * *", 0}, {"b", "0 9 * * *", 0}},
		"Ten":  {{"a", "0 10 * * *", 0}},
	}
	tw := newTower(t, time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC))
	tw.open(t, community(t, "Nine", "UTC"), bells(func(ch *config.Charter) []bell { return rules[ch.Community.Name] }))
	set := func(name, zone string) {
		t.Helper()
		if err := tw.SetCharter(t.Context(), community(t, name, zone)); err != nil {
			t.Fatal(err)
		}
	}
	set("Nine", "UTC")
	expect(t, tw.at(t, "2026-11-02T09:00:00Z"), "bell/a rang 1102T0900", "bell/b rang 1102T0900")
	set("Nine", "UTC")
	expect(t, tw.at(t, "2026-11-02T09:30:00Z"))
	set("Ten", "UTC") // a moves to ten, b goes
	expect(t, tw.at(t, "2026-11-02T10:00:00Z"), "bell/a rang 1102T1000")
	tw.clock.set(time.Date(2026, 11, 3, 10, 30, 0, 0, time.UTC))
	set("Nine", "UTC") // what was due at ten under the charter before is not lost
	expect(t, tw.at(t, "2026-11-03T10:30:00Z"), "bell/a rang late 1103T1000")
	expect(t, tw.at(t, "2026-11-04T08:00:00Z"))
	set("Nine", "Europe/Paris") // nine in Paris is eight in London
	expect(t, tw.at(t, "2026-11-04T09:30:00Z"))
	expect(t, tw.at(t, "2026-11-05T08:00:00Z"), "bell/a rang 1105T0800", "bell/b rang 1105T0800")
	tw.clock.set(time.Date(2026, 11, 5, 7, 30, 0, 0, time.UTC)) // the clock is put back
	set("Ten", "UTC")
	set("Nine", "Europe/Paris")
	expect(t, tw.at(t, "2026-11-05T08:30:00Z"), "bell/b rang late 1105T0800") // b was new; a had its turn
}

// Two bots on one register run each occurrence once, and a job that fails holds
// nobody up and keeps its own time.
func TestRecurringOnce(t *testing.T) {
	tw := newTower(t, time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC))
	f := bells(func(*config.Charter) []bell {
		var all []bell
		for i := range 500 {
			all = append(all, bell{fmt.Sprintf("%03d", i), "0 9 * * *", 0})
		}
		return all
	})
	recurring := f.Recurring
	f.Recurring = func(ch *config.Charter) []bot.Job {
		all := recurring(ch)
		all[7].Args = map[string]string{"fails": "yes"}
		return all
	}
	ch := community(t, "Club", "UTC")
	tw.open(t, ch, f)
	other, err := bot.New(t.Context(), bot.Options{Store: tw.db, Charter: ch, Clock: tw.clock, Features: []bot.Feature{f}})
	if err != nil {
		t.Fatal(err)
	}
	tw.clock.set(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
	var both sync.WaitGroup
	for _, b := range []*bot.Bot{tw.Bot, other} {
		both.Go(func() {
			if _, err := b.RunDue(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	said := tw.at(t, "2026-11-02T09:00:30Z")
	slices.Sort(said)
	if n := len(slices.Compact(said)); n != 499 || len(said) != 499 {
		t.Errorf("%d bells rang %d times, want 499 once each", n, len(said))
	}
	expect(t, tw.at(t, "2026-11-02T09:01:30Z"), "bell/007 rang 1102T0900")
	if n := len(tw.at(t, "2026-11-03T09:00:00Z")); n != 499 {
		t.Errorf("%d bells rang the next day, want 499: the cracked one fails at first again", n)
	}
}
