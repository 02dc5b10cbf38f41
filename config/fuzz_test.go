package config_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"greffier/config"
)

// FuzzCharter wants any text parsed without a panic, every problem to be said
// in both languages and to stand inside the file, and a charter to read the
// same twice.
func FuzzCharter(f *testing.F) {
	f.Add([]byte(small))
	for _, name := range config.ShippedNames() {
		data, _ := config.Shipped(name)
		f.Add(data)
	}
	bad, _ := filepath.Glob("testdata/bad/*.yaml")
	for _, file := range bad {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, ps := config.ParseCharter("x.yaml", data)
		if c == nil || c.Location() == nil {
			t.Fatal("no charter at all")
		}
		for _, p := range ps {
			inside(t, data, p)
		}
		if len(ps) > 0 {
			return
		}
		again, ps := config.ParseCharter("x.yaml", data)
		if len(ps) > 0 || !reflect.DeepEqual(c.Requests, again.Requests) || !reflect.DeepEqual(c.Votes, again.Votes) {
			t.Fatalf("read twice, the charter differs: %v", ps)
		}
		for _, r := range c.Votes.Rules {
			roundTrip(t, r)
		}
		for _, r := range c.Rights {
			if groups, ok := c.RightFor(r.ID); !ok || len(groups) != len(r.Groups) {
				t.Fatalf("right %q gives %q, %v", r.ID, groups, ok)
			}
		}
		for _, k := range c.Requests.Kinds {
			if p := c.Path(k.Path); p == nil || len(p.Stages) == 0 || !slices.ContainsFunc(p.Stages, func(s config.Stage) bool { return s.Final }) {
				t.Fatalf("kind %q has no path with an end: %+v", k.ID, p)
			}
		}
	})
}

var breaks = regexp.MustCompile("\r\n|[\r\n\u0085\u2028\u2029]")

func inside(t *testing.T, data []byte, p config.Problem) {
	t.Helper()
	lines := breaks.Split(strings.TrimPrefix(string(data), "\uFEFF"), -1)
	if p.Line < 1 || p.Line > len(lines) {
		t.Fatalf("%v is not in a file of %d lines", p, len(lines))
	}
	if width := utf8.RuneCountInString(lines[p.Line-1]); p.Column < 1 || p.Column > width+1 {
		t.Fatalf("%v is not in a line of %d characters", p, width)
	}
	for _, lang := range []string{"en", "fr"} {
		text := p.Text(lang)
		if text == "" || strings.Contains(text, "%!") || strings.ContainsAny(text, "\n\r\x00") || !utf8.ValidString(text) {
			t.Fatalf("said in %s: %q", lang, text)
		}
	}
}
