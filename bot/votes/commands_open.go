package votes

import (
	"fmt"
	"slices"
	"time"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/config"
)

type newArgs struct {
	Title   string    `opt:"title,rest" max:"150"`
	Options []string  `opt:"options,optional"`
	Rule    string    `opt:"rule,optional" choices:"vote-rules"`
	Method  string    `opt:"method,optional" choices:"vote-methods"`
	Seats   int       `opt:"seats,optional" max:"50"`
	Ratios  []string  `opt:"ratios,optional"`
	Until   time.Time `opt:"until,optional"`
	Opens   time.Time `opt:"opens,optional,begins"`
	Request int       `opt:"request,optional"`
	Meeting int       `opt:"meeting,optional"`
	Secret  bool      `opt:"secret"`
}

// newVote puts a question to an electorate of the charter.
func newVote(c *bot.Ctx, in newArgs) (bot.Reply, error) {
	v, err := question(c, in)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := dated(c, &v, in); err != nil {
		return bot.Reply{}, err
	}
	if in.Request > 0 {
		v.Subject = fmt.Sprintf("request/%d", in.Request)
		if _, ok := c.Card(v.Subject); !ok {
			return bot.Reply{}, bot.BadOption("request", "vote.no-request", "request", in.Request)
		}
	}
	v, err = add(c, v)
	if err != nil {
		return bot.Reply{}, err
	}
	return opened(c, &v), nil
}

// question makes a vote of what somebody wants to ask, under a rule of the charter.
func question(c *bot.Ctx, in newArgs) (Vote, error) {
	rule, err := ruleFor(c, in.Rule)
	if err != nil {
		return Vote{}, err
	}
	options, err := answers(c, &rule, in)
	if err != nil {
		return Vote{}, err
	}
	if c.Call.Args["secret"] != "" && !in.Secret && rule.Secret {
		return Vote{}, bot.BadOption("secret", "vote.secret-stays", "rule", ruleName(rule))
	}
	if len(rule.Colleges) > 0 && (!config.Uses(rule.Method, "colleges") || rule.Combine == "veto" && rule.Method != string(tally.YesNo)) {
		return Vote{}, bot.Refuse("vote.colleges-method", "rule", ruleName(rule))
	}
	rule.Secret = rule.Secret || in.Secret
	if rule.Secret && rule.Method == string(tally.Consent) {
		return Vote{}, bot.BadOption("secret", "vote.consent-open")
	}
	ratios, err := readRatios(&rule, options, in.Ratios)
	return Vote{Ratios: ratios, Title: in.Title, Options: options, Rule: rule, Place: c.Place}, err
}

// dated gives a vote its dates, and the meeting that it belongs to.
func dated(c *bot.Ctx, v *Vote, in newArgs) error {
	if v.Opens = c.Now; in.Opens.After(c.Now) {
		v.Opens = in.Opens
	}
	if err := attach(c, v, in.Meeting); err != nil {
		return err
	}
	if v.Closes = in.Until; v.Closes.IsZero() {
		v.Closes = v.Opens.Add(v.Rule.Lasts.Std())
	}
	if !v.Closes.After(v.Opens) {
		return bot.BadOption("until", "vote.until-early", "until", v.Closes, "opens", v.Opens)
	}
	return nil
}

// opened tells the author what was made.
func opened(c *bot.Ctx, v *Vote) bot.Reply {
	if v.State == Waiting {
		return bot.Say("vote.planned", "number", v.Number, "title", v.Title, "opens", v.Opens, "closes", v.Closes, "groups", v.Groups)
	}
	if v.State == Closed { // at once, since its quorum is checked at the opening
		return bot.Reply{Text: bot.Lines(bot.T("vote.opened-missed", "number", v.Number, "title", v.Title), working(v), callText(c, v)), Buttons: callButtons(c, v)}
	}
	t, _ := turnouts.Get(c.Tx, voteID(v.Number))
	who := "vote.opened"
	if v.Rule.Voices == "organisations" {
		who = "vote.opened-organisations"
	}
	reply := bot.Reply{Text: bot.Lines(
		bot.T(who, "number", v.Number, "title", v.Title, "closes", v.Closes, "groups", v.Groups, "count", t.Entitled),
		bot.T("vote.opened-rule", "rule", ruleText(v)),
	)}
	if len(places(c, v)) == 0 {
		reply.Text = bot.Lines(reply.Text, bot.T("vote.no-place", "command", bot.CommandText("vote show"), "number", v.Number))
	}
	return reply
}

func readOptions(titles []string) ([]Option, error) {
	if len(titles) < 2 {
		return nil, bot.BadOption("options", "vote.options-few")
	}
	if len(titles) > maxOptions {
		return nil, bot.BadOption("options", "vote.options-many", "count", len(titles), "max", maxOptions)
	}
	var options []Option
	var folded []string
	for _, title := range titles {
		if len([]rune(title)) > maxOptionTitle {
			return nil, bot.BadOption("options", "vote.option-long", "option", string([]rune(title)[:40])+"…", "max", maxOptionTitle)
		}
		if slices.Contains(folded, config.Fold(title)) {
			return nil, bot.BadOption("options", "vote.option-twice", "option", title)
		}
		folded = append(folded, config.Fold(title))
		options = append(options, Option{title})
	}
	return options, nil
}

type extendArgs struct {
	Number int       `opt:"number" suggest:"votes-open"`
	Until  time.Time `opt:"until"`
	Reason string    `opt:"reason,rest" max:"500"`
}

