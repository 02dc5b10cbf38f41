package mattermost_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/adapters/mattermost"
	"greffier/adapters/mattermost/mmtest"
	"greffier/bot"
)

// ahead is a clock that is wrong.
type ahead time.Duration

func (a ahead) Now() time.Time { return time.Now().Add(time.Duration(a)) }

var _ bot.Clock = ahead(0)

// published stands before the server and changes what it publishes of itself: the
// test server has its SiteURL from its environment, where nobody can change it.
func published(t *testing.T, s *mmtest.Server, change func(config map[string]string)) string {
	t.Helper()
	target, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Header.Del("Accept-Encoding") },
		ModifyResponse: func(resp *http.Response) error {
			if !strings.HasSuffix(resp.Request.URL.Path, "/config/client") {
				return nil
			}
			config := map[string]string{}
			if err := json.NewDecoder(resp.Body).Decode(&config); err != nil {
				return err
			}
			change(config)
			data, err := json.Marshal(config)
			resp.Body = io.NopCloser(bytes.NewReader(data))
			resp.Header.Set("Content-Length", strconv.Itoa(len(data)))
			resp.ContentLength = int64(len(data))
			return err
		},
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL
}

// patient is somebody whose configuration is examined.
type patient struct {
	s      *mmtest.Server
	team   *mmtest.Team
	bot    *mmtest.Member
	o      mattermost.Options
	places []string
}

