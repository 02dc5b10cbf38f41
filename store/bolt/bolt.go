// Package bolt is the engine a register usually stands on: one bbolt file, with
// all keys in one bucket. Concurrent Updates share a commit.
//
// A transaction writes to memory (see overlay) on top of a bbolt transaction
// that is only touched once all transactions of a batch have run, so that one
// that fails or panics harms no other.
package bolt

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"greffier/store"
)

// Options say how to open a register. The zero value is what a server wants.
type Options struct {
	// NoSync leaves out the syncs: a crash of the machine may then lose or damage
	// everything. Only for sandboxes whose data nobody will miss.
	NoSync bool
	// ReadOnly opens an existing file for Views alone. Several processes may do
	// so at once, but not beside one that writes.
	ReadOnly bool
	// Logger hears of failing commits; nil means slog.Default.
	Logger *slog.Logger
}

// DB is a register in a bbolt file. It implements store.Store.
type DB struct {
	bolt *bbolt.DB
	path string
	opts Options
	log  *slog.Logger

	mu      sync.Mutex
	queue   []*call
	closed  bool
	busy    bool          // somebody works on the batch: the committer, or a lone writer
	wake    chan struct{} // holds one token when the committer has something to look at
	stopped chan struct{} // closed when the committer has ended

	calls   sync.Pool             // of *call
	refusal atomic.Pointer[error] // why Updates are refused, once they are
	// lettingGo is set while letGo is to come.
	lettingGo atomic.Bool
	batch     batch                 // of whoever is busy
	commit    func(*bbolt.Tx) error // (*bbolt.Tx).Commit; tests make it fail
}

var _ store.Store = (*DB)(nil)

// bucketName is the one bucket that holds every key.
var bucketName = []byte("register")

// Space reserved in the address space for the file to grow into. Growing beyond
// what is mapped waits for all readers to finish, and stops new ones meanwhile;
// with this much in reserve it does not happen to a register.
const mapped = 1 << 30

// Open opens the register at path, creating the file if there is none (and no
// ReadOnly). The file is locked until Close.
//
// Errors: store.ErrLocked, at once, when another process has it open;
// store.ErrDamaged when it is not a register or not a whole one; store.ErrFull;
// or what the operating system said (fs.ErrPermission, fs.ErrNotExist).
func Open(path string, opts Options) (*DB, error) {
	_, statErr := os.Stat(path)
	fresh := errors.Is(statErr, os.ErrNotExist)
	b, err := openFile(path, opts)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if fresh && !opts.NoSync {
		if err := syncDir(filepath.Dir(path)); err != nil {
			return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), b.Close())
		}
	}
	db := &DB{
		bolt: b, path: path, opts: opts, log: opts.Logger,
		wake:    make(chan struct{}, 1),
		stopped: make(chan struct{}),
		commit:  (*bbolt.Tx).Commit,
	}
	if db.log == nil {
		db.log = slog.Default()
	}
	if opts.ReadOnly {
		close(db.stopped)
		return db, nil
	}
	go db.commitLoop(false)
	return db, nil
}

// openFile opens path with bbolt and sees to it that it holds a whole register.
// bbolt panics, or touches memory that is not there, on many a damaged file.
func openFile(path string, opts Options) (b *bbolt.DB, err error) {
	var file *os.File
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			b, err = nil, damaged(r)
			closeLost(file)
		}
	}()
	bo := &bbolt.Options{
		Timeout:    time.Millisecond, // one attempt
		NoSync:     opts.NoSync,
		NoGrowSync: opts.NoSync,
		// Finding the free pages anew when the file is opened is what a sandbox can wait for.
		NoFreelistSync: opts.NoSync,
		ReadOnly:       opts.ReadOnly,
		FreelistType:   bbolt.FreelistMapType,
		NoStatistics:   true,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			var err error
			file, err = os.OpenFile(name, flag, mode)
			return file, err
		},
	}
	if runtime.GOOS != "windows" && math.MaxInt > math.MaxInt32 {
		bo.InitialMmapSize = mapped
	}
	if b, err = bbolt.Open(path, 0o600, bo); err != nil {
		return nil, translate(err)
	}
	if err := settle(b, path, file, opts); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// settle checks that the file just opened is whole and still the one at path,
// and creates the bucket.
func settle(b *bbolt.DB, path string, file *os.File, opts Options) error {
	here, err := os.Stat(path)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !os.SameFile(here, info) { // replaced by Restore or Compact before we had the lock
		return store.ErrLocked
	}
	if _, err := verifyHeader(file, info.Size()); err != nil {
		return err
	}
	if opts.ReadOnly {
		return nil
	}
	growBy(b, info.Size())
	has := false
	if err := b.View(func(btx *bbolt.Tx) error {
		has = btx.Bucket(bucketName) != nil
		if k, _ := btx.Cursor().First(); k != nil && !has {
			return fmt.Errorf("%w: a bbolt file, but not a register", store.ErrDamaged)
		}
		return nil
	}); err != nil || has {
		return err
	}
	return translate(b.Update(func(btx *bbolt.Tx) error {
		_, err := btx.CreateBucket(bucketName)
		return err
	}))
}

// growBy sets by how much the file grows when it must: an eighth, since growing
// costs a sync, but not the 16 MB bbolt takes for the smallest register.
func growBy(b *bbolt.DB, size int64) {
	b.AllocSize = int(min(max(size/8, 128<<10), 16<<20))
}

// View implements store.Store. A function that panics yields a
// *store.PanicError; a file found damaged yields store.ErrDamaged.
func (db *DB) View(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	btx, err := db.bolt.Begin(false)
	if err != nil {
		return translate(err)
	}
	defer func() { _ = btx.Rollback() }() // fails only on a transaction already ended
	return guard(func(t store.Tx) error {
		t.(*tx).bucket = btx.Bucket(bucketName)
		return fn(t)
	}, &tx{})
}

// Size implements store.Store: the length of the data file.
func (db *DB) Size() (int64, error) {
	info, err := os.Stat(db.path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Close implements store.Store. Updates already queued are run first.
func (db *DB) Close() error {
	db.mu.Lock()
	already := db.closed
	db.closed = true
	db.mu.Unlock()
	if already {
		<-db.stopped
		return nil
	}
	db.rouse()
	<-db.stopped
	if err := db.bolt.Close(); err != nil {
		return fmt.Errorf("close %s: %w", db.path, err)
	}
	return nil
}

// full are the errors of a disk that has no more room for us.
var full = []syscall.Errno{syscall.ENOSPC, syscall.EFBIG, syscall.EDQUOT}

// translate gives bbolt's and the system's errors the store's names.
func translate(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, berrors.ErrTimeout):
		return store.ErrLocked
	case errors.Is(err, berrors.ErrDatabaseNotOpen):
		return store.ErrClosed
	case errors.Is(err, berrors.ErrDatabaseReadOnly):
		return store.ErrReadOnly
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum),
		errors.Is(err, berrors.ErrVersionMismatch), strings.HasPrefix(err.Error(), "file size too small"):
		return fmt.Errorf("%w: %w", store.ErrDamaged, err)
	}
	for _, errno := range full {
		// bbolt flattens some errors to text.
		if errors.Is(err, errno) || strings.Contains(err.Error(), errno.Error()) {
			return fmt.Errorf("%w: %w", store.ErrFull, err)
		}
	}
	return err
}

// syncDir makes a name given or changed in dir durable.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" { // which cannot, and need not
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
