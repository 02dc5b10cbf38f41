package meetings

import (
	"fmt"

	"greffier/bot"
)

type noteArgs struct {
	Number int    `opt:"number" suggest:"meetings"`
	Item   int    `opt:"item"`
	Text   string `opt:"text,optional,rest,long"`
}

// note takes down what is said of an item, which is treated by that.
func note(c *bot.Ctx, in noteArgs) (bot.Reply, error) {
	m, err := writable(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	it, err := itemAt(c, m, in.Item)
	if err != nil {
		return bot.Reply{}, err
	}
	it.Treated = true
	if in.Text != "" {
		if it.Notes != "" {
			it.Notes += "\n"
		}
		it.Notes += in.Text
	}
	putItem(c, it)
	c.Redraw(m.key())
	c.Record(bot.Entry{Subject: m.key(), Data: map[string]string{"item": it.Title}, Quiet: true})
	if in.Text == "" {
		return bot.Say("meeting.treated", "rank", it.Rank, "item", it.Title), nil
	}
	return bot.Say("meeting.noted", "rank", it.Rank, "item", it.Title), nil
}

type decideArgs struct {
	Number   int    `opt:"number" suggest:"meetings"`
	Text     string `opt:"text,rest" max:"500"`
	Item     int    `opt:"item,optional"`
	Rejected bool   `opt:"rejected"`
	Sure     bool   `opt:"sure,hidden"`
}

// decide enters a decision of the meeting in the register of decisions, which
// seals it.
func decide(c *bot.Ctx, in decideArgs) (bot.Reply, error) {
	m, err := inState(c, in.Number, Open)
	if err != nil {
		return bot.Reply{}, err
	}
	title := m.Title
	var it Item
	if in.Item > 0 {
		if it, err = itemAt(c, m, in.Item); err != nil {
			return bot.Reply{}, err
		}
		title = it.Title
	}
	outcome := bot.T("meeting.decision-adopted", "text", in.Text)
	if in.Rejected {
		outcome = bot.T("meeting.decision-rejected", "text", in.Text)
	}
	if !in.Sure {
		return c.Ask(bot.T("meeting.decide-ask", "title", title, "outcome", outcome, "sheet", sheetCounts(c, m)), "meeting.decide-sure"), nil
	}
	d := bot.Decision{
		Subject: m.key(), By: m.key(), Title: title, Outcome: outcome, Why: bot.T("meeting.decided-in", "number", m.Number, "title", m.Title, "sheet", sheetCounts(c, m)),
		Rule: m.Kind, Adopted: !in.Rejected, Author: c.Caller.ID,
	}
	if len(m.Groups) > 0 && !m.open() {
		d.Group = m.Groups[0]
	}
	c.Record(bot.Entry{Subject: m.key(), Rule: m.Kind, Data: map[string]string{"title": title}})
	n := c.Decide(d)
	if in.Item > 0 {
		it.Treated, it.Decisions = true, append(it.Decisions, n)
		putItem(c, it)
	}
	c.Redraw(m.key())
	for _, place := range channels(c, m) {
		c.Post(place, bot.T("meeting.decided-post", "decision", n, "number", m.Number, "title", title, "outcome", outcome))
	}
	return bot.Say("meeting.decided", "decision", n, "register", bot.CommandText("register"), "outcome", outcome), nil
}

type correctArgs struct {
	Number int    `opt:"number" suggest:"meetings"`
	Item   int    `opt:"item,optional"`
	Text   string `opt:"text,optional,rest,long"`
}

// correct replaces what the minutes say of an item or, without one, the
// secretary's remarks.
func correct(c *bot.Ctx, in correctArgs) (bot.Reply, error) {
	m, err := writable(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	var it Item
	now, name := m.Remarks, bot.T("meeting.remarks")
	if in.Item > 0 {
		if it, err = itemAt(c, m, in.Item); err != nil {
			return bot.Reply{}, err
		}
		now, name = it.Notes, bot.T("meeting.item-named", "rank", it.Rank, "item", it.Title)
	}
	if _, given := c.Call.Args["text"]; !given {
		return bot.Reply{Form: &bot.Form{
			Title: bot.T("meeting.correct-title", "number", m.Number), Intro: bot.T("meeting.correct-intro", "what", name),
			Call: call("meeting correct", m.Number, "item", fmt.Sprint(in.Item)),
			Asks: []bot.Field{{Name: "text", Label: bot.T("meeting.correct-text"), Value: now, Long: true, Max: bot.MaxLong}},
		}}, nil
	}
	if in.Text == now {
		return bot.Say("meeting.edit-nothing", "number", m.Number), nil
	}
	if in.Item > 0 {
		it.Notes, it.Treated = in.Text, it.Treated || in.Text != ""
		putItem(c, it)
	} else {
		m.Remarks = in.Text
	}
	put(c, m)
	c.Record(bot.Entry{Subject: m.key(), Data: map[string]string{"item": it.Title}})
	return bot.Reply{Text: bot.T("meeting.corrected", "what", name, "number", m.Number), Buttons: minutesButtons(m)}, nil
}
