package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"time"

	"greffier/config"
	"greffier/store"
)

// Decision is a line of the community's register of decisions. It says what was
// decided, by whom, when, how and under which rule, in words that stay as they
// were when the decision was taken.
type Decision struct {
	Number uint64    `json:"number"`
	At     time.Time `json:"at"`
	// Subject is the thing decided upon ("request/12"), By what decided it ("vote/3").
	Subject string `json:"subject,omitempty"`
	By      string `json:"by,omitempty"`
	Title   string `json:"title"`
	// Outcome is the decision in a sentence; Why the count or the reason given.
	Outcome Text   `json:"outcome"`
	Why     Text   `json:"why,omitzero"`
	Group   string `json:"group,omitempty"`
	Rule    string `json:"rule,omitempty"`
	// Adopted tells what was adopted from what was not.
	Adopted  bool `json:"adopted"`
	Advisory bool `json:"advisory,omitempty"`
	// Author is the member who decided by hand, 0 for a vote.
	Author MemberID `json:"author,omitempty"`
	// Entry is the number of the journal entry that seals the decision.
	Entry uint64 `json:"entry"`
}

// Decisions is the register of decisions, by number. Its indexes: "time" by the
// moment, "group" by the group and then the moment, "subject" by what was
// decided upon.
var Decisions = store.NewTable("decision",
	store.Index[Decision]{Name: "time", Keys: func(_ []byte, d Decision) [][]byte {
		return [][]byte{store.K(d.At)}
	}},
	store.Index[Decision]{Name: "group", Keys: func(_ []byte, d Decision) [][]byte {
		if d.Group == "" {
			return nil
		}
		return [][]byte{store.K(d.Group, d.At)}
	}},
	store.Index[Decision]{Name: "subject", Keys: func(_ []byte, d Decision) [][]byte {
		if d.Subject == "" {
			return nil
		}
		return [][]byte{store.K(d.Subject)}
	}},
)

// DecisionWords finds decisions by their titles and outcomes, in every language.
var DecisionWords = store.NewTextIndex("decision-words")

// sealEntry is what the journal calls the entry that seals a decision. It holds
// the digest of the decision and no word of anybody's.
const sealEntry = "decision"

// Decide enters a decision in the register, seals it in the journal, so that a
// later change of it shows, and returns its number.
func (c *Ctx) Decide(d Decision) uint64 {
	d.Number = Decisions.NextID(c.Tx)
	d.At = c.Now
	seq, _ := head(c.Tx)
	d.Entry = seq + 1
	c.Record(Entry{What: sealEntry, Subject: d.key(), Rule: d.Rule, Data: map[string]string{"sha256": d.digest()}, Quiet: true})
	Decisions.Put(c.Tx, store.K(d.Number), d)
	DecisionWords.Put(c.Tx, d.Number, "", c.decisionWords(d))
	return d.Number
}

func (d Decision) key() string { return fmt.Sprintf("decision/%d", d.Number) }

// digest is the SHA-256 of the decision as it is stored.
func (d Decision) digest() string {
	sum := sha256.Sum256(mustJSON(d))
	return hex.EncodeToString(sum[:])
}

// decisionWords is what a decision is found by. People are left out: their names
// must not stay behind when they ask to be forgotten.
func (c *Ctx) decisionWords(d Decision) string {
	words := d.Title
	for _, locale := range Locales {
		s := c.Speaker(locale)
		s.person = func(MemberID) (Account, bool) { return Account{}, true }
		words += " " + s.Plain(d.Outcome)
	}
	return words
}

// DecidedBetween walks the numbers of the decisions taken from one moment up to,
// and not including, another, oldest first, reading no decision. Zero moments
// bound nothing; a group keeps those of that group.
func (c *Ctx) DecidedBetween(from, until time.Time, group string) iter.Seq[uint64] {
	index, key := "time", func(at time.Time) []byte { return store.K(at) }
	var low, high []byte
	if group != "" {
		index, key = "group", func(at time.Time) []byte { return store.K(group, at) }
		low, high = store.Prefix(store.K(group))
	}
	if !from.IsZero() {
		low = key(from)
	}
	if !until.IsZero() {
		high = key(until)
	}
	return func(yield func(uint64) bool) {
		for _, id := range Decisions.ByRange(c.Tx, index, low, high) {
			var n uint64
			if err := store.ParseKey(id, &n); err != nil {
				panic(store.Fault{Err: fmt.Errorf("%w: decision %x: %w", store.ErrDamaged, id, err)})
			}
			if !yield(n) {
				return
			}
		}
	}
}

// DecidingGroups lists every group that the register has decisions of.
func (c *Ctx) DecidingGroups() []string {
	var groups []string
	for from := []byte(nil); ; {
		group := ""
		for key := range Decisions.ByRange(c.Tx, "group", from, nil) {
			var at time.Time
			if err := store.ParseKey(key, &group, &at); err != nil {
				panic(store.Fault{Err: fmt.Errorf("%w: group of a decision: %w", store.ErrDamaged, err)})
			}
			break
		}
		if group == "" {
			return groups
		}
		groups = append(groups, group)
		_, from = store.Prefix(store.K(group))
	}
}

// Sealed is the digest of the journal when a decision was entered, as Digest
// gave it then; empty when the journal lacks the entry.
func (c *Ctx) Sealed(d Decision) string {
	r, ok := journal.Get(c.Tx, store.K(d.Entry))
	if !ok {
		return ""
	}
	return shortDigest(d.Entry, r.link)
}

// decisions checks that every decision is as the journal sealed it, and that
// none of those that were sealed is missing.
func (v *Verification) decisions(tx store.Tx) {
	bad := func(n uint64, key string) {
		where := Decision{Number: n}.key()
		v.Findings = append(v.Findings, Finding{where, T(key, "decision", n)})
	}
	var last uint64
	for id, d := range Decisions.Prefix(tx, nil) {
		var n uint64
		if err := store.ParseKey(id, &n); err != nil {
			panic(store.Fault{Err: fmt.Errorf("%w: decision %x: %w", store.ErrDamaged, id, err)})
		}
		for last++; last < n; last++ {
			bad(last, "verify.decision-gone")
		}
		r, ok := journal.Get(tx, store.K(d.Entry))
		if !ok || r.erased {
			bad(n, "verify.decision-unsealed")
			continue
		}
		e, _ := r.read(d.Entry)
		if e.What != sealEntry || e.Subject != d.key() || d.Number != n || e.Data["sha256"] != d.digest() {
			bad(n, "verify.decision-changed")
		}
	}
	for last++; last <= v.sealed; last++ {
		bad(last, "verify.decision-gone")
	}
}

// groupName is how a group is called, its identifier where it has no name.
func groupName(ch *config.Charter, id string) Text {
	if g := ch.Group(id); g != nil && !g.Name.IsZero() {
		return Named(g.Name)
	}
	switch id {
	case config.Everyone:
		return T("group.everyone")
	case config.Author:
		return T("group.author")
	}
	return Typed(id)
}

// GroupName is how a group is called in a sentence.
func (c *Ctx) GroupName(id string) Text { return groupName(c.Charter, id) }
