package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"greffier/config"
)

type object = map[string]any

// TestSchema generates the schema again and holds it against the one embedded.
func TestSchema(t *testing.T) {
	g := generator{docs: comments(t, append(charterFiles(t), "duration.go", "formula.go", "hours.go", "ratio.go", "recurrence.go", "words.go")...), defs: object{}}
	root := g.structure(reflect.TypeFor[config.Charter]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "Greffier charter"
	root["$defs"] = g.defs
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(root); err != nil {
		t.Fatal(err)
	}
	compare(t, "schema.json", b.String())
	if !*update && !bytes.Equal(config.Schema(), b.Bytes()) {
		t.Error("the schema that is embedded is not the file")
	}
}

// generator turns the types of a charter into a schema.
type generator struct {
	docs map[string]string // Type or Type.Field → comment
	defs object
}

func (g *generator) structure(t reflect.Type) object {
	properties, required := object{}, []string{}
	for i := range t.NumField() {
		sf := t.Field(i)
		tag := strings.Split(sf.Tag.Get("yaml"), ",")
		if tag[0] == "" || tag[0] == "-" {
			continue
		}
		p := g.field(sf, slices.Contains(tag[1:], "keyed"))
		if doc := g.docs[t.Name()+"."+sf.Name]; doc != "" {
			p["description"] = doc
		}
		if def := sf.Tag.Get("default"); def != "" {
			p["default"] = def
		}
		properties[tag[0]] = p
		if slices.Contains(tag[1:], "required") {
			required = append(required, tag[0])
		}
	}
	s := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	if doc := g.docs[t.Name()]; doc != "" {
		s["description"] = doc
	}
	if t == reflect.TypeFor[config.Share]() {
		s["oneOf"] = []object{{"required": []string{"over"}}, {"required": []string{"at-least"}}}
	}
	if t == reflect.TypeFor[config.Quorum]() {
		s["oneOf"] = []object{{"required": []string{"over"}}, {"required": []string{"at-least"}}, {"required": []string{"formula"}}}
	}
	return s
}

func (g *generator) field(sf reflect.StructField, keyed bool) object {
	if !keyed {
		return g.value(sf.Type, strings.Fields(sf.Tag.Get("oneof")))
	}
	element := g.value(sf.Type.Elem(), nil)
	if inline, ok := inlined(sf.Type.Elem()); ok {
		element = g.value(inline, nil)
		if inline.Kind() == reflect.Map {
			element = object{"anyOf": []object{element, text(), {"type": "null"}}}
		}
	} else {
		element = object{"anyOf": []object{element, {"type": "null"}}}
	}
	if doc := g.docs[sf.Type.Elem().Name()]; doc != "" {
		element["description"] = doc
	}
	s := object{"type": "object", "additionalProperties": element}
	if sf.Tag.Get("names") != "" {
		s["propertyNames"] = object{"pattern": `^[\p{Ll}\p{N}_-]{1,32}$`}
	}
	return s
}

func inlined(t reflect.Type) (reflect.Type, bool) {
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("yaml") == ",inline" {
			return t.Field(i).Type, true
		}
	}
	return nil, false
}

// text is what YAML may take for a number and a charter takes as written.
func text() object { return object{"type": []string{"string", "number"}} }

func (g *generator) value(t reflect.Type, oneof []string) object {
	switch t {
	case reflect.TypeFor[config.Words]():
		return g.define(t, object{"anyOf": []object{text(), {
			"type": "object", "additionalProperties": false,
			"properties": object{"en": text(), "fr": text()},
		}}})
	case reflect.TypeFor[config.Duration]():
		return g.define(t, object{"type": []string{"string", "integer"}, "pattern": `^ *(0|([0-9]+ *([wdjhmsWDJHMS]|min|sem) *)+)$`, "maximum": 0})
	case reflect.TypeFor[config.Formula]():
		return g.define(t, object{"type": []string{"string", "integer"}, "pattern": "[0-9a-z]", "maxLength": 120})
	case reflect.TypeFor[config.Recurrence]():
		return g.define(t, object{"type": "string", "minLength": 1})
	case reflect.TypeFor[config.Hours]():
		return g.define(t, object{"type": "string", "pattern": "[0-9]"})
	case reflect.TypeFor[config.Ratio]():
		return g.define(t, object{"type": []string{"string", "number"}, "pattern": `^ *[0-9]+( ?/ ?[0-9]+|([.,][0-9]+)?\s?%?) *$`, "minimum": 0, "maximum": 1})
	}
	switch t.Kind() {
	case reflect.Pointer:
		return g.value(t.Elem(), nil)
	case reflect.Struct:
		if _, done := g.defs[t.Name()]; !done {
			g.defs[t.Name()] = nil
			g.defs[t.Name()] = g.structure(t)
		}
		return object{"$ref": "#/$defs/" + t.Name()}
	case reflect.Slice:
		one := g.value(t.Elem(), oneof)
		return object{"anyOf": []object{one, {"type": "array", "items": one, "uniqueItems": true}}}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": g.value(t.Elem(), nil)}
	case reflect.Bool:
		return object{"enum": []any{true, false, "yes", "no", "oui", "non"}}
	case reflect.Int:
		return object{"type": "integer"}
	}
	if len(oneof) > 0 {
		return object{"enum": oneof}
	}
	return text()
}

