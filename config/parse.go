package config

import (
	"reflect"
)

// ParseCharter reads a charter; name is what problems call the file. It finds
// every mistake in one pass, and fills in every default, so that the core reads
// values without thinking. A charter with problems is returned as far as it
// could be read, for tools to look at; it must not be run.
//
// The defaults are: locale en, zone UTC; a kind follows the first path; a field
// is a line of 100 characters, a text has 4000; a stage leads to the one below
// it and the last is final when none is marked; the first rule is the default
// one; a rule is yes-no, with a frozen roll, results at-close, open seven days,
// won by more than half of the expressed votes, and advances a request when it
// passes, leaves it when it fails; a quorum is of the entitled and a majority of
// the expressed; notices are gathered for ten minutes.
func ParseCharter(name string, data []byte) (*Charter, Problems) {
	src := newSource(name, data)
	c := &Charter{source: src}
	d := newDecoder(src)
	root, ps := readTree(src, data)
	d.problems = ps
	v := reflect.ValueOf(c).Elem()
	if root == nil {
		d.defaults(v, field{})
		return c.Indexed(), d.problems
	}
	d.value(root, v, field{}, nil)
	if isNull(root) {
		d.problem(Pos{1, 1}, "empty-file")
	}
	if !d.stopped {
		d.resolve()
		d.check(c)
	}
	preferLanguage(v, c.Community.Locale)
	return c.Indexed(), d.problems.sorted()
}

// preferLanguage makes every text of a charter fall back to the community's.
func preferLanguage(v reflect.Value, lang string) {
	if w, ok := v.Addr().Interface().(*Words); ok {
		w.prefer(lang)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				preferLanguage(v.Field(i), lang)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			preferLanguage(v.Index(i), lang)
		}
	}
}

// At returns where the key at a path of keys is written ("requests", "kinds",
// "bug"), a list's items being numbered from 0; when it is not written, where
// the nearest key above it is.
func (c *Charter) At(path ...string) Pos {
	if c.source == nil {
		return Pos{}
	}
	return c.source.inside(c.source.at(path))
}

// Problem makes a problem of the key at path, for what only another package can
// know. The formats en and fr take the same args in the same order; a string or
// a []string among them is cut and cleaned for printing.
func (c *Charter) Problem(path []string, en, fr string, args ...any) Problem {
	src := c.source
	if src == nil {
		src = &Source{Name: "charter"}
	}
	return src.say(src.at(path), en, fr, args)
}
