package discord

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"greffier/bot"
)

// syncEvery is how often everybody is read anew though nothing seems to have changed.
const syncEvery = 10 * time.Minute

// keepPeople keeps the core told of who is who until ctx ends.
func (a *Adapter) keepPeople(ctx context.Context) {
	present, err := a.desk.Presence(ctx, Platform)
	if err != nil {
		a.log.Error("the register does not say who was here", "error", oneLine(err))
		return
	}
	for _, g := range a.o.Guilds {
		a.people.guild(g, true)
	}
	wait := bot.NewBackoff()
	tick := time.NewTicker(syncEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			a.people.again()
			continue
		case <-a.people.wake:
		}
		read, told := a.readAll(ctx, present, wait)
		if ctx.Err() != nil {
			return
		}
		if read > 0 {
			a.people.read.Store(true)
			if a.complete() {
				a.tellMissing()
			}
		}
		if read+told > 0 {
			a.giveRoles(ctx)
		}
	}
}

// readAll reads the guilds that are to be read and tells of the members that changed
// meanwhile, until there is nothing left; it counts either. What cannot be read is
// tried again afterwards.
func (a *Adapter) readAll(ctx context.Context, present *bot.Presence, wait *bot.Backoff) (read, told int) {
	again, last := map[string]bool{}, ""
	for ctx.Err() == nil {
		guild, here, news := a.people.next()
		if guild == "" && len(news) == 0 {
			break
		}
		if guild != "" {
			read++
			last = guild
			if err := a.readGuild(ctx, present, guild, here); err != nil && ctx.Err() == nil {
				a.log.Warn("the members of a guild cannot be read; trying again", "guild", guild, "error", oneLine(err))
				again[guild] = here
			}
		}
		for _, c := range news {
			told++
			if err := a.tell(ctx, present, c.member, c.gone); err != nil && ctx.Err() == nil {
				a.log.Warn("somebody's coming or going is not recorded yet", "error", oneLine(err))
				again[c.member.Guild] = true
			}
		}
	}
	if read > 0 && ctx.Err() == nil && a.complete() {
		// Those of the guilds that were read and everybody else who was here: who went
		// while nobody looked is in none.
		there := a.people.everybody()
		missing := present.Missing(func(id string) bool { return there[number(id)] })
		if err := a.tellGone(ctx, present, missing); err != nil && ctx.Err() == nil {
			a.log.Warn("somebody's going is not recorded yet", "error", oneLine(err))
			again[last] = true
		}
	}
	if len(again) == 0 {
		wait.Reset()
	} else if wait.Sleep(ctx) {
		for guild, here := range again {
			a.people.guild(guild, here)
		}
	}
	return read, told
}

// again has every guild read.
func (p *people) again() {
	p.mu.RLock()
	var all []string
	for g := range p.in {
		all = append(all, g)
	}
	p.mu.RUnlock()
	for _, g := range all {
		p.guild(g, true)
	}
}

// perPage is the greatest page that Discord gives of members.
const perPage = 1000

// readGuild reads the members of a guild and tells the core who came, who left and
// who is no longer as they were.
func (a *Adapter) readGuild(ctx context.Context, present *bot.Presence, guild string, here bool) error {
	if !here {
		// The bot was removed; its members did not leave the community for that.
		a.people.mu.Lock()
		delete(a.people.in, guild)
		a.people.mu.Unlock()
		return present.Forget(ctx, guild)
	}
	a.places.read(ctx, a, guild)
	members, err := a.members(ctx, guild)
	if unsupported(err) {
		// A compatible server that lists nobody: whoever comes is new.
		a.people.mu.Lock()
		if a.people.in[guild] == nil {
			a.people.in[guild] = map[uint64]roleSet{}
		}
		a.people.mu.Unlock()
		if present.Known(guild) {
			return nil
		}
		return present.First(ctx, guild, nil)
	}
	if err != nil || members == nil {
		return err
	}
	in := make(map[uint64]roleSet, len(members))
	var ids []string
	for id, m := range members {
		if !m.Pending && !m.User.Bot {
			in[number(id)] = rolesHeld(m.Roles)
			ids = append(ids, id)
		}
	}
	a.people.mu.Lock()
	before := a.people.in[guild]
	a.people.in[guild] = in
	a.people.mu.Unlock()
	if !present.Known(guild) {
		if err := present.First(ctx, guild, ids); err != nil {
			return err
		}
	}
	// Many at once, so that their records share a commit.
	slots := make(chan struct{}, 32)
	var telling sync.WaitGroup
	var failed atomic.Pointer[error]
	for _, m := range members {
		slots <- struct{}{}
		telling.Go(func() {
			defer func() { <-slots }()
			if err := a.tell(ctx, present, m, false); err != nil {
				failed.Store(&err)
			}
		})
	}
	telling.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return a.tellGone(ctx, present, without(before, in))
}

