package discordtest

// silence makes a connection a zombie: it stays open, takes what is sent and answers
// nothing.
func (c *conn) silence() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.zombie = true
}

// invalidate sends op 9. The gateway is locked.
func (g *gateway) invalidate(sess *session, resumable bool) {
	c := sess.conn
	if c == nil {
		return
	}
	c.send(payload(opInvalid, resumable))
	c.mu.Lock()
	c.session = nil
	c.mu.Unlock()
	sess.conn, sess.detached = nil, g.s.wall.Now()
	if !resumable {
		sess.dead, sess.backlog = true, nil
		delete(g.sessions, sess.id)
	}
}

// each does something with every session, the gateway being locked, and returns how
// many there are that are connected.
func (g *gateway) each(do func(*session)) (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, sess := range g.sessions {
		if sess.conn != nil {
			n++
			do(sess)
		}
	}
	return n
}

// Connected is how many sessions are connected.
func (s *Server) Connected() int { return s.gw.each(func(*session) {}) }

// Reconnect sends op 7 on every connection, and returns how many there are.
func (s *Server) Reconnect() int {
	return s.gw.each(func(sess *session) { sess.conn.send(payload(opReconnect, nil)) })
}

// InvalidSession sends op 9 on every connection: resumable or not.
func (s *Server) InvalidSession(resumable bool) int {
	return s.gw.each(func(sess *session) { s.gw.invalidate(sess, resumable) })
}

// Drop cuts every connection without a word; sessions can be resumed.
func (s *Server) Drop() int { return s.gw.each(func(sess *session) { sess.conn.drop() }) }

// Cut breaks every connection and lets nothing through until Mend.
func (s *Server) Cut() {
	s.gw.cut.Store(true)
	s.Drop()
}

// Mend undoes Cut.
func (s *Server) Mend() { s.gw.cut.Store(false) }

func (g *gateway) isCut() bool { return g.cut.Load() }

// CloseWith closes every connection with a code; 4007 and 4009 end their sessions.
func (s *Server) CloseWith(code int) int {
	return s.gw.each(func(sess *session) {
		if code == closeSequence || code == closeTimeout {
			sess.dead = true
		}
		sess.conn.end(code, "")
	})
}

// Zombie makes every connection silent: open, but neither acknowledging heartbeats
// nor delivering events, which wait in the session.
func (s *Server) Zombie() int { return s.gw.each(func(sess *session) { sess.conn.silence() }) }

// AskHeartbeat asks for a heartbeat at once, with op 1.
func (s *Server) AskHeartbeat() int {
	return s.gw.each(func(sess *session) { sess.conn.send(payload(opHeartbeat, nil)) })
}

// ReconnectOnResume makes the next resume meet op 7 as its first frame, before
// anything is replayed.
func (s *Server) ReconnectOnResume() { s.trap(opReconnect) }

// InvalidOnResume makes the next resume meet op 9 with leave to try again.
func (s *Server) InvalidOnResume() { s.trap(opInvalid) }

func (s *Server) trap(op int) {
	s.gw.mu.Lock()
	defer s.gw.mu.Unlock()
	s.gw.trap[op] = true
}

// ForgetSessions ends all sessions that wait for a resume, as time does.
func (s *Server) ForgetSessions() {
	s.gw.mu.Lock()
	defer s.gw.mu.Unlock()
	for id, sess := range s.gw.sessions {
		if sess.conn == nil {
			sess.dead = true
			delete(s.gw.sessions, id)
		}
	}
}

// Redeliver sends the last event of a name once more, such as INTERACTION_CREATE, as
// a new dispatch with the same body, and tells whether there was one.
func (s *Server) Redeliver(name string) (found bool) {
	return s.redeliver(name, func([]byte) bool { return true })
}

func (s *Server) redeliver(name string, match func(text []byte) bool) (found bool) {
	s.gw.mu.Lock()
	defer s.gw.mu.Unlock()
	for _, sess := range s.gw.sessions {
		for i := len(sess.backlog) - 1; i >= 0; i-- {
			if d, ok := cutEvent(sess.backlog[i].text, name); ok && match(d) {
				sess.push(name, d)
				found = true
				break
			}
		}
	}
	return found
}
