package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"greffier/bot"
)

// interaction is a command, a press, a form or an option being typed, as far as it
// concerns us. Every pointer may be missing.
type interaction struct {
	ID      string      `json:"id"`
	Type    int         `json:"type"`
	Token   string      `json:"token"`
	Guild   string      `json:"guild_id"`
	Channel string      `json:"channel_id"`
	Locale  string      `json:"locale"`
	Member  *memberData `json:"member"`
	User    *userData   `json:"user"`
	Data    struct {
		Name       string       `json:"name"`
		Options    []dataOption `json:"options"`
		CustomID   string       `json:"custom_id"`
		Values     []string     `json:"values"`
		Components []submitted  `json:"components"`
		Resolved   struct {
			Users   map[string]*userData   `json:"users"`
			Members map[string]*memberData `json:"members"`
		} `json:"resolved"`
	} `json:"data"`
	// received is when it came.
	received time.Time
	// leave ends its turn, where that had come at once; it is nil once that was called.
	leave func()
	// turn takes what is to be done when its turn has come, where that is later. It is
	// nil for what waits for nothing.
	turn chan func()
}

// dataOption is an option as it was given, or a subcommand with its own.
type dataOption struct {
	Name    string                                 `json:"name"`
	Type    discordgo.ApplicationCommandOptionType `json:"type"`
	Value   json.RawMessage                        `json:"value"`
	Options []dataOption                           `json:"options"`
	Focused bool                                   `json:"focused"`
}

// submitted is a part of a form that was sent.
type submitted struct {
	CustomID   string      `json:"custom_id"`
	Value      string      `json:"value"`
	Values     []string    `json:"values"`
	Component  *submitted  `json:"component"`
	Components []submitted `json:"components"`
}

// who is the account behind an interaction; false when it names nobody.
func (in *interaction) who() (userData, bool) {
	switch {
	case in.Member != nil && in.Member.User != nil && in.Member.User.ID != "":
		return *in.Member.User, true
	case in.User != nil && in.User.ID != "":
		return *in.User, true
	}
	return userData{}, false
}

// caller is the account as the core wants it. In direct messages Discord does not
// say which roles somebody has; what was last said then holds.
func (a *Adapter) caller(in *interaction) bot.Account {
	u, _ := in.who()
	account := bot.Account{Platform: Platform, ID: u.ID, Name: u.name(), Locale: in.Locale}
	if in.Member != nil && in.Guild != "" {
		account.Name = in.Member.name(u)
		account.Marks = a.people.marks(a, in.Guild, u.ID, in.Member.Roles)
	}
	return account
}

func (a *Adapter) place(in *interaction) bot.Place {
	if in.Guild == "" {
		return bot.Place{Platform: Platform, Direct: true}
	}
	return bot.Place{Platform: Platform, Channel: a.places.as(in.Channel)}
}

// queued has what one member does reach the core in the order in which it came:
// after a silence Discord delivers all at once, and the last press is the one that
// is meant. It must be called in that order. What is being typed waits for nothing.
func (a *Adapter) queued(in *interaction) {
	u, ok := in.who()
	if !ok || discordgo.InteractionType(in.Type) == discordgo.InteractionApplicationCommandAutocomplete {
		return
	}
	if leave, free := a.calls.Enter(u.ID); free {
		in.leave = leave
		return
	}
	in.turn = make(chan func(), 1)
	a.calls.Add(u.ID, func() {
		if run := <-in.turn; run != nil {
			run()
		}
	})
}

// pass lets the next one have its turn, also when this one had no use for its own.
func (in *interaction) pass() {
	if in.leave != nil {
		in.leave()
		in.leave = nil
	}
	if in.turn != nil {
		close(in.turn)
	}
}

