package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// What a file may not exceed. They are far above any honest charter and keep a
// hostile one (an alias of aliases of aliases) from taking memory or time.
const (
	maxBytes    = 1 << 20
	maxNodes    = 100_000
	maxDepth    = 50
	maxProblems = 1000
)

// Pos is a place in a file: line and column, both counted from 1, the column in
// characters. The zero Pos is no place.
type Pos struct{ Line, Column int }

// Source remembers where in its file each key of a decoded value was written,
// so that a mistake found later can still be shown in place.
type Source struct {
	// Name is the file as the user knows it.
	Name string

	lines  []string
	keys   map[string]Pos
	values map[string]Pos
	quiet  bool // the file may hold secrets: never quote its lines
}

func newSource(name string, data []byte) *Source {
	return &Source{
		Name:   name,
		lines:  splitLines(string(bytes.TrimPrefix(data, utf8BOM))),
		keys:   map[string]Pos{},
		values: map[string]Pos{},
	}
}

var (
	utf8BOM   = []byte("\xEF\xBB\xBF")
	lineBreak = regexp.MustCompile("\r\n|[\r\n\u0085\u2028\u2029]")
)

// splitLines cuts where YAML does, so that its line numbers find their line.
func splitLines(text string) []string { return lineBreak.Split(text, -1) }

func joinPath(path []string) string { return strings.Join(path, "\x00") }

func (s *Source) mark(path []string, key, value *yaml.Node) {
	p := joinPath(path)
	s.keys[p] = posOf(key)
	s.values[p] = posOf(value)
	if value.Kind == yaml.ScalarNode && value.Value == "" && value.Style == 0 {
		s.values[p] = s.keys[p] // nothing is written there to point at
	}
}

func posOf(n *yaml.Node) Pos { return Pos{n.Line, n.Column} }

// at returns the place of the key at path or, when it is not in the file, of
// the nearest key above it.
func (s *Source) at(path []string) Pos { return s.find(s.keys, path) }

// valueAt is at for the value of the key.
func (s *Source) valueAt(path []string) Pos { return s.find(s.values, path) }

func (s *Source) find(in map[string]Pos, path []string) Pos {
	for ; len(path) > 0; path = path[:len(path)-1] {
		if p, ok := in[joinPath(path)]; ok {
			return p
		}
	}
	return Pos{1, 1}
}

// inside brings a place back into the file.
func (s *Source) inside(p Pos) Pos {
	p.Line = min(max(p.Line, 1), len(s.lines))
	p.Column = min(max(p.Column, 1), utf8.RuneCountInString(s.lines[p.Line-1])+1)
	return p
}

