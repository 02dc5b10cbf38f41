package mmtest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"greffier/bot"
)

// Front stands before the server, as a reverse proxy does: it can cut every
// connection, and answer that it is pressed.
type Front struct {
	// URL is its address, to be used in place of the server's.
	URL string

	mu      sync.Mutex
	cut     bool
	open    map[int]context.CancelFunc // requests on their way, WebSockets included
	count   int
	presses int       // how many requests are still to be turned away
	told    time.Time // when one was turned away last
	until   time.Time // until when none may come again
	early   int
	turned  int
}

// NewFront starts one, until the test ends.
func (s *Server) NewFront(t testing.TB) *Front {
	t.Helper()
	target, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	f := &Front{open: map[int]context.CancelFunc{}}
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	proxy := &httputil.ReverseProxy{
		Transport: transport,
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) {
			panic(http.ErrAbortHandler) // a connection that was cut, not an answer
		},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, done, ok := f.enter(r.Context(), w)
		if !ok {
			return
		}
		defer done()
		proxy.ServeHTTP(w, r.WithContext(ctx))
	}))
	f.URL = server.URL
	t.Cleanup(func() {
		f.Cut()
		server.Close()
		transport.CloseIdleConnections()
	})
	return f
}

// enter lets a request pass, cuts it or turns it away.
func (f *Front) enter(ctx context.Context, w http.ResponseWriter) (within context.Context, done func(), ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.cut {
		panic(http.ErrAbortHandler)
	}
	const underway = 200 * time.Millisecond // sent before the answer to another came
	now := bot.SystemClock{}.Now()
	if now.Before(f.until) && now.Sub(f.told) > underway {
		f.early++
	}
	if f.presses > 0 {
		f.presses--
		f.turned++
		const seconds = 1
		f.told = now
		f.until = f.told.Add(seconds*time.Second - 100*time.Millisecond)
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, "limit exceeded") // as the server itself says it
		return nil, nil, false
	}
	within, cancel := context.WithCancel(ctx)
	f.count++
	id := f.count
	f.open[id] = cancel
	return within, func() {
		cancel()
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.open, id)
	}, true
}

// Cut breaks what is open and lets nothing pass any more.
func (f *Front) Cut() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cut = true
	for _, cancel := range f.open {
		cancel()
	}
}

// Mend undoes Cut.
func (f *Front) Mend() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cut = false
}

// Press turns the next requests away, each with the demand to wait a second.
func (f *Front) Press(requests int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.presses = requests
}

// Pressed tells how many requests were turned away, and how many came before the
// time that the one before was told to wait.
func (f *Front) Pressed() (turned, early int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.turned, f.early
}
