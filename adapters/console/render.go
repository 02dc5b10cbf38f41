package console

import (
	"fmt"
	"strings"

	"greffier/bot"
)

// screen draws messages for one person at a terminal.
type screen struct {
	styles  Styles
	columns func() int
	// words are the console's own, in the person's language.
	words func(key string, args ...any) string
}

// draw writes a message: who says it to whom, then the message, indented.
// numbered tells whether typing a number presses its buttons.
func (s screen) draw(m Shown, me string, numbered bool) string {
	var b strings.Builder
	b.WriteString(s.heading(m, me) + "\n")
	body := s.block(m, numbered)
	for _, line := range body {
		b.WriteString("  " + strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// heading says who speaks to whom.
func (s screen) heading(m Shown, me string) string {
	to := s.words("console.to", "who", m.To.Name)
	switch {
	case m.Channel != "":
		to = "#" + m.Channel
	case m.To.ID == me:
		to = s.words("console.to-you")
	}
	arrow := "→"
	if !s.styles.Lines {
		arrow = "->"
	}
	return s.styles.paint("greffier", bold) + s.styles.paint(" "+arrow+" "+strings.Join(strings.Fields(harmless(to)), " "), faint)
}

func (s screen) block(m Shown, numbered bool) []string {
	lines := s.markup(m.Text, "", 0)
	if m.Card != nil {
		lines = append(lines, s.card(m)...)
	}
	if m.Form != nil {
		addForm(m, func(text string) { lines = append(lines, s.plainLines(text)...) })
	}
	if len(m.Buttons) > 0 {
		lines = append(lines, s.buttons(m, numbered)...)
	}
	for _, f := range m.Files {
		lines = append(lines, s.styles.paint(fmt.Sprintf("[%s] %s", fileName(f.Name), fileSize(len(f.Data), m.Locale)), bold))
		if f.Alt != "" {
			lines = append(lines, s.plainLines(f.Alt)...)
		}
	}
	return lines
}

func (s screen) width() int { return max(s.columns()-4, 20) }

// markup draws Markdown, each line after a margin.
func (s screen) markup(text bot.Markup, margin string, base look) []string {
	if text == "" {
		return nil
	}
	var lines []string
	for _, spans := range markdown(text, base) {
		for _, line := range s.styles.wrap(spans, s.width()-cells(margin)) {
			lines = append(lines, margin+line)
		}
	}
	return lines
}

func (s screen) plainLines(text string) []string {
	var lines []string
	for line := range strings.SplitSeq(harmless(text), "\n") {
		lines = append(lines, s.styles.wrap([]span{{line, 0}}, s.width())...)
	}
	return lines
}

// tones are signs beside the words of a card, never instead of them.
var tones = map[bot.Tone][2]string{
	bot.Open: {"○ ", "36"}, bot.Positive: {"✓ ", "32"}, bot.Negative: {"✗ ", "31"}, bot.Done: {"■ ", "34"},
}

// card draws a card behind a line on its left.
func (s screen) card(m Shown) []string {
	tone := tones[m.Card.Tone]
	margin := "| "
	if s.styles.Lines {
		margin = s.colour("▌ ", tone[1])
	}
	sign := ""
	if s.styles.Lines {
		sign = tone[0]
	}
	lines := s.markup(bot.Markup(sign)+m.Card.Title, margin, bold)
	if m.Card.Key != "" {
		key := m.Card.Key
		if m.Again {
			key += ", " + s.words("console.renewed")
		}
		lines = append(lines, margin+s.styles.paint(harmless(key), faint))
	}
	lines = append(lines, s.markup(m.Card.Body, margin, 0)...)
	for _, f := range m.Card.Fields {
		lines = append(lines, s.markup("_"+f.Label+"_"+bot.Markup(colon(m.Locale))+f.Value, margin, 0)...)
	}
	return lines
}

func (s screen) colour(text, code string) string {
	if !s.styles.Colour || code == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// buttons draws what can be pressed, several on a line while they fit.
func (s screen) buttons(m Shown, numbered bool) []string {
	var spans []span
	for i, b := range m.Buttons {
		// Spaces inside a label do not break: a button stays whole.
		label := strings.ReplaceAll(harmless(b.Label), " ", "\u00A0")
		if numbered {
			spans = append(spans, span{fmt.Sprintf("[%d]\u00A0", i+1), bold}, span{label, 0}, span{"   ", 0})
			continue
		}
		spans = append(spans, span{"[" + label + "]", 0}, span{"  ", 0})
	}
	return s.styles.wrap(spans, s.width())
}
