package bot_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

// noteLocale is the words of the test's own feature: notes that members pin.
func noteLocale() fstest.MapFS {
	file := func(word, pin, text, count, done, full string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(fmt.Sprintf(`
commands:
  note: {word: %s, help: Notes}
  note pin:
    word: %s
    help: Pin a note
    options:
      text: {word: %s, help: What it says}
      count: {word: %s, help: How often}
  note count: {word: count-%s, help: How many}
messages:
  note.done: "%s"
  note.full: "%s"
  note.card: "{{.n}}"
`, word, pin, text, count, word, done, full))}
	}
	return fstest.MapFS{
		"locale/en.yaml": file("note", "pin", "text", "count", "Pinned: {{.text}} by {{.who}}.", "No room for {{.text}}."),
		"locale/fr.yaml": file("billet", "punaiser", "texte", "nombre", "Punaisé : {{.text}} par {{.who}}.", "Plus de place pour {{.text}}."),
	}
}

type pin struct {
	Text  string `opt:"text,rest" max:"40"`
	Count int    `opt:"count,optional" max:"9"`
}

var notes = store.NewTable[string]("note")

func noteFeature() bot.Feature {
	return bot.Feature{
		Name:   "note",
		Locale: noteLocale(),
		Commands: []*bot.Command{
			bot.Cmd("note pin", func(c *bot.Ctx, in pin) (bot.Reply, error) {
				id := notes.NextID(c.Tx)
				notes.Put(c.Tx, store.K(id), in.Text)
				c.Record(bot.Entry{Subject: "note/1", Data: map[string]string{"text": in.Text}})
				c.Redraw("note/1")
				if id == 1 {
					c.Hang("note/1", bot.Place{Platform: "console", Channel: "hall"})
				}
				if in.Text == "shout" {
					for range 30 {
						c.Post(bot.Place{Platform: "console", Channel: "hall"}, bot.T("note.card", "n", 0))
					}
				}
				if in.Text == "full" {
					return bot.Reply{}, bot.Refuse("note.full", "text", in.Text)
				}
				if in.Text == "panic" {
					panic("the handler fell")
				}
				return bot.Say("note.done", "text", in.Text, "who", c.Caller.ID), nil
			}),
			bot.Cmd("note count", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
				return bot.Say("note.card", "n", countNotes(c.Tx)), nil
			}, bot.Reads),
		},
		Cards: map[string]bot.CardFunc{"note": func(c *bot.Ctx, _ string) (bot.Card, bool) {
			return bot.Card{Title: bot.T("note.card", "n", countNotes(c.Tx))}, true
		}},
	}
}

func countNotes(tx store.Tx) int {
	n := 0
	for range notes.Prefix(tx, nil) {
		n++
	}
	return n
}

// wall is an adapter that keeps what it was given, in order.
type wall struct {
	mu    sync.Mutex
	fails int
	got   []bot.Delivery
	// slow is how long a new post takes; cards are drawn again at once.
	slow time.Duration
}

func (w *wall) Run(ctx context.Context, _ *bot.Bot) error { <-ctx.Done(); return nil }

