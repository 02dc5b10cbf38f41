package mattermost

import (
	"regexp"
	"strings"
	"time"

	"greffier/bot"
)

// What a member typed must ping nobody and format nothing. Mattermost's Markdown
// takes backslashes before most signs, but a mention is found in the text that is
// left once they are gone: an @ is kept apart from what follows by a word joiner,
// which is not seen. A backslash where the sign means nothing would itself be
// seen in notifications, so it is put only where it is needed.

const (
	// typed marks a sign that a person typed until its surroundings are known.
	// Control characters never survive bot.Clean.
	typed = '\x01'
	// joiner is U+2060 WORD JOINER.
	joiner = "\u2060"
)

// dialect writes Markup for Mattermost; mention gives the user name of an account.
func dialect(mention func(id, name string) string) bot.Dialect {
	return bot.Dialect{
		Escape: func(r rune) string { return string(typed) + string(r) },
		Mention: func(_, id, name string) string {
			return "@" + mention(id, name)
		},
		Time: func(_ time.Time, _, words string) string { return words },
	}
}

// render writes Markup as Mattermost reads it.
func (a *Adapter) render(m bot.Markup) string {
	return settle(m.Linked().For(dialect(a.people.name)))
}

// settle decides for each sign that a person typed what keeps it harmless there.
func settle(s string) string {
	if strings.IndexByte(s, typed) < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	start := true // only spaces, digits and quote signs since the line began
	for i := 0; i < len(s); i++ {
		if s[i] != typed {
			start = s[i] == '\n' || start && (s[i] == ' ' || s[i] == '>' || s[i] >= '0' && s[i] <= '9')
			b.WriteByte(s[i])
			continue
		}
		i++
		if i == len(s) {
			break
		}
		b.WriteString(harmless(s[i], start))
		start = false
	}
	return b.String()
}

// harmless writes one typed sign, at the start of a line or further on.
func harmless(sign byte, start bool) string {
	switch sign {
	case '@', ':':
		return string(sign) + joinerAfter(sign)
	case '*', '_', '`', '~', '|', '[', ']', '<', '\\':
		return "\\" + string(sign)
	case '#', '+', '-', '>', '=', '.', ')':
		if start {
			return "\\" + string(sign)
		}
	}
	return string(sign)
}

// joinerAfter keeps an @ from naming somebody. A colon is left alone: at worst it
// makes a smile.
func joinerAfter(sign byte) string {
	if sign == '@' {
		return joiner
	}
	return ""
}

// plainText writes Markup without marks, for titles of windows and notifications.
func plainText(m bot.Markup) string { return m.For(bot.PlainDialect()) }

// slackLink is what the server turns into a link in the attachments of a response,
// whatever stands before it and though it was asked not to.
var slackLink = regexp.MustCompile(`\\?<([^<|]+\|[^>]+>)`)

// plainLinks keeps a typed "<address|words>" from becoming a link there.
func plainLinks(s string) string { return slackLink.ReplaceAllString(s, "&lt;$1") }
