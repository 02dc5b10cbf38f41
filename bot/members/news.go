package members

import "greffier/bot"

// newsNamed is how many newcomers a newsletter names.
const newsNamed = 60

// news names those who came in a period and are still here.
func news(c *bot.Ctx, n *bot.News) error {
	var people []bot.Text
	for _, who := range c.Members("everyone") {
		m, ok := c.Member(who)
		if !ok || m.Joined.Before(n.From) || !m.Joined.Before(n.To) {
			continue
		}
		if len(people) == newsNamed {
			break
		}
		people = append(people, bot.T("member.news-who", "who", who))
	}
	if len(people) > 0 {
		n.Add(bot.T("member.news"), bot.T("member.news-line", "count", len(people), "people", people))
	}
	return nil
}
