//go:build linux

package bolt

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"greffier/store"
)

// What was read counts as memory no longer once it was let go, and is still there.
func TestLetGo(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "register.db"), Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const records, size = 3000, 8 << 10
	key := func(i int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(i)) }
	if err := db.Update(context.Background(), func(tx store.Tx) error {
		for i := range records {
			tx.Put(key(i), make([]byte, size))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	read := func() (bytes int) {
		t.Helper()
		if err := db.View(context.Background(), func(tx store.Tx) error {
			for _, value := range tx.Scan(nil, nil) {
				for _, b := range value {
					bytes += 1 + int(b)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return bytes
	}
	if n := read(); n != records*size {
		t.Fatalf("%d bytes read, want %d", n, records*size)
	}
	before := mappedNow(t)
	db.letGo()
	if after := mappedNow(t); before-after < records*size/2 {
		t.Errorf("%d bytes of mapped files before, %d after", before, after)
	}
	if n := read(); n != records*size {
		t.Errorf("%d bytes read afterwards, want %d", n, records*size)
	}
}

// mappedNow is how many bytes of mapped files count as memory of this process.
func mappedNow(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "RssFile:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		t.Skip("the system does not say")
	}
	kb, err := strconv.Atoi(fields[0])
	if err != nil {
		t.Fatal(err)
	}
	return kb << 10
}
