package meetings

import (
	"slices"

	"greffier/bot"
)

// show draws a meeting for the caller, with what they may do.
func show(c *bot.Ctx, in numberArgs) (bot.Reply, error) {
	m, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	card := cardOf(c, m)
	add := func(key string, value bot.Text) {
		if !value.IsZero() {
			card.Fields = append(card.Fields, bot.CardField{Label: bot.T(key), Value: value})
		}
	}
	if m.Host != 0 {
		add("meeting.label-host", bot.T("meeting.name", "who", m.Host))
	} else if m.HostGroup != "" {
		add("meeting.label-host", c.GroupName(m.HostGroup))
	}
	if m.Secretary != 0 {
		add("meeting.label-secretary", bot.T("meeting.name", "who", m.Secretary))
	}
	if m.State == Planned {
		add("meeting.label-maybe", namesText(c, m, Maybe))
		add("meeting.label-not-coming", namesText(c, m, No))
		if len(m.Reminders) > 0 {
			add("meeting.label-reminders", bot.T("meeting.before-list", "reminders", lengthsText(m.Reminders)))
		}
	}
	if a := attendanceOf(c, m, c.Caller.ID); m.State == Planned && a.Answer != "" {
		add("meeting.label-mine", a.text())
	}
	var lines []bot.Text
	for _, a := range actionsOf(c, m) {
		line := a.text()
		if !a.Done.IsZero() {
			line = bot.T("action.line-done", "action", line, "at", bot.Date(a.Done))
		}
		lines = append(lines, line)
	}
	add("meeting.label-actions", bot.Lines(lines...))
	card.Buttons = append(readerButtons(c, m, card.Buttons), keeperButtons(c, m)...)
	return bot.Reply{Card: &card}, nil
}

// readerButtons leaves out what the caller was not invited to do.
func readerButtons(c *bot.Ctx, m *Meeting, buttons []bot.Button) []bot.Button {
	if in, _ := invited(c, m, c.Caller.ID); in {
		return buttons
	}
	return slices.DeleteFunc(buttons, func(b bot.Button) bool {
		return b.Call.Command != "calendar file" && b.Call.Command != "meeting minutes"
	})
}

// keeperButtons offers what those who keep a meeting do next.
func keeperButtons(c *bot.Ctx, m *Meeting) []bot.Button {
	if !keeps(c, m) {
		return nil
	}
	button := func(label, command string) bot.Button {
		return bot.Button{Label: bot.T(label), Call: call(command, m.Number)}
	}
	switch m.State {
	case Planned:
		buttons := []bot.Button{button("meeting.button-start", "meeting start"), button("meeting.button-edit", "meeting edit"), button("meeting.button-move", "meeting move"), button("meeting.button-cancel", "meeting cancel")}
		if m.Convened.IsZero() {
			buttons = append([]bot.Button{button("meeting.button-convene", "meeting convene")}, buttons...)
		}
		return buttons
	case Open:
		return []bot.Button{button("meeting.button-note", "meeting note"), button("meeting.button-decide", "meeting decide"), button("meeting.button-action", "action new"), button("meeting.button-end", "meeting end")}
	case Held:
		if m.Approved.IsZero() {
			return minutesButtons(m)[1:]
		}
	}
	return nil
}

type listArgs struct {
	Which string `opt:"which,optional" choices:"meeting-lists"`
}

// list lists meetings: those to come unless something else is asked.
func list(c *bot.Ctx, in listArgs) (bot.Reply, error) {
	if in.Which == "" {
		in.Which = "coming"
	}
	var found []Meeting
	switch in.Which {
	case "coming":
		found = inStates(c, Open, Polling, Planned)
	case "past":
		found = inStates(c, Held)
		slices.Reverse(found)
	default:
		found = inStates(c, Open, Polling, Planned, Held, Cancelled)
	}
	if len(found) == 0 {
		return bot.Say("meeting.list-none-"+in.Which, "new", bot.CommandText("meeting new")), nil
	}
	var lines []bot.Text
	add := func(head string, found []Meeting, most int) {
		if len(found) == 0 {
			return
		}
		lines = append(lines, bot.T(head, "count", len(found)))
		for i := range found {
			if i == most {
				lines = append(lines, bot.T("meeting.and-more", "count", len(found)-i))
				break
			}
			lines = append(lines, bot.T("meeting.bullet", "line", lineOf(c, &found[i])))
		}
	}
	if in.Which != "coming" {
		add("meeting.list-head-"+in.Which, found, maxListed)
	} else {
		var coming, unopened []Meeting
		for i := range found {
			if found[i].unopened(c.Now) {
				unopened = append(unopened, found[i])
				continue
			}
			coming = append(coming, found[i])
		}
		slices.Reverse(unopened)
		add("meeting.list-head-coming", coming, maxListed)
		add("meeting.list-head-unopened", unopened, maxUnopened)
		found = append(coming, unopened...)
	}
	return bot.Reply{Text: bot.Lines(append(lines, bot.T("meeting.list-more", "show", bot.CommandText("meeting show"), "number", found[0].Number))...)}, nil
}

// maxUnopened is how many meetings that nobody opened stand after those to come.
const maxUnopened = 5

// lineOf is a meeting in a list.
func lineOf(c *bot.Ctx, m *Meeting) bot.Text {
	line := bot.T("meeting.line", "number", m.Number, "title", m.Title, "starts", whenText(m))
	if m.Where != "" {
		line = bot.T("meeting.line-where", "line", line, "where", m.Where)
	}
	switch m.State {
	case Open:
		return bot.T("meeting.line-open", "line", line)
	case Held:
		if m.Approved.IsZero() {
			return bot.T("meeting.line-draft", "line", line)
		}
		return bot.T("meeting.line-approved", "line", line)
	case Cancelled:
		return bot.T("meeting.line-cancelled", "line", line)
	}
	if m.unopened(c.Now) {
		return bot.T("meeting.line-unopened", "line", line)
	}
	if a := attendanceOf(c, m, c.Caller.ID); m.State == Planned && a.Answer != "" {
		return bot.T("meeting.line-answered", "line", line, "answer", a.text())
	}
	return line
}
