package discord

import (
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
)

// Who is in the guilds served is read whole when a guild shows itself, which it
// does at the start and after every gap, and every so often; in between, events
// tell. Somebody who has not yet passed the guild's screening is not there yet: a
// welcome would show to them as one to nobody.

// people is who is in the guilds, and the roles they hold.
type people struct {
	mu sync.RWMutex
	in map[string]map[uint64]roleSet // guild, user → roles
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
	p.in, p.refused, p.expected = map[string]map[uint64]roleSet{}, map[string]bool{}, map[string]bool{}
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

// next takes a guild that is to be looked at, if any, and the members that changed.
// One that shows itself while it waits is read once.
func (p *people) next() (guild string, here bool, news []change) {
	p.todoMu.Lock()
	defer p.todoMu.Unlock()
	news, p.news = p.news, nil
	for guild, here = range p.guilds {
		delete(p.guilds, guild)
		break
	}
	return guild, here, news
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
		p.in[guild] = map[uint64]roleSet{}
	}
	p.in[guild][number(user)] = rolesHeld(roles)
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
			add(other, held.list())
		}
	}
	p.mu.RUnlock()
	slices.Sort(marks)
	return slices.Compact(marks)
}
