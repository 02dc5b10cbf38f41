package meetings

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

const day = 24 * time.Hour

// before is the moment that lies a length of time before another. Whole days are
// counted on the calendar of the zone, so that a day before 18:00 is 18:00
// whatever the clocks did in between.
func before(at time.Time, d config.Duration, zone *time.Location) time.Time {
	days, rest := int(d.Std()/day), d.Std()%day
	return at.In(zone).AddDate(0, 0, -days).Add(-rest).UTC()
}

// after is before in the other direction.
func after(at time.Time, d config.Duration, zone *time.Location) time.Time {
	days, rest := int(d.Std()/day), d.Std()%day
	return at.In(zone).AddDate(0, 0, days).Add(rest).UTC()
}

// tooLate reports whether a convocation sent now leaves less than the notice.
// Notice in whole days is counted from day to day, whatever the hour.
func tooLate(now, starts time.Time, notice config.Duration, zone *time.Location) bool {
	if notice.Std()%day == 0 {
		y, m, d := before(starts, notice, zone).In(zone).Date()
		return now.In(zone).After(time.Date(y, m, d, 23, 59, 59, 0, zone))
	}
	return now.After(before(starts, notice, zone))
}

// earliest is the first date that a convocation sent now allows, at the hour wished for.
func earliest(now, wished time.Time, notice config.Duration, zone *time.Location) time.Time {
	if notice.Std()%day != 0 {
		return after(now, notice, zone)
	}
	y, m, d := after(now, notice, zone).In(zone).Date()
	wished = wished.In(zone)
	return time.Date(y, m, d, wished.Hour(), wished.Minute(), 0, 0, zone).UTC()
}

// noticed refuses a beginning that is too soon to convene anybody in time.
func noticed(c *bot.Ctx, option string, starts time.Time, notice config.Duration) error {
	if zone := c.Charter.Location(); notice > 0 && tooLate(c.Now, starts, notice, zone) {
		return bot.BadOption(option, "meeting.too-soon", "starts", starts, "notice", bot.LengthText(notice.Std()), "earliest", earliest(c.Now, starts, notice, zone))
	}
	return nil
}

// keeper finds who keeps a meeting: the caller, if they host it, take its
// minutes, or belong to the group that answers for it.
func keeper(c *bot.Ctx, args map[string]string) (bot.MemberID, bool) {
	n, ok := argNumber(args["number"])
	if !ok {
		return 0, false
	}
	m, ok := meetings.Get(c.Tx, store.K(n))
	return c.Caller.ID, ok && keeps(c, &m)
}

// keeps reports whether the caller keeps a meeting.
func keeps(c *bot.Ctx, m *Meeting) bool {
	me := c.Caller.ID
	return me != 0 && (me == m.Host || me == m.Secretary || m.HostGroup != "" && c.In(m.HostGroup))
}

// argNumber reads the number in a raw argument.
func argNumber(raw string) (uint64, bool) {
	at := strings.LastIndexFunc(raw, func(r rune) bool { return r < '0' || r > '9' })
	n, err := strconv.ParseUint(raw[at+1:], 10, 64)
	return n, err == nil
}

// open reports whether every member is invited.
func (m *Meeting) open() bool { return slices.Contains(m.Groups, config.Everyone) }

// invited reports whether a member is invited, and whether in an advisory voice.
func invited(c *bot.Ctx, m *Meeting, who bot.MemberID) (in, advisory bool) {
	switch {
	case slices.Contains(m.Members, who), c.Belongs(who, m.Groups...):
		return true, false
	case slices.Contains(m.Advisers, who), c.Belongs(who, m.Advisory...):
		return true, true
	}
	return false, false
}

// invitees lists the members present in the community who are invited, by number.
// An open meeting invites everybody; only those named or in a group are listed.
func invitees(c *bot.Ctx, m *Meeting) []bot.MemberID {
	var groups []string
	for _, g := range append(slices.Clone(m.Groups), m.Advisory...) {
		if g != config.Everyone {
			groups = append(groups, g)
		}
	}
	ids := append(slices.Clone(m.Members), m.Advisers...)
	if len(groups) > 0 {
		ids = append(ids, c.Members(groups...)...)
	}
	ids = slices.DeleteFunc(ids, func(id bot.MemberID) bool { return !here(c, id) })
	slices.Sort(ids)
	return slices.Compact(ids)
}

// concerned lists whom a meeting concerns: those invited and, where everybody
// is, all members once they are convened, and before that those who said that
// they come or may come.
func concerned(c *bot.Ctx, m *Meeting) []bot.MemberID {
	ids := invitees(c, m)
	if m.open() && !m.Convened.IsZero() {
		return c.Members(config.Everyone)
	}
	if m.open() {
		for who, a := range everyAttendance(c, m) {
			if (a.Answer == Yes || a.Answer == Maybe || a.Answer == Represented) && here(c, who) {
				ids = append(ids, who)
			}
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
	}
	return ids
}

// here reports whether a member is present in the community.
func here(c *bot.Ctx, who bot.MemberID) bool { return who != 0 && c.Belongs(who, config.Everyone) }

// channels lists where a meeting is spoken of.
func channels(c *bot.Ctx, m *Meeting) []bot.Place {
	for _, name := range []string{m.Channel, c.Charter.Meetings.Channel} {
		if name == "" {
			continue
		}
		if places := c.Channels(name); len(places) > 0 {
			return places
		}
	}
	if m.Place.Channel != "" {
		return []bot.Place{{Platform: m.Place.Platform, Channel: m.Place.Channel}}
	}
	return nil
}

// tellKeepers tells those who keep a meeting: its host and its secretary; if they
// are gone, the group that answers for it, and where there is none, its channel. What
// they are told is taken back when the meeting changes before it is delivered.
func tellKeepers(c *bot.Ctx, m *Meeting, text bot.Text, buttons ...bot.Button) {
	told := false
	say := func(to bot.Post) {
		to.Text, to.Buttons, to.About = text, buttons, m.key()
		c.Send(to)
		told = true
	}
	for _, who := range slices.Compact([]bot.MemberID{m.Host, m.Secretary}) {
		if here(c, who) {
			say(bot.Post{To: who})
		}
	}
	if told {
		return
	}
	if m.HostGroup != "" {
		for _, who := range c.Members(m.HostGroup) {
			say(bot.Post{To: who})
		}
	}
	if !told {
		for _, place := range channels(c, m) {
			say(bot.Post{Place: place})
		}
	}
}

// length reads how long something lasts.
func length(option, raw string, fallback config.Duration) (config.Duration, error) {
	if raw == "" {
		return fallback, nil
	}
	d, ok := bot.ReadLength(raw)
	if !ok {
		return 0, bot.BadOption(option, "meeting.bad-length", "text", raw)
	}
	return config.Duration(d), nil
}

// links reads addresses that can be followed.
// addresses cuts at spaces, which addresses have none of, what was listed of them.
func addresses(listed []string) []string { return strings.Fields(strings.Join(listed, " ")) }

func links(option string, raw []string) ([]string, error) {
	for _, l := range raw {
		if !strings.HasPrefix(l, "https://") && !strings.HasPrefix(l, "http://") || strings.ContainsAny(l, " <>\n") {
			return nil, bot.BadOption(option, "meeting.bad-link", "text", l)
		}
	}
	return raw, nil
}
