package meetings

import (
	"slices"

	"greffier/bot"
)

// year tells which meetings there are in a year, kind by kind.
func year(c *bot.Ctx, y *bot.YearAsked) error {
	for _, m := range inStates(c, Held, Open, Planned) {
		if len(y.Meetings) > 0 && !slices.Contains(y.Meetings, m.Kind) {
			continue
		}
		row := bot.T("meeting.year-other")
		if k := c.Charter.MeetingKind(m.Kind); k != nil {
			row = kindName(k)
		}
		y.AddMark(bot.Mark{Row: row, Title: bot.T("meeting.year-title", "number", m.Number, "title", m.Title), At: m.Starts, Took: m.State == Held || m.State == Open})
	}
	return nil
}
