package meetings

import (
	"slices"
	"time"

	"greffier/bot"
	"greffier/store"
)

// mineAhead is how far ahead /me looks for meetings.
const mineAhead = 60 * day

// mine lists what awaits a member: meetings to answer and to go to, phases and
// actions that are theirs.
func mine(c *bot.Ctx, who bot.MemberID) []bot.Text {
	var lines []bot.Text
	for _, m := range inStates(c, Open, Polling, Planned) {
		if m.State == Planned && (m.Starts.Sub(c.Now) > mineAhead || c.Now.After(m.ends())) {
			continue
		}
		if in, _ := invited(c, &m, who); !in {
			continue
		}
		a := attendanceOf(c, &m, who)
		show := bot.CommandText("meeting show")
		switch {
		case m.State == Open:
			lines = append(lines, bot.T("meeting.mine-open", "number", m.Number, "title", m.Title, "show", show))
		case m.State == Polling && a.Answered.IsZero():
			lines = append(lines, bot.T("meeting.mine-poll", "number", m.Number, "title", m.Title, "show", show))
		case m.State == Planned && a.Answer == "":
			lines = append(lines, bot.T("meeting.mine-unanswered", "number", m.Number, "title", m.Title, "starts", m.Starts, "show", show))
		case m.State == Planned:
			lines = append(lines, bot.T("meeting.mine-answered", "number", m.Number, "title", m.Title, "starts", m.Starts, "answer", a.text()))
		}
	}
	lines = append(lines, minePhases(c, who)...)
	for id := range actions.By(c.Tx, "owner", store.K(uint64(who), false)) {
		if a, ok := actions.Get(c.Tx, id); ok {
			lines = append(lines, bot.T("action.mine", "action", a.text(), "done", bot.CommandText("action done"), "number", a.Number))
		}
	}
	return lines
}

func minePhases(c *bot.Ctx, who bot.MemberID) []bot.Text {
	var lines []bot.Text
	for _, m := range inStates(c, Planned) {
		for _, p := range phasesOf(c, &m) {
			if does(c, who, &p) && p.Done.IsZero() && p.due(c, &m).Sub(c.Now) < mineAhead {
				lines = append(lines, bot.T("meeting.mine-phase", "phase", p.name(), "number", m.Number, "title", m.Title, "due", p.due(c, &m)))
			}
		}
	}
	return lines
}

// keys lists the cards of all meetings, oldest first.
func keys(c *bot.Ctx, yield func(key string)) {
	for id := range meetings.IDs(c.Tx) {
		m := Meeting{Number: numberIn(id)}
		yield(m.key())
	}
}

// The forms in which records leave the register.
type (
	exportedAttendance struct {
		Meeting uint64       `json:"meeting"`
		Member  bot.MemberID `json:"member"`
		Attendance
	}
	// exportedFeed is a feed without its secret.
	exportedFeed struct {
		Member bot.MemberID `json:"member"`
		All    bool         `json:"all,omitempty"`
		Made   time.Time    `json:"made"`
	}
)

// export hands over every record but the secrets of feeds.
func export(c *bot.Ctx, yield func(table string, record any)) {
	for _, m := range meetings.Prefix(c.Tx, nil) {
		yield("meetings", m)
	}
	for _, it := range items.Prefix(c.Tx, nil) {
		yield("meeting-items", it)
	}
	for id, a := range attendance.Prefix(c.Tx, nil) {
		n, who := pair(id)
		yield("attendance", exportedAttendance{n, bot.MemberID(who), a})
	}
	for _, p := range phases.Prefix(c.Tx, nil) {
		yield("meeting-phases", p)
	}
	for _, a := range actions.Prefix(c.Tx, nil) {
		yield("actions", a)
	}
	for _, f := range feeds.Prefix(c.Tx, nil) {
		yield("calendar-feeds", exportedFeed{f.Member, f.All, f.Made})
	}
}

