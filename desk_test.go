package main

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"greffier/adapters/console"
	"greffier/bot"
	"greffier/config"
	"greffier/store/bolt"
)

// openDesk makes the whole product on a register of its own, under a shipped
// charter. The screen keeps what is delivered.
func openDesk(t testing.TB, shipped, locale string) (*bot.Bot, *console.Console, *bot.SandboxClock) {
	t.Helper()
	data, ok := config.Shipped(shipped)
	if !ok {
		t.Fatal("no charter is shipped as", shipped)
	}
	charter, problems := config.ParseCharter(shipped+".yaml", data)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	charter.Community.Locale = locale
	db, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	screen, clock := console.New(), bot.NewSandboxClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), false)
	desk, err := bot.New(context.WithoutCancel(t.Context()), bot.Options{
		Store: db, Charter: charter, Sandbox: true, Random: rand.Reader, Features: features(), Public: "https://greffier.example.org",
		Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Adapters: map[string]bot.Adapter{console.Platform: screen},
	})
	if err != nil {
		t.Fatal(err)
	}
	return desk, screen, clock
}

// member is somebody's account in the sandbox.
func member(name, locale string) bot.Account {
	return bot.Account{Platform: console.Platform, ID: name, Name: name, Locale: locale}
}
