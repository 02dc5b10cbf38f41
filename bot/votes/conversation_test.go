package votes_test

import (
	"testing"

	"greffier/adapters/console/conversation"
	"greffier/bot/votes"
)

func TestConversations(t *testing.T) {
	conversation.Run(t, "testdata/*.txtar", votes.Feature())
}
