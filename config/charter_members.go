package config

// Members says how newcomers are met, and what members tell of themselves.
type Members struct {
	// Groups are those who count as members: they see the answers that are
	// private, which others do not. Whoever is present by default.
	Groups       []string     `yaml:"groups" ref:"group everyone"`
	Welcome      Welcome      `yaml:"welcome"`
	Announce     Announcement `yaml:"announce"`
	Introduction Introduction `yaml:"introduction"`
	Software     Census       `yaml:"software"`
	// Guests of the platform (Mattermost's guest accounts) are kept "apart" (the
	// default): they neither count nor act. "members" has them be as the others.
	Guests string `yaml:"guests" oneof:"apart members" default:"apart"`
	// Themes are the subjects of which a member may take the lead. Where none is
	// declared a member may take the lead of any subject, by naming it.
	Themes []Theme `yaml:"themes,keyed" names:"theme"`
	// Code is the community's code of good practice, section by section, which
	// the command "charter" shows.
	Code []Section `yaml:"code,keyed" names:"section"`
}

// CountGuests reports whether guests are members as the others are.
func (m Members) CountGuests() bool { return m.Guests == "members" }

// Welcome is what somebody who comes is told in private.
type Welcome struct {
	// Newcomers are told "welcome" (the default) or nothing: "silent".
	Newcomers string `yaml:"newcomers" oneof:"welcome silent" default:"welcome"`
	// Returning says the same of those who had left: they are welcomed back by
	// default.
	Returning string `yaml:"returning" oneof:"welcome silent" default:"welcome"`
	// Text is how the welcome begins; the product has a sentence of its own.
	Text Words `yaml:"text"`
	// Steps are what a newcomer is to do, in order. Where none is declared they
	// are those that the rights allow: introduce oneself, read the charter, see
	// who does what.
	Steps []WelcomeStep `yaml:"steps,keyed" names:"step"`
}

// WelcomeStep is one thing that a newcomer is to do.
type WelcomeStep struct {
	ID   string `yaml:"-"`
	Text Words  `yaml:",inline"`
}

// Announcement is how everybody learns who came.
type Announcement struct {
	// Channel is where newcomers are announced; without one they are not.
	Channel string `yaml:"channel" ref:"channel"`
	// Text follows the names; the product has a sentence of its own, which
	// encourages newcomers to introduce themselves.
	Text Words `yaml:"text"`
	// Gather is how long those who come after somebody was announced are
	// gathered in one announcement; ten minutes by default, and with 0 each is
	// announced at once.
	Gather Duration `yaml:"gather" default:"10m"`
}

// Introduction is what members say of themselves.
type Introduction struct {
	// Channel is where introductions hang; by default where newcomers are
	// announced, else where they were made.
	Channel string `yaml:"channel" ref:"channel"`
	// Remind is how long after their arrival those who did not introduce
	// themselves are reminded, once; never by default.
	Remind Duration `yaml:"remind"`
	// Fields are the questions of the form; one text without any.
	Fields []Field `yaml:"fields,keyed" names:"field"`
}

// Census is what members say of the software they use.
type Census struct {
	// Private lists the answers that only members see: context, rating, comment.
	Private []string `yaml:"private" oneof:"context rating comment"`
	// Names are those that are suggested, so that everybody writes them alike.
	Names []string `yaml:"names"`
}

// Theme is a subject of which a member may take the lead.
type Theme struct {
	ID    string `yaml:"-"`
	Name  Words  `yaml:"name"`
	About Words  `yaml:"about"`
}

// Section is a part of the community's code of good practice.
type Section struct {
	ID    string `yaml:"-"`
	Title Words  `yaml:"title"`
	Text  Words  `yaml:"text,required"`
}
