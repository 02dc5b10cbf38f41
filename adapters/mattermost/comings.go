package mattermost

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"greffier/bot"
)

// Who is in the teams is compared with who was when we looked last, which the
// register keeps: nobody who came while we were away is missed, and since the
// number of somebody's coming is part of its event's ID, nobody is greeted twice
// however often we are stopped in between.

const (
	presentKey = "present/" // + user → "N+" when they are here for the Nth time, "N-" when they left
	knownKey   = "presence-known"
)

// syncEvery is how often everybody is read anew though nothing seems to have changed.
const syncEvery = 10 * time.Minute

// keepPeople keeps the core told of who is who until ctx ends.
func (a *Adapter) keepPeople(ctx context.Context) {
	present, err := a.readPresence(ctx)
	if err != nil {
		a.log.Error("the register does not say who was here", "error", err)
		return
	}
	a.people.known.Store(present.known)
	a.people.touch("")
	wait := newBackoff(a.clock)
	tick := time.NewTicker(syncEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			a.people.touch("")
			continue
		case <-a.people.wake:
		}
		ids, whole := a.people.take()
		err := a.refresh(ctx, present, ids, whole)
		if err == nil {
			wait.reset()
			continue
		}
		if ctx.Err() != nil {
			return
		}
		a.log.Warn("members cannot be read; trying again", "error", reason(err))
		if !wait.sleep(ctx) {
			return
		}
		a.people.touch("")
	}
}

// refresh reads some people or all, and tells the core what changed.
func (a *Adapter) refresh(ctx context.Context, present *presence, ids []string, whole bool) error {
	before := a.places.current()
	a.readCharter(ctx)
	if whole || before != a.places.current() {
		return a.refreshAll(ctx, present)
	}
	for _, id := range ids {
		p, err := a.readPerson(ctx, id)
		if err != nil && status(err) == 0 {
			return err
		}
		if err != nil { // no such user any more
			p = person{id: id, gone: true}
		}
		a.people.put(p)
		if err := a.tell(ctx, present, p); err != nil {
			return err
		}
	}
	return nil
}

func (a *Adapter) refreshAll(ctx context.Context, present *presence) error {
	all, err := a.readEverybody(ctx)
	if err != nil {
		return err
	}
	a.people.mu.Lock()
	a.people.by = all
	a.people.mu.Unlock()
	if !present.known {
		if err := a.firstPresence(ctx, present, all); err != nil {
			return err
		}
	}
	// Many at once, so that their records share a commit.
	slots := make(chan struct{}, 32)
	var mu sync.Mutex
	var telling sync.WaitGroup
	var failed error
	for _, p := range all {
		slots <- struct{}{}
		telling.Go(func() {
			defer func() { <-slots }()
			if err := a.tell(ctx, present, p); err != nil {
				mu.Lock()
				failed = err
				mu.Unlock()
			}
		})
	}
	telling.Wait()
	if failed != nil {
		return failed
	}
	for _, id := range present.here() {
		if p, ok := all[id]; !ok || !p.here() {
			if !ok {
				p = person{id: id, gone: true}
			}
			if err := a.tell(ctx, present, p); err != nil {
				return err
			}
		}
	}
	a.people.read.Store(true)
	a.people.known.Store(true)
	return nil
}

// tell tells the core that somebody came, left, or is no longer as they were.
func (a *Adapter) tell(ctx context.Context, present *presence, p person) error {
	if p.bot || p.guest {
		return nil
	}
	n, was := present.get(p.id)
	switch {
	case p.here() && !was:
		a.desk.Handle(ctx, bot.Event{
			ID: fmt.Sprintf("mm-join-%s-%d", p.id, n+1), Kind: bot.Joined, Caller: a.account(p), Place: bot.Place{Platform: Platform, Direct: true},
		})
		return present.set(ctx, a.desk, p.id, n+1, true)
	case !p.here() && was:
		a.desk.Handle(ctx, bot.Event{
			ID: fmt.Sprintf("mm-leave-%s-%d", p.id, n), Kind: bot.Left,
			Caller: bot.Account{Platform: Platform, ID: p.id, Name: p.name}, Place: bot.Place{Platform: Platform, Direct: true},
		})
		return present.set(ctx, a.desk, p.id, n, false)
	case p.here():
		account := a.account(p)
		said := strings.Join(append([]string{account.Name, account.Locale}, account.Marks...), "\n")
		a.people.mu.Lock()
		same := a.people.told[p.id] == said
		a.people.told[p.id] = said
		a.people.mu.Unlock()
		if !same {
			a.desk.Handle(ctx, bot.Event{Kind: bot.Seen, Caller: account})
		}
	}
	return ctx.Err()
}

// presence is who was here when we looked last.
type presence struct {
	mu sync.Mutex
	// known is false on the first start: who is here then is not greeted.
	known bool
	times map[string]int
	in    map[string]bool
}

func (p *presence) get(id string) (n int, here bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.times[id], p.in[id]
}

func (p *presence) here() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var ids []string
	for id, in := range p.in {
		if in {
			ids = append(ids, id)
		}
	}
	return ids
}

// set keeps that somebody came or left.
func (p *presence) set(ctx context.Context, desk *bot.Bot, id string, n int, here bool) error {
	if err := desk.Keep(ctx, Platform, map[string][]byte{presentKey + id: presenceValue(n, here)}); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.times[id], p.in[id] = n, here
	return nil
}

func presenceValue(n int, here bool) []byte {
	sign := "-"
	if here {
		sign = "+"
	}
	return []byte(strconv.Itoa(n) + sign)
}

func (a *Adapter) readPresence(ctx context.Context) (*presence, error) {
	kept, err := a.desk.AllKept(ctx, Platform)
	if err != nil {
		return nil, err
	}
	p := &presence{times: map[string]int{}, in: map[string]bool{}, known: kept[knownKey] != nil}
	for key, value := range kept {
		id, ok := strings.CutPrefix(key, presentKey)
		if !ok || len(value) < 2 {
			continue
		}
		n, err := strconv.Atoi(string(value[:len(value)-1]))
		if err != nil {
			continue
		}
		p.times[id], p.in[id] = n, value[len(value)-1] == '+'
	}
	return p, nil
}

// firstPresence takes those who are here at the very first start as having been
// here before.
func (a *Adapter) firstPresence(ctx context.Context, present *presence, all map[string]person) error {
	values := map[string][]byte{knownKey: []byte("1")}
	for id, p := range all {
		if p.here() {
			values[presentKey+id] = presenceValue(0, true)
		}
	}
	if err := a.desk.Keep(ctx, Platform, values); err != nil {
		return err
	}
	present.mu.Lock()
	defer present.mu.Unlock()
	present.known = true
	for id, p := range all {
		if p.here() {
			present.in[id] = true
		}
	}
	return nil
}
