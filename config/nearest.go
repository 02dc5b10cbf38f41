package config

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Nearest returns the one of among that word was probably meant to be, or ""
// when none is near enough to be worth suggesting. Case and accents do not
// count; a letter added, dropped, replaced or swapped with its neighbour does.
// Among equals the first wins.
func Nearest(word string, among []string) string {
	best, found := -1, ""
	w := fold(word)
	if len(w) == 0 || len(w) > 64 {
		return ""
	}
	for _, candidate := range among {
		c := fold(candidate)
		if len(c) == 0 || len(c) > 64 {
			continue
		}
		limit := (max(len(w), len(c)) + 1) / 3
		if best >= 0 {
			limit = min(limit, best-1)
		}
		if max(len(w)-len(c), len(c)-len(w)) > limit {
			continue
		}
		if d := distance(w, c); d <= limit {
			best, found = d, candidate
		}
	}
	if found == "" {
		found = completion(w, among)
	}
	return found
}

// completion finds the only candidate that begins with what was typed.
func completion(word []rune, among []string) string {
	found := ""
	for _, candidate := range among {
		if len(word) >= 3 && strings.HasPrefix(string(fold(candidate)), string(word)) {
			if found != "" {
				return ""
			}
			found = candidate
		}
	}
	return found
}

// fold drops what does not tell two words apart: case, accents, ligatures.
func fold(s string) []rune {
	if len(s) > 256 {
		return nil
	}
	var out []rune
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'œ':
			out = append(out, 'o', 'e')
		case r == 'æ':
			out = append(out, 'a', 'e')
		case r == '_', r == ' ':
			out = append(out, '-')
		default:
			out = append(out, r)
		}
	}
	return out
}

// distance is the Damerau-Levenshtein distance in its restricted form (optimal
// string alignment): no part of a word is edited twice.
func distance(a, b []rune) int {
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		next[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
