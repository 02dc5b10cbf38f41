package meetings

import (
	"fmt"
	"strings"
	"time"

	"greffier/bot"
	"greffier/store"
)

type startArgs struct {
	Number    int          `opt:"number" suggest:"meetings"`
	Secretary bot.MemberID `opt:"secretary,optional"`
	Sure      bool         `opt:"sure,hidden"`
}

const (
	// early is how long before its time a meeting opens without a question.
	early = 2 * time.Hour
	// lookBack is how long before the opening an hour on the sheet may be.
	lookBack = 12 * time.Hour
)

// start opens the session of a meeting. The secretary is whoever does, unless
// another is named. On a later day than the meeting was to end, it is taken to have
// been held when it was due, and its minutes are written afterwards.
func start(c *bot.Ctx, in startArgs) (bot.Reply, error) {
	m, err := inState(c, in.Number, Planned)
	if err != nil {
		return bot.Reply{}, err
	}
	if m.Starts.Sub(c.Now) > early && !in.Sure {
		ask := []bot.Text{bot.T("meeting.start-ask", "number", m.Number, "title", m.Title, "starts", m.Starts)}
		if m.Notice > 0 && m.Convened.IsZero() {
			ask = append(ask, bot.T("meeting.start-unconvened", "notice", bot.LengthText(m.Notice.Std())))
		}
		return c.Ask(bot.Lines(ask...), "meeting.start-sure"), nil
	}
	unschedule(c, m)
	if m.Announced.IsZero() {
		hang(c, m)
	}
	m.State, m.Started = Open, c.Now
	if m.After = dayOf(c, c.Now).After(dayOf(c, m.ends())); m.After {
		m.Started = m.Starts
	}
	switch {
	case in.Secretary != 0:
		m.Secretary = in.Secretary
	case m.Secretary == 0:
		m.Secretary = c.Caller.ID
	}
	put(c, m)
	if err := collectKind(c, m.Kind); err != nil {
		return bot.Reply{}, err
	}
	c.Schedule(bot.Job{Key: jobKey(m, overJob), Kind: overJob, Due: latest(m.ends(), c.Now.Add(m.Lasts.Std())), Args: jobArgs(m)})
	for _, who := range invitees(c, m) {
		a := attendanceOf(c, m, who)
		a.Invited = true
		putAttendance(c, m, who, a)
	}
	c.Record(bot.Entry{Subject: m.key(), Rule: m.Kind, Data: map[string]string{"secretary": fmt.Sprint(uint64(m.Secretary))}})
	key := "meeting.started"
	if m.After {
		key = "meeting.started-after"
	}
	text := bot.Lines(bot.T(key+"-post", "number", m.Number, "title", m.Title, "secretary", m.Secretary, "starts", m.Starts), headedAgenda(c, m),
		bot.T(key+"-present"))
	for _, place := range channels(c, m) {
		c.Post(place, text, bot.Button{Label: bot.T("meeting.button-present"), Call: call("meeting attend", m.Number), Style: "primary"})
	}
	if m.Secretary != c.Caller.ID {
		c.Tell(m.Secretary, m.key(), bot.Lines(bot.T("meeting.told-secretary", "who", c.Caller.ID, "number", m.Number, "title", m.Title), guide(m)))
	}
	if err := attended(c, m); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Text: bot.Lines(bot.T(key, "number", m.Number, "title", m.Title, "secretary", m.Secretary, "starts", m.Starts), guide(m)), Buttons: []bot.Button{
		{Label: bot.T("meeting.button-expected"), Call: call("meeting attend", m.Number, "expected", "yes"), Style: "primary"},
		{Label: bot.T("meeting.button-show"), Call: call("meeting show", m.Number)},
		{Label: bot.T("meeting.button-end"), Call: call("meeting end", m.Number)},
	}}, nil
}

