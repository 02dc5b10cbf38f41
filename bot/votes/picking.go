package votes

import (
	"fmt"
	"slices"

	"greffier/bot"
)

// Somebody who may cast several voices casts each by itself, and says which: their
// own, that of an organisation, that of whoever gave them a proxy.

// ownVoice names the caller's own voice in a call.
const ownVoice = "me"

// ownWords are words for one's own voice, folded.
var ownWords = []string{ownVoice, "myself", "mine", "moi", "moi-meme", "ma voix", "mon vote"}

// code names a voice in a call of whom it was listed for.
func (one Voice) code() string {
	if one.As == Own {
		return ownVoice
	}
	return one.by.code()
}

// say names a voice to whom it was listed for.
func (one Voice) say(c *bot.Ctx) bot.Text {
	if one.As == Own {
		return bot.T("vote.voice-own")
	}
	return one.by.say(c)
}

// pick finds the voice that a call of the caller's is for. Where they may cast
// several and did not say which, ok is false and the reply asks them.
func pick(c *bot.Ctx, v *Vote, typed string) (one Voice, reply bot.Reply, ok bool, err error) {
	all := voicesOf(c, v, c.Caller.ID)
	switch {
	case len(all) == 0:
		return Voice{}, bot.Reply{}, false, mayVote(c, v)
	case typed != "":
		one, err := voiceTyped(c, v, all, typed)
		return one, bot.Reply{}, err == nil, err
	case len(all) == 1:
		one = all[0]
		one.alone = true
		return one, bot.Reply{}, true, nil
	}
	return Voice{}, which(c, v, all), false, nil
}

// voiceTyped finds the voice that somebody typed, or refuses.
func voiceTyped(c *bot.Ctx, v *Vote, all []Voice, typed string) (Voice, error) {
	who, person := c.FindMember(typed)
	o, organisation := c.OrganisationNamed(typed)
	for _, one := range all {
		switch {
		case typed == one.code(), one.As == Own && slices.Contains(ownWords, bot.Fold(typed)),
			person && one.by == voiceOf(who), organisation && one.by == organisationVoice(o.Number):
			return one, nil
		}
	}
	names := make([]bot.Text, len(all))
	for i, one := range all {
		names[i] = one.say(c)
	}
	return Voice{}, bot.BadOption("for", "vote.for-unknown", "text", typed, "number", v.Number, "title", v.Title, "voices", names)
}

// which asks whose ballot the caller means.
func which(c *bot.Ctx, v *Vote, all []Voice) bot.Reply {
	lines := []bot.Text{bot.T("vote.which", "number", v.Number, "title", v.Title, "count", len(all))}
	reply := bot.Reply{}
	for _, one := range all {
		lines = append(lines, bot.T("vote.voice-line", "voice", one.say(c), "stands", one.stands(c, v)))
		if one.open(v) {
			reply.Buttons = append(reply.Buttons, bot.Button{Label: one.say(c), Call: c.Call.With("for", one.code())})
		}
	}
	reply.Text = bot.Lines(lines...)
	return reply
}

// stands says what a voice's ballot says, as far as the caller may know.
func (one Voice) stands(c *bot.Ctx, v *Vote) bot.Text {
	b, had := ballotOf(c, v, one.by)
	switch {
	case had && one.As == Own && one.entry.Holder != 0:
		return bot.T("vote.voice-voted-by", "choice", b.say(v), "who", one.entry.Holder)
	case had:
		return bot.T("vote.voice-voted", "choice", b.say(v))
	case hasVoted(c, v, one.by):
		return bot.T("vote.mine-secret")
	case one.As != Holder && one.entry.Holder != 0:
		return bot.T("vote.voice-held", "who", one.entry.Holder)
	case v.State == Open:
		return bot.T("vote.voice-awaited")
	}
	return bot.T("vote.mine-none")
}

