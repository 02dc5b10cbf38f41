package mattermost

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/bot"
)

// waysBack is how an answer can reach whoever called, in private.
type waysBack struct {
	user, channel string
	// direct says that the channel is the conversation with the bot.
	direct bool
	// hook is the response_url of a command: five answers within half an hour.
	hook string
	// trigger opens a form, for as long as the server waits for integrations.
	trigger string
	// key is the call's, so that the same answer is posted once.
	key string
}

// reply gives an answer that comes too late for the response: under the command,
// else in the channel for the caller alone, else in a direct message.
func (a *Adapter) reply(ctx context.Context, answer bot.Answer, back *waysBack) {
	if answer.Empty() {
		return
	}
	if answer.Form != nil {
		if a.openDialog(ctx, answer, back) != nil {
			a.askInTalk(ctx, answer, back.user)
		}
		return
	}
	if a.replyHook(ctx, answer, back) || a.replyEphemeral(ctx, answer, back) {
		return
	}
	a.replyDirect(ctx, answer, back)
}

// replyHook answers under the command that was typed.
func (a *Adapter) replyHook(ctx context.Context, answer bot.Answer, back *waysBack) bool {
	if back.hook == "" || len(answer.Files) > 0 {
		return false
	}
	response := &model.CommandResponse{ResponseType: model.CommandResponseTypeEphemeral, SkipSlackParsing: true}
	a.fill(response, a.draw(answer.Message, audience{channel: back.channel, who: back.user, locale: answer.Locale}))
	data, err := json.Marshal(response)
	if err != nil {
		return false
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, back.hook, bytes.NewReader(data))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := a.api.HTTPClient.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxBody))
	return resp.StatusCode == http.StatusOK
}

// replyEphemeral answers in the channel, to be seen by the caller alone, where
// the bot has that permission: by default only system administrators have.
func (a *Adapter) replyEphemeral(ctx context.Context, answer bot.Answer, back *waysBack) bool {
	if a.noEphemeral.Load() || back.channel == "" || len(answer.Files) > 0 {
		return false
	}
	d := a.draw(answer.Message, audience{channel: back.channel, who: back.user, locale: answer.Locale})
	if len(d.texts) > 1 {
		return false
	}
	p := &model.Post{ChannelId: back.channel}
	if len(d.texts) == 1 {
		p.Message = d.texts[0]
	}
	a.complete(p, d)
	_, _, err := a.api.CreatePostEphemeral(ctx, &model.PostEphemeral{UserID: back.user, Post: p})
	if status(err) == http.StatusForbidden {
		a.noEphemeral.Store(true)
	}
	return err == nil
}

// replyDirect answers in a direct message. Trouble that passes is tried again for
// as long as ctx allows.
func (a *Adapter) replyDirect(ctx context.Context, answer bot.Answer, back *waysBack) {
	for wait := bot.NewBackoff(); ; {
		channel, err := a.directChannel(ctx, back.user)
		if err == nil {
			_, err = a.post(ctx, "answer-"+back.key, "", answer.Message, audience{channel: channel, who: back.user, locale: answer.Locale})
		}
		if err == nil {
			return
		}
		if s := status(err); s >= 400 && s < 500 || !wait.Sleep(ctx) {
			a.log.Warn("an answer could not be given", "error", reason(err))
			return
		}
	}
}

// hooks remembers under which command a form was opened, so that what comes of it
// is answered there.
type hooks struct {
	mu   sync.Mutex
	byID map[string]hookOf
}

type hookOf struct {
	url     string
	expires time.Time
}

const (
	hookLasts = 29 * time.Minute
	mostHooks = 4096
)

func (h *hooks) put(id, url string, now time.Time) {
	if url == "" {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.byID == nil {
		h.byID = map[string]hookOf{}
	}
	if len(h.byID) >= mostHooks {
		for old, hook := range h.byID {
			if now.After(hook.expires) || len(h.byID) >= mostHooks {
				delete(h.byID, old)
			}
		}
	}
	h.byID[id] = hookOf{url, now.Add(hookLasts)}
}

func (h *hooks) get(id string, now time.Time) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	hook, ok := h.byID[id]
	if !ok || now.After(hook.expires) {
		return ""
	}
	return hook.url
}

// dialogKey is the key of the answer to a form.
func dialogKey(id string) string { return fmt.Sprintf("mm-form-%s", id) }
