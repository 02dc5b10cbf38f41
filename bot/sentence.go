package bot

import "strings"

// A sentence is mostly words with a few arguments between them. It is cut there once;
// go-i18n would look for the reader's language and run a template each time. What has
// plural forms, or more in its braces than the name of an argument, is left to it.

// pieces are the words of a sentence and the names of arguments, in turn, beginning
// and ending with words.
type pieces []string

// cutSentence cuts a sentence; ok is false when it has more than arguments in it.
func cutSentence(text string) (p pieces, ok bool) {
	for {
		words, rest, more := strings.Cut(text, "{{")
		p = append(p, words)
		if !more {
			return p, true
		}
		action, after, ended := strings.Cut(rest, "}}")
		name, named := strings.CutPrefix(strings.TrimSpace(action), ".")
		if !ended || !named || name == "" || strings.ContainsFunc(name, notInName) {
			return nil, false
		}
		p, text = append(p, name), after
	}
}

func notInName(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }

// cut are the pieces of a sentence; ok is false when go-i18n has to say it.
func (c *Catalog) cut(m *message, count bool) (p pieces, ok bool) {
	if m == nil || m.Other == "" || m.One != "" && count {
		return nil, false
	}
	known, ok := c.pieces.Load(m)
	if !ok {
		cut, _ := cutSentence(m.Other)
		known, _ = c.pieces.LoadOrStore(m, cut)
	}
	p = known.(pieces)
	return p, p != nil
}

// missing is what stands for an argument that a sentence was not given, as templates
// write it: tests look for it.
const missing = "<no value>"

// say fills a sentence in.
func (p pieces) say(s *Speaker, args []Arg) string {
	var room [512]byte
	said := append(room[:0], p[0]...)
	for i := 1; i < len(p); i += 2 {
		value := missing
		for at := len(args) - 1; at >= 0; at-- {
			if args[at].Name == p[i] {
				value = s.value(args[at])
				break
			}
		}
		said = append(append(said, value...), p[i+1]...)
	}
	return string(said)
}
