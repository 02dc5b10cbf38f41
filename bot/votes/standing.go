package votes

import (
	"fmt"
	"slices"
	"time"

	"greffier/bot"
	"greffier/store"
)

// Some proxies are not given for one vote: that for a meeting holds in every vote of
// it, and a representative whom somebody declared votes for them wherever the rule
// has representatives, until that ends. They are entered on the roll of each vote at
// its opening, and followed while it is open.

// represented is that a member is represented by another until they end it.
type represented struct {
	Holder bot.MemberID `json:"holder"`
	Since  time.Time    `json:"since"`
}

// declared keeps the representatives by the number of whom they represent.
var declared = store.NewTable[represented]("representative")

func standingID(who bot.MemberID) []byte { return store.K(uint64(who)) }

// representative is a declared one outside the register.
type representative struct {
	Member bot.MemberID `json:"member"`
	represented
}

func (s represented) of(id []byte) representative {
	var who uint64
	if err := store.ParseKey(id, &who); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: votes: %w", store.ErrDamaged, err)})
	}
	return representative{bot.MemberID(who), s}
}

// scope is what a proxy is given or taken back for.
type scope struct {
	vote, meeting int
	standing      bool
}

// lastingProxy gives a proxy that is not for one vote, or takes it back where nobody
// is to hold it. lasts is false when the call is about one vote.
func lastingProxy(c *bot.Ctx, s scope, holder bot.MemberID, of string) (reply bot.Reply, lasts bool, err error) {
	named := 0
	for _, given := range []bool{s.vote > 0, s.meeting > 0, s.standing} {
		if given {
			named++
		}
	}
	switch {
	case named != 1 || of != "" && s.vote == 0:
		return reply, true, bot.Refuse("vote.proxy-which", "give", bot.CommandText("vote proxy"), "revoke", bot.CommandText("vote revoke"))
	case s.vote > 0:
		return reply, false, nil
	case s.meeting > 0:
		ask := bot.RepresentationAsked{Meeting: uint64(s.meeting), By: holder} //nolint:gosec // positive
		if err := c.Signal(&ask); err != nil {
			return reply, true, bot.Plainly(err)
		}
		return bot.Reply{Text: ask.Said}, true, nil
	case holder == 0:
		reply, err = endStanding(c)
	default:
		reply, err = declare(c, holder)
	}
	return reply, true, err
}

// declare makes somebody the caller's representative in all votes that have any.
func declare(c *bot.Ctx, holder bot.MemberID) (bot.Reply, error) {
	var groups []string
	most := 1
	for _, r := range c.Charter.Votes.Rules {
		if len(r.Representatives) > 0 && c.In(r.Electorate...) {
			groups = append(groups, r.Representatives...)
			most = max(most, (&Vote{Rule: r}).most())
		}
	}
	slices.Sort(groups)
	var names []bot.Text
	for _, g := range slices.Compact(groups) {
		names = append(names, c.GroupName(g))
	}
	before, _ := declared.Get(c.Tx, standingID(c.Caller.ID))
	switch {
	case len(groups) == 0:
		return bot.Reply{}, bot.Refuse("vote.standing-none", "command", bot.CommandText("vote proxy"))
	case holder == c.Caller.ID:
		return bot.Reply{}, bot.BadOption("member", "vote.proxy-self")
	case before.Holder == holder:
		return bot.Reply{}, bot.Refuse("vote.standing-same", "who", holder)
	case !isHere(c, holder) || !c.Belongs(holder, groups...):
		return bot.Reply{}, bot.BadOption("member", "vote.standing-stranger", "who", holder, "groups", names)
	case len(representedBy(c, holder)) >= most:
		return bot.Reply{}, bot.BadOption("member", "vote.standing-many", "who", holder, "max", most)
	}
	declared.Put(c.Tx, standingID(c.Caller.ID), represented{holder, c.Now})
	recordStanding(c, c.Caller.ID, holder)
	c.Tell(before.Holder, standingKey(c.Caller.ID), bot.T("vote.standing-released", "who", c.Caller.ID))
	c.Write(holder, bot.T("vote.standing-told", "who", c.Caller.ID))
	postStanding(c, "vote.standing-post", holder)
	if err := followEverywhere(c); err != nil {
		return bot.Reply{}, err
	}
	return bot.Say("vote.standing-given", "who", holder, "command", bot.CommandText("vote revoke")), nil
}

// endStanding ends the caller's representative.
func endStanding(c *bot.Ctx) (bot.Reply, error) {
	s, ok := declared.Get(c.Tx, standingID(c.Caller.ID))
	if !ok {
		return bot.Reply{}, bot.Refuse("vote.standing-nobody", "command", bot.CommandText("vote proxy"))
	}
	declared.Delete(c.Tx, standingID(c.Caller.ID))
	recordStanding(c, c.Caller.ID, 0)
	c.Tell(s.Holder, standingKey(c.Caller.ID), bot.T("vote.standing-released", "who", c.Caller.ID))
	postStanding(c, "vote.standing-ended-post", s.Holder)
	if err := followEverywhere(c); err != nil {
		return bot.Reply{}, err
	}
	return bot.Say("vote.standing-ended", "who", s.Holder), nil
}

