package config

// Charter is a community's own rules, read from one YAML file. Every name in it
// (channel, group, kind, path, stage, voting rule) is chosen by the community
// and used in commands as it is written.
//
// A field tagged `keyed` is a YAML mapping whose keys fill the ID of each
// element, in the order of the file.
type Charter struct {
	// Version is the format of the file; 1 is the only one so far.
	Version   int       `yaml:"version,required"`
	Community Community `yaml:"community,required"`
	// Channels gives each logical channel its place on each platform.
	Channels []Channel `yaml:"channels,keyed"`
	Groups   []Group   `yaml:"groups,keyed"`
	// Rights says which groups may run a command. A key is a command ("request
	// assign") or the beginning of several ("request"); the most specific key
	// wins, and a command under no key may be run by nobody.
	Rights   []Right  `yaml:"rights,keyed"`
	Requests Requests `yaml:"requests"`
	Votes    Votes    `yaml:"votes"`
	Notices  Notices  `yaml:"notices"`
	// Texts replaces sentences of the product: language, then key, then text.
	Texts map[string]map[string]string `yaml:"texts"`

	source *Source
}

// Community says who the register belongs to.
type Community struct {
	Name string `yaml:"name,required"`
	// Locale is the language of public posts: fr or en.
	Locale string `yaml:"locale"`
	// Zone is the IANA time zone in which dates are written and understood.
	Zone string `yaml:"zone"`
}

// Channel is a logical channel and where it is: platform name to the platform's
// own identifier of the place.
type Channel struct {
	ID     string            `yaml:"-"`
	Places map[string]string `yaml:",inline"`
}

// Group is a set of members. Someone belongs to it who is listed, holds one of
// the roles, is in one of the channels, or belongs to an included group.
type Group struct {
	ID   string `yaml:"-"`
	Name Words  `yaml:"name"`
	// Members lists accounts as platform:identifier ("console:alice"). The
	// identifier is the platform's immutable one, never a display name.
	Members []string `yaml:"members"`
	// Roles lists roles as platform:identifier.
	Roles []string `yaml:"roles"`
	// Channels lists logical channels whose members belong to the group.
	Channels []string `yaml:"channels"`
	// Groups lists groups whose members belong to this one too.
	Groups []string `yaml:"groups"`
}

// Right allows groups to run a command. Besides declared groups, "everyone" is
// any member present, and "author" the person a request or vote belongs to.
type Right struct {
	ID     string   `yaml:"-"`
	Groups []string `yaml:",inline"`
}

// Requests says what may be asked for and how it is handled.
type Requests struct {
	// Channel is where the cards of requests hang; by default, where they were asked.
	Channel string `yaml:"channel"`
	Kinds   []Kind `yaml:"kinds,keyed"`
	Paths   []Path `yaml:"paths,keyed"`
}

// Kind is a kind of request: who handles it, by which path, and what its form asks.
type Kind struct {
	ID    string `yaml:"-"`
	Name  Words  `yaml:"name"`
	About Words  `yaml:"about"`
	// Group is the one the request goes to.
	Group string `yaml:"group"`
	// Path is the path of stages it follows; by default the first one.
	Path string `yaml:"path"`
	// Channel overrides where its card hangs.
	Channel string `yaml:"channel"`
	// Require lists the standard fields that may not be left empty: use-case,
	// details, links, organisation, budget.
	Require []string `yaml:"require"`
	Fields  []Field  `yaml:"fields,keyed"`
}

// Field is a question of the form of a kind of request.
type Field struct {
	ID    string `yaml:"-"`
	Label Words  `yaml:"label"`
	Help  Words  `yaml:"help"`
	// Type is line, text, choice, number, date, yes-no or link; line by default.
	Type     string   `yaml:"type"`
	Choices  []string `yaml:"choices"`
	Required bool     `yaml:"required"`
	// Max is the greatest length in characters; 100 for a line, 4000 for a text.
	Max int `yaml:"max"`
}

