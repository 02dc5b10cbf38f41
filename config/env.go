package config

import (
	"os"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// environment fills a configuration from variables.
type environment struct {
	get      func(string) string
	file     *decoder
	problems Problems
}

// envName is the variable of a path of keys.
func envName(path []string) string {
	return "GREFFIER_" + strings.ToUpper(strings.NewReplacer("-", "_").Replace(strings.Join(path, "_")))
}

// fill sets what the environment says below v, and reports whether it said
// anything.
func (e *environment) fill(v reflect.Value, path []string) bool {
	said := false
	for _, f := range fieldsOf(v.Type()) {
		fv, at := v.Field(f.index), under(path, f.key)
		switch {
		case fv.Kind() == reflect.Pointer && fv.Type().Elem().Kind() == reflect.Struct:
			section := fv
			if fv.IsNil() {
				section = reflect.New(fv.Type().Elem())
				e.file.defaults(section.Elem(), field{})
			}
			if e.fill(section.Elem(), at) {
				fv.Set(section)
				said = true
			}
		case isSection(fv):
			said = e.fill(fv, at) || said
		default:
			said = e.set(fv, f, envName(at)) || said
		}
	}
	return said
}

// isSection tells a struct of settings from one that is a value.
func isSection(v reflect.Value) bool {
	return v.Kind() == reflect.Struct && len(fieldsOf(v.Type())) > 0
}

func (e *environment) set(v reflect.Value, f field, name string) bool {
	value := e.get(name)
	if _, secret := v.Addr().Interface().(*Secret); secret {
		fromFile, ok := e.secretFile(name+"_FILE", name, value)
		if ok {
			value = fromFile
		}
	}
	if value == "" {
		return false
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
	if v.Kind() == reflect.Slice {
		n = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for item := range strings.SplitSeq(value, ",") {
			n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: strings.TrimSpace(item)})
		}
	}
	d := newDecoder(&Source{Name: name, keys: map[string]Pos{}, values: map[string]Pos{}})
	d.value(n, v, f, []string{f.key})
	e.problems = append(e.problems, d.problems...)
	return true
}

// secretFile reads the file that holds a secret, without the line break an
// editor ends it with.
func (e *environment) secretFile(name, plain, value string) (string, bool) {
	path := e.get(name)
	if path == "" {
		return "", false
	}
	src := &Source{Name: name}
	if value != "" {
		e.problems = append(e.problems, src.problem(Pos{}, "both-given", plain, name))
		return "", false
	}
	data, err := os.ReadFile(path)
	if err != nil {
		e.problems = append(e.problems, src.problem(Pos{}, "bad-secret-file", path, reason(err)))
		return "", false
	}
	secret := strings.TrimRight(string(data), "\r\n")
	if secret == "" || len(secret) > maxBytes || strings.ContainsAny(secret, "\r\n\x00") {
		e.problems = append(e.problems, src.problem(Pos{}, "odd-secret-file", path))
		return "", false
	}
	return secret, true
}

// required reports the settings nobody gave.
func (e *environment) required(v reflect.Value, path []string) {
	for _, f := range fieldsOf(v.Type()) {
		fv, at := v.Field(f.index), under(path, f.key)
		if fv.Kind() == reflect.Pointer && !fv.IsNil() {
			fv = fv.Elem()
		}
		switch {
		case isSection(fv):
			e.required(fv, at)
		case f.required && fv.IsZero() && !e.misread(at):
			src := e.file.src
			if src.lines == nil {
				src = &Source{Name: envName(at)}
			}
			e.problems = append(e.problems, src.problem(src.at(at), "missing-setting", strings.Join(at, "."), envName(at)))
		}
	}
}

// misread tells whether a setting is missing only because what the file says of
// it could not be read.
func (e *environment) misread(path []string) bool {
	_, written := e.file.src.keys[joinPath(path)]
	return written && e.file.reported(e.file.src.valueAt(path))
}
