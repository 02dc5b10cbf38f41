package main

import (
	"testing"

	"greffier/adapters/console/conversation"
	"greffier/adapters/discord/discordtest"
	"greffier/adapters/mattermost/mmtest"
)

// The communities at their work, under the charters that are shipped, and what
// every member meets whatever the feature.
func TestConversations(t *testing.T) {
	conversation.Run(t, "testdata/*.txtar", features()[:len(features())-1]...)
}

// The same on a real Mattermost server, where there is one.
func TestMattermostConversations(t *testing.T) {
	conversation.RunOn(t, "testdata/*.txtar", mmtest.NewStage, features()[:len(features())-3]...)
}

// The same on a Discord of our own.
func TestDiscordConversations(t *testing.T) {
	conversation.RunOn(t, "testdata/*.txtar", discordtest.NewStage, features()[:len(features())-3]...)
}

// And where the server does not reach Greffier.
func TestMattermostConversationsByMention(t *testing.T) {
	conversation.RunOn(t, "testdata/*.fr.txtar", mmtest.NewStageByMention, features()[:len(features())-2]...)
}
