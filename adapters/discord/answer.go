package discord

import (
	"context"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"greffier/bot"
)

// turn is an interaction while it is answered.
type turn struct {
	in *interaction
	// page says that the answer takes the place of the message pressed.
	page bool
	// command is what is answered.
	command string
	// announced says that the answer was announced, or that Discord knows the
	// interaction no more when lost is set.
	announced, lost bool
}

// response is what an interaction is answered with.
type response struct {
	Type int `json:"type"`
	Data any `json:"data,omitempty"`
}

const (
	// tokenLasts is how long an interaction's token is good; a little less than
	// Discord says.
	tokenLasts = 14*time.Minute + 30*time.Second
	// callbackWithin is how long it is worth while to try to answer.
	callbackWithin = 10 * time.Second

	codeUnknownInteraction = discordgo.ErrCodeUnknownInteraction
	codeAcknowledged       = 40060
)

// callback answers an interaction, which may be done once.
func (a *Adapter) callback(ctx context.Context, in *interaction, r response, files ...bot.File) error {
	ctx, cancel := context.WithTimeout(ctx, callbackWithin)
	defer cancel()
	err := a.api.do(ctx, request{
		method: http.MethodPost, route: "/interactions/{}/{}/callback", args: []string{in.ID, in.Token}, body: r, files: files, free: true,
	}, nil)
	if code(err) == codeAcknowledged {
		return nil // an attempt of which we heard nothing arrived
	}
	return err
}

// announce says that the answer is coming.
func (a *Adapter) announce(ctx context.Context, t *turn) {
	r := response{Type: int(discordgo.InteractionResponseDeferredChannelMessageWithSource), Data: map[string]int{"flags": t.flags()}}
	if t.page {
		r = response{Type: int(discordgo.InteractionResponseDeferredMessageUpdate)}
	}
	t.announced = true
	if err := a.callback(ctx, t.in, r); err != nil {
		a.lose(t, err)
	}
}

// lose notes that an interaction can no longer be answered as such.
func (a *Adapter) lose(t *turn, err error) {
	t.lost = true
	if code(err) == codeUnknownInteraction {
		a.metrics.late.WithLabelValues(lateUnknown).Inc()
	}
	a.log.Info("an interaction could not be answered in time", "error", oneLine(err))
}

// flags make an answer private where others would see it.
func (t *turn) flags() int {
	if t.in.Guild == "" {
		return 0
	}
	return flagEphemeral
}

func (t *turn) component() bool {
	return discordgo.InteractionType(t.in.Type) == discordgo.InteractionMessageComponent
}

// reply gives an answer: at once, in place of its announcement, or in a direct
// message once Discord takes neither.
func (a *Adapter) reply(ctx context.Context, t *turn, answer bot.Answer) {
	if answer.Form != nil {
		if !t.announced && discordgo.InteractionType(t.in.Type) != discordgo.InteractionModalSubmit {
			err := a.openForm(ctx, t, answer)
			if err == nil {
				return
			}
			a.lose(t, err)
		}
		answer = a.offerForm(ctx, t, answer)
	}
	if answer.Empty() {
		if t.component() && (t.page || !t.announced) {
			if !t.announced {
				_ = a.callback(ctx, t.in, response{Type: int(discordgo.InteractionResponseDeferredMessageUpdate)})
			}
			return
		}
		answer.Text = a.said(answer.Locale, "discord.done")
	}
	d, err := a.draw(ctx, answer.Message, audience{locale: answer.Locale, private: true, command: t.command})
	if err != nil {
		a.log.Error("an answer could not be kept", "error", oneLine(err))
		return
	}
	if !t.lost {
		if err = a.show(ctx, t, d); err == nil {
			return
		}
		a.lose(t, err)
	}
	a.metrics.late.WithLabelValues(lateDirect).Inc()
	u, _ := t.in.who()
	a.replyDirect(ctx, u.ID, "answer-"+t.in.ID, answer.Message, answer.Locale)
}

// show answers the interaction itself.
func (a *Adapter) show(ctx context.Context, t *turn, d drawn) error {
	var err error
	for i := range d.parts {
		part := &d.parts[i]
		var files []bot.File
		if i == len(d.parts)-1 {
			files = d.files
		}
		part.Flags = t.flags()
		switch {
		case i > 0:
			err = a.webhook(ctx, t, http.MethodPost, "", part, files)
		case t.announced:
			part.Flags = 0
			err = a.webhook(ctx, t, http.MethodPatch, "/messages/@original", part, files)
		default:
			r := response{Type: int(discordgo.InteractionResponseChannelMessageWithSource), Data: part}
			if t.page && len(d.parts) == 1 {
				r.Type, part.Flags = int(discordgo.InteractionResponseUpdateMessage), 0
			}
			err = a.callback(ctx, t.in, r, files...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// webhook uses the interaction's token for what comes after its first answer.
func (a *Adapter) webhook(ctx context.Context, t *turn, method, path string, part *outgoing, files []bot.File) error {
	if a.clock.Now().Sub(t.in.received) > tokenLasts {
		return &apiError{Status: http.StatusUnauthorized, Message: "the interaction's token is too old"}
	}
	return a.api.do(ctx, request{
		method: method, route: "/webhooks/{}/{}" + path, args: []string{a.own().app, t.in.Token}, body: part, files: files, free: true,
	}, nil)
}

// replyDirect answers in a direct message. Trouble that passes is tried again for
// as long as ctx allows. ok is false when the person takes none.
func (a *Adapter) replyDirect(ctx context.Context, user, key string, m bot.Message, locale string) (ok bool) {
	for wait := bot.NewBackoff(); ; {
		channel, err := a.directChannel(ctx, user)
		if err == nil {
			_, err = a.post(ctx, channel, key, m, audience{locale: locale, private: true})
		}
		if err == nil {
			return true
		}
		if s := status(err); s >= 400 && s < 500 && s != http.StatusTooManyRequests || !wait.Sleep(ctx) {
			a.log.Warn("an answer could not be given", "error", oneLine(err))
			return false
		}
	}
}