// carried has a reply about a voice say whose it is and go on with the same voice,
// and offers the caller's others that are not cast.
func (one Voice) carried(c *bot.Ctx, v *Vote, reply bot.Reply) bot.Reply {
	if one.As == Own && one.alone {
		return reply
	}
	all := voicesOf(c, v, c.Caller.ID)
	if one.As == Own && len(all) < 2 {
		return reply
	}
	keep := func(call bot.Call) bot.Call {
		if call.Command == "vote cast" || call.Command == "vote withdraw" {
			return call.With("for", one.code())
		}
		return call
	}
	for i := range reply.Buttons {
		reply.Buttons[i].Call = keep(reply.Buttons[i].Call)
	}
	if reply.Form != nil {
		reply.Form.Call = keep(reply.Form.Call)
		if one.As != Own {
			reply.Form.Intro = bot.T("vote.for-voice", "voice", one.by.say(c), "said", reply.Form.Intro)
		}
		return reply
	}
	if one.As != Own && !reply.Text.IsZero() {
		reply.Text = bot.T("vote.for-voice", "voice", one.by.say(c), "said", reply.Text)
	}
	if v.State != Open || !hasVoted(c, v, one.by) {
		return reply
	}
	for _, other := range all {
		if other.by != one.by && !hasVoted(c, v, other.by) && other.open(v) {
			reply.Buttons = append(reply.Buttons, bot.Button{Label: bot.T("vote.button-also", "voice", other.say(c)), Call: other.next(c, v)})
		}
	}
	return reply
}

// next is the call that casts another voice: as the one just cast, or by asking
// where that takes more than a press.
func (one Voice) next(c *bot.Ctx, v *Vote) bot.Call {
	args := v.answer("", "")
	args["for"] = one.code()
	if v.simple() && c.Call.Args["change"] == "" && !v.Rule.Secret {
		if choice := c.Call.Args["choice"]; choice != "" {
			args["choice"] = choice
		}
	}
	return bot.Call{Command: "vote cast", Args: args}
}

// free refuses to cast a voice that somebody else has cast and may not be cast over.
func (one Voice) free(c *bot.Ctx, v *Vote, had bool) error {
	if one.entry.Holder != 0 && one.As != Holder && v.barred() {
		key := "vote.barred"
		if had {
			key = "vote.barred-used"
		}
		return bot.Refuse(key, "number", v.Number, "title", v.Title, "who", one.entry.Holder, "command", bot.CommandText("vote revoke"))
	}
	if one.As == Delegate && v.Rule.CastBy == "first" && had && one.entry.By != 0 && one.entry.By != c.Caller.ID {
		return bot.Refuse("vote.organisation-cast", "number", v.Number, "title", v.Title, "organisation", one.by.say(c), "who", one.entry.By)
	}
	return nil
}

// castBy notes on the roll who cast a voice's ballot where that is not whose voice
// it is; 0 where there is none any more.
func castBy(c *bot.Ctx, v *Vote, by voice, who bot.MemberID) {
	r, ok := roll.Get(c.Tx, rollID(v.Number, by))
	if by.member() == who {
		who = 0
	}
	if !ok || r.By == who {
		return
	}
	r.By = who
	roll.Put(c.Tx, rollID(v.Number, by), r)
}

// forChoices lists the voices that the caller may cast in the vote named so far.
func forChoices(c *bot.Ctx, args map[string]string) []bot.Choice {
	v, ok := numbered(c, args)
	if !ok {
		return nil
	}
	var all []bot.Choice
	for _, one := range voicesOf(c, &v, c.Caller.ID) {
		all = append(all, bot.Choice{Value: one.code(), Label: one.say(c)})
	}
	return all
}

// voicesText says how each of the caller's voices stands, where they have several.
func voicesText(c *bot.Ctx, v *Vote) bot.Text {
	all := voicesOf(c, v, c.Caller.ID)
	if len(all) == 0 || len(all) == 1 && all[0].As == Own && all[0].entry.Holder == 0 {
		return bot.Text{}
	}
	lines := make([]bot.Text, len(all))
	for i, one := range all {
		lines[i] = bot.T("vote.voice-line", "voice", one.say(c), "stands", one.stands(c, v))
	}
	return bot.Lines(lines...)
}

type rollArgs struct {
	Number int `opt:"number" suggest:"votes"`
	Page   int `opt:"page,optional" max:"100000"`
}

// showRoll shows whose voices there are in a vote, how they count, and who casts
// them. Who voted is said where it may be seen.
func showRoll(c *bot.Ctx, in rollArgs) (bot.Reply, error) {
	v, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	switch {
	case v.State == Waiting:
		return bot.Reply{}, bot.Refuse("vote.roll-waiting", "number", v.Number, "title", v.Title, "opens", v.Opens, "groups", v.Groups)
	case !v.frozen():
		return bot.Reply{}, bot.Refuse("vote.roll-open", "number", v.Number, "title", v.Title, "groups", v.Groups, "command", bot.CommandText("vote ballots"))
	}
	var lines []bot.Text
	for by, r := range rollOf(c, &v) {
		if r.Entitled {
			lines = append(lines, rollLine(c, &v, by, r))
		}
	}
	pages := max((len(lines)+ballotsPage-1)/ballotsPage, 1)
	page := min(max(in.Page, 1), pages)
	head := []bot.Text{bot.T("vote.roll-head", "number", v.Number, "title", v.Title, "opens", v.Opens, "count", len(lines))}
	reply := bot.Reply{Text: bot.Lines(append(head, lines[(page-1)*ballotsPage:min(page*ballotsPage, len(lines))]...)...)}
	if page < pages {
		reply.Text = bot.Lines(reply.Text, bot.T("vote.list-page", "page", page, "pages", pages))
		reply.Buttons = []bot.Button{{Label: bot.T("vote.button-next"), Call: bot.Call{
			Command: "vote roll", Args: map[string]string{"number": fmt.Sprint(v.Number), "page": fmt.Sprint(page + 1)},
		}}}
	}
	return reply, nil
}

