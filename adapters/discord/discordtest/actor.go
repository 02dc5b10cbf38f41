package discordtest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"greffier/adapters/adaptertest"
	"greffier/bot"
)

// actor is somebody on a stage, and what they were shown that does not stand on
// their screen for good.
type actor struct {
	*Member
	stage  *Stage
	locale string

	mu sync.Mutex
	// forms are those that were opened, past the messages that gave way to others.
	forms, past []adaptertest.Message
	opened      map[string]adaptertest.Message // form by the message whose button opens it
	passed      map[string]bool                // messages that only led on to the next step
	modal       *Modal                         // that stands open
	noted       *Modal                         // the last that is on the screen
	gone        map[string]string              // custom_id of a button that was there, by message and label
	last        *Interaction
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// shownName is the name that others see.
func (m *Member) shownName() string {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	if g := m.account.user.GlobalName; g != nil {
		return *g
	}
	return m.Name
}

// call gives somebody the name that others see.
func (m *Member) call(name string) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	m.account.user.GlobalName = &name
}

// done waits for the answer to what somebody did, and notes the form it is.
func (a *actor) done(t testing.TB, it *Interaction, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", a.Name, err)
		return
	}
	if it == nil {
		return
	}
	a.mu.Lock()
	a.last = it
	a.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
	defer cancel()
	if err := it.Settle(ctx); err != nil {
		t.Error(err)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if modal := it.Modal(); modal != nil {
		a.modal = modal
	}
}

// formOf is a form as it is read.
func (a *actor) formOf(modal *Modal) adaptertest.Message {
	m := adaptertest.Message{ID: modal.CustomID, Fields: map[string]adaptertest.Field{}}
	parts := []string{modal.Title}
	if strings.HasSuffix(modal.Title, "…") { // the whole stands below
		parts = nil
	}
	walk(modal.Components, func(c *Component) { parts = append(parts, c.Content) })
	m.Text = a.stage.asRead(strings.Join(parts, "\n"))
	for _, f := range modal.Fields() {
		m.Form = append(m.Form, f.CustomID)
		field := adaptertest.Field{Value: f.Value}
		for _, o := range f.Options {
			field.Choices = append(field.Choices, o.Label)
			if o.Default {
				field.Value = o.Value
			}
		}
		m.Fields[f.CustomID] = field
	}
	return m
}

// Type types a line. A command is filled in as the client has members do, where its
// words and values are ones that the client takes; else it is said to the clerk by
// name.
func (st *Stage) Type(t testing.TB, who, channel, line string) {
	t.Helper()
	a := st.actor(who, "en")
	direct := channel == ""
	if direct {
		channel = a.Direct()
	}
	const mention = "@greffier"
	switch {
	case len(line) > len(mention) && strings.EqualFold(line[:len(mention)], mention):
		line = strings.TrimSpace(line[len(mention):])
	case !strings.HasPrefix(line, "/"):
		if _, err := a.Say(channel, line); err != nil {
			t.Errorf("%s: %v", who, err)
		}
		return
	default:
		if words, args, ok := st.slash(line, a); ok {
			it, err := a.Slash(channel, words, args)
			if err == nil {
				a.done(t, it, nil)
				a.keepModal()
				return
			}
		}
	}
	text := line
	if !direct {
		text = "<@" + st.Server.AppID + "> " + line
	}
	if _, err := a.Say(channel, text); err != nil {
		t.Errorf("%s: %v", who, err)
	}
}

// slash finds the words and the options of a typed line in somebody's language;
// false when not all of it can be given so.
func (st *Stage) slash(line string, a *actor) (words string, args Args, ok bool) {
	call, ok := st.desk.Read(line)
	if !ok {
		return "", nil, false
	}
	specs, options := st.specs, []bot.OptionSpec(nil)
	var said []string
	for specs != nil {
		i := slices.IndexFunc(specs, func(s bot.Spec) bool { return s.Name == call.Command || strings.HasPrefix(call.Command, s.Name+" ") })
		if i < 0 {
			return "", nil, false
		}
		said, options = append(said, specs[i].Word[a.locale]), specs[i].Options
		if specs[i].Name == call.Command {
			break
		}
		specs = specs[i].Under
	}
	args = Args{}
	for name, value := range call.Args {
		i := slices.IndexFunc(options, func(o bot.OptionSpec) bool { return o.Name == name })
		if i < 0 || value == "" || strings.Contains(value, "\n") {
			return "", nil, false
		}
		given, ok := st.given(options[i], value, a.locale)
		if !ok {
			return "", nil, false
		}
		args[options[i].Word[a.locale]] = given
	}
	return strings.Join(said, " "), args, true
}

