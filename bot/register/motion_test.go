package register_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"greffier/bot"
	"greffier/bot/register"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

// motions is a small feature that takes decisions, for the register to keep: a
// motion has a mover, whom erasing forgets, and a count of hands that stays.
func motions() bot.Feature { return motionsWith(func(*bot.Ctx) {}) }

// motionsWith runs fill at each /motion fill.
func motionsWith(fill func(*bot.Ctx)) bot.Feature {
	return bot.Feature{
		Name:   "motion",
		Locale: motionWords(),
		Commands: []*bot.Command{
			bot.Cmd("motion pass", passMotion, bot.Free),
			bot.Cmd("motion show", showMotion, bot.Free, bot.Reads, bot.Shortcut),
			bot.Cmd("motion tell", tellMotion, bot.Free),
			bot.Cmd("motion fill", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
				fill(c)
				return bot.Reply{}, nil
			}, bot.Free),
		},
		Export: func(c *bot.Ctx, yield func(string, any)) {
			for _, m := range motionTable.Prefix(c.Tx, nil) {
				yield("motions", m)
				for _, h := range m.Hands {
					yield("hands", map[string]any{"motion": m.Number, "hand": h})
				}
			}
		},
		Personal: func(c *bot.Ctx, who bot.MemberID, yield func(string, any)) {
			for _, m := range motionTable.Prefix(c.Tx, nil) {
				if m.Mover == who {
					yield("motions", m)
				}
			}
		},
		Erase: func(c *bot.Ctx, who bot.MemberID) {
			for id, m := range motionTable.Prefix(c.Tx, nil) {
				if m.Mover == who {
					m.Note = ""
					motionTable.Put(c.Tx, append([]byte(nil), id...), m)
				}
			}
		},
	}
}

type motion struct {
	Number uint64       `json:"number"`
	Title  string       `json:"title"`
	Note   string       `json:"note,omitempty"`
	Mover  bot.MemberID `json:"mover"`
	Hands  []int        `json:"hands,omitempty"`
}

var motionTable = store.NewTable[motion]("motion")

type passArgs struct {
	Title    string `opt:"title,rest"`
	Group    string `opt:"group,optional"`
	Rule     string `opt:"rule,optional"`
	On       string `opt:"on,optional"`
	Note     string `opt:"note,optional"`
	Against  bool   `opt:"against"`
	Advisory bool   `opt:"advisory"`
}

func passMotion(c *bot.Ctx, in passArgs) (bot.Reply, error) {
	n := motionTable.NextID(c.Tx)
	motionTable.Put(c.Tx, store.K(n), motion{n, in.Title, in.Note, c.Caller.ID, []int{3, 1}})
	c.Record(bot.Entry{Subject: fmt.Sprintf("motion/%d", n), Data: map[string]string{"title": in.Title, "note": in.Note}})
	d := bot.Decision{
		Subject: fmt.Sprintf("motion/%d", n), Title: in.Title, Group: in.Group, Rule: in.Rule, Adopted: !in.Against,
		Advisory: in.Advisory, Author: c.Caller.ID,
		Outcome: bot.T("motion.outcome", "who", c.Caller.ID), Why: bot.T("motion.count", "count", 3),
	}
	if in.On != "" {
		d.Subject, d.By, d.Author, d.Outcome = in.On, "vote/1", 0, bot.Text{}
	}
	return bot.Say("motion.passed", "number", c.Decide(d), "title", in.Title), nil
}

type motionArgs struct {
	Number int `opt:"number"`
}

func showMotion(c *bot.Ctx, in motionArgs) (bot.Reply, error) {
	m, ok := motionTable.Get(c.Tx, store.K(in.Number))
	if !ok {
		return bot.Reply{}, bot.Refuse("motion.unknown")
	}
	return bot.Say("motion.card", "title", m.Title, "who", m.Mover), nil
}

type tellArgs struct {
	Who  bot.MemberID `opt:"who"`
	What string       `opt:"what,rest"`
}

