package newsletter

import (
	"slices"
	"time"

	"greffier/bot"
	"greffier/store"
)

type prepareArgs struct {
	Days int `opt:"days,optional" max:"3660"`
}

// usualDays is how far back an issue looks when neither the charter nor an issue
// before it says.
const usualDays = 31

// shownDecisions is how many decisions an issue begins with; more are counted.
const shownDecisions = 100

// prepare assembles the draft of an issue, of what happened since the last one.
func prepare(c *bot.Ctx, in prepareArgs) (bot.Reply, error) {
	i := &Issue{At: c.Now, By: c.Caller.ID, To: c.Now}
	days := c.Charter.Newsletter.Days
	if days == 0 {
		days = usualDays
	}
	i.From = c.Now.AddDate(0, 0, -days)
	for _, last := range issues.PrefixDown(c.Tx, nil) {
		if !last.Sent.IsZero() {
			i.From = last.To
			break
		}
	}
	if in.Days > 0 {
		i.From = c.Now.AddDate(0, 0, -in.Days)
	}
	if err := gather(c, i); err != nil {
		return bot.Reply{}, err
	}
	i.Number = issues.NextID(c.Tx)
	i.save(c)
	c.Record(bot.Entry{Subject: i.key(), Data: map[string]string{"from": i.From.Format(time.RFC3339)}})
	return bot.Reply{Text: bot.Lines(numbered(i), bot.T("newsletter.next", "number", i.Number, "edit", bot.CommandText("newsletter edit"), "drop", bot.CommandText("newsletter drop"), "send", bot.CommandText("newsletter send")))}, nil
}

// gather fills an issue with the decisions of its period, what the features tell
// of it, and figures.
func gather(c *bot.Ctx, i *Issue) error {
	news := bot.News{From: i.From, To: i.To}
	var decided []bot.Text
	numbers := slices.Collect(c.DecidedBetween(i.From, i.To.Add(time.Nanosecond), ""))
	for _, n := range numbers[:min(len(numbers), shownDecisions)] {
		if d, ok := bot.Decisions.Get(c.Tx, store.K(n)); ok {
			decided = append(decided, bot.T("newsletter.decision", "number", d.Number, "at", bot.Date(d.At), "outcome", d.Outcome, "title", d.Title))
		}
	}
	if more := len(numbers) - shownDecisions; more > 0 {
		decided = append(decided, bot.T("newsletter.more", "count", more))
	}
	news.Add(bot.T("newsletter.decisions"), decided...)
	if err := c.Signal(&news); err != nil {
		return err
	}
	figures := bot.Figures{From: i.From, To: i.To}
	if err := c.Signal(&figures); err != nil {
		return err
	}
	var counted []bot.Text
	for _, f := range figures.All() {
		switch {
		case f.Part && f.Of > 0:
			counted = append(counted, bot.T("newsletter.figure-part", "label", f.Label, "n", f.N, "of", f.Of))
		case !f.Part && f.N > 0:
			counted = append(counted, bot.T("newsletter.figure", "label", f.Label, "n", f.N))
		}
	}
	news.Add(bot.T("newsletter.figures"), counted...)
	i.Sections = news.All()
	return nil
}
