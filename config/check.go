package config

import (
	"slices"
	"strconv"
	"strings"
)

// check holds a charter against the rules that a single value cannot break, and
// completes the defaults that depend on others.
func (d *decoder) check(c *Charter) {
	at := d.src.valueAt([]string{"version"})
	if _, written := d.src.keys["version"]; written && c.Version != 1 && !d.reported(at) {
		d.problem(at, "bad-version", c.Version)
	}
	if _, err := loadZone(c.Community.Zone); err != nil {
		p := d.problem(d.src.valueAt([]string{"community", "zone"}), "bad-zone", c.Community.Zone)
		p.Suggestion = d.near(c.Community.Zone, usualZones)
	}
	d.checkChannels(c)
	d.checkGroups(c)
	d.checkRights(c)
	d.checkTexts(c)
	d.checkRequests(c)
	d.checkVotes(c)
	d.checkMembers(c)
	d.checkMeetings(c)
	d.checkReminders(c)
	d.checkMembership(c)
	d.checkFunding(c)
	if c.Newsletter.Days < 0 || c.Newsletter.Days > 3660 {
		d.problem(d.src.valueAt([]string{"newsletter", "days"}), "not-positive")
	}
	for i, before := range c.Releases.Reminders {
		d.checkPositive([]string{"releases", "reminders", strconv.Itoa(i)}, before)
	}
}

func (d *decoder) checkChannels(c *Charter) {
	platforms := append(Platforms(), Everywhere, MailingLists)
	for _, ch := range c.Channels {
		for platform := range ch.Places {
			if !slices.Contains(platforms, platform) {
				d.badPlatform([]string{"channels", ch.ID, platform}, platform)
			}
		}
	}
}

func (d *decoder) badPlatform(path []string, platform string) {
	p := d.problem(d.src.at(path), "bad-platform", platform, Platforms())
	p.Suggestion = d.near(platform, Platforms())
}

func (d *decoder) checkGroups(c *Charter) {
	for _, g := range c.Groups {
		for key, accounts := range map[string][]string{"members": g.Members, "roles": g.Roles, "responsible": g.Responsible, "grants": g.Grants} {
			d.checkAccounts([]string{"groups", g.ID, key}, accounts)
		}
	}
	d.checkGrants(c)
	d.checkGroupLoops(c)
}

// checkAccounts wants each to be PLATFORM:IDENTIFIER, of a platform that there is.
func (d *decoder) checkAccounts(path, accounts []string) {
	for i, account := range accounts {
		at := under(path, strconv.Itoa(i))
		platform, id, ok := strings.Cut(account, ":")
		switch {
		case d.reported(d.src.valueAt(at)):
		case !ok || platform == "" || id == "" || strings.ContainsAny(account, " \t\n"):
			d.problem(d.src.valueAt(at), "bad-account", account)
		case !slices.Contains(Platforms(), platform):
			d.badPlatform(at, platform)
		}
	}
}

// checkGrants refuses a role that makes somebody a member of the very group that
// gives it: nobody could ever lose it.
func (d *decoder) checkGrants(c *Charter) {
	for _, g := range c.Groups {
		for i, role := range g.Grants {
			if slices.Contains(g.Roles, role) {
				d.problem(d.src.valueAt([]string{"groups", g.ID, "grants", strconv.Itoa(i)}), "grant-own", role)
			}
		}
	}
}

// checkGroupLoops reports each loop of groups once, where it is entered first.
func (d *decoder) checkGroupLoops(c *Charter) {
	includes := map[string][]string{}
	for _, g := range c.Groups {
		includes[g.ID] = g.Groups
	}
	done := map[string]bool{}
	var way []string
	place := map[string]int{} // of each group on the way, from 1
	var walk func(id string)
	walk = func(id string) {
		if i := place[id]; i > 0 {
			loop := append(slices.Clone(way[i-1:]), id)
			d.problem(d.src.at([]string{"groups", id, "groups"}), "group-loop", strings.Join(loop, " → "))
			return
		}
		if done[id] {
			return
		}
		way = append(way, id)
		place[id] = len(way)
		for _, next := range includes[id] {
			walk(next)
		}
		way = way[:len(way)-1]
		delete(place, id)
		done[id] = true
	}
	for _, g := range c.Groups {
		walk(g.ID)
	}
}

