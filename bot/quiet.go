package bot

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"greffier/config"
	"greffier/store"
)

// Quiet is how a member wants to be left alone. It is respected where private
// posts leave, whatever feature wrote them.
type Quiet struct {
	// Own says that Hours are the member's choice; otherwise the charter's hold.
	Own bool `json:"own,omitempty"`
	// Hours are those in which nothing is written to them: what comes meanwhile
	// waits for the end, in order.
	Hours config.Hours `json:"hours,omitzero"`
	// NoReminders means that they want no private reminders at all.
	NoReminders bool `json:"no-reminders,omitempty"`
}

var (
	quiets = store.NewTable[Quiet]("quiet")
	// held are the posts that wait for the end of somebody's silence, by member
	// and order.
	held = store.NewTable("held", byAbout(Post.about))
)

const silenceJob = "silence-over"

func silenceKey(who MemberID) string { return fmt.Sprintf("%s/%d", silenceJob, who) }

// Quiet is how a member wants to be left alone, under the charter's default.
func (c *Ctx) Quiet(who MemberID) Quiet { return c.bot.quiet(c.Tx, c.Charter, who) }

func (b *Bot) quiet(tx store.Tx, ch *config.Charter, who MemberID) Quiet {
	q, _ := quiets.Get(tx, store.K(uint64(who)))
	if !q.Own {
		q.Hours = ch.Notices.Silence
	}
	return q
}

// SetQuiet keeps how a member wants to be left alone. What waited for them goes
// out, or waits for the end of the new silence.
func (c *Ctx) SetQuiet(who MemberID, q Quiet) {
	quiets.Put(c.Tx, store.K(uint64(who)), q)
	c.release(who)
}

// release puts what waited for the end of a member's silence back in the outbox.
func (c *Ctx) release(who MemberID) {
	for _, id := range collect2(held.Prefix(c.Tx, store.K(uint64(who)))) {
		p, _ := held.Get(c.Tx, id)
		held.Delete(c.Tx, id)
		c.Send(p)
	}
	c.Cancel(silenceKey(who))
}

func silenceOver(c *Ctx, j Job) error {
	var who uint64
	if _, err := fmt.Sscan(j.Args["who"], &who); err != nil {
		return fmt.Errorf("bot: job %s: %w", j.Key, err)
	}
	c.release(MemberID(who))
	return nil
}

// unwanted tells whether a member does not want a private post at all, or until
// when they want to hear nothing.
func (b *Bot) unwanted(tx store.Tx, p Post) (declined bool, silent time.Time) {
	ch := b.Charter()
	q := b.quiet(tx, ch, p.To)
	if p.Reminder && q.NoReminders {
		return true, silent
	}
	end, within := q.Hours.Holds(b.clock.Now(), ch.Location())
	if !within || p.Urgent || !p.Until.IsZero() && !end.Before(p.Until) {
		return false, silent
	}
	return false, end
}

// hold keeps a post until the end of a member's silence.
func (b *Bot) hold(ctx context.Context, p parcel, until time.Time) error {
	defer b.nudge(b.jobsChanged)
	return b.store.Update(ctx, func(tx store.Tx) error {
		if !outbox.Delete(tx, p.id()) {
			return nil // dropped meanwhile
		}
		c := b.context(tx, Event{}, b.clock.Now())
		held.Put(tx, store.K(uint64(p.post.To), held.NextID(tx)), p.post)
		c.Schedule(Job{
			Key: silenceKey(p.post.To), Kind: silenceJob, Due: until, Args: map[string]string{"who": fmt.Sprint(uint64(p.post.To))},
		})
		return nil
	})
}

// forgetQuiet drops what waits for a member, and their preferences.
func (c *Ctx) forgetQuiet(who MemberID) {
	for _, id := range collect2(held.Prefix(c.Tx, store.K(uint64(who)))) {
		held.Delete(c.Tx, bytes.Clone(id))
	}
	c.Cancel(silenceKey(who))
	quiets.Delete(c.Tx, store.K(uint64(who)))
}
