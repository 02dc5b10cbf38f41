package mattermost_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/adapters/adaptertest"
	"greffier/adapters/mattermost"
	"greffier/adapters/mattermost/mmtest"
	"greffier/bot"
)

func TestMattermostAdapter(t *testing.T) {
	mmtest.Start(t)
	adaptertest.Run(t, func(t *testing.T) adaptertest.Driver { return openDriver(t) })
}

// driver plays members through the API of a real server. What the server sends to
// the adapter passes by it, so that it can be sent again.
type driver struct {
	s       *mmtest.Server
	team    *mmtest.Team
	bot     *mmtest.Member
	channel *model.Channel
	adapter *mattermost.Adapter
	proxy   *httptest.Server
	front   *mmtest.Front
	listen  string
	cut     atomic.Bool

	mu      sync.Mutex
	people  map[string]*screen
	names   map[string]string // user → who
	pinged  map[string][]string
	lastHit map[string]hit // who → the last call the server made for them
}

// hit is a call of the server to the adapter.
type hit struct {
	path, kind string
	body       []byte
}

// screen is somebody and what they were shown alone.
type screen struct {
	*mmtest.Member
	coming sync.Once
	mu     sync.Mutex
	shown  []adaptertest.Message
	dialog *model.OpenDialogRequest
	filled map[string]any
}

func (s *screen) show(m adaptertest.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = append(s.shown, m)
}

func openDriver(t *testing.T) *driver {
	s := mmtest.Start(t)
	d := &driver{
		s: s, team: s.NewTeam(t), bot: s.NewBot(t, "clerk"), listen: freeAddress(t),
		people: map[string]*screen{}, names: map[string]string{}, pinged: map[string][]string{}, lastHit: map[string]hit{},
	}
	d.team.Join(t, d.bot)
	d.team.Administrator(t, d.bot, true)
	d.channel = d.team.Channel(t, "general", model.ChannelTypeOpen, d.bot)
	d.front = s.NewFront(t)
	d.proxy = httptest.NewServer(http.HandlerFunc(d.pass))
	t.Cleanup(d.proxy.Close)
	d.adapter = mattermost.New(mattermost.Options{
		URL: d.front.URL, Token: d.bot.Client.AuthToken, Teams: []string{d.team.Name}, Listen: d.listen, Callback: d.proxy.URL,
	})
	return d
}

// pass hands a call of the server on, and keeps it.
func (d *driver) pass(w http.ResponseWriter, r *http.Request) {
	if d.cut.Load() {
		panic(http.ErrAbortHandler)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	h := hit{r.URL.Path, r.Header.Get("Content-Type"), body}
	d.mu.Lock()
	for user, who := range d.names {
		if bytes.Contains(body, []byte("user_id="+user)) || bytes.Contains(body, []byte(`"user_id":"`+user)) {
			d.lastHit[who] = h
		}
	}
	d.mu.Unlock()
	answer, status, err := d.forward(r.Context(), h)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(answer)
}

func (d *driver) forward(ctx context.Context, h hit) ([]byte, int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+d.listen+h.path, bytes.NewReader(h.body))
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Content-Type", h.kind)
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return answer, resp.StatusCode, err
}

func (d *driver) Platform() string        { return mattermost.Platform }
func (d *driver) Adapter() bot.Adapter    { return d.adapter }
func (d *driver) Features() []bot.Feature { return []bot.Feature{mattermost.Feature()} }
func (d *driver) Channel() string         { return d.channel.Id }
func (d *driver) Nowhere() string         { return model.NewId() }

func (d *driver) Serve(t testing.TB, desk *bot.Bot) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- desk.Run(ctx, time.Second) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	d.Until(t, "serving", d.adapter.Serving)
}

