package votes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"

	"greffier/bot"
	"greffier/store"
)

// mine lists the open votes that await a member's ballot, and what they voted
// in the others.
func mine(c *bot.Ctx, who bot.MemberID) []bot.Text {
	var awaiting, voted []bot.Text
	for id := range votes.By(c.Tx, "state", stateKey(Open)) {
		v, ok := votes.Get(c.Tx, id)
		if !ok || running(c, &v) != nil {
			continue
		}
		awaited := false
		for _, one := range voicesOf(c, &v, who) {
			b, ok := ballotOf(c, &v, one.by)
			switch {
			case !ok:
				awaited = awaited || one.open(&v)
			case one.As == Own:
				voted = append(voted, bot.T("vote.me-voted", "number", v.Number, "title", v.Title, "choice", b.say(&v), "closes", v.Closes))
			default:
				voted = append(voted, bot.T("vote.me-voted-for", "number", v.Number, "title", v.Title, "choice", b.say(&v), "closes", v.Closes, "whose", one.by.say(c)))
			}
		}
		if awaited {
			awaiting = append(awaiting, bot.T("vote.me-awaited", "number", v.Number, "title", v.Title, "closes", v.Closes,
				"command", bot.CommandText("vote show")))
		}
	}
	return slices.Concat(awaiting, voted, standingText(c, who), ended(c, who))
}

// How many closed votes /me reminds a member of, and how many of the newest it
// looks at to find them.
const (
	endedShown  = 3
	endedLooked = 50
)

// ended lists the latest closed votes in which a member voted, and their ballot.
func ended(c *bot.Ctx, who bot.MemberID) []bot.Text {
	var lines []bot.Text
	looked := 0
	for id := range votes.ByDown(c.Tx, "state", stateKey(Closed)) {
		if looked++; looked > endedLooked || len(lines) == endedShown {
			break
		}
		if v, ok := votes.Get(c.Tx, id); ok && hasVoted(c, &v, voiceOf(who)) {
			lines = append(lines, bot.T("vote.me-closed", "number", v.Number, "title", v.Title, "outcome", verdict(&v), "mine", myBallot(c, &v)))
		}
	}
	return lines
}

// keys lists the cards of all votes, in order.
func keys(c *bot.Ctx, yield func(key string)) {
	for id := range votes.IDs(c.Tx) {
		v, _ := votes.Get(c.Tx, id)
		yield(v.key())
	}
}

// exported is a ballot outside the register. Member and Organisation are 0 in
// secret votes.
type exported struct {
	Vote         uint64       `json:"vote"`
	Member       bot.MemberID `json:"member,omitempty"`
	Organisation uint64       `json:"organisation,omitempty"`
	Ballot       string       `json:"ballot"`
	Class        *Class       `json:"class,omitempty"`
}

func exportedAs(v *Vote, by voice, b ballot) exported {
	return exported{v.Number, by.member(), by.organisation(), b.code(), v.classOut(b.Class)}
}

// classOut is a class as exports show it: nil where all voices are alike.
func (v *Vote) classOut(at int) *Class {
	if !v.classed() {
		return nil
	}
	k := v.class(at)
	return &k
}

// enrolled is a line of a roll outside the register: whose voice it is, who holds a
// proxy for it, and who cast its ballot.
type enrolled struct {
	Vote         uint64       `json:"vote"`
	Member       bot.MemberID `json:"member,omitempty"`
	Organisation uint64       `json:"organisation,omitempty"`
	Entitled     bool         `json:"entitled,omitempty"`
	Present      bool         `json:"present,omitempty"`
	Voted        bool         `json:"voted,omitempty"`
	Class        *Class       `json:"class,omitempty"`
	Holder       bot.MemberID `json:"holder,omitempty"`
	By           bot.MemberID `json:"by,omitempty"`
}

func enrolledAs(v *Vote, by voice, r rollEntry, voted bool) enrolled {
	return enrolled{v.Number, by.member(), by.organisation(), r.Entitled, r.Present, voted, v.classOut(r.Class), r.Holder, r.By}
}

// export hands every vote over, with its roll and its ballots. Those of a
// secret vote come without authors, and not at all before its close.
func export(c *bot.Ctx, yield func(table string, record any)) {
	for id, s := range declared.Prefix(c.Tx, nil) {
		yield("representatives", s.of(id))
	}
	for _, v := range votes.Prefix(c.Tx, nil) {
		yield("votes", v)
		for by, r := range rollOf(c, &v) {
			yield("rolls", enrolledAs(&v, by, r, hasVoted(c, &v, by)))
		}
		switch {
		case !v.Rule.Secret:
			for id, b := range ballots.Prefix(c.Tx, voteID(v.Number)) {
				yield("ballots", exportedAs(&v, voiceIn(id), b))
			}
		case v.State == Closed:
			cast(c, &v, func(b ballot) { yield("ballots", exportedAs(&v, 0, b)) })
		}
	}
}

