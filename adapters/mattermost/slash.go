package mattermost

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/bot"
)

// serveCommand answers a slash command.
func (a *Adapter) serveCommand(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		a.unreadable(w, r, err)
		return
	}
	f := r.PostForm
	if !a.ours(f.Get("team_id"), f.Get("token")) {
		a.refuse(w, r, badToken, http.StatusUnauthorized)
		return
	}
	user, channel := f.Get("user_id"), f.Get("channel_id")
	acted, err := a.readTrigger(f.Get("trigger_id"), user)
	if err != nil || !model.IsValidId(user) || !model.IsValidId(channel) {
		a.refuse(w, r, badTrigger, http.StatusForbidden)
		return
	}
	ev := bot.Event{
		ID: "mm-command-" + acted.id, Kind: bot.Called, Caller: a.caller(r.Context(), user, f.Get("user_name")),
		Place: a.at(channel, a.withMe(f.Get("channel_name"), user)), Line: a.line(f.Get("command"), f.Get("text")),
	}
	ev.Place.Thread = f.Get("root_id")
	back := &waysBack{user: user, channel: channel, direct: ev.Place.Direct, hook: a.hook(f.Get("response_url")), trigger: f.Get("trigger_id"), key: ev.ID}
	working := func(ctx context.Context) any {
		text := a.plain(a.desk.Locale(ctx, ev.Caller), "mattermost.working")
		return &model.CommandResponse{ResponseType: model.CommandResponseTypeEphemeral, Text: text, SkipSlackParsing: true}
	}
	answer, ok := a.soon(w, r, ev, working, func(ctx context.Context, late bot.Answer) { a.reply(ctx, late, back) })
	if ok {
		respond(w, a.commandResponse(r.Context(), answer, back))
	}
}

// line is the whole line that was typed. Under the bot's own word every command
// can be reached, those too whose word belongs to somebody else.
func (a *Adapter) line(command, text string) string {
	if t := a.triggers.Load(); t != nil && strings.EqualFold(strings.TrimPrefix(command, "/"), t.umbrella) {
		if strings.TrimSpace(text) == "" {
			return "/help"
		}
		return "/" + strings.TrimPrefix(strings.TrimSpace(text), "/")
	}
	return command + " " + text
}

// ours reports whether a token is that of one of our commands in that team.
func (a *Adapter) ours(team, token string) bool {
	t := a.triggers.Load()
	if t == nil || token == "" {
		return false
	}
	ok := 0
	for _, known := range t.tokens[team] {
		ok |= subtle.ConstantTimeCompare([]byte(known), []byte(token))
	}
	return ok == 1
}

// hook takes the path of a response_url and leaves its host: we answer at the
// address that we were configured with, and nowhere else.
func (a *Adapter) hook(responseURL string) string {
	u, err := url.Parse(responseURL)
	if err != nil {
		return ""
	}
	at := strings.LastIndex(u.Path, "/hooks/commands/")
	if at < 0 || !model.IsValidId(u.Path[at+len("/hooks/commands/"):]) {
		return ""
	}
	return a.o.URL + u.Path[at:]
}

// commandResponse says an answer in the response itself, or opens its form. What
// a response cannot carry goes to the caller directly.
func (a *Adapter) commandResponse(ctx context.Context, answer bot.Answer, back *waysBack) *model.CommandResponse {
	response := &model.CommandResponse{ResponseType: model.CommandResponseTypeEphemeral, SkipSlackParsing: true}
	if answer.Form != nil {
		err := a.openDialog(ctx, answer, back)
		if err == nil {
			return response
		}
		a.log.Warn("form cannot be opened", "error", reason(err))
		a.askInTalk(ctx, answer, back.user)
		response.Text = a.said(answer.Locale, "mattermost.answered-direct")
		return response
	}
	if len(answer.Files) > 0 {
		a.detached(ctx, func(ctx context.Context) { a.replyDirect(ctx, answer, back) })
		response.Text = a.said(answer.Locale, "mattermost.answered-direct")
		return response
	}
	a.fill(response, a.draw(answer.Message, audience{channel: back.channel, who: back.user, locale: answer.Locale}))
	return response
}

// fill puts a drawn message into a response, in as many parts as it has.
func (a *Adapter) fill(response *model.CommandResponse, d drawn) {
	parts := []*model.CommandResponse{response}
	for i, text := range d.texts {
		if i > 0 {
			parts = append(parts, &model.CommandResponse{ResponseType: model.CommandResponseTypeEphemeral, SkipSlackParsing: true})
		}
		parts[i].Text = text
	}
	for _, at := range d.attachments {
		at.Text = plainLinks(at.Text)
		for _, f := range at.Fields {
			if value, ok := f.Value.(string); ok {
				f.Value = plainLinks(value)
			}
		}
	}
	parts[len(parts)-1].Attachments = d.attachments
	response.ExtraResponses = parts[1:]
}

// said is a sentence of the adapter's own.
func (a *Adapter) said(locale, key string, args ...any) string {
	return a.render(a.desk.Say(locale, bot.T(key, args...)))
}
