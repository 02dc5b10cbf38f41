package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"

	"go.etcd.io/bbolt"

	"greffier/store"
)

// Backup implements store.Store. It first copies the register to a temporary
// file beside it, which takes as much room again and as long as the disk needs,
// and hands that to w once no transaction is open any more. The result is a
// file that Open reads and Restore takes.
//
// Errors: store.ErrFull when there is no room for the temporary file;
// store.ErrClosed; ctx.Err(); what w said.
func (db *DB) Backup(ctx context.Context, w io.Writer) (int64, error) {
	tmp, err := os.CreateTemp(filepath.Dir(db.path), filepath.Base(db.path)+".backup-*")
	if err != nil {
		return 0, fmt.Errorf("backup: %w", translate(err))
	}
	// Unix lets a file be removed while it is open: then a crash leaves nothing.
	removed := os.Remove(tmp.Name()) == nil
	defer func() {
		_ = tmp.Close() // only read back from memory; nothing to lose
		if !removed {
			_ = os.Remove(tmp.Name())
		}
	}()
	if err := db.copyTo(ctx, tmp); err != nil {
		return 0, fmt.Errorf("backup: %w", err)
	}
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return 0, fmt.Errorf("backup: %w", err)
	}
	n, err := io.Copy(onlyWriter{w}, ctxReader{ctx, tmp})
	if err != nil {
		return n, fmt.Errorf("backup: %w", err)
	}
	return n, nil
}

// copyTo writes the register as it stands to w, under one transaction.
func (db *DB) copyTo(ctx context.Context, w io.Writer) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	btx, err := db.bolt.Begin(false)
	if err != nil {
		return translate(err)
	}
	defer func() { _ = btx.Rollback() }()
	_, err = btx.WriteTo(ctxWriter{ctx, w})
	return translate(err)
}

