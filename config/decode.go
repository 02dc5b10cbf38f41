package config

import (
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"
)

// decoder fills Go values from YAML nodes. It notes every mistake and goes on:
// what it could not read keeps its default, and what it guessed from a misspelt
// key is read under the right one, so that one mistake is reported once.
type decoder struct {
	src      *Source
	problems Problems
	places   map[Pos]bool // those that have a problem
	nodes    int
	stopped  bool // a limit was passed: nothing more is read
	within   map[*yaml.Node]bool

	declared map[string][]string // noun (and the path it belongs to) → names
	unsure   map[string]bool     // nouns whose declaration could not be read
	refs     []reference
	compared int

	unrequired bool // what is required may come from elsewhere
}

// reference is a name used somewhere, to look up once all are declared.
type reference struct {
	noun, scope string
	allowed     []string // words that may stand there besides a declared name
	name        string
	at          Pos
}

func newDecoder(src *Source) *decoder {
	return &decoder{
		src:      src,
		places:   map[Pos]bool{},
		within:   map[*yaml.Node]bool{},
		declared: map[string][]string{},
		unsure:   map[string]bool{},
	}
}

// problem notes a mistake, or, when there are too many for anybody to read,
// that there are more.
func (d *decoder) problem(at Pos, phrase string, args ...any) *Problem {
	if len(d.problems) >= maxProblems {
		if !d.stopped {
			d.stopped = true
			d.problems = append(d.problems, d.src.problem(at, "too-many-problems", maxProblems))
		}
		return &Problem{}
	}
	d.problems = append(d.problems, d.src.problem(at, phrase, args...))
	d.places[at] = true
	return &d.problems[len(d.problems)-1]
}

// reported tells whether a place already has a problem, so that what follows
// from it is not reported too.
func (d *decoder) reported(at Pos) bool { return d.places[at] }

// near is Nearest within reason: a file of ten thousand mistakes gets no help
// with the last of them.
func (d *decoder) near(word string, among []string) string {
	if d.compared += len(among); d.compared > 50_000 {
		return ""
	}
	return Nearest(word, among)
}

// field is what the tags of a struct field say.
type field struct {
	index                   int
	key                     string
	required, keyed, inline bool
	oneof, ref              []string
	names, def, is          string
}

func fieldsOf(t reflect.Type) []field {
	var all []field
	for i := range t.NumField() {
		sf := t.Field(i)
		tag, ok := sf.Tag.Lookup("yaml")
		if !ok || tag == "-" {
			continue
		}
		words := strings.Split(tag, ",")
		all = append(all, field{
			index:    i,
			key:      words[0],
			required: slices.Contains(words[1:], "required"),
			keyed:    slices.Contains(words[1:], "keyed"),
			inline:   slices.Contains(words[1:], "inline"),
			oneof:    strings.Fields(sf.Tag.Get("oneof")),
			ref:      strings.Fields(sf.Tag.Get("ref")),
			names:    sf.Tag.Get("names"),
			def:      sf.Tag.Get("default"),
			is:       sf.Tag.Get("is"),
		})
	}
	return all
}

// under is path with one more key, never sharing its array.
func under(path []string, key string) []string {
	return append(path[:len(path):len(path)], key)
}

// value decodes n into v. A blank value leaves the default.
func (d *decoder) value(n *yaml.Node, v reflect.Value, f field, path []string) {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if d.stopped || !d.enter(n) {
		return
	}
	defer d.leave(n)
	if n.Kind != yaml.ScalarNode && n.Style&yaml.TaggedStyle != 0 || strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		d.problem(posOf(n), "tag")
		d.defaults(v, f)
		return
	}
	if isNull(n) {
		d.defaults(v, f)
		return
	}
	if d.custom(n, v, f, path) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), f, path)
	case reflect.Struct:
		d.structure(n, v, f, path)
	case reflect.Map:
		d.mapping(n, v, f, path)
	case reflect.Slice:
		if f.keyed {
			d.keyed(n, v, f, path)
		} else {
			d.list(n, v, f, path)
		}
	default:
		d.scalar(n, v, f, path)
	}
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// enter counts a node each time it is read, through whatever alias, and refuses
// the one too many and the one that contains itself.
func (d *decoder) enter(n *yaml.Node) bool {
	d.nodes++
	switch {
	case d.within[n] && n.Kind != yaml.ScalarNode && n.Anchor != "":
		d.problem(posOf(n), "cycle")
	case d.nodes > maxNodes:
		d.problem(posOf(n), "too-many", maxNodes)
	default:
		d.within[n] = true
		return true
	}
	d.stopped = true
	return false
}

