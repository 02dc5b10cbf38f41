package bot

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"greffier/config"
	"greffier/store"
)

// maxCompletions is how many ways to go on are offered at once.
const maxCompletions = 50

// Complete lists the words that may stand in the place of the last one of a
// line that somebody is typing, the cursor being at its end: commands they may
// use, options and values, in their language. A Value is the whole word as it
// is typed, quotes included; its Label says more where there is more to say.
func (b *Bot) Complete(ctx context.Context, ev Event) []ChoiceView {
	return b.asCaller(ctx, ev, func(c *Ctx) []ChoiceView { return c.complete(ev.Line) })
}

// Suggest lists the values that an option of the event's call may take, given
// what was typed of it and what the others hold. The best come first: those that
// begin as typed, then those that have it within. What is offered changes
// nothing: the call is looked at anew when it is made.
func (b *Bot) Suggest(ctx context.Context, ev Event, option, typed string) []ChoiceView {
	cmd := b.tree.commands[ev.Call.Command]
	if cmd == nil {
		return nil
	}
	return b.asCaller(ctx, ev, func(c *Ctx) []ChoiceView {
		o, ok := cmd.option(option)
		if !ok || !c.mayAtAll(cmd) {
			return nil
		}
		said := c.bot.speaker(c.Tx, c.Charter, c.Locale(), c.Place.Platform)
		var begin, within []ChoiceView
		for _, choice := range c.offers(o, c.field(cmd, o, ev.Call.Args), ev.Call.Args, typed) {
			view := ChoiceView{choice.Value, said.Plain(choice.label())}
			switch {
			case typed == "" || begins(view.Label, typed) || begins(view.Value, typed):
				begin = append(begin, view)
			case strings.Contains(config.Fold(view.Label), config.Fold(typed)):
				within = append(within, view)
			}
		}
		return append(begin, within...)
	})
}

// asCaller lists something on a snapshot, as whoever the event comes from.
func (b *Bot) asCaller(ctx context.Context, ev Event, list func(c *Ctx) []ChoiceView) (found []ChoiceView) {
	err := b.store.View(ctx, func(tx store.Tx) error {
		c := b.context(tx, ev, b.clock.Now())
		r, _ := accounts.Get(tx, store.K(ev.Caller.Platform, ev.Caller.ID))
		c.Caller, _ = c.Member(r.Member)
		c.account = ev.Caller
		if c.account.Marks == nil {
			c.account.Marks = r.Marks
		}
		c.groups = b.groupsOf(tx, c.Charter, c.Caller, c.account)
		found = list(c)
		return nil
	})
	if err != nil {
		b.log.Warn("values not completed", "error", err)
	}
	return found
}

// complete goes down the tree by the finished words, then completes the last.
func (c *Ctx) complete(line string) []ChoiceView {
	line = strings.TrimPrefix(line, "/")
	words, last := finished(line)
	at := c.bot.tree.root
	for len(words) > 0 && len(at.children) > 0 {
		next, _ := at.find(words[0].whole(line))
		if next == nil {
			if next = at.shortcut(len(words) > 1); next == nil || !startsWithNumber(words[0].text) {
				return nil
			}
			at = next
			break
		}
		at, words = next, words[1:]
	}
	if at.command == nil {
		return c.completeWord(at, last)
	}
	return c.completeArgument(at.command, line, words, last)
}

// finished cuts a line into the words that are complete and the one that is
// being typed, which is empty after a space.
func finished(line string) (words []lexeme, last string) {
	words = split(line)
	r, _ := utf8.DecodeLastRuneInString(line)
	if len(words) == 0 || unicode.IsSpace(r) {
		return words, ""
	}
	open := words[len(words)-1]
	return words[:len(words)-1], line[open.start:]
}

// completeWord offers the words below a node that the caller may use.
func (c *Ctx) completeWord(at *node, typed string) []ChoiceView {
	var found []ChoiceView
	slash := ""
	if at.name == "" {
		slash = "/"
	}
	for _, locale := range c.localesOfCaller() {
		for _, n := range at.children {
			word := c.bot.catalog.commands[locale][n.name].Word
			if begins(word, typed) && c.mayBelow(n) {
				found = append(found, ChoiceView{slash + word, c.bot.catalog.commands[c.Locale()][n.name].Help})
			}
		}
		if len(found) > 0 {
			break // words of the other language are offered when none of theirs fit
		}
	}
	return found
}

