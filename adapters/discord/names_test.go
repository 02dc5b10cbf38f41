package discord

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// TestNamesAreAsDocumented holds validName against the expression in Discord's
// documentation, for every character.
func TestNamesAreAsDocumented(t *testing.T) {
	documented := regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)
	names := []string{"", "vote", "l'ordre_du-jour", "a b", "a\xff", strings.Repeat("é", 32), strings.Repeat("é", 33)}
	for r := range rune(unicode.MaxRune + 1) {
		names = append(names, string(r))
	}
	for _, name := range names {
		want := documented.MatchString(name) && strings.ToLower(name) == name
		if got := validName(name); got != want {
			t.Errorf("validName(%q) is %v, %v is documented", name, got, want)
		}
	}
}
