package register_test

import (
	"fmt"
	"testing"

	"greffier/bot"
	"greffier/store"
)

// BenchmarkList lists a register of 20,000 decisions in several ways: each must
// stay below 20 ms.
func BenchmarkList(b *testing.B) {
	d := newDesk(b)
	d.says("alice", `/motion pass "The first"`)
	fill(b, d, 20_000)
	for _, line := range []string{
		"/register list", "/register list page:1500", "/register list group:board", "/register list since:2026",
		"/register list orchard", "/register list orchard group:board since:2026-03 until:2026-03", "/register 12345",
	} {
		b.Run(line, func(b *testing.B) {
			for b.Loop() {
				if a := d.says("alice", line); a.Refused || a.Empty() {
					b.Fatal(plain(a))
				}
			}
		})
	}
}

// fill enters decisions through a handler, a thousand in a transaction.
func fill(b *testing.B, d *desk, n int) {
	for at := 0; at < n; at += 1000 {
		d.fill = func(c *bot.Ctx) {
			for i := at; i < at+1000; i++ {
				words := []string{"orchard", "tower", "bell", "budget", "garden", "library", "rope"}
				c.Decide(bot.Decision{
					Title: fmt.Sprintf("Repair the %s of street %d", words[i%len(words)], i), Group: []string{"board", "tech", ""}[i%3],
					Subject: fmt.Sprintf("motion/%d", i), Outcome: bot.T("motion.outcome", "who", c.Caller.ID), Adopted: i%2 == 0,
				})
			}
		}
		if a := d.says("alice", "/motion fill"); a.Refused {
			b.Fatal(plain(a))
		}
	}
	err := d.store.View(b.Context(), func(tx store.Tx) error {
		if !bot.Decisions.Has(tx, store.K(n)) {
			return fmt.Errorf("no decision %d", n)
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
