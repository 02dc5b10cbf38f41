package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"greffier/bot"
	"greffier/store/bolt"
)

// A changed charter is taken up; one with mistakes is refused, loudly, and the
// one before stays.
func TestCharterIsTakenUpAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "charter.yaml")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("version: 1\ncommunity: {name: Before}\n")
	c := &cli{err: &bytes.Buffer{}, env: func(string) string { return "" }, lang: "en"}
	charter, err := c.readCharter(path)
	if err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(filepath.Join(t.TempDir(), registerFile), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	desk, err := bot.New(t.Context(), bot.Options{Store: db, Charter: charter, Features: features()})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	f := &charterFile{path: path, read: c.readCharter, desk: desk, log: slog.New(slog.NewTextHandler(&log, nil)), metrics: newServerMetrics()}
	if !f.changed() || f.changed() {
		t.Error("a file that nobody touched has changed")
	}
	for _, step := range []struct{ text, name, logged string }{
		{"version: 1\ncommunity: {name: After}\n", "After", "charter taken up"},
		{"version: 1\ncommunity: {nme: Broken}\n", "After", "did you mean"},
		{"version: 1\ncommunity: {name: X}\nrights: {nothing: everyone}\n", "After", "no command is called"},
		{"version: 1\ncommunity: {name: Again}\n", "Again", "charter taken up"},
	} {
		log.Reset()
		write(step.text)
		if !f.changed() {
			t.Errorf("%q: the change was not seen", step.text)
		}
		f.take(t.Context())
		if name := desk.Charter().Community.Name; name != step.name {
			t.Errorf("%q: the community is called %q, want %q", step.text, name, step.name)
		}
		if !strings.Contains(log.String(), step.logged) {
			t.Errorf("%q: logged %q, want %q", step.text, log.String(), step.logged)
		}
	}
}
