package discordtest

import (
	"context"
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
