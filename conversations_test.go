package main

import (
	"testing"

	"greffier/adapters/console/conversation"
)

// The communities at their work, under the charters that are shipped, and what
// every member meets whatever the feature.
func TestConversations(t *testing.T) {
	conversation.Run(t, "testdata/*.txtar", features()[:len(features())-1]...)
}
