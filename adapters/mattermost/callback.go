package mattermost

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path"
	"strconv"
	"sync"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/bot"
)

// Where the server calls us, below the callback address.
const (
	commandPath = "/command"
	actionPath  = "/action"
	dialogPath  = "/dialog"
	pingPath    = "/ping"
)

// contextKey is what carries the signed ticket in a button's context.
const contextKey = "greffier"

const (
	// maxBody is the largest call that is read, in bytes: a command of a full post,
	// each of its characters escaped.
	maxBody = 256 << 10
	// patience is after what time an answer not ready is announced.
	patience = 2500 * time.Millisecond
)

// listen serves the callbacks until the function returned is called.
func (a *Adapter) listen(ctx context.Context) (stop func(), err error) {
	l, err := net.Listen("tcp", a.o.Listen)
	if err != nil {
		return nil, err
	}
	srv := &http.Server{
		Handler:           a,
		ReadHeaderTimeout: headWithin,
		ReadTimeout:       bodyWithin,
		WriteTimeout:      45 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	a.door.attach(srv)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("calls from Mattermost are no longer received", "address", l.Addr().String(), "error", err)
		}
	}()
	return sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if srv.Shutdown(ctx) != nil {
			_ = srv.Close() // what hangs on longer is cut off
		}
		<-done
	}), nil
}

// ServeHTTP receives the server's calls. Whatever stands before the last part of
// the path is the business of whoever put us there.
func (a *Adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.door.through(r)
	last := "/" + path.Base(r.URL.Path)
	if r.Method != http.MethodPost {
		if last == pingPath && r.Method == http.MethodGet {
			respond(w, map[string]string{"status": "OK"})
			return
		}
		http.Error(w, `{"error":"not found"}`, http.StatusNotFound)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if !a.ready(last) {
		respond(w, a.starting(last))
		return
	}
	switch last {
	case commandPath:
		a.serveCommand(w, r)
	case actionPath:
		onceOnly(w)
		a.serveAction(w, r)
	case dialogPath:
		onceOnly(w)
		a.serveDialog(w, r)
	default:
		http.Error(w, `{"error":"not found"}`, http.StatusNotFound)
	}
}

// onceOnly has the connection closed after the answer. For each press and each
// form the server opens one that it never uses again (it makes a new transport
// each time, App.DoActionRequest) and would keep for a minute and a half: under
// many presses both sides run out of connections.
func onceOnly(w http.ResponseWriter) { w.Header().Set("Connection", "close") }

// ready reports whether a call can be answered: the server is known, and who the
// members are, or a vote opened now would not count them; a command also needs our
// tokens, or it would pass for a forged one.
func (a *Adapter) ready(last string) bool {
	return a.own() != nil && a.people.known.Load() && (last != commandPath || a.triggers.Load() != nil)
}

// starting is the answer while we do not yet know the server ourselves.
func (a *Adapter) starting(last string) any {
	text := plainText(a.desk.Say("", bot.T("mattermost.starting")))
	switch last {
	case commandPath:
		return map[string]any{"response_type": "ephemeral", "text": text}
	case dialogPath:
		return map[string]any{"error": text}
	}
	return map[string]any{"ephemeral_text": text}
}

// respond writes an answer, always JSON: anything else shows as an error.
func respond(w http.ResponseWriter, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		data = []byte("{}")
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data) // whoever asked is gone: nobody to tell
}

// refuse turns away a call that did not come from the server or from whom it
// claims. It is counted and logged, without what it carried.
func (a *Adapter) refuse(w http.ResponseWriter, r *http.Request, by string, status int) {
	a.complain(by, path.Base(r.URL.Path), host(r.RemoteAddr))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"error":"refused"}`)
}

// complain counts a bad call and says so in the log, unless that was said often enough.
func (a *Adapter) complain(by, path, from string) {
	a.metrics.refused.WithLabelValues(by).Inc()
	unsaid, ok := a.complaints.take(by, a.clock.Now())
	if !ok {
		return
	}
	about := []any{"by", by, "path", path, "from", from}
	if unsaid > 0 {
		about = append(about, "not logged before", unsaid)
	}
	a.log.Warn("a call was refused: it is not from the server, or not from whom it claims", about...)
}

// unreadable refuses a body that is too large, too slow or not what it should be.
func (a *Adapter) unreadable(w http.ResponseWriter, r *http.Request, err error) {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		a.refuse(w, r, badBody, http.StatusRequestEntityTooLarge)
		return
	case errors.Is(err, os.ErrDeadlineExceeded):
		a.refuse(w, r, tooSlow, http.StatusRequestTimeout)
		return
	}
	a.refuse(w, r, badBody, http.StatusBadRequest)
}

func host(address string) string {
	h, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return h
}

// soon hands an event to the core and returns the answer, on the goroutine of the
// request, so that a press waits for no other. When it takes longer than people
// wait, meanwhile is sent as the response; ok is then false, and late has said
// the answer when it came.
func (a *Adapter) soon(w http.ResponseWriter, r *http.Request, ev bot.Event, meanwhile func(context.Context) any, late func(context.Context, bot.Answer)) (answer bot.Answer, ok bool) {
	a.background.Add(1)
	defer a.background.Done()
	ctx, end := a.outliving(r.Context())
	defer end()
	var mu sync.Mutex
	responded := false
	first := func() bool {
		mu.Lock()
		defer mu.Unlock()
		was := responded
		responded = true
		return !was
	}
	timer := time.AfterFunc(patience, func() {
		if first() {
			respondNow(w, meanwhile(ctx))
		}
	})
	defer timer.Stop()
	if answer = a.handle(ctx, ev); first() {
		return answer, true
	}
	late(ctx, answer)
	return bot.Answer{}, false
}

// respondNow writes a whole answer while the request is still being handled. What
// comes later on the connection would wait for it: there is to be nothing.
func respondNow(w http.ResponseWriter, v any) {
	onceOnly(w)
	respond(w, v)
	_ = http.NewResponseController(w).Flush() // whoever asked is gone: nobody to tell
}

// at is a place as the core knows it.
func (a *Adapter) at(channel string, direct bool) bot.Place {
	if direct {
		return bot.Place{Platform: Platform, Direct: true}
	}
	return bot.Place{Platform: Platform, Channel: a.places.as(channel)}
}

// withMe reports whether a channel's name is that of the private conversation of
// somebody with the bot.
func (a *Adapter) withMe(name, user string) bool {
	return name == model.GetDMNameFromIds(a.own().me.Id, user)
}
