package main

import (
	"testing"

	"greffier/adapters/console/conversation"
	"greffier/adapters/discord/discordtest"
	"greffier/adapters/mattermost/mmtest"
)

// What a feature says that stands on requests and organisations is played with
// all of them: features know one another by signals only.
func TestFundingConversations(t *testing.T) {
	conversation.Run(t, "bot/funding/testdata/*.txtar", features()[:len(features())-1]...)
	conversation.Run(t, "bot/releases/testdata/*.txtar", features()[:len(features())-1]...)
	conversation.Run(t, "bot/newsletter/testdata/*.txtar", features()[:len(features())-1]...)
}

// The same on a real Mattermost server, where there is one.
func TestMattermostFundingConversations(t *testing.T) {
	conversation.RunOn(t, "bot/funding/testdata/*.txtar", mmtest.NewStage, voiceless()...)
	conversation.RunOn(t, "bot/releases/testdata/*.txtar", mmtest.NewStage, voiceless()...)
	conversation.RunOn(t, "bot/newsletter/testdata/*.txtar", mmtest.NewStage, voiceless()...)
}

// The same on a Discord of our own.
func TestDiscordFundingConversations(t *testing.T) {
	conversation.RunOn(t, "bot/funding/testdata/*.txtar", discordtest.NewStage, voiceless()...)
	conversation.RunOn(t, "bot/releases/testdata/*.txtar", discordtest.NewStage, voiceless()...)
	conversation.RunOn(t, "bot/newsletter/testdata/*.txtar", discordtest.NewStage, voiceless()...)
}