// person is somebody, who joins at their first mention.
func (d *driver) person(t testing.TB, who string) *screen {
	t.Helper()
	d.mu.Lock()
	p, ok := d.people[who]
	if !ok {
		p = &screen{filled: map[string]any{}}
		d.people[who] = p
	}
	d.mu.Unlock()
	p.coming.Do(func() { d.come(t, who, p) })
	return p
}

// come has somebody join.
func (d *driver) come(t testing.TB, who string, p *screen) {
	t.Helper()
	p.Member = d.s.NewUser(t, who)
	d.team.Join(t, p.Member)
	d.team.Channel(t, d.channel.Name, model.ChannelTypeOpen, p.Member)
	d.mu.Lock()
	d.names[p.ID] = who
	d.mu.Unlock()
	d.watch(t, p)
}

// watch follows what somebody is shown until the test ends.
func (d *driver) watch(t testing.TB, p *screen) {
	client, err := model.NewWebSocketClient4("ws"+strings.TrimPrefix(d.s.URL, "http"), p.Client.AuthToken)
	if err != nil {
		t.Fatal(err)
	}
	client.Listen()
	hello, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		events, responses := client.EventChannel, client.ResponseChannel
		for events != nil || responses != nil {
			select {
			case e, ok := <-events:
				switch {
				case !ok:
					events = nil
				case e.EventType() == model.WebsocketEventHello:
					close(hello)
				default:
					d.event(p, e)
				}
			case _, ok := <-responses:
				if !ok {
					responses = nil
				}
			}
		}
	}()
	t.Cleanup(func() { client.Close(); <-done })
	<-hello
}

func (d *driver) event(p *screen, e *model.WebSocketEvent) {
	text := func(key string) string { s, _ := e.GetData()[key].(string); return s }
	switch e.EventType() {
	case model.WebsocketEventEphemeralMessage, model.WebsocketEventPosted:
		var post model.Post
		if json.Unmarshal([]byte(text("post")), &post) != nil {
			return
		}
		private := e.EventType() == model.WebsocketEventEphemeralMessage || text("channel_type") == "D" && post.UserId == d.bot.ID
		if private {
			p.show(d.message(&post))
			return
		}
		var ids []string
		if json.Unmarshal([]byte(text("mentions")), &ids) == nil {
			d.mu.Lock()
			for _, id := range ids {
				if who := d.names[id]; who != "" {
					d.pinged[post.Id] = append(d.pinged[post.Id], who)
				}
			}
			d.mu.Unlock()
		}
	case model.WebsocketEventOpenDialog:
		var open model.OpenDialogRequest
		if json.Unmarshal([]byte(text("dialog")), &open) != nil {
			return
		}
		p.mu.Lock()
		p.dialog = &open
		p.mu.Unlock()
		p.show(formOf(&open, nil))
	}
}

func formOf(open *model.OpenDialogRequest, errors map[string]string) adaptertest.Message {
	m := adaptertest.Message{ID: open.Dialog.State, Text: open.Dialog.Title}
	for _, e := range open.Dialog.Elements {
		m.Form = append(m.Form, e.Name)
		m.Text += "\n" + e.DisplayName + " " + errors[e.Name]
	}
	return m
}

// message is a post as it is read.
func (d *driver) message(p *model.Post) adaptertest.Message {
	m := adaptertest.Message{ID: p.Id}
	parts := []string{p.Message}
	for _, a := range p.Attachments() {
		parts = append(parts, a.Title, a.Text)
		for _, action := range a.Actions {
			m.Buttons = append(m.Buttons, action.Name)
		}
	}
	m.Text = asRead(strings.Join(parts, "\n"))
	d.mu.Lock()
	defer d.mu.Unlock()
	m.Pinged = d.pinged[p.Id]
	return m
}

