package votes

import (
	"fmt"
	"slices"

	"greffier/bot"
	"greffier/store"
)

type showArgs struct {
	Number  int  `opt:"number" suggest:"votes"`
	Working bool `opt:"working"`
	Paper   bool `opt:"paper"`
	Proof   bool `opt:"proof"`
}

// showVote draws a vote for the caller, with their own ballot.
func showVote(c *bot.Ctx, in showArgs) (bot.Reply, error) {
	v, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if in.Working {
		return showWorking(c, &v)
	}
	if in.Proof {
		return showProof(c, &v)
	}
	if in.Paper {
		return showPaper(c, &v)
	}
	d := draw(c, &v, c.Caller.ID)
	d.Fields = append(d.Fields, bot.CardField{Label: bot.T("vote.field-mine"), Value: myBallot(c, &v)})
	all := voicesOf(c, &v, c.Caller.ID)
	left := slices.ContainsFunc(all, func(one Voice) bool { return one.open(&v) && (!v.Rule.Final || !hasVoted(c, &v, one.by)) })
	if v.State != Closed && v.State != Waiting && (running(c, &v) != nil || !left) {
		d.Buttons = nil
	}
	return bot.Reply{Card: &d}, nil
}

// myBallot says what the caller voted, as far as the register can tell.
func myBallot(c *bot.Ctx, v *Vote) bot.Text {
	if several := voicesText(c, v); !several.IsZero() {
		return several
	}
	if b, ok := ballotOf(c, v, voiceOf(c.Caller.ID)); ok {
		if b.Receipt != "" {
			return bot.T("vote.mine-receipt", "choice", b.say(v), "code", receiptText(b.Receipt))
		}
		return bot.T("vote.mine-voted", "choice", b.say(v))
	}
	switch {
	case hasVoted(c, v, voiceOf(c.Caller.ID)):
		return bot.T("vote.mine-secret")
	case v.State == Open && entitled(c, v, c.Caller.ID):
		return bot.T("vote.mine-awaited", "closes", v.Closes)
	case v.State == Waiting && entitled(c, v, c.Caller.ID):
		return bot.T("vote.mine-waiting", "opens", v.Opens)
	case v.State == Open || v.State == Waiting:
		return bot.T("vote.mine-not-entitled", "groups", v.Groups)
	}
	return bot.T("vote.mine-none")
}

type listArgs struct {
	Which string `opt:"which,optional" choices:"vote-lists"`
	Page  int    `opt:"page,optional" max:"100000"`
}

const pageSize = 10

// list shows votes, newest first, a page at a time.
func list(c *bot.Ctx, in listArgs) (bot.Reply, error) {
	if in.Which == "" {
		in.Which = "open"
	}
	ids := numbers(c, in.Which)
	if len(ids) == 0 {
		return bot.Say("vote.list-empty-"+in.Which, "new", bot.CommandText("vote new"), "list", bot.CommandText("vote list")), nil
	}
	pages := (len(ids) + pageSize - 1) / pageSize
	page := min(max(in.Page, 1), pages)
	lines := []bot.Text{bot.T("vote.list-head-"+in.Which, "count", len(ids))}
	for _, n := range ids[(page-1)*pageSize : min(page*pageSize, len(ids))] {
		if v, ok := votes.Get(c.Tx, voteID(n)); ok {
			lines = append(lines, line(c, &v))
		}
	}
	reply := bot.Reply{}
	if pages > 1 {
		lines = append(lines, bot.T("vote.list-page", "page", page, "pages", pages))
	}
	turn := func(label string, to int) {
		if to >= 1 && to <= pages {
			reply.Buttons = append(reply.Buttons, bot.Button{Label: bot.T(label), Call: bot.Call{
				Command: "vote list", Args: map[string]string{"which": in.Which, "page": fmt.Sprint(to)},
			}})
		}
	}
	turn("vote.button-previous", page-1)
	turn("vote.button-next", page+1)
	reply.Text = bot.Lines(lines...)
	return reply, nil
}

// numbers lists the votes of one list, newest first.
func numbers(c *bot.Ctx, which string) []uint64 {
	states := map[string][]State{
		"open": {Open, Waiting}, "mine": {Open}, "closed": {Closed, Cancelled}, "all": {Open, Waiting, Closed, Cancelled},
	}[which]
	var all []uint64
	for _, s := range states {
		for id := range votes.By(c.Tx, "state", stateKey(s)) {
			var n uint64
			if err := store.ParseKey(id, &n); err != nil {
				panic(store.Fault{Err: err})
			}
			if which == "mine" && !awaits(c, n) {
				continue
			}
			all = append(all, n)
		}
	}
	slices.Sort(all)
	slices.Reverse(all)
	return all
}

// awaits tells whether an open vote awaits the caller's ballot.
func awaits(c *bot.Ctx, number uint64) bool {
	v, ok := votes.Get(c.Tx, voteID(number))
	return ok && running(c, &v) == nil && awaited(c, &v)
}

// awaited tells whether one of the caller's voices is still to be cast.
func awaited(c *bot.Ctx, v *Vote) bool {
	return slices.ContainsFunc(voicesOf(c, v, c.Caller.ID), func(one Voice) bool { return one.open(v) && !hasVoted(c, v, one.by) })
}

