package bot

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"greffier/config"
)

// tree is every command by its words, in every language at once: what somebody
// types is understood whatever their language.
type tree struct {
	commands map[string]*Command // by English name
	root     *node
	catalog  *Catalog
	paths    map[string]map[string]string // locale, name → how it is typed
}

// node is a word of a command, and what may follow it.
type node struct {
	name     string // English words down to here
	command  *Command
	children []*node
	words    []string // folded, all languages
	// first are the words by which help calls it, those of words that come first
	// when only the beginning is typed.
	first []string
}

func newTree(catalog *Catalog, commands []*Command) *tree {
	t := &tree{commands: map[string]*Command{}, root: &node{}, catalog: catalog}
	for _, c := range commands {
		t.commands[c.Name] = c
		at, name := t.root, ""
		for _, word := range strings.Fields(c.Name) {
			name = strings.TrimSpace(name + " " + word)
			at = at.child(t, name, word)
		}
		at.command = c
	}
	t.paths = map[string]map[string]string{}
	for _, locale := range Locales {
		t.paths[locale] = map[string]string{}
		t.writePaths(locale, t.root)
	}
	return t
}

// writePaths writes once and for all how the commands below n are typed.
func (t *tree) writePaths(locale string, n *node) {
	for _, c := range n.children {
		t.paths[locale][c.name] = t.writePath(locale, c.name)
		t.writePaths(locale, c)
	}
}

// child finds or makes the node below n for one English word.
func (n *node) child(t *tree, name, word string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	c := &node{name: name, words: []string{config.Fold(word)}}
	for _, locale := range Locales {
		w := t.catalog.commands[locale][name]
		for _, s := range append([]string{w.Word}, w.Also...) {
			if s != "" && !slices.Contains(c.words, config.Fold(s)) {
				c.words = append(c.words, config.Fold(s))
			}
		}
		c.first = append(c.first, config.Fold(w.Word))
	}
	n.children = append(n.children, c)
	return c
}

// find returns the child that a typed word means: by a whole word, or by a
// beginning that only one child has; those that help calls so come first.
func (n *node) find(word string) (*node, []*node) {
	word = config.Fold(word)
	var begins, first []*node
	begun := func(w string) bool { return word != "" && strings.HasPrefix(w, word) }
	for _, c := range n.children {
		if slices.Contains(c.words, word) {
			return c, nil
		}
		if slices.ContainsFunc(c.words, begun) {
			begins = append(begins, c)
		}
		if slices.ContainsFunc(c.first, begun) {
			first = append(first, c)
		}
	}
	if len(first) > 0 {
		begins = first
	}
	if len(begins) == 1 {
		return begins[0], nil
	}
	return nil, begins
}

// english is the English name of what was written in the words of any language, "" for
// none: a charter calls commands by it.
func (t *tree) english(text string) string {
	n := t.root
	for _, word := range strings.Fields(strings.TrimPrefix(text, "/")) {
		if n, _ = n.find(word); n == nil {
			return ""
		}
	}
	return n.name
}

// shortcut returns the child that a bare number stands for, or a number and more.
func (n *node) shortcut(more bool) *node {
	var found *node
	for _, c := range n.children {
		if c.command != nil && (c.command.Shortcut && found == nil || more && c.command.ShortcutMore) {
			found = c
		}
	}
	return found
}

// path is a command as a member types it, in one language: "/demande nouvelle".
func (t *tree) path(locale, name string) string {
	if said, ok := t.paths[locale][name]; ok {
		return said
	}
	return t.writePath(locale, name)
}

func (t *tree) writePath(locale, name string) string {
	words := strings.Fields(name)
	said := make([]string, len(words))
	for i := range words {
		w := t.catalog.commands[locale][strings.Join(words[:i+1], " ")].Word
		if w == "" {
			w = words[i]
		}
		said[i] = w
	}
	return "/" + strings.Join(said, " ")
}

