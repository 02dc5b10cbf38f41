package releases_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"greffier/bot"
	"greffier/bot/releases"
	"greffier/config"
	"greffier/store/bolt"
)

// TestTooMany: a release has a hundred changes at most, and the register verifies.
func TestTooMany(t *testing.T) {
	charter, problems := config.ParseCharter("club.yaml", []byte("version: 1\ncommunity: {name: Club}\nrights: {release: everyone}\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	db, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	b, err := bot.New(t.Context(), bot.Options{
		Store: db, Charter: charter, Features: []bot.Feature{releases.Feature()},
		Clock: bot.NewSandboxClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), false),
	})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	say := func(line string) bot.Answer {
		n++
		return b.Handle(t.Context(), bot.Event{
			ID: fmt.Sprint(n), Line: line, Caller: bot.Account{Platform: "console", ID: "ann", Name: "ann"},
			Place: bot.Place{Platform: "console", Channel: "general"},
		})
	}
	say("/release new one 2026-06-01")
	for i := range 100 {
		if a := say(fmt.Sprintf("/release change 1 \"Change %d\" minor", i)); a.Refused {
			t.Fatal(a.Text)
		}
	}
	if a := say("/release change 1 \"One more\" minor"); !a.Refused || !strings.Contains(string(a.Text), "at most 100") {
		t.Errorf("one change too many is answered %q", a.Text)
	}
	if v, err := b.Verify(t.Context()); err != nil || len(v.Findings) > 0 {
		t.Error(v.Findings, err)
	}
}