// Of each thing that can be wrong the doctor says which setting to change, in both
// languages, and of a sound configuration nothing.
func TestMattermostDoctor(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, p *patient)
		// What is said to be wrong, and what to change. Empty when all is well.
		what, fix string
		grave     bool
	}{
		{"sound", func(*testing.T, *patient) {}, "", "", false},
		{"no address", func(_ *testing.T, p *patient) { p.o.URL = "chat.example.org" }, "is no address", "https://chat.example.org", true},
		{"nobody there", func(t *testing.T, p *patient) { p.o.URL = "http://" + freeAddress(t) }, "no Mattermost answers", "mattermost.url", true},
		{"wrong token", func(_ *testing.T, p *patient) { p.o.Token = model.NewId() }, "the token is refused", "mattermost.token", true},
		{"deactivated", func(t *testing.T, p *patient) { p.s.DisableBot(t, p.bot, true) }, "the token is refused", "active", true},
		{"a person's account", func(t *testing.T, p *patient) {
			m := p.s.NewUser(t, "person")
			p.team.Join(t, m)
			p.team.Administrator(t, m, true)
			p.o.Token = m.Client.AuthToken
		}, "is a person's account", "EnableBotAccountCreation = true", false},
		{"SiteURL unset", func(t *testing.T, p *patient) {
			p.o.URL = published(t, p.s, func(c map[string]string) { c["SiteURL"] = "" })
		}, "SiteURL is not set", "SiteURL = http", true},
		{"SiteURL with a slash", func(t *testing.T, p *patient) {
			p.o.URL = published(t, p.s, func(c map[string]string) { c["SiteURL"] = "https://chat.example.org/" })
		}, "ends with a slash", "SiteURL = https://chat.example.org", true},
		{"SiteURL without a scheme", func(t *testing.T, p *patient) {
			p.o.URL = published(t, p.s, func(c map[string]string) { c["SiteURL"] = "chat.example.org" })
		}, "is no address", "SiteURL = http", true},
		{"SiteURL of another scheme", func(t *testing.T, p *patient) {
			p.o.URL = published(t, p.s, func(c map[string]string) { c["SiteURL"] = strings.Replace(p.o.URL, "http:", "https:", 1) })
		}, "SiteURL says https and mattermost.url http", "mattermost.url = https://", true},
		{"no commands", func(t *testing.T, p *patient) {
			p.s.Configure(t, func(c *model.Config) { *c.ServiceSettings.EnableCommands = false })
		}, "slash commands are switched off", "EnableCommands = true", false},
		{"old and without a key", func(t *testing.T, p *patient) {
			p.o.URL = published(t, p.s, func(c map[string]string) { c["AsymmetricSigningPublicKey"] = "" })
		}, "publishes no key", "firewall", false},
		{"too old", func(t *testing.T, p *patient) {
			p.o.URL = published(t, p.s, func(c map[string]string) { c["Version"] = "8.1.0" })
		}, "older than 9.0", "upgrade Mattermost", false},
		{"clock a little wrong", func(_ *testing.T, p *patient) { p.o.Clock = ahead(3 * time.Minute) }, "the clocks are 3m", "NTP", false},
		{"clock wrong", func(_ *testing.T, p *patient) { p.o.Clock = ahead(-61 * time.Minute) }, "the clocks are 1h", "NTP", true},
		{"no such team", func(_ *testing.T, p *patient) { p.o.Teams = append(p.o.Teams, "elsewhere") }, `is not in the team "elsewhere"`, "mattermost.teams", true},
		{"in no team", func(t *testing.T, p *patient) {
			stranger := p.s.NewBot(t, "stranger")
			p.o.Token, p.o.Teams = stranger.Client.AuthToken, nil
		}, "is in no team", "invite @stranger", true},
		{"no such channel", func(_ *testing.T, p *patient) { p.places = append(p.places, "~nowhere") }, `channel "~nowhere" is not found`, "under channels", true},
		{"private channel", func(t *testing.T, p *patient) {
			p.places = append(p.places, p.team.Channel(t, "secret", model.ChannelTypePrivate).Id)
		}, "is not found, or is private and without the bot", "invite @clerk", true},
		{"no rights", func(t *testing.T, p *patient) { p.team.Administrator(t, p.bot, false) }, "may not register slash commands", "manage_slash_commands", false},
		{"a command of somebody else", func(t *testing.T, p *patient) {
			_, _, err := p.s.Admin.Client.CreateCommand(t.Context(), &model.Command{TeamId: p.team.ID, Trigger: "vote", Method: "P", URL: "http://127.0.0.1:1/"})
			if err != nil {
				t.Fatal(err)
			}
		}, "/vote belongs to another command of the team", "instead", false},
		{"no address of our own", func(_ *testing.T, p *patient) { p.o.Listen, p.o.Callback = "", "" }, "mattermost.listen is not set", "mattermost.listen (HOST:PORT)", false},
		{"a bad callback", func(_ *testing.T, p *patient) { p.o.Callback = "10.0.0.5:8066" }, "mattermost.callback", "http://10.0.0.5:8066", true},
		{"below /plugins", func(_ *testing.T, p *patient) { p.o.Callback = p.s.URL + "/plugins/greffier" }, "/plugins", "another path", true},
		{"an inner address", func(t *testing.T, p *patient) {
			p.o.Listen = strings.Replace(freeAddress(t), "127.0.0.1", "127.0.0.2", 1)
			p.o.Callback = "http://" + p.o.Listen
		}, "does not reach http://127.0.0.2", "AllowedUntrustedInternalConnections = 127.0.0.2", true},
		{"an address that leads nowhere", func(t *testing.T, p *patient) { p.o.Callback = "http://" + freeAddress(t) }, "does not reach", "firewall", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := mmtest.Start(t)
			p := &patient{s: s, team: s.NewTeam(t), bot: s.NewBot(t, "clerk")}
			p.team.Join(t, p.bot)
			p.team.Administrator(t, p.bot, true)
			p.places = []string{p.team.Channel(t, "general", model.ChannelTypeOpen, p.bot).Id}
			address := freeAddress(t)
			p.o = mattermost.Options{URL: s.URL, Token: p.bot.Client.AuthToken, Teams: []string{p.team.Name}, Listen: address, Callback: "http://" + address}
			c.spoil(t, p)
			found := false
			for _, f := range mattermost.Diagnose(t.Context(), p.o, p.places, []string{"vote", "request"}) {
				switch {
				case f.What[0] == "" || f.What[1] == "" || !f.Well && (f.Fix[0] == "" || f.Fix[1] == ""):
					t.Errorf("half said: %+v", f)
				case f.Well:
				case c.what != "" && strings.Contains(f.What[0], c.what) && strings.Contains(f.Fix[0], c.fix) && f.Grave == c.grave:
					found = true
				default:
					t.Errorf("found too: %+v", f)
				}
			}
			if !found && c.what != "" {
				t.Errorf("not found: %s", c.what)
			}
		})
	}
}
