package bot

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"greffier/config"
	"greffier/store"
)

// Handle takes an event down the one path and returns what to tell the caller.
// It blocks until what happened is durable. It never fails: whatever goes wrong
// becomes a sentence in the caller's language.
func (b *Bot) Handle(ctx context.Context, ev Event) Answer {
	watch := startWatch()
	b.metrics.events.Inc()
	defer func() { b.metrics.seconds.Observe(watch.elapsed().Seconds()) }()
	var out outcome
	if ev.Caller.ID == "" || ev.Caller.Platform == "" {
		return Answer{}
	}
	call, err := b.readCall(ev)
	if err == nil {
		out, err = b.perform(ctx, ev, call)
	}
	return b.answer(ctx, ev, out, err)
}

// readCall gives the call of an event, parsing the line that was typed.
func (b *Bot) readCall(ev Event) (Call, error) {
	switch {
	case ev.Kind != Called:
		return Call{}, nil
	case ev.Call != nil:
		return *ev.Call, nil
	}
	return b.tree.parse(b.Charter(), ev.Line, b.extraNames)
}

// extraField is a field that the charter may add to a command: its name, and the
// words by which forms call it in each language.
type extraField struct {
	name  string
	words []string
}

// extraNames lists every field that the charter may add to a command.
func (b *Bot) extraNames(cmd *Command) []extraField {
	if cmd.Asks == nil {
		return nil
	}
	c := &Ctx{Charter: b.Charter(), bot: b}
	var all []extraField
	for _, f := range cmd.Asks(c, nil) {
		all = append(all, extraField{f.Name, c.labelWords(f)})
	}
	return all
}

// labelWords is how a typed line can name a field by its label, in each language.
func (c *Ctx) labelWords(f Field) []string {
	words := c.readings(f.Label)
	for i, label := range words {
		words[i] = strings.ReplaceAll(label, " ", "-")
	}
	return words
}

// outcome is what a run through the path left: a reply and whose language to
// say it in.
type outcome struct {
	reply  Reply
	locale string
	// posted and scheduled say whom to wake.
	posted, scheduled bool
}

// perform runs the event in one transaction. Commands that only read run on a
// snapshot, once the register knows the caller.
func (b *Bot) perform(ctx context.Context, ev Event, call Call) (out outcome, err error) {
	cmd := b.tree.commands[call.Command]
	if ev.Kind == Called && cmd == nil {
		return out, Refuse("parse.unknown", "word", brief(call.Command))
	}
	if ev.Kind == Seen {
		known := false
		err = b.store.View(ctx, func(tx store.Tx) error {
			known = b.knows(tx, ev.Caller)
			return nil
		})
		if known || err != nil {
			return out, err
		}
	}
	if cmd != nil && cmd.Reads {
		known := false
		err = b.store.View(ctx, func(tx store.Tx) error {
			known = b.knows(tx, ev.Caller)
			if !known {
				return nil
			}
			out, err = b.through(readOnly{tx}, ev, cmd, call)
			return err
		})
		if known || err != nil {
			return out, err
		}
	}
	err = b.store.Update(ctx, func(tx store.Tx) error {
		var err error
		out, err = b.through(tx, ev, cmd, call)
		return err
	})
	if out.posted {
		b.wake()
	}
	if out.scheduled {
		b.nudge(b.jobsChanged)
	}
	return out, err
}

// readOnly marks the transaction of a command that only reads.
type readOnly struct{ store.Tx }

// knows reports whether the register already has all an account's event says.
func (b *Bot) knows(tx store.Tx, a Account) bool {
	r, ok := accounts.Get(tx, store.K(a.Platform, a.ID))
	fresh := r
	if a.Name != "" {
		fresh.Name = oneLine(a.Name)
	}
	if a.Locale != "" {
		fresh.Locale = a.Locale
	}
	if a.Marks != nil {
		fresh.Marks = a.Marks
	}
	return ok && !r.Gone && fresh.same(r)
}

