package membership_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"greffier/bot"
	"greffier/bot/membership"
	"greffier/config"
	"greffier/store/bolt"
)

// Where many do not answer the confirmation, the first are named and the others
// counted: a message stays one that can be read, and delivered.
func TestManyUnansweredAreNamedInTurn(t *testing.T) {
	charter, problems := config.ParseCharter("charter.yaml", []byte(`
version: 1
community: {name: Many, locale: en, zone: UTC}
rights: {membership: everyone}
groups:
  members: {roles: ["console:member"]}
  board: {members: ["console:ann"]}
membership: {group: members, confirm: {when: "0 9 1 4 *", decide: board}}
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	db, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	clock := bot.NewSandboxClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), false)
	b, err := bot.New(t.Context(), bot.Options{Store: db, Charter: charter, Features: []bot.Feature{membership.Feature()}, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		who := fmt.Sprintf("member%02d", i)
		b.Handle(t.Context(), bot.Event{ID: who, Kind: bot.Joined, Caller: bot.Account{Platform: "console", ID: who, Name: who, Marks: []string{"role:member"}}})
	}
	clock.Set(time.Date(2026, 4, 2, 9, 0, 0, 0, time.UTC))
	if _, err := b.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	answer := b.Handle(t.Context(), bot.Event{ID: "list", Line: "/membership list", Caller: bot.Account{Platform: "console", ID: "ann", Name: "ann", Locale: "en"}})
	text := answer.Text.For(bot.PlainDialect())
	if !strings.Contains(text, "60 members have not answered") || !strings.Contains(text, "… and 10 more") || strings.Count(text, "whom I asked") != 50 {
		t.Error(text)
	}
}
