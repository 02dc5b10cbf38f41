package config

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// TestNamesAreAsWritten holds validName against what it says, for every character.
func TestNamesAreAsWritten(t *testing.T) {
	said := regexp.MustCompile(`^[\p{Ll}\p{N}_-]{1,32}$`)
	names := []string{"", "conseil-d-administration", "a\n", "a\xff", "Élus", strings.Repeat("é", 32), strings.Repeat("é", 33)}
	for r := range rune(unicode.MaxRune + 1) {
		names = append(names, string(r))
	}
	for _, name := range names {
		if got, want := validName(name), said.MatchString(name); got != want {
			t.Errorf("validName(%q) is %v, %v is written", name, got, want)
		}
	}
}
