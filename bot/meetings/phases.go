package meetings

import (
	"slices"
	"time"

	"greffier/bot"
	"greffier/store"
)

func (p *Phase) name() bot.Text {
	if p.Name.IsZero() {
		return bot.Typed(p.ID)
	}
	return bot.Named(p.Name)
}

// due is when the phase must be done.
func (p *Phase) due(c *bot.Ctx, m *Meeting) time.Time {
	return before(m.Starts, p.Before, c.Charter.Location())
}

// whoText says who does a phase.
func (p *Phase) whoText(c *bot.Ctx) bot.Text {
	switch {
	case p.Responsible != 0:
		return bot.T("meeting.name", "who", p.Responsible)
	case p.Group != "":
		return c.GroupName(p.Group)
	}
	return bot.T("meeting.the-host")
}

// overdueAgain is how often a phase that is late is spoken of.
const overdueAgain = 7 * day

// schedulePhase makes the next reminder of a phase that is not done: those that
// its kind declares, its date, then every week up to the meeting.
func schedulePhase(c *bot.Ctx, m *Meeting, p *Phase) {
	key := jobKey(m, phaseJob, p.ID)
	c.Cancel(key)
	if !p.Done.IsZero() || m.State != Planned {
		return
	}
	zone := c.Charter.Location()
	due := p.due(c, m)
	var times []time.Time
	for _, r := range p.Reminders {
		times = append(times, before(due, r, zone))
	}
	for at := due; at.Before(m.Starts); at = at.Add(overdueAgain) {
		times = append(times, at)
	}
	slices.SortFunc(times, time.Time.Compare)
	for _, at := range times {
		if at.After(c.Now) {
			c.Schedule(bot.Job{Key: key, Kind: phaseJob, Due: at, Args: jobArgs(m, "phase", p.ID)})
			return
		}
	}
}

// phaseDue reminds those who are responsible for a phase.
func phaseDue(c *bot.Ctx, j bot.Job) error {
	m, ok := ofJob(c, j, Planned)
	if !ok {
		return nil
	}
	p, ok := phases.Get(c.Tx, store.K(m.Number, j.Args["phase"]))
	if !ok || !p.Done.IsZero() {
		return nil
	}
	due := p.due(c, m)
	key := "meeting.phase-reminder"
	if !c.Now.Before(due) {
		key = "meeting.phase-overdue"
	}
	text := bot.T(key, "phase", p.name(), "number", m.Number, "title", m.Title, "due", due, "starts", m.Starts)
	button := bot.Button{Label: bot.T("meeting.button-phase-done"), Call: call("meeting phase", m.Number, "phase", p.ID, "done", "yes"), Style: "primary"}
	if !tellResponsible(c, m, &p, text, button) {
		tellKeepers(c, m, bot.Lines(text, bot.T("meeting.phase-nobody", "who", p.whoText(c), "number", m.Number, "command", bot.CommandText("meeting phase"))), button)
	} else if key == "meeting.phase-overdue" && !does(c, m.Host, &p) {
		tellKeepers(c, m, bot.T("meeting.phase-overdue-host", "phase", p.name(), "number", m.Number, "title", m.Title, "due", due, "who", p.whoText(c)))
	}
	schedulePhase(c, m, &p)
	return nil
}

// does reports whether a member is responsible for a phase.
func does(c *bot.Ctx, who bot.MemberID, p *Phase) bool {
	if p.Responsible != 0 {
		return who == p.Responsible
	}
	return p.Group != "" && c.Belongs(who, p.Group)
}

// tellResponsible tells whoever does a phase; false when nobody of them is here.
func tellResponsible(c *bot.Ctx, m *Meeting, p *Phase, text bot.Text, button bot.Button) bool {
	var who []bot.MemberID
	switch {
	case p.Responsible != 0:
		if here(c, p.Responsible) {
			who = []bot.MemberID{p.Responsible}
		}
	case p.Group != "":
		who = c.Members(p.Group)
	}
	for _, id := range who {
		c.Send(m.private(bot.Post{To: id, Reminder: true, Text: text, Buttons: []bot.Button{button}}))
	}
	return len(who) > 0
}

