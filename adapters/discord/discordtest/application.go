package discordtest

// selfObject is the bot's own user. The world is locked, or it does not matter.
func (s *Server) selfObject() obj {
	u := s.me.user
	return obj{
		"id": u.ID, "username": u.Username, "discriminator": "0", "global_name": nil, "avatar": nil, "banner": nil,
		"accent_color": nil, "primary_guild": nil, "bot": true, "public_flags": 0, "flags": 0, "mfa_enabled": true,
		"locale": "en-US", "verified": true, "email": nil,
	}
}

func getSelf(s *Server, _ *request) (any, error) { return s.selfObject(), nil }

func getUser(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[r.path("user_id")]
	if u == nil {
		return nil, errUser
	}
	user := u.user
	return user, nil
}

// Flags of applications that show which privileged intents are switched on; of a bot
// in few guilds they are the limited ones.
const (
	flagPresencesLimited = 1 << 13
	flagMembersLimited   = 1 << 15
	flagContentLimited   = 1 << 19
)

func getApplication(s *Server, _ *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	flags := 0
	for intent, flag := range map[Intents]int{GuildPresences: flagPresencesLimited, GuildMembers: flagMembersLimited, MessageContent: flagContentLimited} {
		if s.opts.Refused&intent == 0 {
			flags |= flag
		}
	}
	owner := User{ID: s.AppID, Username: "team", Discriminator: "0000"}
	bot := s.me.user
	return obj{
		"id": s.AppID, "name": s.portal.name, "icon": nil, "description": "", "type": nil, "verify_key": randomHex(32),
		"flags": flags, "flags_new": Permissions(flags).String(), "redirect_uris": []string{}, "interactions_endpoint_url": nil, //nolint:gosec // A handful of bits.
		"role_connections_verification_url": nil, "owner": owner, "approximate_guild_count": len(s.guilds),
		"approximate_user_install_count": 0, "approximate_user_authorization_count": 0, "explicit_content_filter": 0,
		"team": nil, "bot": bot, "bot_public": s.portal.public, "bot_require_code_grant": false, "eligible_oauth2_scopes": []string{},
	}, nil
}

func listOwnGuilds(s *Server, _ *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []obj{}
	for _, g := range s.order {
		if len(list) == 200 {
			break
		}
		list = append(list, obj{
			"id": g.ID, "name": g.Name, "icon": nil, "banner": nil, "owner": false,
			"permissions": g.base(g.seats[s.AppID]).String(), "features": []string{"COMMUNITY"},
		})
	}
	return list, nil
}

// openDirect is POST /users/@me/channels: it opens a direct conversation, also with
// those who then take no messages.
func openDirect(s *Server, r *request) (any, error) {
	var in struct {
		Recipient string `json:"recipient_id"`
	}
	if err := decode(r.body, &in); err != nil {
		return nil, err
	}
	var f form
	if in.Recipient == "" {
		f.required("recipient_id")
		return nil, f.failure()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[in.Recipient]
	switch {
	case u == nil:
		f.fail("recipient_id", "USER_UNKNOWN", "Unknown user")
		return nil, f.failure()
	case u.user.Bot:
		return nil, errRefusesDirect
	}
	return s.direct(u).object(), nil
}

// direct is the conversation of the bot with somebody, made when first asked for.
func (s *Server) direct(u *account) *Channel {
	if u.direct == nil {
		u.direct = &Channel{ID: s.newID(), Type: DirectChannel, s: s, recipient: u, byID: map[string]*Message{}}
		s.channels[u.direct.ID] = u.direct
	}
	return u.direct
}

// reaches tells whether somebody takes direct messages of the bot: who shares a guild
// with it and has not closed them.
func (s *Server) reaches(u *account) bool {
	if u.closed {
		return false
	}
	for _, g := range s.order {
		if g.seats[u.user.ID] != nil {
			return true
		}
	}
	return false
}
