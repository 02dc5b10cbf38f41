package config

// Reminders says what the community is reminded of, besides what its members ask
// to be reminded of by command.
type Reminders struct {
	// Late is how long after its time a member's reminder is still sent, and said
	// to be late, when the clerk was stopped; beyond, whoever asked for it is told
	// that it was missed. Seven days by default.
	Late Duration `yaml:"late" default:"7d"`
	// Recurring are the community's own reminders, in words of its own.
	Recurring []RecurringReminder `yaml:"recurring,keyed"`
	// Digests gather what waits for somebody.
	Digests []Digest `yaml:"digests,keyed"`
}

// RecurringReminder is a sentence that is said again and again.
type RecurringReminder struct {
	ID string `yaml:"-"`
	// When is a cron expression or an RRULE, in the community's zone.
	When Recurrence `yaml:"when,required"`
	Text Words      `yaml:"text,required"`
	// Channel is where it is posted, Members the groups each of whose members is
	// told privately; one of the two at least.
	Channel string   `yaml:"channel" ref:"channel"`
	Members []string `yaml:"members" ref:"group everyone"`
	// Late is how long after its time it is still said, and said to be late; what
	// was missed beyond that is told instead. Twelve hours by default.
	Late Duration `yaml:"late" default:"12h"`
}

// Digest gathers what waits: requests by stage and for how long, votes about to
// close and their quorum, meetings and what was promised at them. Nothing is sent
// when nothing waits.
type Digest struct {
	ID   string `yaml:"-"`
	Name Words  `yaml:"name"`
	// When is a cron expression or an RRULE, in the community's zone.
	When Recurrence `yaml:"when,required"`
	// Channel is where it is posted, Members the groups each of whose members gets
	// it privately; one of the two at least.
	Channel string   `yaml:"channel" ref:"channel"`
	Members []string `yaml:"members" ref:"group everyone"`
	// About chooses what it is about; everything by default.
	About []string `yaml:"about" oneof:"requests votes meetings members membership funding"`
	// WaitingOn keeps to what waits on these groups; on anybody by default.
	WaitingOn []string `yaml:"waiting-on" ref:"group"`
	// Ahead is how far it looks for what comes; seven days by default.
	Ahead Duration `yaml:"ahead" default:"7d"`
	// Late is how long after its time it is still sent, and said to be late; what
	// was missed beyond that is told instead. Twelve hours by default.
	Late Duration `yaml:"late" default:"12h"`
	// Empty sends it even when nothing waits, to say so.
	Empty bool `yaml:"send-empty"`
}
