package members_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"greffier/bot"
	"greffier/bot/members"
	"greffier/config"
	"greffier/store/bolt"
)

// board is a platform that shows what it is given, but to whom it may not write.
type board struct {
	mu     sync.Mutex
	closed map[string]bool // people and channels
	said   []string
}

func (b *board) Run(ctx context.Context, _ *bot.Bot) error { <-ctx.Done(); return nil }

func (b *board) Deliver(_ context.Context, d bot.Delivery) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	where := "#" + d.Place.Channel
	if d.Place.Direct {
		where = d.To.ID
	}
	if b.closed[where] {
		return "", bot.ErrUndeliverable
	}
	b.said = append(b.said, where+": "+d.Message.Text.For(bot.PlainDialect()))
	return fmt.Sprint("m", len(b.said)), nil
}

// count tells how often something that begins so was said.
func (b *board) count(beginning string) int {
	n := 0
	for _, s := range b.said {
		if strings.HasPrefix(s, beginning) {
			n++
		}
	}
	return n
}

const clubCharter = `
version: 1
community: {name: Club, locale: en}
channels: {hall: hall}
groups:
  care: {members: ["console:anne", "console:carol"]}
rights: {"": everyone}
members:
  announce: {channel: hall}
  introduction: {fields: {town: {}, phone: {private: true}}}
notices: {undelivered: care}
`

// rig is a register that can be closed and opened again.
type rig struct {
	t     *testing.T
	file  string
	clock *bot.SandboxClock
	board *board
	db    *bolt.DB
	desk  *bot.Bot
	n     int
}

func newRig(t *testing.T) *rig {
	r := &rig{
		t: t, file: filepath.Join(t.TempDir(), "register.db"), board: &board{closed: map[string]bool{}},
		clock: bot.NewSandboxClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), false),
	}
	r.open()
	t.Cleanup(func() { _ = r.db.Close() })
	return r
}

