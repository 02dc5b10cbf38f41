package mattermost

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/bot"
)

// people is what the server says of the members of the teams served: their names,
// languages, roles and the charter's channels they are in. It is read whole at
// the start, every so often and after a gap, and person by person when an event
// says that something changed; events are only hints, the server's answers count.
type people struct {
	mu   sync.RWMutex
	by   map[string]person
	told map[string]string // user → what the core was told last
	read atomic.Bool       // everybody was read once
	// known says that the register has the members, from this start or one before.
	known atomic.Bool

	// changed are the users to read anew; whole asks for everybody.
	changedMu sync.Mutex
	changed   map[string]bool
	whole     bool
	wake      chan struct{}
}

// person is somebody on the server.
type person struct {
	id, name, locale string
	system           string              // roles on the server
	teams            map[string]string   // team → roles in it
	channels         map[string]struct{} // identifiers of the charter's channels
	bot, guest, gone bool
}

func (p *people) init() {
	p.by, p.told, p.changed = map[string]person{}, map[string]string{}, map[string]bool{}
	p.wake = make(chan struct{}, 1)
}

func newPerson(u *model.User) person {
	return person{
		id: u.Id, name: u.Username, locale: u.Locale, system: u.Roles, bot: u.IsBot,
		guest: u.IsGuest(), gone: u.DeleteAt != 0, teams: map[string]string{}, channels: map[string]struct{}{},
	}
}

// account is somebody as the core wants them.
func (a *Adapter) account(p person) bot.Account {
	marks := []string{}
	for _, role := range strings.Fields(p.system) {
		marks = append(marks, "role:"+role)
	}
	for _, roles := range p.teams {
		for _, role := range strings.Fields(roles) {
			marks = append(marks, "role:"+role)
		}
	}
	for id := range p.channels {
		marks = append(marks, "channel:"+a.places.as(id))
	}
	slices.Sort(marks)
	return bot.Account{Platform: Platform, ID: p.id, Name: p.name, Locale: p.locale, Marks: slices.Compact(marks)}
}

// name is the present user name of an account, or the one given.
func (p *people) name(id, otherwise string) string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if known, ok := p.by[id]; ok {
		return known.name
	}
	return otherwise
}

func (p *people) get(id string) (person, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	known, ok := p.by[id]
	return known, ok
}

func (p *people) put(somebody person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.by[somebody.id] = somebody
}

// caller is the account of whoever acts. Somebody not known yet is read from the
// server; when it does not answer, their name must do.
func (a *Adapter) caller(ctx context.Context, id, name string) bot.Account {
	p, ok := a.people.get(id)
	if !ok {
		var err error
		if p, err = a.readPerson(ctx, id); err != nil {
			return bot.Account{Platform: Platform, ID: id, Name: name}
		}
		a.people.put(p)
	}
	return a.account(p)
}

// touch has a person read anew; an empty one everybody.
func (p *people) touch(id string) {
	p.changedMu.Lock()
	if id == "" {
		p.whole = true
	} else {
		p.changed[id] = true
	}
	p.changedMu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// manyChanges is from how many on reading everybody costs less.
const manyChanges = 50

// take hands over what is to be read anew.
func (p *people) take() (ids []string, whole bool) {
	p.changedMu.Lock()
	defer p.changedMu.Unlock()
	ids, whole = slices.Sorted(maps.Keys(p.changed)), p.whole || len(p.changed) > manyChanges
	p.changed, p.whole = map[string]bool{}, false
	return ids, whole
}

// readPerson reads one person from the server.
func (a *Adapter) readPerson(ctx context.Context, id string) (person, error) {
	u, _, err := a.api.GetUser(ctx, id, "")
	if err != nil {
		return person{}, err
	}
	p := newPerson(u)
	for _, t := range a.own().teams {
		m, _, err := a.api.GetTeamMember(ctx, t.Id, id, "")
		switch {
		case err == nil && m.DeleteAt == 0:
			p.teams[t.Id] = m.Roles
		case err != nil && status(err) == 0:
			return person{}, err
		}
	}
	for _, channel := range a.places.resolved() {
		_, _, err := a.api.GetChannelMember(ctx, channel, id, "")
		switch {
		case err == nil:
			p.channels[channel] = struct{}{}
		case status(err) == 0:
			return person{}, err
		}
	}
	return p, nil
}

// perPage is the greatest page that the server gives of users and members.
const perPage = 200

// readEverybody reads all members of the teams served.
func (a *Adapter) readEverybody(ctx context.Context) (map[string]person, error) {
	all := map[string]person{}
	for _, t := range a.own().teams {
		err := pages(func(page int) (int, error) {
			users, _, err := a.api.GetUsersInTeam(ctx, t.Id, page, perPage, "")
			for _, u := range users {
				if _, ok := all[u.Id]; !ok {
					all[u.Id] = newPerson(u)
				}
			}
			return len(users), err
		})
		if err != nil {
			return nil, err
		}
		err = pages(func(page int) (int, error) {
			members, _, err := a.api.GetTeamMembers(ctx, t.Id, page, perPage, "")
			for _, m := range members {
				if p, ok := all[m.UserId]; ok && m.DeleteAt == 0 {
					p.teams[t.Id] = m.Roles
				}
			}
			return len(members), err
		})
		if err != nil {
			return nil, err
		}
	}
	for _, channel := range a.places.resolved() {
		err := pages(func(page int) (int, error) {
			members, _, err := a.api.GetChannelMembers(ctx, channel, page, perPage, "")
			for _, m := range members {
				if p, ok := all[m.UserId]; ok {
					p.channels[channel] = struct{}{}
				}
			}
			return len(members), err
		})
		if err != nil && status(err) == 0 {
			return nil, err
		}
	}
	return all, nil
}

// pages reads pages until one is not full.
func pages(read func(page int) (int, error)) error {
	for page := 0; ; page++ {
		n, err := read(page)
		if err != nil || n < perPage {
			return err
		}
	}
}
