package meetings

import (
	"slices"
	"time"

	"greffier/bot"
)

type answerArgs struct {
	Number int          `opt:"number" suggest:"meetings"`
	Answer string       `opt:"answer,rest" choices:"meeting-answers"`
	By     bot.MemberID `opt:"by,optional"`
}

// answer takes whether the caller comes.
func answer(c *bot.Ctx, in answerArgs) (bot.Reply, error) {
	m, err := inState(c, in.Number, Planned, Open)
	if err != nil {
		return bot.Reply{}, err
	}
	if in, _ := invited(c, m, c.Caller.ID); !in {
		return bot.Reply{}, bot.Refuse("meeting.not-invited", "number", m.Number, "title", m.Title, "groups", groupsText(c, m))
	}
	a := attendanceOf(c, m, c.Caller.ID)
	was := a
	a.Answer, a.Proxy = Answer(in.Answer), 0
	if in.By != 0 && in.Answer != string(Represented) {
		return bot.Reply{}, bot.BadOption("by", "meeting.by-alone")
	}
	if a.Answer == Represented {
		if in.By == 0 {
			return bot.Reply{Form: proxyForm(m)}, nil
		}
		if err := mayRepresent(c, m, c.Caller.ID, in.By); err != nil {
			return bot.Reply{}, err
		}
		a.Proxy = in.By
	}
	if was.Answer == a.Answer && was.Proxy == a.Proxy {
		return bot.Reply{Text: bot.T("meeting.answered-same", "number", m.Number, "title", m.Title, "answer", a.text())}, nil
	}
	if err := answered(c, m, was, a.Answer, a.Proxy); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Text: bot.Lines(
		bot.T("meeting.answered", "number", m.Number, "title", m.Title, "answer", a.text()),
		bot.T("meeting.answered-until", "starts", m.Starts),
	), Buttons: []bot.Button{{Label: bot.T("meeting.button-file"), Call: call("calendar file", m.Number)}}}, nil
}

// answered keeps the caller's answer to a meeting in place of the one they gave
// before; none, which is empty, lets them be asked again.
func answered(c *bot.Ctx, m *Meeting, was Attendance, to Answer, by bot.MemberID) error {
	now := was
	now.Answer, now.Proxy, now.Answered = to, by, c.Now
	if to == "" {
		now.Answered = time.Time{}
	}
	putAttendance(c, m, c.Caller.ID, now)
	c.Record(bot.Entry{Subject: m.key(), Data: map[string]string{"answer": string(to)}, Quiet: true})
	tellProxies(c, m, was.Proxy, by)
	return attended(c, m)
}

// proxyForm asks by whom the caller is represented.
func proxyForm(m *Meeting) *bot.Form {
	return &bot.Form{
		Title: bot.T("meeting.proxy-form", "number", m.Number),
		Intro: bot.T("meeting.proxy-intro", "title", m.Title),
		Call:  call("meeting answer", m.Number, "answer", string(Represented)),
		Asks:  []bot.Field{{Name: "by", Label: bot.T("meeting.proxy-by"), Help: bot.T("meeting.proxy-help"), Required: true, Max: 100}},
	}
}

// mayRepresent refuses a proxy that the meeting's rule does not allow.
func mayRepresent(c *bot.Ctx, m *Meeting, who, by bot.MemberID) error {
	in, advisory := invited(c, m, by)
	switch {
	case who == by:
		return bot.BadOption("by", "meeting.proxy-self")
	case !in || advisory:
		return bot.BadOption("by", "meeting.proxy-not-invited", "who", by, "groups", groupsText(c, m))
	case attendanceOf(c, m, by).Answer == Represented:
		return bot.BadOption("by", "meeting.proxy-absent", "who", by)
	}
	if n := len(representedBy(c, m, by, who)); m.Proxies > 0 && n >= m.Proxies {
		return bot.BadOption("by", "meeting.proxy-many", "who", by, "max", m.Proxies)
	}
	return nil
}

