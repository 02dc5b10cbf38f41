package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

// A scheduled copy opens as a register, and only the newest copies are kept.
func TestScheduledBackups(t *testing.T) {
	dir := t.TempDir()
	db, err := openRegister(dir, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Update(t.Context(), func(tx store.Tx) error { tx.Put([]byte("k"), []byte("v")); return nil }); err != nil {
		t.Fatal(err)
	}
	s := &server{
		cfg: config.Config{Data: dir, Backup: config.Backup{Keep: 3}}, db: db, metrics: newServerMetrics(),
		log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	stranger := filepath.Join(dir, "backups", "register-of-another.db")
	start := time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)
	for day := range 5 {
		s.backUp(t.Context(), start.AddDate(0, 0, day))
		if day == 0 {
			if err := os.WriteFile(stranger, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	names, err := filepath.Glob(filepath.Join(dir, "backups", "*"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"register-20260303-030000.db", "register-20260304-030000.db", "register-20260305-030000.db", "register-of-another.db"}
	for i := range names {
		names[i] = filepath.Base(names[i])
	}
	if fmt.Sprint(names) != fmt.Sprint(want) {
		t.Fatalf("kept %v, want %v", names, want)
	}
	backup, err := bolt.Open(filepath.Join(dir, "backups", want[0]), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = backup.Close() }()
	err = backup.View(t.Context(), func(tx store.Tx) error {
		if got := string(tx.Get([]byte("k"))); got != "v" {
			t.Errorf("the copy holds %q, want v", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
