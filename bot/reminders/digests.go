package reminders

import (
	"slices"

	"greffier/bot"
	"greffier/config"
)

// recurring lists what the charter declares.
func recurring(ch *config.Charter) []bot.Job {
	var all []bot.Job
	for _, r := range ch.Reminders.Recurring {
		all = append(all, bot.Job{
			Key: "reminders/recurring/" + r.ID, Kind: sayJob, Every: r.When, Window: r.Late.Std(), Args: map[string]string{"id": r.ID},
		})
	}
	for _, d := range ch.Reminders.Digests {
		all = append(all, bot.Job{
			Key: "reminders/digest/" + d.ID, Kind: digestJob, Every: d.When, Window: d.Late.Std(), Args: map[string]string{"id": d.ID},
		})
	}
	return all
}

// audience is to whom something that the charter declares is said.
type audience struct {
	channel string
	members []string
}

// tell says it to all of them.
func (a audience) tell(c *bot.Ctx, text bot.Text) {
	if a.channel != "" {
		tellChannel(c, a.channel, text, 0, a.guardian(c))
	}
	if len(a.members) == 0 {
		return
	}
	for _, who := range c.Members(a.members...) {
		c.Send(bot.Post{To: who, Text: text, Reminder: true})
	}
}

// guardian is the group to tell that a channel cannot be written to: the one that
// gets it too, or one that may write there by command.
func (a audience) guardian(c *bot.Ctx) string {
	for _, g := range a.members {
		if g != config.Everyone {
			return g
		}
	}
	groups, _ := c.Charter.RightFor("remind channel")
	for _, g := range groups {
		if g != config.Everyone && g != config.Author {
			return g
		}
	}
	return ""
}

func sentenceOf(c *bot.Ctx, id string) *config.RecurringReminder {
	all := c.Charter.Reminders.Recurring
	if i := slices.IndexFunc(all, func(r config.RecurringReminder) bool { return r.ID == id }); i >= 0 {
		return &all[i]
	}
	return nil
}

// say says a sentence of the charter.
func say(c *bot.Ctx, j bot.Job) error {
	r := sentenceOf(c, j.Args["id"])
	if r == nil {
		return nil
	}
	audience{r.Channel, r.Members}.tell(c, bot.Lines(bot.T("remind.rings-plain", "text", r.Text), lateText(c, j)))
	return nil
}

func sayMissed(c *bot.Ctx, j bot.Job, m bot.Missed) error {
	if r := sentenceOf(c, j.Args["id"]); r != nil {
		audience{r.Channel, r.Members}.tell(c, missedText(m, bot.Named(r.Text)))
	}
	return nil
}

func digestOf(c *bot.Ctx, id string) *config.Digest {
	all := c.Charter.Reminders.Digests
	if i := slices.IndexFunc(all, func(d config.Digest) bool { return d.ID == id }); i >= 0 {
		return &all[i]
	}
	return nil
}

// digest says what waits, unless nothing does.
func digest(c *bot.Ctx, j bot.Job) error {
	d := digestOf(c, j.Args["id"])
	if d == nil {
		return nil
	}
	waiting := c.Waiting(bot.Digest{About: d.About, On: d.WaitingOn, Ahead: d.Ahead.Std()})
	if len(waiting) == 0 && !d.Empty {
		return nil
	}
	lines := []bot.Text{digestTitle(d), lateText(c, j)}
	for _, w := range waiting {
		lines = append(lines, bot.T("remind.digest-section", "title", w.Title))
		for _, l := range w.Lines {
			lines = append(lines, bot.T("remind.digest-line", "line", l))
		}
	}
	if len(waiting) == 0 {
		lines = append(lines, bot.T("remind.digest-empty"))
	}
	audience{d.Channel, d.Members}.tell(c, bot.Lines(lines...))
	return nil
}

func digestTitle(d *config.Digest) bot.Text {
	if d.Name.IsZero() {
		return bot.T("remind.digest")
	}
	return bot.T("remind.digest-name", "name", d.Name)
}

// digestMissed says nothing of digests that would have had nothing to say: nobody
// can tell what waited then, and the next one tells what still does.
func digestMissed(c *bot.Ctx, j bot.Job, m bot.Missed) error {
	if d := digestOf(c, j.Args["id"]); d != nil {
		audience{d.Channel, d.Members}.tell(c, missedText(m, digestTitle(d)))
	}
	return nil
}
