// Package telling says in words how a count came out, step by step: what
// greffier tally prints and what a vote shows in the chat are the same sentences.
package telling

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"greffier/bot/votes/tally"
)

// Teller says the steps of a count over options, and over grades where the
// method has such, in a language: fr, or any other for English.
type Teller struct {
	Locale          string
	Options, Grades []string
}

func (t Teller) say(key string, args ...any) string {
	text := phrases[key][0]
	if t.Locale == "fr" {
		text = phrases[key][1]
	}
	return fmt.Sprintf(text, args...)
}

// Names lists options, separated by commas.
func (t Teller) Names(options []int) string { return strings.Join(t.titles(options), ", ") }

func (t Teller) titles(options []int) []string {
	names := make([]string, len(options))
	for i, option := range options {
		names[i] = t.Options[option]
	}
	return names
}

// Steps says the whole working, a line a step.
func (t Teller) Steps(o *tally.Outcome) []string {
	var lines []string
	for _, n := range o.Working {
		if n.Key == tally.NoteCount {
			lines = append(lines, t.Count(o, n.Round))
			continue
		}
		lines = append(lines, t.Step(n))
	}
	return lines
}

// Count says one count of an outcome, the options in the order of the result.
func (t Teller) Count(o *tally.Outcome, at int) string {
	r := o.Rounds[at]
	var parts []string
	for _, option := range slices.Concat(o.Order...) {
		if n := r.Counts[option]; n != nil {
			parts = append(parts, t.Options[option]+" "+t.Number(n))
		}
	}
	said := t.say("count", at+1) + " " + strings.Join(parts, t.say("comma"))
	if r.Exhausted != nil && r.Exhausted.Sign() > 0 {
		said += t.say("exhausted", t.Number(r.Exhausted))
	}
	if r.Lost != nil && r.Lost.Sign() > 0 {
		said += t.say("lost", t.Number(r.Lost))
	}
	return said
}

// Step says one step of the working that is not a count.
func (t Teller) Step(n tally.Note) string {
	var args []any
	for _, part := range noteArgs[n.Key] {
		args = append(args, t.part(part, n))
	}
	key := string(n.Key)
	switch {
	case n.Key == tally.NotePath && len(n.Against) == 0:
		key, args = key+"-none", args[:4] // there is no way to show
	case n.Key == tally.NoteLot && len(n.Options) < 2, n.Key == tally.NoteOut && n.Amounts[0].Sign() == 0:
		key += "-alone"
	}
	return t.say(key, args...)
}

// noteArgs says which parts of a note its sentence has, in order: o is all
// options, 1 and 2 are the first and the second, p is who is preferred, w a path,
// a, b and c are amounts, g and h grades, r the number of a count.
var noteArgs = map[tally.NoteKey]string{
	tally.NoteVoid: "a", tally.NoteBlank: "a", tally.NoteQuota: "ab", tally.NoteMajority: "1ab",
	tally.NoteReached: "o", tally.NoteRemaining: "o", tally.NoteSurplus: "1a", tally.NoteValue: "ab",
	tally.NoteOut: "oa", tally.NoteOutAll: "o", tally.NoteEarlier: "orp", tally.NoteSecond: "o",
	tally.NoteLot: "o", tally.NoteTieBreak: "op", tally.NoteTieBreakOut: "op",
	tally.NoteTieFirst: "o", tally.NoteTieSeat: "o", tally.NoteBeatsAll: "1",
	tally.NotePath: "12abw", tally.NoteLock: "12ab", tally.NoteSkip: "12ab", tally.NoteFinal: "12ab",
	tally.NoteFinalScore: "1", tally.NoteHeadToHead: "op", tally.NoteTopScores: "op",
	tally.NoteMedian: "1g", tally.NoteRemoved: "a1g2h", tally.NoteShares: "1g2h",
	tally.NoteQuorum: "1ab", tally.NoteQuorumMissed: "1ab", tally.NoteRatio: "1abc", tally.NoteRatioMissed: "1abc",
	tally.NoteSchwartz: "o", tally.NoteWeakest: "12ab", tally.NoteLotSame: "", tally.NoteLotMany: "", tally.NoteNobody: "", tally.NoteAgreed: "1ab", tally.NoteObjected: "1abc",
}

func (t Teller) part(part rune, n tally.Note) any {
	amount := func(at int) string {
		if at < len(n.Amounts) && n.Amounts[at] != nil {
			return t.Number(n.Amounts[at])
		}
		return t.Number(new(big.Rat))
	}
	grade := func(at int) string {
		if n.Grades[at] < 0 {
			return "-"
		}
		return t.Grades[n.Grades[at]]
	}
	switch part {
	case 'o':
		return t.Names(n.Options)
	case '1':
		return t.Options[n.Options[0]]
	case '2':
		return t.Options[n.Options[1]]
	case 'p':
		return t.Names(n.Against)
	case 'w':
		return strings.Join(t.titles(n.Against), " > ")
	case 'r':
		return n.Round + 1
	case 'g':
		return grade(0)
	case 'h':
		return grade(1)
	default:
		return amount(int(part - 'a'))
	}
}

// Number writes a number as people read it: with all its decimals, or as a
// fraction where they have no end.
func (t Teller) Number(n *big.Rat) string {
	digits, ends := n.FloatPrec()
	if !ends {
		return n.RatString()
	}
	group, mark := ",", "."
	if t.Locale == "fr" {
		group, mark = "\u202f", ","
	}
	whole, decimals, _ := strings.Cut(n.FloatString(digits), ".")
	sign := ""
	if whole[0] == '-' {
		sign, whole = "-", whole[1:]
	}
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + group + whole[at:]
	}
	if decimals != "" {
		whole += mark + decimals
	}
	return sign + whole
}
