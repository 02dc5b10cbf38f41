package bot

import (
	"fmt"
	"iter"
	"slices"
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
