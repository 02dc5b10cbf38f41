package tally

import "math/big"

// Sums are ballots that were added up elsewhere: what each option has, and what the
// ballots weigh that say something of the options, those that are blank, and the
// abstentions; nil is none.
type Sums struct {
	Counts                      []*big.Rat
	Expressed, Blank, Abstained *big.Rat
}

// Judge holds sums against a rule, as a [Counter] does with the ballots it counted.
// The sums are only read.
func Judge(rule Rule, s Sums, e Electorate) Result {
	c := NewCounter(rule, len(s.Counts))
	c.kinds[Marked].rest, c.kinds[Blank].rest, c.kinds[Abstention].rest = s.Expressed, s.Blank, s.Abstained
	for i, n := range s.Counts {
		c.options[i].rest = n
	}
	return c.Result(e)
}

// Blank is the weight of the ballots of a profile that mark nothing.
func (p *Profile) Blank() *big.Rat { return new(big.Rat).Set(p.blanks) }
