package discord

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"greffier/bot"
)

// A card whose charter wants it opens a thread of its own, under its message; in a
// forum every card is a post, which has tags. Either has the number of the message
// that opened it. Its name and its tags follow what the card says.

const (
	maxThreadName = 100
	maxTags       = 5
	// archiveAfter is after how many minutes of silence a thread is put aside: a week.
	archiveAfter = 10080
)

// forum reports whether a channel holds posts and no messages.
func (c channelData) forum() bool {
	return c.Type == discordgo.ChannelTypeGuildForum || c.Type == discordgo.ChannelTypeGuildMedia
}

// hang posts a card, with the thread that it opens.
func (a *Adapter) hang(ctx context.Context, channel string, d bot.Delivery, to audience) (string, error) {
	card := d.Message.Card
	c, err := a.channel(ctx, channel)
	if err != nil && status(err) != http.StatusForbidden {
		return "", err
	}
	if c.forum() {
		return a.hangInForum(ctx, c, d, to)
	}
	ref, err := a.post(ctx, channel, d.Key, d.Message, to)
	if err != nil || card.Thread == "" {
		return ref, err
	}
	err = a.api.do(ctx, request{
		method: http.MethodPost, route: "/channels/{}/messages/{}/threads", args: []string{channel, threadOf(ref)},
		body: map[string]any{"name": threadName(card), "auto_archive_duration": archiveAfter},
	}, nil)
	switch {
	case err == nil, code(err) == discordgo.ErrCodeThreadAlreadyCreatedForThisMessage:
	case status(err) >= 400 && status(err) < 500 && status(err) != http.StatusTooManyRequests:
		// The card stands; what was said under it will stand in the channel.
		a.log.Warn("a thread cannot be opened; give the bot Create Public Threads there", "channel", channel, "error", oneLine(err))
	default:
		return "", err
	}
	return ref, nil
}

// threadOf is the thread of a message.
func threadOf(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// opened reports whether a card that a message speaks of should have a thread: a
// post of a forum is one, and elsewhere the charter says. It may not have one all
// the same.
func (a *Adapter) opened(d bot.Delivery) bool {
	channel, message, ok := strings.Cut(d.Under, "/")
	return ok && d.Place.Thread == "" && (channel == message || a.desk.Charter().Requests.Threads)
}

func threadName(card *bot.CardView) string {
	name := card.Thread
	if name == "" {
		name = plainText(card.Title)
	}
	return orBlank(bot.Shorten(name, maxThreadName))
}

// hangInForum makes a post of a forum. Discord recognises no repeat here, so the
// posts that are there are looked through first.
func (a *Adapter) hangInForum(ctx context.Context, forum channelData, d bot.Delivery, to audience) (string, error) {
	name := threadName(d.Message.Card)
	var active struct {
		Threads []channelData `json:"threads"`
	}
	if err := a.api.get(ctx, &active, "/guilds/{}/threads/active", forum.Guild); err != nil && status(err) != http.StatusForbidden && !unsupported(err) {
		return "", err
	}
	for _, t := range active.Threads {
		if t.Parent == forum.ID && t.Owner == a.own().id && t.Name == name {
			return t.ID + "/" + t.ID, nil
		}
	}
	m, err := a.draw(ctx, d.Message, to)
	if err != nil {
		return "", err
	}
	body := map[string]any{
		"name": name, "auto_archive_duration": archiveAfter, "message": m.parts[len(m.parts)-1],
	}
	if tags := forum.tags(d.Message.Card.Tags); len(tags) > 0 {
		body["applied_tags"] = tags
	}
	var made channelData
	err = a.api.do(ctx, request{
		method: http.MethodPost, route: "/channels/{}/threads", args: []string{forum.ID}, body: body, files: m.files, once: true,
	}, &made)
	if err != nil {
		return "", err
	}
	return made.ID + "/" + made.ID, nil
}

// tags are the forum's own tags that are called as a card is marked.
func (c channelData) tags(names []string) []string {
	var ids []string
	for _, name := range names {
		for _, t := range c.Tags {
			if bot.Fold(t.Name) == bot.Fold(name) && len(ids) < maxTags && !slices.Contains(ids, t.ID) {
				ids = append(ids, t.ID)
			}
		}
	}
	return ids
}

// follow brings the name and the tags of a card's thread up to date. What the
// thread was like when it was last looked at is remembered.
func (a *Adapter) follow(ctx context.Context, channel, message string, card *bot.CardView) error {
	if channel != message && card.Thread == "" {
		return nil // a card without a thread
	}
	t, err := a.channel(ctx, message)
	if err != nil {
		if status(err) != 0 {
			return nil // it has no thread: the charter wanted none then
		}
		return err
	}
	change := map[string]any{}
	if name := threadName(card); t.Name != name {
		change["name"] = name
		t.Name = name
	}
	if channel == message {
		forum, err := a.channel(ctx, t.Parent)
		if err != nil {
			return classify(err)
		}
		if tags := forum.tags(card.Tags); !slices.Equal(tags, t.Applied) && (len(tags) > 0 || len(t.Applied) > 0) {
			if tags == nil {
				tags = []string{}
			}
			change["applied_tags"], t.Applied = tags, tags
		}
	}
	if len(change) == 0 {
		return nil
	}
	err = a.api.do(ctx, request{method: http.MethodPatch, route: "/channels/{}", args: []string{message}, body: change}, nil)
	if s := status(err); s >= 400 && s < 500 && s != http.StatusTooManyRequests {
		a.places.forgetChannel(message)
		a.log.Warn("a thread cannot be renamed or tagged; give the bot Manage Threads there", "channel", channel, "error", oneLine(err))
		return nil
	}
	if err != nil {
		a.places.forgetChannel(message)
		return fmt.Errorf("discord: thread: %w", err)
	}
	a.places.mu.Lock()
	a.places.kinds[message] = t
	a.places.mu.Unlock()
	return nil
}
