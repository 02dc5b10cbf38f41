package tally_test

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"greffier/bot/votes/tally"
)

const (
	million = 1_000_000
	twenty  = 20
)

// A million different ballots that each rank twenty options: the most work that
// so many can be. make bench-tally runs it on one core.
func BenchmarkMillion(b *testing.B) {
	random := rand.New(rand.NewPCG(20, 27))
	before := heap()
	p := tally.NewProfile(tally.Schulze, twenty)
	marks := make([]tally.Mark, twenty)
	for range million {
		for rank, option := range random.Perm(twenty) {
			marks[rank] = tally.Mark{Option: option, Value: int64(rank)}
		}
		if err := p.Add(tally.Ballot{Marks: marks}, 1); err != nil {
			b.Fatal(err)
		}
	}
	packed := heap() - before
	for _, c := range []struct {
		name string
		set  tally.Settings
	}{
		{"schulze", tally.Settings{Method: tally.Schulze}},
		{"ranked-pairs", tally.Settings{Method: tally.RankedPairs}},
		{"irv", tally.Settings{Method: tally.IRV}},
		{"stv-3-seats", tally.Settings{Method: tally.STV, Seats: 3}},
		{"stv-10-seats", tally.Settings{Method: tally.STV, Seats: 10}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tally.Tally(p, c.set); err != nil {
					b.Fatal(err)
				}
			}
			var after runtime.MemStats
			runtime.ReadMemStats(&after)
			// All that was allocated for one count, as if none were given back,
			// on top of the packed ballots; a ballot's own size is a byte a rank.
			counted := float64(after.TotalAlloc)
			c.set.Seats = max(c.set.Seats, 1)
			if _, err := tally.Tally(p, c.set); err != nil {
				b.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			counted = float64(after.TotalAlloc) - counted
			b.ReportMetric((float64(packed)+counted)/(million*twenty), "×own-size")
		})
	}
	runtime.KeepAlive(p)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
