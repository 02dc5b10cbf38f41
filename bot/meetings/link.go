package meetings

import (
	"bytes"
	"slices"

	"greffier/bot"
	"greffier/store"
)

// linked makes one person's the part that two members have in meetings. Approved
// minutes stay as they were sealed.
func linked(c *bot.Ctx, l bot.Linked) error {
	sealed := map[uint64]bool{}
	meetings.Change(c.Tx, nil, func(_ []byte, m *Meeting) bool {
		if sealed[m.Number] = m.Seal != ""; sealed[m.Number] {
			return false
		}
		host, secretary := l.Move(&m.Host), l.Move(&m.Secretary)
		var invited, advising bool
		m.Members, invited = l.MoveIn(m.Members)
		m.Advisers, advising = l.MoveIn(m.Advisers)
		return host || secretary || invited || advising
	})
	for _, id := range idsOf(c, l.Gone) {
		if number, _ := pair(id); !sealed[number] {
			onePart(c, number, l)
		}
	}
	attendance.Change(c.Tx, nil, func(id []byte, a *Attendance) bool {
		number, _ := pair(id)
		return !sealed[number] && l.Move(&a.Proxy)
	})
	items.Change(c.Tx, nil, func(_ []byte, i *Item) bool { return !sealed[i.Meeting] && l.Move(&i.By) })
	phases.Change(c.Tx, nil, func(_ []byte, p *Phase) bool {
		by := l.Move(&p.By)
		return l.Move(&p.Responsible) || by
	})
	actions.Change(c.Tx, nil, func(_ []byte, a *Action) bool {
		by, first := l.Move(&a.By), !sealed[a.Meeting] && l.Move(&a.First)
		return l.Move(&a.Owner) || by || first
	})
	feeds.Change(c.Tx, nil, func(_ []byte, f *feed) bool { return l.Move(&f.Member) })
	return nil
}

// idsOf lists the ids of a member's attendance.
func idsOf(c *bot.Ctx, who bot.MemberID) [][]byte {
	var ids [][]byte
	for id := range attendance.By(c.Tx, "member", store.K(uint64(who))) {
		ids = append(ids, bytes.Clone(id))
	}
	return ids
}

// onePart leaves one attendance of the two: that of who came, else the answer
// given last.
func onePart(c *bot.Ctx, meeting uint64, l bot.Linked) {
	gone, kept := store.K(meeting, uint64(l.Gone)), store.K(meeting, uint64(l.Kept))
	theirs, _ := attendance.Get(c.Tx, gone)
	own, had := attendance.Get(c.Tx, kept)
	attendance.Delete(c.Tx, gone)
	came := !theirs.Arrived.IsZero() && own.Arrived.IsZero()
	later := own.Arrived.IsZero() == theirs.Arrived.IsZero() && theirs.Answered.After(own.Answered)
	if !had || came || later {
		theirs.Invited = theirs.Invited || own.Invited
		theirs.Free = slices.Compact(slices.Sorted(slices.Values(slices.Concat(theirs.Free, own.Free))))
		attendance.Put(c.Tx, kept, theirs)
	}
	c.Redraw((&Meeting{Number: meeting}).key())
}
