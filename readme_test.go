package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The READMEs begin with the two commands, quote conversations that run, and the
// two are kept in step.
func TestReadmes(t *testing.T) {
	blocks := map[string][]string{}
	for lang, name := range map[string]string{"en": "README.md", "fr": "README.fr.md"} {
		text := read(t, name)
		conversation := read(t, "testdata/readme."+lang+".txtar")
		code := regexp.MustCompile("(?s)```(sh|text)\n(.*?)```").FindAllStringSubmatch(text, -1)
		if len(code) < 3 || !strings.HasPrefix(code[0][2], "go run . try") || !strings.Contains(code[0][2], "\nmake test") {
			t.Fatalf("%s does not begin with the two commands", name)
		}
		for _, c := range code {
			blocks[lang] = append(blocks[lang], c[1])
			if c[1] == "text" && !strings.Contains(conversation, c[2]) {
				t.Errorf("%s quotes what testdata/readme.%s.txtar does not say:\n%s", name, lang, c[2])
			}
		}
		for _, target := range regexp.MustCompile(`\]\(([^)#]+)\)`).FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(target[1]); err != nil {
				t.Errorf("%s points to %s, which is not there", name, target[1])
			}
		}
		blocks[lang] = append(blocks[lang], regexp.MustCompile(`(?m)^(#+) `).FindAllString(text, -1)...)
	}
	if !slices.Equal(blocks["en"], blocks["fr"]) {
		t.Errorf("the READMEs are not in step:\n%q\n%q", blocks["en"], blocks["fr"])
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
