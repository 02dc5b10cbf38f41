package bot

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
	"unicode/utf8"

	"greffier/config"
	"greffier/store"
)

// What the platforms allow a command to be. Discord: names of 1 to 32 lower-case
// characters, descriptions of 1 to 100, 100 commands of 25 options and 25 subcommands,
// 8,000 characters in all with the longest localisation; forms of five fields a step
// with labels of 45. Mattermost: form labels of 24 bytes on old servers, which
// its adapter shortens.
const (
	maxWord        = 32
	maxDescription = 100
	maxOptions     = 25
	maxChildren    = 25
	maxCommands    = 100
	maxCommand     = 8000
	maxLabel       = 45
)

// checkProduct refuses to start with a command that some platform cannot take,
// a sentence missing in a language, or a list that nobody makes.
func (b *Bot) checkProduct() error {
	problems := b.catalog.Missing()
	for name, cmd := range b.tree.commands {
		problems = append(problems, b.checkCommand(name, cmd)...)
	}
	problems = append(problems, checkNode(b.tree.root, b.catalog)...)
	if len(problems) == 0 {
		return nil
	}
	slices.Sort(problems)
	return fmt.Errorf("bot: the product does not hold together:\n  %s", strings.Join(problems, "\n  "))
}

func (b *Bot) checkCommand(name string, cmd *Command) []string {
	var problems []string
	bad := func(format string, args ...any) {
		problems = append(problems, fmt.Sprintf("command %q: ", name)+fmt.Sprintf(format, args...))
	}
	if len(cmd.Options) > maxOptions {
		bad("%d options, at most %d", len(cmd.Options), maxOptions)
	}
	optional := ""
	for i, o := range cmd.Options {
		if o.Choices != "" && b.choices[o.Choices] == nil {
			bad("option %q: no feature lists %q", o.Name, o.Choices)
		}
		if o.Suggest != "" && b.choices[o.Suggest] == nil {
			bad("option %q: no feature lists %q", o.Name, o.Suggest)
		}
		if o.Required && optional != "" && !personAfter(cmd, i-1) {
			bad("option %q is required after %q, which is not", o.Name, optional)
		}
		if !o.Required && !o.Hidden && o.Type != TypeExtra {
			optional = o.Name
		}
	}
	for _, locale := range Locales {
		words := b.catalog.commands[locale][name]
		size := len(words.Word) + len(words.Help)
		for _, o := range cmd.Options {
			if o.Hidden || o.Type == TypeExtra {
				continue
			}
			w, ok := words.Options[o.Name]
			if !ok || !fits(w.Word, maxWord) || !fits(w.Help, maxDescription) {
				bad("option %q in %s: needs a word of 1 to %d and a help of 1 to %d characters", o.Name, locale, maxWord, maxDescription)
			}
			if utf8.RuneCountInString(w.Word) > maxLabel {
				bad("option %q in %s: label longer than %d", o.Name, locale, maxLabel)
			}
			size += len(w.Word) + len(w.Help)
		}
		for option := range words.Options {
			if _, ok := cmd.option(option); !ok {
				bad("%s has words for an option %q that is not declared", locale, option)
			}
		}
		if size > maxCommand {
			bad("%d characters in %s, at most %d", size, locale, maxCommand)
		}
	}
	return problems
}

func fits(s string, limit int) bool { return s != "" && utf8.RuneCountInString(s) <= limit }

// checkNode checks the words of commands, and that no two that stand side by
// side share one.
func checkNode(n *node, catalog *Catalog) []string {
	var problems []string
	taken := map[string]string{}
	most := maxChildren
	if n.name == "" {
		most = maxCommands
	}
	if len(n.children) > most {
		problems = append(problems, fmt.Sprintf("command %q: %d subcommands, and Discord has room for %d: give several of them a word in common (\"request team hand\", \"request team call\"), which takes the room of one", n.name, len(n.children), most))
	}
	for _, c := range n.children {
		for _, w := range c.words {
			if other, ok := taken[w]; ok {
				problems = append(problems, fmt.Sprintf("commands %q and %q share the word %q", other, c.name, w))
			}
			taken[w] = c.name
			if !fits(w, maxWord) || strings.ContainsAny(w, " /:=\"") {
				problems = append(problems, fmt.Sprintf("command %q: %q cannot be a command's word", c.name, w))
			}
		}
		for _, locale := range Locales {
			w, ok := catalog.commands[locale][c.name]
			if !ok || !fits(w.Word, maxWord) || !fits(w.Help, maxDescription) {
				problems = append(problems, fmt.Sprintf("command %q in %s: needs a word of 1 to %d and a help of 1 to %d characters", c.name, locale, maxWord, maxDescription))
			}
		}
		problems = append(problems, checkNode(c, catalog)...)
	}
	return problems
}

