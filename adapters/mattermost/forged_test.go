package mattermost_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
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
// counted, logged without what they carried, and have no effect.
func TestMattermostForged(t *testing.T) {
	var w *tap
	var log lines
	r := newRig(t, func(r *rig) {
		w = tapped(r)
		r.options.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	at := "http://" + r.options.Listen
	if _, err := r.alice.Command(t, r.channel.Id, "/club card"); err != nil {
		t.Fatal(err)
	}
	card := r.posted(r.alice, r.channel.Id, "Pressed 0 times.")
	r.alice.Press(t, card, "Press")
	r.posted(r.alice, r.channel.Id, "Pressed 1 times.")

	command, press := w.seen("/command"), w.seen("/action")
	dialog := r.shownForm()
	form := func(change func(url.Values)) []byte {
		values, err := url.ParseQuery(string(command))
		if err != nil {
			t.Fatal(err)
		}
		change(values)
		return []byte(values.Encode())
	}
	action := func(change func(*model.PostActionIntegrationRequest)) []byte {
		return changed(t, press, change)
	}
	submission := func(change func(*model.SubmitDialogRequest)) []byte {
		whole, err := json.Marshal(model.SubmitDialogRequest{
			Type: "dialog_submission", URL: dialog.URL, UserId: r.alice.ID, CallbackId: dialog.Dialog.CallbackId, State: dialog.Dialog.State,
			Submission: map[string]any{"title": "forged", "kind": "one"},
		})
		if err != nil {
			t.Fatal(err)
		}
		return changed(t, whole, change)
	}
	const query, doc = "application/x-www-form-urlencoded", "application/json"
	const tooMuch = 256 << 10 // and not much more, or the connection would be reset while it is still sent
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
		{"a command too large", "/command", query, append(form(func(url.Values) {}), bytes.Repeat([]byte("&a=b"), tooMuch/4)...), "body"},
		{"another member's press", "/action", doc, action(func(in *model.PostActionIntegrationRequest) { in.UserId = r.bruno.ID }), "trigger"},
		{"a press again, under a trigger of one's own", "/action", doc, action(func(in *model.PostActionIntegrationRequest) {
			in.TriggerId = triggerFor(r.alice.ID)
		}), "trigger"},
		{"another channel's context", "/action", doc, action(func(in *model.PostActionIntegrationRequest) { in.ChannelId = r.private.Id }), "context"},
		{"altered context", "/action", doc, action(func(in *model.PostActionIntegrationRequest) {
			s := in.Context["greffier"].(string)
			in.Context["greffier"] = "x" + s[1:]
		}), "context"},
		{"no context", "/action", doc, action(func(in *model.PostActionIntegrationRequest) { in.Context = nil }), "context"},
		{"no JSON", "/action", doc, []byte("press!"), "body"},
		{"too much", "/action", doc, bytes.Repeat([]byte("[1, "), tooMuch/4+1), "body"},
		{"a button's context as a form's state", "/dialog", doc, submission(func(in *model.SubmitDialogRequest) { in.State = contextOf(t, press) }), "state"},
		{"no state", "/dialog", doc, submission(func(in *model.SubmitDialogRequest) { in.State = "" }), "state"},
		{"another member's state", "/dialog", doc, submission(func(in *model.SubmitDialogRequest) { in.UserId = r.bruno.ID }), "state"},
		{"altered state", "/dialog", doc, submission(func(in *model.SubmitDialogRequest) { in.State = "x" + in.State[1:] }), "state"},
		{"a foreign callback_id", "/dialog", doc, submission(func(in *model.SubmitDialogRequest) { in.CallbackId = "jira" }), "callback"},
		{"a form too large", "/dialog", doc, bytes.Repeat([]byte("[1, "), tooMuch/4+1), "body"},
	} {
		before, told := r.refused(c.by), log.count("a call was refused")
		status, _ := send(t, at+c.path, c.kind, c.body)
		if status < 400 || r.refused(c.by) != before+1 || log.count("a call was refused") != told+1 {
			t.Errorf("%s: status %d, refused %d times, logged %d times", c.name, status, r.refused(c.by)-before, log.count("a call was refused")-told)
		}
	}
	r.keptSecret(&log, command, press, dialog)
	// The same call again is answered and does nothing.
	if status, answer := send(t, at+"/action", doc, press); status != http.StatusOK || !strings.Contains(string(answer), "number 1") {
		t.Errorf("repeated press: %d %s", status, answer)
	}
	if answer, err := r.alice.Command(t, r.channel.Id, "/club press"); err != nil || !strings.Contains(answer.Text, "number 2.") {
		t.Errorf("the forged presses counted: %+v, %v", answer, err)
	}
	for _, p := range r.alice.Posts(t, r.channel.Id) {
		if strings.Contains(p.Message, "forged") {
			t.Errorf("a forged form was taken: %s", p.Message)
		}
	}
}

// keptSecret looks through the log for what the calls carried.
func (r *rig) keptSecret(log *lines, command, press []byte, dialog *model.OpenDialogRequest) {
	r.Helper()
	values, err := url.ParseQuery(string(command))
	if err != nil {
		r.Fatal(err)
	}
	ours, signature, _ := strings.Cut(contextOf(r.T, press), ".")
	state, stateSignature, _ := strings.Cut(dialog.Dialog.State, ".")
	for name, secret := range map[string]string{
		"the bot's token": r.options.Token, "the command's token": values.Get("token"), "a trigger": values.Get("trigger_id"),
		"the way back": values.Get("response_url"), "a context": ours, "a context's signature": signature,
		"a state": state, "a state's signature": stateSignature, "what was typed": "forged",
	} {
		if secret == "" || log.count(secret) > 0 {
			r.Errorf("%s (%d characters) stands in the log", name, len(secret))
		}
	}
}

// shownForm has a form opened for alice, and gives it as her client gets it.
func (r *rig) shownForm() *model.OpenDialogRequest {
	r.Helper()
	watch := r.alice.Watch(r)
	if _, err := r.alice.Command(r, r.channel.Id, "/club ask"); err != nil {
		r.Fatal(err)
	}
	return watch.Dialog(r)
}

// changed is a JSON body with a change.
func changed[T any](t *testing.T, body []byte, change func(*T)) []byte {
	t.Helper()
	var in T
	if err := json.Unmarshal(body, &in); err != nil {
		t.Fatal(err)
	}
	change(&in)
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// triggerFor is a trigger as somebody would make one who has not the server's key.
func triggerFor(user string) string {
	text := fmt.Sprintf("%s:%s:%d:", model.NewId(), user, time.Now().UnixMilli())
	return base64.StdEncoding.EncodeToString([]byte(text + base64.StdEncoding.EncodeToString([]byte("signed"))))
}

// A flood of forged calls is counted whole and logged in part; meanwhile the
// server's own are served.
func TestMattermostForgedFlood(t *testing.T) {
	var log lines
	r := newRig(t, func(r *rig) { r.options.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	at := "http://" + r.options.Listen + "/action"
	const many = 500
	var flood sync.WaitGroup
	for range 10 {
		flood.Go(func() {
			for range many / 10 {
				send(t, at, "application/json", []byte(`{"user_id":"x","context":{"greffier":"a.b"}}`))
			}
		})
	}
	if answer, err := r.alice.Command(t, r.channel.Id, "/club say served"); err != nil || !strings.Contains(answer.Text, "served") {
		t.Errorf("not served: %+v, %v", answer, err)
	}
	flood.Wait()
	if n, said := r.refused("context"), log.count("a call was refused"); n != many || said == 0 || said > 60 {
		t.Errorf("%d of %d counted, %d logged", n, many, said)
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

// Whoever sends slowly, or nothing, is cut off and counted, and the others are
// served meanwhile, also when there are more of them than are let wait.
func TestMattermostSlowLoris(t *testing.T) {
	r := newRig(t)
	var conns []net.Conn
	slow := func(many int, text string) {
		for range many {
			c, err := net.Dial("tcp", r.options.Listen)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = c.Close() })
			if _, err := io.WriteString(c, text); err != nil {
				t.Fatal(err)
			}
			conns = append(conns, c)
		}
	}
	served := func() {
		t.Helper()
		if answer, err := r.alice.Command(t, r.channel.Id, "/club say served"); err != nil || !strings.Contains(answer.Text, "served") {
			t.Errorf("not served: %+v, %v", answer, err)
		}
	}
	slow(50, "POST /action HTTP/1.1\r\nHost: x\r\nContent-Le")
	slow(50, "POST /action HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
	served()
	slow(700, "")
	served()
	for _, c := range conns {
		if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		// Whoever was there first had to make room, and finds the connection reset.
		if _, err := io.ReadAll(c); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("a slow connection stays open: %v", err)
		}
	}
	r.until("each is counted", func() bool { return r.refused("slow") == len(conns) })
	before := r.refused("head")
	slow(1, "GET /\r\n\r\n")
	r.until("what is no call is counted", func() bool { return r.refused("head") == before+1 })
}
