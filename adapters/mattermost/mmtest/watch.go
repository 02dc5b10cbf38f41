package mmtest

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"
)

// Watch is a member's WebSocket: what their screen would show. It keeps all that
// came until the test ends.
type Watch struct {
	m      *Member
	client *model.WebSocketClient

	mu     sync.Mutex
	events []*model.WebSocketEvent
	more   chan struct{} // closed and replaced when an event comes
	done   chan struct{}
}

// Watch connects the member. It does not reconnect when the server stops.
func (m *Member) Watch(t testing.TB) *Watch {
	t.Helper()
	address := "ws" + strings.TrimPrefix(m.server.URL, "http")
	client, err := model.NewWebSocketClient4(address, m.Client.AuthToken)
	if err != nil {
		t.Fatalf("connect %s: %v", m.Name, err)
	}
	w := &Watch{m: m, client: client, more: make(chan struct{}), done: make(chan struct{})}
	client.Listen()
	go w.drain()
	t.Cleanup(func() {
		client.Close()
		<-w.done
	})
	// Before the hello, what happens is not told.
	w.Await(t, "hello", func(e *model.WebSocketEvent) bool { return e.EventType() == model.WebsocketEventHello })
	return w
}

// drain reads both channels until the connection ends; the client blocks on
// either.
func (w *Watch) drain() {
	defer close(w.done)
	events, responses := w.client.EventChannel, w.client.ResponseChannel
	for events != nil || responses != nil {
		select {
		case e, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			w.mu.Lock()
			w.events = append(w.events, e)
			close(w.more)
			w.more = make(chan struct{})
			w.mu.Unlock()
		case _, ok := <-responses:
			if !ok {
				responses = nil
			}
		}
	}
}

// Await returns the first event that matches among those that came and have not
// been returned yet, and waits for it.
func (w *Watch) Await(t testing.TB, what string, match func(*model.WebSocketEvent) bool) *model.WebSocketEvent {
	t.Helper()
	ctx, cancel := within(t)
	defer cancel()
	for {
		e, more := w.take(match)
		if e != nil {
			return e
		}
		select {
		case <-more:
		case <-ctx.Done():
			t.Fatalf("%s waited for %s in vain", w.m.Name, what)
		}
	}
}

func (w *Watch) take(match func(*model.WebSocketEvent) bool) (*model.WebSocketEvent, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.events, match)
	if i < 0 {
		return nil, w.more
	}
	e := w.events[i]
	w.events = slices.Delete(w.events, i, i+1)
	return e, nil
}

// Post waits for a post in a channel that match accepts, stored or ephemeral, new
// or edited. An empty channel is any.
func (w *Watch) Post(t testing.TB, channel string, match func(*model.Post) bool) *model.Post {
	t.Helper()
	return w.post(t, channel, match, model.WebsocketEventPosted, model.WebsocketEventPostEdited, model.WebsocketEventEphemeralMessage)
}

// Ephemeral waits for an ephemeral post: what only this member sees.
func (w *Watch) Ephemeral(t testing.TB, channel string, match func(*model.Post) bool) *model.Post {
	t.Helper()
	return w.post(t, channel, match, model.WebsocketEventEphemeralMessage)
}

func (w *Watch) post(t testing.TB, channel string, match func(*model.Post) bool, kinds ...model.WebsocketEventType) *model.Post {
	t.Helper()
	var found *model.Post
	w.Await(t, "a post", func(e *model.WebSocketEvent) bool {
		if !slices.Contains(kinds, e.EventType()) {
			return false
		}
		var p model.Post
		if !decode(e, "post", &p) || (channel != "" && p.ChannelId != channel) || !match(&p) {
			return false
		}
		found = &p
		return true
	})
	return found
}

// Dialog waits for a dialog that is opened for the member.
func (w *Watch) Dialog(t testing.TB) *model.OpenDialogRequest {
	t.Helper()
	var d model.OpenDialogRequest
	w.Await(t, "a dialog", func(e *model.WebSocketEvent) bool {
		return e.EventType() == model.WebsocketEventOpenDialog && decode(e, "dialog", &d)
	})
	return &d
}

// decode reads the JSON text that an event holds under a key.
func decode(e *model.WebSocketEvent, key string, into any) bool {
	text, ok := e.GetData()[key].(string)
	return ok && json.Unmarshal([]byte(text), into) == nil
}

// Containing matches posts with a text in them or in what hangs on them.
func Containing(text string) func(*model.Post) bool {
	return func(p *model.Post) bool {
		if strings.Contains(p.Message, text) {
			return true
		}
		for _, a := range p.Attachments() {
			if strings.Contains(a.Title, text) || strings.Contains(a.Text, text) || strings.Contains(a.Pretext, text) {
				return true
			}
		}
		return false
	}
}
