package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxWordRunes = 32  // longer words are cut
	maxWords     = 256 // of one document; later ones are left out
)

// Words returns the different words of a text in the order they first appear, as
// a TextIndex compares them: in lower case, without accents, œ, æ and ß as two
// letters. Words are runs of letters and digits; single letters are left out,
// single digits are not.
func Words(text string) []string {
	var words []string
	seen := map[string]bool{}
	text = fold(text)
	for len(text) > 0 && len(words) < maxWords {
		start := strings.IndexFunc(text, inWord)
		if start < 0 {
			break
		}
		text = text[start:]
		end := strings.IndexFunc(text, func(r rune) bool { return !inWord(r) })
		if end < 0 {
			end = len(text)
		}
		word := cut(text[:end])
		text = text[end:]
		if isWord(word) && !seen[word] {
			seen[word] = true
			words = append(words, word)
		}
	}
	return words
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func isWord(s string) bool {
	first, n := utf8.DecodeRuneInString(s)
	return n < len(s) || unicode.IsDigit(first)
}

// cut returns the first runes of a word.
func cut(word string) string {
	if len(word) <= maxWordRunes {
		return word
	}
	n := 0
	for i := range word {
		if n++; n > maxWordRunes {
			return word[:i]
		}
	}
	return word
}

// twoLetters are letters Unicode does not take apart.
var twoLetters = map[rune]string{
	'œ': "oe", 'æ': "ae", 'ß': "ss", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'ħ': "h", 'ı': "i", 'þ': "th",
}

// fold brings text to lower case and takes accents away.
func fold(text string) string {
	ascii := true
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.ToLower(text)
	}
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range norm.NFKD.String(text) {
		r = unicode.ToLower(r)
		if two, ok := twoLetters[r]; ok {
			b.WriteString(two)
		} else if !unicode.Is(unicode.Mn, r) && r != utf8.RuneError {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// singular takes the ending of a French or English plural from a word.
func singular(word string) string {
	n := len(word)
	switch {
	case n > 4 && strings.HasSuffix(word, "aux"):
		return word[:n-2] + "l" // journaux
	case n > 3 && (word[n-1] == 's' && word[n-2] != 's' || word[n-1] == 'x'):
		return word[:n-1]
	}
	return word
}

// forms returns the words that singular takes to a given one.
func forms(stem string) []string {
	f := []string{stem, stem + "s", stem + "x"}
	if strings.HasSuffix(stem, "al") {
		f = append(f, stem[:len(stem)-1]+"ux")
	}
	kept := f[:0]
	for _, w := range f {
		if singular(w) == stem {
			kept = append(kept, w)
		}
	}
	return kept
}

// stopWords say nothing about what a text is about.
var stopWords = func() map[string]bool {
	stop := map[string]bool{}
	for _, list := range []string{
		`au aux avec ce ces cet cette dans de des du elle elles en est et etait etre eux il ils je la le les leur
		leurs lui ma mais me mes moi mon ne nos notre nous on ont ou par pas plus pour qu que qui sa sans se ses si
		son sont sur ta te tes toi ton tres tu un une vos votre vous comme fait faire peut peuvent avoir avait aussi
		bien tout tous toute toutes afin lors entre chez dont cela donc quand`,
		`an and are as at be been but by can could did do does for from had has have he her him his how if in into is
		it its me my no not of on or our she should so than that the their them then there these they this to was
		we were what when which who why will with would you your`,
	} {
		for _, w := range strings.Fields(list) {
			stop[w] = true
		}
	}
	return stop
}()

// Keywords returns the different words that say what a text is about, without
// plural endings, as TextIndex.Similar compares them.
func Keywords(text string) []string { return stems(Words(text)) }

// stems returns the stems of the words that say what a text is about.
func stems(words []string) []string {
	var kept []string
	seen := map[string]bool{}
	for _, w := range words {
		if stopWords[w] {
			continue
		}
		if s := singular(w); !seen[s] {
			seen[s] = true
			kept = append(kept, s)
		}
	}
	return kept
}

// oneTypo tells whether b is a with one letter inserted, left out or replaced,
// or with two neighbours swapped. It does not hold for equal words.
func oneTypo(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return len(b) == len(a)+1 && runesEqual(a[i:], b[i+1:])
	}
	switch {
	case i == len(a):
		return false
	case runesEqual(a[i+1:], b[i+1:]):
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && runesEqual(a[i+2:], b[i+2:])
}

func runesEqual(a, b []rune) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// mirror returns a word with its runes in reverse.
func mirror(word string) string {
	r := []rune(word)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}