// dayOf is the midnight that a day of the community begins with.
func dayOf(c *bot.Ctx, at time.Time) time.Time {
	y, m, d := at.In(c.Charter.Location()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// guide says what a secretary types during a session.
func guide(m *Meeting) bot.Text {
	return bot.T("meeting.guide", "number", m.Number, "attend", bot.CommandText("meeting attend"), "note", bot.CommandText("meeting note"),
		"decide", bot.CommandText("meeting decide"), "action", bot.CommandText("action new"), "end", bot.CommandText("meeting end"))
}

type attendArgs struct {
	Number   int            `opt:"number" suggest:"meetings"`
	Members  []bot.MemberID `opt:"members,optional"`
	Status   string         `opt:"status,optional" choices:"meeting-statuses"`
	By       bot.MemberID   `opt:"by,optional"`
	At       string         `opt:"at,optional" max:"60"`
	Expected bool           `opt:"expected"`
}

// attend keeps the attendance sheet: the caller marks themselves, those who keep
// the meeting mark anybody.
func attend(c *bot.Ctx, in attendArgs) (bot.Reply, error) {
	m, err := writable(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	at, err := momentIn(c, m, in.At)
	if err != nil {
		return bot.Reply{}, err
	}
	who := in.Members
	if in.Expected {
		for id, a := range everyAttendance(c, m) {
			if a.Answer == Yes && !a.present() {
				who = append(who, id)
			}
		}
		if len(who) == 0 {
			return bot.Reply{}, bot.Refuse("meeting.nobody-expected", "number", m.Number, "title", m.Title)
		}
	}
	if len(who) == 0 {
		who = []bot.MemberID{c.Caller.ID}
	}
	keeper := keeps(c, m)
	if !keeper && (m.State != Open || len(who) > 1 || who[0] != c.Caller.ID || !in.atOnce()) {
		return bot.Reply{}, bot.Refuse("meeting.attend-others", "number", m.Number, "title", m.Title, "who", m.Secretary)
	}
	var names []bot.Text
	var numbers []string
	for _, id := range who {
		if err := mark(c, m, id, in, at); err != nil {
			return bot.Reply{}, err
		}
		names = append(names, bot.T("meeting.name", "who", id))
		numbers = append(numbers, fmt.Sprint(uint64(id)))
	}
	status := in.Status
	if status == "" {
		status = "present"
	}
	c.Record(bot.Entry{Subject: m.key(), Data: map[string]string{"members": strings.Join(numbers, ","), "status": status, "at": stamp(at)}, Quiet: true})
	if err := attended(c, m); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Text: bot.Lines(
		bot.T("meeting.attended-"+status, "names", names, "at", bot.Hour(at), "number", m.Number),
		sheetCounts(c, m),
	)}, nil
}

// atOnce tells an ordinary "I am here" from what only the keepers write.
func (in *attendArgs) atOnce() bool {
	return in.At == "" && in.Status != "represented" && in.Status != "absent"
}

// mark writes one line of the attendance sheet.
func mark(c *bot.Ctx, m *Meeting, who bot.MemberID, in attendArgs, at time.Time) error {
	ok, _ := invited(c, m, who)
	if !ok && who == c.Caller.ID && !keeps(c, m) {
		return bot.Refuse("meeting.not-invited", "number", m.Number, "title", m.Title, "groups", groupsText(c, m))
	}
	a := attendanceOf(c, m, who)
	switch in.Status {
	case "represented":
		if in.By == 0 {
			return bot.BadOption("by", "meeting.by-missing")
		}
		if err := mayRepresent(c, m, who, in.By); err != nil {
			return err
		}
		a.Answer, a.Proxy, a.Arrived, a.Left = Represented, in.By, time.Time{}, time.Time{}
	case "absent":
		if a.Answer == Represented {
			a.Answer, a.Proxy = "", 0
		}
		a.Arrived, a.Left = time.Time{}, time.Time{}
	case "left":
		if !a.present() {
			return bot.BadOption("members", "meeting.left-absent", "who", who)
		}
		if at.Before(a.Arrived) {
			return bot.BadOption("at", "meeting.left-early", "who", who, "arrived", a.Arrived)
		}
		a.Left = at
	default:
		if !a.present() || in.At != "" {
			a.Arrived = at
		}
		a.Left = time.Time{}
		if a.Answer == Represented {
			a.Answer, a.Proxy = Yes, 0 // who comes after all represents themselves
		}
	}
	putAttendance(c, m, who, a)
	return nil
}

// momentIn reads an hour of a session: nothing is now, or its end once it is over.
func momentIn(c *bot.Ctx, m *Meeting, raw string) (time.Time, error) {
	if raw == "" {
		if m.State == Held || m.After {
			return m.Started, nil
		}
		return c.Now, nil
	}
	then := *c
	then.Now = m.Started.Add(-lookBack)
	at, problem := then.Moment(raw, true)
	if !problem.IsZero() {
		return at, &bot.Refusal{Text: problem}
	}
	if at.After(c.Now) {
		return at, bot.BadOption("at", "meeting.at-future", "at", at)
	}
	return at, nil
}

// attendanceCounts counts the attendance sheet.
func attendanceCounts(c *bot.Ctx, m *Meeting) bot.Text {
	present, represented := 0, 0
	for _, a := range everyAttendance(c, m) {
		switch {
		case a.present():
			present++
		case a.Answer == Represented:
			represented++
		}
	}
	return bot.T("minutes.counts", "present", bot.T("meeting.present-count", "count", present), "represented", bot.T("meeting.represented-count", "count", represented))
}

// sheetCounts says what the attendance sheet counts, in a sentence.
func sheetCounts(c *bot.Ctx, m *Meeting) bot.Text {
	return bot.T("meeting.sheet-counts", "counts", attendanceCounts(c, m))
}

type roundArgs struct {
	Number int          `opt:"number" suggest:"meetings"`
	Text   string       `opt:"text,rest,long"`
	Who    bot.MemberID `opt:"who,optional"`
}

// round takes down what a member says in the round table.
func round(c *bot.Ctx, in roundArgs) (bot.Reply, error) {
	m, err := writable(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	who := c.Caller.ID
	if in.Who != 0 && in.Who != who {
		if !keeps(c, m) {
			return bot.Reply{}, bot.Refuse("meeting.round-others", "number", m.Number, "title", m.Title)
		}
		who = in.Who
	}
	a := attendanceOf(c, m, who)
	if !a.present() && !keeps(c, m) {
		return bot.Reply{}, bot.Refuse("meeting.round-absent", "number", m.Number, "attend", bot.CommandText("meeting attend"))
	}
	a.Word = in.Text
	putAttendance(c, m, who, a)
	c.Record(bot.Entry{Subject: m.key(), Quiet: true})
	return bot.Say("meeting.rounded", "who", who, "number", m.Number, "title", m.Title), nil
}

type endArgs struct {
	Number int  `opt:"number" suggest:"meetings"`
	Sure   bool `opt:"sure,hidden"`
}

// end closes the session: what was not treated goes to the next meeting of the
// kind, and the minutes are there to be corrected.
func end(c *bot.Ctx, in endArgs) (bot.Reply, error) {
	m, err := inState(c, in.Number, Open)
	if err != nil {
		return bot.Reply{}, err
	}
	left := untreated(c, m)
	if !in.Sure {
		lines := []bot.Text{bot.T("meeting.end-ask", "number", m.Number, "title", m.Title), sheetCounts(c, m)}
		if len(left) > 0 {
			lines = append(lines, bot.T("meeting.end-untreated", "count", len(left), "items", left))
		}
		return c.Ask(bot.Lines(lines...), "meeting.end-sure"), nil
	}
	c.Cancel(jobKey(m, overJob))
	m.State, m.Ended = Held, c.Now
	put(c, m)
	if err := collectKind(c, m.Kind); err != nil {
		return bot.Reply{}, err
	}
	c.Record(bot.Entry{Subject: m.key(), Rule: m.Kind, Data: map[string]string{"untreated": fmt.Sprint(len(left))}})
	lines := []bot.Text{bot.T("meeting.ended", "number", m.Number, "title", m.Title)}
	if to, ok := next(c, m); ok && len(left) > 0 {
		carry(c, m, &to)
		lines = append(lines, bot.T("meeting.carried", "count", len(left), "number", to.Number, "starts", to.Starts))
	} else if len(left) > 0 && m.Kind != "" {
		lines = append(lines, bot.T("meeting.carried-later", "count", len(left)))
	}
	lines = append(lines, bot.T("meeting.minutes-next", "number", m.Number, "minutes", bot.CommandText("meeting minutes"),
		"correct", bot.CommandText("meeting correct"), "approve", bot.CommandText("meeting approve")))
	for _, place := range channels(c, m) {
		c.Post(place, bot.T("meeting.ended-post", "number", m.Number, "title", m.Title, "minutes", bot.CommandText("meeting minutes")))
	}
	if err := attended(c, m); err != nil {
		return bot.Reply{}, err
	}
	reply := bot.Reply{Text: bot.Lines(lines...), Buttons: minutesButtons(m)}
	if m.Secretary != c.Caller.ID && here(c, m.Secretary) {
		c.Write(m.Secretary, reply.Text, reply.Buttons...)
	}
	return reply, nil
}

// untreated names the items that were not treated.
func untreated(c *bot.Ctx, m *Meeting) []bot.Text {
	var titles []bot.Text
	for _, it := range agendaOf(c, m) {
		if !it.Treated && !it.Standing && it.Subject == "" {
			titles = append(titles, bot.Typed(it.Title))
		}
	}
	return titles
}

func minutesButtons(m *Meeting) []bot.Button {
	return []bot.Button{
		{Label: bot.T("meeting.button-minutes"), Call: call("meeting minutes", m.Number), Style: "primary"},
		{Label: bot.T("meeting.button-correct"), Call: call("meeting correct", m.Number)},
		{Label: bot.T("meeting.button-approve"), Call: call("meeting approve", m.Number)},
	}
}

// inStates lists the meetings in some states, by state and then by date.
func inStates(c *bot.Ctx, states ...State) []Meeting {
	var all []Meeting
	for _, s := range states {
		from, to := store.Prefix(store.K(string(s)))
		for _, id := range meetings.ByRange(c.Tx, "state", from, to) {
			if m, ok := meetings.Get(c.Tx, id); ok {
				all = append(all, m)
			}
		}
	}
	return all
}
