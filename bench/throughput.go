package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"greffier/bot"
	"greffier/store"
)

// throughput measures durable ballots a second through the whole path, and raw
// bbolt writing as many bytes: Batch for several writers, one Update a write for
// a lone one. Each is measured three times, in turn, and the best of each kept:
// what disturbs a run only ever makes it slower.
func throughput(ctx context.Context, dir string, n sizes) error {
	bytes, err := bytesPerBallot(ctx, dir)
	if err != nil {
		return err
	}
	for _, writers := range []int{1, 16, 256} {
		count := n.ballots
		if writers == 1 {
			count /= 20
		}
		var ours, theirs time.Duration
		for round := range 3 {
			name := fmt.Sprintf("%d-%d", writers, round)
			our, err := castBallots(ctx, in(dir, "ballots-"+name+".db"), count, writers)
			if err != nil {
				return err
			}
			their, err := writeRaw(in(dir, "raw-"+name+".db"), count, writers, bytes)
			if err != nil {
				return err
			}
			ours, theirs = best(ours, our), best(theirs, their)
		}
		per := func(d time.Duration) float64 { return float64(count) / d.Seconds() }
		measured := fmt.Sprintf("%.0f/s; raw bbolt %.0f/s with %d bytes each; ratio %.2f", per(ours), per(theirs), bytes, theirs.Seconds()/ours.Seconds())
		goal := "—"
		switch writers {
		case 1:
			added := (ours - theirs) / time.Duration(count)
			measured += fmt.Sprintf("; added %.3f ms", float64(added.Microseconds())/1000)
			goal = "added time under 0.3 ms"
		case 256:
			goal = "ratio 0.7"
		}
		row(fmt.Sprintf("durable ballots, %d at a time", writers), measured, goal)
	}
	return nil
}

func best(a, b time.Duration) time.Duration {
	if a == 0 || b < a {
		return b
	}
	return a
}

// castBallots has that many members cast a ballot each and change it later on.
func castBallots(ctx context.Context, path string, count, writers int) (time.Duration, error) {
	b, s, err := open(ctx, path, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = s.Close() }()
	if err := say(ctx, b, 0, "open", `/vote new "Bench?" rule:simple`); err != nil {
		return 0, err
	}
	const members = 10_000
	_, err = concurrently(min(members, count), 64, func(m int) error {
		b.Handle(ctx, bot.Event{Kind: bot.Seen, Caller: account(m)})
		return nil
	})
	if err != nil {
		return 0, err
	}
	return concurrently(count, writers, func(i int) error {
		return say(ctx, b, 1+i%members, fmt.Sprintf("cast-%d", i), "/vote cast 1 "+[]string{"yes", "no", "abstain"}[i%3])
	})
}

// writeRaw writes the same number of bytes with bbolt alone.
func writeRaw(path string, count, writers, bytes int) (time.Duration, error) {
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = db.Close() }()
	write := db.Batch
	if writers == 1 {
		write = db.Update
	}
	value := make([]byte, bytes-16)
	return concurrently(count, writers, func(i int) error {
		return write(func(tx *bbolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists([]byte("raw"))
			if err != nil {
				return err
			}
			return bucket.Put(fmt.Appendf(nil, "%016d", i), value)
		})
	})
}

// concurrently calls do for 1 to n from so many goroutines.
func concurrently(n, goroutines int, do func(int) error) (time.Duration, error) {
	start := time.Now()
	var next atomic.Int64
	var wg sync.WaitGroup
	var once sync.Once
	var failed error
	for range goroutines {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				if err := do(int(i)); err != nil {
					once.Do(func() { failed = err })
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start), failed
}

// bytesPerBallot is how many bytes of keys and values a ballot writes.
func bytesPerBallot(ctx context.Context, dir string) (int, error) {
	counter := &countingStore{}
	b, s, err := open(ctx, in(dir, "bytes.db"), func(s store.Store) store.Store { counter.Store = s; return counter })
	if err != nil {
		return 0, err
	}
	defer func() { _ = s.Close() }()
	if err := say(ctx, b, 0, "open", `/vote new "Bench?" rule:simple`); err != nil {
		return 0, err
	}
	const ballots = 100
	counter.bytes = 0
	for i := range ballots {
		if err := say(ctx, b, i, fmt.Sprintf("cast-%d", i), "/vote cast 1 yes"); err != nil {
			return 0, err
		}
	}
	return counter.bytes / ballots, nil
}

// countingStore counts the bytes of what is put.
type countingStore struct {
	store.Store
	bytes int
}

func (s *countingStore) Update(ctx context.Context, fn func(store.Tx) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error { return fn(countingTx{tx, s}) })
}

type countingTx struct {
	store.Tx
	s *countingStore
}

func (t countingTx) Put(key, value []byte) {
	t.s.bytes += len(key) + len(value)
	t.Tx.Put(key, value)
}
