package config_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"greffier/config"
)

var update = flag.Bool("update", false, "rewrite the expected reports and the schema")

// TestReports holds the report of every file of mistakes, in both languages,
// against the one beside it.
func TestReports(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files of mistakes, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, ps := config.ParseCharter(filepath.Base(file), data)
			if len(ps) == 0 {
				t.Error("no problem found")
			}
			compare(t, strings.TrimSuffix(file, ".yaml")+".txt", report(t, ps, "en")+"\n"+report(t, ps, "fr"))
		})
	}
}

func report(t *testing.T, ps config.Problems, lang string) string {
	t.Helper()
	var b strings.Builder
	if err := ps.Report(&b, lang); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}
