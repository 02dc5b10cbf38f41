package bot

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"

	"greffier/store"
)

// The last events are remembered with what was answered, so that a platform
// that delivers one again gets the same answer and nothing happens twice.
const remembered = 32768

// A saved reply is the hash of its event, 8 bytes, and then the JSON of this.
type savedReply struct {
	Who   MemberID `json:"w"`
	Event string   `json:"e"`
	Reply Reply    `json:"r"`
}

func eventHash(id string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, id)
	return h.Sum64()
}

var (
	seenPlace = func(hash uint64) []byte { return store.K("seen", hash) }
	seenReply = func(n uint64) []byte { return store.K("seen-reply", n) }
	seenCount = store.K("seen-count")
)

func seenBefore(tx store.Tx, id string) (Reply, bool) {
	if id == "" {
		return Reply{}, false
	}
	n := tx.Get(seenPlace(eventHash(id)))
	if len(n) != 8 {
		return Reply{}, false
	}
	var saved savedReply
	data := tx.Get(seenReply(binary.BigEndian.Uint64(n)))
	if len(data) < 8 || json.Unmarshal(data[8:], &saved) != nil || saved.Event != id && saved.Event != hiddenEvent(id) {
		return Reply{}, false
	}
	return saved.Reply, true
}

// remember keeps the answer to an event. Of somebody who is now forgotten it
// keeps no name, not even in the event's ID.
func remember(tx store.Tx, id string, who Member, r Reply) {
	if id == "" {
		return
	}
	hash, kept := eventHash(id), id
	if who.Erased {
		kept = hiddenEvent(id)
	}
	if r.Again != nil {
		r = Reply{Text: *r.Again}
	}
	var n uint64
	if b := tx.Get(seenCount); len(b) == 8 {
		n = binary.BigEndian.Uint64(b)
	}
	n++
	number := binary.BigEndian.AppendUint64(nil, n)
	tx.Put(seenCount, number)
	tx.Put(seenPlace(hash), number)
	tx.Put(seenReply(n), savedReply{who.ID, kept, r}.appendJSON(binary.BigEndian.AppendUint64(make([]byte, 0, 512), hash)))
	if n <= remembered {
		return
	}
	old := seenReply(n - remembered)
	if data := tx.Get(old); len(data) >= 8 {
		place := seenPlace(binary.BigEndian.Uint64(data))
		if b := tx.Get(place); len(b) == 8 && binary.BigEndian.Uint64(b) == n-remembered {
			tx.Delete(place)
		}
		tx.Delete(old)
	}
}

// forgetReplies empties the saved replies to a member: the events stay known, by
// their digest, for a platform may put an account's name in an event's ID.
func forgetReplies(tx store.Tx, who MemberID) {
	theirs := []byte(fmt.Sprintf(`{"w":%d,`, who))
	blank := map[string][]byte{}
	for key, data := range tx.Scan(store.Prefix(store.K("seen-reply"))) {
		if len(data) < 8 || !bytes.HasPrefix(data[8:], theirs) {
			continue
		}
		var saved savedReply
		if json.Unmarshal(data[8:], &saved) == nil {
			blank[string(key)] = append(bytes.Clone(data[:8]), mustJSON(savedReply{Event: hiddenEvent(saved.Event)})...)
		}
	}
	for key, data := range blank {
		tx.Put([]byte(key), data)
	}
}

func hiddenEvent(id string) string {
	sum := sha256.Sum256([]byte(id))
	return "sha256:" + hex.EncodeToString(sum[:])
}
