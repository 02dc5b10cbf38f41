package discord

import "testing"

// Addresses are taken as operators write them.
func TestAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"http://host":              "http://host/api/v10",
		"http://host:1/":           "http://host:1/api/v10",
		"http://host/api":          "http://host/api/v10",
		"http://host/api/":         "http://host/api/v10",
		"https://host/api/v9/":     "https://host/api/v9",
		"http://host/proxy/v10":    "http://host/proxy/v10",
		"https://discord.com/api/": "https://discord.com/api/v10",
	} {
		if got := restAddress(in); got != want {
			t.Errorf("%s is completed to %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{"http://host/api/v9": "9", "http://host/api/v10": "10", "http://host/proxy": "10"} {
		if got := apiVersion(in); got != want {
			t.Errorf("%s has version %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"ws://host":                              "ws://host/?encoding=json&v=10",
		"ws://host:1/gateway/":                   "ws://host:1/gateway/?encoding=json&v=10",
		"https://host":                           "wss://host/?encoding=json&v=10",
		"wss://host/?v=9&compress=zlib-stream":   "wss://host/?encoding=json&v=9",
		"wss://host/?encoding=etf&v=10&node=two": "wss://host/?encoding=json&node=two&v=10",
	} {
		if got := gatewayAddress(in, "10"); got != want {
			t.Errorf("%s is completed to %s, want %s", in, got, want)
		}
	}
}

// What the bot says of itself is of the form that Discord asks for.
func TestUserAgent(t *testing.T) {
	for want, o := range map[string]Options{
		"DiscordBot (https://clerk.example.org, v1.2) Greffier/v1.2":             {Public: "https://clerk.example.org/", Version: "v1.2"},
		"DiscordBot (https://github.com/bwmarrin/discordgo, dev) Greffier/dev":   {},
		"DiscordBot (https://github.com/bwmarrin/discordgo, v1.2) Greffier/v1.2": {Public: "clerk (ours)", Version: "v1.2"},
	} {
		if got := userAgent(o); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
