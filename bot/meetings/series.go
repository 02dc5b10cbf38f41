package meetings

import (
	"slices"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// A series is a kind of meeting that repeats. Its meetings are entered ahead of
// their dates, each once: an occurrence is named by its kind and by the moment
// that the charter gives it, whatever becomes of the meeting.

// planJob enters, every night, the meetings that come within reach.
const planJob = "meetings/plan"

// planning declares the job where the charter has a series.
func planning(ch *config.Charter) []bot.Job {
	nightly, err := config.ParseRecurrence("10 0 * * *")
	if err != nil {
		panic(err)
	}
	for i := range ch.Meetings.Kinds {
		if !ch.Meetings.Kinds[i].Repeat.IsZero() {
			return []bot.Job{{Key: planJob, Kind: planJob, Every: nightly, Silent: true}}
		}
	}
	return nil
}

func planDue(c *bot.Ctx, _ bot.Job) error { return plan(c) }

// plan enters the meetings of every series that are within reach, and lets go of
// those that the charter no longer gives.
func plan(c *bot.Ctx) error {
	meetings.Reindex(c.Tx)
	attendance.Renew(c.Tx, "binary")
	for i := range c.Charter.Meetings.Kinds {
		if k := &c.Charter.Meetings.Kinds[i]; !k.Repeat.IsZero() {
			planSeries(c, k)
		}
	}
	letGo(c)
	return agendaChanged(c, bot.AgendaChanged{})
}

// reach is how far ahead a series is entered: as far as its charter says, and
// early enough to convene and to prepare.
func reach(k *config.MeetingKind) time.Duration {
	far := max(k.Ahead.Std(), k.Notice.Std()+7*day)
	for _, p := range k.Phases {
		first := p.Before.Std() + 14*day
		for _, r := range p.Reminders {
			first = max(first, p.Before.Std()+r.Std()+7*day)
		}
		far = max(far, first)
	}
	return far
}

// mostAhead bounds what one series enters at once.
const mostAhead = 400

func planSeries(c *bot.Ctx, k *config.MeetingKind) {
	zone := c.Charter.Location()
	end := c.Now.Add(reach(k))
	at := k.Repeat.Next(c.Now, zone)
	for n := 0; !at.IsZero() && !at.After(end) && n < mostAhead; n++ {
		if !skipped(k, at, zone) && !entered(c, k, at) {
			enterOccurrence(c, k, at.UTC())
		}
		at = k.Repeat.Next(at, zone)
	}
}

// skipped reports whether the charter leaves a day out.
func skipped(k *config.MeetingKind, at time.Time, zone *time.Location) bool {
	return slices.Contains(k.Skip, at.In(zone).Format(time.DateOnly))
}

func entered(c *bot.Ctx, k *config.MeetingKind, at time.Time) bool {
	for range meetings.By(c.Tx, "occurrence", store.K(k.ID, at)) {
		return true
	}
	return false
}

func enterOccurrence(c *bot.Ctx, k *config.MeetingKind, at time.Time) {
	m := &Meeting{Title: k.Name.In(c.Charter.Community.Locale), Occurrence: at, Starts: at, State: Planned, Made: c.Now}
	if m.Title == "" {
		m.Title = k.ID
	}
	m.take(k)
	if len(k.Places) > 0 {
		m.Where = placeAfter(k, placeBefore(c, k, at))
	}
	enter(c, m)
	c.Record(bot.Entry{What: "meeting new", Subject: m.key(), Rule: m.Kind, Data: map[string]string{"title": m.Title, "starts": stamp(m.Starts)}})
}

// placeAfter is the place whose turn it is.
func placeAfter(k *config.MeetingKind, before string) string {
	return k.Places[(slices.Index(k.Places, before)+1)%len(k.Places)]
}

// placeBefore is where the meeting of the series before a moment is, or was.
func placeBefore(c *bot.Ctx, k *config.MeetingKind, at time.Time) string {
	where := ""
	from, _ := store.Prefix(store.K(k.ID))
	for _, id := range meetings.ByRange(c.Tx, "occurrence", from, store.K(k.ID, at)) {
		if m, ok := meetings.Get(c.Tx, id); ok {
			where = m.Where
		}
	}
	return where
}

// letGo looks at what was entered for series and is to come. What the charter no
// longer gives, and nobody has heard of, is dropped; what was announced or moved
// becomes a meeting of its own, and those who keep it are told once.
func letGo(c *bot.Ctx) {
	zone := c.Charter.Location()
	for _, m := range inStates(c, Planned) {
		if m.Occurrence.IsZero() || !m.Occurrence.After(c.Now) {
			continue
		}
		k := c.Charter.MeetingKind(m.Kind)
		if k != nil && !k.Repeat.IsZero() && !skipped(k, m.Occurrence, zone) && k.Repeat.Next(m.Occurrence.Add(-time.Second), zone).Equal(m.Occurrence) {
			continue
		}
		if m.Announced.IsZero() && m.Starts.Equal(m.Occurrence) {
			callOff(c, &m, c.Speaker(c.Charter.Community.Locale).Plain(bot.T("meeting.not-in-charter")))
			if to, ok := next(c, &m); ok {
				carry(c, &m, &to)
			}
		} else {
			m.Occurrence = time.Time{}
			put(c, &m)
			tellKeepers(c, &m, bot.T("meeting.left-series", "number", m.Number, "title", m.Title, "starts", m.Starts, "cancel", bot.CommandText("meeting cancel")))
		}
		c.Record(bot.Entry{What: "meeting let-go", Subject: m.key(), Rule: m.Kind})
	}
}
