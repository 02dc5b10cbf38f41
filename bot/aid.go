package bot

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// What follows is what every adapter needs that speaks to a server over a network.

// Backoff waits longer each time, with jitter, and starts anew after a success.
// The zero value is not ready; it is for one goroutine at a time.
type Backoff struct{ next time.Duration }

const (
	firstWait = 500 * time.Millisecond
	mostWait  = 30 * time.Second
)

// NewBackoff makes one whose first wait is about half a second, doubled each time
// up to half a minute.
func NewBackoff() *Backoff { return &Backoff{firstWait} }

// Reset starts anew.
func (b *Backoff) Reset() { b.next = firstWait }

// Next is about how long the next wait is.
func (b *Backoff) Next() time.Duration { return b.next }

// Sleep waits, and is false when ctx ended first.
func (b *Backoff) Sleep(ctx context.Context) bool {
	d := b.next/2 + rand.N(b.next/2+1) //nolint:gosec // jitter is no secret
	b.next = min(2*b.next, mostWait)
	return Sleep(ctx, d)
}

// Sleep waits, and is false when ctx ended first.
func Sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// Diagnosis is what a doctor found of one thing: what was looked at, and when it is
// not well which setting to change. Texts are English, then French.
type Diagnosis struct {
	Well bool
	// Grave findings keep the bot from working; the others cost it something.
	Grave     bool
	What, Fix [2]string
}

// Length is how long a text is for a platform that counts characters: in UTF-16
// units, which is never less than by any other way of counting them.
func Length(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// Split cuts a text into parts of at most limit characters, at line ends or
// spaces where there are any.
func Split(s string, limit int) []string {
	if s == "" {
		return nil
	}
	var parts []string
	for Length(s) > limit {
		end, n := 0, 0
		for n < limit {
			r, size := utf8.DecodeRuneInString(s[end:])
			if n += utf16.RuneLen(r); n > limit && end > 0 { // a part holds one character at least
				break
			}
			end += size
		}
		cut := end
		if at := strings.LastIndexByte(s[:end], '\n'); at > end/2 {
			cut = at
		} else if at := strings.LastIndexByte(s[:end], ' '); at > end/2 {
			cut = at
		}
		parts = append(parts, strings.TrimRight(s[:cut], " \n"))
		s = strings.TrimLeft(s[cut:], " \n")
	}
	if s != "" {
		parts = append(parts, s)
	}
	return parts
}

// Shorten cuts a text to so many characters, with an ellipsis where it was longer.
func Shorten(s string, limit int) string {
	if Length(s) <= limit {
		return s
	}
	end, n := 0, 0
	for i, r := range s {
		if n += utf16.RuneLen(r); n > limit-1 {
			end = i
			break
		}
	}
	return strings.TrimRight(s[:end], " \n") + "…"
}

// Queue runs what comes under one name in order, and different names side by side.
// The zero value is ready.
type Queue struct {
	mu      sync.Mutex
	waiting map[string][]func()
	running sync.WaitGroup
}

// Add has run called after all that was added before under the same name.
func (q *Queue) Add(name string, run func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting == nil {
		q.waiting = map[string][]func(){}
	}
	_, busy := q.waiting[name]
	q.waiting[name] = append(q.waiting[name], run)
	if !busy {
		q.running.Go(func() { q.work(name) })
	}
}

// Enter begins what comes under a name on the caller's own goroutine, where nothing
// that was added or entered under it is left; leave ends it, and is to be called once.
// Where something is, ok is false and nothing is begun.
func (q *Queue) Enter(name string) (leave func(), ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if _, busy := q.waiting[name]; busy {
		return nil, false
	}
	if q.waiting == nil {
		q.waiting = map[string][]func(){}
	}
	q.waiting[name] = nil
	q.running.Add(1)
	return func() { q.leave(name) }, true
}

func (q *Queue) leave(name string) {
	defer q.running.Done()
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting[name]) == 0 {
		delete(q.waiting, name)
		return
	}
	q.running.Go(func() { q.work(name) })
}

func (q *Queue) work(name string) {
	for {
		q.mu.Lock()
		if len(q.waiting[name]) == 0 {
			delete(q.waiting, name)
			q.mu.Unlock()
			return
		}
		run := q.waiting[name][0]
		q.waiting[name] = q.waiting[name][1:]
		q.mu.Unlock()
		run()
	}
}

// Wait waits for all that was added.
func (q *Queue) Wait() { q.running.Wait() }
