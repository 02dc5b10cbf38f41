package bot

// The signals that features raise with Ctx.Signal and hear with On
// (docs/adr/0002). One that asks something brings a function that collects the
// answers.

// VoteWanted asks for a vote about a subject, under a rule of the charter.
type VoteWanted struct {
	Subject string // "request/12"
	Title   string
	Rule    string
	Place   Place
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

// PresenceAsked asks who takes part in the meetings that are in session now.
type PresenceAsked struct {
	// Groups keeps the meetings to which one of these groups is invited; none
	// keeps all.
	Groups []string
	// Present takes each member who is present, by is 0, and each who is
	// represented, by being who represents them. meeting is the meeting's key.
	Present func(meeting string, who, by MemberID)
}
