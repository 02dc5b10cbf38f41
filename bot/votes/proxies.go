package votes

import (
	"iter"
	"slices"

	"greffier/bot"
)

// A proxy has somebody else cast a voice. It stands on the roll, at the line of the
// voice: whoever holds it writes the ballot of that voice and no other, so that two
// people with one voice still have one ballot.

// barred tells whether whoever gave a proxy may not vote while it stands.
func (v *Vote) barred() bool { return v.Rule.Proxies != nil && v.Rule.Proxies.Principal == "barred" }

// most is how many voices besides their own one member may hold. Somebody represents
// one voter where the rule knows no proxies.
func (v *Vote) most() int {
	if v.Rule.Proxies == nil {
		return 1
	}
	return max(v.Rule.Proxies.Most, 1)
}

// holds tells whether a member may hold a proxy in a vote: another voter where the
// rule has proxies, or one of those who may represent a voter; and nobody who left.
func holds(c *bot.Ctx, v *Vote, who bot.MemberID) bool {
	if !isHere(c, who) {
		return false
	}
	return v.Rule.Proxies != nil && votesIn(c, v, who) || len(v.Rule.Representatives) > 0 && c.Belongs(who, v.Rule.Representatives...)
}

// votesIn tells whether a member casts a voice of their own in a vote, or that of an
// organisation.
func votesIn(c *bot.Ctx, v *Vote, who bot.MemberID) bool {
	if v.Rule.Voices != "organisations" {
		return entitled(c, v, who)
	}
	return slices.ContainsFunc(voicesOf(c, v, who), func(one Voice) bool { return one.As == Delegate })
}

type proxyArgs struct {
	Number   int          `opt:"number,optional" suggest:"votes-open"`
	Member   bot.MemberID `opt:"member"`
	For      string       `opt:"for,optional" max:"100" suggest:"vote-voices"`
	Meeting  int          `opt:"meeting,optional"`
	Standing bool         `opt:"standing"`
}

// giveProxy has somebody cast a voice of the caller's.
func giveProxy(c *bot.Ctx, in proxyArgs) (bot.Reply, error) {
	if reply, lasts, err := lastingProxy(c, scope{in.Number, in.Meeting, in.Standing}, in.Member, in.For); lasts || err != nil {
		return reply, err
	}
	v, one, err := ownOf(c, in.Number, in.For)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := mayGive(c, &v, one, in.Member); err != nil {
		return bot.Reply{}, err
	}
	before := one.entry.Holder
	if err := v.each(c, v.State, func(q *Vote) error { return q.give(c, one.by, in.Member) }); err != nil {
		return bot.Reply{}, err
	}
	if before != 0 {
		c.Tell(before, v.key(), v.released(c))
	}
	if v.Paper != nil {
		return paperProxy(c, &v, one, in.Member), nil
	}
	c.Write(in.Member, bot.T("vote.proxy-told", "number", v.Number, "title", v.Title, "voice", one.by.say(c), "closes", v.Closes, "command", bot.CommandText("vote cast")), buttonsOf(&v)...)
	return bot.Say("vote.proxy-given", "number", v.Number, "title", v.Title, "who", in.Member, "voice", one.say(c), "command", bot.CommandText("vote revoke")), nil
}

// give has a member hold the proxy of a voice; of a question of a ballot paper only
// where the voice has not voted and the member may hold it.
func (v *Vote) give(c *bot.Ctx, by voice, holder bot.MemberID) error {
	r, _ := roll.Get(c.Tx, rollID(v.Number, by))
	if v.Paper != nil && mayGive(c, v, Voice{by: by, entry: r}, holder) != nil {
		return nil
	}
	setHolder(c, v, by, holder, false)
	return nil
}

// buttonsOf are the answers of a vote that is open.
func buttonsOf(v *Vote) []bot.Button {
	if v.State != Open {
		return nil
	}
	return buttons(v)
}

// ownOf finds a vote, and the voice in it that the caller gives a proxy of, or takes one back for: their
// own, or that of an organisation that they cast.
func ownOf(c *bot.Ctx, number int, typed string) (Vote, Voice, error) {
	v, err := find(c, number)
	if err != nil {
		return v, Voice{}, err
	}
	one, err := ownIn(c, &v, typed)
	return v, one, err
}

func ownIn(c *bot.Ctx, v *Vote, typed string) (Voice, error) {
	if v.Rule.Proxies == nil && len(v.Rule.Representatives) == 0 {
		return Voice{}, bot.Refuse("vote.proxy-none", "number", v.Number, "title", v.Title, "rule", ruleName(v.Rule))
	}
	if v.State != Waiting {
		if err := running(c, v); err != nil {
			return Voice{}, err
		}
	}
	if err := mayVote(c, v); err != nil {
		return Voice{}, err
	}
	mine := slices.DeleteFunc(voicesOf(c, v, c.Caller.ID), func(one Voice) bool { return one.As != Own && one.As != Delegate })
	switch {
	case len(mine) == 0:
		return Voice{}, bot.Refuse("vote.proxy-others", "number", v.Number, "title", v.Title)
	case typed == "":
		return mine[0], nil
	}
	return voiceTyped(c, v, mine, typed)
}