func tellMotion(c *bot.Ctx, in tellArgs) (bot.Reply, error) {
	c.Tell(in.Who, "motion/1", bot.T("motion.told", "what", in.What, "who", c.Caller.ID))
	return bot.Say("motion.card", "title", in.What, "who", in.Who), nil
}

// motionWords has the same words in both languages but for the sentences.
func motionWords() fstest.MapFS {
	file := func(outcome, passed string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(`
commands:
  motion: {word: motion, help: Motions}
  motion pass:
    word: pass
    help: Pass a motion
    options:
      title: {word: title, help: Title}
      group: {word: group, help: Group}
      rule: {word: rule, help: Rule}
      "on": {word: "on", help: Subject}
      note: {word: note, help: Note}
      against: {word: against, help: Refuse it}
      advisory: {word: advisory, help: It advises}
  motion fill: {word: fill, help: Fill}
  motion show: {word: show, help: Show, options: {number: {word: number, help: Number}}}
  motion tell: {word: tell, help: Tell, options: {who: {word: who, help: Whom}, what: {word: what, help: What}}}
messages:
  motion.outcome: "` + outcome + `"
  motion.count: {one: "{{.count}}/4", other: "{{.count}}/4"}
  motion.passed: "` + passed + `"
  motion.unknown: "?"
  motion.card: "{{.title}} ({{.who}})"
  motion.told: "{{.what}} ({{.who}})"
`)}
	}
	return fstest.MapFS{
		"locale/en.yaml": file("Carried, as moved by {{.who}}", "Decision {{.number}}: {{.title}}"),
		"locale/fr.yaml": file("Approuvée, sur proposition de {{.who}}", "Décision {{.number}} : {{.title}}"),
	}
}

// desk is a clerk with a register in a real file and a clock that stands still.
type desk struct {
	testing.TB
	*bot.Bot
	clock *bot.SandboxClock
	store store.Store
	lang  string
	n     int
	// fill is what /motion fill does.
	fill func(*bot.Ctx)
}

// nowhere is a platform on which nobody can be reached for the time being.
type nowhere struct{}

func (nowhere) Run(ctx context.Context, _ *bot.Bot) error { <-ctx.Done(); return nil }

func (nowhere) Deliver(context.Context, bot.Delivery) (string, error) {
	return "", context.DeadlineExceeded
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	s, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	ch, problems := config.ParseCharter("charter.yaml", []byte(`
version: 1
community: {name: "Club & <amis>", locale: fr, zone: Europe/Paris}
groups: {board: {name: {en: Board, fr: Bureau}}}
rights: {register: everyone}
votes: {rules: {simple: {electorate: everyone}}}
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	clock := bot.NewSandboxClock(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), false)
	d := &desk{TB: t, clock: clock, store: s, lang: "en"}
	d.Bot, err = bot.New(t.Context(), bot.Options{
		Store: s, Charter: ch, Features: []bot.Feature{register.Feature(), motionsWith(func(c *bot.Ctx) { d.fill(c) })},
		Adapters: map[string]bot.Adapter{"console": nowhere{}}, Clock: clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// says has somebody type a line; it must not fail unexpectedly.
func (d *desk) says(who, line string) bot.Answer {
	d.Helper()
	d.n++
	return d.Handle(d.Context(), bot.Event{
		ID: fmt.Sprintf("%s-%d", who, d.n), Line: line, Place: bot.Place{Platform: "console", Channel: "hall"},
		Caller: bot.Account{Platform: "console", ID: who, Name: who, Locale: d.lang},
	})
}

// presses has somebody press a button of an answer.
func (d *desk) presses(who string, a bot.Answer, button int) bot.Answer {
	d.Helper()
	if button >= len(a.Buttons) {
		d.Fatalf("no button %d under %q", button, plain(a))
	}
	d.n++
	return d.Handle(d.Context(), bot.Event{
		ID: fmt.Sprintf("%s-%d", who, d.n), Call: &a.Buttons[button].Call, Place: bot.Place{Platform: "console", Channel: "hall"},
		Caller: bot.Account{Platform: "console", ID: who, Name: who, Locale: d.lang},
	})
}

func plain(a bot.Answer) string { return a.Text.For(bot.PlainDialect()) }
