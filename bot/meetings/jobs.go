package meetings

import (
	"slices"
	"strconv"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// The kinds of jobs. Each carries the beginning it was computed from, and does
// nothing when the meeting has another by then.
const (
	announceJob = "meeting-announce"
	conveneJob  = "meeting-convene"
	remindJob   = "meeting-remind"
	phaseJob    = "meeting-phase"
	overJob     = "meeting-over"
	pollJob     = "meeting-poll"
	actionJob   = "action-remind"
)

func jobKey(m *Meeting, kind string, more ...string) string {
	key := kind + "/" + strconv.FormatUint(m.Number, 10)
	for _, part := range more {
		key += "/" + part
	}
	return key
}

func jobArgs(m *Meeting, more ...string) map[string]string {
	args := map[string]string{"meeting": strconv.FormatUint(m.Number, 10), "starts": stamp(m.Starts)}
	for i := 0; i+1 < len(more); i += 2 {
		args[more[i]] = more[i+1]
	}
	return args
}

// ofJob finds the meeting of a job; ok is false when the job no longer says
// anything true.
func ofJob(c *bot.Ctx, j bot.Job, states ...State) (*Meeting, bool) {
	n, _ := strconv.ParseUint(j.Args["meeting"], 10, 64)
	m, ok := meetings.Get(c.Tx, store.K(n))
	return &m, ok && j.Args["starts"] == stamp(m.Starts) && slices.Contains(states, m.State)
}

// schedule makes the jobs of a meeting to come, in place of those it had.
func schedule(c *bot.Ctx, m *Meeting) {
	unschedule(c, m)
	zone := c.Charter.Location()
	if m.Announced.IsZero() {
		c.Schedule(bot.Job{Key: jobKey(m, announceJob), Kind: announceJob, Due: latest(c.Now, before(m.Starts, max(m.Announce, m.Notice), zone)), Args: jobArgs(m)})
	}
	if m.Notice > 0 && m.Convened.IsZero() {
		c.Schedule(bot.Job{Key: jobKey(m, conveneJob), Kind: conveneJob, Due: latest(c.Now, before(m.Starts, m.Notice, zone)), Args: jobArgs(m)})
	}
	for _, r := range m.Reminders {
		if at := before(m.Starts, r, zone); at.After(c.Now) {
			c.Schedule(bot.Job{Key: jobKey(m, remindJob, r.String()), Kind: remindJob, Due: at, Args: jobArgs(m, "before", r.String())})
		}
	}
	c.Schedule(bot.Job{Key: jobKey(m, overJob), Kind: overJob, Due: m.ends(), Args: jobArgs(m)})
	for _, p := range phasesOf(c, m) {
		schedulePhase(c, m, &p)
	}
}

// unschedule drops the jobs of a meeting, and what they said that is on its way.
func unschedule(c *bot.Ctx, m *Meeting) {
	for _, kind := range []string{announceJob, conveneJob, overJob, pollJob} {
		c.Cancel(jobKey(m, kind))
	}
	for _, r := range m.Reminders {
		c.Cancel(jobKey(m, remindJob, r.String()))
	}
	for _, p := range phasesOf(c, m) {
		c.Cancel(jobKey(m, phaseJob, p.ID))
	}
	c.Unsay(m.key())
}

// everybody says something about a meeting that stays true only as long as the
// meeting is as it is: in its channels, and to some members.
func everybody(c *bot.Ctx, m *Meeting, who []bot.MemberID, text bot.Text, buttons []bot.Button, documents ...string) {
	for _, place := range channels(c, m) {
		c.Send(bot.Post{Place: place, Text: text, Buttons: buttons, Documents: documents, About: m.key()})
	}
	for _, id := range who {
		c.Send(m.private(bot.Post{To: id, Text: text, Buttons: buttons, Documents: documents}))
	}
}

// private makes a post to one member: it waits for no end of their silence beyond
// the beginning of the meeting, and when it is lost those who keep it are told.
func (m *Meeting) private(p bot.Post) bot.Post {
	p.About, p.Until, p.Else = m.key(), m.Starts, m.keepers()
	return p
}

// keepers are those who are told what could not be delivered about a meeting.
func (m *Meeting) keepers() *bot.Else {
	e := &bot.Else{Member: m.Host}
	if m.HostGroup != "" {
		e.Groups = []string{m.HostGroup}
	}
	return e
}

// announceDue shows a meeting of a series in its channels.
func announceDue(c *bot.Ctx, j bot.Job) error {
	m, ok := ofJob(c, j, Planned)
	if !ok || !m.Announced.IsZero() {
		return nil
	}
	hang(c, m)
	inviteNamed(c, m, append(slices.Clone(m.Members), m.Advisers...))
	return nil
}

// remindDue reminds everybody of a meeting, unless a later reminder is due too. When
// it has begun meanwhile, its keepers are told that nobody was reminded.
func remindDue(c *bot.Ctx, j bot.Job) error {
	m, ok := ofJob(c, j, Planned)
	if !ok {
		return nil
	}
	mine, err := config.ParseDuration(j.Args["before"])
	if err != nil {
		return err
	}
	for _, r := range m.Reminders {
		if r < mine && !c.Now.Before(before(m.Starts, r, c.Charter.Location())) {
			return nil
		}
	}
	if !c.Now.Before(m.Starts) {
		c.Record(bot.Entry{What: "missed", Subject: m.key(), Quiet: true, Data: map[string]string{"reminder": stamp(j.At)}})
		tellKeepers(c, m, bot.T("meeting.reminder-missed", "number", m.Number, "title", m.Title, "starts", m.Starts, "due", j.At))
		return nil
	}
	text := bot.Lines(bot.T("meeting.reminder", "number", m.Number, "title", m.Title, "starts", m.Starts, "left", bot.LengthText(roughly(m.Starts.Sub(c.Now)).Std())), whereText(m), headedAgenda(c, m))
	for _, place := range channels(c, m) {
		c.Send(bot.Post{Place: place, Text: text, Buttons: answerButtons(m), About: m.key()})
	}
	for _, who := range concerned(c, m) {
		a := attendanceOf(c, m, who)
		switch a.Answer {
		case No:
			continue
		case "":
			c.Send(m.private(bot.Post{To: who, Reminder: true, Text: bot.Lines(text, bot.T("meeting.reminder-answer")), Buttons: answerButtons(m)}))
		default:
			c.Send(m.private(bot.Post{To: who, Reminder: true, Text: bot.Lines(text, bot.T("meeting.reminder-answered", "answer", a.text()))}))
		}
	}
	return nil
}

// roughly rounds what is left to what is worth saying.
func roughly(d time.Duration) config.Duration {
	unit := time.Minute
	switch {
	case d >= 2*day:
		unit = day
	case d >= 2*time.Hour:
		unit = time.Hour
	}
	return config.Duration(max(d.Round(unit), time.Minute))
}

// overDue asks the keepers of a meeting what became of it, once its time is over.
func overDue(c *bot.Ctx, j bot.Job) error {
	m, ok := ofJob(c, j, Planned, Open)
	if !ok {
		return nil
	}
	if m.State == Open {
		tellKeepers(c, m, bot.T("meeting.over-open", "number", m.Number, "title", m.Title, "ends", m.ends(), "end", bot.CommandText("meeting end")),
			bot.Button{Label: bot.T("meeting.button-end"), Call: call("meeting end", m.Number)})
		return nil
	}
	tellKeepers(c, m, bot.T("meeting.over-planned", "number", m.Number, "title", m.Title, "starts", m.Starts, "start", bot.CommandText("meeting start"), "cancel", bot.CommandText("meeting cancel")),
		bot.Button{Label: bot.T("meeting.button-start"), Call: call("meeting start", m.Number)},
		bot.Button{Label: bot.T("meeting.button-cancel"), Call: call("meeting cancel", m.Number)})
	return nil
}

// pollDue tells the keepers of a meeting what its poll gave.
func pollDue(c *bot.Ctx, j bot.Job) error {
	m, ok := ofJob(c, j, Polling)
	if !ok {
		return nil
	}
	_, answered := freeOn(c, m)
	var buttons []bot.Button
	for i := range m.Dates {
		buttons = append(buttons, bot.Button{Label: bot.T("meeting.button-choose", "date", i+1), Call: call("meeting choose", m.Number, "date", strconv.Itoa(i+1))})
	}
	tellKeepers(c, m, bot.Lines(
		bot.T("meeting.poll-over", "number", m.Number, "title", m.Title, "count", len(answered)),
		datesText(c, m),
		bot.T("meeting.poll-next", "number", m.Number, "choose", bot.CommandText("meeting choose")),
	), buttons...)
	return nil
}
