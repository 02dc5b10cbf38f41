package mattermost

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/bot"
)

// What dialogs hold. Old servers count the bytes of titles and labels, and only
// warn; new ones count characters and may refuse: what fits in bytes fits both.
const (
	maxTitle = model.DialogTitleMaxLength
	maxHelp  = model.DialogElementHelpTextMaxLength
	maxText  = model.DialogElementTextMaxLength
	maxArea  = model.DialogElementTextareaMaxLength
	// formLasts is how long a form that was opened may be sent, in seconds.
	formLasts = 24 * 60 * 60
)

// openDialog shows a form to whoever has just acted.
func (a *Adapter) openDialog(ctx context.Context, answer bot.Answer, back *waysBack) error {
	if !a.callbacks() || back.trigger == "" {
		return errNoTrigger
	}
	f := answer.Form
	id := model.NewId()
	t := ticket{
		Call: f.Call, Channel: back.channel, Direct: back.direct, Who: back.user, Use: forForm, ID: id, Expires: a.clock.Now().Unix() + formLasts,
	}
	d := model.Dialog{
		CallbackId: Platform, Title: short(f.Title, maxTitle), SubmitLabel: short(a.plain(answer.Locale, "mattermost.send"), maxTitle),
		IntroductionText: a.intro(f, answer),
	}
	for _, field := range f.Fields {
		t.Fields = append(t.Fields, field.Name)
		d.Elements = append(d.Elements, element(field))
	}
	d.State = a.signer.sign(t)
	a.hooks.put(id, back.hook, a.clock.Now())
	_, err := a.api.OpenInteractiveDialog(ctx, model.OpenDialogRequest{TriggerId: back.trigger, URL: a.o.Callback + dialogPath, Dialog: d})
	return err
}

var errNoTrigger = fmt.Errorf("mattermost: no form can be opened without a command or a press")

// intro is what stands above the fields: the whole title when it had to be cut,
// the form's own words, and what is wrong with what was given.
func (a *Adapter) intro(f *bot.FormView, answer bot.Answer) string {
	var lines []string
	if short(f.Title, maxTitle) != f.Title {
		lines = append(lines, "**"+a.render(bot.Escape(f.Title))+"**")
	}
	for _, m := range []bot.Markup{answer.Text, f.Intro} {
		if m != "" {
			lines = append(lines, a.render(m))
		}
	}
	for _, field := range f.Fields {
		if field.Error != "" {
			lines = append(lines, "**"+a.render(bot.Escape(field.Label))+"** — "+a.render(bot.Escape(field.Error)))
		}
	}
	return strings.Join(lines, "\n\n")
}

// element is one question of a dialog. A label that is too long is said whole in
// the help below the field.
func element(f bot.FormField) model.DialogElement {
	help := f.Help
	label := short(f.Label, maxTitle)
	if label != f.Label {
		help = strings.TrimSpace(f.Label + " — " + help)
	}
	e := model.DialogElement{
		DisplayName: label, Name: f.Name, HelpText: short(help, maxHelp), Optional: !f.Required, Default: f.Value,
	}
	switch {
	case len(f.Choices) > 0:
		e.Type = "select"
		for _, c := range f.Choices {
			e.Options = append(e.Options, &model.PostActionOptions{Text: c.Label, Value: c.Value})
		}
		if !slices.ContainsFunc(f.Choices, func(c bot.ChoiceView) bool { return c.Value == f.Value }) {
			e.Default = ""
		}
	case f.Long, len(f.Value) > maxText:
		e.Type, e.MaxLength = "textarea", maxArea
	default:
		e.Type, e.MaxLength = "text", maxText
	}
	if f.Max > 0 && e.MaxLength > f.Max {
		e.MaxLength = f.Max
	}
	if e.MaxLength > 0 {
		e.Default = cutBytes(e.Default, maxArea)
	}
	return e
}