// given is a value as the client has it given.
func (st *Stage) given(o bot.OptionSpec, value, locale string) (any, bool) {
	switch {
	case o.Type == bot.TypeMember:
		st.mu.Lock()
		defer st.mu.Unlock()
		for _, who := range st.people { // as the client lists them
			if who.shownName() == strings.TrimPrefix(value, "@") {
				return who.Member, true
			}
		}
		return nil, false
	case o.Type == bot.TypeNumber:
		n, err := strconv.Atoi(strings.TrimLeft(value, "#"))
		return n, err == nil
	case o.Type == bot.TypeBool:
		return value == "yes", value == "yes" || value == "no"
	case len(o.Fixed) > 0:
		for _, c := range o.Fixed {
			if value == c.Value || bot.Fold(value) == bot.Fold(c.Labels[locale]) {
				return c.Value, true
			}
		}
		return nil, false
	}
	return value, true
}

// keepModal puts the form that stands open on the screen.
func (a *actor) keepModal() {
	a.mu.Lock()
	modal := a.modal
	fresh := modal != nil && modal != a.noted
	a.noted = modal
	a.mu.Unlock()
	if !fresh {
		return
	}
	form := a.formOf(modal)
	form.ID += fmt.Sprintf("%p", modal)
	a.mu.Lock()
	a.forms = append(a.forms, form)
	a.mu.Unlock()
}

// Click presses a button, or chooses it in the menu that holds it.
func (st *Stage) Click(t testing.TB, who string, on adaptertest.Message, label string) {
	t.Helper()
	a := st.actor(who, "en")
	msg := st.find(a, on.ID)
	if msg == nil {
		t.Errorf("%s does not see %q", who, on.Text)
		return
	}
	before := st.message(msg)
	var it *Interaction
	var err error
	a.mu.Lock()
	old := a.gone[on.ID+label]
	a.mu.Unlock()
	switch {
	case slices.Contains(msg.Buttons(), label):
		it, err = a.Press(msg, label)
	case old != "": // a client that still shows what was there
		it, err = a.PressID(msg, old)
	default:
		err = fmt.Errorf("no button %q on %q, which has %q", label, on.Text, before.Buttons)
		for _, menu := range msg.Menus() {
			if slices.ContainsFunc(menu.Options, func(o SelectOption) bool { return o.Label == label }) {
				it, err = a.Select(msg, menu.CustomID, label)
			}
		}
	}
	a.done(t, it, err)
	a.keepModal()
	if it == nil {
		return
	}
	if r := it.Response(); r != nil && r.ID == msg.ID {
		a.mu.Lock()
		a.past = append(a.past, before)
		if a.gone == nil {
			a.gone = map[string]string{}
		}
		walk(msg.Components, func(c *Component) {
			if c.Type == typeButton {
				a.gone[before.ID+c.shownLabel()] = c.CustomID
			}
		})
		a.mu.Unlock()
	}
}

// find is the message of a reference, as it stands now.
func (st *Stage) find(a *actor, ref string) *Message {
	channel, id, _ := strings.Cut(ref, "/")
	return a.Look(&Message{ID: id, ChannelID: channel})
}

