package config

// Charter is a community's own rules, read from one YAML file. Every name in it
// (channel, group, kind, path, stage, voting rule) is chosen by the community
// and used in commands as it is written.
//
// A field tagged `keyed` is a YAML mapping whose keys fill the ID of each
// element, in the order of the file. `oneof` lists the words a field takes,
// `default` is what stands when it is left out, `names` says what the keys of a
// mapping name, and `ref` that the field names one of those (or one of the words
// that follow). [ParseCharter] fills every default, so that its readers never
// have to.
type Charter struct {
	// Version is the format of the file; 1 is the only one so far.
	Version   int       `yaml:"version,required"`
	Community Community `yaml:"community,required"`
	// Channels gives each logical channel its place on each platform.
	Channels []Channel `yaml:"channels,keyed" names:"channel"`
	Groups   []Group   `yaml:"groups,keyed" names:"group"`
	// Rights says which groups may run a command. A key is a command ("request
	// assign") or the beginning of several ("request"); the most specific key
	// wins, and a command under no key may be run by nobody.
	Rights     []Right    `yaml:"rights,keyed"`
	Requests   Requests   `yaml:"requests"`
	Votes      Votes      `yaml:"votes"`
	Members    Members    `yaml:"members"`
	Meetings   Meetings   `yaml:"meetings"`
	Membership Membership `yaml:"membership"`
	Timeline   Timeline   `yaml:"timeline"`
	Funding    Funding    `yaml:"funding"`
	Releases   Releases   `yaml:"releases"`
	Newsletter Newsletter `yaml:"newsletter"`
	Notices    Notices    `yaml:"notices"`
	Reminders  Reminders  `yaml:"reminders"`
	// Texts replaces sentences of the product: language, then key, then text.
	Texts map[string]map[string]string `yaml:"texts"`

	source *Source
	index  *index
}

// Community says who the register belongs to.
type Community struct {
	Name string `yaml:"name,required"`
	// Locale is the language of public posts: en (the default) or fr.
	Locale string `yaml:"locale" oneof:"en fr" default:"en"`
	// Zone is the IANA time zone in which dates are written and understood,
	// such as Europe/Paris; UTC by default.
	Zone string `yaml:"zone" default:"UTC"`
}

// Channel is a logical channel and where it is: platform name to the platform's
// own identifier of the place. A plain text instead of a mapping is the same
// place on every platform, the console included; so is the key "*" inside one.
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
	// Grants lists roles, as platform:identifier, that the group's members are
	// given, and that nobody else keeps.
	Grants []string `yaml:"grants"`
	// Channels lists logical channels whose members belong to the group.
	Channels []string `yaml:"channels" ref:"channel"`
	// Groups lists groups whose members belong to this one too.
	Groups []string `yaml:"groups" ref:"group"`
	// About says what the group does.
	About Words `yaml:"about"`
	// Responsible lists the accounts of those who answer for the group, as
	// platform:identifier.
	Responsible []string `yaml:"responsible"`
	// Reach says how to reach the group: an address, a channel, office hours.
	Reach Words `yaml:"reach"`
}

// Right allows groups to run a command. Besides declared groups, "everyone" is
// any member present, and "author" the person a request or vote belongs to. An
// empty list leaves the command to nobody. The empty key covers every command.
type Right struct {
	ID     string   `yaml:"-"`
	Groups []string `yaml:",inline" ref:"group everyone author"`
}

// Requests says what may be asked for and how it is handled.
type Requests struct {
	// Channel is where the cards of requests hang; by default, where they were asked.
	Channel string `yaml:"channel" ref:"channel"`
	// Threads has each request open a thread under its card, where the platform
	// has threads that stand apart; in a forum every request is a post anyway.
	Threads bool   `yaml:"threads"`
	Kinds   []Kind `yaml:"kinds,keyed" names:"kind"`
	Paths   []Path `yaml:"paths,keyed" names:"path"`
}

