package requests_test

import (
	"testing"

	"greffier/adapters/console/conversation"
	"greffier/adapters/discord/discordtest"
	"greffier/adapters/mattermost/mmtest"
	"greffier/bot/requests"
)

func TestConversations(t *testing.T) {
	conversation.Run(t, "testdata/*.txtar", requests.Feature(), polls())
}

func TestMattermostConversations(t *testing.T) {
	conversation.RunOn(t, "testdata/*.txtar", mmtest.NewStage, requests.Feature(), polls())
}

// The same on a Discord of our own.
func TestDiscordConversations(t *testing.T) {
	conversation.RunOn(t, "testdata/*.txtar", discordtest.NewStage, requests.Feature(), polls())
}
