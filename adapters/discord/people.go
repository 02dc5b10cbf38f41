package discord

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"greffier/bot"
)

// Who is in the guilds served is read whole when a guild shows itself, which it
// does at the start and after every gap, and every so often; in between, events
// tell. Somebody who has not yet passed the guild's screening is not there yet: a
// welcome would show to them as one to nobody.

// people is who is in the guilds, and the roles they hold.
type people struct {
	mu sync.RWMutex
	in map[string]map[uint64][]string // guild, user → roles
	// read is set once every guild known was.
	read atomic.Bool
	// expected are the guilds that the bot is in, as far as they are served.
	expected map[string]bool
	// refused notes the guilds that did not let us read their members.
	refused map[string]bool

	// What is to be looked at: guilds to read whole, and members that changed, in
	// their order.
	todoMu sync.Mutex
	guilds map[string]bool // false: the bot is there no more
	news   []change
	wake   chan struct{}
}

type change struct {
	member memberData
	gone   bool
}

func (p *people) init() {
	p.in, p.refused, p.expected = map[string]map[uint64][]string{}, map[string]bool{}, map[string]bool{}
	p.guilds, p.wake = map[string]bool{}, make(chan struct{}, 1)
}

func (p *people) poke() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// guild has a guild read, or forgotten.
func (p *people) guild(id string, here bool) {
	p.mu.Lock()
	if here {
		p.expected[id] = true
	} else {
		delete(p.expected, id)
	}
	p.mu.Unlock()
	p.todoMu.Lock()
	p.guilds[id] = here
	p.todoMu.Unlock()
	p.poke()
}

// changed has the core told of a member.
func (p *people) changed(m memberData, gone bool) {
	p.todoMu.Lock()
	p.news = append(p.news, change{m, gone})
	p.todoMu.Unlock()
	p.poke()
}

func (p *people) take() (guilds map[string]bool, news []change) {
	p.todoMu.Lock()
	defer p.todoMu.Unlock()
	guilds, news = p.guilds, p.news
	p.guilds, p.news = map[string]bool{}, nil
	return guilds, news
}

func number(id string) uint64 {
	n, _ := strconv.ParseUint(id, 10, 64)
	return n
}

// put notes the roles of a member; nil takes the member out.
func (p *people) put(guild, user string, roles []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if roles == nil {
		delete(p.in[guild], number(user))
		return
	}
	if p.in[guild] == nil {
		p.in[guild] = map[uint64][]string{}
	}
	p.in[guild][number(user)] = roles
}

// here reports whether somebody is in any guild.
func (p *people) here(user string) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, members := range p.in {
		if _, ok := members[number(user)]; ok {
			return true
		}
	}
	return false
}

// marks are the marks of somebody over all guilds, with the roles that an event
// says they hold in one.
func (p *people) marks(a *Adapter, guild, user string, roles []string) []string {
	marks := []string{}
	add := func(guild string, roles []string) {
		for _, r := range roles {
			marks = append(marks, "role:"+r)
		}
		marks = append(marks, a.places.seen(guild, user, roles)...)
	}
	add(guild, roles)
	p.mu.RLock()
	for other, members := range p.in {
		if held, ok := members[number(user)]; ok && other != guild {
			add(other, held)
		}
	}
	p.mu.RUnlock()
	slices.Sort(marks)
	return slices.Compact(marks)
}

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
		guilds, news := a.people.take()
		for guild, here := range guilds {
			if err := a.readGuild(ctx, present, guild, here); err != nil {
				if ctx.Err() != nil {
					return
				}
				a.log.Warn("the members of a guild cannot be read; trying again", "guild", guild, "error", oneLine(err))
				a.people.guild(guild, here)
				if !wait.Sleep(ctx) {
					return
				}
			}
		}
		for _, c := range news {
			if err := a.tell(ctx, present, c.member, c.gone); err != nil && ctx.Err() == nil {
				a.log.Warn("somebody's coming or going is not recorded yet", "error", oneLine(err))
				a.people.guild(c.member.Guild, true)
			}
		}
		if len(guilds) > 0 {
			a.people.read.Store(true)
			a.giveRoles(ctx)
		} else if len(news) > 0 {
			a.giveRoles(ctx)
		}
	}
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
			a.people.in[guild] = map[uint64][]string{}
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
	in := map[uint64][]string{}
	var ids []string
	for id, m := range members {
		if !m.Pending && !m.User.Bot {
			in[number(id)] = m.Roles
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
	return a.tellGone(ctx, present, before)
}

// tellGone tells the core of those who were here and are in no guild any more:
// all of them once every guild was read, before that those of this one.
func (a *Adapter) tellGone(ctx context.Context, present *bot.Presence, before map[uint64][]string) error {
	var all []string
	if a.complete() {
		all = present.Here()
	} else {
		for n := range before {
			all = append(all, strconv.FormatUint(n, 10))
		}
	}
	for _, id := range all {
		if a.people.here(id) {
			continue
		}
		if _, err := present.Tell(ctx, bot.Account{Platform: Platform, ID: id}, false); err != nil {
			return err
		}
	}
	return nil
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
