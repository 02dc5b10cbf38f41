package console

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"greffier/adapters/adaptertest"
	"greffier/bot"
)

func TestAdapter(t *testing.T) {
	adaptertest.Run(t, func(*testing.T) adaptertest.Driver {
		return &driver{console: New(), private: map[string][]Shown{}, last: map[string]bot.Event{}}
	})
}

// driver plays members by the same session as scripts and the terminal do.
type driver struct {
	console *Console

	mu      sync.Mutex
	session *Session
	private map[string][]Shown
	public  []Shown
	last    map[string]bot.Event
}

func (d *driver) Platform() string        { return Platform }
func (d *driver) Adapter() bot.Adapter    { return d.console }
func (d *driver) Features() []bot.Feature { return nil }
func (d *driver) Channel() string         { return "general" }
func (d *driver) Nowhere() string         { return "" }

func (d *driver) Serve(_ testing.TB, desk *bot.Bot) {
	d.session = NewSession(Options{
		Console: d.console, Desk: desk, Clock: bot.NewSandboxClock(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), true), Run: "suite", Show: d.show,
	})
}

func (d *driver) show(m Shown) error {
	if m.Channel == "" {
		d.private[m.To.ID] = append(d.private[m.To.ID], m)
		return nil
	}
	for i, stands := range d.public {
		if m.Again && stands.ref == m.ref {
			d.public[i] = m
			return nil
		}
	}
	d.public = append(d.public, m)
	return nil
}

func (d *driver) play(t testing.TB, step Step) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.session.Do(t.Context(), step); err != nil {
		t.Error(err)
	}
}

func (d *driver) Type(t testing.TB, who, line string) {
	t.Helper()
	d.play(t, Step{Verb: Says, Name: who, Text: line})
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.session.person(who)
	d.last[who] = bot.Event{ID: fmt.Sprintf("console-suite-%d", d.session.events), Caller: p.account, Place: p.place, Line: line}
}

func (d *driver) Repeat(t testing.TB, who string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	ev := d.last[who]
	a := d.session.Desk.Handle(t.Context(), ev)
	if err := d.show(Shown{To: ev.Caller, Message: a.Message}); err != nil {
		t.Error(err)
	}
	if err := d.session.Settle(t.Context()); err != nil {
		t.Error(err)
	}
}

func (d *driver) Click(t testing.TB, who string, on adaptertest.Message, label string) {
	t.Helper()
	d.mu.Lock()
	key := ""
	for _, m := range d.public {
		if m.ref == on.ID {
			key = m.Card.Key
		}
	}
	d.mu.Unlock()
	d.play(t, Step{Verb: Clicks, Name: who, Label: label, Key: key})
}

func (d *driver) Fill(t testing.TB, who string, values map[string]string) {
	t.Helper()
	step := Step{Verb: Fills, Name: who}
	for field, text := range values {
		step.Values = append(step.Values, Value{field, text})
	}
	d.play(t, step)
}

func (d *driver) LosePatience(testing.TB) {} // a console waits as long as it takes

func (d *driver) Private(_ testing.TB, who string) []adaptertest.Message {
	d.mu.Lock()
	defer d.mu.Unlock()
	return messages(d.private[who])
}

func (d *driver) Public(t testing.TB) []adaptertest.Message {
	t.Helper()
	d.play(t, Step{Verb: Passes}) // what was delivered without a step is seen now
	d.mu.Lock()
	defer d.mu.Unlock()
	return messages(d.public)
}

func (d *driver) Until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	if !ok() { // all that follows from a step is seen before the step ends
		t.Fatalf("nobody sees %q", what)
	}
}

func messages(shown []Shown) []adaptertest.Message {
	var list []adaptertest.Message
	for _, s := range shown {
		m := adaptertest.Message{ID: s.ref, Text: strings.Join(plainLines(s), "\n")}
		for _, b := range s.Buttons {
			m.Buttons = append(m.Buttons, b.Label)
		}
		if s.Form != nil {
			for _, f := range s.Form.Fields {
				m.Form = append(m.Form, f.Name)
			}
		}
		list = append(list, m)
	}
	return slices.Clip(list)
}
