package conversation

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"greffier/adapters/adaptertest"
	"greffier/adapters/console"
	"greffier/bot"
	"greffier/config"
	"greffier/store/bolt"
)

// RunOn plays each conversation that matches the glob pattern on a platform, and
// beside it on a console: after every line each member must see there, alone and
// in the channels, what they see here. On both nobody speaks who has not joined,
// and the groups that a line "is" puts somebody in are channels that they enter.
//
// A comment "# not on mattermost: why" leaves a conversation out there.
//
// Conversations in one language run side by side, and those in another after
// them: people belong to the platform, and have one language at a time there.
func RunOn(t *testing.T, pattern string, open func(t *testing.T) adaptertest.Stage, features ...bot.Feature) {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no conversation matches %s (%v)", pattern, err)
	}
	scripts := map[string][]*script{}
	for _, name := range names {
		s := readScript(t, name, features)
		scripts[s.charter.Community.Locale] = append(scripts[s.charter.Community.Locale], s)
	}
	for _, locale := range bot.Locales {
		t.Run(locale, func(t *testing.T) {
			for _, s := range scripts[locale] {
				t.Run(s.name, func(t *testing.T) {
					t.Parallel()
					stage := open(t)
					where := []string{stage.Platform()}
					if m, ok := stage.(adaptertest.Mannered); ok {
						where = append(where, m.Manner())
					}
					for _, place := range where {
						if why := s.header.notOn[place]; why != "" {
							t.Skip(why)
						}
					}
					s.play(t, stage, features)
				})
			}
		})
	}
}

// script is a conversation that was read.
type script struct {
	name    string
	header  header
	archive *txtar.Archive
	charter *config.Charter
	steps   []console.Step
	lines   []string
}

func readScript(t *testing.T, name string, features []bot.Feature) *script {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	s := &script{name: strings.TrimSuffix(filepath.Base(name), ".txtar"), archive: txtar.Parse(data)}
	s.header = readHeader(string(s.archive.Comment))
	if s.charter, err = s.header.readCharter(s.archive, features); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for line := range bytes.Lines(s.archive.Comment) {
		text := strings.TrimRight(string(line), "\r\n")
		if isOutput(text) {
			continue
		}
		step, err := console.ParseLine(text)
		if err != nil {
			t.Fatalf("%s: %q: %v", name, text, err)
		}
		s.steps, s.lines = append(s.steps, step), append(s.lines, text)
	}
	return s
}

