package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"greffier/config"
)

// What is said of a line that was typed wrongly: which word is not known, and
// what was probably meant.

// brief is what a refusal quotes of what was typed.
func brief(s string) string {
	s = oneLine(s)
	if runes := []rune(s); len(runes) > 60 {
		return string(runes[:59]) + "…"
	}
	return s
}

// unknownWord refuses a word that no command has there, naming the nearest.
func (t *tree) unknownWord(at *node, word string, several []*node) error {
	candidates := several
	if len(candidates) == 0 {
		candidates = at.children
	}
	var words []string
	owner := map[string]*node{}
	for _, c := range candidates {
		for _, w := range c.words {
			words = append(words, w)
			owner[w] = c
		}
	}
	if len(several) > 1 {
		names := make([]Text, len(several))
		for i, n := range several {
			names[i] = commandText(n.name)
		}
		return Refuse("parse.ambiguous", "word", brief(word), "commands", names)
	}
	if near := config.Nearest(word, words); near != "" {
		return Refuse("parse.unknown-near", "word", brief(word), "near", commandText(owner[near].name))
	}
	if at.name == "" {
		return Refuse("parse.unknown", "word", brief(word))
	}
	return Refuse("parse.unknown-sub", "word", brief(word), "command", commandText(at.name))
}

// strangeOption refuses what looks like an option and is none: one that is
// misspelt, or a text under a name that the command does not know, unless something
// is expected there. Inside a text at the end of the line it is writing.
func (t *tree) strangeOption(c *Command, extra []extraField, lex lexeme, name string, flag, expected, writing bool) error {
	if writing && !flag || lex.text == "" || strings.HasPrefix(lex.text, "//") {
		return nil
	}
	if near := t.nearOption(c, extra, name); !near.IsZero() {
		return Refuse("parse.option-near", "option", brief(name), "near", near, "command", commandText(c.Name))
	}
	if !flag && !lex.quoted && (expected || !startsWithWord(name)) {
		return nil
	}
	var known []Text
	for _, o := range c.Options {
		if !o.Hidden && o.Type != TypeExtra {
			known = append(known, T(optionWordKey, "command", c.Name, "option", o.Name))
		}
	}
	return Refuse("parse.option-unknown", "option", brief(name), "command", commandText(c.Name), "options", known)
}

// nearOption is how the option or field is called that a name is nearest to.
func (t *tree) nearOption(c *Command, extra []extraField, name string) Text {
	var words []string
	for _, e := range extra {
		words = append(append(words, e.name), e.words...)
	}
	for _, o := range c.Options {
		if o.Hidden || o.Type == TypeExtra {
			continue
		}
		words = append(words, o.Name)
		for _, locale := range Locales {
			words = append(words, t.optionWord(locale, c.Name, o.Name))
		}
	}
	near := config.Nearest(name, words)
	if o, ok := t.optionNamed(c, near); ok && near != "" {
		return T(optionWordKey, "command", c.Name, "option", o.Name)
	}
	return Typed(near)
}

// startsWithWord tells a name from an hour: budget:12 and 18:30.
func startsWithWord(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	return unicode.IsLetter(first) && utf8.RuneCountInString(name) > 1
}
