package membership_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"greffier/bot"
	"greffier/bot/membership"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

const club = `
version: 1
community: {name: Club, locale: en, zone: Europe/Paris}
channels: {general: general}
groups:
  board: {members: ["console:carol"]}
  members: {groups: board}
rights: {membership: everyone, mandate: everyone}
requests:
  kinds: {candidacy: {group: board, path: p}}
  paths: {p: {stages: {asked: {advance: board}, admitted: {final: true}}}}
membership:
  group: members
  candidacy: candidacy
  mandates: {chair: {group: board}}
`

// ends is the smallest feature that ends a candidacy, as requests do, and that
// forgets a member, as the register does.
func ends() bot.Feature {
	file := &fstest.MapFile{Data: []byte(`
commands:
  ends: {word: ends, help: Ends}
  ends admit: {word: admit, help: Admit me}
  ends refuse: {word: refuse, help: Refuse me}
  ends forget: {word: forget, help: Forget me}
  request new: {word: new, help: Ask}
  request: {word: request, help: Requests}
messages:
  ends.done: "Done."
`)}
	closed := func(done bool) func(*bot.Ctx, struct{}) (bot.Reply, error) {
		return func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
			return bot.Say("ends.done"), c.Signal(bot.RequestClosed{Subject: "request/1", Kind: "candidacy", Title: "Me", Author: c.Caller.ID, Done: done})
		}
	}
	return bot.Feature{
		Name: "ends", Locale: fstest.MapFS{"locale/en.yaml": file, "locale/fr.yaml": file},
		Commands: []*bot.Command{
			bot.Cmd("ends admit", closed(true), bot.Free),
			bot.Cmd("ends refuse", closed(false), bot.Free),
			bot.Cmd("ends forget", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
				c.Erase(c.Caller.ID)
				return bot.Say("ends.done"), nil
			}, bot.Free),
		},
	}
}

// TestAdmission follows a member through admission, a mandate and leaving, and looks
// at who belongs to what after each step; being forgotten ends everything.
func TestAdmission(t *testing.T) {
	charter, problems := config.ParseCharter("club.yaml", []byte(club))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	db, err := bolt.Open(filepath.Join(t.TempDir(), "register"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	b, err := bot.New(context.Background(), bot.Options{
		Store: db, Charter: charter, Features: []bot.Feature{membership.Feature(), ends()},
		Clock: bot.NewSandboxClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), false),
	})
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	say := func(who, line, want string) {
		t.Helper()
		calls++
		a := b.Handle(context.Background(), bot.Event{
			ID: fmt.Sprint("e", calls), Line: line,
			Caller: bot.Account{Platform: "console", ID: who, Name: who}, Place: bot.Place{Platform: "console", Channel: "general"},
		})
		said := string(a.Text)
		if a.Card != nil {
			for _, f := range a.Card.Fields {
				said += "\n" + string(f.Value)
			}
		}
		if !strings.Contains(said, want) {
			t.Errorf("%s: %s is answered %q, want %q", who, line, said, want)
		}
	}
	say("alice", "/ends refuse", "Done.")
	say("alice", "/membership show", "is not a member")
	say("alice", "/ends admit", "Done.")
	say("alice", "/ends admit", "Done.")
	say("alice", "/me", "members")
	say("alice", "/membership show", "has been a member since")
	say("carol", "/mandate new @alice chair", "is entrusted to")
	say("alice", "/me", "board")
	say("alice", "/membership leave", "You still hold a mandate")
	say("alice", "/mandate end 1", "has ended")
	say("alice", "/me", "members")
	say("alice", "/membership leave sure:yes", "Noted")
	say("alice", "/membership show", "was a member from")
	say("alice", "/membership confirm", "members only")

	say("bob", "/ends admit", "Done.")
	say("carol", "/mandate new @bob chair", "is entrusted to")
	say("bob", "/ends forget", "Done.")
	say("carol", "/mandate list", "No mandate runs")
	say("carol", "/membership list", "1 member")
	v, err := b.Verify(context.Background())
	if err != nil || len(v.Findings) > 0 {
		t.Error(err, v.Findings)
	}
	err = db.View(context.Background(), func(tx store.Tx) error {
		for range tx.Scan(store.Prefix(store.K("enrolment"))) {
			t.Error("somebody who left or was forgotten is still enrolled")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
