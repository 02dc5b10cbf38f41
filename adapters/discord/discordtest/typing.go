package discordtest

import (
	"errors"
	"strings"
)

// Type does what typing a line and pressing Enter does. "/request new title:A door
// kind:other" runs a command, its options by the names shown; words without a name
// fill the options in their order, the last taking the rest. A line that begins with
// no command that the client knows is a message, and the interaction is nil.
func (m *Member) Type(channel, line string) (*Interaction, error) {
	if !strings.HasPrefix(line, "/") {
		_, err := m.Say(channel, line)
		return nil, err
	}
	words, args, err := m.parse(channel, line)
	if errors.Is(err, ErrNoCommand) {
		_, err := m.Say(channel, line)
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	return m.Slash(channel, words, args)
}

// parse splits a line into the words of a command and its options.
func (m *Member) parse(channel, line string) (words string, args Args, err error) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	c, err := m.at(channel, UseCommands)
	if err != nil {
		return "", nil, err
	}
	parts := strings.Fields(strings.TrimPrefix(line, "/"))
	var k *call
	n := min(3, len(parts)) // a group and a subcommand at the most
	for ; n > 0; n-- {
		if k, err = m.find(c, strings.Join(parts[:n], " ")); err == nil {
			break
		}
	}
	if k == nil {
		return "", nil, ErrNoCommand
	}
	var names []string
	for _, o := range k.options {
		names = append(names, localized(m.account.locale, o.Name, o.NameLocal))
	}
	rest := line
	for range n { // cut the words, keeping the spaces of what follows
		rest = strings.TrimLeft(rest, " /")
		if i := strings.IndexByte(rest, ' '); i >= 0 {
			rest = rest[i:]
		} else {
			rest = ""
		}
	}
	return strings.Join(parts[:n], " "), split(strings.TrimSpace(rest), names), nil
}

// split gives each option its part of the text.
func split(text string, names []string) Args {
	args := Args{}
	type mark struct{ at, from int }
	var marks []mark
	var of []string
	for _, name := range names {
		for at := 0; ; {
			i := strings.Index(text[at:], name+":")
			if i < 0 {
				break
			}
			if at += i; at == 0 || text[at-1] == ' ' {
				marks, of = append(marks, mark{at, at + len(name) + 1}), append(of, name)
				break
			}
			at++
		}
	}
	if len(marks) > 0 {
		for i, k := range marks {
			end := len(text)
			for _, other := range marks {
				if other.at > k.at {
					end = min(end, other.at)
				}
			}
			args[of[i]] = strings.TrimSpace(text[k.from:end])
		}
		return args
	}
	for i, name := range names {
		if text == "" {
			break
		}
		word, rest, _ := strings.Cut(text, " ")
		if i == len(names)-1 {
			word, rest = text, ""
		}
		args[name], text = word, strings.TrimSpace(rest)
	}
	if text != "" { // more words than options: the client has no place for them
		args[text] = ""
	}
	return args
}
