package conversation_test

import (
	"testing"

	"greffier/adapters/console/conversation"
)

func TestConversations(t *testing.T) { conversation.Run(t, "testdata/*.txtar") }