// responsible finds who may speak of a phase: whoever does it, or keeps the meeting.
func responsible(c *bot.Ctx, args map[string]string) (bot.MemberID, bool) {
	if who, ok := keeper(c, args); ok {
		return who, true
	}
	n, _ := argNumber(args["number"])
	id, _ := c.Choose("meeting-phases", args["phase"], args)
	p, ok := phases.Get(c.Tx, store.K(n, id))
	return c.Caller.ID, ok && c.Caller.ID != 0 && does(c, c.Caller.ID, &p)
}

type phaseArgs struct {
	Number int          `opt:"number" suggest:"meetings"`
	Phase  string       `opt:"phase" suggest:"meeting-phases"`
	Who    bot.MemberID `opt:"who,optional"`
	Done   bool         `opt:"done"`
}

// phase ticks a phase off, or gives it to somebody.
func phase(c *bot.Ctx, in phaseArgs) (bot.Reply, error) {
	m, err := inState(c, in.Number, Planned, Open, Held)
	if err != nil {
		return bot.Reply{}, err
	}
	id, ok := c.Choose("meeting-phases", in.Phase, c.Call.Args)
	if !ok {
		var names []bot.Text
		for _, p := range phasesOf(c, m) {
			names = append(names, p.name())
		}
		if len(names) == 0 {
			names = append(names, bot.T("meeting.nothing"))
		}
		return bot.Reply{}, bot.BadOption("phase", "meeting.no-phase", "text", in.Phase, "number", m.Number, "phases", names)
	}
	p, _ := phases.Get(c.Tx, store.K(m.Number, id))
	if in.Who != 0 {
		p.Responsible = in.Who
		putPhase(c, m, p)
		schedulePhase(c, m, &p)
		c.Record(bot.Entry{Subject: m.key(), Data: map[string]string{"phase": p.ID, "responsible": memberKey(in.Who)}})
		c.Tell(in.Who, m.key(), bot.T("meeting.told-phase", "who", c.Caller.ID, "phase", p.name(), "number", m.Number, "title", m.Title, "due", p.due(c, m)))
		return bot.Say("meeting.phase-given", "phase", p.name(), "who", in.Who, "due", p.due(c, m)), nil
	}
	if in.Done == !p.Done.IsZero() {
		key := "meeting.phase-to-do"
		if in.Done {
			key = "meeting.phase-done-already"
		}
		return bot.Say(key, "phase", p.name(), "number", m.Number, "who", p.whoText(c), "due", p.due(c, m), "at", p.Done), nil
	}
	p.Done, p.By = time.Time{}, 0
	key := "meeting.phase-undone"
	if in.Done {
		p.Done, p.By, key = c.Now, c.Caller.ID, "meeting.phase-done"
	}
	putPhase(c, m, p)
	schedulePhase(c, m, &p)
	c.Record(bot.Entry{Subject: m.key(), Data: map[string]string{"phase": p.ID, "done": stampOrNothing(p.Done)}})
	if in.Done {
		c.Tell(m.Host, m.key(), bot.T("meeting.told-phase-done", "who", c.Caller.ID, "phase", p.name(), "number", m.Number, "title", m.Title))
	}
	return bot.Say(key, "phase", p.name(), "number", m.Number, "title", m.Title), nil
}

func stampOrNothing(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return stamp(at)
}

// phasesText lists the phases, a line each, said in words and not by a sign alone.
func phasesText(c *bot.Ctx, m *Meeting) bot.Text {
	var lines []bot.Text
	for _, p := range phasesOf(c, m) {
		state := bot.T("meeting.phase-state-open")
		switch {
		case !p.Done.IsZero():
			state = bot.T("meeting.phase-state-done", "at", bot.Date(p.Done), "who", p.By)
		case m.Starts.IsZero():
			lines = append(lines, p.name())
			continue
		case c.Now.After(p.due(c, m)):
			state = bot.T("meeting.phase-state-late")
		}
		lines = append(lines, bot.T("meeting.phase-line-state", "phase", p.name(), "due", bot.Date(p.due(c, m)), "who", p.whoText(c), "state", state))
	}
	if len(lines) == 0 {
		return bot.Text{}
	}
	return bot.Lines(lines...)
}
