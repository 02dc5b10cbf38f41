package bot

import (
	"context"
	"errors"
	"fmt"
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

var outbox = store.NewTable("outbox", byAbout(Post.about))

func (p Post) about() string { return p.About }

// byAbout finds what Unsay takes back.
func byAbout[T any](about func(T) string) store.Index[T] {
	return store.Index[T]{Name: "about", Keys: func(_ []byte, v T) [][]byte {
		if about(v) == "" {
			return nil
		}
		return [][]byte{store.K(about(v))}
	}}
}

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
