package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"

	"greffier/store"
)

// The file as bbolt lays it out: in the machine's byte order.
const (
	pageHeader = 16 // id u64, flags u16, count u16, overflow u32
	metaLen    = 64
	metaMagic  = 0xED0CDAED
	metaFormat = 2
	noFreelist = ^uint64(0)
)

// header is what a meta page says.
type header struct {
	pageSize int64
	root     uint64
	freelist uint64
	pages    uint64 // pages in use: the file is at least that long
	tx       uint64
}

// parseMeta reads a meta page; ok is false when it is none or is damaged.
func parseMeta(page []byte) (h header, ok bool) {
	le := binary.NativeEndian
	m := page[pageHeader : pageHeader+metaLen]
	sum := fnv.New64a()
	sum.Write(m[:56])
	if le.Uint32(m) != metaMagic || le.Uint32(m[4:]) != metaFormat || le.Uint64(m[56:]) != sum.Sum64() {
		return h, false
	}
	return header{
		pageSize: int64(le.Uint32(m[8:])),
		root:     le.Uint64(m[16:]),
		freelist: le.Uint64(m[32:]),
		pages:    le.Uint64(m[40:]),
		tx:       le.Uint64(m[48:]),
	}, true
}

// verifyHeader finds the newest intact meta page of a file and checks that the
// file is as long as it says.
func verifyHeader(r io.ReaderAt, size int64) (header, error) {
	var best header
	found := false
	buf := make([]byte, pageHeader+metaLen)
	consider := func(at int64) {
		if _, err := r.ReadAt(buf, at); err != nil {
			return
		}
		if h, ok := parseMeta(buf); ok && (!found || h.tx > best.tx) {
			best, found = h, true
		}
	}
	consider(0)
	if found {
		consider(best.pageSize)
	} else {
		for at := int64(1 << 10); at <= 16<<20 && at < size; at <<= 1 {
			consider(at)
		}
	}
	switch {
	case !found:
		return best, fmt.Errorf("%w: no intact header", store.ErrDamaged)
	case best.pageSize < 512 || int64(best.pages) > size/best.pageSize:
		return best, fmt.Errorf("%w: %d bytes long, which is too short for its %d pages of %d",
			store.ErrDamaged, size, best.pages, best.pageSize)
	}
	return best, nil
}

// verifier walks every page of a bbolt file by reading it, never through a
// mapping, so that no damage can take the process down. (bbolt's own Check
// follows pointers on a goroutine of its own, where a fault cannot be caught.)
type verifier struct {
	ctx  context.Context
	r    io.ReaderAt
	h    header
	seen []bool // pages accounted for
	keys int
}

// verify checks the whole structure of the state h describes: every page is
// used once or free, within bounds, and all keys are in order.
func verify(ctx context.Context, r io.ReaderAt, h header) error {
	v := &verifier{ctx: ctx, r: r, h: h, seen: make([]bool, h.pages)}
	v.seen[0], v.seen[1] = true, true
	if err := v.freelist(); err != nil {
		return err
	}
	if err := v.tree(h.root, nil, nil); err != nil {
		return err
	}
	for id, seen := range v.seen {
		if !seen {
			return v.bad(uint64(id), "neither used nor free")
		}
	}
	return nil
}

func (v *verifier) bad(page uint64, what string, args ...any) error {
	return fmt.Errorf("%w: page %d: %s", store.ErrDamaged, page, fmt.Sprintf(what, args...))
}

// claim marks n pages as accounted for.
func (v *verifier) claim(id, n uint64) error {
	if id < 2 || id >= v.h.pages || n > v.h.pages-id {
		return v.bad(id, "out of bounds")
	}
	for i := id; i < id+n; i++ {
		if v.seen[i] {
			return v.bad(i, "used twice")
		}
		v.seen[i] = true
	}
	return nil
}

