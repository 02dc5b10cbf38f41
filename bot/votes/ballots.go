package votes

import (
	"encoding/binary"
	"math/big"
	"slices"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/store"
)

// ballot is what a voice said, and of which class it is: a secret ballot keeps
// its class when nothing else ties it to who cast it. Its stored form is a byte,
// the kind with flags, then the class if it is not the first, then the numbers of
// the marked options, each followed by its value where the method has values, and
// the receipt at the end.
type ballot struct {
	Kind  tally.Kind
	Marks []tally.Mark
	// Class is the place of the voice's class in the vote.
	Class int
	// Reason is that of an objection in a vote by consent; everybody reads it.
	Reason string
	// Receipt is the code with which the voter finds a secret ballot again.
	Receipt string
}

const (
	kindBits    = 3
	valuedFlag  = 1 << 2
	classedFlag = 1 << 3
	reasonFlag  = 1 << 4
	receiptFlag = 1 << 5
	// maxClasses bounds the classes of voices in one vote.
	maxClasses = 10_000
)

var ballots = store.NewTable[ballot]("ballot")

func ballotID(vote uint64, by voice) []byte { return store.K(vote, uint64(by)) }

// MarshalBinary writes the compact form.
func (b *ballot) MarshalBinary() ([]byte, error) {
	head := byte(b.Kind)
	valued := slices.ContainsFunc(b.Marks, func(m tally.Mark) bool { return m.Value != 0 })
	if valued {
		head |= valuedFlag
	}
	if b.Class != 0 {
		head |= classedFlag
	}
	if b.Reason != "" {
		head |= reasonFlag
	}
	if b.Receipt != "" {
		head |= receiptFlag
	}
	data := append(make([]byte, 0, 1+2*len(b.Marks)), head)
	if b.Class != 0 {
		data = binary.AppendUvarint(data, uint64(b.Class)) //nolint:gosec // never negative
	}
	if b.Reason != "" {
		data = append(binary.AppendUvarint(data, uint64(len(b.Reason))), b.Reason...)
	}
	for _, m := range b.Marks {
		data = binary.AppendUvarint(data, uint64(m.Option)) //nolint:gosec // never negative
		if valued {
			data = binary.AppendVarint(data, m.Value)
		}
	}
	return append(data, b.Receipt...), nil
}

// UnmarshalBinary reads the compact form.
func (b *ballot) UnmarshalBinary(data []byte) error {
	if len(data) == 0 || data[0] >= receiptFlag<<1 || tally.Kind(data[0]&kindBits) > tally.Blank {
		return errRecord
	}
	head := data[0]
	*b = ballot{Kind: tally.Kind(head & kindBits)}
	data = data[1:]
	if head&classedFlag != 0 {
		n, used := binary.Uvarint(data)
		if used <= 0 || n == 0 || n > maxClasses {
			return errRecord
		}
		b.Class, data = int(n), data[used:] //nolint:gosec // checked above
	}
	if head&reasonFlag != 0 {
		n, used := binary.Uvarint(data)
		if used <= 0 || n == 0 || n > uint64(len(data)-used) {
			return errRecord
		}
		b.Reason, data = string(data[used:used+int(n)]), data[used+int(n):] //nolint:gosec // checked above
	}
	if head&receiptFlag != 0 {
		if len(data) < receiptLength {
			return errRecord
		}
		at := len(data) - receiptLength
		b.Receipt, data = string(data[at:]), data[:at]
	}
	for len(data) > 0 {
		n, used := binary.Uvarint(data)
		if used <= 0 || n > maxOptions {
			return errRecord
		}
		m := tally.Mark{Option: int(n)} //nolint:gosec // checked above
		data = data[used:]
		if head&valuedFlag != 0 {
			if m.Value, used = binary.Varint(data); used <= 0 || m.Value > tally.MaxValue || m.Value < -tally.MaxValue {
				return errRecord
			}
			data = data[used:]
		}
		b.Marks = append(b.Marks, m)
	}
	return nil
}

