package meetings

import (
	"fmt"
	"strings"

	ics "github.com/arran4/golang-ical"

	"greffier/bot"
	"greffier/store"
)

// fileKey is the key of a meeting's calendar file.
func fileKey(m *Meeting) string { return fmt.Sprintf("meeting/%d.ics", m.Number) }

const calendarType = "text/calendar; charset=utf-8"

// drawFile draws the calendar file of one meeting: "meeting/12.ics".
func drawFile(c *bot.Ctx, key, locale string) (bot.File, bool) {
	n, ok := numberAfter(key)
	m, found := meetings.Get(c.Tx, store.K(n))
	if !ok || !found || m.Starts.IsZero() || key != fileKey(&m) {
		return bot.File{}, false
	}
	cal := newCalendar(c, m.Title)
	addEvent(c, cal, &m, 0, locale)
	name := c.Speaker(locale).Plain(bot.T("calendar.file-name", "number", m.Number))
	return bot.File{Name: name + ".ics", Type: calendarType, Data: []byte(cal.Serialize(ics.WithNewLineWindows))}, true
}

// newCalendar begins a calendar of RFC 5545.
func newCalendar(c *bot.Ctx, name string) *ics.Calendar {
	cal := ics.NewCalendarFor("Greffier")
	cal.SetMethod(ics.MethodPublish)
	cal.SetXWRCalName(name)
	cal.SetXWRTimezone(c.Charter.Location().String())
	return cal
}

// addEvent puts a meeting in a calendar, with what a member answered. A meeting is
// one event for ever, whatever it is moved to: its UID stays and its SEQUENCE
// grows. Moments are in UTC, so that no calendar needs our zone's rules.
func addEvent(c *bot.Ctx, cal *ics.Calendar, m *Meeting, who bot.MemberID, locale string) {
	s := c.Speaker(locale)
	e := cal.AddEvent(fmt.Sprintf("meeting-%d@%s", m.Number, c.Register()))
	e.SetDtStampTime(c.Now)
	e.SetCreatedTime(m.Made)
	e.SetStartAt(m.Starts)
	e.SetEndAt(m.ends())
	e.SetSequence(m.Sequence)
	e.SetSummary(m.Title)
	switch {
	case m.Where != "":
		e.SetLocation(m.Where)
	case m.Link != "":
		e.SetLocation(m.Link)
	}
	if m.Link != "" {
		e.SetURL(m.Link)
	}
	status := ics.ObjectStatusConfirmed
	if m.State == Cancelled {
		status = ics.ObjectStatusCancelled
	}
	e.SetStatus(status)
	lines := []bot.Text{bot.T("calendar.number", "number", m.Number), groupsText(c, m), headedAgenda(c, m), documentsText(m)}
	if a := attendanceOf(c, m, who); who != 0 && a.Answer != "" {
		lines = append(lines, bot.T("calendar.answer", "answer", a.text()))
		if a.Answer == No {
			e.SetTimeTransparency(ics.TransparencyTransparent)
		}
	}
	e.SetDescription(s.Prose(bot.Lines(lines...)))
}

// feedKeeps is how long ago a meeting may have been to still be in a feed.
const feedKeeps = 366 * day

// drawFeed draws the calendar of a feed, found by its secret: "calendar/SECRET.ics".
func drawFeed(c *bot.Ctx, key, _ string) (bot.File, bool) {
	token := strings.TrimSuffix(strings.TrimPrefix(key, "calendar/"), ".ics")
	f, ok := feeds.Get(c.Tx, feedID(token))
	if !ok || !here(c, f.Member) {
		return bot.File{}, false
	}
	return calendarOf(c, f), true
}

// calendarOf draws what a feed gives now.
func calendarOf(c *bot.Ctx, f feed) bot.File {
	locale := c.LocaleOf(f.Member)
	cal := newCalendar(c, c.Charter.Community.Name)
	cal.SetRefreshInterval("PT1H") // the library writes VALUE=DURATION itself
	cal.SetXPublishedTTL("PT1H")
	for _, m := range meetings.Prefix(c.Tx, nil) {
		if m.Starts.IsZero() || c.Now.Sub(m.Starts) > feedKeeps {
			continue
		}
		if in, _ := invited(c, &m, f.Member); in || f.All || m.Host == f.Member {
			addEvent(c, cal, &m, f.Member, locale)
		}
	}
	return bot.File{Name: "greffier.ics", Type: calendarType, Data: []byte(cal.Serialize(ics.WithNewLineWindows))}
}

// appointment is the meeting as platforms with a calendar of their own take it.
func appointment(m *Meeting) *bot.Appointment {
	if m.Starts.IsZero() {
		return nil
	}
	where := m.Where
	if where == "" {
		where = m.Link
	}
	return &bot.Appointment{
		Starts: m.Starts, Ends: m.ends(), Where: where, Cancelled: m.State == Cancelled,
		Coming: call("meeting answer", m.Number, "answer", string(Yes)), NotComing: call("meeting answer", m.Number, "answer", string(No)),
	}
}

// calendarFile hands over the calendar file of a meeting.
func calendarFile(c *bot.Ctx, in numberArgs) (bot.Reply, error) {
	m, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	doc, ok := c.Document(fileKey(m), c.Locale())
	if !ok {
		return bot.Reply{}, bot.Refuse("calendar.no-date", "number", m.Number, "title", m.Title)
	}
	return bot.Reply{Text: bot.T("calendar.file", "number", m.Number, "title", m.Title, "starts", m.Starts), Files: []bot.File{doc}}, nil
}

// whenText says when a meeting is, or that its date is looked for.
func whenText(m *Meeting) bot.Text {
	if m.Starts.IsZero() {
		return bot.T("meeting.date-open")
	}
	return bot.T("meeting.moment", "at", m.Starts)
}
