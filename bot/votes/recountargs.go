package votes

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"greffier/bot/votes/tally"
)

// The file of a closed vote says with which arguments greffier tally counts it again,
// to the result that was told.

// tallyArguments are those of greffier tally that count the file of a vote again.
func (v *Vote) tallyArguments() []string {
	method := v.method()
	if method == tally.TwoRound && v.simple() {
		method = tally.Plurality
	}
	name := string(method)
	if method == tally.Plurality {
		name = "plurality" // as greffier tally calls it
	}
	args := []string{"-method", name}
	flag := func(name, value string) { args = append(args, "-"+name, value) }
	if v.Rule.Seats > 1 {
		flag("seats", fmt.Sprint(v.Rule.Seats))
	}
	if v.marking() == graded {
		flag("grades", strings.Join(v.Rule.Grades, ","))
	}
	if v.Rule.Missing == string(tally.Absent) {
		flag("missing", v.Rule.Missing)
	}
	if v.Rule.Strength == string(tally.Margins) {
		flag("strength", v.Rule.Strength)
	}
	if method == tally.STAR && v.Rule.Highest != defaultHighest { // otherwise greffier tally takes five stars
		flag("highest", fmt.Sprint(v.Rule.Highest))
	}
	names := v.fileNames()
	if method == tally.DefaultOption {
		s := v.settings(v.Result.electorate(), &v.Result.Result)
		flag("default", names[s.Default])
		for i := range names {
			if r := s.Ratios[i]; r != nil {
				flag("ratio", names[i]+"="+r.String())
			}
		}
		if s.Quorum != nil {
			flag("quorum", exactText(s.Quorum))
		}
	}
	if t := v.Result.Tie; t != nil && t.Rule == "lot" {
		flag("tie-break", "lot:"+t.Seed)
	} else if t != nil && t.Rule == "seniority" {
		flag("tie-break", "seniority")
	}
	return append(args, v.ruleArguments()...)
}

// ruleArguments are the requirements that the result was held against.
func (v *Vote) ruleArguments() []string {
	args := v.quorumArguments()
	steps := v.Result.Steps
	if at := slices.IndexFunc(steps, func(s tally.Step) bool { return !s.Quorum }); at >= 0 {
		args = append(args, "-majority", shareArgument(steps[at]))
	}
	told := strings.Join(args, " ")
	if strings.Contains(told, " of entitled") {
		args = append(args, "-entitled", exactText(v.Result.Entitled))
	}
	if strings.Contains(told, " of represented") {
		args = append(args, "-represented", exactText(v.Result.Represented))
	}
	if strings.Contains(told, " of "+string(tally.WithBlanks)) && v.Result.Abstentions.Sign() > 0 {
		args = append(args, "-abstentions", exactText(v.Result.Abstentions))
	}
	if strings.Contains(told, " of present") {
		args = append(args, "-present", exactText(v.Result.Present))
	}
	return args
}

// quorumArguments are the quorum as greffier tally finds it again from the ballots: a
// part of a base, or a number of ballots. One that was missed by what ballots do not
// tell, such as how many were in the room, is given as that.
func (v *Vote) quorumArguments() []string {
	r := &v.Result.Result
	at := slices.IndexFunc(r.Steps, func(s tally.Step) bool { return s.Quorum })
	if at < 0 {
		if r.Verdict == tally.NoQuorum {
			return []string{"-no-quorum"}
		}
		return nil
	}
	s := r.Steps[at]
	counted := r.Cast // what greffier tally holds a part of that base against
	if s.Of == tally.Cast || s.Of == tally.Expressed {
		counted = r.Expressed
	}
	known := slices.Contains([]tally.Base{tally.Entitled, tally.Present, tally.Cast, tally.Expressed}, s.Of)
	switch {
	case s.Ratio != nil && known && s.Have.Cmp(counted) == 0 && s.Size.Cmp(r.Size(s.Of)) == 0:
		return []string{"-quorum", shareArgument(s)}
	case r.Verdict == tally.NoQuorum && s.Met:
		return []string{"-no-quorum"}
	case s.Have.Cmp(r.Cast) == 0:
		return []string{"-quorum", s.Least.String() + " cast"}
	case s.Have.Cmp(r.Expressed) == 0:
		return []string{"-quorum", s.Least.String() + " expressed"}
	case !s.Met:
		return []string{"-no-quorum"}
	}
	return nil
}

// shareArgument writes a part of a base: "over 1/2 of expressed".
func shareArgument(s tally.Step) string {
	how := "at-least "
	if s.Strict {
		how = "over "
	}
	return how + exactText(s.Ratio) + " of " + string(s.Of)
}

// exactText writes a number as greffier tally reads it.
func exactText(n *big.Rat) string {
	if digits, ends := n.FloatPrec(); ends && digits <= 18 {
		return n.FloatString(digits)
	}
	return n.String()
}

// shellWords writes arguments as a shell reads them.
func shellWords(args []string) string {
	quoted := make([]string, len(args))
	for i, a := range args {
		if quoted[i] = a; a == "" || strings.Trim(a, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.,:/=") != "" {
			quoted[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}
