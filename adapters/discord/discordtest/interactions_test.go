package discordtest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"greffier/adapters/discord/discordtest"
	"greffier/bot"
)

// stage is a server with one command, a member and the application's connection.
type stage struct {
	*discordtest.Server
	t       *testing.T
	clock   *bot.SandboxClock
	alice   *discordtest.Member
	general string
	app     socket
}

func newStage(t *testing.T) stage {
	clock := bot.NewSandboxClock(time.Date(2030, 5, 1, 12, 0, 0, 0, time.UTC), false)
	s := quiet(t, discordtest.Options{Clock: clock, Unlimited: true, PerSecond: -1})
	got := ask(t, s, "PUT", "/applications/"+s.AppID+"/commands", []obj{{"name": "vote", "description": "Vote", "options": []obj{
		{"type": 3, "name": "on", "description": "On what", "autocomplete": true},
	}}})
	if got.status != 200 {
		t.Fatal(got)
	}
	app, _ := enter(t, s, usualIntents)
	return stage{s, t, clock, s.Member("alice"), s.Guild().Channel("general").ID, app}
}

// slash has alice run the command, and returns her side and the application's.
func (s stage) slash() (*discordtest.Interaction, interaction) {
	s.t.Helper()
	it := must[*discordtest.Interaction](s.t)(s.alice.Slash(s.general, "vote", nil))
	return it, s.app.interaction()
}

func (s stage) callback(it interaction, kind int, data any) answer {
	s.t.Helper()
	body := obj{"type": kind}
	if data != nil {
		body["data"] = data
	}
	return ask(s.t, s.Server, "POST", "/interactions/"+it.ID+"/"+it.Token+"/callback", body)
}

func (s stage) webhook(it interaction, method, rest string, body any) answer {
	s.t.Helper()
	return ask(s.t, s.Server, method, "/webhooks/"+s.AppID+"/"+it.Token+rest, body)
}

// An interaction is answered once and within three seconds; its token lives fifteen
// minutes.
func TestInteractionTokens(t *testing.T) {
	s := newStage(t)
	it, app := s.slash()
	if app.Type != 2 || app.Locale != "en-US" || app.Member["user"].(obj)["id"] != s.alice.ID || app.Data["name"] != "vote" || app.Member["permissions"] == "" {
		t.Errorf("told %+v", app)
	}
	if got := s.webhook(app, "PATCH", "/messages/@original", obj{"content": "x"}); got.code() != 10015 {
		t.Errorf("before the first answer: %v", got)
	}
	if got := s.callback(app, 5, obj{"flags": 64}); got.status != 204 || !it.Response().Loading() || !it.Response().Ephemeral() {
		t.Errorf("deferred: %v", got)
	}
	if got := s.callback(app, 4, obj{"content": "again"}); got.code() != 40060 {
		t.Errorf("a second answer: %v", got)
	}
	if got := s.webhook(app, "POST", "", obj{"content": "done"}); got.id() != it.Response().ID || it.Response().Loading() || !it.Response().Ephemeral() {
		t.Errorf("the first further message after a deferral: %v", got)
	}
	more := s.webhook(app, "POST", "?wait=true", obj{"content": "more", "flags": 64})
	if list := it.Followups(); len(list) != 1 || list[0].ID != more.id() || !list[0].Ephemeral() {
		t.Errorf("further messages: %v", list)
	}
	if got := s.webhook(app, "PATCH", "/messages/"+more.id(), obj{"content": "most"}); got.body["content"] != "most" {
		t.Errorf("edited: %v", got)
	}
	if got := ask(t, s.Server, "GET", "/channels/"+s.general+"/messages/"+more.id(), nil); got.code() != 10008 {
		t.Errorf("an ephemeral message is got from the channel: %v", got)
	}
	if bob := s.Member("bob"); len(bob.Messages(s.general)) != 0 || len(s.alice.Messages(s.general)) != 2 {
		t.Error("an ephemeral message is shown to the wrong people")
	}
	if got := s.webhook(app, "DELETE", "/messages/@original", nil); got.status != 204 || it.Response() != nil {
		t.Errorf("deleted: %v", got)
	}
	s.clock.Set(s.clock.Now().Add(15*time.Minute + time.Second))
	if got := s.webhook(app, "POST", "", obj{"content": "late"}); got.status != 401 || got.code() != 50027 {
		t.Errorf("after fifteen minutes: %v", got)
	}

	late, app := s.slash()
	s.clock.Set(s.clock.Now().Add(3100 * time.Millisecond))
	if got := s.callback(app, 4, obj{"content": "late"}); got.code() != 10062 || !late.Failed() || late.Wait(t.Context()) == nil {
		t.Errorf("after three seconds: %v", got)
	}
	if got := s.webhook(app, "GET", "/messages/@original", nil); got.code() != 10015 {
		t.Errorf("the token of a failed interaction: %v", got)
	}
}

