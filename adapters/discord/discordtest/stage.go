package discordtest

import (
	"context"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"greffier/adapters/adaptertest"
	"greffier/adapters/discord"
	"greffier/bot"
)

// Stage is a guild on a server of its own, for conversations and for the
// conformance suite. Its methods may be called from several goroutines.
type Stage struct {
	// Server is the server, and Options what the adapter was made with.
	Server  *Server
	adapter *discord.Adapter
	desk    *bot.Bot
	specs   []bot.Spec
	outside *Guild

	mu     sync.Mutex
	people map[string]*actor
	names  map[string]string // mention → name
}

var _ adaptertest.Stage = (*Stage)(nil)

// NewStage makes a stage.
func NewStage(t *testing.T) adaptertest.Stage {
	t.Helper()
	return StageOn(t, Start(t, Options{Unlimited: true, PerSecond: -1, Heartbeat: time.Second}))
}

// StageOn makes a stage on a server.
func StageOn(t testing.TB, s *Server) *Stage {
	t.Helper()
	st := &Stage{Server: s, people: map[string]*actor{}, names: map[string]string{}}
	s.Guild().Member("owner").Leave() // nobody of the conversation
	// Whoever is outside shares another guild with the bot, and so can be written to.
	elsewhere := s.AddGuild("Elsewhere")
	st.outside = elsewhere
	st.adapter = discord.New(discord.Options{
		Token: s.Token, REST: s.URL + "/v10", Gateway: s.Gateway, Guilds: []string{s.Guild().ID},
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})).With("test", t.Name()),
	})
	return st
}

// Platform is the adapter's name.
func (st *Stage) Platform() string { return discord.Platform }

// Adapter is the one that is tried.
func (st *Stage) Adapter() bot.Adapter { return st.adapter }

// Features are the adapter's own sentences.
func (st *Stage) Features() []bot.Feature { return []bot.Feature{discord.Feature()} }

// Dialect is plain but for moments, which each client writes for itself.
func (st *Stage) Dialect() bot.Dialect {
	d := bot.PlainDialect()
	d.Time = func(at time.Time, style, _ string) string { return "<t:" + itoa(at.Unix()) + ":" + style + ">" }
	return d
}

// Person gets somebody ready.
func (st *Stage) Person(t testing.TB, who, locale string) string {
	t.Helper()
	return st.actor(who, locale).ID
}

// Call gives somebody the name that others see.
func (st *Stage) Call(t testing.TB, who, name string) {
	t.Helper()
	a := st.actor(who, "en")
	st.mu.Lock()
	defer st.mu.Unlock()
	delete(st.names, "@"+a.shownName())
	a.call(name)
	st.names[a.Mention()], st.names["@"+name] = "@"+name, "@"+name
}

func (st *Stage) actor(who, locale string) *actor {
	st.mu.Lock()
	defer st.mu.Unlock()
	a := st.people[who]
	if a == nil {
		a = &actor{Member: st.Server.Guild().Stranger(who), stage: st, locale: locale}
		a.SetLocale(map[string]string{"fr": "fr", "en": "en-GB"}[locale])
		st.outside.Member(who)
		a.call(who)
		st.people[who] = a
		st.names[a.Mention()] = "@" + who
		st.names["@"+a.shownName()] = "@" + who
	}
	return a
}

// Channel makes a channel, or one that only those see who enter it.
func (st *Stage) Channel(t testing.TB, name string, open bool) string {
	t.Helper()
	g := st.Server.Guild()
	if old := g.Channel(strings.ToLower(name)); old != nil {
		return old.ID
	}
	c := g.AddChannel(strings.ToLower(name))
	if !open {
		c.Overwrite(g.ID, 0, ViewChannel)
		c.Overwrite(st.Server.AppID, ViewChannel|SendMessages, 0)
	}
	return c.ID
}

// Serve runs the desk.
func (st *Stage) Serve(t testing.TB, desk *bot.Bot) (stop func()) {
	t.Helper()
	st.desk = desk
	specs, err := desk.Specs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	st.specs = specs
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- desk.Run(ctx, 2*time.Second) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	st.until(t, "greffier serves", st.adapter.Serving)
	return stop
}

func (st *Stage) until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	if !st.Server.Until(ctx, ok) {
		t.Fatalf("%s: not within 20 s", what)
	}
}

// Join has somebody enter the guild.
func (st *Stage) Join(t testing.TB, who string) { t.Helper(); st.actor(who, "en").Join() }

// Leave has somebody leave it.
func (st *Stage) Leave(t testing.TB, who string) { t.Helper(); st.actor(who, "en").Leave() }

// Shut has somebody take no direct messages, or take them again.
func (st *Stage) Shut(t testing.TB, who string, shut bool) {
	t.Helper()
	st.actor(who, "en").CloseDirect(shut)
}

// Enter shows somebody a channel.
func (st *Stage) Enter(t testing.TB, who, channel string) {
	t.Helper()
	st.Server.FindChannel(channel).Overwrite(st.actor(who, "en").ID, ViewChannel, 0)
}

// Exit hides it from them.
func (st *Stage) Exit(t testing.TB, who, channel string) {
	t.Helper()
	st.Server.FindChannel(channel).Overwrite(st.actor(who, "en").ID, 0, ViewChannel)
}

// Public is what the clerk said in a channel, as it stands.
func (st *Stage) Public(t testing.TB, channel string) []adaptertest.Message {
	t.Helper()
	var all []adaptertest.Message
	for _, m := range st.Server.FindChannel(channel).Public() {
		if m.Author.ID == st.Server.AppID {
			all = append(all, st.message(m))
		}
	}
	return all
}

// message is a message as it is read.
func (st *Stage) message(m *Message) adaptertest.Message {
	out := adaptertest.Message{ID: m.ChannelID + "/" + m.ID, Pinged: m.Pinged}
	parts := []string{m.Content}
	for _, e := range m.Embeds {
		parts = append(parts, e.Title, e.Description)
		for _, f := range e.Fields {
			parts = append(parts, f.Name+": "+f.Value)
		}
	}
	out.Buttons = m.Buttons()
	for _, menu := range m.Menus() {
		for _, o := range menu.Options {
			out.Buttons = append(out.Buttons, o.Label)
		}
	}
	for _, a := range m.Attachments {
		out.Files = append(out.Files, a.Filename)
	}
	out.Text = st.asRead(strings.Join(parts, "\n"))
	return out
}

var mentioned = regexp.MustCompile(`(\\?)(<@!?\d+>)`)

// asRead is Markdown as eyes see it: people named as in the conversation, no
// backslash before a sign, nothing where nothing is seen.
func (st *Stage) asRead(s string) string {
	st.mu.Lock()
	defer st.mu.Unlock()
	s = mentioned.ReplaceAllStringFunc(s, func(m string) string {
		if name := st.names[m]; name != "" {
			return name
		}
		return m
	})
	s = strings.ReplaceAll(s, "\u200b", "")
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("\\`*_{}[]()#+-.!|<>~=@", s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	read := b.String()
	for shown, name := range st.names {
		if strings.HasPrefix(shown, "@") {
			read = strings.ReplaceAll(read, shown, name)
		}
	}
	return read
}

// Until waits until ok holds.
func (st *Stage) Until(t testing.TB, what string, ok func() bool) { t.Helper(); st.until(t, what, ok) }

// Waiting reports whether an answer that was announced to somebody is not there yet.
func (st *Stage) Waiting(who string) bool {
	for _, m := range st.actor(who, "en").Private() {
		if m.Flags&flagLoading != 0 {
			return true
		}
	}
	return false
}