// through is the one path, inside its transaction: seen before? who calls? may
// they? is anything missing? — then the handler.
func (b *Bot) through(tx store.Tx, ev Event, cmd *Command, call Call) (outcome, error) {
	c := b.context(tx, ev, b.clock.Now())
	c.Call = call
	_, reads := tx.(readOnly)
	if !reads {
		if saved, ok := b.seen.before(tx, ev.ID); ok {
			return outcome{reply: saved, locale: b.catalog.locale(ev.Caller.Locale, c.Charter.Community.Locale)}, nil
		}
	}
	if err := b.identify(c, ev); err != nil {
		return outcome{}, err
	}
	out := outcome{locale: c.Locale()}
	reply, err := b.act(c, ev, cmd, call)
	if err != nil {
		return out, err
	}
	if !c.Caller.Erased { // whose language is forgotten, and who is told so in it
		out.locale = c.Locale() // the caller may just have chosen another
	}
	out.reply, out.posted, out.scheduled = reply, c.posted, c.scheduled
	if !reads && (cmd == nil || !cmd.Reads) && reply.Form == nil {
		b.seen.remember(tx, ev.ID, c.Caller, reply)
	}
	return out, nil
}

// identify finds or makes the member behind the event, and their groups.
func (b *Bot) identify(c *Ctx, ev Event) error {
	if r, ok := c.Tx.(readOnly); ok {
		c.Tx = r.Tx
		known, _ := accounts.Get(c.Tx, store.K(ev.Caller.Platform, ev.Caller.ID))
		c.Caller, _ = c.Member(known.Member)
		c.account = Account{ev.Caller.Platform, ev.Caller.ID, known.Name, known.Locale, known.Marks}
	} else {
		c.Caller, c.account, _ = meet(c.Tx, ev.Caller, c.Now)
	}
	if c.Caller.ID == 0 {
		return fmt.Errorf("bot: account %s:%s belongs to no member", ev.Caller.Platform, ev.Caller.ID)
	}
	c.groups = b.groupsOf(c.Tx, c.Charter, c.Caller, c.account)
	return nil
}

// act does what the event asks.
func (b *Bot) act(c *Ctx, ev Event, cmd *Command, call Call) (Reply, error) {
	switch ev.Kind {
	case Joined:
		return Reply{}, b.joined(c)
	case Left:
		return Reply{}, b.left(c)
	case Seen:
		return Reply{}, nil
	}
	if !b.allowed(c, cmd, call) {
		return Reply{}, b.forbidden(c, cmd)
	}
	if c.missing(cmd, call.Args) {
		var wrong argErrors
		if call.Form {
			wrong = c.blanks(cmd, call)
		}
		return Reply{Form: c.form(cmd, call, wrong)}, nil
	}
	reply, err := cmd.run(c, call.Args)
	var wrong argErrors
	if call.Form && errors.As(err, &wrong) {
		return Reply{Form: c.form(cmd, call, wrong)}, nil
	}
	return reply, err
}

// blanks says of each required field of a form that was left empty so.
func (c *Ctx) blanks(cmd *Command, call Call) argErrors {
	var wrong argErrors
	for _, f := range c.form(cmd, call, nil).Asks {
		if f.Required && Clean(call.Args[f.Name]) == "" {
			wrong = append(wrong, &argError{f.Name, T("bind.required")})
		}
	}
	return wrong
}

// allowed answers whether the caller may run the command. What the charter does
// not allow is forbidden.
func (b *Bot) allowed(c *Ctx, cmd *Command, call Call) bool {
	if cmd.Free || c.May(cmd.Name) {
		return true
	}
	groups, _ := c.Charter.RightFor(cmd.Name)
	for _, g := range groups {
		if g == config.Author && cmd.Owner != nil {
			owner, ok := cmd.Owner(c, call.Args)
			return ok && owner == c.Caller.ID
		}
	}
	return false
}

