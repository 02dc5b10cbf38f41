package tally

import (
	"math/big"
	"slices"
)

// defaultOption counts as Debian's constitution says (A.6): options that miss
// the quorum or their ratio against the default option are dropped; among the
// others the weakest defeats in the Schwartz set are left out until none is in
// it. The rest of the order is found the same way without those before.
func defaultOption(c *count, s *Settings) (*Outcome, error) {
	p := c.pairs()
	o := &Outcome{Pairs: p}
	o.blank(c)
	var in, out []int
	for option := range p.options {
		if option == s.Default || o.stands(s, option) {
			in = append(in, option)
		} else {
			out = append(out, option)
		}
	}
	links, _ := p.strengths(WinningVotes)
	o.Order = o.cloneproof(links, in, true)
	o.Order = append(o.Order, o.cloneproof(links, out, false)...)
	if c.empty() {
		o.note(NoteNobody, nil)
		return o, nil
	}
	o.seat(s, nil)
	return o, nil
}

// stands holds an option against the default option.
func (o *Outcome) stands(s *Settings, option int) bool {
	votes, against := o.Pairs.Over(option, s.Default), o.Pairs.Over(s.Default, option)
	if s.Quorum != nil {
		if votes.Cmp(s.Quorum) < 0 {
			o.note(NoteQuorumMissed, []int{option}, votes, s.Quorum)
			return false
		}
		o.note(NoteQuorum, []int{option}, votes, s.Quorum)
	}
	ratio := s.Ratios[option]
	if ratio == nil {
		ratio = big.NewRat(1, 1)
	}
	// A majority is needed in any case (A.6.3).
	met := votes.Cmp(against) > 0 && votes.Cmp(new(big.Rat).Mul(ratio, against)) >= 0
	key := NoteRatio
	if !met {
		key = NoteRatioMissed
	}
	o.note(key, []int{option}, votes, against, ratio)
	return met
}

// cloneproof is cloneproof Schwartz sequential dropping, again and again.
func (o *Outcome) cloneproof(links []int32, left []int, first bool) [][]int {
	var order [][]int
	for len(left) > 0 {
		o2 := o
		if !first {
			o2 = &Outcome{Pairs: o.Pairs} // only the first winners are told how
		}
		top := o2.undefeated(slices.Clone(links), left)
		order = append(order, top)
		left = slices.DeleteFunc(slices.Clone(left), func(x int) bool { return slices.Contains(top, x) })
		first = false
	}
	return order
}

// undefeated drops weakest defeats until there is none within the Schwartz set.
func (o *Outcome) undefeated(links []int32, left []int) []int {
	n := o.Pairs.options
	for {
		kept := make([]int32, len(links))
		for _, a := range left {
			for _, b := range left {
				kept[a*n+b] = links[a*n+b]
			}
		}
		paths := strongest(kept, n)
		var set []int
		for _, a := range left {
			if !slices.ContainsFunc(left, func(b int) bool { return paths[b*n+a] > 0 && paths[a*n+b] == 0 }) {
				set = append(set, a)
			}
		}
		o.note(NoteSchwartz, set)
		weakest := int32(0)
		for _, a := range set {
			for _, b := range set {
				if k := kept[a*n+b]; k > 0 && (weakest == 0 || k < weakest) {
					weakest = k
				}
			}
		}
		if weakest == 0 {
			return set
		}
		for _, a := range set {
			for _, b := range set {
				if kept[a*n+b] == weakest {
					links[a*n+b] = 0
					o.note(NoteWeakest, []int{a, b}, o.Pairs.Over(a, b), o.Pairs.Over(b, a))
				}
			}
		}
	}
}
