package discordtest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"greffier/bot"
)

// bucketSize is how many requests a bucket takes in a time. Discord publishes no
// numbers, clients read them from the headers; these are of the order of real ones.
type bucketSize struct {
	n   int
	per time.Duration
}

var (
	usualBucket    = bucketSize{50, time.Second}
	messageBucket  = bucketSize{5, 5 * time.Second}
	reactionBucket = bucketSize{4, time.Second}
	roleBucket     = bucketSize{10, 10 * time.Second}
	webhookBucket  = bucketSize{5, 2 * time.Second}
	threadBucket   = bucketSize{10, 10 * time.Second}
)

// limiter holds the buckets. Fixed windows: a bucket is full again a time after its
// first request.
type limiter struct {
	clock bot.Clock

	mu      sync.Mutex
	global  window
	blocked time.Time // until when everything is refused with a global limit
	told    time.Time // since when the client knows that
	buckets map[string]*window
	swept   time.Time
}

type window struct {
	used  int
	until time.Time
	known bool // the client was told that it is used up
}

// limited is the answer 429.
type limited struct {
	scope string
	after time.Duration
}

func (l *limited) Error() string { return "429 " + l.scope }

func (l *limiter) start(clock bot.Clock) { l.clock, l.buckets = clock, map[string]*window{} }

// take counts a request and refuses it when a limit is used up.
func (l *limiter) take(s *Server, h http.Header, r *request) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	interaction := r.route.open
	if !interaction {
		if now.Before(l.blocked) {
			if !now.Before(l.told) {
				s.notes.count("", func(f *Figures) { f.Early++ })
			}
			return &limited{"global", l.blocked.Sub(now)}
		}
		most := s.opts.PerSecond
		if most == 0 {
			most = 50
		}
		if most > 0 && !l.global.take(now, bucketSize{most, time.Second}) {
			l.blockUntil(now, l.global.until)
			return &limited{"global", l.global.until.Sub(now)}
		}
	}
	if s.opts.Unlimited {
		return nil
	}
	size := r.route.bucket
	if size.n == 0 {
		size = usualBucket
	}
	l.sweep(now)
	key := r.route.method + " " + r.route.pattern + " " + r.major()
	w := l.buckets[key]
	if w == nil {
		w = &window{}
		l.buckets[key] = w
	}
	ok := w.take(now, size)
	w.headers(h, size, now, r.route)
	if ok {
		w.known = w.used >= size.n
		return nil
	}
	if w.known {
		s.notes.count("", func(f *Figures) { f.Early++ })
	}
	w.known = true
	return &limited{"user", w.until.Sub(now)}
}

// underway is how old a request may be when it arrives: it was sent before the
// answer to another could reach the client.
const underway = 100 * time.Millisecond

// blockUntil refuses everything until then, and has the client know it.
func (l *limiter) blockUntil(now, until time.Time) {
	if !now.Before(l.blocked) {
		l.told = now.Add(underway)
	}
	l.blocked = until
}

// major is what a bucket is divided by: the channel, guild or webhook.
func (r *request) major() string {
	for _, name := range []string{"channel_id", "guild_id", "webhook_token", "interaction_token"} {
		if v := r.path(name); v != "" {
			return v
		}
	}
	return ""
}

// sweep forgets buckets that are full again.
func (l *limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < 10*time.Second {
		return
	}
	l.swept = now
	for k, w := range l.buckets {
		if now.After(w.until) {
			delete(l.buckets, k)
		}
	}
}

func (w *window) take(now time.Time, size bucketSize) bool {
	if !now.Before(w.until) {
		w.used, w.until, w.known = 0, now.Add(size.per), false
	}
	if w.used >= size.n {
		return false
	}
	w.used++
	return true
}

func (w *window) headers(h http.Header, size bucketSize, now time.Time, r *route) {
	left := w.until.Sub(now).Seconds()
	h.Set("X-RateLimit-Limit", strconv.Itoa(size.n))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(size.n-w.used))
	h.Set("X-RateLimit-Reset", fmt.Sprintf("%.3f", float64(w.until.UnixMilli())/1000))
	h.Set("X-RateLimit-Reset-After", fmt.Sprintf("%.3f", left))
	h.Set("X-RateLimit-Bucket", bucketName(r))
}

// bucketName names the limit of a route, without what is particular in its path.
func bucketName(r *route) string {
	sum := sha256.Sum256([]byte(r.method + " " + r.pattern))
	return hex.EncodeToString(sum[:16])
}

func (l *limited) write(w http.ResponseWriter) {
	seconds := math.Max(l.after.Seconds(), 0.001)
	h := w.Header()
	h.Set("Retry-After", strconv.Itoa(int(math.Ceil(seconds))))
	h.Set("X-RateLimit-Scope", l.scope)
	message := "You are being rate limited."
	if l.scope == "global" {
		h.Set("X-RateLimit-Global", "true")
		for k := range h {
			if strings.HasPrefix(k, "X-Ratelimit-") && k != "X-Ratelimit-Global" && k != "X-Ratelimit-Scope" {
				h.Del(k)
			}
		}
	}
	if l.scope == "shared" {
		message = "The resource is being rate limited."
	}
	writeJSON(w, http.StatusTooManyRequests, obj{
		"message": message, "retry_after": math.Round(seconds*1000) / 1000, "global": l.scope == "global",
	})
}
