package bolt

import (
	"syscall"

	"go.etcd.io/bbolt"
)

// release tells the kernel that no page of the file need stay mapped now. Nothing is
// lost: whoever reads on finds the page in the cache of files, from where it is mapped
// again. It counts as memory of the process no longer.
func release(tx *bbolt.Tx) {
	// The transaction keeps the file mapped where it is.
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, tx.DB().Info().Data, uintptr(tx.Size()), syscall.MADV_DONTNEED)
}
