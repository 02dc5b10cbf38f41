package main

import (
	"fmt"
	"math/big"
	"strings"

	"greffier/bot/votes/tally"
)

// tell writes an outcome for people: the result, then the count step by step.
func (t *recount) tell(o *tally.Outcome) error {
	var b strings.Builder
	if t.file.Title != "" {
		fmt.Fprintf(&b, "%s\n\n", t.file.Title)
	}
	b.WriteString(t.say("tally-head", t.say("method-"+t.method), t.written(o.Weight), len(t.file.Options), o.Seats) + "\n")
	tied := map[int]bool{}
	for _, equals := range o.Ties {
		for _, option := range equals {
			tied[option] = true
		}
	}
	var sure []int
	for _, w := range o.Winners {
		if !tied[w] {
			sure = append(sure, w)
		}
	}
	switch {
	case len(sure) == 1:
		b.WriteString(t.say("tally-elected", t.names(sure)) + "\n")
	case len(sure) > 1:
		b.WriteString(t.say("tally-elected-many", t.names(sure)) + "\n")
	case len(o.Ties) == 0:
		b.WriteString(t.say("tally-nobody") + "\n")
	}
	for _, equals := range o.Ties {
		b.WriteString(t.say("tally-tied", t.names(equals), o.Seats-len(sure)) + "\n")
	}
	b.WriteString("\n" + t.say("tally-order") + "\n")
	place := 1
	for _, equals := range o.Order {
		fmt.Fprintf(&b, "  %d. %s%s\n", place, t.names(equals), t.merit(o, equals[0]))
		place += len(equals)
	}
	if o.Pairs != nil && o.Pairs.Options() <= 30 {
		t.matrix(&b, o.Pairs)
	}
	if len(o.Working) > 0 {
		b.WriteString("\n" + t.say("tally-working") + "\n")
	}
	for _, n := range o.Working {
		if n.Key == tally.NoteCount {
			t.count(&b, o, n.Round)
			continue
		}
		fmt.Fprintf(&b, "  - %s\n", t.step(n))
	}
	_, err := fmt.Fprint(t.out, b.String())
	return err
}

func (t *recount) names(options []int) string { return strings.Join(t.titles(options), ", ") }

// merit is the score or the grade of an option.
func (t *recount) merit(o *tally.Outcome, option int) string {
	switch {
	case o.Scores != nil && o.Scores[option] != nil:
		return " — " + t.written(o.Scores[option])
	case o.Medians != nil && o.Medians[option] >= 0:
		return " — " + t.file.Grades[o.Medians[option]]
	}
	return ""
}

// count writes one count, the options in the order of what they have.
func (t *recount) count(b *strings.Builder, o *tally.Outcome, at int) {
	r := o.Rounds[at]
	var parts []string
	for _, equals := range o.Order {
		for _, option := range equals {
			if n := r.Counts[option]; n != nil {
				parts = append(parts, t.file.Options[option]+" "+t.written(n))
			}
		}
	}
	fmt.Fprintf(b, "  %s %s", t.say("tally-count", at+1), strings.Join(parts, t.say("tally-comma")))
	if r.Exhausted != nil && r.Exhausted.Sign() > 0 {
		b.WriteString(t.say("tally-exhausted", t.written(r.Exhausted)))
	}
	if r.Lost != nil && r.Lost.Sign() > 0 {
		b.WriteString(t.say("tally-lost", t.written(r.Lost)))
	}
	b.WriteString("\n")
}

// matrix writes how many ballots prefer the option of the row to that of the column.
func (t *recount) matrix(b *strings.Builder, p *tally.Pairs) {
	b.WriteString("\n" + t.say("tally-pairs") + "\n")
	wide, names := 1, 0
	cells := make([][]string, p.Options())
	for i := range cells {
		names = max(names, len([]rune(t.file.Options[i])))
		for j := range cells {
			cell := "-"
			if i != j {
				cell = t.written(p.Over(i, j))
			}
			cells[i] = append(cells[i], cell)
			wide = max(wide, len(cell))
		}
	}
	wide = max(wide, len(fmt.Sprint(len(cells))))
	fmt.Fprintf(b, "  %*s", names+4, "")
	for j := range cells {
		fmt.Fprintf(b, " %*d", wide, j+1)
	}
	for i, row := range cells {
		fmt.Fprintf(b, "\n  %2d %-*s ", i+1, names, t.file.Options[i])
		for _, cell := range row {
			fmt.Fprintf(b, " %*s", wide, cell)
		}
	}
	b.WriteString("\n")
}

// step says one step of the working.
func (t *recount) step(n tally.Note) string {
	var args []any
	for _, part := range noteArgs[n.Key] {
		args = append(args, t.part(part, n))
	}
	key := "note-" + string(n.Key)
	switch {
	case n.Key == tally.NotePath && len(n.Against) == 0:
		key += "-none"
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

func (t *recount) part(part rune, n tally.Note) any {
	amount := func(at int) string {
		if at < len(n.Amounts) && n.Amounts[at] != nil {
			return t.written(n.Amounts[at])
		}
		return t.written(new(big.Rat))
	}
	grade := func(at int) string {
		if n.Grades[at] < 0 {
			return "-"
		}
		return t.file.Grades[n.Grades[at]]
	}
	switch part {
	case 'o':
		return t.names(n.Options)
	case '1':
		return t.file.Options[n.Options[0]]
	case '2':
		return t.file.Options[n.Options[1]]
	case 'p':
		return t.names(n.Against)
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
