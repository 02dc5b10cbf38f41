package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"greffier/store"
)

func TestMigrate(t *testing.T) {
	ctx := context.Background()
	var ran []int
	fails := false
	step := func(v int) store.Migration {
		return store.Migration{Version: v, Name: "step", Apply: func(tx store.Tx) error {
			tx.Put([]byte("did"), append(slices.Clone(tx.Get([]byte("did"))), byte('0'+v)))
			if fails {
				return errUndo
			}
			ran = append(ran, v)
			return nil
		}}
	}
	all := []store.Migration{step(1), step(2), step(3), step(4)}

	s := openStore(t)
	if err := store.Migrate(ctx, s, all[:2]); err != nil || ran != nil {
		t.Fatalf("a new register: %v, ran %v", err, ran)
	}
	update(t, s, func(tx store.Tx) { tx.Put([]byte("did"), []byte("as2")) })
	if err := store.Migrate(ctx, s, all[:3]); err != nil || !slices.Equal(ran, []int{3}) {
		t.Errorf("from 2 to 3: %v, ran %v", err, ran)
	}
	fails = true
	if err := store.Migrate(ctx, s, all); !errors.Is(err, errUndo) {
		t.Errorf("a failing migration: %v", err)
	}
	fails = false
	if err := store.Migrate(ctx, s, all); err != nil || !slices.Equal(ran, []int{3, 4}) {
		t.Errorf("from 3 to 4: %v, ran %v", err, ran)
	}
	if err := store.Migrate(ctx, s, all); err != nil || len(ran) != 2 {
		t.Errorf("nothing to do: %v, ran %v", err, ran)
	}
	if err := store.Migrate(ctx, s, all[:3]); !errors.Is(err, store.ErrNewer) {
		t.Errorf("from the future: %v", err)
	}
	view(t, s, func(tx store.Tx) {
		if got := string(tx.Get([]byte("did"))); got != "as234" {
			t.Errorf("left %q", got)
		}
		if err := store.CheckVersion(tx, all); err != nil {
			t.Error(err)
		}
		if err := store.CheckVersion(tx, all[:3]); !errors.Is(err, store.ErrNewer) {
			t.Errorf("CheckVersion: %v", err)
		}
	})
}

func TestMigrateWhatHasNoVersion(t *testing.T) {
	s, ran := openStore(t), 0
	update(t, s, func(tx store.Tx) { tx.Put([]byte("old"), nil) })
	one := store.Migration{Version: 1, Name: "one", Apply: func(store.Tx) error { ran++; return nil }}
	for range 2 {
		if err := store.Migrate(context.Background(), s, []store.Migration{one}); err != nil || ran != 1 {
			t.Errorf("%v, ran %d times, want once", err, ran)
		}
	}
	// A register opened before there were migrations, and still empty, is new.
	fresh := openStore(t)
	for _, ms := range [][]store.Migration{nil, {one}} {
		if err := store.Migrate(context.Background(), fresh, ms); err != nil || ran != 1 {
			t.Errorf("%v, ran %d times", err, ran)
		}
	}
}
