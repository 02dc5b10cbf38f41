package votes

import (
	"encoding/binary"
	"slices"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/store"
)

// ballot is what a member said. Its stored form is a byte for the kind and then
// the numbers of the marked options in ascending order.
type ballot tally.Ballot

var ballots = store.NewTable[ballot]("ballot")

func ballotID(vote uint64, who bot.MemberID) []byte { return store.K(vote, uint64(who)) }

// MarshalBinary writes the compact form.
func (b *ballot) MarshalBinary() ([]byte, error) {
	data := append(make([]byte, 0, 1+2*len(b.Marks)), byte(b.Kind))
	for _, m := range b.Marks {
		data = binary.AppendUvarint(data, uint64(m.Option)) //nolint:gosec // never negative
	}
	return data, nil
}

// UnmarshalBinary reads the compact form.
func (b *ballot) UnmarshalBinary(data []byte) error {
	if len(data) == 0 || tally.Kind(data[0]) > tally.Blank {
		return errRecord
	}
	*b = ballot{Kind: tally.Kind(data[0])}
	for data = data[1:]; len(data) > 0; {
		n, used := binary.Uvarint(data)
		if used <= 0 || n > maxOptions {
			return errRecord
		}
		b.Marks = append(b.Marks, tally.Mark{Option: int(n)}) //nolint:gosec // checked above
		data = data[used:]
	}
	return nil
}

// markedBallot marks options, each once and in order.
func markedBallot(options ...int) ballot {
	options = slices.Clone(options)
	slices.Sort(options)
	b := ballot{Kind: tally.Marked}
	for _, o := range slices.Compact(options) {
		b.Marks = append(b.Marks, tally.Mark{Option: o})
	}
	return b
}

func (b ballot) has(option int) bool {
	return slices.ContainsFunc(b.Marks, func(m tally.Mark) bool { return m.Option == option })
}

func (b ballot) same(o ballot) bool { return b.Kind == o.Kind && slices.Equal(b.Marks, o.Marks) }

// say writes a ballot in words.
func (b ballot) say(v *Vote) bot.Text {
	switch b.Kind {
	case tally.Abstention:
		return bot.T("vote.abstain")
	case tally.Blank:
		return bot.T("vote.blank")
	}
	names := make([]bot.Text, len(b.Marks))
	for i, m := range b.Marks {
		names[i] = v.option(m.Option)
	}
	return bot.List(names...)
}

// place is where a member's ballot lies in a vote. Of a secret vote it is known
// only while the vote is open; afterwards the id is nil.
type place struct {
	table *store.Table[ballot]
	id    []byte
	who   bot.MemberID
}

func placeOf(c *bot.Ctx, v *Vote, who bot.MemberID) place {
	if v.Rule.Secret {
		return place{secretBallots, secretID(c, v.Number, who), who}
	}
	return place{ballots, ballotID(v.Number, who), who}
}

func (p place) ballot(c *bot.Ctx) (ballot, bool) {
	if p.id == nil {
		return ballot{}, false
	}
	return p.table.Get(c.Tx, p.id)
}

// ballotOf finds a member's ballot in a vote. Secret ballots are found only
// while the vote is open.
func ballotOf(c *bot.Ctx, v *Vote, who bot.MemberID) (ballot, bool) {
	return placeOf(c, v, who).ballot(c)
}

// hasVoted tells whether a member voted, which the roll of a secret vote knows
// after the close as well.
func hasVoted(c *bot.Ctx, v *Vote, who bot.MemberID) bool {
	if !v.Rule.Secret {
		return ballots.Has(c.Tx, ballotID(v.Number, who))
	}
	r, _ := roll.Get(c.Tx, rollID(v.Number, who))
	return r.Voted
}

// putBallot keeps a member's ballot where it belongs, instead of the one before,
// and brings the turnout and the roll up to date. A nil ballot takes
// theirs away.
func putBallot(c *bot.Ctx, v *Vote, at place, before, b *ballot) turnout {
	t, _ := turnouts.Get(c.Tx, voteID(v.Number))
	if before != nil {
		t.count(v, *before, true)
	}
	if b != nil {
		t.count(v, *b, false)
	}
	turnouts.Put(c.Tx, voteID(v.Number), t)
	if v.Rule.Secret && (before == nil) != (b == nil) {
		r, _ := roll.Get(c.Tx, rollID(v.Number, at.who))
		r.Voted = b != nil
		roll.Put(c.Tx, rollID(v.Number, at.who), r)
	}
	if b == nil {
		at.table.Delete(c.Tx, at.id)
	} else {
		at.table.Put(c.Tx, at.id, *b)
	}
	return t
}

// cast walks every ballot of a vote in an order that says nothing of who cast
// it when.
func cast(c *bot.Ctx, v *Vote, yield func(ballot)) {
	table := ballots
	if v.Rule.Secret {
		table = secretBallots
	}
	for _, b := range table.Prefix(c.Tx, voteID(v.Number)) {
		yield(b)
	}
}
