package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"greffier/store"
)

// Job is something due at a time, stored in the transaction that caused it.
type Job struct {
	// Key is unique: scheduling the same key again replaces the job.
	Key string `json:"key"`
	// Kind names the function that runs it, among those of the features.
	Kind string            `json:"kind"`
	Due  time.Time         `json:"due"`
	Args map[string]string `json:"args,omitempty"`
}

// JobFunc runs a job that is due. It runs like a handler: its changes are kept
// together with the job's disappearance, or not at all.
type JobFunc func(c *Ctx, j Job) error

var jobs = store.NewTable("job",
	store.Index[Job]{Name: "due", Keys: func(_ []byte, j Job) [][]byte { return [][]byte{store.K(j.Due)} }},
)

// Schedule stores a job, in place of the one with the same key.
func (c *Ctx) Schedule(j Job) {
	if _, ok := c.bot.jobs[j.Kind]; !ok {
		panic(fmt.Sprintf("bot: no feature runs jobs of kind %q", j.Kind))
	}
	j.Due = j.Due.UTC()
	jobs.Put(c.Tx, store.K(j.Key), j)
	c.scheduled = true
}

// Cancel removes a job, if it is still there.
func (c *Ctx) Cancel(key string) { jobs.Delete(c.Tx, store.K(key)) }

// NextDue tells when the next job is due; ok is false when there is none.
func (b *Bot) NextDue(ctx context.Context) (due time.Time, ok bool, err error) {
	err = b.store.View(ctx, func(tx store.Tx) error {
		j, found := nextJob(tx)
		due, ok = j.Due, found
		return nil
	})
	return due, ok, err
}

func nextJob(tx store.Tx) (Job, bool) {
	for _, id := range jobs.ByRange(tx, "due", nil, nil) {
		return jobs.Get(tx, id)
	}
	return Job{}, false
}

// RunDue runs every job that is due, in order, and returns how many ran. A job
// that fails is put off, further each time, and told in the log; the others go on.
func (b *Bot) RunDue(ctx context.Context) (int, error) {
	for n := 0; ; n++ {
		var ran, failed Job
		err := b.store.Update(ctx, func(tx store.Tx) error {
			ran = Job{}
			now := b.clock.Now()
			j, ok := nextJob(tx)
			if !ok || j.Due.After(now) {
				return nil
			}
			failed, ran = j, j
			jobs.Delete(tx, store.K(j.Key))
			return b.runJob(tx, j, now)
		})
		switch {
		case errors.Is(err, store.ErrUnknown), errors.Is(err, store.ErrFull), errors.Is(err, store.ErrClosed), ctx.Err() != nil:
			return n, err
		case err != nil:
			if err := b.putOff(ctx, failed, err); err != nil {
				return n, err
			}
		case ran.Key == "":
			return n, nil
		}
		b.metrics.jobs.Inc()
	}
}

func (b *Bot) runJob(tx store.Tx, j Job, now time.Time) error {
	c := b.context(tx, Event{}, now)
	run, ok := b.jobs[j.Kind]
	if !ok {
		return fmt.Errorf("bot: no feature runs jobs of kind %q", j.Kind)
	}
	return run(c, j)
}

// putOff keeps a job that failed for later: one minute, doubled at each try up
// to a day.
func (b *Bot) putOff(ctx context.Context, j Job, cause error) error {
	b.log.Error("job failed", "job", j.Key, "kind", j.Kind, "error", cause)
	return b.store.Update(ctx, func(tx store.Tx) error {
		wait := time.Minute
		if was, err := time.ParseDuration(j.Args["wait"]); err == nil {
			wait = min(2*was, 24*time.Hour)
		}
		args := map[string]string{}
		for k, v := range j.Args {
			args[k] = v
		}
		args["wait"] = wait.String()
		j.Args, j.Due = args, b.clock.Now().Add(wait)
		jobs.Put(tx, store.K(j.Key), j)
		return nil
	})
}

// keepTime runs jobs when they are due until ctx ends. It sleeps at most half a
// minute at a time, so that a machine that slept or a clock that jumped delays
// nothing for long.
func (b *Bot) keepTime(ctx context.Context) {
	const longest = 30 * time.Second
	for {
		if _, err := b.RunDue(ctx); err != nil && ctx.Err() == nil {
			b.log.Error("jobs cannot run", "error", err)
		}
		b.wake()
		wait := longest
		if due, ok, err := b.NextDue(ctx); err == nil && ok {
			wait = min(max(due.Sub(b.clock.Now()), 10*time.Millisecond), longest)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-b.jobsChanged:
			timer.Stop()
		case <-timer.C:
		}
	}
}