// extend gives a vote more time, for a reason that everybody is told.
func extend(c *bot.Ctx, in extendArgs) (bot.Reply, error) {
	v, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if v.State != Waiting {
		if err := running(c, &v); err != nil {
			return bot.Reply{}, err
		}
	}
	if !in.Until.After(v.Closes) {
		return bot.Reply{}, bot.BadOption("until", "vote.extend-early", "until", in.Until, "closes", v.Closes)
	}
	err = v.each(c, v.State, func(q *Vote) error {
		q.extend(c, in.Until, in.Reason)
		return nil
	})
	if v.Paper != nil {
		return bot.Say("vote.paper-extended", v.Paper.args("closes", v.Closes)...), err
	}
	return bot.Say("vote.extended", "number", v.Number, "title", v.Title, "closes", v.Closes), err
}

// extend moves the closing date of a vote, and tells everybody once of a ballot paper.
func (v *Vote) extend(c *bot.Ctx, until time.Time, reason string) {
	from := v.Closes
	v.Extensions = append(slices.Clone(v.Extensions), Extension{From: from, To: until, By: c.Caller.ID, Reason: reason})
	v.Closes = until
	put(c, *v)
	c.Record(bot.Entry{Subject: v.key(), Rule: v.Rule.ID, Data: map[string]string{
		"from": from.Format(time.RFC3339), "until": until.Format(time.RFC3339), "reason": reason,
	}})
	if v.State != Open {
		return
	}
	schedule(c, v)
	said := bot.T("vote.extended-post", "number", v.Number, "title", v.Title, "from", from, "closes", v.Closes, "reason", reason)
	if v.Paper != nil {
		said = bot.T("vote.paper-extended-post", v.Paper.args("from", from, "closes", v.Closes, "reason", reason)...)
	}
	for _, place := range places(c, v) {
		if v.leads(c) {
			c.Post(place, said)
		}
	}
	v.redraw(c)
}

type editArgs struct {
	Number  int      `opt:"number" suggest:"votes-open"`
	Title   string   `opt:"title,optional" max:"150"`
	Options []string `opt:"options,optional"`
}

// edit changes the question until somebody has answered it.
func edit(c *bot.Ctx, in editArgs) (bot.Reply, error) {
	v, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if v.State != Waiting {
		if err := running(c, &v); err != nil {
			return bot.Reply{}, err
		}
	}
	t, _ := turnouts.Get(c.Tx, voteID(v.Number))
	if t.Cast > 0 && v.method() == tally.Consent && in.Title != "" && in.Title != v.Title {
		return amend(c, &v, in.Title), nil
	}
	if t.Cast > 0 && (v.method() != tally.Consent || in.Title != "" || len(in.Options) > 0) {
		return bot.Reply{}, bot.Refuse("vote.edit-late", "number", v.Number, "title", v.Title, "count", t.Cast, "command", bot.CommandText("vote cancel"))
	}
	if in.Title == "" && len(in.Options) == 0 {
		return bot.Reply{Form: editForm(&v)}, nil
	}
	data, lines := map[string]string{}, []bot.Text{bot.T("vote.edited", "number", v.Number)}
	if in.Title != "" && in.Title != v.Title {
		lines = append(lines, bot.T("vote.edited-title", "before", v.Title, "after", in.Title))
		data["title"], data["title-before"] = in.Title, v.Title
		v.Title = in.Title
	}
	if len(in.Options) > 0 {
		if v.method() == tally.YesNo || v.method() == tally.Consent {
			return bot.Reply{}, bot.BadOption("options", "vote.options-yes-no")
		}
		if len(v.Ratios) > 0 {
			return bot.Reply{}, bot.BadOption("options", "vote.edit-ratios", "command", bot.CommandText("vote cancel"))
		}
		if v.Options, err = readOptions(withFallback(&v.Rule, in.Options)); err != nil {
			return bot.Reply{}, err
		}
		lines = append(lines, v.list(nil))
		for i, o := range v.Options {
			data[fmt.Sprintf("option-%02d", i+1)] = o.Title
		}
	}
	v.Edition++
	put(c, v)
	if v.State == Open && !v.Rule.Secret {
		t.Counts = make([]uint64, v.size())
		turnouts.Put(c.Tx, voteID(v.Number), t)
	}
	c.Record(bot.Entry{Subject: v.key(), Rule: v.Rule.ID, Data: data})
	v.redraw(c)
	return bot.Reply{Text: bot.Lines(lines...)}, nil
}

// editForm shows what a vote says now, to be changed.
func editForm(v *Vote) *bot.Form {
	f := bot.Form{
		Title: bot.T("vote.edit-form", "number", v.Number),
		Call:  bot.Call{Command: "vote edit", Args: map[string]string{"number": fmt.Sprint(v.Number)}},
		Asks:  []bot.Field{{Name: "title", Label: bot.T("vote.edit-title"), Value: v.Title, Required: true, Max: 150}},
	}
	if v.method() == tally.YesNo || v.method() == tally.Consent {
		return &f
	}
	titles := ""
	for i, o := range v.Options {
		if i > 0 {
			titles += ", "
		}
		titles += o.Title
	}
	f.Asks = append(f.Asks, bot.Field{
		Name: "options", Label: bot.T("vote.edit-options"), Help: bot.T("vote.edit-options-help"),
		Value: titles, Long: true, Required: true, Max: bot.MaxLong,
	})
	return &f
}
