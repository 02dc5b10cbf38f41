package main

import (
	"flag"
	"fmt"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"
)

// usage explains a command: how it is typed, its subcommands and its flags.
func (c *cli) usage(cmd *ffcli.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n  %s%s\n", cmd.ShortHelp, c.say("usage"), cmd.ShortUsage)
	if len(cmd.Subcommands) > 0 {
		b.WriteString("\n")
		for _, s := range cmd.Subcommands {
			fmt.Fprintf(&b, "  %-12s %s\n", s.Name, s.ShortHelp)
		}
		fmt.Fprintf(&b, "\n%s\n", c.say("more"))
	}
	cmd.FlagSet.VisitAll(func(f *flag.Flag) {
		kind, help := flag.UnquoteUsage(f)
		fmt.Fprintf(&b, "\n  -%s %s\n        %s", f.Name, kind, help)
		if f.DefValue != "" && f.DefValue != "false" {
			fmt.Fprintf(&b, " (%s)", f.DefValue)
		}
	})
	return strings.TrimRight(b.String(), "\n")
}

// language reads the language of the person from the environment, as the C
// library does: French where it says so, else English.
func language(env func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := strings.ToLower(env(name)); value != "" {
			if strings.HasPrefix(value, "fr") {
				return "fr"
			}
			break
		}
	}
	return "en"
}
