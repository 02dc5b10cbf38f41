package console

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"greffier/bot"
)

// Verb says what a line of a conversation does.
type Verb int

// The verbs of the grammar.
const (
	// Nothing is a blank line or a comment.
	Nothing Verb = iota
	// Says types a text in a channel.
	Says
	// Joins and Leaves enter and leave the community.
	Joins
	Leaves
	// Closes makes a person, or a channel, one that the clerk cannot write to;
	// Opens undoes it.
	Closes
	Opens
	// Clicks presses a button, by its label on a card or by its number.
	Clicks
	// Fills answers the form that was shown last.
	Fills
	// Is puts somebody in groups.
	Is
	// Passes lets time go by.
	Passes
)

// Step is one line of a conversation.
type Step struct {
	Verb Verb
	// Name is who acts, as written; Channel, with Says, where they go to speak.
	Name, Channel string
	// Text is what is said, without outer spaces, or the words of a comment.
	Text string
	// Number, with Clicks, counts buttons from 1; when it is 0, Label is the
	// button's and Key the card's.
	Number     int
	Label, Key string
	// Values are the fields to fill, in the order written.
	Values []Value
	// Groups are those somebody is put in.
	Groups []string
	// Length is the time that passes, in whole seconds.
	Length time.Duration
}

// Value is a field of a form and what to put there.
type Value struct{ Field, Text string }

// SyntaxError says that a line is outside the grammar, and what it should have been.
type SyntaxError struct{ Expected bot.Text }

// Error gives the key of what was expected.
func (e *SyntaxError) Error() string { return "console: outside the grammar: " + e.Expected.Key }

var (
	errForm     = &SyntaxError{bot.T("console.expect-line")}
	errClicks   = &SyntaxError{bot.T("console.expect-clicks")}
	errFills    = &SyntaxError{bot.T("console.expect-fills")}
	errIs       = &SyntaxError{bot.T("console.expect-is")}
	errDuration = &SyntaxError{bot.T("console.expect-duration")}
)

// ParseLine reads one line of the grammar. The error is a *SyntaxError.
func ParseLine(s string) (Step, error) {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return Step{}, nil
	case s[0] == '#':
		return Step{Text: strings.TrimSpace(s[1:])}, nil
	case s[0] == '+':
		length, err := bot.ParseDuration(s[1:])
		if err != nil || length <= 0 {
			return Step{}, errDuration
		}
		return Step{Verb: Passes, Length: length}, nil
	}
	name, rest := takeName(s)
	if name == "" || rest == "" {
		return Step{}, errForm
	}
	switch rest[0] {
	case ':':
		return Step{Verb: Says, Name: name, Text: strings.TrimSpace(rest[1:])}, nil
	case '@':
		channel, said := takeName(rest[1:])
		if channel == "" || !strings.HasPrefix(said, ":") {
			return Step{}, errForm
		}
		return Step{Verb: Says, Name: name, Channel: channel, Text: strings.TrimSpace(said[1:])}, nil
	}
	return parseVerb(name, rest)
}

func parseVerb(name, rest string) (Step, error) {
	if r, _ := utf8.DecodeRuneInString(rest); !unicode.IsSpace(r) {
		return Step{}, errForm
	}
	verb, rest := cutSpace(strings.TrimSpace(rest))
	switch verb {
	case "joins", "leaves", "closes", "opens":
		if rest != "" {
			return Step{}, errForm
		}
		return Step{Verb: bareVerbs[verb], Name: name}, nil
	case "clicks":
		return parseClicks(Step{Verb: Clicks, Name: name}, rest)
	case "fills":
		return parseFills(Step{Verb: Fills, Name: name}, rest)
	case "is":
		return parseIs(Step{Verb: Is, Name: name}, rest)
	}
	return Step{}, errForm
}

// bareVerbs are those that nothing follows.
var bareVerbs = map[string]Verb{"joins": Joins, "leaves": Leaves, "closes": Closes, "opens": Opens}

