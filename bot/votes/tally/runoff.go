package tally

import (
	"cmp"
	"math/big"
	"slices"
)

// What a ballot has instead of a next preference.
const (
	nothing = -1 // no option that is still in the count
	shared  = -2 // a rank given to several options
)

// preference is the option that ballot i prefers among those still in; nothing;
// or shared. A rank given to several options says nothing about where the ballot
// goes: when it is reached, whoever is still in, the ballot goes no further, as
// the statutes on such counts have it (Minnesota Statutes 204E.06(b); for a first
// preference SSI 2007/42, rule 43).
func (c *count) preference(i int, in []bool) (option, weight int) {
	b, w, marks := c.open(i)
	found := nothing
	for range marks {
		var token int
		token, b = b.next()
		if token&1 == 1 {
			return shared, w
		}
		if found >= 0 {
			break
		}
		if option := token >> 1; in[option] {
			found = option
		}
	}
	return found, w
}

// empty reports whether no ballot marks anything.
func (c *count) empty() bool { return len(c.starts) == 0 }

func rats(c *count, units ...int64) []*big.Rat {
	list := make([]*big.Rat, len(units))
	for i, n := range units {
		list[i] = c.rat(n)
	}
	return list
}

// piles is the ballots sorted by the option that they count for.
type piles struct {
	*count
	in      []bool
	where   []uint32 // the parcel of each ballot
	parcels []parcel
	// votes are in units times scale.
	votes     []int64
	scale     int64
	valid     int64 // in units
	void      int64 // ballots whose first choice is shared, in units
	exhausted int64 // in units times scale
}

// parcel is the ballots that an option has at one value.
type parcel struct {
	option, ballots int
	value           int64
}

func (c *count) sort(scale int64) *piles {
	p := &piles{
		count: c, in: make([]bool, c.options), where: make([]uint32, len(c.starts)),
		votes: make([]int64, c.options), scale: scale,
		parcels: []parcel{{option: nothing}}, // of ballots that count for nobody
	}
	for i := range p.in {
		p.in[i] = true
		p.parcels = append(p.parcels, parcel{option: i, value: scale})
	}
	for i := range c.starts {
		first, w := c.preference(i, p.in)
		units := c.units[w]
		if first < 0 {
			p.void += units
			continue
		}
		p.put(i, first+1)
		p.votes[first] += units * scale
		p.valid += units
	}
	return p
}

func (p *piles) put(ballot, parcel int) {
	p.where[ballot] = uint32(parcel) //nolint:gosec // far fewer than 2^32
	p.parcels[parcel].ballots++
}

// pass moves the ballots of an option to their next preferences. value gives
// what a ballot received at a value is worth from now on.
func (p *piles) pass(from int, value func(int64) int64) {
	type move struct {
		worth int64
		to    []int // the parcel at each option; 0 is not known yet
	}
	moves := make(map[uint32]*move)
	for at, held := range p.parcels {
		if held.option == from && held.ballots > 0 {
			moves[uint32(at)] = &move{value(held.value), make([]int, p.options)} //nolint:gosec // as in put
			p.parcels[at].ballots = 0
		}
	}
	for i, at := range p.where {
		if p.parcels[at].option != from {
			continue
		}
		m := moves[at]
		option, w := p.preference(i, p.in)
		units := p.units[w] * m.worth
		if option < 0 {
			p.exhausted += units
			p.where[i] = 0
			continue
		}
		if m.to[option] == 0 {
			m.to[option] = p.parcel(option, m.worth)
		}
		p.put(i, m.to[option])
		p.votes[option] += units
	}
}

// parcel is where an option keeps its ballots of a value.
func (p *piles) parcel(option int, value int64) int {
	for at, held := range p.parcels {
		if held.option == option && held.value == value {
			return at
		}
	}
	p.parcels = append(p.parcels, parcel{option: option, value: value})
	return len(p.parcels) - 1
}

// rat is votes as a weight.
func (p *piles) rat(votes int64) *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(votes), new(big.Int).Mul(p.den, big.NewInt(p.scale)))
}

// round enters the count as it stands.
func (p *piles) round(o *Outcome, shown []bool) *Round {
	r := Round{Counts: make([]*big.Rat, p.options), Exhausted: p.rat(p.exhausted)}
	lost := p.valid*p.scale - p.exhausted
	for option, votes := range p.votes {
		lost -= votes
		if shown[option] {
			r.Counts[option] = p.rat(votes)
		}
	}
	r.Lost = p.rat(lost)
	o.Working = append(o.Working, Note{Key: NoteCount, Round: len(o.Rounds)})
	o.Rounds = append(o.Rounds, r)
	return &o.Rounds[len(o.Rounds)-1]
}

// begin says what does not count.
func (p *piles) begin(o *Outcome) {
	o.blank(p.count)
	if p.void > 0 {
		o.note(NoteVoid, nil, p.count.rat(p.void))
	}
}

// least is the options still in that have the fewest votes.
func (p *piles) least() []int {
	var tied []int
	for option, in := range p.in {
		if !in {
			continue
		}
		if len(tied) > 0 && p.votes[option] < p.votes[tied[0]] {
			tied = tied[:0]
		}
		if len(tied) == 0 || p.votes[option] == p.votes[tied[0]] {
			tied = append(tied, option)
		}
	}
	return tied
}

