package store_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"greffier/store"
)

func TestWords(t *testing.T) {
	long := strings.Repeat("é", 40)
	for text, want := range map[string]string{
		"L'Éléphant, ça cœur straße": "elephant ca coeur strasse",
		"e\u0301te\u0301 ÉTÉ été":    "ete",
		"a b 3 33 n°12 x":            "3 33 12",
		"Łódź Ærø naïve":             "lodz aero naive",
		"export-CSV/2026 (v2)":       "export csv 2026 v2",
		long:                         strings.Repeat("e", 32),
		"\xff\xfe mot\x00clé":        "mot cle",
		"":                           "",
		"Ελλάδα РУССКИЙ 日本":          "ελλαδα русскии 日本",
	} {
		if got := strings.Join(store.Words(text), " "); got != want {
			t.Errorf("Words(%q) = %q, want %q", text, got, want)
		}
	}
	var many strings.Builder
	for i := range 300 {
		fmt.Fprint(&many, "w", i, " ")
	}
	if got := len(store.Words(many.String())); got != 256 {
		t.Errorf("%d words of a long text, want 256", got)
	}
}

// osa is the plain dynamic programme for distances with swaps.
func osa(a, b string) int {
	x, y := []rune(a), []rune(b)
	d := make([][]int, len(x)+1)
	for i := range d {
		d[i] = make([]int, len(y)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
				continue
			case x[i-1] == y[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j], d[i][j-1], d[i-1][j-1])
			}
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}

// reference searches by brute force.
type reference map[uint64]string

func (docs reference) search(query string) map[uint64]float64 {
	words := store.Words(query)
	kind := func(doc, q string) float64 {
		best := 0.0
		for _, w := range store.Words(doc) {
			switch {
			case w == q:
				return 1
			case strings.HasPrefix(w, q):
				best = max(best, 0.7)
			case len([]rune(q)) >= 4 && osa(w, q) == 1:
				best = max(best, 0.5)
			}
		}
		return best
	}
	scores := map[uint64]float64{}
	if len(words) == 0 {
		return scores
	}
	for id := range docs {
		scores[id] = 0
	}
	for _, q := range words {
		exact, all := 0, 0
		for _, doc := range docs {
			for _, w := range store.Words(doc) {
				switch {
				case w == q:
					exact++
					all++
				case strings.HasPrefix(w, q), len([]rune(q)) >= 4 && osa(w, q) == 1:
					all++
				}
			}
		}
		df := exact
		if df == 0 {
			df = max(1, min(all, len(docs)))
		}
		for id := range scores {
			k := kind(docs[id], q)
			if k == 0 {
				delete(scores, id)
				continue
			}
			scores[id] += k * math.Log(1+float64(len(docs))/float64(df))
		}
	}
	return scores
}

var (
	textIDGen = rapid.OneOf(rapid.Uint64Range(0, 20), rapid.Uint64Range(4090, 4100), rapid.Just(uint64(1<<40)))
	wordGen   = rapid.StringOfN(rapid.RuneFrom([]rune("abcé")), 1, 6, -1)
	textGen   = rapid.Map(rapid.SliceOfN(wordGen, 0, 5), func(w []string) string { return strings.Join(w, " ") })
)

