package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"

	"greffier/store"
)

// durable has many writers at once and expects all of it after reopening.
func durable(t *testing.T, open Opener) {
	s, reopen := open(t)
	const writers, each = 32, 20
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				err := s.Update(context.Background(), func(tx store.Tx) error {
					n := len(tx.Get([]byte("total")))
					tx.Put([]byte("total"), bytes.Repeat([]byte("."), n+1))
					tx.Put(fmt.Appendf(nil, "%02d/%02d", w, i), fmt.Append(nil, n))
					return nil
				})
				if err != nil {
					t.Error(err)
				}
				view(t, s, func(tx store.Tx) {
					if tx.Get(fmt.Appendf(nil, "%02d/%02d", w, i)) == nil {
						t.Error("an Update that has returned is not seen")
					}
				})
			}
		})
	}
	wg.Wait()
	view(t, reopen(), func(tx store.Tx) {
		seen := map[string]bool{} // each saw all those before it
		for _, v := range tx.Scan([]byte("0"), []byte(":")) {
			seen[string(v)] = true
		}
		if len(seen) != writers*each || len(tx.Get([]byte("total"))) != writers*each {
			t.Errorf("%d different transactions, %d counted, want %d", len(seen), len(tx.Get([]byte("total"))), writers*each)
		}
	})
}

// cancel ends contexts before and while an Update waits its turn.
func cancel(t *testing.T, open Opener) {
	s, _ := open(t)
	over, end := context.WithCancel(context.Background())
	end()
	ran := func(store.Tx) error { t.Error("it ran"); return nil }
	if err := s.Update(over, ran); !errors.Is(err, context.Canceled) {
		t.Errorf("Update: got %v", err)
	}
	if err := s.View(over, ran); !errors.Is(err, context.Canceled) {
		t.Errorf("View: got %v", err)
	}
	if _, err := s.Backup(over, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("Backup: got %v", err)
	}
	waiting, end := context.WithCancel(context.Background())
	started, release, first := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		first <- s.Update(context.Background(), func(store.Tx) error { close(started); <-release; return nil })
	}()
	<-started
	second := make(chan error, 1)
	go func() { second <- s.Update(waiting, ran) }()
	end()
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Errorf("waiting Update: got %v", err)
	}
	close(release)
	if err := <-first; err != nil {
		t.Error(err)
	}
	update(t, s, func(tx store.Tx) { put(tx, "a", "1") }) // the one that gave up is passed over
}

func closed(t *testing.T, open Opener) {
	s, _ := open(t)
	update(t, s, func(tx store.Tx) { put(tx, "a", "1") })
	reading, release, read := make(chan struct{}), make(chan struct{}), make(chan string, 1)
	go func() {
		_ = s.View(context.Background(), func(tx store.Tx) error {
			close(reading)
			<-release
			read <- string(tx.Get([]byte("a")))
			return nil
		})
	}()
	<-reading
	over := make(chan error, 1)
	go func() { over <- s.Close() }()
	select {
	case err := <-over:
		t.Errorf("Close did not wait for a reader, and gave %v", err)
	default:
	}
	close(release)
	if err := <-over; err != nil {
		t.Error(err)
	}
	if got := <-read; got != "1" {
		t.Errorf("the last reader read %q", got)
	}
	nop := func(store.Tx) error { return nil }
	if err := s.Update(context.Background(), nop); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Update: got %v", err)
	}
	if err := s.View(context.Background(), nop); !errors.Is(err, store.ErrClosed) {
		t.Errorf("View: got %v", err)
	}
	if _, err := s.Backup(context.Background(), io.Discard); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Backup: got %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
}

type failing struct{ after int }

func (f *failing) Write(p []byte) (int, error) {
	if f.after -= len(p); f.after < 0 {
		return 0, errNo
	}
	return len(p), nil
}

func backup(t *testing.T, open Opener) {
	s, _ := open(t)
	update(t, s, func(tx store.Tx) { tx.Put([]byte("a"), bytes.Repeat([]byte("long "), 100_000)) })
	var b bytes.Buffer
	n, err := s.Backup(context.Background(), &b)
	if err != nil || n != int64(b.Len()) || n < 500_000 {
		t.Errorf("got %d, %v for %d bytes", n, err, b.Len())
	}
	if _, err := s.Backup(context.Background(), &failing{after: 100_000}); !errors.Is(err, errNo) {
		t.Errorf("got %v, want what the writer said", err)
	}
	if size, err := s.Size(); err != nil || size < 500_000 {
		t.Errorf("Size: got %d, %v", size, err)
	}
}

// gate is a writer that stands still after the first bytes until it is opened.
type gate struct {
	reached, open chan struct{}
	once          sync.Once
}

func (g *gate) Write(p []byte) (int, error) {
	g.once.Do(func() { close(g.reached) })
	<-g.open
	return len(p), nil
}

// slowBackup writes while a backup is taken by somebody slow. A transaction
// held open for it would keep the room of everything overwritten meanwhile.
func slowBackup(t *testing.T, open Opener) {
	s, _ := open(t)
	value := bytes.Repeat([]byte("x"), 100_000)
	write := func() { update(t, s, func(tx store.Tx) { tx.Put([]byte("a"), value) }) }
	for range 5 {
		write()
	}
	before, err := s.Size()
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{reached: make(chan struct{}), open: make(chan struct{})}
	done := make(chan error, 1)
	go func() { _, err := s.Backup(context.Background(), g); done <- err }()
	<-g.reached
	for range 50 {
		write()
	}
	if after, err := s.Size(); err != nil || after > before+1_000_000 {
		t.Errorf("grew from %d to %d bytes, %v", before, after, err)
	}
	close(g.open)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
