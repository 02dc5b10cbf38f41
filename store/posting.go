package store

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math/bits"
)

// A posting is the set of documents, out of one block of ids, that have a word:
// offsets 0 … 4095. It is kept as the differences between successive offsets, in
// varints, or as a bitmap, whichever is shorter: never more than 512 bytes, so
// that adding a document touches little whatever the word.
type posting []byte

const (
	blockIDs = 4096
	bitmap   = blockIDs / 8 // the length that tells a bitmap
)

// all yields the offsets in ascending order. It faults when there are none
// beyond the block.
func (p posting) all() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		if len(p) == bitmap {
			for i := 0; i < bitmap; i += 8 {
				for w := binary.LittleEndian.Uint64(p[i:]); w != 0; w &= w - 1 {
					if !yield(uint32(8*i + bits.TrailingZeros64(w))) {
						return
					}
				}
			}
			return
		}
		at := uint32(0)
		for i := 0; i < len(p); {
			d, n := binary.Uvarint(p[i:])
			at += uint32(d)
			if n <= 0 || d > blockIDs || at > blockIDs {
				panic(Fault{fmt.Errorf("%w: posting %x", ErrDamaged, []byte(p))})
			}
			i += n
			if !yield(at - 1) { // differences count from -1, so none is 0
				return
			}
		}
	}
}

// count returns how many documents there are.
func (p posting) count() int {
	n := 0
	if len(p) == bitmap {
		for i := 0; i < bitmap; i += 8 {
			n += bits.OnesCount64(binary.LittleEndian.Uint64(p[i:]))
		}
		return n
	}
	for _, b := range p {
		if b < 0x80 { // the last byte of a varint
			n++
		}
	}
	return n
}

// with returns the posting with offset in or out. It is empty when none is left.
func (p posting) with(offset uint32, in bool) posting {
	if len(p) == bitmap {
		set := append(posting(nil), p...)
		if in {
			set[offset/8] |= 1 << (offset % 8)
			return set
		}
		set[offset/8] &^= 1 << (offset % 8)
		if set.count() > bitmap/2 { // some way from where it became a bitmap
			return set
		}
		return set.list(blockIDs, false)
	}
	list := p.list(offset, in)
	if len(list) < bitmap {
		return list
	}
	set := make(posting, bitmap)
	for o := range list.all() {
		set[o/8] |= 1 << (o % 8)
	}
	return set
}

// list writes the offsets as varints, with one of them in or out.
func (p posting) list(offset uint32, in bool) posting {
	out := make(posting, 0, len(p)+2)
	last := uint32(0)
	add := func(o uint32) {
		out = binary.AppendUvarint(out, uint64(o+1-last))
		last = o + 1
	}
	for o := range p.all() {
		if in && offset < o {
			add(offset)
			in = false
		}
		if o != offset {
			add(o)
		}
	}
	if in {
		add(offset)
	}
	return out
}
