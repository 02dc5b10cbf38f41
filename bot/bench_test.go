package bot_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// BenchmarkPath measures durable events through the whole path, beside raw
// bbolt.Batch writing as many bytes.
func BenchmarkPath(b *testing.B) {
	for _, members := range []int{1, 16, 256} {
		b.Run(fmt.Sprint(members), func(b *testing.B) {
			d := newDesk(b)
			ours := concurrently(b.N, members, func(i int) {
				if a := d.says("alice", fmt.Sprint("e", i), "/note pin hello"); a.Refused {
					b.Error(a.Text)
				}
			})
			raw, err := bolt.Open(filepath.Join(b.TempDir(), "raw.db"), 0o600, nil)
			if err != nil {
				b.Fatal(err)
			}
			defer raw.Close()
			value := make([]byte, 400)
			theirs := concurrently(b.N, members, func(i int) {
				err := raw.Batch(func(tx *bolt.Tx) error {
					bucket, err := tx.CreateBucketIfNotExists([]byte("b"))
					if err != nil {
						return err
					}
					return bucket.Put(fmt.Appendf(nil, "%08d", i), value)
				})
				if err != nil {
					b.Error(err)
				}
			})
			b.ReportMetric(float64(b.N)/ours.Seconds(), "events/s")
			b.ReportMetric(theirs.Seconds()/ours.Seconds(), "ratio")
			b.ReportMetric(float64(ours.Microseconds())/float64(b.N), "µs/event")
		})
	}
}

// concurrently calls do for 0 to n-1 from so many goroutines and returns how
// long it took.
func concurrently(n, goroutines int, do func(int)) time.Duration {
	start := time.Now()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				do(int(i))
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}
