package store_test

import (
	"bytes"
	"cmp"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"greffier/store"
)

// parts are the values one key is made of.
type parts struct {
	s  string
	b  []byte
	u  uint64
	ok bool
	t  time.Time
}

func (p parts) key() []byte { return store.K(p.s, p.b, p.u, p.ok, p.t) }

func (p parts) compare(q parts) int {
	truth := map[bool]int{false: 0, true: 1}
	return cmp.Or(
		strings.Compare(p.s, q.s), bytes.Compare(p.b, q.b), cmp.Compare(p.u, q.u),
		cmp.Compare(truth[p.ok], truth[q.ok]), p.t.Compare(q.t))
}

var (
	// Few different bytes, so that ties and beginnings of each other are common.
	bytesGen = rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 'a', 0xFF}), 0, 4)
	uintGen  = rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 300), rapid.Just(uint64(math.MaxUint64)))
	timeGen  = rapid.OneOf(
		rapid.Map(rapid.Int64Range(math.MinInt64+1, math.MaxInt64), func(n int64) time.Time { return time.Unix(0, n).UTC() }),
		rapid.Map(rapid.Int64Range(-3, 3), func(n int64) time.Time { return time.Unix(0, n).UTC() }),
		rapid.Just(time.Time{}))
	partsGen = rapid.Custom(func(t *rapid.T) parts {
		return parts{
			s:  string(bytesGen.Draw(t, "s")),
			b:  bytesGen.Draw(t, "b"),
			u:  uintGen.Draw(t, "u"),
			ok: rapid.Bool().Draw(t, "ok"),
			t:  timeGen.Draw(t, "t"),
		}
	})
)

func TestKeysSortAsTheirParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := partsGen.Draw(t, "p"), partsGen.Draw(t, "q")
		if rapid.Bool().Draw(t, "alike") { // so that later parts decide
			q.s, q.b = p.s, p.b
			if rapid.Bool().Draw(t, "more alike") {
				q.u = p.u
			}
		}
		if got, want := bytes.Compare(p.key(), q.key()), p.compare(q); got != want {
			t.Fatalf("%v and %v compare as %d, their keys %x and %x as %d", p, q, want, p.key(), q.key(), got)
		}
	})
}

func TestKeysRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := partsGen.Draw(t, "p")
		var q parts
		if err := store.ParseKey(p.key(), &q.s, &q.b, &q.u, &q.ok, &q.t); err != nil {
			t.Fatal(err)
		}
		if p.compare(q) != 0 {
			t.Fatalf("%v came back as %v", p, q)
		}
		if err := store.ParseKey(p.key()[:len(p.key())-1], &q.s, &q.b, &q.u, &q.ok, &q.t); err == nil {
			t.Fatal("a key that lacks its last byte was taken")
		}
	})
}

func TestPrefixHoldsWhatBeginsWithIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prefix, key := bytesGen.Draw(t, "prefix"), bytesGen.Draw(t, "key")
		from, to := store.Prefix(prefix)
		in := bytes.Compare(from, key) <= 0 && (to == nil || bytes.Compare(key, to) < 0)
		if want := bytes.HasPrefix(key, prefix); in != want {
			t.Fatalf("%x in the range of prefix %x: %v, want %v", key, prefix, in, want)
		}
	})
}

func TestKeyOfOtherTypes(t *testing.T) {
	type id uint64
	type name string
	got := store.K(id(7), name("x"), uint8(3), int64(300), []byte(nil), 0)
	want := store.K(uint64(7), "x", 3, 300, "", uint64(0))
	if !bytes.Equal(got, want) {
		t.Errorf("got %x, want %x", got, want)
	}
	if want := []byte{1, 7, 'x', 0, 1, 1, 3, 2, 1, 44, 0, 1, 0}; !bytes.Equal(got, want) {
		t.Errorf("got %x, want %x: files already written would not be understood", got, want)
	}
	for _, bad := range []any{-1, 1.5, nil, []string{}, struct{}{}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("K(%v) did not panic", bad)
				}
			}()
			store.K(bad)
		}()
	}
}

func TestParseKeyRefuses(t *testing.T) {
	var u uint64
	var s string
	var b bool
	var n int
	for _, c := range []struct {
		key  []byte
		into any
	}{
		{[]byte{9, 1, 2, 3, 4, 5, 6, 7, 8, 9}, &u},
		{[]byte{2, 0, 1}, &u},
		{[]byte{2, 1}, &u},
		{nil, &u},
		{[]byte{1, 1, 1}, &u},
		{[]byte{8, 0xFF, 0, 0, 0, 0, 0, 0, 0}, &n},
		{[]byte{'a', 0}, &s},
		{[]byte{'a', 0, 2}, &s},
		{[]byte{2}, &b},
	} {
		if err := store.ParseKey(c.key, c.into); err == nil {
			t.Errorf("%x was read as a %T", c.key, c.into)
		}
	}
	if err := store.ParseKey(store.K(1, 2), &u); err == nil || errors.Is(err, store.ErrDamaged) {
		t.Errorf("got %v for a part too many", err)
	}
}

func BenchmarkK(b *testing.B) {
	b.ReportAllocs()
	id, at := uint64(123456), time.Unix(1_700_000_000, 0)
	for b.Loop() {
		store.K("community", id, "open", at)
	}
}