// CheckCharter finds what a charter says of commands and sentences that these
// features do not have; no register is needed.
func CheckCharter(features []Feature, ch *config.Charter) (config.Problems, error) {
	b := newBot(Options{})
	if err := b.assemble(append([]Feature{coreFeature()}, features...)); err != nil {
		return nil, err
	}
	return b.CheckCharter(ch), nil
}

// CheckCharter finds what a charter says of commands and sentences that do not
// exist, beyond what its own reading finds.
func (b *Bot) CheckCharter(ch *config.Charter) config.Problems {
	var problems config.Problems
	var names []string
	for _, n := range b.allNodes(b.tree.root) {
		names = append(names, n.name)
	}
	for _, r := range ch.Rights {
		if r.ID != "" && !slices.Contains(names, r.ID) { // the empty key covers every command
			p := ch.Problem([]string{"rights", r.ID}, "no command is called %q", "aucune commande ne s’appelle « %s »", r.ID)
			if p.Suggestion = b.tree.english(r.ID); p.Suggestion == "" {
				p.Suggestion = config.Nearest(r.ID, names)
			}
			problems = append(problems, p)
		}
	}
	problems = append(problems, b.checkNeeds(ch)...)
	for locale, texts := range ch.Texts {
		if !slices.Contains(Locales, locale) {
			problems = append(problems, ch.Problem([]string{"texts", locale}, "the product does not speak %q", "le produit ne parle pas « %s »", locale))
			continue
		}
		for key, text := range texts {
			if p, ok := b.checkText(ch, locale, key, text); !ok {
				problems = append(problems, p)
			}
		}
	}
	return problems
}

// checkNeeds refuses what a stage needs and no feature can tell the state of.
func (b *Bot) checkNeeds(ch *config.Charter) config.Problems {
	var problems config.Problems
	known := slices.Sorted(maps.Keys(b.needs))
	for _, p := range ch.Requests.Paths {
		for _, s := range p.Stages {
			for _, need := range s.Needs {
				if b.needs[need] != nil {
					continue
				}
				p := ch.Problem([]string{"requests", "paths", p.ID, "stages", s.ID, "needs"}, "nothing can tell whether %q is met", "rien ne sait dire si « %s » est satisfait", need)
				p.Suggestion = config.Nearest(need, known)
				problems = append(problems, p)
			}
		}
	}
	return problems
}

// checkText checks one sentence that the charter replaces.
func (b *Bot) checkText(ch *config.Charter, locale, key, text string) (config.Problem, bool) {
	at := []string{"texts", locale, key}
	own, ok := b.catalog.messages[locale][key]
	if !ok {
		p := ch.Problem(at, "no sentence has the key %q", "aucune phrase n’a la clé « %s »", key)
		p.Suggestion = config.Nearest(key, b.catalog.Keys())
		return p, false
	}
	if _, err := template.New(key).Parse(text); err != nil {
		return ch.Problem(at, "the braces of %q do not match", "les accolades de « %s » ne se referment pas", key), false
	}
	for _, name := range placeholders(&message{Other: text}) {
		if have := placeholders(own); !slices.Contains(have, name) {
			return ch.Problem(at, "this sentence has no argument %q", "cette phrase n’a pas d’argument « %s »", name), false
		}
	}
	return config.Problem{}, true
}

func (b *Bot) allNodes(n *node) []*node {
	var nodes []*node
	for _, c := range n.children {
		nodes = append(append(nodes, c), b.allNodes(c)...)
	}
	return nodes
}

// noTx is a register in which there is nothing, for saying texts when the real
// one cannot be read.
type noTx struct{ store.Tx }

func (noTx) Get([]byte) []byte { return nil }
