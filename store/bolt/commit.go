package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"

	"go.etcd.io/bbolt"

	"greffier/store"
)

// batchMax is how many transactions may share one commit.
const batchMax = 1024

// fill is how full bbolt leaves the first of two pages it makes of one. A journal,
// appended to, wants it high, keys that come at random want it half; for a
// million records of both, 0.5 takes 204 MB, 0.7 to 0.8 takes 168 and 0.9 takes
// 184, all in the same time.
const fill = 0.8

// errGone stands for a function that ended its goroutine instead of returning, as
// testing.T.FailNow does: nothing of it is kept.
var errGone = errors.New("store/bolt: the transaction's function called runtime.Goexit")

// A call is one Update waiting for its turn, then for the commit.
type call struct {
	fn    func(store.Tx) error
	state atomic.Int32
	err   error
	done  chan struct{}
}

const (
	queued    int32 = iota
	taken           // by the committer: it will be answered
	abandoned       // by its caller: it will not be run
)

// call is one that is not in use. They are each register's own: what was made
// within a synctest bubble must not be met outside of it.
func (db *DB) call() *call {
	if c, ok := db.calls.Get().(*call); ok {
		return c
	}
	return &call{done: make(chan struct{}, 1)}
}

// Update implements store.Store. A function that panics yields a
// *store.PanicError. When the commit fails, every function that shared it gets
// that error, also one that failed by itself: what it saw was not recorded.
//
// fn runs on the caller's goroutine when nobody else writes, else on the
// committer's, and must not call Update or Close.
func (db *DB) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if db.opts.ReadOnly {
		return store.ErrReadOnly
	}
	if why := db.refusal.Load(); why != nil {
		return *why
	}
	c := db.call()
	c.fn, c.err = fn, nil
	c.state.Store(queued)
	lone, ok := db.enqueue(c)
	if !ok {
		return store.ErrClosed
	}
	if lone {
		db.commitAlone()
	}
	select {
	case <-c.done:
	case <-ctx.Done():
		if c.state.CompareAndSwap(queued, abandoned) {
			return ctx.Err() // c now belongs to the committer
		}
		<-c.done
	}
	err := c.err
	c.fn, c.err = nil, nil
	db.calls.Put(c)
	return err
}

// enqueue queues a call. The caller is alone when nobody else writes: it is then
// to commit by itself.
func (db *DB) enqueue(c *call) (alone, ok bool) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return false, false
	}
	db.queue = append(db.queue, c)
	if db.busy || len(db.queue) > 1 {
		return false, true // whoever is busy, or came before, sees to it
	}
	db.busy = true
	return true, true
}

// commitAlone runs the one call that is queued on its caller's goroutine, which
// saves two changes of goroutine, unless others have come meanwhile: the
// committer then sees to them all.
func (db *DB) commitAlone() {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer db.release() // also when the function ends the goroutine
	runtime.Gosched()  // those who were about to write share the commit
	db.mu.Lock()
	if len(db.queue) == 1 {
		db.batch.calls = append(db.batch.calls, db.queue[0])
		db.queue[0] = nil
		db.queue = db.queue[:0]
	}
	db.mu.Unlock()
	if len(db.batch.calls) > 0 {
		db.runBatch()
	}
}

// release leaves the batch, and what was begun of it, to the committer if there
// is anything for it.
func (db *DB) release() {
	db.mu.Lock()
	db.busy = false
	more := len(db.queue) > 0 || len(db.batch.calls) > 0 || db.closed
	db.mu.Unlock()
	if more {
		db.rouse()
	}
}

// rouse has the committer look at the queue.
func (db *DB) rouse() {
	select {
	case db.wake <- struct{}{}:
	default:
	}
}

// batch is the committer's work in progress. It outlives the committer's
// goroutine, which a transaction's function may end.
type batch struct {
	calls []*call
	next  int // calls before it have run
	btx   *bbolt.Tx
	root  *bbolt.Bucket
	over  overlay
}

// commitLoop runs batches until the store is closed. There is one at a time. With
// resume it first finishes the batch that it left when a function ended it.
func (db *DB) commitLoop(resume bool) {
	debug.SetPanicOnFault(true)
	finished := false
	defer func() {
		if !finished { // a function called runtime.Goexit: go on where it left off
			go db.commitLoop(true)
		}
	}()
	for holding := resume; resume || db.take(holding); holding = true {
		resume = false
		db.runBatch()
	}
	finished = true
	close(db.stopped)
}

// take waits for calls and moves them from the queue to the batch. Holding the
// batch, it lets go of it before it waits. It returns false when the store is
// closed and nothing is left.
func (db *DB) take(holding bool) bool {
	for {
		db.settleQueue()
		db.mu.Lock()
		if holding || !db.busy {
			n := min(len(db.queue), batchMax)
			db.batch.calls = append(db.batch.calls, db.queue[:n]...)
			rest := copy(db.queue, db.queue[n:])
			clear(db.queue[rest:])
			db.queue = db.queue[:rest]
			// A lone writer whose function ended its goroutine has left its call there.
			db.busy = len(db.batch.calls) > 0
			holding = false
			if db.busy || db.closed {
				db.mu.Unlock()
				return db.busy
			}
		}
		db.mu.Unlock()
		<-db.wake // whoever is busy rouses us
	}
}

