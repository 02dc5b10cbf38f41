package mattermost_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"greffier/adapters/adaptertest"
	"greffier/adapters/mattermost"
	"greffier/adapters/mattermost/mmtest"
	"greffier/bot"
	"greffier/store/bolt"
)

var clubCount = []byte("club-count")

// club is a feature that does each thing the adapter has to carry.
func club() bot.Feature {
	count := func(c *bot.Ctx) int { return len(c.Get(clubCount)) }
	return bot.Feature{
		Name: "club",
		Locale: fstest.MapFS{
			"locale/en.yaml": {Data: []byte(clubEnglish)},
			"locale/fr.yaml": {Data: []byte(clubFrench)},
		},
		Commands: []*bot.Command{
			bot.Cmd("club say", func(c *bot.Ctx, in struct {
				Text string `opt:"text,rest,long"`
			},
			) (bot.Reply, error) {
				c.Post(c.Place, bot.T("club.post", "who", c.Caller.ID, "text", in.Text))
				return bot.Say("club.said", "text", in.Text), nil
			}),
			bot.Cmd("club ask", func(_ *bot.Ctx, in struct {
				Title string `opt:"title" max:"20"`
				Kind  string `opt:"kind" choices:"club-kinds"`
				Why   string `opt:"why,long,optional"`
			},
			) (bot.Reply, error) {
				return bot.Say("club.asked", "title", in.Title, "kind", in.Kind, "why", in.Why), nil
			}),
			bot.Cmd("club card", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
				c.Hang("club/1", c.Place)
				return bot.Reply{}, nil
			}),
			bot.Cmd("club notice", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
				c.Send(bot.Post{Place: c.Place, Text: bot.T("club.direct"), Under: "club/1"})
				return bot.Reply{}, nil
			}),
			bot.Cmd("club press", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
				c.Put(clubCount, append([]byte{}, strings.Repeat("x", count(c)+1)...))
				c.Redraw("club/1")
				reply := bot.Say("club.pressed", "number", count(c))
				reply.Buttons = []bot.Button{{Label: bot.T("club.other"), Call: bot.Call{Command: "club who"}, Aside: true}}
				return reply, nil
			}),
			bot.Cmd("club sure", func(c *bot.Ctx, in struct {
				Sure string `opt:"sure,hidden"`
			},
			) (bot.Reply, error) {
				if in.Sure == "" {
					return c.Ask(bot.T("club.sure"), "yes"), nil
				}
				return bot.Say("club.done"), nil
			}),
			bot.Cmd("club write", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
				c.Write(c.Caller.ID, bot.T("club.direct"))
				return bot.Reply{}, nil
			}),
			bot.Cmd("club who", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
				joined, left := 0, 0
				c.Entries(func(e bot.Entry) bool {
					switch e.What {
					case "joined":
						joined++
					case "left":
						left++
					}
					return true
				})
				committee := "no"
				if c.In("committee") {
					committee = "yes"
				}
				return bot.Say("club.who", "members", len(c.Members("everyone")), "joined", joined, "left", left, "committee", committee), nil
			}),
		},
		Choices: map[string]bot.Completer{"club-kinds": func(*bot.Ctx, map[string]string) []bot.Choice {
			return []bot.Choice{{Value: "one", Label: bot.T("club.one")}, {Value: "two", Label: bot.T("club.two")}}
		}},
		Cards: map[string]bot.CardFunc{"club": func(c *bot.Ctx, _ string) (bot.Card, bool) {
			return bot.Card{
				Title: bot.T("club.card"), Body: bot.T("club.count", "number", count(c)), Tone: bot.Open,
				Buttons: []bot.Button{
					{Label: bot.T("club.press"), Call: bot.Call{Command: "club press"}, Style: "primary"},
					{Label: bot.T("club.other"), Call: bot.Call{Command: "club sure"}, Style: "danger"},
				},
			}, true
		}},
	}
}

const clubEnglish = `
commands:
  club: {word: club, help: The club}
  club say: {word: say, help: Say something, options: {text: {word: text, help: What to say}}}
  club ask: {word: ask, help: Ask for something that has a rather long name, options: {title: {word: title, help: Its title}, kind: {word: kind, help: What it is}, why: {word: reason-why-one-asks-for-it, help: Why}}}
  club card: {word: card, help: Hang the card}
  club notice: {word: notice, help: Say something about the card}
  club press: {word: press, help: Press}
  club sure: {word: sure, help: Something grave}
  club write: {word: write, help: Write to me}
  club who: {word: who, help: Who is here}
messages:
  club.post: "{{.who}} said: {{.text}}"
  club.said: "You said: {{.text}}"
  club.asked: "Asked for {{.title}}, of kind {{.kind}}: {{.why}}"
  club.one: One
  club.two: Two
  club.card: A card
  club.count: "Pressed {{.number}} times."
  club.press: Press
  club.other: Do it
  club.pressed: "Your press is number {{.number}}."
  club.sure: Are you sure?
  club.done: It is done.
  club.direct: This is for you.
  club.who: "{{.members}} here, {{.joined}} joined, {{.left}} left, committee: {{.committee}}."
`

