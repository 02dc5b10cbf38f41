package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

// What goes wrong around newcomers, meetings and reminders is told to whoever can do
// something about it, and nothing of it is lost.

const faultsCharter = `
version: 1
community: {name: Club, locale: en, zone: Europe/Paris}
channels: {general: general, office: office}
groups:
  board: {members: ["console:ana", "console:ben"]}
  club: {members: ["console:ana", "console:ben", "console:cleo", "console:dan"], responsible: "console:cleo"}
rights: {meeting: [author, board], action: [author, board], contact: everyone, lead: everyone, remind: everyone, organisation: everyone}
notices: {undelivered: board}
members:
  announce: {channel: general, gather: 0}
  themes: {data: {name: Open data}}
meetings:
  channel: office
  kinds:
    plenary: {name: Plenary, invited: club, host: board, notice: 5d, reminders: [1d], phases: {accounts: {name: Accounts, before: 3d, responsible: club, reminders: [1d]}}}
`

// faulty is a platform where people close their door and channels disappear.
type faulty struct {
	mu     sync.Mutex
	away   bool
	closed map[string]bool
	said   []string
	keys   map[string]bool
}

func (f *faulty) Run(ctx context.Context, _ *bot.Bot) error { <-ctx.Done(); return nil }

func (f *faulty) Deliver(_ context.Context, d bot.Delivery) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	where := "#" + d.Place.Channel
	if d.Place.Direct {
		where = d.To.ID
	}
	switch {
	case f.away:
		return "", errors.New("the platform is away")
	case f.closed[where]:
		return "", bot.ErrUndeliverable
	case d.Replace == "" && !f.keys[d.Key]:
		f.keys[d.Key] = true
		f.said = append(f.said, where+": "+inShort(d.Message)+"\n"+d.Message.Text.For(bot.PlainDialect()))
	}
	return "ref", nil
}

// brimming is a register whose disk may be full.
type brimming struct {
	store.Store
	full atomic.Bool
}

func (b *brimming) Update(ctx context.Context, fn func(store.Tx) error) error {
	if b.full.Load() {
		return store.ErrFull
	}
	return b.Store.Update(ctx, fn)
}

// club is the clerk of the community above.
type club struct {
	*testing.T
	desk     *bot.Bot
	clock    *bot.SandboxClock
	platform *faulty
	disk     *brimming
	n        int
}

func newClub(t *testing.T) *club {
	t.Helper()
	ch, problems := config.ParseCharter("charter.yaml", []byte(faultsCharter))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	db, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c := &club{
		T: t, clock: bot.NewSandboxClock(time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC), false),
		platform: &faulty{closed: map[string]bool{}, keys: map[string]bool{}}, disk: &brimming{Store: db},
	}
	c.desk, err = bot.New(context.WithoutCancel(t.Context()), bot.Options{
		Store: c.disk, Charter: ch, Clock: c.clock, Features: features(), Adapters: map[string]bot.Adapter{config.Console: c.platform}, Sandbox: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"ana", "ben", "cleo", "dan"} {
		c.event(who, bot.Event{Kind: bot.Seen})
	}
	return c
}

func (c *club) event(who string, ev bot.Event) bot.Answer {
	c.Helper()
	c.n++
	ev.ID, ev.Caller = fmt.Sprint("event ", c.n), bot.Account{Platform: config.Console, ID: who, Name: who}
	ev.Place = bot.Place{Platform: config.Console, Channel: "general"}
	return c.desk.Handle(c.Context(), ev)
}

func (c *club) says(who, line string) bot.Answer {
	c.Helper()
	a := c.event(who, bot.Event{Line: line})
	if a.Refused || a.Form != nil {
		c.Fatalf("%s: %s %v", line, a.Text.For(bot.PlainDialect()), a.Form)
	}
	return a
}

// passes lets time go by, a quarter of an hour at a time, and returns what was said.
func (c *club) passes(length time.Duration) []string {
	c.Helper()
	c.platform.said = nil
	for end := c.clock.Now().Add(length); ; c.clock.Set(c.clock.Now().Add(15 * time.Minute)) {
		if _, err := c.desk.RunDue(c.Context()); err != nil {
			c.Fatal(err)
		}
		if err := c.desk.Flush(c.Context()); err != nil {
			c.Fatal(err)
		}
		if !c.clock.Now().Before(end) {
			return c.platform.said
		}
	}
}

// wants counts the posts to somebody that have some words, and wants so many.
func (c *club) wants(said []string, times int, to string, words ...string) {
	c.Helper()
	n := 0
	for _, post := range said {
		has := strings.HasPrefix(post, to+": ")
		for _, w := range words {
			has = has && strings.Contains(post, w)
		}
		if has {
			n++
		}
	}
	if n != times {
		c.Errorf("%s was told %q %d times, want %d, in:\n%s", to, words, n, times, strings.Join(said, "\n"))
	}
}

