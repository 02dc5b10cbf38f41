package bot

import (
	"strings"
	"time"
)

// markdown writes the register as a document to read, in the community's
// language: for each feature that has a place in the register, its cards.
func (e *exporter) markdown() {
	c := e.c
	s := c.bot.speaker(c.Tx, c.Charter, c.Charter.Community.Locale, "")
	say := func(t Text) string { return s.Say(t).Markdown() }
	e.write("# " + say(T("export.title", "community", c.Charter.Community.Name)) + "\n\n")
	e.write(say(T("export.taken", "at", c.Now, "digest", c.Digest())) + "\n")
	for _, f := range c.bot.features {
		if f.Keys == nil || len(f.Commands) == 0 {
			continue
		}
		family, _, _ := strings.Cut(f.Commands[0].Name, " ")
		e.write("\n## " + say(commandHelp(family)) + "\n")
		none := true
		f.Keys(c, func(key string) {
			family, _, _ := strings.Cut(key, "/")
			draw, ok := c.bot.cards[family]
			if !ok {
				return
			}
			if card, ok := draw(c, key); ok {
				none = false
				e.markdownCard(card, say)
			}
		})
		if none {
			e.write("\n" + say(T("export.none")) + "\n")
		}
	}
}

// markdownCard writes one card as a section.
func (e *exporter) markdownCard(card Card, say func(Text) string) {
	e.write("\n### " + strings.ReplaceAll(say(card.Title), "\n", " ") + "\n")
	if body := say(card.Body); body != "" {
		e.write("\n" + strings.ReplaceAll(body, "\n", "  \n") + "\n")
	}
	written := false
	for _, f := range card.Fields {
		if say(f.Value) == "" {
			continue
		}
		if !written {
			e.write("\n")
			written = true
		}
		line := say(T("export.field", "label", f.Label, "value", f.Value))
		e.write("- " + strings.ReplaceAll(line, "\n", "  \n  ") + "\n")
	}
}

// Markdown writes markup as CommonMark: what somebody typed stands for itself,
// people and moments are in words. Only what would mean something where it
// stands is escaped, so that the text also reads well as it is.
func (m Markup) Markdown() string {
	return unescapeIdle(m.For(Dialect{
		Escape:  func(r rune) string { return "\\" + string(r) },
		Mention: func(_, _, name string) string { return string(Escape(name)) },
		Time:    func(_ time.Time, _, words string) string { return words },
	}))
}

// unescapeIdle takes the backslash from characters that mean nothing in
// CommonMark where they stand: some anywhere, some but at the start of a line
// (after its digits for those that end the number of a list's item).
func unescapeIdle(s string) string {
	const never, first, afterDigits = "\"$%',/:;?^{}(!", "#+-=", ".)"
	var b strings.Builder
	code, start, digits := false, true, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' && i+1 < len(s) && !code {
			c = s[i+1]
			idle := strings.IndexByte(never, c) >= 0 || !start && strings.IndexByte(first, c) >= 0 || !digits && strings.IndexByte(afterDigits, c) >= 0
			if !idle {
				b.WriteByte('\\')
			}
			i++
		} else if c == '`' {
			code = !code
		}
		b.WriteByte(c)
		digits = (start || digits) && '0' <= c && c <= '9'
		start = c == '\n' || start && (c == ' ' || c == '\t')
	}
	return b.String()
}
