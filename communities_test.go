package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	seedLine  = regexp.MustCompile(`\b[TGKP]\d+\b`)
	seedTable = regexp.MustCompile(`(?m)^\| ([TGKP]\d+) \| [^|]+ \| ([^|]+) \|$`)
	seedShown = regexp.MustCompile(`\[([\w-]+)\]\(\.\./testdata/([\w-]+)\.fr\.txtar\)`)
)

// communityPages walk through the communities, in English and in French.
var communityPages = []string{"docs/communities.md", "docs/communities.fr.md"}

// docs/communities.md lists, for each line of the communities that the product is
// measured by, every conversation that says it shows it, and no other; each is
// under the charter of that community.
func TestCommunitiesAreShown(t *testing.T) {
	shown := map[string][]string{} // line → conversations, by what these say
	files, err := filepath.Glob("testdata/*.fr.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		community, _, _ := strings.Cut(read(t, name), "\n")
		short := strings.TrimSuffix(filepath.Base(name), ".fr.txtar")
		for line := range strings.Lines(read(t, name)) {
			if !strings.HasPrefix(line, "#") {
				continue
			}
			for _, id := range seedLine.FindAllString(line, -1) {
				if want := charterOf(id); community != "# charter: "+want {
					t.Errorf("%s shows %s, and begins with %q instead of the charter %q", name, id, community, want)
				}
				if !slices.Contains(shown[id], short) {
					shown[id] = append(shown[id], short)
				}
			}
		}
	}
	for _, page := range communityPages {
		listed := map[string]bool{}
		for _, row := range seedTable.FindAllStringSubmatch(read(t, page), -1) {
			listed[row[1]] = true
			var names []string
			for _, link := range seedShown.FindAllStringSubmatch(row[2], -1) {
				if link[1] != link[2] {
					t.Errorf("%s: %q points to %q", row[1], link[1], link[2])
				}
				names = append(names, link[1])
			}
			if !slices.Equal(names, shown[row[1]]) {
				t.Errorf("%s says that %s is shown by %q; the conversations that name it are %q", page, row[1], names, shown[row[1]])
			}
		}
		for id := range shown {
			if !listed[id] {
				t.Errorf("%s does not list %s, which %q show", page, id, shown[id])
			}
		}
	}
	// And the year of a community names every line of it, beside what shows it.
	for _, community := range seedCommunities {
		for n := 1; n <= community.lines; n++ {
			if id := fmt.Sprintf("%s%d", community.letter, n); !slices.Contains(shown[id], community.charter+"-annee") {
				t.Errorf("testdata/%s-annee.fr.txtar does not name %s", community.charter, id)
			}
		}
	}
}

// seedCommunities are the communities that the product is measured by, and how many
// lines say what each of them does.
var seedCommunities = []struct {
	letter, charter string
	lines           int
}{{"T", "teksi", 7}, {"G", "gadz", 9}, {"K", "collectif", 5}, {"P", "publik", 12}}

// charterOf is the charter of the community that a line is of.
func charterOf(id string) string {
	for _, c := range seedCommunities {
		if strings.HasPrefix(id, c.letter) {
			return c.charter
		}
	}
	return ""
}

var (
	pageSection = regexp.MustCompile(`(?m)^## .+$`)
	pageExtract = regexp.MustCompile("(?ms)^```(yaml|text)\n(.*?)^```$")
)

// What the pages quote is in the charter and in the year of the community, line by
// line and in that order; "…" stands for lines that are left out.
func TestCommunityExtracts(t *testing.T) {
	for _, page := range communityPages {
		sections := pageSection.Split(read(t, page), -1)[1:]
		if len(sections) != len(seedCommunities) {
			t.Fatalf("%s has %d sections, for %d communities", page, len(sections), len(seedCommunities))
		}
		for i, section := range sections {
			extracts := pageExtract.FindAllStringSubmatch(section, -1)
			if len(extracts) < 3 {
				t.Errorf("%s quotes %d extracts of %s", page, len(extracts), seedCommunities[i].charter)
			}
			for _, extract := range extracts {
				source := "testdata/" + seedCommunities[i].charter + "-annee.fr.txtar"
				if extract[1] == "yaml" {
					source = "config/charters/" + seedCommunities[i].charter + ".yaml"
				}
				if line, ok := quoted(extract[2], read(t, source)); !ok {
					t.Errorf("%s quotes %q, which is not there in %s", page, line, source)
				}
			}
		}
	}
}

// quoted reports whether the lines of an extract follow one another in a source, but
// for comments and blank lines, and gives the first that does not.
func quoted(extract, source string) (string, bool) {
	var lines []string
	for line := range strings.Lines(source) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	at := 0
	for part := range strings.SplitSeq(strings.TrimSpace(extract), "\n…\n") {
		want := strings.Split(part, "\n")
		for i := range want {
			want[i] = strings.TrimSpace(want[i])
		}
		for ; at+len(want) <= len(lines) && !slices.Equal(lines[at:at+len(want)], want); at++ {
		}
		if at+len(want) > len(lines) {
			return want[0], false
		}
		at += len(want)
	}
	return "", true
}
