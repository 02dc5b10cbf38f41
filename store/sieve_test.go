package store_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"greffier/store"
)

// paper is a record in which numbers and words stand in many places.
type paper struct {
	Number uint64            `json:"number"`
	By     uint64            `json:"by,omitempty"`
	Others []uint64          `json:"others,omitempty"`
	Counts map[uint64]string `json:"counts,omitempty"`
	Inner  struct {
		Who uint64 `json:"w"`
	} `json:"inner,omitzero"`
	About string   `json:"about,omitempty"`
	Words []string `json:"words,omitempty"`
}

// What the sieves let through are, in order, all the records that a reading of the
// whole table finds, and of the others only such as have the number or the text
// elsewhere.
func TestSievesFindAll(t *testing.T) {
	papers := store.NewTable[paper]("paper")
	s := openStore(t)
	rapid.Check(t, func(r *rapid.T) {
		number := rapid.OneOf(rapid.Uint64Range(0, 30), rapid.Uint64Range(100, 130), rapid.Uint64())
		word := rapid.OneOf(rapid.SampledFrom([]string{"", "vote/1", "vote/12", `a"b\`, "<é>&", "12", `,12,`, "\u2028\x01"}), rapid.String())
		update(t, s, func(tx store.Tx) {
			for id := range papers.IDs(tx) {
				papers.Delete(tx, slices.Clone(id))
			}
			for i := range rapid.IntRange(0, 12).Draw(r, "records") {
				p := paper{Number: uint64(i), By: number.Draw(r, "by"), Others: rapid.SliceOfN(number, 0, 3).Draw(r, "others"), About: word.Draw(r, "about"), Words: rapid.SliceOfN(word, 0, 2).Draw(r, "words")}
				p.Inner.Who = number.Draw(r, "who")
				p.Counts = rapid.MapOfN(number, word, 0, 2).Draw(r, "counts")
				papers.Put(tx, store.K(i%3, i), p)
			}
		})
		n, said := number.Draw(r, "n"), word.Draw(r, "said")
		view(t, s, func(tx store.Tx) {
			for _, prefix := range [][]byte{nil, store.K(1)} {
				var numbered, written []string
				for id, p := range papers.Prefix(tx, prefix) {
					_, counted := p.Counts[n]
					if p.Number == n || n != 0 && (p.By == n || p.Inner.Who == n) || slices.Contains(p.Others, n) || counted {
						numbered = append(numbered, fmt.Sprintf("%x", id))
					}
					if said != "" && p.About == said || slices.Contains(p.Words, said) {
						written = append(written, fmt.Sprintf("%x", id))
					}
				}
				var through []string
				for id := range papers.WithNumber(tx, prefix, n) {
					through = append(through, fmt.Sprintf("%x", id))
				}
				subset(r, fmt.Sprint(n), numbered, through)
				through = nil
				for id := range papers.WithText(tx, prefix, said) {
					through = append(through, fmt.Sprintf("%x", id))
				}
				subset(r, said, written, through)
			}
		})
	})
}

// subset fails unless all of some ids are among others, which are in order.
func subset(t *rapid.T, of string, ids, all []string) {
	if !slices.IsSorted(all) {
		t.Fatalf("with %q come %q", of, all)
	}
	for _, id := range ids {
		if !slices.Contains(all, id) {
			t.Fatalf("with %q come %q, without %q", of, all, id)
		}
	}
}

// Records in which a number is only part of another, or of a word, are not decoded:
// what cannot be is not noticed.
func TestSievesPassOver(t *testing.T) {
	papers, damaged := store.NewTable[paper]("paper"), store.NewTable[string]("paper")
	s := openStore(t)
	update(t, s, func(tx store.Tx) {
		damaged.Put(tx, store.K(1), "112 12 x12 121 12x")
		papers.Put(tx, store.K(2), paper{By: 12, About: "vote/12"})
	})
	view(t, s, func(tx store.Tx) {
		for id, p := range papers.WithNumber(tx, nil, 12) {
			if p.By != 12 || string(id) != string(store.K(2)) {
				t.Errorf("found %x, %+v", id, p)
			}
		}
		for id, p := range papers.WithText(tx, nil, "vote/12") {
			if p.By != 12 || string(id) != string(store.K(2)) {
				t.Errorf("found %x, %+v", id, p)
			}
		}
	})
}
