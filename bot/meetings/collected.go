package meetings

import (
	"slices"

	"greffier/bot"
	"greffier/store"
)

// What other features want a kind of meeting to look at is on the agenda of the
// next one that is planned, or of the one in session. It comes and goes by itself:
// an item leaves with its reason, unless something was said of it.

// agendaChanged brings the agendas up to date.
func agendaChanged(c *bot.Ctx, _ bot.AgendaChanged) error {
	for i := range c.Charter.Meetings.Kinds {
		if err := collectKind(c, c.Charter.Meetings.Kinds[i].ID); err != nil {
			return err
		}
	}
	return nil
}

// collectKind brings the agenda of the next meeting of a kind up to date, and that
// of the one in session.
func collectKind(c *bot.Ctx, kind string) error {
	s := &bot.SessionAsked{Kind: kind}
	if err := session(c, s); err != nil {
		return err
	}
	for _, n := range []uint64{s.Open, s.Next} {
		m, ok := meetings.Get(c.Tx, store.K(n))
		if !ok {
			continue
		}
		if err := collect(c, &m, s.Open != 0 && n == s.Next); err != nil {
			return err
		}
	}
	return nil
}

// collect brings the agenda of a meeting up to date. One that waits behind a
// meeting in session takes nothing yet.
func collect(c *bot.Ctx, m *Meeting, behind bool) error {
	asked := &bot.AgendaAsked{Kind: m.Kind}
	if k := c.Charter.MeetingKind(m.Kind); k != nil {
		asked.Collects = k.Collects
	}
	if !behind {
		if err := c.Signal(asked); err != nil {
			return err
		}
	}
	wanted := asked.All()
	plain := c.Speaker(c.Charter.Community.Locale)
	changed := false
	for _, it := range agendaOf(c, m) {
		if it.Subject == "" {
			continue
		}
		at := slices.IndexFunc(wanted, func(w bot.AgendaItem) bool { return w.Subject == it.Subject })
		switch {
		case at >= 0:
			title := plain.Prose(wanted[at].Title)
			if wanted = slices.Delete(wanted, at, at+1); title != it.Title && !it.Treated {
				it.Title = title
				putItem(c, it)
				changed = true
			}
		case m.State == Open && !it.Treated:
			it.Treated = true // what it asked for is done
			putItem(c, it)
			changed = true
		case !it.Treated && it.Notes == "" && m.State == Planned:
			items.Delete(c.Tx, store.K(m.Number, it.Number))
			changed = true
		}
	}
	for _, w := range wanted {
		addItem(c, m, Item{Title: plain.Prose(w.Title), Subject: w.Subject})
		changed = true
	}
	if changed {
		rank(c, agendaOf(c, m))
		c.Redraw(m.key())
	}
	return nil
}

// session finds the meeting of a kind that is in session, and the next one.
func session(c *bot.Ctx, s *bot.SessionAsked) error {
	if s.Kind == "" {
		return nil
	}
	for _, m := range inStates(c, Open) {
		if m.Kind == s.Kind {
			s.Open = m.Number
		}
	}
	if m, ok := next(c, &Meeting{Kind: s.Kind, Starts: c.Now}); ok {
		s.Next, s.Starts = m.Number, m.Starts
	}
	return nil
}
