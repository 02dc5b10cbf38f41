package bot

import (
	"maps"
	"slices"
	"time"

	"greffier/config"
	"greffier/store"
)

// What recurs is a Job with Every: the job holds its next occurrence, and is
// replaced by the one after in the transaction that runs it, so that an occurrence
// has one turn whatever stops, restarts or runs beside. A feature keeps such jobs
// in the register with Ctx.Schedule, or declares them from the charter with
// Feature.Recurring; these follow the charter in force, as told at reconcile.

// follow puts the occurrence after a job's present one in its place, or nothing
// when there is none, and tells when it is.
func (c *Ctx) follow(j Job) time.Time {
	if j.Every.IsZero() {
		c.Cancel(j.Key)
		return time.Time{}
	}
	next := j.Every.Next(j.At, c.Charter.Location())
	if next.IsZero() {
		c.Cancel(j.Key)
		return next
	}
	j.Last, j.Due, j.At = j.At, next, next.UTC()
	j.Args = maps.Clone(j.Args)
	delete(j.Args, "wait")
	jobs.Put(c.Tx, store.K(j.Key), j)
	return next
}

// zoneKey holds the zone in which the jobs that recur were last computed.
var zoneKey = store.K("zone")

// reconcile brings the jobs up to date with a charter, in the transaction that
// puts it in force. A job that the charter declares no more goes; a new one begins
// with its first occurrence from now on; one whose rule stays keeps its place; and
// one whose rule changed keeps what was due before now and then follows the new
// rule, never going back to before its last turn. What is kept in the register
// follows the zone in the same way.
func (b *Bot) reconcile(tx store.Tx, ch *config.Charter) {
	c := b.context(tx, Event{}, b.clock.Now())
	c.Charter = ch
	moved := false
	if zone := ch.Location().String(); string(tx.Get(zoneKey)) != zone {
		moved = tx.Get(zoneKey) != nil
		tx.Put(zoneKey, []byte(zone))
	}
	declared := map[string]Job{}
	for _, f := range b.features {
		if f.Recurring == nil {
			continue
		}
		for _, j := range f.Recurring(ch) {
			j.Declared = true
			declared[j.Key] = j
		}
	}
	var gone []string
	for _, id := range jobs.ByRange(tx, "declared", nil, nil) {
		if j, ok := jobs.Get(tx, id); ok && declared[j.Key].Key == "" {
			gone = append(gone, j.Key)
		}
	}
	for _, key := range gone {
		c.Cancel(key)
	}
	for _, key := range slices.Sorted(maps.Keys(declared)) {
		c.declare(declared[key], moved)
	}
	if moved {
		c.rezone()
	}
}

// declare puts a job of the charter in the place of the one that has its key.
func (c *Ctx) declare(j Job, moved bool) {
	had, ok := c.Scheduled(j.Key)
	switch {
	case !ok:
		j.Due = time.Time{}
		c.Schedule(j)
		return
	case !moved && had.Every.String() == j.Every.String(), !had.Due.After(c.Now):
		j.Due, j.At, j.Last = had.Due, had.At, had.Last
		if wait, ok := had.Args["wait"]; ok {
			j.Args = maps.Clone(j.Args)
			if j.Args == nil {
				j.Args = map[string]string{}
			}
			j.Args["wait"] = wait
		}
		jobs.Put(c.Tx, store.K(j.Key), j)
	default:
		j.Last = had.Last
		c.moveOn(j)
	}
	c.scheduled = true
}

// moveOn gives a job its first occurrence after now and after its last turn.
func (c *Ctx) moveOn(j Job) {
	after := c.Now
	if j.Last.After(after) {
		after = j.Last
	}
	if j.Due = j.Every.Next(after, c.Charter.Location()).UTC(); j.Due.IsZero() {
		c.Cancel(j.Key)
		return
	}
	j.At = j.Due
	jobs.Put(c.Tx, store.K(j.Key), j)
}

// rezone moves what recurs in the register to a new zone. It walks every job.
func (c *Ctx) rezone() {
	var moved []Job
	for _, j := range jobs.Prefix(c.Tx, nil) {
		if !j.Every.IsZero() && !j.Declared && j.Due.After(c.Now) {
			moved = append(moved, j)
		}
	}
	for _, j := range moved {
		c.moveOn(j)
	}
}

// Skip leaves out the next occurrence of a job that recurs, and tells when the one
// after is; ok is false when there is none, and the job is then over.
func (c *Ctx) Skip(key string) (next time.Time, ok bool) {
	j, found := c.Scheduled(key)
	if !found {
		return time.Time{}, false
	}
	next = c.follow(j)
	return next, !next.IsZero()
}
