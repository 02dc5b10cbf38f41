package bot

import (
	"context"
	"fmt"
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
	// known is false on the first start: who is here then is not greeted.
	known bool
	stays map[string]stay
}

// stay is how often somebody came, and whether they are here.
type stay struct {
	times int32
	here  bool
}

const (
	presentKey = "present/" // + account → "N+" when they are here for the Nth time, "N-" when they left
	knownKey   = "presence-known"
)

// Presence reads who was on a platform.
func (b *Bot) Presence(ctx context.Context, platform string) (*Presence, error) {
	kept, err := b.AllKept(ctx, platform)
	if err != nil {
		return nil, err
	}
	p := &Presence{bot: b, platform: platform, stays: map[string]stay{}, known: kept[knownKey] != nil}
	for key, value := range kept {
		id, ok := strings.CutPrefix(key, presentKey)
		if !ok || len(value) < 2 {
			continue
		}
		n, err := strconv.ParseInt(string(value[:len(value)-1]), 10, 32)
		if err == nil {
			p.stays[id] = stay{int32(n), value[len(value)-1] == '+'}
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

// Known reports whether the platform was looked at before; until First is called
// nobody is greeted.
func (p *Presence) Known() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known
}

// First takes those who are here at the very first start as having been here
// before.
func (p *Presence) First(ctx context.Context, ids []string) error {
	values := map[string][]byte{knownKey: []byte("1")}
	for _, id := range ids {
		values[presentKey+id] = stay{0, true}.value()
	}
	if err := p.bot.Keep(ctx, p.platform, values); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known = true
	for _, id := range ids {
		p.stays[id] = stay{0, true}
	}
	return nil
}

// Here lists who was here.
func (p *Presence) Here() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var ids []string
	for id, s := range p.stays {
		if s.here {
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
	now := p.stays[a.ID]
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
	p.stays[a.ID] = now
	p.mu.Unlock()
	return true, ctx.Err()
}
