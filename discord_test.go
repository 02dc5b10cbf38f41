package main

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"greffier/adapters/discord/discordtest"
)

// What an operator types about Discord, against a Discord of our own.
func TestDiscordOperator(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{})
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	channel := s.Guild().AddChannel("general")
	charter := write("charter.yaml", "version: 1\ncommunity:\n  name: Club\nchannels:\n  general: {discord: general}\n")
	configured := func(token string) string {
		return write("greffier.yaml", fmt.Sprintf(
			"charter: %s\ndata: %s\ndiscord:\n  token: %q\n  guilds: [%q]\n  rest: %s\n  gateway: %s\n",
			charter, filepath.Join(dir, "data"), token, s.Guild().ID, s.URL+"/v10", s.Gateway))
	}
	file := configured(s.Token)

	link := operate(t, 0, "discord", "invite", "-config", file)
	_, link, _ = strings.Cut(link, "  https://")
	link, _, _ = strings.Cut(link, "\n")
	u, err := url.Parse("https://" + link)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"client_id": s.AppID, "scope": "bot applications.commands", "guild_id": s.Guild().ID} {
		if got := u.Query().Get(key); got != want {
			t.Errorf("the invitation's %s is %q, want %q", key, got, want)
		}
	}

	said := operate(t, 0, "doctor", "-config", file)
	for _, what := range []string{"Server Members Intent is on", "#general: every permission", "the gateway accepts the bot"} {
		if !strings.Contains(said, what) {
			t.Errorf("no %q in:\n%s", what, said)
		}
	}
	channel.Overwrite(s.AppID, 0, discordtest.SendMessages)
	if said := operate(t, statusFailed, "doctor", "-config", file); !strings.Contains(said, "#general: Send Messages") {
		t.Errorf("nothing of the missing right in:\n%s", said)
	}
	if said := operate(t, statusFailed, "doctor", "-config", configured("wrong")); !strings.Contains(said, "the token is refused") {
		t.Errorf("nothing of the wrong token in:\n%s", said)
	}
	s.TakeViolations() // the wrong token
}

// operate runs a command line that ends with a status, and returns what it prints.
func operate(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	c := &cli{out: &out, err: &complaints, env: func(string) string { return "" }}
	if status := c.run(t.Context(), args); status != want {
		t.Errorf("%q ended with %d, want %d: %s%s", args, status, want, complaints.String(), out.String())
	}
	return out.String()
}