func (p *piles) continuing() []int {
	var list []int
	for option, in := range p.in {
		if in {
			list = append(list, option)
		}
	}
	return list
}

func (p *piles) byVotes(a, b int) int { return cmp.Compare(p.votes[b], p.votes[a]) }

// plurality counts first choices.
func plurality(c *count, s *Settings) (*Outcome, error) {
	p := c.sort(1)
	o := &Outcome{}
	p.begin(o)
	p.round(o, p.in)
	o.Scores = o.Rounds[0].Counts
	o.Order = orderBy(c.all(), p.byVotes)
	o.seat(s, func(option int) bool { return p.votes[option] > 0 })
	for _, winner := range o.Winners {
		if len(o.Ties) == 0 || !slices.Contains(o.Ties[0], winner) {
			o.Rounds[0].Elected = append(o.Rounds[0].Elected, winner)
		}
	}
	return o, nil
}

// twoRound counts first choices, then, where none has more than half of them,
// the preferences between the two most chosen.
func twoRound(c *count, s *Settings) (*Outcome, error) {
	return explore(c, s, func(l *lots) *Outcome {
		p := c.sort(1)
		o := &Outcome{}
		p.begin(o)
		p.round(o, p.in)
		o.Order = orderBy(c.all(), p.byVotes)
		if p.valid == 0 {
			o.note(NoteNobody, nil)
			return o
		}
		if lead := o.Order[0][0]; 2*p.votes[lead] > p.valid {
			o.majority(p, lead)
			return o
		}
		finalists := p.finalists(o, l)
		first := slices.Clone(p.votes)
		for option := range p.in {
			if p.in[option] = slices.Contains(finalists, option); !p.in[option] {
				o.Rounds[0].Eliminated = append(o.Rounds[0].Eliminated, option)
			}
		}
		o.note(NoteSecond, finalists)
		for _, out := range o.Rounds[0].Eliminated {
			p.votes[out] = 0
			p.pass(out, func(v int64) int64 { return v })
		}
		p.round(o, p.in)
		winner := finalists[0]
		if len(finalists) > 1 {
			out := l.drop(o, p.least())
			winner = finalists[0] + finalists[1] - out
			first[out] = p.valid + 1
		}
		first[winner] = p.valid + 2
		o.Order = orderBy(c.all(), func(a, b int) int { return cmp.Compare(first[b], first[a]) })
		o.majority(p, winner)
		return o
	}), nil
}

func (o *Outcome) majority(p *piles, winner int) {
	of := int64(0)
	for option, in := range p.in {
		if in {
			of += p.votes[option]
		}
	}
	if 2*p.votes[winner] > of {
		o.note(NoteMajority, []int{winner}, p.rat(p.votes[winner]), p.rat(of))
	}
	o.Rounds[len(o.Rounds)-1].Elected = []int{winner}
	o.Winners = []int{winner}
}

// finalists are the two with the most first choices.
func (p *piles) finalists(o *Outcome, l *lots) []int {
	order := o.Order
	var two []int
	for len(two) < 2 && len(order) > 0 {
		equals := slices.Clone(order[0])
		order = order[1:]
		for len(equals) > 0 && len(two) < 2 {
			if len(equals)+len(two) <= 2 {
				two = append(two, equals...)
				break
			}
			taken := l.pick(o, equals)
			two = append(two, taken)
			equals = slices.DeleteFunc(equals, func(x int) bool { return x == taken })
		}
	}
	slices.Sort(two)
	return two
}

// instantRunoff excludes the option with the fewest votes until one has more
// than half of those that still count.
func instantRunoff(c *count, s *Settings) (*Outcome, error) {
	return explore(c, s, func(l *lots) *Outcome {
		p := c.sort(1)
		o := &Outcome{}
		p.begin(o)
		if p.valid == 0 {
			p.round(o, p.in)
			o.Order = [][]int{c.all()}
			o.note(NoteNobody, nil)
			return o
		}
		var gone [][]int
		for {
			r := p.round(o, p.in)
			left := orderBy(p.continuing(), p.byVotes)
			lead := left[0][0]
			if of := p.valid - p.exhausted; 2*p.votes[lead] > of || len(left) == 1 && len(left[0]) == 1 {
				o.majority(p, lead)
				slices.Reverse(gone)
				o.Order = append(left, gone...)
				return o
			}
			out := p.least()
			if len(out) > 1 && !p.fewer(out) {
				out = []int{l.drop(o, out)}
			}
			r.Eliminated = out
			gone = append(gone, out)
			p.exclude(o, out)
		}
	}), nil
}

// fewer reports whether options have fewer votes together than any other one,
// so that all would be excluded before it, in whatever order.
func (p *piles) fewer(options []int) bool {
	sum, next := int64(0), int64(-1)
	for option, in := range p.in {
		switch {
		case !in:
		case slices.Contains(options, option):
			sum += p.votes[option]
		case next < 0 || p.votes[option] < next:
			next = p.votes[option]
		}
	}
	return next > sum
}

func (p *piles) exclude(o *Outcome, out []int) {
	key := NoteOut
	if len(out) > 1 {
		key = NoteOutAll
	}
	o.note(key, out, p.rat(p.votes[out[0]]))
	for _, option := range out {
		p.in[option] = false
	}
	for _, option := range out {
		p.votes[option] = 0
		p.pass(option, func(v int64) int64 { return v })
	}
}
