package ballotfile_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"greffier/bot/votes/tally"
	"greffier/bot/votes/tally/ballotfile"
)

// A file of a hundred thousand ballots over twenty options.
func BenchmarkRead(b *testing.B) {
	var file bytes.Buffer
	random := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		file.WriteString("1: ")
		for i, o := range random.Perm(20) {
			if i > 0 {
				file.WriteByte('>')
			}
			fmt.Fprintf(&file, "Candidate %d", o)
		}
		file.WriteByte('\n')
	}
	b.SetBytes(int64(file.Len()))
	for b.Loop() {
		if _, err := ballotfile.Read(bytes.NewReader(file.Bytes()), "x.txt", tally.Schulze, nil); err != nil {
			b.Fatal(err)
		}
	}
}