// mayGive refuses a proxy that the rule does not allow.
func mayGive(c *bot.Ctx, v *Vote, one Voice, holder bot.MemberID) error {
	args := []any{"who", holder, "number", v.Number, "title", v.Title}
	theirs, _ := roll.Get(c.Tx, rollID(v.Number, voiceOf(holder)))
	others := 0
	for by := range held(c, v, holder) {
		if by != one.by {
			others++
		}
	}
	switch {
	case holder == c.Caller.ID:
		return bot.BadOption("member", "vote.proxy-self")
	case one.entry.Holder == holder:
		return bot.Refuse("vote.proxy-same", args...)
	case hasVoted(c, v, one.by):
		return bot.Refuse("vote.proxy-voted", append(args, "command", bot.CommandText("vote withdraw"))...)
	case !holds(c, v, holder) && v.Rule.Voices == "organisations" && len(v.Rule.Representatives) == 0:
		return bot.BadOption("member", "vote.proxy-organisation", args...)
	case !holds(c, v, holder):
		return bot.BadOption("member", "vote.proxy-stranger", append(args, "groups", v.mayHold(c))...)
	case theirs.Holder != 0:
		return bot.BadOption("member", "vote.proxy-chain", append(args, "other", theirs.Holder)...)
	case others >= v.most():
		return bot.BadOption("member", "vote.proxy-many", append(args, "count", others, "max", v.most())...)
	}
	return nil
}

// mayHold names those who may hold a proxy.
func (v *Vote) mayHold(c *bot.Ctx) []bot.Text {
	var groups []bot.Text
	if v.Rule.Proxies != nil {
		groups = append(groups, v.Groups...)
	}
	for _, g := range v.Rule.Representatives {
		groups = append(groups, c.GroupName(g))
	}
	return groups
}

type revokeArgs struct {
	Number   int    `opt:"number,optional" suggest:"votes-open"`
	For      string `opt:"for,optional" max:"100" suggest:"vote-voices"`
	Meeting  int    `opt:"meeting,optional"`
	Standing bool   `opt:"standing"`
}

// revoke takes a proxy back that was not used.
func revoke(c *bot.Ctx, in revokeArgs) (bot.Reply, error) {
	if reply, lasts, err := lastingProxy(c, scope{in.Number, in.Meeting, in.Standing}, 0, in.For); lasts || err != nil {
		return reply, err
	}
	v, one, err := ownOf(c, in.Number, in.For)
	if err != nil {
		return bot.Reply{}, err
	}
	holder := one.entry.Holder
	args := []any{"number", v.Number, "title", v.Title, "who", holder, "command", bot.CommandText("vote cast"), "closes", v.Closes}
	switch {
	case holder == 0:
		return bot.Reply{}, bot.Refuse("vote.revoke-none", args...)
	case hasVoted(c, &v, one.by) && v.barred():
		return bot.Reply{}, bot.Refuse("vote.revoke-used-barred", args...)
	case hasVoted(c, &v, one.by):
		return bot.Reply{}, bot.Refuse("vote.revoke-used", args...)
	}
	_ = v.each(c, v.State, func(q *Vote) error {
		if r, _ := roll.Get(c.Tx, rollID(q.Number, one.by)); r.Holder == holder && !hasVoted(c, q, one.by) {
			endProxy(c, q, one.by)
		}
		return nil
	})
	c.Tell(holder, v.key(), v.released(c))
	if v.Paper != nil {
		return bot.Say("vote.paper-revoked", v.Paper.args("who", holder, "command", bot.CommandText("vote answer"), "closes", v.Closes)...), nil
	}
	return bot.Say("vote.revoked", args...), nil
}

// endProxy takes the proxy of a voice off the roll of a vote, and none that was not
// given for this vote alone comes in its place.
func endProxy(c *bot.Ctx, v *Vote, by voice) { setHolder(c, v, by, 0, true) }

// setHolder writes on a roll who holds the proxy of a voice, 0 being nobody, and
// whether that is by a proxy that was not given for this vote alone.
func setHolder(c *bot.Ctx, v *Vote, by voice, holder bot.MemberID, lasting bool) {
	r, _ := roll.Get(c.Tx, rollID(v.Number, by))
	r.Holder, r.Lasting = holder, lasting
	roll.Put(c.Tx, rollID(v.Number, by), r)
	recordProxy(c, v, by, holder)
}

// voidProxy ends a proxy whose holder may not have it, and tells those who may cast the
// voice themselves.
func voidProxy(c *bot.Ctx, v *Vote, by voice, holder bot.MemberID) {
	setHolder(c, v, by, 0, false)
	r, _ := roll.Get(c.Tx, rollID(v.Number, by))
	for _, id := range castersOf(c, v, by, r) {
		c.Tell(id, v.key(), bot.T("vote.proxy-void", "number", v.Number, "title", v.Title, "who", holder, "command", bot.CommandText("vote proxy")))
	}
}

