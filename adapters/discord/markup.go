package discord

import (
	"strconv"
	"strings"
	"time"

	"greffier/bot"
)

// Discord's Markdown takes a backslash before any sign that could mean something,
// and shows the sign alone. That a text pings nobody is for allowed_mentions to
// see to; the backslash keeps it from looking as if it did.

// meaning are the signs that can mean something in the middle of a text, and
// starting those that do at the beginning of a line.
const (
	meaning  = "\\`*_~|<[]@"
	starting = "#->"
)

// dialect writes Markup for Discord; inTitle where mentions and moments are not drawn.
func dialect(inTitle bool) bot.Dialect {
	d := bot.Dialect{
		Escape: func(r rune) string {
			if r < 0x80 && strings.ContainsRune(meaning+starting, r) {
				return "\\" + string(r)
			}
			return string(r)
		},
		Mention: func(_, id, _ string) string { return "<@" + id + ">" },
		Time: func(t time.Time, style, _ string) string {
			return "<t:" + strconv.FormatInt(t.Unix(), 10) + ":" + style + ">"
		},
	}
	if inTitle {
		d.Mention = func(_, _, name string) string { return "@" + name }
		d.Time = func(_ time.Time, _, words string) string { return words }
	}
	return d
}

var (
	textDialect  = dialect(false)
	titleDialect = dialect(true)
)

// render writes Markup as Discord reads it.
func render(m bot.Markup) string { return m.Linked().For(textDialect) }

// renderTitle writes it for titles, where mentions are not drawn.
func renderTitle(m bot.Markup) string { return m.For(titleDialect) }

// plainText writes Markup without marks, for buttons, titles of windows and names.
func plainText(m bot.Markup) string { return m.For(bot.PlainDialect()) }

// oneLine is what to log of an error.
func oneLine(err error) string {
	if err == nil {
		return ""
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}
