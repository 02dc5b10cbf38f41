package mattermost

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"greffier/bot"
)

// The address that the server calls can be reached by others too. Whoever opens
// connections and sends nothing, or a letter a second, costs a connection each for
// as long as a head may take; when there are too many of them the oldest are closed,
// and the server's own calls, whose heads are there at once, are not kept waiting.

const (
	// headWithin is how long a call's head may take, bodyWithin the whole of it.
	headWithin = 5 * time.Second
	bodyWithin = 10 * time.Second
	// mostWaiting is how many connections may be without a whole call at a time.
	mostWaiting = 512
)

// door watches the connections that have not brought a whole head yet.
type door struct {
	clock bot.Clock
	// vain is told of each connection that ended without a call, and why.
	vain func(by, from string)

	mu      sync.Mutex
	waiting list.List // of *guest, oldest first
	by      map[net.Conn]*list.Element
}

// guest is a connection that waits.
type guest struct {
	conn  net.Conn
	since time.Time
	spoke bool
}

type connKey struct{}

// attach has a server tell the door of its connections.
func (d *door) attach(srv *http.Server) {
	d.by = map[net.Conn]*list.Element{}
	srv.ConnContext = func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) }
	srv.ConnState = d.state
}

// through notes that a connection has brought a call.
func (d *door) through(r *http.Request) {
	if c, ok := r.Context().Value(connKey{}).(net.Conn); ok {
		d.mu.Lock()
		d.leave(c)
		d.mu.Unlock()
	}
}

func (d *door) state(c net.Conn, s http.ConnState) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch s {
	case http.StateNew:
		if d.waiting.Len() >= mostWaiting {
			oldest := d.waiting.Front().Value.(*guest).conn
			d.leave(oldest)
			_ = oldest.Close() // its own goroutine finds out
			d.vain(tooSlow, host(oldest.RemoteAddr().String()))
		}
		d.by[c] = d.waiting.PushBack(&guest{conn: c, since: d.clock.Now()})
	case http.StateActive: // its head is there, or it ended in the middle of it
		if e, ok := d.by[c]; ok {
			e.Value.(*guest).spoke = true
		}
	case http.StateClosed:
		g, ok := d.leave(c)
		switch from := host(c.RemoteAddr().String()); {
		case !ok:
		case d.clock.Now().Sub(g.since) >= headWithin/2:
			d.vain(tooSlow, from)
		case g.spoke:
			d.vain(badHead, from)
		default: // a look whether somebody listens is no matter
		}
	}
}

func (d *door) leave(c net.Conn) (*guest, bool) {
	e, ok := d.by[c]
	if !ok {
		return nil, false
	}
	delete(d.by, c)
	return d.waiting.Remove(e).(*guest), true
}

// complaints keeps a flood of bad calls from becoming a flood of lines in the log.
type complaints struct {
	mu   sync.Mutex
	said map[string]*complaint
}

type complaint struct {
	since time.Time
	lines int
	more  int
}

// linesEach is how many lines a minute the log gets of each sort of bad call.
const linesEach = 20

// take reports whether one more is to be said, and how many of its sort were not
// since the last that was.
func (c *complaints) take(by string, now time.Time) (unsaid int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.said == nil {
		c.said = map[string]*complaint{}
	}
	s := c.said[by]
	if s == nil {
		s = &complaint{since: now}
		c.said[by] = s
	}
	if now.Sub(s.since) >= time.Minute {
		s.since, s.lines = now, 0
	}
	if s.lines >= linesEach {
		s.more++
		return 0, false
	}
	s.lines++
	unsaid, s.more = s.more, 0
	return unsaid, true
}
