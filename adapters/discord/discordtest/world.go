package discordtest

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// account is a user of Discord, with what is theirs alone.
type account struct {
	user   User
	locale string
	closed bool // takes no direct messages from those of their guilds
	direct *Channel
	pings  []*Message
	modals []*Modal // shown and neither sent in nor dismissed
}

// seat is a member's place in a guild.
type seat struct {
	*account
	guild   *Guild
	nick    *string
	roles   []string
	joined  time.Time
	pending bool
}

func (m *seat) hasRole(id string) bool { return slices.Contains(m.roles, id) }

func (m *seat) object(guildID string) MemberObject {
	user := m.user
	roles := append([]string{}, m.roles...)
	return MemberObject{User: &user, Nick: m.nick, Roles: roles, JoinedAt: stamp(m.joined), Pending: m.pending, GuildID: guildID}
}

// Guild is a guild of the server, in which the bot is.
type Guild struct {
	// ID is its identifier, and that of its role @everyone.
	ID string
	// Name is what its members see.
	Name string

	s        *Server
	owner    string
	locale   string
	joined   time.Time
	roles    []*Role
	channels []*Channel
	seats    map[string]*seat
	order    []*seat
	events   []*scheduledEvent
	screens  bool // newcomers accept the rules first
}

// newAccount registers a user. The world is locked, or not shared yet.
func (s *Server) newAccount(name string) *account {
	shown := strings.ToUpper(name[:1]) + name[1:]
	a := &account{
		user:   User{ID: s.newID(), Username: name, Discriminator: "0", GlobalName: &shown},
		locale: "en-US",
	}
	s.users[a.user.ID], s.byName[name] = a, a
	return a
}

// AddGuild makes a guild with the bot in it, a channel "general" and the usual
// permissions, and tells the sessions, as when the bot is invited. Its owner is the
// member "owner".
func (s *Server) AddGuild(name string) *Guild {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addGuild(name)
}

func (s *Server) addGuild(name string) *Guild {
	g := &Guild{s: s, ID: s.newID(), Name: name, locale: "en-US", seats: map[string]*seat{}, joined: s.clock.Now()}
	s.guilds[g.ID] = g
	s.order = append(s.order, g)
	s.commands[g.ID] = &commandSet{}
	if s.first == nil {
		s.first = g
	}
	g.addRole("@everyone", DefaultPermissions).ID = g.ID
	g.addSeat(s.me)
	managed := g.addRole(s.me.user.Username, DefaultPermissions|ManageRoles|ManageEvents|CreateEvents|ManageThreads|ManageMessages|PinMessages)
	managed.Managed, managed.Tags = true, obj{"bot_id": s.AppID}
	g.seats[s.AppID].roles = []string{managed.ID}
	owner := s.byName["owner"]
	if owner == nil {
		owner = s.newAccount("owner")
	}
	g.owner = owner.user.ID
	g.addSeat(owner)
	g.addChannel("general", TextChannel, nil)
	s.gw.guildCreate(g)
	s.change()
	return g
}

// Guild is the first guild, which is made when it is first asked for.
func (s *Server) Guild() *Guild {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first == nil {
		s.addGuild("Community")
	}
	return s.first
}

// FindGuild returns a guild by its identifier, nil if there is none.
func (s *Server) FindGuild(id string) *Guild {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.guilds[id]
}

// Member returns the member of the first guild with a name, such as alice, who joins
// when nobody has that name yet.
func (s *Server) Member(name string) *Member { return s.Guild().Member(name) }

// Member returns the guild's member of a name, who joins when there is none yet. One
// person may be a member of several guilds.
func (g *Guild) Member(name string) *Member {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	a := g.account(name)
	if g.seats[a.user.ID] == nil {
		g.join(a)
	}
	return &Member{ID: a.user.ID, Name: name, s: g.s, guild: g, account: a}
}

// Stranger returns somebody by name who is not in the guild, or not yet: see
// [Member.Join].
func (g *Guild) Stranger(name string) *Member {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	a := g.account(name)
	return &Member{ID: a.user.ID, Name: name, s: g.s, guild: g, account: a}
}

func (g *Guild) account(name string) *account {
	if a := g.s.byName[name]; a != nil {
		return a
	}
	return g.s.newAccount(name)
}

