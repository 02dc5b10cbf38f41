package votes

import (
	"cmp"
	"iter"
	"slices"

	"greffier/bot"
)

// Capacity is what somebody casts a voice as.
type Capacity string

// The capacities.
const (
	// Own: the voice is their own.
	Own Capacity = "own"
	// Delegate: an organisation's, which they cast.
	Delegate Capacity = "organisation"
	// Holder: somebody else's, whose proxy they hold.
	Holder Capacity = "proxy"
)

// Voice is one that somebody may cast in a vote: whose it is, what the roll says
// of it, how it counts, and as what they cast it.
type Voice struct {
	by    voice
	entry rollEntry
	Class Class
	As    Capacity
	// alone tells that they were found to have no other.
	alone bool
}

// voicesOf lists the voices that a member may cast in a vote: their own, then those
// of organisations, then those whose proxy they hold. Who gave a proxy of theirs is
// still listed with it.
func voicesOf(c *bot.Ctx, v *Vote, who bot.MemberID) []Voice {
	if who == 0 {
		return nil
	}
	if v.State == Waiting && v.Rule.Voices == "organisations" {
		return delegated(c, v, who)
	}
	if !v.frozen() || v.State == Waiting {
		if !c.Belongs(who, v.Rule.Electorate...) {
			return nil
		}
		r, _ := roll.Get(c.Tx, rollID(v.Number, voiceOf(who)))
		return []Voice{{by: voiceOf(who), entry: r, As: Own}}
	}
	var all []Voice
	add := func(by voice, as Capacity) {
		r, _ := roll.Get(c.Tx, rollID(v.Number, by))
		if r.Entitled && !slices.ContainsFunc(all, func(one Voice) bool { return one.by == by }) {
			all = append(all, Voice{by: by, entry: r, Class: v.class(r.Class), As: as})
		}
	}
	add(voiceOf(who), Own)
	if v.Rule.Voices == "organisations" {
		for _, o := range c.OrganisationsOf(who) {
			if v.castByAny() || o.Represented == who {
				add(organisationVoice(o.Number), Delegate)
			}
		}
	}
	for by := range held(c, v, who) {
		add(by, Holder)
	}
	return all
}

// delegated lists the voices of organisations that a member would cast in a vote that
// is not open yet.
func delegated(c *bot.Ctx, v *Vote, who bot.MemberID) []Voice {
	var all []Voice
	for _, o := range c.OrganisationsOf(who) {
		people := c.OrganisationMembers(o.Number)
		votes := slices.ContainsFunc(people, func(id bot.MemberID) bool {
			return c.Belongs(id, v.Rule.Electorate...) || len(v.Rule.Advisers) > 0 && c.Belongs(id, v.Rule.Advisers...)
		})
		if votes && (v.castByAny() || o.Represented == who) {
			r, _ := roll.Get(c.Tx, rollID(v.Number, organisationVoice(o.Number)))
			all = append(all, Voice{by: organisationVoice(o.Number), entry: r, As: Delegate})
		}
	}
	return all
}

// held walks the voices whose proxy a member holds in a vote.
func held(c *bot.Ctx, v *Vote, who bot.MemberID) iter.Seq[voice] {
	return func(yield func(voice) bool) {
		for id := range roll.By(c.Tx, "holder", rollID(v.Number, voiceOf(who))) {
			if !yield(voiceIn(id)) {
				return
			}
		}
	}
}

// castByAny tells whether any member of an organisation casts its ballot.
func (v *Vote) castByAny() bool { return v.Rule.CastBy == "first" || v.Rule.CastBy == "last" }

// castersOf lists who may cast a voice now.
func castersOf(c *bot.Ctx, v *Vote, by voice, r rollEntry) []bot.MemberID {
	if r.Holder != 0 && v.barred() && isHere(c, r.Holder) {
		return []bot.MemberID{r.Holder}
	}
	all := []bot.MemberID{by.member(), r.Holder}
	if o, ok := c.Organisation(by.organisation()); ok && o.Closed.IsZero() {
		if all = append(all, o.Represented); v.castByAny() {
			all = append(all, c.OrganisationMembers(o.Number)...)
		}
	}
	return slices.DeleteFunc(all, func(id bot.MemberID) bool { return !isHere(c, id) })
}

func isHere(c *bot.Ctx, id bot.MemberID) bool {
	m, ok := c.Member(id)
	return ok && id != 0 && m.Left.IsZero() && !m.Erased
}

// entitled tells whether a member's own voice is in a vote. A frozen roll was fixed
// at the opening; an open one takes in whoever belongs to the electorate now.
func entitled(c *bot.Ctx, v *Vote, who bot.MemberID) bool {
	if v.State == Open && v.frozen() {
		r, _ := roll.Get(c.Tx, rollID(v.Number, voiceOf(who)))
		return r.Entitled
	}
	return c.Belongs(who, v.Rule.Electorate...)
}

// mayVote refuses somebody who has no voice to cast.
func mayVote(c *bot.Ctx, v *Vote) error {
	switch {
	case len(voicesOf(c, v, c.Caller.ID)) > 0:
		return nil
	case v.frozen() && v.Rule.Voices == "organisations" && c.In(v.Rule.Electorate...):
		return organisationless(c, v)
	case v.frozen() && c.In(v.Rule.Electorate...):
		return bot.Refuse("vote.not-on-roll", "number", v.Number, "title", v.Title, "opens", v.Opens, "groups", v.Groups)
	}
	return bot.Refuse("vote.not-entitled", "number", v.Number, "title", v.Title, "groups", v.Groups)
}

// organisationless refuses the caller in a vote of organisations, saying who casts
// the ballot of theirs.
func organisationless(c *bot.Ctx, v *Vote) error {
	absent := ""
	for _, o := range c.OrganisationsOf(c.Caller.ID) {
		r, _ := roll.Get(c.Tx, rollID(v.Number, organisationVoice(o.Number)))
		r.Entitled = r.Entitled || v.State == Waiting // the roll is not frozen yet
		switch {
		case r.Entitled && o.Represented != 0:
			return bot.Refuse("vote.organisation-represented", "number", v.Number, "title", v.Title, "organisation", o.Name, "who", o.Represented)
		case r.Entitled:
			return bot.Refuse("vote.organisation-unrepresented", "number", v.Number, "title", v.Title, "organisation", o.Name, "command", bot.CommandText("organisation represent"))
		}
		absent = cmp.Or(absent, o.Name)
	}
	if absent != "" {
		return bot.Refuse("vote.organisation-not-on-roll", "number", v.Number, "title", v.Title, "organisation", absent, "opens", v.Opens)
	}
	return bot.Refuse("vote.organisation-none", "number", v.Number, "title", v.Title, "command", bot.CommandText("organisation join"))
}

// voters lists the members who have a voice that is not cast, as far as they are
// still here, each once.
func voters(c *bot.Ctx, v *Vote) []bot.MemberID {
	var ids []bot.MemberID
	if !v.frozen() {
		for _, id := range c.Members(v.Rule.Electorate...) {
			if !hasVoted(c, v, voiceOf(id)) {
				ids = append(ids, id)
			}
		}
		return ids
	}
	for by, r := range rollOf(c, v) {
		if r.Entitled && !hasVoted(c, v, by) {
			ids = append(ids, castersOf(c, v, by, r)...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// open tells whether a voice is to be cast by whom it was listed for: not where the
// proxy that they gave stands in their way.
func (one Voice) open(v *Vote) bool {
	return one.entry.Holder == 0 || one.As == Holder || !v.barred()
}
