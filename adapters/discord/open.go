package discord

import (
	"context"
	"net/http"

	"github.com/bwmarrin/discordgo"

	"greffier/bot"
)

// opened is what a member may do in a channel that is opened to them.
const opened = discordgo.PermissionViewChannel | discordgo.PermissionSendMessages | discordgo.PermissionReadMessageHistory

// invite opens a channel to those who do not see it, by a rule of the channel's own
// for each. Where a role does it, the charter gives that (groups.*.grants) and
// nothing is left to do. What Discord does not allow is said in the log; the error
// is of a Discord that does not answer.
func (a *Adapter) invite(ctx context.Context, channel string, who []bot.Account) error {
	for _, account := range who {
		if a.sees(channel, account.ID) {
			continue
		}
		err := a.api.do(ctx, request{
			method: http.MethodPut, route: "/channels/{}/permissions/{}", args: []string{channel, account.ID}, reason: "Greffier",
			body: map[string]any{"type": 1, "allow": opened, "deny": 0},
		}, nil)
		switch {
		case err == nil:
		case status(err) == 0:
			return err
		default:
			a.log.Error("a channel of the charter could not be opened to somebody: do it by hand, or give the bot Manage Roles in that channel",
				"channel", channel, "user", account.ID, "error", oneLine(err))
		}
	}
	return nil
}

// sees reports whether a member is known to see a channel.
func (a *Adapter) sees(channel, user string) bool {
	a.places.mu.RLock()
	c, known := a.places.kinds[channel]
	g, there := a.places.guilds[c.Guild]
	a.places.mu.RUnlock()
	if !known || !there {
		return false
	}
	a.people.mu.RLock()
	roles := a.people.in[c.Guild][number(user)].list()
	a.people.mu.RUnlock()
	return permissions(g, c, user, roles)&discordgo.PermissionViewChannel != 0
}
