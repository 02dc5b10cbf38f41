package discord

import (
	"context"
	"net/http"
	"strings"

	"greffier/bot"
)

// Whoever writes to the bot, or begins a message with its name, is heard as well:
// "@greffier vote list". Discord hands over what such messages say without the
// message content intent. The answer goes to a direct message: nothing else is
// private.

// messageData is a message as far as it concerns us.
type messageData struct {
	ID      string      `json:"id"`
	Channel string      `json:"channel_id"`
	Guild   string      `json:"guild_id"`
	Type    int         `json:"type"`
	Content string      `json:"content"`
	Webhook string      `json:"webhook_id"`
	Author  *userData   `json:"author"`
	Member  *memberData `json:"member"`
}

// heard handles a message that somebody wrote.
func (a *Adapter) heard(ctx context.Context, m messageData) {
	const ordinary, answered = 0, 19
	if m.Author == nil || m.Author.ID == "" || m.Author.Bot || m.Author.System || m.Webhook != "" || m.Type != ordinary && m.Type != answered ||
		!a.serves(m.Guild) || !a.handled.add(m.ID) {
		return
	}
	line, ok := a.addressed(m.Content, m.Guild == "")
	if !ok {
		a.desk.Spoke(bot.Place{Platform: Platform, Channel: a.places.as(a.places.around(m.Channel)), Direct: m.Guild == ""})
		return
	}
	a.lines.Add(m.Author.ID, func() {
		defer a.survive("a message", func() {})
		if ctx.Err() == nil {
			a.converse(ctx, m, line)
		}
	})
}

// addressed takes the command out of a message that is for the bot.
func (a *Adapter) addressed(content string, direct bool) (line string, ok bool) {
	line = strings.TrimSpace(content)
	for _, mention := range []string{"<@" + a.own().id + ">", "<@!" + a.own().id + ">"} {
		if rest, is := strings.CutPrefix(line, mention); is {
			line, ok = strings.TrimLeft(rest, " ,:\t\n"), true
		}
	}
	switch {
	case !ok && !direct && (!a.o.Messages || !strings.HasPrefix(line, "/")):
		return "", false
	case line == "":
		line = "help"
	}
	return "/" + strings.TrimPrefix(line, "/"), true
}

// converse hands a message over and answers it in private.
func (a *Adapter) converse(ctx context.Context, m messageData, line string) {
	in := &interaction{ID: m.ID, Guild: m.Guild, Channel: m.Channel, Member: m.Member, User: m.Author, received: a.clock.Now()}
	if in.Member != nil {
		in.Member.User = m.Author
	}
	ev := bot.Event{ID: "dc-" + m.ID, Kind: bot.Called, Caller: a.caller(in), Place: a.place(in), Line: line}
	answer := a.desk.Handle(ctx, ev)
	if answer.Form != nil {
		answer = a.offerForm(ctx, &turn{in: in}, answer)
	}
	if answer.Empty() || a.replyDirect(ctx, m.Author.ID, "answer-"+m.ID, answer.Message, answer.Locale) || m.Guild == "" {
		return
	}
	// They take no direct messages: they are told so where they wrote, and nothing more.
	part := blank()
	part.Content = render(a.said(answer.Locale, "discord.closed"))
	part.Nonce, part.Enforce = nonce("closed-"+m.ID), true
	err := a.api.do(ctx, request{method: http.MethodPost, route: "/channels/{}/messages", args: []string{m.Channel}, body: part}, nil)
	if err != nil {
		a.log.Info("somebody who takes no direct messages could not be told so", "error", oneLine(err))
	}
}
