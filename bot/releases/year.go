package releases

import "greffier/bot"

// year tells when releases come into production in a year.
func year(c *bot.Ctx, y *bot.YearAsked) error {
	for _, r := range releases.Prefix(c.Tx, nil) {
		if r.State != Cancelled {
			y.AddMark(bot.Mark{
				Row: bot.T("release.year"), Title: bot.T("release.year-title", "number", r.Number, "title", r.Title),
				At: r.Production, Took: !r.Production.After(c.Now),
			})
		}
	}
	return nil
}
