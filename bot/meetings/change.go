package meetings

import (
	"slices"
	"strings"
	"time"

	"greffier/bot"
)

type moveArgs struct {
	Number int       `opt:"number" suggest:"meetings"`
	When   time.Time `opt:"when,begins"`
	Reason string    `opt:"reason,optional,rest" max:"300"`
}

// move gives a meeting another date and tells everybody once. Who had answered
// answers again: a yes was for another day.
func move(c *bot.Ctx, in moveArgs) (bot.Reply, error) {
	m, err := inState(c, in.Number, Planned)
	if err != nil {
		return bot.Reply{}, err
	}
	from := m.Starts
	if in.When.Equal(from) {
		return bot.Reply{}, bot.BadOption("when", "meeting.moved-same", "starts", from)
	}
	if err := noticed(c, "when", in.When, m.Notice); err != nil {
		return bot.Reply{}, err
	}
	who, hung := concerned(c, m), !m.Announced.IsZero()
	unschedule(c, m)
	m.Starts = in.When
	m.Sequence++
	convened := !m.Convened.IsZero()
	if convened {
		m.Convened = c.Now
	}
	put(c, m)
	schedule(c, m)
	for id, a := range everyAttendance(c, m) {
		a.Answer, a.Proxy, a.Answered = "", 0, time.Time{}
		putAttendance(c, m, id, a)
	}
	c.Record(bot.Entry{Subject: m.key(), Data: map[string]string{"from": stamp(from), "starts": stamp(m.Starts), "reason": in.Reason}})
	if hung {
		lines := []bot.Text{
			bot.T("meeting.moved-post", "number", m.Number, "title", m.Title, "from", from, "starts", m.Starts, "who", c.Caller.ID),
			reasonText(in.Reason), whereText(m),
		}
		if convened {
			lines = append(lines, bot.T("meeting.moved-convened"), headedAgenda(c, m))
		}
		everybody(c, m, others(c, who), bot.Lines(append(lines, bot.T("meeting.moved-answer"))...), answerButtons(m), fileKey(m))
	}
	return bot.Reply{Text: bot.Lines(
		bot.T("meeting.moved", "number", m.Number, "title", m.Title, "from", from, "starts", m.Starts),
		dueText(c, m),
	)}, nil
}

// others leaves the caller out.
func others(c *bot.Ctx, who []bot.MemberID) []bot.MemberID {
	return slices.DeleteFunc(slices.Clone(who), func(id bot.MemberID) bool { return id == c.Caller.ID })
}

func reasonText(reason string) bot.Text {
	if reason == "" {
		return bot.Text{}
	}
	return bot.T("meeting.reason", "reason", reason)
}

// dueText says when the convocation goes out.
func dueText(c *bot.Ctx, m *Meeting) bot.Text {
	switch {
	case m.Notice == 0:
		return bot.Text{}
	case !m.Convened.IsZero():
		return bot.T("meeting.was-convened", "at", m.Convened)
	}
	if tooLate(c.Now, m.Starts, m.Notice, c.Charter.Location()) {
		return bot.T("meeting.not-convened", "notice", bot.LengthText(m.Notice.Std()))
	}
	return bot.T("meeting.will-convene", "at", before(m.Starts, m.Notice, c.Charter.Location()), "notice", bot.LengthText(m.Notice.Std()))
}

type cancelArgs struct {
	Number int    `opt:"number" suggest:"meetings"`
	Reason string `opt:"reason,rest" max:"300"`
	Sure   bool   `opt:"sure,hidden"`
}

// cancel calls a meeting off and tells everybody once.
func cancel(c *bot.Ctx, in cancelArgs) (bot.Reply, error) {
	m, err := inState(c, in.Number, Polling, Planned)
	if err != nil {
		return bot.Reply{}, err
	}
	if !in.Sure {
		return c.Ask(bot.T("meeting.cancel-ask", "number", m.Number, "title", m.Title, "starts", whenText(m), "reason", in.Reason), "meeting.cancel-sure"), nil
	}
	callOff(c, m, in.Reason)
	c.Record(bot.Entry{Subject: m.key(), Data: map[string]string{"reason": in.Reason}})
	reply := []bot.Text{bot.T("meeting.cancelled", "number", m.Number, "title", m.Title)}
	if to, ok := next(c, m); ok {
		if n := carry(c, m, &to); n > 0 {
			reply = append(reply, bot.T("meeting.carried", "count", n, "number", to.Number, "starts", to.Starts))
		}
	}
	return bot.Reply{Text: bot.Lines(reply...)}, nil
}

// callOff cancels a meeting; whoever heard of it is told.
func callOff(c *bot.Ctx, m *Meeting, reason string) {
	who := concerned(c, m)
	unschedule(c, m)
	m.State, m.Reason = Cancelled, reason
	m.Sequence++
	put(c, m)
	if !m.Announced.IsZero() {
		everybody(c, m, others(c, who), bot.Lines(
			bot.T("meeting.cancelled-post", "number", m.Number, "title", m.Title, "starts", whenText(m)), reasonText(reason)), nil)
	}
}

