package bot

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"greffier/store"
)

// ChainEntry is an entry of the journal with all that its place in the chain rests on:
// whoever is handed it can check it without the register.
type ChainEntry struct {
	Seq uint64 `json:"seq"`
	// At is the moment in nanoseconds since 1970, UTC.
	At int64 `json:"at"`
	// Previous is the link of the entry before.
	Previous []byte `json:"previous"`
	Salt     []byte `json:"salt"`
	Payload  string `json:"payload"`
}

// ChainEntry is an entry of the journal as its chain has it; ok is false when there is
// none, and when its words were erased.
func (c *Ctx) ChainEntry(seq uint64) (s ChainEntry, ok bool) {
	r, ok := journal.Get(c.Tx, store.K(seq))
	if !ok || r.erased {
		return ChainEntry{}, false
	}
	before, _ := journal.Get(c.Tx, store.K(seq-1)) // the first has none
	return ChainEntry{seq, r.at, before.link[:], r.salt[:], string(r.payload)}, true
}

// Digest is the short form of the journal's end when the entry was its last.
func (s ChainEntry) Digest() string {
	h := sha256.New()
	h.Write(s.Salt)
	h.Write([]byte(s.Payload))
	var previous [32]byte
	copy(previous[:], s.Previous)
	return shortDigest(s.Seq, linkAfter(previous, s.Seq, s.At, [32]byte(h.Sum(nil))))
}

// Entry reads what the entry says.
func (s ChainEntry) Entry() (e Entry, err error) {
	if err := json.Unmarshal([]byte(s.Payload), &e); err != nil {
		return Entry{}, fmt.Errorf("bot: journal entry %d: %w", s.Seq, err)
	}
	e.Seq = s.Seq
	return e, nil
}
