package store

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
)

// A Table keeps values of one type under ids, with indexes. It is only a
// description: one Table serves any number of stores and goroutines.
//
// Ids are usually built with K, and sort as such. Values are kept as JSON,
// unless *T implements encoding.BinaryMarshaler and BinaryUnmarshaler: then in
// the form these give, which must stay readable for ever.
//
// Methods fault (see Fault) with ErrDamaged when a value cannot be decoded, and
// with what the encoder said when one cannot be encoded.
type Table[T any] struct {
	name    string
	records []byte // what the keys of records begin with
	next    []byte // the key of the last number NextID gave
	indexes []index[T]
	binary  bool
}

// An Index finds the values of a table by something other than their id.
type Index[T any] struct {
	// Name is short, and unique in the table: it is part of every key.
	Name string
	// Keys returns the keys, built with K, under which v is to be found: none,
	// one or several. It must depend on nothing but id and v.
	Keys func(id []byte, v T) [][]byte
}

type index[T any] struct {
	Index[T]
	prefix []byte
}

// After the name of a table comes one byte that says what a key is for.
const (
	kindRecord = 0 // the id follows
	kindIndex  = 1 // the index's name, 0, the index key and the id follow
	kindNext   = 2
	kindText   = 3 // see TextIndex
)

// NewTable describes a table. The name is short, since every key begins with it,
// and must be used for one table only in a store. It panics on a name that is
// empty or has bytes below 0x20, and on two indexes of the same name.
func NewTable[T any](name string, indexes ...Index[T]) *Table[T] {
	checkName(name)
	_, marshals := any(new(T)).(encoding.BinaryMarshaler)
	_, unmarshals := any(new(T)).(encoding.BinaryUnmarshaler)
	t := &Table[T]{
		name:    name,
		records: append([]byte(name), kindRecord),
		next:    append([]byte(name), kindNext),
		binary:  marshals && unmarshals,
	}
	for _, ix := range indexes {
		checkName(ix.Name)
		prefix := append(append(append([]byte(name), kindIndex), ix.Name...), 0)
		for _, other := range t.indexes {
			if other.Name == ix.Name {
				panic("store: table " + name + " has two indexes named " + ix.Name)
			}
		}
		t.indexes = append(t.indexes, index[T]{ix, prefix})
	}
	return t
}

func checkName(name string) {
	if name == "" || bytes.ContainsFunc([]byte(name), func(r rune) bool { return r < ' ' }) {
		panic(fmt.Sprintf("store: %q cannot name a table or an index", name))
	}
}

// join returns a new slice: prefix and then each of parts.
func join(prefix []byte, parts ...[]byte) []byte {
	n := len(prefix)
	for _, p := range parts {
		n += len(p)
	}
	key := append(make([]byte, 0, n), prefix...)
	for _, p := range parts {
		key = append(key, p...)
	}
	return key
}

// Get returns the value under id and whether there is one.
func (t *Table[T]) Get(tx Tx, id []byte) (T, bool) {
	data := tx.Get(join(t.records, id))
	if data == nil {
		var none T
		return none, false
	}
	return t.decode(id, data), true
}

// Has tells whether there is a value under id, without decoding it.
func (t *Table[T]) Has(tx Tx, id []byte) bool {
	return tx.Get(join(t.records, id)) != nil
}

// Put keeps v under id, in place of what was there, and brings the indexes up to
// date. In a table without indexes it reads nothing.
func (t *Table[T]) Put(tx Tx, id []byte, v T) {
	key := join(t.records, id)
	if len(t.indexes) > 0 {
		if data := tx.Get(key); data != nil {
			t.reindex(tx, id, t.decode(id, data), &v)
		} else {
			for _, ix := range t.indexes {
				for _, k := range ix.Keys(id, v) {
					putEntry(tx, ix.prefix, k, id)
				}
			}
		}
	}
	tx.Put(key, t.encode(id, &v))
}

// Delete removes the value under id and tells whether there was one.
func (t *Table[T]) Delete(tx Tx, id []byte) bool {
	key := join(t.records, id)
	data := tx.Get(key)
	if data == nil {
		return false
	}
	if len(t.indexes) > 0 {
		t.reindex(tx, id, t.decode(id, data), nil)
	}
	tx.Delete(key)
	return true
}

// reindex removes the index entries only old has and adds those only v has; a
// nil v has none.
func (t *Table[T]) reindex(tx Tx, id []byte, old T, v *T) {
	for _, ix := range t.indexes {
		had := ix.Keys(id, old)
		var has [][]byte
		if v != nil {
			has = ix.Keys(id, *v)
		}
		for _, k := range had {
			if !contains(has, k) {
				tx.Delete(join(ix.prefix, k, id))
			}
		}
		for _, k := range has {
			if !contains(had, k) {
				putEntry(tx, ix.prefix, k, id)
			}
		}
	}
}

