package bolt

import (
	"path/filepath"
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