var clubFrench = strings.NewReplacer(
	"word: club", "word: cercle", "word: say", "word: dire", "You said", "Vous avez dit",
).Replace(clubEnglish)

// rig is a desk served on a real server, in a team of its own.
type rig struct {
	*testing.T
	s       *mmtest.Server
	team    *mmtest.Team
	bot     *mmtest.Member
	alice   *mmtest.Member
	bruno   *mmtest.Member
	channel *model.Channel
	private *model.Channel
	desk    *bot.Bot
	adapter *mattermost.Adapter
	options mattermost.Options
	charter string
	db      *bolt.DB
	path    string
	stop    func()
}

// setting changes how a rig is set up.
type setting func(*rig)

func mentionMode(r *rig) { r.options.Listen, r.options.Callback = "", "" }

func newRig(t *testing.T, settings ...setting) *rig {
	t.Helper()
	before := goleak.IgnoreCurrent()
	s := mmtest.Start(t)
	t.Cleanup(func() {
		goleak.VerifyNone(t, before, goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
	})
	r := &rig{T: t, s: s, team: s.NewTeam(t), bot: s.NewBot(t, "clerk"), alice: s.NewUser(t, "alice"), bruno: s.NewUser(t, "bruno")}
	r.team.Join(t, r.bot, r.alice, r.bruno)
	r.team.Administrator(t, r.bot, true)
	r.channel = r.team.Channel(t, "demandes", model.ChannelTypeOpen, r.alice, r.bruno)
	r.private = r.team.Channel(t, "comite", model.ChannelTypePrivate, r.bot, r.bruno)
	address := freeAddress(t)
	r.options = mattermost.Options{
		URL: s.URL, Token: r.bot.Client.AuthToken, Teams: []string{r.team.Name}, Listen: address, Callback: "http://" + address + "/mattermost",
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	for _, set := range settings {
		set(r)
	}
	r.charter = fmt.Sprintf(`
version: 1
community: {name: Club, locale: en, zone: Europe/Paris}
channels:
  demandes: {mattermost: "~demandes"}
  comite: {mattermost: %s}
groups:
  committee: {channels: comite}
rights:
  club: everyone
`, r.private.Id)
	r.path = filepath.Join(t.TempDir(), "register.db")
	t.Cleanup(func() { r.end() })
	r.start()
	return r
}

// start serves the register, again after end.
func (r *rig) start() {
	r.Helper()
	var err error
	if r.db, err = bolt.Open(r.path, bolt.Options{}); err != nil {
		r.Fatal(err)
	}
	r.adapter = mattermost.New(r.options)
	r.desk, err = bot.New(r.Context(), bot.Options{
		Store: r.db, Charter: adaptertest.Charter(r, r.charter), Features: []bot.Feature{club(), mattermost.Feature()}, Log: r.options.Log,
		Adapters: map[string]bot.Adapter{mattermost.Platform: r.adapter},
	})
	if err != nil {
		r.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	done := make(chan error, 1)
	go func() { done <- r.desk.Run(ctx, time.Second) }()
	r.stop = func() {
		cancel()
		if err := <-done; err != nil {
			r.Error(err)
		}
		if err := r.db.Close(); err != nil {
			r.Error(err)
		}
	}
	r.until("served", func() bool { return r.adapter.Serving() })
}

func (r *rig) end() {
	if r.stop != nil {
		r.stop()
		r.stop = nil
	}
}

// patience is how long a test waits for what comes within a second on a machine
// that is at rest; after a loss the adapter itself may wait half a minute.
const patience = 90 * time.Second

// until looks until it is so: the server tells nobody when it has done something.
func (r *rig) until(what string, so func() bool) {
	r.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-deadline.C:
			r.Fatalf("%s: not within %v", what, patience)
		}
	}
}

// posted waits for a post in a channel as a member reads it.
func (r *rig) posted(m *mmtest.Member, channel, text string) *model.Post {
	r.Helper()
	var found *model.Post
	r.until(text, func() bool {
		for _, p := range m.Posts(r, channel) {
			if mmtest.Containing(text)(p) {
				found = p
			}
		}
		return found != nil
	})
	return found
}

// freeAddress is one that nothing listens at, below the ports that the system
// gives to connections going out.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000)))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no free port")
	return ""
}

// refused is how many calls were refused for a reason.
func (r *rig) refused(by string) int {
	r.Helper()
	registry := prometheus.NewRegistry()
	if err := r.adapter.Register(registry); err != nil {
		r.Fatal(err)
	}
	families, err := registry.Gather()
	if err != nil {
		r.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != "greffier_mattermost_forged_calls_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			if m.GetLabel()[0].GetValue() == by {
				return int(m.GetCounter().GetValue())
			}
		}
	}
	return 0
}
