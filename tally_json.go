package main

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strconv"

	"greffier/bot/votes/tally"
)

// ordered is a JSON object whose keys stay in the order of the ballot.
type ordered struct{ bytes.Buffer }

func (o *ordered) put(key string, value any) {
	if o.Len() == 0 {
		o.WriteByte('{')
	} else {
		o.WriteByte(',')
	}
	k, _ := json.Marshal(key)
	o.Write(k)
	o.WriteByte(':')
	switch v := value.(type) {
	case *ordered:
		o.Write(v.end())
	case []byte:
		o.Write(v)
	default:
		b, _ := json.Marshal(v) // strings and numbers: they always can be
		o.Write(b)
	}
}

func (o *ordered) end() []byte {
	if o.Len() == 0 {
		return []byte("{}")
	}
	return append(o.Bytes(), '}')
}

// marshal writes an outcome as greffier tally -json prints it.
func (t *recount) marshal(o *tally.Outcome) []byte {
	all := &ordered{}
	all.put("method", t.method)
	all.put("ballots", exact(o.Weight))
	all.put("winners", t.titles(o.Winners))
	all.put("order", t.lists(o.Order))
	all.put("ties", t.lists(o.Ties))
	if t.ruled {
		all.put("verdict", string(t.judged.Verdict))
	}
	if o.Pairs != nil {
		pairs := &ordered{}
		for a, one := range t.file.Options {
			row := &ordered{}
			for b, other := range t.file.Options {
				if a != b {
					row.put(other, exact(o.Pairs.Over(a, b)))
				}
			}
			pairs.put(one, row)
		}
		all.put("pairwise", pairs)
	}
	if len(o.Rounds) > 0 {
		var rounds bytes.Buffer
		for i, r := range o.Rounds {
			round := &ordered{}
			round.put("counts", t.amounts(r.Counts))
			round.put("elected", t.titles(r.Elected))
			round.put("eliminated", t.titles(r.Eliminated))
			round.put("exhausted", exact(nonTransferable(r)))
			if i > 0 {
				rounds.WriteByte(',')
			}
			rounds.Write(round.end())
		}
		all.put("rounds", []byte("["+rounds.String()+"]"))
	}
	if o.Scores != nil {
		all.put("scores", t.amounts(o.Scores))
	}
	if o.Medians != nil {
		medians := &ordered{}
		for i, m := range o.Medians {
			if m >= 0 {
				medians.put(t.file.Options[i], t.file.Grades[m])
			}
		}
		all.put("scores", medians)
	}
	return append(all.end(), '\n')
}

// nonTransferable is what counts for nobody any more. What rounding loses is part of
// it, as in the official reports of Scottish counts: with what the options have it
// makes the valid ballots, to the last digit.
func nonTransferable(r tally.Round) *big.Rat {
	if r.Lost == nil {
		return r.Exhausted
	}
	return new(big.Rat).Add(r.Exhausted, r.Lost)
}

func (t *recount) titles(options []int) []string {
	names := make([]string, len(options))
	for i, option := range options {
		names[i] = t.file.Options[option]
	}
	return names
}

func (t *recount) lists(groups [][]int) [][]string {
	lists := make([][]string, len(groups))
	for i, group := range groups {
		lists[i] = t.titles(group)
	}
	return lists
}

// amounts gives each option what it has; options that have nothing to have are
// left out.
func (t *recount) amounts(of []*big.Rat) *ordered {
	list := &ordered{}
	for i, n := range of {
		if n != nil {
			list.put(t.file.Options[i], exact(n))
		}
	}
	return list
}

// exact is a number with all its decimals, or, where it has no end of them, a
// fraction in quotes.
func exact(n *big.Rat) []byte {
	if digits, ends := n.FloatPrec(); ends {
		return []byte(n.FloatString(digits))
	}
	return strconv.AppendQuote(nil, n.RatString())
}
