package bot

import (
	"slices"
	"strings"

	"greffier/bot/when"
)

// How the words of a line that name no option are given to options, in their order.

// positional gives unnamed words to the options in their order. A Rest option
// takes every unquoted word up to the end; a quoted text stands for itself.
func (t *tree) positional(c *Command, line string, call Call, free []lexeme) (Call, error) {
	free = t.saidYes(c, call, free)
	for at, o := range c.Options {
		if len(free) == 0 {
			break
		}
		if _, given := call.Args[o.Name]; given || o.Hidden || o.Type == TypeExtra || o.Type == TypeBool {
			continue
		}
		if o.Type == TypeMember && len(free) > 1 && byWord(free[0].text) && mentions(free[1:2]) > 0 {
			free = free[1:] // par @nom
		}
		switch {
		case o.Type == TypeNumber && !o.Required && !free[0].quoted && !startsWithNumber(free[0].text) && (textAfter(c, o) || personAfter(c, at) && !strings.HasPrefix(free[0].text, "n°")):
			continue
		case o.Type == TypeMembers && mentions(free) < len(free) && mentions(free) > 0:
			n := mentions(free)
			call.Args[o.Name] = join(line, free[:n])
			free = free[n:]
		case o.Type == TypeMembers || o.Type == TypeList || o.Rest && (!free[0].quoted || last(c, o)):
			call.Args[o.Name] = join(line, free)
			if at := timeAfter(c, o); o.Rest && at != "" && call.Args[at] == "" && !free[0].quoted {
				titleAndTime(call.Args, o.Name, at)
			}
			if who := memberAfter(c, o); o.Choices != "" && who != "" && call.Args[who] == "" {
				choiceAndMember(call.Args, o.Name, who)
			}
			free = nil
		case o.Type == TypeTime && !free[0].quoted:
			call.Args[o.Name] = join(line, free)
			free = nil
		default:
			call.Args[o.Name] = free[0].asTyped(line)
			free = free[1:]
		}
	}
	if len(free) > 0 {
		return Call{}, Refuse("parse.too-many", "word", brief(free[0].asTyped(line)), "command", commandText(c.Name))
	}
	return call, nil
}

// saidYes takes the words at the end of a line that name what is answered by yes or
// no: "phase 1 rapport faite", "show 3 working". Where an option takes writing, a
// list or a moment up to the end of the line, they are a part of it.
func (t *tree) saidYes(c *Command, call Call, free []lexeme) []lexeme {
	required := 0
	for _, o := range c.Options {
		_, given := call.Args[o.Name]
		if !given && o.Required {
			required++
		}
		if !given && !o.Hidden && (o.Rest || o.Type == TypeTime || o.Type == TypeList || o.Type == TypeMembers) {
			return free
		}
	}
	for len(free) > required && !free[len(free)-1].quoted {
		word := free[len(free)-1].text
		o, ok := t.optionNamed(c, word)
		if !ok {
			o, ok = t.optionNamed(c, word+"e") // fait, for faite
		}
		if _, given := call.Args[o.Name]; !ok || given || o.Hidden || o.Type != TypeBool {
			break
		}
		call.Args[o.Name] = "yes"
		free = free[:len(free)-1]
	}
	return free
}

// expected tells whether a command needs a value, or takes a person, in the place of
// the next word that names no option, after so many others.
func expected(c *Command, given map[string]string, words int) bool {
	for _, o := range c.Options {
		if _, named := given[o.Name]; named || o.Hidden || o.Type == TypeExtra || o.Type == TypeBool {
			continue
		}
		if words == 0 {
			return o.Required || o.Type == TypeMember || o.Type == TypeMembers // console:bob
		}
		words--
	}
	return false
}

// mentions counts the words that begin a line and mention people: @bob, @carol et @dan.
func mentions(words []lexeme) int {
	n := 0
	for i, w := range words {
		switch {
		case strings.HasPrefix(w.text, "@") || strings.HasPrefix(w.text, "<@"):
			n = i + 1
		case !andWord(w.text):
			return n
		}
	}
	return n
}

func andWord(word string) bool { return word == "et" || word == "and" || word == "&" || word == "," }

func byWord(word string) bool { return word == "par" || word == "by" }

// textAfter tells whether an option that takes writing follows another.
func textAfter(c *Command, number Option) bool {
	i := slices.IndexFunc(c.Options, func(o Option) bool { return o.Name == number.Name })
	return slices.ContainsFunc(c.Options[i+1:], func(o Option) bool { return o.Rest && o.Type == TypeString })
}

// personAfter tells whether the option at a place is a number that need not be given,
// right before a person who must: a number and a name are told apart.
func personAfter(c *Command, at int) bool {
	return at >= 0 && at+1 < len(c.Options) && c.Options[at].Type == TypeNumber && !c.Options[at].Required &&
		c.Options[at+1].Type == TypeMember && c.Options[at+1].Required
}

// memberAfter is the person that a choice may name after it, if a command has one.
func memberAfter(c *Command, choice Option) string {
	i := slices.IndexFunc(c.Options, func(o Option) bool { return o.Name == choice.Name })
	for _, o := range c.Options[i+1:] {
		if o.Type == TypeMember {
			return o.Name
		}
	}
	return ""
}

// choiceAndMember takes the person from the end of a choice: "représentée par @bob".
func choiceAndMember(args map[string]string, choice, who string) {
	words := strings.Fields(args[choice])
	n := len(words) - 1
	if n < 1 || !byWord(words[n-1]) && !strings.HasPrefix(words[n], "@") && !strings.HasPrefix(words[n], "<@") {
		return
	}
	args[who] = words[n]
	if n > 1 && byWord(words[n-1]) {
		n--
	}
	args[choice] = strings.Join(words[:n], " ")
}

// timeAfter is the required moment that follows a text in a command, if there is one.
func timeAfter(c *Command, text Option) string {
	seen := false
	for _, o := range c.Options {
		if seen && o.Type == TypeTime && o.Required {
			return o.Name
		}
		seen = seen || o.Name == text.Name
	}
	return ""
}

// titleAndTime takes from the end of a text the day and hour that it ends with:
// "Bureau demain 18h". A day without its hour may belong to the title, and stays.
func titleAndTime(args map[string]string, text, at string) {
	whole := args[text]
	from, to, ok := when.Find(whole)
	title := strings.TrimRight(whole[:max(from, 0)], " ,:-")
	if ok && to == len(whole) && title != "" && when.Timed(whole[from:to]) {
		args[text], args[at] = title, whole[from:to]
	}
}

// last tells whether no visible option follows o.
func last(c *Command, o Option) bool {
	seen := false
	for _, other := range c.Options {
		if seen && !other.Hidden && other.Type != TypeExtra && other.Type != TypeBool {
			return false
		}
		seen = seen || other.Name == o.Name
	}
	return true
}
