// Command greffier is a community's clerk in its chat: it keeps the register of
// what was asked, who voted what and what was decided. This package is the
// wiring and the command line; bot/doc.go is the tour.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/peterbourgon/ff/v3/ffcli"

	"greffier/config"
)

// version is set when the binary is built.
var version = "dev"

func main() {
	// Nobody can ask for a profile of memory, and each sample of one walks the stack
	// through tables that would not be read otherwise: a megabyte of the binary.
	runtime.MemProfileRate = 0
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	c := &cli{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv, giveBack: debug.FreeOSMemory}
	status := c.run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

// cli is the command line: where it reads and writes, and whom it speaks to.
type cli struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) string
	// giveBack is called, beside what goes on, when a command that stays has made all
	// that it needs: two thirds of what the start allocated, catalogues being read above
	// all, are garbage by then. The collector would look at it when the heap has doubled,
	// which on a quiet day is never, and hands pages back by and by. It is nil in tests.
	giveBack func()
	// lang is the language of whoever typed the command.
	lang string
}

// The statuses that the process ends with.
const (
	statusOK      = 0
	statusFailed  = 1
	statusUsage   = 2
	statusStopped = 130
)

// exit is an error that was told already, and the status it ends with.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// settled hands back to the machine what only the start needed.
func (c *cli) settled() {
	if c.giveBack != nil {
		go c.giveBack()
	}
}

func (c *cli) run(ctx context.Context, args []string) int {
	c.lang = language(c.env)
	root := c.root()
	if err := root.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return statusOK
		}
		return statusUsage // the flags have said what is wrong
	}
	err := root.Run(ctx)
	var status exit
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return statusOK
	case errors.As(err, &status):
		return int(status)
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return statusStopped
	}
	c.complain(err)
	return statusFailed
}

// command makes a subcommand whose words are in the phrases.
func (c *cli) command(name, usage string, exec func(context.Context, []string) error, flags func(*flag.FlagSet)) *ffcli.Command {
	set := flag.NewFlagSet("greffier "+name, flag.ContinueOnError)
	set.SetOutput(flagWords{c, set})
	if flags != nil {
		flags(set)
	}
	anywhere := func(ctx context.Context, args []string) error {
		args, err := flagsAfter(set, args)
		switch {
		case errors.Is(err, flag.ErrHelp):
			return err
		case err != nil:
			return exit(statusUsage) // the flags have said what is wrong
		}
		return exec(ctx, args)
	}
	return &ffcli.Command{
		Name: name, ShortUsage: "greffier " + usage, ShortHelp: c.say("help-" + name), FlagSet: set, Exec: anywhere,
		UsageFunc: c.usage,
	}
}

// flagsAfter reads the flags that stand after an argument too; it gives the arguments
// without them. What stands after -- is an argument, whatever it looks like.
func flagsAfter(set *flag.FlagSet, args []string) ([]string, error) {
	var plain, last []string
	if at := slices.Index(args, "--"); at >= 0 {
		args, last = args[:at], args[at+1:]
	}
	for len(args) > 0 {
		plain, args = append(plain, args[0]), args[1:]
		if len(args) > 0 && strings.HasPrefix(args[0], "-") {
			if err := set.Parse(args); err != nil {
				return nil, err
			}
			args = set.Args()
		}
	}
	return append(plain, last...), nil
}

func (c *cli) root() *ffcli.Command {
	root := c.command("", "COMMAND", nil, nil)
	root.ShortHelp = c.say("about")
	root.Subcommands = []*ffcli.Command{
		c.tryCommand(), c.serveCommand(), c.checkCommand(), c.rehearseCommand(), c.schemaCommand(),
		c.backupCommand(), c.restoreCommand(), c.compactCommand(), c.exportCommand(), c.verifyCommand(),
		c.tallyCommand(), c.verifyVoteCommand(),
		c.doctorCommand(), c.mattermostCommand(), c.discordCommand(), c.healthcheckCommand(), c.versionCommand(),
	}
	root.Subcommands = append(root.Subcommands, c.command("help", "help", func(context.Context, []string) error {
		fmt.Fprintln(c.out, c.usage(root))
		return nil
	}, nil))
	root.Exec = func(_ context.Context, args []string) error {
		if len(args) == 0 {
			fmt.Fprintln(c.err, c.usage(root))
			return exit(statusUsage)
		}
		var names []string
		for _, s := range root.Subcommands {
			names = append(names, s.Name)
		}
		near := config.Nearest(args[0], names)
		if near == "" {
			c.complain(c.errorf("no-command", args[0]))
		} else {
			c.complain(c.errorf("no-command-near", args[0], near))
		}
		return exit(statusUsage)
	}
	return root
}

func (c *cli) versionCommand() *ffcli.Command {
	return c.command("version", "version", func(context.Context, []string) error {
		fmt.Fprintln(c.out, "greffier", version)
		return nil
	}, nil)
}

// complain tells an error to whoever typed the command.
func (c *cli) complain(err error) {
	var problems config.Problems
	if errors.As(err, &problems) {
		if err := problems.Report(c.err, c.lang); err == nil {
			return
		}
	}
	fmt.Fprintf(c.err, "greffier: %s\n", c.explain(err))
}

// takes refuses any number of arguments but n.
func (c *cli) takes(n int, args []string, usage string) error {
	if len(args) == n {
		return nil
	}
	c.complain(c.errorf("arguments", usage))
	return exit(statusUsage)
}
