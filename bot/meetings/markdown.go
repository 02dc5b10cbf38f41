package meetings

import (
	"strings"

	"greffier/bot"
)

// markdown writes a paper as CommonMark.
func (p *paper) markdown(s *bot.Speaker) []byte {
	var b strings.Builder
	say := func(t bot.Text) string {
		return strings.ReplaceAll(s.Say(t).Markdown(), "\n", " ")
	}
	b.WriteString("# " + say(p.title) + "\n\n*" + say(p.status) + "*\n")
	for _, bl := range p.blocks {
		if !bl.heading.IsZero() {
			b.WriteString("\n" + strings.Repeat("#", bl.level+1) + " " + say(bl.heading) + "\n")
		}
		if len(bl.lines) > 0 {
			b.WriteString("\n")
		}
		for i, line := range bl.lines {
			b.WriteString(say(line))
			if i+1 < len(bl.lines) {
				b.WriteString("  ")
			}
			b.WriteString("\n")
		}
		if len(bl.list) > 0 {
			b.WriteString("\n")
		}
		for _, line := range bl.list {
			b.WriteString("- " + say(line) + "\n")
		}
		writeTable(&b, bl, say)
	}
	if len(p.signers) > 0 {
		b.WriteString("\n---\n\n")
	}
	for _, sg := range p.signers {
		b.WriteString("- " + say(bot.T("minutes.signature", "as", sg.as, "who", sg.name)) + "\n")
	}
	return []byte(b.String())
}

func writeTable(b *strings.Builder, bl block, say func(bot.Text) string) {
	if len(bl.rows) == 0 {
		return
	}
	row := func(cells []bot.Text) {
		for _, cell := range cells {
			b.WriteString("| " + say(cell) + " ")
		}
		b.WriteString("|\n")
	}
	b.WriteString("\n")
	row(bl.head)
	b.WriteString(strings.Repeat("| --- ", len(bl.head)) + "|\n")
	for _, cells := range bl.rows {
		row(cells)
	}
}
