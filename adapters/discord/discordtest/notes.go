package discordtest

import (
	"fmt"
	"maps"
	"sync"
)

// notes is what the server remembers of its clients.
type notes struct {
	mu         sync.Mutex
	violations []string
	counts     map[string]int
	figures    Figures
}

// Figures count what reached the server.
type Figures struct {
	// Requests of the REST API, among them those answered with a status of 400 and
	// more, and those that count as invalid: 401, 403, and 429 unless the limit is
	// shared. At Discord 10,000 invalid ones in ten minutes ban the address.
	Requests, Refused, Invalid int
	// Limited counts the 429; Early the requests that came although the client knew
	// that its limit was used up.
	Limited, Early int
	// Identifies and Resumes of the gateway.
	Identifies, Resumes int
}

// violate notes a violation. It may be called with any lock held.
func (n *notes) violate(format string, args ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.violations) < 1000 {
		n.violations = append(n.violations, fmt.Sprintf(format, args...))
	}
}

func (n *notes) count(route string, change func(*Figures)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.counts == nil {
		n.counts = map[string]int{}
	}
	if route != "" {
		n.counts[route]++
	}
	change(&n.figures)
}

// Violations lists what clients did that Discord's rules forbid, in the order in
// which it happened (the first thousand).
func (s *Server) Violations() []string {
	s.notes.mu.Lock()
	defer s.notes.mu.Unlock()
	return append([]string(nil), s.notes.violations...)
}

// TakeViolations returns the violations and forgets them, for tests that provoke
// some.
func (s *Server) TakeViolations() []string {
	s.notes.mu.Lock()
	defer s.notes.mu.Unlock()
	v := s.notes.violations
	s.notes.violations = nil
	return v
}

// Figures returns what was counted so far.
func (s *Server) Figures() Figures {
	s.notes.mu.Lock()
	defer s.notes.mu.Unlock()
	return s.notes.figures
}

// Requests counts the requests by route, such as
// "POST /channels/{channel_id}/messages".
func (s *Server) Requests() map[string]int {
	s.notes.mu.Lock()
	defer s.notes.mu.Unlock()
	return maps.Clone(s.notes.counts)
}
