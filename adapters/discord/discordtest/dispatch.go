package discordtest

import (
	"bytes"
	"encoding/json"
	"slices"
)

// event is something that sessions are told of.
type event struct {
	name string
	// need is the intent without which a session is not told; 0 is none.
	need    Intents
	guild   *Guild   // nil: told to the first shard
	channel *Channel // told only if the bot sees it
	body    any
	// bare is the body for those without the content of messages; nil is the same.
	bare any
}

// dispatch tells the sessions of an event, in the order of the calls. The world is
// locked.
func (g *gateway) dispatch(e event) {
	if e.channel != nil && e.channel.guild != nil && !g.s.can(g.s.me, e.channel).has(ViewChannel) {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	var full, bare []byte
	for _, sess := range g.sessions {
		if sess.dead || e.need != 0 && sess.intents&e.need == 0 || !sess.carries(e.guild) {
			continue
		}
		text := &full
		body := e.body
		if e.bare != nil && !g.reads(sess) {
			text, body = &bare, e.bare
		}
		if *text == nil {
			*text = encode(body)
		}
		sess.push(e.name, *text)
		if g.s.faults.again() {
			sess.push(e.name, *text)
		}
		g.s.faults.connection(g, sess)
	}
}

func encode(body any) []byte {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // all bodies are our own
	}
	return text
}

// reads tells whether a session is shown the content of messages: since API v10 the
// intent must be asked for, before it was enough that it is switched on.
func (g *gateway) reads(sess *session) bool {
	if sess.version >= 10 {
		return sess.intents&MessageContent != 0
	}
	return g.s.opts.Refused&MessageContent == 0
}

// ready tells a new session who it is and what there is. The world is locked.
func (g *gateway) ready(sess *session, guilds []*Guild) {
	g.mu.Lock()
	defer g.mu.Unlock()
	unavailable := []obj{}
	for _, guild := range guilds {
		unavailable = append(unavailable, obj{"id": guild.ID, "unavailable": true})
	}
	about := obj{
		"v": sess.version, "user": g.s.selfObject(), "guilds": unavailable, "session_id": sess.id, "session_type": "normal",
		"resume_gateway_url": g.s.Gateway, "shard": sess.shard, "private_channels": []obj{}, "relationships": []obj{},
		"application": obj{"id": g.s.AppID, "flags": 0}, "_trace": []string{},
	}
	if g.s.opts.Sparse {
		about = obj{"user": obj{"id": g.s.AppID, "username": "greffier"}, "guilds": unavailable, "session_id": sess.id}
		sess.conn.send(payload(42, obj{"anything": true}))
	}
	sess.push("READY", encode(about))
	if g.s.opts.Sparse {
		sess.push("READY_SUPPLEMENTAL", []byte(`{"guilds":[null]}`))
	}
	if sess.intents&intentGuilds == 0 {
		return
	}
	for _, guild := range guilds {
		sess.push("GUILD_CREATE", encode(guild.createObject(sess)))
	}
}

// guildCreate tells of a guild that the bot was added to.
func (g *gateway) guildCreate(guild *Guild) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, sess := range g.sessions {
		if !sess.dead && sess.intents&intentGuilds != 0 && sess.carries(guild) {
			sess.push("GUILD_CREATE", encode(guild.createObject(sess)))
		}
	}
}

