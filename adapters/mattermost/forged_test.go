package mattermost_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

// tap stands between the server and the adapter and keeps what passes.
type tap struct {
	*httptest.Server
	mu   sync.Mutex
	last map[string][]byte // path → body
}

func tapped(r *rig) *tap {
	w := &tap{last: map[string][]byte{}}
	target := "http://" + r.options.Listen
	w.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return
		}
		w.mu.Lock()
		w.last[req.URL.Path] = body
		w.mu.Unlock()
		status, answer := send(r.T, target+req.URL.Path, req.Header.Get("Content-Type"), body)
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(status)
		_, _ = rw.Write(answer)
	}))
	r.Cleanup(w.Close)
	r.options.Callback = w.URL
	return w
}

func (w *tap) seen(path string) []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last[path]
}

func send(t *testing.T, address, kind string, body []byte) (int, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(answer) {
		t.Errorf("%s answered %q, which is no JSON", address, answer)
	}
	return resp.StatusCode, answer
}

// Calls that are not the server's, or not for whom they claim, are refused,
// counted, and have no effect.
func TestMattermostForged(t *testing.T) {
	var w *tap
	r := newRig(t, func(r *rig) { w = tapped(r) })
	at := "http://" + r.options.Listen
	if _, err := r.alice.Command(t, r.channel.Id, "/club card"); err != nil {
		t.Fatal(err)
	}
	card := r.posted(r.alice, r.channel.Id, "Pressed 0 times.")
	r.alice.Press(t, card, "Press")
	r.posted(r.alice, r.channel.Id, "Pressed 1 times.")

	command, press := w.seen("/command"), w.seen("/action")
	form := func(change func(url.Values)) []byte {
		values, err := url.ParseQuery(string(command))
		if err != nil {
			t.Fatal(err)
		}
		change(values)
		return []byte(values.Encode())
	}
	action := func(change func(*model.PostActionIntegrationRequest)) []byte {
		var in model.PostActionIntegrationRequest
		if err := json.Unmarshal(press, &in); err != nil {
			t.Fatal(err)
		}
		change(&in)
		body, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	const query, doc = "application/x-www-form-urlencoded", "application/json"
	for _, c := range []struct {
		name, path, kind string
		body             []byte
		by               string
	}{
		{"wrong token", "/command", query, form(func(v url.Values) { v.Set("token", model.NewId()) }), "token"},
		{"no token", "/command", query, form(func(v url.Values) { v.Del("token") }), "token"},
		{"another team", "/command", query, form(func(v url.Values) { v.Set("team_id", model.NewId()) }), "token"},
		{"another member's command", "/command", query, form(func(v url.Values) { v.Set("user_id", r.bruno.ID) }), "trigger"},
		{"no trigger", "/command", query, form(func(v url.Values) { v.Del("trigger_id") }), "trigger"},
		{"another member's press", "/action", doc, action(func(in *model.PostActionIntegrationRequest) { in.UserId = r.bruno.ID }), "trigger"},
		{"another channel's context", "/action", doc, action(func(in *model.PostActionIntegrationRequest) { in.ChannelId = r.private.Id }), "context"},
		{"altered context", "/action", doc, action(func(in *model.PostActionIntegrationRequest) {
			s := in.Context["greffier"].(string)
			in.Context["greffier"] = "x" + s[1:]
		}), "context"},
		{"no context", "/action", doc, action(func(in *model.PostActionIntegrationRequest) { in.Context = nil }), "context"},
		{"no JSON", "/action", doc, []byte("press!"), "body"},
		{"a button's context as a form's state", "/dialog", doc, []byte(fmt.Sprintf(`{"user_id":%q,"callback_id":"mattermost","state":%q}`, r.alice.ID, contextOf(t, press))), "state"},
		{"no state", "/dialog", doc, []byte(`{"submission":{"title":"x"}}`), "state"},
		{"too much", "/action", doc, bytes.Repeat([]byte("[1,"), 100<<10), "body"},
	} {
		before := r.refused(c.by)
		status, _ := send(t, at+c.path, c.kind, c.body)
		if status < 400 || r.refused(c.by) != before+1 {
			t.Errorf("%s: status %d, refused %d times", c.name, status, r.refused(c.by)-before)
		}
	}
	// The same call again is answered and does nothing.
	if status, answer := send(t, at+"/action", doc, press); status != http.StatusOK || !strings.Contains(string(answer), "number 1") {
		t.Errorf("repeated press: %d %s", status, answer)
	}
	if answer, err := r.alice.Command(t, r.channel.Id, "/club press"); err != nil || !strings.Contains(answer.Text, "number 2.") {
		t.Errorf("the forged presses counted: %+v, %v", answer, err)
	}
}

func contextOf(t *testing.T, press []byte) string {
	t.Helper()
	var in model.PostActionIntegrationRequest
	if err := json.Unmarshal(press, &in); err != nil {
		t.Fatal(err)
	}
	s, _ := in.Context["greffier"].(string)
	return s
}

// Whoever sends slowly is cut off, and the others are served meanwhile.
func TestMattermostSlowLoris(t *testing.T) {
	r := newRig(t)
	const many = 50
	var conns []net.Conn
	for range many {
		c, err := net.Dial("tcp", r.options.Listen)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := io.WriteString(c, "POST /action HTTP/1.1\r\nHost: x\r\nContent-Le"); err != nil {
			t.Fatal(err)
		}
		conns = append(conns, c)
	}
	if answer, err := r.alice.Command(t, r.channel.Id, "/club say served"); err != nil || !strings.Contains(answer.Text, "served") {
		t.Errorf("not served: %+v, %v", answer, err)
	}
	for _, c := range conns {
		if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(c); err != nil {
			t.Fatalf("a slow connection stays open: %v", err)
		}
	}
}
