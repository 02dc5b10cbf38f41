package discord

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/bwmarrin/discordgo"

	"greffier/bot"
)

// errNotReady says that Discord has not answered yet.
var errNotReady = errors.New("discord: not connected yet")

// Deliver posts a message as the bot, or edits one. A reference is a channel and a
// message. The same key posted twice stands once: the nonce made of it is enforced.
func (a *Adapter) Deliver(ctx context.Context, d bot.Delivery) (string, error) {
	if a.self.Load() == nil || a.signer == nil {
		return "", errNotReady
	}
	if a.living.Err() != nil {
		defer a.api.close() // the last posts of a stop: nobody else will
	}
	to := audience{locale: a.desk.Charter().Community.Locale}
	if d.Replace != "" {
		return d.Replace, a.replace(ctx, d, to)
	}
	var channel string
	if d.Place.Direct {
		var err error
		if channel, err = a.directChannel(ctx, d.To.ID); err != nil {
			return "", classify(err)
		}
		to.private, to.locale = true, a.desk.Locale(ctx, d.To)
	} else {
		var ok bool
		if channel, ok = a.places.id(d.Place.Channel); !ok {
			return "", fmt.Errorf("%w: no channel is called %q", bot.ErrUndeliverable, d.Place.Channel)
		}
		if err := a.invite(ctx, channel, d.Invite); err != nil {
			return "", classify(err)
		}
	}
	if d.Place.Thread != "" {
		channel = threadOf(d.Place.Thread)
	}
	if a.opened(d) {
		ref, err := a.post(ctx, threadOf(d.Under), d.Key, d.Message, to)
		if code(err) != discordgo.ErrCodeUnknownChannel {
			return ref, classify(err)
		}
	}
	if d.Message.Card != nil && !d.Place.Direct {
		ref, err := a.hang(ctx, channel, d, to)
		if err == nil {
			a.keepEvent(ctx, channel, d.Message.Card)
		}
		return ref, classify(err)
	}
	ref, err := a.post(ctx, channel, d.Key, d.Message, to)
	return ref, classify(err)
}

// post posts a message in as many as it takes and returns the first.
func (a *Adapter) post(ctx context.Context, channel, key string, m bot.Message, to audience) (string, error) {
	d, err := a.draw(ctx, m, to)
	if err != nil {
		return "", err
	}
	first := ""
	for i := range d.parts {
		part, files := &d.parts[i], []bot.File(nil)
		if i == len(d.parts)-1 {
			files = d.files
		}
		part.Nonce, part.Enforce = nonce(fmt.Sprintf("%s.%d", key, i)), true
		var made struct {
			ID string `json:"id"`
		}
		send := func() error {
			return a.api.do(ctx, request{
				method: http.MethodPost, route: "/channels/{}/messages", args: []string{channel}, body: part, files: files,
			}, &made)
		}
		err := send()
		if code := status(err); len(files) > 0 && (code == http.StatusForbidden || code == http.StatusRequestEntityTooLarge) {
			// Its words are worth more than what comes with them.
			a.log.Warn("a message goes out without its files; give the bot Attach Files there", "channel", channel, "error", oneLine(err))
			part.Attachments, files = []attachment{}, nil
			err = send()
		}
		if err != nil {
			return "", err
		}
		if first == "" {
			first = channel + "/" + made.ID
		}
	}
	return first, nil
}

// nonce makes of a delivery's key one that Discord takes, 25 characters at most.
func nonce(key string) string {
	sum := sha256.Sum256([]byte(key))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}

// replace draws a card again where it hangs.
func (a *Adapter) replace(ctx context.Context, d bot.Delivery, to audience) error {
	channel, message, ok := strings.Cut(d.Replace, "/")
	if !ok {
		return fmt.Errorf("%w: %q", bot.ErrGone, d.Replace)
	}
	m, err := a.draw(ctx, d.Message, to)
	if err != nil {
		return err
	}
	edit := func() error {
		return a.api.do(ctx, request{
			method: http.MethodPatch, route: "/channels/{}/messages/{}", args: []string{channel, message}, body: m.parts[len(m.parts)-1], files: m.files,
		}, nil)
	}
	err = edit()
	if code(err) == discordgo.ErrCodePerformedOperationOnArchivedThread {
		// Nobody wrote in the thread for a while: it is opened again first.
		if err = a.api.do(ctx, request{method: http.MethodPatch, route: "/channels/{}", args: []string{channel}, body: map[string]bool{"archived": false}}, nil); err == nil {
			err = edit()
		}
	}
	switch {
	case err != nil && gone(err):
		return fmt.Errorf("%w: %s", bot.ErrGone, oneLine(err))
	case err != nil:
		return classify(err)
	}
	if d.Message.Card != nil {
		if !d.Place.Direct {
			a.keepEvent(ctx, channel, d.Message.Card)
		}
		return a.follow(ctx, channel, message, d.Message.Card)
	}
	return nil
}

// classify says what an error means to the outbox: a place or a person that cannot
// be written to is final, all else passes.
func classify(err error) error {
	switch status(err) {
	case http.StatusForbidden, http.StatusNotFound, http.StatusBadRequest:
		return fmt.Errorf("%w: %s", bot.ErrUndeliverable, oneLine(err))
	}
	return err
}