// page reads and claims a page with what overflows from it.
func (v *verifier) page(id uint64) (buf []byte, flags uint16, count int, err error) {
	if err := v.ctx.Err(); err != nil {
		return nil, 0, 0, err
	}
	head := make([]byte, pageHeader)
	if id >= v.h.pages {
		return nil, 0, 0, v.bad(id, "out of bounds")
	}
	if _, err := v.r.ReadAt(head, int64(id)*v.h.pageSize); err != nil {
		return nil, 0, 0, v.bad(id, "%v", err)
	}
	ne := binary.NativeEndian
	if own := ne.Uint64(head); own != id {
		return nil, 0, 0, v.bad(id, "says it is page %d", own)
	}
	n := uint64(ne.Uint32(head[12:])) + 1
	if err := v.claim(id, n); err != nil {
		return nil, 0, 0, err
	}
	buf = make([]byte, int64(n)*v.h.pageSize)
	if _, err := v.r.ReadAt(buf, int64(id)*v.h.pageSize); err != nil {
		return nil, 0, 0, v.bad(id, "%v", err)
	}
	return buf, ne.Uint16(buf[8:]), int(ne.Uint16(buf[10:])), nil
}

func (v *verifier) freelist() error {
	if v.h.freelist == noFreelist {
		return fmt.Errorf("%w: no list of free pages", store.ErrDamaged)
	}
	buf, flags, count, err := v.page(v.h.freelist)
	if err != nil {
		return err
	}
	if flags != 0x10 {
		return v.bad(v.h.freelist, "not the list of free pages")
	}
	ids := buf[pageHeader:]
	n := uint64(count)
	if n == 0xFFFF { // too many for the header: the first entry is their number
		n, ids = binary.NativeEndian.Uint64(ids), ids[8:]
	}
	if n > uint64(len(ids)/8) {
		return v.bad(v.h.freelist, "%d free pages do not fit", n)
	}
	for i := range n {
		if err := v.claim(binary.NativeEndian.Uint64(ids[i*8:]), 1); err != nil {
			return err
		}
	}
	return nil
}

// tree checks the pages below id, whose keys must lie in [from, to).
func (v *verifier) tree(id uint64, from, to []byte) error {
	buf, flags, count, err := v.page(id)
	if err != nil {
		return err
	}
	if flags != 1 && flags != 2 {
		return v.bad(id, "neither branch nor leaf")
	}
	if pageHeader+16*count > len(buf) {
		return v.bad(id, "%d elements do not fit", count)
	}
	keys, err := v.elements(id, buf, flags, count)
	if err != nil {
		return err
	}
	for i, k := range keys {
		switch {
		case i > 0 && bytes.Compare(keys[i-1], k) >= 0:
			return v.bad(id, "keys out of order")
		case i == 0 && from != nil && bytes.Compare(k, from) < 0, to != nil && bytes.Compare(k, to) >= 0:
			return v.bad(id, "a key belongs elsewhere")
		}
	}
	if flags == 2 {
		v.keys += count
		return nil
	}
	for i, k := range keys {
		end := to
		if i+1 < len(keys) {
			end = keys[i+1]
		}
		child := binary.NativeEndian.Uint64(buf[pageHeader+16*i+8:])
		if err := v.tree(child, k, end); err != nil {
			return err
		}
	}
	return nil
}

// elements returns the keys of a page and checks the buckets in a leaf.
func (v *verifier) elements(id uint64, buf []byte, flags uint16, count int) ([][]byte, error) {
	ne := binary.NativeEndian
	keys := make([][]byte, count)
	for i := range count {
		at := pageHeader + 16*i
		var pos, klen, vlen uint64
		if flags == 1 {
			pos, klen = uint64(ne.Uint32(buf[at:])), uint64(ne.Uint32(buf[at+4:]))
		} else {
			pos, klen, vlen = uint64(ne.Uint32(buf[at+4:])), uint64(ne.Uint32(buf[at+8:])), uint64(ne.Uint32(buf[at+12:]))
		}
		start := uint64(at) + pos
		if start+klen+vlen > uint64(len(buf)) {
			return nil, v.bad(id, "element %d reaches beyond the page", i)
		}
		keys[i] = buf[start : start+klen]
		if flags != 2 || ne.Uint32(buf[at:])&1 == 0 {
			continue
		}
		// A bucket: the page of its root, or 0 and the page itself when it is small.
		if vlen < 16 {
			return nil, v.bad(id, "bucket %d has no header", i)
		}
		if root := ne.Uint64(buf[start+klen:]); root != 0 {
			if err := v.tree(root, nil, nil); err != nil {
				return nil, err
			}
		}
	}
	return keys, nil
}
