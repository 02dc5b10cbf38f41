package config

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"
)

// keyed decodes a mapping into a slice of structs that carry their key as ID.
func (d *decoder) keyed(n *yaml.Node, v reflect.Value, f field, path []string) {
	if n.Kind != yaml.MappingNode {
		d.wrongType(n, "a-mapping")
		d.unsure[f.names] = true
		return
	}
	elem := v.Type().Elem()
	only := field{}
	for _, g := range fieldsOf(elem) {
		if g.inline {
			only = g
		}
	}
	d.pairs(n, func(key string, k, value *yaml.Node) {
		if f.names != "" {
			d.declare(f.names, scopeOf(path), key, posOf(k))
		}
		at := under(path, key)
		d.src.mark(at, k, value)
		e := reflect.New(elem).Elem()
		e.FieldByName("ID").SetString(key)
		if only.inline {
			d.value(value, e.Field(only.index), only, at)
		} else {
			d.value(value, e, field{}, at)
			if isNull(value) {
				d.required(elem, at)
			}
		}
		v.Set(reflect.Append(v, e))
	})
}

// required reports what a blank element would have had to say.
func (d *decoder) required(t reflect.Type, path []string) {
	for _, f := range fieldsOf(t) {
		if f.required {
			d.problem(d.src.at(path), "missing", f.key)
		}
	}
}

// validName reports whether something may be called so: 1 to 32 small letters of any
// script, digits, _ and -. As a regular expression this was 650 kB of tables.
func validName(name string) bool {
	n := 0
	for _, r := range name {
		if n++; n > 32 || !unicode.In(r, unicode.Ll, unicode.N) && r != '_' && r != '-' {
			return false
		}
	}
	return n > 0
}

func (d *decoder) declare(noun, scope, name string, at Pos) {
	d.declared[noun+scope] = append(d.declared[noun+scope], name)
	switch {
	case noun == "group" && (name == Everyone || name == Author):
		d.problem(at, "reserved", name)
	case !validName(name):
		p := d.problem(at, "bad-name", name)
		fixed := norm.NFC.String(strings.ToLower(strings.Join(strings.Fields(name), "-")))
		if validName(fixed) {
			p.Suggestion = fixed
		}
	}
}

// scopeOf tells apart the stages of one path from those of another: the path of
// keys down to "stages", or nothing.
func scopeOf(path []string) string {
	if i := slices.Index(path, "stages"); i >= 0 {
		return joinPath(path[:i])
	}
	return ""
}

// list decodes a sequence, or a single value as a list of one.
func (d *decoder) list(n *yaml.Node, v reflect.Value, f field, path []string) {
	items := []*yaml.Node{n}
	switch n.Kind {
	case yaml.SequenceNode:
		items = n.Content
	case yaml.MappingNode:
		d.wrongType(n, "a-list")
		return
	}
	seen := map[any]bool{}
	out := reflect.MakeSlice(v.Type(), 0, len(items))
	item := f
	item.def, item.required = "", false
	for i, in := range items {
		if d.stopped {
			break
		}
		at := under(path, strconv.Itoa(i))
		d.src.mark(at, in, in)
		e := reflect.New(v.Type().Elem()).Elem()
		before := len(d.problems)
		d.value(in, e, item, at)
		if isNull(in) {
			d.wrongType(in, "a-text")
			continue
		}
		if len(d.problems) > before {
			d.places[posOf(in)] = true // through an alias, the problem is elsewhere
		} else if seen[e.Interface()] {
			d.problem(posOf(in), "twice", in.Value)
		}
		seen[e.Interface()] = true
		out = reflect.Append(out, e)
	}
	v.Set(out)
}
