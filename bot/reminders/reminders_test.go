package reminders_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"greffier/bot"
	"greffier/bot/reminders"
	"greffier/config"
	"greffier/store/bolt"
)

const charter = `
version: 1
community: {name: Club, zone: Europe/Paris}
channels: {hall: hall, gone: {mattermost: nowhere}}
groups: {board: {members: ["discord:ann", "discord:bob"]}}
rights: {remind: everyone}
reminders:
  late: 1d
  recurring:
    tea: {when: "0 16 * * *", text: Tea is ready., channel: gone, members: board, late: 1h}
`

// wall keeps what it is given, but for the places and people that are gone.
type wall struct {
	mu   sync.Mutex
	gone map[string]bool
	got  []string
}

func (w *wall) Run(ctx context.Context, _ *bot.Bot) error { <-ctx.Done(); return nil }

func (w *wall) Deliver(_ context.Context, d bot.Delivery) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	where := "#" + d.Place.Channel
	if d.Place.Direct {
		where = d.To.ID
	}
	if w.gone[where] {
		return "", bot.ErrUndeliverable
	}
	w.got = append(w.got, where+": "+strings.ReplaceAll(d.Message.Text.For(bot.PlainDialect()), "**", ""))
	return "m", nil
}

// desk is the feature on a register of its own.
type desk struct {
	*bot.Bot
	t     *testing.T
	clock *bot.SandboxClock
	wall  *wall
	n     int
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	ch, problems := config.ParseCharter("charter.yaml", []byte(charter))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	db, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	d := &desk{t: t, clock: bot.NewSandboxClock(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), false), wall: &wall{gone: map[string]bool{}}}
	d.Bot, err = bot.New(context.WithoutCancel(t.Context()), bot.Options{
		Store: db, Charter: ch, Clock: d.clock, Features: []bot.Feature{reminders.Feature()}, Adapters: map[string]bot.Adapter{"discord": d.wall},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) event(ev bot.Event, who string) bot.Answer {
	d.n++
	ev.ID, ev.Caller = fmt.Sprint(d.n), bot.Account{Platform: "discord", ID: who, Name: who}
	ev.Place = bot.Place{Platform: "discord", Channel: "hall"}
	return d.Handle(d.t.Context(), ev)
}

func (d *desk) says(who, line string) string {
	return d.event(bot.Event{Line: line}, who).Text.For(bot.PlainDialect())
}

// later lets time go by at once, as when the clerk was stopped, and returns what
// is then said.
func (d *desk) later(length time.Duration) string {
	d.t.Helper()
	d.clock.Set(d.clock.Now().Add(length))
	if _, err := d.RunDue(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	if err := d.Flush(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	said := strings.Join(d.wall.got, "\n")
	d.wall.got = nil
	return said
}

func (d *desk) want(said string, parts ...string) {
	d.t.Helper()
	for _, part := range parts {
		if !strings.Contains(said, part) {
			d.t.Errorf("%q is not in:\n%s", part, said)
		}
	}
}

// What cannot be said is told to who asked for it.
func TestLost(t *testing.T) {
	d := newDesk(t)
	d.event(bot.Event{Kind: bot.Joined}, "zoe")
	d.says("ann", `/remind someone @zoe what:"the key" when:"tomorrow 9:00" sure:yes`)
	d.says("ann", `/remind channel hall what:"doors close" when:"tomorrow 9:00" sure:yes`)
	d.says("ann", `/remind channel gone what:"nobody there" when:"tomorrow 9:00" sure:yes`)
	d.wall.gone = map[string]bool{"zoe": true, "#hall": true}
	first := d.later(23 * time.Hour) // the others are gathered for a while
	d.want(first+d.later(time.Hour), "I could not write to @zoe", "the key", `I could not post in "hall"`, "doors close", `I could not post in "gone"`, "nobody there")
	d.wall.gone = nil
	d.says("ann", `/remind someone @zoe what:"your turn" when:"every day at 10:00" sure:yes`)
	d.event(bot.Event{Kind: bot.Left}, "zoe")
	d.want(d.later(24*time.Hour), "ann: zoe is no longer here: your reminder your turn is cancelled.")
	if said := d.later(24 * time.Hour); strings.Contains(said, "your turn") {
		t.Errorf("told again: %s", said)
	}
	if said := d.says("ann", "/remind list"); strings.Contains(said, "your turn") {
		t.Errorf("still listed: %s", said)
	}
	if said := d.event(bot.Event{Call: &bot.Call{Command: "remind someone", Args: map[string]string{
		"who": "discord:zoe", "what": "late", "when": "tomorrow",
	}}}, "ann").Text.For(bot.PlainDialect()); !strings.Contains(said, "no longer here") {
		t.Errorf("somebody who left: %s", said)
	}
}

// What was due while the clerk was stopped is said late, or told as missed.
func TestLate(t *testing.T) {
	d := newDesk(t)
	d.says("ann", `/remind me "catch the train" tomorrow 9:00`)
	d.says("ann", `/remind me "water the plants" every day at 8:00`)
	d.says("bob", `/remind me "the last one" in 9 days`)
	d.want(d.later(30*time.Hour), "ann: 🔔 Reminder no. 1: catch the train\nLate: it was for Tuesday 24 November 2026 at 09:00", "water the plants\nLate",
		"ann: I could not post in \"gone\"", "Tea is ready.", "could not be said on Monday 23 November 2026 at 16:00")
	d.want(d.later(9*24*time.Hour), `ann: "water the plants" could not be said 8 times between Wednesday 25 November 2026 at 08:00 and Wednesday 2 December`,
		"water the plants\nLate: it was for Thursday 3 December 2026 at 08:00", `bob: "the last one" could not be said`)
	if said := d.says("bob", "/remind list"); !strings.Contains(said, "You have no reminder") {
		t.Errorf("a missed reminder is still there: %s", said)
	}
	v, err := d.Verify(t.Context())
	if err != nil || len(v.Findings) > 0 {
		t.Error(v.Findings, err)
	}
}

// A member has so many reminders, and no more; none is left when they are erased.
func TestTooMany(t *testing.T) {
	d := newDesk(t)
	for i := range 200 {
		if said := d.says("ann", fmt.Sprintf(`/remind me "no. %d" in %d days`, i, i+1)); !strings.Contains(said, "is set") {
			t.Fatal(said)
		}
	}
	d.want(d.says("ann", `/remind me "one more" tomorrow`), "200 reminders waiting already")
	d.want(d.says("ann", "/remind list"), "200 reminders", "… and 175 more")
	d.says("ann", `/remind cancel 7`)
	d.want(d.says("ann", `/remind me "one more" tomorrow`), "is set")
	if said := d.later(31 * 24 * time.Hour); strings.Count(said, "🔔") > 40 {
		t.Errorf("too much at once: %s", said)
	}
	d.later(31 * 24 * time.Hour) // those that were said are forgotten
	if said := d.says("ann", "/remind list"); strings.Contains(said, "no. 1, ") {
		t.Errorf("still there a month later: %s", said)
	}
}
