package console

import (
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"greffier/bot"
)

// Styles say what a terminal can show. The zero Styles is a dumb terminal, on
// which the words alone say everything, as they must anyway.
type Styles struct {
	// Emphasis allows bold, dim and underlined; Colour allows colours too.
	Emphasis, Colour bool
	// Lines allows box-drawing characters.
	Lines bool
}

// look is how a piece of text looks, as bits.
type look uint8

const (
	bold look = 1 << iota
	faint
	underlined
	code
)

// paint writes text in a look.
func (s Styles) paint(text string, l look) string {
	if text == "" || !s.Emphasis || l == 0 {
		if l&code != 0 && !s.Emphasis {
			return "`" + text + "`"
		}
		return text
	}
	var codes []string
	if l&bold != 0 {
		codes = append(codes, "1")
	}
	if l&faint != 0 {
		codes = append(codes, "2")
	}
	if l&underlined != 0 {
		codes = append(codes, "4")
	}
	if l&code != 0 {
		if s.Colour {
			codes = append(codes, "36")
		} else {
			codes = append(codes, "1")
		}
	}
	return "\x1b[" + strings.Join(codes, ";") + "m" + text + "\x1b[0m"
}

// span is a piece of text in one look.
type span struct {
	text string
	look look
}

// typed marks characters that a person typed, so that they are read as
// themselves and not as Markdown: each becomes one in a private range.
const typed = 0xE000

// markdown reads Markup into lines of spans, over a look that all of it has.
func markdown(m bot.Markup, base look) [][]span {
	d := bot.Dialect{
		Escape: func(r rune) string {
			if r > ' ' && r < 0x7F {
				return string(typed + r)
			}
			return string(r)
		},
		Mention: func(_, _, name string) string { return "**@" + own(name) + "**" },
		Time:    func(_ time.Time, _, words string) string { return words },
	}
	var lines [][]span
	for line := range strings.SplitSeq(harmless(m.For(d)), "\n") {
		lines = append(lines, block(line, base))
	}
	return lines
}

// own marks all that could be Markdown in a name.
func own(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPunct(r) || unicode.IsSymbol(r) {
			if r < 0x7F {
				return typed + r
			}
		}
		return r
	}, s)
}

// block reads the beginning of a line: a heading, a quote or an item.
func block(line string, base look) []span {
	trimmed := strings.TrimLeft(line, " ")
	indent := line[:len(line)-len(trimmed)]
	switch {
	case strings.HasPrefix(trimmed, "#"):
		if title := strings.TrimLeft(trimmed, "#"); strings.HasPrefix(title, " ") {
			return []span{{said(strings.TrimSpace(title)), bold}}
		}
	case strings.HasPrefix(trimmed, "> "):
		return append([]span{{indent + "  ", 0}}, inline(trimmed[2:], base)...)
	case strings.HasPrefix(trimmed, "- "), strings.HasPrefix(trimmed, "* "):
		return append([]span{{indent + "• ", 0}}, inline(trimmed[2:], base)...)
	}
	return inline(line, base)
}

// inline reads emphasis, code and links.
func inline(s string, base look) []span {
	var spans []span
	plainUpTo := func(n int) {
		if n > 0 {
			spans = append(spans, span{said(s[:n]), base})
		}
	}
	for i := 0; i < len(s); i++ {
		text, after, l, ok := marked(s[i:])
		if !ok {
			continue
		}
		plainUpTo(i)
		if l == code {
			spans = append(spans, span{said(text), base | code})
		} else {
			spans = append(spans, inline(text, base|l)...)
		}
		s, i = after, -1
	}
	plainUpTo(len(s))
	return spans
}

// marked reads one marked piece at the beginning of s.
func marked(s string) (text, after string, l look, ok bool) {
	for _, mark := range []struct {
		sign string
		look look
	}{{"**", bold}, {"`", code}, {"_", underlined}} {
		if rest, found := strings.CutPrefix(s, mark.sign); found {
			text, after, ok = strings.Cut(rest, mark.sign)
			return text, after, mark.look, ok && text != ""
		}
	}
	if strings.HasPrefix(s, "[") {
		if text, rest, found := strings.Cut(s[1:], "]("); found {
			if url, after, closed := strings.Cut(rest, ")"); closed && !strings.Contains(text, "]") {
				return text + " <" + url + ">", after, underlined, true
			}
		}
	}
	return "", s, 0, false
}

// said turns characters marked as typed back into themselves.
func said(s string) string {
	return strings.Map(func(r rune) rune {
		if r > typed+' ' && r < typed+0x7F {
			return r - typed
		}
		return r
	}, s)
}

// cells is how many columns a text takes.
func cells(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
		case width.LookupRune(r).Kind() == width.EastAsianWide, width.LookupRune(r).Kind() == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// wrap paints spans in lines of at most columns, broken between words.
func (s Styles) wrap(spans []span, columns int) []string {
	var lines []string
	var line []span
	used, gap := 0, false // gap: the line ends with a space
	end := func() {
		var b strings.Builder
		for _, sp := range line {
			b.WriteString(s.paint(sp.text, sp.look))
		}
		lines, line, used = append(lines, b.String()), nil, 0
	}
	for _, sp := range spans {
		fresh := true // the next word begins a piece of its own
		for word := range strings.SplitAfterSeq(sp.text, " ") {
			if used > 0 && gap && used+cells(strings.TrimRight(word, " ")) > columns {
				end()
				fresh = true
			}
			if fresh {
				line, fresh = append(line, span{look: sp.look}), false
			}
			line[len(line)-1].text += word
			used += cells(word)
			gap = strings.HasSuffix(word, " ") || word == "" && gap
		}
	}
	end()
	return lines
}
