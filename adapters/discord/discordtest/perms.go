package discordtest

import "strconv"

// Permissions is a set of permission bits (docs: topics/permissions).
type Permissions uint64

// The permissions that the server looks at.
const (
	Administrator      Permissions = 1 << 3
	ManageChannels     Permissions = 1 << 4
	ManageGuild        Permissions = 1 << 5
	AddReactions       Permissions = 1 << 6
	ViewChannel        Permissions = 1 << 10
	SendMessages       Permissions = 1 << 11
	ManageMessages     Permissions = 1 << 13
	EmbedLinks         Permissions = 1 << 14
	AttachFiles        Permissions = 1 << 15
	ReadHistory        Permissions = 1 << 16
	MentionEveryone    Permissions = 1 << 17
	Connect            Permissions = 1 << 20
	ManageRoles        Permissions = 1 << 28
	UseCommands        Permissions = 1 << 31
	ManageEvents       Permissions = 1 << 33
	ManageThreads      Permissions = 1 << 34
	CreateThreads      Permissions = 1 << 35
	CreatePrivate      Permissions = 1 << 36
	SendInThreads      Permissions = 1 << 38
	CreateEvents       Permissions = 1 << 44
	PinMessages        Permissions = 1 << 51
	AllPermissions     Permissions = 1<<53 - 1
	DefaultPermissions             = AddReactions | ViewChannel | SendMessages | EmbedLinks | AttachFiles | ReadHistory |
		Connect | UseCommands | CreateThreads | CreatePrivate | SendInThreads
)

func (p Permissions) has(all Permissions) bool { return p&all == all }

func (p Permissions) String() string { return strconv.FormatUint(uint64(p), 10) }

// overwrite changes the permissions of a role (0) or a member (1) in a channel.
type overwrite struct {
	ID    string `json:"id"`
	Type  int    `json:"type"`
	Allow string `json:"allow"`
	Deny  string `json:"deny"`

	allow, deny Permissions
}

// base computes a member's permissions in the guild.
func (g *Guild) base(m *seat) Permissions {
	if g.owner == m.user.ID {
		return AllPermissions
	}
	p := g.role(g.ID).perms
	for _, id := range m.roles {
		if r := g.role(id); r != nil {
			p |= r.perms
		}
	}
	if p.has(Administrator) {
		return AllPermissions
	}
	return p
}

// in computes a member's permissions in a channel, as the documentation's pseudo
// code does, with what is implied: without seeing a channel there is nothing to do
// in it, without sending there is nothing to attach.
func (g *Guild) in(m *seat, c *Channel) Permissions {
	p := g.base(m)
	if p.has(Administrator) {
		return AllPermissions
	}
	thread := c.thread != nil
	if thread {
		if c.Type == typePrivateThread && !c.joined(m.user.ID) && !p.has(ManageThreads) {
			return 0
		}
		c = c.parentChannel()
	}
	var allow, deny Permissions
	for _, o := range c.overwrites {
		if o.ID == g.ID {
			p = p&^o.deny | o.allow
		}
	}
	for _, o := range c.overwrites {
		if o.Type == 0 && o.ID != g.ID && m.hasRole(o.ID) {
			allow, deny = allow|o.allow, deny|o.deny
		}
	}
	p = p&^deny | allow
	for _, o := range c.overwrites {
		if o.Type == 1 && o.ID == m.user.ID {
			p = p&^o.deny | o.allow
		}
	}
	if !p.has(ViewChannel) {
		return 0
	}
	send := SendMessages
	if thread {
		send = SendInThreads
	}
	if !p.has(send) {
		p &^= MentionEveryone | AttachFiles | EmbedLinks
	}
	return p
}

// can is what an account may do in a channel; in a direct message it may do all
// that there is, if it is one of the two.
func (s *Server) can(u *account, c *Channel) Permissions {
	if c.guild == nil {
		if c.recipient == u || u == s.me {
			return AllPermissions &^ (ManageMessages | ManageThreads | CreateThreads | MentionEveryone)
		}
		return 0
	}
	m := c.guild.seats[u.user.ID]
	if m == nil {
		return 0
	}
	return c.guild.in(m, c)
}

// top is the position of a member's highest role.
func (g *Guild) top(m *seat) int {
	if g.owner == m.user.ID {
		return 1 << 30
	}
	top := 0
	for _, id := range m.roles {
		if r := g.role(id); r != nil {
			top = max(top, r.Position)
		}
	}
	return top
}
