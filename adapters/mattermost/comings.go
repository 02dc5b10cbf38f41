package mattermost

import (
	"context"
	"strings"
	"sync"
	"time"

	"greffier/bot"
)

// syncEvery is how often everybody is read anew though nothing seems to have changed.
const syncEvery = 10 * time.Minute

// keepPeople keeps the core told of who is who until ctx ends.
func (a *Adapter) keepPeople(ctx context.Context) {
	present, err := a.desk.Presence(ctx, Platform)
	if err != nil {
		a.log.Error("the register does not say who was here", "error", err)
		return
	}
	a.people.known.Store(present.Known(""))
	a.people.touch("")
	wait := bot.NewBackoff()
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
			wait.Reset()
			continue
		}
		if ctx.Err() != nil {
			return
		}
		a.log.Warn("members cannot be read; trying again", "error", reason(err))
		if !wait.Sleep(ctx) {
			return
		}
		a.people.touch("")
	}
}

// refresh reads some people or all, and tells the core what changed.
func (a *Adapter) refresh(ctx context.Context, present *bot.Presence, ids []string, whole bool) error {
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

func (a *Adapter) refreshAll(ctx context.Context, present *bot.Presence) error {
	all, err := a.readEverybody(ctx)
	if err != nil {
		return err
	}
	a.people.mu.Lock()
	a.people.by = all
	a.people.mu.Unlock()
	if !present.Known("") {
		var ids []string
		for id, p := range all {
			if a.here(p) {
				ids = append(ids, id)
			}
		}
		if err := present.First(ctx, "", ids); err != nil {
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
	for _, id := range present.Here() {
		if p, ok := all[id]; !ok || !a.here(p) {
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
func (a *Adapter) tell(ctx context.Context, present *bot.Presence, p person) error {
	account := a.account(p)
	changed, err := present.Tell(ctx, account, a.here(p))
	if changed || err != nil || !a.here(p) {
		return err
	}
	said := strings.Join(append([]string{account.Name, account.Locale}, account.Marks...), "\n")
	a.people.mu.Lock()
	same := a.people.told[p.id] == said
	a.people.told[p.id] = said
	a.people.mu.Unlock()
	if !same {
		a.desk.Handle(ctx, bot.Event{Kind: bot.Seen, Caller: account})
	}
	return ctx.Err()
}
