package bolt

import (
	"bytes"
	"sort"
)

// An overlay holds what the transactions of one batch have written and the file
// does not have yet: sorted by key, on top of a bbolt transaction that stays
// untouched until the batch is applied. Each change is logged so that a
// transaction that fails can be undone without disturbing its neighbours.
//
// It is a two-level sorted list, which for the handful of writes of a usual
// transaction is one small slice, and which keeps its memory between batches.
type overlay struct {
	chunks  [][]entry
	undo    []change
	arena   arena
	inserts uint64 // grows whenever an insertion may have moved entries
}

type entry struct {
	key   []byte
	value []byte
	state state
}

// state says what an entry tells about its key.
type state uint8

const (
	absent  state = iota // nothing: what the file has stands
	written              // the key holds value
	deleted              // the key is gone
)

// change remembers what an entry was before it was set.
type change struct{ was entry }

// place points at an entry. It holds until inserts changes.
type place struct{ chunk, i int }

const chunkMax = 256

// find returns where key is or, when it is not there, where it would go.
func (o *overlay) find(key []byte) (place, bool) {
	c := 0
	if len(o.chunks) > 1 {
		c = sort.Search(len(o.chunks), func(i int) bool {
			return bytes.Compare(o.chunks[i][0].key, key) > 0
		})
		c = max(c-1, 0)
	}
	if len(o.chunks) == 0 {
		return place{}, false
	}
	lo, hi := 0, len(o.chunks[c])
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		switch bytes.Compare(o.chunks[c][mid].key, key) {
		case 0:
			return place{c, mid}, true
		case -1:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return place{c, lo}, false
}

// get returns the entry of key, or nil when the overlay says nothing about it.
func (o *overlay) get(key []byte) *entry {
	p, ok := o.find(key)
	if !ok {
		return nil
	}
	if e := &o.chunks[p.chunk][p.i]; e.state != absent {
		return e
	}
	return nil
}

// set records that key is in the given state, copying what it is handed.
func (o *overlay) set(key, value []byte, st state) {
	if st == written {
		value = o.arena.copy(value)
	}
	p, ok := o.find(key)
	if ok {
		e := &o.chunks[p.chunk][p.i]
		o.undo = append(o.undo, change{*e})
		e.value, e.state = value, st
		return
	}
	e := entry{o.arena.copy(key), value, st}
	o.undo = append(o.undo, change{entry{key: e.key}})
	o.insert(p, e)
}

func (o *overlay) insert(p place, e entry) {
	o.inserts++
	if len(o.chunks) == 0 {
		o.chunks = append(o.chunks, make([]entry, 0, 32))
	}
	c := append(o.chunks[p.chunk], entry{})
	copy(c[p.i+1:], c[p.i:])
	c[p.i] = e
	o.chunks[p.chunk] = c
	if len(c) <= chunkMax {
		return
	}
	// Keys often come in ascending order; leave the full part full then.
	half := len(c) / 2
	if p.i == len(c)-1 {
		half = len(c) - 1
	}
	right := append(make([]entry, 0, chunkMax+1), c[half:]...)
	clear(c[half:])
	o.chunks[p.chunk] = c[:half]
	o.chunks = append(o.chunks, nil)
	copy(o.chunks[p.chunk+2:], o.chunks[p.chunk+1:])
	o.chunks[p.chunk+1] = right
}

// rollback takes back everything set since the undo log had the given length.
func (o *overlay) rollback(mark int) {
	for i := len(o.undo) - 1; i >= mark; i-- {
		was := o.undo[i].was
		p, _ := o.find(was.key)
		e := &o.chunks[p.chunk][p.i]
		e.value, e.state = was.value, was.state
	}
	o.undo = o.undo[:mark]
}

// at returns the entry at p, or nil past either end.
func (o *overlay) at(p place) *entry {
	if p.chunk < 0 || p.chunk >= len(o.chunks) || p.i < 0 || p.i >= len(o.chunks[p.chunk]) {
		return nil
	}
	return &o.chunks[p.chunk][p.i]
}

// norm moves a place that stands after the end of its chunk to the next chunk.
func (o *overlay) norm(p place) place {
	for p.chunk < len(o.chunks) && p.i >= len(o.chunks[p.chunk]) {
		p = place{p.chunk + 1, 0}
	}
	return p
}

func (o *overlay) next(p place) place { return o.norm(place{p.chunk, p.i + 1}) }

func (o *overlay) prev(p place) place {
	if p.i--; p.i >= 0 {
		return p
	}
	if p.chunk--; p.chunk < 0 {
		return place{-1, -1}
	}
	return place{p.chunk, len(o.chunks[p.chunk]) - 1}
}

// reset empties the overlay; what it handed out is no longer valid.
func (o *overlay) reset() {
	if len(o.chunks) > 0 {
		clear(o.chunks[0])
		clear(o.chunks[1:])
		o.chunks = o.chunks[:1]
		o.chunks[0] = o.chunks[0][:0]
	}
	clear(o.undo)
	o.undo = o.undo[:0]
	if cap(o.undo) > 1<<16 {
		o.undo = nil
	}
	o.arena.reset()
	o.inserts++
}

// arena hands out copies that live until reset, from blocks it keeps.
type arena struct {
	blocks [][]byte
	used   int // blocks in use; the last of them has room
}

const (
	arenaBlock = 64 << 10
	arenaKeep  = 64 // blocks kept between batches: 4 MiB
)

var empty = []byte{}

// copy returns a copy of b, never nil.
func (a *arena) copy(b []byte) []byte {
	switch {
	case len(b) == 0:
		return empty
	case len(b) > arenaBlock/4:
		return bytes.Clone(b)
	}
	if a.used == 0 || cap(a.blocks[a.used-1])-len(a.blocks[a.used-1]) < len(b) {
		if a.used == len(a.blocks) {
			a.blocks = append(a.blocks, make([]byte, 0, arenaBlock))
		}
		a.used++
	}
	block := &a.blocks[a.used-1]
	n := len(*block)
	*block = append(*block, b...)
	return (*block)[n:len(*block):len(*block)]
}

func (a *arena) reset() {
	if len(a.blocks) > arenaKeep {
		clear(a.blocks[arenaKeep:])
		a.blocks = a.blocks[:arenaKeep]
	}
	for i := range a.blocks {
		a.blocks[i] = a.blocks[i][:0]
	}
	a.used = 0
}
