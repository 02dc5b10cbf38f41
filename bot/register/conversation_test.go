package register_test

import (
	"testing"

	"greffier/adapters/console/conversation"
	"greffier/bot/register"
)

func TestConversations(t *testing.T) {
	conversation.Run(t, "testdata/*.txtar", register.Feature(), motions())
}
