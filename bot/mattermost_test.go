package bot_test

import (
	"testing"

	"greffier/adapters/console/conversation"
	"greffier/adapters/mattermost/mmtest"
)

func TestMattermostConversations(t *testing.T) {
	conversation.RunOn(t, "testdata/*.txtar", mmtest.NewStage)
}