// typed writes a call as a member would type it, in one language: without names
// as long as nothing is left out. Parsed, it gives the same call again.
func (t *tree) typed(locale string, call Call) string {
	line := t.path(locale, call.Command)
	write := func(name string) {
		line += " " + t.optionWord(locale, call.Command, name) + ":" + quoted(call.Args[name])
	}
	inOrder, known := true, map[string]bool{}
	for _, o := range t.commands[call.Command].Options {
		value, given := call.Args[o.Name]
		known[o.Name] = true
		switch {
		case !given:
			inOrder = inOrder && o.Hidden
		case inOrder && !o.Hidden && !o.Rest && o.Type != TypeExtra && plainWord(value):
			line += " " + value
		default:
			inOrder = inOrder && o.Hidden
			write(o.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(call.Args)) {
		if !known[name] { // one of the charter's own fields
			write(name)
		}
	}
	return line
}

// plainWord tells whether a value needs no quotes.
func plainWord(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func quoted(s string) string {
	if plainWord(s) {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// optionWord is what an option is called in one language.
func (t *tree) optionWord(locale, command, option string) string {
	if w := t.catalog.commands[locale][command].Options[option].Word; w != "" {
		return w
	}
	return option
}

// optionNamed finds the option that a typed name means, in any language.
func (t *tree) optionNamed(c *Command, word string) (Option, bool) {
	word = config.Fold(word)
	for _, o := range c.Options {
		if o.Type == TypeExtra {
			continue
		}
		if config.Fold(o.Name) == word {
			return o, true
		}
		for _, locale := range Locales {
			if config.Fold(t.optionWord(locale, c.Name, o.Name)) == word {
				return o, true
			}
			for _, also := range t.catalog.commands[locale][c.Name].Options[o.Name].Also {
				if config.Fold(also) == word {
					return o, true
				}
			}
		}
	}
	return Option{}, false
}

// Texts under these keys name commands and options; the tree knows their words
// in every language.
const (
	commandKey     = "bot.command"      // "/demande nouvelle"
	commandHelpKey = "bot.command-help" // "Soumettre une demande"
	optionKey      = "bot.option"       // "Titre"
	optionWordKey  = "bot.option-word"  // "titre"
	optionHelpKey  = "bot.option-help"
)

// commandText names a command in the reader's language.
func commandText(name string) Text { return T(commandKey, "command", name) }

func commandHelp(name string) Text { return T(commandHelpKey, "command", name) }

func optionText(command, option string) Text {
	return T(optionKey, "command", command, "option", option)
}

func optionHelp(command, option string) Text {
	return T(optionHelpKey, "command", command, "option", option)
}

// CommandText names a command in the reader's language, as they would type it.
func CommandText(name string) Text { return commandText(name) }

// words draws a Text that names a command or an option.
func (t *tree) words(locale string, text Text) (string, bool) {
	if !strings.HasPrefix(text.Key, "bot.") {
		return "", false
	}
	arg := func(i int) string {
		if i < len(text.Args) {
			return text.Args[i].Lit
		}
		return ""
	}
	words := t.catalog.commands[locale][arg(0)]
	switch text.Key {
	case commandKey:
		return t.path(locale, arg(0)), true
	case commandHelpKey:
		return words.Help, true
	case optionKey:
		if label := words.Options[arg(1)].Label; label != "" {
			return label, true
		}
		label := words.Options[arg(1)].Word
		if label == "" {
			label = arg(1)
		}
		return capital(strings.ReplaceAll(label, "-", " ")), true
	case optionWordKey:
		return t.optionWord(locale, arg(0), arg(1)), true
	case optionHelpKey:
		return words.Options[arg(1)].Help, true
	}
	return "", false
}

// capital writes a word with a capital at its beginning.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// CallOn is the call of a command about the thing with a card's key: "show" and
// "request/12" make "/request show 12". ok is false when nothing of that kind
// has such a command.
func (c *Ctx) CallOn(verb, key string) (call Call, ok bool) {
	family, number, _ := strings.Cut(key, "/")
	cmd := c.bot.tree.commands[family+" "+verb]
	if cmd == nil || number == "" {
		return Call{}, false
	}
	for _, o := range cmd.Options {
		if o.Type == TypeNumber && !o.Hidden {
			return Call{Command: cmd.Name, Args: map[string]string{o.Name: number}}, true
		}
	}
	return Call{}, false
}
