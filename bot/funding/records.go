package funding

import (
	"slices"

	"greffier/bot"
	"greffier/store"
)

// mineShown is how many fundings /me lists.
const mineShown = 10

// mine lists the open fundings to which a member's organisations promised
// something, or whose turn it is.
func mine(c *bot.Ctx, who bot.MemberID) []bot.Text {
	var lines []bot.Text
	all := c.OrganisationsOf(who)
	for _, f := range openFundings(c) {
		for _, o := range all {
			p, ok := pledgeOf(c, f, o.Number)
			switch {
			case len(lines) == mineShown:
			case ok:
				lines = append(lines, bot.T("fund.mine-pledge", "number", f.Number, "title", f.Title, "organisation", o.Name, "amount", amountText(c, f, o.Number, p)))
			case f.Turn == o.Number:
				lines = append(lines, bot.T("fund.mine-turn", "number", f.Number, "title", f.Title, "organisation", o.Name))
			}
		}
	}
	if len(lines) > 0 {
		lines = slices.Insert(lines, 0, bot.T("fund.mine"))
	}
	return lines
}

// waits lists the fundings that are open; a digest of what waits on groups keeps
// those that they decide.
func waits(c *bot.Ctx, d bot.Digest) []bot.Waits {
	w := bot.Waits{Title: bot.T("fund.waits")}
	for _, f := range openFundings(c) {
		if d.Concerns(f.Way.Decide...) {
			w.Lines = append(w.Lines, line(c, f))
		}
	}
	return []bot.Waits{w}
}

// The records that exports show beside Funding.
type (
	pledgeRecord struct {
		Funding      uint64 `json:"funding"`
		Organisation uint64 `json:"organisation"`
		pledge
	}
	turnRecord struct {
		Way          string `json:"way"`
		Organisation uint64 `json:"organisation"`
		turn
	}
)

// export hands over every funding, promise and turn.
func export(c *bot.Ctx, yield func(table string, record any)) {
	for _, f := range fundings.Prefix(c.Tx, nil) {
		yield("fundings", f)
	}
	for id, p := range pledges.Prefix(c.Tx, nil) {
		n, organisation := pair(id)
		yield("funding-pledges", pledgeRecord{n, organisation, p})
	}
	for id, t := range turns.Prefix(c.Tx, nil) {
		r := turnRecord{turn: t}
		if err := store.ParseKey(id, &r.Way, &r.Organisation); err != nil {
			panic(store.Fault{Err: err})
		}
		yield("funding-turns", r)
	}
}

// personal hands over what a member opened and promised.
func personal(c *bot.Ctx, who bot.MemberID, yield func(table string, record any)) {
	for _, f := range fundings.WithNumber(c.Tx, nil, uint64(who)) {
		if f.By == who {
			yield("fundings", f)
		}
	}
	for id, p := range pledges.WithNumber(c.Tx, nil, uint64(who)) {
		if p.By == who {
			n, organisation := pair(id)
			yield("funding-pledges", pledgeRecord{n, organisation, p})
		}
	}
}

// erase forgets nothing but the words that a member gave as reasons: what their
// organisation promised is the organisation's.
func erase(c *bot.Ctx, who bot.MemberID) {
	var changed []Funding
	for _, f := range fundings.WithNumber(c.Tx, nil, uint64(who)) {
		said := false
		for i := range f.Skips {
			if f.Skips[i].By == who && f.Skips[i].Why != "" {
				f.Skips[i].Why, said = "", true
			}
		}
		if said {
			changed = append(changed, f)
		}
	}
	for _, f := range changed {
		fundings.Put(c.Tx, store.K(f.Number), f)
	}
}

// linked makes one person's what was two members'.
func linked(c *bot.Ctx, l bot.Linked) error {
	fundings.Change(c.Tx, nil, func(_ []byte, f *Funding) bool {
		f.Skips = slices.Clone(f.Skips)
		moved := l.Move(&f.By)
		for i := range f.Skips {
			moved = l.Move(&f.Skips[i].By) || moved
		}
		return moved
	})
	pledges.Change(c.Tx, nil, func(_ []byte, p *pledge) bool { return l.Move(&p.By) })
	return nil
}

// verify checks that the sums of a funding are those of its promises, that what
// may not exceed its target does not, and that what is open has its end.
func verify(c *bot.Ctx, v *bot.Verification) {
	counted := map[uint64]int{}
	for id := range pledges.IDs(c.Tx) {
		n, _ := pair(id)
		counted[n]++
	}
	for _, f := range fundings.Prefix(c.Tx, nil) {
		find := func(key string, args ...any) {
			v.Findings = append(v.Findings, bot.Finding{Where: f.key(), What: bot.T(key, args...)})
		}
		firm, indicative, pledgers := f.Target.Nothing(), f.Target.Nothing(), 0
		for _, p := range pledgesOf(c, &f) {
			counted[f.Number]--
			if p.Firm {
				firm, pledgers = firm.Add(p.Amount), pledgers+1
			} else {
				indicative = indicative.Add(p.Amount)
			}
		}
		if firm.Cmp(f.Firm) != 0 || indicative.Cmp(f.Indicative) != 0 || pledgers != f.Pledgers {
			find("fund.verify-sums", "kept", f.Firm, "counted", firm)
		}
		if firm.Cmp(f.Target) > 0 && !f.Way.Exceed {
			find("fund.verify-exceeds", "firm", firm, "target", f.Target)
		}
		if !slices.Contains(states, f.State) {
			find("fund.verify-state", "state", string(f.State))
		}
		if _, planned := c.Scheduled(f.key() + "/due"); planned != (f.State == Open && f.Way.Share != "pot") {
			find("fund.verify-end", "until", f.Until)
		}
	}
	for n, left := range counted {
		if left != 0 {
			v.Findings = append(v.Findings, bot.Finding{Where: (&Funding{Number: n}).key(), What: bot.T("fund.verify-pledge", "count", left)})
		}
	}
}