// representedBy lists whom a member represents, leaving one out.
func representedBy(c *bot.Ctx, m *Meeting, by, but bot.MemberID) []bot.MemberID {
	var ids []bot.MemberID
	for who, a := range everyAttendance(c, m) {
		if a.Answer == Represented && a.Proxy == by && who != but {
			ids = append(ids, who)
		}
	}
	return ids
}

// tellProxies tells who represents the caller, and who no longer does.
func tellProxies(c *bot.Ctx, m *Meeting, was, now bot.MemberID) {
	if was == now {
		return
	}
	c.Tell(was, m.key(), bot.T("meeting.proxy-released", "who", c.Caller.ID, "number", m.Number, "title", m.Title))
	c.TellWhile(now, m.key(), bot.T("meeting.proxy-asked", "who", c.Caller.ID, "number", m.Number, "title", m.Title, "starts", whenText(m)))
}

// text says an answer.
func (a *Attendance) text() bot.Text {
	if a.Answer == Represented {
		return bot.T("meeting.represented-by", "who", a.Proxy)
	}
	return bot.T("meeting.answer-" + string(a.Answer))
}

// answerButtons are the answers of a meeting to come.
func answerButtons(m *Meeting) []bot.Button {
	var all []bot.Button
	for _, a := range []Answer{Yes, No, Maybe, Represented} {
		b := bot.Button{Label: bot.T("meeting.button-" + string(a)), Call: call("meeting answer", m.Number, "answer", string(a))}
		if a == Yes {
			b.Style = "primary"
		}
		all = append(all, b)
	}
	return all
}

// tally says how many answered what, and the names of those who come.
func tallyText(c *bot.Ctx, m *Meeting) bot.Text {
	counts := map[Answer]int{}
	for _, a := range everyAttendance(c, m) {
		counts[a.Answer]++
	}
	var parts []bot.Text
	for _, a := range []Answer{Yes, Represented, Maybe, No} {
		parts = append(parts, bot.T("meeting.count-"+string(a), "count", counts[a]))
	}
	if !m.open() {
		silent := 0
		for _, who := range invitees(c, m) {
			if attendanceOf(c, m, who).Answer == "" {
				silent++
			}
		}
		parts = append(parts, bot.T("meeting.count-silent", "count", silent))
	}
	return bot.List(parts...)
}

// namesText says who gave an answer, the first of them by name.
func namesText(c *bot.Ctx, m *Meeting, want Answer) bot.Text {
	const shown = 20
	var names []bot.Text
	more := 0
	for who, a := range everyAttendance(c, m) {
		switch {
		case a.Answer != want:
		case len(names) == shown:
			more++
		case want == Represented:
			names = append(names, bot.T("meeting.name-represented", "who", who, "by", a.Proxy))
		default:
			names = append(names, bot.T("meeting.name", "who", who))
		}
	}
	if more > 0 {
		names = append(names, bot.T("meeting.and-more", "count", more))
	}
	if len(names) == 0 {
		return bot.Text{}
	}
	return bot.List(names...)
}

// presence answers who takes part in the meetings that are in session.
func presence(c *bot.Ctx, ask bot.PresenceAsked) error {
	for _, m := range inStates(c, Open) {
		if m.After {
			continue // it was held before
		}
		if len(ask.Groups) > 0 && !m.open() && !slices.ContainsFunc(ask.Groups, func(g string) bool { return slices.Contains(m.Groups, g) }) {
			continue
		}
		for who, a := range everyAttendance(c, &m) {
			proxy := attendanceOf(c, &m, a.Proxy)
			switch {
			case a.here():
				ask.Present(m.key(), who, 0)
			case a.Answer == Represented && !a.present() && proxy.here():
				ask.Present(m.key(), who, a.Proxy)
			}
		}
	}
	return nil
}
