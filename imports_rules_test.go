package main_test

import (
	"path"
	"strings"
	"testing"
	"testing/fstest"
)

// The rules of TestImportsRunOneWay, each with an import that keeps it or breaks it.
func TestImportRules(t *testing.T) {
	for _, c := range []struct {
		file, imported string
		ok             bool
	}{
		{"main.go", "adapters/console", true},
		{"main.go", "bot/votes", true},
		{"main.go", "store/bolt", true},
		{"main.go", "config", true},
		{"main.go", "adapters/adaptertest", false},
		{"main_test.go", "adapters/adaptertest", true},
		{"adapters/console/console.go", "bot", true},
		{"adapters/console/console.go", "bot/when", true},
		{"adapters/console/console.go", "bot/votes", false},
		{"adapters/console/console.go", "config", false},
		{"adapters/console/console.go", "store", false},
		{"adapters/console/console.go", "adapters/discord", false},
		{"adapters/console/console.go", "adapters/console/line", true},
		{"adapters/console/console_test.go", "store", false},
		{"adapters/console/console_test.go", "store/bolt", true},
		{"adapters/console/console_test.go", "adapters/adaptertest", true},
		{"adapters/mattermost/mattermost_test.go", "adapters/mattermost/mmtest", true},
		{"adapters/mattermost/mattermost.go", "adapters/mattermost/mmtest", false},
		{"main_test.go", "adapters/mattermost/mmtest", true},
		{"adapters/discord/discord_test.go", "adapters/discord/discordtest", true},
		{"adapters/discord/discord.go", "adapters/discord/discordtest", false},
		{"bench/discord.go", "adapters/discord/discordtest", true},
		{"adapters/adaptertest/suite.go", "bot", true},
		{"adapters/console/conversation/conversation.go", "adapters/console", true},
		{"adapters/console/conversation/conversation.go", "bot/votes", false},
		{"adapters/console/conversation/stage.go", "adapters/adaptertest", true},
		{"adapters/mattermost/mmtest/stage.go", "adapters/adaptertest", true},
		{"adapters/mattermost/mmtest/stage.go", "adapters/mattermost", true},
		{"adapters/adaptertest/suite.go", "adapters/mattermost/mmtest", false},
		{"adapters/console/console.go", "adapters/console/conversation", false},
		{"bot/votes/votes_test.go", "adapters/console/conversation", true},
		{"adapters/adaptertest/suite.go", "adapters/console", false},
		{"bot/votes/rules.go", "bot", true},
		{"bot/votes/rules.go", "store", true},
		{"bot/votes/rules.go", "config", true},
		{"bot/votes/rules.go", "bot/when", true},
		{"bot/votes/rules.go", "bot/votes/tally", true},
		{"bot/votes/tally/tally.go", "bot/votes", true},
		{"bot/votes/rules.go", "bot/requests", false},
		{"bot/votes/rules_test.go", "bot/requests", false},
		{"bot/votes/rules.go", "store/bolt", false},
		{"bot/votes/rules_test.go", "store/bolt", true},
		{"bot/votes/rules.go", "adapters/console", false},
		{"bot/dispatch.go", "store", true},
		{"bot/dispatch.go", "config", true},
		{"bot/dispatch.go", "bot/when", true},
		{"bot/dispatch.go", "bot/votes", false},
		{"bot/dispatch.go", "store/bolt", false},
		{"bot/dispatch.go", "adapters/console", false},
		{"bot/dispatch_test.go", "store/bolt", true},
		{"bot/when/when.go", "bot", false},
		{"bot/when/when_test.go", "store/bolt", false},
		{"store/store.go", "config", false},
		{"store/store_test.go", "store", true},
		{"store/bolt/bolt.go", "store", true},
		{"store/bolt/bolt.go", "bot", false},
		{"store/bolt/bolt_test.go", "store/storetest", true},
		{"store/storetest/suite.go", "store", true},
		{"config/charter.go", "store", false},
		{"config/charter.go", "bot", false},
		{"util/util.go", "bot", false},
		{"bot/dispatch.go", "util", false},
	} {
		if why := forbidden(c.file, c.imported); (why == "") != c.ok {
			t.Errorf("%s imports %s: forbidden is %q, want allowed %v", c.file, c.imported, why, c.ok)
		}
	}
}

// A violation planted in a tree is found, wherever it hides.
func TestPlantedViolationIsFound(t *testing.T) {
	file := func(dir string, imports ...string) *fstest.MapFile {
		src := "package " + path.Base(dir) + "\n"
		for _, i := range imports {
			src += "import _ \"" + i + "\"\n"
		}
		return &fstest.MapFile{Data: []byte(src)}
	}
	tree := fstest.MapFS{
		"main.go":                     file("main", "fmt", "greffier/bot", "greffier/adapters/console"),
		"bot/bot.go":                  file("bot", "greffier/store"),
		"bot/votes/votes.go":          file("votes", "greffier/bot", "greffier/bot/requests"),
		"adapters/console/console.go": file("console", "greffier/bot", "greffier/store"),
		"bot/votes/testdata/x.go":     file("x", "greffier/bot/requests"),
		"tools/lint/x.go":             file("x", "greffier/bot"),
	}
	problems, files := check(t, tree)
	want := []string{
		"adapters/console/console.go imports greffier/store: adapter may not import a package of the kind store",
		"bot/votes/votes.go imports greffier/bot/requests: feature imports another feature; what both need goes down into bot",
	}
	if strings.Join(problems, "\n") != strings.Join(want, "\n") {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(problems, "\n"), strings.Join(want, "\n"))
	}
	if files != 4 {
		t.Errorf("looked at %d files, want 4", files)
	}
}
