package mmtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/adapters/adaptertest"
	"greffier/bot"
)

// actor is somebody on a stage, and their screen.
type actor struct {
	*Member
	stage *Stage
	// direct is the channel of the direct messages with the clerk.
	direct string

	mu    sync.Mutex
	order []string               // messages and forms shown to them alone, by identifier
	shown map[string]*model.Post // as they stand now
	forms map[string]adaptertest.Message
	open  *model.OpenDialogRequest
	// asked are the messages that only ask the next question of a form, and pressed
	// the choices made by a reaction, which cannot be made so again.
	asked   map[string]bool
	pressed map[string]bool
	// filled are the values that stand in the open form.
	filled map[string]any
	// calls are messages that called them without naming them.
	calls []string
}

// watch follows what somebody is shown until the test ends.
func (a *actor) watch(t testing.TB) {
	t.Helper()
	client, err := model.NewWebSocketClient4("ws"+strings.TrimPrefix(a.server.URL, "http"), a.Client.AuthToken)
	if err != nil {
		t.Fatalf("connect %s: %v", a.Name, err)
	}
	client.Listen()
	hello, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		greeted := sync.OnceFunc(func() { close(hello) })
		defer greeted()
		events, responses := client.EventChannel, client.ResponseChannel
		for events != nil || responses != nil {
			select {
			case e, ok := <-events:
				switch {
				case !ok:
					events = nil
				case e.EventType() == model.WebsocketEventHello:
					greeted()
				default:
					a.event(e)
				}
			case _, ok := <-responses:
				if !ok {
					responses = nil
				}
			}
		}
	}()
	t.Cleanup(func() { client.Close(); <-done; a.uncalled(t) })
	<-hello
}

// event puts what concerns this stage on the screen.
func (a *actor) event(e *model.WebSocketEvent) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch e.EventType() {
	case model.WebsocketEventEphemeralMessage:
		var p model.Post
		if decode(e, "post", &p) && (p.ChannelId == a.direct || slices.Contains(a.stage.open, p.ChannelId)) && !a.uninvited(&p) {
			a.show(&p)
		}
	case model.WebsocketEventPosted, model.WebsocketEventPostEdited:
		var p model.Post
		a.called(e)
		if decode(e, "post", &p) && p.ChannelId == a.direct && p.UserId == a.stage.bot.ID {
			a.show(&p)
		}
	case model.WebsocketEventOpenDialog:
		var d model.OpenDialogRequest
		if decode(e, "dialog", &d) && strings.HasPrefix(d.URL, a.stage.callback+"/") {
			a.open, a.filled = &d, map[string]any{}
			a.ask(&d, nil)
		}
	}
}

// uninvited tells what Mattermost itself answers to a message that mentions somebody
// outside of the team or the channel.
func (a *actor) uninvited(p *model.Post) bool {
	return strings.Contains(p.Message, "get notified by this mention")
}

// called notes a message of the clerk that calls somebody whom it does not name:
// what a member typed must not.
func (a *actor) called(e *model.WebSocketEvent) {
	var p model.Post
	var mentioned []string
	if !decode(e, "post", &p) || p.UserId != a.stage.bot.ID || !decode(e, "mentions", &mentioned) || !slices.Contains(mentioned, a.ID) {
		return
	}
	text := p.Message
	for _, at := range p.Attachments() {
		text += at.Pretext + at.Title + at.Text
		for _, f := range at.Fields {
			text += fmt.Sprint(f.Value)
		}
	}
	if p.ChannelId != a.direct && !strings.Contains(text, "@"+a.Name) {
		a.calls = append(a.calls, text)
	}
}

// uncalled tells what called somebody without naming them.
func (a *actor) uncalled(t testing.TB) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, text := range a.calls {
		t.Errorf("%s is called by %q", a.Name, text)
	}
}

// show puts a message on the screen, or in the place of what it was before.
func (a *actor) show(p *model.Post) {
	if a.shown[p.Id] == nil {
		a.order = append(a.order, p.Id)
	}
	a.shown[p.Id] = p
}

