package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"greffier/store"
)

// lane is the way out to one platform: its posts are delivered and its cards drawn
// again whatever becomes of the other platforms, one of which may hang for hours. To
// one place everything goes in the order in which it was said.
type lane struct {
	*Bot
	// platform is whose lane it is; empty for what can be delivered on none.
	platform string
	changed  chan struct{}
	sending  sync.Mutex      // one sender at a time, or a post would go out twice
	paces    map[string]pace // card → when it was last drawn and changed; the sender's own
	// hanging are the cards that are being hung: they are drawn again once that is known.
	hanging map[string]bool
	// first is no later than the first post of this lane, as it was found when the
	// outbox was last looked through, at looked: what stands before it waits for another
	// platform.
	first  uint64
	looked stopwatch
}

const (
	// parcelsAtOnce is how many posts a lane takes out of the outbox at a time.
	parcelsAtOnce = 256
	// lookThrough is how often the whole outbox is looked through: whom a post is for
	// may have come over from another platform.
	lookThrough = 30 * time.Second
)

// newLanes makes a lane for each platform, and one for what is for none; where there
// is a single platform, or none at all, one lane takes everything.
func (b *Bot) newLanes() {
	names := slices.Clone(b.platforms)
	if len(names) != 1 {
		names = append(names, "")
	}
	for _, name := range names {
		b.lanes = append(b.lanes, &lane{Bot: b, platform: name, changed: make(chan struct{}, 1), paces: map[string]pace{}})
	}
}

// carries reports whether a post goes out by this lane.
func (l *lane) carries(tx store.Tx, p Post) bool {
	if len(l.lanes) == 1 {
		return true
	}
	platform := p.Place.Platform
	if p.To != 0 {
		m, _ := members.Get(tx, store.K(uint64(p.To)))
		account, _ := l.writeTo(tx, m)
		platform = account.Platform
	}
	if l.adapters[platform] == nil {
		platform = ""
	}
	return platform == l.platform
}

// handed are the posts that a lane has taken out of the outbox to deliver: nobody else
// takes them meanwhile, even when the one they are for has gone to another platform.
type handed struct {
	mu    sync.Mutex
	posts map[uint64]*lane
}

// take hands a post to a lane; ok is false when another has it.
func (h *handed) take(l *lane, seq uint64) (ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if by := h.posts[seq]; by != nil && by != l {
		return false
	}
	h.posts[seq] = l
	return true
}

// giveBack is called once the posts of a batch were delivered or put off.
func (h *handed) giveBack(batch map[string][]parcel) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, parcels := range batch {
		for _, p := range parcels {
			delete(h.posts, p.seq)
		}
	}
}

// Flush delivers everything the outbox holds that is due, and redraws every
// card that changed. It blocks on the platforms, one of which does not hold up the
// others. What cannot be delivered now stays for later; the error is one of the
// store's.
func (b *Bot) Flush(ctx context.Context) error {
	for {
		sent, errs := make([]bool, len(b.lanes)), make([]error, len(b.lanes))
		var flushing sync.WaitGroup
		for i, l := range b.lanes {
			flushing.Go(func() { sent[i], errs[i] = l.flush(ctx) })
		}
		flushing.Wait()
		err := errors.Join(errs...)
		// What one lane had to give up may be told on another.
		if err != nil || ctx.Err() != nil || len(b.lanes) == 1 || !slices.Contains(sent, true) {
			return err
		}
	}
}

// flush delivers what a lane has and redraws its cards; sent tells whether it had any.
func (l *lane) flush(ctx context.Context) (sent bool, err error) {
	l.sending.Lock()
	defer l.sending.Unlock()
	l.first = 0
	for {
		batch, err := l.pending(ctx)
		if err != nil {
			return sent, err
		}
		if len(batch) == 0 || ctx.Err() != nil {
			_, err = l.redraw(ctx, true)
			return sent, err
		}
		sent = true
		if err := l.deliverAll(ctx, batch); err != nil {
			return sent, err
		}
	}
}