func (d *decoder) leave(n *yaml.Node) { delete(d.within, n) }

// defaults fills what was not written.
func (d *decoder) defaults(v reflect.Value, f field) {
	if f.def != "" {
		switch p := v.Addr().Interface().(type) {
		case *string:
			*p = f.def
		case *Duration:
			*p, _ = ParseDuration(f.def)
		default:
			panic("config: no default for a " + v.Type().String())
		}
		return
	}
	if v.Kind() == reflect.Struct {
		for _, f := range fieldsOf(v.Type()) {
			d.defaults(v.Field(f.index), f)
		}
	}
}

func (d *decoder) wrongType(n *yaml.Node, expected term) {
	found := term("a-text")
	switch {
	case n.Kind == yaml.MappingNode:
		found = "a-mapping"
	case n.Kind == yaml.SequenceNode:
		found = "a-list"
	case isNull(n):
		found = "nothing"
	case n.ShortTag() == "!!bool":
		found = "a-boolean"
	case n.ShortTag() == "!!int", n.ShortTag() == "!!float":
		found = "a-number"
	}
	d.problem(posOf(n), "wrong-type", expected, found)
}

// pairs walks the keys of a mapping, reporting those that are no words or stand
// twice.
func (d *decoder) pairs(n *yaml.Node, each func(key string, k, v *yaml.Node)) {
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content) && !d.stopped; i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		for k.Kind == yaml.AliasNode {
			k = k.Alias
		}
		switch key := norm.NFC.String(k.Value); {
		case k.Kind != yaml.ScalarNode || isNull(k):
			d.problem(posOf(k), "key-not-text")
		case k.ShortTag() == "!!merge":
			d.problem(posOf(k), "merge")
		case first[key] > 0:
			d.problem(posOf(k), "duplicate-key", key, first[key])
		default:
			first[key] = k.Line
			each(key, k, v)
		}
	}
}

func (d *decoder) structure(n *yaml.Node, v reflect.Value, f field, path []string) {
	if n.Kind != yaml.MappingNode {
		d.wrongType(n, "a-mapping")
		d.lost(v.Type())
		d.defaults(v, f)
		return
	}
	fields := fieldsOf(v.Type())
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.key
	}
	written := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		written[n.Content[i].Value] = true
	}
	done := map[string]bool{}
	d.pairs(n, func(key string, k, value *yaml.Node) {
		i := slices.Index(keys, key)
		if i < 0 {
			p := d.problem(posOf(k), "unknown-key", key)
			near := d.meant(key, keys)
			p.Suggestion = near
			if near == "" || written[near] || done[near] {
				return
			}
			i = slices.Index(keys, near)
		}
		f := fields[i]
		done[f.key] = true
		at := under(path, f.key)
		d.src.mark(at, k, value)
		if f.required && isEmpty(value) && !d.unrequired {
			d.problem(posOf(k), "empty", key)
		}
		d.value(value, v.Field(f.index), f, at)
	})
	for _, f := range fields {
		if done[f.key] || d.stopped {
			continue
		}
		if f.required && !d.unrequired {
			d.problem(d.src.at(path), "missing", f.key)
		}
		d.defaults(v.Field(f.index), f)
	}
}

// lost notes that what a value of this type would have declared is unknown, so
// that its names are not reported wherever they are used.
func (d *decoder) lost(t reflect.Type) {
	for _, f := range fieldsOf(t) {
		if f.names != "" {
			d.unsure[f.names] = true
		}
	}
}

func isEmpty(n *yaml.Node) bool {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return len(n.Content) == 0 && strings.TrimSpace(n.Value) == ""
}
