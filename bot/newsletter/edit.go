package newsletter

import (
	"slices"
	"strings"
	"time"

	"greffier/bot"
)

type numberArgs struct {
	Number int `opt:"number"`
}

// show shows an issue with the numbers by which it is edited.
func show(c *bot.Ctx, in numberArgs) (bot.Reply, error) {
	i, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Text: numbered(i)}, nil
}

type editArgs struct {
	Number int    `opt:"number"`
	Title  string `opt:"title,optional" max:"100"`
	Intro  string `opt:"intro,optional,long"`
}

// edit gives a draft its title and the words it begins with.
func edit(c *bot.Ctx, in editArgs) (bot.Reply, error) {
	i, err := findDraft(c, in.Number)
	switch {
	case err != nil:
		return bot.Reply{}, err
	case strings.TrimSpace(in.Title+in.Intro) == "":
		return bot.Reply{Form: c.Form(map[string]string{"title": i.Title, "intro": i.Intro})}, nil
	}
	if in.Title != "" {
		i.Title = strings.Join(strings.Fields(in.Title), " ")
	}
	if in.Intro != "" {
		i.Intro = in.Intro
	}
	return edited(c, i)
}

func edited(c *bot.Ctx, i *Issue) (bot.Reply, error) {
	i.save(c)
	c.Record(bot.Entry{Subject: i.key()})
	return bot.Reply{Text: numbered(i)}, nil
}

type addArgs struct {
	Number int    `opt:"number"`
	Title  string `opt:"title" max:"100"`
	Text   string `opt:"text,rest,long"`
}

// maxSections is how many sections an issue may have.
const maxSections = 30

// add writes a section of one's own at the end of a draft.
func add(c *bot.Ctx, in addArgs) (bot.Reply, error) {
	i, err := findDraft(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(i.Sections) >= maxSections {
		return bot.Reply{}, bot.Refuse("newsletter.too-many", "max", maxSections)
	}
	section := bot.NewsSection{Title: bot.Typed(in.Title)}
	for line := range strings.Lines(in.Text) {
		if line = strings.TrimSpace(line); line != "" {
			section.Lines = append(section.Lines, bot.Typed(line))
		}
	}
	i.Sections = append(slices.Clone(i.Sections), section)
	return edited(c, i)
}

type dropArgs struct {
	Number  int `opt:"number"`
	Section int `opt:"section"`
	Line    int `opt:"line,optional"`
}

// drop takes a section, or one line of it, out of a draft.
func drop(c *bot.Ctx, in dropArgs) (bot.Reply, error) {
	i, err := findDraft(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	at := in.Section - 1
	if at < 0 || at >= len(i.Sections) || in.Line < 0 || in.Line > len(i.Sections[at].Lines) {
		return bot.Reply{}, bot.BadOption("section", "newsletter.no-section", "number", i.Number, "show", bot.CommandText("newsletter show"))
	}
	i.Sections = slices.Clone(i.Sections)
	if in.Line == 0 || len(i.Sections[at].Lines) == 1 {
		i.Sections = slices.Delete(i.Sections, at, at+1)
	} else {
		i.Sections[at].Lines = slices.Delete(slices.Clone(i.Sections[at].Lines), in.Line-1, in.Line)
	}
	return edited(c, i)
}

type sendArgs struct {
	Number int  `opt:"number"`
	Sure   bool `opt:"sure,hidden"`
}

// send sends an issue to the charter's channel, wherever that is.
func send(c *bot.Ctx, in sendArgs) (bot.Reply, error) {
	i, err := findDraft(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	channel := c.Charter.Newsletter.Channel
	if channel == "" {
		return bot.Reply{}, bot.Refuse("newsletter.no-channel", "number", i.Number, "files", bot.CommandText("newsletter files"))
	}
	if len(i.Sections) == 0 && i.Intro == "" {
		return bot.Reply{}, bot.Refuse("newsletter.empty", "number", i.Number, "edit", bot.CommandText("newsletter edit"))
	}
	places := c.Channels(channel)
	if !in.Sure {
		return c.Ask(bot.T("newsletter.send-sure", "number", i.Number, "channel", channel, "count", len(places)), "newsletter.button-send"), nil
	}
	i.Sent = c.Now
	i.save(c)
	c.Record(bot.Entry{Subject: i.key(), Data: map[string]string{"channel": channel, "sent": i.Sent.Format(time.RFC3339)}})
	for _, place := range places {
		c.Send(bot.Post{Place: place, Text: letter(i), Documents: []string{i.key() + ".html", i.key() + ".md"}, Else: &bot.Else{Member: c.Caller.ID}})
	}
	return bot.Say("newsletter.sent", "number", i.Number, "channel", channel), nil
}

// files hands an issue over as Markdown and HTML.
func files(c *bot.Ctx, in numberArgs) (bot.Reply, error) {
	i, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	reply := bot.Say("newsletter.files", "number", i.Number)
	for _, form := range []string{".md", ".html"} {
		if doc, ok := document(c, i.key()+form, c.Locale()); ok {
			reply.Files = append(reply.Files, doc)
		}
	}
	return reply, nil
}

type listArgs struct{}

// listed is how many issues a list shows.
const listed = 15

// list shows the latest issues.
func list(c *bot.Ctx, _ listArgs) (bot.Reply, error) {
	var lines []bot.Text
	for _, i := range issues.PrefixDown(c.Tx, nil) {
		key := "newsletter.line-draft"
		if !i.Sent.IsZero() {
			key = "newsletter.line-sent"
		}
		if lines = append(lines, bot.T(key, "number", i.Number, "title", titleOf(&i), "at", bot.Date(i.Sent))); len(lines) == listed {
			break
		}
	}
	if len(lines) == 0 {
		return bot.Say("newsletter.list-empty", "prepare", bot.CommandText("newsletter prepare")), nil
	}
	return bot.Reply{Text: bot.Lines(lines...)}, nil
}
