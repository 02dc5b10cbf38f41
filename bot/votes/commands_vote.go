package votes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"greffier/bot"
	"greffier/bot/votes/tally"
)

type castArgs struct {
	Number int    `opt:"number" suggest:"votes-open"`
	Choice string `opt:"choice,optional,rest,long,pairs" suggest:"vote-choices"`
	// For is whose ballot it is, where the caller may cast several.
	For string `opt:"for,optional" max:"100" suggest:"vote-voices"`
	// Change adds one option to a ballot of several, or drops one.
	Change string `opt:"change,hidden"`
	// Edition is that of the question as a button or a form showed it.
	Edition string `opt:"edition,hidden"`
	// Ranked is a ranking under way, made by pressing one option after the other.
	Ranked string `opt:"ranked,hidden"`
	Sure   bool   `opt:"sure,hidden"`
}

// castVote counts the caller's ballot, in place of the one they had.
func castVote(c *bot.Ctx, in castArgs) (bot.Reply, error) {
	v, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := running(c, &v); err != nil {
		return bot.Reply{}, err
	}
	one, which, picked, err := pick(c, &v, in.For)
	if err != nil || !picked {
		return which, err
	}
	if locked(c, &v) {
		return bot.Reply{}, lockedUp(&v)
	}
	reply, err := castOne(c, &v, one, in)
	if err != nil {
		return bot.Reply{}, err
	}
	return one.carried(c, &v, reply), nil
}

// castOne counts a ballot of one voice, in place of the one it had.
func castOne(c *bot.Ctx, v *Vote, one Voice, in castArgs) (bot.Reply, error) {
	at := placeOf(c, v, one.by)
	before, had := at.ballot(c)
	if err := one.free(c, v, had); err != nil {
		return bot.Reply{}, err
	}
	if had && v.Rule.Final {
		return bot.Reply{}, bot.Refuse("vote.final", "number", v.Number, "title", v.Title)
	}
	if in.Edition != "" && in.Edition != strconv.Itoa(v.Edition) {
		return bot.Reply{}, bot.Refuse("vote.edited-since", "number", v.Number, "title", v.Title, "command", bot.CommandText("vote show"))
	}
	if in.Ranked != "" && v.marking() == ranked {
		return ranking(v, in.Ranked)
	}
	if given := v.marked(c.Call.Args); in.Choice == "" && given != "" {
		in.Choice = given
	}
	if in.Choice == "" {
		return ask(c, v, one.by, in.Change), nil
	}
	if in.Change == objecting {
		in.Choice = objecting + ": " + in.Choice
	}
	b, problem := readBallot(v, in.Choice)
	if !problem.IsZero() {
		if c.Call.Form {
			return bot.Reply{Form: form(c, v, one.by, in.Choice, problem)}, nil
		}
		return bot.Reply{}, &bot.Refusal{Text: problem}
	}
	if in.Change != "" && had {
		b = before.changed(b, in.Change)
	}
	b.Class = one.entry.Class
	switch {
	case b.Kind == tally.Marked && len(b.Marks) == 0:
		return withdrawn(c, v, at, before), nil
	case had && before.same(b) && !one.takesOver(c):
		return again(v, castReply(v, bot.T("vote.cast-same", "number", v.Number, "title", v.Title, "choice", b.say(v)), before)), nil
	case !v.simple() && v.confirmed(b) && !in.Sure:
		return wouldBe(c, v, b, old(before, had)), nil
	case v.Rule.Final && !in.Sure:
		ask := bot.T("vote.final-ask", "number", v.Number, "title", v.Title, "choice", b.say(v))
		return again(v, c.Ask(ask, "vote.final-sure")), nil
	}
	t := putBallot(c, v, at, old(before, had), &b)
	castBy(c, v, one.by, c.Caller.ID)
	overridden(c, v, one)
	record(c, v, one.by, &b)
	if !had || !v.Rule.Secret { // a card drawn anew would tell that somebody changed theirs
		v.redraw(c)
	}
	return counted(c, v, old(before, had), b, t)
}

// old is the ballot that somebody had, if they had any.
func old(before ballot, had bool) *ballot {
	if !had {
		return nil
	}
	return &before
}

// changed is a ballot of several options with one more, or one fewer.
func (b ballot) changed(by ballot, how string) ballot {
	if b.Kind != tally.Marked || by.Kind != tally.Marked {
		return by
	}
	var options []int
	for _, m := range b.Marks {
		if how != "drop" || !by.has(m.Option) {
			options = append(options, m.Option)
		}
	}
	if how != "drop" {
		for _, m := range by.Marks {
			options = append(options, m.Option)
		}
	}
	return markedBallot(options...)
}

// record notes in the journal that somebody voted, and for what unless it is
// secret. A nil ballot was withdrawn.
func record(c *bot.Ctx, v *Vote, by voice, b *ballot) {
	e := bot.Entry{Subject: v.key(), Quiet: true}
	if b == nil {
		e.What = "vote withdraw"
	} else if e.What = "vote cast"; !v.Rule.Secret {
		e.Data = map[string]string{"b": b.code()}
	}
	if by.member() != c.Caller.ID { // whose ballot it is, where that is not who speaks
		if e.Data == nil {
			e.Data = map[string]string{}
		}
		e.Data["for"] = by.code()
	}
	c.Record(e)
}

