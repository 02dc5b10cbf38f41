// Package console is the clerk without a chat platform: a grammar of lines that
// say who does what, a driver that plays them (script.go), and a chat for one
// person at a terminal (terminal.go). `greffier try` and the conversations that
// are our tests both stand on it.
package console

import (
	"context"
	"embed"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"greffier/bot"
)

// Platform is the adapter's name in charters and accounts.
const Platform = "console"

//go:embed locale/*.yaml
var locale embed.FS

// Feature brings the sentences that the console itself says.
func Feature() bot.Feature { return bot.Feature{Name: Platform, Locale: locale} }

// kept is how many of the last messages the console remembers, to recognise one
// that is delivered again and one that is redrawn without a change.
const kept = 4096

// Console implements bot.Adapter. What it is given to deliver waits until a
// Session shows it. Its methods may be called concurrently.
type Console struct {
	mu      sync.Mutex
	waiting []Shown
	known   map[string]bot.Message // reference → what stands there now
	order   []string               // references, oldest first
	closed  map[string]bool        // people ("@" before them) and channels that cannot be written to
}

// New makes a console on which nothing was said yet.
func New() *Console { return &Console{known: map[string]bot.Message{}, closed: map[string]bool{}} }

var _ bot.Adapter = (*Console)(nil)

// Shown is a message on its way to a reader.
type Shown struct {
	// To is the person who alone sees it; Channel is where everybody does.
	To      bot.Account
	Channel string
	bot.Message
	// Form comes with an answer.
	Form *bot.FormView
	// Again marks a card that is drawn again where it already hangs.
	Again  bool
	Locale string

	// ref is the message's reference, turn its place among others.
	ref  string
	turn uint64
}

// Run has nothing to receive by itself: a Session hands over what people do. It
// returns when ctx ends.
func (c *Console) Run(ctx context.Context, _ *bot.Bot) error {
	<-ctx.Done()
	return nil
}

// Deliver takes a message to show. It never blocks. A message without a place
// or a person is undeliverable.
func (c *Console) Deliver(_ context.Context, d bot.Delivery) (string, error) {
	s := Shown{Message: d.Message, Channel: d.Place.Channel, turn: turn(d), Again: d.Replace != ""}
	if d.Place.Direct {
		s.To, s.Channel = d.To, ""
	}
	if s.To.ID == "" && s.Channel == "" {
		return "", bot.ErrUndeliverable
	}
	ref := d.Key
	if s.Again {
		ref = d.Replace
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed[s.Channel] || c.closed["@"+s.To.ID] {
		return "", bot.ErrUndeliverable
	}
	if old, ok := c.known[ref]; ok && (!s.Again || reflect.DeepEqual(old, d.Message)) {
		return ref, nil
	}
	s.ref = ref
	c.remember(ref, d.Message)
	c.waiting = append(c.waiting, s)
	return ref, nil
}

// shut makes a channel, and whoever has its name, refuse what is delivered, or
// accept it again.
func (c *Console) shut(channel, who string, closed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed[channel], c.closed["@"+who] = closed, closed
}

func (c *Console) remember(ref string, m bot.Message) {
	if _, ok := c.known[ref]; !ok {
		c.order = append(c.order, ref)
	}
	c.known[ref] = m
	if len(c.order) > kept {
		delete(c.known, c.order[0])
		c.order = slices.Delete(c.order, 0, 1)
	}
}

// turn is the number of a post in the outbox, by which posts that were delivered
// side by side are put in order again; redrawn cards come after them.
func turn(d bot.Delivery) uint64 {
	n, err := strconv.ParseUint(d.Key[strings.LastIndexByte(d.Key, '-')+1:], 10, 64)
	if err != nil || d.Replace != "" {
		return math.MaxUint64
	}
	return n
}

// take hands over what was delivered since the last time, in order.
func (c *Console) take() []Shown {
	c.mu.Lock()
	defer c.mu.Unlock()
	taken := c.waiting
	c.waiting = nil
	slices.SortStableFunc(taken, func(a, b Shown) int {
		switch {
		case a.turn < b.turn:
			return -1
		case a.turn > b.turn:
			return 1
		}
		return 0
	})
	return taken
}
