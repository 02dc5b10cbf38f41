package discord

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"

	"greffier/bot"
)

// limits keeps us within what Discord allows: so many requests a second in all,
// so many in each bucket, which several routes may share, and, over ten minutes,
// so many that are refused before our address is banned.
type limits struct {
	clock bot.Clock
	mu    sync.Mutex
	// until is when the global limit ends.
	until time.Time
	// tokens are requests that may be sent at once; at is when they were counted.
	tokens float64
	at     time.Time
	// buckets are the buckets of routes, quotas what is left in each, by bucket
	// and major parameter.
	buckets map[string]string
	quotas  map[string]*quota
	// refused counts refusals in the ten minutes since.
	refused int
	since   time.Time
}

type quota struct {
	left  int
	reset time.Time
}

const (
	// perSecond and atOnce together are the 50 requests that Discord allows a bot in
	// any second: what was saved up goes on top of what comes in meanwhile.
	perSecond, atOnce = 40, 10
	// mostQuotas bounds what is remembered; those that were reset go first.
	mostQuotas = 2048
	// banAfter is how many refusals in ten minutes ban an address; at mostRefused
	// we send nothing more until they are over.
	banAfter    = 10000
	mostRefused = banAfter / 10
	refusedFor  = 10 * time.Minute
)

func newLimits(clock bot.Clock) *limits {
	return &limits{clock: clock, tokens: atOnce, buckets: map[string]string{}, quotas: map[string]*quota{}}
}

func (r request) bucketRoute() string { return r.method + " " + r.route }

// major is what of the path the limits are counted by.
func (r request) major() string {
	if len(r.args) == 0 {
		return ""
	}
	return r.args[0]
}

// enter waits until a request may be sent. The error is errBusy when that takes
// longer than anybody should wait, or that of ctx.
func (l *limits) enter(ctx context.Context, r request) error {
	if r.free {
		return ctx.Err() // limited by its own token only, of which we use a handful
	}
	for waited := time.Duration(0); ; {
		d := l.take(r)
		if d <= 0 {
			return ctx.Err()
		}
		if waited += d; waited > longestWait {
			return errBusy
		}
		if !bot.Sleep(ctx, d) {
			return ctx.Err()
		}
	}
}

// take takes a place, or says after what time to ask again.
func (l *limits) take(r request) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if now.Sub(l.since) > refusedFor {
		l.since, l.refused = now, 0
	}
	if l.refused >= mostRefused {
		return max(l.since.Add(refusedFor).Sub(now), time.Second)
	}
	if d := l.until.Sub(now); d > 0 {
		return d
	}
	if bucket, ok := l.buckets[r.bucketRoute()]; ok {
		if q := l.quotas[bucket+"|"+r.major()]; q != nil && q.reset.After(now) {
			if q.left <= 0 {
				return q.reset.Sub(now)
			}
			q.left--
		}
	}
	if !l.at.IsZero() {
		l.tokens = min(atOnce, l.tokens+now.Sub(l.at).Seconds()*perSecond)
	}
	l.at = now
	if l.tokens < 1 {
		return time.Second / perSecond
	}
	l.tokens--
	return 0
}

// leave learns from a response, whose body is data when it is a refusal, and
// returns after what time another attempt makes sense.
func (l *limits) leave(r request, resp *http.Response, data []byte) time.Duration {
	now := l.clock.Now()
	h := resp.Header
	shared := h.Get("X-RateLimit-Scope") == "shared"
	l.mu.Lock()
	defer l.mu.Unlock()
	switch resp.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		l.refused++
	case http.StatusTooManyRequests:
		if !shared {
			l.refused++
		}
		wait, global := tooMany(h, data)
		if global {
			l.until = latest(l.until, now.Add(wait))
		} else if !r.free {
			l.keep(r, h.Get("X-RateLimit-Bucket"), &quota{0, now.Add(wait)}, now)
		}
		return wait
	}
	left, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	after := seconds(h.Get("X-RateLimit-Reset-After"))
	if err == nil && after > 0 && !r.free {
		l.keep(r, h.Get("X-RateLimit-Bucket"), &quota{left, now.Add(after)}, now)
	}
	return 0
}

func (l *limits) keep(r request, bucket string, q *quota, now time.Time) {
	if bucket == "" {
		bucket = r.bucketRoute()
	}
	l.buckets[r.bucketRoute()] = bucket
	key := bucket + "|" + r.major()
	if old := l.quotas[key]; old != nil && old.reset.After(now) && old.left < q.left {
		q.left = old.left // others were sent since this one
	}
	if len(l.quotas) >= mostQuotas {
		for k, old := range l.quotas {
			if !old.reset.After(now) {
				delete(l.quotas, k)
			}
		}
		if len(l.quotas) >= mostQuotas {
			clear(l.quotas)
		}
	}
	l.quotas[key] = q
}

// tooMany reads how long to wait, and whether for everything.
func tooMany(h http.Header, data []byte) (wait time.Duration, global bool) {
	var body struct {
		After  float64 `json:"retry_after"`
		Global bool    `json:"global"`
	}
	_ = json.Unmarshal(data, &body) // a proxy's own page has no numbers; the header may
	wait = max(seconds(h.Get("Retry-After")), time.Duration(body.After*float64(time.Second)))
	return max(wait, 50*time.Millisecond), body.Global || h.Get("X-RateLimit-Global") != ""
}

func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 0 {
		return 0
	}
	return time.Duration(f * float64(time.Second))
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
