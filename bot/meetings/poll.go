package meetings

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"greffier/bot"
)

type pollArgs struct {
	Title string    `opt:"title,rest" max:"100"`
	Dates []string  `opt:"dates,long"`
	Until time.Time `opt:"until,optional"`
	about
}

// maxDates is how many dates a poll offers: a button each, and room for the others.
const maxDates = 10

// poll enters a meeting whose date is looked for.
func poll(c *bot.Ctx, in pollArgs) (bot.Reply, error) {
	m, err := begun(c, in.Title, in.about)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(in.Dates) < 2 || len(in.Dates) > maxDates {
		return bot.Reply{}, bot.BadOption("dates", "meeting.poll-dates", "max", maxDates)
	}
	for _, raw := range in.Dates {
		at, problem := c.Moment(raw, true)
		if !problem.IsZero() {
			return bot.Reply{}, bot.BadOption("dates", "meeting.poll-date", "text", raw, "problem", problem)
		}
		if err := noticed(c, "dates", at, m.Notice); err != nil {
			return bot.Reply{}, err
		}
		m.Dates = append(m.Dates, at)
	}
	slices.SortFunc(m.Dates, time.Time.Compare)
	m.Dates = slices.CompactFunc(m.Dates, time.Time.Equal)
	m.State, m.Until = Polling, in.Until
	enter(c, m)
	hang(c, m)
	if !m.Until.IsZero() {
		c.Schedule(bot.Job{Key: jobKey(m, pollJob), Kind: pollJob, Due: m.Until, Args: jobArgs(m)})
	}
	c.Record(bot.Entry{Subject: m.key(), Rule: m.Kind, Data: map[string]string{"title": m.Title, "dates": fmt.Sprint(len(m.Dates))}})
	for _, who := range append(slices.Clone(m.Members), m.Advisers...) {
		if who != c.Caller.ID {
			c.Send(bot.Post{To: who, Text: bot.T("meeting.poll-asked", "who", c.Caller.ID, "number", m.Number, "title", m.Title), Buttons: pollButtons(m), About: m.key()})
		}
	}
	return bot.Reply{Text: bot.Lines(
		bot.T("meeting.poll-opened", "number", m.Number, "title", m.Title, "groups", groupsText(c, m), "count", len(m.Dates)),
		datesText(c, m),
		bot.T("meeting.poll-next", "number", m.Number, "choose", bot.CommandText("meeting choose")),
	), Buttons: []bot.Button{{Label: bot.T("meeting.button-show"), Call: call("meeting show", m.Number)}}}, nil
}

// pollButtons offer each date; a press changes whether it suits the member.
func pollButtons(m *Meeting) []bot.Button {
	var all []bot.Button
	for i := range m.Dates {
		all = append(all, bot.Button{
			Label: bot.T("meeting.button-date", "date", i+1), Call: call("meeting free", m.Number, "date", strconv.Itoa(i+1)),
		})
	}
	return append(all, bot.Button{Label: bot.T("meeting.button-no-date"), Call: call("meeting free", m.Number, "date", "0")})
}

// datesText lists the dates of a poll with how many they suit, the best marked.
func datesText(c *bot.Ctx, m *Meeting) bot.Text {
	free, _ := freeOn(c, m)
	best := 0
	for _, who := range free {
		best = max(best, len(who))
	}
	var lines []bot.Text
	for i, at := range m.Dates {
		key := "meeting.date-line"
		if len(free[i]) == best && best > 0 {
			key = "meeting.date-line-best"
		}
		names := make([]bot.Text, 0, len(free[i]))
		for n, who := range free[i] {
			if n == 10 {
				names = append(names, bot.T("meeting.and-more", "count", len(free[i])-n))
				break
			}
			names = append(names, bot.T("meeting.name", "who", who))
		}
		lines = append(lines, bot.T(key, "date", i+1, "at", at, "count", len(free[i]), "names", namesIn(names)))
	}
	return bot.Lines(lines...)
}

// namesIn puts names in parentheses, if there are any.
func namesIn(names []bot.Text) bot.Text {
	if len(names) == 0 {
		return bot.Text{}
	}
	return bot.T("meeting.in-brackets", "names", names)
}

// freeOn lists whom each date suits, and who answered at all.
func freeOn(c *bot.Ctx, m *Meeting) (free [][]bot.MemberID, answered []bot.MemberID) {
	free = make([][]bot.MemberID, len(m.Dates))
	for who, a := range everyAttendance(c, m) {
		if a.Answered.IsZero() {
			continue
		}
		answered = append(answered, who)
		for _, i := range a.Free {
			if i < len(free) {
				free[i] = append(free[i], who)
			}
		}
	}
	return free, answered
}
