package discordtest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"greffier/adapters/discord/discordtest"
)

type obj = map[string]any

// answer is an answer of the REST API.
type answer struct {
	status int
	header http.Header
	body   obj
	list   []any
}

func (a answer) String() string { return fmt.Sprintf("%d %v%v", a.status, a.body, a.list) }

// code is the JSON error code.
func (a answer) code() int { n, _ := a.body["code"].(float64); return int(n) }

func (a answer) id() string { id, _ := a.body["id"].(string); return id }

// wrong lists the paths of the fields that an error names.
func (a answer) wrong() string {
	var paths []string
	var visit func(at string, o obj)
	visit = func(at string, o obj) {
		if _, ok := o["_errors"]; ok {
			paths = append(paths, strings.TrimPrefix(at, "."))
		}
		for k, v := range o {
			if inner, ok := v.(obj); ok {
				visit(at+"."+k, inner)
			}
		}
	}
	if errs, ok := a.body["errors"].(obj); ok {
		visit("", errs)
	}
	return strings.Join(paths, " ")
}

// ask sends a request with a JSON body, nil for none.
func ask(t testing.TB, s *discordtest.Server, method, path string, body any) answer {
	t.Helper()
	var text io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+"/v10"+path, text)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return send(t, s, r)
}

func send(t testing.TB, s *discordtest.Server, r *http.Request) answer {
	t.Helper()
	r.Header.Set("Authorization", "Bot "+s.Token)
	r.Header.Set("User-Agent", "DiscordBot (https://example.org, 1)")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer{}
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if json.Unmarshal(text, &a.body) != nil {
		_ = json.Unmarshal(text, &a.list)
	}
	return a
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// quiet starts a server for tests that provoke violations.
func quiet(t *testing.T, o discordtest.Options) *discordtest.Server {
	s := discordtest.Start(t, o)
	t.Cleanup(func() {
		for _, v := range s.TakeViolations() {
			if strings.Contains(v, "the double's") {
				t.Error(v) // that is no provocation
			}
		}
	})
	return s
}

// socket is a connection of the gateway.
type socket struct {
	*websocket.Conn
	t *testing.T
}

// frame is a payload of the gateway.
type frame struct {
	Op int             `json:"op"`
	D  json.RawMessage `json:"d"`
	S  int64           `json:"s"`
	T  string          `json:"t"`
}

func dial(t *testing.T, s *discordtest.Server, query string) socket {
	t.Helper()
	if query == "" {
		query = "?v=10&encoding=json"
	}
	ws, resp, err := websocket.DefaultDialer.Dial(s.Gateway+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	t.Cleanup(func() { ws.Close() })
	return socket{ws, t}
}

// next is the next payload, or fails the test when none comes.
func (w socket) next() (f frame) {
	w.t.Helper()
	check(w.t, w.SetReadDeadline(time.Now().Add(5*time.Second)))
	if err := w.ReadJSON(&f); err != nil {
		w.t.Fatalf("no payload: %v", err)
	}
	return f
}

// until reads until a dispatch of a name, or an opcode, comes.
func (w socket) until(name string, op int) frame {
	w.t.Helper()
	for {
		if f := w.next(); f.Op == op && f.T == name {
			return f
		}
	}
}

// closed is the code with which the server closes the connection.
func (w socket) closed() int {
	w.t.Helper()
	check(w.t, w.SetReadDeadline(time.Now().Add(5*time.Second)))
	for {
		if _, _, err := w.ReadMessage(); err != nil {
			var c *websocket.CloseError
			if errors.As(err, &c) {
				return c.Code
			}
			w.t.Fatalf("not closed: %v", err)
		}
	}
}

func (w socket) say(op int, d any) {
	w.t.Helper()
	if err := w.WriteJSON(obj{"op": op, "d": d}); err != nil {
		w.t.Fatal(err)
	}
}

const usualIntents = 1<<0 | 1<<1 | 1<<9 | 1<<10 | 1<<12 | 1<<15 | 1<<16

func identity(s *discordtest.Server, intents int) obj {
	return obj{"token": s.Token, "intents": intents, "properties": obj{"os": "linux", "browser": "test", "device": "test"}}
}

// enter connects and identifies, and returns the session.
func enter(t *testing.T, s *discordtest.Server, intents int) (w socket, session string) {
	t.Helper()
	w = dial(t, s, "")
	w.next()
	w.say(2, identity(s, intents))
	var ready struct {
		Session string `json:"session_id"`
	}
	if err := json.Unmarshal(w.until("READY", 0).D, &ready); err != nil {
		t.Fatal(err)
	}
	return w, ready.Session
}

func resume(t *testing.T, s *discordtest.Server, session string, seq int64) socket {
	t.Helper()
	w := dial(t, s, "")
	w.next()
	w.say(6, obj{"token": s.Token, "session_id": session, "seq": seq})
	return w
}

// interaction is what an application is told of one.
type interaction struct {
	ID, Token string
	Type      int
	Data      obj
	Locale    string
	Member    obj
	User      obj
	Message   obj
}

// interaction waits for the next one.
func (w socket) interaction() (it interaction) {
	w.t.Helper()
	check(w.t, json.Unmarshal(w.until("INTERACTION_CREATE", 0).D, &it))
	return it
}

// answer answers the next interaction.
func (w socket) answer(s *discordtest.Server, body obj) answer {
	w.t.Helper()
	it := w.interaction()
	return ask(w.t, s, "POST", "/interactions/"+it.ID+"/"+it.Token+"/callback", body)
}

// noDeadline lets a read wait for ever.
var noDeadline time.Time
