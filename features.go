package main

import (
	"log/slog"

	"greffier/adapters/console"
	"greffier/adapters/discord"
	"greffier/adapters/mail"
	"greffier/adapters/mattermost"
	"greffier/bot"
	"greffier/bot/funding"
	"greffier/bot/meetings"
	"greffier/bot/members"
	"greffier/bot/membership"
	"greffier/bot/newsletter"
	"greffier/bot/register"
	"greffier/bot/releases"
	"greffier/bot/reminders"
	"greffier/bot/requests"
	"greffier/bot/timeline"
	"greffier/bot/votes"
	"greffier/config"
)

// features lists everything the clerk can do, in one place.
func features() []bot.Feature {
	return []bot.Feature{
		requests.Feature(),
		votes.Feature(),
		funding.Feature(),
		meetings.Feature(),
		releases.Feature(),
		newsletter.Feature(),
		reminders.Feature(),
		register.Feature(),
		members.Feature(),
		membership.Feature(),
		timeline.Feature(),
		mattermost.Feature(),
		discord.Feature(),
		console.Feature(),
	}
}

// adapters makes the chat platforms that are configured, by name.
func adapters(cfg config.Config, log *slog.Logger) map[string]bot.Adapter {
	all := map[string]bot.Adapter{}
	if cfg.Mattermost != nil {
		all[mattermost.Platform] = mattermost.New(mattermostOptions(cfg.Mattermost, log))
	}
	if cfg.Discord != nil {
		all[discord.Platform] = discord.New(discordOptions(cfg, log))
	}
	if m := cfg.Mail; m != nil {
		all[mail.Platform] = mail.New(mail.Options{
			Host: m.Host, Port: m.Port, TLS: m.TLS, Username: m.Username, Password: m.Password.Reveal(),
			From: m.From, Unsubscribe: m.Unsubscribe,
		})
	}
	return all
}

func discordOptions(cfg config.Config, log *slog.Logger) discord.Options {
	d := cfg.Discord
	return discord.Options{
		Token: d.Token.Reveal(), Application: d.Application, Guilds: d.Guilds, REST: d.REST, Gateway: d.Gateway,
		Shards: d.Shards, Messages: d.Messages, Public: cfg.Public, Version: version, Log: log,
	}
}

func mattermostOptions(m *config.Mattermost, log *slog.Logger) mattermost.Options {
	return mattermost.Options{
		URL: m.URL, Token: m.Token.Reveal(), Teams: m.Teams, Listen: m.Listen, Callback: m.Callback, Log: log,
	}
}
