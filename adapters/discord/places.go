package discord

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/bwmarrin/discordgo"

	"greffier/bot"
)

// places knows the channels of the charter, which may write them as identifiers or
// as names ("demandes", "#demandes"). The core knows a channel as the charter writes
// it; Discord by its identifier. For groups made of a channel's members it also
// knows who may see that channel.
type places struct {
	mu sync.RWMutex
	// charter is the one whose names were looked up.
	charter any
	ids     map[string]string // as written → identifier
	written map[string]string // identifier → as written
	missing map[string]bool   // told in the log once
	// kinds are the kinds of channels looked at, forums what is known of forums.
	kinds map[string]channelData
	// guilds are the roles of the guilds, groups the channels whose members are one.
	guilds map[string]guildData
	groups map[string]bool
	// threads are the channels of the threads that Discord told of.
	threads map[string]string
}

// channelData is a channel as far as it concerns us.
type channelData struct {
	ID         string                `json:"id"`
	Type       discordgo.ChannelType `json:"type"`
	Guild      string                `json:"guild_id"`
	Name       string                `json:"name"`
	Parent     string                `json:"parent_id"`
	Owner      string                `json:"owner_id"`
	Tags       []tagData             `json:"available_tags"`
	Applied    []string              `json:"applied_tags"`
	Overwrites []overwriteData       `json:"permission_overwrites"`
}

type tagData struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type overwriteData struct {
	ID    string `json:"id"`
	Type  int    `json:"type"` // 0 a role, 1 a member
	Allow string `json:"allow"`
	Deny  string `json:"deny"`
}

// guildData is a guild as far as it concerns us.
type guildData struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Owner string `json:"owner_id"`
	Roles []struct {
		ID          string `json:"id"`
		Name        string `json:"name"`
		Permissions string `json:"permissions"`
		Position    int    `json:"position"`
	} `json:"roles"`
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

// mostThreads bounds how many threads are remembered.
const mostThreads = 20000

// open notes the channels that threads are in.
func (p *places) open(threads ...channelData) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range threads {
		if p.threads == nil || len(p.threads) >= mostThreads {
			p.threads = map[string]string{}
		}
		if t.ID != "" && t.Parent != "" {
			p.threads[t.ID] = t.Parent
		}
	}
}

// around is the channel that a thread is in, or the channel itself.
func (p *places) around(id string) string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if parent, ok := p.threads[id]; ok {
		return parent
	}
	return id
}

// id is Discord's identifier of a channel.
func (p *places) id(written string) (string, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if id, ok := p.ids[written]; ok {
		return id, true
	}
	return written, isID(written)
}

// watches reports whether groups are made of the members of channels.
func (p *places) watches() bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return len(p.groups) > 0
}

