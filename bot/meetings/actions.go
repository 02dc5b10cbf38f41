package meetings

import (
	"fmt"
	"strconv"
	"time"

	"greffier/bot"
	"greffier/store"
)

func memberKey(who bot.MemberID) string { return fmt.Sprintf("member/%d", uint64(who)) }

type newActionArgs struct {
	Number int          `opt:"number" suggest:"meetings"`
	Title  string       `opt:"title,rest" max:"200"`
	Owner  bot.MemberID `opt:"owner,optional"`
	Due    time.Time    `opt:"due,optional"`
	Item   int          `opt:"item,optional"`
}

// newAction notes what somebody takes on in a meeting; the caller, unless another
// is named.
func newAction(c *bot.Ctx, in newActionArgs) (bot.Reply, error) {
	m, err := writable(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	a := Action{Meeting: m.Number, Title: in.Title, Owner: in.Owner, Due: in.Due, Made: c.Now}
	if a.Owner == 0 {
		a.Owner = c.Caller.ID
	}
	a.First = a.Owner
	if a.Due.IsZero() {
		a.Due = usualDue(c, m)
	}
	if in.Item > 0 {
		it, err := itemAt(c, m, in.Item)
		if err != nil {
			return bot.Reply{}, err
		}
		it.Treated, a.Item = true, it.Number
		putItem(c, it)
	}
	a.Number = actions.NextID(c.Tx)
	putAction(c, a)
	scheduleAction(c, &a)
	c.Record(bot.Entry{Subject: a.key(), Data: map[string]string{"meeting": m.key(), "title": a.Title, "owner": memberKey(a.Owner)}})
	if a.Owner != c.Caller.ID {
		c.Write(a.Owner, bot.T("action.told-new", "who", c.Caller.ID, "action", a.text(), "number", m.Number, "title", m.Title), a.doneButton())
	}
	return bot.Say("action.noted", "action", a.text()), nil
}

// usualDue is the date of what is taken on without one: the next meeting of the
// kind or, where none is planned, a month from now.
func usualDue(c *bot.Ctx, m *Meeting) time.Time {
	if to, ok := next(c, m); ok {
		return to.Starts
	}
	return c.Now.In(c.Charter.Location()).AddDate(0, 1, 0).UTC()
}

// text says an action in one line.
func (a *Action) text() bot.Text {
	return bot.T("action.line-due", "number", a.Number, "title", a.Title, "owner", a.Owner, "due", bot.Date(a.Due))
}

func (a *Action) doneButton() bot.Button {
	return bot.Button{Label: bot.T("action.button-done"), Call: call("action done", a.Number), Style: "primary"}
}

// scheduleAction makes the next reminder of an action that is not done: before
// its date, at it, and again and again after it.
func scheduleAction(c *bot.Ctx, a *Action) {
	c.Cancel(a.jobKey())
	if !a.Done.IsZero() {
		return
	}
	rules := c.Charter.Meetings.Actions
	next := a.Due
	for _, r := range rules.Reminders {
		if at := before(a.Due, r, c.Charter.Location()); at.After(c.Now) && at.Before(next) {
			next = at
		}
	}
	for !next.After(c.Now) {
		next = next.Add(max(rules.Again.Std(), time.Hour))
	}
	c.Schedule(bot.Job{Key: a.jobKey(), Kind: actionJob, Due: next, Args: map[string]string{"action": strconv.FormatUint(a.Number, 10)}})
}

func (a *Action) jobKey() string { return actionJob + "/" + strconv.FormatUint(a.Number, 10) }

// actionDue reminds the owner of an action; when they are gone, the keepers of its
// meeting, so that somebody takes it over.
func actionDue(c *bot.Ctx, j bot.Job) error {
	n, _ := strconv.ParseUint(j.Args["action"], 10, 64)
	a, ok := actions.Get(c.Tx, store.K(n))
	if !ok || !a.Done.IsZero() {
		return nil
	}
	key := "action.reminder"
	if !c.Now.Before(a.Due) {
		key = "action.overdue"
	}
	m, _ := meetings.Get(c.Tx, store.K(a.Meeting))
	text := bot.T(key, "action", a.text(), "number", m.Number, "title", m.Title)
	if here(c, a.Owner) {
		c.Send(bot.Post{To: a.Owner, Reminder: true, Text: text, Buttons: []bot.Button{a.doneButton()}, Else: m.keepers()})
	} else {
		tellKeepers(c, &m, bot.Lines(text, bot.T("action.owner-gone", "number", a.Number, "assign", bot.CommandText("action assign"))), a.doneButton())
	}
	scheduleAction(c, &a)
	return nil
}

// actor finds who may speak of an action: its owner, or who keeps its meeting.
func actor(c *bot.Ctx, args map[string]string) (bot.MemberID, bool) {
	n, _ := argNumber(args["number"])
	a, ok := actions.Get(c.Tx, store.K(n))
	if !ok {
		return 0, false
	}
	if a.Owner == c.Caller.ID {
		return a.Owner, a.Owner != 0
	}
	m, ok := meetings.Get(c.Tx, store.K(a.Meeting))
	return c.Caller.ID, ok && keeps(c, &m)
}

func findAction(c *bot.Ctx, number int) (Action, error) {
	a, ok := actions.Get(c.Tx, store.K(number))
	if !ok {
		return a, bot.Refuse("action.none", "number", number, "list", bot.CommandText("action list"))
	}
	return a, nil
}

type doneArgs struct {
	Number int  `opt:"number" suggest:"actions"`
	Undo   bool `opt:"undo"`
}

// doneAction ticks an action off, or takes that back.
func doneAction(c *bot.Ctx, in doneArgs) (bot.Reply, error) {
	a, err := findAction(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if a.Done.IsZero() == in.Undo {
		return bot.Say("action.same-"+map[bool]string{true: "open", false: "done"}[in.Undo], "action", a.text(), "at", a.Done), nil
	}
	a.Done, a.By = c.Now, c.Caller.ID
	key := "action.done"
	if in.Undo {
		a.Done, a.By, key = time.Time{}, 0, "action.undone"
	}
	putAction(c, a)
	scheduleAction(c, &a)
	c.Record(bot.Entry{Subject: a.key(), Data: map[string]string{"done": stampOrNothing(a.Done)}})
	if m, ok := meetings.Get(c.Tx, store.K(a.Meeting)); ok && !in.Undo {
		c.Tell(m.Host, a.key(), bot.T("action.told-done", "who", c.Caller.ID, "action", a.text()))
	}
	return bot.Reply{Text: bot.T(key, "action", a.text())}, nil
}

type assignArgs struct {
	Number int          `opt:"number" suggest:"actions"`
	Owner  bot.MemberID `opt:"owner,optional"`
	Due    time.Time    `opt:"due,optional"`
}

// assignAction gives an action to another member, or another date.
func assignAction(c *bot.Ctx, in assignArgs) (bot.Reply, error) {
	a, err := findAction(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if !a.Done.IsZero() {
		return bot.Reply{}, bot.Refuse("action.is-done", "action", a.text(), "done", bot.CommandText("action done"))
	}
	if in.Owner == 0 && in.Due.IsZero() {
		return bot.Reply{}, bot.BadOption("owner", "action.assign-what")
	}
	was := a.Owner
	if in.Owner != 0 {
		a.Owner = in.Owner
	}
	if !in.Due.IsZero() {
		a.Due = in.Due
	}
	putAction(c, a)
	scheduleAction(c, &a)
	c.Record(bot.Entry{Subject: a.key(), Data: map[string]string{"owner": memberKey(a.Owner), "due": stampOrNothing(a.Due)}})
	if was != a.Owner {
		c.Tell(was, a.key(), bot.T("action.told-released", "who", c.Caller.ID, "action", a.text()))
		if a.Owner != c.Caller.ID {
			c.Write(a.Owner, bot.T("action.told-assigned", "who", c.Caller.ID, "action", a.text()), a.doneButton())
		}
	}
	return bot.Reply{Text: bot.T("action.assigned", "action", a.text())}, nil
}

type actionListArgs struct {
	Which string `opt:"which,optional" choices:"action-lists"`
}

// maxListed is how many actions or meetings a list shows.
const maxListed = 40

// listActions lists what was taken on: what is to be done, by date, unless
// something else is asked.
func listActions(c *bot.Ctx, in actionListArgs) (bot.Reply, error) {
	var found []Action
	switch in.Which {
	case "mine":
		for id := range actions.By(c.Tx, "owner", store.K(uint64(c.Caller.ID), false)) {
			if a, ok := actions.Get(c.Tx, id); ok {
				found = append(found, a)
			}
		}
	case "done":
		from, to := store.Prefix(store.K(true))
		for _, id := range actions.ByRange(c.Tx, "done", from, to) {
			if a, ok := actions.Get(c.Tx, id); ok {
				found = append(found, a)
			}
		}
	default:
		in.Which, found = "open", openActions(c)
	}
	if len(found) == 0 {
		return bot.Say("action.list-none-" + in.Which), nil
	}
	lines := []bot.Text{bot.T("action.list-head-"+in.Which, "count", len(found))}
	for i, a := range found {
		if i == maxListed {
			lines = append(lines, bot.T("meeting.and-more", "count", len(found)-i))
			break
		}
		line := a.text()
		switch {
		case !a.Done.IsZero():
			line = bot.T("action.line-done", "action", line, "at", bot.Date(a.Done))
		case c.Now.After(a.Due):
			line = bot.T("action.line-late", "action", line)
		}
		lines = append(lines, bot.T("meeting.bullet", "line", line))
	}
	return bot.Reply{Text: bot.Lines(lines...)}, nil
}

// openActions lists what is to be done, the soonest first.
func openActions(c *bot.Ctx) []Action {
	var found []Action
	from, to := store.Prefix(store.K(false))
	for _, id := range actions.ByRange(c.Tx, "done", from, to) {
		if a, ok := actions.Get(c.Tx, id); ok {
			found = append(found, a)
		}
	}
	return found
}
