package discordtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"greffier/adapters/adaptertest"
	"greffier/bot"
)

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
