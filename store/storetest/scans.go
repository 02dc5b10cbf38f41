package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"greffier/store"
)

// mergedScans scans what is partly recorded and partly written just now.
func mergedScans(t *testing.T, open Opener) {
	s, _ := open(t)
	update(t, s, func(tx store.Tx) { put(tx, "b", "old", "d", "old", "f", "old", "h", "old") })
	want := []string{"a=new", "b=old", "d=new", "e=new", "h=old", "i=new"}
	back := slices.Clone(want)
	slices.Reverse(back)
	err := s.Update(context.Background(), func(tx store.Tx) error {
		put(tx, "i", "new", "a", "new", "d", "newer", "d", "new", "e", "new", "c", "gone")
		for _, k := range []string{"f", "c", "nothing"} {
			tx.Delete([]byte(k))
		}
		same(t, "up", keys(tx, "", "", false), want)
		same(t, "down", keys(tx, "", "", true), back)
		same(t, "up within", keys(tx, "b", "i", false), want[1:5])
		same(t, "down within", keys(tx, "b", "i", true), back[1:5])
		if tx.Get([]byte("f")) != nil || string(tx.Get([]byte("d"))) != "new" {
			t.Error("Get does not see what was written")
		}
		put(tx, "f", "again")
		same(t, "put back", keys(tx, "e", "h", false), []string{"e=new", "f=again"})
		return errNo
	})
	if !errors.Is(err, errNo) {
		t.Fatal(err)
	}
	view(t, s, func(tx store.Tx) {
		same(t, "undone", keys(tx, "", "", false), []string{"b=old", "d=old", "f=old", "h=old"})
	})
}

// changesInScan writes to keys a scan has reached, and has not.
func changesInScan(t *testing.T, open Opener) {
	s, _ := open(t)
	fill := func(tx store.Tx) { put(tx, "b", "1", "c", "1", "d", "1", "e", "1", "f", "1") }
	change := func(tx store.Tx, at string) {
		switch at {
		case "c": // both directions come by here first or last but one
			put(tx, "bb", "new", "cc", "new", "d", "changed")
			tx.Delete([]byte("c"))
			tx.Delete([]byte("e"))
			tx.Delete([]byte("b"))
		case "cc", "bb":
			put(tx, "a", "new", "g", "new")
		}
	}
	collect := func(tx store.Tx, scan iter.Seq2[[]byte, []byte]) (got []string) {
		for k, v := range scan {
			got = append(got, string(k)+"="+string(v))
			change(tx, string(k))
		}
		return got
	}
	up := []string{"b=1", "c=1", "cc=new", "d=changed", "f=1", "g=new"}
	down := []string{"f=1", "e=1", "d=1", "c=1", "bb=new", "a=new"}
	for name, prepare := range map[string]func(fn func(store.Tx)){
		"recorded":  func(fn func(store.Tx)) { update(t, s, fill); update(t, s, fn) },
		"unwritten": func(fn func(store.Tx)) { update(t, s, func(tx store.Tx) { fill(tx); fn(tx) }) },
	} {
		prepare(func(tx store.Tx) { same(t, name+" up", collect(tx, tx.Scan(nil, nil)), up) })
		wipe(t, s)
		prepare(func(tx store.Tx) { same(t, name+" down", collect(tx, tx.ScanDown(nil, nil)), down) })
		wipe(t, s)
	}
}

// wipe deletes everything while scanning it.
func wipe(t *testing.T, s store.Store) {
	t.Helper()
	update(t, s, func(tx store.Tx) {
		for k := range tx.Scan(nil, nil) {
			tx.Delete(k)
		}
		same(t, "wiped", keys(tx, "", "", false), nil)
	})
}

// large writes and deletes enough to fill many pages, in shared commits too.
func large(t *testing.T, open Opener) {
	s, reopen := open(t)
	const n = 20_000
	key := func(i int) []byte { return fmt.Appendf(nil, "key %06d", i) }
	update(t, s, func(tx store.Tx) {
		for i := range n {
			tx.Put(key(i*7919%n), bytes.Repeat([]byte{byte(i)}, i%200))
		}
		tx.Put([]byte("big"), bytes.Repeat([]byte("x"), 3<<20))
	})
	update(t, s, func(tx store.Tx) {
		for i := range n { // leaves the first and the last tenth
			if i >= n/10 && i < n-n/10 {
				tx.Delete(key(i))
			}
		}
	})
	check := func(tx store.Tx) {
		t.Helper()
		count := func(scan iter.Seq2[[]byte, []byte]) (c int) {
			for range scan {
				c++
			}
			return c
		}
		if up, down := count(tx.Scan(key(0), nil)), count(tx.ScanDown(key(0), nil)); up != n/5 || down != n/5 {
			t.Errorf("%d keys up and %d down, want %d", up, down, n/5)
		}
		if got := len(tx.Get([]byte("big"))); got != 3<<20 {
			t.Errorf("a value of 3 MiB came back with %d bytes", got)
		}
	}
	view(t, s, check)
	view(t, reopen(), check)
}
