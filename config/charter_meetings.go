package config

// Meetings says how the community meets.
type Meetings struct {
	// Channel is where the cards of meetings hang; by default, where they were called.
	Channel string `yaml:"channel" ref:"channel"`
	// Actions are what members take on in a meeting: how long before the due
	// date they are reminded (a day by default), and how often after it.
	Actions MeetingActions `yaml:"actions"`
	Kinds   []MeetingKind  `yaml:"kinds,keyed" names:"meeting"`
}

// MeetingActions says when members are reminded of what they took on.
type MeetingActions struct {
	// Reminders are sent that long before the due date.
	Reminders []Duration `yaml:"reminders"`
	// Again is how long after the due date, and after each reminder since, the
	// next one goes out until the action is done; seven days by default.
	Again Duration `yaml:"again" default:"7d"`
}

// MeetingKind is a kind of meeting: who is invited and how. One that repeats is
// a series, whose meetings are entered ahead of their dates.
type MeetingKind struct {
	ID   string `yaml:"-"`
	Name Words  `yaml:"name"`
	// Channel overrides where its cards hang.
	Channel string `yaml:"channel" ref:"channel"`
	// Invited lists the groups that are invited; everyone by default. Advisory
	// lists those who are invited with an advisory voice.
	Invited  []string `yaml:"invited" ref:"group everyone"`
	Advisory []string `yaml:"advisory" ref:"group everyone"`
	// Host is the group that prepares and chairs the meeting: its members may do
	// what its host may, and are told what concerns nobody else.
	Host  string   `yaml:"host" ref:"group"`
	Lasts Duration `yaml:"lasts" default:"1h"`
	// Where is the place; Link is where to follow the meeting from afar.
	Where string `yaml:"where"`
	Link  string `yaml:"link"`
	// Notice is how long before the meeting those invited must be convened; the
	// convocation is sent then. Whole days are counted on the calendar. Without
	// it nobody is convened unless the host does so.
	Notice Duration `yaml:"notice"`
	// Reminders are sent that long before the beginning, in the channel and to
	// those invited.
	Reminders []Duration `yaml:"reminders"`
	// Proxies is the greatest number of members whom one may represent; 0 is any.
	Proxies int `yaml:"proxies"`
	// Agenda lists the items that every such meeting has.
	Agenda []string `yaml:"agenda"`
	// Collects lists the requests that are put on its agenda by themselves, besides
	// those that ask to pass a stage there: blocked, late.
	Collects []string `yaml:"collects" oneof:"blocked late"`
	// RoundTable asks those present for their news (tour de table).
	RoundTable bool `yaml:"round-table"`
	// Phases prepare the meeting, in this order.
	Phases []MeetingPhase `yaml:"phases,keyed" names:"phase"`
	// Repeat is when the meetings of a series begin: a cron expression
	// ("0 18 * * 1") or an RRULE ("DTSTART:20260302T180000 FREQ=WEEKLY;INTERVAL=2").
	Repeat Recurrence `yaml:"repeat"`
	// Skip lists the days without a meeting, as 2026-12-28.
	Skip []string `yaml:"skip"`
	// Places are taken in turn, in place of Where.
	Places []string `yaml:"places"`
	// Ahead is how long before its date a meeting of the series is entered, and
	// members may propose its agenda; ninety days by default.
	Ahead Duration `yaml:"ahead" default:"90d"`
	// Announce is how long before its date a meeting of the series is shown in
	// the channel; fourteen days by default, and never after the convocation.
	Announce Duration `yaml:"announce" default:"14d"`
}

// MeetingPhase is a step of the work that prepares a meeting.
type MeetingPhase struct {
	ID   string `yaml:"-"`
	Name Words  `yaml:"name"`
	// Before is how long before the meeting it must be done.
	Before Duration `yaml:"before,required"`
	// Responsible is the group that does it; by default the host.
	Responsible string `yaml:"responsible" ref:"group"`
	// Reminders are sent that long before it is due; seven days by default.
	Reminders []Duration `yaml:"reminders"`
}
