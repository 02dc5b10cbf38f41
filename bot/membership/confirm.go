package membership

import (
	"slices"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// The jobs of a round of questions.
const (
	confirmJob = "membership/confirm"
	remindJob  = "membership/remind"
	closeJob   = "membership/close"
)

// recurring declares when members are asked.
func recurring(ch *config.Charter) []bot.Job {
	if ch.Membership.Confirm.When.IsZero() {
		return nil
	}
	return []bot.Job{{Key: confirmJob, Kind: confirmJob, Every: ch.Membership.Confirm.When}}
}

// confirmDue asks every member whether they still take part, with what the register
// saw of them since a year.
func confirmDue(c *bot.Ctx, j bot.Job) error {
	ch := &c.Charter.Membership
	seen := &bot.ActivityAsked{From: j.At.In(c.Charter.Location()).AddDate(-1, 0, 0), To: c.Now}
	if err := c.Signal(seen); err != nil {
		return err
	}
	until := c.Now.Add(ch.Confirm.Lasts.Std())
	asked := c.Members(ch.Group)
	for _, who := range asked {
		q := question{At: c.Now, Until: until, Activity: seen.Of(who)}
		questions.Put(c.Tx, idOf(who), q)
		c.Send(bot.Post{To: who, Text: bot.Lines(
			bot.T("membership.ask", "who", who, "community", c.Charter.Community.Name, "until", bot.Date(until)),
			activityText(&q),
			bot.T("membership.ask-how", "confirm", bot.CommandText("membership confirm"), "leave", bot.CommandText("membership leave")),
		), Buttons: answerButtons(), About: closeJob})
	}
	c.Record(bot.Entry{What: "membership ask", Rule: "membership/confirm", Subject: "membership", Quiet: true})
	for _, r := range ch.Confirm.Reminders {
		if at := until.Add(-r.Std()); at.After(c.Now) {
			c.Schedule(bot.Job{Key: remindJob + "/" + r.String(), Kind: remindJob, Due: at})
		}
	}
	c.Schedule(bot.Job{Key: closeJob, Kind: closeJob, Due: until})
	return nil
}

func activityText(q *question) bot.Text {
	if q.Activity.IsZero() {
		return bot.T("membership.no-activity")
	}
	return bot.T("membership.activity", "activity", q.Activity)
}

// seenText says what was seen of somebody to those who decide on them.
func seenText(q *question) bot.Text {
	if q.Activity.IsZero() {
		return bot.T("membership.seen-nothing")
	}
	return bot.T("membership.seen", "activity", q.Activity)
}

func answerButtons() []bot.Button {
	return []bot.Button{
		{Label: bot.T("membership.button-confirm"), Call: bot.Call{Command: "membership confirm"}, Style: "primary"},
		{Label: bot.T("membership.button-leave"), Call: bot.Call{Command: "membership leave"}},
	}
}

// unanswered lists those of the group's members, who are in the order of their numbers,
// who were asked and have not answered.
func unanswered(c *bot.Ctx, members []bot.MemberID) []bot.MemberID {
	var all []bot.MemberID
	for id := range questions.By(c.Tx, "unanswered", store.K(true)) {
		who := memberOf(id)
		if _, belongs := slices.BinarySearch(members, who); belongs {
			all = append(all, who)
		}
	}
	return all
}

// remindDue asks once more those who have not answered.
func remindDue(c *bot.Ctx, _ bot.Job) error {
	for _, who := range unanswered(c, c.Members(c.Charter.Membership.Group)) {
		q, _ := questions.Get(c.Tx, idOf(who))
		if q.Until.Before(c.Now) {
			continue
		}
		c.Send(bot.Post{To: who, Text: bot.T("membership.remind", "community", c.Charter.Community.Name, "until", bot.Date(q.Until),
			"confirm", bot.CommandText("membership confirm"), "leave", bot.CommandText("membership leave")), Buttons: answerButtons(), Reminder: true})
	}
	return nil
}

// closeDue tells those who decide who did not answer. Nothing else happens by itself.
func closeDue(c *bot.Ctx, _ bot.Job) error {
	lines := unansweredLines(c, c.Members(c.Charter.Membership.Group))
	c.Record(bot.Entry{What: "membership asked", Rule: "membership/confirm", Subject: "membership", Quiet: true})
	if len(lines) == 0 {
		tellDeciding(c, "membership", bot.T("membership.all-answered"))
		return nil
	}
	lines = append(lines, bot.T("membership.decide", "keep", bot.CommandText("membership keep"), "end", bot.CommandText("membership end")))
	tellDeciding(c, "membership", bot.Lines(lines...))
	return nil
}

// unansweredLines says how many have not answered, and who, the first of them; nothing
// when everybody has.
func unansweredLines(c *bot.Ctx, members []bot.MemberID) []bot.Text {
	all := unanswered(c, members)
	if len(all) == 0 {
		return nil
	}
	lines := []bot.Text{bot.T("membership.unanswered", "count", len(all))}
	for i, who := range all {
		if i == shownUnanswered {
			return append(lines, bot.T("membership.more", "count", len(all)-i))
		}
		q, _ := questions.Get(c.Tx, idOf(who))
		lines = append(lines, bot.T("membership.unanswered-line", "who", who, "at", bot.Date(q.At), "activity", seenText(&q)))
	}
	return lines
}

// shownUnanswered is how many are named at a time: those who were decided on make
// room for the next.
const shownUnanswered = 50

// answer notes what was answered to the last question, if there was one.
func answer(c *bot.Ctx, who bot.MemberID, what, text string) {
	q, ok := questions.Get(c.Tx, idOf(who))
	if !ok {
		q = question{At: c.Now, Until: c.Now}
	}
	q.Answer, q.Answered, q.Text = what, c.Now, text
	questions.Put(c.Tx, idOf(who), q)
}

// overdue reports whether the time to answer is over.
func (q *question) overdue(now time.Time) bool { return q.Answer == "" && now.After(q.Until) }
