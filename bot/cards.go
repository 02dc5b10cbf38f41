package bot

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"greffier/store"
)

// CardFunc draws the newest state of a card from its key. ok is false when
// there is no such thing any more.
type CardFunc func(c *Ctx, key string) (card Card, ok bool)

// hang is a place where a live card is.
type hang struct {
	Ref   string `json:"r"`
	Place Place  `json:"p"`
}

var hangs = store.NewTable[hang]("hang")

func hangKey(card string, p Place) []byte { return store.K(card, p.Platform, p.Channel) }

// dirtyKey holds, for each platform and card to redraw there, a number that grows with
// each change.
func dirtyKey(platform, card string) []byte { return store.K("dirty", platform, card) }

// Redraw marks a card to be drawn again wherever it hangs.
func (c *Ctx) Redraw(card string) {
	if c.bot == nil {
		return // a context over a register alone: nothing hangs anywhere
	}
	for _, platform := range c.bot.platforms {
		key := dirtyKey(platform, card)
		var n uint64
		if b := c.Get(key); len(b) == 8 {
			n = binary.BigEndian.Uint64(b)
		} else {
			c.posted = true
		}
		c.Put(key, binary.BigEndian.AppendUint64(nil, n+1))
	}
}

// dirtyByPlatform brings over what an earlier version marked without saying on which
// platform.
func dirtyByPlatform(tx store.Tx) error {
	marks := map[string][]byte{}
	for key, version := range tx.Scan(store.Prefix(store.K("dirty"))) {
		marks[string(key)] = bytes.Clone(version)
	}
	for key, version := range marks {
		var table, card string
		if err := store.ParseKey([]byte(key), &table, &card); err != nil {
			return err
		}
		tx.Delete([]byte(key))
		for _, h := range hangs.Prefix(tx, store.K(card)) {
			tx.Put(dirtyKey(h.Place.Platform, card), version)
		}
	}
	return nil
}

// Hangs tells where a card hangs.
func (c *Ctx) Hangs(card string) []Place {
	var places []Place
	for _, h := range hangs.Prefix(c.Tx, store.K(card)) {
		places = append(places, h.Place)
	}
	return places
}

// Rehang has one card be another from now on, wherever that one does not hang
// itself; both are drawn again.
func (c *Ctx) Rehang(from, to string) {
	for _, id := range collect2(hangs.Prefix(c.Tx, store.K(from))) {
		h, _ := hangs.Get(c.Tx, id)
		hangs.Move(c.Tx, id, hangKey(to, h.Place))
		if other, _ := hangs.Get(c.Tx, hangKey(to, h.Place)); other.Ref != h.Ref {
			hangs.Put(c.Tx, id, h) // that one hangs there already
		}
	}
	outbox.Change(c.Tx, nil, func(_ []byte, p *Post) bool {
		moved := p.Card == from
		if moved {
			p.Card = to
		}
		return moved
	})
	c.Redraw(from)
	c.Redraw(to)
}

// redrawal is a card to draw again, as it stood at one moment.
type redrawal struct {
	card    string
	version string
	places  []Delivery
}

// redraw draws again every card that is due, or at once every card that changed,
// in every place of the platform where it hangs, always from the newest state. It returns after
// what time another may be due.
func (l *lane) redraw(ctx context.Context, atOnce bool) (next time.Duration, err error) {
	due, next, err := l.dueCards(ctx, atOnce)
	if err != nil {
		return next, err
	}
	if len(due) > 0 {
		next = min(next, redrawStill) // they may have changed meanwhile
	}
	paces := make([]pace, len(due))
	errs := make([]error, len(due))
	slots := make(chan struct{}, l.parallel)
	if atOnce {
		slots = make(chan struct{}, 1) // one after the other, so that whoever reads along sees them in order
	}
	var drawing sync.WaitGroup
	for i, card := range due {
		slots <- struct{}{}
		drawing.Go(func() {
			defer func() { <-slots }()
			began := startWatch()
			errs[i] = l.drawAgain(ctx, card)
			paces[i] = pace{drawn: began, took: began.elapsed()}
		})
	}
	drawing.Wait()
	for i, card := range due {
		l.paces[card] = paces[i]
	}
	return next, errors.Join(errs...)
}

// drawAgain draws a card everywhere, and notes that it is drawn unless it changed
// again meanwhile or some place has to be tried again.
func (l *lane) drawAgain(ctx context.Context, card string) error {
	r, err := l.newestState(ctx, card)
	if err != nil {
		return err
	}
	done, err := l.deliverRedrawal(ctx, r)
	if err != nil || !done {
		return err
	}
	return l.store.Update(ctx, func(tx store.Tx) error {
		if string(tx.Get(dirtyKey(l.platform, card))) == r.version {
			tx.Delete(dirtyKey(l.platform, card))
		}
		return nil
	})
}

