package newsletter

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"

	"greffier/bot"
	"greffier/store"
)

func titleOf(i *Issue) bot.Text {
	if i.Title != "" {
		return bot.Typed(i.Title)
	}
	return bot.T("newsletter.title", "from", bot.Date(i.From), "to", bot.Date(i.To))
}

// numbered says an issue with the numbers of its sections and lines.
func numbered(i *Issue) bot.Text {
	lines := []bot.Text{bot.T("newsletter.heading", "number", i.Number, "title", titleOf(i))}
	if i.Intro != "" {
		lines = append(lines, bot.Typed(i.Intro))
	}
	for s := range i.Sections {
		lines = append(lines, bot.T("newsletter.section", "section", s+1, "title", i.Sections[s].Title))
		for l, text := range i.Sections[s].Lines {
			lines = append(lines, bot.T("newsletter.numbered", "section", s+1, "line", l+1, "text", text))
		}
	}
	return bot.Lines(lines...)
}

// letter says an issue as it is sent.
func letter(i *Issue) bot.Text {
	lines := []bot.Text{bot.T("newsletter.bold", "text", titleOf(i))}
	if i.Intro != "" {
		lines = append(lines, bot.Typed(i.Intro))
	}
	for _, s := range i.Sections {
		lines = append(lines, bot.T("newsletter.bold", "text", s.Title))
		for _, text := range s.Lines {
			lines = append(lines, bot.T("newsletter.item", "text", text))
		}
	}
	return bot.Lines(lines...)
}

// document draws "newsletter/3.md" and "newsletter/3.html".
func document(c *bot.Ctx, key, locale string) (bot.File, bool) {
	digits, form, _ := strings.Cut(strings.TrimPrefix(key, "newsletter/"), ".")
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return bot.File{}, false
	}
	i, ok := issues.Get(c.Tx, store.K(n))
	if !ok {
		return bot.File{}, false
	}
	s := c.Speaker(locale)
	name := fmt.Sprintf("newsletter-%d.%s", n, form)
	switch form {
	case "md":
		return bot.File{Name: name, Type: "text/markdown; charset=utf-8", Data: markdown(s, &i)}, true
	case "html":
		return bot.File{Name: name, Type: "text/html; charset=utf-8", Data: page(s, &i, locale)}, true
	}
	return bot.File{}, false
}

// markdown writes an issue as CommonMark.
func markdown(s *bot.Speaker, i *Issue) []byte {
	say := func(t bot.Text) string {
		return strings.ReplaceAll(strings.TrimSpace(s.Say(t).Markdown()), "\n", " ")
	}
	var b strings.Builder
	b.WriteString("# " + say(titleOf(i)) + "\n")
	if i.Intro != "" {
		b.WriteString("\n" + s.Say(bot.Typed(i.Intro)).Markdown() + "\n")
	}
	for _, section := range i.Sections {
		b.WriteString("\n## " + say(section.Title) + "\n\n")
		for _, line := range section.Lines {
			b.WriteString("- " + say(line) + "\n")
		}
	}
	return []byte(b.String())
}

var (
	boldRE = regexp.MustCompile(`\*\*(.+?)\*\*`)
	codeRE = regexp.MustCompile("`([^`]+)`")
	linkRE = regexp.MustCompile(`https?://[^\s<]+`)
)

// inHTML writes markup for a browser. What somebody typed comes as entities, so
// that the signs and addresses that are left are the catalogue's.
func inHTML(m bot.Markup) string {
	d := bot.PlainDialect()
	d.Escape = func(r rune) string { return fmt.Sprintf("&#%d;", r) }
	d.Mention = func(_, _, name string) string { return name }
	said := bot.Markup(strings.NewReplacer("&", "&amp;", `"`, "&#34;").Replace(string(m))).For(d)
	said = linkRE.ReplaceAllString(said, `<a href="$0">$0</a>`)
	said = boldRE.ReplaceAllString(said, "<strong>$1</strong>")
	said = codeRE.ReplaceAllString(said, "<code>$1</code>")
	return strings.ReplaceAll(strings.TrimSpace(said), "\n", "<br>")
}

// page writes an issue as a page of HTML that stands alone.
func page(s *bot.Speaker, i *Issue, locale string) []byte {
	say := func(t bot.Text) string { return inHTML(s.Say(t)) }
	var b strings.Builder
	title := html.EscapeString(s.Prose(titleOf(i)))
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=%q>\n<head><meta charset=\"utf-8\"><title>%s</title></head>\n<body>\n<h1>%s</h1>\n", locale, title, title)
	if i.Intro != "" {
		b.WriteString("<p>" + say(bot.Typed(i.Intro)) + "</p>\n")
	}
	for _, section := range i.Sections {
		b.WriteString("<h2>" + say(section.Title) + "</h2>\n<ul>\n")
		for _, line := range section.Lines {
			b.WriteString("<li>" + say(line) + "</li>\n")
		}
		b.WriteString("</ul>\n")
	}
	b.WriteString("</body>\n</html>\n")
	return []byte(b.String())
}
