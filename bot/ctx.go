package bot

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"greffier/config"
	"greffier/store"
)

// Ctx is what a handler works with: the transaction, the moment, the caller and
// the charter. What a handler does through it is kept only if the handler
// returns no error, and all of it together. A handler may run twice; it must
// take the time and randomness from here and keep nothing between runs.
type Ctx struct {
	store.Tx
	Now     time.Time
	Charter *config.Charter
	// Caller is who asked; the zero Member in jobs.
	Caller Member
	// Place is where they asked.
	Place Place
	// Call is what they asked; the zero Call in jobs.
	Call Call

	bot     *Bot
	account Account
	groups  []string
	// posted and scheduled say whom to wake once this is durable.
	posted, scheduled bool
}

// Random fills a new slice with n random bytes.
func (c *Ctx) Random(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(c.bot.random, b); err != nil {
		panic(store.Fault{Err: fmt.Errorf("bot: random source: %w", err)})
	}
	return b
}

// In reports whether the caller belongs to one of the groups. "everyone" is any
// member; jobs belong to none.
func (c *Ctx) In(groups ...string) bool {
	for _, g := range groups {
		if g == config.Everyone && c.Caller.ID != 0 || slices.Contains(c.groups, g) {
			return true
		}
	}
	return false
}

// May reports whether the caller has the right to run a command, leaving aside
// what they own.
func (c *Ctx) May(command string) bool {
	groups, ok := c.Charter.RightFor(command)
	return ok && c.In(groups...)
}

// Commands lists every command of the product, by name.
func (c *Ctx) Commands() []*Command {
	names := slices.Sorted(maps.Keys(c.bot.tree.commands))
	all := make([]*Command, len(names))
	for i, name := range names {
		all[i] = c.bot.tree.commands[name]
	}
	return all
}

// Itself runs what the clerk does by itself, as in a job, whoever's call set it
// off: it is recorded as nobody's doing, and the caller is told of it as others are.
func (c *Ctx) Itself(run func() error) error {
	caller, groups, call := c.Caller, c.groups, c.Call
	c.Caller, c.groups, c.Call = Member{}, nil, Call{}
	defer func() { c.Caller, c.groups, c.Call = caller, groups, call }()
	return run()
}

// Ask returns a reply that asks the caller to confirm the present call before
// what cannot be undone. Confirmed, the call comes back with the option "sure".
func (c *Ctx) Ask(question Text, label string) Reply {
	return Reply{Text: question, Buttons: []Button{{
		Label: T(label), Call: c.Call.With("sure", "yes"), Style: "danger",
	}}}
}

// Speaker says Texts in a member's language as plain words, for what is kept or
// exported in one language.
func (c *Ctx) Speaker(locale string) *Speaker {
	return c.bot.speaker(c.Tx, c.Charter, c.bot.catalog.locale(locale, c.Charter.Community.Locale), c.Place.Platform)
}

// Locale is the caller's language; the community's in jobs.
func (c *Ctx) Locale() string {
	return c.bot.catalog.locale(c.Caller.locale(c.account), c.Charter.Community.Locale)
}

// Register identifies this register among all others, for what must have a name
// that nobody else uses.
func (c *Ctx) Register() string { return c.bot.register }

// Public is the address at which the clerk is reached from outside, or empty.
func (c *Ctx) Public() string { return c.bot.public }

// LocaleOf is the language the clerk speaks to a member.
func (c *Ctx) LocaleOf(who MemberID) string {
	m, _ := c.Member(who)
	for a := range accountsOf(c.Tx, m) {
		return c.bot.catalog.locale(m.locale(a), c.Charter.Community.Locale)
	}
	return c.bot.catalog.locale(m.Locale, c.Charter.Community.Locale)
}

// Listener is a feature's ear for one type of signal.
type Listener struct {
	kind any
	run  func(*Ctx, any) error
}

// On makes a Listener for signals of type T.
func On[T any](run func(*Ctx, T) error) Listener {
	var zero T
	return Listener{kind: zero, run: func(c *Ctx, v any) error { return run(c, v.(T)) }}
}

// Signal tells every feature that listens for this type of signal, within the
// transaction. Features do not know each other: they know signals.
func (c *Ctx) Signal(signal any) error {
	for _, l := range c.bot.listeners[fmt.Sprintf("%T", signal)] {
		if err := l.run(c, signal); err != nil {
			return err
		}
	}
	return nil
}

// mustJSON encodes a value of our own types, which cannot fail.
func mustJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("bot: %T cannot be stored: %v", v, err))
	}
	return data
}
