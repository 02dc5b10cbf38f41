package members

import (
	"greffier/bot"
	"greffier/store"
)

// newsNamed is how many newcomers a newsletter names.
const newsNamed = 60

// news names those who came in a period, as the figures count them, and are still
// here. Whoever was here before the clerk is no newcomer.
func news(c *bot.Ctx, n *bot.News) error {
	var people []bot.Text
	named := map[bot.MemberID]bool{}
	for _, e := range events.Range(c.Tx, store.K(n.From), store.K(n.To)) {
		if e.What != came || named[e.Member] || len(people) == newsNamed {
			continue
		}
		if m, ok := c.Member(e.Member); !ok || m.Erased || !m.Left.IsZero() {
			continue
		}
		named[e.Member] = true
		people = append(people, bot.T("member.news-who", "who", e.Member))
	}
	if len(people) > 0 {
		n.Add(bot.T("member.news"), bot.T("member.news-line", "count", len(people), "people", people))
	}
	return nil
}
