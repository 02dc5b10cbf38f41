//go:build !unix

package bolt

import "os"

// sameOwner has nothing to do where files inherit their rights from the folder.
func sameOwner(*os.File, string) error { return nil }

// closeLost closes a file that bbolt has locked and then lost track of.
func closeLost(f *os.File) { _ = f.Close() }
