package config

import (
	"encoding"
	"errors"
	"net"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/robfig/cron/v3"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"
)

// languages are those the product speaks.
var languages = []string{"en", "fr"}

// custom decodes the types that read themselves.
func (d *decoder) custom(n *yaml.Node, v reflect.Value, f field, path []string) bool {
	switch p := v.Addr().Interface().(type) {
	case *Words:
		d.words(n, p, path)
	case *Secret:
		if text, ok := d.text(n, "a-text"); ok {
			*p = NewSecret(text)
		}
	case encoding.TextUnmarshaler: // Duration, Ratio
		text, ok := d.text(n, "a-text")
		var m Mistake
		if ok && errors.As(p.UnmarshalText([]byte(text)), &m) {
			d.problem(posOf(n), m.phrase, m.args...)
			ok = false
		}
		if !ok {
			d.defaults(v, f)
		}
	default:
		return false
	}
	return true
}

// words decodes a text, or a mapping of languages to texts.
func (d *decoder) words(n *yaml.Node, w *Words, path []string) {
	if n.Kind != yaml.MappingNode {
		if text, ok := d.text(n, "a-text"); ok && text != "" {
			*w = InAll(text)
		}
		return
	}
	d.pairs(n, func(lang string, k, value *yaml.Node) {
		at := under(path, lang)
		d.src.mark(at, k, value)
		var text string
		if !slices.Contains(languages, lang) {
			d.problem(posOf(k), "bad-language", lang).Suggestion = d.near(lang, languages)
			return
		}
		d.value(value, reflect.ValueOf(&text).Elem(), field{}, at)
		if text != "" {
			*w = w.With(lang, text)
		}
	})
}

// text returns a scalar as it is written, so that an identifier of digits needs
// no quotes.
func (d *decoder) text(n *yaml.Node, expected term) (string, bool) {
	if n.Kind != yaml.ScalarNode {
		d.wrongType(n, expected)
		return "", false
	}
	switch n.ShortTag() {
	case "!!str", "!!int", "!!float", "!!timestamp":
		return n.Value, true
	case "!!bool":
		d.problem(posOf(n), "quote-it", n.Value)
	default:
		d.problem(posOf(n), "tag")
	}
	return "", false
}

// scalar decodes strings, whole numbers and booleans.
func (d *decoder) scalar(n *yaml.Node, v reflect.Value, f field, path []string) {
	expected := term("a-text")
	switch v.Kind() {
	case reflect.Int:
		expected = "a-number"
	case reflect.Bool:
		expected = "a-boolean"
	case reflect.String:
	default:
		panic("config: cannot decode a " + v.Type().String())
	}
	if n.Kind != yaml.ScalarNode {
		d.wrongType(n, expected)
		d.defaults(v, f)
		return
	}
	switch v.Kind() {
	case reflect.Int:
		i, err := strconv.Atoi(n.Value)
		if err != nil {
			d.problem(posOf(n), "not-number", n.Value)
		}
		v.SetInt(int64(i))
	case reflect.Bool:
		switch strings.ToLower(n.Value) {
		case "true", "yes", "oui":
			v.SetBool(true)
		case "false", "no", "non":
		default:
			d.problem(posOf(n), "not-boolean", n.Value)
		}
	default:
		d.string(n, v, f, path)
	}
}

// string decodes a text and checks it against the words or names allowed.
func (d *decoder) string(n *yaml.Node, v reflect.Value, f field, path []string) {
	text, ok := d.text(n, "a-text")
	if !ok || text == "" {
		d.defaults(v, f)
		return
	}
	text = norm.NFC.String(text)
	switch {
	case len(f.oneof) > 0 && !slices.Contains(f.oneof, text):
		d.problem(posOf(n), "not-one-of", text, f.oneof).Suggestion = d.near(text, f.oneof)
		d.defaults(v, f)
		return
	case f.is == "address" && !isAddress(text):
		d.problem(posOf(n), "bad-address", text)
	case f.is == "cron" && !isCron(text):
		d.problem(posOf(n), "bad-cron", text)
	case len(f.ref) > 0:
		r := reference{noun: f.ref[0], allowed: f.ref[1:], name: text, at: posOf(n)}
		if r.noun == "stage" {
			r.scope = scopeOf(path)
		}
		d.refs = append(d.refs, r)
	}
	v.SetString(text)
}

func isCron(text string) bool {
	_, err := cron.ParseStandard(text)
	return text == "" || err == nil
}

func isAddress(text string) bool {
	host, port, err := net.SplitHostPort(text)
	return err == nil && port != "" && !strings.ContainsAny(host+port, " /")
}

// mapping decodes a map of strings (or of such maps); a single text instead is
// the same for every key.
func (d *decoder) mapping(n *yaml.Node, v reflect.Value, _ field, path []string) {
	v.Set(reflect.MakeMap(v.Type()))
	elem := v.Type().Elem()
	if n.Kind == yaml.ScalarNode && v.Type() == reflect.TypeFor[map[string]string]() {
		if text, ok := d.text(n, "a-mapping"); ok {
			v.SetMapIndex(reflect.ValueOf(Everywhere), reflect.ValueOf(text))
		}
		return
	}
	if n.Kind != yaml.MappingNode {
		d.wrongType(n, "a-mapping")
		return
	}
	d.pairs(n, func(key string, k, value *yaml.Node) {
		at := under(path, key)
		d.src.mark(at, k, value)
		e := reflect.New(elem).Elem()
		before := len(d.problems)
		d.value(value, e, field{}, at)
		if elem.Kind() == reflect.String && e.Len() == 0 && len(d.problems) == before {
			d.problem(posOf(k), "empty", key)
		}
		v.SetMapIndex(reflect.ValueOf(key), e)
	})
}

// resolve reports the names that were used and never declared.
func (d *decoder) resolve() {
	known := map[string]map[string]bool{}
	for noun, names := range d.declared {
		known[noun] = map[string]bool{}
		for _, n := range names {
			known[noun][n] = true
		}
	}
	for _, r := range d.refs {
		declared := d.declared[r.noun+r.scope]
		switch {
		case slices.Contains(r.allowed, r.name):
		case r.noun == "group" && (r.name == Everyone || r.name == Author):
			d.problem(r.at, "not-here", r.name)
		case known[r.noun+r.scope][r.name], d.unsure[r.noun]:
		default:
			p := d.problem(r.at, "unknown", term(r.noun), r.name)
			p.Suggestion = d.near(r.name, declared)
			if p.Suggestion == "" {
				p.Suggestion = d.near(r.name, r.allowed)
			}
		}
	}
}