// interacted handles one interaction from beginning to end.
func (a *Adapter) interacted(ctx context.Context, in *interaction) {
	if _, ok := in.who(); !ok || in.ID == "" || in.Token == "" || !a.handled.add(in.ID) || !a.serves(in.Guild) {
		return
	}
	switch discordgo.InteractionType(in.Type) {
	case discordgo.InteractionApplicationCommand:
		a.commanded(ctx, in)
	case discordgo.InteractionApplicationCommandAutocomplete:
		a.completed(ctx, in)
	case discordgo.InteractionMessageComponent:
		a.pressed(ctx, in)
	case discordgo.InteractionModalSubmit:
		a.submitted(ctx, in)
	}
}

// commanded handles a command.
func (a *Adapter) commanded(ctx context.Context, in *interaction) {
	call, _ := in.call()
	a.meetNamed(ctx, in)
	a.take(ctx, in, call, false)
}

// call reads a command and its options, and which one is being typed.
func (in *interaction) call() (call bot.Call, focused *dataOption) {
	call = bot.Call{Command: in.Data.Name, Args: map[string]string{}}
	options := in.Data.Options
	for len(options) == 1 && (options[0].Type == discordgo.ApplicationCommandOptionSubCommand || options[0].Type == discordgo.ApplicationCommandOptionSubCommandGroup) {
		call.Command += " " + options[0].Name
		options = options[0].Options
	}
	for i := range options {
		call.Args[options[i].Name] = options[i].text()
		if options[i].Focused {
			focused = &options[i]
		}
	}
	return call, focused
}

