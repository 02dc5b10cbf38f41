package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"greffier/bot"
	"greffier/config"
)

// readCharter reads a shipped charter or a file. With config.Problems comes the
// charter as far as it could be read.
func (c *cli) readCharter(name string) (*config.Charter, error) {
	data, ok := config.Shipped(name)
	if ok {
		name += ".yaml"
	} else {
		var err error
		data, err = os.ReadFile(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, c.errorf("no-charter", name, strings.Join(config.ShippedNames(), ", "))
		case err != nil:
			return nil, c.errorf("charter-failed", name, cause(err))
		}
	}
	charter, problems := config.ParseCharter(name, data)
	if len(problems) > 0 {
		return charter, problems
	}
	return charter, nil
}

func (c *cli) checkCommand() *ffcli.Command {
	return c.command("check", "check FILE", func(_ context.Context, args []string) error {
		if err := c.takes(1, args, "check FILE"); err != nil {
			return err
		}
		charter, err := c.readCharter(args[0])
		var problems config.Problems
		if err != nil && !errors.As(err, &problems) {
			return err
		}
		named, err := bot.CheckCharter(features(), charter)
		if err != nil {
			return err
		}
		problems = append(problems, named...)
		slices.SortStableFunc(problems, func(a, b config.Problem) int { return a.Line - b.Line })
		if len(problems) == 0 {
			fmt.Fprintln(c.out, c.say("holds", args[0]))
			for _, note := range bot.CharterNotes(charter) {
				fmt.Fprintln(c.out, c.say("note", note.File, note.Line, note.Text(c.lang)))
			}
			return nil
		}
		if err := problems.Report(c.err, c.lang); err != nil {
			return err
		}
		if len(problems) == 1 {
			fmt.Fprintln(c.err, c.say("problem"))
		} else {
			fmt.Fprintln(c.err, c.say("problems", len(problems)))
		}
		return exit(statusFailed)
	}, nil)
}

func (c *cli) schemaCommand() *ffcli.Command {
	return c.command("schema", "schema", func(_ context.Context, args []string) error {
		if err := c.takes(0, args, "schema"); err != nil {
			return err
		}
		_, err := c.out.Write(config.Schema())
		return err
	}, nil)
}
