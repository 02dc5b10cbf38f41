package reminders

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"greffier/bot"
	"greffier/bot/when"
	"greffier/config"
	"greffier/store"
)

// What each command takes: whom, what and when.
type (
	meArgs struct {
		What string `opt:"what" max:"500"`
		When string `opt:"when,rest"`
		Sure bool   `opt:"sure,hidden"`
	}
	someoneArgs struct {
		Who  bot.MemberID `opt:"who"`
		What string       `opt:"what" max:"500"`
		When string       `opt:"when,rest"`
		Sure bool         `opt:"sure,hidden"`
	}
	groupArgs struct {
		Group string `opt:"group" choices:"remind-groups"`
		What  string `opt:"what" max:"500"`
		When  string `opt:"when,rest"`
		Sure  bool   `opt:"sure,hidden"`
	}
	channelArgs struct {
		Channel string `opt:"channel" choices:"remind-channels"`
		What    string `opt:"what" max:"500"`
		When    string `opt:"when,rest"`
		Sure    bool   `opt:"sure,hidden"`
	}
)

func commands() []*bot.Command {
	return []*bot.Command{
		bot.Cmd("remind me", func(c *bot.Ctx, in meArgs) (bot.Reply, error) {
			return ask(c, Reminder{Text: in.What, To: c.Caller.ID}, in.When, true)
		}, bot.Free, bot.Sentence(sentence)),
		bot.Cmd("remind someone", func(c *bot.Ctx, in someoneArgs) (bot.Reply, error) {
			if m, ok := c.Member(in.Who); !ok || m.Erased || !m.Left.IsZero() {
				return bot.Reply{}, bot.Refuse("remind.gone", "who", in.Who)
			}
			return ask(c, Reminder{Text: in.What, To: in.Who}, in.When, in.Sure || in.Who == c.Caller.ID)
		}, bot.Sentence(sentence)),
		bot.Cmd("remind group", func(c *bot.Ctx, in groupArgs) (bot.Reply, error) {
			if len(c.Members(in.Group)) == 0 {
				return bot.Reply{}, bot.Refuse("remind.empty-group", "group", c.GroupName(in.Group))
			}
			return ask(c, Reminder{Text: in.What, Group: in.Group}, in.When, in.Sure)
		}, bot.Sentence(sentence)),
		bot.Cmd("remind channel", func(c *bot.Ctx, in channelArgs) (bot.Reply, error) {
			return ask(c, Reminder{Text: in.What, Channel: in.Channel}, in.When, in.Sure)
		}, bot.Sentence(sentence)),
		bot.Cmd("remind list", list, bot.Free, bot.Reads),
		bot.Cmd("remind done", done, bot.Free),
		bot.Cmd("remind snooze", snooze, bot.Free),
		bot.Cmd("remind skip", skip, bot.Free),
		bot.Cmd("remind cancel", cancel, bot.Free),
		bot.Cmd("remind silence", silence, bot.Free),
		bot.Cmd("remind private", private, bot.Free),
	}
}

// defaultHour is when a reminder is said whose hour was not given.
const defaultHour = 9

// ask makes a reminder, or shows how it is understood and asks whether to make it.
func ask(c *bot.Ctx, r Reminder, typed string, sure bool) (bot.Reply, error) {
	r.By, r.Made = c.Caller.ID, c.Now
	first, reply, err := read(c, &r, typed)
	if err != nil || !reply.Text.IsZero() {
		return reply, err
	}
	if count(c, r.By) >= maxEach {
		return bot.Reply{}, bot.Refuse("remind.too-many", "max", maxEach, "list", bot.CommandText("remind list"))
	}
	if !sure {
		return c.Ask(bot.Lines(bot.T("remind.confirm", "to", r.audience(c), "text", r.Text), understood(c, &r, first)), "remind.button-sure"), nil
	}
	add(c, &r, first)
	key := "remind.set"
	if !r.own() {
		key = "remind.set-for"
	}
	return bot.Reply{
		Text:    bot.Lines(bot.T(key, "number", r.Number, "to", r.audience(c), "text", r.Text), understood(c, &r, first)),
		Buttons: []bot.Button{{Label: bot.T("remind.button-cancel"), Call: call("remind cancel", r.Number)}},
	}, nil
}

func call(command string, number uint64) bot.Call {
	return bot.Call{Command: command, Args: map[string]string{"number": fmt.Sprint(number)}}
}

// add keeps a reminder and schedules it.
func add(c *bot.Ctx, r *Reminder, first time.Time) {
	r.Number = reminders.NextID(c.Tx)
	reminders.Put(c.Tx, idOf(r.Number), *r)
	c.Schedule(bot.Job{
		Key: r.key(), Kind: dueJob, Due: first, Every: r.Every, Window: c.Charter.Reminders.Late.Std(),
		Args: map[string]string{"number": fmt.Sprint(r.Number)},
	})
	data := map[string]string{"at": first.Format(time.RFC3339)}
	if !r.Every.IsZero() {
		data["every"] = r.Every.String()
	}
	if !r.own() {
		data["text"] = r.Text
	}
	c.Record(bot.Entry{Subject: r.key(), Data: data, Quiet: true})
}