// settleQueue lets goroutines that are ready to run, such as the callers just
// answered, queue what they have. It does not wait for any that are not.
func (db *DB) settleQueue() {
	for range 4 {
		before := db.queueLen()
		if before == 0 {
			return
		}
		runtime.Gosched()
		if n := db.queueLen(); n == before || n >= batchMax {
			return
		}
	}
}

func (db *DB) queueLen() int {
	db.mu.Lock()
	defer db.mu.Unlock()
	return len(db.queue)
}

// runBatch runs what is left of the batch, commits it and answers the callers.
func (db *DB) runBatch() {
	b := &db.batch
	err := db.begin()
	for err == nil && b.next < len(b.calls) {
		c := b.calls[b.next]
		b.next++
		if c.state.CompareAndSwap(queued, taken) {
			db.run(c)
		}
	}
	if b.btx != nil {
		if applied, applyErr := b.apply(); applyErr != nil || !applied {
			err = errors.Join(applyErr, b.btx.Rollback())
		} else {
			err = db.finish(b.btx)
		}
	}
	for _, c := range b.calls {
		if err != nil && c.state.CompareAndSwap(queued, taken) {
			c.err = err
		}
		if c.state.Load() != taken {
			continue
		}
		if err != nil {
			c.err = err
		}
		c.done <- struct{}{}
	}
	b.reset()
}

// begin opens the bbolt transaction of the batch, unless it is open already.
func (db *DB) begin() (err error) {
	b := &db.batch
	if b.btx != nil {
		return nil
	}
	if why := db.refusal.Load(); why != nil {
		return *why
	}
	btx, err := db.bolt.Begin(true)
	if err != nil {
		return translate(err)
	}
	defer func() {
		if r := recover(); r != nil {
			err = errors.Join(damaged(r), btx.Rollback())
		}
	}()
	b.root = btx.Bucket(bucketName)
	b.root.FillPercent = fill
	b.btx = btx
	return nil
}

// run runs one call on the overlay and takes back what it wrote if it fails.
func (db *DB) run(c *call) {
	over := &db.batch.over
	mark := len(over.undo)
	t := &tx{bucket: db.batch.root, over: over}
	c.err = errGone
	defer func() {
		t.ended = true
		if c.err != nil {
			over.rollback(mark)
		}
	}()
	c.err = guard(c.fn, t)
}

// apply moves what the batch wrote from the overlay into the bbolt transaction,
// and tells whether there was anything.
func (b *batch) apply() (changed bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = damaged(r)
		}
	}()
	for _, chunk := range b.over.chunks {
		for i := range chunk {
			e := &chunk[i]
			switch e.state {
			case written:
				changed, err = true, b.root.Put(e.key, e.value)
			case deleted:
				changed, err = true, b.root.Delete(e.key)
			}
			if err != nil {
				return changed, err
			}
		}
	}
	return changed, nil
}

func (b *batch) reset() {
	clear(b.calls)
	b.calls = b.calls[:0]
	b.next, b.btx, b.root = 0, nil, nil
	b.over.reset()
}

// finish commits. When that fails it finds out what became of the changes.
//
// bbolt writes and syncs the new pages, all of them to places the current state
// does not use, then writes and syncs the meta page, which switches to them. An
// error before the meta page is written has changed nothing, and bbolt has put
// its own memory right; afterwards nobody can tell what a crash would leave, and
// bbolt's memory no longer matches the file.
func (db *DB) finish(btx *bbolt.Tx) error {
	id, size := btx.ID(), btx.Size()
	growBy(db.bolt, size)
	err := db.commitSafely(btx)
	if err == nil {
		if size >= keepBelow {
			db.letGoSoon()
		}
		return nil
	}
	err = translate(err)
	now, readErr := db.currentID()
	switch {
	case readErr != nil || now >= id:
		err = fmt.Errorf("%w: %w", store.ErrUnknown, errors.Join(err, readErr))
		db.refuse(err)
	case errors.Is(err, store.ErrDamaged):
		db.refuse(err)
	default:
		err = fmt.Errorf("commit: %w", err)
	}
	db.log.Error("store: commit failed, nothing reported as recorded is lost", "path", db.path, "err", err)
	return err
}

// commitSafely commits and turns a panic, which bbolt is prone to when the file
// is damaged, into ErrDamaged.
func (db *DB) commitSafely(btx *bbolt.Tx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.Join(damaged(r), btx.Rollback())
		}
	}()
	return db.commit(btx)
}

// currentID returns the id of the last transaction as a reader sees it.
func (db *DB) currentID() (id int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = damaged(r)
		}
	}()
	btx, err := db.bolt.Begin(false)
	if err != nil {
		return 0, err
	}
	return btx.ID(), btx.Rollback()
}

// refuse makes every later Update fail with err.
func (db *DB) refuse(err error) { db.refusal.CompareAndSwap(nil, &err) }
