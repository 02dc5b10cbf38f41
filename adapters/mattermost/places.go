package mattermost

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/mattermost/mattermost/server/public/model"
)

// places knows the channels of the charter, which may write them as identifiers
// or as names ("demandes", "~demandes", "team/demandes"). The core knows a channel
// as the charter writes it; the server by its identifier.
type places struct {
	mu sync.RWMutex
	// charter is the one that was read, to notice another.
	charter any
	ids     map[string]string // as written → identifier
	written map[string]string // identifier → as written
	missing map[string]bool   // told in the log once
}

// id is the server's identifier of a channel.
func (p *places) id(ctx context.Context, a *Adapter, written string) (string, error) {
	p.mu.RLock()
	id, ok := p.ids[written]
	p.mu.RUnlock()
	if ok {
		return id, nil
	}
	if model.IsValidId(written) {
		return written, nil
	}
	c, err := a.channelNamed(ctx, written)
	if err != nil {
		return "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ids == nil {
		p.ids, p.written = map[string]string{}, map[string]string{}
	}
	p.ids[written], p.written[c.Id] = c.Id, written
	return c.Id, nil
}

// as is how the charter writes a channel; its identifier when it does not.
func (p *places) as(id string) string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if w, ok := p.written[id]; ok {
		return w
	}
	return id
}

// resolved lists the identifiers of the charter's channels.
func (p *places) resolved() []string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	ids := make([]string, 0, len(p.written))
	for id := range p.written {
		ids = append(ids, id)
	}
	return ids
}

// channelNamed finds a channel by name in the teams served.
func (a *Adapter) channelNamed(ctx context.Context, written string) (*model.Channel, error) {
	name := strings.TrimLeft(strings.TrimSpace(written), "~#")
	team, rest, inTeam := strings.Cut(name, "/")
	if inTeam {
		name = rest
	}
	var err error = model.NewAppError("channelNamed", "greffier.no_such_channel", nil, written, http.StatusNotFound)
	s := a.own()
	if s == nil {
		return nil, errNotReady
	}
	for _, t := range s.teams {
		if inTeam && !strings.EqualFold(t.Name, team) {
			continue
		}
		c, _, lookErr := a.api.GetChannelByName(ctx, strings.ToLower(name), t.Id, "")
		if lookErr == nil {
			return c, nil
		}
		err = lookErr
	}
	return nil, err
}

// readCharter looks up the channels of the charter in force, when it is another
// than the last time or some were not found, and enters those that are open.
func (a *Adapter) readCharter(ctx context.Context) {
	ch := a.desk.Charter()
	p := &a.places
	p.mu.Lock()
	if p.charter != any(ch) {
		p.charter, p.ids, p.written, p.missing = ch, map[string]string{}, map[string]string{}, map[string]bool{}
	}
	p.mu.Unlock()
	for _, c := range ch.Channels {
		written, ok := ch.Place(c.ID, Platform)
		if !ok {
			continue
		}
		p.mu.RLock()
		_, known := p.ids[written]
		p.mu.RUnlock()
		if !known {
			a.enter(ctx, c.ID, written)
		}
	}
}

// enter looks a channel of the charter up and has the bot join it if it can.
func (a *Adapter) enter(ctx context.Context, logical, written string) {
	var c *model.Channel
	var err error
	if model.IsValidId(written) {
		c, _, err = a.api.GetChannel(ctx, written)
	}
	if c == nil {
		c, err = a.channelNamed(ctx, written)
	}
	if err == nil {
		err = a.join(ctx, c)
	}
	p := &a.places
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		p.ids[written], p.written[c.Id] = c.Id, written
		return
	}
	if status(err) != 0 && !p.missing[written] {
		p.missing[written] = true
		a.log.Error("the bot cannot use a channel of the charter; correct its name there, or invite the bot into it",
			"channel", logical, "place", written, "account", a.own().me.Username, "error", reason(err))
	}
}

// join makes the bot a member of an open channel; of a private one it must be already.
func (a *Adapter) join(ctx context.Context, c *model.Channel) error {
	me := a.own().me.Id
	if _, _, err := a.api.GetChannelMember(ctx, c.Id, me, ""); err == nil {
		return nil
	}
	_, _, err := a.api.AddChannelMember(ctx, c.Id, me)
	return err
}

// current is the charter whose channels are known.
func (p *places) current() any {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.charter
}
