package main_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the path that our own imports begin with.
const module = "greffier"

// leaves are the packages below bot that anything under bot may import: they are no
// features, and themselves import nothing of ours but bot's other leaves.
var leaves = []string{"bot/when", "bot/locale", "bot/picture"}

// kindOf sorts a package directory into the layers of the design: "main", "bot",
// "leaf", "feature", "adapter", "suite" (what only tests and the benchmark import),
// "bench", "store", "engine", "config", "other".
func kindOf(dir string) string {
	first, rest, nested := strings.Cut(dir, "/")
	switch {
	case dir == ".":
		return "main"
	case first == "bench":
		return "bench"
	case dir == "adapters/adaptertest", dir == "adapters/console/conversation", dir == "adapters/mattermost/mmtest", dir == "adapters/discord/discordtest", dir == "store/storetest":
		return "suite"
	case slices.Contains(leaves, dir):
		return "leaf"
	case first == "bot" && rest == "":
		return "bot"
	case first == "bot":
		return "feature"
	case first == "adapters" && nested:
		return "adapter"
	case first == "store" && nested:
		return "engine"
	case first == "store", first == "config":
		return first
	}
	return "other"
}

// unit is what may import its own subpackages: a feature, an adapter, an engine.
func unit(dir string) string {
	parts := strings.SplitN(dir, "/", 3)
	return path.Join(parts[:min(2, len(parts))]...)
}

// allowed lists, for each kind of package, the kinds that it may import.
var allowed = map[string][]string{
	"main":    {"adapter", "feature", "engine", "bot", "leaf", "store", "config"},
	"bench":   {"adapter", "feature", "engine", "bot", "leaf", "store", "config", "suite"},
	"adapter": {"bot", "leaf"},
	"feature": {"bot", "leaf", "store", "config"},
	"bot":     {"store", "config", "leaf"},
	"leaf":    {"leaf"},
	"store":   {},
	"config":  {},
	"engine":  {"store"},
	"suite":   {"bot", "leaf", "store", "config", "engine"},
}

// forbidden says why a file may not import a package of ours, or "" when it may. Both
// are directories from the root of the module; imports of a directory by its own
// external tests are none.
func forbidden(file, imported string) string {
	dir := path.Dir(file)
	from, to := kindOf(dir), kindOf(imported)
	test := strings.HasSuffix(file, "_test.go")
	switch {
	case dir == imported:
		return ""
	case from == "other" || to == "other":
		return "is in no layer of the design"
	case slices.Contains(allowed[from], to):
		return ""
	case (from == to) && from != "bot" && from != "leaf" && unit(dir) == unit(imported):
		return "" // its own subpackages
	case from == "suite" && to == "adapter" && unit(dir) == unit(imported):
		return "" // the conversations stand on the console
	case from == "suite" && imported == "adapters/adaptertest":
		return "" // what members do and see is the same everywhere
	case test && from != "leaf" && (to == "suite" || to == "engine"):
		return "" // the suites, and a real engine to run on
	case from == "feature" && to == "feature":
		return "imports another feature; what both need goes down into bot"
	}
	return "may not import a package of the kind " + to
}

// check returns a line for each import that breaks the rules in a tree of Go files.
func check(t *testing.T, tree fs.FS) (problems []string, files int) {
	t.Helper()
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if base := path.Base(name); name != "." && (base == "testdata" || base == "tools" || base == "build" || base[0] == '.' || base[0] == '_') {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		src, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		files++
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			ours, ok := strings.CutPrefix(imported, module+"/")
			if !ok {
				continue
			}
			if why := forbidden(name, ours); why != "" {
				problems = append(problems, name+" imports "+imported+": "+kindOf(path.Dir(name))+" "+why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return problems, files
}

// Imports run one way; docs/adr and the tour in bot/doc.go say which.
func TestImportsRunOneWay(t *testing.T) {
	problems, files := check(t, os.DirFS("."))
	for _, p := range problems {
		t.Error(p)
	}
	if files < 3 {
		t.Errorf("looked at %d files only", files)
	}
}