// short cuts a text to so many bytes, with an ellipsis.
func short(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.TrimRight(cutBytes(s, limit-len("…")), " ") + "…"
}

func cutBytes(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// serveDialog receives a form. Its state was signed here for whoever was shown it;
// all else comes from their client.
func (a *Adapter) serveDialog(w http.ResponseWriter, r *http.Request) {
	var in model.SubmitDialogRequest
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		a.unreadable(w, r, err)
		return
	}
	if in.CallbackId != Platform {
		a.refuse(w, r, badCallback, http.StatusForbidden)
		return
	}
	t, err := a.signer.check(in.State, forForm)
	if err != nil || t.Who != in.UserId || !model.IsValidId(in.UserId) {
		a.refuse(w, r, badState, http.StatusForbidden)
		return
	}
	if in.Cancelled {
		respond(w, struct{}{})
		return
	}
	call := t.Call
	call.Form = true
	for _, name := range t.Fields {
		call = call.With(name, submitted(in.Submission[name]))
	}
	ev := bot.Event{
		ID: dialogKey(t.ID), Kind: bot.Called, Caller: a.caller(r.Context(), in.UserId, ""),
		Place: a.at(t.Channel, t.Direct), Call: &call,
	}
	back := &waysBack{user: in.UserId, channel: t.Channel, direct: t.Direct, hook: a.hooks.get(t.ID, a.clock.Now()), key: ev.ID}
	closed := func(context.Context) any { return struct{}{} }
	answer, ok := a.soon(w, r, ev, closed, func(ctx context.Context, late bot.Answer) { a.reply(ctx, late, back) })
	if ok {
		respond(w, a.dialogResponse(r.Context(), answer, t, back))
	}
}

// submitted is a value as the core reads it.
func submitted(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.6f", v), ".000000")
	case []any:
		parts := make([]string, 0, len(v))
		for _, p := range v {
			parts = append(parts, submitted(p))
		}
		return strings.Join(parts, ", ")
	}
	return ""
}

// dialogResponse is the answer to a form: mistakes are shown beside their fields
// and keep it open, all else closes it and is said where it was opened.
func (a *Adapter) dialogResponse(ctx context.Context, answer bot.Answer, t ticket, back *waysBack) *model.SubmitDialogResponse {
	if answer.Form != nil {
		response := &model.SubmitDialogResponse{Errors: map[string]string{}}
		var elsewhere []string
		for _, f := range answer.Form.Fields {
			switch {
			case f.Error == "":
			case slices.Contains(t.Fields, f.Name):
				response.Errors[f.Name] = f.Error
			default:
				elsewhere = append(elsewhere, f.Label+" — "+f.Error)
			}
		}
		response.Error = strings.Join(elsewhere, "\n")
		if len(response.Errors) == 0 && response.Error == "" {
			a.nextForm(ctx, answer, back)
		}
		return response
	}
	if answer.Refused && len(answer.Buttons) == 0 {
		return &model.SubmitDialogResponse{Error: plainText(answer.Text)}
	}
	a.detached(ctx, func(ctx context.Context) { a.reply(ctx, answer, back) })
	return &model.SubmitDialogResponse{}
}

// nextForm offers another form behind a button: a form cannot open another here.
func (a *Adapter) nextForm(ctx context.Context, answer bot.Answer, back *waysBack) {
	call := answer.Form.Call
	call.Form = false
	next := bot.Answer{Locale: answer.Locale, Message: bot.Message{
		Text:    bot.Escape(answer.Form.Title),
		Buttons: []bot.ButtonView{{Label: a.plain(answer.Locale, "mattermost.fill-in"), Call: call, Style: "primary"}},
	}}
	a.detached(ctx, func(ctx context.Context) { a.reply(ctx, next, back) })
}

// plain is a sentence of the adapter's own without marks.
func (a *Adapter) plain(locale, key string, args ...any) string {
	return plainText(a.desk.Say(locale, bot.T(key, args...)))
}
