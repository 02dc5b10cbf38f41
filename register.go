package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

// registerFlags say which register a command is about.
type registerFlags struct{ config, data, charter, format, output string }

func (f *registerFlags) define(c *cli, set *flag.FlagSet) {
	set.StringVar(&f.config, "config", "", c.say("flag-config"))
	set.StringVar(&f.data, "data", "", c.say("flag-data"))
}

// complete fills in from the configuration what the flags leave out.
func (f *registerFlags) complete(c *cli) error {
	cfg, problems := config.LoadConfig(f.config, c.env)
	if len(problems) > 0 {
		return problems
	}
	if f.data == "" {
		f.data = cfg.Data
	}
	if f.charter == "" {
		f.charter = cfg.Charter
		if _, err := os.Stat(f.charter); errors.Is(err, fs.ErrNotExist) {
			f.charter = "demo"
		}
	}
	return nil
}

// existing is complete for commands that only read: they create nothing.
func (f *registerFlags) existing(c *cli) error {
	if err := f.complete(c); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(f.data, registerFile)); err != nil {
		return fault{f.data, err}
	}
	return nil
}

func (c *cli) backupCommand() *ffcli.Command {
	var f registerFlags
	usage := "backup [-data DIR] FILE"
	return c.command("backup", usage, func(ctx context.Context, args []string) error {
		if err := c.takes(1, args, usage); err != nil {
			return err
		}
		if err := f.existing(c); err != nil {
			return err
		}
		err := c.writeTo(args[0], func(w io.Writer) error { return c.backup(ctx, f.data, w) })
		if err == nil && args[0] != "-" {
			fmt.Fprintln(c.out, c.say("backed-up", args[0]))
		}
		return err
	}, func(set *flag.FlagSet) { f.define(c, set) })
}

// backup copies the register, through the process that has it open if there is one.
func (c *cli) backup(ctx context.Context, dir string, w io.Writer) (err error) {
	db, err := bolt.Open(filepath.Join(dir, registerFile), bolt.Options{ReadOnly: true})
	if errors.Is(err, store.ErrLocked) {
		_, err := c.ask(ctx, dir, "backup", w)
		return err
	}
	if err != nil {
		return fault{dir, err}
	}
	defer func() { err = errors.Join(err, closed(db, dir)) }()
	if _, err := db.Backup(ctx, w); err != nil {
		return fault{dir, err}
	}
	return nil
}

// writeTo writes a file whole or not at all; "-" is standard output.
func (c *cli) writeTo(name string, write func(io.Writer) error) (err error) {
	if name == "-" {
		return write(c.out)
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".part-*")
	if err != nil {
		return fault{filepath.Dir(name), err}
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	err = write(tmp)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}

func (c *cli) restoreCommand() *ffcli.Command {
	var f registerFlags
	usage := "restore [-data DIR] FILE"
	return c.command("restore", usage, func(ctx context.Context, args []string) error {
		if err := c.takes(1, args, usage); err != nil {
			return err
		}
		if err := f.complete(c); err != nil {
			return err
		}
		return c.restore(ctx, f.data, args[0])
	}, func(set *flag.FlagSet) { f.define(c, set) })
}

func (c *cli) restore(ctx context.Context, dir, name string) error {
	from, err := os.Open(name)
	if err != nil {
		return fault{name, err}
	}
	defer func() { _ = from.Close() }() // only read
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault{dir, err}
	}
	kept, err := bolt.Restore(ctx, filepath.Join(dir, registerFile), from, func(tx store.Tx) error {
		return store.CheckVersion(tx, bot.Migrations(features()))
	})
	switch {
	case errors.Is(err, store.ErrDamaged):
		return c.errorf("bad-copy", name, cause(err))
	case err != nil:
		return fault{dir, err}
	}
	fmt.Fprintln(c.out, c.say("restored", name))
	if kept != "" {
		fmt.Fprintln(c.out, c.say("kept", kept))
	}
	return nil
}

