package discordtest

import (
	"encoding/json"
	"strconv"
	"time"
)

// maxBacklog is how many events a session keeps for a resume.
const maxBacklog = 5000

// session is a session of the gateway, which outlives its connections.
type session struct {
	id       string
	version  int
	intents  Intents
	shard    [2]int
	seq      int64
	backlog  []frame
	lost     int64 // the number of the last event that is no longer in the backlog
	conn     *conn // nil while nobody is connected
	detached time.Time
	dead     bool // it cannot be resumed
}

func (s *session) carries(g *Guild) bool {
	if g == nil {
		return s.shard[0] == 0
	}
	id, _ := strconv.ParseUint(g.ID, 10, 64)
	return int((id>>22)%uint64(s.shard[1])) == s.shard[0]
}

// push gives an event its number, keeps it and sends it. The gateway is locked.
func (s *session) push(name string, d []byte) {
	s.seq++
	text := make([]byte, 0, len(d)+64)
	text = append(text, `{"op":0,"s":`...)
	text = strconv.AppendInt(text, s.seq, 10)
	text = append(text, `,"t":"`...)
	text = append(text, name...)
	text = append(text, `","d":`...)
	text = append(append(text, d...), '}')
	f := frame{seq: s.seq, text: text}
	s.backlog = append(s.backlog, f)
	if len(s.backlog) > maxBacklog {
		s.lost = s.backlog[0].seq
		s.backlog[0] = frame{}
		s.backlog = s.backlog[1:]
	}
	if s.conn != nil {
		s.conn.send(f)
	}
}

type identification struct {
	Token     string   `json:"token"`
	Intents   *Intents `json:"intents"`
	Compress  bool     `json:"compress"`
	Threshold *int     `json:"large_threshold"`
	Shard     *[2]int  `json:"shard"`
	// Properties are os, browser and device, which older libraries write with a
	// dollar sign before them.
	Properties map[string]any `json:"properties"`
}

// identify starts a session.
func (g *gateway) identify(c *conn, d json.RawMessage) (code int, reason string) {
	g.s.notes.count("", func(f *Figures) { f.Identifies++ })
	var in identification
	if json.Unmarshal(d, &in) != nil || in.Intents == nil || in.Properties == nil {
		return closeDecode, "Error while decoding payload."
	}
	for _, name := range []string{"os", "browser", "device"} {
		if in.Properties[name] == nil && in.Properties["$"+name] == nil {
			g.s.notes.violate("gateway: identify without %s in its properties", name)
		}
	}
	if in.Threshold != nil && (*in.Threshold < 50 || *in.Threshold > 250) {
		g.s.notes.violate("gateway: large_threshold is %d, not between 50 and 250", *in.Threshold)
	}
	c.mu.Lock()
	again := c.session != nil
	c.mu.Unlock()
	shard := [2]int{0, 1}
	if in.Shard != nil {
		shard = *in.Shard
	}
	switch {
	case again:
		return closeAuthenticated, "Already authenticated."
	case bareToken(in.Token) != g.s.Token:
		return closeToken, "Authentication failed."
	case *in.Intents&^allIntents != 0:
		return closeIntents, "Invalid intent(s)."
	case *in.Intents&g.s.opts.Refused != 0:
		return closeDisallowed, "Disallowed intent(s)."
	case shard[1] < 1 || shard[0] < 0 || shard[0] >= shard[1]:
		return closeShard, "Invalid shard."
	}
	sess := &session{id: randomHex(16), version: c.version, intents: *in.Intents, shard: shard}
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	var guilds []*Guild
	for _, guild := range g.s.order {
		if sess.carries(guild) {
			guilds = append(guilds, guild)
		}
	}
	if len(guilds) > g.s.perShard() {
		return closeSharding, "Sharding required."
	}
	if !g.mayStart(shard[0]) {
		c.send(payload(opInvalid, false))
		return 0, ""
	}
	c.mu.Lock()
	c.session, c.payload = sess, in.Compress && c.zlib == nil
	c.mu.Unlock()
	g.mu.Lock()
	g.sessions[sess.id] = sess
	sess.conn = c
	g.mu.Unlock()
	g.ready(sess, guilds)
	return 0, ""
}

// mayStart counts an identify against the limits.
func (g *gateway) mayStart(shard int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	key, now := shard%max(1, g.s.opts.MaxConcurrency), g.s.wall.Now()
	if now.Sub(g.identified[key]) < g.s.opts.IdentifyEvery {
		g.s.notes.violate("gateway: identified sooner than %s after the last time", g.s.opts.IdentifyEvery)
		return false
	}
	if g.starts == 0 {
		g.s.notes.violate("gateway: %d sessions started in a day, at which Discord resets the token", startLimit)
		return false
	}
	g.identified[key] = now
	g.starts--
	return true
}

// resume goes on with a session on a new connection.
func (g *gateway) resume(c *conn, d json.RawMessage) (code int, reason string) {
	g.s.notes.count("", func(f *Figures) { f.Resumes++ })
	var in struct {
		Token   string `json:"token"`
		Session string `json:"session_id"`
		Seq     *int64 `json:"seq"`
	}
	if json.Unmarshal(d, &in) != nil || in.Seq == nil {
		return closeDecode, "Error while decoding payload."
	}
	if bareToken(in.Token) != g.s.Token {
		return closeToken, "Authentication failed."
	}
	c.mu.Lock()
	again := c.session != nil
	c.mu.Unlock()
	if again {
		return closeAuthenticated, "Already authenticated."
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.trap[opReconnect] { // before anything else, as when a resume meets a server that leaves
		delete(g.trap, opReconnect)
		c.send(payload(opReconnect, nil))
		return 0, ""
	}
	sess := g.sessions[in.Session]
	switch {
	case sess == nil || sess.dead || in.Seq != nil && *in.Seq < sess.lost || g.expired(sess):
		c.send(payload(opInvalid, false))
		return 0, ""
	case g.trap[opInvalid]:
		delete(g.trap, opInvalid)
		c.send(payload(opInvalid, true))
		return 0, ""
	case *in.Seq > sess.seq || *in.Seq < 0:
		return closeSequence, "Invalid seq."
	}
	if old := sess.conn; old != nil {
		old.mu.Lock()
		old.session = nil
		old.mu.Unlock()
		old.drop()
	}
	c.mu.Lock()
	c.session = sess
	c.mu.Unlock()
	sess.conn = c
	for _, f := range sess.backlog {
		if f.seq > *in.Seq {
			c.send(f)
		}
	}
	sess.push("RESUMED", []byte(`{"_trace":[]}`))
	return 0, ""
}

func (g *gateway) expired(sess *session) bool {
	window := g.s.opts.SessionWindow
	if window == 0 {
		window = 3 * time.Minute
	}
	return sess.conn == nil && g.s.wall.Now().Sub(sess.detached) > window
}

// detach leaves the session of an ended connection for a resume, unless the client
// closed it in a way that ends the session.
func (g *gateway) detach(c *conn, code int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c.mu.Lock()
	sess := c.session
	c.mu.Unlock()
	if sess == nil || sess.conn != c {
		return
	}
	sess.conn, sess.detached = nil, g.s.wall.Now()
	if code == 1000 || code == 1001 {
		sess.dead, sess.backlog = true, nil
		delete(g.sessions, sess.id)
	}
	for id, other := range g.sessions { // those nobody comes back for
		if g.expired(other) {
			delete(g.sessions, id)
		}
	}
}
