package votes

import (
	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/config"
)

// second opens the second round of a vote whose first one elected nobody, or sets
// the date at which it will open. The electorate is called anew.
func second(c *bot.Ctx, v *Vote) error {
	if v.Result.Verdict != SecondRound {
		return nil
	}
	rule := v.Rule
	rule.Method, rule.SecondRound, rule.Seats, rule.Fallback, rule.SecretOnRequest = string(tally.Plurality), nil, 0, "", 0
	rule.Majority = &config.Share{Of: "expressed", Over: config.NewRatio(0, 1)}
	rule.TieBreak = usableTieBreak(&rule)
	lasts := v.Rule.SecondRound.Lasts.Std()
	if lasts == 0 {
		lasts = v.Closes.Sub(v.Opens)
	}
	next := Vote{
		Title: c.Speaker(c.Charter.Community.Locale).Plain(bot.T("vote.second-title", "title", v.Title)),
		Rule:  rule, Subject: v.Subject, Place: v.Place, Opens: c.Now.Add(v.Rule.SecondRound.After.Std()), First: v.Number,
	}
	next.Closes = next.Opens.Add(lasts)
	for _, option := range v.Result.Finalists {
		next.Options = append(next.Options, v.Options[option])
	}
	next, err := add(c, next)
	if err != nil {
		return err
	}
	next.Author = v.Author
	put(c, next)
	v.Second = next.Number
	return nil
}