func (c *cli) compactCommand() *ffcli.Command {
	var f registerFlags
	usage := "compact [-data DIR]"
	return c.command("compact", usage, func(ctx context.Context, args []string) error {
		if err := c.takes(0, args, usage); err != nil {
			return err
		}
		if err := f.existing(c); err != nil {
			return err
		}
		before, after, err := bolt.Compact(ctx, filepath.Join(f.data, registerFile))
		if err != nil {
			return fault{f.data, err}
		}
		fmt.Fprintln(c.out, c.say("compacted", before, after))
		return nil
	}, func(set *flag.FlagSet) { f.define(c, set) })
}

func (c *cli) exportCommand() *ffcli.Command {
	var f registerFlags
	usage := "export [-data DIR] [-format json|csv|markdown] [-output FILE]"
	return c.command("export", usage, func(ctx context.Context, args []string) error {
		if err := c.takes(0, args, usage); err != nil {
			return err
		}
		if !slices.Contains(bot.ExportFormats, f.format) {
			c.complain(c.errorf("bad-format", f.format, strings.Join(bot.ExportFormats, ", ")))
			return exit(statusUsage)
		}
		if err := f.existing(c); err != nil {
			return err
		}
		return c.writeTo(f.output, func(w io.Writer) error { return c.export(ctx, f, w) })
	}, func(set *flag.FlagSet) {
		f.define(c, set)
		set.StringVar(&f.charter, "charter", "", c.say("flag-charter"))
		set.StringVar(&f.format, "format", "json", c.say("flag-format"))
		set.StringVar(&f.output, "output", "-", c.say("flag-output"))
	})
}

func (c *cli) export(ctx context.Context, f registerFlags, w io.Writer) error {
	err := c.withDesk(ctx, f, func(desk *bot.Bot) error { return desk.Export(ctx, f.format, w) })
	if errors.Is(err, store.ErrLocked) {
		_, err = c.ask(ctx, f.data, "export?format="+url.QueryEscape(f.format), w)
	}
	return err
}

func (c *cli) verifyCommand() *ffcli.Command {
	var f registerFlags
	usage := "verify [-data DIR]"
	return c.command("verify", usage, func(ctx context.Context, args []string) error {
		if err := c.takes(0, args, usage); err != nil {
			return err
		}
		if err := f.existing(c); err != nil {
			return err
		}
		return c.verify(ctx, f)
	}, func(set *flag.FlagSet) {
		f.define(c, set)
		set.StringVar(&f.charter, "charter", "", c.say("flag-charter"))
	})
}

// verify checks the register and says what it saw; status 1 when something does
// not hold together.
func (c *cli) verify(ctx context.Context, f registerFlags) error {
	sound := true
	err := c.withDesk(ctx, f, func(desk *bot.Bot) error {
		v, err := desk.Verify(ctx)
		if err != nil {
			return err
		}
		sound = len(v.Findings) == 0
		return printLines(c.out, desk.SayFindings(v, c.lang))
	})
	if errors.Is(err, store.ErrLocked) {
		var status int
		status, err = c.ask(ctx, f.data, "verify?lang="+url.QueryEscape(c.lang), c.out)
		sound = status != http.StatusConflict
	}
	if err == nil && !sound {
		return exit(statusFailed)
	}
	return err
}

func printLines(w io.Writer, lines []string) error {
	_, err := io.WriteString(w, strings.Join(lines, "\n")+"\n")
	return err
}

// withDesk opens a register that no process serves, with the charter it is kept
// under, or the demo's where there is none.
func (c *cli) withDesk(ctx context.Context, f registerFlags, do func(*bot.Bot) error) (err error) {
	charter, err := c.readCharter(f.charter)
	if err != nil {
		return err
	}
	db, err := openRegister(f.data, bolt.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed(db, f.data)) }()
	key, err := c.readKey(filepath.Join(f.data, keyFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	desk, err := bot.New(ctx, bot.Options{Store: db, Charter: charter, Features: features(), Key: key})
	if err != nil {
		return fault{f.data, err}
	}
	if err := do(desk); err != nil {
		return fault{f.data, err}
	}
	return nil
}
