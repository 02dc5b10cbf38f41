package discordtest

import (
	"net/http"
	"slices"
	"strconv"
)

// theGuild is the guild of a request. The world is locked.
func (s *Server) theGuild(r *request) (*Guild, error) {
	g := s.guilds[r.path("guild_id")]
	if g == nil {
		return nil, errGuild
	}
	return g, nil
}

func getGuild(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.theGuild(r)
	if err != nil {
		return nil, err
	}
	o := g.object()
	if r.URL.Query().Get("with_counts") == "true" {
		o["approximate_member_count"], o["approximate_presence_count"] = len(g.order), len(g.order)
	}
	return o, nil
}

// listChannels leaves out threads, and what the bot does not see.
func listChannels(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.theGuild(r)
	if err != nil {
		return nil, err
	}
	list := []channelJSON{}
	for _, c := range g.channels {
		if c.thread == nil && s.can(s.me, c).has(ViewChannel) {
			list = append(list, c.object())
		}
	}
	return list, nil
}

func listRoles(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.theGuild(r)
	if err != nil {
		return nil, err
	}
	return g.roleList(), nil
}

// listMembers needs the privileged intent to be switched on.
func listMembers(s *Server, r *request) (any, error) {
	q := r.URL.Query()
	limit := 1
	if t := q.Get("limit"); t != "" {
		n, err := strconv.Atoi(t)
		if err != nil || n < 1 || n > 1000 {
			var f form
			f.fail("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 1000.")
			return nil, f.failure()
		}
		limit = n
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.theGuild(r)
	if err != nil {
		return nil, err
	}
	if s.opts.Refused&GuildMembers != 0 {
		return nil, errAccess
	}
	list, after := []MemberObject{}, q.Get("after")
	for _, m := range g.sorted() {
		if (after == "" || older(after, m.user.ID)) && len(list) < limit {
			list = append(list, m.object(""))
		}
	}
	return list, nil
}

// sorted lists the seats by user.
func (g *Guild) sorted() []*seat {
	list := slices.Clone(g.order)
	slices.SortFunc(list, func(a, b *seat) int { return compareIDs(a.user.ID, b.user.ID) })
	return list
}

// search finds what op 8 asks for, and who of the users asked for is not there.
func (g *Guild) search(in membersRequest, all bool) (found []MemberObject, missing []string) {
	for _, id := range in.Users {
		if m := g.seats[id]; m != nil {
			found = append(found, m.object(""))
		} else {
			missing = append(missing, id)
		}
	}
	if in.Query == nil {
		return found, missing
	}
	for _, m := range g.order {
		if all || len(found) < *in.Limit && m.startsWith(*in.Query) {
			found = append(found, m.object(""))
		}
	}
	return found, missing
}

func getMember(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.theGuild(r)
	if err != nil {
		return nil, err
	}
	m, err := g.theSeat(r)
	if err != nil {
		return nil, err
	}
	return m.object(""), nil
}

func (g *Guild) theSeat(r *request) (*seat, error) {
	id := r.path("user_id")
	if m := g.seats[id]; m != nil {
		return m, nil
	}
	if g.s.users[id] == nil {
		return nil, errUser
	}
	return nil, errMember
}

// changeRole gives a role to a member or takes it, below the bot's own highest.
func changeRole(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.theGuild(r)
	if err != nil {
		return nil, err
	}
	m, err := g.theSeat(r)
	if err != nil {
		return nil, err
	}
	role := g.role(r.path("role_id"))
	me := g.seats[s.AppID]
	switch {
	case role == nil || role.ID == g.ID:
		return nil, errRole
	case !g.base(me).has(ManageRoles) || role.Position >= g.top(me) || role.Managed:
		return nil, errPermission
	}
	g.setRole(m, role.ID, r.Method == http.MethodPut)
	return nil, nil
}

// setRole changes a member's roles and tells the sessions.
func (g *Guild) setRole(m *seat, role string, has bool) {
	if m.hasRole(role) == has {
		return
	}
	if has {
		m.roles = append(m.roles, role)
	} else {
		m.roles = slices.DeleteFunc(slices.Clone(m.roles), func(id string) bool { return id == role })
	}
	g.tellUpdate(m)
}

// tellUpdate tells of a member's change; of the bot's own whatever the intents are.
func (g *Guild) tellUpdate(m *seat) {
	need := GuildMembers
	if m.account == g.s.me {
		need = 0
	}
	g.s.gw.dispatch(event{name: "GUILD_MEMBER_UPDATE", need: need, guild: g, body: m.object(g.ID)})
	g.s.change()
}
