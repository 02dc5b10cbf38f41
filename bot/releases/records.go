package releases

import (
	"slices"
	"time"

	"greffier/bot"
	"greffier/store"
)

type followRecord struct {
	Member bot.MemberID `json:"member"`
	Topic  string       `json:"topic"`
	Since  time.Time    `json:"since"`
}

// export hands over every release and who follows what.
func export(c *bot.Ctx, yield func(table string, record any)) {
	for _, r := range releases.Prefix(c.Tx, nil) {
		yield("releases", r)
	}
	for id, f := range followings.Prefix(c.Tx, nil) {
		who, topic := followed(id)
		yield("release-followers", followRecord{who, topic, f.Since})
	}
}

// personal hands over what a member entered and follows.
func personal(c *bot.Ctx, who bot.MemberID, yield func(table string, record any)) {
	for _, r := range releases.WithNumber(c.Tx, nil, uint64(who)) {
		if r.By == who {
			yield("releases", r)
		}
	}
	for id, f := range followings.Prefix(c.Tx, store.K(uint64(who))) {
		_, topic := followed(id)
		yield("release-followers", followRecord{who, topic, f.Since})
	}
}

// erase forgets what a member followed; what they announced stays.
func erase(c *bot.Ctx, who bot.MemberID) {
	for _, topic := range topicsOf(c, who) {
		followings.Delete(c.Tx, store.K(uint64(who), topic))
	}
}

// linked makes one person's what was two members'.
func linked(c *bot.Ctx, l bot.Linked) error {
	releases.Change(c.Tx, nil, func(_ []byte, r *Release) bool {
		moved := l.Move(&r.By)
		r.Changes = slices.Clone(r.Changes)
		for i := range r.Changes {
			moved = l.Move(&r.Changes[i].By) || moved
		}
		return moved
	})
	for _, topic := range topicsOf(c, l.Gone) {
		f, _ := followings.Get(c.Tx, store.K(uint64(l.Gone), topic))
		followings.Delete(c.Tx, store.K(uint64(l.Gone), topic))
		followings.Put(c.Tx, store.K(uint64(l.Kept), topic), f)
	}
	return nil
}

// describe says in words how far ahead changes are announced.
func describe(c *bot.Ctx, rules *bot.Rules) error {
	if c.Charter.Releases.Channel == "" && len(c.Charter.Releases.Topics) == 0 {
		return nil
	}
	var lines []bot.Text
	for _, i := range importances {
		if notice := c.Charter.Releases.Notice.Of(i).Std(); notice > 0 {
			lines = append(lines, bot.T("release.rule", "importance", bot.T("release.is-"+i), "length", bot.LengthText(notice)))
		}
	}
	if test := c.Charter.Releases.Test.Std(); test > 0 {
		lines = append(lines, bot.T("release.rule-test", "length", bot.LengthText(test)))
	}
	rules.Add("releases", bot.T("release.rules-title"), lines...)
	return nil
}

// verify checks that what is to come has its date planned, and what is over has not.
func verify(c *bot.Ctx, v *bot.Verification) {
	for _, r := range releases.Prefix(c.Tx, nil) {
		if _, ok := c.Scheduled(r.key() + "/production"); ok != (r.State == Planned) {
			v.Findings = append(v.Findings, bot.Finding{Where: r.key(), What: bot.T("release.verify-date", "production", r.Production)})
		}
	}
}

// news tells what went into production in a period, and what is announced.
func news(c *bot.Ctx, n *bot.News) error {
	var lines []bot.Text
	for _, id := range releases.ByRange(c.Tx, "production", store.K(n.From), nil) {
		r, ok := releases.Get(c.Tx, id)
		if !ok || r.State == Cancelled {
			continue
		}
		lines = append(lines, bot.T("release.news-line", "number", r.Number, "title", r.Title, "state", bot.T("release.state-"+string(r.State)), "production", bot.Date(r.Production)))
		for i := range r.Changes {
			if ch := &r.Changes[i]; ch.Importance != "minor" {
				lines = append(lines, bot.T("release.news-change", "change", changeText(c, ch)))
			}
		}
		if r.Notes != "" {
			lines = append(lines, bot.T("release.news-change", "change", bot.T("release.notes", "address", bot.Link(r.Notes))))
		}
	}
	n.Add(bot.T("release.news"), lines...)
	return nil
}
