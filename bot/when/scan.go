package when

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a number, a word or a mark of a text.
type token struct {
	// word is the folded word or the mark; for a number, its digits.
	word string
	// num is the value of a number, -1 for what is none or is too big.
	num int
	// from and to are where it stands in the text, in bytes.
	from, to int
	// glued says that nothing stands between it and the token before.
	glued bool
}

// digits says how many figures a number was written with, 0 for what is none.
func (t token) digits() int {
	if t.word != "" && t.word[0] >= '0' && t.word[0] <= '9' {
		return len(t.word)
	}
	return 0
}

// marks are the only punctuation that means something between numbers.
const marks = "+-/:.@"

// scan cuts a text into tokens. Accents, case, commas, brackets, exclamation marks, apostrophes and the hyphens
// inside words disappear: "Aujourd'hui" is aujourd and hui.
func scan(text string) []token {
	var out []token
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		from := i
		switch {
		case r >= '0' && r <= '9':
			i = runEnd(text, i, func(r rune) bool { return r >= '0' && r <= '9' })
			out = append(out, token{word: text[from:i], num: atoi(text[from:i]), from: from, to: i})
		case isLetter(r):
			i = runEnd(text, i, isLetter)
			word := fold(text[from:i])
			if usual, ok := spellings[word]; ok {
				word = usual
			}
			out = append(out, token{word: word, num: -1, from: from, to: i})
		case strings.ContainsRune(marks, r):
			i += size
			if markCounts(out, text, from, i) {
				out = append(out, token{word: string(r), num: -1, from: from, to: i})
			}
			continue
		case unicode.IsSpace(r), strings.ContainsRune(",;()!'’ʼ‐‑«»“”\"*_", r), quiet(text, r, i, i+size):
			i += size
			continue
		default:
			i += size
			out = append(out, token{word: text[from:i], num: -1, from: from, to: i})
		}
	}
	for i := 1; i < len(out); i++ {
		out[i].glued = out[i].from == out[i-1].to
	}
	return out
}

// quiet tells whether the mark at text[from:to] is punctuation that stands apart: a
// question mark after the last word, a dash between two spaces.
func quiet(text string, r rune, from, to int) bool {
	switch r {
	case '?':
		return strings.Trim(text[to:], "? \u00a0\u202f»\"") == "" && strings.TrimSpace(text[:from]) != ""
	case '–', '—':
		return from > 0 && unicode.IsSpace(rune(text[from-1])) && to < len(text) && unicode.IsSpace(rune(text[to]))
	}
	return false
}

// markCounts reports whether the mark at text[from:to] means something there: a sign
// before a number, or a separator between two.
func markCounts(before []token, text string, from, to int) bool {
	digitAfter := to < len(text) && text[to] >= '0' && text[to] <= '9'
	switch text[from:to] {
	case ".", "-":
		if text[from:to] == "-" && digitAfter && len(before) > 0 && leads[before[len(before)-1].word] {
			return true // dans -3 jours: said, and refused
		}
		return digitAfter && len(before) > 0 && before[len(before)-1].digits() > 0 && before[len(before)-1].to == from ||
			digitAfter && len(before) == 0
	}
	return true
}

func runEnd(text string, i int, in func(rune) bool) int {
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !in(r) {
			break
		}
		i += size
	}
	return i
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) }

// accents holds the accented letters of French; fold drops combining marks besides.
var accents = strings.NewReplacer("à", "a", "â", "a", "ä", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e",
	"î", "i", "ï", "i", "ô", "o", "ö", "o", "ù", "u", "û", "u", "ü", "u", "ÿ", "y", "á", "a", "í", "i", "ó", "o", "ú", "u", "œ", "oe", "æ", "ae")

func fold(word string) string {
	word = accents.Replace(strings.ToLower(word))
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, word)
}

// atoi returns the value of digits, -1 beyond nine of them.
func atoi(digits string) int {
	if len(digits) > 9 {
		return -1
	}
	n := 0
	for _, d := range []byte(digits) {
		n = n*10 + int(d-'0')
	}
	return n
}
