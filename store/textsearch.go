package store

import (
	"maps"
	"math"
	"slices"
	"unicode/utf8"
)

// How well a word of a document matches one of a query.
const (
	withTypo = iota + 1
	asPrefix
	exactly
)

// quality is what each kind of match counts for.
var quality = [...]float64{withTypo: 0.5, asPrefix: 0.7, exactly: 1}

// queryMax is how many words of a query are looked up.
const queryMax = 16

// A term is one word of a query and what it found, block by block.
type term struct {
	blocks map[uint64][]found
	exact  int // documents that have the word itself
	all    int // documents, once for each word that matches
}

// found is one posting that matches a term.
type found struct {
	p    posting
	kind uint8
}

func (t *term) add(block uint64, p posting, kind uint8) {
	t.blocks[block] = append(t.blocks[block], found{p, kind})
	n := p.count()
	t.all += n
	if kind == exactly {
		t.exact += n
	}
}

// Search finds the documents that have every word of the query, either exactly,
// or as the beginning of a word, or, from four letters on, but for one letter
// missing, added, replaced or swapped with its neighbour. Accents and case do
// not matter. Rare words count for more, exact ones too; of equal scores the
// highest id comes first. A query without words finds nothing; of a long one only
// the first sixteen words count.
func (x *TextIndex) Search(tx Tx, query string, limit int) []Hit {
	words := Words(query)
	if len(words) > queryMax {
		words = words[:queryMax]
	}
	if len(words) == 0 || limit <= 0 {
		return nil
	}
	terms := make([]*term, len(words))
	for i, w := range words {
		if terms[i] = x.lookUp(tx, w); terms[i].all == 0 {
			return nil
		}
	}
	slices.SortStableFunc(terms, func(a, b *term) int { return len(a.blocks) - len(b.blocks) })
	n := x.Count(tx)
	weights := make([]float64, len(terms))
	for i, t := range terms {
		df := t.exact
		if df == 0 {
			df = min(t.all, n)
		}
		weights[i] = rarity(n, df)
	}
	best := &top{limit: limit}
	marks := make([][blockIDs]uint8, len(terms))
	for _, block := range slices.Sorted(maps.Keys(terms[0].blocks)) {
		searchBlock(block, terms, weights, marks, best)
	}
	return best.sorted()
}

// searchBlock offers the documents of a block that all terms have found.
func searchBlock(block uint64, terms []*term, weights []float64, marks [][blockIDs]uint8, best *top) {
	for _, t := range terms {
		if t.blocks[block] == nil {
			return
		}
	}
	for i, t := range terms {
		clear(marks[i][:])
		for _, f := range t.blocks[block] {
			for o := range f.p.all() {
				marks[i][o] = max(marks[i][o], f.kind)
			}
		}
	}
next:
	for o := range blockIDs {
		score := 0.0
		for i := range terms {
			kind := marks[i][o]
			if kind == 0 {
				continue next
			}
			score += weights[i] * quality[kind]
		}
		best.offer(Hit{block*blockIDs + uint64(o), score})
	}
}

// lookUp finds the postings of all words that match one of a query.
func (x *TextIndex) lookUp(tx Tx, word string) *term {
	t := &term{blocks: map[uint64][]found{}}
	for k, p := range tx.Scan(Prefix(join(x.postings, []byte(word)))) {
		w, block := splitPosting(k[len(x.postings):])
		kind := uint8(asPrefix)
		if len(w) == len(word) {
			kind = exactly
		}
		t.add(block, p, kind)
	}
	if utf8.RuneCountInString(word) >= 4 {
		x.lookUpTypos(tx, word, t)
	}
	return t
}

