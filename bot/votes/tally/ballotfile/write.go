package ballotfile

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"greffier/bot/votes/tally"
)

// Line writes a number of equal ballots as a line of our own, which [Read] reads
// back. Grades are those of majority judgment, the best first; a weight must be
// a decimal number of up to nine decimals, and a weighted ballot stands alone.
func Line(m tally.Method, options, grades []string, b tally.Ballot, times int64) string {
	var line strings.Builder
	line.WriteString(amount(b.Weight, times) + ":")
	marks := slices.Clone(b.Marks)
	if !m.Valued() {
		slices.SortStableFunc(marks, func(x, y tally.Mark) int {
			switch {
			case x.Value < y.Value:
				return -1
			case x.Value > y.Value:
				return 1
			}
			return 0
		})
	}
	for i, mark := range marks {
		switch {
		case i == 0:
			line.WriteByte(' ')
		case m.Valued() || m == tally.Approval:
			line.WriteByte(',')
		case mark.Value == marks[i-1].Value:
			line.WriteByte('=')
		default:
			line.WriteByte('>')
		}
		line.WriteString(Quote(options[mark.Option]))
		switch {
		case m == tally.MajorityJudgment:
			line.WriteString("/" + grades[mark.Value])
		case m.Valued():
			line.WriteString("/" + strconv.FormatInt(mark.Value, 10))
		}
	}
	return line.String()
}

// amount is how many ballots there are, or what one weighs.
func amount(weight *big.Rat, times int64) string {
	if weight == nil || weight.IsInt() {
		n := big.NewInt(times)
		if weight != nil {
			n.Mul(n, weight.Num())
		}
		return n.String()
	}
	all := new(big.Rat).Mul(weight, new(big.Rat).SetInt64(times))
	return strings.TrimRight(all.FloatString(9), "0")
}

// Quote writes the name of an option so that a line of ours can hold it.
func Quote(name string) string {
	if name != "" && name == strings.TrimSpace(name) && !strings.ContainsAny(name, `>=,/"`) {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
