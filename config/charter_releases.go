package config

// Releases says how what is published is announced.
type Releases struct {
	// Channel is where the cards of releases hang; by default, where they were
	// entered.
	Channel string `yaml:"channel" ref:"channel"`
	// Notice is how long before production a change must be announced.
	Notice ReleaseNotice `yaml:"notice"`
	// Test is how long a release must be on the test platform before production;
	// none by default.
	Test Duration `yaml:"test"`
	// Reminders are posted that long before each date of a release.
	Reminders []Duration `yaml:"reminders"`
	// Topics are what members can follow, and what a change can be about.
	Topics []Topic `yaml:"topics,keyed" names:"topic"`
}

// ReleaseNotice is the notice of changes by their importance. Whole days are
// counted on the calendar.
type ReleaseNotice struct {
	// Minor changes need no notice by default.
	Minor Duration `yaml:"minor"`
	// Notable changes are announced fourteen days ahead by default.
	Notable Duration `yaml:"notable" default:"14d"`
	// Breaking changes are announced thirty days ahead by default, and explained.
	Breaking Duration `yaml:"breaking" default:"30d"`
}

// Of is the notice of an importance: minor, notable or breaking.
func (n ReleaseNotice) Of(importance string) Duration {
	return map[string]Duration{"minor": n.Minor, "notable": n.Notable, "breaking": n.Breaking}[importance]
}

// Topic is a subject of releases.
type Topic struct {
	ID   string `yaml:"-"`
	Name Words  `yaml:"name"`
}
