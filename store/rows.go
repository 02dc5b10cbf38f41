package store

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
)

// rows is what of a table is the same whatever the type of its values. Each method of
// Table is compiled once for every type, fifty times in all; those of rows once.
type rows struct {
	name    string
	records []byte // what the keys of records begin with
	next    []byte // the key of the last number NextID gave
	entries []entries
	binary  bool // values have a form of their own
}

// entries are those of one index.
type entries struct {
	name   string
	prefix []byte
}

// newRows describes a table of values such as the one to which v points.
func newRows(name string, v any) rows {
	checkName(name)
	_, marshals := v.(encoding.BinaryMarshaler)
	_, unmarshals := v.(encoding.BinaryUnmarshaler)
	return rows{
		name:    name,
		records: append([]byte(name), kindRecord),
		next:    append([]byte(name), kindNext),
		binary:  marshals && unmarshals,
	}
}

func (r *rows) addIndex(name string) {
	checkName(name)
	for _, other := range r.entries {
		if other.name == name {
			panic("store: table " + r.name + " has two indexes named " + name)
		}
	}
	prefix := append(append(append([]byte(r.name), kindIndex), name...), 0)
	r.entries = append(r.entries, entries{name, prefix})
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

// Has tells whether there is a value under id, without decoding it.
func (r *rows) Has(tx Tx, id []byte) bool {
	return tx.Get(join(r.records, id)) != nil
}

// moveEntries removes the entries of the i-th index that a record had and has no more,
// and adds those that it has and had not.
func (r *rows) moveEntries(tx Tx, i int, id []byte, had, has [][]byte) {
	prefix := r.entries[i].prefix
	for _, k := range had {
		if !contains(has, k) {
			tx.Delete(join(prefix, k, id))
		}
	}
	for _, k := range has {
		if !contains(had, k) {
			putEntry(tx, prefix, k, id)
		}
	}
}

func contains(keys [][]byte, key []byte) bool {
	return slices.ContainsFunc(keys, func(k []byte) bool { return bytes.Equal(k, key) })
}

// written is the stored form of the value to which v points.
func (r *rows) written(id []byte, v any) []byte {
	var data []byte
	var err error
	if r.binary {
		data, err = v.(encoding.BinaryMarshaler).MarshalBinary()
	} else {
		data, err = json.Marshal(v)
	}
	if err != nil {
		panic(Fault{fmt.Errorf("store: table %s: value %x cannot be kept: %w", r.name, id, err)})
	}
	return data
}

// read sets the value to which v points to the one whose stored form data is.
func (r *rows) read(id, data []byte, v any) {
	var err error
	if r.binary {
		err = v.(encoding.BinaryUnmarshaler).UnmarshalBinary(data)
	} else {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		panic(Fault{fmt.Errorf("%w: table %s, id %x: %w", ErrDamaged, r.name, id, err)})
	}
}

// scan yields the records whose id begins with prefix, as they are stored.
func (r *rows) scan(tx Tx, prefix []byte, down bool) iter.Seq2[[]byte, []byte] {
	if down {
		return tx.ScanDown(Prefix(join(r.records, prefix)))
	}
	return tx.Scan(Prefix(join(r.records, prefix)))
}

// scanRange yields the records with from <= id < to; a nil to means no upper bound.
func (r *rows) scanRange(tx Tx, from, to []byte) iter.Seq2[[]byte, []byte] {
	_, end := Prefix(r.records)
	if to != nil {
		end = join(r.records, to)
	}
	return tx.Scan(join(r.records, from), end)
}

// whenReindexed hands every id to again, when the indexes are others than the last time.
func (r *rows) whenReindexed(tx Tx, again func(id []byte)) {
	var names []byte
	for _, ix := range r.entries {
		names = append(append(names, ix.name...), 0)
	}
	key := K("indexes", r.name)
	if bytes.Equal(tx.Get(key), names) && len(names) > 0 {
		return
	}
	var ids [][]byte
	for id := range r.IDs(tx) {
		ids = append(ids, bytes.Clone(id))
	}
	for _, id := range ids {
		again(id)
	}
	tx.Put(key, names)
}

// NextID returns 1, 2, 3 and so on: numbers never given before in this table.
func (r *rows) NextID(tx Tx) uint64 {
	var n uint64
	if data := tx.Get(r.next); data != nil {
		if err := ParseKey(data, &n); err != nil {
			panic(Fault{fmt.Errorf("%w: table %s, last number: %w", ErrDamaged, r.name, err)})
		}
	}
	n++
	tx.Put(r.next, K(n))
	return n
}
