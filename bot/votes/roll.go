package votes

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
	"math/big"
	"slices"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/store"
)

// The roll of a vote lists whose voices there are in it. It is frozen at the
// opening, unless the rule says otherwise, and stored line by line: who comes
// later is not on it. A voice is a member's or an organisation's, and has one
// ballot, whoever casts it (voices.go): that is why nobody votes twice.

// rollEntry is what a vote's roll says of a voice. In open votes a ballot
// itself tells who voted.
type rollEntry struct {
	Entitled, Present, Voted bool
	// Represented is set by the attendance sheet of a meeting for who is not there
	// and represented by somebody who is.
	Represented bool
	// Class is the place of the voice's class in the vote.
	Class int
	// Lasting tells that the proxy was not given for this vote alone: it is one for
	// the meeting, or for every vote. Without a holder, the voice takes none of
	// these any more.
	Lasting bool
	// Holder is who holds a proxy for the voice, By who cast its ballot where that
	// is not the member whose voice it is.
	Holder, By bot.MemberID
}

var roll = store.NewTable("roll",
	store.Index[rollEntry]{Name: "holder", Keys: func(id []byte, r rollEntry) [][]byte {
		if r.Holder == 0 {
			return nil
		}
		vote, _ := rollKey(id)
		return [][]byte{store.K(vote, uint64(r.Holder))}
	}},
)

func rollID(vote uint64, by voice) []byte { return store.K(vote, uint64(by)) }

// rollKey reads what rollID writes, and the id of an open ballot as well.
func rollKey(id []byte) (vote uint64, by voice) {
	var n uint64
	if err := store.ParseKey(id, &vote, &n); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: votes: %w", store.ErrDamaged, err)})
	}
	return vote, voice(n)
}

// voiceIn is the voice in the id of a roll entry or a ballot.
func voiceIn(id []byte) voice {
	_, by := rollKey(id)
	return by
}

// Flags of a stored roll entry; those of the second three say what follows.
const (
	entitledFlag = 1 << iota
	presentFlag
	votedFlag
	rollClassFlag
	holderFlag
	byFlag
	representedFlag
	lastingFlag
)

// MarshalBinary writes a byte of flags, then the class, the holder and the caster,
// those of them that there are.
func (r *rollEntry) MarshalBinary() ([]byte, error) {
	b := []byte{0}
	for flag, set := range map[byte]bool{entitledFlag: r.Entitled, presentFlag: r.Present, votedFlag: r.Voted, representedFlag: r.Represented, lastingFlag: r.Lasting} {
		if set {
			b[0] |= flag
		}
	}
	for _, n := range []struct {
		flag  byte
		value uint64
	}{{rollClassFlag, uint64(r.Class)}, {holderFlag, uint64(r.Holder)}, {byFlag, uint64(r.By)}} { //nolint:gosec // a class is never negative
		if n.value != 0 {
			b[0] |= n.flag
			b = binary.AppendUvarint(b, n.value)
		}
	}
	return b, nil
}

// UnmarshalBinary reads what MarshalBinary wrote, and a class after the first
// three flags alone, as entries were written before.
func (r *rollEntry) UnmarshalBinary(b []byte) error {
	if len(b) == 0 {
		return errRecord
	}
	flags, b := b[0], b[1:]
	*r = rollEntry{
		Entitled: flags&entitledFlag != 0, Present: flags&presentFlag != 0, Voted: flags&votedFlag != 0,
		Represented: flags&representedFlag != 0, Lasting: flags&lastingFlag != 0,
	}
	if flags < rollClassFlag && len(b) > 0 {
		flags |= rollClassFlag
	}
	var class, holder, by uint64
	for _, n := range []struct {
		flag byte
		into *uint64
	}{{rollClassFlag, &class}, {holderFlag, &holder}, {byFlag, &by}} {
		if flags&n.flag == 0 {
			continue
		}
		value, used := binary.Uvarint(b)
		if used <= 0 || value == 0 {
			return errRecord
		}
		*n.into, b = value, b[used:]
	}
	if len(b) > 0 || class > maxClasses {
		return errRecord
	}
	r.Class, r.Holder, r.By = int(class), bot.MemberID(holder), bot.MemberID(by) //nolint:gosec // checked above
	return nil
}

