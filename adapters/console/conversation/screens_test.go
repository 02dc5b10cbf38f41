package conversation

import (
	"testing"

	"greffier/adapters/adaptertest"
	"greffier/adapters/console"
	"greffier/bot"
)

// reader is a stage of which only the words are used.
type reader struct{ adaptertest.Stage }

func (reader) Dialect() bot.Dialect { return bot.PlainDialect() }

// What is missing, wrong, doubled, out of order or on somebody else's screen is
// seen as such.
func TestMatch(t *testing.T) {
	p := &play{T: t, stage: reader{}, expected: newScreens()}
	card := func(body string, again bool) console.Shown {
		return console.Shown{Channel: "general", Again: again, Message: bot.Message{
			Card: &bot.CardView{Key: "vote/1", Title: "Ring?", Body: bot.Markup(body)}, Buttons: []bot.ButtonView{{Label: "yes"}},
		}}
	}
	p.shown = []console.Shown{
		{To: bot.Account{ID: "alice"}, Message: bot.Message{Text: "Recorded\\."}},
		{To: bot.Account{ID: "alice"}, Form: &bot.FormView{Title: "A request", Fields: []bot.FormField{
			{Name: "title", Required: true}, {Name: "kind", Choices: []bot.ChoiceView{{Value: "i", Label: "Idea"}}}, {Name: "why"},
		}}},
		card("0 voted", false),
		{Channel: "general", Message: bot.Message{Text: "Closed: 1-0a38d56d0fca"}},
		card("1 voted", true),
	}
	p.expect()
	said := adaptertest.Message{ID: "1", Text: "Recorded."}
	form := adaptertest.Message{ID: "2", Text: "A request\n", Form: []string{"title", "kind"}, Fields: map[string]adaptertest.Field{"kind": {Choices: []string{"Idea"}}}}
	hung := adaptertest.Message{ID: "3", Text: "Ring?\n\n1 voted", Buttons: []string{"yes"}}
	closed := adaptertest.Message{ID: "4", Text: "Closed: 7-aaaaaaaaaaaa"}
	with := func(m adaptertest.Message, change func(*adaptertest.Message)) adaptertest.Message {
		change(&m)
		return m
	}
	for _, c := range []struct {
		name, screen string
		seen         []adaptertest.Message
		ok           bool
	}{
		{"as it must be", "alice", []adaptertest.Message{said, form}, true},
		{"private messages in another order", "alice", []adaptertest.Message{form, said}, true},
		{"missing answer", "alice", []adaptertest.Message{form}, false},
		{"doubled answer", "alice", []adaptertest.Message{said, said, form}, false},
		{"wrong answer", "alice", []adaptertest.Message{with(said, func(m *adaptertest.Message) { m.Text = "Recorded" }), form}, false},
		{"an answer with a button too many", "alice", []adaptertest.Message{with(said, func(m *adaptertest.Message) { m.Buttons = []string{"yes"} }), form}, false},
		{"a form without a field that is needed", "alice", []adaptertest.Message{said, with(form, func(m *adaptertest.Message) { m.Form = []string{"kind"} })}, false},
		{"a form with other choices", "alice", []adaptertest.Message{said, with(form, func(m *adaptertest.Message) {
			m.Fields = map[string]adaptertest.Field{"kind": {Choices: []string{"Bug"}}}
		})}, false},
		{"a mistake that nobody made", "alice", []adaptertest.Message{said, with(form, func(m *adaptertest.Message) {
			m.Fields = map[string]adaptertest.Field{"title": {Error: "Too long"}}
		})}, false},
		{"somebody else's answer", "bob", []adaptertest.Message{said}, false},
		{"the channel", "#general", []adaptertest.Message{hung, closed}, true},
		{"a card that was not redrawn", "#general", []adaptertest.Message{with(hung, func(m *adaptertest.Message) { m.Text = "Ring? 0 voted" }), closed}, false},
		{"a card posted anew", "#general", []adaptertest.Message{hung, closed, hung}, false},
		{"a card without its button", "#general", []adaptertest.Message{with(hung, func(m *adaptertest.Message) { m.Buttons = nil }), closed}, false},
		{"a notice before its card", "#general", []adaptertest.Message{closed, hung}, false},
		{"no notice", "#general", []adaptertest.Message{hung}, false},
		{"another channel", "#board", []adaptertest.Message{hung}, false},
	} {
		if problem := p.match(c.screen, c.seen); (problem == "") != c.ok {
			t.Errorf("%s: %q", c.name, problem)
		}
	}
}
