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
	for who, at := range everyAttendance(c, &m) {
		switch by := attendanceOf(c, &m, at.Proxy); {
		case at.here():
			a.Present = append(a.Present, who)
		case at.Answer == Represented && by.here():
			a.Represented = append(a.Represented, who)
		}
	}
	return nil
}

// attended tells that the attendance of a meeting changed while it is held, or
// that its session began, ended or will not be.
func attended(c *bot.Ctx, m *Meeting) error {
	return c.Signal(bot.AttendanceChanged{Meeting: m.Number})
}
