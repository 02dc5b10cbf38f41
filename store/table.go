package store

import (
	"bytes"
	"iter"
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
	rows
	indexes []Index[T]
}

// An Index finds the values of a table by something other than their id.
type Index[T any] struct {
	// Name is short, and unique in the table: it is part of every key.
	Name string
	// Keys returns the keys, built with K, under which v is to be found: none,
	// one or several. It must depend on nothing but id and v.
	Keys func(id []byte, v T) [][]byte
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
	t := &Table[T]{newRows(name, new(T)), indexes}
	for i := range indexes {
		t.addIndex(indexes[i].Name)
	}
	return t
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

// Put keeps v under id, in place of what was there, and brings the indexes up to
// date. In a table without indexes it reads nothing.
func (t *Table[T]) Put(tx Tx, id []byte, v T) {
	key := join(t.records, id)
	if len(t.indexes) > 0 {
		if data := tx.Get(key); data != nil {
			old := t.decode(id, data)
			t.reindex(tx, id, &old, &v)
		} else {
			t.reindex(tx, id, nil, &v)
		}
	}
	tx.Put(key, t.written(id, &v))
}

// Delete removes the value under id and tells whether there was one.
func (t *Table[T]) Delete(tx Tx, id []byte) bool {
	key := join(t.records, id)
	data := tx.Get(key)
	if data == nil {
		return false
	}
	if len(t.indexes) > 0 {
		old := t.decode(id, data)
		t.reindex(tx, id, &old, nil)
	}
	tx.Delete(key)
	return true
}

// reindex removes the index entries only old has and adds those only v has; one that is
// nil has none.
func (t *Table[T]) reindex(tx Tx, id []byte, old, v *T) {
	for i := range t.indexes {
		var had, has [][]byte
		if old != nil {
			had = t.indexes[i].Keys(id, *old)
		}
		if v != nil {
			has = t.indexes[i].Keys(id, *v)
		}
		t.moveEntries(tx, i, id, had, has)
	}
}

func (t *Table[T]) decode(id, data []byte) T {
	var v T
	t.read(id, data, &v)
	return v
}

// Prefix yields the ids that begin with prefix, and their values, in ascending
// order; a nil prefix means all. Ids are valid until the transaction ends.
func (t *Table[T]) Prefix(tx Tx, prefix []byte) iter.Seq2[[]byte, T] {
	return t.values(t.scan(tx, prefix, false))
}

// PrefixDown yields the same in descending order.
func (t *Table[T]) PrefixDown(tx Tx, prefix []byte) iter.Seq2[[]byte, T] {
	return t.values(t.scan(tx, prefix, true))
}

// Range yields the ids with from <= id < to, and their values, in ascending
// order; a nil to means no upper bound.
func (t *Table[T]) Range(tx Tx, from, to []byte) iter.Seq2[[]byte, T] {
	return t.values(t.scanRange(tx, from, to))
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
	t.whenReindexed(tx, func(id []byte) {
		v, _ := t.Get(tx, id)
		t.Delete(tx, id)
		t.Put(tx, id, v)
	})
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
