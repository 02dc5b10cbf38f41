package mattermost

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/bot"
)

// The properties of our posts: which delivery one is, and what its numbers do.
const (
	keyProp   = "greffier_key"
	callsProp = "greffier_calls"
)

// errNotReady says that the server has not answered yet.
var errNotReady = errors.New("mattermost: not connected yet")

// Deliver posts a message as the bot, or edits one. The same key posted twice
// stands once: the server itself recognises a repeat within seconds, and after a
// doubt or a restart the channel is looked through for it.
func (a *Adapter) Deliver(ctx context.Context, d bot.Delivery) (string, error) {
	if a.own() == nil || a.desk == nil {
		return "", errNotReady
	}
	if a.living.Err() != nil {
		defer a.polite.close() // the last posts of a stop: nobody else will
	}
	to, err := a.destination(ctx, d)
	if err != nil {
		return "", err
	}
	if d.Replace != "" {
		return d.Replace, a.replace(ctx, d, to)
	}
	if err := a.invite(ctx, to.channel, d.Invite); err != nil {
		return "", err
	}
	// A card that hangs in a thread has none of its own: threads have one level.
	return a.post(ctx, d.Key, cmp.Or(d.Place.Thread, d.Under), d.Message, to)
}

// invite makes people members of a channel, those who are not. What the server does
// not allow is said in the log; the error is of a server that does not answer.
func (a *Adapter) invite(ctx context.Context, channel string, who []bot.Account) error {
	for _, account := range who {
		_, _, err := a.api.AddChannelMember(ctx, channel, account.ID)
		switch {
		case err == nil:
			a.people.touch(account.ID)
		case status(err) == 0:
			return err
		default:
			a.log.Error("somebody could not be added to a channel of the charter: add them by hand, and let the bot manage its members",
				"channel", channel, "user", account.ID, "error", reason(err))
		}
	}
	return nil
}

// destination finds the channel of a delivery, and in which language to add what
// the adapter says itself.
func (a *Adapter) destination(ctx context.Context, d bot.Delivery) (audience, error) {
	if d.Place.Direct && d.To.ID == "" && d.Replace != "" {
		// A card that hangs in a private conversation: the post knows which.
		p, _, err := a.api.GetPost(ctx, d.Replace, "")
		if s := status(err); s == http.StatusNotFound || s == http.StatusForbidden {
			return audience{}, fmt.Errorf("%w: %s", bot.ErrGone, reason(err))
		}
		if err != nil {
			return audience{}, err
		}
		return audience{channel: p.ChannelId, locale: a.desk.Charter().Community.Locale}, nil
	}
	if d.Place.Direct {
		channel, err := a.directChannel(ctx, d.To.ID)
		if err != nil {
			return audience{}, a.classify(err)
		}
		return audience{channel: channel, who: d.To.ID, locale: a.desk.Locale(ctx, d.To)}, nil
	}
	channel, err := a.places.id(ctx, a, d.Place.Channel)
	if err != nil {
		return audience{}, a.classify(err)
	}
	return audience{channel: channel, locale: a.desk.Charter().Community.Locale}, nil
}

// directChannel is the private conversation with somebody.
func (a *Adapter) directChannel(ctx context.Context, user string) (string, error) {
	if id, ok := a.direct.Load(user); ok {
		return id.(string), nil
	}
	s := a.own()
	if s == nil {
		return "", errNotReady
	}
	c, _, err := a.api.CreateDirectChannel(ctx, s.me.Id, user)
	if err != nil {
		return "", err
	}
	a.direct.Store(user, c.Id)
	return c.Id, nil
}

// post posts a message in as many posts as it takes and returns the first.
func (a *Adapter) post(ctx context.Context, key, thread string, m bot.Message, to audience) (string, error) {
	d := a.draw(m, to)
	files, err := a.upload(ctx, to.channel, d.files)
	if err != nil {
		return "", a.classify(err)
	}
	texts := d.texts
	if len(texts) == 0 {
		texts = []string{""}
	}
	first := ""
	for i, text := range texts {
		part := key
		if i > 0 {
			part = fmt.Sprintf("%s.%d", key, i+1)
		}
		p := &model.Post{ChannelId: to.channel, RootId: thread, Message: text, PendingPostId: a.own().me.Id + ":" + part}
		p.AddProp(keyProp, part)
		if i == len(texts)-1 {
			a.complete(p, d)
			p.FileIds = files
		}
		id, err := a.create(ctx, part, p, to)
		if err != nil {
			return "", a.classify(err)
		}
		if first == "" {
			first = id
		}
	}
	return first, nil
}

// complete adds to a post what is not text.
func (a *Adapter) complete(p *model.Post, d drawn) {
	if len(d.attachments) > 0 {
		p.AddProp(model.PostPropsAttachments, d.attachments)
	}
	if len(d.calls) > 0 {
		calls, err := json.Marshal(d.calls)
		if err == nil {
			p.AddProp(callsProp, string(calls))
		}
	}
}

