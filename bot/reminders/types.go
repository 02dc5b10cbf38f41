package reminders

import (
	"fmt"
	"strconv"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// Reminder is something somebody asked to be said at a time. Exactly one of To,
// Group and Channel says to whom.
type Reminder struct {
	Number uint64       `json:"number"`
	By     bot.MemberID `json:"by"`
	Made   time.Time    `json:"made"`
	Text   string       `json:"text"`
	// To is a member, By included; Group a group of the charter, each of whose
	// members is told; Channel a logical channel.
	To      bot.MemberID `json:"to,omitempty"`
	Group   string       `json:"group,omitempty"`
	Channel string       `json:"channel,omitempty"`
	// Every is how it recurs; Said is how that was put.
	Every config.Recurrence `json:"every,omitzero"`
	Said  string            `json:"said,omitempty"`
	// Rang is when it was last said. One that does not recur is then kept for a
	// while, to be put off or marked as done.
	Rang time.Time `json:"rang,omitzero"`
}

var reminders = store.NewTable("reminder",
	store.Index[Reminder]{Name: "by", Keys: func(_ []byte, r Reminder) [][]byte { return [][]byte{store.K(uint64(r.By))} }},
	store.Index[Reminder]{Name: "to", Keys: func(_ []byte, r Reminder) [][]byte {
		if r.To == 0 || r.To == r.By {
			return nil
		}
		return [][]byte{store.K(uint64(r.To))}
	}},
)

const (
	// maxEach is how many reminders one member may have waiting.
	maxEach = 200
	// kept is how long one that was said can still be put off or marked as done.
	kept = 30 * 24 * time.Hour
)

func idOf(number uint64) []byte { return store.K(number) }

// key is how the journal and the jobs call a reminder.
func (r *Reminder) key() string { return "reminder/" + strconv.FormatUint(r.Number, 10) }

// againKey is the job of a reminder that one of those it is for put off.
func (r *Reminder) againKey(who bot.MemberID) string { return fmt.Sprintf("%s/again/%d", r.key(), who) }

// overKey is the job by which one that was said is forgotten in the end.
func (r *Reminder) overKey() string { return r.key() + "/over" }

// own tells whether it concerns nobody but who asked for it.
func (r *Reminder) own() bool { return r.To == r.By }

// audience says whom it is for, as a reader other than them is told.
func (r *Reminder) audience(c *bot.Ctx) bot.Text {
	switch {
	case r.Group != "":
		return c.GroupName(r.Group)
	case r.Channel != "":
		return bot.T("remind.channel", "channel", r.Channel)
	}
	return bot.T("remind.member", "who", r.To)
}

// find is the reminder of a number that the caller may touch: theirs, or one for
// them; of those for a group or a channel, whoever may make one.
func find(c *bot.Ctx, number int) (Reminder, error) {
	r, ok := reminders.Get(c.Tx, store.K(number))
	switch {
	case !ok:
	case r.By == c.Caller.ID || r.To == c.Caller.ID:
		return r, nil
	case r.Group != "" && (c.In(r.Group) || c.May("remind group")):
		return r, nil
	case r.Channel != "" && c.May("remind channel"):
		return r, nil
	}
	return Reminder{}, bot.Refuse("remind.none", "number", number, "list", bot.CommandText("remind list"))
}

// manages tells whether the caller may cancel a reminder or skip an occurrence for
// everybody it is for.
func manages(c *bot.Ctx, r *Reminder) bool {
	return r.By == c.Caller.ID || r.Group != "" && c.May("remind group") || r.Channel != "" && c.May("remind channel")
}

// next is when a reminder is said next; ok is false when it is not.
func (r *Reminder) next(c *bot.Ctx) (at time.Time, ok bool) {
	j, ok := c.Scheduled(r.key())
	return j.At, ok
}

// drop removes a reminder and all that is due for it.
func drop(c *bot.Ctx, r *Reminder) {
	c.Cancel(r.key())
	c.Cancel(r.overKey())
	for _, who := range receivers(c, r) {
		c.Cancel(r.againKey(who))
	}
	reminders.Delete(c.Tx, idOf(r.Number))
}

// receivers lists the members whom a reminder is for, none for a channel's.
func receivers(c *bot.Ctx, r *Reminder) []bot.MemberID {
	switch {
	case r.Group != "":
		return c.Members(r.Group)
	case r.To != 0:
		return []bot.MemberID{r.To}
	}
	return nil
}