// asRead is Markdown as eyes see it: no backslash before a sign, nothing where
// nothing is seen.
func asRead(s string) string {
	s = strings.ReplaceAll(s, "\u2060", "")
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("\\`*_{}[]()#+-.!|<>~=", s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func (d *driver) Type(t testing.TB, who, line string) {
	t.Helper()
	p := d.person(t, who)
	if !strings.HasPrefix(line, "/") {
		p.Say(t, d.channel.Id, strings.Replace(line, "@greffier ", "@"+d.bot.Name+" ", 1))
		return
	}
	_, resp, err := p.Client.ExecuteCommand(t.Context(), d.channel.Id, line)
	if err == nil {
		return
	}
	if resp == nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("%s types %q: %v", who, line, err)
		return
	}
	// The server itself says that there is no such command: who knows the clerk
	// turns to it by name.
	p.Say(t, d.channel.Id, "@"+d.bot.Name+" "+line)
}

func (d *driver) Repeat(t testing.TB, who string) {
	t.Helper()
	d.mu.Lock()
	h, ok := d.lastHit[who]
	d.mu.Unlock()
	if !ok {
		t.Fatalf("the server has not called for %s", who)
	}
	answer, _, err := d.forward(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	var response model.CommandResponse
	if err := json.Unmarshal(answer, &response); err != nil {
		t.Fatalf("%q: %v", answer, err)
	}
	d.person(t, who).show(adaptertest.Message{Text: asRead(response.Text)})
}

func (d *driver) Click(t testing.TB, who string, on adaptertest.Message, label string) {
	t.Helper()
	p := d.person(t, who)
	post, _, err := p.Client.GetPost(t.Context(), on.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	p.Press(t, post, label)
}

func (d *driver) Fill(t testing.TB, who string, values map[string]string) {
	t.Helper()
	p := d.person(t, who)
	p.mu.Lock()
	open := p.dialog
	for name, value := range values {
		p.filled[name] = value
	}
	p.mu.Unlock()
	answer := p.Submit(t, open, d.team, d.channel.Id, p.filled)
	if len(answer.Errors) > 0 || answer.Error != "" {
		m := formOf(open, answer.Errors)
		m.Text += "\n" + answer.Error
		p.show(m)
	}
}

func (d *driver) Cut(testing.TB) (mend func()) {
	d.cut.Store(true)
	d.front.Cut()
	return func() { d.front.Mend(); d.cut.Store(false) }
}

func (d *driver) Press(t testing.TB) (ease func()) {
	d.front.Press(3)
	return func() {
		t.Helper()
		if turned, early := d.front.Pressed(); turned == 0 || early > 0 {
			t.Errorf("%d requests were turned away; %d came before their time", turned, early)
		}
	}
}

func (d *driver) Forbid(t testing.TB) (allow func()) {
	t.Helper()
	admin := d.s.Admin.Client
	if _, _, err := admin.UpdateChannelPrivacy(t.Context(), d.channel.Id, model.ChannelTypePrivate); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.RemoveUserFromChannel(t.Context(), d.channel.Id, d.bot.ID); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		if _, _, err := admin.AddChannelMember(t.Context(), d.channel.Id, d.bot.ID); err != nil {
			t.Fatal(err)
		}
	}
}

func (d *driver) LosePatience(t testing.TB) {
	t.Helper()
	d.Until(t, "the announcement", func() bool {
		for _, m := range d.Private(t, "alice") {
			if strings.Contains(m.Text, "I am on it") {
				return true
			}
		}
		return false
	})
}

func (d *driver) Private(t testing.TB, who string) []adaptertest.Message {
	t.Helper()
	p := d.person(t, who)
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]adaptertest.Message(nil), p.shown...)
}

func (d *driver) Public(t testing.TB) []adaptertest.Message {
	t.Helper()
	var all []adaptertest.Message
	for _, p := range d.person(t, "alice").Posts(t, d.channel.Id) {
		if p.UserId == d.bot.ID && p.Type == "" || p.Type == model.PostTypeMessageAttachment {
			all = append(all, d.message(p))
		}
	}
	return all
}

func (d *driver) Until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}