func parseClicks(step Step, rest string) (Step, error) {
	if rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		n, err := strconv.Atoi(rest)
		if err != nil || n < 1 {
			return Step{}, errClicks
		}
		step.Number = n
		return step, nil
	}
	label, rest, ok := takeQuoted(rest)
	if !ok || strings.TrimSpace(label) == "" {
		return Step{}, errClicks
	}
	on, key := cutSpace(strings.TrimSpace(rest))
	if on != "on" || key == "" || strings.ContainsFunc(key, unicode.IsSpace) {
		return Step{}, errClicks
	}
	step.Label, step.Key = label, key
	return step, nil
}

func parseFills(step Step, rest string) (Step, error) {
	for rest != "" {
		field, after, ok := strings.Cut(rest, "=")
		if !ok || field == "" || strings.ContainsFunc(field, func(r rune) bool { return unicode.IsSpace(r) || r == '"' }) {
			return Step{}, errFills
		}
		value, left, quoted := takeQuoted(after)
		if !quoted {
			if strings.HasPrefix(after, `"`) {
				return Step{}, errFills
			}
			value, left = cutSpace(after)
		}
		step.Values = append(step.Values, Value{field, value})
		rest = strings.TrimSpace(left)
	}
	if len(step.Values) == 0 {
		return Step{}, errFills
	}
	return step, nil
}

func parseIs(step Step, rest string) (Step, error) {
	for part := range strings.SplitSeq(rest, ",") {
		group, left := takeName(strings.TrimSpace(part))
		if group == "" || left != "" {
			return Step{}, errIs
		}
		step.Groups = append(step.Groups, group)
	}
	return step, nil
}

// takeName cuts a NAME off the beginning of s.
func takeName(s string) (name, rest string) {
	end := strings.IndexFunc(s, func(r rune) bool { return !inName(r) })
	if end < 0 {
		end = len(s)
	}
	return s[:end], s[end:]
}

func inName(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || strings.ContainsRune("._-", r))
}

// cutSpace cuts s at its first space.
func cutSpace(s string) (before, after string) {
	at := strings.IndexFunc(s, unicode.IsSpace)
	if at < 0 {
		return s, ""
	}
	return s[:at], strings.TrimSpace(s[at:])
}

var quotes = map[rune]rune{'"': '"', '“': '”', '«': '»'}

// takeQuoted reads a text between quotes at the beginning of s; \n, \" and \\
// stand for a line end, a quote and a backslash. A space or the end follows.
func takeQuoted(s string) (text, rest string, ok bool) {
	open, n := utf8.DecodeRuneInString(s)
	end, ok := quotes[open]
	if !ok {
		return "", s, false
	}
	var b strings.Builder
	for i := n; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == '\\' && i+1 < len(s) {
			if at := strings.IndexByte(`n"\`, s[i+1]); at >= 0 {
				b.WriteByte("\n\"\\"[at])
				i += 2
				continue
			}
		}
		if r == end {
			rest := s[i+n:]
			if next, _ := utf8.DecodeRuneInString(rest); rest != "" && !unicode.IsSpace(next) {
				return "", s, false
			}
			text := b.String()
			if open == '«' {
				text = strings.TrimSpace(text)
			}
			return text, rest, true
		}
		b.WriteString(s[i : i+n])
		i += n
	}
	return "", s, false
}

var quoter = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func quote(s string) string { return `"` + quoter.Replace(s) + `"` }

// String writes the step as ParseLine reads it.
func (s Step) String() string {
	switch s.Verb {
	case Says:
		at := ""
		if s.Channel != "" {
			at = "@" + s.Channel
		}
		return strings.TrimSpace(s.Name + at + ": " + s.Text)
	case Joins:
		return s.Name + " joins"
	case Closes:
		return s.Name + " closes"
	case Opens:
		return s.Name + " opens"
	case Leaves:
		return s.Name + " leaves"
	case Clicks:
		if s.Number > 0 {
			return fmt.Sprintf("%s clicks %d", s.Name, s.Number)
		}
		return fmt.Sprintf("%s clicks %s on %s", s.Name, quote(s.Label), s.Key)
	case Fills:
		words := []string{s.Name, "fills"}
		for _, v := range s.Values {
			words = append(words, v.Field+"="+quote(v.Text))
		}
		return strings.Join(words, " ")
	case Is:
		return s.Name + " is " + strings.Join(s.Groups, ", ")
	case Passes:
		return "+" + bot.FormatDuration(s.Length)
	}
	if s.Text == "" {
		return ""
	}
	return "# " + s.Text
}