func (r *rig) open() {
	r.t.Helper()
	charter, problems := config.ParseCharter("charter.yaml", []byte(clubCharter))
	if len(problems) > 0 {
		r.t.Fatal(problems)
	}
	var err error
	if r.db, err = bolt.Open(r.file, bolt.Options{NoSync: true}); err != nil {
		r.t.Fatal(err)
	}
	r.desk, err = bot.New(r.t.Context(), bot.Options{
		Store: r.db, Charter: charter, Clock: r.clock, Features: []bot.Feature{members.Feature(), forgetting()},
		Adapters: map[string]bot.Adapter{"console": r.board},
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) restart() {
	r.t.Helper()
	if err := r.db.Close(); err != nil {
		r.t.Fatal(err)
	}
	r.open()
}

func (r *rig) event(id, who string, kind bot.Kind) {
	r.t.Helper()
	r.desk.Handle(r.t.Context(), bot.Event{ID: id, Kind: kind, Caller: bot.Account{Platform: "console", ID: who, Name: who}})
	r.settle()
}

func (r *rig) says(who, line string) bot.Answer {
	r.t.Helper()
	r.n++
	a := r.desk.Handle(r.t.Context(), bot.Event{
		ID: fmt.Sprint("line ", r.n), Kind: bot.Called, Line: line,
		Caller: bot.Account{Platform: "console", ID: who, Name: who}, Place: bot.Place{Platform: "console", Channel: "hall"},
	})
	r.settle()
	return a
}

func (r *rig) settle() {
	r.t.Helper()
	if _, err := r.desk.RunDue(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	if err := r.desk.Flush(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

// Whatever the platform repeats, and however often the clerk is stopped, each
// coming is welcomed and announced once.
func TestOneWelcomeForEachComing(t *testing.T) {
	r := newRig(t)
	for range 3 {
		r.event("join-1", "nadia", bot.Joined)
		r.restart()
	}
	r.event("join-1-again", "nadia", bot.Joined) // as after a gap, under another number
	r.event("leave-1", "nadia", bot.Left)
	r.event("leave-1-again", "nadia", bot.Left)
	r.clock.Set(r.clock.Now().Add(time.Hour))
	for range 2 {
		r.event("join-2", "nadia", bot.Joined)
		r.restart()
	}
	for beginning, want := range map[string]int{
		"nadia: Hello @nadia, and welcome": 1, "nadia: Hello @nadia, good to see you again": 1,
		"#hall: @nadia joins us": 1, "#hall: @nadia is back": 1,
	} {
		if got := r.board.count(beginning); got != want {
			t.Errorf("%q was said %d times, want %d:\n%s", beginning, got, want, strings.Join(r.board.said, "\n"))
		}
	}
}

// When nobody at all can be written to, the clerk stops trying.
func TestUndeliverableEndsSomewhere(t *testing.T) {
	r := newRig(t)
	r.says("anne", "/contact volunteer")
	for _, who := range []string{"nadia", "anne", "carol"} {
		r.board.closed[who] = true
	}
	r.event("join", "nadia", bot.Joined)
	for range 20 {
		r.clock.Set(r.clock.Now().Add(10 * time.Minute))
		r.settle()
	}
	if due, ok, err := r.desk.NextDue(t.Context()); ok || err != nil {
		t.Errorf("something is still due at %v (%v)", due, err)
	}
	if n := r.board.count("#hall: @nadia joins us"); n != 1 {
		t.Errorf("announced %d times", n)
	}
}

// A member who asks to be forgotten takes along all that they said of themselves;
// what was counted stays.
func TestForgottenMember(t *testing.T) {
	r := newRig(t)
	r.event("join", "nadia", bot.Joined)
	r.says("nadia", `/member introduce town:Atlantis phone:0387550000`)
	r.says("nadia", `/software add Papyrus context:"Archives of Atlantis"`)
	r.says("nadia", `/organisation new Atlantis Borough`)
	r.says("nadia", `/organisation join Atlantis Borough`)
	r.says("nadia", `/organisation represent Atlantis Borough`)
	r.says("nadia", `/lead take Submarines`)
	r.says("nadia", `/contact volunteer`)
	var before strings.Builder
	if err := r.desk.Export(t.Context(), "json", &before); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"arrivals", "introductions", "software", "leads", "volunteers", "member-events", "organisations", "organisation-members"} {
		if !strings.Contains(before.String(), `"`+table+`":[`) {
			t.Errorf("the export has no table %s", table)
		}
	}
	r.says("nadia", "/forget")
	var after strings.Builder
	if err := r.desk.Export(t.Context(), "json", &after); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"Papyrus", "Archives of Atlantis", "0387550000", "nadia", `"town":"Atlantis"`, "Submarines"} {
		if !strings.Contains(before.String(), word) {
			t.Errorf("the register never had %s", word)
		}
		if strings.Contains(after.String(), word) {
			t.Errorf("the register still has %s", word)
		}
	}
	if !strings.Contains(after.String(), "Atlantis Borough") {
		t.Error("the organisation is gone with its representative")
	}
	for _, what := range []string{"came", "went", "introduced"} {
		if n := strings.Count(after.String(), `"what":"`+what+`"`); n != 1 {
			t.Errorf("%s is counted %d times", what, n)
		}
	}
	verification, err := r.desk.Verify(t.Context())
	if err != nil || len(verification.Findings) > 0 {
		t.Errorf("%v %v", verification.Findings, err)
	}
}

// forgetting lets the caller be forgotten.
func forgetting() bot.Feature {
	words := &fstest.MapFile{Data: []byte("commands:\n  forget: {word: forget, help: Forget me}\nmessages: {test.forgotten: Gone}\n")}
	return bot.Feature{
		Name: "forgetting", Locale: fstest.MapFS{"locale/en.yaml": words, "locale/fr.yaml": words},
		Commands: []*bot.Command{bot.Cmd("forget", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
			c.Erase(c.Caller.ID)
			return bot.Say("test.forgotten"), nil
		}, bot.Free)},
	}
}
