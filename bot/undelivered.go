package bot

import (
	"context"
	"fmt"
	"slices"

	"greffier/store"
)

// Else names who is told what a post said when it can never be delivered,
// because its person cannot be written to or its place is gone: Member, or the
// members of Groups when there is none or they cannot be told either, or those
// of the charter's notices.undelivered.
//
// A private post without Else is told to nobody: it may be nobody else's
// business. What was to be said in public always is.
type Else struct {
	Member MemberID `json:"m,omitempty"`
	Groups []string `json:"g,omitempty"`
	// Text is what they are told; by default that the post could not be delivered,
	// and what it said.
	Text Text `json:"t,omitzero"`
	// Failed are those who could not be told.
	Failed []MemberID `json:"f,omitempty"`
}

// with is whom to tell of what two posts said that became one.
func (e *Else) with(o *Else) *Else {
	switch {
	case o == nil:
		return e
	case e == nil:
		return o
	}
	both := *e
	if both.Member == 0 {
		both.Member = o.Member
	}
	both.Groups = union(e.Groups, o.Groups)
	both.Failed = union(e.Failed, o.Failed)
	both.Text = Text{} // what they are told is in the post
	return &both
}

func union[T comparable](a, b []T) []T {
	all := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(all, x) {
			all = append(all, x)
		}
	}
	return all
}

// undeliveredSubject gathers what one person is told of several posts.
const undeliveredSubject = "undelivered"

// loss is why nobody will get a post.
type loss string

const (
	undeliverable loss = "undeliverable"
	// unwanted posts are reminders to somebody who wants none.
	unwanted loss = "unwanted"
)

// giveUp drops a post that nobody will get, and tells whoever must know.
func (b *Bot) giveUp(ctx context.Context, p parcel) error {
	return b.store.Update(ctx, func(tx store.Tx) error {
		if !outbox.Delete(tx, p.id()) {
			return nil // dropped meanwhile
		}
		c := b.context(tx, Event{}, b.clock.Now())
		c.undelivered(p.post, p.why)
		if c.scheduled {
			b.nudge(b.jobsChanged)
		}
		return nil
	})
}

// undelivered tells somebody what a post said that nobody will get, and records
// it when it could not be delivered.
func (c *Ctx) undelivered(p Post, why loss) {
	if p.To != 0 {
		if m, ok := c.Member(p.To); !ok || m.Erased {
			return // nobody is to know any more
		}
	}
	said := p.Text
	if p.Card != "" {
		if card, ok := c.Card(p.Card); ok {
			said = Words(card.Title, said)
		}
	}
	if why == undeliverable {
		c.Record(Entry{What: "undelivered", Subject: undeliveredTo(p), Quiet: true})
	}
	if said.IsZero() || p.To != 0 && p.Else == nil {
		return
	}
	next := Else{}
	if p.Else != nil {
		next = *p.Else
	}
	text := next.Text
	switch {
	case len(next.Failed) > 0: // it tells of another post already
		text = said
	case !text.IsZero():
	case why == unwanted:
		text = T("undelivered.unwanted", "who", p.To, "text", said)
	case p.To != 0:
		text = T("undelivered.person", "who", p.To, "text", said)
	default:
		text = T("undelivered.place", "place", c.ChannelName(p.Place), "text", said)
	}
	if p.To != 0 {
		next.Failed = union(next.Failed, []MemberID{p.To})
	}
	for _, to := range c.careful(&next) {
		c.tell(to, undeliveredSubject, notice{Text: text, Else: &next})
	}
}

// careful lists whom to tell, leaving out who could not be told.
func (c *Ctx) careful(e *Else) []MemberID {
	able := func(id MemberID) bool {
		m, ok := c.Member(id)
		return ok && m.here() && !slices.Contains(e.Failed, id)
	}
	if e.Member != 0 && able(e.Member) {
		return []MemberID{e.Member}
	}
	for _, groups := range [][]string{e.Groups, c.Charter.Notices.Undelivered} {
		if len(groups) == 0 {
			continue
		}
		if told := slices.DeleteFunc(c.Members(groups...), func(id MemberID) bool { return !able(id) }); len(told) > 0 {
			return told
		}
	}
	return nil
}

func undeliveredTo(p Post) string {
	if p.To != 0 {
		return fmt.Sprintf("member/%d", p.To)
	}
	return "place/" + p.Place.Platform + ":" + p.Place.Channel
}

// ChannelName is what the charter calls a place, or its platform's own word for it.
func (c *Ctx) ChannelName(p Place) string {
	for _, ch := range c.Charter.Channels {
		if at, ok := c.Charter.Place(ch.ID, p.Platform); ok && at == p.Channel {
			return ch.ID
		}
	}
	return p.Channel
}