// recordProxy notes in the journal who holds a proxy for a voice, 0 being nobody.
func recordProxy(c *bot.Ctx, v *Vote, by voice, holder bot.MemberID) {
	what, data := "vote proxy", map[string]string{"for": by.code()}
	if holder == 0 {
		what = "vote revoke"
	} else {
		data["member"] = voiceOf(holder).code()
	}
	c.Record(bot.Entry{What: what, Subject: v.key(), Rule: v.Rule.ID, Data: data})
}

// takesOver tells that a voice whose ballot a holder cast is now cast by its principal,
// which ends the proxy even where both say the same.
func (one Voice) takesOver(c *bot.Ctx) bool {
	return one.As != Holder && one.entry.Holder != 0 && one.entry.Holder == one.entry.By && one.entry.By != c.Caller.ID
}

// overridden ends a proxy whose principal voted all the same, and tells its holder.
func overridden(c *bot.Ctx, v *Vote, one Voice) {
	if one.As == Own || one.As == Delegate {
		if r, _ := roll.Get(c.Tx, rollID(v.Number, one.by)); r.Holder != 0 && r.Holder != c.Caller.ID {
			endProxy(c, v, one.by)
			c.Tell(r.Holder, v.key(), bot.T("vote.proxy-overridden", "number", v.Number, "title", v.Title, "voice", one.by.say(c)))
		}
	}
}

// enterProxies enters on the roll of a vote that opens the proxies that were not
// given for it alone, and takes off those whose holder may hold none, or no more.
func enterProxies(c *bot.Ctx, v *Vote) error {
	if v.Rule.Proxies == nil && len(v.Rule.Representatives) == 0 {
		return nil
	}
	given, err := lastingIn(c, v)
	if err != nil {
		return err
	}
	for by, r := range entries(c, v) {
		if holder := given[by]; holder != 0 && r.Holder == 0 && !r.Lasting && r.Entitled {
			setHolder(c, v, by, holder, true)
		}
	}
	if v.Meeting == 0 && v.Rule.Proxies != nil {
		if err := fromMeetings(c, v); err != nil {
			return err
		}
	}
	voidSurplus(c, v)
	return nil
}

// fromMeetings enters the proxies of the meetings that are in session in a vote that
// belongs to none.
func fromMeetings(c *bot.Ctx, v *Vote) error {
	given := map[voice]bot.MemberID{}
	ask := bot.PresenceAsked{Groups: v.Rule.Electorate, Present: func(_ string, who, by bot.MemberID) {
		if by != 0 {
			given[voiceOf(who)] = by
		}
	}}
	if err := c.Signal(&ask); err != nil {
		return err
	}
	for by, r := range entries(c, v) {
		if holder := given[by]; holder != 0 && r.Holder == 0 && r.Entitled {
			setHolder(c, v, by, holder, false)
		}
	}
	return nil
}

// voidSurplus ends the proxies of a vote that opens whose holder may hold none, or no
// more.
func voidSurplus(c *bot.Ctx, v *Vote) {
	count := map[bot.MemberID]int{}
	for by, r := range entries(c, v) {
		if r.Holder == 0 {
			continue
		}
		if count[r.Holder]++; count[r.Holder] > v.most() || !holds(c, v, r.Holder) {
			voidProxy(c, v, by, r.Holder)
		}
	}
}

// entries is the roll of a vote read at once, so that it can be changed while it is
// walked.
func entries(c *bot.Ctx, v *Vote) iter.Seq2[voice, rollEntry] {
	type line struct {
		by voice
		r  rollEntry
	}
	var all []line
	for by, r := range rollOf(c, v) {
		all = append(all, line{by, r})
	}
	return func(yield func(voice, rollEntry) bool) {
		for _, l := range all {
			if !yield(l.by, l.r) {
				return
			}
		}
	}
}

// holderLeft ends the proxies that somebody held who left, unless they were used.
func holderLeft(c *bot.Ctx, v *Vote, who bot.MemberID) {
	for _, by := range slices.Collect(held(c, v, who)) {
		if !hasVoted(c, v, by) {
			voidProxy(c, v, by, who)
		}
	}
}

// proxiesShown is how many of the proxies used an outcome names; the roll names all.
const proxiesShown = 20

// proxiesText names who voted through whom.
func proxiesText(c *bot.Ctx, v *Vote) bot.Text {
	if v.Rule.Proxies == nil && len(v.Rule.Representatives) == 0 {
		return bot.Text{}
	}
	var used []bot.Text
	for by, r := range rollOf(c, v) {
		if r.By != 0 && (by.member() != 0 || r.By == r.Holder) {
			if len(used) == proxiesShown {
				used = append(used, bot.Typed("…"))
				break
			}
			used = append(used, bot.T("vote.proxy-used", "who", by.say(c), "by", r.By))
		}
	}
	if len(used) == 0 {
		return bot.Text{}
	}
	return bot.T("vote.proxies-used", "names", used)
}
