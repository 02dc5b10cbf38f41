package bot

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"greffier/store"
)

// The journal's entries are found by the people they concern: for every block of
// entries one value says who made each and which member it is about. What a member
// did is found by reading these, some 3 bytes for each entry, in place of every
// entry's words; and an entry only lengthens the last block, where an index by
// member would write to another page for each.
const (
	journalPeople = "journal-by" // journalPeople, (seq-1)/peopleBlock → people of up to peopleBlock entries
	peopleBlock   = 128
)

// people are the members whom an entry concerns, 0 being nobody: who made it, and
// whom it is about. An erased entry concerns nobody.
type people struct{ who, about MemberID }

func (p people) has(m MemberID) bool { return m != 0 && (p.who == m || p.about == m) }

// appendPeople writes who made the entry, doubled, and odd where somebody follows whom
// it is about.
func appendPeople(b []byte, p people) []byte {
	b = binary.AppendUvarint(b, uint64(p.who)<<1|min(1, uint64(p.about)))
	if p.about != 0 {
		b = binary.AppendUvarint(b, uint64(p.about))
	}
	return b
}

var errPeople = errors.New("bot: these are not the people of entries")

// readPeople reads what appendPeople wrote and returns how many bytes that is.
func readPeople(b []byte) (p people, used int, err error) {
	who, used := binary.Uvarint(b)
	if used <= 0 {
		return p, 0, errPeople
	}
	p.who = MemberID(who >> 1)
	if who&1 == 1 {
		about, n := binary.Uvarint(b[used:])
		if n <= 0 {
			return p, 0, errPeople
		}
		p.about, used = MemberID(about), used+n
	}
	return p, used, nil
}

// blockPeople reads a block.
func blockPeople(b []byte) (all []people, err error) {
	for len(b) > 0 {
		p, used, err := readPeople(b)
		if err != nil {
			return all, err
		}
		all, b = append(all, p), b[used:]
	}
	return all, nil
}

// peopleKey is the block of an entry, and its place there.
func peopleKey(seq uint64) (key []byte, place int) {
	return store.K(journalPeople, (seq-1)/peopleBlock), int((seq - 1) % peopleBlock)
}

// addPeople says whom the journal's new last entry concerns.
func addPeople(tx store.Tx, seq uint64, p people) {
	key, place := peopleKey(seq)
	var block []byte
	if place > 0 {
		before := tx.Get(key)
		block = append(make([]byte, 0, len(before)+8), before...)
	}
	tx.Put(key, appendPeople(block, p))
}

// forgetPeople says that an entry concerns nobody any more.
func forgetPeople(tx store.Tx, seq uint64) {
	key, place := peopleKey(seq)
	all, err := blockPeople(tx.Get(key))
	if err != nil || place >= len(all) {
		panic(store.Fault{Err: fmt.Errorf("%w: people of journal entry %d", store.ErrDamaged, seq)})
	}
	all[place] = people{}
	var block []byte
	for _, p := range all {
		block = appendPeople(block, p)
	}
	tx.Put(key, block)
}

// entriesWith lists the entries that concern a member.
func entriesWith(tx store.Tx, m MemberID) (seqs []uint64) {
	for key, block := range tx.Scan(store.Prefix(store.K(journalPeople))) {
		first := firstOfBlock(key)
		for n := uint64(0); len(block) > 0; n++ {
			p, used, err := readPeople(block)
			if err != nil {
				panic(store.Fault{Err: fmt.Errorf("%w: people of journal entry %d: %w", store.ErrDamaged, first+n, err)})
			}
			if p.has(m) {
				seqs = append(seqs, first+n)
			}
			block = block[used:]
		}
	}
	return seqs
}

func firstOfBlock(key []byte) uint64 {
	var table string
	var block uint64
	if err := store.ParseKey(key, &table, &block); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: people of the journal, %x: %w", store.ErrDamaged, key, err)})
	}
	return block*peopleBlock + 1
}

// people are those whom the entry concerns.
func (e *Entry) people() people {
	p := people{who: e.Who}
	if number, ok := strings.CutPrefix(e.Subject, memberSubject); ok {
		if n, err := strconv.ParseUint(number, 10, 64); err == nil && strconv.FormatUint(n, 10) == number {
			p.about = MemberID(n)
		}
	}
	return p
}

// memberSubject begins the subject of an entry that is about a member.
const memberSubject = "member/"

var aboutMember = []byte(`"s":"` + memberSubject)

// people are those whom the record's entry concerns. Where the payload begins as
// entries are written and is about no member, it is not decoded: a long journal is
// read so.
func (r *journalRecord) people() people {
	if r.erased {
		return people{}
	}
	if !bytes.Contains(r.payload, aboutMember) {
		if bytes.HasPrefix(r.payload, []byte(`{"d":"`)) {
			return people{}
		}
		if rest, ok := bytes.CutPrefix(r.payload, []byte(`{"w":`)); ok {
			if number, _, ok := bytes.Cut(rest, []byte(`,"d":"`)); ok {
				if n, err := strconv.ParseUint(string(number), 10, 64); err == nil {
					return people{who: MemberID(n)}
				}
			}
		}
	}
	var e Entry
	if json.Unmarshal(r.payload, &e) != nil {
		return people{} // Verify tells of it
	}
	return e.people()
}

// entriesByPeople brings the journal of an earlier version under the people it
// concerns.
func entriesByPeople(tx store.Tx) error {
	var blocks [][]byte
	at := uint64(0)
	for key, r := range journal.Prefix(tx, nil) {
		var seq uint64
		if err := store.ParseKey(key, &seq); err != nil || seq != at+1 {
			return fmt.Errorf("%w: journal %x after entry %d", store.ErrDamaged, key, at)
		}
		at = seq
		if (seq-1)%peopleBlock == 0 {
			blocks = append(blocks, nil)
		}
		last := len(blocks) - 1
		blocks[last] = appendPeople(blocks[last], r.people())
	}
	for n, block := range blocks {
		tx.Put(store.K(journalPeople, n), block)
	}
	return nil
}

// peopleCheck checks that the journal's entries are found by the people they concern.
type peopleCheck struct {
	tx    store.Tx
	block uint64
	all   []people
	read  bool
}

// finds reports whether an entry is found by exactly those whom it concerns.
func (k *peopleCheck) finds(seq uint64, r *journalRecord) bool {
	key, place := peopleKey(seq)
	if n := (seq - 1) / peopleBlock; !k.read || n != k.block {
		k.block, k.read = n, true
		k.all, _ = blockPeople(k.tx.Get(key))
	}
	return place < len(k.all) && k.all[place] == r.people()
}
