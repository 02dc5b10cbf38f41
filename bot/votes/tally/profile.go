package tally

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
)

// MaxOptions is how many options a profile can have.
const MaxOptions = 4096

// MaxValue bounds the scores and points of a ballot, above and below zero.
const MaxValue = 1_000_000

// maxUnits bounds the weight of all ballots together, counted in the smallest
// part in which all weights are whole. STV divides it a hundred thousand times.
const maxUnits = 1 << 62 / stvScale

// ErrSize is what Add and Tally wrap when ballots weigh too much, or too
// precisely, to be counted exactly in 64 bits.
var ErrSize = errors.New("tally: the ballots weigh more than can be counted")

// Profile is the ballots of one vote, packed: about one byte for each mark of
// up to 64 options. The order in which ballots are added decides nothing.
type Profile struct {
	options int
	valued  bool
	chunks  [][]byte
	starts  []uint32 // of each ballot that marks something
	// weights are the distinct weights of ballots, the first of them 1; whole
	// finds those that are whole numbers, broken the others. uses says how many
	// entries have each.
	weights []*big.Rat
	uses    []int64
	whole   map[int64]int
	broken  map[string]int
	// den says that 1/den is the largest part in which every ballot that marks
	// something weighs a whole number.
	den     *big.Int
	ballots int64
	blanks  *big.Rat
	seen    []uint32 // the entry that last marked each option
	entry   uint32
}

const chunkBits = 18

// NewProfile prepares to take ballots under a method over a number of options.
// It panics when there are none, or more than [MaxOptions].
func NewProfile(m Method, options int) *Profile {
	if options < 1 || options > MaxOptions {
		panic(fmt.Sprintf("tally: %d options", options))
	}
	return &Profile{
		options: options, valued: m.Valued(), weights: []*big.Rat{big.NewRat(1, 1)}, uses: []int64{0},
		whole: map[int64]int{1: 0}, broken: map[string]int{}, den: big.NewInt(1), blanks: new(big.Rat), seen: make([]uint32, options),
	}
}

// Options is the number of options.
func (p *Profile) Options() int { return p.options }

// Ballots is the number of ballots, blank ones included, whatever they weigh.
func (p *Profile) Ballots() int64 { return p.ballots }

// Grow adds options to the ballot, which no ballot so far has marked. The error
// wraps ErrBallot when there would be more than [MaxOptions].
func (p *Profile) Grow(options int) error {
	if options > MaxOptions {
		return fmt.Errorf("%w: more than %d options", ErrBallot, MaxOptions)
	}
	if options > p.options {
		p.seen = append(p.seen, make([]uint32, options-p.options)...)
		p.options = options
	}
	return nil
}

// Add takes a number of equal ballots; b.Weight is what each counts for. The
// marks' values are, depending on the method, ranks (the lowest is preferred,
// equal ranks are equal, gaps mean nothing), scores, points, or places of
// grades, the best being 0. A ballot without marks is blank. The error wraps
// [ErrBallot] or [ErrSize]; nothing is then taken. b is not kept.
func (p *Profile) Add(b Ballot, times int64) error {
	if times < 0 || times > maxUnits || p.ballots > maxUnits-times {
		return fmt.Errorf("%w: %d ballots", ErrSize, times)
	}
	if b.Weight != nil && b.Weight.Sign() < 0 {
		return fmt.Errorf("%w: negative weight", ErrBallot)
	}
	if err := p.check(b); err != nil {
		return err
	}
	if times == 0 {
		return nil
	}
	if b.Kind != Marked || len(b.Marks) == 0 {
		w := new(big.Rat).SetInt64(times)
		if b.Weight != nil {
			w.Mul(w, b.Weight)
		}
		p.blanks.Add(p.blanks, w)
		p.ballots += times
		return nil
	}
	if !p.valued && !slices.IsSortedFunc(b.Marks, byValue) {
		b.Marks = slices.Clone(b.Marks)
		slices.SortStableFunc(b.Marks, byValue)
	}
	if err := p.pack(b.Marks, p.weight(b.Weight, times)); err != nil {
		return err
	}
	p.ballots += times
	return nil
}

func byValue(a, b Mark) int {
	switch {
	case a.Value < b.Value:
		return -1
	case a.Value > b.Value:
		return 1
	}
	return 0
}

func (p *Profile) check(b Ballot) error {
	if b.Kind > Blank || b.Kind != Marked && len(b.Marks) > 0 {
		return fmt.Errorf("%w: an abstention marks nothing", ErrBallot)
	}
	p.entry++
	if p.entry == 0 { // it went round
		clear(p.seen)
		p.entry = 1
	}
	for _, m := range b.Marks {
		switch {
		case m.Option < 0 || m.Option >= p.options:
			return fmt.Errorf("%w: there is no option %d", ErrBallot, m.Option)
		case p.seen[m.Option] == p.entry:
			return fmt.Errorf("%w: option %d marked twice", ErrBallot, m.Option)
		case p.valued && (m.Value > MaxValue || m.Value < -MaxValue):
			return fmt.Errorf("%w: value %d", ErrBallot, m.Value)
		}
		p.seen[m.Option] = p.entry
	}
	return nil
}

