package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"greffier/bot"
	"greffier/config"
	"greffier/store/bolt"
)

// suite is one case: a desk behind an adapter, and the driver.
type suite struct {
	*testing.T
	Driver
	desk  *bot.Bot
	probe *probe
}

// Run holds an adapter against every case, each with a driver of its own.
func Run(t *testing.T, open func(t *testing.T) Driver) {
	for _, c := range []struct {
		name string
		run  func(s suite)
	}{
		{"Answer", suite.answers},
		{"DeliveredTwice", suite.deliveredTwice},
		{"Slow", suite.slowly},
		{"TooLong", suite.tooLong},
		{"Hostile", suite.hostile},
		{"SameKey", suite.sameKey},
		{"Undeliverable", suite.undeliverable},
		{"Redraw", suite.redraw},
		{"Crowd", suite.crowd},
		{"Form", suite.form},
		{"Reconnect", suite.reconnect},
		{"Pressed", suite.pressed},
		{"MissingRights", suite.missingRights},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			t.Cleanup(func() { goleak.VerifyNone(t, before) })
			c.run(start(t, open(t)))
		})
	}
}

// Charter reads a charter, for tests that need one of their own.
func Charter(t testing.TB, text string) *config.Charter {
	t.Helper()
	charter, problems := config.ParseCharter("charter.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return charter
}

// start makes the desk and has the driver serve it.
func start(t *testing.T, d Driver) suite {
	charter := Charter(t, fmt.Sprintf(
		"version: 1\ncommunity:\n  name: Suite\nchannels:\n  general: {%s: %q}\nrights:\n  probe: everyone\n", d.Platform(), d.Channel()))
	db, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	p := &probe{gate: make(chan struct{})}
	desk, err := bot.New(t.Context(), bot.Options{
		Store: db, Charter: charter, Features: append(d.Features(), p.feature()),
		Adapters: map[string]bot.Adapter{d.Platform(): d.Adapter()},
	})
	if err != nil {
		t.Fatal(err)
	}
	d.Serve(t, desk)
	return suite{T: t, Driver: d, desk: desk, probe: p}
}

// seen waits for a message with a text in it and returns the newest such.
func (s suite) seen(what string, list func() []Message) (found Message) {
	s.Helper()
	s.Until(s.T, what, func() bool {
		for _, m := range list() {
			if strings.Contains(m.Text, what) {
				found = m
			}
		}
		return found.Text != ""
	})
	return found
}

func (s suite) private(who string) func() []Message {
	return func() []Message { return s.Private(s.T, who) }
}

func (s suite) public() []Message { return s.Public(s.T) }

// times counts the messages with a text in it.
func times(messages []Message, what string) (n int) {
	for _, m := range messages {
		if strings.Contains(m.Text, what) {
			n++
		}
	}
	return n
}

// answers: a command is answered to its caller alone, and what is for everybody
// stands in the channel once.
func (s suite) answers() {
	s.Type(s.T, "alice", "/probe say hello")
	s.seen("Answer 1: hello", s.private("alice"))
	s.seen("said 1: hello", s.public)
	if n := times(s.Private(s.T, "bob"), "hello") + times(s.public(), "Answer 1"); n > 0 {
		s.Errorf("the private answer was shown to others")
	}
	s.Type(s.T, "alice", "just talking")
	s.Type(s.T, "alice", "/porbe say x")
	s.seen("Did you mean", s.private("alice"))
}

// deliveredTwice: an event that the platform delivers again has no second
// effect, and the same answer.
func (s suite) deliveredTwice() {
	s.Type(s.T, "alice", "/probe say once")
	s.seen("Answer 1: once", s.private("alice"))
	s.Repeat(s.T, "alice")
	s.Type(s.T, "bob", "/probe say after")
	s.seen("Answer 2: after", s.private("bob"))
	s.seen("said 2: after", s.public)
	if n := times(s.public(), "once"); n != 1 {
		s.Errorf("the post stands %d times in the channel, want once", n)
	}
	if times(s.Private(s.T, "alice"), "Answer 2") > 0 {
		s.Error("the repeated event had an effect of its own")
	}
}

// slowly: an answer that takes longer than the platform's patience still comes.
func (s suite) slowly() {
	open := sync.OnceFunc(func() { close(s.probe.gate) })
	defer open() // whatever comes, so that what waits for it ends
	var typing sync.WaitGroup
	typing.Go(func() { s.Type(s.T, "alice", "/probe slow") })
	s.LosePatience(s.T)
	open()
	typing.Wait()
	s.seen("It took long.", s.private("alice"))
}

// tooLong: more than the platform takes arrives cut or in parts, and holds back
// nothing that comes after it.
func (s suite) tooLong() {
	s.Type(s.T, "alice", "/probe long 60000")
	s.seen("Long: word word", s.private("alice"))
	s.seen("Long: word word", s.public)
	s.Type(s.T, "alice", "/probe say next")
	s.seen("said 1: next", s.public)
}

// hostile: what a member typed pings nobody, formats nothing and moves no
// cursor; it reads as it was typed.
func (s suite) hostile() {
	for i, typed := range []string{
		"@everyone @here @channel @all", "**bold** _italic_ `code` [link](https://example.org) # title", "<@1234> <@&1> <#5> <!here>",
		"\x1b[31mred\x1b[0m", "nul\x00byte", "\u202Eright to left\u2066", "~~struck~~ ||hidden|| > quote", `C:\dir\*.txt`,
	} {
		number := fmt.Sprintf("said %d: ", i+1)
		s.Type(s.T, "alice", "/probe say "+typed)
		m := s.seen(number, s.public)
		if want := bot.Clean(typed); !strings.Contains(m.Text, want) {
			s.Errorf("typed %q, read %q", want, m.Text)
		}
		for _, who := range m.Pinged {
			if who != "alice" {
				s.Errorf("%q pinged %s", typed, who)
			}
		}
		if strings.ContainsAny(m.Text, "\x1b\x00\u202E\u2066") {
			s.Errorf("control characters reached the members: %q", m.Text)
		}
	}
}

// delivery is a message for the channel, or for another place.
func (s suite) delivery(key, channel, text string) bot.Delivery {
	return bot.Delivery{
		Key: key, Place: bot.Place{Platform: s.Platform(), Channel: channel},
		Message: bot.Message{Text: bot.Markup(text)},
	}
}

// sameKey: a message delivered twice under one key stands once.
func (s suite) sameKey() {
	d := s.delivery("post-suite-7", s.Channel(), "delivered twice")
	ctx := context.WithoutCancel(s.Context())
	first, err := s.Adapter().Deliver(ctx, d)
	if err != nil {
		s.Fatal(err)
	}
	again, err := s.Adapter().Deliver(ctx, d)
	if err != nil || again != first {
		s.Errorf("the second delivery gave %q, %v; want %q", again, err, first)
	}
	if _, err := s.Adapter().Deliver(ctx, s.delivery("post-suite-8", s.Channel(), "another")); err != nil {
		s.Fatal(err)
	}
	s.seen("another", s.public)
	if n := times(s.public(), "delivered twice"); n != 1 {
		s.Errorf("the message stands %d times, want once", n)
	}
}

// undeliverable: a place that cannot be posted to is told as such, and a
// message that is gone too.
func (s suite) undeliverable() {
	_, err := s.Adapter().Deliver(s.Context(), s.delivery("post-suite-9", s.Nowhere(), "lost"))
	if !errors.Is(err, bot.ErrUndeliverable) {
		s.Errorf("delivering nowhere gave %v, want ErrUndeliverable", err)
	}
	if times(s.public(), "lost") > 0 {
		s.Error("what was for elsewhere stands in the channel")
	}
}

// hang hangs the probe's card and returns it.
func (s suite) hang() Message {
	s.Type(s.T, "alice", "/probe card")
	m := s.seen("Pressed 0 times.", s.public)
	if !slices.Contains(m.Buttons, "Press") {
		s.Fatalf("the card has the buttons %q, want Press", m.Buttons)
	}
	return m
}

// redraw: a card is drawn again in its place, and answers those who press it.
func (s suite) redraw() {
	hung := s.hang()
	s.Click(s.T, "bob", hung, "Press")
	s.seen("Your press is number 1.", s.private("bob"))
	now := s.seen("Pressed 1 times.", s.public)
	if now.ID != hung.ID {
		s.Errorf("the card was redrawn as message %q, want %q", now.ID, hung.ID)
	}
	if n := times(s.public(), "Counter"); n != 1 {
		s.Errorf("%d cards hang, want one", n)
	}
	s.Click(s.T, "bob", now, "Press") // the redrawn button works too
	s.seen("Pressed 2 times.", s.public)
}

// crowd: every press of many members at a time counts once and is answered.
func (s suite) crowd() {
	const members = 32
	hung := s.hang()
	var presses sync.WaitGroup
	for i := range members {
		presses.Go(func() { s.Click(s.T, fmt.Sprintf("member%d", i), hung, "Press") })
	}
	presses.Wait()
	s.seen(fmt.Sprintf("Pressed %d times.", members), s.public)
	numbers := map[string]bool{}
	for i := range members {
		m := s.seen("Your press is number", s.private(fmt.Sprintf("member%d", i)))
		numbers[m.Text] = true
	}
	if len(numbers) != members {
		s.Errorf("%d members were told %d different numbers", members, len(numbers))
	}
}

// form: what is missing is asked for, what is wrong is asked again beside the
// reason, and what was right is kept.
func (s suite) form() {
	s.Type(s.T, "alice", "/probe ask")
	s.Until(s.T, "a form", func() bool { return slices.Equal(s.newestForm("alice"), []string{"title", "kind"}) })
	s.Fill(s.T, "alice", map[string]string{"title": strings.Repeat("long ", 5) + "title", "kind": "one"})
	s.seen("at most 20 fit", s.private("alice"))
	s.Fill(s.T, "alice", map[string]string{"title": "short **title**"})
	s.seen("Title short **title**, kind one.", s.private("alice"))
}

func (s suite) newestForm(who string) []string {
	messages := s.Private(s.T, who)
	for _, m := range slices.Backward(messages) {
		if len(m.Form) > 0 {
			return m.Form
		}
	}
	return nil
}
