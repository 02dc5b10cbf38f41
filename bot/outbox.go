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

// Post is something to say that is stored with what caused it and delivered
// afterwards, however long the platform takes to come back.
type Post struct {
	// Place is where to say it; To, when set, is whom to write to privately.
	Place   Place    `json:"p,omitzero"`
	To      MemberID `json:"m,omitempty"`
	Text    Text     `json:"t,omitzero"`
	Buttons []Button `json:"b,omitempty"`
	// Card is the key of a live card to hang there.
	Card string `json:"c,omitempty"`
	// Invite is a member to whom the place is opened before the post stands there, so
	// that they can read it: a private channel that they are now a member of.
	Invite MemberID `json:"v,omitempty"`
	// Under is the key of a card: where it hangs in that place, the post stands in
	// its thread.
	Under string `json:"k,omitempty"`
	// Else is who is told what a post said when it can never be delivered.
	Else *Else `json:"x,omitempty"`
	// Documents are the keys of what it carries, drawn when it is delivered.
	Documents []string `json:"d,omitempty"`
	// About names what the post speaks of, so that Unsay can take it back.
	About string `json:"o,omitempty"`
	// Reminder says that nobody asked for it now: it does not go to a member who
	// wants no private reminders.
	Reminder bool `json:"r,omitempty"`
	// Urgent posts do not wait for the end of a member's hours of silence; nor
	// does one whose matter is over before then, at Until.
	Urgent bool      `json:"u,omitempty"`
	Until  time.Time `json:"e,omitzero"`
	// Tries counts the attempts so far; NotBefore is when the next one is due.
	Tries     int       `json:"n,omitempty"`
	NotBefore time.Time `json:"w,omitzero"`
}

var outbox = store.NewTable[Post]("outbox")

// Post says something in a place, to be seen by everybody there.
func (c *Ctx) Post(place Place, text Text, buttons ...Button) {
	c.Send(Post{Place: place, Text: text, Buttons: buttons})
}

// Write tells something to one member in private, at once. Most features call
// Tell, which gathers what comes thick and fast.
func (c *Ctx) Write(to MemberID, text Text, buttons ...Button) {
	c.Send(Post{To: to, Text: text, Buttons: buttons})
}

// Hang puts a live card in a place. It is drawn when it is delivered, and drawn
// again there each time it is marked with Redraw.
func (c *Ctx) Hang(card string, place Place) {
	c.Send(Post{Place: place, Card: card})
}

// Send puts a post in the outbox: Post, Write and Hang for what carries
// documents or may have to be taken back.
func (c *Ctx) Send(p Post) {
	if p.Place.Direct && p.To == 0 {
		p.To = c.Caller.ID // said in their private conversation, which is theirs
	}
	if m, ok := c.Member(p.To); ok {
		p.To = m.ID // by whichever of their numbers they were called
	}
	outbox.Put(c.Tx, store.K(outbox.NextID(c.Tx)), p)
	c.posted = true
}

// Channels lists where a logical channel of the charter is, on each platform
// that the bot serves. An empty name, or one without a place, gives the place
// of the call.
func (c *Ctx) Channels(name string) []Place {
	var places []Place
	for _, platform := range c.bot.platforms {
		if id, ok := c.Charter.Place(name, platform); ok {
			places = append(places, Place{Platform: platform, Channel: id})
		}
	}
	if len(places) == 0 && c.Place.Channel != "" {
		places = append(places, Place{Platform: c.Place.Platform, Channel: c.Place.Channel})
	}
	return places
}

// parcel is a post on its way.
type parcel struct {
	seq  uint64
	post Post
	// why, when set, is why nobody will get it.
	why loss
}

func (p parcel) id() []byte { return store.K(p.seq) }

// Flush delivers everything the outbox holds that is due, and redraws every
// card that changed. It blocks on the platforms. What cannot be delivered now
// stays for later; the error is one of the store's.
func (b *Bot) Flush(ctx context.Context) error {
	b.sending.Lock()
	defer b.sending.Unlock()
	for {
		batch, err := b.pending(ctx)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			_, err = b.redraw(ctx, true)
			return err
		}
		if err := b.deliverAll(ctx, batch); err != nil {
			return err
		}
	}
}

// pending takes up to 256 posts that are due, grouped by destination in order.
// A post that waits holds back the later ones to the same destination.
func (b *Bot) pending(ctx context.Context) (map[string][]parcel, error) {
	batch := map[string][]parcel{}
	err := b.store.View(ctx, func(tx store.Tx) error {
		clear(batch)
		waiting := map[string]bool{}
		now, n := b.clock.Now(), 0
		for id, p := range outbox.Prefix(tx, nil) {
			where := fmt.Sprintf("%d|%s|%s", p.To, p.Place.Platform, p.Place.Channel)
			if waiting[where] || p.NotBefore.After(now) {
				waiting[where] = true
				continue
			}
			var seq uint64
			if err := store.ParseKey(id, &seq); err != nil {
				return err
			}
			batch[where] = append(batch[where], parcel{seq: seq, post: p})
			if n++; n == 256 {
				break
			}
		}
		return nil
	})
	return batch, err
}

// deliverAll delivers to all destinations at once, to each in order. What nobody
// will get is given up afterwards, in the order in which it was said.
func (b *Bot) deliverAll(ctx context.Context, batch map[string][]parcel) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	var lost []parcel
	slots := make(chan struct{}, b.parallel)
	for _, parcels := range batch {
		wg.Add(1)
		slots <- struct{}{}
		go func() {
			defer wg.Done()
			defer func() { <-slots }()
			for _, p := range parcels {
				more, why, err := b.deliver(ctx, p)
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
		}()
	}
	wg.Wait()
	slices.SortFunc(lost, func(x, y parcel) int { return cmp.Compare(x.seq, y.seq) })
	for _, p := range lost {
		if err := b.giveUp(ctx, p); err != nil {
			return err
		}
	}
	return failed
}