// standingKey names what a member declared, for notices and the journal.
func standingKey(who bot.MemberID) string { return fmt.Sprintf("member/%d", uint64(who)) }

func recordStanding(c *bot.Ctx, who, holder bot.MemberID) {
	e := bot.Entry{What: "vote revoke", Subject: standingKey(who)}
	if holder != 0 {
		e.What, e.Data = "vote proxy", map[string]string{"member": voiceOf(holder).code()}
	}
	c.Record(e)
}

// postStanding says in the channel of votes who represents the caller.
func postStanding(c *bot.Ctx, key string, holder bot.MemberID) {
	if c.Charter.Votes.Channel == "" {
		return
	}
	for _, place := range c.Channels(c.Charter.Votes.Channel) {
		c.Post(place, bot.T(key, "who", c.Caller.ID, "by", holder))
	}
}

// representedBy lists whom a member represents in all votes, by number.
func representedBy(c *bot.Ctx, holder bot.MemberID) []bot.MemberID {
	var all []bot.MemberID
	for id, s := range declared.Prefix(c.Tx, nil) {
		if s.Holder == holder {
			all = append(all, s.of(id).Member)
		}
	}
	return all
}

// standingEnds ends what somebody who left declared, and what others declared of them.
func standingEnds(c *bot.Ctx, who bot.MemberID) {
	if s, ok := declared.Get(c.Tx, standingID(who)); ok {
		declared.Delete(c.Tx, standingID(who))
		recordStanding(c, who, 0)
		c.Tell(s.Holder, standingKey(who), bot.T("vote.standing-released", "who", who))
	}
	for _, id := range representedBy(c, who) {
		declared.Delete(c.Tx, standingID(id))
		recordStanding(c, id, 0)
		c.Tell(id, standingKey(id), bot.T("vote.standing-gone", "who", who, "command", bot.CommandText("vote proxy")))
	}
}

// standingText says who represents a member in all votes, and whom they represent.
func standingText(c *bot.Ctx, who bot.MemberID) []bot.Text {
	var lines []bot.Text
	if s, ok := declared.Get(c.Tx, standingID(who)); ok {
		lines = append(lines, bot.T("vote.me-represented", "who", s.Holder, "since", bot.Date(s.Since), "command", bot.CommandText("vote revoke")))
	}
	for _, id := range representedBy(c, who) {
		lines = append(lines, bot.T("vote.me-represents", "who", id))
	}
	return lines
}

// lastingIn are the proxies that hold in a vote without having been given for it
// alone: those of declared representatives, and before them those of its meeting.
func lastingIn(c *bot.Ctx, v *Vote) (map[voice]bot.MemberID, error) {
	given := map[voice]bot.MemberID{}
	if len(v.Rule.Representatives) > 0 {
		for id, s := range declared.Prefix(c.Tx, nil) {
			given[voiceOf(s.of(id).Member)] = s.Holder
		}
	}
	if v.Meeting != 0 {
		a, err := sheet(c, v.Meeting)
		if err != nil {
			return nil, err
		}
		for who, by := range a.Proxies {
			given[voiceOf(who)] = by
		}
	}
	return given, nil
}

// followLasting brings the proxies of an open vote that were not given for it alone
// up to date. One that was used stays, and so does one that was given for the vote.
func followLasting(c *bot.Ctx, v *Vote) error {
	if !v.frozen() || v.Rule.Proxies == nil && len(v.Rule.Representatives) == 0 {
		return nil
	}
	given, err := lastingIn(c, v)
	if err != nil {
		return err
	}
	for by, r := range entries(c, v) {
		holder := given[by]
		if !r.Entitled || r.Holder == holder || (r.Holder != 0) != r.Lasting || hasVoted(c, v, by) {
			continue
		}
		if r.Holder != 0 {
			setHolder(c, v, by, 0, false)
		}
		if holder != 0 && holds(c, v, holder) && countHeld(c, v, holder) < v.most() {
			setHolder(c, v, by, holder, true)
		}
	}
	return nil
}

// countHeld counts the proxies that a member holds in a vote.
func countHeld(c *bot.Ctx, v *Vote, holder bot.MemberID) (n int) {
	for range held(c, v, holder) {
		n++
	}
	return n
}

// followEverywhere brings the open votes that have representatives up to date.
func followEverywhere(c *bot.Ctx) error {
	for _, id := range slices.Collect(votes.By(c.Tx, "state", stateKey(Open))) {
		v, ok := votes.Get(c.Tx, id)
		if !ok || len(v.Rule.Representatives) == 0 {
			continue
		}
		if err := followLasting(c, &v); err != nil {
			return err
		}
	}
	return nil
}