// pending takes up to 256 posts of the lane that are due, grouped by destination in
// order. A post that waits holds back the later ones to the same destination.
func (l *lane) pending(ctx context.Context) (map[string][]parcel, error) {
	if l.looked.elapsed() > lookThrough {
		l.first = 0
	}
	var batch map[string][]parcel
	err := l.store.View(ctx, func(tx store.Tx) error {
		batch = map[string][]parcel{}
		waiting := map[string]bool{}
		now, n, first, last := l.clock.Now(), 0, uint64(0), uint64(0)
		for id, p := range outbox.Range(tx, store.K(l.first), nil) {
			var seq uint64
			if err := store.ParseKey(id, &seq); err != nil {
				return err
			}
			last = seq
			if !l.carries(tx, p) {
				continue
			}
			if first == 0 {
				first = seq
			}
			where := fmt.Sprintf("%d|%s|%s", p.To, p.Place.Platform, p.Place.Channel)
			if waiting[where] || p.NotBefore.After(now) || !l.handed.take(l, seq) {
				waiting[where] = true
				continue
			}
			batch[where] = append(batch[where], parcel{seq: seq, post: p})
			if n++; n == parcelsAtOnce {
				break
			}
		}
		if l.first == 0 {
			l.looked = startWatch()
		}
		l.first = cmp.Or(first, last+1)
		return nil
	})
	if err != nil {
		l.handed.giveBack(batch)
	}
	return batch, err
}

// deliverAll delivers to all destinations at once, to each in order. What nobody
// will get is given up afterwards, in the order in which it was said.
func (l *lane) deliverAll(ctx context.Context, batch map[string][]parcel) error {
	defer l.handed.giveBack(batch)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	var lost []parcel
	slots := make(chan struct{}, l.parallel)
	for _, parcels := range batch {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			for _, p := range parcels {
				more, why, err := l.deliver(ctx, p)
				mu.Lock()
				if err != nil {
					failed = err
				}
				if why != "" {
					p.why = why
					lost = append(lost, p)
				}
				mu.Unlock()
				if !more || err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	slices.SortFunc(lost, func(x, y parcel) int { return cmp.Compare(x.seq, y.seq) })
	for _, p := range lost {
		if err := l.giveUp(ctx, p); err != nil {
			return err
		}
	}
	if len(lost) > 0 {
		l.wake() // somebody may have to be told, on whatever platform
	}
	return failed
}

// keepSending delivers and redraws until ctx ends.
func (l *lane) keepSending(ctx context.Context) {
	const lookEvery = time.Second // posts that were put off come due
	for {
		next, err := l.sendOnce(ctx)
		if err != nil && ctx.Err() == nil {
			l.log.Error("outbox cannot be emptied", "platform", l.platform, "error", err)
			next = lookEvery
		}
		timer := time.NewTimer(min(next, lookEvery))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-l.changed:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// sendOnce delivers what is due and redraws what is to be redrawn. It returns
// after what time another card may be.
func (l *lane) sendOnce(ctx context.Context) (next time.Duration, err error) {
	l.sending.Lock()
	defer l.sending.Unlock()
	batch, err := l.pending(ctx)
	if err == nil && len(batch) > 0 {
		err = l.deliverDrawing(ctx, batch)
	}
	if err != nil {
		return 0, err
	}
	if len(batch) > 0 {
		l.nudge(l.changed)
	}
	return l.redraw(ctx, false)
}

// deliverDrawing delivers a batch, and meanwhile redraws what changes: a platform may
// take a post a second only, and the cards would stand still for minutes.
func (l *lane) deliverDrawing(ctx context.Context, batch map[string][]parcel) error {
	l.hanging = map[string]bool{}
	for _, parcels := range batch {
		for _, p := range parcels {
			if p.post.Card != "" {
				l.hanging[p.post.Card] = true
			}
		}
	}
	defer func() { l.hanging = nil }()
	sent := make(chan error, 1)
	go func() { sent <- l.deliverAll(ctx, batch) }()
	look := time.NewTicker(redrawStill)
	defer look.Stop()
	for {
		select {
		case err := <-sent:
			return err
		case <-look.C:
		}
		if _, err := l.redraw(ctx, false); err != nil {
			return errors.Join(err, <-sent)
		}
	}
}

// wake tells the senders that there may be something to send.
func (b *Bot) wake() {
	for _, l := range b.lanes {
		b.nudge(l.changed)
	}
}
