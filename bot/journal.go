package bot

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"greffier/store"
)

// Entry is one line of the journal: who did what to which thing, when, and
// under which rule.
type Entry struct {
	Seq uint64    `json:"-"`
	At  time.Time `json:"-"`
	// Who is the member who did it, 0 when the clerk did by itself.
	Who MemberID `json:"w,omitempty"`
	// What is the command or event, such as "request new".
	What string `json:"d"`
	// Subject is the card's key of the thing concerned, such as "request/12".
	Subject string `json:"s,omitempty"`
	// Rule is the rule of the charter that allowed or decided it.
	Rule string `json:"r,omitempty"`
	// Data is whatever else is worth keeping, by name.
	Data map[string]string `json:"x,omitempty"`
	// Quiet entries are not listed in the history of their subject: ballots.
	Quiet bool `json:"-"`
	// Erased entries keep their place in the chain but not their words.
	Erased bool `json:"-"`
}

// The journal is a hash chain over salted commitments:
//
//	commitment = SHA-256(salt ‖ payload)
//	link(n)    = SHA-256(link(n-1) ‖ n ‖ time ‖ commitment)
//
// The salt and the payload of an entry can be erased, its commitment taking
// their place, without breaking the chain; without the salt the commitment says
// nothing of the payload, however easily it could be guessed.
type journalRecord struct {
	at      int64 // UnixNano
	link    [32]byte
	erased  bool
	salt    [16]byte // or:
	promise [32]byte // the commitment of an erased entry
	payload []byte
}

// MarshalBinary writes the record in its compact form.
func (r *journalRecord) MarshalBinary() ([]byte, error) {
	b := make([]byte, 0, 64+len(r.payload))
	b = binary.BigEndian.AppendUint64(b, uint64(r.at))
	b = append(b, r.link[:]...)
	if r.erased {
		return append(append(b, 1), r.promise[:]...), nil
	}
	b = append(append(b, 0), r.salt[:]...)
	return append(b, r.payload...), nil
}

var errJournalRecord = errors.New("bot: this is no journal record")

// UnmarshalBinary reads what MarshalBinary wrote.
func (r *journalRecord) UnmarshalBinary(b []byte) error {
	const head = 8 + 32 + 1
	if len(b) < head {
		return errJournalRecord
	}
	r.at = int64(binary.BigEndian.Uint64(b))
	copy(r.link[:], b[8:])
	r.erased = b[40] == 1
	rest := b[head:]
	if r.erased {
		if len(rest) != 32 {
			return errJournalRecord
		}
		copy(r.promise[:], rest)
		return nil
	}
	if len(rest) < 16 {
		return errJournalRecord
	}
	copy(r.salt[:], rest)
	r.payload = append([]byte(nil), rest[16:]...)
	return nil
}

func (r *journalRecord) commitment() [32]byte {
	if r.erased {
		return r.promise
	}
	h := sha256.New()
	h.Write(r.salt[:])
	h.Write(r.payload)
	return [32]byte(h.Sum(nil))
}

func linkAfter(previous [32]byte, seq uint64, at int64, commitment [32]byte) [32]byte {
	var b [32 + 8 + 8 + 32]byte
	copy(b[:], previous[:])
	binary.BigEndian.PutUint64(b[32:], seq)
	binary.BigEndian.PutUint64(b[40:], uint64(at))
	copy(b[48:], commitment[:])
	return sha256.Sum256(b[:])
}

func (r *journalRecord) entry(seq uint64) Entry {
	e, err := r.read(seq)
	if err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: journal entry %d: %w", store.ErrDamaged, seq, err)})
	}
	return e
}

// read is entry for those who look for damage.
func (r *journalRecord) read(seq uint64) (e Entry, err error) {
	if !r.erased {
		err = json.Unmarshal(r.payload, &e)
	}
	e.Seq, e.At, e.Erased = seq, time.Unix(0, r.at).UTC(), r.erased
	return e, err
}

var journal = store.NewTable[journalRecord]("journal")

var (
	journalHead    = store.K("journal-head") // 8 bytes of number, 32 of link
	journalSubject = "journal-of"            // journalSubject, subject, seq → nothing
)

func head(tx store.Tx) (seq uint64, link [32]byte) {
	if b := tx.Get(journalHead); len(b) == 40 {
		seq = binary.BigEndian.Uint64(b)
		copy(link[:], b[8:])
	}
	return seq, link
}

// Record appends an entry to the journal and returns its number. Who is the
// caller and Subject, What and Rule are as given; What defaults to the command.
func (c *Ctx) Record(e Entry) uint64 {
	if e.What == "" {
		e.What = c.Call.Command
	}
	if e.Who == 0 {
		e.Who = c.Caller.ID
	}
	seq, link := head(c.Tx)
	seq++
	r := journalRecord{at: c.Now.UnixNano(), payload: mustJSON(e)}
	copy(r.salt[:], c.Random(16))
	r.link = linkAfter(link, seq, r.at, r.commitment())
	journal.Put(c.Tx, store.K(seq), r)
	c.Put(journalHead, append(binary.BigEndian.AppendUint64(nil, seq), r.link[:]...))
	addPeople(c.Tx, seq, e.people())
	if e.Subject != "" && !e.Quiet {
		c.Put(store.K(journalSubject, e.Subject, seq), []byte{})
	}
	return seq
}

// Digest is the short form of the journal's present end, published with results
// so that anybody can tell later whether the past was changed.
func (c *Ctx) Digest() string {
	return shortDigest(head(c.Tx))
}

func shortDigest(seq uint64, link [32]byte) string {
	return fmt.Sprintf("%d-%s", seq, hex.EncodeToString(link[:6]))
}

// Entry reads one entry of the journal; ok is false when there is none.
func (c *Ctx) Entry(seq uint64) (e Entry, ok bool) {
	r, ok := journal.Get(c.Tx, store.K(seq))
	if !ok {
		return Entry{}, false
	}
	return r.entry(seq), true
}

// History lists the entries about a subject, oldest first.
func (c *Ctx) History(subject string) []Entry {
	var entries []Entry
	for key := range c.Scan(store.Prefix(store.K(journalSubject, subject))) {
		var table, of string
		var seq uint64
		if err := store.ParseKey(key, &table, &of, &seq); err != nil {
			panic(store.Fault{Err: err})
		}
		if r, ok := journal.Get(c.Tx, store.K(seq)); ok {
			entries = append(entries, r.entry(seq))
		}
	}
	return entries
}

// MoveHistory adds the history of one subject to another's, as a merge does.
func (c *Ctx) MoveHistory(from, to string) {
	for _, e := range c.History(from) {
		c.Put(store.K(journalSubject, to, e.Seq), []byte{})
	}
}

// Entries walks the whole journal in order. It is for exports and searches of a
// person's own data, not for every call.
func (c *Ctx) Entries(yield func(Entry) bool) {
	for key, r := range journal.Prefix(c.Tx, nil) {
		var seq uint64
		if err := store.ParseKey(key, &seq); err != nil {
			panic(store.Fault{Err: err})
		}
		if !yield(r.entry(seq)) {
			return
		}
	}
}

// Forget erases the words of journal entries, leaving their commitments.
func (c *Ctx) Forget(seqs ...uint64) {
	for _, seq := range seqs {
		r, ok := journal.Get(c.Tx, store.K(seq))
		if !ok || r.erased {
			continue
		}
		r.promise, r.erased, r.payload, r.salt = r.commitment(), true, nil, [16]byte{}
		journal.Put(c.Tx, store.K(seq), r)
		forgetPeople(c.Tx, seq)
	}
}
