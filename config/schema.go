package config

import (
	_ "embed"
	"slices"
)

// The schema is generated from the structs of the charter and their comments by
// TestSchema, which fails when the file is behind them.
//
//go:generate go test -run ^TestSchema$ -update .
//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of a charter, with which an
// editor completes and checks one while it is written. What ParseCharter
// accepts, it accepts; names that must be declared elsewhere it cannot check.
func Schema() []byte { return slices.Clone(schema) }
