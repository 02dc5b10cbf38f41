package meetings

import (
	"embed"
	"fmt"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

//go:embed locale/*.yaml
var locale embed.FS

//go:embed testdata/*.txtar
var examples embed.FS

// Feature is meetings, what members took on in them, and calendars.
//
// Records name members by number alone. Minutes say who was there and what was
// decided; when a member asks to be forgotten, their number stays in them and
// their own words in round tables go.
func Feature() bot.Feature {
	return bot.Feature{
		Name:     "meetings",
		Locale:   locale,
		Commands: commands(),
		Choices: map[string]bot.Completer{
			"meeting-kinds":    kindChoices,
			"meeting-groups":   groupChoices,
			"meeting-answers":  words("meeting.answer-", "yes", "no", "maybe", "represented"),
			"meeting-lists":    words("meeting.list-", "coming", "past", "all"),
			"meeting-statuses": words("meeting.status-", "present", "represented", "left", "absent"),
			"meeting-phases":   phaseChoices,
			"meetings":         meetingChoices,
			"action-lists":     words("action.list-", "open", "mine", "done"),
			"actions":          actionChoices,
			"calendars":        words("calendar.scope-", "mine", "all"),
		},
		Cards:     map[string]bot.CardFunc{"meeting": drawCard, "action": drawAction},
		Documents: map[string]bot.DocumentFunc{"minutes": drawMinutes, "meeting": drawFile, "calendar": drawFeed},
		Jobs: map[string]bot.JobFunc{
			announceJob: announceDue, conveneJob: conveneDue, remindJob: remindDue, phaseJob: phaseDue,
			overJob: overDue, pollJob: pollDue, actionJob: actionDue, planJob: planDue,
		},
		Recurring: planning,
		Adopt:     plan,
		On:        []bot.Listener{bot.On(presence), bot.On(describe), bot.On(count), bot.On(linked), bot.On(agendaChanged), bot.On(session), bot.On(attendanceAsked), bot.On(representationAsked), bot.On(activity), bot.On(year), bot.On(news)},
		Mine:      mine,
		Waiting:   waits,
		Keys:      keys,
		Export:    export,
		Personal:  personal,
		Erase:     erase,
		Verify:    verify,
		Examples:  examples,
	}
}

func commands() []*bot.Command {
	kept := bot.Owned(keeper)
	return []*bot.Command{
		bot.Cmd("meeting new", newMeeting),
		bot.Cmd("meeting poll", poll),
		bot.Cmd("meeting free", suit),
		bot.Cmd("meeting choose", choose, kept),
		bot.Cmd("meeting list", list, bot.Reads),
		bot.Cmd("meeting show", show, bot.Reads, bot.Shortcut),
		bot.Cmd("meeting answer", answer),
		bot.Cmd("meeting propose", propose),
		bot.Cmd("meeting order", order, kept),
		bot.Cmd("meeting drop", drop, bot.Owned(proposer)),
		bot.Cmd("meeting edit", edit, kept),
		bot.Cmd("meeting convene", convene, kept),
		bot.Cmd("meeting move", move, kept),
		bot.Cmd("meeting cancel", cancel, kept),
		bot.Cmd("meeting phase", phase, bot.Owned(responsible)),
		bot.Cmd("meeting start", start, kept),
		bot.Cmd("meeting attend", attend),
		bot.Cmd("meeting note", note, kept),
		bot.Cmd("meeting decide", decide, kept),
		bot.Cmd("meeting round", round),
		bot.Cmd("meeting end", end, kept),
		bot.Cmd("meeting minutes", minutes, bot.Reads),
		bot.Cmd("meeting correct", correct, kept),
		bot.Cmd("meeting approve", approve, kept),
		bot.Cmd("action new", newAction, kept),
		bot.Cmd("action list", listActions, bot.Reads),
		bot.Cmd("action done", doneAction, bot.Owned(actor)),
		bot.Cmd("action assign", assignAction, bot.Owned(actor)),
		bot.Cmd("calendar file", calendarFile, bot.Reads),
		bot.Cmd("calendar feed", calendarFeed),
		bot.Cmd("calendar revoke", calendarRevoke),
	}
}

// words makes a closed list whose values read as the sentences after a prefix.
func words(prefix string, values ...string) bot.Completer {
	return func(*bot.Ctx, map[string]string) []bot.Choice {
		var all []bot.Choice
		for _, v := range values {
			all = append(all, bot.Choice{Value: v, Label: bot.T(prefix + v)})
		}
		return all
	}
}

func kindChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var all []bot.Choice
	for i := range c.Charter.Meetings.Kinds {
		k := &c.Charter.Meetings.Kinds[i]
		all = append(all, bot.Choice{Value: k.ID, Label: kindName(k)})
	}
	return all
}

func kindName(k *config.MeetingKind) bot.Text {
	if k.Name.IsZero() {
		return bot.Typed(k.ID)
	}
	return bot.Named(k.Name)
}

func groupChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	all := []bot.Choice{{Value: config.Everyone, Label: c.GroupName(config.Everyone)}}
	for i := range c.Charter.Groups {
		id := c.Charter.Groups[i].ID
		all = append(all, bot.Choice{Value: id, Label: c.GroupName(id)})
	}
	return all
}

func phaseChoices(c *bot.Ctx, args map[string]string) []bot.Choice {
	n, _ := argNumber(args["number"])
	m, ok := meetings.Get(c.Tx, store.K(n))
	if !ok {
		return nil
	}
	var all []bot.Choice
	for _, p := range phasesOf(c, &m) {
		all = append(all, bot.Choice{Value: p.ID, Label: p.name()})
	}
	return all
}

// maxSuggested is how many things a completion offers.
const maxSuggested = 25

func meetingChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, s := range []State{Open, Planned, Polling, Held} {
		for _, m := range inStates(c, s) {
			if len(all) < maxSuggested {
				all = append(all, bot.Choice{Value: fmt.Sprint(m.Number), Label: bot.T("meeting.suggested", "number", m.Number, "title", m.Title)})
			}
		}
	}
	return all
}

func actionChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, a := range openActions(c) {
		if len(all) == maxSuggested {
			break
		}
		all = append(all, bot.Choice{Value: fmt.Sprint(a.Number), Label: bot.T("meeting.suggested", "number", a.Number, "title", a.Title)})
	}
	return all
}
