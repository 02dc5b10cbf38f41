package meetings

import (
	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// drawCard draws the card of a meeting that hangs in public.
func drawCard(c *bot.Ctx, key string) (bot.Card, bool) {
	n, ok := numberAfter(key)
	if !ok {
		return bot.Card{}, false
	}
	m, ok := meetings.Get(c.Tx, store.K(n))
	if !ok {
		return bot.Card{}, false
	}
	return cardOf(c, &m), true
}

// cardOf is what every card of a meeting has.
func cardOf(c *bot.Ctx, m *Meeting) bot.Card {
	card := bot.Card{
		Key: m.key(), Title: bot.T("meeting.card-title", "number", m.Number, "title", m.Title), Body: stateText(c, m), Appointment: appointment(m),
		Tone: map[State]bot.Tone{Polling: bot.Open, Planned: bot.Open, Open: bot.Positive, Held: bot.Done, Cancelled: bot.Negative}[m.State],
	}
	add := func(key string, value bot.Text) {
		if !value.IsZero() {
			card.Fields = append(card.Fields, bot.CardField{Label: bot.T(key), Value: value})
		}
	}
	switch m.State {
	case Polling:
		add("meeting.label-dates", datesText(c, m))
		if !m.Until.IsZero() {
			add("meeting.label-until", bot.T("meeting.moment", "at", m.Until))
		}
		card.Buttons = pollButtons(m)
	case Planned:
		add("meeting.label-answers", tallyText(c, m))
		add("meeting.label-coming", namesText(c, m, Yes))
		add("meeting.label-represented", namesText(c, m, Represented))
		card.Buttons = append(answerButtons(m), bot.Button{Label: bot.T("meeting.button-propose"), Call: call("meeting propose", m.Number)},
			bot.Button{Label: bot.T("meeting.button-file"), Call: call("calendar file", m.Number)})
	case Open:
		add("meeting.label-attendance", attendanceCounts(c, m))
		card.Buttons = []bot.Button{{Label: bot.T("meeting.button-present"), Call: call("meeting attend", m.Number), Style: "primary"}}
	case Held:
		add("meeting.label-attendance", attendanceCounts(c, m))
		card.Buttons = []bot.Button{{Label: bot.T("meeting.button-minutes"), Call: call("meeting minutes", m.Number)}}
	}
	if m.State != Cancelled {
		add("meeting.label-groups", groupsText(c, m))
		add("meeting.label-where", bot.Typed(m.Where))
		add("meeting.label-link", linkText(m.Link))
		add("meeting.label-documents", linkList(m.Documents))
		add("meeting.label-agenda", agendaText(c, m))
		add("meeting.label-phases", phasesText(c, m))
	}
	return card
}

// stateText says when a meeting is and how far it has come.
func stateText(c *bot.Ctx, m *Meeting) bot.Text {
	switch m.State {
	case Polling:
		return bot.T("meeting.state-polling")
	case Open:
		return bot.T("meeting.state-open", "started", m.Started)
	case Held:
		if !m.Approved.IsZero() {
			return bot.T("meeting.state-approved", "started", m.Started, "approved", bot.Date(m.Approved))
		}
		return bot.T("meeting.state-held", "started", m.Started)
	case Cancelled:
		return bot.Lines(bot.T("meeting.state-cancelled", "starts", whenText(m)), reasonText(m.Reason))
	}
	return bot.Lines(bot.T("meeting.state-planned", "starts", m.Starts, "lasts", bot.LengthText(m.Lasts.Std())), dueText(c, m))
}

// groupsText says who is invited.
func groupsText(c *bot.Ctx, m *Meeting) bot.Text {
	var full, advisory []bot.Text
	for _, g := range m.Groups {
		full = append(full, c.GroupName(g))
	}
	for _, id := range m.Members {
		full = append(full, bot.T("meeting.name", "who", id))
	}
	for _, g := range m.Advisory {
		advisory = append(advisory, c.GroupName(g))
	}
	for _, id := range m.Advisers {
		advisory = append(advisory, bot.T("meeting.name", "who", id))
	}
	if len(advisory) == 0 {
		return bot.List(full...)
	}
	return bot.T("meeting.groups-advisory", "groups", full, "advisory", advisory)
}

func linkText(address string) bot.Text {
	if address == "" {
		return bot.Text{}
	}
	return bot.Link(address)
}

func linkList(addresses []string) bot.Text {
	lines := make([]bot.Text, len(addresses))
	for i, a := range addresses {
		lines[i] = bot.Link(a)
	}
	if len(lines) == 0 {
		return bot.Text{}
	}
	return bot.Lines(lines...)
}

func namesOf(who []bot.MemberID) bot.Text {
	names := make([]bot.Text, len(who))
	for i, id := range who {
		names[i] = bot.T("meeting.name", "who", id)
	}
	if len(names) == 0 {
		return bot.Text{}
	}
	return bot.List(names...)
}

// whereText says where a meeting is, and where it is followed from afar.
func whereText(m *Meeting) bot.Text {
	var lines []bot.Text
	if m.Where != "" {
		lines = append(lines, bot.T("meeting.where", "where", m.Where))
	}
	if m.Link != "" {
		lines = append(lines, bot.T("meeting.at-link", "link", bot.Link(m.Link)))
	}
	if len(lines) == 0 {
		return bot.Text{}
	}
	return bot.Lines(lines...)
}

// headedAgenda is the agenda under its heading, or that there is none yet.
func headedAgenda(c *bot.Ctx, m *Meeting) bot.Text {
	if agenda := agendaText(c, m); !agenda.IsZero() {
		return bot.Lines(bot.T("meeting.agenda-head"), agenda)
	}
	return bot.T("meeting.agenda-none")
}

func documentsText(m *Meeting) bot.Text {
	if len(m.Documents) == 0 {
		return bot.Text{}
	}
	return bot.Lines(bot.T("meeting.documents-head"), linkList(m.Documents))
}

// lengthsText says several lengths of time.
func lengthsText(all []config.Duration) bot.Text {
	texts := make([]bot.Text, len(all))
	for i, d := range all {
		texts[i] = bot.LengthText(d.Std())
	}
	return bot.List(texts...)
}

// drawAction draws an action, for whoever follows a link to it in the register.
func drawAction(c *bot.Ctx, key string) (bot.Card, bool) {
	n, _ := numberAfter(key)
	a, ok := actions.Get(c.Tx, store.K(n))
	if !ok {
		return bot.Card{}, false
	}
	card := bot.Card{Key: a.key(), Title: bot.T("action.card-title", "number", a.Number, "title", a.Title)}
	card.Body = a.text()
	if !a.Done.IsZero() {
		card.Body = bot.T("action.line-done", "action", a.text(), "at", bot.Date(a.Done))
	}
	return card, true
}
