package discordtest

import (
	"regexp"
	"slices"
)

var (
	codeText    = regexp.MustCompile("(?s)```.*?```|``.*?``|`[^`]*`")
	userMention = regexp.MustCompile(`<@!?(\d{15,20})>`)
	roleMention = regexp.MustCompile(`<@&(\d{15,20})>`)
	everyone    = regexp.MustCompile(`@(everyone|here)\b`)
)

// allows tells what allowed mentions let through: everything when they are absent.
func (b *messageBody) allows(kind, id string) bool {
	if !b.Mentions.Set || b.Mentions.Null {
		return true
	}
	a := b.Mentions.V
	if slices.Contains(a.Parse.V, kind) {
		return true
	}
	switch kind {
	case "users":
		return slices.Contains(a.Users.V, id)
	case "roles":
		return slices.Contains(a.Roles.V, id)
	}
	return false
}

// mention finds whom a new message pings: mentions in its text, not in embeds nor in
// code, as far as allowed_mentions, permissions and what people see let it. may are
// the author's permissions in the channel.
func (s *Server) mention(m *Message, b *messageBody, may Permissions) {
	c := m.channel
	text := b.Content.V
	walk(b.Components.V, func(inner *Component) {
		if inner.Type == typeTextDisplay {
			text += "\n" + inner.Content
		}
	})
	text = codeText.ReplaceAllString(text, "")
	pinged := func(u *account) {
		if u.user.ID != m.author && s.can(u, c).has(ViewChannel) && (m.only == "" || m.only == u.user.ID) {
			m.Pinged = append(m.Pinged, u.user.Username)
			u.pings = append(u.pings, m)
		}
	}
	for _, found := range userMention.FindAllStringSubmatch(text, -1) {
		u := s.users[found[1]]
		if u == nil || !b.allows("users", u.user.ID) || slices.ContainsFunc(m.Mentions, func(o User) bool { return o.ID == u.user.ID }) {
			continue
		}
		m.Mentions = append(m.Mentions, u.user)
		pinged(u)
	}
	if c.guild == nil {
		return
	}
	for _, found := range roleMention.FindAllStringSubmatch(text, -1) {
		r := c.guild.role(found[1])
		if r == nil || !b.allows("roles", r.ID) || slices.Contains(m.MentionRoles, r.ID) {
			continue
		}
		m.MentionRoles = append(m.MentionRoles, r.ID)
		if !r.Mentionable && !may.has(MentionEveryone) {
			continue
		}
		for _, seat := range c.guild.order {
			if seat.hasRole(r.ID) {
				pinged(seat.account)
			}
		}
	}
	if found := everyone.FindStringSubmatch(text); found != nil && b.allows("everyone", "") && may.has(MentionEveryone) {
		m.MentionEveryone = true
		m.Pinged = append(m.Pinged, found[1])
	}
}

// reply notes whom a reply answers, and pings them unless it may not.
func (s *Server) reply(m *Message, b *messageBody, to *Message) {
	m.Type = 19
	m.MessageReference = obj{"type": 0, "message_id": to.ID, "channel_id": to.ChannelID}
	if m.channel.guild != nil {
		m.MessageReference["guild_id"] = m.channel.guild.ID
	}
	inner := *to
	inner.ReferencedMessage = nil
	m.ReferencedMessage = &inner
	if b.Mentions.Set && !b.Mentions.Null && !b.Mentions.V.RepliedUser {
		return
	}
	u := s.users[to.author]
	if u == nil || u.user.ID == m.author || slices.ContainsFunc(m.Mentions, func(o User) bool { return o.ID == u.user.ID }) {
		return
	}
	m.Mentions = append(m.Mentions, u.user)
	m.Pinged = append(m.Pinged, u.user.Username)
	u.pings = append(u.pings, m)
}