func TestSearchIsBruteForce(t *testing.T) {
	s, index := openStore(t), store.NewTextIndex("t")
	rapid.Check(t, func(rt *rapid.T) {
		err := s.Update(context.Background(), func(tx store.Tx) error {
			docs := reference{}
			for range rapid.IntRange(1, 25).Draw(rt, "steps") {
				id := textIDGen.Draw(rt, "id")
				if rapid.IntRange(0, 4).Draw(rt, "op") == 0 {
					index.Delete(tx, id, docs[id])
					delete(docs, id)
					continue
				}
				text := textGen.Draw(rt, "text")
				index.Put(tx, id, docs[id], text)
				docs[id] = text
			}
			for range 5 {
				compareSearch(rt, tx, index, docs, textGen.Draw(rt, "query"))
			}
			for id, text := range docs {
				index.Delete(tx, id, text)
			}
			for k, v := range tx.Scan(nil, nil) {
				rt.Fatalf("left: %q = %x", k, v)
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			rt.Fatal(err)
		}
	})
}

func compareSearch(t *rapid.T, tx store.Tx, index *store.TextIndex, docs reference, query string) {
	if got := index.Count(tx); got != len(docs) {
		t.Fatalf("Count: got %d, want %d", got, len(docs))
	}
	want := docs.search(query)
	hits := index.Search(tx, query, 100)
	if len(hits) != len(want) {
		t.Fatalf("%q in %v: got %v, want %v", query, docs, hits, want)
	}
	for i, h := range hits {
		if w, ok := want[h.ID]; !ok || math.Abs(h.Score-w) > 1e-9 {
			t.Fatalf("%q: %d scored %v, want %v", query, h.ID, h.Score, w)
		}
		if i > 0 && (hits[i-1].Score < h.Score || hits[i-1].Score == h.Score && hits[i-1].ID < h.ID) {
			t.Fatalf("%q: out of order: %v", query, hits)
		}
	}
	few := index.Search(tx, query, 3)
	if !slices.Equal(few, hits[:min(3, len(hits))]) {
		t.Fatalf("%q: the first three are %v of %v", query, few, hits)
	}
	// What a text is most similar to is itself.
	for _, id := range slices.Sorted(maps.Keys(docs)) {
		for _, h := range index.Similar(tx, docs[id], 100) {
			if h.Score <= 0 || h.Score > 1 {
				t.Fatalf("Similar(%q) scored %v", docs[id], h.Score)
			}
			if h.ID == id && h.Score < 1-1e-9 {
				t.Fatalf("%q finds itself with %v", docs[id], h.Score)
			}
		}
	}
}

func TestSearchOrder(t *testing.T) {
	s, index := openStore(t), store.NewTextIndex("t")
	docs := []string{
		1: "Exporter les demandes en CSV",
		2: "Export CSV de la liste des membres",
		3: "Exporte tout",
		4: "export",
		5: "Réunion du comité d'été",
		6: "expert",
	}
	update(t, s, func(tx store.Tx) {
		for id, text := range docs {
			if text != "" {
				index.Put(tx, uint64(id), "", text)
			}
		}
		for query, want := range map[string][]uint64{
			"EXPORT":            {4, 2, 3, 1, 6},
			"csv export":        {2, 1},
			"reunion ete":       {5},
			"réunoin":           {5},
			"comte":             {5},
			"exp":               {6, 4, 3, 2, 1},
			"exprot csv":        {2},
			"csv rien":          nil,
			"d'":                nil,
			"":                  nil,
			"Comité de réunion": nil, // no "de" in 5
		} {
			var got []uint64
			for _, h := range index.Search(tx, query, 10) {
				got = append(got, h.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q: got %v, want %v", query, got, want)
			}
		}
	})
}

func TestSimilar(t *testing.T) {
	s, index := openStore(t), store.NewTextIndex("t")
	docs := []string{
		"Exporter la liste des demandes en CSV pour un tableur",
		"Rappels par courriel avant les réunions du comité",
		"Un mode sombre pour l'interface",
		"Journal des votes consultable par tous les membres",
		"Pouvoir corriger une faute dans le titre d'une demande",
	}
	update(t, s, func(tx store.Tx) {
		for id, text := range docs {
			index.Put(tx, uint64(id), "", text)
		}
		for _, c := range []struct {
			text string
			id   uint64
			low  float64
			high float64
		}{
			{docs[3], 3, 1, 1},
			{"Export des demandes au format CSV", 0, 0.3, 0.7},
			{"les journaux du vote", 3, 0.7, 1},
			{"mode sombre", 2, 0.8, 1},
		} {
			hits := index.Similar(tx, c.text, 3)
			if len(hits) == 0 || hits[0].ID != c.id || hits[0].Score < c.low-1e-9 || hits[0].Score > c.high {
				t.Errorf("%q: got %v, want %d between %v and %v", c.text, hits, c.id, c.low, c.high)
			}
		}
		for _, text := range []string{"avec les des pour", "pizza quatre fromages", ""} {
			if hits := index.Similar(tx, text, 3); len(hits) > 0 {
				t.Errorf("%q: got %v", text, hits)
			}
		}
		// Once there are many, what a fifth of them have says nothing.
		for id := range 100 {
			index.Put(tx, uint64(1000+id), "", fmt.Sprint("ticket unique", id))
		}
		if hits := index.Similar(tx, "ticket", 3); len(hits) > 0 {
			t.Errorf("a word all have: got %v", hits)
		}
		if hits := index.Similar(tx, "ticket unique7", 3); len(hits) != 1 || hits[0] != (store.Hit{ID: 1007, Score: 1}) {
			t.Errorf("a word all have and one that is rare: got %v", hits)
		}
	})
}

// corpus makes documents of words as languages have them: few of them common.
type corpus struct {
	rng   *rand.Rand
	zipf  *rand.Zipf
	words []string
}

func newCorpus(n int) *corpus {
	c := &corpus{rng: rand.New(rand.NewPCG(1, 2))}
	c.zipf = rand.NewZipf(c.rng, 1.1, 4, uint64(n-1))
	syllables := strings.Fields("a re te li on er sa co de mi pro tion ment ca lu vo in ex par ti no be che qui ran tou dé pi go fa")
	seen := map[string]bool{}
	for len(c.words) < n {
		w := ""
		for range 2 + c.rng.IntN(4) {
			w += syllables[c.rng.IntN(len(syllables))]
		}
		if !seen[w] {
			seen[w] = true
			c.words = append(c.words, w)
		}
	}
	return c
}

func (c *corpus) text(n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = c.words[c.zipf.Uint64()]
	}
	return strings.Join(words, " ")
}

// BenchmarkText fills an index with 100,000 documents and reports how long
// single calls take.
func BenchmarkText(b *testing.B) {
	s, index, c := openStore(b), store.NewTextIndex("t"), newCorpus(40_000)
	const docs = 100_000
	start := time.Now()
	for id := uint64(0); id < docs; id += 1000 {
		update(b, s, func(tx store.Tx) {
			for i := range uint64(1000) {
				index.Put(tx, id+i, "", c.text(25))
			}
		})
	}
	size, _ := s.Size()
	b.Logf("%d documents in %v, %d MB", docs, time.Since(start), size>>20)
	run := func(name string, call func(tx store.Tx)) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				view(b, s, func(tx store.Tx) {
					start := time.Now()
					call(tx)
					took = append(took, time.Since(start))
				})
			}
			slices.SortFunc(took, cmp.Compare)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		})
	}
	run("search 1 word", func(tx store.Tx) { index.Search(tx, c.text(1), 20) })
	run("search 3 words", func(tx store.Tx) { index.Search(tx, c.text(3), 20) })
	run("search with typo", func(tx store.Tx) {
		r := []rune(c.text(1))
		i := c.rng.IntN(len(r))
		index.Search(tx, string(r[:i])+"z"+string(r[i:])+" "+c.text(1), 20)
	})
	run("search 2 letters", func(tx store.Tx) { index.Search(tx, c.text(1)[:2], 20) })
	run("similar", func(tx store.Tx) { index.Similar(tx, c.text(25), 5) })
	n := uint64(docs)
	b.Run("put", func(b *testing.B) {
		for b.Loop() {
			update(b, s, func(tx store.Tx) { index.Put(tx, n, "", c.text(25)) })
			n++
		}
	})
}
