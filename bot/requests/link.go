package requests

import (
	"bytes"

	"greffier/bot"
	"greffier/store"
)

// linked makes one person's what was two members': requests, supports, comments and
// opinions. Nobody supports twice, nor what they asked for themselves.
func linked(c *bot.Ctx, l bot.Linked) error {
	for _, index := range []string{"author", "assignee"} {
		for id := range each(requests.By(c.Tx, index, store.K(uint64(l.Gone)))) {
			r, _ := requests.Get(c.Tx, []byte(id))
			old := r.clone()
			if r.Author == l.Gone {
				r.Author = l.Kept
			}
			if r.Assignee == l.Gone {
				r.Assignee = l.Kept
			}
			if supports.Delete(c.Tx, store.K(r.Number, uint64(r.Author))) {
				r.Supporters--
			}
			save(c, &old, &r)
		}
	}
	for id := range each(supports.By(c.Tx, "member", store.K(uint64(l.Gone)))) {
		n, _ := pair([]byte(id))
		r, ok := requests.Get(c.Tx, store.K(n))
		s, _ := supports.Get(c.Tx, []byte(id))
		supports.Delete(c.Tx, []byte(id))
		if !ok {
			continue
		}
		if r.Author != l.Kept && !supported(c, &r, l.Kept) {
			supports.Put(c.Tx, store.K(n, uint64(l.Kept)), s)
			c.Redraw(r.key())
			continue
		}
		old := r.clone()
		r.Supporters--
		save(c, &old, &r)
	}
	moved := map[string][]byte{}
	for _, ids := range []map[string]bool{
		each(cases.By(c.Tx, "member", store.K(uint64(l.Gone)))), each(consents.By(c.Tx, "member", store.K(uint64(l.Gone)))),
	} {
		for id := range ids {
			n, _ := pair([]byte(id))
			moved[id] = store.K(n, uint64(l.Kept))
		}
	}
	moveMatches(c, moved)
	for id := range each(comments.By(c.Tx, "member", store.K(uint64(l.Gone)))) {
		m, _ := comments.Get(c.Tx, []byte(id))
		m.By = l.Kept
		comments.Put(c.Tx, []byte(id), m)
	}
	var given [][]byte
	for id, o := range opinions.Prefix(c.Tx, nil) {
		if o.By == l.Gone {
			given = append(given, bytes.Clone(id))
		}
	}
	for _, id := range given {
		o, _ := opinions.Get(c.Tx, id)
		o.By = l.Kept
		opinions.Put(c.Tx, id, o)
	}
	return nil
}