// Check reads the whole register and reports the first thing that is not as it
// should be, as store.ErrDamaged. It holds a read transaction meanwhile.
func (db *DB) Check(ctx context.Context) error {
	btx, err := db.bolt.Begin(false)
	if err != nil {
		return translate(err)
	}
	defer func() { _ = btx.Rollback() }()
	f, err := os.Open(db.path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	var first pageCatcher
	if _, err := btx.WriteTo(&first); len(first.page) < pageHeader+metaLen {
		return translate(err)
	}
	h, ok := parseMeta(first.page)
	if !ok {
		return fmt.Errorf("%w: no intact header", store.ErrDamaged)
	}
	return verify(ctx, f, h)
}

// A pageCatcher keeps the first page of a copy, which is the header of the
// transaction it is made in, and stops the copy there.
type pageCatcher struct{ page []byte }

var errCaught = errors.New("store/bolt: got the page")

func (c *pageCatcher) Write(p []byte) (int, error) {
	c.page = bytes.Clone(p)
	return 0, errCaught
}

// Restore puts the register read from from in the place of the one at path. It
// first reads all of it into a temporary file beside path and checks it; accept,
// if not nil, then judges what it holds (is it of a version we know?). The file
// that was at path, if any, is kept under the name returned: path plus
// ".before-restore", numbered if that exists.
//
// Errors: store.ErrLocked when the register at path is in use;
// store.ErrDamaged when what was read is not a whole register; store.ErrFull;
// what accept said. Whenever there is an error, path is as it was.
func Restore(ctx context.Context, path string, from io.Reader, accept func(store.Tx) error) (kept string, err error) {
	fail := func(err error) (string, error) {
		return "", fmt.Errorf("restore %s: %w", path, translate(err))
	}
	unlock, err := lock(path)
	if err != nil {
		return fail(err)
	}
	defer unlock()
	tmp, err := writeTemp(path, ".restore-*", func(f *os.File) error {
		_, err := io.Copy(f, ctxReader{ctx, from})
		return err
	})
	if err != nil {
		return fail(err)
	}
	defer func() { _ = os.Remove(tmp) }() // gone already if all went well
	if err := inspect(ctx, tmp, accept); err != nil {
		return fail(err)
	}
	if kept, err = keep(path); err != nil {
		return fail(err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fail(err)
	}
	return kept, syncDir(filepath.Dir(path))
}

// inspect checks a file that nobody uses yet.
func inspect(ctx context.Context, path string, accept func(store.Tx) error) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	h, err := verifyHeader(f, info.Size())
	if err != nil {
		return err
	}
	if err := verify(ctx, f, h); err != nil {
		return err
	}
	db, err := Open(path, Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.View(ctx, func(t store.Tx) error {
		if t.(*tx).bucket == nil {
			return fmt.Errorf("%w: a bbolt file, but not a register", store.ErrDamaged)
		}
		if accept == nil {
			return nil
		}
		return accept(t)
	})
}

// keep gives the file at path, if there is one, a second name, and returns it.
func keep(path string) (string, error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	name := path + ".before-restore"
	for n := 2; ; n++ {
		// A second name rather than a new one: path exists at every moment, or
		// whoever opens it in between would start an empty register.
		err := os.Link(path, name)
		if err == nil {
			return name, nil
		}
		if !errors.Is(err, os.ErrExist) {
			return "", err
		}
		name = fmt.Sprintf("%s.before-restore-%d", path, n)
	}
}

// lock keeps others from opening the register at path, which may be damaged or
// not exist, until unlock is called.
func lock(path string) (unlock func(), err error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return func() {}, nil
	}
	b, err := openFile(path, Options{NoSync: true})
	switch {
	case err == nil:
		return func() { _ = b.Close() }, nil
	case errors.Is(err, store.ErrDamaged): // nobody can have that open
		return func() {}, nil
	default:
		return nil, err
	}
}

// Compact rewrites the register at path without the room that deleted things
// left, and returns its size before and after. If it fails, the register is as
// it was.
//
// Errors: store.ErrLocked when it is in use; store.ErrDamaged; store.ErrFull
// when there is no room for the copy; ctx.Err().
func Compact(ctx context.Context, path string) (before, after int64, err error) {
	fail := func(err error) (int64, int64, error) {
		return 0, 0, fmt.Errorf("compact %s: %w", path, translate(err))
	}
	info, err := os.Stat(path)
	if err != nil {
		return fail(err)
	}
	src, err := openFile(path, Options{})
	if err != nil {
		return fail(err)
	}
	defer func() { _ = src.Close() }()
	tmp, err := writeTemp(path, ".compact-*", func(f *os.File) error {
		return compactInto(f.Name(), src)
	})
	if err != nil {
		return fail(err)
	}
	defer func() { _ = os.Remove(tmp) }() // gone already if all went well
	if err := inspect(ctx, tmp, nil); err != nil {
		return fail(err)
	}
	small, err := os.Stat(tmp)
	if err != nil {
		return fail(err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fail(err)
	}
	return info.Size(), small.Size(), syncDir(filepath.Dir(path))
}

func compactInto(path string, src *bbolt.DB) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	dst, err := bbolt.Open(path, 0o600, &bbolt.Options{
		NoSync: true, NoGrowSync: true, FreelistType: bbolt.FreelistMapType, InitialMmapSize: mapped,
	})
	if err != nil {
		return err
	}
	dst.AllocSize = 1 << 20
	defer func() {
		if r := recover(); r != nil {
			err = damaged(r)
		}
		err = errors.Join(err, dst.Close())
	}()
	return bbolt.Compact(dst, src, 16<<20)
}

// writeTemp creates a file beside path, has write fill it, makes it durable and
// returns its name. If anything fails the file is removed.
func writeTemp(path, suffix string, write func(*os.File) error) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+suffix)
	if err != nil {
		return "", err
	}
	err = write(f)
	if err == nil {
		err = sameOwner(f, path)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// ctxReader and ctxWriter stop at the end of a context.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c ctxReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

type ctxWriter struct {
	ctx context.Context
	w   io.Writer
}

func (c ctxWriter) Write(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.w.Write(p)
}

// onlyWriter hides ReadFrom, which would pass the context by.
type onlyWriter struct{ io.Writer }
