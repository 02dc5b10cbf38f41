package votes_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"greffier/adapters/console/conversation"
	"greffier/adapters/discord/discordtest"
	"greffier/adapters/mattermost/mmtest"
	"greffier/bot"
	"greffier/bot/votes"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

func TestConversations(t *testing.T) {
	conversation.Run(t, "testdata/*.txtar", votes.Feature())
}

const charter = `
version: 1
community: {name: Club, zone: Europe/Paris}
groups:
  board: {members: ["console:m0", "console:m1", "console:m2"]}
rights: {vote: everyone, thing: everyone}
votes:
  rules:
    board: {electorate: board, lasts: 7d, reminders: 1d}
    open: {electorate: everyone, results: always}
    secret: {electorate: everyone, secret: true}
    rolling: {electorate: everyone, roll: open, close-early: true}
    advice: {electorate: board, advisory: true}
    pick: {electorate: everyone, secret: true, method: choice}
`

// tester is what testing.T and rapid.T share.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
	Cleanup(func())
}

// desk is a bot on a register of its own.
type desk struct {
	*bot.Bot
	t     tester
	store *bolt.DB
	path  string
	clock *bot.SandboxClock
	n     int
}

var start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func newDesk(t testing.TB, rules string) *desk {
	t.Helper()
	return deskIn(t, t.TempDir(), rules)
}

// deskIn makes a desk in a folder of its own.
func deskIn(t tester, dir, rules string) *desk {
	t.Helper()
	d := &desk{t: t, path: filepath.Join(dir, "register.db"), clock: bot.NewSandboxClock(start, false)}
	db, err := bolt.Open(d.path, bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	d.store = db
	t.Cleanup(func() { _ = db.Close() })
	var seed [32]byte
	d.Bot, err = bot.New(context.Background(), bot.Options{
		Store: db, Charter: parse(t, rules), Clock: d.clock, Sandbox: true, Random: rand.NewChaCha8(seed), Key: seed[:],
		Features: []bot.Feature{votes.Feature(), things()},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func parse(t tester, text string) *config.Charter {
	t.Helper()
	ch, problems := config.ParseCharter("charter.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return ch
}

// says hands a typed line to the bot as an event of its own.
func (d *desk) says(who, line string) bot.Answer {
	d.n++
	return d.event(fmt.Sprint("event-", d.n), who, line)
}

func (d *desk) event(id, who, line string) bot.Answer {
	return d.Handle(context.Background(), bot.Event{
		ID: id, Caller: bot.Account{Platform: "console", ID: who, Name: who}, Line: line,
		Place: bot.Place{Platform: "console", Channel: "general"},
	})
}

// must says a line that is not refused.
func (d *desk) must(who, line string) bot.Answer {
	d.t.Helper()
	a := d.says(who, line)
	if a.Refused {
		d.t.Fatalf("%s: %s: %s", who, line, a.Text)
	}
	return a
}

// presses makes the call of the n-th button of an answer.
func (d *desk) presses(who string, a bot.Answer, n int) bot.Answer {
	d.n++
	return d.Handle(context.Background(), bot.Event{
		ID: fmt.Sprint("event-", d.n), Caller: bot.Account{Platform: "console", ID: who, Name: who}, Call: &a.Buttons[n].Call,
		Place: bot.Place{Platform: "console", Channel: "general"},
	})
}

// after moves the clock and runs what is due.
func (d *desk) after(by time.Duration) {
	d.t.Helper()
	d.clock.Set(d.clock.Now().Add(by))
	if _, err := d.RunDue(context.Background()); err != nil {
		d.t.Fatal(err)
	}
}

// members makes so many members known.
func (d *desk) members(n int) {
	for i := range n {
		d.must(fmt.Sprint("m", i), "/help")
	}
}

// dump is everything the register holds.
func (d *desk) dump() map[string]string {
	all := map[string]string{}
	err := d.store.View(context.Background(), func(tx store.Tx) error {
		for k, v := range tx.Scan(nil, nil) {
			all[string(bytes.Clone(k))] = string(bytes.Clone(v))
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// verified fails on anything that does not hold together.
func (d *desk) verified() bot.Verification {
	d.t.Helper()
	v, err := d.Verify(context.Background())
	if err != nil {
		d.t.Fatal(err)
	}
	for _, f := range v.Findings {
		d.t.Errorf("%s: %s", f.Where, d.Say("en", f.What))
	}
	return v
}

// settled is what the test's feature heard of the votes it asked for.
var settled = store.NewTable[bot.VoteSettled]("settled")

type forgetArgs struct {
	Who bot.MemberID `opt:"who"`
}

type thingArgs struct {
	Rule string `opt:"rule"`
}

// things is a feature whose things are voted upon.
func things() bot.Feature {
	words := &fstest.MapFile{Data: []byte(`
commands:
  thing: {word: thing, help: A thing to vote upon, options: {rule: {word: rule, help: The rule}}}
  forget: {word: forget, help: Forget somebody, options: {who: {word: who, help: Whom}}}
  data: {word: data, help: What is known of somebody, options: {who: {word: who, help: Whom}}}
messages: {thing.title: "Thing no. 1", thing.asked: Asked.}
`)}
	return bot.Feature{
		Name:   "thing",
		Locale: fstest.MapFS{"locale/en.yaml": words, "locale/fr.yaml": words},
		Commands: []*bot.Command{bot.Cmd("thing", func(c *bot.Ctx, in thingArgs) (bot.Reply, error) {
			err := c.Signal(bot.VoteWanted{Subject: "thing/1", Title: "The thing", Rule: in.Rule, Place: c.Place})
			return bot.Say("thing.asked"), err
		}), bot.Cmd("forget", func(c *bot.Ctx, in forgetArgs) (bot.Reply, error) {
			c.Erase(in.Who)
			return bot.Say("thing.asked"), nil
		}, bot.Free), bot.Cmd("data", func(c *bot.Ctx, in forgetArgs) (bot.Reply, error) {
			return bot.Reply{Text: bot.T("thing.asked"), Files: []bot.File{c.PersonalFile(in.Who)}}, nil
		}, bot.Free, bot.Reads)},
		Cards: map[string]bot.CardFunc{"thing": func(*bot.Ctx, string) (bot.Card, bool) {
			return bot.Card{Title: bot.T("thing.title")}, true
		}},
		On: []bot.Listener{bot.On(func(c *bot.Ctx, s bot.VoteSettled) error {
			settled.Put(c.Tx, store.K(s.Vote), s)
			return nil
		})},
	}
}

func (d *desk) heard(vote uint64) (s bot.VoteSettled, ok bool) {
	err := d.store.View(context.Background(), func(tx store.Tx) error {
		s, ok = settled.Get(tx, store.K(vote))
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return s, ok
}

func TestMattermostConversations(t *testing.T) {
	conversation.RunOn(t, "testdata/*.txtar", mmtest.NewStage, votes.Feature())
}

// The same on a Discord of our own.
func TestDiscordConversations(t *testing.T) {
	conversation.RunOn(t, "testdata/*.txtar", discordtest.NewStage, votes.Feature())
}
