package discordtest

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Plan says which faults happen at random. Each figure is the share, from 0 to 1, of
// the requests or events that meet the fault. The same seed makes the same choices in
// the same order.
type Plan struct {
	Seed uint64
	// Limited answers 429 of the route, LimitedGlobally of the whole bot and
	// LimitedShared of a resource, to be tried again after Wait (200 ms if zero).
	Limited, LimitedGlobally, LimitedShared float64
	Wait                                    time.Duration
	// Lost answers 502 without having done what was asked; Hidden after having done it.
	Lost, Hidden float64
	// HungUp closes the connection in place of an answer, after having done what was
	// asked.
	HungUp float64
	// Slow delays answers by a time up to SlowBy.
	Slow   float64
	SlowBy time.Duration
	// Again delivers an event twice.
	Again float64
	// Reconnect sends op 7 after an event, Invalid and InvalidForGood op 9 with and
	// without leave to resume, Dropped cuts the connection, Closed closes it with
	// 4000, Zombie makes it silent.
	Reconnect, Invalid, InvalidForGood, Dropped, Closed, Zombie float64
	// ResumeTrap makes the next resume meet op 7 as its first frame.
	ResumeTrap float64
}

// faults decides.
type faults struct {
	mu      sync.Mutex
	plan    Plan
	dice    *rand.Rand
	queued  []Fault
	stopped bool
}

// Fault is what becomes of one request.
type Fault struct {
	// Method and Route choose the request, such as POST and
	// /channels/{channel_id}/messages; empty is any.
	Method, Route string
	// Status is the answer: 429, 500, 502, 503; 0 hangs up.
	Status int
	// Done tells that what was asked is done although the answer says otherwise.
	Done bool
	// Scope of a 429 is user, global or shared; Wait is when to try again.
	Scope string
	Wait  time.Duration
}

func (f *Fault) executes() bool { return f.Done }

// Faults makes faults happen at random from now on; the empty plan ends them.
func (s *Server) Faults(p Plan) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.plan, s.faults.dice = p, rand.New(rand.NewPCG(p.Seed, 0)) //nolint:gosec // It is to be repeatable.
}

// Fail has the next request that fits meet the fault; several are met in the order
// in which they were asked for.
func (s *Server) Fail(f Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.queued = append(s.faults.queued, f)
}

func (f *faults) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stopped = true
}

// request is the fault that a request meets, nil for none.
func (f *faults) request(r *request) *Fault {
	f.mu.Lock()
	for i, q := range f.queued {
		if (q.Method == "" || q.Method == r.Method) && (q.Route == "" || q.Route == r.route.pattern) {
			f.queued = append(f.queued[:i:i], f.queued[i+1:]...)
			f.mu.Unlock()
			return &q
		}
	}
	if f.dice == nil || f.stopped {
		f.mu.Unlock()
		return nil
	}
	p, x, slow := f.plan, f.dice.Float64(), f.dice.Float64()
	late := time.Duration(f.dice.Int64N(int64(max(p.SlowBy, 1))))
	f.mu.Unlock()
	if slow < p.Slow {
		time.Sleep(late)
	}
	wait := p.Wait
	if wait == 0 {
		wait = 200 * time.Millisecond
	}
	for _, c := range []struct {
		share float64
		fault Fault
	}{
		{p.Limited, Fault{Status: 429, Scope: "user", Wait: wait}},
		{p.LimitedShared, Fault{Status: 429, Scope: "shared", Wait: wait}},
		{p.LimitedGlobally, Fault{Status: 429, Scope: "global", Wait: wait}},
		{p.Lost, Fault{Status: 502}},
		{p.Hidden, Fault{Status: 502, Done: true}},
		{p.HungUp, Fault{Done: true}},
	} {
		if x -= c.share; x < 0 {
			return &c.fault
		}
	}
	return nil
}

// fail answers with a fault.
func (s *Server) fail(w http.ResponseWriter, r *request, f *Fault) {
	switch f.Status {
	case 0:
		s.notes.count("", func(n *Figures) { n.Refused++ })
		if h, ok := w.(http.Hijacker); ok {
			if c, _, err := h.Hijack(); err == nil {
				_ = c.Close() // that is the fault
			}
		}
	case http.StatusTooManyRequests:
		scope := f.Scope
		if scope == "" {
			scope = "user"
		}
		if scope == "global" {
			s.limits.block(f.Wait)
		}
		s.refuse(w, r, &limited{scope, f.Wait})
	default:
		s.notes.count("", func(n *Figures) { n.Refused++ })
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.Status)
		_, _ = w.Write([]byte("<html><head><title>" + http.StatusText(f.Status) + "</title></head></html>")) // as the proxies before Discord answer
	}
}

// block refuses everything for a while with a global limit.
func (l *limiter) block(wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	l.blockUntil(now, now.Add(wait))
}

// again tells whether an event is delivered twice.
func (f *faults) again() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dice != nil && !f.stopped && f.plan.Again > 0 && f.dice.Float64() < f.plan.Again
}

// connection is what befalls the connection of a session after an event. The
// gateway is locked.
func (f *faults) connection(g *gateway, sess *session) {
	f.mu.Lock()
	if f.dice == nil || f.stopped || sess.conn == nil {
		f.mu.Unlock()
		return
	}
	p, x, trap := f.plan, f.dice.Float64(), f.dice.Float64()
	f.mu.Unlock()
	if trap < p.ResumeTrap {
		g.trap[opReconnect] = true
	}
	for _, c := range []struct {
		share  float64
		befall func()
	}{
		{p.Reconnect, func() { sess.conn.send(payload(opReconnect, nil)) }},
		{p.Invalid, func() { g.invalidate(sess, true) }},
		{p.InvalidForGood, func() { g.invalidate(sess, false) }},
		{p.Dropped, sess.conn.drop},
		{p.Closed, func() { sess.conn.end(closeUnknown, "Unknown error.") }},
		{p.Zombie, sess.conn.silence},
	} {
		if x -= c.share; x < 0 {
			c.befall()
			return
		}
	}
}
