package discordtest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Args are the options of a command as a member fills them, by the names that the
// member's client shows: texts, numbers, booleans, a choice by its shown name, a
// *Member, a *Channel or a *Role.
type Args map[string]any

// ErrNoCommand is returned when the member's client knows no such command.
var ErrNoCommand = errors.New("no such command")

// Slash runs a command in a channel by the words that the member's client shows, such
// as "request new" or, in French, "demande nouvelle".
func (m *Member) Slash(channel, words string, args Args) (*Interaction, error) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	c, err := m.at(channel, UseCommands)
	if err != nil {
		return nil, err
	}
	call, err := m.find(c, words)
	if err != nil {
		return nil, err
	}
	options, err := m.fill(call, args, "")
	if err != nil {
		return nil, err
	}
	it := m.newInteraction(kindCommand, c)
	it.command, it.name = call.command, call.name
	it.send(call.data(options))
	return it, nil
}

// Autocomplete types a part of an option's value while the command is being filled,
// and returns the request for suggestions ([Interaction.Choices]).
func (m *Member) Autocomplete(channel, words string, args Args, option, typed string) (*Interaction, error) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	c, err := m.at(channel, UseCommands)
	if err != nil {
		return nil, err
	}
	call, err := m.find(c, words)
	if err != nil {
		return nil, err
	}
	filled := Args{option: typed}
	for k, v := range args {
		filled[k] = v
	}
	options, err := m.fill(call, filled, option)
	if err != nil {
		return nil, err
	}
	it := m.newInteraction(kindAutocomplete, c)
	it.command, it.name, it.option = call.command, call.name, call.focused
	it.send(call.data(options))
	return it, nil
}

// call is a command that is being filled.
type call struct {
	command  *Command
	name     string          // with its subcommands, as registered
	path     []CommandOption // the subcommand, after its group if it has one
	options  []CommandOption
	resolved resolved
	focused  int // type of the option that is being completed
}

// find finds the command by its words in the member's language among those that are
// shown in the channel.
func (m *Member) find(c *Channel, words string) (*call, error) {
	parts := strings.Fields(strings.TrimPrefix(words, "/"))
	if len(parts) == 0 {
		return nil, ErrNoCommand
	}
	locale := m.account.locale
	for _, cmd := range m.visible(c) {
		if localized(locale, cmd.Name, cmd.NameLocal) != parts[0] {
			continue
		}
		k := &call{command: cmd, name: cmd.Name, options: cmd.Options, resolved: resolved{g: c.guild, s: m.s}}
		for _, word := range parts[1:] {
			i := slices.IndexFunc(k.options, func(o CommandOption) bool {
				return o.Type <= optGroup && localized(locale, o.Name, o.NameLocal) == word
			})
			if i < 0 {
				return nil, fmt.Errorf("%w: /%s", ErrNoCommand, words)
			}
			k.path = append(k.path, k.options[i])
			k.name += " " + k.options[i].Name
			k.options = k.options[i].Options
		}
		if len(k.options) > 0 && k.options[0].Type <= optGroup {
			return nil, fmt.Errorf("%w: /%s lacks a subcommand", ErrNoCommand, words)
		}
		return k, nil
	}
	return nil, fmt.Errorf("%w: /%s", ErrNoCommand, words)
}

// visible are the chat commands that the member's client shows in a channel: the
// guild's before global ones.
func (m *Member) visible(c *Channel) (list []*Command) {
	if c.guild != nil {
		list = slices.Clone(m.s.commands[c.guild.ID].list)
	}
	list = append(list, m.s.commands[""].list...)
	context := 0
	if c.guild == nil {
		context = 1
	}
	return slices.DeleteFunc(list, func(cmd *Command) bool {
		switch {
		case cmd.Type != chatCommand,
			cmd.GuildID == "" && cmd.Contexts != nil && !slices.Contains(cmd.Contexts, context),
			cmd.GuildID == "" && cmd.Contexts == nil && context == 1 && !cmd.DM:
			return true
		case c.guild == nil || cmd.Permissions == nil:
			return false
		}
		need, _ := strconv.ParseUint(*cmd.Permissions, 10, 64)
		has := c.guild.in(c.guild.seats[m.ID], c)
		return !has.has(Permissions(need)) || need == 0 && !has.has(Administrator)
	})
}

// fill checks the options as the client does and makes what is sent of them. While
// one is being completed the others may still be missing.
func (m *Member) fill(k *call, args Args, focused string) ([]obj, error) {
	list, used := []obj{}, 0
	for i := range k.options {
		o := &k.options[i]
		shown := localized(m.account.locale, o.Name, o.NameLocal)
		v, ok := args[shown]
		switch {
		case !ok && o.Required && focused == "":
			return nil, fmt.Errorf("the option %q of /%s is required", shown, k.name)
		case !ok:
			continue
		}
		used++
		sent := obj{"name": o.Name, "type": o.Type}
		if shown == focused {
			if !o.Autocomplete {
				return nil, fmt.Errorf("the option %q of /%s has no autocomplete", shown, k.name)
			}
			k.focused = o.Type
			sent["value"], sent["focused"] = fmt.Sprint(v), true
		} else {
			value, err := m.value(k, o, v)
			if err != nil {
				return nil, fmt.Errorf("the option %q of /%s: %w", shown, k.name, err)
			}
			sent["value"] = value
		}
		list = append(list, sent)
	}
	if used < len(args) {
		return nil, fmt.Errorf("/%s has not all of the options %v", k.name, args)
	}
	return list, nil
}

// value is what is sent for what was given.
func (m *Member) value(k *call, o *CommandOption, v any) (any, error) {
	for _, c := range o.Choices {
		if name := localized(m.account.locale, c.Name, c.NameLocal); name == fmt.Sprint(v) || fmt.Sprint(c.Value) == fmt.Sprint(v) {
			return c.Value, nil
		}
	}
	if len(o.Choices) > 0 {
		return nil, fmt.Errorf("%v is none of its choices", v)
	}
	switch o.Type {
	case optString:
		text := fmt.Sprint(v)
		n := utf8.RuneCountInString(text)
		if n == 0 || n > 6000 || o.MinLength != nil && n < *o.MinLength || o.MaxLength != nil && n > *o.MaxLength {
			return nil, fmt.Errorf("a text of %d characters", n)
		}
		return text, nil
	case optInteger, optNumber:
		return numeric(o, v)
	case optBoolean:
		b, err := strconv.ParseBool(fmt.Sprint(v))
		return b, err
	}
	return k.resolved.option(o, v)
}

func numeric(o *CommandOption, v any) (any, error) {
	n, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	switch {
	case err != nil || math.Abs(n) > 1<<53:
		return nil, fmt.Errorf("%v is no number that can be given", v)
	case o.Type == optInteger && n != math.Trunc(n):
		return nil, fmt.Errorf("%v is no integer", v)
	case o.MinValue != nil && n < *o.MinValue, o.MaxValue != nil && n > *o.MaxValue:
		return nil, fmt.Errorf("%v is out of its bounds", v)
	case o.Type == optInteger:
		return int64(n), nil
	}
	return n, nil
}

// data is what the application is sent.
func (k *call) data(options []obj) obj {
	for i := len(k.path) - 1; i >= 0; i-- {
		options = []obj{{"name": k.path[i].Name, "type": k.path[i].Type, "options": options}}
	}
	o := obj{"id": k.command.ID, "name": k.command.Name, "type": chatCommand, "options": options}
	if k.command.GuildID != "" {
		o["guild_id"] = k.command.GuildID
	}
	if r := k.resolved.object(); r != nil {
		o["resolved"] = r
	}
	return o
}
