package bot

import (
	"iter"
	"slices"
	"strings"

	"greffier/config"
	"greffier/store"
)

// groupIndex answers which groups an account belongs to under one charter.
type groupIndex struct {
	charter *config.Charter
	byMark  map[string][]string // "platform|mark" or "platform:id" → groups, included ones too
	sandbox bool
	all     map[string][]string // group → itself and the groups that include it
}

func (b *Bot) groupIndex(ch *config.Charter) *groupIndex {
	if x := b.groups.Load(); x != nil && x.charter == ch {
		return x
	}
	x := &groupIndex{charter: ch, byMark: map[string][]string{}, sandbox: b.sandbox, all: map[string][]string{}}
	for _, g := range ch.Groups {
		x.all[g.ID] = including(ch, g.ID, nil)
	}
	add := func(mark, group string) { x.byMark[mark] = append(x.byMark[mark], x.all[group]...) }
	for _, g := range ch.Groups {
		for _, account := range g.Members {
			add(account, g.ID)
		}
		for _, role := range g.Roles {
			platform, id, _ := strings.Cut(role, ":")
			add(platform+"|role:"+id, g.ID)
		}
		for _, channel := range g.Channels {
			for _, platform := range b.platforms {
				if place, ok := ch.Place(channel, platform); ok {
					add(platform+"|channel:"+place, g.ID)
				}
			}
		}
	}
	b.groups.Store(x)
	return x
}

// including lists a group and every group that takes its members in.
func including(ch *config.Charter, id string, found []string) []string {
	if slices.Contains(found, id) {
		return found
	}
	found = append(found, id)
	for _, g := range ch.Groups {
		if slices.Contains(g.Groups, id) {
			found = including(ch, g.ID, found)
		}
	}
	return found
}

// of lists the groups of an account.
func (x *groupIndex) of(a Account) []string {
	groups := slices.Clone(x.byMark[a.Platform+":"+a.ID])
	for _, mark := range a.Marks {
		groups = append(groups, x.byMark[a.Platform+"|"+mark]...)
		if name, ok := strings.CutPrefix(mark, "group:"); ok && x.sandbox {
			groups = append(groups, x.all[name]...)
		}
	}
	return groups
}

// belongsBy is what makes an account belong to a group: being that account, or having
// a mark.
type belongsBy struct{ platform, account, mark string }

// marksOf lists all that makes an account belong to one of the groups.
func (x *groupIndex) marksOf(groups, platforms []string) (all []belongsBy) {
	wanted := func(of []string) bool {
		return slices.ContainsFunc(of, func(g string) bool { return slices.Contains(groups, g) })
	}
	for key, of := range x.byMark {
		if !wanted(of) {
			continue
		}
		if platform, mark, marked := strings.Cut(key, "|"); marked {
			all = append(all, belongsBy{platform: platform, mark: mark})
		} else {
			platform, id, _ := strings.Cut(key, ":")
			all = append(all, belongsBy{platform: platform, account: id})
		}
	}
	if x.sandbox {
		for name, of := range x.all {
			if wanted(of) {
				for _, platform := range platforms {
					all = append(all, belongsBy{platform: platform, mark: "group:" + name})
				}
			}
		}
	}
	return all
}

// groupsOf lists a member's groups over all their accounts.
func (b *Bot) groupsOf(tx store.Tx, ch *config.Charter, m Member, using Account) []string {
	x := b.groupIndex(ch)
	groups := x.of(using)
	for _, g := range enrolmentsOf(tx, m.ID) {
		groups = append(groups, x.all[g]...)
	}
	if len(m.Accounts) > 1 {
		for a := range accountsOf(tx, m) {
			if a.Platform != using.Platform || a.ID != using.ID {
				groups = append(groups, x.of(a)...)
			}
		}
	}
	return groups
}

// Belongs reports whether a member who is present belongs to one of the groups.
func (c *Ctx) Belongs(id MemberID, groups ...string) bool {
	if id == c.Caller.ID && id != 0 {
		return c.In(groups...)
	}
	m, ok := c.Member(id)
	if !ok || !m.here() {
		return false
	}
	if slices.Contains(groups, config.Everyone) {
		return true
	}
	mine := c.bot.groupsOf(c.Tx, c.Charter, m, Account{})
	for a := range accountsOf(c.Tx, m) {
		mine = append(mine, c.bot.groupIndex(c.Charter).of(a)...)
	}
	return slices.ContainsFunc(groups, func(g string) bool { return slices.Contains(mine, g) })
}

// Present walks through everybody who is here, by number, each record being read once.
func (c *Ctx) Present() iter.Seq[Member] {
	return func(yield func(Member) bool) {
		for _, m := range members.Prefix(c.Tx, nil) {
			if m.here() && !yield(m) {
				return
			}
		}
	}
}

// manyMembers is from how many on everybody's record is read for them: a register
// whose groups have as many is not a hundred times as large.
const manyMembers = 1000

// Members lists the members present who belong to one of the groups, by number. It
// looks at the accounts that have what makes one belong, and at every member when
// everyone is meant.
func (c *Ctx) Members(groups ...string) []MemberID {
	x := c.bot.groupIndex(c.Charter)
	found := map[MemberID]bool{}
	add := func(r accountRecord, ok bool) {
		if ok && !r.Gone {
			found[r.Member] = true
		}
	}
	if slices.Contains(groups, config.Everyone) {
		var ids []MemberID
		for m := range c.Present() {
			ids = append(ids, m.ID)
		}
		return ids
	}
	for _, m := range x.marksOf(groups, c.bot.platforms) {
		if m.account != "" {
			add(accounts.Get(c.Tx, store.K(m.platform, m.account)))
			continue
		}
		for id := range accounts.By(c.Tx, "mark", store.K(m.platform, m.mark)) {
			add(accounts.Get(c.Tx, id))
		}
	}
	for _, who := range c.enrolledIn(x, groups) {
		found[who] = true
	}
	ids := make([]MemberID, 0, len(found))
	if len(found) > manyMembers {
		// In the order of their numbers each costs a step, and else a search.
		for m := range c.Present() {
			if found[m.ID] {
				ids = append(ids, m.ID)
				delete(found, m.ID)
			}
		}
	}
	for id := range found {
		if m, ok := c.Member(id); ok && m.here() {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