// Fill adds members named prefix1, prefix2 … until the guild has n. Sessions are
// told of each as of any.
func (g *Guild) Fill(prefix string, n int) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	for i := 1; len(g.seats) < n; i++ {
		name := prefix + strconv.Itoa(i)
		if a := g.account(name); g.seats[a.user.ID] == nil {
			g.join(a)
		}
	}
}

func (g *Guild) addSeat(a *account) *seat {
	m := &seat{account: a, guild: g, joined: g.s.clock.Now()}
	g.seats[a.user.ID] = m
	g.order = append(g.order, m)
	return m
}

// AddRole makes a role above all that exist but below the bot's own, so that the bot
// can give it.
func (g *Guild) AddRole(name string, p Permissions) *Role {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	r := g.addRole(name, p)
	for _, other := range g.roles {
		if other.Managed && other.Tags["bot_id"] == g.s.AppID {
			other.Position, r.Position = r.Position, other.Position
		}
	}
	g.s.gw.dispatch(event{name: "GUILD_ROLE_CREATE", need: intentGuilds, guild: g, body: obj{"guild_id": g.ID, "role": r}})
	return r
}

func (g *Guild) addRole(name string, p Permissions) *Role {
	r := &Role{
		ID: g.s.newID(), Name: name, Position: len(g.roles), perms: p, Permissions: p.String(),
		Colors: obj{"primary_color": 0, "secondary_color": nil, "tertiary_color": nil},
	}
	g.roles = append(g.roles, r)
	return r
}

// SetRole changes the permissions of a role, @everyone's by the guild's identifier.
func (g *Guild) SetRole(id string, p Permissions) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if r := g.role(id); r != nil {
		r.perms, r.Permissions = p, p.String()
		g.s.gw.dispatch(event{name: "GUILD_ROLE_UPDATE", need: intentGuilds, guild: g, body: obj{"guild_id": g.ID, "role": r}})
	}
}

// SetBot changes what the bot may do in the guild, as its invitation does.
func (g *Guild) SetBot(p Permissions) {
	g.s.mu.Lock()
	id := g.seats[g.s.AppID].roles[0]
	g.s.mu.Unlock()
	g.SetRole(id, p)
}

// SetLocale sets the guild's preferred locale, such as fr.
func (g *Guild) SetLocale(locale string) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	g.locale = locale
}

func (g *Guild) role(id string) *Role {
	for _, r := range g.roles {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// Kick removes the bot from the guild.
func (g *Guild) Kick() {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	g.s.gw.dispatch(event{name: "GUILD_DELETE", need: intentGuilds, guild: g, body: obj{"id": g.ID}})
	delete(g.s.guilds, g.ID)
	g.s.order = slices.DeleteFunc(g.s.order, func(o *Guild) bool { return o == g })
	g.s.change()
}

// object is the guild as the REST API shows it.
func (g *Guild) object() obj {
	return obj{
		"id": g.ID, "name": g.Name, "icon": nil, "description": nil, "home_header": nil, "splash": nil,
		"discovery_splash": nil, "features": []string{"COMMUNITY"}, "banner": nil, "owner_id": g.owner, "application_id": nil,
		"region": "deprecated", "afk_channel_id": nil, "afk_timeout": 300, "system_channel_id": nil, "system_channel_flags": 0,
		"widget_enabled": false, "widget_channel_id": nil, "verification_level": 1, "roles": g.roleList(),
		"default_message_notifications": 0, "mfa_level": 0, "explicit_content_filter": 2, "max_presences": nil,
		"max_members": 500000, "max_stage_video_channel_users": 50, "max_video_channel_users": 25, "vanity_url_code": nil,
		"premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": g.locale, "rules_channel_id": nil,
		"safety_alerts_channel_id": nil, "public_updates_channel_id": nil, "premium_progress_bar_enabled": false,
		"nsfw": false, "nsfw_level": 0, "emojis": []obj{}, "stickers": []obj{}, "incidents_data": nil,
	}
}

func (g *Guild) roleList() []Role {
	list := make([]Role, len(g.roles))
	for i, r := range g.roles {
		list[i] = *r
	}
	return list
}
