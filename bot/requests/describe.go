package requests

import (
	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// describe says in words what may be asked for, and by which stages it goes.
func describe(c *bot.Ctx, r *bot.Rules) error {
	var lines []bot.Text
	for i := range c.Charter.Requests.Kinds {
		k := &c.Charter.Requests.Kinds[i]
		line := bot.T("request.rules-kind", "kind", kindName(c.Charter, k.ID))
		if !k.About.IsZero() {
			line = bot.T("request.rules-about", "line", line, "about", bot.Named(k.About))
		}
		if k.Group != "" {
			line = bot.Words(line, bot.T("request.rules-group", "group", c.GroupName(k.Group)))
		}
		lines = append(lines, line)
		if path := c.Charter.Path(k.Path); path != nil {
			for n := range path.Stages {
				lines = append(lines, stageRules(c, path, n))
			}
		}
	}
	r.Add("requests", bot.T("request.rules-title"), lines...)
	return nil
}

// stageRules says what it takes to leave a stage.
func stageRules(c *bot.Ctx, p *config.Path, n int) bot.Text {
	s := &p.Stages[n]
	parts := []bot.Text{}
	add := func(key string, groups []string) {
		if len(groups) > 0 {
			parts = append(parts, bot.T(key, "groups", groupNames(c, groups)))
		}
	}
	add("request.rules-opinions", s.Opinions)
	if s.Vote != "" {
		parts = append(parts, bot.T("request.rules-vote", "rule", ruleName(c.Charter, s.Vote)))
	}
	if len(s.Form) > 0 {
		parts = append(parts, bot.T("request.rules-form", "fields", formLabels(c, &Request{Path: p.ID}, s)))
	}
	if s.Meeting != "" {
		parts = append(parts, bot.T("request.rules-meeting", "meeting", meetingName(c.Charter, s.Meeting)))
	}
	add("request.rules-enter", s.Enter)
	if s.Holder != "" {
		add("request.rules-holder", []string{s.Holder})
	}
	if s.Lasts > 0 {
		parts = append(parts, bot.T("request.rules-lasts", "lasts", bot.LengthText(s.Lasts.Std())))
	}
	add("request.rules-advance", s.Advance)
	add("request.rules-back", s.Back)
	add("request.rules-refuse", s.Refuse)
	if s.Final {
		parts = append(parts, bot.T("request.rules-final"))
	}
	return bot.T("request.rules-stage", "number", n+1, "stage", nameOfStage(c.Charter, p.ID, s.ID), "rules", bot.Text{Join: parts, Sep: " · "})
}

// activity counts what members asked for, supported and said of requests.
func activity(c *bot.Ctx, a *bot.ActivityAsked) error {
	for _, r := range requests.PrefixDown(c.Tx, nil) { // the newest first
		if r.At.Before(a.From) {
			break
		}
		if a.In(r.At) {
			a.Did(r.Author, "request.activity-made")
		}
	}
	for id, s := range supports.Prefix(c.Tx, nil) {
		if _, who := pair(id); a.In(s.At) {
			a.Did(bot.MemberID(who), "request.activity-supported")
		}
	}
	for _, m := range comments.Prefix(c.Tx, nil) {
		if a.In(m.At) {
			a.Did(m.By, "request.activity-commented")
		}
	}
	return nil
}

// count adds to the figures how many requests were made.
func count(c *bot.Ctx, f *bot.Figures) error {
	made := 0
	for range requests.ByRange(c.Tx, "at", store.K(f.From), store.K(f.To)) {
		made++
	}
	f.Add(bot.T("request.figure"), made)
	return nil
}
