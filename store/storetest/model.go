package storetest

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"greffier/store"
)

// operations compares random transactions with a map.
func operations(t *testing.T, open Opener) {
	rapid.Check(t, func(rt *rapid.T) {
		s, reopen := open(t)
		model := map[string]string{}
		rt.Repeat(map[string]func(*rapid.T){
			"update": func(rt *rapid.T) {
				scratch := maps.Clone(model)
				fails := rapid.Bool().Draw(rt, "fails")
				steps := rapid.SliceOfN(stepGen, 1, 30).Draw(rt, "steps")
				err := s.Update(context.Background(), func(tx store.Tx) error {
					for _, st := range steps {
						st.run(rt, tx, scratch)
					}
					compare(rt, tx, scratch)
					if fails {
						return errNo
					}
					return nil
				})
				switch {
				case fails && errors.Is(err, errNo):
				case !fails && err == nil:
					model = scratch
				default:
					rt.Fatal(err)
				}
			},
			"view": func(rt *rapid.T) {
				step := stepGen.Draw(rt, "step")
				err := s.View(context.Background(), func(tx store.Tx) error {
					step.read(rt, tx, model)
					compare(rt, tx, model)
					return nil
				})
				if err != nil {
					rt.Fatal(err)
				}
			},
			"reopen": func(*rapid.T) { s = reopen() },
		})
		if err := s.Close(); err != nil {
			rt.Fatal(err)
		}
	})
}

// step is one thing done in a transaction.
type step struct {
	op       int
	key, end string
	value    string
}

var (
	keyGen = rapid.Map(
		rapid.SliceOfN(rapid.SampledFrom([]byte{0, 'a', 'b', 'c', 0xff}), 1, 3),
		func(b []byte) string { return string(b) })
	stepGen = rapid.Custom(func(t *rapid.T) step {
		return step{
			op:    rapid.IntRange(0, 5).Draw(t, "op"),
			key:   keyGen.Draw(t, "key"),
			end:   keyGen.Draw(t, "end"),
			value: rapid.StringN(0, 5, -1).Draw(t, "value"),
		}
	})
)

func (s step) run(t *rapid.T, tx store.Tx, model map[string]string) {
	switch s.op {
	case 0, 1, 2:
		tx.Put([]byte(s.key), []byte(s.value))
		model[s.key] = s.value
	case 3:
		tx.Delete([]byte(s.key))
		delete(model, s.key)
	case 4: // delete a range while walking it
		for k := range tx.Scan([]byte(s.key), []byte(s.end)) {
			tx.Delete(k)
		}
		maps.DeleteFunc(model, func(k, _ string) bool { return k >= s.key && k < s.end })
	default:
		s.read(t, tx, model)
	}
}

func (s step) read(t *rapid.T, tx store.Tx, model map[string]string) {
	got := tx.Get([]byte(s.key))
	if want, ok := model[s.key]; (got != nil) != ok || string(got) != want {
		t.Fatalf("Get(%q) = %q, want %q, %v", s.key, got, want, ok)
	}
	var want []string
	for _, k := range slices.Sorted(maps.Keys(model)) {
		if k >= s.key && k < s.end {
			want = append(want, k+"="+model[k])
		}
	}
	sameIn(t, keys(tx, s.key, s.end, false), want)
	slices.Reverse(want)
	sameIn(t, keys(tx, s.key, s.end, true), want)
}

func compare(t *rapid.T, tx store.Tx, model map[string]string) {
	var want []string
	for _, k := range slices.Sorted(maps.Keys(model)) {
		want = append(want, k+"="+model[k])
	}
	sameIn(t, keys(tx, "", "", false), want)
	slices.Reverse(want)
	sameIn(t, keys(tx, "", "", true), want)
	for k := range model {
		if !bytes.Equal(tx.Get([]byte(k)), []byte(model[k])) {
			t.Fatalf("Get(%q) = %q, want %q", k, tx.Get([]byte(k)), model[k])
		}
	}
}

func sameIn(t *rapid.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
}
