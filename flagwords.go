package main

import (
	"flag"
	"regexp"

	"greffier/config"
)

// flagWords is where the flags of a command say what is wrong: in the language of
// whoever typed it.
type flagWords struct {
	*cli
	set *flag.FlagSet
}

var (
	unknownFlag = regexp.MustCompile(`^flag provided but not defined: -(.*)\n$`)
	emptyFlag   = regexp.MustCompile(`^flag needs an argument: -(.*)\n$`)
	wrongFlag   = regexp.MustCompile(`^invalid (?:boolean )?value (".*") for (?:flag )?-([^ ]*): .*\n$`)
)

// Write takes one message at a time, as package flag writes it. What it does not
// know goes through as it is.
func (f flagWords) Write(p []byte) (int, error) {
	said := ""
	if m := unknownFlag.FindSubmatch(p); m != nil {
		var names []string
		f.set.VisitAll(func(one *flag.Flag) { names = append(names, one.Name) })
		if near := config.Nearest(string(m[1]), names); near != "" {
			said = f.say("flag-unknown-near", string(m[1]), near)
		} else {
			said = f.say("flag-unknown", string(m[1]))
		}
	} else if m := emptyFlag.FindSubmatch(p); m != nil {
		said = f.say("flag-empty", string(m[1]))
	} else if m := wrongFlag.FindSubmatch(p); m != nil {
		said = f.say("flag-wrong", string(m[2]), string(m[1]))
	} else {
		return f.err.Write(p)
	}
	if _, err := f.err.Write([]byte("greffier: " + said + "\n\n")); err != nil {
		return 0, err
	}
	return len(p), nil
}
