package members

import (
	"greffier/bot"
	"greffier/store"
)

// linked makes one person's what two members said of themselves and took on. Where
// both had said it, the one who stays is believed.
func linked(c *bot.Ctx, l bot.Linked) error {
	gone, kept := store.K(uint64(l.Gone)), store.K(uint64(l.Kept))
	arrivals.Move(c.Tx, gone, kept)
	volunteers.Move(c.Tx, gone, kept)
	profiles.Move(c.Tx, gone, kept)
	arrivals.Change(c.Tx, nil, func(_ []byte, a *arrival) bool { return l.Move(&a.Contact) })
	waitingArrivals.Change(c.Tx, nil, func(_ []byte, w *waitingArrival) bool { return l.Move(&w.Member) })
	subscribers.Change(c.Tx, nil, func(_ []byte, s *Subscriber) bool {
		by := l.Move(&s.By)
		return l.Move(&s.Member) || by
	})
	softwares.Change(c.Tx, nil, func(_ []byte, s *Software) bool { return l.Move(&s.Member) })
	leads.Change(c.Tx, nil, func(_ []byte, t *lead) bool { return l.Move(&t.Member) })
	events.Change(c.Tx, nil, func(_ []byte, e *event) bool { return l.Move(&e.Member) })
	c.Cancel(introduceJobKey(l.Gone))
	c.Rehang(memberKey(l.Gone), memberKey(l.Kept))
	if profiles.Has(c.Tx, kept) {
		c.Cancel(introduceJobKey(l.Kept))
	}
	return nil
}
