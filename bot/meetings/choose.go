package meetings

import (
	"slices"
	"strconv"
	"strings"

	"greffier/bot"
)

type chooseArgs struct {
	Number int `opt:"number" suggest:"meetings"`
	Date   int `opt:"date"`
}

// choose fixes the date of a meeting among those of its poll.
func choose(c *bot.Ctx, in chooseArgs) (bot.Reply, error) {
	m, err := inState(c, in.Number, Polling)
	if err != nil {
		return bot.Reply{}, err
	}
	if in.Date < 1 || in.Date > len(m.Dates) {
		return bot.Reply{}, bot.BadOption("date", "meeting.no-date", "date", in.Date, "count", len(m.Dates))
	}
	starts := m.Dates[in.Date-1]
	if !starts.After(c.Now) {
		return bot.Reply{}, bot.BadOption("date", "meeting.date-past", "at", starts)
	}
	if err := noticed(c, "date", starts, m.Notice); err != nil {
		return bot.Reply{}, err
	}
	m.State, m.Starts = Planned, starts
	c.Cancel(jobKey(m, pollJob))
	put(c, m)
	for who, a := range everyAttendance(c, m) {
		if slices.Contains(a.Free, in.Date-1) {
			a.Answer, a.Answered = Yes, c.Now
			putAttendance(c, m, who, a)
		}
	}
	carryFromBefore(c, m)
	schedule(c, m)
	c.Record(bot.Entry{Subject: m.key(), Data: map[string]string{"starts": stamp(starts)}})
	chosen := bot.T("meeting.chosen-post", "number", m.Number, "title", m.Title, "starts", starts)
	for _, place := range channels(c, m) {
		c.Send(bot.Post{Place: place, Text: bot.Lines(chosen, whereText(m)), Buttons: answerButtons(m), About: m.key()})
	}
	for _, who := range concerned(c, m) {
		c.TellWhile(who, m.key(), chosen)
	}
	return bot.Reply{Text: bot.Lines(enteredText(c, m)...), Buttons: enteredButtons(m)}, nil
}

type suitArgs struct {
	Number int      `opt:"number" suggest:"meetings"`
	Dates  []string `opt:"date"`
}

// suit takes whether dates of a poll suit the caller; given again, a date no longer
// does. 0 is none of them.
func suit(c *bot.Ctx, in suitArgs) (bot.Reply, error) {
	m, err := inState(c, in.Number, Polling)
	if err != nil {
		return bot.Reply{}, err
	}
	if ok, _ := invited(c, m, c.Caller.ID); !ok {
		return bot.Reply{}, bot.Refuse("meeting.not-invited", "number", m.Number, "title", m.Title, "groups", groupsText(c, m))
	}
	a := attendanceOf(c, m, c.Caller.ID)
	chosen, err := datesChosen(m, in.Dates)
	if err != nil {
		return bot.Reply{}, err
	}
	for _, i := range chosen {
		switch at := slices.Index(a.Free, i); {
		case i < 0:
			a.Free = nil
		case at >= 0:
			a.Free = slices.Delete(slices.Clone(a.Free), at, at+1)
		default:
			a.Free = append(slices.Clone(a.Free), i)
			slices.Sort(a.Free)
		}
	}
	a.Answered = c.Now
	putAttendance(c, m, c.Caller.ID, a)
	c.Record(bot.Entry{Subject: m.key(), Quiet: true})
	if len(a.Free) == 0 {
		return bot.Say("meeting.suit-none", "number", m.Number, "title", m.Title), nil
	}
	var dates []bot.Text
	for _, i := range a.Free {
		dates = append(dates, bot.T("meeting.moment", "at", m.Dates[i]))
	}
	return bot.Reply{Text: bot.Lines(
		bot.T("meeting.suits", "number", m.Number, "title", m.Title, "dates", dates),
		bot.T("meeting.suits-again"),
	)}, nil
}

// datesChosen reads the numbers of dates, "1, 3 et 4", as indices; that of 0 is -1.
func datesChosen(m *Meeting, listed []string) ([]int, error) {
	var all []int
	for _, typed := range strings.Fields(strings.Join(listed, " ")) {
		if typed == "et" || typed == "and" || typed == "&" {
			continue
		}
		n, err := strconv.Atoi(typed)
		if err != nil || n < 0 || n > len(m.Dates) {
			return nil, bot.BadOption("date", "meeting.no-date", "date", typed, "count", len(m.Dates))
		}
		if !slices.Contains(all, n-1) {
			all = append(all, n-1)
		}
	}
	return all, nil
}
