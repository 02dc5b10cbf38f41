package bolt

import (
	"time"

	"go.etcd.io/bbolt"
)

// Every page of the file that was looked at counts as memory of the process until the
// kernel wants it for something else. A register that was read from end to end would
// seem to take as much memory as it has bytes; so what was mapped is let go from time
// to time. Mapping it again costs a few milliseconds for each hundred megabytes.

const (
	// keepBelow is the size of a file not worth the trouble, in bytes.
	keepBelow = 16 << 20
	// letGoAfter is how long after a commit what is mapped is let go.
	letGoAfter = 2 * time.Second
)

// letGoSoon has what is mapped let go a while after a commit, once for all commits
// meanwhile.
func (db *DB) letGoSoon() {
	if db.lettingGo.Load() || !db.lettingGo.CompareAndSwap(false, true) {
		return
	}
	time.AfterFunc(letGoAfter, func() {
		db.lettingGo.Store(false)
		db.letGo()
	})
}

// letGo lets go of what is mapped.
func (db *DB) letGo() {
	_ = db.bolt.View(func(tx *bbolt.Tx) error { // fails only once closed
		release(tx)
		return nil
	})
}