func (g *generator) define(t reflect.Type, s object) object {
	s["description"] = g.docs[t.Name()]
	g.defs[t.Name()] = s
	return object{"$ref": "#/$defs/" + t.Name()}
}

// charterFiles are those that hold the structs of a charter.
func charterFiles(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("charter*.go")
	if err != nil || len(names) == 0 {
		t.Fatal("no charter*.go", err)
	}
	return names
}

// comments reads the doc comments of the types and fields in some files.
func comments(t *testing.T, files ...string) map[string]string {
	t.Helper()
	docs := map[string]string{}
	keep := func(name string, doc *ast.CommentGroup) {
		if text := strings.Join(strings.Fields(doc.Text()), " "); text != "" {
			docs[name] = text
		}
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			d, ok := decl.(*ast.GenDecl)
			if !ok || d.Tok != token.TYPE {
				continue
			}
			spec := d.Specs[0].(*ast.TypeSpec)
			keep(spec.Name.Name, d.Doc)
			if s, ok := spec.Type.(*ast.StructType); ok {
				for _, f := range s.Fields.List {
					for _, id := range f.Names {
						keep(spec.Name.Name+"."+id.Name, f.Doc)
					}
				}
			}
		}
	}
	return docs
}

func validator(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(config.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("charter.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("charter.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// valid holds a charter against the schema, as an editor does.
func valid(t *testing.T, s *jsonschema.Schema, data []byte) error {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(textKeys(v))
	if err != nil {
		t.Fatal(err)
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(instance)
}

// textKeys makes every key a text, as editors read years and other numbers.
func textKeys(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = textKeys(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = textKeys(v[k])
		}
	case map[any]any:
		out := object{}
		for k, e := range v {
			out[fmt.Sprint(k)] = textKeys(e)
		}
		return out
	}
	return v
}

func TestSchemaAcceptsCharters(t *testing.T) {
	s := validator(t)
	for _, name := range config.ShippedNames() {
		data, _ := config.Shipped(name)
		if err := valid(t, s, data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := valid(t, s, []byte(small)); err != nil {
		t.Error(err)
	}
}

func TestSchemaRefusesMistakes(t *testing.T) {
	s := validator(t)
	for _, name := range []string{"sections", "types", "enums", "names", "missing", "bom"} {
		data, err := os.ReadFile("testdata/bad/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		if name == "names" { // two of its keys are none in JSON
			data = bytes.ReplaceAll(data, []byte("  [a, b]: {}\n  ~: {}\n"), nil)
		}
		if valid(t, s, data) == nil {
			t.Errorf("%s.yaml passes", name)
		}
	}
	for _, part := range []string{
		"quorum: {}", "quorum: {over: 1/2, at-least: 1/2}", "quorum: {of: all, over: 1/2}", "method: yesno",
		"lasts: 7 days", "secret: maybe", "reminders: {a: 1d}", "typo: x",
	} {
		text := strings.ReplaceAll(small, "autre: {electorate: comite, quorum: {at-least: 1/3},", "autre: {electorate: comite, "+part+",")
		if valid(t, s, []byte(text)) == nil {
			t.Errorf("%s passes", part)
		}
	}
}

// TestSchemaExplains wants a sentence beside every key an author may write.
func TestSchemaExplains(t *testing.T) {
	docs := comments(t, charterFiles(t)...)
	for _, name := range []string{
		"Charter.Rights", "Community.Zone", "Group.Members", "Kind.Require", "Field.Type", "Stage.Vote",
		"VoteRule.Roll", "Share.Of", "Notices.Batch",
	} {
		if docs[name] == "" || !bytes.Contains(config.Schema(), []byte(strings.ReplaceAll(docs[name], `"`, `\"`))) {
			t.Errorf("%s is not explained", name)
		}
	}
}
