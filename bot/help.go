package bot

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"

	"greffier/config"
)

type helpArgs struct {
	Command string `opt:"command,optional,rest" suggest:"commands"`
}

// help lists the words the caller may use, the commands below one of them, or one
// command with examples.
func help(c *Ctx, in helpArgs) (Reply, error) {
	name := strings.TrimPrefix(strings.TrimSpace(in.Command), "/")
	at := c.bot.tree.root
	for _, word := range strings.Fields(name) {
		next, several := at.find(word)
		if next == nil {
			return Reply{}, c.bot.tree.unknownWord(at, word, several)
		}
		at = next
	}
	switch {
	case at.command != nil:
		return c.helpCommand(at.command), nil
	case at.name != "":
		return Reply{Text: Lines(T("help.group", "command", commandText(at.name), "help", commandHelp(at.name)), c.helpList(at))}, nil
	}
	lines := []Text{T("help.intro", "community", c.Charter.Community.Name)}
	for _, n := range c.bot.tree.root.children {
		if n.command != nil && c.mayAtAll(n.command) || !c.helpList(n).IsZero() {
			lines = append(lines, helpLine(n.name))
		}
	}
	return Reply{Text: Lines(append(lines, T("help.more", "command", commandText("help")))...)}, nil
}

func helpLine(name string) Text {
	return T("help.line", "command", commandText(name), "help", commandHelp(name))
}

// helpList lists the commands below a word that the caller may use.
func (c *Ctx) helpList(at *node) Text {
	var lines []Text
	for _, n := range at.children {
		if n.command != nil && c.mayAtAll(n.command) {
			lines = append(lines, helpLine(n.name))
		}
	}
	return Lines(lines...)
}

// mayAtAll reports whether the caller could run the command on something.
func (c *Ctx) mayAtAll(cmd *Command) bool {
	groups, _ := c.Charter.RightFor(cmd.Name)
	return cmd.Free || c.In(groups...) || cmd.Owner != nil && slices.Contains(groups, "author")
}

// helpCommand explains one command: what it does, how it is typed, its options,
// and examples taken from conversations that are run as tests.
func (c *Ctx) helpCommand(cmd *Command) Reply {
	locale := c.Locale()
	lines := []Text{
		T("help.command", "command", commandText(cmd.Name), "help", commandHelp(cmd.Name)),
		T("help.usage", "usage", c.bot.tree.usage(locale, cmd)),
	}
	for _, o := range cmd.Options {
		if o.Hidden || o.Type == TypeExtra {
			continue
		}
		key := "help.option"
		if !o.Required && !c.needs(cmd, o) {
			key = "help.option-optional"
		}
		lines = append(lines, T(key, "option", c.bot.tree.optionWord(locale, cmd.Name, o.Name), "help", optionHelp(cmd.Name, o.Name)))
	}
	var examples []Text
	for _, e := range c.bot.examples()[locale][cmd.Name] {
		if len(examples) < maxExamples && c.exampleHolds(cmd, e) {
			examples = append(examples, T("help.example", "line", e))
		}
	}
	if len(examples) > 0 {
		lines = append(append(lines, T("help.examples")), examples...)
	}
	if !c.mayAtAll(cmd) {
		if text, ok := refused(c.bot.forbidden(c, cmd)); ok {
			lines = append(lines, text)
		}
	}
	return Reply{Text: Lines(lines...)}
}

// needs reports whether the charter wants an option that the command does not.
func (c *Ctx) needs(cmd *Command, o Option) bool {
	return cmd.Asks != nil && slices.ContainsFunc(cmd.Asks(c, map[string]string{}), func(f Field) bool { return f.Name == o.Name && f.Required })
}

// usage writes a command as it is typed: "/vote cast NUMBER [choice:…]".
func (t *tree) usage(locale string, cmd *Command) string {
	words := []string{t.path(locale, cmd.Name)}
	for _, o := range cmd.Options {
		if o.Hidden || o.Type == TypeExtra {
			continue
		}
		word := t.optionWord(locale, cmd.Name, o.Name)
		switch {
		case o.Required:
			words = append(words, strings.ToUpper(word))
		case o.Type == TypeBool:
			words = append(words, "[--"+word+"]")
		default:
			words = append(words, "["+word+":…]")
		}
	}
	return strings.Join(words, " ")
}

func commandChoices(c *Ctx, _ map[string]string) []Choice {
	var choices []Choice
	for name := range c.bot.tree.commands {
		choices = append(choices, Choice{name, commandText(name)})
	}
	slices.SortFunc(choices, func(a, b Choice) int { return cmp.Compare(a.Value, b.Value) })
	return choices
}

// exampleMark stands on the line before one that help quotes.
const exampleMark = "# example"

// maxExamples is how many examples help shows of one command.
const maxExamples = 3

// readExamples collects, from the conversations of every feature, the lines
// that are marked as examples, by language and command.
func readExamples(t *tree, features []Feature) map[string]map[string][]string {
	examples := map[string]map[string][]string{}
	for _, l := range Locales {
		examples[l] = map[string][]string{}
	}
	for _, f := range features {
		if f.Examples == nil {
			continue
		}
		names, err := fs.Glob(f.Examples, "testdata/*.txtar")
		if err != nil {
			continue
		}
		for _, name := range names {
			if data, err := fs.ReadFile(f.Examples, name); err == nil {
				t.collectExamples(examples, string(data))
			}
		}
	}
	return examples
}

func (t *tree) collectExamples(examples map[string]map[string][]string, conversation string) {
	marked := false
	for line := range strings.Lines(conversation) {
		line = strings.TrimSpace(line)
		_, said, ok := strings.Cut(line, ": ")
		if marked && ok && strings.HasPrefix(said, "/") {
			name, locales := t.commandOf(said)
			for _, locale := range locales {
				if have := examples[locale][name]; !slices.Contains(have, said) {
					examples[locale][name] = append(have, strings.Clone(said)) // a part would keep the whole conversation
				}
			}
		}
		marked = line == exampleMark
	}
}

// commandOf tells which command a line calls, and in which languages its words
// are: "/vote 12" is both English and French.
func (t *tree) commandOf(line string) (name string, locales []string) {
	call, err := t.parse(&config.Charter{}, line, func(*Command) []extraField { return nil })
	if err != nil || call.Command == "" {
		return "", nil
	}
	family, _, _ := strings.Cut(call.Command, " ")
	typed := config.Fold(line) + " "
	for _, l := range Locales {
		whole, short := config.Fold(t.path(l, call.Command))+" ", config.Fold(t.path(l, family))+" "
		number, ok := strings.CutPrefix(typed, short)
		if strings.HasPrefix(typed, whole) || ok && startsWithNumber(number) {
			locales = append(locales, l)
		}
	}
	return call.Command, locales
}

// exampleHolds tells whether an example makes sense under the charter in force:
// one that names a kind or a rule of another community does not.
func (c *Ctx) exampleHolds(cmd *Command, line string) bool {
	call, err := c.bot.tree.parse(c.Charter, line, func(*Command) []extraField { return nil })
	if err != nil || call.Command != cmd.Name {
		return false
	}
	for _, o := range cmd.Options {
		if o.Choices == "" || call.Args[o.Name] == "" {
			continue
		}
		if _, problem := c.choose(c.bot.choices[o.Choices](c, call.Args), call.Args[o.Name]); !problem.IsZero() {
			return false
		}
	}
	return true
}
