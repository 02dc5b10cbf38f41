package reminders_test

import (
	"testing"

	"greffier/adapters/console/conversation"
	"greffier/bot/reminders"
)

func TestConversations(t *testing.T) {
	conversation.Run(t, "testdata/*.txtar", reminders.Feature())
}