// localesOfCaller lists the languages, the caller's first.
func (c *Ctx) localesOfCaller() []string {
	all := []string{c.Locale()}
	for _, l := range Locales {
		if l != all[0] {
			all = append(all, l)
		}
	}
	return all
}

func (c *Ctx) mayBelow(n *node) bool {
	if n.command != nil {
		return c.mayAtAll(n.command)
	}
	for _, child := range n.children {
		if c.mayBelow(child) {
			return true
		}
	}
	return false
}

// completeArgument offers values for the option being typed and names of those
// still missing.
func (c *Ctx) completeArgument(cmd *Command, line string, words []lexeme, typed string) []ChoiceView {
	t := c.bot.tree
	call, err := t.arguments(cmd, line, words, c.bot.extraNames(cmd))
	if err != nil {
		call = Call{Command: cmd.Name, Args: map[string]string{}}
	}
	if name, value, named := strings.Cut(typed, ":"); named && isName(name) {
		for _, f := range c.asked(cmd, call.Args) {
			if c.fieldIs(cmd, f, name) {
				return c.completeValue(cmd, f, call.Args, name+":", value)
			}
		}
		return nil
	}
	var found []ChoiceView
	first := true
	for _, f := range c.asked(cmd, call.Args) {
		if _, given := call.Args[f.Name]; given {
			continue
		}
		if first {
			found = append(found, c.completeValue(cmd, f, call.Args, "", typed)...)
			first = false
		}
		if word := t.optionWord(c.Locale(), cmd.Name, f.Name) + ":"; begins(word, typed) {
			found = append(found, ChoiceView{word, c.bot.speaker(c.Tx, c.Charter, c.Locale(), c.Place.Platform).Plain(f.Help)})
		}
	}
	return found
}

// asked lists the fields of a command as its form would ask for them.
func (c *Ctx) asked(cmd *Command, args map[string]string) []Field {
	var fields []Field
	for _, o := range cmd.Options {
		switch {
		case o.Hidden:
		case o.Type == TypeExtra:
			if cmd.Asks != nil {
				fields = append(fields, cmd.Asks(c, args)...)
			}
		default:
			fields = append(fields, c.field(cmd, o, args))
		}
	}
	return fields
}

func (c *Ctx) fieldIs(cmd *Command, f Field, typed string) bool {
	name, _, ok := c.bot.tree.named(cmd, []extraField{{name: f.Name, words: c.labelWords(f)}}, typed)
	return ok && name == f.Name
}

// completeValue offers the values of one option that begin as typed.
func (c *Ctx) completeValue(cmd *Command, f Field, args map[string]string, before, typed string) []ChoiceView {
	typed = strings.TrimLeft(typed, `"@`)
	said := c.bot.speaker(c.Tx, c.Charter, c.Locale(), c.Place.Platform)
	o, _ := cmd.option(f.Name)
	var found []ChoiceView
	for _, choice := range c.offers(o, f, args, typed) {
		label := said.Plain(choice.label())
		word := label
		if o.Suggest != "" && !begins(label, typed) || o.Type == TypeNumber {
			word = choice.Value
		}
		if !begins(word, typed) {
			continue
		}
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsSpace(r) || r == '"' }) {
			word = `"` + strings.ReplaceAll(word, `"`, `\"`) + `"`
		}
		if found = append(found, ChoiceView{before + word, label}); len(found) == maxCompletions {
			break
		}
	}
	return found
}

// offers lists the values of one option, best first.
func (c *Ctx) offers(o Option, f Field, args map[string]string, typed string) []Choice {
	if o.Type == TypeMember || o.Type == TypeMembers {
		return c.people(typed)
	}
	if list := c.bot.choices[o.Suggest]; o.Suggest != "" && list != nil {
		return list(c, args)
	}
	return f.Choices
}

// people lists members whose name begins as typed.
func (c *Ctx) people(typed string) []Choice {
	var found []Choice
	for _, r := range accounts.Prefix(c.Tx, nil) {
		if !r.Gone && begins(r.Name, typed) {
			if found = append(found, Choice{Value: "@" + r.Name, Label: Typed("@" + r.Name)}); len(found) == maxCompletions {
				break
			}
		}
	}
	return found
}

func begins(word, typed string) bool {
	return word != "" && strings.HasPrefix(config.Fold(strings.TrimPrefix(word, "@")), config.Fold(strings.TrimPrefix(typed, "@")))
}
