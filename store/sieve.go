package store

import (
	"bytes"
	"encoding/json"
	"iter"
	"strconv"
)

// A sieve passes over records that cannot be meant by looking at their stored form,
// which takes a hundredth of the time of decoding them. It is for what is asked rarely
// of a table that is kept as JSON, and would not pay for an index.

// WithNumber yields what Prefix does, but of records kept as JSON those alone in which
// a number stands, in any field: who wants one field looks at it. The others are not
// decoded.
func (t *Table[T]) WithNumber(tx Tx, prefix []byte, n uint64) iter.Seq2[[]byte, T] {
	digits := strconv.AppendUint(nil, n, 10)
	return t.values(t.sieve(tx, prefix, func(data []byte) bool { return holdsNumber(data, digits) }))
}

// WithText is WithNumber for a string that is the whole of a field.
func (t *Table[T]) WithText(tx Tx, prefix []byte, s string) iter.Seq2[[]byte, T] {
	written, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string can always be written
	}
	return t.values(t.sieve(tx, prefix, func(data []byte) bool { return bytes.Contains(data, written) }))
}

// sieve yields the records whose stored form holds what is looked for.
func (r *rows) sieve(tx Tx, prefix []byte, holds func([]byte) bool) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, data []byte) bool) {
		for k, data := range r.scan(tx, prefix, false) {
			if holds(data) && !yield(k, data) {
				return
			}
		}
	}
}

// holdsNumber reports whether digits stand in a JSON text with what stands around a
// number there, or around the number that is the name of a field.
func holdsNumber(data, digits []byte) bool {
	for {
		at := bytes.Index(data, digits)
		if at < 0 {
			return false
		}
		end := at + len(digits)
		if at > 0 && end < len(data) && bytes.IndexByte([]byte(`:,["`), data[at-1]) >= 0 && bytes.IndexByte([]byte(`,}]"`), data[end]) >= 0 {
			return true
		}
		data = data[at+1:] // what stands before the next digits is at least this one
	}
}
