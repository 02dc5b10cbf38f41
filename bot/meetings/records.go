package meetings

import (
	"cmp"
	"iter"
	"slices"

	"greffier/bot"
	"greffier/store"
)

func put(c *bot.Ctx, m *Meeting) {
	meetings.Put(c.Tx, store.K(m.Number), *m)
	c.Redraw(m.key())
}

// find is the meeting of a number, or a refusal that says how to find others.
func find(c *bot.Ctx, number int) (*Meeting, error) {
	m, ok := meetings.Get(c.Tx, store.K(number))
	if !ok {
		return nil, bot.Refuse("meeting.none", "number", number, "list", bot.CommandText("meeting list"))
	}
	return &m, nil
}

// inState is find for what only some states allow.
func inState(c *bot.Ctx, number int, states ...State) (*Meeting, error) {
	m, err := find(c, number)
	if err != nil || slices.Contains(states, m.State) {
		return m, err
	}
	switch m.State {
	case Polling:
		return nil, bot.Refuse("meeting.is-polling", "number", m.Number, "title", m.Title, "choose", bot.CommandText("meeting choose"))
	case Planned:
		return nil, bot.Refuse("meeting.is-planned", "number", m.Number, "title", m.Title, "starts", m.Starts, "start", bot.CommandText("meeting start"))
	case Open:
		return nil, bot.Refuse("meeting.is-open", "number", m.Number, "title", m.Title, "end", bot.CommandText("meeting end"))
	case Held:
		return nil, bot.Refuse("meeting.is-held", "number", m.Number, "title", m.Title, "ended", m.Ended, "minutes", bot.CommandText("meeting minutes"))
	}
	return nil, bot.Refuse("meeting.is-cancelled", "number", m.Number, "title", m.Title, "reason", m.Reason)
}

// writable is a meeting whose minutes may still be written: in session, or over
// and not approved.
func writable(c *bot.Ctx, number int) (*Meeting, error) {
	m, err := inState(c, number, Open, Held)
	if err == nil && !m.Approved.IsZero() {
		return nil, bot.Refuse("meeting.is-approved", "number", m.Number, "title", m.Title, "approved", m.Approved)
	}
	return m, err
}

// agendaOf lists the items of a meeting in their order.
func agendaOf(c *bot.Ctx, m *Meeting) []Item {
	var all []Item
	for _, it := range items.Prefix(c.Tx, store.K(m.Number)) {
		all = append(all, it)
	}
	slices.SortStableFunc(all, func(a, b Item) int { return cmp.Compare(a.Rank, b.Rank) })
	return all
}

func putItem(c *bot.Ctx, it Item) { items.Put(c.Tx, store.K(it.Meeting, it.Number), it) }

// addItem puts an item at the end of a meeting's agenda and returns it.
func addItem(c *bot.Ctx, m *Meeting, it Item) Item {
	all := agendaOf(c, m)
	it.Meeting, it.Number, it.Rank = m.Number, 1, len(all)+1
	for _, other := range all {
		it.Number = max(it.Number, other.Number+1)
	}
	it.At, it.Late = c.Now, !m.Convened.IsZero()
	putItem(c, it)
	c.Redraw(m.key())
	return it
}

// itemAt finds an item by its place in the agenda, as members see it.
func itemAt(c *bot.Ctx, m *Meeting, place int) (Item, error) {
	all := agendaOf(c, m)
	if place < 1 || place > len(all) {
		if len(all) == 0 {
			return Item{}, bot.BadOption("item", "meeting.no-items", "number", m.Number, "propose", bot.CommandText("meeting propose"))
		}
		return Item{}, bot.BadOption("item", "meeting.no-item", "item", place, "number", m.Number, "count", len(all))
	}
	return all[place-1], nil
}

func attendanceOf(c *bot.Ctx, m *Meeting, who bot.MemberID) Attendance {
	a, _ := attendance.Get(c.Tx, store.K(m.Number, uint64(who)))
	return a
}

func putAttendance(c *bot.Ctx, m *Meeting, who bot.MemberID, a Attendance) {
	attendance.Put(c.Tx, store.K(m.Number, uint64(who)), a)
	c.Redraw(m.key())
}

// everyAttendance walks what is known of each member's part, by number.
func everyAttendance(c *bot.Ctx, m *Meeting) iter.Seq2[bot.MemberID, Attendance] {
	return func(yield func(bot.MemberID, Attendance) bool) {
		for id, a := range attendance.Prefix(c.Tx, store.K(m.Number)) {
			if _, who := pair(id); !yield(bot.MemberID(who), a) {
				return
			}
		}
	}
}

// phasesOf lists the phases of a meeting in their order.
func phasesOf(c *bot.Ctx, m *Meeting) []Phase {
	var all []Phase
	for _, p := range phases.Prefix(c.Tx, store.K(m.Number)) {
		all = append(all, p)
	}
	slices.SortStableFunc(all, func(a, b Phase) int { return cmp.Compare(a.Rank, b.Rank) })
	return all
}

func putPhase(c *bot.Ctx, m *Meeting, p Phase) {
	phases.Put(c.Tx, store.K(p.Meeting, p.ID), p)
	c.Redraw(m.key())
}

// actionsOf lists what was taken on in a meeting.
func actionsOf(c *bot.Ctx, m *Meeting) []Action {
	var all []Action
	for id := range actions.By(c.Tx, "meeting", store.K(m.Number)) {
		if a, ok := actions.Get(c.Tx, id); ok {
			all = append(all, a)
		}
	}
	return all
}

func putAction(c *bot.Ctx, a Action) {
	actions.Put(c.Tx, store.K(a.Number), a)
	if m, ok := meetings.Get(c.Tx, store.K(a.Meeting)); ok {
		c.Redraw(m.key())
	}
}
