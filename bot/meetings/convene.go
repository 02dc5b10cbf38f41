package meetings

import (
	"strconv"

	"greffier/bot"
)

type numberArgs struct {
	Number int `opt:"number" suggest:"meetings"`
}

// convene sends the convocation of a meeting now.
func convene(c *bot.Ctx, in numberArgs) (bot.Reply, error) {
	m, err := inState(c, in.Number, Planned)
	if err != nil {
		return bot.Reply{}, err
	}
	if !m.Convened.IsZero() {
		return bot.Reply{}, bot.Refuse("meeting.convened-already", "number", m.Number, "title", m.Title, "convened", m.Convened)
	}
	if zone := c.Charter.Location(); m.Notice > 0 && tooLate(c.Now, m.Starts, m.Notice, zone) {
		return bot.Reply{}, bot.Refuse("meeting.convene-late", "number", m.Number, "title", m.Title, "starts", m.Starts, "notice", bot.LengthText(m.Notice.Std()),
			"earliest", earliest(c.Now, m.Starts, m.Notice, zone), "move", bot.CommandText("meeting move"))
	}
	n := sendConvocation(c, m)
	return bot.Reply{Text: bot.Lines(
		bot.T("meeting.convened", "number", m.Number, "title", m.Title, "starts", m.Starts, "count", n),
		headedAgenda(c, m),
	)}, nil
}

// sendConvocation convenes everybody who is invited and returns how many were
// written to.
func sendConvocation(c *bot.Ctx, m *Meeting) int {
	m.Convened = c.Now
	c.Cancel(jobKey(m, conveneJob))
	if m.Announced.IsZero() {
		c.Cancel(jobKey(m, announceJob))
		hang(c, m)
	}
	put(c, m)
	who := concerned(c, m)
	everybody(c, m, who, convocation(c, m), answerButtons(m), fileKey(m))
	c.Record(bot.Entry{What: "meeting convene", Subject: m.key(), Rule: m.Kind, Data: map[string]string{
		"starts": stamp(m.Starts), "notice": m.Notice.String(), "convened": strconv.Itoa(len(who)),
	}})
	return len(who)
}

// convocation is what those invited are told.
func convocation(c *bot.Ctx, m *Meeting) bot.Text {
	lines := []bot.Text{
		bot.T("meeting.convocation", "number", m.Number, "title", m.Title, "starts", m.Starts, "lasts", bot.LengthText(m.Lasts.Std()), "groups", groupsText(c, m)),
		whereText(m), headedAgenda(c, m), documentsText(m),
	}
	if m.Proxies > 0 {
		lines = append(lines, bot.T("meeting.convocation-proxies", "count", m.Proxies))
	}
	return bot.Lines(append(lines, bot.T("meeting.convocation-answer", "number", m.Number, "answer", bot.CommandText("meeting answer")))...)
}

// conveneDue sends the convocation at the notice of the charter; when that time
// has passed, it tells the keepers what can still be done.
func conveneDue(c *bot.Ctx, j bot.Job) error {
	m, ok := ofJob(c, j, Planned)
	if !ok || !m.Convened.IsZero() {
		return nil
	}
	zone := c.Charter.Location()
	if !tooLate(c.Now, m.Starts, m.Notice, zone) {
		sendConvocation(c, m)
		return nil
	}
	c.Record(bot.Entry{What: "meeting convene-late", Subject: m.key(), Rule: m.Kind, Data: map[string]string{"starts": stamp(m.Starts), "due": stamp(j.Due)}})
	tellKeepers(c, m, bot.T("meeting.convene-missed", "number", m.Number, "title", m.Title, "starts", m.Starts, "due", before(m.Starts, m.Notice, zone),
		"notice", bot.LengthText(m.Notice.Std()), "earliest", earliest(c.Now, m.Starts, m.Notice, zone), "move", bot.CommandText("meeting move")),
		bot.Button{Label: bot.T("meeting.button-move"), Call: call("meeting move", m.Number)})
	return nil
}
