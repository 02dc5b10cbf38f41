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
		for _, line := range regexp.MustCompile(`(?m)^> > (.+)$`).FindAllStringSubmatch(text, -1) {
			for _, part := range parts(line[1]) {
				if !strings.Contains(conversation, part) {
					t.Errorf("%s shows %q on Mattermost, which testdata/readme.%s.txtar, played there too, does not", name, part, lang)
				}
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

// parts are what a line of a message in Mattermost says: its buttons, the label and
// the value of a field, its words.
func parts(line string) []string {
	if buttons := regexp.MustCompile(`\[ ([^]]+) \]`).FindAllStringSubmatch(line, -1); buttons != nil {
		var labels []string
		for _, b := range buttons {
			labels = append(labels, ") "+b[1])
		}
		return labels
	}
	if field := regexp.MustCompile(`^\*\*([^*]+)\*\* (.+)$`).FindStringSubmatch(line); field != nil {
		return field[1:]
	}
	if title, ok := strings.CutPrefix(line, "**"); ok {
		return []string{strings.TrimSuffix(title, "**")}
	}
	return []string{line}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
