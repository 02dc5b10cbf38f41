package main

import (
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
				if want := map[byte]string{'T': "teksi", 'G': "gadz", 'K': "collectif", 'P': "publik"}[id[0]]; community != "# charter: "+want {
					t.Errorf("%s shows %s, and begins with %q instead of the charter %q", name, id, community, want)
				}
				if !slices.Contains(shown[id], short) {
					shown[id] = append(shown[id], short)
				}
			}
		}
	}
	listed := map[string]bool{}
	for _, row := range seedTable.FindAllStringSubmatch(read(t, "docs/communities.md"), -1) {
		listed[row[1]] = true
		var names []string
		for _, link := range seedShown.FindAllStringSubmatch(row[2], -1) {
			if link[1] != link[2] {
				t.Errorf("%s: %q points to %q", row[1], link[1], link[2])
			}
			names = append(names, link[1])
		}
		if !slices.Equal(names, shown[row[1]]) {
			t.Errorf("docs/communities.md says that %s is shown by %q; the conversations that name it are %q", row[1], names, shown[row[1]])
		}
	}
	for id := range shown {
		if !listed[id] {
			t.Errorf("docs/communities.md does not list %s, which %q show", id, shown[id])
		}
	}
	for _, id := range []string{
		"T1", "T2", "T3", "T4", "T5", "T6", "T7", "G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "K1", "K2", "K3", "K4", "K5", "P1", "P2", "P3", "P4", "P6", "P7", "P8", "P9", "P10", "P11", "P12",
	} {
		if len(shown[id]) == 0 {
			t.Errorf("no conversation shows %s", id)
		}
	}
}