// counts is the ballot as it is counted when it weighs something.
func (b ballot) counts(weight *big.Rat) tally.Ballot {
	return tally.Ballot{Kind: b.Kind, Marks: b.Marks, Weight: weight}
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

func (b ballot) same(o ballot) bool {
	return b.Kind == o.Kind && b.Class == o.Class && b.Reason == o.Reason && slices.Equal(b.Marks, o.Marks)
}

// say writes a ballot in words.
func (b ballot) say(v *Vote) bot.Text {
	switch b.Kind {
	case tally.Abstention:
		return bot.T("vote.abstain")
	case tally.Blank:
		return bot.T("vote.blank")
	}
	if !v.simple() {
		return b.sayMarks(v)
	}
	names := make([]bot.Text, len(b.Marks))
	for i, m := range b.Marks {
		names[i] = v.option(m.Option)
	}
	return bot.List(names...)
}

// place is where a voice's ballot lies in a vote. Of a secret vote it is known
// only while the vote is open; afterwards the id is nil.
type place struct {
	id []byte
	by voice
	// box closes and opens secret ballots; nil where ballots lie open.
	box *box
}

func placeOf(c *bot.Ctx, v *Vote, by voice) place {
	if !v.Rule.Secret {
		return place{id: ballotID(v.Number, by), by: by}
	}
	k := boxOf(c, v)
	if k == nil {
		return place{by: by}
	}
	return place{k.id(by), by, k}
}

func (p place) ballot(c *bot.Ctx) (ballot, bool) {
	switch {
	case p.id == nil:
		return ballot{}, false
	case p.box == nil:
		return ballots.Get(c.Tx, p.id)
	}
	closed, ok := sealedBallots.Get(c.Tx, p.id)
	if !ok {
		return ballot{}, false
	}
	return p.box.open(p.id, closed), true
}

func (p place) put(c *bot.Ctx, b ballot) {
	if p.box == nil {
		ballots.Put(c.Tx, p.id, b)
		return
	}
	sealedBallots.Put(c.Tx, p.id, p.box.close(c, p.id, b))
}

func (p place) remove(c *bot.Ctx) {
	if p.box == nil {
		ballots.Delete(c.Tx, p.id)
		return
	}
	sealedBallots.Delete(c.Tx, p.id)
}

// ballotOf finds a voice's ballot in a vote. Secret ballots are found only
// while the vote is open.
func ballotOf(c *bot.Ctx, v *Vote, by voice) (ballot, bool) {
	return placeOf(c, v, by).ballot(c)
}

// hasVoted tells whether a voice voted, which the roll of a secret vote knows
// after the close as well.
func hasVoted(c *bot.Ctx, v *Vote, by voice) bool {
	if !v.Rule.Secret {
		return ballots.Has(c.Tx, ballotID(v.Number, by))
	}
	r, _ := roll.Get(c.Tx, rollID(v.Number, by))
	return r.Voted
}

// putBallot keeps a voice's ballot where it belongs, instead of the one before,
// and brings the turnout and the roll up to date. A nil ballot takes
// theirs away.
func putBallot(c *bot.Ctx, v *Vote, at place, before, b *ballot) turnout {
	r, _ := roll.Get(c.Tx, rollID(v.Number, at.by))
	turnoutID := turnoutOf(v, v.class(r.Class))
	t, _ := turnouts.Get(c.Tx, turnoutID)
	if before != nil {
		t.count(v, *before, true)
	}
	if b != nil {
		t.count(v, *b, false)
	}
	turnouts.Put(c.Tx, turnoutID, t)
	if v.Rule.Secret && (before == nil) != (b == nil) {
		r.Voted = b != nil
		roll.Put(c.Tx, rollID(v.Number, at.by), r)
	}
	if b == nil {
		at.remove(c)
		return t
	}
	if v.Rule.Secret && b.Receipt == "" {
		b.Receipt = newReceipt(c, before)
	}
	at.put(c, *b)
	return t
}

// turnoutOf is where the turnout of a class is kept: that of the advisory voices
// stands apart.
func turnoutOf(v *Vote, k Class) []byte {
	if k.Advisory {
		return store.K(v.Number, "advisory")
	}
	return voteID(v.Number)
}

// cast walks every ballot of a vote in an order that says nothing of who cast
// it when.
func cast(c *bot.Ctx, v *Vote, yield func(ballot)) {
	table := ballots
	if v.Rule.Secret {
		if k := boxOf(c, v); k != nil {
			k.all(c, yield)
			return
		}
		table = secretBallots
	}
	for _, b := range table.Prefix(c.Tx, voteID(v.Number)) {
		yield(b)
	}
}
