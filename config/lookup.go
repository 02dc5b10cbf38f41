package config

import (
	"slices"
	"strings"
	"time"
)

const (
	// Everyone is a group that no charter declares: any member present.
	Everyone = "everyone"
	// Author is another: the person a request or a vote belongs to.
	Author = "author"
	// Everywhere is the platform of a place that is the same on all of them.
	Everywhere = "*"
	// MailingLists is where mailing lists are: a channel has a place there only where the
	// charter gives it one, and nobody speaks from there.
	MailingLists = "mail"
	// Console is the platform on which every declared channel and group exists.
	Console = "console"
)

// Platforms lists the names of the adapters, as they stand in a charter.
// Whoever adds an adapter adds its name.
func Platforms() []string { return []string{Console, "mattermost", "discord"} }

// StandardFields lists the fields every request has, which Kind.Require may
// name (but the first two, never empty) and Kind.Fields may not redefine.
func StandardFields() []string {
	return []string{"title", "kind", "use-case", "details", "links", "organisation", "budget"}
}

// index finds things by name. It is built once and never changed.
type index struct {
	channels map[string]*Channel
	groups   map[string]*Group
	kinds    map[string]*Kind
	paths    map[string]*Path
	stages   map[[2]string]*Stage
	rules    map[string]*VoteRule
	meetings map[string]*MeetingKind
	ways     map[string]*FundingWay
	rights   map[string]*Right
	zone     *time.Location
}

// Indexed prepares the lookups of a charter that was built by hand or changed.
// ParseCharter has done so for those it returns. It returns c.
func (c *Charter) Indexed() *Charter {
	x := &index{
		channels: byID(c.Channels, func(e *Channel) string { return e.ID }),
		groups:   byID(c.Groups, func(e *Group) string { return e.ID }),
		kinds:    byID(c.Requests.Kinds, func(e *Kind) string { return e.ID }),
		paths:    byID(c.Requests.Paths, func(e *Path) string { return e.ID }),
		rules:    byID(c.Votes.Rules, func(e *VoteRule) string { return e.ID }),
		meetings: byID(c.Meetings.Kinds, func(e *MeetingKind) string { return e.ID }),
		rights:   byID(c.Rights, func(e *Right) string { return e.ID }),
		ways:     byID(c.Funding.Ways, func(e *FundingWay) string { return e.ID }),
		stages:   map[[2]string]*Stage{},
		zone:     time.UTC,
	}
	for _, p := range c.Requests.Paths {
		for i := range p.Stages {
			x.stages[[2]string{p.ID, p.Stages[i].ID}] = &p.Stages[i]
		}
	}
	if zone, err := loadZone(c.Community.Zone); err == nil {
		x.zone = zone
	}
	c.index = x
	return c
}

func byID[T any](all []T, id func(*T) string) map[string]*T {
	m := make(map[string]*T, len(all))
	for i := range all {
		m[id(&all[i])] = &all[i]
	}
	return m
}

func (c *Charter) lookup() *index {
	if c.index == nil {
		return (&Charter{
			Community: c.Community, Channels: c.Channels, Groups: c.Groups,
			Rights: c.Rights, Requests: c.Requests, Votes: c.Votes, Members: c.Members, Meetings: c.Meetings,
			Funding: c.Funding,
		}).Indexed().index
	}
	return c.index
}

// Channel returns the logical channel of that name, or nil.
func (c *Charter) Channel(id string) *Channel { return c.lookup().channels[id] }

// Group returns the declared group of that name, or nil; nil too for
// [Everyone] and [Author].
func (c *Charter) Group(id string) *Group { return c.lookup().groups[id] }

// Kind returns the kind of request of that name, or nil.
func (c *Charter) Kind(id string) *Kind { return c.lookup().kinds[id] }

// Path returns the path of that name, or nil.
func (c *Charter) Path(id string) *Path { return c.lookup().paths[id] }

// Stage returns the stage of that name in the path of that name, or nil.
func (c *Charter) Stage(path, id string) *Stage { return c.lookup().stages[[2]string{path, id}] }

// Rule returns the voting rule of that name, or nil.
func (c *Charter) Rule(id string) *VoteRule { return c.lookup().rules[id] }

// MeetingKind returns the kind of meeting of that name, or nil.
func (c *Charter) MeetingKind(id string) *MeetingKind { return c.lookup().meetings[id] }

// FundingWay returns the way of funding of that name, or nil.
func (c *Charter) FundingWay(id string) *FundingWay { return c.lookup().ways[id] }

// Envelope returns the envelope of that name, or nil.
func (c *Charter) Envelope(id string) *Envelope {
	for i := range c.Funding.Envelopes {
		if c.Funding.Envelopes[i].ID == id {
			return &c.Funding.Envelopes[i]
		}
	}
	return nil
}

// RightFor returns the groups that may run a command, by its most specific key:
// for "request assign" that key itself, else "request", else the empty key.
// Without any it returns false, and nobody may.
func (c *Charter) RightFor(command string) ([]string, bool) {
	rights := c.lookup().rights
	words := strings.Fields(command)
	for n := len(words); n >= 0; n-- {
		if r := rights[strings.Join(words[:n], " ")]; r != nil {
			return slices.Clone(r.Groups), true
		}
	}
	return nil, false
}

// Place returns where a logical channel is on a platform. On the console a
// declared channel always has a place, by default its own name.
func (c *Charter) Place(channel, platform string) (string, bool) {
	ch := c.Channel(channel)
	if ch == nil {
		return "", false
	}
	keys := []string{platform, Everywhere}
	if platform == MailingLists {
		keys = keys[:1]
	}
	for _, key := range keys {
		if place := ch.Places[key]; place != "" {
			return place, true
		}
	}
	if platform == Console {
		return channel, true
	}
	return "", false
}

// Location is the community's time zone, UTC when it has none.
func (c *Charter) Location() *time.Location { return c.lookup().zone }
