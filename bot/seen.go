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
	"sync"

	"greffier/store"
)

// The last events are remembered with what was answered, so that a platform
// that delivers one again gets the same answer and nothing happens twice.
const remembered = 32768

// seenIndex finds a remembered event by the hash of its ID. The saved replies
// are numbered in the order of their events, and so lie together on disk; an
// index there would scatter one write for each event over the whole file. It is
// kept in memory instead, read from the replies at the first event after a start.
//
// It may point to a reply that was never committed, which is then found to be
// missing or another's. It never lacks one that was.
type seenIndex struct {
	mu   sync.Mutex
	read bool
	at   map[uint64]uint64 // hash of the event → number of its reply
	last uint64            // the greatest number ever given
}

// lookUp returns the number of the reply to an event with this hash.
func (x *seenIndex) lookUp(tx store.Tx, hash uint64) (n uint64, ok bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.read {
		x.at = map[uint64]uint64{}
		for key, data := range tx.Scan(store.Prefix(store.K("seen-reply"))) {
			var table string
			var number uint64
			if err := store.ParseKey(key, &table, &number); err != nil {
				panic(store.Fault{Err: err})
			}
			if len(data) >= 8 {
				x.at[binary.BigEndian.Uint64(data)] = number
			}
			x.last = max(x.last, number)
		}
		x.read = true
	}
	n, ok = x.at[hash]
	return n, ok
}

// next gives the number of the next reply. One that is never committed leaves a
// gap, which does no harm.
func (x *seenIndex) next() uint64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.last++
	return x.last
}

// note puts a reply in the index, and takes another out of it.
func (x *seenIndex) note(hash, n, oldHash, old uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.at[hash] = n
	if old != 0 && x.at[oldHash] == old {
		delete(x.at, oldHash)
	}
}

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

func seenReply(n uint64) []byte { return store.K("seen-reply", n) }

// before returns what was answered to an event, if it was seen before.
func (x *seenIndex) before(tx store.Tx, id string) (Reply, bool) {
	if id == "" {
		return Reply{}, false
	}
	n, ok := x.lookUp(tx, eventHash(id))
	if !ok {
		return Reply{}, false
	}
	var saved savedReply
	data := tx.Get(seenReply(n))
	if len(data) < 8 || json.Unmarshal(data[8:], &saved) != nil || saved.Event != id && saved.Event != hiddenEvent(id) {
		return Reply{}, false
	}
	return saved.Reply, true
}

// remember keeps the answer to an event, which before was asked for. Of somebody
// who is now forgotten it keeps no name, not even in the event's ID.
func (x *seenIndex) remember(tx store.Tx, id string, who Member, r Reply) {
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
	n := x.next()
	tx.Put(seenReply(n), savedReply{who.ID, kept, r}.appendJSON(binary.BigEndian.AppendUint64(make([]byte, 0, 512), hash)))
	var oldHash, old uint64
	if n > remembered {
		if data := tx.Get(seenReply(n - remembered)); len(data) >= 8 {
			oldHash, old = binary.BigEndian.Uint64(data), n-remembered
		}
		tx.Delete(seenReply(n - remembered))
	}
	x.note(hash, n, oldHash, old)
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
