package requests

import (
	"slices"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// How many requests of a stage a digest looks at, the oldest, and how many it names.
const (
	waitingLooked = 500
	waitingShown  = 5
)

// waits lists, stage by stage, the open requests that wait there, those that have
// waited longest first.
func waits(c *bot.Ctx, d bot.Digest) []bot.Waits {
	var all []bot.Waits
	for _, p := range c.Charter.Requests.Paths {
		for i := range p.Stages {
			stage := &p.Stages[i]
			if w := waitsAt(c, d, p.ID, stage); len(w.Lines) > 0 {
				all = append(all, w)
			}
		}
	}
	return all
}

func waitsAt(c *bot.Ctx, d bot.Digest, path string, stage *config.Stage) bot.Waits {
	at := filter{{stateSet(Open)}, {"stage " + stage.ID}}
	_, total := at.page(c.Tx, 0, 0)
	numbers, _ := at.page(c.Tx, max(0, total-waitingLooked), waitingLooked)
	var waiting []*Request
	for _, n := range numbers {
		r, ok := requests.Get(c.Tx, store.K(n))
		if ok && r.Path == path && d.Concerns(turn(c, &r, stage)...) {
			waiting = append(waiting, &r)
		}
	}
	if len(waiting) == 0 {
		return bot.Waits{}
	}
	slices.SortStableFunc(waiting, func(a, b *Request) int { return a.since().Compare(b.since()) })
	w := bot.Waits{Title: bot.T("request.waits-stage", "stage", stageName(c.Charter, waiting[0]), "count", len(waiting))}
	for _, r := range waiting[:min(waitingShown, len(waiting))] {
		days := int(c.Now.Sub(r.since()) / (24 * time.Hour))
		args := []any{"number", r.Number, "title", r.Title, "count", days, "groups", groupNames(c, turn(c, r, stage))}
		switch {
		case days == 0:
			w.Lines = append(w.Lines, bot.T("request.waits-today", args...))
		default:
			w.Lines = append(w.Lines, bot.T("request.waits-days", args...))
		}
	}
	if more := len(waiting) - waitingShown; more > 0 {
		w.Lines = append(w.Lines, bot.T("request.mine-more", "count", more, "list", bot.CommandText("request list")))
	}
	return w
}

// turn lists the groups on whom a request waits: those who owe an opinion, else
// those who vote, else those who move it on.
func turn(c *bot.Ctx, r *Request, stage *config.Stage) []string {
	if missing := missingOpinions(c, r, stage); len(missing) > 0 {
		return missing
	}
	if rule := c.Charter.Rule(stage.Vote); rule != nil {
		return rule.Electorate
	}
	return stage.Advance
}

// since is when a request came to where it is.
func (r *Request) since() time.Time {
	if r.Since.IsZero() {
		return r.At
	}
	return r.Since
}