// Kind is a kind of request: who handles it, by which path, and what its form asks.
type Kind struct {
	ID    string `yaml:"-"`
	Name  Words  `yaml:"name"`
	About Words  `yaml:"about"`
	// Group is the one the request goes to.
	Group string `yaml:"group" ref:"group"`
	// Path is the path of stages it follows; by default the first one.
	Path string `yaml:"path" ref:"path"`
	// Channel overrides where its card hangs.
	Channel string `yaml:"channel" ref:"channel"`
	// Require lists the standard fields that may not be left empty: use-case,
	// details, links, organisation, budget.
	Require []string `yaml:"require" oneof:"use-case details links organisation budget"`
	Fields  []Field  `yaml:"fields,keyed" names:"field"`
}

// Field is a question of a form: of a kind of request, or of introductions.
type Field struct {
	ID    string `yaml:"-"`
	Label Words  `yaml:"label"`
	Help  Words  `yaml:"help"`
	// Type is line, text, choice, number, date, yes-no or link; line by default.
	Type string `yaml:"type" oneof:"line text choice number date yes-no link" default:"line"`
	// Choices are what a field of type choice offers; no other type has any.
	Choices  []string `yaml:"choices"`
	Required bool     `yaml:"required"`
	// Max is the greatest length in characters of a line (100 by default) or a
	// text (4000 by default), and never above 4000. Other types have none.
	Max int `yaml:"max"`
	// Private answers are shown to members only: in introductions, and there
	// alone.
	Private bool `yaml:"private"`
}

// Path is an ordered list of stages; a request starts at the first.
type Path struct {
	ID     string  `yaml:"-"`
	Stages []Stage `yaml:"stages,keyed,required" names:"stage"`
}

// Stage is a step of a path and what it takes to leave it.
type Stage struct {
	ID   string `yaml:"-"`
	Name Words  `yaml:"name"`
	// Next lists the stages that may follow; by default the one written below. A
	// vote that passes leads to the first of them.
	Next []string `yaml:"next" ref:"stage"`
	// Advance, Back and Refuse say who may move a request on, send it back to
	// the stage before, or refuse it from here. Nobody by default.
	// "everyone" and "author" are understood as in the rights.
	Advance []string `yaml:"advance" ref:"group everyone author"`
	Back    []string `yaml:"back" ref:"group everyone author"`
	Refuse  []string `yaml:"refuse" ref:"group everyone author"`
	// Enter says who may bring a request to this stage by hand, when that is not
	// left to whoever may take it out of the stage before.
	Enter []string `yaml:"enter" ref:"group everyone author"`
	// Holder is the group in whose hands a request is here; by default that of its
	// kind.
	Holder string `yaml:"holder" ref:"group"`
	// Form lists the fields, standard ones or those of the kind, that must be
	// filled in before the request leaves this stage.
	Form []string `yaml:"form"`
	// Needs lists what else must be met before that: what parts of the product
	// answer for, such as a budget that is covered.
	Needs []string `yaml:"needs"`
	// Meeting is the kind of meeting in whose session, and only there, this stage
	// is passed. A request is on the agenda of the next one once a member asks, or
	// at once when Agenda says so.
	Meeting string `yaml:"meeting" ref:"meeting"`
	// Agenda is on-request (the default) or at-once.
	Agenda string `yaml:"agenda" oneof:"on-request at-once" default:"on-request"`
	// Lasts is how long a request may stay here before those named by Late are
	// told; for ever by default.
	Lasts Duration `yaml:"lasts"`
	// Late lists the groups that are told; by default the one that holds it.
	Late []string `yaml:"late" ref:"group"`
	// Announce lists the channels where it is said that a request comes here,
	// besides where its card hangs.
	Announce []string `yaml:"announce" ref:"channel"`
	// Opinions lists the groups whose advisory opinion must be given before the
	// request leaves this stage.
	Opinions []string `yaml:"opinions" ref:"group"`
	// Vote names the voting rule by which alone this stage is passed; such a
	// stage has no Advance.
	Vote string `yaml:"vote" ref:"rule"`
	// Final marks a stage at which a request is finished. When a path marks
	// none, its last stage is.
	Final bool `yaml:"final"`
}

