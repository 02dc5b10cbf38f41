package requests

import (
	"strconv"
	"time"

	"greffier/bot"
	"greffier/config"
)

// lateJob tells those named by a stage that a request has been there too long.
const lateJob = "request-late"

func lateKey(r *Request) string { return lateJob + "/" + strconv.FormatUint(r.Number, 10) }

// watch has somebody told when a request stays at its stage for too long.
func watch(c *bot.Ctx, r *Request, stage *config.Stage) {
	if stage.Lasts == 0 || r.State != Open {
		c.Cancel(lateKey(r))
		return
	}
	c.Schedule(bot.Job{Key: lateKey(r), Kind: lateJob, Due: later(r.since().Add(stage.Lasts.Std()), c.Now), Args: map[string]string{
		"request": strconv.FormatUint(r.Number, 10), "stage": r.Path + "/" + r.Stage, "since": r.since().Format(time.RFC3339),
	}})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// lateDue marks a request that is where it was when the job was made as late.
func lateDue(c *bot.Ctx, j bot.Job) error {
	r, ok := subject(c, "request/"+j.Args["request"])
	if !ok || r.State != Open || j.Args["stage"] != r.Path+"/"+r.Stage || j.Args["since"] != r.since().Format(time.RFC3339) {
		return nil
	}
	stage := stageOf(c, r)
	if stage == nil || stage.Lasts == 0 {
		return nil
	}
	old := r.clone()
	r.Late = c.Now
	save(c, &old, r)
	c.Record(bot.Entry{What: "request late", Subject: r.key(), Rule: r.Path + "/" + r.Stage})
	said := bot.Words(
		bot.T("request.late", "number", r.Number, "title", r.Title, "stage", stageName(c.Charter, r), "lasts", bot.LengthText(stage.Lasts.Std())),
		waiting(c, r))
	announce(c, r, said)
	told := map[bot.MemberID]bool{r.Author: true, r.Assignee: true}
	groups := stage.Late
	if len(groups) == 0 {
		groups = []string{holder(c.Charter, r)}
	}
	for _, g := range groups {
		for _, who := range answering(c, g) {
			told[who] = true
		}
	}
	for _, who := range sorted(told) {
		c.Tell(who, r.key(), said)
	}
	return onAgenda(c, &old, r)
}

// adopt watches the open requests of stages for which the charter now says how
// long they may last.
func adopt(c *bot.Ctx) error {
	requests.Reindex(c.Tx)
	for _, p := range c.Charter.Requests.Paths {
		for i := range p.Stages {
			stage := &p.Stages[i]
			if stage.Lasts == 0 {
				continue
			}
			numbers, _ := filter{{stateSet(Open)}, {"stage " + stage.ID}}.page(c.Tx, 0, int(^uint(0)>>1))
			for _, n := range numbers {
				r, err := find(c, int(n)) //nolint:gosec // numbers of records stay far below 2^63
				if err == nil && r.Path == p.ID && r.Late.IsZero() {
					watch(c, r, stage)
				}
			}
		}
	}
	return nil
}
