package bolt

import (
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"greffier/store"
	"greffier/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (store.Store, func() store.Store) {
		path := filepath.Join(t.TempDir(), "register.db")
		db := open(t, path, Options{})
		return db, func() store.Store {
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			db = open(t, path, Options{})
			return db
		}
	})
}

// open opens a register that is closed when the test ends.
func open(t testing.TB, path string, opts Options) *DB {
	t.Helper()
	db, err := Open(path, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// A function that ends its goroutine, as testing.T.FailNow does, leaves nothing
// behind and holds nobody up, whether it was alone or among others.
func TestFunctionEndsItsGoroutine(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "register.db"), Options{})
	for _, others := range []int{0, 8} {
		var all sync.WaitGroup
		for i := range others {
			all.Go(func() {
				err := db.Update(t.Context(), func(tx store.Tx) error { tx.Put([]byte{'k', byte(i)}, []byte("kept")); return nil })
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Go(func() {
			_ = db.Update(t.Context(), func(tx store.Tx) error {
				tx.Put([]byte("gone"), []byte("lost"))
				runtime.Goexit()
				return nil
			})
		})
		all.Wait()
		err := db.Update(t.Context(), func(tx store.Tx) error {
			if tx.Get([]byte("gone")) != nil {
				t.Error("what it wrote is kept")
			}
			for i := range others {
				if tx.Get([]byte{'k', byte(i)}) == nil {
					t.Errorf("the write of %d is lost", i)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}