// Votes says how the community decides.
type Votes struct {
	// Channel is where the cards of votes hang; by default, where they were opened.
	Channel string `yaml:"channel" ref:"channel"`
	// Default is the rule of a vote opened without naming one; by default the first.
	Default string     `yaml:"default" ref:"rule"`
	Rules   []VoteRule `yaml:"rules,keyed" names:"rule"`
}

// VoteRule is a way of voting, fixed before anybody votes. A vote keeps a copy
// of its rule in the register as JSON; the names there are those of the charter.
type VoteRule struct {
	ID   string `yaml:"-" json:"id"`
	Name Words  `yaml:"name" json:"name,omitzero"`
	// Method is how ballots are marked and counted: yes-no (the default), choice
	// (one option), approval (any number of options), two-round, ranked (schulze,
	// ranked-pairs, irv, stv, default-option), rated (score, star,
	// majority-judgment), consent or dots. docs/voting.md explains each.
	Method string `yaml:"method" json:"method" oneof:"yes-no choice approval two-round score star majority-judgment schulze ranked-pairs irv stv default-option consent dots" default:"yes-no"`
	// Seats is how many options are to be elected; 1 by default.
	Seats int `yaml:"seats" json:"seats,omitempty"`
	// Grades are the grades of majority judgment, the best first; by default six
	// from Excellent to To reject, in the community's language.
	Grades []string `yaml:"grades" json:"grades,omitempty"`
	// Highest is the highest score of score and star; 5 by default. The lowest is 0.
	Highest int `yaml:"highest" json:"highest,omitempty"`
	// Points is how many points a ballot of dots spreads; 10 by default.
	Points int `yaml:"points" json:"points,omitempty"`
	// Missing is what an option that a ballot neither scores nor grades is given:
	// worst (the default), or absent, which leaves the ballot out for that option.
	Missing string `yaml:"missing" json:"missing,omitempty" oneof:"worst absent"`
	// Strength is how schulze and ranked-pairs measure a majority: winning-votes
	// (the default) or margins.
	Strength string `yaml:"strength" json:"strength,omitempty" oneof:"winning-votes margins"`
	// Fallback is the title of the option that is added at the end of the ballot,
	// such as "None of these": what stands when nothing else is chosen.
	Fallback string `yaml:"default" json:"default,omitempty"`
	// Ratio is by how much the ballots that prefer an option to the default must
	// outnumber those that prefer the default, in default-option: 3/1 is three
	// quarters. By default a majority is enough. A vote may require more of some
	// of its options.
	Ratio Ratio `yaml:"ratio" json:"ratio,omitzero"`
	// TieBreak decides ties in the open: none (the default; they are reported),
	// lot (drawn from the journal at the close, which anybody can draw again),
	// chair (somebody of the group Chair decides), status-quo (the default option
	// stands; a question that is tied is rejected) or seniority (the option that is
	// first on the ballot).
	TieBreak string `yaml:"tie-break" json:"tie-break,omitempty" oneof:"none lot chair status-quo seniority"`
	// Chair is the group whose members decide ties when tie-break is chair.
	Chair string `yaml:"chair" json:"chair,omitempty" ref:"group"`
	// SecondRound has two-round hold its second round as a vote of its own; by
	// default members rank the options, and no second vote is needed.
	SecondRound *SecondRound `yaml:"second-round" json:"second-round,omitempty"`
	// Electorate lists the groups entitled to vote; "everyone" is any member.
	Electorate []string `yaml:"electorate,required" json:"electorate" ref:"group everyone"`
	// Roll is frozen (who is entitled is fixed at the opening; the default) or
	// open (whoever belongs to the electorate when voting).
	Roll string `yaml:"roll" json:"roll" oneof:"frozen open" default:"frozen"`
	// Presence says whether those who come to the meeting of an open vote, and those
	// who leave it, change who is present: live (the default), or opening, for who is
	// there when the vote opens.
	Presence string `yaml:"presence" json:"presence,omitempty" oneof:"live opening"`
	// SecretOnRequest lets any one of those who vote have a vote be secret before it
	// opens, and is how long a vote that opens at once waits for that; nobody may by
	// default.
	SecretOnRequest Duration `yaml:"secret-on-request" json:"secret-on-request,omitempty"`
	// Departures says what becomes of the voice of a member who leaves the community
	// while the vote is open: stay (the default), or remove, which takes it off the
	// roll unless its ballot is cast.
	Departures string `yaml:"departures" json:"departures,omitempty" oneof:"stay remove"`
	// Voices says whose the voices are: members (one person one vote; the default)
	// or organisations (one organisation one vote), those of which somebody belongs
	// to the electorate.
	Voices string `yaml:"voices" json:"voices,omitempty" oneof:"members organisations"`
	// CastBy says who casts the ballot of an organisation: representative (the
	// default), last (any of its members; the last ballot counts) or first (any of
	// its members; the first ballot counts).
	CastBy string `yaml:"cast-by" json:"cast-by,omitempty" oneof:"representative first last"`
	// Weights lists the weightings under which the ballots are counted, each a count
	// of its own: equal (each voice 1; the default), organisation (the weight that
	// is recorded for it), maintenance (what it pays for maintenance, as recorded)
	// or role (as role-weights says). The first one decides.
	Weights []string `yaml:"weights" json:"weights,omitempty" oneof:"equal organisation maintenance role"`
	// RoleWeights says what the voices of a group weigh under the weighting role;
	// of several the greatest counts, and who is in none of them weighs 1.
	RoleWeights []RoleWeight `yaml:"role-weights" json:"role-weights,omitempty"`
	// Colleges are counted apart. Whoever belongs to several votes in the first.
	Colleges []College `yaml:"colleges,keyed" json:"colleges,omitempty" names:"college"`
	// Combine says what the colleges decide together: each (adopted when every one
	// of them adopts; the default), majority (when more than half of them do) or
	// veto (all ballots together decide, unless a college rejects).
	Combine string `yaml:"combine" json:"combine,omitempty" oneof:"each majority veto"`
	// Advisers lists the groups that vote with an advisory voice, which is counted
	// apart and decides nothing.
	Advisers []string `yaml:"advisers" json:"advisers,omitempty" ref:"group everyone"`
	// Proxies lets voters have another voter cast their ballot; nobody may by default.
	Proxies *ProxyRule `yaml:"proxies" json:"proxies,omitempty"`
	// Representatives lists the groups whose members may represent a voter without
	// being one, such as whoever stands in for the holder of an office.
	Representatives []string `yaml:"representatives" json:"representatives,omitempty" ref:"group everyone"`
	// Secret keeps who voted apart from what was voted.
	Secret bool `yaml:"secret" json:"secret,omitempty"`
	// PublishFrom is how many secret ballots there must be for the close to publish
	// them one by one, each with its receipt; 5 by default. Below it only the result
	// is published, for a ballot among few may reveal who cast it.
	PublishFrom int `yaml:"publish-from" json:"publish-from,omitempty"`
	// Results says when they are shown: always, after-voting (to those who
	// have voted) or at-close (the default).
	Results string `yaml:"results" json:"results" oneof:"always after-voting at-close" default:"at-close"`
	// Lasts is how long a vote stays open when no closing date is given; seven
	// days by default.
	Lasts Duration `yaml:"lasts" json:"lasts" default:"7d"`
	// Reminders are sent, that long before the closing, to those who have not
	// voted.
	Reminders []Duration `yaml:"reminders" json:"reminders,omitempty"`
	// CloseEarly closes the vote once everyone entitled has voted.
	CloseEarly bool `yaml:"close-early" json:"close-early,omitempty"`
	// Final forbids changing or withdrawing a ballot once cast.
	Final bool `yaml:"final-ballots" json:"final-ballots,omitempty"`
	// NoAbstention removes the choice to abstain.
	NoAbstention bool `yaml:"no-abstention" json:"no-abstention,omitempty"`
	// Quorum is what must take part for the vote to count; none by default.
	Quorum *Quorum `yaml:"quorum" json:"quorum,omitempty"`
	// SecondCall lets a vote that missed its quorum be put again, under a quorum of
	// its own; by default a new vote has to be opened.
	SecondCall *SecondCall `yaml:"second-call" json:"second-call,omitempty"`
	// Majority is what an option needs to be adopted in yes-no, choice and
	// approval; by default more than half of the expressed votes. The other
	// methods say themselves what is enough.
	Majority *Share `yaml:"majority" json:"majority,omitempty"`
	// Advisory marks a vote that advises without deciding.
	Advisory bool `yaml:"advisory" json:"advisory,omitempty"`
	// Passed says what becomes of the request whose stage this vote guards when
	// the vote passes: advance (the default), stay, back or refuse.
	Passed string `yaml:"passed" json:"passed" oneof:"advance stay back refuse" default:"advance"`
	// Failed says the same for a vote that fails; stay by default.
	Failed string `yaml:"failed" json:"failed" oneof:"advance stay back refuse" default:"stay"`
}

