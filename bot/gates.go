package bot

import (
	"slices"
	"time"
)

// What has to be there before a thing moves on, and the meetings at which it does.
// Features that hold something up and features that meet know each other by these
// alone.

// NeedFunc tells whether a need that a stage of the charter names is met for a
// subject, such as "request/12", and in a sentence what is missing when it is not.
// It never blocks and changes nothing.
type NeedFunc func(c *Ctx, subject string) (met bool, missing Text)

// Need asks the feature that answers for a need (Feature.Needs). A charter that
// names one for which nobody answers is refused when it is put in force.
func (c *Ctx) Need(name, subject string) (met bool, missing Text) {
	need, ok := c.bot.needs[name]
	if !ok {
		return false, T("need.unknown", "need", name)
	}
	return need(c, subject)
}

// NeedChanged says that what a subject needs may be met now, or no longer.
type NeedChanged struct{ Subject string }

// AgendaAsked asks every feature what belongs on the agenda of the next meeting of
// a kind, besides what members propose.
type AgendaAsked struct {
	// Kind is the kind of meeting, and Collects what the charter has it collect.
	Kind     string
	Collects []string
	wanted   []AgendaItem
}

// AgendaItem is something that a meeting is to look at.
type AgendaItem struct {
	// Subject is the key of what it is about; an agenda holds each subject once.
	Subject string
	Title   Text
}

// Add puts a subject on the agenda, unless it is there.
func (a *AgendaAsked) Add(subject string, title Text) {
	if !slices.ContainsFunc(a.wanted, func(i AgendaItem) bool { return i.Subject == subject }) {
		a.wanted = append(a.wanted, AgendaItem{subject, title})
	}
}

// All lists what was added, in the order of the features.
func (a *AgendaAsked) All() []AgendaItem { return a.wanted }

// AgendaChanged says that what AgendaAsked gathers may be something else now.
type AgendaChanged struct{}

// SessionAsked asks for the meeting of a kind that is in session and for the next.
type SessionAsked struct {
	Kind string
	// Open is the number of the meeting in session, 0 for none; Next and Starts are
	// the number and the beginning of the next one that is planned.
	Open, Next uint64
	Starts     time.Time
}

// RequestClosed says that a request came to its end: Done when it reached a final
// stage, Withdrawn when its author no longer wants it, made part of another when
// Into is set, and refused otherwise.
type RequestClosed struct {
	Subject, Kind, Title string
	Author               MemberID
	Done, Withdrawn      bool
	// Into is the subject of the request that it is part of now.
	Into string
}

// ActivityAsked asks every feature what members did in a period, from From up to
// and not including To, as far as everybody may see it.
type ActivityAsked struct {
	From, To time.Time
	keys     []string
	counts   map[MemberID]map[string]int
}

// Did counts one thing that a member did, under the key of a sentence that says it
// with its "count".
func (a *ActivityAsked) Did(who MemberID, key string) {
	if a.counts == nil {
		a.counts = map[MemberID]map[string]int{}
	}
	if a.counts[who] == nil {
		a.counts[who] = map[string]int{}
	}
	if !slices.Contains(a.keys, key) {
		a.keys = append(a.keys, key)
	}
	a.counts[who][key]++
}

// In reports whether a moment is in the period.
func (a *ActivityAsked) In(at time.Time) bool { return !at.Before(a.From) && at.Before(a.To) }

// Of says what a member did, in the order of the features; zero when nothing.
func (a *ActivityAsked) Of(who MemberID) Text {
	var said []Text
	for _, key := range a.keys {
		if n := a.counts[who][key]; n > 0 {
			said = append(said, T(key, "count", n))
		}
	}
	if len(said) == 0 {
		return Text{}
	}
	return List(said...)
}

// LeadsAsked asks who leads a theme that a text is about.
type LeadsAsked struct {
	Text  string
	leads []MemberID
}

// Add names somebody who leads one.
func (l *LeadsAsked) Add(who MemberID) {
	if !slices.Contains(l.leads, who) {
		l.leads = append(l.leads, who)
	}
}

// All lists who was named.
func (l *LeadsAsked) All() []MemberID { return l.leads }