// A newcomer who cannot be written to is met by their contact and, when that one
// cannot be told either, by those whom the charter names.
func TestFaultNewcomerOutOfReach(t *testing.T) {
	c := newClub(t)
	c.says("cleo", "/contact volunteer")
	c.platform.closed["zoe"] = true
	c.event("zoe", bot.Event{Kind: bot.Joined})
	said := c.passes(2 * time.Hour)
	c.wants(said, 1, "#general", "@zoe joins us")
	c.wants(said, 1, "cleo", "@zoe", "could not")
	c.platform.closed["cleo"], c.platform.closed["yan"] = true, true
	c.event("yan", bot.Event{Kind: bot.Joined})
	said = c.passes(2 * time.Hour)
	c.wants(said, 1, "ana", "@yan", "could not")
	c.wants(said, 1, "ben", "@yan", "could not")
}

// The channel of a meeting is deleted: those invited are convened and reminded all
// the same, and its keepers are told what could not be posted.
func TestFaultChannelDeleted(t *testing.T) {
	c := newClub(t)
	c.says("ana", `/meeting new "Plenary" "2027-03-10 18:00" kind:plenary`)
	c.passes(time.Hour)
	c.platform.closed["#office"] = true
	said := c.passes(9*24*time.Hour + 4*time.Hour)
	for _, who := range []string{"ana", "ben", "cleo", "dan"} {
		c.wants(said, 1, who, "convocation | Plenary")
		c.wants(said, 1, who, "reminder | Plenary")
	}
	c.wants(said, 1, "ana", `"office"`, "Convocation")
	c.wants(said, 1, "ana", `"office"`, "Reminder")
	c.wants(said, 0, "#office")
}

// Two thousand reminders come due while the platform is away, and then the disk is
// full: once there is room again, each is said once.
func TestFaultOutboxFull(t *testing.T) {
	c := newClub(t)
	const many = 2000
	who := func(i int) string { return fmt.Sprintf("member%d", i%100) }
	for i := range many {
		c.says(who(i), fmt.Sprintf(`/remind me "task %d." tomorrow 9am`, i))
	}
	c.platform.away = true
	c.clock.Set(time.Date(2027, 3, 2, 8, 0, 0, 0, time.UTC))
	c.disk.full.Store(true)
	if n, err := c.desk.RunDue(c.Context()); !errors.Is(err, store.ErrFull) || n != 0 {
		t.Fatalf("on a full disk %d jobs ran: %v", n, err)
	}
	c.disk.full.Store(false)
	if n, err := c.desk.RunDue(c.Context()); err != nil || n < many {
		t.Fatalf("%d jobs ran: %v", n, err)
	}
	c.disk.full.Store(true)
	if err := c.desk.Flush(c.Context()); !errors.Is(err, store.ErrFull) {
		t.Fatalf("with a full disk and nobody there: %v", err)
	}
	c.disk.full.Store(false)
	c.platform.away = false
	said := c.passes(2 * time.Hour)
	for i := range many {
		c.wants(said, 1, who(i), fmt.Sprintf("task %d.", i))
		if t.Failed() {
			return
		}
	}
}

// Somebody leaves with all that was theirs to do: what they took on goes to who
// keeps the meeting, and what they answered for to whom it concerns.
func TestFaultResponsibleLeft(t *testing.T) {
	c := newClub(t)
	c.says("ana", `/meeting new "Plenary" "2027-03-10 18:00" kind:plenary`)
	c.says("ana", `/meeting phase 1 accounts who:@dan`)
	c.says("dan", "/lead take data")
	c.says("ana", `/meeting new "Office" "2027-03-01 10:30"`)
	c.passes(45 * time.Minute)
	c.says("ana", "/meeting start 2")
	c.says("ana", `/action new 2 "Send the accounts" owner:@dan due:"2027-03-05 12:00"`)
	c.says("ben", `/remind someone @dan "the keys" when:"2027-03-04 10:00" sure:yes`)
	c.passes(time.Hour)
	c.event("dan", bot.Event{Kind: bot.Left})
	c.event("cleo", bot.Event{Kind: bot.Left})
	said := c.passes(6 * 24 * time.Hour)
	c.wants(said, 0, "dan")
	c.wants(said, 1, "#general", `no longer leads "Open data"`, "Who takes it?")
	c.wants(said, 1, "ben", "dan is no longer here", "the keys")
	c.wants(said, 1, "ana", "cleo", `answered for "club"`)
	c.wants(said, 1, "ben", "cleo", `answered for "club"`)
	for _, when := range []string{"**Reminder**", "**Overdue**"} {
		c.wants(said, 1, "ana", when, "Send the accounts", "no longer here")
	}
	c.wants(said, 1, "ana", "“Accounts”", "Nobody has it in hand any more (dan)")
}