// forbidden says no, and who may.
func (b *Bot) forbidden(c *Ctx, cmd *Command) error {
	groups, _ := c.Charter.RightFor(cmd.Name)
	if len(groups) == 0 {
		return Refuse("dispatch.nobody", "command", commandText(cmd.Name))
	}
	names := make([]Text, len(groups))
	for i, g := range groups {
		names[i] = c.GroupName(g)
	}
	return Refuse("dispatch.forbidden", "command", commandText(cmd.Name), "groups", names)
}

// answer says the outcome to the caller.
func (b *Bot) answer(ctx context.Context, ev Event, out outcome, err error) Answer {
	if out.locale == "" {
		out.locale = b.localeOf(ctx, ev.Caller)
	}
	a := Answer{Locale: out.locale}
	reply := out.reply
	if err != nil {
		a.Refused = true
		b.metrics.refused.Inc()
		reply = Reply{Text: b.explain(ev, err)}
	}
	if reply.isZero() {
		return a
	}
	draw := func(s *Speaker) {
		a.Text, a.Buttons, a.Files = s.Say(reply.Text), s.buttons(reply.Buttons), reply.Files
		if reply.Card != nil {
			a.Card = s.card(*reply.Card)
			a.Buttons = append(s.buttons(reply.Card.Buttons), a.Buttons...)
		}
		if reply.Form != nil {
			a.Form = s.form(*reply.Form)
		}
	}
	// Most answers name nobody and need no look into the register.
	nameless, named := b.speaker(noTx{}, b.Charter(), out.locale, ev.Caller.Platform), false
	nameless.person = func(MemberID) (Account, bool) { named = true; return Account{}, false }
	draw(nameless)
	if !named {
		return a
	}
	err = b.store.View(ctx, func(tx store.Tx) error {
		draw(b.speaker(tx, b.Charter(), out.locale, ev.Caller.Platform))
		return nil
	})
	if err != nil {
		b.log.Error("answer drawn without names", "error", err)
	}
	return a
}

// localeOf is the language of an account, as far as the register knows it.
func (b *Bot) localeOf(ctx context.Context, a Account) string {
	locale := a.Locale
	_ = b.store.View(ctx, func(tx store.Tx) error {
		if r, ok := accounts.Get(tx, store.K(a.Platform, a.ID)); ok {
			m, _ := members.Get(tx, store.K(uint64(r.Member)))
			if a.Locale == "" {
				a.Locale = r.Locale
			}
			locale = m.locale(a)
		}
		return nil
	})
	return b.catalog.locale(locale, b.Charter().Community.Locale)
}

func (r Reply) isZero() bool {
	return r.Text.IsZero() && r.Card == nil && r.Form == nil && len(r.Buttons) == 0 && len(r.Files) == 0
}

// explain turns an error into a sentence. What nobody expected gets a reference,
// under which the log has the cause.
func (b *Bot) explain(ev Event, err error) Text {
	if text, ok := refused(err); ok {
		return text
	}
	switch {
	case errors.Is(err, store.ErrFull):
		b.log.Error("disk full", "error", err)
		return T("dispatch.disk-full")
	case errors.Is(err, store.ErrUnknown):
		b.log.Error("write of unknown fate", "error", err)
		return T("dispatch.unknown-write")
	case errors.Is(err, store.ErrClosed), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return T("dispatch.stopping")
	}
	ref := make([]byte, 4)
	if _, readErr := io.ReadFull(b.random, ref); readErr != nil {
		b.log.Error("random source", "error", readErr)
	}
	reference := strings.ToUpper(hex.EncodeToString(ref))
	b.metrics.failed.Inc()
	b.log.Error("unexpected error", "reference", reference, "event", ev.ID, "platform", ev.Caller.Platform, "error", err)
	if errors.Is(err, store.ErrDamaged) {
		return T("dispatch.damaged", "reference", reference)
	}
	return T("dispatch.unexpected", "reference", reference)
}
