package config

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var verb = regexp.MustCompile(`%(\[\d+\])?[a-z]`)

// TestPhrases wants every phrase in both languages, with the same arguments.
func TestPhrases(t *testing.T) {
	for key, p := range phrases {
		en, fr := verb.FindAllString(p[0], -1), verb.FindAllString(p[1], -1)
		if p[0] == "" || p[1] == "" || p[0] == p[1] || !slices.Equal(en, fr) {
			t.Errorf("%s: %q and %q", key, p[0], p[1])
		}
		if strings.Contains(p[1], "'") {
			t.Errorf("%s: a straight apostrophe in %q", key, p[1])
		}
	}
	for key, w := range terms {
		if w[0] == "" || w[1] == "" {
			t.Errorf("%s: %q", key, w)
		}
	}
}

// TestPhrasesAreUsed finds the phrases the sources no longer say.
func TestPhrasesAreUsed(t *testing.T) {
	var all strings.Builder
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if file == "phrases.go" || strings.HasSuffix(file, "_test.go") {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	for key := range phrases {
		if !strings.Contains(all.String(), `"`+key+`"`) {
			t.Errorf("nothing says %s", key)
		}
	}
	literal := regexp.MustCompile(`"([a-z0-9-]+)"`)
	for line := range strings.Lines(all.String()) {
		said := literal.FindAllStringSubmatch(line, -1)
		if len(said) > 0 && (strings.Contains(line, "problem(") || strings.Contains(line, "mistake(")) &&
			!slices.ContainsFunc(said, func(m []string) bool { return phrases[m[1]][0] != "" }) {
			t.Errorf("there is no phrase for %s", line)
		}
	}
}

// TestReferencesAreNamed wants a word for all that a charter can refer to.
func TestReferencesAreNamed(t *testing.T) {
	data, err := os.ReadFile("charter.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`ref:"([a-z]+)`).FindAllStringSubmatch(string(data), -1) {
		if _, ok := terms[term(m[1])]; !ok {
			t.Errorf("no word for a %s", m[1])
		}
	}
}