// createObject is what GUILD_CREATE carries: of the members the bot alone, unless
// the session has the intent for presences.
func (g *Guild) createObject(sess *session) obj {
	o := g.object()
	members := []MemberObject{g.seats[g.s.AppID].object("")}
	if sess.intents&GuildPresences != 0 {
		members = members[:0]
		for _, m := range g.order {
			members = append(members, m.object(""))
		}
	}
	channels, threads := []channelJSON{}, []channelJSON{}
	for _, c := range g.channels {
		if c.thread == nil {
			channels = append(channels, c.object())
		} else if !c.thread.archived && g.s.can(g.s.me, c).has(ViewChannel) {
			threads = append(threads, c.object())
		}
	}
	events := []obj{}
	for _, e := range g.events {
		events = append(events, e.object(false))
	}
	o["joined_at"], o["large"], o["unavailable"] = stamp(g.joined), len(g.order) > 50, false
	o["member_count"], o["members"], o["channels"], o["threads"] = len(g.order), members, channels, threads
	o["voice_states"], o["presences"], o["stage_instances"] = []obj{}, []obj{}, []obj{}
	o["guild_scheduled_events"], o["soundboard_sounds"] = events, []obj{}
	return o
}

type membersRequest struct {
	Guild     string   `json:"guild_id"`
	Query     *string  `json:"query"`
	Limit     *int     `json:"limit"`
	Presences bool     `json:"presences"`
	Users     userList `json:"user_ids"`
	Nonce     string   `json:"nonce"`
}

// userList is one identifier or several.
type userList []string

// UnmarshalJSON accepts both.
func (u *userList) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		if *u = nil; one != "" {
			*u = userList{one}
		}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(u))
}

// requestMembers answers op 8 with chunks of a thousand.
func (g *gateway) requestMembers(sess *session, d json.RawMessage) (code int, reason string) {
	var in membersRequest
	if json.Unmarshal(d, &in) != nil || in.Guild == "" || in.Query == nil && len(in.Users) == 0 || in.Query != nil && in.Limit == nil {
		return closeDecode, "Error while decoding payload."
	}
	all := in.Query != nil && *in.Query == "" && *in.Limit == 0
	switch {
	case all && sess.intents&GuildMembers == 0, in.Presences && sess.intents&GuildPresences == 0:
		return closeDisallowed, "Disallowed intent(s)."
	case len(in.Users) > 100 || in.Query != nil && !all && (*in.Limit < 1 || *in.Limit > 100):
		return closeDecode, "Error while decoding payload."
	case len(in.Nonce) > 32:
		g.s.notes.violate("gateway: a nonce of %d bytes is ignored, 32 are the most", len(in.Nonce))
		in.Nonce = ""
	}
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	guild := g.s.guilds[in.Guild]
	if guild == nil || !sess.carries(guild) {
		g.s.notes.violate("gateway: members were asked of the guild %q, which is not the session's", in.Guild)
		return 0, ""
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if key := guild.ID; all {
		now := g.s.wall.Now()
		if now.Sub(g.asked[key]).Seconds() < 30 && g.s.opts.IdentifyEvery > 0 {
			wait := 30 - now.Sub(g.asked[key]).Seconds()
			sess.push("RATE_LIMITED", encode(obj{"opcode": opRequestMembers, "retry_after": wait, "meta": obj{"guild_id": key, "nonce": in.Nonce}}))
			return 0, ""
		}
		g.asked[key] = now
	}
	found, missing := guild.search(in, all)
	chunks := slices.Collect(slices.Chunk(found, 1000))
	if len(chunks) == 0 {
		chunks = [][]MemberObject{{}}
	}
	for i, chunk := range chunks {
		o := obj{"guild_id": guild.ID, "members": chunk, "chunk_index": i, "chunk_count": len(chunks)}
		if len(missing) > 0 {
			o["not_found"] = missing
		}
		if in.Nonce != "" {
			o["nonce"] = in.Nonce
		}
		sess.push("GUILD_MEMBERS_CHUNK", encode(o))
	}
	return 0, ""
}

// cutEvent returns the body of a dispatch if it has the name.
func cutEvent(text []byte, name string) ([]byte, bool) {
	_, rest, ok := bytes.Cut(text, []byte(`,"t":"`))
	if !ok {
		return nil, false
	}
	body, ok := bytes.CutPrefix(rest, []byte(name+`","d":`))
	if !ok {
		return nil, false
	}
	return body[:len(body)-1], true
}
