package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// Every command is measured, that is: it does what it is for at least once in two
// attempts. One that was refused each time makes timeCommands fail.
func TestEveryCommandIsMeasured(t *testing.T) {
	path := filepath.Join(t.TempDir(), "federation.db")
	e := extent{days: 60, members: 60, organisations: 25, requests: 120, votes: 120, meetings: 10}
	k, err := live(t.Context(), path, e)
	if err != nil {
		t.Fatal(err)
	}
	f, err := openFederation(t.Context(), path, k.Begun, false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.db.Close() }()
	f.known, f.present, f.extent = k, k.Members, e
	timings, err := timeCommands(f, sizes{runs: 2, command: regexp.MustCompile("")})
	if err != nil {
		t.Error(err)
	}
	specs, err := f.bot.Specs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range leaves(specs) {
		if !slices.ContainsFunc(timings, func(t timing) bool { return t.command == s.Name }) {
			t.Errorf("%s is not measured", s.Name)
		}
	}
}

// The bench has the features that the program has.
func TestEveryFeatureIsMeasured(t *testing.T) {
	called := func(file, function string) (all []string) {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Name.Name != function {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Feature" {
					if of, ok := s.X.(*ast.Ident); ok && of.Name != "bot" {
						all = append(all, of.Name)
					}
				}
				return true
			})
		}
		slices.Sort(all)
		return all
	}
	theirs := called(filepath.Join("..", "features.go"), "features")
	if ours := called("federation.go", "everything"); len(theirs) == 0 || !slices.Equal(ours, theirs) {
		t.Errorf("the bench has %v, the program %v", ours, theirs)
	}
}
