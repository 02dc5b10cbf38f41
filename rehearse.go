package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"

	"greffier/adapters/console"
	"greffier/bot"
	"greffier/config"
	"greffier/store/bolt"
)

const rehearseUsage = "rehearse CHARTER [-from DAY] [-to DAY] [-lang fr|en]"

type rehearseFlags struct{ from, to, lang string }

func (c *cli) rehearseCommand() *ffcli.Command {
	var f rehearseFlags
	var set *flag.FlagSet
	return c.command("rehearse", rehearseUsage, func(ctx context.Context, args []string) error {
		if len(args) > 1 { // flags may follow the charter
			if err := set.Parse(args[1:]); err != nil {
				return exit(statusUsage)
			}
			args = append(args[:1:1], set.Args()...)
		}
		if err := c.takes(1, args, rehearseUsage); err != nil {
			return err
		}
		return c.rehearse(ctx, args[0], f)
	}, func(flags *flag.FlagSet) {
		set = flags
		flags.StringVar(&f.from, "from", "", c.say("flag-from"))
		flags.StringVar(&f.to, "to", "", c.say("flag-to"))
		flags.StringVar(&f.lang, "lang", "", c.say("flag-lang"))
	})
}

// rehearse lives through a period under a charter, on a register that is thrown
// away, and prints what the clerk would send by itself.
func (c *cli) rehearse(ctx context.Context, name string, f rehearseFlags) (err error) {
	if f.lang != "" && !slices.Contains(bot.Locales, f.lang) {
		c.complain(c.errorf("bad-lang", f.lang))
		return exit(statusUsage)
	}
	charter, err := c.readCharter(name)
	if err != nil {
		return err
	}
	if f.lang != "" {
		c.lang, charter.Community.Locale = f.lang, f.lang
	}
	from, to, err := c.period(f, charter)
	if err != nil {
		return err
	}
	dir, forget, err := sandboxDir(memory)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, forget()) }()
	db, err := openRegister(dir, bolt.Options{NoSync: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed(db, dir)) }()
	peopled(charter)
	clock, screen := bot.NewSandboxClock(from.Add(-time.Second), false), console.New()
	desk, err := bot.New(ctx, bot.Options{
		Store: db, Charter: charter, Features: features(), Clock: clock, Sandbox: true,
		Adapters: map[string]bot.Adapter{console.Platform: screen},
	})
	if err != nil {
		return err
	}
	r := rehearsal{cli: c, from: from, desk: desk, clock: clock, session: console.NewSession(console.Options{
		Console: screen, Desk: desk, Clock: clock, Run: "rehearsal", Lang: f.lang,
	})}
	if err := r.live(ctx, to); err != nil {
		return err
	}
	zone := charter.Location()
	if r.sent+r.quiet == 0 {
		fmt.Fprintln(c.out, c.say("rehearsed-none"))
		return nil
	}
	fmt.Fprintln(c.out, c.say("rehearsed", r.sent, r.quiet, from.In(zone).Format(time.DateOnly), to.In(zone).Format(time.DateOnly), zone))
	return nil
}

// period reads from when to when. A day alone is the whole of it.
func (c *cli) period(f rehearseFlags, charter *config.Charter) (from, to time.Time, err error) {
	read := func(flag, typed string) (time.Time, error) {
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
			at, err := time.ParseInLocation(layout, typed, charter.Location())
			if err == nil {
				if layout == time.DateOnly && flag == "to" {
					at = at.AddDate(0, 0, 1).Add(-time.Second)
				}
				return at, nil
			}
		}
		c.complain(c.errorf("bad-moment", flag, typed))
		return time.Time{}, exit(statusUsage)
	}
	if from = (bot.SystemClock{}).Now(); f.from != "" {
		if from, err = read("from", f.from); err != nil {
			return from, to, err
		}
	}
	if to = from.AddDate(1, 0, 0); f.to != "" {
		if to, err = read("to", f.to); err != nil {
			return from, to, err
		}
	}
	if !to.After(from) {
		c.complain(c.errorf("backwards"))
		return from, to, exit(statusUsage)
	}
	return from, to, nil
}

// peopled brings everybody whom a charter lists to the console, and puts somebody
// in each group that lists nobody, so that what is told to its members is seen.
func peopled(ch *config.Charter) {
	for i := range ch.Groups {
		g := &ch.Groups[i]
		members := make([]string, 0, len(g.Members)+1)
		for _, account := range g.Members {
			_, id, _ := strings.Cut(account, ":")
			members = append(members, console.Platform+":"+id)
		}
		if len(members) == 0 && len(g.Groups) == 0 {
			members = append(members, console.Platform+":"+g.ID)
		}
		g.Members = members
	}
	ch.Indexed()
}

// rehearsal lives through a period, one job at a time.
type rehearsal struct {
	*cli
	desk    *bot.Bot
	clock   *bot.SandboxClock
	session *console.Session
	from    time.Time
	// sent and quiet count the moments at which something was sent, or nothing.
	sent, quiet int
}

func (r *rehearsal) live(ctx context.Context, to time.Time) error {
	var said strings.Builder
	for {
		due, ok, err := r.desk.NextDue(ctx)
		if err != nil || !ok || due.After(to) {
			return err
		}
		r.clock.Set(due)
		if due.Before(r.from) {
			due = r.from // at once
		}
		job, ran, err := r.desk.RunOne(ctx)
		if err != nil {
			return err
		}
		said.Reset()
		if err := r.session.Sent(ctx, &said); err != nil {
			return err
		}
		if !ran || said.Len() == 0 && (!job.Declared || job.Silent) {
			continue
		}
		fmt.Fprintf(r.out, "%s  [%s]\n", r.desk.Say(r.lang, bot.T("rehearsal.at", "at", due)).For(bot.PlainDialect()), job.Key)
		if said.Len() == 0 {
			r.quiet++
			fmt.Fprintf(r.out, "  %s\n", r.say("rehearsed-quiet"))
			continue
		}
		r.sent++
		if _, err := io.WriteString(r.out, indented(said.String())); err != nil {
			return err
		}
	}
}

// indented puts two spaces before each line.
func indented(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n  ") + "\n"
}
