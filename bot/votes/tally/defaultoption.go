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
		top := o2.undefeated(links, left)
		order = append(order, top)
		left = slices.DeleteFunc(slices.Clone(left), func(x int) bool { return slices.Contains(top, x) })
		first = false
	}
	return order
}

// undefeated drops weakest defeats until there is none within the Schwartz set.
func (o *Outcome) undefeated(links []int32, left []int) []int {
	n := o.Pairs.options
	own := false // links are a copy that may be changed
	for {
		set := schwartz(links, n, left)
		o.note(NoteSchwartz, set)
		weakest := int32(0)
		for _, a := range set {
			for _, b := range set {
				if k := links[a*n+b]; k > 0 && (weakest == 0 || k < weakest) {
					weakest = k
				}
			}
		}
		if weakest == 0 {
			return set
		}
		if !own {
			links, own = slices.Clone(links), true
		}
		for _, a := range set {
			for _, b := range set {
				if links[a*n+b] == weakest {
					links[a*n+b] = 0
					o.note(NoteWeakest, []int{a, b}, o.Pairs.Over(a, b), o.Pairs.Over(b, a))
				}
			}
		}
	}
}

// schwartz is those of some options who lead, by defeats among them, to whoever leads
// to them. Who leads to each other is found by the algorithm of Kosaraju and Sharir:
// the Schwartz set is the groups that no defeat from another group reaches.
func schwartz(links []int32, n int, left []int) []int {
	in, done := make([]bool, n), make([]bool, n)
	for _, a := range left {
		in[a] = true
	}
	var finished []int
	var forward func(a int)
	forward = func(a int) {
		done[a] = true
		for b, k := range links[a*n:][:n] {
			if k > 0 && in[b] && !done[b] {
				forward(b)
			}
		}
		finished = append(finished, a)
	}
	for _, a := range left {
		if !done[a] {
			forward(a)
		}
	}
	var set []int
	grouped := make([]bool, n)
	for _, first := range slices.Backward(finished) {
		if grouped[first] {
			continue
		}
		// Who leads to first and is in no group yet is its group; a defeat by a
		// member of an earlier one puts the whole group out.
		group, beaten := []int{first}, false
		member := map[int]bool{first: true}
		for at := 0; at < len(group); at++ {
			b := group[at]
			for _, a := range left {
				switch {
				case links[a*n+b] == 0 || member[a]:
				case grouped[a]:
					beaten = true
				default:
					member[a] = true
					group = append(group, a)
				}
			}
		}
		for _, a := range group {
			grouped[a] = true
		}
		if !beaten {
			set = append(set, group...)
		}
	}
	slices.Sort(set)
	return set
}