func (w *wall) Deliver(_ context.Context, d bot.Delivery) (string, error) {
	if d.Replace == "" {
		time.Sleep(w.slow)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fails > 0 {
		w.fails--
		return "", errors.New("the wall is wet")
	}
	w.got = append(w.got, d)
	return fmt.Sprintf("m%d", len(w.got)), nil
}

const noteCharter = `
version: 1
community: {name: Testers, locale: fr, zone: Europe/Paris}
groups:
  pinners: {members: ["console:alice", "console:carol"]}
rights:
  note: everyone
  note pin: pinners
votes:
  rules:
    simple: {electorate: [pinners]}
requests:
  paths:
    short: {stages: {asked: {advance: pinners}, done: {}}}
  kinds:
    idea: {group: pinners}
`

type desk struct {
	*bot.Bot
	wall  *wall
	clock *bot.SandboxClock
	store store.Store
}

func newDesk(t testing.TB) desk {
	t.Helper()
	s, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	ch, problems := config.ParseCharter("charter.yaml", []byte(noteCharter))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	w := &wall{}
	clock := bot.NewSandboxClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), false)
	b, err := bot.New(t.Context(), bot.Options{
		Store: s, Charter: ch, Features: []bot.Feature{noteFeature()}, Adapters: map[string]bot.Adapter{"console": w}, Clock: clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	return desk{b, w, clock, s}
}

func (d desk) says(who, id, line string) bot.Answer {
	return d.Handle(context.Background(), bot.Event{
		ID: id, Line: line, Place: bot.Place{Platform: "console", Channel: "hall"},
		Caller: bot.Account{Platform: "console", ID: who, Name: who, Locale: "en"},
	})
}

func plain(a bot.Answer) string { return a.Text.For(bot.PlainDialect()) }

func TestOnePath(t *testing.T) {
	d := newDesk(t)
	steps := []struct{ who, line, want string }{
		{"alice", `/note pin "hello *world*"`, "Pinned: hello *world* by @alice."},
		{"alice", `/billet punaiser bonjour tout le monde`, "Pinned: bonjour tout le monde by @alice."},
		{"alice", `/note pin text:l'export`, "Pinned: l'export by @alice."},
		{"alice", `/note p abbreviated`, "Pinned: abbreviated by @alice."},
		{"bob", `/note pin hello`, "/note pin is for: pinners. Ask one of them, or whoever keeps the charter."},
		{"bob", `/note count`, "4"},
		{"bob", `/nte count`, `I know no command "nte". Did you mean /note?`},
		{"alice", `/note pin "hello" cuont:3`, `/note pin has no option "cuont". Did you mean "count"? Put the text between quotes if it is not an option.`},
		{"alice", `/note pin "hello" count:twelve`, `"twelve" is not a number that will do: write for instance 12.`},
		{"alice", `/note pin full`, "No room for full."},
		{"bob", `/note count`, "4"},
		{"alice", `/note pin remark: it is late, cuont:3`, "Pinned: remark: it is late, cuont:3 by @alice."},
	}
	for i, s := range steps {
		got := plain(d.says(s.who, fmt.Sprint("e", i), s.line))
		if got != s.want {
			t.Errorf("%s: %s\n got %s\nwant %s", s.who, s.line, got, s.want)
		}
	}
}

func TestTwiceDeliveredIsDoneOnce(t *testing.T) {
	d := newDesk(t)
	first := d.says("alice", "same", "/note pin once")
	second := d.says("alice", "same", "/note pin once")
	if first.Text != second.Text || first.Text == "" {
		t.Errorf("answers differ: %q and %q", first.Text, second.Text)
	}
	if got := plain(d.says("alice", "count", "/note count")); got != "1" {
		t.Errorf("pinned %s times, want 1", got)
	}
}

func TestPanicHarmsNobody(t *testing.T) {
	d := newDesk(t)
	a := d.says("alice", "p", "/note pin panic")
	if !a.Refused || !strings.Contains(string(a.Text), "reference") {
		t.Errorf("a panic was answered with %q", a.Text)
	}
	if got := plain(d.says("alice", "q", "/note count")); got != "0" {
		t.Errorf("%s notes after a panic, want 0", got)
	}
}

func TestMissingOptionOpensForm(t *testing.T) {
	d := newDesk(t)
	a := d.says("alice", "f", "/note pin")
	if a.Form == nil || len(a.Form.Fields) != 2 || !a.Form.Fields[0].Required {
		t.Fatalf("no form: %+v", a)
	}
	call := a.Form.Submit(map[string]string{"text": strings.Repeat("x", 41)})
	again := d.Handle(t.Context(), bot.Event{ID: "f2", Call: &call, Caller: bot.Account{Platform: "console", ID: "alice"}})
	if again.Form == nil || again.Form.Fields[0].Error == "" || again.Form.Fields[0].Value == "" {
		t.Fatalf("a form with a mistake came back as %+v", again)
	}
	call = again.Form.Submit(map[string]string{"text": "short"})
	done := d.Handle(t.Context(), bot.Event{ID: "f3", Call: &call, Caller: bot.Account{Platform: "console", ID: "alice"}})
	if done.Form != nil || done.Refused {
		t.Fatalf("a corrected form came back as %+v", done)
	}
}

func TestCardIsHungAndRedrawn(t *testing.T) {
	d := newDesk(t)
	d.wall.fails = 1
	d.says("alice", "1", "/note pin one")
	if err := d.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(d.wall.got) != 0 {
		t.Fatalf("delivered %v through a wet wall", d.wall.got)
	}
	d.says("alice", "2", "/note pin two")
	d.clock.Set(d.clock.Now().Add(time.Minute))
	if err := d.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.says("alice", "3", "/note pin three")
	if err := d.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	last := d.wall.got[len(d.wall.got)-1]
	if last.Replace != "m1" || last.Message.Card.Title != "3" {
		t.Errorf("the last delivery is %+v", last)
	}
}

func TestVerifyFindsWhatWasChanged(t *testing.T) {
	d := newDesk(t)
	for i := range 5 {
		d.says("alice", fmt.Sprint(i), "/note pin hello")
	}
	v, err := d.Verify(t.Context())
	if err != nil || len(v.Findings) > 0 || v.Entries != 5 {
		t.Fatalf("sound journal: %+v, %v", v, err)
	}
	err = d.store.Update(t.Context(), func(tx store.Tx) error {
		for k, val := range tx.Scan(store.Prefix(store.K("journal-of"))) {
			_, _ = k, val
		}
		for k, val := range tx.Scan(nil, nil) {
			if strings.Contains(string(val), `"text":"hello"`) && strings.HasPrefix(string(k), "journal") {
				tx.Put(k, []byte(strings.Replace(string(val), "hello", "HELLO", 1)))
				return nil
			}
		}
		return errors.New("no journal entry found")
	})
	if err != nil {
		t.Fatal(err)
	}
	if v, _ = d.Verify(t.Context()); len(v.Findings) == 0 {
		t.Error("a changed entry was not found")
	}
}

func TestSplitHoldsOneCharacter(t *testing.T) {
	if got := bot.Split("😀😀", 1); len(got) != 2 {
		t.Errorf("%q", got)
	}
}