// read looks up the channels of the charter in a guild.
func (p *places) read(ctx context.Context, a *Adapter, guild string) {
	ch := a.desk.Charter()
	names, groups := map[string]bool{}, map[string]bool{}
	for _, c := range ch.Channels {
		if w, ok := ch.Place(c.ID, Platform); ok {
			names[w] = true
		}
	}
	for _, g := range ch.Groups {
		for _, c := range g.Channels {
			if w, ok := ch.Place(c, Platform); ok {
				groups[w] = true
			}
		}
	}
	p.mu.Lock()
	if p.charter != any(ch) || p.ids == nil {
		p.charter, p.ids, p.written, p.missing = ch, map[string]string{}, map[string]string{}, map[string]bool{}
		p.guilds = map[string]guildData{}
	}
	p.groups = groups
	p.mu.Unlock()
	if len(names) == 0 {
		return
	}
	var channels []channelData
	if err := a.api.get(ctx, &channels, "/guilds/{}/channels", guild); err != nil {
		a.log.Warn("the channels of a guild cannot be read", "guild", guild, "error", oneLine(err))
		return
	}
	var g guildData
	if len(groups) > 0 {
		if err := a.api.get(ctx, &g, "/guilds/{}", guild); err != nil {
			a.log.Warn("the roles of a guild cannot be read", "guild", guild, "error", oneLine(err))
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if g.ID != "" {
		p.guilds[guild] = g
	}
	if p.kinds == nil {
		p.kinds = map[string]channelData{}
	}
	for _, c := range channels {
		c.Guild = guild
		for w := range names {
			if w == c.ID || bot.Fold(strings.TrimLeft(w, "#~")) == bot.Fold(c.Name) && !isID(w) {
				p.ids[w], p.written[c.ID], p.kinds[c.ID] = c.ID, w, c
			}
		}
	}
}

// tellMissing tells the operator, once, of the channels of the charter that none of
// the guilds has.
func (a *Adapter) tellMissing() {
	ch, p := a.desk.Charter(), &a.places
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.charter != any(ch) {
		return // it has just changed, and is yet to be read
	}
	for _, c := range ch.Channels {
		w, here := ch.Place(c.ID, Platform)
		if _, found := p.ids[w]; !here || found || p.missing[w] {
			continue
		}
		p.missing[w] = true
		a.log.Error("a channel of the charter is not among those the bot sees; correct it in the charter, or let the bot see the channel",
			"channel", c.ID, "place", w)
	}
}

// channel is what is known of a channel; Discord is asked the first time.
func (a *Adapter) channel(ctx context.Context, id string) (channelData, error) {
	p := &a.places
	p.mu.RLock()
	c, ok := p.kinds[id]
	p.mu.RUnlock()
	if ok {
		return c, nil
	}
	if err := a.api.get(ctx, &c, "/channels/{}", id); err != nil {
		return c, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kinds == nil || len(p.kinds) > 4096 {
		p.kinds = map[string]channelData{}
	}
	p.kinds[id] = c
	return c, nil
}

// forgetChannel has a channel looked at anew.
func (p *places) forgetChannel(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.kinds, id)
}

// seen lists, as marks, the channels that make groups and that a member may see.
func (p *places) seen(guild, user string, roles []string) []string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	g, ok := p.guilds[guild]
	if !ok {
		return nil
	}
	var marks []string
	for w := range p.groups {
		c, ok := p.kinds[p.ids[w]]
		if ok && c.Guild == guild && permissions(g, c, user, roles)&discordgo.PermissionViewChannel != 0 {
			marks = append(marks, "channel:"+w)
		}
	}
	return marks
}

// permissions computes what a member may do in a channel, as Discord's
// documentation says under "Permission Overwrites": the guild's roles first, then
// the channel's rules for everybody, for roles, and for the member.
func permissions(g guildData, c channelData, user string, roles []string) int64 {
	bits := func(s string) int64 { n, _ := strconv.ParseInt(s, 10, 64); return n }
	if user == g.Owner {
		return discordgo.PermissionAll | discordgo.PermissionAdministrator
	}
	var may int64
	for _, r := range g.Roles {
		if r.ID == g.ID || slices.Contains(roles, r.ID) {
			may |= bits(r.Permissions)
		}
	}
	if may&discordgo.PermissionAdministrator != 0 {
		return discordgo.PermissionAll | discordgo.PermissionAdministrator
	}
	var allow, deny int64
	for _, o := range c.Overwrites {
		switch {
		case o.ID == g.ID:
			may = may&^bits(o.Deny) | bits(o.Allow)
		case o.Type == 0 && slices.Contains(roles, o.ID):
			allow, deny = allow|bits(o.Allow), deny|bits(o.Deny)
		}
	}
	may = may&^deny | allow
	for _, o := range c.Overwrites {
		if o.Type == 1 && o.ID == user {
			may = may&^bits(o.Deny) | bits(o.Allow)
		}
	}
	return may
}

// directs remembers the private conversations.
type directs struct {
	mu sync.Mutex
	by map[string]string // user → channel
}

const mostDirects = 10000

// directChannel is the private conversation with somebody.
func (a *Adapter) directChannel(ctx context.Context, user string) (string, error) {
	a.direct.mu.Lock()
	id, ok := a.direct.by[user]
	a.direct.mu.Unlock()
	if ok {
		return id, nil
	}
	var c channelData
	err := a.api.do(ctx, request{method: http.MethodPost, route: "/users/@me/channels", body: map[string]string{"recipient_id": user}}, &c)
	if err != nil {
		return "", err
	}
	a.direct.mu.Lock()
	defer a.direct.mu.Unlock()
	if a.direct.by == nil || len(a.direct.by) >= mostDirects {
		a.direct.by = map[string]string{}
	}
	a.direct.by[user] = c.ID
	return c.ID, nil
}
