package meetings

import (
	"greffier/bot"
	"greffier/store"
)

// attendanceAsked tells a vote that belongs to a meeting what it has to know.
func attendanceAsked(c *bot.Ctx, a *bot.AttendanceAsked) error {
	m, ok := meetings.Get(c.Tx, store.K(a.Meeting))
	if !ok {
		return nil
	}
	a.Found, a.Title, a.Starts = true, m.Title, m.Starts
	a.Planned, a.InSession = m.State == Planned, m.State == Open
	a.Convened, a.Notice = m.Convened, m.Notice.Std()
	if m.Notice > 0 {
		sent := m.Convened
		if sent.IsZero() {
			sent = c.Now
		}
		a.Late = m.Convened.IsZero() && m.State != Planned || tooLate(sent, m.Starts, m.Notice, c.Charter.Location())
	}
	a.Proxies = map[bot.MemberID]bot.MemberID{}
	for who, at := range everyAttendance(c, &m) {
		if at.Answer == Represented && !at.present() {
			a.Proxies[who] = at.Proxy
		}
		switch by := attendanceOf(c, &m, at.Proxy); {
		case at.here():
			a.Present = append(a.Present, who)
		case at.Answer == Represented && by.here():
			a.Represented = append(a.Represented, who)
		}
	}
	return nil
}

// representationAsked has the caller represented in a meeting, as their answer would,
// or takes that back.
func representationAsked(c *bot.Ctx, r *bot.RepresentationAsked) error {
	m, err := inState(c, int(r.Meeting), Planned, Open) //nolint:gosec // typed as an int
	if err != nil {
		return err
	}
	a := attendanceOf(c, m, c.Caller.ID)
	if r.By == 0 {
		if a.Answer != Represented {
			return bot.Refuse("meeting.proxy-none", "number", m.Number, "title", m.Title)
		}
		if err := answered(c, m, a, "", 0); err != nil {
			return err
		}
		r.Said = bot.T("meeting.proxy-taken-back", "number", m.Number, "title", m.Title, "who", a.Proxy, "command", bot.CommandText("meeting answer"))
		return nil
	}
	if in, _ := invited(c, m, c.Caller.ID); !in {
		return bot.Refuse("meeting.not-invited", "number", m.Number, "title", m.Title, "groups", groupsText(c, m))
	}
	if err := mayRepresent(c, m, c.Caller.ID, r.By); err != nil {
		return err
	}
	if a.Answer == Represented && a.Proxy == r.By {
		return bot.Refuse("meeting.answered-same", "number", m.Number, "title", m.Title, "answer", a.text())
	}
	r.Said = bot.T("meeting.proxy-given", "number", m.Number, "title", m.Title, "who", r.By, "starts", m.Starts, "command", bot.CommandText("vote revoke"))
	return answered(c, m, a, Represented, r.By)
}

// attended tells that the attendance of a meeting changed while it is held, or
// that its session began, ended or will not be.
func attended(c *bot.Ctx, m *Meeting) error {
	return c.Signal(bot.AttendanceChanged{Meeting: m.Number})
}