// Path is an ordered list of stages; a request starts at the first.
type Path struct {
	ID     string  `yaml:"-"`
	Stages []Stage `yaml:"stages,keyed,required"`
}

// Stage is a step of a path and what it takes to leave it.
type Stage struct {
	ID   string `yaml:"-"`
	Name Words  `yaml:"name"`
	// Next lists the stages that may follow; by default the one written below.
	Next []string `yaml:"next"`
	// Advance, Back and Refuse say who may move a request on, send it back to
	// the stage before, or refuse it from here. Nobody by default.
	Advance []string `yaml:"advance"`
	Back    []string `yaml:"back"`
	Refuse  []string `yaml:"refuse"`
	// Opinions lists the groups whose advisory opinion must be given before the
	// request leaves this stage.
	Opinions []string `yaml:"opinions"`
	// Vote names the voting rule by which alone this stage is passed.
	Vote string `yaml:"vote"`
	// Final marks a stage at which a request is finished.
	Final bool `yaml:"final"`
}

// Votes says how the community decides.
type Votes struct {
	// Channel is where the cards of votes hang; by default, where they were opened.
	Channel string `yaml:"channel"`
	// Default is the rule of a vote opened without naming one; by default the first.
	Default string     `yaml:"default"`
	Rules   []VoteRule `yaml:"rules,keyed"`
}

// VoteRule is a way of voting, fixed before anybody votes.
type VoteRule struct {
	ID   string `yaml:"-"`
	Name Words  `yaml:"name"`
	// Method is yes-no, choice (one option) or approval (any number of options).
	Method string `yaml:"method"`
	// Electorate lists the groups entitled to vote.
	Electorate []string `yaml:"electorate,required"`
	// Roll is frozen (who is entitled is fixed at the opening; the default) or
	// open (whoever belongs to the electorate when voting).
	Roll string `yaml:"roll"`
	// Secret keeps who voted apart from what was voted.
	Secret bool `yaml:"secret"`
	// Results says when they are shown: always, after-voting (to those who
	// have voted) or at-close (the default).
	Results string `yaml:"results"`
	// Lasts is how long a vote stays open when no closing date is given.
	Lasts Duration `yaml:"lasts"`
	// Reminders are sent, before the closing, to those who have not voted.
	Reminders []Duration `yaml:"reminders"`
	// CloseEarly closes the vote once everyone entitled has voted.
	CloseEarly bool `yaml:"close-early"`
	// Final forbids changing or withdrawing a ballot once cast.
	Final bool `yaml:"final-ballots"`
	// NoAbstention removes the choice to abstain.
	NoAbstention bool   `yaml:"no-abstention"`
	Quorum       *Share `yaml:"quorum"`
	// Majority is what an option needs to be adopted; by default more than half
	// of the expressed votes.
	Majority *Share `yaml:"majority"`
	// Advisory marks a vote that advises without deciding.
	Advisory bool `yaml:"advisory"`
	// Passed and Failed say what becomes of the request whose stage this vote
	// guards: advance (default when passed), stay (default when failed), back or refuse.
	Passed string `yaml:"passed"`
	Failed string `yaml:"failed"`
}

// Share is a part of a base: strictly more than Over of it, or at least AtLeast
// of it. Exactly one of the two is given.
type Share struct {
	// Of is the base: entitled (on the roll), present (recorded as present, or
	// having voted), cast (ballots, abstentions included) or expressed (ballots
	// without abstentions). A quorum is of the entitled unless said otherwise.
	Of      string `yaml:"of"`
	Over    Ratio  `yaml:"over"`
	AtLeast Ratio  `yaml:"at-least"`
}

// Notices says how members are told privately of what concerns them.
type Notices struct {
	// Batch is how long further notices on the same subject are gathered after
	// one was sent; ten minutes by default.
	Batch Duration `yaml:"batch"`
}
