package mmtest

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/adapters/adaptertest"
	"greffier/adapters/mattermost"
	"greffier/bot"
)

// Stage plays conversations on the server: each in a team, with a bot and channels
// of its own; the people are the server's, by their names, in every conversation.
type Stage struct {
	s       *Server
	team    *Team
	bot     *Member
	adapter *mattermost.Adapter
	desk    *bot.Bot
	// callback is the address that the dialogs of this conversation lead to.
	callback string
	people   map[string]*actor
	open     []string // identifiers of the channels that everybody is in
	// names undoes what is this server's own in a text: user names, and how
	// commands are typed here.
	names *strings.Replacer
}

var _ adaptertest.Stage = (*Stage)(nil)

// NewStage makes a stage, on which the server reaches Greffier over HTTP. The test
// is skipped without a server.
func NewStage(t *testing.T) adaptertest.Stage {
	t.Helper()
	address := FreeAddress(t)
	return newStage(t, address)
}

// NewStageByMention makes a stage on which the server does not reach Greffier, which
// hears what members write and what they react with.
func NewStageByMention(t *testing.T) adaptertest.Stage {
	t.Helper()
	return newStage(t, "")
}

func newStage(t *testing.T, listen string) *Stage {
	s := Start(t)
	st := &Stage{s: s, team: s.NewTeam(t), bot: s.NewBot(t, "clerk"), people: map[string]*actor{}}
	st.team.Join(t, st.bot)
	st.team.Administrator(t, st.bot, true)
	o := mattermost.Options{
		URL: s.URL, Token: st.bot.Client.AuthToken, Teams: []string{st.team.Name}, Listen: listen,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})).With("test", t.Name()),
	}
	if listen != "" {
		st.callback = "http://" + listen
	}
	st.adapter = mattermost.New(o)
	return st
}

// FreeAddress is one that nothing listens at, below the ports that the system
// gives to connections going out.
func FreeAddress(t testing.TB) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000)))
		if err == nil {
			address := l.Addr().String()
			if l.Close() == nil {
				return address
			}
		}
	}
	t.Fatal("no free port")
	return ""
}

// Platform is the adapter's name.
func (st *Stage) Platform() string { return mattermost.Platform }

// Adapter is the one that is tried.
func (st *Stage) Adapter() bot.Adapter { return st.adapter }

// Features are the adapter's own sentences.
func (st *Stage) Features() []bot.Feature { return []bot.Feature{mattermost.Feature()} }

// Dialect is plain: the server shows the words and signs of the clerk as they are.
func (st *Stage) Dialect() bot.Dialect { return bot.PlainDialect() }

// cast are the accounts of the people of conversations, which outlive a test.
var cast struct {
	mu      sync.Mutex
	members map[string]*Member
	locales map[string]string
}

// userName is somebody's name as the server takes it.
func userName(who string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}, bot.Fold(who))
	if len(name) < 3 {
		name += "-un" // the server wants three characters
	}
	return name
}

// member logs somebody of the cast in, in a language.
func (s *Server) member(t testing.TB, who, locale string) *Member {
	t.Helper()
	cast.mu.Lock()
	defer cast.mu.Unlock()
	if cast.members == nil {
		cast.members, cast.locales = map[string]*Member{}, map[string]string{}
	}
	m, ok := cast.members[who]
	if !ok {
		var err error
		if m, err = s.login(t.Context(), userName(who)); err != nil {
			m, err = s.create(t.Context(), userName(who))
		}
		if err != nil {
			t.Fatalf("%s comes: %v", who, err)
		}
		cast.members[who] = m
	}
	if cast.locales[who] != locale {
		m.Locale(t, locale)
		cast.locales[who] = locale
	}
	return m
}

// Person logs somebody in and follows what they are shown.
func (st *Stage) Person(t testing.TB, who, locale string) string {
	t.Helper()
	m := st.s.member(t, who, locale)
	a := &actor{Member: m, stage: st, direct: m.Direct(t, st.bot).Id, shown: map[string]*model.Post{}, filled: map[string]any{}}
	st.people[who] = a
	a.watch(t)
	return m.ID
}

// Channel makes a channel, private when it is not open.
func (st *Stage) Channel(t testing.TB, name string, open bool) string {
	t.Helper()
	plain := userName(strings.ToLower(name))
	if open {
		c := st.team.Channel(t, plain, model.ChannelTypeOpen, st.bot)
		st.open = append(st.open, c.Id)
		return c.Id
	}
	return st.team.Channel(t, plain, model.ChannelTypePrivate, st.bot).Id
}

// Serve runs the desk.
func (st *Stage) Serve(t testing.TB, desk *bot.Bot) (stop func()) {
	t.Helper()
	st.desk = desk
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
	soon, end := within(t)
	defer end()
	if err := poll(soon, st.adapter.Serving); err != nil {
		t.Fatalf("greffier does not serve: %v", err)
	}
	st.names = st.replacer(desk)
	return stop
}