// ProxyRule says how proxies are given. One given in a meeting that is in session when
// a vote opens holds in that vote.
type ProxyRule struct {
	// Most is how many proxies one voter may hold in a vote; 1 by default.
	Most int `yaml:"most" json:"most,omitempty"`
	// Principal says what becomes of whoever gave a proxy and votes all the same:
	// their ballot wins over that of the holder (the default), or they are barred
	// while the proxy stands.
	Principal string `yaml:"principal" json:"principal,omitempty" oneof:"wins barred"`
}

// RoleWeight is what a voice of a group weighs.
type RoleWeight struct {
	Group string `yaml:"group,required" json:"group" ref:"group"`
	// Weight is an exact number, such as 3 or 1.5.
	Weight Ratio `yaml:"weight,required" json:"weight"`
}

// College is a part of the electorate whose ballots are counted apart.
type College struct {
	ID     string   `yaml:"-" json:"id"`
	Name   Words    `yaml:"name" json:"name,omitzero"`
	Groups []string `yaml:"groups,required" json:"groups" ref:"group everyone"`
	// Majority is what an option needs in this college; by default what the rule
	// says.
	Majority *Share `yaml:"majority" json:"majority,omitempty"`
}

// SecondRound is when the second round of a two-round vote is held.
type SecondRound struct {
	// After is how long after the close of the first round it opens; at once by
	// default.
	After Duration `yaml:"after" json:"after,omitempty"`
	// Lasts is how long it stays open; as long as the first round by default.
	Lasts Duration `yaml:"lasts" json:"lasts,omitempty"`
}