// Fill sends the open form in, and the further steps of one that has several.
func (st *Stage) Fill(t testing.TB, who string, values map[string]string) {
	t.Helper()
	a := st.actor(who, "en")
	left := map[string]string{}
	for name, value := range values {
		left[name] = value
	}
	st.openForms(t, a)
	for {
		a.mu.Lock()
		modal := a.modal
		a.modal = nil
		a.mu.Unlock()
		if modal == nil {
			t.Errorf("%s was shown no form", who)
			return
		}
		mine := map[string]string{}
		for _, f := range modal.Fields() {
			if v, ok := left[f.CustomID]; ok {
				mine[f.CustomID] = v
				for _, o := range f.Options {
					if bot.Fold(o.Label) == bot.Fold(v) {
						mine[f.CustomID] = o.Label
					}
				}
				delete(left, f.CustomID)
			}
		}
		a.alter(modal, mine)
		it, err := a.Submit(modal, mine)
		a.done(t, it, err)
		if err != nil {
			return
		}
		// What is left belongs to the next step.
		msg := it.Response()
		next := st.say(a, "discord.continue")
		if msg == nil || !slices.Contains(msg.Buttons(), next) {
			return
		}
		a.mu.Lock()
		if a.passed == nil {
			a.passed = map[string]bool{}
		}
		a.passed[msg.ID] = true
		a.mu.Unlock()
		it, err = a.Press(msg, next)
		a.done(t, it, err)
	}
}

// alter gives menus the values that are to be chosen and that they do not have, as
// a client may that shows an older form, or that somebody wrote.
func (a *actor) alter(modal *Modal, values map[string]string) {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	walk(modal.Components, func(c *Component) { // a client that does not check
		if c.CustomID != "" && values[c.CustomID] == "" {
			no := false
			c.Required = &no
		}
	})
	for i := range modal.Components {
		c := modal.Components[i].Component
		if c == nil || !c.isSelect() || values[c.CustomID] == "" {
			continue
		}
		v := values[c.CustomID]
		if !slices.ContainsFunc(c.Options, func(o SelectOption) bool { return o.Label == v || o.Value == v }) {
			c.Options = append(c.Options, SelectOption{Label: v, Value: v})
		}
	}
}

func (st *Stage) say(a *actor, key string) string {
	return st.desk.Say(a.locale, bot.T(key)).For(bot.PlainDialect())
}

// openForms opens the forms that wait behind a button, as who is asked to does.
func (st *Stage) openForms(t testing.TB, a *actor) {
	for _, m := range a.Private() {
		for _, key := range []string{"discord.correct", "discord.fill-in"} {
			label := st.say(a, key)
			a.mu.Lock()
			_, done := a.opened[m.ID]
			passed := a.passed[m.ID]
			a.mu.Unlock()
			if done || passed || !slices.Contains(m.Buttons(), label) {
				continue
			}
			it, err := a.Press(m, label)
			a.done(t, it, err)
			a.mu.Lock()
			modal := a.modal
			a.mu.Unlock()
			if modal == nil {
				continue
			}
			form := a.formOf(modal)
			form.ID, form.Text = m.ID, strings.Replace(st.message(m).Text, "**", "", 2) // the marks of its title
			a.mu.Lock()
			if a.opened == nil {
				a.opened = map[string]adaptertest.Message{}
			}
			a.opened[m.ID], a.noted = form, modal
			a.mu.Unlock()
		}
	}
}

// Private is what somebody was shown alone.
func (st *Stage) Private(t testing.TB, who string) []adaptertest.Message {
	t.Helper()
	a := st.actor(who, "en")
	st.openForms(t, a)
	a.mu.Lock()
	defer a.mu.Unlock()
	all := append(slices.Clone(a.past), a.forms...)
	for _, m := range a.Private() {
		switch form, isForm := a.opened[m.ID]; {
		case a.passed[m.ID]:
		case isForm:
			all = append(all, form)
		case m.Content == st.say(a, "discord.done"), slices.Contains(m.Buttons(), st.say(a, "discord.continue")):
		default:
			all = append(all, st.message(m))
		}
	}
	return all
}

// Repeat has the last thing that somebody did delivered once more.
func (st *Stage) Repeat(t testing.TB, who string) {
	t.Helper()
	a := st.actor(who, "en")
	a.mu.Lock()
	it := a.last
	a.mu.Unlock()
	if it == nil || !it.Redeliver() {
		t.Errorf("nothing of %s to deliver again", who)
	}
}
