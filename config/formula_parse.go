package config

import (
	"math/big"
	"slices"
	"strings"
)

// formulaParser reads a formula from left to right: a sum of products of numbers,
// names, functions and sums in brackets.
type formulaParser struct{ text, rest string }

// peek is the next sign, number or word; empty at the end.
func (p *formulaParser) peek() string {
	p.rest = strings.TrimLeft(p.rest, " \t")
	for _, kind := range []string{"abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789."} {
		if rest := strings.TrimLeft(p.rest, kind); len(rest) < len(p.rest) {
			return p.rest[:len(p.rest)-len(rest)]
		}
	}
	for _, r := range p.rest {
		return string(r)
	}
	return ""
}

func (p *formulaParser) take() string {
	next := p.peek()
	p.rest = p.rest[len(next):]
	return next
}

func (p *formulaParser) unexpected() error {
	if next := p.peek(); next != "" {
		return mistake("formula-sign", p.text, next)
	}
	return mistake("formula-end", p.text)
}

// sum reads products that are added or taken away, product what they are made of.
func (p *formulaParser) sum() (*formulaPart, error) { return p.chain("+", "-", p.product) }

func (p *formulaParser) product() (*formulaPart, error) { return p.chain("*", "/", p.part) }

func (p *formulaParser) chain(one, other string, read func() (*formulaPart, error)) (*formulaPart, error) {
	left, err := read()
	for err == nil && (p.peek() == one || p.peek() == other) {
		op := p.take()
		var right *formulaPart
		if right, err = read(); err != nil {
			break
		}
		if op == "/" && (right.op != "number" || right.number.Sign() == 0) {
			return nil, mistake("formula-divide", p.text)
		}
		left = &formulaPart{op: op, of: []*formulaPart{left, right}}
	}
	return left, err
}

func (p *formulaParser) part() (*formulaPart, error) {
	next := p.peek()
	one, function := formulaFunctions[next]
	switch {
	case next == "(":
		p.take()
		inner, err := p.sum()
		if err == nil && p.peek() != ")" {
			err = p.unexpected()
		}
		p.take()
		return inner, err
	case function:
		p.take()
		return p.function(next, one)
	case slices.Contains(FormulaNames, next):
		p.take()
		return &formulaPart{op: "name", name: next}, nil
	case next != "" && strings.Trim(next, "0123456789.") == "":
		p.take()
		n, ok := new(big.Rat).SetString(next)
		if !ok || len(next) > 12 {
			return nil, mistake("formula-number", p.text, next)
		}
		return &formulaPart{op: "number", number: n}, nil
	case next != "" && strings.Trim(strings.ToLower(next), "abcdefghijklmnopqrstuvwxyz_") == "":
		known := append(slices.Clone(FormulaNames), "ceil", "floor", "min", "max")
		if near := Nearest(next, known); near != "" {
			return nil, mistake("formula-near", next, near)
		}
		return nil, mistake("formula-name", next, strings.Join(known, ", "))
	}
	return nil, p.unexpected()
}

// function reads the arguments of a function.
func (p *formulaParser) function(name string, one bool) (*formulaPart, error) {
	if p.take() != "(" {
		return nil, mistake("formula-bracket", p.text, name)
	}
	f := &formulaPart{op: name}
	for {
		of, err := p.sum()
		if err != nil {
			return nil, err
		}
		f.of = append(f.of, of)
		switch next := p.peek(); {
		case next == ")":
			p.take()
			return f, nil
		case next == "," && !one:
			p.take()
		default:
			return nil, p.unexpected()
		}
	}
}
