package discordtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Member is somebody in a guild, or who may join it: what people do in a client. The
// methods return an error when the client would not let them, or Discord.
type Member struct {
	// ID is the user's identifier, Name the username.
	ID, Name string

	s       *Server
	guild   *Guild
	account *account
}

// Mention is how a text mentions the member.
func (m *Member) Mention() string { return "<@" + m.ID + ">" }

// SetLocale sets the language of the member's client, such as fr or en-GB.
func (m *Member) SetLocale(locale string) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	m.account.locale = locale
}

// SetNick sets the member's nickname in the guild; empty removes it.
func (m *Member) SetNick(nick string) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	seat := m.guild.seats[m.ID]
	if seat == nil {
		return
	}
	if seat.nick = nil; nick != "" {
		seat.nick = &nick
	}
	m.guild.tellUpdate(seat)
}

// Screen has newcomers accept the guild's rules before they take part, or no longer.
func (g *Guild) Screen(on bool) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	g.screens = on
}

// Join enters the guild: pending, where the guild screens newcomers.
func (m *Member) Join() {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	if m.guild.seats[m.ID] == nil {
		m.guild.join(m.account)
	}
}

func (g *Guild) join(a *account) {
	seat := g.addSeat(a)
	seat.pending = g.screens
	g.s.gw.dispatch(event{name: "GUILD_MEMBER_ADD", need: GuildMembers, guild: g, body: seat.object(g.ID)})
	g.s.change()
}

// PassScreening accepts the guild's rules.
func (m *Member) PassScreening() {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	if seat := m.guild.seats[m.ID]; seat != nil && seat.pending {
		seat.pending = false
		m.guild.tellUpdate(seat)
	}
}

// Leave leaves the guild, or is removed from it.
func (m *Member) Leave() {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	g := m.guild
	if g.seats[m.ID] == nil {
		return
	}
	delete(g.seats, m.ID)
	g.order = slices.DeleteFunc(g.order, func(o *seat) bool { return o.account == m.account })
	m.s.gw.dispatch(event{name: "GUILD_MEMBER_REMOVE", need: GuildMembers, guild: g, body: obj{"guild_id": g.ID, "user": m.account.user}})
	m.s.change()
}

// Give gives the member a role, as a moderator does; Take takes it.
func (m *Member) Give(r *Role) { m.setRole(r, true) }

// Take takes a role from the member, as a moderator does.
func (m *Member) Take(r *Role) { m.setRole(r, false) }

func (m *Member) setRole(r *Role, has bool) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	if seat := m.guild.seats[m.ID]; seat != nil {
		m.guild.setRole(seat, r.ID, has)
	}
}

// Roles lists the names of the member's roles.
func (m *Member) Roles() (names []string) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	if seat := m.guild.seats[m.ID]; seat != nil {
		for _, id := range seat.roles {
			names = append(names, m.guild.role(id).Name)
		}
	}
	return names
}

// CloseDirect has the member take no direct messages, or take them again.
func (m *Member) CloseDirect(closed bool) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	m.account.closed = closed
}

// Direct is the identifier of the member's direct conversation with the bot.
func (m *Member) Direct() string {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	return m.s.direct(m.account).ID
}

func (s *seat) startsWith(query string) bool {
	q := strings.ToLower(query)
	return strings.HasPrefix(strings.ToLower(s.user.Username), q) || s.nick != nil && strings.HasPrefix(strings.ToLower(*s.nick), q)
}

var errHidden = errors.New("the channel is not seen")

// at is a channel that the member sees and in which they may do what is needed. The
// world is locked.
func (m *Member) at(channel string, need Permissions) (*Channel, error) {
	c := m.s.channels[channel]
	if c == nil {
		return nil, errHidden
	}
	p := m.s.can(m.account, c)
	switch {
	case !p.has(ViewChannel):
		return nil, errHidden
	case !p.has(need):
		return nil, fmt.Errorf("%s may not do that in %s", m.Name, c.Name)
	case c.guild != nil && c.guild.seats[m.ID].pending && need != 0:
		return nil, fmt.Errorf("%s has not passed the screening", m.Name)
	}
	return c, nil
}

// Say posts a text in a channel, a thread or the direct conversation.
func (m *Member) Say(channel, text string) (*Message, error) { return m.say(channel, text, "") }

// Reply posts a text as a reply to a message.
func (m *Member) Reply(to *Message, text string) (*Message, error) {
	return m.say(to.ChannelID, text, to.ID)
}

func (m *Member) say(channel, text, to string) (*Message, error) {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	need := SendMessages
	if c := m.s.channels[channel]; c != nil && c.thread != nil {
		need = SendInThreads
	}
	c, err := m.at(channel, need)
	if err != nil {
		return nil, err
	}
	var f form
	body := messageBody{Content: optional[string]{Set: true, V: text}}
	body.check(&f, "", 0)
	if err := f.failure(); err != nil || body.empty() {
		return nil, errors.Join(err, errEmptyUnless(!body.empty()))
	}
	msg := m.s.newMessage(c, m.account, &body, m.s.can(m.account, c), "")
	if old := c.byID[to]; old != nil {
		m.s.reply(msg, &body, old)
	}
	m.s.post(msg)
	return m.s.shown(msg), nil
}

func errEmptyUnless(full bool) error {
	if full {
		return nil
	}
	return errEmpty
}

// Edit changes the text of the member's own message.
func (m *Member) Edit(msg *Message, text string) error {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	now, err := m.see(msg)
	if err != nil {
		return err
	}
	if now.author != m.ID {
		return errNotAuthor
	}
	now.Content = text
	m.s.edited(now)
	return nil
}

// Delete deletes a message: the member's own, or any where they may.
func (m *Member) Delete(msg *Message) error {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	now, err := m.see(msg)
	if err != nil {
		return err
	}
	if now.author != m.ID && now.only != m.ID && !m.s.can(m.account, now.channel).has(ManageMessages) {
		return errPermission
	}
	m.s.erase(now)
	return nil
}

// React adds an emoji, such as 👍, to a message.
func (m *Member) React(msg *Message, emoji string) error {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	now, err := m.see(msg)
	if err == nil {
		m.s.react(now, m.account, emoji)
	}
	return err
}

// Unreact takes an emoji back.
func (m *Member) Unreact(msg *Message, emoji string) error {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	now, err := m.see(msg)
	if err == nil {
		m.s.unreact(now, m.account, emoji)
	}
	return err
}

// Interested marks the member as interested in a scheduled event, or no longer.
func (m *Member) Interested(event string, yes bool) error {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	for _, e := range m.guild.events {
		if e.ID != event && e.name != event {
			continue
		}
		name := "GUILD_SCHEDULED_EVENT_USER_ADD"
		switch i := slices.Index(e.users, m.ID); {
		case yes == (i >= 0):
			return nil
		case yes:
			e.users = append(e.users, m.ID)
		default:
			e.users = slices.Delete(slices.Clone(e.users), i, i+1)
			name = "GUILD_SCHEDULED_EVENT_USER_REMOVE"
		}
		body := obj{"guild_scheduled_event_id": e.ID, "user_id": m.ID, "guild_id": m.guild.ID}
		m.s.gw.dispatch(event1(name, m.guild, body))
		m.s.change()
		return nil
	}
	return errScheduledEvent
}

func event1(name string, g *Guild, body obj) event {
	return event{name: name, need: intentScheduled, guild: g, body: body}
}
