package bot

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"greffier/config"
)

// MaxInput is the longest line that is read at all, in bytes.
const MaxInput = 64 << 10

// lexeme is one word of a typed line.
type lexeme struct {
	text   string
	name   string // of name:value, as typed
	quoted bool   // the value was in quotes
	named  bool
	start  int // where it starts in the line
}

var closing = map[rune]rune{'"': '"', '\'': '\'', '“': '”', '”': '”', '«': '»', '‘': '’'}

// split cuts a line into words as a shell does: quotes keep words together and
// a backslash takes the next quote or backslash literally. An apostrophe inside
// a word is an apostrophe ("l'export"), and a quote that is never closed stands
// for itself: people write sentences here.
func split(line string) []lexeme {
	var out []lexeme
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRuneInString(line[i:])
		if unicode.IsSpace(r) {
			i += n
			continue
		}
		lex, next := readLexeme(line, i)
		out = append(out, lex)
		i = next
	}
	return out
}

func readLexeme(line string, start int) (lexeme, int) {
	lex := lexeme{start: start}
	var b strings.Builder
	begun := false // something of the current value was read
	i := start
	for i < len(line) {
		r, n := utf8.DecodeRuneInString(line[i:])
		if unicode.IsSpace(r) {
			break
		}
		if end, ok := closing[r]; ok && !begun {
			if text, next, closed := quotedText(line, i+n, end); closed {
				b.WriteString(text)
				lex.quoted, begun = true, true
				i = next
				continue
			}
		}
		if r == '\\' && i+1 < len(line) && strings.ContainsRune(`\"'`, rune(line[i+1])) {
			b.WriteByte(line[i+1])
			begun = true
			i += 2
			continue
		}
		if !lex.named && !lex.quoted && (r == ':' || r == '=') && isName(b.String()) {
			lex.name, lex.named = strings.TrimLeft(b.String(), "-"), true
			b.Reset()
			begun = false
			i += n
			continue
		}
		b.WriteString(line[i : i+n])
		begun = true
		i += n
	}
	lex.text = b.String()
	return lex, i
}

// quotedText reads up to the closing quote, which must end a word.
func quotedText(line string, from int, end rune) (text string, next int, closed bool) {
	var b strings.Builder
	for i := from; i < len(line); {
		r, n := utf8.DecodeRuneInString(line[i:])
		if r == '\\' && i+1 < len(line) && strings.ContainsRune(`\"'`, rune(line[i+1])) {
			b.WriteByte(line[i+1])
			i += 2
			continue
		}
		if r == end {
			after, _ := utf8.DecodeRuneInString(line[i+n:])
			if i+n == len(line) || unicode.IsSpace(after) {
				if end == '»' {
					return strings.TrimSpace(b.String()), i + n, true
				}
				return b.String(), i + n, true
			}
		}
		b.WriteString(line[i : i+n])
		i += n
	}
	return "", from, false
}

// isName tells whether what stands before a colon can be an option's name.
func isName(s string) bool {
	s = strings.TrimLeft(s, "-")
	if s == "" {
		return false
	}
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' {
			return false
		}
	}
	return true
}

// whole gives a word back as it was typed, name included.
func (l lexeme) whole(line string) string {
	_, end := readLexeme(line, l.start)
	return line[l.start:end]
}

// Parse reads a typed line, with or without its leading slash, into a call. The
// error is a refusal that suggests what was probably meant. extra names the
// charter's own fields of a command.
func (t *tree) parse(ch *config.Charter, line string, extra func(*Command) []extraField) (Call, error) {
	if len(line) > MaxInput {
		return Call{}, Refuse("parse.too-long", "max", MaxInput)
	}
	line = strings.TrimPrefix(Clean(line), "/")
	lexemes := split(line)
	at := t.root
	used := 0
	for ; used < len(lexemes) && len(at.children) > 0; used++ {
		word := lexemes[used].whole(line)
		next, several := at.find(word)
		read := at.sentence()
		if read != nil && used > 0 && at.saysMore(line, lexemes[used:]) {
			return read(ch, "", line[lexemes[used].start:]), nil
		}
		if next == nil {
			short := at.shortcut(used+1 < len(lexemes))
			if short != nil && startsWithNumber(word) {
				at = short
				break
			}
			return Call{}, t.unknownWord(at, word, several)
		}
		at = next
	}
	if at.command == nil {
		return Call{Command: "help", Args: map[string]string{"command": at.name}}, nil
	}
	if at.command.Line != nil && !t.namesOptions(at.command, lexemes[used:]) {
		rest := ""
		if used < len(lexemes) {
			rest = line[lexemes[used].start:]
		}
		return at.command.Line(ch, at.command.Name, rest), nil
	}
	return t.arguments(at.command, line, lexemes[used:], extra(at.command))
}