// dueCards lists the changed cards that are to be drawn now, and after what time
// another may be.
func (l *lane) dueCards(ctx context.Context, atOnce bool) (due []string, next time.Duration, err error) {
	changed := map[string]string{}
	err = l.store.View(ctx, func(tx store.Tx) error {
		clear(changed)
		for key, version := range tx.Scan(store.Prefix(store.K("dirty", l.platform))) {
			var table, platform, card string
			if err := store.ParseKey(key, &table, &platform, &card); err != nil {
				return err
			}
			changed[card] = string(version)
		}
		return nil
	})
	next = redrawLongest
	for card, version := range changed {
		if l.hanging[card] {
			continue
		}
		p := l.paces[card].seen(version)
		l.paces[card] = p
		if wait := p.wait(); wait > 0 && !atOnce {
			next = min(next, wait)
			continue
		}
		due = append(due, card)
	}
	for card, p := range l.paces {
		if _, dirty := changed[card]; !dirty && p.drawn.elapsed() > time.Minute {
			delete(l.paces, card)
		}
	}
	slices.Sort(due)
	return due, next, err
}

func (l *lane) newestState(ctx context.Context, card string) (r redrawal, err error) {
	err = l.store.View(ctx, func(tx store.Tx) error {
		r = redrawal{card: card, version: string(tx.Get(dirtyKey(l.platform, card)))}
		ch := l.Charter()
		for _, h := range hangs.Prefix(tx, store.K(card, l.platform)) {
			s := l.speaker(tx, ch, ch.Community.Locale, h.Place.Platform)
			d := Delivery{Key: "card-" + card, Place: h.Place, Replace: h.Ref}
			d.Message.Card, d.Message.Buttons = l.drawCard(tx, card, s)
			r.places = append(r.places, d)
		}
		return nil
	})
	return r, err
}

// deliverRedrawal redraws a card where it hangs. done is false when some place
// has to be tried again.
func (l *lane) deliverRedrawal(ctx context.Context, r redrawal) (done bool, err error) {
	done = true
	for _, d := range r.places {
		adapter := l.adapters[d.Place.Platform]
		if adapter == nil || d.Message.Card == nil {
			continue
		}
		_, cause := adapter.Deliver(ctx, d)
		switch {
		case cause == nil:
			l.metrics.redrawn.Inc()
		case errors.Is(cause, ErrGone), errors.Is(cause, ErrUndeliverable):
			err := l.store.Update(ctx, func(tx store.Tx) error {
				hangs.Delete(tx, hangKey(r.card, d.Place))
				return nil
			})
			if err != nil {
				return false, err
			}
		default:
			l.log.Info("card will be redrawn later", "card", r.card, "error", cause)
			done = false
		}
	}
	return done, nil
}

// drawCard draws a card in one language, with its buttons.
func (b *Bot) drawCard(tx store.Tx, key string, s *Speaker) (*CardView, []ButtonView) {
	family, _, _ := strings.Cut(key, "/")
	draw, ok := b.cards[family]
	if !ok {
		return nil, nil
	}
	c := b.context(tx, Event{}, b.clock.Now())
	card, ok := draw(c, key)
	if !ok {
		return nil, nil
	}
	card.Key = key
	return s.card(card), s.buttons(card.Buttons)
}

// card draws a card's words.
func (s *Speaker) card(card Card) *CardView {
	view := &CardView{Key: card.Key, Title: s.Say(card.Title), Body: s.Say(card.Body), Tone: card.Tone, Appointment: card.Appointment}
	view.Thread = s.Plain(card.Thread)
	for _, t := range card.Tags {
		view.Tags = append(view.Tags, s.Plain(t))
	}
	for _, f := range card.Fields {
		if value := s.Say(f.Value); value != "" {
			view.Fields = append(view.Fields, FieldView{s.Say(f.Label), value})
		}
	}
	return view
}

func (s *Speaker) buttons(buttons []Button) []ButtonView {
	var views []ButtonView
	for _, b := range buttons {
		view := ButtonView{Label: s.Plain(b.Label), Call: b.Call, Style: b.Style}
		if b.Aside {
			view.Line = s.bot.tree.typed(s.locale, b.Call)
		}
		views = append(views, view)
	}
	return views
}

// Card draws the newest state of a card of any feature, in order to name what
// it shows; ok is false when there is no such thing.
func (c *Ctx) Card(key string) (Card, bool) {
	family, _, _ := strings.Cut(key, "/")
	if draw, ok := c.bot.cards[family]; ok {
		return draw(c, key)
	}
	return Card{}, false
}
