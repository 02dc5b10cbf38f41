package meetings

import (
	"greffier/bot"
	"greffier/store"
)

// newsAhead is how many meetings to come a newsletter names.
const newsAhead = 10

// news tells which meetings were held in a period, and which are to come.
func news(c *bot.Ctx, n *bot.News) error {
	var lines []bot.Text
	for _, id := range meetings.ByRange(c.Tx, "state", store.K(string(Held), n.From), store.K(string(Held), n.To)) {
		if m, ok := meetings.Get(c.Tx, id); ok {
			lines = append(lines, bot.T("meeting.news-held", "number", m.Number, "title", m.Title, "starts", bot.Date(m.Starts)))
		}
	}
	low, high := store.Prefix(store.K(string(Planned)))
	ahead := 0
	for _, id := range meetings.ByRange(c.Tx, "state", low, high) {
		m, ok := meetings.Get(c.Tx, id)
		if !ok || m.Starts.Before(n.To) || m.Announced.IsZero() {
			continue
		}
		if ahead++; ahead > newsAhead {
			break
		}
		lines = append(lines, bot.T("meeting.news-ahead", "number", m.Number, "title", m.Title, "starts", m.Starts))
	}
	n.Add(bot.T("meeting.news"), lines...)
	return nil
}
