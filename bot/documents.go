package bot

import (
	"context"
	"slices"
	"strings"

	"greffier/store"
)

// DocumentFunc draws a document from its key, in a language. ok is false when
// there is no such document, or no longer.
type DocumentFunc func(c *Ctx, key, locale string) (doc File, ok bool)

// Documents are not stored: like live cards they have a key, such as
// "minutes/12.pdf", and are drawn by the feature of their family ("minutes") at
// the moment they are handed over, from the state of then.

// Document draws the document with a key, in a language. It never blocks; ok is
// false when there is none.
func (c *Ctx) Document(key, locale string) (doc File, ok bool) {
	family, _, _ := strings.Cut(key, "/")
	draw, known := c.bot.documents[family]
	if !known {
		return File{}, false
	}
	return draw(c, key, c.bot.catalog.locale(locale, c.Charter.Community.Locale))
}

// Document draws a document for whoever fetches it by its key, as a calendar
// that subscribes to a feed does. It reads one snapshot. The error is the
// store's.
func (b *Bot) Document(ctx context.Context, key, locale string) (doc File, ok bool, err error) {
	err = b.store.View(ctx, func(tx store.Tx) error {
		doc, ok = b.context(tx, Event{}, b.clock.Now()).Document(key, locale)
		return nil
	})
	return doc, ok, err
}

// drawDocuments draws what a post carries, leaving out what is gone.
func (b *Bot) drawDocuments(tx store.Tx, keys []string, locale string) []File {
	var files []File
	for _, key := range keys {
		if doc, ok := b.context(tx, Event{}, b.clock.Now()).Document(key, locale); ok {
			files = append(files, doc)
		}
	}
	return files
}

// Unsay takes back what was to be said about something (Post.About, TellWhile) and was
// not delivered yet, whether it is on its way, waits for the end of somebody's silence
// or is gathered with other news: what it says is no longer so.
func (c *Ctx) Unsay(about string) {
	unsay(c.Tx, outbox, about)
	unsay(c.Tx, held, about)
	unsay(c.Tx, notices, about)
}

func unsay[T any](tx store.Tx, waiting *store.Table[T], about string) {
	for _, id := range slices.Collect(waiting.By(tx, "about", store.K(about))) {
		waiting.Delete(tx, id)
	}
}
