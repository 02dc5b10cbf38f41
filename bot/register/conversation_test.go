package register_test

import (
	"testing"

	"greffier/adapters/console/conversation"
	"greffier/adapters/discord/discordtest"
	"greffier/adapters/mattermost/mmtest"
	"greffier/bot/register"
)

func TestConversations(t *testing.T) {
	conversation.Run(t, "testdata/*.txtar", register.Feature(), motions())
}

func TestMattermostConversations(t *testing.T) {
	conversation.RunOn(t, "testdata/*.txtar", mmtest.NewStage, register.Feature(), motions())
}

// The same on a Discord of our own.
func TestDiscordConversations(t *testing.T) {
	conversation.RunOn(t, "testdata/*.txtar", discordtest.NewStage, register.Feature(), motions())
}
