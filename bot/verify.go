package bot

import (
	"bytes"
	"context"
	"fmt"

	"greffier/store"
)

// Finding is something that does not hold together in the register.
type Finding struct {
	Where string
	What  Text
}

// Verification is what Verify saw.
type Verification struct {
	Entries  uint64
	Erased   uint64
	Digest   string
	Findings []Finding
	// Counted is how many closed votes were counted again.
	Counted int

	// sealed is how many decisions the journal sealed.
	sealed uint64
}

// Verify walks the journal's chain from its first entry and lets every feature
// check its own records. It reads one snapshot and changes nothing.
func (b *Bot) Verify(ctx context.Context) (v Verification, err error) {
	err = b.store.View(ctx, func(tx store.Tx) error {
		v = Verification{}
		v.chain(tx)
		v.decisions(tx)
		c := b.context(tx, Event{}, b.clock.Now())
		v.organisations(c)
		for _, f := range b.features {
			if f.Verify != nil {
				f.Verify(c, &v)
			}
		}
		return nil
	})
	return v, err
}

// sealMark is in the payload of every entry that seals a decision.
var sealMark = []byte(`"d":"` + sealEntry + `",`)

func (v *Verification) chain(tx store.Tx) {
	seq, end := head(tx)
	var link [32]byte
	var at uint64
	found := peopleCheck{tx: tx}
	for key, r := range journal.Prefix(tx, nil) {
		var n uint64
		if err := store.ParseKey(key, &n); err != nil || n != at+1 {
			v.Findings = append(v.Findings, Finding{fmt.Sprintf("journal/%d", at+1), T("verify.gap", "entry", at+1)})
			n = max(n, at+1)
		}
		at = n
		v.Entries++
		switch {
		case r.erased:
			v.Erased++
		case bytes.Contains(r.payload, sealMark):
			if e, err := r.read(n); err == nil && e.What == sealEntry {
				v.sealed++
			}
		}
		link = linkAfter(link, n, r.at, r.commitment())
		if link != r.link {
			v.Findings = append(v.Findings, Finding{fmt.Sprintf("journal/%d", n), T("verify.changed", "entry", n)})
			link = r.link
		}
		if !found.finds(n, &r) {
			v.Findings = append(v.Findings, Finding{fmt.Sprintf("journal/%d", n), T("verify.people", "entry", n)})
		}
	}
	if at != seq || link != end {
		v.Findings = append(v.Findings, Finding{fmt.Sprintf("journal/%d", seq), T("verify.end", "entry", seq, "last", at)})
	}
	v.Digest = shortDigest(seq, end)
}

// SayFindings says in one language what Verify saw, a line for each thing that
// does not hold together and then a summary, for people who read a terminal or
// a log.
func (b *Bot) SayFindings(v Verification, lang string) []string {
	ch := b.Charter()
	s := b.speaker(noTx{}, ch, b.catalog.locale(lang, ch.Community.Locale), "")
	lines := make([]string, 0, len(v.Findings)+3)
	for _, f := range v.Findings {
		lines = append(lines, s.Plain(T("verify.finding", "where", f.Where, "what", f.What)))
	}
	lines = append(lines, s.Plain(T("verify.entries", "count", v.Entries, "erased", v.Erased, "digest", v.Digest)))
	if v.Counted > 0 {
		lines = append(lines, s.Plain(T("verify.counted", "count", v.Counted)))
	}
	if len(v.Findings) == 0 {
		return append(lines, s.Plain(T("verify.sound")))
	}
	return append(lines, s.Plain(T("verify.unsound", "count", len(v.Findings))))
}
