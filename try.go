package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"
	"golang.org/x/term"

	"greffier/adapters/console"
	"greffier/bot"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

// memory is the directory that is kept nowhere.
const memory = ":memory:"

// registerFile is the register inside its directory.
const registerFile = "register.db"

type tryFlags struct{ charter, data, lang, now string }

func (c *cli) tryCommand() *ffcli.Command {
	var f tryFlags
	return c.command("try", "try [-charter NAME|FILE] [-data DIR] [-lang fr|en] [-now TIME]",
		func(ctx context.Context, args []string) error {
			if err := c.takes(0, args, "try [-charter NAME|FILE] [-data DIR] [-lang fr|en] [-now TIME]"); err != nil {
				return err
			}
			return c.try(ctx, f)
		}, func(set *flag.FlagSet) {
			set.StringVar(&f.charter, "charter", "demo", c.say("flag-try-charter", strings.Join(config.ShippedNames(), ", ")))
			set.StringVar(&f.data, "data", "./greffier-data", c.say("flag-try-data"))
			set.StringVar(&f.lang, "lang", "", c.say("flag-lang"))
			set.StringVar(&f.now, "now", "", c.say("flag-now"))
		})
}

// try opens a sandbox and hands it to the terminal, or plays what standard input
// says in it.
func (c *cli) try(ctx context.Context, f tryFlags) (err error) {
	if f.lang != "" && !slices.Contains(bot.Locales, f.lang) {
		c.complain(c.errorf("bad-lang", f.lang))
		return exit(statusUsage)
	}
	if f.lang != "" {
		c.lang = f.lang
	} else if c.lang == "fr" {
		f.lang = "fr"
	}
	charter, err := c.readCharter(f.charter)
	if err != nil {
		return err
	}
	if f.lang != "" {
		charter.Community.Locale = f.lang
	}
	dir, forget, err := sandboxDir(f.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, forget()) }()
	db, err := openRegister(dir, bolt.Options{NoSync: f.data == memory})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed(db, dir)) }()
	s, err := c.sandbox(ctx, f, charter, db, dir)
	if err != nil {
		return fault{dir, err}
	}
	c.settled()
	if c.interactive() {
		return s.Chat(ctx, c.terminal(f))
	}
	return c.script(ctx, s)
}

// interactive reports whether a person is typing.
func (c *cli) interactive() bool {
	in, ok := c.in.(*os.File)
	return ok && term.IsTerminal(int(in.Fd()))
}

// script plays standard input; a line outside the grammar gives status 2.
func (c *cli) script(ctx context.Context, s *console.Session) error {
	err := s.Script(ctx, c.in, c.out)
	var bad *console.LineError
	if errors.As(err, &bad) {
		fmt.Fprintf(c.err, "greffier: %s\n", s.Desk.Say(c.lang, bad.Says()).For(bot.PlainDialect()))
		return exit(statusUsage)
	}
	return err
}

// sandbox makes the bot of a sandbox and a session with it.
func (c *cli) sandbox(ctx context.Context, f tryFlags, charter *config.Charter, db *bolt.DB, dir string) (*console.Session, error) {
	start, err := c.startOf(f.now, charter)
	if err != nil {
		return nil, err
	}
	key, err := c.installationKey(dir)
	if err != nil {
		return nil, err
	}
	clock, screen := bot.NewSandboxClock(start, c.interactive()), console.New()
	desk, err := bot.New(ctx, bot.Options{
		Store: db, Charter: charter, Features: features(), Clock: clock, Sandbox: true, Key: key,
		Adapters: map[string]bot.Adapter{console.Platform: screen},
	})
	if err != nil {
		return nil, err
	}
	last, err := lastMoment(ctx, desk, db)
	if err != nil {
		return nil, err
	}
	clock.Set(last)
	run := make([]byte, 6)
	if _, err := rand.Read(run); err != nil {
		return nil, err
	}
	o := console.Options{
		Console: screen, Desk: desk, Clock: clock, Run: hex.EncodeToString(run), Lang: f.lang,
		Moved: func(at time.Time) error { return keepMoment(ctx, db, at) },
	}
	if f.data != memory {
		o.Save = func(f bot.File) (string, error) { return saveFile(filepath.Join(dir, "files"), f) }
	}
	return console.NewSession(o), nil
}