// ask puts a form on the screen, as it stands with what is wrong in it.
func (a *actor) ask(d *model.OpenDialogRequest, answer *model.SubmitDialogResponse) {
	title, intro := d.Dialog.Title, a.stage.asRead(d.Dialog.IntroductionText)
	if cut, ok := strings.CutSuffix(title, "…"); ok && strings.HasPrefix(intro, "**"+cut) {
		title, intro = strings.Replace(strings.TrimPrefix(intro, "**"), "**", "", 1), "" // the whole title stands above the fields
	}
	m := adaptertest.Message{ID: model.NewId(), Text: title + "\n" + intro, Fields: map[string]adaptertest.Field{}}
	for _, e := range d.Dialog.Elements {
		f := adaptertest.Field{Value: e.Default}
		for _, o := range e.Options {
			f.Choices = append(f.Choices, o.Text)
		}
		if answer != nil {
			f.Error = answer.Errors[e.Name]
		}
		m.Form = append(m.Form, e.Name)
		m.Fields[e.Name] = f
	}
	if answer != nil {
		m.Text += "\n" + answer.Error
	}
	if a.forms == nil {
		a.forms = map[string]adaptertest.Message{}
	}
	a.forms[m.ID] = m
	a.order = append(a.order, m.ID)
}

// Private is what somebody was shown alone.
func (st *Stage) Private(t testing.TB, who string) []adaptertest.Message {
	t.Helper()
	a := st.people[who]
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []adaptertest.Message
	for _, id := range a.order {
		if form, ok := a.forms[id]; ok {
			all = append(all, form)
			continue
		}
		if m := st.message(a.shown[id]); !st.pointer(m.Text) && !a.asked[id] {
			all = append(all, m)
		}
	}
	return all
}

// pointer reports whether a text only says where the answer is.
func (st *Stage) pointer(text string) bool {
	for _, locale := range bot.Locales {
		for _, key := range []string{"mattermost.answered-direct", "mattermost.working"} {
			if text == string(st.desk.Say(locale, bot.T(key))) {
				return true
			}
		}
	}
	return false
}

// Click presses a button, or chooses it in the menu that holds it.
func (st *Stage) Click(t testing.TB, who string, on adaptertest.Message, label string) {
	t.Helper()
	a := st.people[who]
	if st.callback == "" {
		st.choose(t, a, on, label)
		return
	}
	a.mu.Lock()
	p := a.shown[on.ID]
	a.mu.Unlock()
	if p == nil {
		var err error
		if p, _, err = a.Client.GetPost(t.Context(), on.ID, ""); err != nil {
			t.Fatalf("%s looks at a card: %v", who, err)
		}
	}
	for _, attached := range p.Attachments() {
		for _, action := range attached.Actions {
			option, found := "", action.Type != model.PostActionTypeSelect && action.Name == label
			for _, o := range action.Options {
				if o.Text == label {
					option, found = o.Value, true
				}
			}
			if !found {
				continue
			}
			if err := a.Do(t.Context(), p, action, option); err != nil {
				t.Errorf("%s presses %q: %v", who, label, err)
			}
			return
		}
	}
	t.Errorf("%s finds no button %q on %q", who, label, on.Text)
}

// Fill sends the open form in.
func (st *Stage) Fill(t testing.TB, who string, values map[string]string) {
	t.Helper()
	a := st.people[who]
	if st.callback == "" {
		st.answerQuestions(t, a, values)
		return
	}
	a.mu.Lock()
	d := a.open
	if d == nil {
		a.mu.Unlock()
		t.Errorf("%s was shown no form", who)
		return
	}
	for _, e := range d.Dialog.Elements {
		if _, ok := a.filled[e.Name]; !ok && e.Default != "" {
			a.filled[e.Name] = e.Default
		}
		if v, ok := values[e.Name]; ok {
			a.filled[e.Name] = chosen(e, v)
		}
	}
	fields := maps.Clone(a.filled)
	a.mu.Unlock()
	answer := a.Submit(t, d, st.team, a.direct, fields)
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(answer.Errors) > 0 || answer.Error != "" {
		a.ask(d, answer)
		return
	}
	if a.open == d {
		a.open = nil
	}
}

// chosen is the value behind what somebody chooses in a menu.
func chosen(e model.DialogElement, typed string) string {
	for _, o := range e.Options {
		if bot.Fold(o.Text) == bot.Fold(typed) {
			return o.Value
		}
	}
	return typed
}
