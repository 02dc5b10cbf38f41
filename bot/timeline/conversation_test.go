package timeline_test

import (
	"testing"

	"greffier/adapters/console/conversation"
	"greffier/adapters/discord/discordtest"
	"greffier/adapters/mattermost/mmtest"
	"greffier/bot/timeline"
)

func TestConversations(t *testing.T) {
	conversation.Run(t, "testdata/*.txtar", timeline.Feature())
}

func TestMattermostConversations(t *testing.T) {
	conversation.RunOn(t, "testdata/*.txtar", mmtest.NewStage, timeline.Feature())
}

// The same on a Discord of our own.
func TestDiscordConversations(t *testing.T) {
	conversation.RunOn(t, "testdata/*.txtar", discordtest.NewStage, timeline.Feature())
}
