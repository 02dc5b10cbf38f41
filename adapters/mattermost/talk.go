package mattermost

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/bot"
)

// Whoever mentions the bot, or writes to it, is heard over the WebSocket, whether
// or not the server can reach us: "@greffier vote list". Where there are no
// buttons a message ends with numbers, which are answered by writing one in a
// direct message or in the message's thread, or by reacting with one; what each
// stands for is kept in the message's own properties, which only the bot writes.

// heard handles a message that somebody posted.
func (a *Adapter) heard(ctx context.Context, p *model.Post, direct bool) {
	me := a.own().me
	if p.UserId == me.Id || p.Type != "" || p.GetProp(model.PostPropsFromBot) != nil || p.GetProp(model.PostPropsFromWebhook) != nil {
		return
	}
	line, ok := a.addressed(p.Message, direct)
	number := isNumber(p.Message) && (direct || p.RootId != "")
	if !ok && !number {
		a.desk.Spoke(a.at(p.ChannelId, direct))
		return
	}
	a.lines.Add(p.UserId, func() {
		if ctx.Err() != nil {
			return
		}
		a.talk(ctx, p, line, number, direct)
		a.heardUpTo(ctx, p.CreateAt)
	})
}

// addressed takes the command out of a message that is for the bot.
func (a *Adapter) addressed(message string, direct bool) (line string, ok bool) {
	line = strings.TrimSpace(message)
	mention := "@" + a.own().me.Username
	if len(line) >= len(mention) && strings.EqualFold(line[:len(mention)], mention) {
		rest := line[len(mention):]
		if rest == "" || strings.ContainsRune(" ,:\t\n", rune(rest[0])) {
			line, ok = strings.TrimLeft(rest, " ,:\t\n"), true
		}
	}
	if !ok && !direct {
		return "", false
	}
	if line == "" {
		line = "help"
	}
	return "/" + strings.TrimPrefix(line, "/"), true
}

func isNumber(s string) bool {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	return err == nil && n > 0 && n < 1000
}

// talk answers one message.
func (a *Adapter) talk(ctx context.Context, p *model.Post, line string, number, direct bool) {
	ev := bot.Event{
		ID: "mm-post-" + p.Id, Kind: bot.Called, Caller: a.caller(ctx, p.UserId, ""), Place: a.at(p.ChannelId, direct), Line: line,
	}
	if !direct {
		ev.Place.Thread = p.RootId
	}
	if direct && a.talks.answers(p.UserId) {
		a.answerQuestion(ctx, p, ev)
		return
	}
	if number {
		n, _ := strconv.Atoi(strings.TrimSpace(p.Message))
		call, offered := a.numbered(ctx, p, n, direct)
		switch {
		case call != nil:
			ev.Call = call
		case offered > 0:
			a.tellDirect(ctx, p.UserId, ev, bot.T("mattermost.no-number", "number", n, "max", offered))
			return
		case !direct:
			return // a number in some other talk
		}
	}
	a.converse(ctx, ev, p.ChannelId)
}

// converse hands an event of talk over and answers it in private.
func (a *Adapter) converse(ctx context.Context, ev bot.Event, channel string) {
	answer := a.handle(ctx, ev)
	a.answerTalk(ctx, ev, answer, channel)
}

func (a *Adapter) answerTalk(ctx context.Context, ev bot.Event, answer bot.Answer, channel string) {
	back := &waysBack{user: ev.Caller.ID, channel: channel, direct: ev.Place.Direct, key: ev.ID}
	switch {
	case answer.Empty():
	case answer.Form != nil:
		a.askInTalk(ctx, answer, ev.Caller.ID)
	case !ev.Place.Direct && a.replyEphemeral(ctx, answer, back):
	default:
		a.replyDirect(ctx, answer, back)
	}
}

// tellDirect tells somebody something of the adapter's own.
func (a *Adapter) tellDirect(ctx context.Context, user string, ev bot.Event, t bot.Text) {
	locale := a.desk.Locale(ctx, ev.Caller)
	answer := bot.Answer{Locale: locale, Message: bot.Message{Text: a.desk.Say(locale, t)}}
	a.replyDirect(ctx, answer, &waysBack{user: user, key: ev.ID})
}

