package store

import (
	"bytes"
	"fmt"
	"math"
	"slices"
)

// A TextIndex finds short texts by their words. It is kept up to date in the
// same transactions as what the texts belong to. Like a Table it is only a
// description.
//
// Its keys are the name, one byte for kindText, and one of
//
//	l, id/256            how many words each of 256 documents has, a byte each
//	p, word, 0, id/4096  which documents have the word: see posting
//	r, word in reverse   nothing: to look words up by their ends
type TextIndex struct {
	lengths, postings, mirrored []byte
}

// A Hit is a document found.
type Hit struct {
	ID    uint64
	Score float64 // the higher the better
}

// NewTextIndex describes a text index. Names are as those of tables, and may be
// the name of a table too.
func NewTextIndex(name string) *TextIndex {
	checkName(name)
	prefix := append([]byte(name), kindText)
	return &TextIndex{join(prefix, []byte("l")), join(prefix, []byte("p")), join(prefix, []byte("r"))}
}

// Put makes id be found by the words of newText, and no longer by those of
// oldText, which is what was last put for id, or "". Only the first 256
// different words count.
func (x *TextIndex) Put(tx Tx, id uint64, oldText, newText string) {
	words := Words(newText)
	x.change(tx, id, Words(oldText), words)
	x.setLength(tx, id, max(1, len(stems(words))))
}

// Delete forgets id, for which text was last put.
func (x *TextIndex) Delete(tx Tx, id uint64, text string) {
	x.change(tx, id, Words(text), nil)
	x.setLength(tx, id, 0)
}

func (x *TextIndex) change(tx Tx, id uint64, was, is []string) {
	had := make(map[string]bool, len(was))
	for _, w := range was {
		had[w] = true
	}
	for _, w := range is {
		if !had[w] {
			x.add(tx, id, w)
		}
		delete(had, w)
	}
	for _, w := range was { // not in the random order of the map: engines may compare runs
		if had[w] {
			x.remove(tx, id, w)
		}
	}
}

func (x *TextIndex) postingKey(word string, id uint64) []byte {
	return AppendK(x.wordKey(word), id/blockIDs)
}

// wordKey is what the keys of all postings of a word begin with.
func (x *TextIndex) wordKey(word string) []byte {
	return append(append(append(make([]byte, 0, 64), x.postings...), word...), 0)
}

func (x *TextIndex) add(tx Tx, id uint64, word string) {
	key := x.postingKey(word, id)
	p := posting(tx.Get(key))
	if p == nil { // perhaps a new word
		if m := join(x.mirrored, []byte(mirror(word))); tx.Get(m) == nil {
			tx.Put(m, nil)
		}
	}
	tx.Put(key, p.with(uint32(id%blockIDs), true))
}

func (x *TextIndex) remove(tx Tx, id uint64, word string) {
	key := x.postingKey(word, id)
	p := posting(tx.Get(key))
	if p == nil {
		return
	}
	if p = p.with(uint32(id%blockIDs), false); len(p) > 0 {
		tx.Put(key, p)
		return
	}
	tx.Delete(key)
	for range tx.Scan(Prefix(x.wordKey(word))) {
		return // other documents have it
	}
	tx.Delete(join(x.mirrored, []byte(mirror(word))))
}

const lengthsAKey = 256

func (x *TextIndex) lengthKey(id uint64) []byte {
	return AppendK(join(x.lengths), id/lengthsAKey)
}

func (x *TextIndex) setLength(tx Tx, id uint64, n int) {
	key := x.lengthKey(id)
	old := tx.Get(key)
	at := int(id % lengthsAKey)
	lengths := make([]byte, max(len(old), at+1))
	copy(lengths, old)
	lengths[at] = byte(min(n, math.MaxUint8))
	if lengths = bytes.TrimRight(lengths, "\x00"); len(lengths) == 0 {
		tx.Delete(key)
		return
	}
	tx.Put(key, lengths)
}

func (x *TextIndex) length(tx Tx, id uint64) int {
	lengths := tx.Get(x.lengthKey(id))
	if at := int(id % lengthsAKey); at < len(lengths) {
		return int(lengths[at])
	}
	return 0
}

// Count returns how many documents there are.
func (x *TextIndex) Count(tx Tx) int {
	n := 0
	for _, lengths := range tx.Scan(Prefix(x.lengths)) {
		n += len(lengths) - bytes.Count(lengths, []byte{0})
	}
	return n
}

// rarity is the weight of a word that df of n documents have.
func rarity(n, df int) float64 {
	return math.Log(1 + float64(n)/float64(max(df, 1)))
}

// splitPosting takes the key of a posting apart, beginning after x.postings.
func splitPosting(rest []byte) (word []byte, block uint64) {
	if end := bytes.IndexByte(rest, 0); end >= 0 {
		if block, left, ok := parseUint(rest[end+1:]); ok && len(left) == 0 {
			return rest[:end], block
		}
	}
	panic(Fault{fmt.Errorf("%w: posting under %x", ErrDamaged, rest)})
}

// top keeps the best hits: the highest scores, and of equal ones the highest ids.
// It is a heap with the worst at the root.
type top struct {
	limit int
	hits  []Hit
}

func (h Hit) worse(than Hit) bool {
	return h.Score < than.Score || h.Score == than.Score && h.ID < than.ID
}

func (t *top) offer(h Hit) {
	if len(t.hits) == t.limit {
		if !t.takes(h) {
			return
		}
		t.hits[0] = h
		t.sink()
		return
	}
	t.hits = append(t.hits, h)
	for i := len(t.hits) - 1; i > 0; {
		up := (i - 1) / 2
		if !t.hits[i].worse(t.hits[up]) {
			return
		}
		t.hits[i], t.hits[up] = t.hits[up], t.hits[i]
		i = up
	}
}

// takes tells whether h would be kept.
func (t *top) takes(h Hit) bool { return len(t.hits) < t.limit || t.hits[0].worse(h) }

func (t *top) sink() {
	for i := 0; ; {
		worst := i
		for down := 2*i + 1; down <= 2*i+2 && down < len(t.hits); down++ {
			if t.hits[down].worse(t.hits[worst]) {
				worst = down
			}
		}
		if worst == i {
			return
		}
		t.hits[i], t.hits[worst] = t.hits[worst], t.hits[i]
		i = worst
	}
}

// sorted returns the hits, best first.
func (t *top) sorted() []Hit {
	slices.SortFunc(t.hits, func(a, b Hit) int {
		switch {
		case b.worse(a):
			return -1
		case a.worse(b):
			return 1
		}
		return 0
	})
	return t.hits
}
