package meetings

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// Whatever a member typed, what is drawn is text that the font has.
func TestPrintable(t *testing.T) {
	for typed, want := range map[string]string{
		"œuvre « très » chère !": "œuvre «\u00a0très\u00a0» chère\u00a0!",
		"e\u0301te\u0301":        "été",
		"bravo 🎉\u200b":          "bravo ",
		"1\u202f250\u202f€":      "1\u00a0250\u00a0€",
	} {
		if got := printable(typed); got != want {
			t.Errorf("%q becomes %q, want %q", typed, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		for _, r := range printable(rapid.String().Draw(t, "typed")) {
			if r > 0xFFFF {
				t.Fatalf("%U is left", r)
			}
		}
	})
}

// A paper of any text and length is a PDF document, the same one each time.
func TestPDF(t *testing.T) {
	for _, text := range []string{"", "mot", "œ « » ’ … — ½ € Łukasz שלום 漢字 \x00\u202e", string(bytes.Repeat([]byte("long"), 1000)), string(bytes.Repeat([]byte("des mots "), 450))} {
		first, second := drawn(t, text), drawn(t, text)
		if !bytes.HasPrefix(first, []byte("%PDF-")) || !bytes.Contains(first, []byte("%%EOF")) {
			t.Errorf("%.20q gives no PDF document", text)
		}
		if !bytes.Equal(first, second) {
			t.Errorf("%.20q is drawn differently each time", text)
		}
	}
}