// readTree parses data into YAML nodes. The node is nil when the problems left
// nothing to look at.
func readTree(src *Source, data []byte) (*yaml.Node, Problems) {
	if len(data) > maxBytes {
		return nil, Problems{src.problem(Pos{1, 1}, "too-big", maxBytes>>10)}
	}
	if ps := src.checkText(); ps != nil {
		return nil, ps
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	root, err := nextDocument(dec)
	if errors.Is(err, io.EOF) || err == nil && len(root.Content) == 0 {
		return nil, Problems{src.problem(Pos{1, 1}, "empty-file")}
	}
	if err != nil {
		return nil, Problems{src.syntaxProblem(data, err)}
	}
	second, err := nextDocument(dec)
	switch {
	case errors.Is(err, io.EOF):
		return src.measured(root.Content[0])
	case err != nil:
		return root.Content[0], Problems{src.syntaxProblem(data, err)}
	default:
		return root.Content[0], Problems{src.problem(posOf(second), "second-document")}
	}
}

// measured refuses a tree with more nodes or levels than a file may have.
func (s *Source) measured(root *yaml.Node) (*yaml.Node, Problems) {
	count := 0
	var excess Problems
	var walk func(n *yaml.Node, depth int)
	walk = func(n *yaml.Node, depth int) {
		count++
		switch {
		case excess != nil:
		case count > maxNodes:
			excess = Problems{s.problem(posOf(n), "too-many", maxNodes)}
		case depth > maxDepth:
			excess = Problems{s.problem(posOf(n), "too-deep", maxDepth)}
		default:
			for _, child := range n.Content {
				walk(child, depth+1)
			}
		}
	}
	if walk(root, 1); excess != nil {
		return nil, excess
	}
	return root, nil
}

// nextDocument turns the panics a malformed document may cause in the parser
// into errors: a file is what a stranger wrote.
func nextDocument(dec *yaml.Decoder) (n *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	n = &yaml.Node{}
	return n, dec.Decode(n)
}

// checkText finds the characters no text file should hold.
func (s *Source) checkText() Problems {
	var ps Problems
	for i, line := range s.lines {
		column := 0
		for at, r := range line {
			column++
			phrase, args := "", []any(nil)
			switch {
			case r == utf8.RuneError && strings.HasPrefix(line[at:], "\uFFFD"):
			case r == utf8.RuneError:
				phrase = "not-utf8"
			case r < 0x20 && r != '\t', r >= 0x7F && r < 0xA0, r == 0xFEFF, r&0xFFFE == 0xFFFE:
				phrase, args = "bad-character", []any{fmt.Sprintf("%04X", r)}
			}
			if phrase != "" {
				ps = append(ps, s.problem(Pos{i + 1, column}, phrase, args...))
				break // one a line is enough: such files are wrong throughout
			}
		}
		if len(ps) == 20 {
			break
		}
	}
	return ps
}

var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntaxProblem explains an error of the YAML parser, which names the line where
// the broken block began; the line that broke it is the end of the shortest
// beginning of the file that fails in the same way.
func (s *Source) syntaxProblem(data []byte, err error) Problem {
	said, message := 0, err.Error()
	if m := yamlError.FindStringSubmatch(message); m != nil {
		said, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	line := max(said, 1)
	if breaks := lineBreak.FindAllIndex(data, -1); len(breaks) > 0 {
		line = 1 + sort.Search(len(breaks), func(i int) bool {
			return sameFailure(data[:breaks[i][1]], err)
		})
	}
	line = min(line, len(s.lines))
	text := s.lines[line-1]
	column := 1 + utf8.RuneCountInString(text) - utf8.RuneCountInString(strings.TrimLeft(text, " \t"))
	if anchor, ok := strings.CutPrefix(message, "unknown anchor "); ok {
		name, _, _ := strings.Cut(strings.TrimPrefix(anchor, "'"), "'")
		if i := strings.Index(text, "*"+name); i >= 0 {
			column = 1 + utf8.RuneCountInString(text[:i])
		}
		if s.quiet {
			name = "…"
		}
		return s.problem(Pos{line, column}, "unknown-anchor", name)
	}
	if strings.HasPrefix(strings.TrimLeft(text, " "), "\t") {
		return s.problem(Pos{line, column}, "yaml-tab")
	}
	for _, known := range yamlMessages {
		if strings.Contains(message, known.part) {
			return s.problem(Pos{line, column}, known.phrase)
		}
	}
	if s.quiet {
		message = "…"
	}
	return s.problem(Pos{line, column}, "yaml", message)
}

func sameFailure(data []byte, err error) bool {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		_, again := nextDocument(dec)
		if errors.Is(again, io.EOF) {
			return false
		}
		if again != nil {
			return again.Error() == err.Error()
		}
	}
}

// yamlMessages gives our words for what the YAML parser says.
var yamlMessages = []struct{ part, phrase string }{
	{"mapping values are not allowed", "yaml-second-colon"},
	{"a tab character", "yaml-tab"},
	{"cannot start any token", "yaml-start"},
	{"did not find expected key", "yaml-indent"},
	{"expected '-' indicator", "yaml-indent"},
	{"block sequence entries are not allowed", "yaml-dash"},
	{"could not find expected ':'", "yaml-no-colon"},
	{"unexpected end of stream", "yaml-unclosed"},
	{"expected ',' or", "yaml-unclosed"},
	{"unknown escape", "yaml-escape"},
	{"hexdecimal number", "yaml-escape"},
	{"undefined tag handle", "tag"},
}