// rollOf walks the roll of a vote, members first, by number.
func rollOf(c *bot.Ctx, v *Vote) iter.Seq2[voice, rollEntry] {
	return func(yield func(voice, rollEntry) bool) {
		for id, r := range roll.Prefix(c.Tx, voteID(v.Number)) {
			if !yield(voiceIn(id), r) {
				return
			}
		}
	}
}

// freeze makes the roll of a vote that opens, and says how many voices decide it. A
// proxy that somebody gave before for a voice that is not on it is void.
func freeze(c *bot.Ctx, v *Vote, all []planned) (entitled uint64, err error) {
	at, plain := map[string]int{}, Class{}.key()
	if slices.ContainsFunc(all, func(p planned) bool { return p.class.key() != plain }) {
		for _, p := range all {
			if _, known := at[p.class.key()]; !known {
				at[p.class.key()] = len(v.Classes)
				v.Classes = append(v.Classes, p.class)
			}
		}
	}
	for _, p := range all {
		r, _ := roll.Get(c.Tx, rollID(v.Number, p.by))
		r.Entitled, r.Class = true, at[p.class.key()]
		roll.Put(c.Tx, rollID(v.Number, p.by), r)
		if !p.class.Advisory {
			entitled++
		}
	}
	var void [][]byte
	for id, r := range roll.Prefix(c.Tx, voteID(v.Number)) {
		if !r.Entitled {
			void = append(void, bytes.Clone(id))
		}
	}
	for _, id := range void {
		roll.Delete(c.Tx, id)
	}
	return entitled, enterProxies(c, v)
}

// heads is the weighting by which every voice counts for 1.
const heads = -1

// deciding are the classes whose ballots decide.
func deciding(k Class) bool { return !k.Advisory }

// electorate weighs who is entitled and who is present, of some of the classes
// under one of the weightings. With an open roll, whoever voted was entitled, even
// if they belong no more.
func electorate(c *bot.Ctx, v *Vote, weighting int, of func(Class) bool) tally.Electorate {
	if v.classed() {
		return weighed(c, v, weighting, of)
	}
	t, _ := turnouts.Get(c.Tx, voteID(v.Number))
	all, present := t.Entitled, t.Cast
	if !v.frozen() {
		all = t.Cast
		for _, id := range c.Members(v.Rule.Electorate...) {
			if !hasVoted(c, v, voiceOf(id)) {
				all++
			}
		}
	}
	represented := present
	for by, r := range rollOf(c, v) {
		switch {
		case hasVoted(c, v, by):
		case r.Present:
			present, represented = present+1, represented+1
		case r.represented(c, v):
			represented++
		}
	}
	return tally.Electorate{Entitled: rat(all), Present: rat(present), Represented: rat(represented)}
}

// represented tells whether somebody who is there represents the voice: whoever
// holds its proxy, or is named on the attendance sheet.
func (r *rollEntry) represented(c *bot.Ctx, v *Vote) bool {
	if r.Represented || r.Holder == 0 {
		return r.Represented
	}
	by := voiceOf(r.Holder)
	holder, _ := roll.Get(c.Tx, rollID(v.Number, by))
	return holder.Present || hasVoted(c, v, by)
}

// weighed adds up what the voices of a frozen roll weigh.
func weighed(c *bot.Ctx, v *Vote, weighting int, of func(Class) bool) tally.Electorate {
	e := tally.Electorate{Entitled: new(big.Rat), Present: new(big.Rat), Represented: new(big.Rat)}
	for by, r := range rollOf(c, v) {
		k := v.class(r.Class)
		if !r.Entitled || !of(k) {
			continue
		}
		weight := k.weight(weighting)
		if weight == nil {
			weight = rat(1)
		}
		e.Entitled.Add(e.Entitled, weight)
		if r.Present || hasVoted(c, v, by) {
			e.Present.Add(e.Present, weight)
			e.Represented.Add(e.Represented, weight)
		} else if r.represented(c, v) {
			e.Represented.Add(e.Represented, weight)
		}
	}
	return e
}
