package config

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is one mistake in a file, in words its author understands.
type Problem struct {
	// File is where it is, as given to the parser; for a value taken from the
	// environment, the name of the variable.
	File string
	// Line and Column count from 1, the column in characters; both are 0 when
	// the mistake is not in a file.
	Line, Column int
	// Suggestion is what was probably meant, or empty.
	Suggestion string

	en, fr string
	args   []any
	quoted string // the line as written; empty where it may hold a secret
}

// Problems are the mistakes found in one file, in its order.
type Problems []Problem

// problem makes a problem of a phrase of the table.
func (s *Source) problem(at Pos, phrase string, args ...any) Problem {
	w, ok := phrases[phrase]
	if !ok {
		panic("config: no phrase " + phrase)
	}
	return s.say(at, w[0], w[1], args)
}

func (s *Source) say(at Pos, en, fr string, args []any) Problem {
	p := Problem{File: s.Name, en: en, fr: fr, args: args}
	if s.lines == nil {
		return p
	}
	at = s.inside(at)
	p.Line, p.Column = at.Line, at.Column
	if !s.quiet {
		p.quoted = s.lines[at.Line-1]
	}
	return p
}

// Text says what is wrong, and what was probably meant, in French when lang is
// fr and in English otherwise.
func (p Problem) Text(lang string) string {
	french := lang == "fr" || strings.HasPrefix(lang, "fr-")
	format := p.en
	if french {
		format = p.fr
	}
	text := format
	if len(p.args) > 0 {
		args := make([]any, len(p.args))
		for i, a := range p.args {
			args[i] = inWords(a, french)
		}
		text = fmt.Sprintf(format, args...)
	}
	if p.Suggestion == "" {
		return text
	}
	w := phrases["did-you-mean"]
	if french {
		return text + fmt.Sprintf(w[1], shown(p.Suggestion))
	}
	return text + fmt.Sprintf(w[0], shown(p.Suggestion))
}

// Error makes a Problem an error, in English.
func (p Problem) Error() string { return p.where() + ": " + p.Text("en") }

func (p Problem) where() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// inWords turns an argument of a phrase into what is read.
func inWords(arg any, french bool) any {
	switch a := arg.(type) {
	case term:
		w := terms[a]
		if french {
			return w[1]
		}
		return w[0]
	case string:
		return shown(a)
	case Duration:
		if french {
			return frenchUnits.Replace(a.String())
		}
		return a.String()
	case []string:
		few := make([]string, 0, len(a))
		for _, s := range a {
			few = append(few, shown(s))
		}
		return strings.Join(few, ", ")
	default:
		return arg
	}
}

// frenchUnits writes a duration as a French charter does.
var frenchUnits = strings.NewReplacer("d", "j", "m", "min")

// shown makes what a stranger wrote fit to print on one line.
func shown(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, s)
	if utf8.RuneCountInString(s) > 60 {
		return string([]rune(s)[:59]) + "…"
	}
	return s
}

// Report prints each problem as FILE:LINE:COLUMN: message, which editors
// follow, with the line it is about and a caret under the place.
func (ps Problems) Report(w io.Writer, lang string) error {
	for _, p := range ps {
		if _, err := fmt.Fprintf(w, "%s: %s\n%s", p.where(), p.Text(lang), p.excerpt()); err != nil {
			return err
		}
	}
	return nil
}

// excerpt is the line and the caret, cut around the place when it is long.
func (p Problem) excerpt() string {
	const width = 100
	if strings.TrimSpace(p.quoted) == "" {
		return ""
	}
	quoted, column := p.quoted, p.Column-1
	if from := column - width/2; len(quoted) > width && from > 0 && utf8.RuneCountInString(quoted) > width {
		for range from {
			_, size := utf8.DecodeRuneInString(quoted)
			quoted = quoted[size:]
		}
		column -= from
	}
	line := make([]rune, 0, width)
	for _, r := range quoted {
		if len(line) == width {
			break
		}
		line = append(line, r)
	}
	pad := make([]rune, column)
	for i := range pad {
		pad[i] = ' '
		if i < len(line) && line[i] == '\t' {
			pad[i] = '\t'
		}
	}
	for i, r := range line {
		if r != '\t' && !unicode.IsPrint(r) {
			line[i] = '·'
		}
	}
	return fmt.Sprintf("    %s\n    %s^\n", string(line), string(pad))
}

// sorted orders problems as the file does and drops repetitions, which an alias
// used twice would cause.
func (ps Problems) sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return slices.CompactFunc(ps, func(a, b Problem) bool {
		return a.Line == b.Line && a.Column == b.Column && a.File == b.File && a.Text("en") == b.Text("en")
	})
}

// Error is the first problem, and how many there are, so that a list of
// problems can be returned as an error.
func (ps Problems) Error() string {
	switch len(ps) {
	case 0:
		return "no problem"
	case 1:
		return ps[0].Error()
	}
	return fmt.Sprintf("%s (and %d more)", ps[0].Error(), len(ps)-1)
}
