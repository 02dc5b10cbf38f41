package config

// Timeline says what the picture of the year shows.
type Timeline struct {
	// Kinds are the kinds of requests that are drawn; all of them by default.
	Kinds []string `yaml:"kinds" ref:"kind"`
	// Meetings are the kinds of meetings that are drawn; all of them by default.
	Meetings []string `yaml:"meetings" ref:"meeting"`
}
