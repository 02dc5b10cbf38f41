package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
)

// An index entry's key is the index key and then the id; its value is the length
// of the id, so that the two can be told apart.

func putEntry(tx Tx, prefix, key, id []byte) {
	tx.Put(join(prefix, key, id), binary.AppendUvarint(nil, uint64(len(id))))
}

// splitEntry takes apart what follows the prefix of an index in an entry's key.
func splitEntry(rest, value []byte) (key, id []byte) {
	n, used := binary.Uvarint(value)
	if used <= 0 || n > uint64(len(rest)) {
		panic(Fault{fmt.Errorf("%w: index entry %x", ErrDamaged, rest)})
	}
	cut := len(rest) - int(n)
	return rest[:cut], rest[cut:]
}

// IDs are the ids of a table that share an index key, or all of them. Nothing is
// read before All or Intersect is ranged over. IDs belong to the transaction
// they were asked for in.
type IDs struct {
	tx     Tx
	prefix []byte // what the keys begin with; the id follows
	index  bool   // the keys are those of an index
	down   bool
}

// All yields the ids in their order. They are valid until the transaction ends.
func (s IDs) All() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for id := range s.from(nil) {
			if !yield(id) {
				return
			}
		}
	}
}

// from yields the ids from start on in their order, paired with nothing.
func (s IDs) from(start []byte) iter.Seq2[[]byte, struct{}] {
	return func(yield func([]byte, struct{}) bool) {
		from, to := Prefix(s.prefix)
		scan := s.tx.Scan
		if s.down {
			scan = s.tx.ScanDown
			if start != nil {
				to = join(s.prefix, start, []byte{0}) // start itself is wanted
			}
		} else if start != nil {
			from = join(s.prefix, start)
		}
		for k, v := range scan(from, to) {
			id := k[len(s.prefix):]
			if s.index {
				if key, _ := splitEntry(id, v); len(key) > 0 {
					continue // of a longer index key
				}
			}
			if !yield(id, struct{}{}) {
				return
			}
		}
	}
}

// IDs yields all ids in ascending order, without decoding values.
func (r *rows) IDs(tx Tx) iter.Seq[[]byte] { return r.Every(tx).All() }

// IDsDown yields all ids in descending order.
func (r *rows) IDsDown(tx Tx) iter.Seq[[]byte] { return r.EveryDown(tx).All() }

// By yields the ids whose values have key in the index, in ascending order. The
// key has as many parts as those the index is made of; it panics when there is
// no such index.
func (r *rows) By(tx Tx, index string, key []byte) iter.Seq[[]byte] {
	return r.Match(tx, index, key).All()
}

// ByDown yields the same in descending order.
func (r *rows) ByDown(tx Tx, index string, key []byte) iter.Seq[[]byte] {
	return r.MatchDown(tx, index, key).All()
}

// ByRange yields the entries of an index with from <= key < to, as key and id, in
// ascending order of keys and then ids: what is due by now, for one. A nil to
// means no upper bound. With Prefix(key) as bounds it yields the keys that begin
// with the parts of key.
func (r *rows) ByRange(tx Tx, index string, from, to []byte) iter.Seq2[[]byte, []byte] {
	prefix := r.prefixOf(index)
	_, end := Prefix(prefix)
	if to != nil {
		end = join(prefix, to)
	}
	return func(yield func(key, id []byte) bool) {
		for k, v := range tx.Scan(join(prefix, from), end) {
			if !yield(splitEntry(k[len(prefix):], v)) {
				return
			}
		}
	}
}

// Every returns all ids in ascending order, for Intersect.
func (r *rows) Every(tx Tx) IDs { return IDs{tx: tx, prefix: r.records} }

// EveryDown returns all ids in descending order, for Intersect.
func (r *rows) EveryDown(tx Tx) IDs { return IDs{tx: tx, prefix: r.records, down: true} }

// Match returns what By yields, for Intersect.
func (r *rows) Match(tx Tx, index string, key []byte) IDs {
	return IDs{tx: tx, prefix: join(r.prefixOf(index), key), index: true}
}

// MatchDown returns what ByDown yields, for Intersect.
func (r *rows) MatchDown(tx Tx, index string, key []byte) IDs {
	s := r.Match(tx, index, key)
	s.down = true
	return s
}

func (r *rows) prefixOf(index string) []byte {
	for i := range r.entries {
		if r.entries[i].name == index {
			return r.entries[i].prefix
		}
	}
	panic("store: table " + r.name + " has no index named " + index)
}

// Intersect yields the ids all streams have, in their order, which must be the
// same for all. It decodes no values and passes over what cannot match: its cost
// is that of the shortest stream rather than the longest. It reads ahead: what the
// transaction changes meanwhile it may or may not see. Of no streams it yields
// nothing.
func Intersect(streams ...IDs) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if len(streams) == 0 {
			return
		}
		for _, s := range streams {
			if s.down != streams[0].down {
				panic("store: Intersect of ascending and descending ids")
			}
		}
		cursors := make([]*idCursor, len(streams))
		for i, s := range streams {
			cursors[i] = &idCursor{ids: s, size: minAhead}
			if !cursors[i].read(nil) {
				return
			}
		}
		agree, at := 1, 0 // how many in a row, up to cursor at, stand on the same id
		for {
			if agree == len(cursors) {
				if !yield(cursors[at].id()) || !cursors[at].step() {
					return
				}
				agree = 1
			}
			target := cursors[at].id()
			at = (at + 1) % len(cursors)
			if len(cursors) == 1 {
				continue
			}
			if !cursors[at].seek(target) {
				return
			}
			if bytes.Equal(cursors[at].id(), target) {
				agree++
			} else {
				agree = 1
			}
		}
	}
}

// idCursor stands on one id of a stream, having read some ahead: starting a scan
// costs as much as dozens of its steps.
type idCursor struct {
	ids   IDs
	ahead [][]byte
	at    int
	used  int // how many of ahead were stood on
	size  int // how many to read at once
}

const (
	minAhead = 8
	maxAhead = 256
)

func (c *idCursor) id() []byte { return c.ahead[c.at] }

// read reads on from start and stands on the first id.
func (c *idCursor) read(start []byte) bool {
	c.ahead, c.at, c.used = c.ahead[:0], 0, 0
	for id := range c.ids.from(start) {
		if c.ahead = append(c.ahead, id); len(c.ahead) == c.size {
			break
		}
	}
	return len(c.ahead) > 0
}

// step moves to the next id.
func (c *idCursor) step() bool {
	if c.at+1 == len(c.ahead) {
		c.size = min(c.size*2, maxAhead)
		last := c.id()
		if !c.read(last) {
			return false
		}
		if !bytes.Equal(c.id(), last) { // deleted meanwhile
			return true
		}
	}
	c.at++
	c.used++
	return c.at < len(c.ahead)
}

// seek moves to the first id that is not before target.
func (c *idCursor) seek(target []byte) bool {
	c.used++
	if !c.before(len(c.ahead)-1, target) {
		for c.before(c.at, target) {
			c.at++
		}
		return true
	}
	// It is further on. Read more at a time where it has been of use.
	if c.used > len(c.ahead)/4 {
		c.size = min(c.size*2, maxAhead)
	} else {
		c.size = max(c.size/2, minAhead)
	}
	return c.read(target)
}

func (c *idCursor) before(i int, target []byte) bool {
	order := bytes.Compare(c.ahead[i], target)
	return order < 0 && !c.ids.down || order > 0 && c.ids.down
}
