package bot

import (
	"fmt"
	"slices"
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

// undelivered tells somebody what a post said that will never be delivered, and
// records that it was not.
func (c *Ctx) undelivered(p Post) {
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
	c.Record(Entry{What: "undelivered", Subject: undeliveredTo(p), Quiet: true})
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
	case p.To != 0:
		text = T("undelivered.person", "who", p.To, "text", said)
	default:
		text = T("undelivered.place", "place", c.ChannelName(p.Place), "text", said)
	}
	if p.To != 0 {
		next.Failed = union(next.Failed, []MemberID{p.To})
	}
	for _, to := range c.careful(&next) {
		c.tell(to, undeliveredSubject, text, &next)
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
