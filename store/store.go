// Package store keeps the register: ordered keys and values, changed only inside
// transactions. It names no database. Engines stand beside it (store/bolt) and
// prove themselves with store/storetest.
package store

import (
	"context"
	"errors"
	"io"
	"iter"
)

// Tx is one transaction over ordered keys. It belongs to the function it was
// handed to and must not outlive it, nor be used from two goroutines.
//
// Its methods return no error: an engine that fails inside a transaction panics
// with a [Fault], which View and Update recover and return. Handlers therefore
// read like the rule they implement.
type Tx interface {
	// Get returns the value under key, or nil when there is none. The slice is
	// valid until the transaction ends and must not be modified.
	Get(key []byte) []byte
	// Put stores a copy of value under a copy of key. In a View it faults with
	// ErrReadOnly.
	Put(key, value []byte)
	// Delete removes key; removing what is not there is not an error.
	Delete(key []byte)
	// Scan walks keys with from <= key < to in ascending order; a nil to means
	// no upper bound. The walk sees the transaction as it stood when each step
	// is taken; writing to keys not yet reached is allowed.
	Scan(from, to []byte) iter.Seq2[[]byte, []byte]
	// ScanDown walks the same keys in descending order.
	ScanDown(from, to []byte) iter.Seq2[[]byte, []byte]
}

// Store is a register on some engine. All methods may be called concurrently.
type Store interface {
	// View runs fn on a consistent snapshot. It never waits for writers.
	View(ctx context.Context, fn func(Tx) error) error
	// Update runs fn in a read-write transaction and returns once it is durable.
	// Concurrent callers may share one commit, in which case each fn sees what
	// the ones before it wrote. When fn returns an error or panics nothing of
	// it is kept and its neighbours are not harmed. fn may run twice. Update
	// blocks on the disk; if ctx ends before fn started, fn never runs.
	//
	// Errors: what fn returned; ErrFull when the disk is full (nothing was
	// recorded); ErrUnknown when the final sync failed (the change may or may
	// not be recorded: ask again after reopening, never assume); ErrClosed.
	Update(ctx context.Context, fn func(Tx) error) error
	// Backup writes a consistent copy of the whole register to w. A slow w does
	// not hold a transaction open.
	Backup(ctx context.Context, w io.Writer) (int64, error)
	// Size returns the bytes the register takes on disk.
	Size() (int64, error)
	// Close waits for running transactions and releases the file.
	Close() error
}

// What can go wrong below the register. Engines wrap these.
var (
	ErrLocked   = errors.New("store: the data file is in use by another process")
	ErrDamaged  = errors.New("store: the data file is damaged")
	ErrFull     = errors.New("store: the disk is full")
	ErrUnknown  = errors.New("store: the last write may or may not be recorded")
	ErrClosed   = errors.New("store: closed")
	ErrReadOnly = errors.New("store: write in a read-only transaction")
	ErrNewer    = errors.New("store: the data file was written by a newer version")
)

// Fault is what an engine or a Table panics with inside a transaction when it
// cannot go on; View and Update recover it and return Err.
type Fault struct{ Err error }

// Error says what stopped the transaction.
func (f Fault) Error() string { return f.Err.Error() }

// Unwrap gives the cause.
func (f Fault) Unwrap() error { return f.Err }
