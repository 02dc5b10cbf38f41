package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"greffier/config"
	"greffier/store"
)

// Job is something due at a time, stored in the transaction that caused it. One
// that recurs comes back for each occurrence.
type Job struct {
	// Key is unique: scheduling the same key again replaces the job.
	Key string `json:"key"`
	// Kind names the function that runs it, among those of the features.
	Kind string `json:"kind"`
	// Due is when it runs next.
	Due  time.Time         `json:"due"`
	Args map[string]string `json:"args,omitempty"`
	// Every makes the job come back, in the community's zone. Due is then the
	// first occurrence, or the next one from now when it is zero.
	Every config.Recurrence `json:"every,omitzero"`
	// Window is how late the job may still run, after a stop for example; one
	// that is later goes to the feature's Missed instead. 0 means any time.
	Window time.Duration `json:"window,omitempty"`
	// At is the moment that was meant: Due is later than that when the job failed
	// and is tried again. It tells one occurrence of a job from the others.
	At time.Time `json:"at,omitzero"`

	// Silent jobs of the charter keep the register in order and say nothing: a
	// rehearsal leaves them out.
	Silent bool `json:"silent,omitempty"`

	// Last is the latest occurrence that had its turn.
	Last time.Time `json:"last,omitzero"`
	// Declared jobs are the charter's, and go with it.
	Declared bool `json:"declared,omitempty"`
}

// Late is how long after its time a job runs, when that is worth a word; 0 when
// it is not, a minute being nothing.
func (j Job) Late(now time.Time) time.Duration {
	if late := now.Sub(j.At); late >= noticeablyLate {
		return late
	}
	return 0
}

const noticeablyLate = 5 * time.Minute

// JobFunc runs a job that is due. It runs like a handler: its changes are kept
// together with the job's disappearance, or not at all.
type JobFunc func(c *Ctx, j Job) error

// Missed is what was due while nothing could run, and is too late to run now:
// the occurrences of one job, from First to Last.
type Missed struct {
	Count       int
	First, Last time.Time
}

// MissedFunc tells whoever must know what was missed. The journal has it already.
type MissedFunc func(c *Ctx, j Job, m Missed) error

var jobs = store.NewTable("job",
	store.Index[Job]{Name: "due", Keys: func(_ []byte, j Job) [][]byte { return [][]byte{store.K(j.Due)} }},
	store.Index[Job]{Name: "declared", Keys: func(_ []byte, j Job) [][]byte {
		if !j.Declared {
			return nil
		}
		return [][]byte{store.K(j.Kind)}
	}},
)

// Schedule stores a job, in place of the one with the same key. One that recurs
// and never happens again is not kept.
func (c *Ctx) Schedule(j Job) {
	if _, ok := c.bot.jobs[j.Kind]; !ok {
		panic(fmt.Sprintf("bot: no feature runs jobs of kind %q", j.Kind))
	}
	if j.Window > 0 && c.bot.missed[j.Kind] == nil {
		panic(fmt.Sprintf("bot: no feature tells of missed jobs of kind %q", j.Kind))
	}
	if j.Due.IsZero() {
		if j.Due = j.Every.Next(c.Now, c.Charter.Location()); j.Due.IsZero() {
			c.Cancel(j.Key)
			return
		}
	}
	j.Due = j.Due.UTC()
	j.At = j.Due
	jobs.Put(c.Tx, store.K(j.Key), j)
	c.scheduled = true
}

// Cancel removes a job, if it is still there.
func (c *Ctx) Cancel(key string) { jobs.Delete(c.Tx, store.K(key)) }

// Scheduled finds a job by its key.
func (c *Ctx) Scheduled(key string) (Job, bool) { return jobs.Get(c.Tx, store.K(key)) }

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

// jobsAtOnce is how many jobs may share one transaction: many, since a commit
// costs more than a reminder, and not all, since members wait meanwhile.
const jobsAtOnce = 256

// RunDue runs every job that is due, in order, and returns how many ran. A job
// that fails is put off, further each time, and told in the log; the others go on.
func (b *Bot) RunDue(ctx context.Context) (int, error) {
	for total := 0; ; {
		n, _, err := b.runSome(ctx, jobsAtOnce)
		total += n
		b.metrics.jobs.Add(float64(n))
		if err != nil || n == 0 {
			return total, err
		}
	}
}

// RunOne runs the first job that is due, for who wants to see what comes of each.
func (b *Bot) RunOne(ctx context.Context) (j Job, ran bool, err error) {
	n, j, err := b.runSome(ctx, 1)
	return j, n > 0, err
}

// runSome runs jobs that are due, up to a limit, in one transaction, and tells the
// last. When one fails, those before it are run again without it, and it is put off
// when it comes first.
func (b *Bot) runSome(ctx context.Context, limit int) (ran int, current Job, err error) {
	for ; ; limit = ran {
		err = b.store.Update(ctx, func(tx store.Tx) error {
			ran, current = 0, Job{}
			for ran < limit {
				now := b.clock.Now()
				j, ok := nextJob(tx)
				if !ok || j.Due.After(now) {
					return nil
				}
				current = j
				if err := b.runJob(tx, j, now); err != nil {
					return err
				}
				ran++
			}
			return nil
		})
		switch {
		case err == nil:
			return ran, current, nil
		case errors.Is(err, store.ErrUnknown), errors.Is(err, store.ErrFull), errors.Is(err, store.ErrClosed), ctx.Err() != nil, current.Key == "":
			return 0, current, err
		case ran == 0:
			return 1, current, b.putOff(ctx, current, err)
		}
	}
}

// runJob runs a job, which is replaced by its next occurrence or forgotten first,
// so that its function may schedule or cancel it.
func (b *Bot) runJob(tx store.Tx, j Job, now time.Time) error {
	c := b.context(tx, Event{}, now)
	run, ok := b.jobs[j.Kind]
	if !ok {
		return fmt.Errorf("bot: no feature runs jobs of kind %q", j.Kind)
	}
	if j.At.IsZero() {
		j.At = j.Due // kept by a version that did not say
	}
	if tooLate := j.Window > 0 && now.Sub(j.At) > j.Window; !tooLate {
		c.follow(j)
		return run(c, j)
	}
	m := Missed{Count: 1, First: j.At, Last: j.At}
	for next := c.follow(j); !next.IsZero() && now.Sub(next) > j.Window; next = c.follow(j) {
		m.Count, m.Last, j.At = m.Count+1, next, next
	}
	c.Record(Entry{What: "missed", Subject: j.Key, Quiet: true, Data: map[string]string{
		"count": fmt.Sprint(m.Count), "first": m.First.Format(time.RFC3339), "last": m.Last.Format(time.RFC3339),
	}})
	return b.missed[j.Kind](c, j, m)
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
		if j.At.IsZero() {
			j.At = j.Due
		}
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
		if err := b.keepTalk(ctx, false); err != nil && ctx.Err() == nil {
			b.log.Warn("how much was said of late is not written down yet", "error", err)
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
