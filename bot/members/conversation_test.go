package members_test

import (
	"testing"

	"greffier/adapters/console/conversation"
	"greffier/bot/members"
)

func TestConversations(t *testing.T) {
	conversation.Run(t, "testdata/*.txtar", members.Feature())
}
