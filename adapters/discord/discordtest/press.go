package discordtest

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// Press presses the button of a message by its label, as the message stands now.
func (m *Member) Press(msg *Message, label string) (*Interaction, error) {
	return m.press(msg, func(c *Component) bool { return c.shownLabel() == label }, label)
}

// PressID presses a button by its custom_id, also one that the message no longer has,
// as a client may that shows an older state.
func (m *Member) PressID(msg *Message, customID string) (*Interaction, error) {
	it, err := m.press(msg, func(c *Component) bool { return c.CustomID == customID }, customID)
	if err == nil {
		return it, nil
	}
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	now, err := m.see(msg)
	if err != nil {
		return nil, err
	}
	return m.use(now, &Component{Type: typeButton, CustomID: customID}, nil, nil), nil
}

func (m *Member) press(msg *Message, match func(*Component) bool, what string) (*Interaction, error) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	now, err := m.see(msg)
	if err != nil {
		return nil, err
	}
	var found *Component
	walk(now.Components, func(c *Component) {
		if found == nil && c.Type == typeButton && match(c) {
			found = c
		}
	})
	switch {
	case found == nil:
		return nil, fmt.Errorf("no button %q on %q; it has %q", what, now.Text(), now.Buttons())
	case found.Disabled:
		return nil, fmt.Errorf("the button %q is disabled", what)
	case found.Style == buttonLink:
		return nil, fmt.Errorf("the button %q is a link", what)
	}
	return m.use(now, found, nil, nil), nil
}

// Select chooses values of a menu, found by its placeholder or custom_id, the only one
// when menu is empty. Options are given by their labels or values; users, roles and
// channels by their identifiers.
func (m *Member) Select(msg *Message, menu string, values ...string) (*Interaction, error) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	now, err := m.see(msg)
	if err != nil {
		return nil, err
	}
	var found *Component
	walk(now.Components, func(c *Component) {
		if found == nil && c.isSelect() && (menu == "" || c.Placeholder == menu || c.CustomID == menu) {
			found = c
		}
	})
	if found == nil || found.Disabled {
		return nil, fmt.Errorf("no menu %q on %q", menu, now.Text())
	}
	chosen, err := found.choose(values)
	if err != nil {
		return nil, err
	}
	resolved, err := m.resolve(now.channel, found.Type, chosen)
	if err != nil {
		return nil, err
	}
	return m.use(now, found, chosen, resolved), nil
}

// choose turns labels into values and checks how many there are.
func (c *Component) choose(values []string) ([]string, error) {
	least, most := 1, 1
	if c.MinValues != nil {
		least = *c.MinValues
	}
	if c.MaxValues != nil {
		most = *c.MaxValues
	}
	if len(values) < least || len(values) > most {
		return nil, fmt.Errorf("%d chosen of the menu %q, which takes %d to %d", len(values), c.CustomID, least, most)
	}
	if c.Type != typeStringSelect {
		return values, nil
	}
	chosen := []string{}
	for _, v := range values {
		i := slices.IndexFunc(c.Options, func(o SelectOption) bool { return o.Label == v || o.Value == v })
		if i < 0 {
			return nil, fmt.Errorf("the menu %q has no option %q", c.CustomID, v)
		}
		chosen = append(chosen, c.Options[i].Value)
	}
	return chosen, nil
}

// resolve gathers what identifiers in a menu stand for.
func (m *Member) resolve(c *Channel, kind int, ids []string) (obj, error) {
	if kind == typeStringSelect || kind == typeTextInput {
		return nil, nil
	}
	r := resolved{g: c.guild, s: m.s}
	for _, id := range ids {
		ok := false
		switch kind {
		case typeUserSelect:
			ok = r.user(id)
		case typeRoleSelect:
			ok = r.role(id)
		case typeMentionable:
			ok = r.user(id) || r.role(id)
		case typeChannelSelect:
			ok = r.channel(id)
		}
		if !ok {
			return nil, fmt.Errorf("there is no %q to choose", id)
		}
	}
	return r.object(), nil
}

// use sends that a component was used.
func (m *Member) use(msg *Message, c *Component, values []string, resolved obj) *Interaction {
	it := m.newInteraction(kindComponent, msg.channel)
	it.source = msg
	data := obj{"component_type": c.Type, "custom_id": c.CustomID, "id": c.ID}
	if c.isSelect() {
		data["values"] = values
	}
	if resolved != nil {
		data["resolved"] = resolved
	}
	it.send(data)
	return it
}

// Submit sends in a form. Values are given by the labels or the custom_ids of its
// fields; fields that are not given keep what they held. The client refuses what is
// required and missing, or too short or long.
func (m *Member) Submit(modal *Modal, values map[string]string) (*Interaction, error) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	i := slices.Index(m.account.modals, modal)
	if i < 0 {
		return nil, fmt.Errorf("%s is not shown the form %q", m.Name, modal.Title)
	}
	sent, used := []obj{}, 0
	for _, c := range modal.Components {
		o := obj{"type": c.Type, "id": c.ID}
		switch c.Type {
		case typeLabel:
			field, n, err := m.fillField(modal, Field{*c.Component, c.Label}, values)
			if err != nil {
				return nil, err
			}
			o["component"], used = field, used+n
		case typeActionRow:
			field, n, err := m.fillField(modal, Field{c.Components[0], c.Components[0].Label}, values)
			if err != nil {
				return nil, err
			}
			o["components"], used = []obj{field}, used+n
		}
		sent = append(sent, o)
	}
	if used < len(values) {
		return nil, fmt.Errorf("the form %q has not all of the fields %v", modal.Title, values)
	}
	m.account.modals = slices.Delete(m.account.modals, i, i+1)
	it := m.newInteraction(kindModal, modal.from.channel)
	it.source, it.modal = modal.from.source, modal
	it.send(obj{"custom_id": modal.CustomID, "components": sent})
	return it, nil
}

// Dismiss closes a form without sending it in; the application is not told.
func (m *Member) Dismiss(modal *Modal) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	m.account.modals = slices.DeleteFunc(m.account.modals, func(o *Modal) bool { return o == modal })
}

// fillField is what is sent of one field, and how many of the values it used.
func (m *Member) fillField(modal *Modal, f Field, values map[string]string) (obj, int, error) {
	text, given, used := f.Value, false, 0
	for _, key := range []string{f.Label, f.CustomID} {
		if v, ok := values[key]; ok && !given {
			text, given, used = v, true, 1
		}
	}
	o := obj{"type": f.Type, "id": f.ID, "custom_id": f.CustomID}
	if f.isSelect() {
		chosen := []string{}
		for _, opt := range f.Options {
			if opt.Default && !given {
				chosen = append(chosen, opt.Value)
			}
		}
		if given {
			chosen = []string{text}
		}
		if len(chosen) == 0 && !f.required() {
			o["values"] = chosen
			return o, used, nil
		}
		chosen, err := f.choose(chosen)
		o["values"] = chosen
		return o, used, err
	}
	n := utf8.RuneCountInString(text)
	switch {
	case n == 0 && f.required():
		return nil, 0, fmt.Errorf("the field %q of %q is required", f.Label, modal.Title)
	case n > 0 && f.MinLength != nil && n < *f.MinLength, f.MaxLength != nil && n > *f.MaxLength, n > 4000:
		return nil, 0, fmt.Errorf("the field %q of %q has not the length asked for: %d", f.Label, modal.Title, n)
	}
	o["value"] = text
	return o, used, nil
}
