package mattermost

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/bot"
)

// serveAction answers the press of a button or a choice in a menu.
func (a *Adapter) serveAction(w http.ResponseWriter, r *http.Request) {
	var in model.PostActionIntegrationRequest
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		a.unreadable(w, r, err)
		return
	}
	signed, _ := in.Context[contextKey].(string)
	t, err := a.signer.check(signed, forButton)
	if err != nil || t.Who != "" && t.Who != in.UserId || t.Who == "" && t.Channel != in.ChannelId {
		a.refuse(w, r, badContext, http.StatusForbidden)
		return
	}
	acted, err := a.readTrigger(in.TriggerId, in.UserId)
	if err != nil || !model.IsValidId(in.UserId) {
		a.refuse(w, r, badTrigger, http.StatusForbidden)
		return
	}
	call := t.Call
	if t.Calls != nil {
		chosen, _ := in.Context["selected_option"].(string)
		var ok bool
		if call, ok = t.Calls[chosen]; !ok {
			a.refuse(w, r, badContext, http.StatusForbidden)
			return
		}
	}
	ev := bot.Event{
		ID: "mm-press-" + acted.id, Kind: bot.Called, Caller: a.caller(r.Context(), in.UserId, in.UserName),
		Place: a.at(in.ChannelId, a.withMe(in.ChannelName, in.UserId)), Call: &call,
	}
	back := &waysBack{user: in.UserId, channel: in.ChannelId, direct: ev.Place.Direct, trigger: in.TriggerId, key: ev.ID}
	working := func(ctx context.Context) any {
		return ephemeral(a.said(a.desk.Locale(ctx, ev.Caller), "mattermost.working"))
	}
	answer, ok := a.soon(w, r, ev, working, func(ctx context.Context, late bot.Answer) { a.reply(ctx, late, back) })
	if ok {
		respond(w, a.pressResponse(r.Context(), answer, back))
	}
}

// pressed is the answer to a press. Unlike the model's it leaves out an update,
// which even when null old servers would take for one of an empty post.
type pressed struct {
	EphemeralText    string `json:"ephemeral_text,omitempty"`
	SkipSlackParsing bool   `json:"skip_slack_parsing,omitempty"`
}

func ephemeral(text string) pressed {
	return pressed{EphemeralText: text, SkipSlackParsing: text != ""}
}

// pressResponse says an answer in the response, or opens its form. A response
// carries text alone, and in place of buttons that are aside the lines to type:
// an answer that needs its buttons, or has files, goes to the caller another way.
func (a *Adapter) pressResponse(ctx context.Context, answer bot.Answer, back *waysBack) pressed {
	switch {
	case answer.Empty():
		return pressed{}
	case answer.Form != nil:
		err := a.openDialog(ctx, answer, back)
		if err == nil {
			return pressed{}
		}
		a.log.Warn("form cannot be opened", "error", reason(err))
		a.askInTalk(ctx, answer, back.user)
	case len(answer.Files) == 0 && !slices.ContainsFunc(answer.Buttons, func(b bot.ButtonView) bool { return b.Line == "" }):
		return ephemeral(a.inline(answer.Message))
	default:
		if a.replyEphemeral(ctx, answer, back) {
			return pressed{}
		}
		a.detached(ctx, func(ctx context.Context) { a.replyDirect(ctx, answer, back) })
	}
	return ephemeral(a.said(answer.Locale, "mattermost.answered-direct"))
}
