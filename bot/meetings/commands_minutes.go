package meetings

import (
	"fmt"

	"greffier/bot"
	"greffier/store"
)

// minutes hands the minutes of a meeting over, as they stand, to read and to keep.
func minutes(c *bot.Ctx, in numberArgs) (bot.Reply, error) {
	m, err := inState(c, in.Number, Open, Held)
	if err != nil {
		return bot.Reply{}, err
	}
	reply := bot.Reply{Text: bot.Lines(minutesSummary(c, m)...)}
	for _, ext := range []string{"pdf", "md"} {
		if doc, ok := c.Document(minutesKey(m, ext), c.Locale()); ok {
			reply.Files = append(reply.Files, doc)
		}
	}
	if m.Approved.IsZero() && keeps(c, m) {
		reply.Buttons = minutesButtons(m)[1:]
	}
	return reply, nil
}

func minutesKey(m *Meeting, ext string) string { return fmt.Sprintf("minutes/%d.%s", m.Number, ext) }

// minutesSummary says what the minutes hold.
func minutesSummary(c *bot.Ctx, m *Meeting) []bot.Text {
	title, status := minutesTitle(m)
	return []bot.Text{
		bot.T("minutes.summary", "title", title, "status", status), sheetCounts(c, m),
		bot.T("minutes.summary-counts", "decisions", bot.T("minutes.decision-count", "count", len(decisionsIn(c, m))),
			"actions", bot.T("minutes.action-count", "count", len(actionsOf(c, m)))),
	}
}

// drawMinutes draws the minutes of a meeting: "minutes/12.pdf" or "minutes/12.md".
func drawMinutes(c *bot.Ctx, key, locale string) (bot.File, bool) {
	n, ok := numberAfter(key)
	if !ok {
		return bot.File{}, false
	}
	m, ok := meetings.Get(c.Tx, store.K(n))
	if !ok || m.Started.IsZero() {
		return bot.File{}, false
	}
	p, s := minutesOf(c, &m), c.Speaker(locale)
	name := s.Plain(bot.T("minutes.file", "number", m.Number))
	if key == minutesKey(&m, "md") {
		return bot.File{Name: name + ".md", Type: "text/markdown; charset=utf-8", Data: p.markdown(s)}, true
	}
	made := m.Ended
	if made.IsZero() {
		made = m.Started
	}
	data, err := p.pdf(s, locale, made)
	if err != nil {
		panic(store.Fault{Err: err})
	}
	return bot.File{Name: name + ".pdf", Type: "application/pdf", Data: data}, key == minutesKey(&m, "pdf")
}

type approveArgs struct {
	Number int  `opt:"number" suggest:"meetings"`
	Sure   bool `opt:"sure,hidden"`
}

// approve makes the minutes final: what they say is sealed in the journal, and
// they are published.
func approve(c *bot.Ctx, in approveArgs) (bot.Reply, error) {
	m, err := writable(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if m.State == Open {
		return bot.Reply{}, bot.Refuse("meeting.is-open", "number", m.Number, "title", m.Title, "end", bot.CommandText("meeting end"))
	}
	if !in.Sure {
		return c.Ask(bot.Lines(append(minutesSummary(c, m), bot.T("minutes.approve-ask"))...), "minutes.approve-sure"), nil
	}
	m.Approved, m.ApprovedBy = c.Now, c.Caller.ID
	seal(c, m)
	c.Record(bot.Entry{Subject: m.key(), Rule: m.Kind})
	for _, place := range channels(c, m) {
		c.Send(bot.Post{
			Place: place, Text: bot.T("minutes.approved-post", "number", m.Number, "title", m.Title, "who", c.Caller.ID),
			Documents: []string{minutesKey(m, "pdf")},
		})
	}
	return bot.Say("minutes.approved-now", "number", m.Number, "title", m.Title, "digest", m.Seal[:12]), nil
}
