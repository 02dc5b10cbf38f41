package main

import (
	"fmt"
	"strings"

	"greffier/bot/votes/tally"
	"greffier/bot/votes/tally/telling"
)

// tell writes an outcome for people: the result, then the count step by step.
func (t *recount) tell(o *tally.Outcome) error {
	var b strings.Builder
	if t.file.Title != "" {
		fmt.Fprintf(&b, "%s\n\n", t.file.Title)
	}
	b.WriteString(t.say("tally-head", t.say("method-"+t.method), t.teller().Number(o.Weight), len(t.file.Options), o.Seats) + "\n")
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
	t.tellRule(&b)
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
			fmt.Fprintf(&b, "  %s\n", t.teller().Count(o, n.Round))
			continue
		}
		fmt.Fprintf(&b, "  - %s\n", t.teller().Step(n))
	}
	_, err := fmt.Fprint(t.out, b.String())
	return err
}

func (t *recount) teller() telling.Teller {
	return telling.Teller{Locale: t.lang, Options: t.file.Options, Grades: t.file.Grades}
}

func (t *recount) names(options []int) string { return strings.Join(t.titles(options), ", ") }

// merit is the score or the grade of an option.
func (t *recount) merit(o *tally.Outcome, option int) string {
	switch {
	case o.Scores != nil && o.Scores[option] != nil:
		return " — " + t.teller().Number(o.Scores[option])
	case o.Medians != nil && o.Medians[option] >= 0:
		return " — " + t.file.Grades[o.Medians[option]]
	}
	return ""
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
				cell = t.teller().Number(p.Over(i, j))
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
