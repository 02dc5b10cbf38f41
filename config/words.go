package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Words is a text of the community, either one for all languages or one for
// each. The zero Words is no text.
type Words struct{ texts []worded }

type worded struct{ lang, text string }

// InAll is a text that is the same in all languages.
func InAll(text string) Words { return Words{}.With("", text) }

// With returns the words with another language, or another text for one. It
// leaves w as it was.
func (w Words) With(lang, text string) Words {
	texts := slices.Clone(w.texts)
	for i := range texts {
		if texts[i].lang == lang {
			texts[i].text = text
			return Words{texts}
		}
	}
	return Words{append(texts, worded{lang, text})}
}

// In returns the text in a language ("fr", "fr-CH"). Where there is none it is
// the community's language, then the first one written; "" when there is no
// text at all.
func (w Words) In(lang string) string {
	base, _, _ := strings.Cut(lang, "-")
	for _, t := range w.texts {
		if t.lang == lang || t.lang == base {
			return t.text
		}
	}
	if len(w.texts) == 0 {
		return ""
	}
	return w.texts[0].text
}

// IsZero reports whether there is no text.
func (w Words) IsZero() bool { return len(w.texts) == 0 }

// prefer makes lang the language to fall back to.
func (w *Words) prefer(lang string) {
	for i, t := range w.texts {
		if t.lang == lang && i > 0 {
			w.texts = slices.Insert(slices.Delete(slices.Clone(w.texts), i, i+1), 0, t)
		}
	}
}

// MarshalJSON writes a string, or an object of the languages in order.
func (w Words) MarshalJSON() ([]byte, error) {
	if len(w.texts) == 0 {
		return []byte(`""`), nil
	}
	if len(w.texts) == 1 && w.texts[0].lang == "" {
		return json.Marshal(w.texts[0].text)
	}
	var b bytes.Buffer
	b.WriteByte('{')
	for i, t := range w.texts {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, s := range []string{t.lang, t.text} {
			quoted, err := json.Marshal(s)
			if err != nil {
				return nil, err
			}
			if j > 0 {
				b.WriteByte(':')
			}
			b.Write(quoted)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (w *Words) UnmarshalJSON(data []byte) error {
	*w = Words{}
	var text string
	if json.Unmarshal(data, &text) == nil {
		if text != "" {
			*w = InAll(text)
		}
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return fmt.Errorf("config: words are a text or an object of languages, not %.40s", data)
	}
	for dec.More() {
		lang, err := dec.Token()
		if err != nil {
			return err
		}
		if err := dec.Decode(&text); err != nil {
			return err
		}
		*w = w.With(lang.(string), text)
	}
	return nil
}
