package mattermost

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/bot"
)

// Where no dialog can be opened, the bot asks the questions of a form one by one
// in a direct message. Forms that are being answered live in memory: after a
// restart the command is typed again. Nothing is recorded before the last answer.

// talks are the forms being answered, by who answers them.
type talks struct {
	mu      sync.Mutex
	open    map[string]*questions
	hearing hearing
}

// questions is a form being answered in talk.
type questions struct {
	form   bot.FormView
	ask    []int // fields to ask, by index
	values map[string]string
	locale string
}

// answers reports whether somebody is answering a form.
func (t *talks) answers(user string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.open[user] != nil
}

func (t *talks) get(user string) *questions {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.open[user]
}

// mostTalks bounds the forms that are held half answered.
const mostTalks = 10000

func (t *talks) set(user string, q *questions) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil || len(t.open) > mostTalks {
		t.open = map[string]*questions{}
	}
	if q == nil {
		delete(t.open, user)
		return
	}
	t.open[user] = q
}

// askInTalk shows a form in a direct message: behind a button that opens it where
// there are buttons, else question by question.
func (a *Adapter) askInTalk(ctx context.Context, answer bot.Answer, user string) {
	f := answer.Form
	back := &waysBack{user: user, key: "form-" + model.NewId()}
	if a.callbacks() {
		call := f.Call
		call.Form = false
		text := bot.Escape(f.Title)
		if answer.Text != "" {
			text = answer.Text + "\n" + text
		}
		a.replyDirect(ctx, bot.Answer{Locale: answer.Locale, Message: bot.Message{Text: text, Buttons: []bot.ButtonView{
			{Label: a.plain(answer.Locale, "mattermost.fill-in"), Call: call, Style: "primary"},
		}}}, back)
		return
	}
	q := &questions{form: *f, values: map[string]string{}, locale: answer.Locale}
	wrong := false
	for _, field := range f.Fields {
		wrong = wrong || field.Error != ""
	}
	for i, field := range f.Fields {
		if !wrong || field.Error != "" {
			q.ask = append(q.ask, i)
		}
	}
	if len(q.ask) == 0 {
		return
	}
	a.talks.set(user, q)
	text := bot.Markup("**" + string(bot.Escape(f.Title)) + "**")
	for _, m := range []bot.Markup{answer.Text, f.Intro} {
		if m != "" {
			text += "\n" + m
		}
	}
	text += "\n" + a.desk.Say(answer.Locale, bot.T("mattermost.how-to-answer")) + "\n\n" + a.question(q)
	a.replyDirect(ctx, bot.Answer{Locale: answer.Locale, Message: bot.Message{Text: text}}, back)
}

// question is the next question of a form.
func (a *Adapter) question(q *questions) bot.Markup {
	f := q.form.Fields[q.ask[0]]
	line := "**" + string(bot.Escape(f.Label)) + "**"
	if f.Help != "" {
		line += " — " + string(bot.Escape(f.Help))
	}
	if keeps(f) {
		line += "\n" + string(a.desk.Say(q.locale, bot.T("mattermost.present", "value", f.Value)))
	} else if !f.Required {
		line += " _(" + string(a.desk.Say(q.locale, bot.T("mattermost.optional"))) + ")_"
	}
	lines := []string{line}
	if f.Error != "" {
		lines = append([]string{string(bot.Escape(f.Error))}, lines...)
	}
	for i, c := range f.Choices {
		lines = append(lines, fmt.Sprintf("`%d` %s", i+1, bot.Escape(c.Label)))
	}
	return bot.Markup(strings.Join(lines, "\n"))
}

// keeps reports whether a field holds something that may stay.
func keeps(f bot.FormField) bool { return f.Value != "" && f.Error == "" }

// answerQuestion takes a direct message as the answer to the question asked.
func (a *Adapter) answerQuestion(ctx context.Context, p *model.Post, ev bot.Event) {
	q := a.talks.get(p.UserId)
	if q == nil {
		return
	}
	said := strings.TrimSpace(p.Message)
	say := func(m bot.Markup) {
		a.replyDirect(ctx, bot.Answer{Locale: q.locale, Message: bot.Message{Text: m}}, &waysBack{user: p.UserId, key: ev.ID})
	}
	if slices.Contains([]string{"annuler", "cancel", "stop"}, bot.Fold(said)) {
		a.talks.set(p.UserId, nil)
		say(a.desk.Say(q.locale, bot.T("mattermost.form-dropped")))
		return
	}
	f := q.form.Fields[q.ask[0]]
	kept := said == "-" && keeps(f)
	if said == "-" || keeps(f) && slices.Contains([]string{"rien", "none"}, bot.Fold(said)) {
		said = ""
	}
	if n, err := strconv.Atoi(said); err == nil && n >= 1 && n <= len(f.Choices) {
		said = f.Choices[n-1].Value
	}
	if said == "" && f.Required && !kept {
		say(a.desk.Say(q.locale, bot.T("mattermost.needed")) + "\n" + a.question(q))
		return
	}
	if !kept {
		q.values[f.Name] = said
	}
	if q.ask = q.ask[1:]; len(q.ask) > 0 {
		say(a.question(q))
		return
	}
	a.talks.set(p.UserId, nil)
	call := q.form.Submit(q.values)
	for name, value := range q.values {
		call = call.With(name, value)
	}
	ev.Line, ev.Call = "", &call
	a.converse(ctx, ev, p.ChannelId)
}
