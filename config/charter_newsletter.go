package config

// Newsletter says how the news of a period are gathered and sent.
type Newsletter struct {
	// Channel is where issues are sent. Give it a place on mail to have them sent to
	// a mailing list too: {discord: "1234", mail: club@lists.example.org}.
	Channel string `yaml:"channel" ref:"channel"`
	// Days is how many days the first issue, or one after a long silence, looks
	// back; 31 by default.
	Days int `yaml:"days"`
}