// people lists who acts, or is listed in the charter.
func (s *script) people() []string {
	var names []string
	add := func(name string) {
		if name = personID(name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, step := range s.steps {
		add(step.Name)
	}
	for _, g := range s.charter.Groups {
		for _, m := range slices.Concat(g.Members, g.Responsible) {
			if id, ok := strings.CutPrefix(m, console.Platform+":"); ok {
				add(id)
			}
		}
	}
	return names
}

// listed are the people that the charter lists, but for those of whom the
// conversation says when they come.
func (s *script) listed() []string {
	var names []string
	for _, g := range s.charter.Groups {
		for _, m := range g.Members {
			id, ok := strings.CutPrefix(m, console.Platform+":")
			comes := slices.ContainsFunc(s.steps, func(step console.Step) bool {
				return step.Verb == console.Joins && personID(step.Name) == personID(id)
			})
			if ok && !comes && !slices.Contains(names, personID(id)) {
				names = append(names, personID(id))
			}
		}
	}
	return names
}

// channels lists the channels of the charter and those where somebody speaks, as
// the console calls them.
func (s *script) channels() []string {
	var names []string
	add := func(name string) {
		if at, ok := s.charter.Place(name, console.Platform); ok {
			name = at
		}
		if name != "" && name != "dm" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, c := range s.charter.Channels {
		add(c.ID)
	}
	for _, step := range s.steps {
		add(step.Channel)
	}
	if len(names) == 0 {
		add("general")
	}
	return names
}

// play plays the conversation on the stage and on a console of its own.
func (s *script) play(t *testing.T, stage adaptertest.Stage, features []bot.Feature) {
	at, err := time.Parse(time.RFC3339, s.header.now)
	if err != nil {
		t.Fatal(err)
	}
	p := &play{T: t, stage: stage, here: map[string]bool{}, ids: map[string]string{}, names: map[string]string{}, channels: map[string]string{}}
	p.expected, p.screens = newScreens(), map[string][]adaptertest.Message{}
	_, p.session, err = open(t, s.charter, at, s.header.public, append(slices.Clone(features), watcher()))
	if err != nil {
		t.Fatal(err)
	}
	p.session.Lang = s.header.lang
	p.session.Show = func(m console.Shown) error { p.shown = append(p.shown, m); return nil }
	p.session.Handed = func(ev bot.Event) { p.sent = &ev }
	p.clock = bot.NewSandboxClock(at, false)
	p.serve(s, features)
	p.begin()
	for i, step := range s.steps {
		if step.Verb != console.Nothing {
			p.line = s.lines[i]
			p.do(step)
		}
	}
	p.stop()
	p.compare() // what came after all
	v, err := p.desk.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range v.Findings {
		t.Errorf("the register does not verify: %s: %s", f.Where, p.desk.Say("en", f.What))
	}
}

// play is a conversation being played.
type play struct {
	*testing.T
	texts   map[string]string // what texts say, as read found it before
	stage   adaptertest.Stage
	session *console.Session
	// The desk on the stage, and its clock.
	desk  *bot.Bot
	clock *bot.SandboxClock
	stop  func()

	here     map[string]bool   // who is in the community
	ids      map[string]string // who → identifier on the platform
	names    map[string]string // identifier → who
	channels map[string]string // channel of the console → identifier on the platform
	groups   map[string]string // group → identifier of its channel

	line     string // being played
	shown    []console.Shown
	sent     *bot.Event
	expected *screens
	screens  map[string][]adaptertest.Message // as last seen, by screen
}

// serve gets everybody and every place ready and starts the desk on the stage.
func (p *play) serve(s *script, features []bot.Feature) {
	locale := s.header.lang
	if locale == "" {
		locale = s.charter.Community.Locale
	}
	for _, who := range s.people() {
		id := p.stage.Person(p, who, locale)
		p.ids[who], p.names[id] = id, who
	}
	if named, ok := p.stage.(adaptertest.Named); ok {
		for _, step := range s.steps {
			if who := personID(step.Name); who != step.Name && who != "" {
				named.Call(p, who, step.Name)
			}
		}
	}
	for _, name := range s.channels() {
		p.channels[name] = p.stage.Channel(p, name, true)
	}
	for _, who := range s.listed() { // members before the first word
		p.stage.Join(p, who)
		p.here[who] = true
	}
	charter := p.charter(s)
	db, err := bolt.Open(filepath.Join(p.TempDir(), "stage.db"), bolt.Options{NoSync: true})
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { _ = db.Close() })
	all := append(p.stage.Features(), features...)
	p.desk, err = bot.New(context.WithoutCancel(p.Context()), bot.Options{
		Store: db, Charter: charter, Clock: p.clock, Random: newSeeded(), Key: fixedKey, Features: append(all, watcher()),
		Adapters: map[string]bot.Adapter{p.stage.Platform(): p.stage.Adapter()},
	})
	if err != nil {
		p.Fatal(err)
	}
	p.stop = p.stage.Serve(p, p.desk)
}

// begin has everything said on both sides that the charter itself says, such as
// the meetings to come, before anybody speaks.
func (p *play) begin() {
	p.Helper()
	if _, err := p.session.Desk.RunDue(p.Context()); err != nil {
		p.Fatal(err)
	}
	if err := p.session.Desk.Flush(p.Context()); err != nil {
		p.Fatal(err)
	}
	p.settle()
}

// charter is the conversation's, with this platform's accounts and places. A
// group that somebody is put in has a channel of its own.
func (p *play) charter(s *script) *config.Charter {
	fresh, err := s.header.readCharter(s.archive, nil)
	if err != nil {
		p.Fatal(err)
	}
	fresh.Rights = s.charter.Rights
	for i := range fresh.Channels {
		at, _ := s.charter.Place(fresh.Channels[i].ID, console.Platform)
		fresh.Channels[i].Places = map[string]string{p.stage.Platform(): p.channels[at]}
	}
	p.groups = map[string]string{}
	for i := range fresh.Groups {
		g := &fresh.Groups[i]
		g.Roles, g.Channels = nil, nil // a console has neither
		for _, accounts := range [][]string{g.Members, g.Responsible} {
			for j, m := range accounts {
				if id, ok := strings.CutPrefix(m, console.Platform+":"); ok {
					accounts[j] = p.stage.Platform() + ":" + p.ids[personID(id)]
				}
			}
		}
		if slices.ContainsFunc(s.steps, func(step console.Step) bool { return step.Verb == console.Is }) {
			name := "group-" + g.ID
			p.groups[g.ID] = p.stage.Channel(p, name, false)
			fresh.Channels = append(fresh.Channels, config.Channel{ID: name, Places: map[string]string{p.stage.Platform(): p.groups[g.ID]}})
			g.Channels = []string{name}
		}
	}
	return fresh.Indexed()
}

// watcher is a feature with a card that only the runner looks at: who is in a group.
func watcher() bot.Feature {
	return bot.Feature{Name: "watcher", Cards: map[string]bot.CardFunc{"watcher": func(c *bot.Ctx, key string) (bot.Card, bool) {
		var ids []bot.Text
		for _, id := range c.Members(strings.TrimPrefix(key, "watcher/")) {
			m, _ := c.Member(id)
			for _, a := range m.Accounts {
				ids = append(ids, bot.Typed("("+a.ID+")"))
			}
		}
		return bot.Card{Body: bot.List(ids...)}, true
	}}}
}

// knows waits until the desk counts somebody in a group, or no longer does.
func (p *play) knows(who, group string, in bool) {
	p.Helper()
	p.until(func() string {
		if p.counts(p.desk, p.stage.Platform(), p.ids[who], group) != in {
			return "the desk does not know whether " + who + " belongs to " + group
		}
		return ""
	})
}

// counts reports whether a desk counts an account in a group.
func (p *play) counts(desk *bot.Bot, platform, id, group string) bool {
	p.Helper()
	m, _, _, err := desk.Draw(p.Context(), "watcher/"+group, platform, "en")
	if err != nil {
		p.Fatal(err)
	}
	return strings.Contains(m.Card.Body.For(bot.PlainDialect()), "("+id+")")
}

// until waits until there is no problem left, and fails the test with it when
// that takes longer than is fair.
func (p *play) until(problem func() string) {
	p.Helper()
	deadline, tick := time.NewTimer(time.Minute), time.NewTicker(15*time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for {
		what := problem()
		if what == "" {
			return
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			p.Fatalf("%s\n%s", p.line, what)
		}
	}
}
