package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"runtime/debug"

	"go.etcd.io/bbolt"

	"greffier/store"
)

var errEnded = errors.New("store/bolt: transaction used after it ended")

// tx is a transaction as its function sees it: the file, and over it what the
// batch has written so far. In a View there is nothing over it.
type tx struct {
	bucket *bbolt.Bucket // nil for a file opened read-only before anything was written
	over   *overlay      // nil in a View
	cursor *bbolt.Cursor // for Get; made on first use
	ended  bool
}

var _ store.Tx = (*tx)(nil)

// Get implements store.Tx.
func (t *tx) Get(key []byte) []byte {
	t.alive()
	if t.over != nil {
		if e := t.over.get(key); e != nil {
			return e.value // nil when deleted
		}
	}
	if t.bucket == nil || len(key) == 0 {
		return nil
	}
	defer rethrow()
	if t.cursor == nil {
		t.cursor = t.bucket.Cursor()
	}
	if k, v := t.cursor.Seek(key); bytes.Equal(k, key) {
		return v
	}
	return nil
}

// Put implements store.Tx. It faults on an empty key, and on what bbolt cannot
// hold: keys over 32 KiB, values over 2 GiB.
func (t *tx) Put(key, value []byte) {
	t.writable()
	switch {
	case len(key) == 0:
		panic(store.Fault{Err: errors.New("store/bolt: empty key")})
	case len(key) > bbolt.MaxKeySize:
		panic(store.Fault{Err: fmt.Errorf("store/bolt: key of %d bytes is too long", len(key))})
	case int64(len(value)) > bbolt.MaxValueSize:
		panic(store.Fault{Err: fmt.Errorf("store/bolt: value of %d bytes is too long", len(value))})
	}
	t.over.set(key, value, written)
}

// Delete implements store.Tx.
func (t *tx) Delete(key []byte) {
	t.writable()
	if len(key) > 0 && len(key) <= bbolt.MaxKeySize {
		t.over.set(key, nil, deleted)
	}
}

// Scan implements store.Tx.
func (t *tx) Scan(from, to []byte) iter.Seq2[[]byte, []byte] {
	return t.scan(from, to, false)
}

// ScanDown implements store.Tx.
func (t *tx) ScanDown(from, to []byte) iter.Seq2[[]byte, []byte] {
	return t.scan(from, to, true)
}

func (t *tx) scan(from, to []byte, down bool) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		// An iterator may be pulled from a goroutine of its own (iter.Pull).
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		t.alive()
		w := walk{t: t, from: from, to: to, down: down}
		w.start()
		for {
			t.alive()
			k, v := w.next()
			if k == nil || !yield(k, v) {
				return
			}
		}
	}
}

func (t *tx) alive() {
	if t.ended {
		panic(store.Fault{Err: errEnded})
	}
}

func (t *tx) writable() {
	t.alive()
	if t.over == nil {
		panic(store.Fault{Err: store.ErrReadOnly})
	}
}

// guard runs fn on t and turns what it panics with into an error.
func guard(fn func(store.Tx) error, t *tx) (err error) {
	defer func() {
		t.ended = true
		if r := recover(); r != nil {
			err = caught(r)
		}
	}()
	return fn(t)
}

// caught gives the error for a value recovered in a transaction.
func caught(r any) error {
	if f, ok := r.(store.Fault); ok {
		return f.Err
	}
	if isMemoryFault(r) {
		return damaged(r)
	}
	return &store.PanicError{Value: r, Stack: debug.Stack()}
}

// isMemoryFault tells whether r comes from touching memory that is not there,
// which is what reading a mapped file that was cut short looks like.
func isMemoryFault(r any) bool {
	e, ok := r.(runtime.Error)
	if !ok {
		return false
	}
	_, ok = e.(interface{ Addr() uintptr })
	return ok
}

// rethrow, deferred around calls into bbolt, turns its panics on a file that is
// not as it should be into Faults.
func rethrow() {
	if r := recover(); r != nil {
		panic(store.Fault{Err: damaged(r)})
	}
}

func damaged(r any) error {
	if err, ok := r.(error); ok {
		return fmt.Errorf("%w: %w", store.ErrDamaged, err)
	}
	return fmt.Errorf("%w: %v", store.ErrDamaged, r)
}
