// Package tally counts votes. It knows nothing of chats or registers: ballots
// go in, and what comes out is the counts, the order of the options and each
// rule applied, with the numbers it was applied to. All arithmetic is exact.
//
// A tie is never broken in silence: it is reported, and decides nothing.
package tally

import (
	"errors"
	"fmt"
	"math/big"
)

// Method is a way of marking and counting ballots.
type Method string

// The methods.
const (
	// YesNo asks one question; option 0 is yes and option 1 is no. The question
	// is adopted when yes meets the majority.
	YesNo Method = "yes-no"
	// Plurality (also first past the post): one option a ballot, the most chosen
	// comes first.
	Plurality Method = "choice"
	// Approval (Brams and Fishburn, 1978): any number of options a ballot, each
	// counted once; the most approved comes first.
	Approval Method = "approval"
)

// Kind tells what a ballot is.
type Kind byte

// The kinds of ballots.
const (
	// Marked ballots say something of the options: they are expressed.
	Marked Kind = iota
	// Abstention is a ballot that takes part without an opinion.
	Abstention
	// Blank is a ballot left empty on purpose. Like an abstention it is cast and
	// not expressed; it is only counted apart.
	Blank
)

// Mark is what a ballot says of one option. Value is a rank, a score or the
// place of a grade in methods that have such; those here do not look at it.
type Mark struct {
	Option int
	Value  int64
}

// Ballot is what one voter said.
type Ballot struct {
	Kind  Kind
	Marks []Mark
	// Weight is what the ballot counts for; nil is 1.
	Weight *big.Rat
}

// Base is what a share is a share of.
type Base string

// The bases.
const (
	// Entitled is everybody on the roll.
	Entitled Base = "entitled"
	// Present is everybody recorded as present, and everybody who voted.
	Present Base = "present"
	// Represented is everybody present, and everybody represented by one of them.
	Represented Base = "represented"
	// Weights is what all on the roll weigh together.
	Weights Base = "weights"
	// Cast is every ballot, abstentions and blanks included.
	Cast Base = "cast"
	// Expressed is the ballots that are neither abstentions nor blank.
	Expressed Base = "expressed"
	// WithBlanks is the ballots expressed and those left blank, without abstentions.
	WithBlanks Base = "with-blanks"
)

// Share is a part of a base: strictly more than Over of it, or, when Over is
// nil, at least AtLeast of it.
type Share struct {
	Of            Base
	Over, AtLeast *big.Rat
}

// Rule says how ballots are counted and what is required of the result.
type Rule struct {
	Method Method
	// Seats is how many options are to be elected; 0 is 1. YesNo has one.
	Seats int
	// Quorum is required of the participation, Majority of each option; nil
	// requires nothing. A quorum of the entitled or of the present counts the
	// ballots cast, one of the cast counts those expressed.
	Quorum, Majority *Share
}

// Electorate gives the sizes that ballots do not tell.
type Electorate struct {
	Entitled    *big.Rat `json:"entitled"`
	Present     *big.Rat `json:"present"`
	Represented *big.Rat `json:"represented,omitempty"`
}

// ErrBallot is what Add wraps when a ballot is not valid under the rule.
var ErrBallot = errors.New("tally: invalid ballot")

// Counter counts ballots one by one. Their order does not matter.
type Counter struct {
	rule    Rule
	options []sum
	ballots int
	kinds   [3]sum
}

// NewCounter prepares to count ballots over a number of options under a rule.
// It panics on a rule that makes no sense, which is a mistake of the program.
func NewCounter(rule Rule, options int) *Counter {
	rule.Seats = max(rule.Seats, 1)
	switch {
	case rule.Method == YesNo && (options != 2 || rule.Seats > 1):
		panic("tally: a yes-no question has two options and one seat")
	case rule.Method != YesNo && rule.Method != Plurality && rule.Method != Approval:
		panic(fmt.Sprintf("tally: unknown method %q", rule.Method))
	case options < 1:
		panic("tally: no options")
	}
	return &Counter{rule: rule, options: make([]sum, options)}
}

// Check tells whether a ballot is valid: its options exist, each is marked at
// most once, and there are as many as the method takes. The error wraps
// ErrBallot.
func Check(m Method, options int, b Ballot) error {
	if b.Weight != nil && b.Weight.Sign() < 0 {
		return fmt.Errorf("%w: negative weight", ErrBallot)
	}
	if b.Kind != Marked {
		if b.Kind > Blank || len(b.Marks) > 0 {
			return fmt.Errorf("%w: an abstention marks nothing", ErrBallot)
		}
		return nil
	}
	if len(b.Marks) == 0 || m != Approval && len(b.Marks) > 1 {
		return fmt.Errorf("%w: %d options marked", ErrBallot, len(b.Marks))
	}
	for i, mark := range b.Marks {
		if mark.Option < 0 || mark.Option >= options {
			return fmt.Errorf("%w: there is no option %d", ErrBallot, mark.Option)
		}
		for _, earlier := range b.Marks[:i] {
			if earlier.Option == mark.Option {
				return fmt.Errorf("%w: option %d marked twice", ErrBallot, mark.Option)
			}
		}
	}
	return nil
}

// Add counts a ballot. The error wraps ErrBallot; nothing was then counted.
func (c *Counter) Add(b Ballot) error {
	if err := Check(c.rule.Method, len(c.options), b); err != nil {
		return err
	}
	c.ballots++
	c.kinds[b.Kind].add(b.Weight)
	for _, m := range b.Marks {
		c.options[m.Option].add(b.Weight)
	}
	return nil
}

// sum adds weights, most of which are 1, without a fraction for each.
type sum struct {
	ones int64
	rest *big.Rat
}

func (s *sum) add(w *big.Rat) {
	if w == nil {
		s.ones++
		return
	}
	if s.rest == nil {
		s.rest = new(big.Rat)
	}
	s.rest.Add(s.rest, w)
}

func (s *sum) rat() *big.Rat {
	r := new(big.Rat).SetInt64(s.ones)
	if s.rest != nil {
		r.Add(r, s.rest)
	}
	return r
}

// Count counts ballots at once. The error wraps ErrBallot.
func Count(rule Rule, options int, ballots []Ballot, e Electorate) (Result, error) {
	c := NewCounter(rule, options)
	for _, b := range ballots {
		if err := c.Add(b); err != nil {
			return Result{}, err
		}
	}
	return c.Result(e), nil
}