// code writes a ballot in short: numbers of options, each with its value where
// some have one, or "-" and "0".
func (b ballot) code() string {
	switch b.Kind {
	case tally.Abstention:
		return "-"
	case tally.Blank:
		return "0"
	}
	var s strings.Builder
	valued := slices.ContainsFunc(b.Marks, func(m tally.Mark) bool { return m.Value != 0 })
	for i, m := range b.Marks {
		if i > 0 {
			s.WriteByte(',')
		}
		fmt.Fprint(&s, m.Option+1)
		if valued {
			fmt.Fprintf(&s, ":%d", m.Value)
		}
	}
	if b.Reason != "" {
		fmt.Fprintf(&s, " %q", b.Reason)
	}
	return s.String()
}

// counted says what was counted, and closes the vote if it was the last ballot.
func counted(c *bot.Ctx, v *Vote, before *ballot, b ballot, t turnout) (bot.Reply, error) {
	said := bot.T("vote.cast", "number", v.Number, "title", v.Title, "choice", b.say(v))
	if before != nil && !before.same(b) {
		said = bot.T("vote.cast-changed", "number", v.Number, "title", v.Title, "before", before.say(v), "choice", b.say(v))
	}
	if v.Rule.CloseEarly && everyoneVoted(c, v, t) {
		if err := closeVote(c, v, ByTurnout); err != nil {
			return bot.Reply{}, err
		}
		return again(v, bot.Reply{Text: bot.Lines(said, bot.T("vote.cast-last", "outcome", verdict(v)), receiptNote(b))}), nil
	}
	if v.Rule.Results == "after-voting" && !v.Rule.Secret {
		said = bot.Lines(said, bot.T("vote.so-far", "counts", standsSoFar(c, v, t)))
	}
	return again(v, castReply(v, said, b)), nil
}

// castReply says what is counted now, until when it can be changed, and with
// which buttons.
func castReply(v *Vote, said bot.Text, b ballot) bot.Reply {
	if v.Rule.Final {
		return bot.Reply{Text: bot.Lines(said, bot.T("vote.cast-final"), receiptNote(b))}
	}
	reply := bot.Reply{Text: bot.Lines(said, bot.T("vote.cast-until", "closes", v.Closes), receiptNote(b))}
	number := fmt.Sprint(v.Number)
	if stepwise(v) && b.Kind == tally.Marked {
		for _, m := range b.Marks {
			reply.Buttons = append(reply.Buttons, bot.Button{
				Label: bot.T("vote.button-drop", "option", v.option(m.Option)),
				Call:  bot.Call{Command: "vote cast", Args: v.answer(optionValue(m.Option), "drop")},
			})
		}
	}
	return withdrawable(reply, number)
}

func withdrawable(reply bot.Reply, number string) bot.Reply {
	reply.Buttons = append(reply.Buttons, bot.Button{
		Label: bot.T("vote.button-withdraw"), Call: bot.Call{Command: "vote withdraw", Args: map[string]string{"number": number}}, Aside: true,
	})
	return reply
}

// again keeps what a secret ballot says out of the reply that is saved for
// repeated deliveries.
func again(v *Vote, reply bot.Reply) bot.Reply {
	if v.Rule.Secret {
		said := bot.T("vote.again", "number", v.Number, "title", v.Title, "command", bot.CommandText("vote show"))
		reply.Again = &said
	}
	return reply
}

type withdrawArgs struct {
	Number int    `opt:"number" suggest:"votes-open"`
	For    string `opt:"for,optional" max:"100" suggest:"vote-voices"`
}

// withdraw takes the caller's ballot back.
func withdraw(c *bot.Ctx, in withdrawArgs) (bot.Reply, error) {
	v, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := running(c, &v); err != nil {
		return bot.Reply{}, err
	}
	if locked(c, &v) {
		return bot.Reply{}, lockedUp(&v)
	}
	one, which, picked, err := pick(c, &v, in.For)
	if err != nil || !picked {
		return which, err
	}
	at := placeOf(c, &v, one.by)
	before, had := at.ballot(c)
	if err := one.free(c, &v, had); err != nil {
		return bot.Reply{}, err
	}
	switch {
	case !had:
		return bot.Reply{}, bot.Refuse("vote.withdraw-none", "number", v.Number, "title", v.Title)
	case v.Rule.Final:
		return bot.Reply{}, bot.Refuse("vote.final", "number", v.Number, "title", v.Title)
	}
	return one.carried(c, &v, withdrawn(c, &v, at, before)), nil
}

func withdrawn(c *bot.Ctx, v *Vote, at place, before ballot) bot.Reply {
	putBallot(c, v, at, &before, nil)
	castBy(c, v, at.by, 0)
	record(c, v, at.by, nil)
	v.redraw(c)
	return again(v, bot.Say("vote.withdrawn", "number", v.Number, "title", v.Title, "before", before.say(v), "closes", v.Closes))
}
