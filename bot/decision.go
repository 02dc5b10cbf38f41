package bot

import (
	"time"

	"greffier/config"
	"greffier/store"
)

// Decision is a line of the community's register of decisions. It says what was
// decided, by whom, when, how and under which rule, in words that stay as they
// were when the decision was taken.
type Decision struct {
	Number uint64    `json:"number"`
	At     time.Time `json:"at"`
	// Subject is the thing decided upon ("request/12"), By what decided it ("vote/3").
	Subject string `json:"subject,omitempty"`
	By      string `json:"by,omitempty"`
	Title   string `json:"title"`
	// Outcome is the decision in a sentence; Why the count or the reason given.
	Outcome Text   `json:"outcome"`
	Why     Text   `json:"why,omitzero"`
	Group   string `json:"group,omitempty"`
	Rule    string `json:"rule,omitempty"`
	// Adopted tells what was adopted from what was not.
	Adopted  bool `json:"adopted"`
	Advisory bool `json:"advisory,omitempty"`
	// Author is the member who decided by hand, 0 for a vote.
	Author MemberID `json:"author,omitempty"`
}

// Decisions is the register of decisions, by number.
var Decisions = store.NewTable[Decision]("decision")

// DecisionWords finds decisions by what their titles say.
var DecisionWords = store.NewTextIndex("decision-words")

// Decide enters a decision in the register and returns its number.
func (c *Ctx) Decide(d Decision) uint64 {
	d.Number = Decisions.NextID(c.Tx)
	d.At = c.Now
	Decisions.Put(c.Tx, store.K(d.Number), d)
	said := c.Speaker(c.Charter.Community.Locale)
	DecisionWords.Put(c.Tx, d.Number, "", d.Title+" "+said.Plain(d.Outcome))
	return d.Number
}

// groupName is how a group is called, its identifier where it has no name.
func groupName(ch *config.Charter, id string) Text {
	if g := ch.Group(id); g != nil && !g.Name.IsZero() {
		return Named(g.Name)
	}
	if id == config.Everyone {
		return T("group.everyone")
	}
	return Typed(id)
}

// GroupName is how a group is called in a sentence.
func (c *Ctx) GroupName(id string) Text { return groupName(c.Charter, id) }
