package bot

import (
	"context"
	"slices"
	"strings"

	"greffier/store"
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

// Spec is a word of the product with what stands below it, for platforms that
// have commands registered with all they take.
type Spec struct {
	// Name is the command's name down to here: "request new".
	Name string
	// Word and Help are how it is called and what it is for, by language.
	Word, Help map[string]string
	// Options are what a command takes, without those that buttons fill; Form says
	// that it may ask for more in a form: long texts, or fields of the charter.
	Options []OptionSpec
	Form    bool
	Reads   bool
	// Under are the words that may follow.
	Under []Spec
}

// OptionSpec is an option with its words by language.
type OptionSpec struct {
	Option
	Word, Help map[string]string
	// Fixed is the closed list of its values, where it depends on nothing that is
	// filled in before it; Labels are by language.
	Fixed []ChoiceSpec
}

// ChoiceSpec is a value and how it reads in each language.
type ChoiceSpec struct {
	Value  string
	Labels map[string]string
}

// Specs lists every command of the product under the charter in force.
func (b *Bot) Specs(ctx context.Context) (specs []Spec, err error) {
	err = b.store.View(ctx, func(tx store.Tx) error {
		specs = b.specsBelow(b.context(tx, Event{}, b.clock.Now()), b.tree.root)
		return nil
	})
	return specs, err
}

func (b *Bot) specsBelow(c *Ctx, n *node) []Spec {
	var specs []Spec
	for _, child := range n.children {
		s := Spec{Name: child.name, Word: map[string]string{}, Help: map[string]string{}, Under: b.specsBelow(c, child)}
		for _, l := range Locales {
			w := b.catalog.commands[l][child.name]
			s.Word[l], s.Help[l] = w.Word, w.Help
		}
		if child.command != nil {
			s.Reads = child.command.Reads
			s.Options, s.Form = b.optionSpecs(c, child.command)
		}
		specs = append(specs, s)
	}
	slices.SortFunc(specs, func(x, y Spec) int { return strings.Compare(x.Name, y.Name) })
	return specs
}

func (b *Bot) optionSpecs(c *Ctx, cmd *Command) (specs []OptionSpec, form bool) {
	form = cmd.Asks != nil
	dependent := false // a list may depend on the thing named before it
	for _, o := range cmd.Options {
		form = form || o.Long
		if o.Hidden || o.Type == TypeExtra {
			continue
		}
		s := OptionSpec{Option: o, Word: map[string]string{}, Help: map[string]string{}}
		for _, l := range Locales {
			s.Word[l] = b.tree.optionWord(l, cmd.Name, o.Name)
			s.Help[l] = b.catalog.commands[l][cmd.Name].Options[o.Name].Help
		}
		if o.Choices != "" && !dependent {
			for _, choice := range b.choices[o.Choices](c, nil) {
				labels := map[string]string{}
				for _, l := range Locales {
					labels[l] = b.speaker(c.Tx, c.Charter, l, "").Plain(choice.label())
				}
				s.Fixed = append(s.Fixed, ChoiceSpec{choice.Value, labels})
			}
		}
		dependent = dependent || o.Type == TypeNumber
		specs = append(specs, s)
	}
	return specs, form
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

// Free reports whether a command needs no right.
func (b *Bot) Free(command string) bool {
	cmd := b.tree.commands[command]
	return cmd != nil && cmd.Free
}

// OnlyReads reports whether a command changes nothing.
func (b *Bot) OnlyReads(command string) bool {
	cmd := b.tree.commands[command]
	return cmd != nil && cmd.Reads
}
