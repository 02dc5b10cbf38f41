package discord_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"greffier/adapters/adaptertest"
	"greffier/adapters/discord"
	"greffier/adapters/discord/discordtest"
	"greffier/bot"
	"greffier/store/bolt"
)

// club is a feature with a command and a button, which counts.
func club() bot.Feature {
	key := []byte("club-count")
	return bot.Feature{
		Name: "club",
		Locale: fstest.MapFS{
			"locale/en.yaml": {Data: []byte(clubEnglish)}, "locale/fr.yaml": {Data: []byte(clubEnglish)},
		},
		Commands: []*bot.Command{
			bot.Cmd("club press", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
				c.Put(key, append([]byte("x"), c.Get(key)...))
				r := bot.Say("club.pressed", "number", len(c.Get(key)))
				r.Buttons = []bot.Button{{Label: bot.T("club.press"), Call: bot.Call{Command: "club press"}}}
				return r, nil
			}),
			bot.Cmd("club who", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
				joined := 0
				c.Entries(func(e bot.Entry) bool {
					if e.What == "joined" {
						joined++
					}
					return true
				})
				return bot.Say("club.who", "members", len(c.Members("everyone")), "joined", joined), nil
			}),
		},
	}
}

const clubEnglish = `
commands:
  club:
    word: club
    help: The club
  club press:
    word: press
    help: Press
  club who:
    word: who
    help: Who
messages:
  club.pressed: "Pressed {{.number}} times"
  club.press: Press
  club.who: "{{.members}} members, {{.joined}} joined"
`

// rig is a bot that serves one guild of the double.
type rig struct {
	*testing.T
	s       *discordtest.Server
	db      *bolt.DB
	desk    *bot.Bot
	adapter *discord.Adapter
	log     *logged
	channel string
	alice   *discordtest.Member
}

// logged is what the adapter logged.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) count(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.b.String(), what)
}

// serve starts a bot on a server of its own.
func serve(t *testing.T, o discordtest.Options, more ...bot.Feature) *rig {
	t.Helper()
	if o.Heartbeat == 0 {
		o.Heartbeat = time.Second
	}
	o.Unlimited = true
	return serveOn(t, discordtest.Start(t, o), "", more...)
}

// serveOn does so on a server that is there, with a channel that is there unless it
// is to be made.
func serveOn(t *testing.T, s *discordtest.Server, channel string, more ...bot.Feature) *rig {
	t.Helper()
	return serveWith(t, s, func(*discord.Options) {}, channel, more...)
}

// serveWith does so with other options.
func serveWith(t *testing.T, s *discordtest.Server, set func(*discord.Options), channel string, more ...bot.Feature) *rig {
	t.Helper()
	if channel == "" {
		channel = s.Guild().AddChannel("general").ID
	}
	r := &rig{T: t, s: s, log: &logged{}, channel: channel, alice: s.Guild().Member("alice")}
	o := discord.Options{
		Token: s.Token, REST: s.URL + "/v10", Gateway: s.Gateway, Guilds: []string{s.Guild().ID},
		Log: slog.New(slog.NewTextHandler(r.log, nil)),
	}
	set(&o)
	r.adapter = discord.New(o)
	rights := ""
	for _, f := range more {
		rights += "  " + f.Name + ": everyone\n"
	}
	charter := adaptertest.Charter(t, fmt.Sprintf(
		"version: 1\ncommunity:\n  name: Club\nchannels:\n  general: {discord: %q}\nrights:\n  club: everyone\n%s", r.channel, rights))
	db, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	desk, err := bot.New(t.Context(), bot.Options{
		Store: db, Charter: charter, Features: append([]bot.Feature{discord.Feature(), club()}, more...),
		Adapters: map[string]bot.Adapter{discord.Platform: r.adapter},
	})
	if err != nil {
		t.Fatal(err)
	}
	r.db, r.desk = db, desk
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- desk.Run(ctx, time.Second) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func (r *rig) until(what string, ok func() bool) {
	r.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), 20*time.Second)
	defer cancel()
	if !r.s.Until(ctx, ok) {
		r.Fatalf("%s: not within 20 s", what)
	}
}

// slash has a member run a command, and returns what is answered.
func (r *rig) slash(m *discordtest.Member, words string) *discordtest.Message {
	r.Helper()
	it, err := m.Slash(r.channel, words, nil)
	if err != nil {
		r.Fatal(err)
	}
	return r.answer(it)
}

func (r *rig) answer(it *discordtest.Interaction) *discordtest.Message {
	r.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), 20*time.Second)
	defer cancel()
	if err := it.Settle(ctx); err != nil {
		r.Fatal(err)
	}
	m := it.Response()
	if m == nil {
		r.Fatal("the interaction was not answered")
	}
	return m
}

// who waits until so many members are counted, so many of them as newcomers.
func (r *rig) who(members, joined int) {
	r.Helper()
	want, last := fmt.Sprintf("%d members, %d joined", members, joined), ""
	for range 100 {
		if last = r.slash(r.alice, "club who").Content; last == want {
			return
		}
		bot.Sleep(r.Context(), 50*time.Millisecond)
	}
	r.Fatalf("%q, want %q", last, want)
}