func contains(keys [][]byte, key []byte) bool {
	return slices.ContainsFunc(keys, func(k []byte) bool { return bytes.Equal(k, key) })
}

func (t *Table[T]) encode(id []byte, v *T) []byte {
	var data []byte
	var err error
	if t.binary {
		data, err = any(v).(encoding.BinaryMarshaler).MarshalBinary()
	} else {
		data, err = json.Marshal(v)
	}
	if err != nil {
		panic(Fault{fmt.Errorf("store: table %s: value %x cannot be kept: %w", t.name, id, err)})
	}
	return data
}

func (t *Table[T]) decode(id, data []byte) T {
	var v T
	var err error
	if t.binary {
		err = any(&v).(encoding.BinaryUnmarshaler).UnmarshalBinary(data)
	} else {
		err = json.Unmarshal(data, &v)
	}
	if err != nil {
		panic(Fault{fmt.Errorf("%w: table %s, id %x: %w", ErrDamaged, t.name, id, err)})
	}
	return v
}

// Prefix yields the ids that begin with prefix, and their values, in ascending
// order; a nil prefix means all. Ids are valid until the transaction ends.
func (t *Table[T]) Prefix(tx Tx, prefix []byte) iter.Seq2[[]byte, T] {
	return t.values(tx.Scan(Prefix(join(t.records, prefix))))
}

// PrefixDown yields the same in descending order.
func (t *Table[T]) PrefixDown(tx Tx, prefix []byte) iter.Seq2[[]byte, T] {
	return t.values(tx.ScanDown(Prefix(join(t.records, prefix))))
}

// Range yields the ids with from <= id < to, and their values, in ascending
// order; a nil to means no upper bound.
func (t *Table[T]) Range(tx Tx, from, to []byte) iter.Seq2[[]byte, T] {
	_, end := Prefix(t.records)
	if to != nil {
		end = join(t.records, to)
	}
	return t.values(tx.Scan(join(t.records, from), end))
}

func (t *Table[T]) values(scan iter.Seq2[[]byte, []byte]) iter.Seq2[[]byte, T] {
	return func(yield func([]byte, T) bool) {
		for k, data := range scan {
			id := k[len(t.records):]
			if !yield(id, t.decode(id, data)) {
				return
			}
		}
	}
}

// Change hands every record whose id has a prefix to change, in order, and stores
// those of which it returns true. The records are read before any is stored.
func (t *Table[T]) Change(tx Tx, prefix []byte, change func(id []byte, v *T) bool) {
	type record struct {
		id []byte
		v  T
	}
	var changed []record
	for id, v := range t.Prefix(tx, prefix) {
		if change(id, &v) {
			changed = append(changed, record{bytes.Clone(id), v})
		}
	}
	for _, r := range changed {
		t.Put(tx, r.id, r.v)
	}
}

// Reindex brings what an earlier version wrote under the indexes that there are now. It
// reads one key, and the whole table only when its indexes are others than the last
// time. A feature calls it when its table has got an index.
func (t *Table[T]) Reindex(tx Tx) {
	var names []byte
	for _, ix := range t.indexes {
		names = append(append(names, ix.Name...), 0)
	}
	key := K("indexes", t.name)
	if bytes.Equal(tx.Get(key), names) && len(names) > 0 {
		return
	}
	var ids [][]byte
	for id := range t.IDs(tx) {
		ids = append(ids, bytes.Clone(id))
	}
	for _, id := range ids {
		v, _ := t.Get(tx, id)
		t.Delete(tx, id)
		t.Put(tx, id, v)
	}
	tx.Put(key, names)
}

// Renew writes anew what an earlier version wrote in another form that can still be
// read: form names the present one. It reads one key, and the whole table only when the
// last time it was renewed to another form.
func (t *Table[T]) Renew(tx Tx, form string) {
	key := K("form", t.name)
	if string(tx.Get(key)) == form {
		return
	}
	t.Change(tx, nil, func([]byte, *T) bool { return true })
	tx.Put(key, []byte(form))
}

// Move puts a record under another id, unless one is there already, which stays;
// nothing is left under the first.
func (t *Table[T]) Move(tx Tx, from, to []byte) {
	v, ok := t.Get(tx, from)
	if !ok {
		return
	}
	t.Delete(tx, from)
	if !t.Has(tx, to) {
		t.Put(tx, to, v)
	}
}

// NextID returns 1, 2, 3 and so on: numbers never given before in this table.
func (t *Table[T]) NextID(tx Tx) uint64 {
	var n uint64
	if data := tx.Get(t.next); data != nil {
		if err := ParseKey(data, &n); err != nil {
			panic(Fault{fmt.Errorf("%w: table %s, last number: %w", ErrDamaged, t.name, err)})
		}
	}
	n++
	tx.Put(t.next, K(n))
	return n
}
