//go:build unix

package bolt

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"greffier/store"
)

const limitEnv = "GREFFIER_TEST_FILE_LIMIT"

// TestFull runs a child that may not write files beyond a size: what a full disk
// looks like to bbolt.
func TestFull(t *testing.T) {
	if path := os.Getenv(limitEnv); path != "" {
		fillUp(t, path)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestFull$", "-test.v")
	cmd.Env = append(os.Environ(), limitEnv+"="+filepath.Join(t.TempDir(), "register.db"))
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "filled up") {
		t.Fatalf("%v\n%s", err, out)
	}
}

func setLimit(t *testing.T, bytes uint64) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	limit.Cur = min(bytes, limit.Max)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
}

func fillUp(t *testing.T, path string) {
	signal.Ignore(syscall.SIGXFSZ)
	db := open(t, path, Options{Logger: quiet})
	setLimit(t, 2<<20)
	big := strings.Repeat("x", 50_000)
	var err error
	kept := 0
	for ; err == nil && kept < 1000; kept++ {
		err = put(db, fmt.Sprint("key", kept), big)
	}
	kept--
	if !errors.Is(err, store.ErrFull) || kept < 10 {
		t.Fatalf("after %d: got %v, want ErrFull", kept, err)
	}
	check := func() {
		t.Helper()
		n := 0
		err := db.View(ctx, func(tx store.Tx) error {
			for range tx.Scan([]byte("key"), []byte("kez")) {
				n++
			}
			return nil
		})
		if err != nil || n != kept {
			t.Errorf("%d kept, want %d: %v", n, kept, err)
		}
		if err := db.Check(ctx); err != nil {
			t.Error(err)
		}
	}
	check()
	for range 5 { // it goes on failing without harm; whether there is a page left for a small one is up to bbolt
		if err := put(db, "more", strings.Repeat(big, 10)); !errors.Is(err, store.ErrFull) {
			t.Errorf("got %v, want ErrFull", err)
		}
		if err := put(db, "small", "x"); err != nil && !errors.Is(err, store.ErrFull) {
			t.Errorf("a small write: got %v, want ErrFull if anything", err)
		}
	}
	if _, err := db.Backup(ctx, failAll{}); err == nil {
		t.Error("a backup that cannot be written")
	}
	check()
	setLimit(t, 1<<40)
	if err := put(db, "more", strings.Repeat(big, 10)); err != nil {
		t.Errorf("with room again: %v", err)
	}
	check()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path, Options{})
	check()
	t.Log("filled up")
}

type failAll struct{}

func (failAll) Write([]byte) (int, error) { return 0, errors.New("no") }