// without lists those who were in a guild and are no more.
func without(before, in map[uint64]roleSet) (left []string) {
	for n := range before {
		if _, stayed := in[n]; !stayed {
			left = append(left, strconv.FormatUint(n, 10))
		}
	}
	return left
}

// tellGone tells the core of those of some who are in no guild any more.
func (a *Adapter) tellGone(ctx context.Context, present *bot.Presence, left []string) error {
	for _, id := range left {
		if a.people.here(id) {
			continue
		}
		if _, err := present.Tell(ctx, bot.Account{Platform: Platform, ID: id}, false); err != nil {
			return err
		}
	}
	return nil
}

// everybody is who is in any guild.
func (p *people) everybody() map[uint64]bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	all := map[uint64]bool{}
	for _, members := range p.in {
		for n := range members {
			all[n] = true
		}
	}
	return all
}

// complete reports whether every guild that the bot is in was read.
func (a *Adapter) complete() bool {
	for _, s := range a.shards {
		if !s.wasUp() {
			return false
		}
	}
	a.people.mu.RLock()
	defer a.people.mu.RUnlock()
	for g := range a.people.expected {
		if _, ok := a.people.in[g]; !ok {
			return false
		}
	}
	return true
}

// members reads who is in a guild; nil when it does not let us.
func (a *Adapter) members(ctx context.Context, guild string) (map[string]memberData, error) {
	all := map[string]memberData{}
	for after := "0"; ; {
		var page []memberData
		err := a.api.do(ctx, request{
			method: http.MethodGet, route: "/guilds/{}/members", args: []string{guild},
			query: url.Values{"limit": {strconv.Itoa(perPage)}, "after": {after}},
		}, &page)
		if unsupported(err) {
			return nil, err
		}
		if s := status(err); s == http.StatusForbidden || s == http.StatusNotFound {
			if !a.people.refused[guild] {
				a.people.refused[guild] = true
				a.log.Error("Discord does not let the bot read the members of a guild, so that newcomers are not seen: "+
					"in the developer portal, under Bot > Privileged Gateway Intents, turn on Server Members Intent, and see that the bot is in the guild",
					"guild", guild, "error", oneLine(err))
			}
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		before := after
		for _, m := range page {
			if m.User == nil || m.User.ID == "" {
				continue
			}
			m.Guild = guild
			all[m.User.ID] = m
			if number(m.User.ID) > number(after) {
				after = m.User.ID
			}
		}
		if len(page) < perPage || after == before {
			return all, nil
		}
	}
}

// tell tells the core that somebody came, left, or is no longer as they were.
func (a *Adapter) tell(ctx context.Context, present *bot.Presence, m memberData, gone bool) error {
	if m.User.Bot || m.User.System {
		return nil
	}
	if gone {
		a.people.put(m.Guild, m.User.ID, nil)
	} else if !m.Pending {
		roles := m.Roles
		if roles == nil {
			roles = []string{}
		}
		a.people.put(m.Guild, m.User.ID, roles)
	}
	here := a.people.here(m.User.ID)
	account := bot.Account{
		Platform: Platform, ID: m.User.ID, Name: m.name(*m.User), Marks: a.people.marks(a, m.Guild, m.User.ID, m.Roles),
	}
	if gone {
		account.Marks = a.people.marks(a, "", m.User.ID, nil)
	}
	if !present.Known(m.Guild) {
		return ctx.Err() // who was here before is not known yet
	}
	changed, err := present.Tell(ctx, account, here)
	if err == nil && !changed && here {
		a.desk.Handle(ctx, bot.Event{Kind: bot.Seen, Caller: account})
	}
	return err
}
