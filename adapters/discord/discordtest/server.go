// Package discordtest is a Discord to test against: its REST API v10 and its
// gateway over real sockets, behaving as Discord's written documentation says,
// and members who do there what people do in a client ([Member]).
//
// What arrives is held against the documented rules, and against Discord's own
// OpenAPI description where DISCORD_OPENAPI names it. What a well-behaved bot does
// not send is answered as Discord answers it and is remembered as a violation;
// [Start] fails the test that leaves one. Faults happen on demand or at random
// ([Server.Faults]).
//
// No product code imports this package: it is for tests, the benchmark and tools.
//
// Where to look: server.go and world.go are what a test sets up; member.go,
// slash.go, press.go and sees.go what members do and see; rest.go takes requests
// down one path (who, faults, limits, rules, handler) and errors.go answers; each
// resource has a file; gateway.go, session.go and dispatch.go are the gateway.
package discordtest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"greffier/bot"
)

// Options say what a server is like; the zero value is a usual one.
type Options struct {
	// Clock tells the age of interactions, and the time of messages. Nil is the
	// machine's. Rate limits and heartbeats follow the machine's always, as those
	// who wait for them do.
	Clock bot.Clock
	// Token is the bot's, without "Bot "; empty is a usual one.
	Token string
	// OpenAPI is the path of Discord's OpenAPI description to hold requests
	// against; empty takes it from DISCORD_OPENAPI, "-" is none.
	OpenAPI string
	// Heartbeat is the interval asked of clients; zero is 41.25 s.
	Heartbeat time.Duration
	// SessionWindow is how long a session can be resumed after its connection
	// ended; zero is three minutes.
	SessionWindow time.Duration
	// Refused are the privileged intents that are switched off in the developer
	// portal; zero switches all on.
	Refused Intents
	// GuildsPerShard is how many guilds one shard may carry; zero is 2,500.
	GuildsPerShard int
	// MaxConcurrency is how many shards may identify in IdentifyEvery; zero is 1.
	MaxConcurrency int
	// IdentifyEvery is 5 s at Discord; zero lets clients identify at any time.
	IdentifyEvery time.Duration
	// PerSecond is the global limit of requests a second; zero is 50, negative none.
	PerSecond int
	// Unlimited switches off the limits of single routes.
	Unlimited bool
	// Remember bounds how many interactions, and how many messages of each channel,
	// are kept, those that everybody sees longest; zero keeps all.
	Remember int
	// Sparse makes it a server that is compatible and says less: no advice on the
	// gateway, nothing of the application, no limits in headers, no address to resume
	// at, commands without localizations or contexts that are written all at once only,
	// no list of members, no scheduled events; and it sends operations and events that
	// nobody knows.
	Sparse bool
	// Latency is added to each answer of the REST API.
	Latency time.Duration
}

// Server is a Discord of its own.
type Server struct {
	// URL is the address of the API without its version, such as
	// http://127.0.0.1:1234/api; requests go to URL + "/v10/…".
	URL string
	// Gateway is the address of the gateway, such as ws://127.0.0.1:1234/gateway.
	Gateway string
	// Token is what the bot authenticates with, without "Bot ".
	Token string
	// AppID is the application's identifier, and the bot's user identifier.
	AppID string

	opts     Options
	clock    bot.Clock
	wall     bot.SystemClock
	listener net.Listener
	http     *http.Server
	served   chan struct{}
	routes   http.Handler
	contract *contract
	limits   limiter
	faults   faults
	notes    notes
	gw       gateway

	// mu guards the world: all that has no lock of its own, guilds and what is in
	// them included. What is slow happens outside of it.
	mu           sync.Mutex
	changed      chan struct{} // closed and replaced when something changed
	lastID       uint64
	first        *Guild
	guilds       map[string]*Guild
	order        []*Guild
	channels     map[string]*Channel
	users        map[string]*account
	byName       map[string]*account
	me           *account
	commands     map[string]*commandSet // by guild, "" the global ones
	interactions map[string]*Interaction
	tokens       map[string]*Interaction
	recent       []*Interaction
	nonces       map[string]nonced
	portal       portal
}

// portal is what the developer portal holds.
type portal struct {
	name   string
	public bool
}

// Open starts a server on a free port of this machine.
func Open(o Options) (*Server, error) {
	s := &Server{
		opts: o, clock: o.Clock, Token: o.Token, changed: make(chan struct{}),
		guilds: map[string]*Guild{}, channels: map[string]*Channel{},
		users: map[string]*account{}, byName: map[string]*account{},
		commands:     map[string]*commandSet{"": {}},
		interactions: map[string]*Interaction{}, tokens: map[string]*Interaction{},
		nonces: map[string]nonced{}, served: make(chan struct{}),
		portal: portal{name: "Greffier", public: true},
	}
	if s.clock == nil {
		s.clock = bot.SystemClock{}
	}
	if s.Token == "" {
		s.Token = "MTI3MDAwMDAwMDAwMDAwMDAx.Gtest0.nobody-else-has-this-token-0123456789"
	}
	if err := s.describe(); err != nil {
		return nil, err
	}
	var err error
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	address := s.listener.Addr().String()
	s.URL, s.Gateway = "http://"+address+"/api", "ws://"+address+"/gateway"
	s.me = s.newAccount("greffier")
	s.me.user.Bot = true
	s.AppID = s.me.user.ID
	s.limits.start(s.wall)
	s.gw.start(s)
	s.routes = s.handler()
	s.http = &http.Server{Handler: s.routes, ReadHeaderTimeout: time.Minute}
	go func() {
		defer close(s.served)
		_ = s.http.Serve(s.listener) // it always ends with an error: Close was called
	}()
	return s, nil
}

func (s *Server) describe() (err error) {
	path := s.opts.OpenAPI
	if path == "" {
		path = os.Getenv("DISCORD_OPENAPI")
	}
	if path == "" || path == "-" {
		return nil
	}
	s.contract, err = loadContract(path)
	return err
}

// Start is Open for a test: the server is closed when the test ends, which fails if
// violations were left.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		for _, v := range s.Violations() {
			t.Errorf("Discord would not accept this: %s", v)
		}
	})
	return s
}

// Close ends all connections and waits for all that was started.
func (s *Server) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	s.faults.stop()
	s.gw.stop()
	if err := s.http.Shutdown(ctx); err != nil {
		_ = s.http.Close() // what is still asking has had its time
	}
	<-s.served
	s.gw.wait()
}

// HangUp ends the connections of the REST API that nobody uses.
func (s *Server) HangUp() {
	s.http.SetKeepAlivesEnabled(false)
	s.http.SetKeepAlivesEnabled(true)
}

// epoch is the first millisecond of 2015, from which identifiers count
// (docs: reference, Snowflakes).
const epoch = 1420070400000

// newID makes an identifier that holds the time and is greater than all before.
func (s *Server) newID() string {
	id := uint64(max(s.clock.Now().UnixMilli()-epoch, 0)) << 22
	s.lastID = max(id, s.lastID+1)
	return fmt.Sprint(s.lastID)
}

// change tells those who wait that something changed. The world is locked.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Until waits until ok holds, looking again whenever something changed, and tells
// whether it did before the context ended. ok is called without locks held.
func (s *Server) Until(ctx context.Context, ok func() bool) bool {
	tick := time.NewTicker(50 * time.Millisecond) // clocks move without telling
	defer tick.Stop()
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if ok() {
			return true
		}
		select {
		case <-changed:
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
}
