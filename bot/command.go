package bot

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"greffier/config"
)

// Command is one thing that members can ask for, declared once: its options
// come from the tags of a struct, its words from the catalogue, and every
// platform's form of it is derived from the two.
type Command struct {
	// Name is the command in English words: "request new".
	Name    string
	Options []Option
	// Free commands need no right: they concern the caller alone.
	Free bool
	// Reads marks a command that changes nothing; it runs on a snapshot.
	Reads bool
	// Shortcut lets a number stand for the subcommand: "/vote 12". ShortcutMore
	// does when more words follow the number: "/vote 12 yes".
	Shortcut, ShortcutMore bool
	// Owner finds whom the thing concerned belongs to, for the right "author".
	Owner func(c *Ctx, args map[string]string) (MemberID, bool)
	// Asks lists the fields that the charter adds to the command's form. One
	// that has the name of an option says whether that option is required here.
	Asks func(c *Ctx, args map[string]string) []Field

	// Line reads what was typed after the command's words, where people write a
	// sentence rather than options; nil is the usual way. Named options, when
	// there are any, are read as ever.
	Line LineFunc

	run func(c *Ctx, args map[string]string) (Reply, error)
}

// LineFunc makes a call of the words after those of a command, or after the word
// above it when what follows is no command; command is then empty.
type LineFunc func(ch *config.Charter, command, rest string) Call

// Option is one argument of a command.
type Option struct {
	Name string
	Type OptionType
	// Required options are asked for when they are missing.
	Required bool
	// Long options take several lines where the platform has forms.
	Long bool
	// Rest options take all the unquoted words of a typed line.
	Rest bool
	// Hidden options are filled by buttons and shown in no help or form.
	Hidden bool
	// Begins marks a moment at which something begins: a date without an hour is
	// 9:00 that day, where it is otherwise a deadline, the end of it.
	Begins bool
	// Pairs marks a text at the end of a line in which "name:value" is part of it from
	// the first word on.
	Pairs bool
	// Past marks a moment that may lie behind as well as ahead.
	Past bool
	// Max is the greatest length of a string in characters, or the greatest
	// number; 0 is the default for the type.
	Max int
	// Choices names the closed list of values, Suggest the open one.
	Choices string
	Suggest string

	index []int
}

// OptionType is what an option holds.
type OptionType int

// The types of options.
const (
	TypeString OptionType = iota
	TypeNumber
	TypeBool
	TypeTime
	TypeMember
	TypeMembers
	TypeList
	// TypeExtra gathers the fields that Command.Asks lists.
	TypeExtra
)

// Longest texts, in characters, where the option does not say.
const (
	MaxLine = 200
	MaxLong = 4000
)

// CommandOption adjusts a declaration.
type CommandOption func(*Command)

// Sentence reads a typed line as a sentence. What follows the word above the
// command and is no command at all is read so too.
func Sentence(read LineFunc) CommandOption {
	return func(c *Command) { c.Line = read }
}

// Free marks a command that needs no right.
func Free(c *Command) { c.Free = true }

// Reads marks a command that changes nothing.
func Reads(c *Command) { c.Reads = true }

// Shortcut lets a number stand for the subcommand.
func Shortcut(c *Command) { c.Shortcut = true }

// ShortcutMore lets a number and more words stand for the subcommand.
func ShortcutMore(c *Command) { c.ShortcutMore = true }

// Owned gives the command's subject an owner, whom the right "author" means.
func Owned(owner func(c *Ctx, args map[string]string) (MemberID, bool)) CommandOption {
	return func(c *Command) { c.Owner = owner }
}

// Asks adds the charter's own fields to the command's form, and makes options
// required where the charter wants them. The struct must have a field of type
// map[string]string tagged `opt:"…,extra"` to hold them. args is nil when every
// field that may ever be asked is wanted, outside any transaction.
func Asks(fields func(c *Ctx, args map[string]string) []Field) CommandOption {
	return func(c *Command) { c.Asks = fields }
}

// Cmd declares a command whose options are the tagged fields of T:
//
//	Title string `opt:"title,rest" max:"100"`
//	Kind  string `opt:"kind" choices:"kinds"`
//	Until time.Time `opt:"until,optional"`
//
// Words after the name: optional, long, rest, pairs, hidden, begins, past, extra. Fields are string,
// int, bool, time.Time, MemberID, []MemberID, []string or map[string]string. A
// declaration that makes no sense panics: it is a mistake of the program.
func Cmd[T any](name string, handler func(*Ctx, T) (Reply, error), adjust ...CommandOption) *Command {
	cmd := &Command{Name: name, Options: optionsOf(name, reflect.TypeFor[T]())}
	for _, a := range adjust {
		a(cmd)
	}
	cmd.run = func(c *Ctx, args map[string]string) (Reply, error) {
		var in T
		if err := c.bind(cmd, args, reflect.ValueOf(&in).Elem()); err != nil {
			return Reply{}, err
		}
		return handler(c, in)
	}
	return cmd
}

var fieldTypes = map[reflect.Type]OptionType{
	reflect.TypeFor[string]():            TypeString,
	reflect.TypeFor[int]():               TypeNumber,
	reflect.TypeFor[bool]():              TypeBool,
	reflect.TypeFor[time.Time]():         TypeTime,
	reflect.TypeFor[MemberID]():          TypeMember,
	reflect.TypeFor[[]MemberID]():        TypeMembers,
	reflect.TypeFor[[]string]():          TypeList,
	reflect.TypeFor[map[string]string](): TypeExtra,
}

func optionsOf(command string, t reflect.Type) []Option {
	var options []Option
	for _, f := range reflect.VisibleFields(t) {
		tag, ok := f.Tag.Lookup("opt")
		if !ok || f.Anonymous {
			continue
		}
		words := strings.Split(tag, ",")
		kind, ok := fieldTypes[f.Type]
		if !ok {
			panic(fmt.Sprintf("bot: command %q: option %q cannot be a %s", command, words[0], f.Type))
		}
		o := Option{
			Name: words[0], Type: kind, Required: kind != TypeBool && kind != TypeExtra, index: f.Index,
			Choices: f.Tag.Get("choices"), Suggest: f.Tag.Get("suggest"),
		}
		for _, w := range words[1:] {
			switch w {
			case "optional":
				o.Required = false
			case "long":
				o.Long = true
			case "rest":
				o.Rest = true
			case "hidden":
				o.Hidden, o.Required = true, false
			case "begins":
				o.Begins = true
			case "past":
				o.Past = true
			case "pairs":
				o.Pairs = true
			case "extra":
			default:
				panic(fmt.Sprintf("bot: command %q: option %q: unknown word %q", command, o.Name, w))
			}
		}
		o.Max, _ = strconv.Atoi(f.Tag.Get("max"))
		options = append(options, o)
	}
	return options
}

// option finds an option by its name.
func (c *Command) option(name string) (Option, bool) {
	for _, o := range c.Options {
		if o.Name == name {
			return o, true
		}
	}
	return Option{}, false
}

// maxLength is the greatest number of characters of a string option.
func (o Option) maxLength() int {
	switch {
	case o.Max > 0 && o.Type == TypeString:
		return o.Max
	case o.Long, o.Type != TypeString:
		return MaxLong
	}
	return MaxLine
}