// personal hands a member's own data over: what they opened, where they were on
// the roll, what they voted in the open.
func personal(c *bot.Ctx, who bot.MemberID, yield func(table string, record any)) {
	for id, s := range declared.Prefix(c.Tx, nil) {
		if r := s.of(id); r.Member == who || r.Holder == who {
			yield("representatives", r)
		}
	}
	own := map[uint64]bool{}
	for _, v := range votes.WithNumber(c.Tx, nil, uint64(who)) {
		own[v.Number] = v.Author == who
	}
	for id := range votes.IDs(c.Tx) {
		var n uint64
		if err := store.ParseKey(id, &n); err != nil {
			panic(store.Fault{Err: fmt.Errorf("%w: vote %x: %w", store.ErrDamaged, id, err)})
		}
		if !own[n] && !concerned(c, n, who) {
			continue
		}
		v, _ := votes.Get(c.Tx, id)
		if v.Author == who {
			yield("votes", v)
		}
		r, onRoll := roll.Get(c.Tx, rollID(v.Number, voiceOf(who)))
		if voted := hasVoted(c, &v, voiceOf(who)); onRoll || voted {
			yield("rolls", enrolledAs(&v, voiceOf(who), r, voted))
		}
		for by := range held(c, &v, who) {
			theirs, _ := roll.Get(c.Tx, rollID(v.Number, by))
			yield("rolls", enrolledAs(&v, by, theirs, hasVoted(c, &v, by)))
		}
		if b, ok := ballots.Get(c.Tx, ballotID(v.Number, voiceOf(who))); ok {
			yield("ballots", exportedAs(&v, voiceOf(who), b))
		}
	}
}

// concerned reports whether a member is on the roll of a vote, holds a proxy there or
// voted in the open, without reading the vote.
func concerned(c *bot.Ctx, vote uint64, who bot.MemberID) bool {
	id := rollID(vote, voiceOf(who))
	if roll.Has(c.Tx, id) || ballots.Has(c.Tx, ballotID(vote, voiceOf(who))) {
		return true
	}
	for range roll.By(c.Tx, "holder", id) {
		return true
	}
	return false
}

// erase withdraws the caller's ballots from running votes whose roll is open: they
// could come back as somebody new and vote a second time.
func erase(c *bot.Ctx, who bot.MemberID) {
	standingEnds(c, who)
	for _, id := range slices.Collect(votes.By(c.Tx, "state", stateKey(Open))) {
		v, _ := votes.Get(c.Tx, id)
		if v.frozen() {
			continue
		}
		at := placeOf(c, &v, voiceOf(who))
		if before, had := at.ballot(c); had {
			putBallot(c, &v, at, &before, nil)
			record(c, &v, at.by, nil)
			v.redraw(c)
		}
	}
}

// verify counts every closed vote again and holds turnout, roll and ballots of
// all votes against each other.
func verify(c *bot.Ctx, seen *bot.Verification) {
	for _, v := range votes.Prefix(c.Tx, nil) {
		found := func(key string, args ...any) {
			seen.Findings = append(seen.Findings, bot.Finding{Where: v.key(), What: bot.T(key, append([]any{"number", v.Number}, args...)...)})
		}
		if v.State == Waiting || v.State == Cancelled && v.Rule.Secret {
			continue
		}
		t, _ := turnouts.Get(c.Tx, voteID(v.Number))
		if locked(c, &v) {
			found("vote.verify-locked")
			continue
		}
		again, advice := turnout{Entitled: t.Entitled}, turnout{}
		invalid, wrong := false, v.checker()
		cast(c, &v, func(b ballot) {
			if wrong(b) != nil {
				invalid = true
				return
			}
			if !v.class(b.Class).Advisory {
				again.count(&v, b, false)
				return
			}
			advice.count(&v, b, false)
		})
		if invalid {
			found("vote.verify-ballot")
			continue
		}
		if again.Cast != t.Cast || !v.Rule.Secret && !again.same(t) {
			found("vote.verify-turnout", "turnout", t.Cast, "ballots", again.Cast)
		}
		apart, _ := turnouts.Get(c.Tx, turnoutOf(&v, Class{Advisory: true}))
		if apart.Cast != advice.Cast {
			found("vote.verify-turnout", "turnout", apart.Cast, "ballots", advice.Cast)
		}
		if n := onRoll(c, &v); v.Rule.Secret && n != again.Cast+advice.Cast {
			found("vote.verify-roll", "roll", n, "ballots", again.Cast+advice.Cast)
		}
		if v.State == Closed {
			seen.Counted++
			if !sameResult(c, &v) {
				found("vote.verify-result")
			}
			if v.Rule.Secret && c.Get(secretKeyID(v.Number)) != nil {
				found("vote.verify-key")
			}
		}
	}
}

// onRoll counts those marked as having voted in a secret vote.
func onRoll(c *bot.Ctx, v *Vote) (n uint64) {
	for _, r := range rollOf(c, v) {
		if r.Voted {
			n++
		}
	}
	return n
}

// same tells whether two counts are equal, one that was never counted being 0.
func (t *turnout) same(o turnout) bool {
	for i := range max(len(t.Counts), len(o.Counts)) {
		var a, b uint64
		if i < len(t.Counts) {
			a = t.Counts[i]
		}
		if i < len(o.Counts) {
			b = o.Counts[i]
		}
		if a != b {
			return false
		}
	}
	return t.Abstentions == o.Abstentions && t.Blanks == o.Blanks
}

// sameResult counts a closed vote again and compares.
func sameResult(c *bot.Ctx, v *Vote) bool {
	if v.Result == nil {
		return false
	}
	for _, n := range []*big.Rat{v.Result.Entitled, v.Result.Present} {
		if n == nil {
			return false
		}
	}
	r, err := recount(c, v)
	if err != nil {
		return false
	}
	before, err := json.Marshal(v.Result)
	if err != nil {
		panic(store.Fault{Err: err})
	}
	after, err := json.Marshal(r)
	if err != nil {
		panic(store.Fault{Err: err})
	}
	return bytes.Equal(before, after)
}
