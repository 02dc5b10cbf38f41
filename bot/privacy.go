package bot

import (
	"bytes"
	"fmt"
	"time"

	"greffier/store"
)

// exportedAccount is an account as exports show it.
type exportedAccount struct {
	Member   MemberID `json:"member"`
	Platform string   `json:"platform"`
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Locale   string   `json:"locale,omitempty"`
	// Marks is what the platform said of the account: roles, channels.
	Marks []string `json:"marks,omitempty"`
	Gone  bool     `json:"gone,omitempty"`
}

// exportedMember is a member as exports show them; their accounts stand apart.
type exportedMember struct {
	ID     MemberID  `json:"id"`
	Name   string    `json:"name,omitempty"`
	Locale string    `json:"locale,omitempty"`
	Joined time.Time `json:"joined,omitzero"`
	Left   time.Time `json:"left,omitzero"`
	Erased bool      `json:"erased,omitempty"`
}

func (m Member) exported() exportedMember {
	return exportedMember{m.ID, m.Name, m.Locale, m.Joined, m.Left, m.Erased}
}

func exportAccount(id []byte, r accountRecord) exportedAccount {
	a := exportedAccount{Member: r.Member, Name: r.Name, Locale: r.Locale, Marks: r.Marks, Gone: r.Gone}
	if err := store.ParseKey(id, &a.Platform, &a.ID); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: account %x: %w", store.ErrDamaged, id, err)})
	}
	return a
}

// exportedMessage is something that waits to be told to a member.
type exportedMessage struct {
	Subject string `json:"subject,omitempty"`
	Text    string `json:"text"`
}

// Personal hands over, table by table, all that the register holds about a
// member, the features' records included. It walks the journal.
func (c *Ctx) Personal(who MemberID, yield func(table string, record any)) {
	m, _ := c.Member(who)
	yield("members", m.exported())
	for id := range accounts.By(c.Tx, "member", store.K(uint64(who))) {
		r, _ := accounts.Get(c.Tx, id)
		yield("accounts", exportAccount(id, r))
	}
	for _, number := range c.numbersOf(who) {
		for _, seq := range c.entriesOf(number) {
			r, _ := journal.Get(c.Tx, store.K(seq))
			yield("journal", exportEntry(seq, r))
		}
	}
	for _, d := range Decisions.WithNumber(c.Tx, nil, uint64(who)) {
		if d.Author == who {
			yield("decisions", c.exportDecision(d))
		}
	}
	s := c.Speaker(c.Locale())
	for id, n := range notices.Prefix(c.Tx, store.K(uint64(who))) {
		_, subject, _ := noticeKey(id)
		yield("notices", exportedMessage{subject, s.Plain(n.Text)})
	}
	for _, p := range outbox.WithNumber(c.Tx, nil, uint64(who)) {
		if p.To == who {
			yield("outbox", exportedMessage{Text: s.Plain(p.Text)})
		}
	}
	c.personalOrganisations(who, yield)
	c.exportEnrolments(who, yield)
	for _, p := range held.Prefix(c.Tx, store.K(uint64(who))) {
		yield("outbox", exportedMessage{Text: s.Plain(p.Text)})
	}
	if q, ok := quiets.Get(c.Tx, store.K(uint64(who))); ok {
		yield("quiet", q)
	}
	for _, f := range c.bot.features {
		if f.Personal != nil {
			f.Personal(c, who, yield)
		}
	}
}

// PersonalFile is the JSON document that answers a member who asks what the
// register holds about them.
func (c *Ctx) PersonalFile(who MemberID) File {
	var doc bytes.Buffer
	e := newExporter(c, &doc)
	e.json(byTable(func(yield func(string, any)) { c.Personal(who, yield) }))
	e.flush()
	return File{Name: fmt.Sprintf("greffier-%d.json", who), Type: "application/json", Data: doc.Bytes()}
}

// byTable runs a source once and keeps what it hands over, since an exporter asks for
// each table by itself. It is for what a person has, not for a whole register.
func byTable(source records) records {
	var tables []string
	kept := map[string][]any{}
	source(func(table string, record any) {
		if _, ok := kept[table]; !ok {
			tables = append(tables, table)
		}
		kept[table] = append(kept[table], record)
	})
	return func(yield func(string, any)) {
		for _, table := range tables {
			for _, r := range kept[table] {
				yield(table, r)
			}
		}
	}
}

// Erase forgets a member: each feature drops what the register can do without,
// the words of their journal entries go and leave their commitments, their
// accounts and their name go and leave their number, and what was still to be
// told to them is dropped. Counts, results and decisions stay as they are. An
// account that comes back later is somebody new.
func (c *Ctx) Erase(who MemberID) {
	for _, f := range c.bot.features {
		if f.Erase != nil {
			f.Erase(c, who)
		}
	}
	c.eraseEnrolments(who)
	for _, number := range c.numbersOf(who) {
		c.Forget(c.entriesOf(number)...)
		forgetReplies(c.Tx, number)
	}
	c.forgetMessages(who)
	c.forgetOrganisations(who)
	for _, id := range collect(accounts.By(c.Tx, "member", store.K(uint64(who)))) {
		accounts.Delete(c.Tx, id)
	}
	gone := Member{ID: who, Erased: true}
	c.PutMember(gone)
	if who == c.Caller.ID {
		c.Caller = gone
	}
}

// forgetMessages drops what was to be told to a member.
func (c *Ctx) forgetMessages(who MemberID) {
	for _, id := range collect2(notices.Prefix(c.Tx, store.K(uint64(who)))) {
		_, subject, _ := noticeKey(id)
		c.Cancel(noticeJobKey(who, subject))
		notices.Delete(c.Tx, id)
	}
	for _, key := range collect2(c.Scan(store.Prefix(lastNoticeKeys(who)))) {
		c.Delete(key)
	}
	var posts [][]byte
	for id, p := range outbox.WithNumber(c.Tx, nil, uint64(who)) {
		if p.To == who {
			posts = append(posts, bytes.Clone(id))
		}
	}
	for _, id := range posts {
		outbox.Delete(c.Tx, id)
	}
	c.forgetQuiet(who)
}

// entriesOf lists the journal entries that a member made, or that are about
// them, and that still have their words. The seals of decisions have none of
// anybody's and are left out.
func (c *Ctx) entriesOf(who MemberID) []uint64 {
	var seqs []uint64
	for _, seq := range entriesWith(c.Tx, who) {
		if e, ok := c.Entry(seq); ok && e.What != sealEntry {
			seqs = append(seqs, seq)
		}
	}
	return seqs
}

// collect copies ids, to be deleted once the walk is over.
func collect(ids func(func([]byte) bool)) [][]byte {
	var all [][]byte
	for id := range ids {
		all = append(all, bytes.Clone(id))
	}
	return all
}

// collect2 is collect for a walk that has values.
func collect2[T any](walk func(func([]byte, T) bool)) [][]byte {
	var all [][]byte
	for id := range walk {
		all = append(all, bytes.Clone(id))
	}
	return all
}
