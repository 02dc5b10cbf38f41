package votes

import (
	"fmt"
	"strings"

	"greffier/bot"
)

type closeArgs struct {
	Number int  `opt:"number" suggest:"votes-open"`
	Sure   bool `opt:"sure,hidden"`
}

// closeByHand closes a vote before its date, once the caller has confirmed.
func closeByHand(c *bot.Ctx, in closeArgs) (bot.Reply, error) {
	v, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	switch v.State {
	case Waiting:
		return bot.Reply{}, bot.Refuse("vote.close-waiting", "number", v.Number, "title", v.Title, "opens", v.Opens, "command", bot.CommandText("vote cancel"))
	case Closed, Cancelled:
		return bot.Reply{}, over(&v)
	}
	if locked(c, &v) {
		return bot.Reply{}, lockedUp(&v)
	}
	if !in.Sure && v.Paper != nil {
		return c.Ask(bot.T("vote.paper-close-ask", v.Paper.args("closes", v.Closes, "questions", v.lines(c, turnoutLine))...), "vote.close-sure"), nil
	}
	if !in.Sure {
		t, _ := turnouts.Get(c.Tx, voteID(v.Number))
		return c.Ask(bot.T("vote.close-ask", "number", v.Number, "title", v.Title, "closes", v.Closes, "turnout", turnoutText(&v, t)), "vote.close-sure"), nil
	}
	if err := closeVote(c, &v, ByHand); err != nil {
		return bot.Reply{}, err
	}
	if v.Paper != nil {
		return bot.Say("vote.paper-closed", v.Paper.args("questions", v.lines(c, stateLine))...), nil
	}
	return bot.Say("vote.closed", "number", v.Number, "title", v.Title, "outcome", verdict(&v)), nil
}

type cancelArgs struct {
	Number int    `opt:"number" suggest:"votes-open"`
	Reason string `opt:"reason,rest" max:"500"`
	Sure   bool   `opt:"sure,hidden"`
}

// cancelByHand calls a vote off, for a reason that everybody is told, once the
// caller has confirmed.
func cancelByHand(c *bot.Ctx, in cancelArgs) (bot.Reply, error) {
	v, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if v.State == Closed || v.State == Cancelled {
		return bot.Reply{}, over(&v)
	}
	if !in.Sure {
		t, _ := turnouts.Get(c.Tx, voteID(v.Number))
		return c.Ask(bot.T("vote.cancel-ask", "number", v.Number, "title", v.Title, "turnout", turnoutText(&v, t), "reason", in.Reason), "vote.cancel-sure"), nil
	}
	if err := cancel(c, &v, bot.Typed(in.Reason)); err != nil {
		return bot.Reply{}, err
	}
	return bot.Say("vote.cancelled", "number", v.Number, "title", v.Title), nil
}

type presentArgs struct {
	Number  int            `opt:"number" suggest:"votes-open"`
	Members []bot.MemberID `opt:"members"`
	Absent  bool           `opt:"absent"`
}

// present records who is present, for rules that count the present.
func present(c *bot.Ctx, in presentArgs) (bot.Reply, error) {
	v, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if v.State != Waiting { // those of a vote to come may be marked before its quorum is checked
		if err := running(c, &v); err != nil {
			return bot.Reply{}, err
		}
	}
	var names []bot.Text
	var numbers []string
	for _, id := range in.Members {
		if !entitled(c, &v, id) {
			return bot.Reply{}, bot.BadOption("members", "vote.present-not-entitled", "who", id, "number", v.Number, "groups", v.Groups)
		}
		if !v.mark(c, id, !in.Absent) {
			continue
		}
		names = append(names, bot.T("vote.name", "who", id))
		numbers = append(numbers, fmt.Sprint(uint64(id)))
	}
	total := 0
	for _, r := range rollOf(c, &v) {
		if r.Present {
			total++
		}
	}
	if len(names) == 0 {
		return bot.Say("vote.present-same", "number", v.Number, "count", total), nil
	}
	key, what := "vote.present-marked", "present"
	if in.Absent {
		key, what = "vote.absent-marked", "absent"
	}
	c.Record(bot.Entry{Subject: v.key(), Rule: v.Rule.ID, Data: map[string]string{what: strings.Join(numbers, ",")}})
	v.redraw(c)
	if err := v.each(c, v.State, func(q *Vote) error { return holdThroughout(c, q) }); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Text: bot.Lines(bot.T(key, "number", v.Number, "names", names), bot.T("vote.present-total", "count", total))}, nil
}

// mark notes whether a member is present, for every question of a ballot paper, and
// reports whether that changed anything.
func (v *Vote) mark(c *bot.Ctx, who bot.MemberID, present bool) (changed bool) {
	for _, q := range v.questions(c, v.State) {
		id := rollID(q.Number, voiceOf(who))
		if r, _ := roll.Get(c.Tx, id); r.Present != present {
			r.Present, changed = present, true
			roll.Put(c.Tx, id, r)
		}
	}
	return changed
}