func (d *decoder) checkRights(c *Charter) {
	for _, r := range c.Rights {
		if r.ID != strings.Join(strings.Fields(strings.ToLower(r.ID)), " ") {
			p := d.problem(d.src.at([]string{"rights", r.ID}), "bad-command", r.ID)
			p.Suggestion = strings.Join(strings.Fields(strings.ToLower(r.ID)), " ")
		}
	}
}

func (d *decoder) checkTexts(c *Charter) {
	for lang := range c.Texts {
		if !slices.Contains(languages, lang) {
			p := d.problem(d.src.at([]string{"texts", lang}), "bad-language", lang)
			p.Suggestion = d.near(lang, languages)
		}
	}
}

// checkVotes checks the voting rules and gives them their majority.
func (d *decoder) checkVotes(c *Charter) {
	if c.Votes.Default == "" && len(c.Votes.Rules) > 0 {
		c.Votes.Default = c.Votes.Rules[0].ID
	}
	for i := range c.Votes.Rules {
		r := &c.Votes.Rules[i]
		path := []string{"votes", "rules", r.ID}
		d.checkMethod(r, path)
		if r.Majority == nil {
			r.Majority = &Share{Over: NewRatio(1, 2)}
		} else {
			d.checkShare(*r.Majority, under(path, "majority"))
		}
		if r.Majority.Of == "" {
			r.Majority.Of = "expressed"
		}
		if r.NoAbstention && r.Majority.Of == "with-blanks" {
			d.problem(d.src.at(under(under(path, "majority"), "of")), "no-blanks")
		}
		d.checkAssembly(r, path)
		d.checkVoices(r, path)
		d.checkTimes(r, path)
	}
}

// checkShare wants exactly one limit, that can be reached and can be missed.
func (d *decoder) checkShare(s Share, path []string) {
	over, least := under(path, "over"), under(path, "at-least")
	_, overWritten := d.src.keys[joinPath(over)]
	_, leastWritten := d.src.keys[joinPath(least)]
	switch {
	case d.reported(d.src.valueAt(path)):
		return
	case overWritten && leastWritten:
		d.problem(d.src.at(least), "share-both")
	case !overWritten && !leastWritten:
		d.problem(d.src.at(path), "share-neither")
	}
	d.checkLimits(s.Over, s.AtLeast, path)
}

// checkLimits wants limits that can be reached and can be missed.
func (d *decoder) checkLimits(over, least Ratio, path []string) {
	one := NewRatio(1, 1).Rat()
	if !over.IsZero() && over.Rat().Cmp(one) >= 0 {
		d.problem(d.src.valueAt(under(path, "over")), "share-over", over.String())
	}
	if !least.IsZero() && (least.Rat().Sign() == 0 || least.Rat().Cmp(one) > 0) {
		d.problem(d.src.valueAt(under(path, "at-least")), "share-at-least", least.String())
	}
}

func (d *decoder) checkTimes(r *VoteRule, path []string) {
	lasts := under(path, "lasts")
	if r.Lasts == 0 {
		d.problem(d.src.valueAt(lasts), "not-positive")
		return
	}
	d.checkBefore(path, r.Reminders, r.Lasts, "late-reminder")
}

// checkBefore wants what is said before the end of something to come after its
// beginning, where the charter says how long it lasts.
func (d *decoder) checkBefore(path []string, reminders []Duration, lasts Duration, phrase string) {
	_, written := d.src.keys[joinPath(under(path, "lasts"))]
	for i, before := range reminders {
		at := d.src.valueAt(append(under(path, "reminders"), strconv.Itoa(i)))
		switch {
		case d.reported(at):
		case before == 0:
			d.problem(at, "not-positive")
		case written && before >= lasts:
			d.problem(at, phrase, before, lasts)
		}
	}
}
