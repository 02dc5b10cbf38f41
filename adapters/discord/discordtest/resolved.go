package discordtest

import (
	"fmt"
	"slices"
	"strings"
)

// resolved gathers what identifiers in the data of an interaction stand for.
type resolved struct {
	s *Server
	g *Guild

	users, members, roles, channels obj
}

func put(o *obj, id string, v any) bool {
	if *o == nil {
		*o = obj{}
	}
	(*o)[id] = v
	return true
}

func (r *resolved) user(id string) bool {
	u := r.s.users[id]
	if u == nil {
		return false
	}
	if m := seatOf(r.g, id); m != nil {
		o := m.object("")
		put(&r.members, id, obj{
			"nick": o.Nick, "avatar": nil, "roles": o.Roles, "joined_at": o.JoinedAt, "premium_since": nil, "pending": o.Pending,
			"flags": 0, "communication_disabled_until": nil, "permissions": r.g.base(m).String(),
		})
	}
	return put(&r.users, id, u.user)
}

func (r *resolved) role(id string) bool {
	if r.g == nil || r.g.role(id) == nil {
		return false
	}
	return put(&r.roles, id, *r.g.role(id))
}

func (r *resolved) channel(id string) bool {
	c := r.s.channels[id]
	if c == nil || c.guild != r.g || r.g == nil {
		return false
	}
	o := obj{"id": c.ID, "name": c.Name, "type": c.Type, "permissions": r.s.can(r.s.me, c).String()}
	if c.parent != "" {
		o["parent_id"] = c.parent
	}
	if c.thread != nil {
		o["thread_metadata"] = c.object().Metadata
	}
	return put(&r.channels, id, o)
}

// option is what is sent for a user, channel or role that an option was given: the
// thing itself, its identifier or its name.
func (r *resolved) option(o *CommandOption, v any) (string, error) {
	id := fmt.Sprint(v)
	switch v := v.(type) {
	case *Member:
		id = v.ID
	case *Channel:
		id = v.ID
	case *Role:
		id = v.ID
	case string:
		id = r.named(o.Type, strings.Trim(v, "<@&#!>"))
	}
	ok := false
	switch o.Type {
	case optUser:
		ok = r.user(id)
	case optRole:
		ok = r.role(id)
	case optMention:
		ok = r.user(id) || r.role(id)
	case optChannel:
		ok = r.channel(id)
		if c := r.s.channels[id]; ok && len(o.ChannelTypes) > 0 {
			ok = slices.Contains(o.ChannelTypes, c.Type)
		}
	default:
		return "", fmt.Errorf("this double cannot give options of type %d", o.Type)
	}
	if !ok {
		return "", fmt.Errorf("%v is nothing that it takes", v)
	}
	return id, nil
}

// named finds what a name stands for, and leaves identifiers.
func (r *resolved) named(kind int, name string) string {
	if r.g == nil {
		return name
	}
	if kind == optUser || kind == optMention {
		if u := r.s.byName[name]; u != nil {
			return u.user.ID
		}
	}
	if kind == optChannel {
		for _, c := range r.g.channels {
			if c.Name == name {
				return c.ID
			}
		}
	}
	for _, role := range r.g.roles {
		if role.Name == name && (kind == optRole || kind == optMention) {
			return role.ID
		}
	}
	return name
}

// object is nil when nothing was resolved.
func (r *resolved) object() obj {
	o := obj{}
	for name, part := range map[string]obj{"users": r.users, "members": r.members, "roles": r.roles, "channels": r.channels} {
		if part != nil {
			o[name] = part
		}
	}
	if len(o) == 0 {
		return nil
	}
	return o
}
