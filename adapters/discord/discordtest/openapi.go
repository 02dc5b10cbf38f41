package discordtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// contract is Discord's OpenAPI description. A 3.1 description's schemas are JSON
// Schema 2020-12, so that the schemas of requests are compiled where they stand, each
// when it is first needed.
type contract struct {
	doc map[string]any

	mu       sync.Mutex
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
}

// address is the name under which the schemas know the description.
const address = "https://discord.com/openapi.json"

// contracts are those that were read, by file: compiling is what costs.
var contracts struct {
	sync.Mutex
	read map[string]*contract
}

func loadContract(file string) (*contract, error) {
	contracts.Lock()
	defer contracts.Unlock()
	if c := contracts.read[file]; c != nil {
		return c, nil
	}
	c, err := readContract(file)
	if err == nil {
		if contracts.read == nil {
			contracts.read = map[string]*contract{}
		}
		contracts.read[file] = c
	}
	return c, err
}

// fromRoot finds a relative path in the working directory, or from the root of the
// module, as tests run in the folders of their packages.
func fromRoot(file string) string {
	up := ""
	for range 8 {
		if _, err := os.Stat(up + "go.mod"); err == nil && up != "" {
			if _, err := os.Stat(file); err != nil {
				return filepath.Join(up, file)
			}
		}
		up += "../"
	}
	return file
}

func readContract(file string) (*contract, error) {
	if !filepath.IsAbs(file) {
		file = fromRoot(file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	doc, ok := parsed.(map[string]any)
	if !ok || doc["paths"] == nil {
		return nil, fmt.Errorf("%s describes no API", file)
	}
	correct(doc)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource(address, parsed); err != nil {
		return nil, err
	}
	return &contract{doc: doc, compiler: c, schemas: map[string]*jsonschema.Schema{}}, nil
}

// correct mends what the written documentation contradicts: permissions of commands
// are a string of a number, not a number, and files are numbered in attachments
// (docs: Uploading Files).
func correct(doc any) {
	switch d := doc.(type) {
	case map[string]any:
		if a, ok := d["MessageAttachmentRequest"].(map[string]any); ok {
			if p, ok := a["properties"].(map[string]any); ok {
				p["id"] = map[string]any{"type": []any{"string", "integer"}}
			}
		}
		if p, ok := d["default_member_permissions"].(map[string]any); ok {
			for k := range p {
				delete(p, k)
			}
			p["type"] = []any{"string", "integer", "null"}
		}
		for _, v := range d {
			correct(v)
		}
	case []any:
		for _, v := range d {
			correct(v)
		}
	}
}

// schema compiles what a JSON pointer names; nil when the description has nothing
// there.
func (c *contract) schema(pointer string) (*jsonschema.Schema, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.schemas[pointer]; ok {
		return s, nil
	}
	s, err := c.compiler.Compile(address + "#" + pointer)
	if err != nil {
		return nil, err
	}
	c.schemas[pointer] = s
	return s, nil
}

// find returns what stands in the description, nil if nothing does.
func (c *contract) find(keys ...string) any {
	var at any = c.doc
	for _, k := range keys {
		m, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		at = m[k]
	}
	return at
}

func pointer(keys ...string) string {
	var b strings.Builder
	for _, k := range keys {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(k)))
	}
	return b.String()
}

// check lists what is wrong with a request.
func (c *contract) check(r *request) (wrong []string) {
	method := strings.ToLower(r.Method)
	if c.find("paths", r.route.pattern, method) == nil {
		return []string{"the description has no " + r.route.method + " " + r.route.pattern}
	}
	wrong = c.checkQuery(r, method)
	keys := []string{"paths", r.route.pattern, method, "requestBody", "content", "application/json", "schema"}
	if c.find(keys...) == nil {
		if len(r.body) > 0 && string(r.body) != "null" {
			wrong = append(wrong, "a body where none is expected: "+short(r.body))
		}
		return wrong
	}
	if len(r.body) == 0 {
		if c.find("paths", r.route.pattern, method, "requestBody", "required") == true && len(r.files) == 0 {
			wrong = append(wrong, "the body is missing")
		}
		return wrong
	}
	return append(wrong, c.validate(pointer(keys...), r.body)...)
}

// checkAnswer holds our own answer against the description: what is wrong there is a
// fault of this server, and noted alike.
func (s *Server) checkAnswer(r *request, status int, body any) {
	if s.contract == nil || s.opts.Sparse {
		return
	}
	keys := []string{"paths", r.route.pattern, strings.ToLower(r.Method), "responses", strconv.Itoa(status), "content", "application/json", "schema"}
	if s.contract.find(keys...) == nil {
		s.notes.violate("%s: the double's answer %d is not described", r.name(), status)
		return
	}
	text, err := json.Marshal(body)
	if err != nil {
		return
	}
	for _, wrong := range s.contract.validate(pointer(keys...), text) {
		s.notes.violate("%s: the double's own answer: %s", r.name(), wrong)
	}
}

func (c *contract) validate(pointer string, body []byte) []string {
	schema, err := c.schema(pointer)
	if err != nil {
		return []string{err.Error()}
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return []string{"not JSON: " + err.Error()}
	}
	return explain(schema.Validate(value), short(body))
}

// checkQuery checks the parameters of the query.
func (c *contract) checkQuery(r *request, method string) (wrong []string) {
	known := map[string]string{}
	for _, at := range [][]string{{"paths", r.route.pattern, "parameters"}, {"paths", r.route.pattern, method, "parameters"}} {
		list, _ := c.find(at...).([]any)
		for i, p := range list {
			if p, ok := p.(map[string]any); ok && p["in"] == "query" {
				name, _ := p["name"].(string)
				known[name] = pointer(append(at, strconv.Itoa(i), "schema")...)
			}
		}
	}
	for name, values := range r.URL.Query() {
		at, ok := known[name]
		if !ok {
			wrong = append(wrong, "unknown parameter "+name)
			continue
		}
		schema, err := c.schema(at)
		if err != nil {
			return append(wrong, err.Error())
		}
		text := values[0]
		var value any = text
		if schema.Validate(value) != nil {
			value = scalar(text)
		}
		wrong = append(wrong, explain(schema.Validate(value), name+"="+text)...)
	}
	return wrong
}

// scalar is what a text of the query stands for.
func scalar(text string) any {
	if b, err := strconv.ParseBool(text); err == nil && (text == "true" || text == "false") {
		return b
	}
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return json.Number(text)
	}
	return text
}

// explain tells what is wrong at the innermost places.
func explain(err error, in string) []string {
	var invalid *jsonschema.ValidationError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &invalid):
		return []string{err.Error()}
	}
	var list []string
	english := message.NewPrinter(language.English)
	var visit func(*jsonschema.ValidationError)
	visit = func(e *jsonschema.ValidationError) {
		if len(e.Causes) == 0 {
			list = append(list, "/"+strings.Join(e.InstanceLocation, "/")+": "+e.ErrorKind.LocalizedString(english))
		}
		for _, cause := range e.Causes {
			visit(cause)
		}
	}
	visit(invalid)
	return []string{strings.Join(list, "; ") + " in " + in}
}