// numbered finds what a number stands for: on the message whose thread it is
// written in, or on the last one of a direct conversation that has numbers.
func (a *Adapter) numbered(ctx context.Context, p *model.Post, n int, direct bool) (call *bot.Call, offered int) {
	var calls []bot.Call
	if p.RootId != "" {
		if root, _, err := a.api.GetPost(ctx, p.RootId, ""); err == nil {
			calls = a.callsOf(root)
		}
	} else if direct {
		list, _, err := a.api.GetPostsForChannel(ctx, p.ChannelId, 0, 30, "", false, false)
		if err != nil {
			return nil, 0
		}
		for _, id := range list.Order { // newest first
			if calls = a.callsOf(list.Posts[id]); len(calls) > 0 {
				break
			}
		}
	}
	if n < 1 || n > len(calls) {
		return nil, len(calls)
	}
	return &calls[n-1], len(calls)
}

// callsOf is what the numbers on one of our own messages stand for.
func (a *Adapter) callsOf(p *model.Post) []bot.Call {
	if p == nil || p.UserId != a.own().me.Id || p.DeleteAt != 0 {
		return nil
	}
	text, _ := p.GetProp(callsProp).(string)
	var calls []bot.Call
	if text == "" || json.Unmarshal([]byte(text), &calls) != nil {
		return nil
	}
	return calls
}

// reacted handles a reaction with a number.
func (a *Adapter) reacted(ctx context.Context, r *model.Reaction) {
	n := slices.Index(keycaps, r.EmojiName) + 1
	if n == 0 || r.UserId == a.own().me.Id {
		return
	}
	a.lines.Add(r.UserId, func() {
		p, _, err := a.api.GetPost(ctx, r.PostId, "")
		if err != nil {
			return
		}
		calls := a.callsOf(p)
		if n > len(calls) {
			return
		}
		direct, err := a.directChannel(ctx, r.UserId)
		a.converse(ctx, bot.Event{
			ID:   fmt.Sprintf("mm-reaction-%s-%s-%d-%d", r.PostId, r.UserId, n, r.CreateAt),
			Kind: bot.Called, Caller: a.caller(ctx, r.UserId, ""), Place: a.at(p.ChannelId, err == nil && direct == p.ChannelId), Call: &calls[n-1],
		}, p.ChannelId)
	})
}

// What was said while the connection was lost is read when it is back. The
// register keeps up to when we have heard; what is found twice is recognised by
// the message's ID.
const heardKey = "heard-until"

// longestSilence is how far back what was said to us is still answered.
const longestSilence = 24 * time.Hour

type hearing struct {
	mu   sync.Mutex
	kept time.Time
}

// heardUpTo keeps up to when everything was heard, some seconds behind.
func (a *Adapter) heardUpTo(ctx context.Context, millis int64) {
	t := &a.talks.hearing
	now := a.clock.Now()
	t.mu.Lock()
	due := now.Sub(t.kept) > 15*time.Second
	if due {
		t.kept = now
	}
	t.mu.Unlock()
	if due {
		value := strconv.FormatInt(millis, 10)
		if err := a.desk.Keep(ctx, Platform, map[string][]byte{heardKey: []byte(value)}); err != nil {
			a.log.Warn("up to when talk was heard is not kept", "error", err)
		}
	}
}

// missedTalk reads what was said to the bot since it last heard.
func (a *Adapter) missedTalk(ctx context.Context) {
	kept, err := a.desk.Kept(ctx, Platform, heardKey)
	since, parseErr := strconv.ParseInt(string(kept), 10, 64)
	if err != nil || parseErr != nil {
		a.heardUpTo(ctx, a.clock.Now().UnixMilli())
		return
	}
	since = max(since, a.clock.Now().Add(-longestSilence).UnixMilli())
	seen := map[string]bool{}
	for _, t := range a.own().teams {
		channels, _, err := a.api.GetChannelsForTeamForUser(ctx, t.Id, a.own().me.Id, false, "")
		if err != nil {
			a.log.Warn("what was said while we were away cannot be read", "error", reason(err))
			continue
		}
		for _, c := range channels {
			if seen[c.Id] || c.LastPostAt <= since || c.DeleteAt != 0 {
				continue
			}
			seen[c.Id] = true
			a.missedIn(ctx, c, since)
		}
	}
}

func (a *Adapter) missedIn(ctx context.Context, c *model.Channel, since int64) {
	list, _, err := a.api.GetPostsSince(ctx, c.Id, since, false)
	if err != nil {
		if status(err) != http.StatusForbidden {
			a.log.Warn("what was said in a channel while we were away cannot be read", "channel", c.Name, "error", reason(err))
		}
		return
	}
	for _, id := range slices.Backward(list.Order) { // oldest first
		if p := list.Posts[id]; p != nil && p.CreateAt > since && p.DeleteAt == 0 {
			a.heard(ctx, p, c.Type == model.ChannelTypeDirect)
		}
	}
}
