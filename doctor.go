package main

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/peterbourgon/ff/v3/ffcli"

	"greffier/adapters/discord"
	"greffier/adapters/mattermost"
	"greffier/bot"
	"greffier/config"
	"greffier/store/bolt"
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
		if cfg.Mattermost == nil && cfg.Discord == nil {
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
	places := func(platform string) []string {
		var all []string
		for _, ch := range charter.Channels {
			if place, ok := charter.Place(ch.ID, platform); ok {
				all = append(all, place)
			}
		}
		return all
	}
	quiet := c.logger(config.Log{Level: "error"})
	grave := c.tellKey(cfg.Data)
	if cfg.Mattermost != nil {
		words, err := bot.TopWords(features(), charter.Community.Locale)
		if err != nil {
			return err
		}
		grave = c.tell(mattermost.Diagnose(ctx, mattermostOptions(cfg.Mattermost, quiet), places(mattermost.Platform), words)) || grave
	}
	if cfg.Discord != nil {
		desk, closed, err := c.rehearsal(ctx, charter)
		if err != nil {
			return err
		}
		defer closed()
		grave = c.tell(discord.Diagnose(ctx, discordOptions(cfg, quiet), desk, places(discord.Platform))) || grave
	}
	if grave {
		return exit(statusFailed)
	}
	return nil
}

// tellKey tells the public key that results are signed with, if there is one yet;
// grave is one that cannot be read.
func (c *cli) tellKey(dir string) (grave bool) {
	seed, err := c.readKey(filepath.Join(dir, keyFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		fmt.Fprintf(c.out, "%s  %s\n", c.say("doctor-well"), c.say("doctor-no-key", filepath.Join(dir, keyFile)))
		return false
	case err != nil:
		fmt.Fprintf(c.out, "%s  %s\n", c.say("doctor-grave"), c.explain(err))
		return true
	}
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	fmt.Fprintf(c.out, "%s  %s\n", c.say("doctor-well"), c.say("doctor-key", bot.KeyName(public), hex.EncodeToString(public)))
	return false
}

// rehearsal is a desk with the charter in force and an empty register, which is
// gone when it is closed.
func (c *cli) rehearsal(ctx context.Context, charter *config.Charter) (desk *bot.Bot, closed func(), err error) {
	dir, err := os.MkdirTemp("", "greffier-doctor-")
	if err != nil {
		return nil, nil, err
	}
	db, err := bolt.Open(filepath.Join(dir, "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	closed = func() {
		if err := errors.Join(db.Close(), os.RemoveAll(dir)); err != nil {
			c.complain(err)
		}
	}
	desk, err = bot.New(ctx, bot.Options{Store: db, Charter: charter, Features: features()})
	if err != nil {
		closed()
	}
	return desk, closed, err
}

// tell prints what a doctor found, and reports whether anything is grave.
func (c *cli) tell(findings []bot.Diagnosis) (grave bool) {
	side := 0
	if c.lang == "fr" {
		side = 1
	}
	for _, f := range findings {
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
	return grave
}

// discordCommand holds what is done to Discord by hand.
func (c *cli) discordCommand() *ffcli.Command {
	usage := "discord invite|uninstall [-config FILE]"
	sub := func(name string, run func(ctx context.Context, a *discord.Adapter) error) *ffcli.Command {
		var file string
		usage := "discord " + name + " [-config FILE]"
		cmd := c.command(name, usage, func(ctx context.Context, args []string) error {
			if err := c.takes(0, args, usage); err != nil {
				return err
			}
			cfg, problems := config.LoadConfig(file, c.env)
			if len(problems) > 0 {
				return problems
			}
			if cfg.Discord == nil {
				return c.errorf("no-discord")
			}
			if err := run(ctx, discord.New(discordOptions(cfg, c.logger(config.Log{Level: "error"})))); err != nil {
				return fault{"Discord", err}
			}
			return nil
		}, func(set *flag.FlagSet) { set.StringVar(&file, "config", "", c.say("flag-config")) })
		cmd.ShortHelp = c.say("help-discord-" + name)
		return cmd
	}
	group := c.command("discord", usage, nil, nil)
	group.Subcommands = []*ffcli.Command{
		sub("invite", func(ctx context.Context, a *discord.Adapter) error {
			link, err := a.Invite(ctx)
			if err == nil {
				fmt.Fprintf(c.out, "%s\n\n  %s\n\n%s\n", c.say("invite"), link, c.say("invite-asks"))
				for _, p := range discord.Permissions() {
					fmt.Fprintf(c.out, "  %s\n", p)
				}
			}
			return err
		}),
		sub("uninstall", func(ctx context.Context, a *discord.Adapter) error {
			n, err := a.Uninstall(ctx)
			if err == nil {
				fmt.Fprintln(c.out, c.say("uninstalled", n))
			}
			return err
		}),
	}
	group.Exec = func(context.Context, []string) error {
		fmt.Fprintln(c.err, c.usage(group))
		return exit(statusUsage)
	}
	return group
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