type editArgs struct {
	Number    int            `opt:"number" suggest:"meetings"`
	Title     string         `opt:"title,optional" max:"100"`
	Lasts     string         `opt:"lasts,optional" max:"20"`
	Where     string         `opt:"where,optional" max:"150"`
	Link      string         `opt:"link,optional" max:"300"`
	Documents []string       `opt:"documents,optional"`
	Guests    []bot.MemberID `opt:"guests,optional"`
	Host      bot.MemberID   `opt:"host,optional"`
	Secretary bot.MemberID   `opt:"secretary,optional"`
}

// edit changes what a meeting says, and tells those who were convened what
// matters to them.
func edit(c *bot.Ctx, in editArgs) (bot.Reply, error) {
	m, err := inState(c, in.Number, Polling, Planned, Open)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(c.Call.Args) == 1 { // the number alone: show what there is
		form := c.Form(map[string]string{
			"title": m.Title, "lasts": m.Lasts.String(), "where": m.Where, "link": m.Link, "documents": strings.Join(m.Documents, ", "),
		})
		form.Title = bot.T("meeting.edit-title", "number", m.Number)
		return bot.Reply{Form: form}, nil
	}
	was := *m
	if err := change(c, m, in); err != nil {
		return bot.Reply{}, err
	}
	changes := changed(&was, m)
	if len(changes) == 0 {
		return bot.Say("meeting.edit-nothing", "number", m.Number), nil
	}
	m.Sequence++
	put(c, m)
	if m.State == Planned && was.Lasts != m.Lasts {
		c.Schedule(bot.Job{Key: jobKey(m, overJob), Kind: overJob, Due: m.ends(), Args: jobArgs(m)})
	}
	c.Record(bot.Entry{Subject: m.key(), Data: map[string]string{"title": m.Title, "where": m.Where, "link": m.Link, "lasts": m.Lasts.String()}})
	if was.Where != m.Where || was.Link != m.Link {
		if !m.Convened.IsZero() {
			everybody(c, m, others(c, concerned(c, m)), bot.Lines(bot.T("meeting.place-post", "number", m.Number, "title", m.Title, "starts", m.Starts), whereText(m)), nil, fileKey(m))
		}
	}
	inviteNamed(c, m, slices.DeleteFunc(slices.Clone(m.Advisers), func(id bot.MemberID) bool { return slices.Contains(was.Advisers, id) }))
	for _, id := range []bot.MemberID{m.Host, m.Secretary} {
		if id != 0 && id != was.Host && id != was.Secretary {
			c.Tell(id, m.key(), bot.T("meeting.told-keeper", "who", c.Caller.ID, "number", m.Number, "title", m.Title, "starts", whenText(m)))
		}
	}
	return bot.Reply{Text: bot.Lines(append([]bot.Text{bot.T("meeting.edited", "number", m.Number)}, changes...)...)}, nil
}

// change puts what was given into a meeting. What was given empty, as a form
// does, empties what may be empty.
func change(c *bot.Ctx, m *Meeting, in editArgs) error {
	given := func(name string) bool { _, ok := c.Call.Args[name]; return ok }
	var err error
	if in.Title != "" {
		m.Title = in.Title
	}
	if m.Lasts, err = length("lasts", in.Lasts, m.Lasts); err != nil {
		return err
	}
	if given("where") {
		m.Where = in.Where
	}
	if given("link") {
		if in.Link != "" {
			if _, err := links("link", []string{in.Link}); err != nil {
				return err
			}
		}
		m.Link = in.Link
	}
	if given("documents") {
		if m.Documents, err = links("documents", addresses(in.Documents)); err != nil {
			return err
		}
	}
	for _, id := range in.Guests {
		if ok, _ := invited(c, m, id); !ok {
			m.Advisers = append(slices.Clone(m.Advisers), id)
		}
	}
	if in.Host != 0 {
		m.Host = in.Host
	}
	if in.Secretary != 0 {
		m.Secretary = in.Secretary
	}
	return nil
}

// changed says what differs, a line each.
func changed(was, m *Meeting) []bot.Text {
	var lines []bot.Text
	add := func(differs bool, label string, value bot.Text) {
		if differs {
			if value.IsZero() {
				value = bot.T("meeting.nothing")
			}
			lines = append(lines, bot.T("meeting.change-line", "label", bot.T(label), "value", value))
		}
	}
	add(was.Title != m.Title, "meeting.label-title", bot.Typed(m.Title))
	add(was.Lasts != m.Lasts, "meeting.label-lasts", bot.LengthText(m.Lasts.Std()))
	add(was.Where != m.Where, "meeting.label-where", bot.Typed(m.Where))
	add(was.Link != m.Link, "meeting.label-link", linkText(m.Link))
	add(!slices.Equal(was.Documents, m.Documents), "meeting.label-documents", linkList(m.Documents))
	add(!slices.Equal(was.Advisers, m.Advisers), "meeting.label-guests", namesOf(m.Advisers))
	add(was.Host != m.Host, "meeting.label-host", bot.T("meeting.name", "who", m.Host))
	add(was.Secretary != m.Secretary, "meeting.label-secretary", bot.T("meeting.name", "who", m.Secretary))
	return lines
}
