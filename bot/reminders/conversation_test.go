package reminders_test

import (
	"testing"

	"greffier/adapters/console/conversation"
	"greffier/bot/reminders"
	"greffier/bot/votes"
)

func TestConversations(t *testing.T) {
	conversation.Run(t, "testdata/*.txtar", reminders.Feature(), votes.Feature())
}
