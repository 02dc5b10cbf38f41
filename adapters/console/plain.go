package console

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"greffier/bot"
)

// writePlain writes a message as a transcript has it: who it is for, then the
// message, its further lines indented by two spaces so that nothing a member
// typed can pass for a message of its own.
func writePlain(w io.Writer, m Shown) error {
	to := m.To.Name
	if m.Channel != "" {
		to = "#" + m.Channel
	}
	lines := plainLines(m)
	if len(lines) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "bot → %s: %s\n", strings.Join(strings.Fields(harmless(to)), " "), strings.Join(lines, "\n  "))
	return err
}

// plainLines are the lines of a message, blank ones left out.
func plainLines(m Shown) []string {
	var lines []string
	add := func(s string) {
		for line := range strings.SplitSeq(harmless(s), "\n") {
			if strings.TrimSpace(line) != "" {
				lines = append(lines, strings.TrimRightFunc(line, unicode.IsSpace))
			}
		}
	}
	add(plain(m.Text))
	if m.Card != nil {
		addCard(m, add)
	}
	if m.Form != nil {
		addForm(m, add)
	}
	if len(m.Buttons) > 0 {
		labels := make([]string, len(m.Buttons))
		for i, b := range m.Buttons {
			labels[i] = fmt.Sprintf("%d) %s", i+1, b.Label)
		}
		add(strings.Join(labels, "  "))
	}
	for _, f := range m.Files {
		add(fmt.Sprintf("[%s] %s", fileName(f.Name), fileSize(len(f.Data), m.Locale)))
		add(f.Alt)
	}
	return lines
}

func plain(m bot.Markup) string { return m.For(bot.PlainDialect()) }

func addCard(m Shown, add func(string)) {
	title := plain(m.Card.Title)
	if m.Card.Key != "" {
		sign := ""
		if m.Again {
			sign = " ↻"
		}
		title = "[" + m.Card.Key + sign + "] " + title
	}
	add(title)
	add(plain(m.Card.Body))
	for _, f := range m.Card.Fields {
		add(plain(f.Label) + colon(m.Locale) + plain(f.Value))
	}
}

// colon stands between a label and what it labels.
func colon(locale string) string {
	if locale == "fr" {
		return " : "
	}
	return ": "
}

func addForm(m Shown, add func(string)) {
	add(m.Form.Title)
	add(plain(m.Form.Intro))
	for _, f := range m.Form.Fields {
		line := fieldWord(f)
		if f.Required {
			line += "*"
		}
		value := "…"
		if f.Value != "" {
			value = strings.ReplaceAll(valueLabel(f), "\n", " ⏎ ")
		}
		line += colon(m.Locale) + value
		if len(f.Choices) > 0 {
			line += " (" + strings.Join(choiceLabels(f.Choices), ", ") + ")"
		}
		if f.Error != "" {
			line += "\n! " + f.Error
		}
		add(line)
	}
}

// valueLabel is the present value of a field as its reader knows it.
func valueLabel(f bot.FormField) string {
	for _, c := range f.Choices {
		if c.Value == f.Value {
			return c.Label
		}
	}
	return f.Value
}

func choiceLabels(choices []bot.ChoiceView) []string {
	labels := make([]string, len(choices))
	for i, c := range choices {
		labels[i] = c.Label
	}
	return labels
}

// fileName is a file's name without what could lead out of a directory.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || unicode.IsControl(r) {
			return '-'
		}
		return r
	}, name)
	name = strings.TrimLeft(strings.Join(strings.Fields(harmless(name)), " "), ".-")
	if name == "" {
		return "file"
	}
	return name
}

func fileSize(n int, locale string) string {
	kilo, unit := "kB", "bytes"
	if locale == "fr" {
		kilo, unit = "ko", "octets"
	}
	if n < 1000 {
		return fmt.Sprintf("%d %s", n, unit)
	}
	return fmt.Sprintf("%d %s", (n+500)/1000, kilo)
}

// harmless drops what would act on the terminal instead of being read: control
// characters, escape sequences and directional overrides.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
