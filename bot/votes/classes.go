package votes

import (
	"fmt"
	"math/big"
	"slices"

	"greffier/bot"
)

// planned is a voice that is to stand on a roll, and its class.
type planned struct {
	by    voice
	class Class
}

// electors lists the voices of a vote that opens now, with their classes. A Text
// that is not zero says why there can be no such vote.
func electors(c *bot.Ctx, v *Vote) ([]planned, bot.Text) {
	s := newSorter(c, v)
	var all []planned
	var outside []bot.Text
	add := func(by voice, people []bot.MemberID, advisory bool) {
		k, ok := s.class(by, people, advisory)
		if !ok {
			outside = append(outside, by.say(c))
			return
		}
		all = append(all, planned{by, k})
	}
	if v.Rule.Voices == "organisations" {
		for _, o := range c.Organisations() {
			people := c.OrganisationMembers(o.Number)
			entitled := s.any(people, v.Rule.Electorate)
			if entitled || s.any(people, v.Rule.Advisers) {
				add(organisationVoice(o.Number), people, !entitled)
			}
		}
	} else {
		for _, id := range s.members(v.Rule.Electorate) {
			add(voiceOf(id), []bot.MemberID{id}, false)
		}
		for _, id := range s.members(v.Rule.Advisers) {
			if !s.any([]bot.MemberID{id}, v.Rule.Electorate) {
				add(voiceOf(id), []bot.MemberID{id}, true)
			}
		}
	}
	switch {
	case len(outside) > 0:
		return nil, bot.T("vote.no-college", "names", outside)
	case !slices.ContainsFunc(all, func(p planned) bool { return !p.class.Advisory }) && v.Rule.Voices == "organisations":
		return nil, bot.T("vote.nobody-organisation", "groups", v.Groups)
	case !slices.ContainsFunc(all, func(p planned) bool { return !p.class.Advisory }):
		return nil, bot.T("vote.nobody", "groups", v.Groups)
	case v.Rule.Secret:
		return all, lonely(c, all)
	}
	return all, bot.Text{}
}

// fewest is the smallest class in which a secret ballot is still one among others.
const fewest = 3

// lonely says which voices a secret vote would give away, since hardly anybody
// else's counts as theirs do.
func lonely(c *bot.Ctx, all []planned) bot.Text {
	classes := map[string][]bot.Text{}
	for _, p := range all {
		classes[p.class.key()] = append(classes[p.class.key()], p.by.say(c))
	}
	if len(classes) < 2 {
		return bot.Text{}
	}
	var names []bot.Text
	for _, p := range all {
		if few := classes[p.class.key()]; len(few) < fewest {
			names = append(names, p.by.say(c))
		}
	}
	if len(names) == 0 {
		return bot.Text{}
	}
	return bot.T("vote.secret-lonely", "names", names, "least", fewest)
}

// key tells classes apart.
func (k Class) key() string { return fmt.Sprint(k.College, "/", k.Weights, "/", k.Advisory) }

// sorter finds the classes of voices, looking up each group once.
type sorter struct {
	c      *bot.Ctx
	v      *Vote
	groups map[string][]bot.MemberID
}

func newSorter(c *bot.Ctx, v *Vote) *sorter {
	return &sorter{c, v, map[string][]bot.MemberID{}}
}

// group lists the members of a group, by number.
func (s *sorter) group(id string) []bot.MemberID {
	if _, known := s.groups[id]; !known {
		s.groups[id] = s.c.Members(id)
	}
	return s.groups[id]
}

// members lists those who belong to one of the groups, by number.
func (s *sorter) members(groups []string) []bot.MemberID {
	if len(groups) == 1 {
		return s.group(groups[0])
	}
	var all []bot.MemberID
	for _, g := range groups {
		all = append(all, s.group(g)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// any tells whether one of the people belongs to one of the groups.
func (s *sorter) any(people []bot.MemberID, groups []string) bool {
	for _, g := range groups {
		among := s.group(g)
		for _, id := range people {
			if _, found := slices.BinarySearch(among, id); found {
				return true
			}
		}
	}
	return false
}

// class is that of a voice behind which there are people; ok is false when it is
// in none of the rule's colleges.
func (s *sorter) class(by voice, people []bot.MemberID, advisory bool) (k Class, ok bool) {
	k.Advisory = advisory
	if len(s.v.Rule.Colleges) > 0 && !advisory {
		for _, college := range s.v.Rule.Colleges {
			if s.any(people, college.Groups) {
				k.College = college.ID
				break
			}
		}
		if k.College == "" {
			return k, false
		}
	}
	for _, weighting := range s.v.Rule.Weights {
		k.Weights = append(k.Weights, s.weigh(weighting, by, people))
	}
	return k, true
}

// weigh is what a voice weighs under a weighting.
func (s *sorter) weigh(weighting string, by voice, people []bot.MemberID) bot.Decimal {
	o, _ := s.c.Organisation(by.organisation())
	switch weighting {
	case "organisation":
		return o.Weight
	case "maintenance":
		if o.Maintenance == "" {
			return "0"
		}
		return o.Maintenance
	case "role":
		var most *big.Rat
		for _, role := range s.v.Rule.RoleWeights {
			if w := role.Weight.Rat(); s.any(people, []string{role.Group}) && (most == nil || w.Cmp(most) > 0) {
				most = w
			}
		}
		if most != nil {
			return bot.Decimal(most.RatString())
		}
	}
	return "1"
}

// classed tells whether the voices of a vote are not all alike.
func (v *Vote) classed() bool { return len(v.Classes) > 0 }

// weighted tells whether some weigh other than 1 where it decides.
func (v *Vote) weighted(weighting int) bool {
	return slices.ContainsFunc(v.Classes, func(k Class) bool {
		w := k.weight(weighting)
		return w != nil && w.Cmp(big.NewRat(1, 1)) != 0
	})
}