// line is a vote in a list.
func line(c *bot.Ctx, v *Vote) bot.Text {
	switch v.State {
	case Waiting:
		return bot.T("vote.line-waiting", "number", v.Number, "title", v.Title, "opens", v.Opens)
	case Closed:
		return bot.T("vote.line-closed", "number", v.Number, "title", v.Title, "ended", bot.Date(v.Ended), "outcome", verdict(v))
	case Cancelled:
		return bot.T("vote.line-cancelled", "number", v.Number, "title", v.Title, "ended", bot.Date(v.Ended))
	}
	t, _ := turnouts.Get(c.Tx, voteID(v.Number))
	return bot.T("vote.line-open", "number", v.Number, "title", v.Title, "closes", v.Closes, "turnout", turnoutText(v, t), "mine", standing(c, v))
}

// standing says in few words how the caller stands in an open vote.
func standing(c *bot.Ctx, v *Vote) bot.Text {
	all := voicesOf(c, v, c.Caller.ID)
	switch {
	case awaited(c, v):
		return bot.T("vote.line-awaited")
	case len(all) > 0:
		if b, ok := ballotOf(c, v, all[0].by); ok {
			return bot.T("vote.line-voted", "choice", b.say(v))
		}
		return bot.T("vote.line-held")
	}
	return bot.T("vote.line-not-entitled")
}

type ballotsArgs struct {
	Number int `opt:"number" suggest:"votes"`
	Page   int `opt:"page,optional" max:"100000"`
}

const ballotsPage = 50

// listBallots says who voted and, where the vote is not secret and its results
// may be seen, for what. Who voted in a secret vote is said only once its
// results may be.
func listBallots(c *bot.Ctx, in ballotsArgs) (bot.Reply, error) {
	v, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if v.State == Waiting || v.State == Cancelled && v.Rule.Secret {
		return bot.Reply{}, bot.Refuse("vote.ballots-none", "number", v.Number, "title", v.Title)
	}
	t, _ := turnouts.Get(c.Tx, voteID(v.Number))
	if v.Rule.Secret && !rollFor(c, &v) {
		return bot.Reply{}, bot.Refuse("vote.ballots-secret", "number", v.Number, "title", v.Title, "turnout", turnoutText(&v, t))
	}
	said := turnoutText(&v, t)
	if advice, all := advisers(c, &v); all > 0 {
		t.Cast += advice
	}
	if t.Cast == 0 {
		return bot.Reply{}, bot.Refuse("vote.ballots-none", "number", v.Number, "title", v.Title)
	}
	pages := (int(t.Cast) + ballotsPage - 1) / ballotsPage //nolint:gosec // counts of members
	page := min(max(in.Page, 1), pages)
	key := "vote.ballots-head"
	if v.Rule.Secret {
		key = "vote.ballots-head-secret"
	}
	lines := []bot.Text{bot.T(key, "number", v.Number, "title", v.Title, "turnout", said)}
	lines = append(lines, ballotLines(c, &v, (page-1)*ballotsPage)...)
	reply := bot.Reply{}
	if pages > 1 {
		lines = append(lines, bot.T("vote.list-page", "page", page, "pages", pages))
	}
	if page < pages {
		reply.Buttons = append(reply.Buttons, bot.Button{Label: bot.T("vote.button-next"), Call: bot.Call{
			Command: "vote ballots", Args: map[string]string{"number": fmt.Sprint(v.Number), "page": fmt.Sprint(page + 1)},
		}})
	}
	reply.Text = bot.Lines(lines...)
	return reply, nil
}

// rollFor tells whether the caller may see who voted in a secret vote.
func rollFor(c *bot.Ctx, v *Vote) bool {
	return v.State == Closed || v.Rule.Results == "always" ||
		v.Rule.Results == "after-voting" && hasVoted(c, v, voiceOf(c.Caller.ID))
}

// ballotLines lists one page of who voted, by number of member, which is not
// the order in which they did.
func ballotLines(c *bot.Ctx, v *Vote, from int) []bot.Text {
	var lines []bot.Text
	n := 0
	add := func(text bot.Text) bool {
		if n >= from {
			lines = append(lines, text)
		}
		n++
		return n < from+ballotsPage
	}
	if v.Rule.Secret {
		for by, r := range rollOf(c, v) {
			if r.Voted && !add(bot.T("vote.ballot-voter", "who", by.say(c))) {
				break
			}
		}
		return lines
	}
	visible := resultsFor(c, v, c.Caller.ID)
	for id, b := range ballots.Prefix(c.Tx, voteID(v.Number)) {
		who := voiceIn(id).say(c)
		if r, ok := roll.Get(c.Tx, id); ok && r.By != 0 {
			who = bot.T("vote.ballot-by", "who", who, "by", r.By)
		}
		text := bot.T("vote.ballot-voter", "who", who)
		if visible {
			text = bot.T("vote.ballot-line", "who", who, "choice", b.say(v))
		}
		if !add(text) {
			break
		}
	}
	return lines
}
