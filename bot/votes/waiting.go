package votes

import (
	"math/big"

	"greffier/bot"
	"greffier/bot/votes/tally"
)

// absentShown is how many of those who have not voted a digest names.
const absentShown = 20

// waits lists the open votes that close soon: how many have voted, whether the
// quorum is reached, and who has not voted where that may be seen.
func waits(c *bot.Ctx, d bot.Digest) []bot.Waits {
	w := bot.Waits{Title: bot.T("vote.waits")}
	for id := range votes.By(c.Tx, "state", stateKey(Open)) {
		v, ok := votes.Get(c.Tx, id)
		if !ok || running(c, &v) != nil || !d.Soon(v.Closes, c.Now) || !d.Concerns(v.Rule.Electorate...) {
			continue
		}
		t, _ := turnouts.Get(c.Tx, voteID(v.Number))
		line := []bot.Text{bot.T("vote.waits-line", "number", v.Number, "title", v.Title, "closes", v.Closes, "turnout", turnoutText(&v, t))}
		if short := quorumShort(c, &v); short > 0 {
			line = append(line, bot.T("vote.waits-quorum", "count", short))
		}
		if names := absent(c, &v); len(names) > 0 {
			line = append(line, bot.T("vote.waits-absent", "names", names))
		}
		w.Lines = append(w.Lines, bot.Words(line...))
	}
	return []bot.Waits{w}
}

// quorumShort counts how many more must take part for the quorum; 0 when it is
// reached, when there is none, and when only the count itself can tell.
func quorumShort(c *bot.Ctx, v *Vote) int64 {
	q := share(v.Rule.Quorum)
	if q == nil || q.Of != tally.Entitled || v.weighted(0) || len(v.Rule.Colleges) > 0 {
		return 0
	}
	e := electorate(c, v, 0, deciding)
	t, _ := turnouts.Get(c.Tx, voteID(v.Number))
	ratio, strict := q.AtLeast, q.Over != nil
	if strict {
		ratio = q.Over
	}
	least := new(big.Rat).Mul(e.Entitled, ratio)
	need := new(big.Int).Quo(least.Num(), least.Denom())
	if strict || !least.IsInt() {
		need.Add(need, big.NewInt(1))
	}
	return need.Int64() - int64(t.Cast) //nolint:gosec // as many as there are members
}

// absent names those entitled who have not voted, where everybody may see who has:
// in open votes, and in secret ones whose turnout is shown all along.
func absent(c *bot.Ctx, v *Vote) []bot.Text {
	if v.Rule.Secret && v.Rule.Results != "always" {
		return nil
	}
	var names []bot.Text
	for _, id := range voters(c, v) {
		if len(names) == absentShown {
			return append(names, bot.Typed("…"))
		}
		names = append(names, bot.T("vote.waits-who", "who", id))
	}
	return names
}
