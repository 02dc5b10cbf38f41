package releases

import (
	"fmt"
	"strconv"

	"greffier/bot"
	"greffier/store"
)

const (
	dateJob   = "release-date"
	remindJob = "release-remind"
)

// plan schedules what is said on each date of a release and before it, in place of
// what was scheduled.
func plan(c *bot.Ctx, r *Release) {
	for _, name := range []string{"production", "test", "notes"} {
		c.Cancel(r.key() + "/" + name)
		at, ok := r.dates()[name]
		for _, before := range c.Charter.Releases.Reminders {
			key := fmt.Sprintf("%s/%s/%s", r.key(), name, before)
			c.Cancel(key)
			if due := shift(c, at, -before.Std()); ok && r.State == Planned && due.After(c.Now) {
				c.Schedule(bot.Job{Key: key, Kind: remindJob, Due: due, Window: before.Std(), Args: args(r, name)})
			}
		}
		if ok && r.State == Planned && at.After(c.Now) {
			c.Schedule(bot.Job{Key: r.key() + "/" + name, Kind: dateJob, Due: at, Args: args(r, name)})
		}
	}
}

func args(r *Release, name string) map[string]string {
	return map[string]string{"number": strconv.FormatUint(r.Number, 10), "date": name}
}

func ofJob(c *bot.Ctx, j bot.Job) (*Release, bool, error) {
	n, err := strconv.ParseUint(j.Args["number"], 10, 64)
	if err != nil {
		return nil, false, fmt.Errorf("releases: job %s: %w", j.Key, err)
	}
	r, ok := releases.Get(c.Tx, store.K(n))
	return &r, ok && r.State == Planned, nil
}

// dated says that a date has come.
func dated(c *bot.Ctx, j bot.Job) error {
	r, ok, err := ofJob(c, j)
	if err != nil || !ok {
		return err
	}
	name := j.Args["date"]
	if name == "production" {
		r.State = Out
		save(c, r)
		c.Record(bot.Entry{What: "release out", Subject: r.key()})
	}
	said := bot.T("release.now-"+name, "number", r.Number, "title", r.Title, "production", r.Production)
	if r.Notes != "" {
		said = bot.Words(said, bot.T("release.notes", "address", bot.Link(r.Notes)))
	}
	announce(c, r, said, r.topics()...)
	return nil
}

// remind recalls a date to come, and the changes that matter.
func remind(c *bot.Ctx, j bot.Job) error {
	r, ok, err := ofJob(c, j)
	if err != nil || !ok {
		return err
	}
	at := r.dates()[j.Args["date"]]
	lines := []bot.Text{bot.T("release.soon-"+j.Args["date"], "number", r.Number, "title", r.Title, "at", at)}
	for i := range r.Changes {
		if r.Changes[i].Importance != "minor" {
			lines = append(lines, bot.T("release.line", "line", i+1, "change", changeText(c, &r.Changes[i])))
		}
	}
	announce(c, r, bot.Lines(lines...), r.topics()...)
	return nil
}
