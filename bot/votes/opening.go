package votes

import (
	"fmt"
	"slices"
	"time"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/config"
)

// Kinds of jobs.
const (
	openJob   = "vote-open"
	closeJob  = "vote-close"
	remindJob = "vote-remind"
)

// ruleFor makes a vote's copy of a rule of the charter.
func ruleFor(c *bot.Ctx, id string) (config.VoteRule, error) {
	if id == "" {
		id = c.Charter.Votes.Default
	}
	r := c.Charter.Rule(id)
	if r == nil {
		if len(c.Charter.Votes.Rules) == 0 {
			return config.VoteRule{}, bot.Refuse("vote.no-rules")
		}
		return config.VoteRule{}, bot.Refuse("vote.no-rule", "rule", id)
	}
	rule := *r
	rule.Electorate, rule.Reminders = slices.Clone(r.Electorate), slices.Clone(r.Reminders)
	return rule, nil
}

// add gives a vote its number and opens it, or sets the date at which it will
// open. The error is a refusal: nobody could vote.
func add(c *bot.Ctx, v Vote) (Vote, error) {
	v.Number = votes.NextID(c.Tx)
	v.Made, v.Author = c.Now, c.Caller.ID
	v.join()
	for _, g := range v.Rule.Electorate {
		v.Groups = append(v.Groups, c.GroupName(g))
	}
	if _, why := electors(c, &v); !why.IsZero() {
		return v, &bot.Refusal{Text: why}
	}
	c.Record(bot.Entry{What: "vote new", Subject: v.key(), Rule: v.Rule.ID, Data: v.record()})
	if v.Subject != "" {
		c.Record(bot.Entry{What: "vote new", Subject: v.Subject, Rule: v.Rule.ID, Data: map[string]string{"vote": fmt.Sprint(v.Number)}})
	}
	v.leaveTime(c)
	if v.Opens.After(c.Now) {
		v.State = Waiting
		v.Shown = v.Shown || v.mayBeSecret() // so that those who may ask for that see it
		put(c, v)
		if v.Shown && v.leads(c) {
			for _, place := range places(c, &v) {
				c.Hang(v.cardKey(), place)
			}
		}
		c.Schedule(v.job(openJob, "open", v.Opens))
		return v, announced(c, &v)
	}
	if err := open(c, &v); err != nil {
		return v, err
	}
	if err := announced(c, &v); err != nil {
		return v, err
	}
	return v, holdOpening(c, &v)
}

// announced tells what asked for a vote that it is there.
func announced(c *bot.Ctx, v *Vote) error {
	if !v.Wanted {
		return nil
	}
	return c.Signal(bot.VoteOpened{Subject: v.Subject, Vote: v.Number})
}

// record is what the journal keeps of a new vote.
func (v *Vote) record() map[string]string {
	data := map[string]string{"title": v.Title, "closes": v.Closes.Format(time.RFC3339)}
	for i, o := range v.Options {
		data[fmt.Sprintf("option-%02d", i+1)] = o.Title
	}
	if v.Rule.Secret {
		data["secret"] = "yes"
	}
	if v.Paper != nil {
		data["paper"] = fmt.Sprint(v.Paper.First)
	}
	return data
}

func (v *Vote) job(kind, name string, due time.Time) bot.Job {
	return bot.Job{Key: v.key() + "/" + name, Kind: kind, Due: due, Args: map[string]string{"vote": fmt.Sprint(v.Number)}}
}

// open makes the roll, hangs the card and sets the dates.
func open(c *bot.Ctx, v *Vote) error {
	v.State, v.Opens = Open, c.Now
	all, _ := electors(c, v) // the caller has checked that there is no reason against it
	t := turnout{Entitled: uint64(len(all))}
	if v.frozen() {
		var err error
		if t.Entitled, err = freeze(c, v, all); err != nil {
			return err
		}
	}
	if v.Rule.Secret {
		seal(c, v)
	} else {
		t.Counts = make([]uint64, v.size())
	}
	turnouts.Put(c.Tx, voteID(v.Number), t)
	put(c, *v)
	show(c, v)
	schedule(c, v)
	return nil
}

// show hangs the card of a vote that opens, or says that it is open where the card
// hangs already. The questions of one ballot paper have one card.
func show(c *bot.Ctx, v *Vote) {
	for _, place := range places(c, v) {
		switch {
		case !v.leads(c):
		case !v.Shown:
			c.Hang(v.cardKey(), place)
		case v.Paper != nil:
			c.Post(place, bot.T("vote.paper-opened-post", v.Paper.args("closes", v.Closes, "command", bot.CommandText("vote answer"))...))
		default:
			c.Post(place, bot.T("vote.opened-post", "number", v.Number, "title", v.Title, "closes", v.Closes, "command", bot.CommandText("vote cast")))
		}
	}
	if v.Shown {
		v.redraw(c)
	}
}

// places are where a vote is public: the charter's channel, or where it was made.
func places(c *bot.Ctx, v *Vote) []bot.Place {
	if c.Charter.Votes.Channel != "" {
		if all := c.Channels(c.Charter.Votes.Channel); len(all) > 0 {
			return all
		}
	}
	if v.Place.Channel != "" && !v.Place.Direct {
		return []bot.Place{{Platform: v.Place.Platform, Channel: v.Place.Channel}}
	}
	return nil
}

