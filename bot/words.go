package bot

import (
	"context"
	"time"

	"greffier/config"
	"greffier/store"
)

// What follows is for adapters, which see the core and nothing below it.

// Fold writes a word without what does not tell two words apart: case, accents
// and ligatures.
func Fold(s string) string { return config.Fold(s) }

// Nearest returns the one of among that word was probably meant to be, or "".
func Nearest(word string, among []string) string { return config.Nearest(word, among) }

// ParseDuration reads a length of time as people say it: 7d, 48h, 1d12h, 30m.
func ParseDuration(s string) (time.Duration, error) {
	d, err := config.ParseDuration(s)
	return d.Std(), err
}

// FormatDuration writes a length of time as ParseDuration reads it.
func FormatDuration(d time.Duration) string { return config.Duration(d).String() }

// Say draws a Text that names nobody, in a language: the sentences that an
// adapter says on its own account.
func (b *Bot) Say(locale string, t Text) Markup {
	ch := b.Charter()
	return b.speaker(noTx{}, ch, b.catalog.locale(locale, ch.Community.Locale), "").Say(t)
}

// Locale is the language the clerk speaks to an account.
func (b *Bot) Locale(ctx context.Context, a Account) string { return b.localeOf(ctx, a) }

// Group finds the group of the charter that somebody named by its identifier or
// by its name, case and accents aside. When there is none, near is the one that
// was probably meant, or empty.
func (b *Bot) Group(typed string) (id, near string) {
	var words []string
	owner := map[string]string{}
	for _, g := range b.Charter().Groups {
		names := []string{g.ID}
		for _, locale := range Locales {
			names = append(names, g.Name.In(locale))
		}
		for _, name := range names {
			switch {
			case name == "":
			case Fold(name) == Fold(typed):
				return g.ID, ""
			default:
				words, owner[name] = append(words, name), g.ID
			}
		}
	}
	return "", owner[Nearest(typed, words)]
}

// Draw draws the newest state of a card for one platform in one language, and
// tells where it hangs there. ok is false when there is no such card.
func (b *Bot) Draw(ctx context.Context, card, platform, locale string) (m Message, places []Place, ok bool, err error) {
	err = b.store.View(ctx, func(tx store.Tx) error {
		ch := b.Charter()
		s := b.speaker(tx, ch, b.catalog.locale(locale, ch.Community.Locale), platform)
		places = nil
		m.Card, m.Buttons = b.drawCard(tx, card, s)
		ok = m.Card != nil
		for _, h := range hangs.Prefix(tx, store.K(card)) {
			if h.Place.Platform == platform {
				places = append(places, h.Place)
			}
		}
		return nil
	})
	return m, places, ok, err
}

// Latest is the moment of the newest entry of the journal; the zero time when
// nothing happened yet.
func (b *Bot) Latest(ctx context.Context) (at time.Time, err error) {
	err = b.store.View(ctx, func(tx store.Tx) error {
		seq, _ := head(tx)
		if r, ok := journal.Get(tx, store.K(seq)); ok {
			at = time.Unix(0, r.at).UTC()
		}
		return nil
	})
	return at, err
}

// Read reads a typed line as the clerk does; ok is false when it makes no call.
func (b *Bot) Read(line string) (call Call, ok bool) {
	call, err := b.tree.parse(b.Charter(), line, b.extraNames)
	return call, err == nil
}