// create makes one post, unless it stands already.
func (a *Adapter) create(ctx context.Context, key string, p *model.Post, to audience) (string, error) {
	if id, err := a.sent.find(ctx, a, p.ChannelId, key); err != nil || id != "" {
		return id, err
	}
	made, _, err := a.api.CreatePost(ctx, p)
	if status(err) == http.StatusForbidden && to.who != "" {
		// A conversation that its two members open at the same moment is forbidden
		// to both until the server has settled which of them made it.
		for wait := bot.NewBackoff(); status(err) == http.StatusForbidden && wait.Next() < 4*time.Second && wait.Sleep(ctx); {
			made, _, err = a.api.CreatePost(ctx, p)
		}
	} else if status(err) == http.StatusForbidden {
		// An open channel that the bot was not yet in.
		if _, _, joinErr := a.api.AddChannelMember(ctx, p.ChannelId, a.own().me.Id); joinErr == nil {
			made, _, err = a.api.CreatePost(ctx, p)
		}
	}
	if err != nil && p.RootId != "" && status(err) == http.StatusBadRequest {
		p.RootId = "" // the message it would have answered is gone
		made, _, err = a.api.CreatePost(ctx, p)
	}
	if err != nil {
		a.sent.doubt(p.ChannelId)
		return "", err
	}
	a.sent.add(p.ChannelId, key, made.Id)
	return made.Id, nil
}

// replace draws a card again where it hangs. All its properties are written,
// buttons included: what the server gives back when it is read has lost where
// they lead. Its text is not, so that no limit on editing applies, nor whether it
// is pinned.
func (a *Adapter) replace(ctx context.Context, d bot.Delivery, to audience) error {
	p := &model.Post{}
	p.AddProp(keyProp, d.Key)
	p.AddProp(model.PostPropsFromBot, "true")
	a.complete(p, a.draw(d.Message, to))
	props := p.GetProps()
	_, _, err := a.api.PatchPost(ctx, d.Replace, &model.PostPatch{Props: &props})
	switch status(err) {
	case http.StatusForbidden, http.StatusNotFound, http.StatusBadRequest:
		// A deleted post is refused as one we may not edit.
		if _, _, lookErr := a.api.GetPost(ctx, d.Replace, ""); status(lookErr) == http.StatusNotFound || status(lookErr) == http.StatusForbidden {
			return fmt.Errorf("%w: %s", bot.ErrGone, reason(err))
		}
	}
	return a.classify(err)
}

// upload sends files ahead of the post that shows them. What the server takes no
// file of (they are switched off, too large, or not for the bot) is left out: the
// words of the post are worth more.
func (a *Adapter) upload(ctx context.Context, channel string, files []bot.File) ([]string, error) {
	var ids []string
	for _, f := range files {
		up, _, err := a.api.UploadFile(ctx, f.Data, channel, f.Name)
		if status(err) == http.StatusForbidden {
			// An open channel that the bot was not yet in.
			if _, _, joinErr := a.api.AddChannelMember(ctx, channel, a.own().me.Id); joinErr == nil {
				up, _, err = a.api.UploadFile(ctx, f.Data, channel, f.Name)
			}
		}
		switch status(err) {
		case http.StatusForbidden, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusNotImplemented:
			a.log.Warn("a post goes out without a file, which the server does not take", "file", f.Name, "channel", channel, "error", reason(err))
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, info := range up.FileInfos {
			ids = append(ids, info.Id)
		}
	}
	return ids, nil
}

// classify says what an error means to the outbox: a place or a person that
// cannot be written to is final, all else passes.
func (a *Adapter) classify(err error) error {
	switch status(err) {
	case http.StatusForbidden, http.StatusNotFound, http.StatusBadRequest:
		return fmt.Errorf("%w: %s", bot.ErrUndeliverable, reason(err))
	}
	return err
}

// sent remembers which deliveries stand in which channel, as far as there was
// reason to look.
type sent struct {
	mu       sync.Mutex
	channels map[string]map[string]string // channel → key → post
}

// lookBack is how many of a channel's last posts are looked through.
const lookBack = 200

// find looks for a delivery in a channel: the first time after a start, and
// after each attempt of which nobody knows what became of it.
func (s *sent) find(ctx context.Context, a *Adapter, channel, key string) (string, error) {
	s.mu.Lock()
	known, looked := s.channels[channel]
	id := known[key]
	s.mu.Unlock()
	if looked {
		return id, nil
	}
	list, _, err := a.api.GetPostsForChannel(ctx, channel, 0, lookBack, "", false, false)
	if err != nil && status(err) != http.StatusForbidden && status(err) != http.StatusNotFound {
		return "", err
	}
	found := map[string]string{}
	if list != nil {
		for _, p := range list.Posts {
			if k, ok := p.GetProp(keyProp).(string); ok && p.UserId == a.own().me.Id && p.DeleteAt == 0 {
				found[k] = p.Id
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.channels == nil {
		s.channels = map[string]map[string]string{}
	}
	s.channels[channel] = found
	return found[key], nil
}

// add notes a post that was made.
func (s *sent) add(channel, key, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.channels[channel]
	if len(known) > 5*lookBack {
		delete(s.channels, channel)
	} else if known != nil {
		known[key] = id
	}
}

// doubt has the channel looked through again before the next post.
func (s *sent) doubt(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.channels, channel)
}
