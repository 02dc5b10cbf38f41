package main

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"greffier/bot"
	"greffier/config"
)

// Every key that a charter may have is explained to who writes one, in both
// languages: it stands in an example or, as code, in a sentence.
func TestCharterKeysAreExplained(t *testing.T) {
	for _, lang := range []string{"", ".fr"} {
		var pages strings.Builder
		names, err := filepath.Glob("docs/*.md")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			base := filepath.Base(name)
			if strings.HasSuffix(base, ".fr.md") == (lang == ".fr") && explains.MatchString(base) {
				pages.WriteString(read(t, name))
			}
		}
		text := pages.String()
		for key, of := range charterKeys(t) {
			k := regexp.QuoteMeta(key)
			named := regexp.MustCompile("(?m)(^[ -]*|[{,] ?)" + k + ":|`[^`\n]*\\b" + k + "\\b[^`\n]*`")
			if !named.MatchString(text) {
				t.Errorf("docs/charter%s.md and its pages do not explain %q (%s)", lang, key, strings.Join(of, ", "))
			}
		}
	}
}

// explains are the pages for who writes a charter.
var explains = regexp.MustCompile(`^(charter|voting|funding|releases|newsletter)`)

// charterKeys are the keys of a charter, with what they stand in.
func charterKeys(t *testing.T) map[string][]string {
	t.Helper()
	type part struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	var schema struct {
		part
		Defs map[string]part `json:"$defs"`
	}
	if err := json.Unmarshal(config.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	keys := map[string][]string{}
	schema.Defs["Charter"] = schema.part
	for _, name := range slices.Sorted(maps.Keys(schema.Defs)) {
		for key := range schema.Defs[name].Properties {
			keys[key] = append(keys[key], name)
		}
	}
	if len(keys) < 100 {
		t.Fatalf("only %d keys in the schema", len(keys))
	}
	return keys
}

// In a charter that is shipped, whoever is named for something may do it.
func TestShippedChartersCanBeUsed(t *testing.T) {
	for _, name := range config.ShippedNames() {
		data, _ := config.Shipped(name)
		ch, problems := config.ParseCharter(name+".yaml", data)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		for _, note := range bot.CharterNotes(ch) {
			t.Error(note)
		}
	}
}
