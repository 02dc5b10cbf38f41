package main

import (
	"regexp"
	"strings"
	"testing"

	"greffier/config"
)

// charterSection is a section of a charter that the page has replaced.
var charterSection = regexp.MustCompile(`(?m)^(channels|groups):\n(?:(?: .*|#.*)?\n)*`)

// The charter that docs/mattermost.md has an operator make, from the one that is
// shipped and the sections of the page, is one that can be served.
func TestMattermostDocsCharter(t *testing.T) {
	for _, page := range []string{"docs/mattermost.md", "docs/mattermost.fr.md"} {
		_, rest, _ := strings.Cut(read(t, page), "```yaml\n")
		block, _, ok := strings.Cut(rest, "```")
		if !ok {
			t.Fatalf("%s has no block of YAML", page)
		}
		demo := charterSection.ReplaceAllString(read(t, "config/charters/demo.yaml"), "")
		ch, problems := config.ParseCharter("charter.yaml", []byte(demo+"\n"+block))
		if len(problems) > 0 {
			t.Errorf("%s: %v", page, problems)
			continue
		}
		if place, _ := ch.Place("general", "mattermost"); place != "town-square" {
			t.Errorf("%s: general is %q", page, place)
		}
		if g := ch.Group("committee"); g == nil || len(g.Channels) == 0 {
			t.Errorf("%s: the committee is not who is in its channel", page)
		}
	}
}
