package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.etcd.io/bbolt"

	"greffier/store"
)

// filled creates a register with several levels of pages and returns its bytes.
func filled(t *testing.T, path string) []byte {
	t.Helper()
	db := open(t, path, Options{})
	for round := range 3 {
		err := db.Update(ctx, func(tx store.Tx) error {
			for i := range 3000 {
				tx.Put(fmt.Appendf(nil, "key %d %d", round, i*7919%3000), bytes.Repeat([]byte{'v'}, i%90))
			}
			tx.Put([]byte("big"), bytes.Repeat([]byte("x"), 50_000*(round+1)))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Check(ctx); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "register.db")
	data := filled(t, path)
	other := filepath.Join(dir, "other.db")
	b, err := bbolt.Open(other, 0o600, nil)
	if err == nil {
		err = errors.Join(b.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("x")); return err }), b.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	metas := bytes.Clone(data)
	metas[60] ^= 1
	metas[4096+60] ^= 1
	for name, content := range map[string][]byte{
		"text":             []byte(strings.Repeat("Not a register.\n", 1000)),
		"short":            []byte("x"),
		"one page":         data[:4096],
		"headers alone":    data[:8192],
		"half":             data[:len(data)/2],
		"both headers bad": metas,
		"another's bbolt":  foreign,
	} {
		bad := filepath.Join(dir, "bad.db")
		if err := os.WriteFile(bad, content, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, opts := range []Options{{}, {ReadOnly: true}} {
			if opts.ReadOnly && name == "another's bbolt" {
				continue // reads as empty
			}
			if db, err := Open(bad, opts); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("%s: got %v, want ErrDamaged", name, err)
				if err == nil {
					_ = db.Close()
				}
			}
		}
	}
	db := open(t, path, Options{})
	for _, opts := range []Options{{}, {ReadOnly: true}} {
		if _, err := Open(path, opts); !errors.Is(err, store.ErrLocked) {
			t.Errorf("in use: got %v, want ErrLocked", err)
		}
	}
	if _, _, err := Compact(ctx, path); !errors.Is(err, store.ErrLocked) {
		t.Errorf("compact in use: got %v", err)
	}
	if _, err := Restore(ctx, path, bytes.NewReader(data), nil); !errors.Is(err, store.ErrLocked) {
		t.Errorf("restore in use: got %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join(dir, "no", "such", "folder"), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: got %v", err)
	}
	if _, err := Open(filepath.Join(dir, "none.db"), Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("read-only without a file: got %v", err)
	}
}

func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "register.db")
	filled(t, path)
	one, two := open(t, path, Options{ReadOnly: true}), open(t, path, Options{ReadOnly: true})
	if get(t, one, "big") == "" || get(t, two, "big") == "" {
		t.Error("nothing there")
	}
	if err := put(one, "a", "1"); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("got %v, want ErrReadOnly", err)
	}
	if _, err := Open(path, Options{}); !errors.Is(err, store.ErrLocked) {
		t.Errorf("got %v, want ErrLocked", err)
	}
}

// TestCutWhileOpen cuts the file short under an open register: reading beyond
// its end must be an error and not the end of the process.
func TestCutWhileOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "register.db")
	filled(t, path)
	db := open(t, path, Options{Logger: quiet})
	if err := os.Truncate(path, 3*4096); err != nil {
		t.Fatal(err)
	}
	err := db.View(ctx, func(tx store.Tx) error {
		for k, v := range tx.Scan(nil, nil) {
			_ = bytes.Count(v, k)
		}
		return nil
	})
	if !errors.Is(err, store.ErrDamaged) {
		t.Errorf("View: got %v, want ErrDamaged", err)
	}
	for name, use := range map[string]func(store.Tx){
		"Get": func(tx store.Tx) { tx.Get([]byte("key 1 1")) },
		"Put": func(tx store.Tx) { tx.Put([]byte("key 1 1"), nil) },
	} {
		if err := db.Update(ctx, func(tx store.Tx) error { use(tx); return nil }); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("%s: got %v, want ErrDamaged", name, err)
		}
	}
	if err := db.Check(ctx); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("Check: got %v, want ErrDamaged", err)
	}
}

