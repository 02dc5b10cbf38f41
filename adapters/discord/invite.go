package discord

import (
	"context"
	"net/url"
	"strconv"

	"github.com/bwmarrin/discordgo"
)

// needed are the permissions that the bot asks for, and what each is for.
var needed = []struct {
	bit      int64
	name     [2]string
	optional bool
}{
	{discordgo.PermissionViewChannel, [2]string{"View Channels", "Voir les salons"}, false},
	{discordgo.PermissionSendMessages, [2]string{"Send Messages", "Envoyer des messages"}, false},
	{discordgo.PermissionEmbedLinks, [2]string{"Embed Links", "Intégrer des liens"}, false},
	{discordgo.PermissionAttachFiles, [2]string{"Attach Files", "Joindre des fichiers"}, false},
	{discordgo.PermissionReadMessageHistory, [2]string{"Read Message History", "Voir les anciens messages"}, false},
	{discordgo.PermissionSendMessagesInThreads, [2]string{"Send Messages in Threads", "Envoyer des messages dans les fils"}, true},
	{discordgo.PermissionCreatePublicThreads, [2]string{"Create Public Threads", "Créer des fils publics"}, true},
	{discordgo.PermissionManageThreads, [2]string{"Manage Threads", "Gérer les fils"}, true},
	{discordgo.PermissionCreateEvents, [2]string{"Create Events", "Créer des événements"}, true},
	{discordgo.PermissionManageRoles, [2]string{"Manage Roles", "Gérer les rôles"}, true},
}

// Permissions lists, in English, the permissions that the bot asks for, as Discord
// calls them.
func Permissions() []string {
	names := make([]string, len(needed))
	for i, p := range needed {
		names[i] = p.name[0]
	}
	return names
}

// Invite is the link that invites the bot into a guild, with exactly the scopes and
// the permissions that it uses. Discord is asked for the application's identifier
// unless the configuration has it.
func (a *Adapter) Invite(ctx context.Context) (string, error) {
	defer a.api.close()
	app := a.o.Application
	if app == "" {
		if err := a.learn(ctx); err != nil {
			return "", err
		}
		app = a.own().app
	}
	var bits int64
	for _, p := range needed {
		bits |= p.bit
	}
	q := url.Values{
		"client_id": {app}, "scope": {"bot applications.commands"}, "permissions": {strconv.FormatInt(bits, 10)},
	}
	if len(a.o.Guilds) == 1 {
		q.Set("guild_id", a.o.Guilds[0])
	}
	return "https://discord.com/oauth2/authorize?" + q.Encode(), nil
}