// deliver makes one attempt. more is false when the later posts to the same
// destination must wait for this one; why, when set, is why nobody will get it.
func (b *Bot) deliver(ctx context.Context, p parcel) (more bool, why loss, err error) {
	d, err := b.draw(ctx, p)
	if err != nil {
		return false, "", err
	}
	switch {
	case d.declined:
		return true, unwanted, nil
	case !d.silent.IsZero():
		return true, "", b.hold(ctx, p, d.silent)
	}
	var ref string
	cause := ErrUndeliverable
	if d.adapter != nil {
		ref, cause = d.adapter.Deliver(ctx, d.Delivery)
	}
	switch {
	case cause == nil:
		b.metrics.delivered.Inc()
	case errors.Is(cause, ErrUndeliverable), errors.Is(cause, ErrGone):
		b.metrics.undeliverable.Inc()
		b.log.Warn("post cannot be delivered", "post", d.Key, "place", d.Place.Channel, "error", cause)
		return true, undeliverable, nil
	case ctx.Err() != nil:
		return false, "", nil
	default:
		b.log.Info("post is put off", "post", d.Key, "tries", p.post.Tries+1, "error", cause)
		return false, "", b.retry(ctx, p)
	}
	return true, "", b.store.Update(ctx, func(tx store.Tx) error {
		outbox.Delete(tx, p.id())
		if p.post.Card != "" {
			hangs.Put(tx, hangKey(p.post.Card, d.Place), hang{Ref: ref, Place: d.Place})
		}
		return nil
	})
}

// retry puts a post off by one second, doubled at each try up to ten minutes.
func (b *Bot) retry(ctx context.Context, p parcel) error {
	return b.store.Update(ctx, func(tx store.Tx) error {
		if !outbox.Has(tx, p.id()) {
			return nil // dropped meanwhile
		}
		wait := min(time.Second<<min(p.post.Tries, 10), 10*time.Minute)
		p.post.Tries++
		p.post.NotBefore = b.clock.Now().Add(wait)
		outbox.Put(tx, p.id(), p.post)
		return nil
	})
}

// drawnPost is a post said in the language and dialect of where it goes.
type drawnPost struct {
	Delivery
	// adapter is nil when there is nowhere to deliver it.
	adapter Adapter
	// declined posts are not wanted; silent is until when nothing is to be said.
	declined bool
	silent   time.Time
}

// draw says a post in the language and dialect of where it goes.
func (b *Bot) draw(ctx context.Context, p parcel) (d drawnPost, err error) {
	err = b.store.View(ctx, func(tx store.Tx) error {
		d = drawnPost{Delivery: Delivery{Key: fmt.Sprintf("post-%s-%d", b.register, p.seq), Place: p.post.Place}}
		ch := b.Charter()
		locale := ch.Community.Locale
		if p.post.To != 0 {
			m, _ := members.Get(tx, store.K(uint64(p.post.To)))
			account, ok := b.writeTo(tx, m)
			if !ok {
				return nil
			}
			d.To, d.Place = account, Place{Platform: account.Platform, Direct: true}
			locale = b.catalog.locale(m.locale(account), locale)
			d.declined, d.silent = b.unwanted(tx, p.post)
		}
		d.adapter = b.adapters[d.Place.Platform]
		if m, ok := memberOf(tx, p.post.Invite); ok && !d.Place.Direct {
			for a := range accountsOf(tx, m) {
				if a.Platform == d.Place.Platform {
					d.Invite = append(d.Invite, a)
				}
			}
		}
		if h, ok := hangs.Get(tx, hangKey(p.post.Under, d.Place)); ok && p.post.Under != "" && !d.Place.Direct {
			d.Place, d.Under = h.Place, h.Ref
		}
		s := b.speaker(tx, ch, locale, d.Place.Platform)
		d.Message = Message{Text: s.Say(p.post.Text), Buttons: s.buttons(p.post.Buttons)}
		d.Message.Files = b.drawDocuments(tx, p.post.Documents, locale)
		if p.post.Card != "" {
			d.Message.Card, d.Message.Buttons = b.drawCard(tx, p.post.Card, s)
		}
		return nil
	})
	return d, err
}

// writeTo picks the account to write to a member at: the last one they used,
// among the platforms that are served.
func (b *Bot) writeTo(tx store.Tx, m Member) (Account, bool) {
	if m.Erased {
		return Account{}, false
	}
	for a := range accountsOf(tx, m) {
		if b.adapters[a.Platform] != nil {
			return a, true
		}
	}
	return Account{}, false
}

// keepSending delivers and redraws until ctx ends.
func (b *Bot) keepSending(ctx context.Context) {
	const lookEvery = time.Second // posts that were put off come due
	for {
		next, err := b.sendOnce(ctx)
		if err != nil && ctx.Err() == nil {
			b.log.Error("outbox cannot be emptied", "error", err)
			next = lookEvery
		}
		timer := time.NewTimer(min(next, lookEvery))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-b.outboxChanged:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// sendOnce delivers what is due and redraws what is to be redrawn. It returns
// after what time another card may be.
func (b *Bot) sendOnce(ctx context.Context) (next time.Duration, err error) {
	b.sending.Lock()
	defer b.sending.Unlock()
	batch, err := b.pending(ctx)
	if err == nil && len(batch) > 0 {
		err = b.deliverAll(ctx, batch)
	}
	if err != nil {
		return 0, err
	}
	if len(batch) > 0 {
		b.wake()
	}
	return b.redraw(ctx, false)
}
