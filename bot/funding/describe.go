package funding

import (
	"fmt"
	"strconv"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// describe says in words how things are paid for.
func describe(c *bot.Ctx, r *bot.Rules) error {
	var lines []bot.Text
	for i := range c.Charter.Funding.Ways {
		w := &c.Charter.Funding.Ways[i]
		said := bot.T("fund.rule", "way", wayName(w), "share", shareText(c, w))
		if !w.About.IsZero() {
			said = bot.Words(said, bot.Named(w.About))
		}
		said = bot.Words(said, bot.T("fund.rule-reached-"+w.Reached), bot.T("fund.rule-missed-"+w.Missed))
		if w.Share == "equal" && w.Short != "missed" {
			said = bot.Words(said, bot.T("fund.rule-short-"+w.Short, "extension", bot.LengthText(w.Extension.Std())))
		}
		lines = append(lines, said)
	}
	r.Add("funding", bot.T("fund.rules-title"), lines...)
	return nil
}

func shareText(c *bot.Ctx, w *config.FundingWay) bot.Text {
	switch w.Share {
	case "equal":
		among := ""
		if w.Contributors > 0 {
			among = strconv.Itoa(w.Contributors)
		}
		return bot.T("fund.share-equal-"+w.OddCent, "among", among)
	case "turns":
		return bot.T("fund.share-turns", "answer", bot.LengthText(w.Answer.Std()))
	case "pot":
		if w.Vote != "" {
			rule := bot.Typed(w.Vote)
			if r := c.Charter.Rule(w.Vote); r != nil && !r.Name.IsZero() {
				rule = bot.Named(r.Name)
			}
			return bot.T("fund.share-pot-vote", "envelope", envelopeName(c.Charter, w.Envelope), "rule", rule)
		}
		return bot.T("fund.share-pot-decide", "envelope", envelopeName(c.Charter, w.Envelope), "groups", groupNames(c, w.Decide))
	case "sponsor":
		return bot.T("fund.share-sponsor")
	}
	return bot.T("fund.share-amounts")
}

// count adds to the figures how many fundings were covered.
func count(c *bot.Ctx, f *bot.Figures) error {
	reached, ended := 0, 0
	for key := range fundings.ByRange(c.Tx, "settled", store.K(f.From), store.K(f.To)) {
		var at time.Time
		var covered bool
		if err := store.ParseKey(key, &at, &covered); err != nil {
			return fmt.Errorf("%w: settled funding %x: %w", store.ErrDamaged, key, err)
		}
		ended++
		if covered {
			reached++
		}
	}
	if ended > 0 || len(c.Charter.Funding.Ways) > 0 {
		f.AddPart(bot.T("fund.figure"), reached, ended)
	}
	return nil
}
