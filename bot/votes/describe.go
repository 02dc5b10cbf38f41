package votes

import (
	"fmt"
	"time"

	"greffier/bot"
	"greffier/store"
)

// describe says in words how the community decides.
func describe(c *bot.Ctx, r *bot.Rules) error {
	var lines []bot.Text
	for _, rule := range c.Charter.Votes.Rules {
		groups := make([]bot.Text, len(rule.Electorate))
		for i, g := range rule.Electorate {
			groups[i] = c.GroupName(g)
		}
		lines = append(lines, bot.T("vote.rules-line", "rule", ruleText(&Vote{Rule: rule}), "groups", groups, "lasts", lengthText(rule.Lasts.Std())))
	}
	r.Add("votes", bot.T("vote.rules-title"), lines...)
	return nil
}

// lengthText says a length of time in whole days, or in hours.
func lengthText(d time.Duration) bot.Text {
	const aDay = 24 * time.Hour
	if d%aDay == 0 {
		return bot.T("vote.days", "count", int(d/aDay))
	}
	return bot.T("vote.hours", "count", int(d.Round(time.Hour)/time.Hour))
}

// count adds to the figures how many votes were opened and closed, and the
// turnout of those that closed: who voted, of those entitled at the close.
func count(c *bot.Ctx, f *bot.Figures) error {
	var opened, closed, cast, entitled int
	for range votes.ByRange(c.Tx, "when", store.K("opened", f.From), store.K("opened", f.To)) {
		opened++
	}
	for key, id := range votes.ByRange(c.Tx, "turnout", store.K(f.From), store.K(f.To)) {
		n, of, err := turnoutFrom(c, key, id)
		if err != nil {
			return err
		}
		closed, cast, entitled = closed+1, cast+n, entitled+of
	}
	f.Add(bot.T("vote.figure-opened"), opened)
	f.Add(bot.T("vote.figure-closed"), closed)
	f.AddPart(bot.T("vote.figure-turnout"), cast, entitled)
	return nil
}

// turnoutFrom is how many voices were cast in a closed vote, of how many, by an entry
// of the index "turnout".
func turnoutFrom(c *bot.Ctx, key, id []byte) (cast, entitled int, err error) {
	var ended time.Time
	var classed bool
	if err := store.ParseKey(key, &ended, &classed, &cast, &entitled); err != nil {
		return 0, 0, fmt.Errorf("%w: closed vote %x: %w", store.ErrDamaged, key, err)
	}
	if classed {
		t, _ := turnouts.Get(c.Tx, id)
		return int(t.Cast), int(t.Entitled), nil //nolint:gosec // counts of members
	}
	return cast, entitled, nil
}