// sentence is how what is no command below a node is read; nil where it is a mistake.
func (n *node) sentence() LineFunc {
	for _, c := range n.children {
		if c.command != nil && c.command.Line != nil {
			return c.command.Line
		}
	}
	return nil
}

// saysMore tells whether the words below a node that reads sentences are one: they
// do not begin with the whole word of a command, nor with the beginning of one that
// stands alone or before a number.
func (n *node) saysMore(line string, words []lexeme) bool {
	first := words[0].whole(line)
	next, several := n.find(first)
	if next != nil && slices.Contains(next.words, config.Fold(first)) {
		return false
	}
	if len(words) == 1 {
		return next == nil && len(several) == 0 && (words[0].quoted || strings.ContainsAny(first, "@#"))
	}
	return next == nil || !startsWithNumber(words[1].text)
}

// namesOptions tells whether some words name options of a command.
func (t *tree) namesOptions(c *Command, words []lexeme) bool {
	return slices.ContainsFunc(words, func(l lexeme) bool {
		_, ok := t.optionNamed(c, l.name)
		return l.named && ok
	})
}

// Quoted takes the first text in quotes out of a line: what it says, and the rest.
func Quoted(line string) (text, rest string, ok bool) {
	for _, l := range split(line) {
		if l.quoted && !l.named {
			_, end := readLexeme(line, l.start)
			return l.text, strings.TrimSpace(line[:l.start] + " " + line[end:]), true
		}
	}
	return "", line, false
}

func startsWithNumber(s string) bool {
	s = strings.TrimLeft(s, "#")
	return s != "" && s[0] >= '0' && s[0] <= '9'
}

// arguments gives the words after the command to its options.
func (t *tree) arguments(c *Command, line string, lexemes []lexeme, extra []extraField) (Call, error) {
	call := Call{Command: c.Name, Args: map[string]string{}}
	var free []lexeme
	for i := 0; i < len(lexemes); i++ {
		lex := lexemes[i]
		name, flag := lex.name, false
		if !lex.named && !lex.quoted && strings.HasPrefix(lex.text, "--") && isName(lex.text) {
			name, flag = lex.text[2:], true
		}
		if name == "" {
			free = append(free, lex)
			continue
		}
		option, kind, ok := t.named(c, extra, name)
		if !ok {
			if err := t.strangeOption(c, extra, lex, name, flag, expected(c, call.Args, len(free)), tail(c, free)); err != nil {
				return Call{}, err
			}
			free = append(free, lex)
			continue
		}
		value := lex.text
		if flag {
			value = ""
		}
		switch {
		case flag && kind == TypeBool:
			value = "yes"
		case value == "" && !lex.quoted && i+1 < len(lexemes) && !lexemes[i+1].named:
			i++
			value = lexemes[i].text
		}
		call.Args[option] = value
	}
	return t.positional(c, line, call, free)
}

// tail tells whether the words still to come belong to a text at the end of the
// line, in which "note: this" is writing and not a misspelt option.
func tail(c *Command, free []lexeme) bool {
	at := 0
	for _, o := range c.Options {
		if o.Hidden || o.Type == TypeExtra {
			continue
		}
		if o.Rest {
			return o.Pairs && len(free) == at || len(free) > at && (!free[at].quoted || last(c, o) && len(free) > at+1)
		}
		at++
	}
	return false
}

// named finds an option or a field of the charter by a typed name.
func (t *tree) named(c *Command, extra []extraField, name string) (string, OptionType, bool) {
	if o, ok := t.optionNamed(c, name); ok {
		return o.Name, o.Type, true
	}
	for _, e := range extra {
		if config.Fold(e.name) == config.Fold(name) {
			return e.name, TypeString, true
		}
	}
	for _, e := range extra {
		if slices.ContainsFunc(e.words, func(w string) bool { return config.Fold(w) == config.Fold(name) }) {
			return e.name, TypeString, true
		}
	}
	return "", 0, false
}

// asTyped is the word without its quotes, or with the colon that named nothing.
func (l lexeme) asTyped(line string) string {
	if l.named {
		return l.whole(line)
	}
	return l.text
}

// join puts words back together; one quoted text alone loses its quotes, and
// words that stood side by side keep the spaces and line ends between them.
func join(line string, words []lexeme) string {
	if len(words) == 1 {
		return words[0].asTyped(line)
	}
	var b strings.Builder
	for i, w := range words {
		typed := w.whole(line)
		if i > 0 {
			previous := words[i-1]
			end := previous.start + len(previous.whole(line))
			if gap := line[end:w.start]; strings.TrimSpace(gap) == "" {
				b.WriteString(gap)
			} else {
				b.WriteByte(' ')
			}
		}
		b.WriteString(typed)
	}
	return b.String()
}
