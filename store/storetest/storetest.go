// Package storetest is what every engine under a register must pass.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"greffier/store"
)

// Opener opens a new, empty register for a test and closes it when the test
// ends. reopen closes whatever is open, opens the same data again and returns
// that; both see to it themselves that errors fail the test.
type Opener func(t *testing.T) (s store.Store, reopen func() store.Store)

// Run tests an engine.
func Run(t *testing.T, open func(t *testing.T) (s store.Store, reopen func() store.Store)) {
	for name, test := range map[string]func(*testing.T, Opener){
		"order":             order,
		"bounds":            bounds,
		"empty value":       emptyValue,
		"isolation":         isolation,
		"rollback":          rollback,
		"fault":             fault,
		"read only":         readOnly,
		"ended":             ended,
		"neighbours":        neighbours,
		"merged scans":      mergedScans,
		"changes in a scan": changesInScan,
		"large":             large,
		"durable":           durable,
		"cancel":            cancel,
		"closed":            closed,
		"backup":            backup,
		"slow backup":       slowBackup,
		"operations":        operations,
		"leaving":           leaving,
	} {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

var errNo = errors.New("no")

func update(t *testing.T, s store.Store, fn func(store.Tx)) {
	t.Helper()
	if err := s.Update(context.Background(), func(tx store.Tx) error { fn(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

func view(t *testing.T, s store.Store, fn func(store.Tx)) {
	t.Helper()
	if err := s.View(context.Background(), func(tx store.Tx) error { fn(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

func put(tx store.Tx, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		tx.Put([]byte(pairs[i]), []byte(pairs[i+1]))
	}
}

func orNil(s string) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}

// keys lists what a scan yields; "" is no bound.
func keys(tx store.Tx, from, to string, down bool) []string {
	scan := tx.Scan
	if down {
		scan = tx.ScanDown
	}
	var got []string
	for k, v := range scan(orNil(from), orNil(to)) {
		got = append(got, string(k)+"="+string(v))
	}
	return got
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func order(t *testing.T, open Opener) {
	s, reopen := open(t)
	want := []string{"\x00=0", "a=1", "a\x00=2", "a\x00b=3", "ab=4", "b=5", "\xff=6", "\xff\xff=7"}
	back := slices.Clone(want)
	slices.Reverse(back)
	check := func(tx store.Tx) {
		t.Helper()
		same(t, "up", keys(tx, "", "", false), want)
		same(t, "down", keys(tx, "", "", true), back)
	}
	update(t, s, func(tx store.Tx) {
		for _, i := range []int{5, 0, 7, 2, 1, 6, 4, 3} {
			k, v, _ := bytes.Cut([]byte(want[i]), []byte("="))
			tx.Put(k, v)
		}
		check(tx)
	})
	view(t, s, check)
	view(t, reopen(), check)
}

func bounds(t *testing.T, open Opener) {
	s, _ := open(t)
	check := func(tx store.Tx) {
		t.Helper()
		for _, c := range []struct {
			from, to string
			want     []string
		}{
			{"b", "d", []string{"b=2", "c=3"}},
			{"bb", "dd", []string{"c=3", "d=4"}},
			{"", "c", []string{"a=1", "b=2"}},
			{"c", "", []string{"c=3", "d=4"}},
			{"d", "b", nil},
			{"b", "b", nil},
			{"e", "", nil},
			{"", "a", nil},
			{"", "zz", []string{"a=1", "b=2", "c=3", "d=4"}},
		} {
			same(t, "up "+c.from+"…"+c.to, keys(tx, c.from, c.to, false), c.want)
			back := slices.Clone(c.want)
			slices.Reverse(back)
			same(t, "down "+c.from+"…"+c.to, keys(tx, c.from, c.to, true), back)
		}
	}
	view(t, s, func(tx store.Tx) { same(t, "nothing", keys(tx, "", "", true), nil) })
	update(t, s, func(tx store.Tx) { put(tx, "a", "1", "b", "2", "c", "3", "d", "4"); check(tx) })
	view(t, s, check)
	update(t, s, check)
}

func emptyValue(t *testing.T, open Opener) {
	s, reopen := open(t)
	check := func(tx store.Tx) {
		t.Helper()
		for _, k := range []string{"nil", "empty"} {
			if v := tx.Get([]byte(k)); v == nil || len(v) != 0 {
				t.Errorf("%s: got %#v, want an empty value", k, v)
			}
		}
		if v := tx.Get([]byte("none")); v != nil {
			t.Errorf("got %#v for a key that is not there", v)
		}
	}
	update(t, s, func(tx store.Tx) {
		tx.Put([]byte("nil"), nil)
		tx.Put([]byte("empty"), []byte{})
		check(tx)
	})
	view(t, s, check)
	view(t, reopen(), check)
}

func isolation(t *testing.T, open Opener) {
	s, _ := open(t)
	update(t, s, func(tx store.Tx) { put(tx, "a", "1", "gone", "x") })
	view(t, s, func(tx store.Tx) {
		// A writer finishes while this reader is open, and the other way round.
		update(t, s, func(tx store.Tx) { put(tx, "a", "2", "b", "2"); tx.Delete([]byte("gone")) })
		same(t, "reader", keys(tx, "", "", false), []string{"a=1", "gone=x"})
		view(t, s, func(tx store.Tx) { same(t, "later reader", keys(tx, "", "", false), []string{"a=2", "b=2"}) })
	})
	update(t, s, func(tx store.Tx) {
		put(tx, "a", "3")
		view(t, s, func(tx store.Tx) { same(t, "beside a writer", keys(tx, "", "", false), []string{"a=2", "b=2"}) })
	})
}

func rollback(t *testing.T, open Opener) {
	s, reopen := open(t)
	update(t, s, func(tx store.Tx) { put(tx, "a", "1", "b", "1") })
	err := s.Update(context.Background(), func(tx store.Tx) error {
		put(tx, "a", "2", "c", "2")
		tx.Delete([]byte("b"))
		return errNo
	})
	if !errors.Is(err, errNo) {
		t.Errorf("got %v, want what the function returned", err)
	}
	err = s.Update(context.Background(), func(tx store.Tx) error {
		put(tx, "a", "3", "d", "3")
		panic(errNo)
	})
	var p *store.PanicError
	if !errors.As(err, &p) || p.Value != any(errNo) || !errors.Is(err, errNo) || !bytes.Contains(p.Stack, []byte("storetest")) {
		t.Errorf("got %v after a panic, want a PanicError with value and stack", err)
	}
	if err := s.View(context.Background(), func(store.Tx) error { panic("view") }); !errors.As(err, &p) || p.Value != "view" {
		t.Errorf("got %v after a panic in a View, want a PanicError", err)
	}
	want := []string{"a=1", "b=1"}
	view(t, s, func(tx store.Tx) { same(t, "after", keys(tx, "", "", false), want) })
	view(t, reopen(), func(tx store.Tx) { same(t, "reopened", keys(tx, "", "", false), want) })
}

func fault(t *testing.T, open Opener) {
	s, _ := open(t)
	for name, run := range map[string]func(context.Context, func(store.Tx) error) error{"View": s.View, "Update": s.Update} {
		err := run(context.Background(), func(store.Tx) error { panic(store.Fault{Err: errNo}) })
		var p *store.PanicError
		if !errors.Is(err, errNo) || errors.As(err, &p) {
			t.Errorf("%s: got %#v, want the fault's cause alone", name, err)
		}
	}
	if err := s.Update(context.Background(), func(tx store.Tx) error { tx.Put(nil, nil); return nil }); err == nil {
		t.Error("an empty key was taken")
	}
}

func readOnly(t *testing.T, open Opener) {
	s, _ := open(t)
	for _, write := range []func(store.Tx){
		func(tx store.Tx) { tx.Put([]byte("a"), nil) },
		func(tx store.Tx) { tx.Delete([]byte("a")) },
	} {
		err := s.View(context.Background(), func(tx store.Tx) error { write(tx); return nil })
		if !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("got %v, want ErrReadOnly", err)
		}
	}
}

// ended uses transactions that are over.
func ended(t *testing.T, open Opener) {
	s, _ := open(t)
	var v, u store.Tx
	view(t, s, func(tx store.Tx) { v = tx })
	update(t, s, func(tx store.Tx) { u = tx; put(tx, "a", "1") })
	for i, use := range []func(){
		func() { v.Get([]byte("a")) },
		func() { u.Get([]byte("a")) },
		func() { u.Put([]byte("a"), nil) },
		func() { u.Delete([]byte("a")) },
		func() { keys(v, "", "", false) },
		func() { keys(u, "", "", true) },
	} {
		func() {
			defer func() {
				if _, ok := recover().(store.Fault); !ok {
					t.Errorf("use %d of a transaction that is over did not fault", i)
				}
			}()
			use()
		}()
	}
}

// neighbours has transactions that fail share commits with some that do not.
func neighbours(t *testing.T, open Opener) {
	s, reopen := open(t)
	const n = 60
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			errs[i] = s.Update(context.Background(), func(tx store.Tx) error {
				put(tx, fmt.Sprintf("own%02d", i), "x", "last", fmt.Sprint(i))
				tx.Put([]byte("count"), append(tx.Get([]byte("count")), '.'))
				switch i % 3 {
				case 1:
					return errNo
				case 2:
					panic(errNo)
				}
				return nil
			})
		})
	}
	wg.Wait()
	var want []string
	for i, err := range errs {
		switch {
		case i%3 == 0 && err != nil:
			t.Errorf("%d: %v", i, err)
		case i%3 != 0 && !errors.Is(err, errNo):
			t.Errorf("%d: got %v, want what it failed with", i, err)
		}
		if i%3 == 0 {
			want = append(want, fmt.Sprintf("own%02d=x", i))
		}
	}
	view(t, reopen(), func(tx store.Tx) {
		same(t, "kept", keys(tx, "own", "owo", false), want)
		if got := len(tx.Get([]byte("count"))); got != n/3 {
			t.Errorf("%d transactions counted, want %d", got, n/3)
		}
	})
}

// leaving ends the goroutine inside a transaction, as t.FailNow does.
func leaving(t *testing.T, open Opener) {
	s, _ := open(t)
	update(t, s, func(tx store.Tx) { put(tx, "a", "1") })
	done := make(chan struct{})
	go func() {
		defer close(done)
		err := s.Update(context.Background(), func(tx store.Tx) error {
			put(tx, "a", "2")
			runtime.Goexit()
			return nil
		})
		if err == nil {
			t.Error("a function that never returned counts as a success")
		}
	}()
	<-done
	update(t, s, func(tx store.Tx) { same(t, "after", keys(tx, "", "", false), []string{"a=1"}) })
}
