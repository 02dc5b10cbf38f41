package meetings_test

import (
	"testing"

	"greffier/adapters/console/conversation"
	"greffier/bot/meetings"
)

func TestConversations(t *testing.T) {
	conversation.Run(t, "testdata/*.txtar", meetings.Feature())
}
