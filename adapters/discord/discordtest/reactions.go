package discordtest

import (
	"net/url"
	"slices"
	"strconv"
)

// react adds somebody's reaction.
func (s *Server) react(m *Message, u *account, emoji string) {
	if slices.Contains(m.reacted[emoji], u.user.ID) {
		return
	}
	if m.reacted == nil {
		m.reacted = map[string][]string{}
	}
	if len(m.reacted[emoji]) == 0 {
		m.emojis = append(m.emojis, emoji)
	}
	m.reacted[emoji] = append(m.reacted[emoji], u.user.ID)
	s.tellReaction("MESSAGE_REACTION_ADD", m, u, emoji)
}

// unreact takes a reaction back.
func (s *Server) unreact(m *Message, u *account, emoji string) {
	i := slices.Index(m.reacted[emoji], u.user.ID)
	if i < 0 {
		return
	}
	m.reacted[emoji] = slices.Delete(m.reacted[emoji], i, i+1)
	if len(m.reacted[emoji]) == 0 {
		delete(m.reacted, emoji)
		m.emojis = slices.DeleteFunc(m.emojis, func(e string) bool { return e == emoji })
	}
	s.tellReaction("MESSAGE_REACTION_REMOVE", m, u, emoji)
}

func (s *Server) tellReaction(name string, m *Message, u *account, emoji string) {
	o := obj{
		"user_id": u.user.ID, "channel_id": m.ChannelID, "message_id": m.ID,
		"emoji": obj{"id": nil, "name": emoji}, "burst": false, "type": 0,
	}
	need := intentDirectReactions
	if g := m.channel.guild; g != nil {
		need = intentReactions
		o["guild_id"] = g.ID
		if seat := g.seats[u.user.ID]; seat != nil && name == "MESSAGE_REACTION_ADD" {
			o["member"] = seat.object("")
			o["message_author_id"] = m.author
		}
	}
	s.gw.dispatch(event{name: name, need: need, guild: m.channel.guild, channel: m.channel, body: o})
	s.change()
}

// removeReaction is DELETE of somebody else's reaction.
func removeReaction(s *Server, r *request) (any, error) {
	emoji, err := url.PathUnescape(r.path("emoji_name"))
	if err != nil {
		return nil, errEmoji
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.theMessage(r, ManageMessages)
	if err != nil {
		return nil, err
	}
	u := s.users[r.path("user_id")]
	if u == nil {
		return nil, errUser
	}
	s.unreact(m, u, emoji)
	return nil, nil
}

// clearReactions is DELETE of all reactions, or of those with one emoji.
func clearReactions(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.theMessage(r, ManageMessages)
	if err != nil {
		return nil, err
	}
	emoji, _ := url.PathUnescape(r.path("emoji_name"))
	for _, e := range slices.Clone(m.emojis) {
		if emoji == "" || e == emoji {
			for _, id := range slices.Clone(m.reacted[e]) {
				s.unreact(m, s.users[id], e)
			}
		}
	}
	return nil, nil
}

// listReactions gives who reacted with an emoji.
func listReactions(s *Server, r *request) (any, error) {
	emoji, err := url.PathUnescape(r.path("emoji_name"))
	if err != nil {
		return nil, errEmoji
	}
	limit := 25
	if n, err := strconv.Atoi(r.URL.Query().Get("limit")); err == nil && n > 0 && n <= 100 {
		limit = n
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.theMessage(r, ReadHistory)
	if err != nil {
		return nil, err
	}
	users, after := []User{}, r.URL.Query().Get("after")
	ids := slices.Clone(m.reacted[emoji])
	slices.SortFunc(ids, compareIDs)
	for _, id := range ids {
		if (after == "" || older(after, id)) && len(users) < limit {
			users = append(users, s.users[id].user)
		}
	}
	return users, nil
}
