package store

import (
	"context"
	"fmt"
)

// A Migration brings a register from the version before it to Version.
type Migration struct {
	Version int    // 1, 2, 3 …
	Name    string // what it does, for whoever reads the error
	Apply   func(Tx) error
}

// versionKey holds the version of a register. It comes before all tables.
var versionKey = []byte("\x00version")

// Migrate runs the migrations a register lacks, in order, each in an Update of
// its own together with the version it leads to. A register in which nothing was
// ever written is only stamped with the newest version. It panics when versions
// are not 1, 2, 3 and so on.
//
// Errors: ErrNewer when the register is of a version beyond the last migration;
// what a migration returned, in which case the ones before it are done and it
// has left nothing; what Update returns.
func Migrate(ctx context.Context, s Store, migrations []Migration) error {
	for i, m := range migrations {
		if m.Version != i+1 {
			panic(fmt.Sprintf("store: migration %q has version %d in place %d", m.Name, m.Version, i+1))
		}
	}
	newest := uint64(len(migrations))
	var version uint64
	stamp := func(tx Tx) error {
		if version = readVersion(tx); newest > 0 && isEmpty(tx) {
			version = newest
			tx.Put(versionKey, K(version))
		}
		return nil
	}
	if err := s.Update(ctx, stamp); err != nil {
		return fmt.Errorf("read the version: %w", err)
	}
	for version < newest {
		m := migrations[version]
		err := s.Update(ctx, func(tx Tx) error {
			if err := m.Apply(tx); err != nil {
				return err
			}
			tx.Put(versionKey, K(m.Version))
			return nil
		})
		if err != nil {
			return fmt.Errorf("migration %d (%s): %w", m.Version, m.Name, err)
		}
		version++
	}
	return checkVersion(version, newest)
}

// CheckVersion tells whether Migrate can bring the register tx reads up to date:
// it returns ErrNewer when it cannot.
func CheckVersion(tx Tx, migrations []Migration) error {
	return checkVersion(readVersion(tx), uint64(len(migrations)))
}

func checkVersion(version, newest uint64) error {
	if version > newest {
		return fmt.Errorf("%w: version %d, known up to %d", ErrNewer, version, newest)
	}
	return nil
}

func readVersion(tx Tx) (version uint64) {
	data := tx.Get(versionKey)
	if data == nil {
		return 0
	}
	if err := ParseKey(data, &version); err != nil {
		panic(Fault{fmt.Errorf("%w: version: %w", ErrDamaged, err)})
	}
	return version
}

func isEmpty(tx Tx) bool {
	for range tx.Scan(nil, nil) {
		return false
	}
	return true
}