// TestVerify flips bits and expects the check either to find fault or to leave a
// file that reads without any; bbolt's own check must agree that the whole one is.
func TestVerify(t *testing.T) {
	path := filepath.Join(t.TempDir(), "register.db")
	data := filled(t, path)
	b, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.View(func(tx *bbolt.Tx) error { return errors.Join(drain(tx.Check())...) }); err != nil {
		t.Errorf("bbolt: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	h, err := verifyHeader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	faults := 0
	for range 150 {
		bad := bytes.Clone(data)
		page := 2 + rng.IntN(int(h.pages)-2)
		bad[page*4096+rng.IntN(40)] ^= 1 << rng.IntN(8) // where pages describe themselves
		if err := verify(ctx, bytes.NewReader(bad), h); err != nil {
			if !errors.Is(err, store.ErrDamaged) {
				t.Errorf("got %v, want ErrDamaged", err)
			}
			faults++
		}
	}
	if faults < 60 {
		t.Errorf("%d of 150 flipped bits found", faults)
	}
}

func drain(ch <-chan error) (errs []error) {
	for err := range ch {
		errs = append(errs, err)
	}
	return errs
}

// TestBackupWhileWriting restores a copy taken beside writers that keep two keys
// equal.
func TestBackupWhileWriting(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "register.db")
	filled(t, path)
	db := open(t, path, Options{})
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				v := fmt.Append(nil, rand.Uint64())
				if err := db.Update(ctx, func(tx store.Tx) error { tx.Put([]byte("a"), v); tx.Put([]byte("z"), v); return nil }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	var copies []*bytes.Buffer
	for range 5 {
		var b bytes.Buffer
		if _, err := db.Backup(ctx, &b); err != nil {
			t.Error(err)
		}
		if err := db.Check(ctx); err != nil {
			t.Errorf("Check beside writers: %v", err)
		}
		copies = append(copies, &b)
	}
	close(stop)
	wg.Wait()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for i, b := range copies {
		kept, err := Restore(ctx, path, b, func(tx store.Tx) error {
			if a, z := tx.Get([]byte("a")), tx.Get([]byte("z")); !bytes.Equal(a, z) {
				return fmt.Errorf("a is %q and z is %q", a, z)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		want := path + ".before-restore"
		if i > 0 {
			want = fmt.Sprint(want, "-", i+1)
		}
		if kept != want {
			t.Errorf("kept as %s, want %s", kept, want)
		}
	}
	again := open(t, path, Options{})
	if len(get(t, again, "big")) != 150_000 {
		t.Error("not everything was restored")
	}
	expectFiles(t, dir, 1+len(copies))
}

// expectFiles checks that no temporary file is left.
func expectFiles(t *testing.T, dir string, n int) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != n {
		t.Errorf("%d files left, want %d: %v, %v", len(files), n, files, err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "register.db")
	data := filled(t, path)
	no := errors.New("no")
	for name, c := range map[string]struct {
		from   []byte
		accept func(store.Tx) error
		want   error
	}{
		"cut short": {data[:len(data)-4096*40], nil, store.ErrDamaged},
		"nothing":   {nil, nil, store.ErrDamaged},
		"refused":   {data, func(store.Tx) error { return no }, no},
	} {
		if _, err := Restore(ctx, path, bytes.NewReader(c.from), c.accept); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, data) {
			t.Errorf("%s: the register was changed, %v", name, err)
		}
	}
	expectFiles(t, dir, 1)
	// A damaged register can be restored over, and so can none.
	if err := errors.Join(os.WriteFile(path, []byte("rubbish"), 0o600), os.Chmod(path, 0o640)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{path + ".before-restore", ""} {
		if kept, err := Restore(ctx, path, bytes.NewReader(data), nil); err != nil || kept != want {
			t.Errorf("got %q, %v", kept, err)
		}
		if want != "" {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
				t.Errorf("restored as %v, %v, want the rights it had", info.Mode(), err)
			}
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCompact(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "register.db")
	filled(t, path)
	db := open(t, path, Options{})
	err := db.Update(ctx, func(tx store.Tx) error {
		for k := range tx.Scan([]byte("key 1"), nil) {
			tx.Delete(k)
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	before, after, err := Compact(ctx, path)
	if err != nil || after > before/2 {
		t.Errorf("from %d to %d bytes, %v", before, after, err)
	}
	expectFiles(t, dir, 1)
	again := open(t, path, Options{})
	if size, err := again.Size(); err != nil || size != after {
		t.Errorf("Size: %d, %v, want %d", size, err, after)
	}
	if get(t, again, "key 0 17") == "" || get(t, again, "key 2 17") != "" || len(get(t, again, "big")) != 150_000 {
		t.Error("not what was in it")
	}
	if err := again.Check(ctx); err != nil {
		t.Error(err)
	}
}
