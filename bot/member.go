package bot

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"greffier/config"
	"greffier/store"
)

// MemberID is a person's number in the register; 0 is nobody. It is the only
// thing records keep of a person.
type MemberID uint64

// Member is a person, whatever the number of their accounts.
type Member struct {
	ID   MemberID `json:"id"`
	Name string   `json:"name"`
	// Locale is the language they chose; empty follows their platform's.
	Locale   string       `json:"locale,omitempty"`
	Accounts []AccountRef `json:"accounts"`
	Joined   time.Time    `json:"joined"`
	// Left is when they left; zero while they are here.
	Left time.Time `json:"left,omitzero"`
	// Erased members asked to be forgotten: only their number remains.
	Erased bool `json:"erased,omitempty"`
}

// AccountRef points at an account.
type AccountRef struct {
	Platform string `json:"p"`
	ID       string `json:"i"`
}

// accountRecord is what the register knows of an account.
type accountRecord struct {
	Member MemberID
	Name   string
	Locale string
	Marks  []string
	Gone   bool
}

var (
	members  = store.NewTable[Member]("member")
	accounts = store.NewTable("account",
		store.Index[accountRecord]{Name: "member", Keys: func(_ []byte, a accountRecord) [][]byte {
			return [][]byte{store.K(uint64(a.Member))}
		}},
		store.Index[accountRecord]{Name: "name", Keys: func(_ []byte, a accountRecord) [][]byte {
			return [][]byte{store.K(config.Fold(a.Name))}
		}},
		store.Index[accountRecord]{Name: "mark", Keys: func(id []byte, a accountRecord) [][]byte {
			if a.Gone {
				return nil
			}
			platform, keys := accountKey(id).Platform, make([][]byte, len(a.Marks))
			for i, mark := range a.Marks {
				keys[i] = store.K(platform, mark)
			}
			return keys
		}},
	)
)

// accountKey reads the key of an account.
func accountKey(id []byte) (a Account) {
	if err := store.ParseKey(id, &a.Platform, &a.ID); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: account %x: %w", store.ErrDamaged, id, err)})
	}
	return a
}

// accountsByMark brings the accounts of an earlier version under their marks.
func accountsByMark(tx store.Tx) error {
	for _, id := range collect(accounts.IDs(tx)) {
		r, _ := accounts.Get(tx, id)
		accounts.Delete(tx, id)
		accounts.Put(tx, id, r)
	}
	return nil
}

// here reports whether the member is present and known.
func (m Member) here() bool { return m.ID != 0 && m.Left.IsZero() && !m.Erased }

// locale is the member's choice, or what their account says.
func (m Member) locale(a Account) string {
	if m.Locale != "" {
		return m.Locale
	}
	return a.Locale
}

// meet finds the member behind an account, making one at the first meeting, and
// keeps what the platform says of the account now.
func meet(tx store.Tx, a Account, now time.Time) (Member, Account, bool) {
	key := store.K(a.Platform, a.ID)
	known, ok := accounts.Get(tx, key)
	a.Name = oneLine(a.Name)
	if !ok {
		m := Member{
			ID: MemberID(members.NextID(tx)), Name: a.Name, Joined: now,
			Accounts: []AccountRef{{a.Platform, a.ID}},
		}
		members.Put(tx, store.K(uint64(m.ID)), m)
		accounts.Put(tx, key, accountRecord{Member: m.ID, Name: a.Name, Locale: a.Locale, Marks: a.Marks})
		return m, a, true
	}
	fresh := known
	if a.Name != "" {
		fresh.Name = a.Name
	}
	if a.Locale != "" {
		fresh.Locale = a.Locale
	}
	if a.Marks != nil {
		fresh.Marks = a.Marks
	}
	fresh.Gone = false
	m, _ := members.Get(tx, store.K(uint64(known.Member)))
	if !fresh.same(known) {
		accounts.Put(tx, key, fresh)
		if m.Name != fresh.Name && !m.Erased {
			m.Name = fresh.Name
			members.Put(tx, store.K(uint64(m.ID)), m)
		}
	}
	a.Name, a.Locale, a.Marks = fresh.Name, fresh.Locale, fresh.Marks
	return m, a, false
}

func (r accountRecord) same(o accountRecord) bool {
	return r.Name == o.Name && r.Locale == o.Locale && r.Gone == o.Gone && slices.Equal(r.Marks, o.Marks)
}

// Member finds a member by number, also by one that they had before two accounts
// were found to be one person's.
func (c *Ctx) Member(id MemberID) (Member, bool) { return memberOf(c.Tx, id) }

// accountsOf lists a member's accounts as the register knows them.
func accountsOf(tx store.Tx, m Member) iter.Seq[Account] {
	return func(yield func(Account) bool) {
		for _, ref := range m.Accounts {
			r, ok := accounts.Get(tx, store.K(ref.Platform, ref.ID))
			if ok && !r.Gone && !yield(Account{ref.Platform, ref.ID, r.Name, r.Locale, r.Marks}) {
				return
			}
		}
	}
}

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

// findMember reads how somebody typed a person: a mention, a platform id, or a
// name, case and accents aside.
func (c *Ctx) findMember(typed string) (MemberID, Text) {
	name := strings.TrimSpace(typed)
	if id, ok := strings.CutPrefix(name, "<@"); ok {
		name = c.Place.Platform + ":" + strings.Trim(id, "!>")
	}
	if platform, id, ok := strings.Cut(name, ":"); ok {
		if r, found := accounts.Get(c.Tx, store.K(platform, id)); found {
			return r.Member, Text{}
		}
	}
	name = strings.TrimPrefix(name, "@")
	found, exact := map[MemberID]bool{}, map[MemberID]bool{}
	for id := range accounts.By(c.Tx, "name", store.K(config.Fold(name))) {
		if r, ok := accounts.Get(c.Tx, id); ok && !r.Gone {
			found[r.Member] = true
			if r.Name == name {
				exact[r.Member] = true
			}
		}
	}
	if len(exact) == 1 {
		found = exact // "zoe" is not "Zoé" where both are here
	}
	switch len(found) {
	case 1:
		for id := range found {
			return id, Text{}
		}
	case 0:
		if near := c.nearMember(name); near != "" {
			return 0, T("bind.member-near", "name", typed, "near", near)
		}
		return 0, T("bind.member", "name", typed)
	}
	return 0, T("bind.member-several", "name", typed)
}

// FindMember finds the one person that a text means as options of a command do:
// a mention, a platform id, or a name.
func (c *Ctx) FindMember(typed string) (MemberID, bool) {
	id, problem := c.findMember(typed)
	return id, problem.IsZero() && id != 0
}

// Accounts lists the members behind accounts written as in a charter,
// platform:identifier, those who are here, in that order, each once.
func (c *Ctx) Accounts(listed []string) []MemberID {
	var all []MemberID
	for _, ref := range listed {
		platform, id, _ := strings.Cut(ref, ":")
		r, ok := accounts.Get(c.Tx, store.K(platform, id))
		if m, known := c.Member(r.Member); ok && known && m.here() && !slices.Contains(all, m.ID) {
			all = append(all, m.ID)
		}
	}
	return all
}

// nearMember suggests a name that resembles what was typed, among the names
// that begin alike.
func (c *Ctx) nearMember(name string) string {
	var names []string
	for _, r := range accounts.Prefix(c.Tx, nil) {
		if !r.Gone {
			names = append(names, r.Name)
		}
		if len(names) == 5000 {
			break
		}
	}
	return config.Nearest(name, names)
}
