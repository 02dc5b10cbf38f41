package main

import (
	"slices"
	"testing"

	"greffier/adapters/console"
	"greffier/adapters/console/conversation"
	"greffier/adapters/discord"
	"greffier/adapters/discord/discordtest"
	"greffier/adapters/mattermost"
	"greffier/adapters/mattermost/mmtest"
	"greffier/bot"
)

// The communities at their work, under the charters that are shipped, and what
// every member meets whatever the feature.
func TestConversations(t *testing.T) {
	conversation.Run(t, "testdata/*.txtar", features()[:len(features())-1]...)
}

// voiceless are the features without what the adapters say, which a stage brings itself.
func voiceless() []bot.Feature {
	return slices.DeleteFunc(features(), func(f bot.Feature) bool {
		return slices.Contains([]string{console.Platform, discord.Platform, mattermost.Platform}, f.Name)
	})
}

// The same on a real Mattermost server, where there is one.
func TestMattermostConversations(t *testing.T) {
	conversation.RunOn(t, "testdata/*.txtar", mmtest.NewStage, voiceless()...)
}

// The same on a Discord of our own.
func TestDiscordConversations(t *testing.T) {
	conversation.RunOn(t, "testdata/*.txtar", discordtest.NewStage, voiceless()...)
}

// And where the server does not reach Greffier.
func TestMattermostConversationsByMention(t *testing.T) {
	conversation.RunOn(t, "testdata/*.fr.txtar", mmtest.NewStageByMention, voiceless()...)
}