func count(c *bot.Ctx, who bot.MemberID) int {
	n := 0
	for range reminders.By(c.Tx, "by", store.K(uint64(who))) {
		n++
	}
	return n
}

// shownDates is how many dates of what recurs are shown back.
const shownDates = 3

// understood shows when a reminder will be said, before it counts.
func understood(c *bot.Ctx, r *Reminder, first time.Time) bot.Text {
	if r.Every.IsZero() {
		return bot.T("remind.at", "at", first)
	}
	var dates []bot.Text
	at := first
	for ; !at.IsZero() && len(dates) < shownDates; at = r.Every.Next(at, c.Charter.Location()) {
		dates = append(dates, bot.T("remind.date", "at", at))
	}
	if at.IsZero() {
		return bot.T("remind.often-ends", "said", r.Said, "dates", dates)
	}
	return bot.T("remind.often", "said", r.Said, "dates", dates)
}

// read reads when a reminder is to be said. A reply asks which of several readings
// is meant.
func read(c *bot.Ctx, r *Reminder, typed string) (first time.Time, reply bot.Reply, err error) {
	typed = strings.Join(strings.Fields(typed), " ")
	often, recurs, err := when.ParseOften(typed, c.Now, c.Charter.Location(), defaultHour)
	switch {
	case err == nil && recurs:
		if r.Every, err = config.ParseRecurrence(often.Rule); err != nil {
			return first, reply, bot.Refuse("remind.when-unknown", "text", typed)
		}
		r.Said = typed
		if first = r.Every.Next(c.Now, c.Charter.Location()); first.IsZero() {
			return first, reply, bot.Refuse("remind.when-past", "text", typed)
		}
		return first, reply, nil
	case !recurs:
		if first, err = when.ParseAt(typed, c.Now, c.Charter.Location(), defaultHour); err == nil {
			if first = first.UTC().Truncate(time.Second); first.After(c.Now.AddDate(100, 0, 0)) {
				err = bot.Refuse("remind.when-far", "text", typed)
			}
			if every, ok := when.Weekly(typed); ok && err == nil {
				reply = onceOrWeekly(c, typed, every, first)
			}
			return first, reply, err
		}
	}
	var e *when.Error
	if !errors.As(err, &e) {
		return first, reply, err
	}
	if e.Kind == when.Ambiguous && !recurs && len(e.Readings) > 1 {
		return first, which(c, typed, e.Readings), nil
	}
	if e.Kind == when.Impossible && (len(e.Readings) == 1 || !e.Day.IsZero()) {
		return first, reply, &bot.Refusal{Text: c.MomentProblem(typed, e)}
	}
	if e.Kind == when.Unknown {
		if word, near := when.Meant(typed, config.Nearest); near != "" {
			return first, reply, bot.Refuse("remind.when-unknown-near", "text", typed, "word", word, "near", near)
		}
	}
	key := "remind.when-" + e.Kind.String()
	if recurs && e.Kind != when.Unknown {
		key += "-often"
	}
	return first, reply, bot.Refuse(key, "text", typed, "near", e.Near)
}

// which asks which of several readings is meant.
func which(c *bot.Ctx, typed string, readings []time.Time) bot.Reply {
	reply := bot.Say("remind.which", "text", typed)
	for i, at := range readings {
		at = at.In(c.Charter.Location())
		label := "remind.date"
		if i+1 < len(readings) && sameClock(at, readings[i+1].In(at.Location())) {
			label = "remind.date-before-change"
		} else if i > 0 && sameClock(at, readings[i-1].In(at.Location())) {
			label = "remind.date-after-change"
		}
		reply.Buttons = append(reply.Buttons, bot.Button{Label: bot.T(label, "at", at), Call: c.Call.With("when", at.Format(time.RFC3339))})
	}
	return reply
}

// sameClock tells whether the clocks of a zone show the same at two moments, as they
// do in the hour that a clock change repeats.
func sameClock(a, b time.Time) bool { return a.Format(time.DateTime) == b.Format(time.DateTime) }

// onceOrWeekly asks whether "le lundi" is the next one or all of them.
func onceOrWeekly(c *bot.Ctx, typed, every string, first time.Time) bot.Reply {
	reply := bot.Say("remind.which", "text", typed)
	at := first.In(c.Charter.Location())
	reply.Buttons = []bot.Button{
		{Label: bot.T("remind.date-once", "at", at), Call: c.Call.With("when", at.Format(time.RFC3339))},
		{Label: bot.T("remind.date-weekly", "at", at), Call: c.Call.With("when", every)},
	}
	return reply
}

func groupChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	choices := []bot.Choice{}
	for _, g := range c.Charter.Groups {
		choices = append(choices, bot.Choice{Value: g.ID, Label: c.GroupName(g.ID)})
	}
	return choices
}

func channelChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	choices := []bot.Choice{}
	for _, ch := range c.Charter.Channels {
		choices = append(choices, bot.Choice{Value: ch.ID})
	}
	return choices
}
