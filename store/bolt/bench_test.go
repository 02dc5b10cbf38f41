package bolt

import (
	"context"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"greffier/store"
)

// BenchmarkUpdate compares small concurrent writes with bbolt's own Batch
// writing the same bytes, as it comes and with the delay that suits it best.
func BenchmarkUpdate(b *testing.B) {
	for _, writers := range []int{1, 16, 256} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			var n atomic.Uint64
			journal, index := make([]byte, 130), make([]byte, 20)
			write := func(put func(k, v []byte) error) error {
				i := n.Add(1)
				if err := put(binary.BigEndian.AppendUint64([]byte("journal\x00"), i), journal); err != nil {
					return err
				}
				return put(binary.BigEndian.AppendUint64([]byte("vote\x00"), i*0x9E3779B97F4A7C15), index)
			}
			rate := func(one func() error) float64 {
				total := int64(min(3000, 300*writers))
				var left atomic.Int64
				left.Store(total)
				errs := make(chan error, writers)
				start := time.Now()
				for range writers {
					go func() {
						var err error
						for err == nil && left.Add(-1) >= 0 {
							err = one()
						}
						errs <- err
					}()
				}
				for range writers {
					if err := <-errs; err != nil {
						b.Fatal(err)
					}
				}
				return float64(total) / time.Since(start).Seconds()
			}
			raw := func(delay time.Duration) float64 {
				db, err := bbolt.Open(filepath.Join(b.TempDir(), "raw.db"), 0o600, nil)
				if err != nil {
					b.Fatal(err)
				}
				defer func() { _ = db.Close() }()
				if delay > 0 {
					db.MaxBatchDelay = delay
				}
				if err := db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket(bucketName); return err }); err != nil {
					b.Fatal(err)
				}
				return rate(func() error {
					return db.Batch(func(tx *bbolt.Tx) error { return write(tx.Bucket(bucketName).Put) })
				})
			}
			var ours, plain, tuned float64
			for b.Loop() {
				db := open(b, filepath.Join(b.TempDir(), "ours.db"), Options{})
				ours = rate(func() error {
					return db.Update(context.Background(), func(tx store.Tx) error {
						return write(func(k, v []byte) error { tx.Put(k, v); return nil })
					})
				})
				plain = raw(0)
				for _, delay := range []time.Duration{200 * time.Microsecond, time.Millisecond, 3 * time.Millisecond} {
					tuned = max(tuned, raw(delay))
				}
			}
			b.ReportMetric(ours, "tx/s")
			b.ReportMetric(ours/plain, "of-Batch")
			b.ReportMetric(ours/tuned, "of-tuned-Batch")
		})
	}
}