// startOf reads the moment at which the sandbox's clock is to start.
func (c *cli) startOf(typed string, charter *config.Charter) (time.Time, error) {
	if typed == "" {
		return bot.SystemClock{}.Now(), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, typed, charter.Location()); err == nil {
			return at, nil
		}
	}
	c.complain(c.errorf("bad-now", typed))
	return time.Time{}, exit(statusUsage)
}

// sandboxMoment keeps how far the clock of a sandbox was moved, so that it never
// starts before what its register has seen.
var sandboxMoment = store.K("sandbox-clock")

func keepMoment(ctx context.Context, db store.Store, at time.Time) error {
	stamp, err := at.MarshalBinary()
	if err != nil {
		return err
	}
	return db.Update(ctx, func(tx store.Tx) error {
		tx.Put(sandboxMoment, stamp)
		return nil
	})
}

func lastMoment(ctx context.Context, desk *bot.Bot, db store.Store) (time.Time, error) {
	last, err := desk.Latest(ctx)
	if err != nil {
		return last, err
	}
	err = db.View(ctx, func(tx store.Tx) error {
		var at time.Time
		if stamp := tx.Get(sandboxMoment); stamp != nil && at.UnmarshalBinary(stamp) == nil && at.After(last) {
			last = at
		}
		return nil
	})
	return last, err
}

// sandboxDir makes the directory of a sandbox; forget removes it if nothing is
// to be kept.
func sandboxDir(dir string) (made string, forget func() error, err error) {
	if dir != memory {
		return dir, func() error { return nil }, nil
	}
	made, err = os.MkdirTemp("", "greffier-try-")
	return made, func() error { return os.RemoveAll(made) }, err
}

// openRegister opens the register in a directory, making both when missing.
func openRegister(dir string, o bolt.Options) (*bolt.DB, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fault{dir, err}
	}
	db, err := bolt.Open(filepath.Join(dir, registerFile), o)
	if err != nil {
		return nil, fault{dir, err}
	}
	return db, nil
}

func closed(db *bolt.DB, dir string) error {
	if err := db.Close(); err != nil {
		return fault{dir, err}
	}
	return nil
}

// saveFile writes a file that somebody was handed, beside those of the same
// name, and returns its path.
func saveFile(dir string, f bot.File) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fault{dir, err}
	}
	path := filepath.Join(dir, f.Name)
	for n := 2; ; n++ {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrExist) {
			ext := filepath.Ext(f.Name)
			path = filepath.Join(dir, fmt.Sprintf("%s-%d%s", strings.TrimSuffix(f.Name, ext), n, ext))
			continue
		}
		if err != nil {
			return "", fault{dir, err}
		}
		_, err = file.Write(f.Data)
		return path, errors.Join(err, file.Close())
	}
}

// terminal looks at the terminal that a person sits at. NO_COLOR and TERM=dumb
// are respected.
func (c *cli) terminal(f tryFlags) console.Terminal {
	t := console.Terminal{Name: "alice", Columns: func() int {
		if w, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && w > 0 {
			return w
		}
		return 80
	}}
	if f.data != memory {
		t.Dir = f.data
	}
	dumb := c.env("TERM") == "dumb" || c.env("TERM") == ""
	t.Styles = console.Styles{Emphasis: !dumb, Colour: !dumb && c.env("NO_COLOR") == "", Lines: !dumb && unicodeTerminal(c.env)}
	return t
}

// unicodeTerminal reports whether the environment says UTF-8, or nothing.
func unicodeTerminal(env func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToLower(env(name)); value != "" {
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return true
}