// text is a value as the core reads it.
func (o *dataOption) text() string {
	var v any
	if json.Unmarshal(o.Value, &v) != nil {
		return ""
	}
	switch v := v.(type) {
	case string:
		if o.Type == discordgo.ApplicationCommandOptionUser {
			return Platform + ":" + v
		}
		return v
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// meetNamed tells the core who those are that a command names, should it not have
// met them yet.
func (a *Adapter) meetNamed(ctx context.Context, in *interaction) {
	for id, u := range in.Data.Resolved.Users {
		if u == nil || u.Bot {
			continue
		}
		account := bot.Account{Platform: Platform, ID: id, Name: u.name()}
		if m := in.Data.Resolved.Members[id]; m != nil {
			account.Name = m.name(*u)
			account.Marks = a.people.marks(a, in.Guild, id, m.Roles)
		}
		a.desk.Handle(ctx, bot.Event{Kind: bot.Seen, Caller: account})
	}
}

// completed offers values for the option that is being typed.
func (a *Adapter) completed(ctx context.Context, in *interaction) {
	choices := []appChoice{}
	call, focused := in.call()
	if focused != nil {
		typed := focused.text()
		delete(call.Args, focused.Name)
		ev := bot.Event{Kind: bot.Called, Caller: a.caller(in), Place: a.place(in), Call: &call}
		for _, c := range a.desk.Suggest(ctx, ev, focused.Name, typed) {
			choice := appChoice{Name: orBlank(bot.Shorten(c.Label, maxChoice)), Value: c.Value}
			if focused.Type == discordgo.ApplicationCommandOptionInteger {
				n, err := strconv.Atoi(c.Value)
				if err != nil {
					continue
				}
				choice.Value = n
			} else if bot.Length(c.Value) > maxChoice {
				continue
			}
			if choices = append(choices, choice); len(choices) == maxChoices {
				break
			}
		}
	}
	_ = a.callback(ctx, in, response{Type: int(discordgo.InteractionApplicationCommandAutocompleteResult), Data: map[string]any{"choices": choices}})
}

// pressed handles a button or a choice in a menu.
func (a *Adapter) pressed(ctx context.Context, in *interaction) {
	use, payload, err := a.signer.open(in.Data.CustomID)
	if err == nil && use == useMenu && len(in.Data.Values) == 1 {
		use, payload, err = a.signer.open(in.Data.Values[0])
	}
	switch {
	case err == nil && use == useOpen:
		a.reopen(ctx, in, payload)
		return
	case err == nil && use == useSend:
		a.sendKept(ctx, in, payload)
		return
	}
	if err != nil || use != useButton && use != usePage {
		a.forged(ctx, in, errForged)
		return
	}
	call, err := a.signer.callOf(ctx, payload)
	if err != nil {
		a.forged(ctx, in, err)
		return
	}
	a.take(ctx, in, call, use == usePage)
}

// forged turns away a press or a form that was not signed here, or of which the
// register has nothing any more.
func (a *Adapter) forged(ctx context.Context, in *interaction, err error) {
	key := "discord.old"
	if err == errForged { //nolint:errorlint // never wrapped
		key = "discord.forged"
		a.metrics.forged.Inc()
		a.log.Warn("a button or a form was refused: it was not signed here")
	}
	locale := a.desk.Locale(ctx, a.caller(in))
	t := &turn{in: in}
	a.reply(ctx, t, bot.Answer{Locale: locale, Message: bot.Message{Text: a.said(locale, key)}})
}

// patience is after what time an answer not ready is announced: Discord waits for
// three seconds, from when it sent the event.
const patience = 1500 * time.Millisecond

// take hands a call to the core and answers it, announcing the answer first when
// it is long in coming. page says that it takes the place of the message pressed.
func (a *Adapter) take(ctx context.Context, in *interaction, call bot.Call, page bool) {
	ev := bot.Event{ID: "dc-" + in.ID, Kind: bot.Called, Caller: a.caller(in), Place: a.place(in), Call: &call}
	t := &turn{in: in, page: page, command: call.Command}
	if in.leave != nil {
		a.reply(ctx, t, a.handleNow(ctx, t, ev))
		return
	}
	done := make(chan bot.Answer, 1)
	in.turn <- func() {
		defer a.survive("a call", func() { done <- bot.Answer{} })
		done <- a.desk.Handle(ctx, ev)
	}
	timer := time.NewTimer(a.patienceLeft(in))
	defer timer.Stop()
	select {
	case answer := <-done:
		a.reply(ctx, t, answer)
		return
	case <-timer.C:
	}
	a.metrics.late.WithLabelValues(lateDeferred).Inc()
	a.announce(ctx, t)
	a.reply(ctx, t, <-done)
}

// handleNow hands a call whose turn it is to the core on this goroutine, and lets the
// next have its turn. An announcement that was begun has ended when it returns.
func (a *Adapter) handleNow(ctx context.Context, t *turn, ev bot.Event) (answer bot.Answer) {
	var announcing sync.Mutex
	answered := false
	timer := time.AfterFunc(a.patienceLeft(t.in), func() {
		announcing.Lock()
		defer announcing.Unlock()
		if !answered {
			a.metrics.late.WithLabelValues(lateDeferred).Inc()
			a.announce(ctx, t)
		}
	})
	defer func() {
		t.in.pass()
		timer.Stop()
		announcing.Lock()
		answered = true
		announcing.Unlock()
	}()
	defer a.survive("a call", func() { answer = bot.Answer{} })
	return a.desk.Handle(ctx, ev)
}

// patienceLeft is after what time from now an answer is announced.
func (a *Adapter) patienceLeft(in *interaction) time.Duration {
	return patience - min(a.clock.Now().Sub(in.received), patience)
}

// survive keeps a fault in one event from ending the others.
func (a *Adapter) survive(what string, then func()) {
	if r := recover(); r != nil {
		a.log.Error("handling "+what+" failed", "panic", fmt.Sprint(r))
		then()
	}
}

// fields reads what was filled in, by field.
func (in *interaction) fields() map[string]string {
	values := map[string]string{}
	var walk func(parts []submitted)
	walk = func(parts []submitted) {
		for _, p := range parts {
			if p.CustomID != "" {
				value := p.Value
				if value == "" {
					value = strings.Join(p.Values, ", ")
				}
				values[p.CustomID] = value
			}
			if p.Component != nil {
				walk([]submitted{*p.Component})
			}
			walk(p.Components)
		}
	}
	walk(in.Data.Components)
	return values
}
