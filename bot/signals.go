package bot

import "time"

// What features tell each other, and ask of each other, without knowing one
// another (docs/adr/0002). A signal that asks has a method by which whoever
// hears it answers; it is raised by its pointer.

// MemberJoined says that somebody entered the community on one of its platforms.
// It is raised again when the platform tells it again, and when somebody who is
// here enters on a second platform: whoever hears it keeps who is known to have
// come.
type MemberJoined struct {
	Member MemberID
}

// MemberLeft says that somebody left the last platform where they were.
type MemberLeft struct {
	Member MemberID
}

// VoteWanted asks for a vote about a subject, under a rule of the charter.
type VoteWanted struct {
	Subject string // "request/12"
	Title   string
	Rule    string
	Place   Place
}

// VoteUnwanted says that nobody wants a vote any more that was asked for: what it
// was about has ended otherwise.
type VoteUnwanted struct {
	Vote uint64
	Why  Text
}

// VoteOpened says that a vote about a subject is open.
type VoteOpened struct {
	Subject string
	Vote    uint64
}

// VoteSettled says how a vote about a subject ended.
type VoteSettled struct {
	Subject  string
	Vote     uint64
	Rule     string
	Passed   bool
	Advisory bool
	// Undecided votes missed their quorum, were tied or had no ballot that said
	// anything: what they were about is neither refused nor sent back.
	Undecided bool
	// Cancelled votes settle nothing; Passed is then false.
	Cancelled bool
}

// SubjectAsked asks whichever feature keeps a subject, such as "request/12", what
// it is. Nothing answers for what there is not.
type SubjectAsked struct {
	Subject string
	// Found says that there is such a thing, Open that it is still on its way.
	Found, Open bool
	Title       string
	Author      MemberID
	// Amount is the money it is about as ParseMoney keeps it, empty for none.
	Amount string
	// People are those who want it.
	People []MemberID
}

// FundingSettled says how the funding of a subject ended, and what the charter
// makes of that: Effect is advance, stay, back or refuse.
type FundingSettled struct {
	Subject string
	Funding uint64
	Covered bool
	Effect  string
}

// Figures asks every feature what it counts of a period, from From up to and not
// including To.
type Figures struct {
	From, To time.Time
	counts   []Figure
}

// Figure is a count, or with Of a part of another.
type Figure struct {
	Label Text
	// N is what was counted.
	N int
	// Of, when Part is set, is what N is a part of; 0 when there was nothing.
	Of   int
	Part bool
}

// Add adds a count.
func (f *Figures) Add(label Text, n int) { f.counts = append(f.counts, Figure{Label: label, N: n}) }

// AddPart adds a part of a whole, such as a turnout.
func (f *Figures) AddPart(label Text, n, of int) {
	f.counts = append(f.counts, Figure{Label: label, N: n, Of: of, Part: true})
}

// All lists what was counted, in the order of the features.
func (f *Figures) All() []Figure { return f.counts }

// News asks every feature what is worth telling of a period, from From up to and
// not including To, and of what comes after it.
type News struct {
	From, To time.Time
	sections []NewsSection
}

// NewsSection is what one feature tells, under a heading.
type NewsSection struct {
	Title Text   `json:"title"`
	Lines []Text `json:"lines,omitempty"`
}

// Add adds a section, unless there is nothing to say.
func (n *News) Add(title Text, lines ...Text) {
	if len(lines) > 0 {
		n.sections = append(n.sections, NewsSection{title, lines})
	}
}

// All lists the sections, in the order of the features.
func (n *News) All() []NewsSection { return n.sections }

// Rules asks every feature to say in words what the charter rules of it.
type Rules struct{ sections []RuleSection }

// RuleSection is one subject of the charter in words.
type RuleSection struct {
	// Name is what the section is asked for by, Title how it is called.
	Name  string
	Title Text
	Lines []Text
}

// Add adds a section, unless there is nothing to say.
func (r *Rules) Add(name string, title Text, lines ...Text) {
	if len(lines) > 0 {
		r.sections = append(r.sections, RuleSection{name, title, lines})
	}
}

// All lists the sections, in the order of the features.
func (r *Rules) All() []RuleSection { return r.sections }

// PresenceAsked asks who takes part in the meetings that are in session now.
type PresenceAsked struct {
	// Groups keeps the meetings to which one of these groups is invited; none
	// keeps all.
	Groups []string
	// Present takes each member who is present, by is 0, and each who is
	// represented, by being who represents them. meeting is the meeting's key.
	Present func(meeting string, who, by MemberID)
}
