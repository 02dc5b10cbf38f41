package votes

import (
	"slices"

	"greffier/bot"
)

// A vote may belong to a meeting. Its convocation must then have gone out in time;
// one that is put before the meeting opens with the session; and who is present or
// represented is what the attendance sheet says: from the opening on, or as it was
// then where the rule says so.

// sheet asks for the meeting of a vote.
func sheet(c *bot.Ctx, meeting uint64) (bot.AttendanceAsked, error) {
	a := bot.AttendanceAsked{Meeting: meeting}
	err := c.Signal(&a)
	return a, err
}

// attach makes a vote part of a meeting, or refuses.
func attach(c *bot.Ctx, v *Vote, number int) error {
	if number <= 0 {
		return nil
	}
	a, err := sheet(c, uint64(number))
	if err != nil {
		return err
	}
	list := bot.CommandText("meeting list")
	switch {
	case !a.Found:
		return bot.BadOption("meeting", "vote.meeting-none", "meeting", number, "command", list)
	case !a.Planned && !a.InSession:
		return bot.BadOption("meeting", "vote.meeting-over", "meeting", number, "title", a.Title, "command", list)
	case a.Late && a.InSession:
		return bot.BadOption("meeting", "vote.meeting-late-session", "meeting", number, "title", a.Title, "late", lateText(a), "command", bot.CommandText("meeting new"))
	case a.Late:
		return bot.BadOption("meeting", "vote.meeting-late", "meeting", number, "title", a.Title, "late", lateText(a), "command", bot.CommandText("meeting move"))
	}
	v.Meeting = uint64(number)
	if a.Planned && v.Opens.Before(a.Starts) {
		v.Opens = a.Starts
	}
	return nil
}

// lateText says what is wrong with the convocation of a meeting.
func lateText(a bot.AttendanceAsked) bot.Text {
	notice := bot.LengthText(a.Notice)
	if a.Convened.IsZero() {
		return bot.T("vote.convocation-none", "notice", notice)
	}
	return bot.T("vote.convocation-late", "convened", a.Convened, "starts", a.Starts, "notice", notice)
}

// holdBack tells whether a vote that is due to open waits for the session of its
// meeting, and why it can no longer open. One whose quorum counts who is there also
// waits until somebody starts it, once those who are there are noted.
func holdBack(c *bot.Ctx, v *Vote, started bool) (waits bool, why bot.Text, err error) {
	if v.Meeting == 0 {
		return false, bot.Text{}, nil
	}
	a, err := sheet(c, v.Meeting)
	switch {
	case err != nil:
	case a.Late:
		why = bot.T("vote.why-late", "meeting", v.Meeting, "title", a.Title, "late", lateText(a), "new", bot.CommandText("meeting new"), "vote", bot.CommandText("vote new"))
	case a.Planned || a.InSession && v.awaitsStart(c) && !started:
		waits = true
	case !a.InSession:
		why = bot.T("vote.why-no-session", "meeting", v.Meeting, "title", a.Title)
	}
	return waits, why, err
}

// takeAttendance brings the roll of a vote up to date with the attendance sheet of
// its meeting, and reports whether that changed anything.
func takeAttendance(c *bot.Ctx, v *Vote) (changed bool, err error) {
	if v.Meeting == 0 {
		return false, nil
	}
	a, err := sheet(c, v.Meeting)
	if err != nil {
		return false, err
	}
	who := slices.Concat(a.Present, a.Represented)
	for by := range rollOf(c, v) {
		if id := by.member(); id != 0 && !slices.Contains(who, id) {
			who = append(who, id)
		}
	}
	for _, id := range who {
		if !entitled(c, v, id) {
			continue
		}
		r, _ := roll.Get(c.Tx, rollID(v.Number, voiceOf(id)))
		present, represented := a.Has(id)
		if r.Present == present && r.Represented == represented {
			continue
		}
		r.Present, r.Represented, changed = present, represented, true
		roll.Put(c.Tx, rollID(v.Number, voiceOf(id)), r)
	}
	return changed, nil
}

// attendance follows a meeting: its votes to come open with its session, and those
// that are open take in who came and who went.
func attendance(c *bot.Ctx, changed bot.AttendanceChanged) error {
	for _, state := range []State{Open, Waiting} {
		for _, id := range slices.Collect(votes.By(c.Tx, "state", stateKey(state))) {
			v, ok := votes.Get(c.Tx, id)
			if !ok || v.Meeting != changed.Meeting {
				continue
			}
			if err := c.Itself(func() error { return v.attendanceChanged(c) }); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *Vote) attendanceChanged(c *bot.Ctx) error {
	if v.State == Waiting {
		a, err := sheet(c, v.Meeting)
		if err != nil || a.Planned || a.InSession && c.Now.Before(v.Opens) && !v.Opens.Equal(a.Starts) {
			return err
		}
		if a.InSession && v.awaitsStart(c) && !a.Late {
			if len(a.Present) == 0 && v.Author != 0 && v.leads(c) { // the session has just begun
				c.Write(v.Author, v.startReady())
			}
			return nil
		}
		return openNow(c, v, false)
	}
	if err := followLasting(c, v); err != nil || v.Rule.Presence == atOpening {
		return err
	}
	moved, err := takeAttendance(c, v)
	if err != nil || !moved {
		return err
	}
	v.redraw(c)
	return holdThroughout(c, v)
}

// awaitsStart tells that a vote of a meeting opens once those who are there are
// noted: its quorum counts them, or that of another question of its ballot paper.
func (v *Vote) awaitsStart(c *bot.Ctx) bool {
	return slices.ContainsFunc(v.questions(c, Waiting), func(q Vote) bool { return q.early() })
}

// startReady tells the author that a vote may be started.
func (v *Vote) startReady() bot.Text {
	args := []any{"meeting", v.Meeting, "command", bot.CommandText("vote start")}
	if v.Paper != nil {
		return bot.T("vote.paper-start-ready", v.Paper.args(args...)...)
	}
	return bot.T("vote.start-ready", append(args, "number", v.Number, "title", v.Title)...)
}

type startArgs struct {
	Number int `opt:"number" suggest:"votes-open"`
}

// start opens a vote of a meeting that is in session, whatever its date.
func start(c *bot.Ctx, in startArgs) (bot.Reply, error) {
	v, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	switch {
	case v.State == Open:
		return bot.Reply{}, bot.Refuse("vote.start-open", "number", v.Number, "title", v.Title, "closes", v.Closes)
	case v.State != Waiting:
		return bot.Reply{}, over(&v)
	case v.Meeting == 0:
		return bot.Reply{}, bot.Refuse("vote.start-alone", "number", v.Number, "title", v.Title, "opens", v.Opens)
	}
	a, err := sheet(c, v.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	if a.Planned {
		return bot.Reply{}, bot.Refuse("vote.start-early", "number", v.Number, "title", v.Title, "meeting", v.Meeting, "command", bot.CommandText("meeting start"))
	}
	if err := openNow(c, &v, true); err != nil {
		return bot.Reply{}, err
	}
	if v.Paper != nil && v.State != Cancelled {
		return openedPaper(c, &v), nil
	}
	if v.State == Cancelled {
		return bot.Say("vote.not-opened", "number", v.Number, "title", v.Title, "reason", v.Reason), nil
	}
	return opened(c, &v), nil
}