// weight finds the number of a weight, or gives it one.
func (p *Profile) weight(each *big.Rat, times int64) int {
	if each == nil || each.IsInt() && each.Num().Cmp(big.NewInt(1)) == 0 {
		i, ok := p.whole[times]
		if !ok {
			i = len(p.weights)
			p.whole[times] = i
			p.weights, p.uses = append(p.weights, new(big.Rat).SetInt64(times)), append(p.uses, 0)
		}
		return i
	}
	if !each.IsInt() && p.den.BitLen() <= 62 { // beyond, nothing is counted
		gcd := new(big.Int).GCD(nil, nil, p.den, each.Denom())
		p.den.Mul(p.den, gcd.Quo(each.Denom(), gcd))
	}
	w := new(big.Rat).SetInt64(times)
	w.Mul(w, each)
	key := w.RatString()
	i, ok := p.broken[key]
	if !ok {
		i = len(p.weights)
		p.broken[key] = i
		p.weights, p.uses = append(p.weights, w), append(p.uses, 0)
	}
	return i
}

// pack writes a ballot: its weight, its number of marks, and for each its
// option, doubled, plus one when it equals the mark before; values are written
// where the method looks at them.
func (p *Profile) pack(marks []Mark, weight int) error {
	var room [64]byte
	b := appendUint(room[:0], uint64(weight)) //nolint:gosec // never negative
	b = appendUint(b, uint64(len(marks)))
	for i, m := range marks {
		token := uint64(m.Option) << 1 //nolint:gosec // checked
		if same := i > 0 && m.Value == marks[i-1].Value; same {
			b = appendUint(b, token|1)
			continue
		}
		b = appendUint(b, token)
		if p.valued {
			b = appendUint(b, uint64(m.Value+MaxValue)) //nolint:gosec // checked
		}
	}
	last := len(p.chunks) - 1
	if last < 0 || len(p.chunks[last])+len(b) > 1<<chunkBits {
		if last+1 == 1<<(32-chunkBits) {
			return fmt.Errorf("%w: 4 GiB of ballots", ErrSize)
		}
		p.chunks = append(p.chunks, make([]byte, 0, 1<<chunkBits))
		last++
	}
	p.starts = append(p.starts, uint32(last<<chunkBits|len(p.chunks[last]))) //nolint:gosec // bounded above
	p.chunks[last] = append(p.chunks[last], b...)
	p.uses[weight]++
	return nil
}

func appendUint(b []byte, n uint64) []byte {
	for n >= 0x80 {
		b = append(b, byte(n)|0x80)
		n >>= 7
	}
	return append(b, byte(n))
}

// packed is a ballot being read.
type packed []byte

// next gives the number that comes and what is left after it.
func (b packed) next() (int, packed) {
	if b[0] < 0x80 {
		return int(b[0]), b[1:]
	}
	return b.long()
}

func (b packed) long() (int, packed) {
	n, shift := 0, 0
	for i, c := range b {
		n |= int(c&0x7f) << shift
		if c < 0x80 {
			return n, b[i+1:]
		}
		shift += 7
	}
	panic("tally: a ballot ends in the middle of a number")
}

// open begins to read ballot i: the number of its weight and of its marks.
func (p *Profile) open(i int) (b packed, weight, marks int) {
	start := p.starts[i]
	b = p.chunks[start>>chunkBits][start&(1<<chunkBits-1):]
	weight, b = b.next()
	marks, b = b.next()
	return b, weight, marks
}

// count is a profile about to be counted: its weights as whole numbers of one
// unit, which is 1/den.
type count struct {
	*Profile
	units []int64
}

func (p *Profile) prepare() (*count, error) {
	c := &count{Profile: p}
	if p.den.BitLen() > 62 {
		return nil, fmt.Errorf("%w: weights as fine as 1/%s", ErrSize, p.den)
	}
	all := c.in(p.blanks)
	for i, w := range p.weights {
		n := c.in(w)
		all.Add(all, new(big.Int).Mul(n, big.NewInt(p.uses[i])))
		c.units = append(c.units, n.Int64())
	}
	if all.Cmp(big.NewInt(maxUnits)) > 0 {
		return nil, fmt.Errorf("%w: %s parts of 1/%s", ErrSize, all, c.den)
	}
	return c, nil
}

// in is a weight in whole units; of blank ballots, which alone may not be, a part is
// left out.
func (c *count) in(w *big.Rat) *big.Int {
	n := new(big.Int).Mul(w.Num(), c.den)
	return n.Quo(n, w.Denom())
}

// rat is a number of units as a weight.
func (c *count) rat(units int64) *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(units), c.den)
}

// weightOf is what all ballots weigh together; blank ones where asked for.
func (p *Profile) weightOf(blanks bool) *big.Rat {
	all := new(big.Rat)
	if blanks {
		all.Set(p.blanks)
	}
	for i, w := range p.weights {
		all.Add(all, new(big.Rat).Mul(w, new(big.Rat).SetInt64(p.uses[i])))
	}
	return all
}

// String says how large the profile is.
func (p *Profile) String() string {
	return strconv.FormatInt(p.ballots, 10) + " ballots over " + strconv.Itoa(p.options) + " options"
}
