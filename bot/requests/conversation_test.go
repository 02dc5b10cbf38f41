package requests_test

import (
	"testing"

	"greffier/adapters/console/conversation"
	"greffier/bot/requests"
)

func TestConversations(t *testing.T) {
	conversation.Run(t, "testdata/*.txtar", requests.Feature(), polls())
}
