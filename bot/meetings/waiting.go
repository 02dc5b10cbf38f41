package meetings

import (
	"greffier/bot"
)

// waitingShown is how many lines of a sort a digest has.
const waitingShown = 10

// waits lists, for a digest, the meetings to come, the phases and the actions that
// are late or soon due, and the minutes that await approval.
func waits(c *bot.Ctx, d bot.Digest) []bot.Waits {
	return []bot.Waits{
		{Title: bot.T("meeting.waits-coming"), Lines: waitingMeetings(c, d)},
		{Title: bot.T("meeting.waits-phases"), Lines: waitingPhases(c, d)},
		{Title: bot.T("action.waits"), Lines: waitingActions(c, d)},
		{Title: bot.T("meeting.waits-minutes"), Lines: waitingMinutes(c, d)},
	}
}

func waitingMeetings(c *bot.Ctx, d bot.Digest) []bot.Text {
	var lines []bot.Text
	for _, m := range inStates(c, Planned) {
		if d.Soon(m.Starts, c.Now) && d.Concerns(append(m.Groups, m.HostGroup)...) {
			lines = append(lines, bot.T("meeting.waits-line", "line", lineOf(c, &m), "answers", tallyText(c, &m)))
		}
	}
	return first(lines)
}

func waitingPhases(c *bot.Ctx, d bot.Digest) []bot.Text {
	var lines []bot.Text
	for _, m := range inStates(c, Planned) {
		for _, p := range phasesOf(c, &m) {
			due := p.due(c, &m)
			if late := !due.After(c.Now); p.Done.IsZero() && (late || d.Soon(due, c.Now)) && d.Concerns(p.Group) {
				state := bot.T("meeting.phase-state-open")
				if late {
					state = bot.T("meeting.phase-state-late")
				}
				lines = append(lines, bot.T("meeting.waits-phase", "phase", p.name(), "number", m.Number, "title", m.Title, "due", bot.Date(due), "who", p.whoText(c), "state", state))
			}
		}
	}
	return first(lines)
}

func waitingActions(c *bot.Ctx, d bot.Digest) []bot.Text {
	var lines []bot.Text
	for _, a := range openActions(c) {
		late := !a.Due.After(c.Now)
		switch {
		case len(d.On) > 0 && !c.Belongs(a.Owner, d.On...):
		case late:
			lines = append(lines, bot.T("action.line-late", "action", a.text()))
		case d.Soon(a.Due, c.Now):
			lines = append(lines, a.text())
		}
	}
	return first(lines)
}

func waitingMinutes(c *bot.Ctx, d bot.Digest) []bot.Text {
	var lines []bot.Text
	for _, m := range inStates(c, Held) {
		if m.Approved.IsZero() && d.Concerns(append(m.Groups, m.HostGroup)...) {
			lines = append(lines, lineOf(c, &m))
		}
	}
	return first(lines)
}

// first keeps what a digest has room for, and says how much more there is.
func first(lines []bot.Text) []bot.Text {
	if more := len(lines) - waitingShown; more > 0 {
		return append(lines[:waitingShown:waitingShown], bot.T("meeting.and-more", "count", more))
	}
	return lines
}
