//go:build unix

package bolt

import (
	"errors"
	"os"
	"syscall"
)

// sameOwner gives f the owner and the mode of the file at path, if there is one:
// an administrator may restore what the service must be able to open.
func sameOwner(f *os.File, path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if sys, ok := info.Sys().(*syscall.Stat_t); ok && int(sys.Uid) != os.Geteuid() {
		if err := f.Chown(int(sys.Uid), int(sys.Gid)); err != nil {
			return err
		}
	}
	return f.Chmod(info.Mode().Perm())
}

// closeLost closes a file that bbolt has locked and mapped and then lost track
// of. The lock would outlive the file, as long as the mapping does.
func closeLost(f *os.File) {
	_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
	_ = f.Close()
}
