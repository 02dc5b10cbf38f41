package bot

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"sync"
)

// Presence is who was on a platform when its adapter looked last, which the
// register keeps: whoever came while the bot was away is found by comparing, and
// since the number of somebody's coming is part of its event's ID, nobody is
// greeted twice however often the bot is stopped in between.
type Presence struct {
	bot      *Bot
	platform string

	mu sync.Mutex
	// known are the parts of the platform (teams, guilds) that were looked at before:
	// who is in another the first time is not greeted.
	known map[string]bool
	stays stays
}

// stay is how often somebody came, and whether they are here.
type stay struct {
	times int32
	here  bool
}

// stays are how often each account came, by its identifier. Platforms that number
// their accounts have a hundred thousand of them take a third of the memory.
type stays struct {
	numbered map[uint64]stay
	named    map[string]stay
}

// accountNumber is an identifier as a number, where it is one that is written so.
func accountNumber(id string) (uint64, bool) {
	n, err := strconv.ParseUint(id, 10, 64)
	return n, err == nil && (n == 0 && id == "0" || n > 0 && id[0] >= '1' && id[0] <= '9')
}

func (s stays) of(id string) stay {
	if n, ok := accountNumber(id); ok {
		return s.numbered[n]
	}
	return s.named[id]
}

func (s stays) put(id string, one stay) {
	if n, ok := accountNumber(id); ok {
		s.numbered[n] = one
	} else {
		s.named[id] = one
	}
}

// all walks through every account, in no order.
func (s stays) all() iter.Seq2[string, stay] {
	return func(yield func(string, stay) bool) {
		for n, one := range s.numbered {
			if !yield(strconv.FormatUint(n, 10), one) {
				return
			}
		}
		for id, one := range s.named {
			if !yield(id, one) {
				return
			}
		}
	}
}

const (
	presentKey = "present/"        // + account → "N+" when they are here for the Nth time, "N-" when they left
	knownKey   = "presence-known/" // + part
)

// Presence reads who was on a platform.
func (b *Bot) Presence(ctx context.Context, platform string) (*Presence, error) {
	kept, err := b.AllKept(ctx, platform)
	if err != nil {
		return nil, err
	}
	p := &Presence{bot: b, platform: platform, stays: stays{map[uint64]stay{}, map[string]stay{}}, known: map[string]bool{}}
	for key, value := range kept {
		if part, ok := strings.CutPrefix(key, knownKey); ok {
			p.known[part] = true
		}
		id, ok := strings.CutPrefix(key, presentKey)
		if !ok || len(value) < 2 {
			continue
		}
		n, err := strconv.ParseInt(string(value[:len(value)-1]), 10, 32)
		if err == nil {
			p.stays.put(id, stay{int32(n), value[len(value)-1] == '+'})
		}
	}
	return p, nil
}

func (s stay) value() []byte {
	sign := "-"
	if s.here {
		sign = "+"
	}
	return []byte(strconv.Itoa(int(s.times)) + sign)
}

// Known reports whether a part of the platform was looked at before; until First
// is called for it nobody there is greeted.
func (p *Presence) Known(part string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known[part]
}

// First takes those who are in a part of the platform when it is looked at for the
// first time as having been here before.
func (p *Presence) First(ctx context.Context, part string, ids []string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	values, fresh := map[string][]byte{knownKey + part: []byte("1")}, map[string]stay{}
	for _, id := range ids {
		if s := p.stays.of(id); !s.here {
			fresh[id] = stay{s.times, true}
			values[presentKey+id] = fresh[id].value()
		}
	}
	if err := p.bot.Keep(ctx, p.platform, values); err != nil {
		return err
	}
	p.known[part] = true
	for id, s := range fresh {
		p.stays.put(id, s)
	}
	return nil
}

// Forget has a part of the platform be looked at as for the first time.
func (p *Presence) Forget(ctx context.Context, part string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.known, part)
	return p.bot.Keep(ctx, p.platform, map[string][]byte{knownKey + part: nil})
}

// Here lists who was here.
func (p *Presence) Here() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var ids []string
	for id, s := range p.stays.all() {
		if s.here {
			ids = append(ids, id)
		}
	}
	return ids
}

// Missing lists those who were here and of whom there says that they are not. It is
// asked of each, and must not call Presence.
func (p *Presence) Missing(there func(id string) bool) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var ids []string
	for id, s := range p.stays.all() {
		if s.here && !there(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// Tell tells the core that an account is here, or is not: that it came or left
// when that is news. changed is false when it is none. It may be called at the
// same time for different accounts.
func (p *Presence) Tell(ctx context.Context, a Account, here bool) (changed bool, err error) {
	p.mu.Lock()
	now := p.stays.of(a.ID)
	p.mu.Unlock()
	if now.here == here {
		return false, ctx.Err()
	}
	ev := Event{Caller: a, Place: Place{Platform: p.platform, Direct: true}}
	if here {
		now.times++
		ev.Kind, ev.ID = Joined, fmt.Sprintf("%s-join-%s-%d", p.platform, a.ID, now.times)
	} else {
		ev.Kind, ev.ID = Left, fmt.Sprintf("%s-leave-%s-%d", p.platform, a.ID, now.times)
	}
	now.here = here
	p.bot.Handle(ctx, ev)
	if err := p.bot.Keep(ctx, p.platform, map[string][]byte{presentKey + a.ID: now.value()}); err != nil {
		return true, err
	}
	p.mu.Lock()
	p.stays.put(a.ID, now)
	p.mu.Unlock()
	return true, ctx.Err()
}
