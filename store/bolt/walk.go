package bolt

import (
	"bytes"

	"go.etcd.io/bbolt"
)

// walk merges the keys of the file with those of the overlay, in one direction.
// The file does not change under it (see overlay); the overlay may.
type walk struct {
	t        *tx
	from, to []byte
	down     bool

	base    *bbolt.Cursor
	baseK   []byte // the file's next pair; nil when it has no more
	baseV   []byte
	place   place // the overlay's next entry
	inserts uint64
	last    []byte // the key handed out last
	begun   bool
}

func (w *walk) start() {
	if w.t.over != nil {
		w.seekOverlay()
	}
	if w.t.bucket == nil {
		return
	}
	defer rethrow()
	w.base = w.t.bucket.Cursor()
	switch {
	case !w.down && len(w.from) == 0:
		w.setBase(w.base.First())
	case !w.down:
		w.setBase(w.base.Seek(w.from))
	case w.to == nil:
		w.setBase(w.base.Last())
	default:
		if k, _ := w.base.Seek(w.to); k == nil {
			w.setBase(w.base.Last())
		} else {
			w.setBase(w.base.Prev())
		}
	}
}

// setBase takes the pair the cursor stands on, if it is within bounds.
func (w *walk) setBase(k, v []byte) {
	switch {
	case k == nil:
	case w.down && bytes.Compare(k, w.from) < 0:
		k = nil
	case !w.down && w.to != nil && bytes.Compare(k, w.to) >= 0:
		k = nil
	}
	w.baseK, w.baseV = k, v
}

func (w *walk) stepBase() {
	defer rethrow()
	if w.down {
		w.setBase(w.base.Prev())
	} else {
		w.setBase(w.base.Next())
	}
}

// seekOverlay finds the overlay's next entry from scratch.
func (w *walk) seekOverlay() {
	o := w.t.over
	w.inserts = o.inserts
	switch {
	case !w.down && w.begun:
		p, found := o.find(w.last)
		if found {
			p.i++
		}
		w.place = o.norm(p)
	case !w.down:
		p, _ := o.find(w.from)
		w.place = o.norm(p)
	case w.begun:
		p, _ := o.find(w.last)
		w.place = o.prev(p)
	case w.to != nil:
		p, _ := o.find(w.to)
		w.place = o.prev(p)
	default:
		w.place = o.prev(place{len(o.chunks), 0})
	}
}

func (w *walk) stepOverlay() {
	if w.down {
		w.place = w.t.over.prev(w.place)
	} else {
		w.place = w.t.over.next(w.place)
	}
}

// overlayEntry returns the overlay's next entry within bounds, or nil.
func (w *walk) overlayEntry() *entry {
	if w.t.over == nil {
		return nil
	}
	if w.inserts != w.t.over.inserts {
		w.seekOverlay()
	}
	for {
		e := w.t.over.at(w.place)
		switch {
		case e == nil:
			return nil
		case w.down && bytes.Compare(e.key, w.from) < 0:
			return nil
		case !w.down && w.to != nil && bytes.Compare(e.key, w.to) >= 0:
			return nil
		case e.state != absent:
			return e
		}
		w.stepOverlay()
	}
}

// next returns the next pair, or a nil key at the end.
func (w *walk) next() (key, value []byte) {
	for {
		e := w.overlayEntry()
		if e == nil {
			if key, value = w.baseK, w.baseV; key != nil {
				w.stepBase()
				w.last, w.begun = key, true
			}
			return key, value
		}
		order := -1 // the overlay's key comes first
		if w.baseK != nil {
			order = bytes.Compare(e.key, w.baseK)
			if w.down {
				order = -order
			}
		}
		if order > 0 {
			key, value = w.baseK, w.baseV
			w.stepBase()
			w.last, w.begun = key, true
			return key, value
		}
		if order == 0 {
			w.stepBase()
		}
		found := *e
		w.last, w.begun = found.key, true
		w.stepOverlay()
		if found.state == written {
			return found.key, found.value
		}
	}
}