// schedule sets the closing and the reminders that are still to come.
func schedule(c *bot.Ctx, v *Vote) {
	c.Schedule(v.job(closeJob, "close", v.Closes))
	if !v.reminds(c) {
		return // one question of a ballot paper reminds of all
	}
	for i, before := range v.Rule.Reminders {
		name := fmt.Sprintf("remind/%d", i)
		if due := v.Closes.Add(-before.Std()); due.After(c.Now) {
			c.Schedule(v.job(remindJob, name, due))
		} else {
			c.Cancel(v.key() + "/" + name)
		}
	}
}

// unschedule forgets every date of a vote.
func unschedule(c *bot.Ctx, v *Vote) {
	c.Cancel(v.key() + "/open")
	c.Cancel(v.key() + "/close")
	for i := range v.Rule.Reminders {
		c.Cancel(fmt.Sprintf("%s/remind/%d", v.key(), i))
	}
}

// voteOf reads the vote of a job.
func voteOf(c *bot.Ctx, j bot.Job) (Vote, error) {
	var number uint64
	if _, err := fmt.Sscan(j.Args["vote"], &number); err != nil {
		return Vote{}, fmt.Errorf("votes: job %s: %w", j.Key, err)
	}
	v, ok := votes.Get(c.Tx, voteID(number))
	if !ok {
		return Vote{}, fmt.Errorf("votes: job %s: there is no vote %d", j.Key, number)
	}
	return v, nil
}

// openDue opens a vote at its date. One that nobody could take part in any more
// is cancelled, and its author told.
func openDue(c *bot.Ctx, j bot.Job) error {
	v, err := voteOf(c, j)
	if err != nil || v.State != Waiting {
		return err
	}
	if c.Now.Before(v.Opens) {
		c.Schedule(v.job(openJob, "open", v.Opens))
		return nil
	}
	return openNow(c, &v, false)
}

// openNow opens a vote that was to come, unless it waits for the session of its
// meeting, and with it the other questions of its ballot paper.
func openNow(c *bot.Ctx, v *Vote, started bool) error {
	waits, why, err := holdBack(c, v, started)
	if err != nil || waits {
		return err
	}
	return v.each(c, Waiting, func(q *Vote) error { return openOne(c, q, why) })
}

// openOne opens a vote that was to come, unless there is a reason against it.
func openOne(c *bot.Ctx, v *Vote, why bot.Text) error {
	if v.Meeting != 0 { // it lasts as long as it was to
		v.Closes = v.Closes.Add(c.Now.Sub(v.Opens))
	}
	switch {
	case !why.IsZero():
	case !c.Now.Before(v.Closes):
		why = bot.T("vote.why-missed", "opens", v.Opens, "closes", v.Closes)
	default:
		if _, why = electors(c, v); why.Key == "vote.nobody" {
			why = bot.T("vote.why-nobody", "groups", v.Groups)
		}
	}
	if !why.IsZero() {
		if v.Author != 0 && v.Author != c.Caller.ID {
			c.Write(v.Author, bot.T("vote.not-opened", "number", v.Number, "title", v.Title, "reason", why))
		}
		return cancel(c, v, why)
	}
	c.Record(bot.Entry{What: "vote open", Subject: v.key(), Rule: v.Rule.ID})
	if err := open(c, v); err != nil {
		return err
	}
	return holdOpening(c, v)
}

// closeDue closes a vote at its date, and never before.
func closeDue(c *bot.Ctx, j bot.Job) error {
	v, err := voteOf(c, j)
	if err != nil || v.State != Open {
		return err
	}
	if c.Now.Before(v.Closes) {
		c.Schedule(v.job(closeJob, "close", v.Closes))
		return nil
	}
	return closeVote(c, &v, ByDate)
}

// remind writes to those entitled who have not voted, and to nobody else.
func remind(c *bot.Ctx, j bot.Job) error {
	v, err := voteOf(c, j)
	if err != nil || running(c, &v) != nil {
		return err
	}
	if v.Paper != nil {
		remindOfPaper(c, &v)
		return nil
	}
	for _, id := range voters(c, &v) {
		c.Send(bot.Post{
			To: id, Reminder: true, Until: v.Closes, Buttons: buttons(&v),
			Text: bot.T("vote.reminder", "number", v.Number, "title", v.Title, "closes", v.Closes, "command", bot.CommandText("vote cast")),
		})
	}
	return nil
}

// unwanted calls off a vote that was asked for and that nobody wants any more.
func unwanted(c *bot.Ctx, u bot.VoteUnwanted) error {
	v, ok := votes.Get(c.Tx, voteID(u.Vote))
	if !ok || !v.Wanted || v.State == Closed || v.State == Cancelled {
		return nil
	}
	return cancel(c, &v, u.Why)
}

// wanted opens the vote that a stage asks for.
func wanted(c *bot.Ctx, w bot.VoteWanted) error {
	rule, err := ruleFor(c, w.Rule)
	if err != nil {
		return err
	}
	if tally.Method(rule.Method) != tally.YesNo {
		return bot.Refuse("vote.stage-method", "rule", ruleName(rule))
	}
	_, err = add(c, Vote{
		Title: w.Title, Rule: rule, Subject: w.Subject, Wanted: true, Place: w.Place,
		Opens: c.Now, Closes: c.Now.Add(rule.Lasts.Std()),
	})
	return err
}
