package config

import (
	"math/big"
	"strings"
)

// FormulaNames are the sizes that a formula may name, as they stand in a charter.
var FormulaNames = []string{"entitled", "present", "represented", "cast", "expressed", "weights"}

// formulaFunctions are the functions of a formula, and whether each takes one
// argument or any number of them.
var formulaFunctions = map[string]bool{"ceil": true, "floor": true, "min": false, "max": false}

// maxFormula is the greatest length of a formula in bytes, which bounds how deep
// it goes as well.
const maxFormula = 120

// Formula is a number that follows from the sizes of a vote, such as
// ceil(entitled/4) or max(3, entitled/10 + 1). It knows + - * /, brackets, whole
// and decimal numbers, the [FormulaNames], and ceil, floor, min and max; only
// numbers may divide. It is calculated in exact fractions. The zero Formula is
// "not given".
type Formula struct {
	text string
	root *formulaPart
}

// formulaPart is a number, a name, or an operation on parts.
type formulaPart struct {
	op     string // "number", "name", one of + - * /, or a function
	number *big.Rat
	name   string
	of     []*formulaPart
}

// ParseFormula reads a formula. Its error is a [Mistake].
func ParseFormula(text string) (Formula, error) {
	text = strings.TrimSpace(text)
	if len(text) > maxFormula {
		return Formula{}, mistake("long-formula", maxFormula)
	}
	p := formulaParser{rest: text, text: text}
	root, err := p.sum()
	if err == nil && p.peek() != "" {
		err = p.unexpected()
	}
	if err != nil {
		return Formula{}, err
	}
	return Formula{text: text, root: root}, nil
}

// IsZero reports whether the formula was not given.
func (f Formula) IsZero() bool { return f.root == nil }

// String is the formula as it was written.
func (f Formula) String() string { return f.text }

// MarshalText writes the formula as it was written.
func (f Formula) MarshalText() ([]byte, error) { return []byte(f.text), nil }

// UnmarshalText reads what [ParseFormula] does, and nothing as "not given".
func (f *Formula) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*f = Formula{}
		return nil
	}
	parsed, err := ParseFormula(string(text))
	if err == nil {
		*f = parsed
	}
	return err
}

// Names tells whether the formula names a size.
func (f Formula) Names(name string) bool { return f.root != nil && f.root.names(name) }

func (p *formulaPart) names(name string) bool {
	if p.name == name {
		return true
	}
	for _, part := range p.of {
		if part.names(name) {
			return true
		}
	}
	return false
}

// Value calculates the formula; size gives what a name stands for, and nil is 0.
// The value of the zero Formula is 0. The result is the caller's to keep.
func (f Formula) Value(size func(name string) *big.Rat) *big.Rat {
	if f.root == nil {
		return new(big.Rat)
	}
	return f.root.value(size)
}

func (p *formulaPart) value(size func(string) *big.Rat) *big.Rat {
	result := new(big.Rat)
	switch p.op {
	case "number":
		return result.Set(p.number)
	case "name":
		if n := size(p.name); n != nil {
			result.Set(n)
		}
		return result
	}
	result.Set(p.of[0].value(size))
	for _, part := range p.of[1:] {
		n := part.value(size)
		switch {
		case p.op == "+":
			result.Add(result, n)
		case p.op == "-":
			result.Sub(result, n)
		case p.op == "*":
			result.Mul(result, n)
		case p.op == "/":
			result.Quo(result, n)
		case p.op == "min" && n.Cmp(result) < 0, p.op == "max" && n.Cmp(result) > 0:
			result = n
		}
	}
	if p.op == "ceil" || p.op == "floor" {
		return whole(result, p.op == "ceil")
	}
	return result
}

// whole is the next whole number above or below.
func whole(n *big.Rat, up bool) *big.Rat {
	q, rest := new(big.Int).DivMod(n.Num(), n.Denom(), new(big.Int)) // rounds down, below zero too
	if up && rest.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return new(big.Rat).SetInt(q)
}
