package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"
)

// site is a running server and what one must know to use it.
type site struct {
	URL, Team, Admin, Password string
	// Data is the folder of Greffier's register.
	Data     string
	BotToken string
	Members  []string
	// Greffier tells whether Greffier was started, and Metrics is then the address
	// of its figures.
	Greffier bool
	Metrics  string

	admin  *model.Client4 // logged in
	teamID string
}

// writeEnv writes build/mattermost.env, for shells (`. build/mattermost.env`) and
// for tests. The pid files and the scripts that start a program again are for
// tests that stop it.
func (s *site) writeEnv(l *layout) error {
	lines := []struct{ key, value string }{
		{"MM_URL", s.URL},
		{"MM_TEAM", s.Team},
		{"MM_ADMIN", s.Admin},
		{"MM_PASSWORD", s.Password},
		{"MM_MEMBERS", strings.Join(s.Members, ",")},
		{"MM_BOT_TOKEN", s.BotToken},
		{"MM_DATA", s.Data},
		{"MM_PIDFILE", l.pidFile(serverName)},
		{"MM_START", l.script(serverName)},
		{"MM_LOG", l.logFile(serverName)},
	}
	if s.Greffier {
		lines = append(lines, []struct{ key, value string }{
			{"GREFFIER_PIDFILE", l.pidFile(greffierName)},
			{"GREFFIER_START", l.script(greffierName)},
			{"GREFFIER_LOG", l.logFile(greffierName)},
			{"GREFFIER_METRICS", s.Metrics},
		}...)
	}
	var b strings.Builder
	for _, line := range lines {
		value := line.value
		if strings.ContainsAny(value, " \t'\"\\$&;()<>|*?[]#~`!") {
			value = quote(value)
		}
		fmt.Fprintf(&b, "%s=%s\n", line.key, value)
	}
	return os.WriteFile(l.envFile(), []byte(b.String()), 0o600)
}

// readEnv reads what help needs of a file that writeEnv wrote.
func readEnv(file string) (*site, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		values[key] = value
	}
	return &site{
		URL: values["MM_URL"], Team: values["MM_TEAM"], Admin: values["MM_ADMIN"], Password: values["MM_PASSWORD"],
		Members: strings.Split(values["MM_MEMBERS"], ","), Greffier: values["GREFFIER_PIDFILE"] != "",
	}, nil
}

// help says how to log in.
func (s *site) help(l *layout) string {
	few := s.Members[:min(len(s.Members), len(named))]
	more := ""
	if n := len(s.Members) - len(few); n > 0 {
		more = fmt.Sprintf(" and %d more, %s to %s", n, s.Members[len(few)], s.Members[len(s.Members)-1])
	}
	greffier := "not started"
	if s.Greffier {
		greffier = "connected as @" + botName + "; log: " + l.logFile(greffierName)
	}
	return fmt.Sprintf(`
Mattermost   %s (an API, without a web client), team %s
administrator %s
members      %s%s
password     %s, everybody's
greffier     %s

Log in as alice, in a shell:
  . build/mattermost.env
  curl -si $MM_URL/api/v4/users/login -d "{\"login_id\":\"alice\",\"password\":\"$MM_PASSWORD\"}" | grep -i ^token

Tests against it:
  set -a; . build/mattermost.env; go test ./adapters/mattermost/...

Everything above is in build/mattermost.env. `+"`make mattermost-down` stops it and throws it away.\n",
		s.URL, s.Team, s.Admin, strings.Join(few, ", "), more, s.Password, greffier)
}