// lookUpTypos adds the words that are one typo away from word and do not begin
// with it. Whatever the typo, either what comes before the rune in the middle is
// as in word, or what comes after it: so it is enough to look at the words that
// begin like word, and at those that end like it.
func (x *TextIndex) lookUpTypos(tx Tx, word string, t *term) {
	want := []rune(word)
	middle := len(want) / 2
	head, tail := string(want[:middle]), string(want[middle+1:])
	var buf []rune
	matches := func(w []byte) bool {
		if d := len(w) - len(word); d < -utf8.UTFMax || d > utf8.UTFMax {
			return false
		}
		if len(w) >= len(word) && string(w[:len(word)]) == word {
			return false // found as a prefix
		}
		buf = buf[:0]
		for _, r := range string(w) {
			buf = append(buf, r)
		}
		return oneTypo(want, buf)
	}
	var last []byte
	ok := false
	for k, p := range tx.Scan(Prefix(join(x.postings, []byte(head)))) {
		w, block := splitPosting(k[len(x.postings):])
		if string(w) != string(last) {
			last, ok = w, matches(w)
		}
		if ok {
			t.add(block, p, withTypo)
		}
	}
	for k := range tx.Scan(Prefix(join(x.mirrored, []byte(mirror(tail))))) {
		w := mirror(string(k[len(x.mirrored):]))
		if len(w) >= len(head) && w[:len(head)] == head || !matches([]byte(w)) {
			continue
		}
		for k, p := range tx.Scan(Prefix(x.wordKey(w))) {
			_, block := splitPosting(k[len(x.postings):])
			t.add(block, p, withTypo)
		}
	}
}

// Similar finds the documents that share words with text. The score is the share
// of the weight of text's words that a document has, rare words weighing more;
// it is lower for documents much longer than text, and between 0 and 1: a text
// finds itself with 1. Words that say nothing (articles and the like), words that
// more than a fifth of more than fifty documents have, and plural endings do not
// count. Of equal scores the highest id comes first.
func (x *TextIndex) Similar(tx Tx, text string, limit int) []Hit {
	words := stems(Words(text))
	n := x.Count(tx)
	if limit <= 0 || n == 0 {
		return nil
	}
	blocks := map[uint64][]shared{}
	total := 0.0
	for i, stem := range words {
		weight, postings := x.weigh(tx, stem, n)
		if weight == 0 {
			continue
		}
		total += weight
		for _, p := range postings {
			blocks[p.block] = append(blocks[p.block], shared{p.posting, uint16(i + 1), weight})
		}
	}
	best := &top{limit: limit}
	scorer := &similarity{x: x, tx: tx, total: total, words: len(words), best: best}
	for _, block := range slices.Sorted(maps.Keys(blocks)) {
		scorer.block(block, blocks[block])
	}
	return best.sorted()
}

type placed struct {
	posting
	block uint64
}

// weigh returns the weight of a stem, 0 if it is too common to count, and the
// postings of its forms.
func (x *TextIndex) weigh(tx Tx, stem string, n int) (weight float64, postings []placed) {
	df := 0
	for _, w := range forms(stem) {
		for k, p := range tx.Scan(Prefix(x.wordKey(w))) {
			_, block := splitPosting(k[len(x.postings):])
			postings = append(postings, placed{p, block})
			df += posting(p).count()
		}
	}
	if n > 50 && df > n/5 {
		return 0, nil
	}
	return rarity(n, df), postings
}

// shared is a posting of a word, with its number in the text and its weight.
type shared struct {
	p      posting
	word   uint16
	weight float64
}

// similarity scores the documents of one block after the other.
type similarity struct {
	x      *TextIndex
	tx     Tx
	total  float64 // the weight of all words of the text
	words  int     // how many words it has
	best   *top
	scores [blockIDs]float64
	last   [blockIDs]uint16 // the word last counted, so that no two forms of one are
}

func (s *similarity) block(block uint64, postings []shared) {
	clear(s.scores[:])
	clear(s.last[:])
	for _, sh := range postings {
		for o := range sh.p.all() {
			if s.last[o] != sh.word {
				s.last[o] = sh.word
				s.scores[o] += sh.weight
			}
		}
	}
	for o, score := range s.scores {
		if score == 0 {
			continue
		}
		h := Hit{block*blockIDs + uint64(o), min(1, score/s.total)}
		if !s.best.takes(h) {
			continue
		}
		if long := s.x.length(s.tx, h.ID); long > s.words {
			h.Score *= math.Sqrt(math.Sqrt(float64(s.words) / float64(long)))
		}
		s.best.offer(h)
	}
}
