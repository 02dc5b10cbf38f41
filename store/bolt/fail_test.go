package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"

	"greffier/store"
)

var (
	ctx   = context.Background()
	quiet = slog.New(slog.NewTextHandler(io.Discard, nil))
)

func put(db *DB, key, value string) error {
	return db.Update(ctx, func(tx store.Tx) error { tx.Put([]byte(key), []byte(value)); return nil })
}

func get(t testing.TB, db *DB, key string) string {
	t.Helper()
	var v string
	if err := db.View(ctx, func(tx store.Tx) error { v = string(tx.Get([]byte(key))); return nil }); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestFailingCommit makes commits fail before and after the point where they
// take effect.
func TestFailingCommit(t *testing.T) {
	before := func(err error) func(*bbolt.Tx) error {
		return func(btx *bbolt.Tx) error { return errors.Join(btx.Rollback(), err) }
	}
	after := func(err error) func(*bbolt.Tx) error {
		return func(btx *bbolt.Tx) error { return errors.Join(btx.Commit(), err) }
	}
	flat := fmt.Errorf("file resize error: %s", syscall.ENOSPC) //nolint:errorlint // as bbolt words it
	for name, c := range map[string]struct {
		commit  func(*bbolt.Tx) error
		want    error
		refuses bool
	}{
		"no room":                    {before(syscall.ENOSPC), store.ErrFull, false},
		"no room, flattened":         {before(flat), store.ErrFull, false},
		"quota":                      {before(&os.PathError{Op: "write", Err: syscall.EDQUOT}), store.ErrFull, false},
		"disk error before the meta": {before(syscall.EIO), syscall.EIO, false},
		"sync of the meta":           {after(syscall.EIO), store.ErrUnknown, true},
		"no room at the last sync":   {after(syscall.ENOSPC), store.ErrUnknown, true},
		"bbolt panics":               {func(*bbolt.Tx) error { panic("page 7 is a mess") }, store.ErrDamaged, true},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "register.db")
			db := open(t, path, Options{Logger: quiet})
			if err := put(db, "a", "1"); err != nil {
				t.Fatal(err)
			}
			db.commit = c.commit // the committer is waiting, and sees it with the next call
			err := put(db, "a", "2")
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if !errors.Is(c.want, store.ErrUnknown) && (errors.Is(err, store.ErrUnknown) || get(t, db, "a") != "1") {
				t.Errorf("a definite failure: %v, and a is %s", err, get(t, db, "a"))
			}
			db.commit = (*bbolt.Tx).Commit
			err = put(db, "a", "3")
			if c.refuses != errors.Is(err, c.want) || !c.refuses && err != nil {
				t.Errorf("afterwards: %v, want it refused: %v", err, c.refuses)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			again := open(t, path, Options{})
			if err := put(again, "a", "4"); err != nil || get(t, again, "a") != "4" {
				t.Errorf("reopened: %v", err)
			}
			if err := again.Check(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestFailingBatch checks that a failing commit is told to all who shared it,
// also to those that failed because of what they saw there.
func TestFailingBatch(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "register.db"), Options{Logger: quiet})
	started, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := db.Update(ctx, func(store.Tx) error { close(started); <-release; return nil }); err != nil {
			t.Error(err)
		}
	})
	<-started // what comes now shares the next commit
	db.mu.Lock()
	var queuedCalls []*call
	for i := range 3 {
		c := &call{done: make(chan struct{}, 1), fn: func(tx store.Tx) error {
			if i == 1 {
				return errors.New("saw too much")
			}
			tx.Put([]byte("a"), []byte("x"))
			return nil
		}}
		queuedCalls = append(queuedCalls, c)
	}
	db.queue = append(db.queue, queuedCalls...)
	db.mu.Unlock()
	db.commit = func(btx *bbolt.Tx) error { return errors.Join(btx.Rollback(), syscall.ENOSPC) }
	close(release)
	db.rouse()
	for i, c := range queuedCalls {
		<-c.done
		if !errors.Is(c.err, store.ErrFull) {
			t.Errorf("%d: got %v, want ErrFull", i, c.err)
		}
	}
	wg.Wait()
	db.commit = (*bbolt.Tx).Commit
}