// personal hands a member's own data over.
func personal(c *bot.Ctx, who bot.MemberID, yield func(table string, record any)) {
	for _, m := range meetings.WithNumber(c.Tx, nil, uint64(who)) {
		if m.Host == who || m.Secretary == who || m.ApprovedBy == who || slices.Contains(m.Members, who) || slices.Contains(m.Advisers, who) {
			yield("meetings", m)
		}
	}
	for _, it := range items.WithNumber(c.Tx, nil, uint64(who)) {
		if it.By == who {
			yield("meeting-items", it)
		}
	}
	for id := range attendance.By(c.Tx, "member", store.K(uint64(who))) {
		n, _ := pair(id)
		a, _ := attendance.Get(c.Tx, id)
		yield("attendance", exportedAttendance{n, who, a})
	}
	for _, p := range phases.WithNumber(c.Tx, nil, uint64(who)) {
		if p.Responsible == who || p.By == who {
			yield("meeting-phases", p)
		}
	}
	for _, a := range actions.WithNumber(c.Tx, nil, uint64(who)) {
		if a.Owner == who || a.First == who || a.By == who {
			yield("actions", a)
		}
	}
	for id := range feeds.By(c.Tx, "member", store.K(uint64(who))) {
		f, _ := feeds.Get(c.Tx, id)
		yield("calendar-feeds", exportedFeed{f.Member, f.All, f.Made})
	}
}

// erase drops a member's feeds, their words in round tables, and their part in
// meetings to come. Approved minutes are sealed anew without the words.
func erase(c *bot.Ctx, who bot.MemberID) {
	dropFeeds(c, who)
	var ids [][]byte
	for id := range attendance.By(c.Tx, "member", store.K(uint64(who))) {
		ids = append(ids, append([]byte(nil), id...))
	}
	for _, id := range ids {
		a, _ := attendance.Get(c.Tx, id)
		n, _ := pair(id)
		m, ok := meetings.Get(c.Tx, store.K(n))
		if !ok {
			continue
		}
		if m.State == Planned || m.State == Polling {
			attendance.Delete(c.Tx, id)
			c.Redraw(m.key())
			continue
		}
		c.Redraw(m.key())
		if a.Word == "" {
			continue
		}
		a.Word = ""
		attendance.Put(c.Tx, id, a)
		if m.Seal != "" {
			seal(c, &m)
		}
	}
}

// verify holds the records of meetings against each other, and what approved
// minutes say against their seal.
func verify(c *bot.Ctx, seen *bot.Verification) {
	for _, m := range meetings.Prefix(c.Tx, nil) {
		found := func(key string) {
			seen.Findings = append(seen.Findings, bot.Finding{Where: m.key(), What: bot.T(key, "number", m.Number)})
		}
		if m.Starts.IsZero() && m.State != Polling && m.State != Cancelled {
			found("meeting.verify-date")
		}
		if !m.Approved.IsZero() {
			e, ok := c.Entry(m.Entry)
			if m.Seal != digest(c, &m) || !ok || e.Subject != m.key() || e.Data["sha256"] != m.Seal {
				found("meeting.verify-minutes")
			}
		}
	}
	for table, numbers := range map[string]func(func(uint64)){
		"meeting-item": func(yield func(uint64)) {
			for _, it := range items.Prefix(c.Tx, nil) {
				yield(it.Meeting)
			}
		},
		"attendance": func(yield func(uint64)) {
			for id := range attendance.IDs(c.Tx) {
				n, _ := pair(id)
				yield(n)
			}
		},
		"action": func(yield func(uint64)) {
			for _, a := range actions.Prefix(c.Tx, nil) {
				yield(a.Meeting)
			}
		},
	} {
		numbers(func(n uint64) {
			if !meetings.Has(c.Tx, store.K(n)) {
				seen.Findings = append(seen.Findings, bot.Finding{Where: table, What: bot.T("meeting.verify-orphan", "number", n)})
			}
		})
	}
}
