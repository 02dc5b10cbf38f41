package membership_test

import (
	"testing"

	"greffier/adapters/console/conversation"
	"greffier/adapters/discord/discordtest"
	"greffier/adapters/mattermost/mmtest"
	"greffier/bot/membership"
)

func TestConversations(t *testing.T) {
	conversation.Run(t, "testdata/*.txtar", membership.Feature())
}

func TestMattermostConversations(t *testing.T) {
	conversation.RunOn(t, "testdata/*.txtar", mmtest.NewStage, membership.Feature())
}

// The same on a Discord of our own.
func TestDiscordConversations(t *testing.T) {
	conversation.RunOn(t, "testdata/*.txtar", discordtest.NewStage, membership.Feature())
}
