package discordtest

import (
	"fmt"
	"slices"
	"strings"
)

// see is a message as it stands now, if the member sees it. The world is locked.
func (m *Member) see(msg *Message) (*Message, error) {
	c, err := m.at(msg.ChannelID, 0)
	if err != nil {
		return nil, err
	}
	now := c.byID[msg.ID]
	if now == nil || now.only != "" && now.only != m.ID {
		return nil, fmt.Errorf("%s does not see the message %q", m.Name, msg.Content)
	}
	return now, nil
}

// Messages are what the member sees in a channel, oldest first, with what is shown to
// them alone. Nothing where they do not see the channel.
func (m *Member) Messages(channel string) (list []*Message) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	c, err := m.at(channel, 0)
	if err != nil {
		return nil
	}
	for _, msg := range c.messages {
		if msg.only == "" || msg.only == m.ID {
			list = append(list, m.s.shown(msg))
		}
	}
	return list
}

// Public are the messages of a channel that everybody in it sees.
func (c *Channel) Public() (list []*Message) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, msg := range c.messages {
		if msg.only == "" {
			list = append(list, c.s.shown(msg))
		}
	}
	return list
}

// Private are the messages that the member was shown alone, in a channel or in the
// direct conversation by the bot, oldest first.
func (m *Member) Private() (list []*Message) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	if d := m.account.direct; d != nil {
		for _, msg := range d.messages {
			if msg.author != m.ID {
				list = append(list, m.s.shown(msg))
			}
		}
	}
	for _, c := range m.guild.channels {
		for _, msg := range c.messages {
			if msg.only == m.ID {
				list = append(list, m.s.shown(msg))
			}
		}
	}
	slices.SortFunc(list, func(a, b *Message) int { return compareIDs(a.ID, b.ID) })
	return list
}

// Look is a message as the member sees it now, nil when they do not.
func (m *Member) Look(msg *Message) *Message {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	now, err := m.see(msg)
	if err != nil {
		return nil
	}
	return m.s.shown(now)
}

// Pings are the messages that called the member's attention, by name or by role,
// oldest first. Those that pinged everyone are not among them: see Message.Pinged.
func (m *Member) Pings() (list []*Message) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	for _, msg := range m.account.pings {
		list = append(list, m.s.shown(msg))
	}
	return list
}

// Modal is the form that the member was shown last and has not sent in, nil if none.
func (m *Member) Modal() *Modal {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	if n := len(m.account.modals); n > 0 {
		return m.account.modals[n-1]
	}
	return nil
}

// Modals are the forms that the member was shown and has not sent in.
func (m *Member) Modals() []*Modal {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	return slices.Clone(m.account.modals)
}

// shown notes a form. The world is locked.
func (m *Member) shown(modal *Modal) { m.account.modals = append(m.account.modals, modal) }

// Events lists the guild's scheduled events.
func (g *Guild) Events() (list []ScheduledEvent) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	for _, e := range g.events {
		o := ScheduledEvent{ID: e.ID, Name: e.name, Start: e.start, Status: e.status}
		if e.description != nil {
			o.Description = *e.description
		}
		if e.location != nil {
			o.Location = *e.location
		}
		if e.channel != nil {
			o.ChannelID = *e.channel
		}
		if e.end != nil {
			o.End = *e.end
		}
		for _, id := range e.users {
			o.Interested = append(o.Interested, g.s.users[id].user.Username)
		}
		list = append(list, o)
	}
	return list
}

// Text is all that is read on a message: its text, embeds, labels of buttons and menus
// and the names of files, a line each.
func (m *Message) Text() string {
	var lines []string
	add := func(texts ...string) {
		for _, t := range texts {
			if t != "" {
				lines = append(lines, t)
			}
		}
	}
	add(m.Content)
	for _, e := range m.Embeds {
		if e.Author != nil {
			add(e.Author.Name)
		}
		add(e.Title, e.Description)
		for _, f := range e.Fields {
			add(f.Name, f.Value)
		}
		if e.Footer != nil {
			add(e.Footer.Text)
		}
	}
	walk(m.Components, func(c *Component) {
		add(c.Content, c.Label, c.Placeholder)
		for _, o := range c.Options {
			add(o.Label, o.Description)
		}
	})
	for _, a := range m.Attachments {
		add(a.Filename)
	}
	return strings.Join(lines, "\n")
}

// Buttons are the labels that can be pressed on a message; a button without one is
// named by its emoji.
func (m *Message) Buttons() (labels []string) {
	walk(m.Components, func(c *Component) {
		if c.Type == typeButton && !c.Disabled {
			labels = append(labels, c.shownLabel())
		}
	})
	return labels
}

func (c *Component) shownLabel() string {
	if c.Label == "" && c.Emoji != nil && c.Emoji.Name != nil {
		return *c.Emoji.Name
	}
	return c.Label
}

// Menus are the menus of a message.
func (m *Message) Menus() (menus []Component) {
	walk(m.Components, func(c *Component) {
		if c.isSelect() {
			menus = append(menus, *c)
		}
	})
	return menus
}

// Field is a field of a form.
type Field struct {
	Component
	// Label is what stands before the field, wherever it came from.
	Label string
}

// Fields are what a form asks for, in its order.
func (m *Modal) Fields() (fields []Field) {
	for _, c := range m.Components {
		switch {
		case c.Type == typeLabel && c.Component != nil:
			fields = append(fields, Field{*c.Component, c.Label})
		case c.Type == typeActionRow:
			for _, inner := range c.Components {
				fields = append(fields, Field{inner, inner.Label})
			}
		}
	}
	return fields
}

// Text is all that is read on a form.
func (m *Modal) Text() string {
	lines := []string{m.Title}
	walk(m.Components, func(c *Component) {
		for _, t := range []string{c.Content, c.Label, c.Description, c.Placeholder, c.Value} {
			if t != "" {
				lines = append(lines, t)
			}
		}
		for _, o := range c.Options {
			lines = append(lines, o.Label)
		}
	})
	return strings.Join(lines, "\n")
}
