package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"greffier/store"
	"greffier/store/bolt"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errUndo = errors.New("undo")

func openStore(t testing.TB) store.Store {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func update(t testing.TB, s store.Store, fn func(store.Tx)) {
	t.Helper()
	if err := s.Update(context.Background(), func(tx store.Tx) error { fn(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

func view(t testing.TB, s store.Store, fn func(store.Tx)) {
	t.Helper()
	if err := s.View(context.Background(), func(tx store.Tx) error { fn(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

// request is what the tables of these tests hold.
type request struct {
	Stage string
	Tags  []string
	Due   uint64
}

func byStage(_ []byte, r request) [][]byte { return [][]byte{store.K(r.Stage)} }

func byTag(_ []byte, r request) (keys [][]byte) {
	for _, tag := range r.Tags {
		keys = append(keys, store.K(tag))
	}
	return keys
}

func byDue(_ []byte, r request) [][]byte {
	if r.Due == 0 {
		return nil
	}
	return [][]byte{store.K(r.Stage, r.Due)}
}

func newRequests() *store.Table[request] {
	return store.NewTable("request",
		store.Index[request]{Name: "stage", Keys: byStage},
		store.Index[request]{Name: "tag", Keys: byTag},
		store.Index[request]{Name: "due", Keys: byDue})
}

var (
	stages     = []string{"", "o", "open", "open\x00"}
	stageGen   = rapid.SampledFrom(stages)
	requestGen = rapid.Custom(func(t *rapid.T) request {
		return request{
			Stage: stageGen.Draw(t, "stage"),
			Tags:  rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3).Draw(t, "tags"),
			Due:   rapid.Uint64Range(0, 5).Draw(t, "due"),
		}
	})
	idGen = rapid.OneOf(
		rapid.Map(rapid.Uint64Range(0, 600), func(n uint64) string { return string(store.K(n)) }),
		rapid.SampledFrom([]string{"x", "xy", "xyz", "\xff"})) // ids need not be of one length
)

func collect(seq iter.Seq[[]byte]) (ids []string) {
	for id := range seq {
		ids = append(ids, string(id))
	}
	return ids
}

// matching lists the ids of a model whose values are as asked.
func matching(model map[string]request, ok func(request) bool) (ids []string) {
	for _, id := range slices.Sorted(maps.Keys(model)) {
		if ok(model[id]) {
			ids = append(ids, id)
		}
	}
	return ids
}

func reversed(s []string) []string {
	s = slices.Clone(s)
	slices.Reverse(s)
	return s
}

func TestTableIsAMap(t *testing.T) {
	s, requests := openStore(t), newRequests()
	rapid.Check(t, func(rt *rapid.T) {
		err := s.Update(context.Background(), func(tx store.Tx) error {
			fill(rt, tx, requests)
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			rt.Fatal(err)
		}
	})
}

// fill puts and deletes at random and compares with a model.
func fill(t *rapid.T, tx store.Tx, requests *store.Table[request]) {
	model := map[string]request{}
	for range rapid.IntRange(1, 60).Draw(t, "steps") {
		id := idGen.Draw(t, "id")
		if rapid.IntRange(0, 3).Draw(t, "op") == 0 {
			_, had := model[id]
			if got := requests.Delete(tx, []byte(id)); got != had {
				t.Fatalf("Delete told %v", got)
			}
			delete(model, id)
			continue
		}
		r := requestGen.Draw(t, "request")
		requests.Put(tx, []byte(id), r)
		model[id] = r
	}
	all := matching(model, func(request) bool { return true })
	equal(t, "IDs", collect(requests.IDs(tx)), all)
	equal(t, "IDsDown", collect(requests.IDsDown(tx)), reversed(all))
	for _, stage := range stages {
		staged := matching(model, func(r request) bool { return r.Stage == stage })
		equal(t, "By", collect(requests.By(tx, "stage", store.K(stage))), staged)
		equal(t, "ByDown", collect(requests.ByDown(tx, "stage", store.K(stage))), reversed(staged))
		equal(t, "By with parts missing", collect(requests.By(tx, "due", store.K(stage))), nil)
		both := matching(model, func(r request) bool {
			return r.Stage == stage && slices.Contains(r.Tags, "a") && slices.Contains(r.Tags, "b")
		})
		k := store.K
		equal(t, "Intersect", collect(store.Intersect(
			requests.Match(tx, "tag", k("a")), requests.Match(tx, "stage", k(stage)),
			requests.Every(tx), requests.Match(tx, "tag", k("b")))), both)
		equal(t, "Intersect down", collect(store.Intersect(
			requests.MatchDown(tx, "tag", k("a")), requests.EveryDown(tx),
			requests.MatchDown(tx, "stage", k(stage)), requests.MatchDown(tx, "tag", k("b")))), reversed(both))
	}
	compareDue(t, tx, requests, model)
	compareRanges(t, tx, requests, model)
}

func equal(t *rapid.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("%s: got %q, want %q", what, got, want)
	}
}

// compareDue checks ByRange: what is open and due before 3.
func compareDue(t *rapid.T, tx store.Tx, requests *store.Table[request], model map[string]request) {
	var got, want []string
	from, _ := store.Prefix(store.K("open"))
	for key, id := range requests.ByRange(tx, "due", from, store.K("open", 3)) {
		var stage string
		var due uint64
		if err := store.ParseKey(key, &stage, &due); err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(due)+string(id))
	}
	for id, r := range model {
		if r.Stage == "open" && r.Due > 0 && r.Due < 3 {
			want = append(want, fmt.Sprint(r.Due)+id)
		}
	}
	slices.Sort(want)
	equal(t, "ByRange", got, want)
}

func compareRanges(t *rapid.T, tx store.Tx, requests *store.Table[request], model map[string]request) {
	from, to := idGen.Draw(t, "from"), idGen.Draw(t, "to")
	check := func(what string, seq iter.Seq2[[]byte, request], want []string) {
		t.Helper()
		var got []string
		for id, r := range seq {
			got = append(got, string(id))
			if w := model[string(id)]; w.Stage != r.Stage || w.Due != r.Due || !slices.Equal(w.Tags, r.Tags) {
				t.Fatalf("%s: %x holds %v, want %v", what, id, r, w)
			}
		}
		equal(t, what, got, want)
	}
	var within, after, begin []string
	for _, id := range slices.Sorted(maps.Keys(model)) {
		if id >= from {
			after = append(after, id)
			if id < to {
				within = append(within, id)
			}
		}
		if strings.HasPrefix(id, from) {
			begin = append(begin, id)
		}
	}
	check("Range", requests.Range(tx, []byte(from), []byte(to)), within)
	check("Range without end", requests.Range(tx, []byte(from), nil), after)
	check("Prefix", requests.Prefix(tx, []byte(from)), begin)
	check("PrefixDown", requests.PrefixDown(tx, []byte(from)), reversed(begin))
	r, ok := requests.Get(tx, []byte(from))
	if w, has := model[from]; ok != has || r.Stage != w.Stage || requests.Has(tx, []byte(from)) != has {
		t.Fatalf("Get: got %v, %v, want %v, %v", r, ok, w, has)
	}
}

func TestTableLeavesNothingBehind(t *testing.T) {
	s, requests := openStore(t), newRequests()
	update(t, s, func(tx store.Tx) {
		for i := range 50 {
			requests.Put(tx, store.K(i), request{Stage: "open", Tags: []string{"a", "b"}, Due: uint64(i)})
			requests.Put(tx, store.K(i), request{Stage: "done", Tags: []string{"b", "c"}})
		}
		for id := range requests.IDs(tx) {
			requests.Delete(tx, id)
		}
		for k, v := range tx.Scan(nil, nil) {
			t.Errorf("left: %q = %q", k, v)
		}
	})
}

func TestTablesDoNotMix(t *testing.T) {
	s := openStore(t)
	a, b := store.NewTable[int]("vote"), store.NewTable[int]("votes")
	update(t, s, func(tx store.Tx) {
		a.Put(tx, nil, 1) // an empty id is an id
		a.Put(tx, []byte("s\x00x"), 2)
		b.Put(tx, []byte("x"), 3)
		if n, m := len(slices.Collect(a.IDs(tx))), len(slices.Collect(b.IDs(tx))); n != 2 || m != 1 {
			t.Errorf("%d and %d ids, want 2 and 1", n, m)
		}
		for i := range 3 {
			if got := a.NextID(tx); got != uint64(i+1) {
				t.Errorf("NextID gave %d in place %d", got, i+1)
			}
		}
		if got := b.NextID(tx); got != 1 {
			t.Errorf("the other table's first NextID is %d", got)
		}
	})
	view(t, s, func(tx store.Tx) {
		if v, ok := a.Get(tx, []byte("s\x00x")); v != 2 || !ok {
			t.Errorf("got %d, %v", v, ok)
		}
	})
}

// point has a compact form of its own.
type point struct{ x, y byte }

func (p *point) MarshalBinary() ([]byte, error) { return []byte{p.x, p.y}, nil }

func (p *point) UnmarshalBinary(data []byte) error {
	if len(data) != 2 {
		return fmt.Errorf("%d bytes", len(data))
	}
	p.x, p.y = data[0], data[1]
	return nil
}

func TestValueForms(t *testing.T) {
	s := openStore(t)
	points, requests := store.NewTable[point]("point"), newRequests()
	update(t, s, func(tx store.Tx) {
		points.Put(tx, []byte("p"), point{3, 4})
		requests.Put(tx, []byte("r"), request{Stage: "open"})
		if p, _ := points.Get(tx, []byte("p")); p != (point{3, 4}) {
			t.Errorf("got %v", p)
		}
		if got := tx.Get([]byte("point\x00p")); !bytes.Equal(got, []byte{3, 4}) {
			t.Errorf("kept as %q", got)
		}
		if got := tx.Get([]byte("request\x00r")); !json.Valid(got) {
			t.Errorf("kept as %q", got)
		}
		tx.Put([]byte("point\x00bad"), []byte("long"))
		tx.Put([]byte("request\x00bad"), []byte("{"))
	})
	for name, use := range map[string]func(store.Tx){
		"table point, id 626164":   func(tx store.Tx) { points.Get(tx, []byte("bad")) },
		"table request, id 626164": func(tx store.Tx) { requests.Put(tx, []byte("bad"), request{}) },
	} {
		err := s.Update(context.Background(), func(tx store.Tx) error { use(tx); return nil })
		if !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want ErrDamaged with %s", err, name)
		}
	}
	odd := store.NewTable[func()]("odd")
	if err := s.Update(context.Background(), func(tx store.Tx) error { odd.Put(tx, nil, nil); return nil }); err == nil {
		t.Error("a function was kept")
	}
}

func TestTableMistakesPanic(t *testing.T) {
	s, requests := openStore(t), newRequests()
	stage := store.Index[request]{Name: "stage", Keys: byStage}
	view(t, s, func(tx store.Tx) {
		for name, wrong := range map[string]func(){
			"two indexes of one name": func() { store.NewTable("t", stage, stage) },
			"no name":                 func() { store.NewTable[int]("") },
			"control characters":      func() { store.NewTable[int]("a\x00") },
			"unknown index":           func() { requests.By(tx, "colour", nil) },
			"mixed directions": func() {
				for range store.Intersect(requests.Every(tx), requests.EveryDown(tx)) {
					break
				}
			},
		} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s: no panic", name)
					}
				}()
				wrong()
			}()
		}
	})
}

func BenchmarkIntersect(b *testing.B) {
	s := openStore(b)
	type record struct{ Stage, Kind string }
	one := func(f func(record) string) func([]byte, record) [][]byte {
		return func(_ []byte, r record) [][]byte { return [][]byte{store.K(f(r))} }
	}
	records := store.NewTable("r",
		store.Index[record]{Name: "s", Keys: one(func(r record) string { return r.Stage })},
		store.Index[record]{Name: "k", Keys: one(func(r record) string { return r.Kind })})
	rng := rand.New(rand.NewPCG(1, 2))
	update(b, s, func(tx store.Tx) {
		for i := range 100_000 {
			records.Put(tx, store.K(i), record{fmt.Sprint("stage", rng.IntN(2)), fmt.Sprint("kind", rng.IntN(10))})
		}
	})
	for b.Loop() {
		view(b, s, func(tx store.Tx) {
			n := 0
			for range store.Intersect(records.Match(tx, "s", store.K("stage1")), records.Match(tx, "k", store.K("kind1"))) {
				n++
			}
			if n < 4000 || n > 6000 {
				b.Fatal(n)
			}
		})
	}
}

// former is a request that an earlier version kept as JSON.
type former request

func (f *former) MarshalBinary() ([]byte, error) { return append([]byte{1}, f.Stage...), nil }

func (f *former) UnmarshalBinary(data []byte) error {
	if data[0] == 1 {
		*f = former{Stage: string(data[1:])}
		return nil
	}
	return json.Unmarshal(data, (*request)(f))
}

// What an earlier version wrote in another form is written anew, once.
func TestRenewWritesInThePresentForm(t *testing.T) {
	before, now := store.NewTable[request]("thing"), store.NewTable[former]("thing")
	s := openStore(t)
	forms := func() (all string) {
		view(t, s, func(tx store.Tx) {
			for _, v := range tx.Scan(store.Prefix(append([]byte("thing"), 0))) {
				all += string(v) + " "
			}
		})
		return all
	}
	update(t, s, func(tx store.Tx) {
		before.Put(tx, store.K(1), request{Stage: "asked"})
		before.Put(tx, store.K(2), request{Stage: "done"})
	})
	update(t, s, func(tx store.Tx) { now.Renew(tx, "binary") })
	if got := forms(); got != "\x01asked \x01done " {
		t.Errorf("renewed, the records are kept as %q", got)
	}
	update(t, s, func(tx store.Tx) { before.Put(tx, store.K(1), request{Stage: "late"}) })
	kept := forms()
	update(t, s, func(tx store.Tx) { now.Renew(tx, "binary") })
	if got := forms(); got != kept {
		t.Errorf("renewed twice, the records are kept as %q, before %q", got, kept)
	}
}

// Records of an earlier version, which had fewer indexes, are found by the new ones
// once the table was brought under them, and nothing is read again the next time.
func TestReindexBringsOlderRecordsUnder(t *testing.T) {
	before := store.NewTable[request]("thing")
	asked := 0
	now := store.NewTable("thing", store.Index[request]{Name: "stage", Keys: func(_ []byte, r request) [][]byte {
		asked++
		return [][]byte{store.K(r.Stage)}
	}})
	s := openStore(t)
	update(t, s, func(tx store.Tx) {
		before.Put(tx, store.K(1), request{Stage: "asked"})
		before.Put(tx, store.K(2), request{Stage: "done"})
	})
	found := func() (ids []uint64) {
		view(t, s, func(tx store.Tx) {
			for id := range now.By(tx, "stage", store.K("done")) {
				var n uint64
				if err := store.ParseKey(id, &n); err != nil {
					t.Fatal(err)
				}
				ids = append(ids, n)
			}
		})
		return ids
	}
	if ids := found(); len(ids) > 0 {
		t.Fatalf("an index that was not there finds %v", ids)
	}
	update(t, s, now.Reindex)
	if ids := found(); !slices.Equal(ids, []uint64{2}) {
		t.Errorf("done are %v, want 2", ids)
	}
	asked = 0
	update(t, s, now.Reindex)
	if asked > 0 {
		t.Errorf("the table was read again")
	}
}