// rollLine is a line of a roll.
func rollLine(c *bot.Ctx, v *Vote, by voice, r rollEntry) bot.Text {
	k, notes := v.class(r.Class), []bot.Text{}
	for _, college := range v.Rule.Colleges {
		if college.ID == k.College {
			notes = append(notes, collegeName(college))
		}
	}
	for i, weight := range k.Weights {
		notes = append(notes, bot.T("vote.roll-weight", "weight", exact(weight.Rat()), "weighting", bot.T("vote.weighting-"+v.Rule.Weights[i])))
	}
	if k.Advisory {
		notes = append(notes, bot.T("vote.roll-advisory"))
	}
	if r.Present {
		notes = append(notes, bot.T("vote.roll-present"))
	}
	if r.Holder != 0 {
		key := "vote.roll-proxy"
		if !votesIn(c, v, r.Holder) {
			key = "vote.roll-represented"
		}
		notes = append(notes, bot.T(key, "who", r.Holder))
	}
	if voted := hasVoted(c, v, by); voted && (!v.Rule.Secret || rollFor(c, v)) {
		if r.By != 0 {
			notes = append(notes, bot.T("vote.roll-cast-by", "who", r.By))
		} else {
			notes = append(notes, bot.T("vote.roll-voted"))
		}
	}
	if len(notes) == 0 {
		return bot.T("vote.ballot-voter", "who", by.say(c))
	}
	return bot.T("vote.roll-line", "who", by.say(c), "notes", notes)
}

// advisers counts the advisory voices on a roll, and those cast.
func advisers(c *bot.Ctx, v *Vote) (cast uint64, entitled int) {
	if !slices.ContainsFunc(v.Classes, advising) {
		return 0, 0
	}
	for _, r := range rollOf(c, v) {
		if r.Entitled && v.class(r.Class).Advisory {
			entitled++
		}
	}
	t, _ := turnouts.Get(c.Tx, turnoutOf(v, Class{Advisory: true}))
	return t.Cast, entitled
}

// departed ends what whoever left declared, and takes them off the rolls of the votes that are open, where the
// charter says so and they have not voted. An organisation stays.
func departed(c *bot.Ctx, l bot.MemberLeft) error {
	standingEnds(c, l.Member)
	if err := followEverywhere(c); err != nil {
		return err
	}
	for _, id := range slices.Collect(votes.By(c.Tx, "state", stateKey(Open))) {
		v, ok := votes.Get(c.Tx, id)
		if !ok || !v.frozen() {
			continue
		}
		if holderLeft(c, &v, l.Member); v.Rule.Departures != "remove" {
			continue
		}
		by := voiceOf(l.Member)
		r, _ := roll.Get(c.Tx, rollID(v.Number, by))
		if !r.Entitled || hasVoted(c, &v, by) || r.Holder != 0 {
			continue
		}
		if err := c.Itself(func() error { return strike(c, &v, by, r) }); err != nil {
			return err
		}
	}
	return nil
}

// strike takes a voice off a roll, which closes a vote that only awaited it.
func strike(c *bot.Ctx, v *Vote, by voice, r rollEntry) error {
	roll.Delete(c.Tx, rollID(v.Number, by))
	c.Record(bot.Entry{What: "vote strike", Subject: v.key(), Rule: v.Rule.ID, Data: map[string]string{"voice": by.code()}})
	v.redraw(c)
	if v.class(r.Class).Advisory {
		return nil
	}
	t, _ := turnouts.Get(c.Tx, voteID(v.Number))
	t.Entitled--
	turnouts.Put(c.Tx, voteID(v.Number), t)
	if v.Rule.CloseEarly && t.Entitled > 0 && everyoneVoted(c, v, t) {
		return closeVote(c, v, ByTurnout)
	}
	return nil
}