// Share is a part of a base: strictly more than Over of it, or at least AtLeast
// of it. Exactly one of the two is given.
type Share struct {
	// Of is the base: entitled (on the roll), present (recorded as present, or
	// having voted), represented (present, or represented by somebody who is), cast
	// (ballots, abstentions and blank ones included), with-blanks (without abstentions)
	// or expressed (without either; the default).
	Of string `yaml:"of" json:"of" oneof:"entitled present represented cast expressed with-blanks"`
	// Over is from 0 up to, but not, 1.
	Over Ratio `yaml:"over" json:"over,omitzero"`
	// AtLeast is above 0 and up to 1.
	AtLeast Ratio `yaml:"at-least" json:"at-least,omitzero"`
}

// Notices says how members are told privately of what concerns them.
type Notices struct {
	// Batch is how long further notices on the same subject are gathered after
	// one was sent; ten minutes by default.
	Batch Duration `yaml:"batch" default:"10m"`
	// Undelivered lists the groups that are told what could not be delivered to
	// a person or a place, where nobody else is to be told; none by default.
	Undelivered []string `yaml:"undelivered" ref:"group"`
	// Silence is the part of the day, such as 22:00-07:00, in which nothing is
	// written privately to members who chose no hours of their own; what comes
	// meanwhile waits for its end. None by default.
	Silence Hours `yaml:"silence"`
}
