package bot

import (
	"sync"
	"time"
)

// Clock tells the time. The core reads it nowhere else; handlers are handed the
// moment of their event.
type Clock interface{ Now() time.Time }

// SystemClock is the machine's own clock, in UTC.
type SystemClock struct{}

// Now returns the present moment.
func (SystemClock) Now() time.Time { return time.Now().UTC() }

// stopwatch measures how long something takes, or was ago, on the machine's own
// clock: figures and the pace of redrawing, never anything that is recorded.
type stopwatch time.Time

func startWatch() stopwatch { return stopwatch(time.Now()) }

func (s stopwatch) elapsed() time.Duration { return time.Since(time.Time(s)) }

// SandboxClock is a clock that can be moved forward, for rehearsals and tests.
// It stands still between moves unless Runs was set.
type SandboxClock struct {
	mu    sync.Mutex
	base  time.Time
	since time.Time
	runs  bool
}

// NewSandboxClock starts a clock at a moment. One that runs goes on with the
// machine's clock from there.
func NewSandboxClock(at time.Time, runs bool) *SandboxClock {
	return &SandboxClock{base: at.UTC(), since: time.Now(), runs: runs}
}

// Now returns the sandbox's moment.
func (c *SandboxClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.runs {
		return c.base
	}
	return c.base.Add(time.Since(c.since))
}

// Set moves the clock to a moment, never backwards.
func (c *SandboxClock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.base
	if c.runs {
		now = c.base.Add(time.Since(c.since))
	}
	if at.Before(now) {
		at = now
	}
	c.base, c.since = at.UTC(), time.Now()
}
