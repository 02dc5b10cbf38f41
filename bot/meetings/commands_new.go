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

// about is what a new meeting is: the options that new and poll share.
type about struct {
	Kind      string         `opt:"kind,optional" choices:"meeting-kinds"`
	Lasts     string         `opt:"lasts,optional" max:"20"`
	Where     string         `opt:"where,optional" max:"150"`
	Link      string         `opt:"link,optional" max:"300"`
	Groups    []string       `opt:"groups,optional" suggest:"meeting-groups"`
	Members   []bot.MemberID `opt:"members,optional"`
	Guests    []bot.MemberID `opt:"guests,optional"`
	Notice    string         `opt:"notice,optional" max:"20"`
	Documents []string       `opt:"documents,optional"`
}

type newArgs struct {
	Title string    `opt:"title,rest" max:"100"`
	When  time.Time `opt:"when,begins"`
	about
}

// newMeeting enters a meeting at a date.
func newMeeting(c *bot.Ctx, in newArgs) (bot.Reply, error) {
	m, err := begun(c, in.Title, in.about)
	if err != nil {
		return bot.Reply{}, err
	}
	m.State, m.Starts, m.Announced = Planned, in.When, c.Now
	if err := noticed(c, "when", m.Starts, m.Notice); err != nil {
		return bot.Reply{}, err
	}
	enter(c, m)
	hang(c, m)
	c.Record(bot.Entry{Subject: m.key(), Rule: m.Kind, Data: map[string]string{"title": m.Title, "starts": stamp(m.Starts)}})
	inviteNamed(c, m, append(slices.Clone(m.Members), m.Advisers...))
	return bot.Reply{Text: bot.Lines(enteredText(c, m)...), Buttons: enteredButtons(m)}, nil
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// begun makes a meeting, without its date, out of what was given and of what the
// charter says of its kind.
func begun(c *bot.Ctx, title string, in about) (*Meeting, error) {
	m := &Meeting{Title: title, Host: c.Caller.ID, Place: c.Place, Lasts: config.Duration(time.Hour), Made: c.Now}
	if in.Kind != "" {
		m.take(c.Charter.MeetingKind(in.Kind))
	}
	var err error
	if m.Lasts, err = length("lasts", in.Lasts, m.Lasts); err != nil {
		return nil, err
	}
	if m.Notice, err = noticeOf(m, in.Notice); err != nil {
		return nil, err
	}
	if in.Where != "" {
		m.Where = in.Where
	}
	if in.Link != "" {
		if _, err := links("link", []string{in.Link}); err != nil {
			return nil, err
		}
		m.Link = in.Link
	}
	if m.Documents, err = links("documents", addresses(in.Documents)); err != nil {
		return nil, err
	}
	m.Members, m.Advisers = in.Members, in.Guests
	named, people := in.Groups[:0:0], []bot.MemberID(nil)
	for _, typed := range in.Groups {
		who, found := c.FindMember(typed)
		if _, group := c.Choose("meeting-groups", typed, nil); found && (!group || strings.HasPrefix(typed, "@")) {
			people = append(people, who)
			continue
		}
		named = append(named, typed)
	}
	m.Members = append(m.Members, people...)
	if len(in.Groups) > 0 {
		if m.Groups, err = groups(c, named); err != nil {
			return nil, err
		}
	}
	if len(m.Groups)+len(m.Members) == 0 {
		m.Groups = []string{config.Everyone}
	}
	return m, nil
}

// noticeOf reads the notice of a meeting, which may be longer than its kind's
// and never shorter.
func noticeOf(m *Meeting, raw string) (config.Duration, error) {
	notice, err := length("notice", raw, m.Notice)
	if err == nil && notice < m.Notice {
		return 0, bot.BadOption("notice", "meeting.notice-short", "notice", bot.LengthText(m.Notice.Std()))
	}
	return notice, err
}

// take fills a meeting with what the charter says of its kind.
func (m *Meeting) take(k *config.MeetingKind) {
	if k == nil {
		return
	}
	m.Kind, m.Lasts, m.Where, m.Link, m.Notice, m.Announce = k.ID, k.Lasts, k.Where, k.Link, k.Notice, k.Announce
	m.Groups, m.Advisory, m.HostGroup = slices.Clone(k.Invited), slices.Clone(k.Advisory), k.Host
	m.Reminders, m.Proxies, m.RoundTable, m.Channel = slices.Clone(k.Reminders), k.Proxies, k.RoundTable, k.Channel
}

// groups reads the names of groups.
func groups(c *bot.Ctx, raw []string) ([]string, error) {
	var ids []string
	for _, typed := range raw {
		id, ok := c.Choose("meeting-groups", typed, nil)
		if !ok {
			var names []bot.Text
			for _, choice := range groupChoices(c, nil) {
				names = append(names, choice.Label)
			}
			return nil, bot.BadOption("groups", "meeting.no-group", "text", typed, "groups", names)
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// enter gives a meeting its number, its standing items, what was carried over to
// it, its phases and its jobs.
func enter(c *bot.Ctx, m *Meeting) {
	m.Number = meetings.NextID(c.Tx)
	put(c, m)
	kind := c.Charter.MeetingKind(m.Kind)
	if kind != nil {
		for _, title := range kind.Agenda {
			addItem(c, m, Item{Title: title, Standing: true})
		}
		for i := range kind.Phases {
			p := &kind.Phases[i]
			ph := Phase{Meeting: m.Number, ID: p.ID, Rank: i, Name: p.Name, Before: p.Before, Reminders: p.Reminders, Group: p.Responsible}
			if ph.Group == "" {
				ph.Group = kind.Host
			}
			if len(ph.Reminders) == 0 {
				ph.Reminders = []config.Duration{config.Duration(7 * day)}
			}
			putPhase(c, m, ph)
		}
	}
	if m.State == Planned {
		carryFromBefore(c, m)
		schedule(c, m)
	}
}

// hang shows a meeting where it is spoken of.
func hang(c *bot.Ctx, m *Meeting) {
	m.Announced = c.Now
	put(c, m)
	for _, place := range channels(c, m) {
		c.Hang(m.key(), place)
	}
}

// inviteNamed tells those who are invited by name.
func inviteNamed(c *bot.Ctx, m *Meeting, who []bot.MemberID) {
	for _, id := range who {
		if id == c.Caller.ID {
			continue
		}
		_, advisory := invited(c, m, id)
		key := "meeting.invited"
		if advisory {
			key = "meeting.invited-advisory"
		}
		c.Send(bot.Post{To: id, Buttons: answerButtons(m), About: m.key(), Text: bot.Lines(
			bot.T(key, "who", c.Caller.ID, "number", m.Number, "title", m.Title, "starts", whenText(m)), whereText(m),
		)})
	}
}

// enteredText says what was entered and what comes next.
func enteredText(c *bot.Ctx, m *Meeting) []bot.Text {
	lines := []bot.Text{bot.T("meeting.entered", "number", m.Number, "title", m.Title, "starts", whenText(m), "groups", groupsText(c, m))}
	if m.Notice > 0 {
		lines = append(lines, bot.T("meeting.will-convene", "at", before(m.Starts, m.Notice, c.Charter.Location()), "notice", bot.LengthText(m.Notice.Std())))
	}
	if len(m.Reminders) > 0 {
		lines = append(lines, bot.T("meeting.will-remind", "reminders", lengthsText(m.Reminders)))
	}
	for _, p := range phasesOf(c, m) {
		lines = append(lines, bot.T("meeting.phase-line", "phase", p.name(), "due", bot.Date(p.due(c, m)), "who", p.whoText(c)))
	}
	if len(channels(c, m)) == 0 {
		lines = append(lines, bot.T("meeting.no-place", "show", bot.CommandText("meeting show"), "number", m.Number))
	}
	return append(lines, bot.T("meeting.next-agenda", "number", m.Number, "propose", bot.CommandText("meeting propose")))
}

func enteredButtons(m *Meeting) []bot.Button {
	return []bot.Button{
		{Label: bot.T("meeting.button-show"), Call: call("meeting show", m.Number)},
		{Label: bot.T("meeting.button-propose"), Call: call("meeting propose", m.Number)},
		{Label: bot.T("meeting.button-file"), Call: call("calendar file", m.Number)},
	}
}

func call(command string, number uint64, more ...string) bot.Call {
	args := map[string]string{"number": strconv.FormatUint(number, 10)}
	for i := 0; i+1 < len(more); i += 2 {
		args[more[i]] = more[i+1]
	}
	return bot.Call{Command: command, Args: args}
}

// last is the latest meeting of a kind that was held before another.
func last(c *bot.Ctx, m *Meeting) (found Meeting, ok bool) {
	if m.Kind == "" {
		return Meeting{}, false
	}
	from, _ := store.Prefix(store.K(m.Kind))
	for _, id := range meetings.ByRange(c.Tx, "kind", from, store.K(m.Kind, m.Starts)) {
		if other, there := meetings.Get(c.Tx, id); there && other.Number != m.Number && other.State == Held {
			found, ok = other, true
		}
	}
	return found, ok
}