// replacer gives people and commands the names they have in the conversation.
func (st *Stage) replacer(desk *bot.Bot) *strings.Replacer {
	var pairs []string
	for who, a := range st.people {
		pairs = append(pairs, "@"+a.ID, "@"+who, a.ID, who)
		if a.Name != who {
			pairs = append(pairs, "@"+a.Name, "@"+who)
		}
	}
	pairs = append(pairs, "/"+st.bot.Name+" ", "/", "@"+st.bot.Name+" ", "/")
	for _, f := range desk.Families() {
		for _, words := range f.Words {
			for _, w := range words {
				if plain := bot.Fold(w); plain != w {
					pairs = append(pairs, "/"+plain, "/"+w)
				}
			}
		}
	}
	return strings.NewReplacer(pairs...)
}

// Join has somebody enter the team and its open channels.
func (st *Stage) Join(t testing.TB, who string) {
	t.Helper()
	a := st.people[who]
	st.team.Join(t, a.Member)
	for _, c := range st.open {
		st.Enter(t, who, c)
	}
}

// Leave has somebody leave the team.
func (st *Stage) Leave(t testing.TB, who string) {
	t.Helper()
	st.team.Leave(t, st.people[who].Member)
}

// Enter adds somebody to a channel.
func (st *Stage) Enter(t testing.TB, who, channel string) {
	t.Helper()
	st.s.Enter(t, st.people[who].Member, channel)
}

// Exit takes somebody out of a channel, if they are in it.
func (st *Stage) Exit(t testing.TB, who, channel string) {
	t.Helper()
	resp, err := st.s.Admin.Client.RemoveUserFromChannel(t.Context(), channel, st.people[who].ID)
	if err != nil && (resp == nil || resp.StatusCode != 404) {
		t.Fatalf("%s leaves a channel: %v", who, err)
	}
}

// Type types a line as it is typed here: under the clerk's own name where the word
// belongs to the server.
func (st *Stage) Type(t testing.TB, who, channel, line string) {
	t.Helper()
	a := st.people[who]
	if channel == "" {
		channel = a.direct
	}
	if !strings.HasPrefix(line, "/") {
		const mention = "@greffier"
		if len(line) > len(mention) && strings.EqualFold(line[:len(mention)], mention) {
			line = "@" + st.bot.Name + line[len(mention):]
		}
		a.Say(t, channel, line)
		return
	}
	line = st.adapter.Spell(line)
	if !strings.HasPrefix(line, "/") {
		a.Say(t, channel, line)
		return
	}
	if _, _, err := a.Client.ExecuteCommandWithTeam(t.Context(), channel, st.team.ID, line); err != nil {
		t.Errorf("%s types %q: %v", who, line, err)
	}
}

// Public is what the clerk said in a channel, as it stands.
func (st *Stage) Public(t testing.TB, channel string) []adaptertest.Message {
	t.Helper()
	var all []adaptertest.Message
	for _, p := range st.s.Admin.Posts(t, channel) {
		if p.UserId == st.bot.ID && (p.Type == "" || p.Type == model.PostTypeMessageAttachment) {
			all = append(all, st.message(p))
		}
	}
	return all
}

// message is a post as it is read.
func (st *Stage) message(p *model.Post) adaptertest.Message {
	m := adaptertest.Message{ID: p.Id}
	parts := []string{p.Message}
	for _, a := range p.Attachments() {
		parts = append(parts, a.Title, a.Text)
		for _, f := range a.Fields {
			parts = append(parts, fmt.Sprintf("%s: %v", f.Title, f.Value))
		}
		for _, action := range a.Actions {
			if action.Type == model.PostActionTypeSelect {
				for _, o := range action.Options {
					m.Buttons = append(m.Buttons, o.Text)
				}
				continue
			}
			m.Buttons = append(m.Buttons, action.Name)
		}
	}
	for _, id := range p.FileIds {
		m.Files = append(m.Files, st.s.fileName(id))
	}
	m.Text = st.asRead(strings.Join(parts, "\n"))
	if st.callback == "" {
		st.byMention(&m)
	}
	return m
}

// fileNames are the names of files by their identifiers.
var fileNames sync.Map

// fileName is the name of a post's file. It is asked for by the file's identifier
// and not read from the post's metadata, which lack a file for good when somebody
// reads the post while the server attaches its files one after the other: what was
// read then stays in the server's cache.
func (s *Server) fileName(id string) string {
	if name, ok := fileNames.Load(id); ok {
		return name.(string)
	}
	info, _, err := s.Admin.Client.GetFileInfo(context.Background(), id)
	if err != nil {
		return fmt.Sprintf("(file not read: %v)", err)
	}
	fileNames.Store(id, info.Name)
	return info.Name
}

// followed is an address between the signs that let it be followed.
var followed = regexp.MustCompile(`<(https?://[^>\s]+)>`)

// asRead is Markdown as eyes see it, people and commands named as in the
// conversation: no backslash before a sign, nothing where nothing is seen.
func (st *Stage) asRead(s string) string {
	s = followed.ReplaceAllString(s, "$1")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\u2060", ""), "&lt;", "<")
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("\\`*_{}[]()#+-.!|<>~=", s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	if st.names == nil {
		return b.String()
	}
	return st.names.Replace(b.String())
}
