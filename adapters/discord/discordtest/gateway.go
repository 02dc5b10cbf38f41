package discordtest

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// gateway holds the sessions and connections.
type gateway struct {
	s        *Server
	upgrader websocket.Upgrader
	serving  sync.WaitGroup
	cut      atomic.Bool // nothing passes

	mu         sync.Mutex
	stopped    bool
	sessions   map[string]*session
	conns      map[*conn]bool
	identified map[int]time.Time // by rate limit key
	starts     int               // identifies that are left for the day
	asked      map[string]time.Time
	trap       map[int]bool // what the next resumes meet: opcodes
}

// startLimit is how many sessions may be started in a day.
const startLimit = 1000

func (g *gateway) start(s *Server) {
	g.s, g.sessions, g.conns = s, map[string]*session{}, map[*conn]bool{}
	g.identified, g.starts, g.asked, g.trap = map[int]time.Time{}, startLimit, map[string]time.Time{}, map[int]bool{}
	g.upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
}

// serve is one connection, from its upgrade to its end.
func (g *gateway) serve(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	if g.stopped || g.isCut() {
		g.mu.Unlock()
		http.Error(w, "stopped", http.StatusServiceUnavailable)
		return
	}
	g.serving.Add(1)
	g.mu.Unlock()
	defer g.serving.Done()
	ws, err := g.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	q := r.URL.Query()
	c := newConn(g.s, ws)
	g.mu.Lock()
	g.conns[c] = true
	g.mu.Unlock()
	defer func() {
		g.mu.Lock()
		delete(g.conns, c)
		g.mu.Unlock()
	}()
	switch q.Get("v") {
	case "10":
		c.version = 10
	case "9":
		c.version = 9
	default:
		g.s.notes.violate("gateway: the version %q", q.Get("v"))
		c.end(closeVersion, "Invalid API version.")
	}
	if e := q.Get("encoding"); e != "json" && e != "" {
		g.s.notes.violate("gateway: the encoding %q, of which this double has json alone", e)
		c.end(closeDecode, "Error while decoding payload.")
	}
	switch q.Get("compress") {
	case "":
	case "zlib-stream":
		c.stream()
	default:
		g.s.notes.violate("gateway: the compression %q, of which this double has zlib-stream alone", q.Get("compress"))
		c.end(closeDecode, "Error while decoding payload.")
	}
	c.run()
}

// stop closes all connections; wait returns when each has ended.
func (g *gateway) stop() {
	g.mu.Lock()
	g.stopped = true
	conns := make([]*conn, 0, len(g.conns))
	for c := range g.conns {
		conns = append(conns, c)
	}
	g.mu.Unlock()
	for _, c := range conns {
		c.drop()
	}
}

func (g *gateway) wait() { g.serving.Wait() }

func (g *gateway) heartbeat() time.Duration {
	if g.s.opts.Heartbeat > 0 {
		return g.s.opts.Heartbeat
	}
	return 41250 * time.Millisecond
}

// botGateway is GET /gateway/bot.
func botGateway(s *Server, _ *request) (any, error) {
	per := s.perShard()
	s.mu.Lock()
	shards := max(1, (len(s.guilds)+per-1)/per)
	s.mu.Unlock()
	s.gw.mu.Lock()
	defer s.gw.mu.Unlock()
	return obj{
		"url": s.Gateway, "shards": shards,
		"session_start_limit": obj{
			"total": startLimit, "remaining": s.gw.starts, "reset_after": 86400000, "max_concurrency": max(1, s.opts.MaxConcurrency),
		},
	}, nil
}

func plainGateway(s *Server, _ *request) (any, error) { return obj{"url": s.Gateway}, nil }

func (s *Server) perShard() int {
	if s.opts.GuildsPerShard > 0 {
		return s.opts.GuildsPerShard
	}
	return 2500
}

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails (crypto/rand)
	return hex.EncodeToString(b)
}

// bareToken is a token as identify and resume may give it.
func bareToken(t string) string { return strings.TrimPrefix(t, "Bot ") }
