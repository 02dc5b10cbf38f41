package bot_test

import (
	"testing"

	"greffier/adapters/console/conversation"
)

// What the clerk can do before any feature is added.
func TestConversations(t *testing.T) { conversation.Run(t, "testdata/*.txtar") }
