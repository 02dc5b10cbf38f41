package discord

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/bwmarrin/discordgo"
)

// Roles that the charter has a group give are held by its members and by nobody
// else: whoever enters the group, wherever they did, gets the role, and loses it
// with the group. Other roles are never touched.

// giveRoles compares the roles that members hold with those they should.
func (a *Adapter) giveRoles(ctx context.Context) {
	managed, holders, err := a.desk.Grants(ctx, Platform)
	if err != nil || len(managed) == 0 {
		return
	}
	type move struct {
		guild, user, role string
		give              bool
	}
	var moves []move
	a.people.mu.RLock()
	for guild, members := range a.people.in {
		for n, set := range members {
			held := set.list()
			user := strconv.FormatUint(n, 10)
			for _, role := range managed {
				has, should := slices.Contains(held, role), slices.Contains(holders[user], role)
				if has != should {
					moves = append(moves, move{guild, user, role, should})
				}
			}
		}
	}
	a.people.mu.RUnlock()
	for _, m := range moves {
		method := http.MethodPut
		if !m.give {
			method = http.MethodDelete
		}
		err := a.api.do(ctx, request{
			method: method, route: "/guilds/{}/members/{}/roles/{}", args: []string{m.guild, m.user, m.role}, reason: "Greffier",
		}, nil)
		switch {
		case err == nil:
			a.people.hold(m.guild, m.user, m.role, m.give)
		case code(err) == discordgo.ErrCodeUnknownRole, code(err) == discordgo.ErrCodeUnknownMember:
			// The role is another guild's, or they left just now.
		case status(err) == http.StatusForbidden:
			a.log.Error("the bot may not give a role of the charter: give it Manage Roles, and put its own role above that one in the guild's settings",
				"guild", m.guild, "role", m.role, "error", oneLine(err))
			return
		default:
			a.log.Warn("a role could not be given or taken; trying again later", "role", m.role, "error", oneLine(err))
			return
		}
	}
}

// hold notes that a member was given a role, or lost it.
func (p *people) hold(guild, user, role string, has bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	held := p.in[guild][number(user)].list()
	if has {
		held = append(held, role)
	} else {
		held = slices.DeleteFunc(held, func(r string) bool { return r == role })
	}
	if p.in[guild] != nil {
		p.in[guild][number(user)] = rolesHeld(held)
	}
}
