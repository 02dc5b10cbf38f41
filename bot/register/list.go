package register

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"greffier/bot"
	"greffier/bot/when"
	"greffier/store"
)

// pageSize is how many decisions a page lists.
const pageSize = 10

type listArgs struct {
	Text  string `opt:"text,optional,rest" max:"100"`
	From  string `opt:"from,optional" max:"60"`
	Until string `opt:"until,optional" max:"60"`
	Group string `opt:"group,optional" choices:"decision-groups"`
	Page  int    `opt:"page,optional" max:"1000000"`
}

// list lists decisions, newest first.
func list(c *bot.Ctx, in listArgs) (bot.Reply, error) {
	from, until, err := between(c, in)
	if err != nil {
		return bot.Reply{}, err
	}
	found := find(c, in, from, until)
	if len(found) == 0 {
		return none(in), nil
	}
	pages := (len(found) + pageSize - 1) / pageSize
	page := max(in.Page, 1)
	if page > pages {
		return bot.Reply{}, bot.BadOption("page", "register.no-page", "page", page, "count", pages)
	}
	lines := []bot.Text{bot.T("register.heading", "count", len(found))}
	if pages > 1 {
		lines[0] = bot.T("register.heading-page", "count", len(found), "page", page, "pages", pages)
	}
	for _, n := range found[(page-1)*pageSize : min(page*pageSize, len(found))] {
		if d, ok := bot.Decisions.Get(c.Tx, store.K(n)); ok {
			lines = append(lines, line(c, d))
		}
	}
	lines = append(lines, bot.T("register.more", "command", bot.CommandText("register"), "number", found[(page-1)*pageSize]))
	return bot.Reply{Text: bot.Lines(lines...), Buttons: turn(c, in, from, until, page, pages)}, nil
}

// between reads the dates of a list: from the first instant of one period up to
// the last of the other.
func between(c *bot.Ctx, in listArgs) (from, until time.Time, err error) {
	if in.From != "" {
		if from, _, err = period(c, "from", in.From); err != nil {
			return from, until, err
		}
	}
	if in.Until != "" {
		if _, until, err = period(c, "until", in.Until); err != nil {
			return from, until, err
		}
		if !from.Before(until) {
			return from, until, bot.BadOption("until", "register.backwards", "from", in.From, "until", in.Until)
		}
	}
	return from, until, nil
}

func period(c *bot.Ctx, option, text string) (from, to time.Time, err error) {
	from, to, err = when.ParsePeriod(text, c.Now, c.Charter.Location())
	var e *when.Error
	if errors.As(err, &e) {
		if problem, ok := bot.DayProblem(text, err); ok {
			return from, to, bot.BadOptionText(option, problem)
		}
		key := "register.date-unknown"
		if e.Kind == when.Ambiguous || e.Kind == when.Impossible {
			key = "register.date-" + e.Kind.String()
		}
		return from, to, bot.BadOption(option, key, "text", text)
	}
	return from, to, err
}

// find gives the numbers of the decisions that match, newest first, without
// reading them.
func find(c *bot.Ctx, in listArgs, from, until time.Time) []uint64 {
	var found []uint64
	var wanted map[uint64]bool
	if in.Text != "" {
		wanted = map[uint64]bool{}
		for _, hit := range bot.DecisionWords.Search(c.Tx, in.Text, 1<<30) {
			wanted[hit.ID] = true
		}
		if len(wanted) == 0 {
			return nil
		}
	}
	for n := range c.DecidedBetween(from, until, in.Group) {
		if wanted == nil || wanted[n] {
			found = append(found, n)
		}
	}
	slices.Reverse(found)
	return found
}

// none says that nothing was found, and how to find more.
func none(in listArgs) bot.Reply {
	if in.Text == "" && in.From == "" && in.Until == "" && in.Group == "" {
		return bot.Say("register.empty")
	}
	return bot.Say("register.none", "command", bot.CommandText("register list"))
}

// line is a decision in one line.
func line(c *bot.Ctx, d bot.Decision) bot.Text {
	args := []any{"number", d.Number, "date", bot.Date(d.At), "title", d.Title, "outcome", outcome(d)}
	if d.Group == "" {
		return bot.T("register.line", args...)
	}
	return bot.T("register.line-group", append(args, "group", c.GroupName(d.Group))...)
}

// outcome is the sentence that the decision was entered with.
func outcome(d bot.Decision) bot.Text {
	switch {
	case !d.Outcome.IsZero():
		return d.Outcome
	case d.Adopted:
		return bot.T("register.adopted")
	}
	return bot.T("register.rejected")
}

// turn offers the pages before and after. Dates go along as days, so that
// "yesterday" stays what it was.
func turn(c *bot.Ctx, in listArgs, from, until time.Time, page, pages int) []bot.Button {
	call := bot.Call{Command: "register list", Args: map[string]string{}}
	zone := c.Charter.Location()
	for name, value := range map[string]string{"text": in.Text, "group": in.Group} {
		if value != "" {
			call.Args[name] = value
		}
	}
	if !from.IsZero() {
		call.Args["from"] = from.In(zone).Format(time.DateOnly)
	}
	if !until.IsZero() {
		call.Args["until"] = until.In(zone).AddDate(0, 0, -1).Format(time.DateOnly)
	}
	var buttons []bot.Button
	if page > 1 {
		buttons = append(buttons, bot.Button{Label: bot.T("register.newer"), Call: call.With("page", strconv.Itoa(page-1))})
	}
	if page < pages {
		buttons = append(buttons, bot.Button{Label: bot.T("register.older"), Call: call.With("page", strconv.Itoa(page+1))})
	}
	return buttons
}

// groups are those the register has decisions of.
func groups(c *bot.Ctx, _ map[string]string) []bot.Choice {
	ids := c.DecidingGroups()
	for _, g := range c.Charter.Groups {
		if !slices.Contains(ids, g.ID) {
			ids = append(ids, g.ID)
		}
	}
	choices := make([]bot.Choice, len(ids))
	for i, id := range ids {
		choices[i] = bot.Choice{Value: id, Label: c.GroupName(id)}
	}
	return choices
}
