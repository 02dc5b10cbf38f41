package votes_test

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// concurrently calls do for 0 to n-1 from so many goroutines.
func concurrently(n, goroutines int, do func(int)) time.Duration {
	begun := time.Now()
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
	return time.Since(begun)
}

// BenchmarkCast casts ballots through the whole path, without waiting for the
// disk, beside a command that does nothing but pass through it. The difference
// is what a ballot costs.
func BenchmarkCast(b *testing.B) {
	const members = 1000
	for _, rule := range []string{"open", "secret"} {
		b.Run(rule, func(b *testing.B) {
			d := newDesk(b, charter)
			d.members(members)
			d.must("m0", `/vote new "Now" rule:`+rule)
			line := [2]string{"/vote cast 1 yes", "/vote cast 1 no"}
			b.ResetTimer()
			took := concurrently(b.N, 16, func(i int) {
				if a := d.event(fmt.Sprint("e", i), fmt.Sprint("m", i%members), line[(i/members)%2]); a.Refused {
					b.Error(a.Text)
				}
			})
			b.StopTimer()
			bare := concurrently(b.N, 16, func(i int) {
				d.event(fmt.Sprint("l", i), fmt.Sprint("m", i%members), "/language English")
			})
			b.ReportMetric(float64(took.Nanoseconds())/float64(b.N)/1000, "µs/ballot")
			b.ReportMetric(float64(bare.Nanoseconds())/float64(b.N)/1000, "µs/bare")
		})
	}
}

// BenchmarkSize fills a register with votes of two thousand ballots each and
// tells the bytes a ballot takes in the file, all included.
func BenchmarkSize(b *testing.B) {
	const members = 2000
	for _, rule := range []string{"open", "secret", "rolling"} {
		b.Run(rule, func(b *testing.B) {
			d := newDesk(b, charter)
			d.members(members)
			before := d.bytes(b)
			b.ResetTimer()
			vote := 0
			concurrently(1, 1, func(int) {
				for i := 0; i < b.N; i += members {
					vote++
					d.must("m0", `/vote new "Now" rule:`+rule)
					concurrently(min(members-1, b.N-i), 64, func(j int) {
						d.event(fmt.Sprint(vote, "-", j), fmt.Sprint("m", j), fmt.Sprintf("/vote cast %d yes", vote))
					})
				}
			})
			b.StopTimer()
			b.ReportMetric(float64(d.bytes(b)-before)/float64(b.N), "bytes/ballot")
		})
	}
}

// bytes is the size of the data file.
func (d *desk) bytes(b *testing.B) int64 {
	info, err := os.Stat(d.path)
	if err != nil {
		b.Fatal(err)
	}
	return info.Size()
}

// BenchmarkBusyRegister lists and shows votes among a thousand that are open.
func BenchmarkBusyRegister(b *testing.B) {
	d := newDesk(b, charter)
	d.members(200)
	for i := range 1000 {
		d.must("m0", fmt.Sprintf(`/vote new "Vote %d" rule:open`, i))
		d.must("m1", fmt.Sprintf("/vote cast %d yes", i+1))
	}
	for _, line := range []string{"/vote list", "/vote list mine", "/vote show 500", "/vote ballots 500", "/me"} {
		b.Run(line, func(b *testing.B) {
			for range b.N {
				d.must("m1", line)
			}
		})
	}
}
