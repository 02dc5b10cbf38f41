package main

import (
	"slices"
	"testing"
)

// Counts are read from a card however large they are.
func TestReadCounts(t *testing.T) {
	for text, want := range map[string][]int{
		"For 12, Against 0, Abstention 3":                       {12, 0, 3},
		"For 1,000, Against 0, Abstention 12,345":               {1000, 0, 12345},
		"Pour 1\u202f000, Contre 2\u00a0000\u00a0000, Blanc 30": {1000, 2000000, 30},
	} {
		if got := readCounts(text); !slices.Equal(got, want) {
			t.Errorf("%q counts %d, want %d", text, got, want)
		}
	}
}