// Each kind of interaction takes the answers that are for it.
func TestCallbackTypes(t *testing.T) {
	s := newStage(t)
	modal := obj{"custom_id": "m", "title": "T", "components": []obj{row(obj{"type": 4, "custom_id": "i", "label": "L", "style": 1})}}
	_, app := s.slash()
	for _, c := range []struct {
		kind int
		data any
	}{{6, nil}, {7, obj{"content": "x"}}, {8, obj{"choices": []obj{}}}, {4, nil}, {9, obj{"custom_id": "m", "title": strings.Repeat("x", 46), "components": modal["components"]}}, {5, obj{"flags": 64 | 4}}, {99, nil}} {
		if got := s.callback(app, c.kind, c.data); got.code() != 50035 {
			t.Errorf("a command answered with %d: %v", c.kind, got)
		}
	}
	got := ask(t, s.Server, "POST", "/interactions/"+app.ID+"/"+app.Token+"/callback?with_response=true", obj{
		"type": 4, "data": obj{"content": "card", "components": []obj{row(button("Yes", "yes")), row(menu(3))}},
	})
	if r, ok := got.body["resource"].(obj); got.status != 200 || !ok || r["message"].(obj)["content"] != "card" {
		t.Errorf("with a response: %v", got)
	}
	card := s.Guild().Channel("general").Public()[0]

	press := must[*discordtest.Interaction](t)(s.alice.Press(card, "Yes"))
	app = s.app.interaction()
	if app.Type != 3 || app.Data["custom_id"] != "yes" || app.Message["id"] != card.ID {
		t.Errorf("pressed: %+v", app)
	}
	if got := s.callback(app, 7, obj{"content": "changed"}); got.status != 204 || press.Response().Content != "changed" || len(s.alice.Look(card).Buttons()) != 1 {
		t.Errorf("updated: %v", got)
	}
	_, err := s.alice.Select(card, "menu", "2")
	check(t, err)
	app = s.app.interaction()
	if v := app.Data["values"].([]any); len(v) != 1 || v[0] != "2" {
		t.Errorf("chosen %v", v)
	}
	if got := s.callback(app, 6, nil); got.status != 204 {
		t.Errorf("acknowledged: %v", got)
	}
	if got := s.webhook(app, "PATCH", "/messages/@original", obj{"content": "later"}); got.id() != card.ID {
		t.Errorf("the original of an acknowledged press: %v", got)
	}

	_, err = s.alice.Press(card, "Yes")
	check(t, err)
	if got := s.app.answer(s.Server, obj{"type": 9, "data": modal}); got.status != 204 || s.alice.Modal() == nil {
		t.Fatalf("a form: %v", got)
	}
	_, err = s.alice.Submit(s.alice.Modal(), map[string]string{"L": "text"})
	check(t, err)
	app = s.app.interaction()
	if app.Type != 5 || app.Message["id"] != card.ID || s.alice.Modal() != nil {
		t.Errorf("sent in: %+v", app)
	}
	if got := s.callback(app, 9, modal); got.code() != 50035 {
		t.Errorf("a form after a form: %v", got)
	}
	if got := s.callback(app, 4, obj{"content": "thanks", "flags": 64}); got.status != 204 {
		t.Errorf("thanks: %v", got)
	}

	complete := must[*discordtest.Interaction](t)(s.alice.Autocomplete(s.general, "vote", nil, "on", "a"))
	app = s.app.interaction()
	if got := s.callback(app, 8, obj{"choices": repeat(obj{"name": "n", "value": "v"}, 26)}); got.code() != 50035 {
		t.Errorf("26 suggestions: %v", got)
	}
	if got := s.callback(app, 8, obj{"choices": []obj{{"name": "A", "value": "a"}}}); got.status != 204 || complete.Choices()[0].Name != "A" {
		t.Errorf("suggested: %v", got)
	}
	if !complete.Redeliver() || s.app.interaction().ID != complete.ID {
		t.Error("an interaction cannot be delivered again")
	}
}

// Commands in direct messages carry a user and no member, and come to those whose
// contexts say so.
func TestDirectCommands(t *testing.T) {
	s := newStage(t)
	_, err := s.alice.Slash(s.alice.Direct(), "vote", nil)
	check(t, err)
	if app := s.app.interaction(); app.Member != nil || app.User["id"] != s.alice.ID {
		t.Errorf("told %+v", app)
	}
	ask(t, s.Server, "PUT", "/applications/"+s.AppID+"/commands", []obj{{"name": "vote", "description": "Vote", "contexts": []int{0}}})
	if _, err := s.alice.Slash(s.alice.Direct(), "vote", nil); !errors.Is(err, discordtest.ErrNoCommand) {
		t.Errorf("a command for guilds alone: %v", err)
	}
	if it, err := s.alice.Type(s.general, "/porbe x"); it != nil || err != nil || s.Guild().Channel("general").Public()[0].Content != "/porbe x" {
		t.Errorf("an unknown command: %v %v", it, err)
	}
}
