// Package mmtest is for tests against a real Mattermost server: it acts there as
// members do, through the API and a WebSocket, and stops and starts the server.
//
// The server is the one that `make mattermost` brings up and describes in
// build/mattermost.env; `make e2e-mattermost` runs every test that needs it. A
// test without one is skipped. Tests share the server: each works in a team and
// with a bot of its own ([Server.NewTeam], [Server.NewBot]), and one that stops
// the server does not run beside others.
package mmtest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

// patience is how long the server is waited for before a test fails.
const patience = 90 * time.Second

// Server is a running Mattermost server. Its methods end the test when something
// fails that a test does not expect to.
type Server struct {
	// URL is the server's address and SiteURL, without a slash at the end.
	URL string
	// Admin is logged in as the system administrator.
	Admin *Member

	password string
	team     string
	pidFile  string
	start    string
	http     *http.Client
	watched  bool // the server is brought back when the test ends
}

// Start returns the server that the environment names (MM_URL and what else is in
// build/mattermost.env), and skips the test when it names none.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{
		URL:      strings.TrimRight(os.Getenv("MM_URL"), "/"),
		password: os.Getenv("MM_PASSWORD"),
		team:     os.Getenv("MM_TEAM"),
		pidFile:  os.Getenv("MM_PIDFILE"),
		start:    os.Getenv("MM_START"),
	}
	if s.URL == "" {
		t.Skip("no Mattermost server: `make e2e-mattermost` brings one up, or `make mattermost` and then `set -a; . build/mattermost.env`")
	}
	// A hundred members at a time keep a connection each.
	transport := &http.Transport{MaxIdleConns: 500, MaxIdleConnsPerHost: 500, IdleConnTimeout: time.Minute}
	s.http = &http.Client{Transport: transport, Timeout: time.Minute}
	t.Cleanup(transport.CloseIdleConnections)
	s.Admin = s.User(t, os.Getenv("MM_ADMIN"))
	return s
}

// within bounds what a test waits for.
func within(t testing.TB) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), patience)
}

// client is a new API client on the server's connections.
func (s *Server) client() *model.Client4 {
	c := model.NewAPIv4Client(s.URL)
	c.HTTPClient = s.http
	return c
}

// User logs in as a member by name, such as alice, whose account is created when
// there is none yet. It is in no team but those that it joined.
func (s *Server) User(t testing.TB, name string) *Member {
	t.Helper()
	m, err := s.login(t.Context(), name)
	if err != nil && s.Admin != nil {
		m, err = s.create(t.Context(), name)
	}
	if err != nil {
		t.Fatalf("log in as %s: %v", name, err)
	}
	return m
}

// NewUser creates an account whose name is prefix and something that no other
// account has, and logs in.
func (s *Server) NewUser(t testing.TB, prefix string) *Member {
	t.Helper()
	m, err := s.create(t.Context(), unique(prefix))
	if err != nil {
		t.Fatalf("create %s: %v", prefix, err)
	}
	return m
}

func (s *Server) create(ctx context.Context, name string) (*Member, error) {
	_, _, err := s.client().CreateUser(ctx, &model.User{
		Username: name, Email: name + "@example.org", Password: s.password,
	})
	if err != nil {
		return nil, err
	}
	return s.login(ctx, name)
}

func (s *Server) login(ctx context.Context, name string) (*Member, error) {
	c := s.client()
	u, _, err := c.Login(ctx, name, s.password)
	if err != nil {
		return nil, err
	}
	return &Member{ID: u.Id, Name: u.Username, Client: c, server: s}, nil
}

// Crowd creates n accounts and logs in as each, eight at a time.
func (s *Server) Crowd(t testing.TB, n int) []*Member {
	t.Helper()
	prefix := unique("crowd")
	members := make([]*Member, n)
	errs := make(chan error, n)
	slots := make(chan struct{}, 8)
	for i := range n {
		go func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			var err error
			members[i], err = s.create(t.Context(), fmt.Sprintf("%s-%03d", prefix, i+1))
			errs <- err
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Errorf("create a crowd: %v", err)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
	return members
}

// unique is a name that nothing else on the server has.
func unique(prefix string) string { return strings.ToLower(prefix + "-" + model.NewId()[:8]) }
