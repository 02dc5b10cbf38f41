package funding

import (
	"fmt"
	"strconv"

	"greffier/bot"
	"greffier/store"
)

const (
	dueJob    = "funding-due"
	remindJob = "funding-remind"
	turnJob   = "funding-turn"
)

// jobKeys lists the jobs that a funding may have.
func jobKeys(f *Funding) []string {
	keys := []string{f.key() + "/due", f.key() + "/turn"}
	for _, before := range f.Way.Reminders {
		keys = append(keys, f.key()+"/remind/"+before.String())
	}
	return keys
}

// plan schedules the end of a funding, and the reminders before it. What a pot is
// to pay waits for its decision.
func plan(c *bot.Ctx, f *Funding) {
	if f.Way.Share == "pot" {
		return
	}
	args := map[string]string{"number": strconv.FormatUint(f.Number, 10)}
	c.Schedule(bot.Job{Key: f.key() + "/due", Kind: dueJob, Due: f.Until, Args: args})
	for _, before := range f.Way.Reminders {
		if at := f.Until.Add(-before.Std()); at.After(c.Now) {
			c.Schedule(bot.Job{Key: f.key() + "/remind/" + before.String(), Kind: remindJob, Due: at, Args: args, Window: before.Std()})
		}
	}
}

func ofJob(c *bot.Ctx, j bot.Job) (*Funding, bool, error) {
	n, err := strconv.ParseUint(j.Args["number"], 10, 64)
	if err != nil {
		return nil, false, fmt.Errorf("funding: job %s: %w", j.Key, err)
	}
	f, ok := fundings.Get(c.Tx, store.K(n))
	return &f, ok && f.State == Open, nil
}

// due ends a funding.
func due(c *bot.Ctx, j bot.Job) error {
	f, ok, err := ofJob(c, j)
	if err != nil || !ok {
		return err
	}
	return end(c, f)
}

// remind says in public how far a funding is, and for how long.
func remind(c *bot.Ctx, j bot.Job) error {
	f, ok, err := ofJob(c, j)
	if err != nil || !ok {
		return err
	}
	announce(c, f, bot.Words(bot.T("fund.reminder", "number", f.Number, "title", f.Title, "until", f.Until), progress(c, f)))
	return nil
}

// forget leaves out a reminder of what is over: the end itself is announced.
func forget(*bot.Ctx, bot.Job, bot.Missed) error { return nil }

// unanswered passes over an organisation that did not answer in time.
func unanswered(c *bot.Ctx, j bot.Job) error {
	f, ok, err := ofJob(c, j)
	if err != nil || !ok || j.Args["turn"] != strconv.FormatUint(f.Turn, 10) {
		return err
	}
	return pass(c, f, "")
}
