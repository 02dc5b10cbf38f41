package bot_test

import (
	"bytes"
	"fmt"
	"testing"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// Who belongs to a group is found by the marks that put them there, which a register
// of an earlier version does not have in order: it is brought up to date.
func TestMembersAreFoundByTheirMarks(t *testing.T) {
	d := newDesk(t)
	charter, problems := config.ParseCharter("charter.yaml", []byte(`
version: 1
community: {name: Marks, locale: en, zone: UTC}
rights: {note: everyone}
groups:
  listed: {members: ["console:alice"]}
  role: {roles: ["console:red"]}
  both: {groups: [listed, role]}
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	feature := noteFeature()
	feature.Commands[1] = bot.Cmd("note count", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
		text := ""
		for _, group := range []string{"listed", "role", "both", config.Everyone} {
			text += fmt.Sprint(group, c.Members(group))
		}
		return bot.Say("note.card", "n", text), nil
	})
	open := func() *bot.Bot {
		b, err := bot.New(t.Context(), bot.Options{
			Store: d.store, Charter: charter, Features: []bot.Feature{feature},
			Adapters: map[string]bot.Adapter{"console": d.wall}, Clock: d.clock,
		})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	b := open()
	event := 0
	tell := func(kind bot.Kind, who string, marks ...string) {
		event++
		b.Handle(t.Context(), bot.Event{
			ID: fmt.Sprint("event", event), Kind: kind, Place: bot.Place{Platform: "console"},
			Caller: bot.Account{Platform: "console", ID: who, Name: who, Locale: "en", Marks: marks},
		})
	}
	expect := func(want string) {
		t.Helper()
		event++
		got := plain(b.Handle(t.Context(), bot.Event{
			ID: fmt.Sprint("event", event), Line: "/note count", Place: bot.Place{Platform: "console", Channel: "hall"},
			Caller: bot.Account{Platform: "console", ID: "alice", Name: "alice", Locale: "en"},
		}))
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	tell(bot.Joined, "alice", "role:blue") // 1: the charter lists her; carol is 2, bob 3, dan 4
	tell(bot.Joined, "bob", "role:red")
	tell(bot.Joined, "carol", "role:red")
	tell(bot.Joined, "dan", "role:blue")
	expect("listed[1]role[2 3]both[1 2 3]everyone[1 2 3 4]")
	tell(bot.Seen, "dan", "role:blue", "role:red")
	tell(bot.Seen, "bob", "role:blue")
	tell(bot.Left, "carol")
	expect("listed[1]role[4]both[1 4]everyone[1 3 4]")

	err := d.store.Update(t.Context(), func(tx store.Tx) error {
		var entries [][]byte
		for key := range tx.Scan([]byte("account"), []byte("accounu")) {
			if bytes.Contains(key, []byte("mark\x00")) {
				entries = append(entries, bytes.Clone(key))
			}
		}
		for _, key := range entries {
			tx.Delete(key)
		}
		if len(entries) == 0 {
			t.Error("no account stands under its marks")
		}
		tx.Put([]byte("\x00version"), store.K(2))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b = open()
	expect("listed[1]role[4]both[1 4]everyone[1 3 4]")
}
