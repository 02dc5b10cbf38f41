package bot

import (
	"slices"
	"strings"
)

// Family is a top-level word and all the commands that begin with it, for
// platforms where members pick commands from a list.
type Family struct {
	// Name is the English word ("request").
	Name string
	// Words are what may be typed, by language, the usual one first.
	Words map[string][]string
	// Help says what it is for, and Hint which words may follow, by language.
	Help, Hint map[string]string
}

// Families lists the top-level words of the product, sorted by name.
func (b *Bot) Families() []Family {
	var families []Family
	for _, n := range b.tree.root.children {
		f := Family{Name: n.name, Words: map[string][]string{}, Help: map[string]string{}, Hint: map[string]string{}}
		for _, locale := range Locales {
			w := b.catalog.commands[locale][n.name]
			f.Words[locale] = append([]string{w.Word}, w.Also...)
			f.Help[locale] = w.Help
			f.Hint[locale] = b.tree.hint(locale, n)
		}
		families = append(families, f)
	}
	slices.SortFunc(families, func(x, y Family) int { return strings.Compare(x.Name, y.Name) })
	return families
}

// TopWords lists the top-level words of the product as they are typed in a
// language and in English, without accents; no register is needed.
func TopWords(features []Feature, locale string) ([]string, error) {
	b := newBot(Options{})
	if err := b.assemble(append([]Feature{coreFeature()}, features...)); err != nil {
		return nil, err
	}
	var words []string
	for _, f := range b.Families() {
		for _, l := range []string{locale, Locales[0]} {
			if w := f.Words[l]; len(w) > 0 && !slices.Contains(words, Fold(w[0])) {
				words = append(words, Fold(w[0]))
			}
		}
	}
	return words, nil
}

// hint writes what may follow a top-level word: "[new|list|show]", or the
// options of a command that has no subcommands.
func (t *tree) hint(locale string, n *node) string {
	if len(n.children) == 0 && n.command != nil {
		_, options, _ := strings.Cut(t.usage(locale, n.command), " ")
		return options
	}
	words := make([]string, len(n.children))
	for i, child := range n.children {
		words[i] = t.catalog.commands[locale][child.name].Word
	}
	return "[" + strings.Join(words, "|") + "]"
}

// Speller is an Adapter on which members cannot always type a command as
// "/word …": Spell gives it as they must.
type Speller interface{ Spell(command string) string }

// spell writes a command as it is typed on a platform.
func (b *Bot) spell(platform, command string) string {
	if s, ok := b.adapters[platform].(Speller); ok {
		return s.Spell(command)
	}
	return command
}
