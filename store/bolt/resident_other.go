//go:build !linux

package bolt

import "go.etcd.io/bbolt"

// release leaves it to the system which pages of the file it keeps.
func release(*bbolt.Tx) {}
