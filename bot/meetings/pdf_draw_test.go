package meetings

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

// drawn draws a paper that says a text in every place where one can stand.
func drawn(t *testing.T, text string) []byte {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	charter, problems := config.ParseCharter("charter.yaml", []byte("version: 1\ncommunity: {name: Club, locale: fr}\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var data []byte
	paperFeature := Feature()
	paperFeature.Documents = map[string]bot.DocumentFunc{"paper": func(c *bot.Ctx, _, locale string) (bot.File, bool) {
		said := bot.Typed(text)
		p := paper{title: said, status: said, signers: []signer{{said, said}, {said, said}}, blocks: []block{
			{heading: said, level: 1, lines: []bot.Text{said, said}, list: []bot.Text{said}},
			{heading: said, level: 2, head: []bot.Text{said, said, said}, rows: [][]bot.Text{{said, said, said}}},
		}}
		data, err = p.pdf(c.Speaker(locale), locale, time.Unix(0, 0).UTC())
		return bot.File{Data: data}, err == nil
	}}
	desk, newErr := bot.New(context.Background(), bot.Options{Store: store.Store(db), Charter: charter, Features: []bot.Feature{paperFeature}})
	if newErr != nil {
		t.Fatal(newErr)
	}
	if _, ok, docErr := desk.Document(t.Context(), "paper/1", "fr"); !ok || docErr != nil {
		t.Fatal(ok, docErr, err)
	}
	return data
}
