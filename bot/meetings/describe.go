package meetings

import (
	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// describe says in words which meetings the charter rules.
func describe(c *bot.Ctx, r *bot.Rules) error {
	names := func(groups []string) []bot.Text {
		texts := make([]bot.Text, len(groups))
		for i, g := range groups {
			texts[i] = c.GroupName(g)
		}
		return texts
	}
	var lines []bot.Text
	for _, k := range c.Charter.Meetings.Kinds {
		invited := k.Invited
		if len(invited) == 0 {
			invited = []string{config.Everyone}
		}
		name := bot.Named(k.Name)
		if k.Name.IsZero() {
			name = bot.Typed(k.ID)
		}
		line := []bot.Text{bot.T("meeting.rules-kind", "kind", name, "lasts", bot.LengthText(k.Lasts.Std()), "groups", names(invited))}
		if len(k.Advisory) > 0 {
			line = append(line, bot.T("meeting.rules-advisory", "groups", names(k.Advisory)))
		}
		if k.Notice > 0 {
			line = append(line, bot.T("meeting.rules-notice", "notice", bot.LengthText(k.Notice.Std())))
		}
		if k.Proxies > 0 {
			line = append(line, bot.T("meeting.rules-proxies", "count", k.Proxies))
		}
		if next := k.Repeat.Next(c.Now, c.Charter.Location()); !next.IsZero() {
			line = append(line, bot.T("meeting.rules-next", "at", next))
		}
		lines = append(lines, bot.Words(line...))
	}
	r.Add("meetings", bot.T("meeting.rules-title"), lines...)
	return nil
}

// count adds to the figures how many meetings were held, and their attendance:
// who came or was represented, of those invited.
func count(c *bot.Ctx, f *bot.Figures) error {
	held, there, invited := 0, 0, 0
	for _, id := range meetings.ByRange(c.Tx, "ended", store.K(f.From), store.K(f.To)) {
		m, _ := meetings.Get(c.Tx, id)
		held++
		for _, a := range everyAttendance(c, &m) {
			if !a.Invited {
				continue
			}
			invited++
			if !a.Arrived.IsZero() || a.Proxy != 0 {
				there++
			}
		}
	}
	f.Add(bot.T("meeting.figure-held"), held)
	f.AddPart(bot.T("meeting.figure-attendance"), there, invited)
	return nil
}
