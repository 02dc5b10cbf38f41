package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/peterbourgon/ff/v3/ffcli"

	"greffier/adapters/mattermost"
	"greffier/bot"
	"greffier/config"
)

// doctorCommand looks at a configuration from the outside: does the platform let
// us in, does it reach us, and what to change where it does not.
func (c *cli) doctorCommand() *ffcli.Command {
	var file string
	usage := "doctor [-config FILE]"
	return c.command("doctor", usage, func(ctx context.Context, args []string) error {
		if err := c.takes(0, args, usage); err != nil {
			return err
		}
		cfg, problems := config.LoadConfig(file, c.env)
		if len(problems) > 0 {
			return problems
		}
		if cfg.Mattermost == nil {
			return c.errorf("no-platform")
		}
		charter, err := c.readCharter(cfg.Charter)
		if err != nil {
			return err
		}
		return c.examine(ctx, cfg, charter)
	}, func(set *flag.FlagSet) { set.StringVar(&file, "config", "", c.say("flag-config")) })
}

func (c *cli) examine(ctx context.Context, cfg config.Config, charter *config.Charter) error {
	words, err := bot.TopWords(features(), charter.Community.Locale)
	if err != nil {
		return err
	}
	var places []string
	for _, ch := range charter.Channels {
		if place, ok := charter.Place(ch.ID, mattermost.Platform); ok {
			places = append(places, place)
		}
	}
	side, grave := 0, false
	if c.lang == "fr" {
		side = 1
	}
	for _, f := range mattermost.Diagnose(ctx, mattermostOptions(cfg.Mattermost, c.logger(config.Log{Level: "error"})), places, words) {
		sign := c.say("doctor-well")
		switch {
		case f.Grave:
			sign, grave = c.say("doctor-grave"), true
		case !f.Well:
			sign = c.say("doctor-ill")
		}
		fmt.Fprintf(c.out, "%s  %s\n", sign, f.What[side])
		if f.Fix[side] != "" {
			fmt.Fprintf(c.out, "        → %s\n", f.Fix[side])
		}
	}
	if grave {
		return exit(statusFailed)
	}
	return nil
}

// mattermostCommand holds what is done to a Mattermost server by hand.
func (c *cli) mattermostCommand() *ffcli.Command {
	var file string
	usage := "mattermost uninstall [-config FILE]"
	uninstall := c.command("uninstall", usage, func(ctx context.Context, args []string) error {
		if err := c.takes(0, args, usage); err != nil {
			return err
		}
		cfg, problems := config.LoadConfig(file, c.env)
		if len(problems) > 0 {
			return problems
		}
		if cfg.Mattermost == nil {
			return c.errorf("no-platform")
		}
		n, err := mattermost.New(mattermostOptions(cfg.Mattermost, c.logger(cfg.Log))).Uninstall(ctx)
		if err != nil {
			return fault{cfg.Mattermost.URL, err}
		}
		fmt.Fprintln(c.out, c.say("uninstalled", n))
		return nil
	}, func(set *flag.FlagSet) { set.StringVar(&file, "config", "", c.say("flag-config")) })
	group := c.command("mattermost", usage, nil, nil)
	group.Subcommands = []*ffcli.Command{uninstall}
	group.Exec = func(context.Context, []string) error {
		fmt.Fprintln(c.err, c.usage(group))
		return exit(statusUsage)
	}
	return group
}
