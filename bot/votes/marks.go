package votes

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/config"
)

// Equal ranks are for methods that compare options two by two. In the others a
// whole ballot goes to one option at a time, and would not know where.
func (v *Vote) equalRanks() bool {
	return slices.Contains([]tally.Method{tally.Schulze, tally.RankedPairs, tally.DefaultOption}, v.method())
}

var (
	thenWords = regexp.MustCompile(`(?i)\s(puis|then|ensuite)\s`)
	preferred = strings.NewReplacer("＞", ">", "→", ">", "≻", ">", "&gt;", ">", "\n", ">", ";", ">", ",", ">")
	// justNumbers is a ranking typed as numbers alone: 2 1 3.
	justNumbers = regexp.MustCompile(`^#?\d+(\s+#?\d+)+$`)
	// afterNumber is where a score or points end that no comma follows.
	afterNumber = regexp.MustCompile(`(\d)\s+`)
	// beforePair is where the next option begins when no comma stands before it.
	beforePair = regexp.MustCompile(`\s+(\S+\s*[:/=])`)
	unquoted   = strings.NewReplacer("\u00a0", " ", "\u202f", " ")
)

// readMarks reads a ballot that ranks, scores, grades or spreads points.
func (v *Vote) readMarks(raw string) (ballot, bot.Text) {
	raw = strings.TrimSpace(unquoted.Replace(raw))
	if _, kind, problem := v.readPart(raw); problem.IsZero() && kind != tally.Marked {
		if v.Rule.NoAbstention {
			return ballot{}, bot.T("vote.choice-no-abstention", "choices", v.choices())
		}
		return ballot{Kind: kind}, bot.Text{}
	}
	switch v.marking() {
	case agreed:
		return v.readConsent(raw)
	case ranked:
		return v.readRanking(raw)
	}
	b, problem := v.readRatings(raw)
	if problem.IsZero() || strings.ContainsAny(raw, ",;\n") {
		return b, problem
	}
	cut := afterNumber.ReplaceAllString(raw, "$1, ")
	if v.marking() == graded {
		cut = beforePair.ReplaceAllString(raw, ", $1")
	}
	if cut == raw {
		return b, problem
	}
	return v.readRatings(cut)
}

// readRanking reads A > B = C: numbers or titles, the preferred one first.
func (v *Vote) readRanking(raw string) (ballot, bot.Text) {
	b := ballot{Kind: tally.Marked}
	rank := int64(0)
	if _, _, problem := v.readPart(raw); justNumbers.MatchString(raw) && !problem.IsZero() {
		raw = strings.Join(strings.Fields(raw), ">")
	}
	for group := range strings.SplitSeq(preferred.Replace(thenWords.ReplaceAllString(raw, " > ")), ">") {
		if strings.TrimSpace(group) == "" {
			continue
		}
		rank++
		equals := 0
		for part := range strings.SplitSeq(group, "=") {
			if strings.TrimSpace(part) == "" {
				continue
			}
			option, problem := v.readMarked(b, part)
			if !problem.IsZero() {
				return ballot{}, problem
			}
			if equals++; equals > 1 && !v.equalRanks() {
				return ballot{}, bot.T("vote.rank-equal", "how", v.how())
			}
			b.Marks = append(b.Marks, tally.Mark{Option: option, Value: rank})
		}
	}
	if len(b.Marks) == 0 {
		return ballot{}, bot.T("vote.marks-none", "how", v.how())
	}
	slices.SortFunc(b.Marks, func(x, y tally.Mark) int { return cmp.Or(cmp.Compare(x.Value, y.Value), x.Option-y.Option) })
	return b, bot.Text{}
}

// readMarked reads an option that a ballot has not marked yet.
func (v *Vote) readMarked(b ballot, part string) (int, bot.Text) {
	option, kind, problem := v.readPart(strings.TrimSpace(part))
	switch {
	case !problem.IsZero():
		return 0, bot.Words(problem, v.how())
	case kind != tally.Marked:
		return 0, bot.T("vote.choice-mixed", "text", strings.TrimSpace(part))
	case b.has(option):
		return 0, bot.T("vote.marks-twice", "option", v.option(option), "how", v.how())
	}
	return option, bot.Text{}
}

// readRatings reads A/5, B/3, with grades or points as with scores.
func (v *Vote) readRatings(raw string) (ballot, bot.Text) {
	b := ballot{Kind: tally.Marked}
	sum := int64(0)
	for _, part := range parts(raw) {
		name, value, problem := v.rated(part)
		if !problem.IsZero() {
			return ballot{}, problem
		}
		option, problem := v.readMarked(b, name)
		if !problem.IsZero() {
			return ballot{}, problem
		}
		if sum += value; v.marking() == dotted && value == 0 {
			continue
		}
		b.Marks = append(b.Marks, tally.Mark{Option: option, Value: value})
	}
	switch {
	case len(b.Marks) == 0:
		return ballot{}, bot.T("vote.marks-none", "how", v.how())
	case v.marking() == dotted && sum > int64(v.Rule.Points):
		return ballot{}, bot.T("vote.points-many", "sum", sum, "max", v.Rule.Points, "over", sum-int64(v.Rule.Points))
	}
	slices.SortFunc(b.Marks, func(x, y tally.Mark) int { return x.Option - y.Option })
	return b, bot.Text{}
}

// rated cuts an option from what it is given: at a slash, a colon, an equals sign
// or, on a telephone, at a space: "Trip 5", "Trip very good".
func (v *Vote) rated(part string) (name string, value int64, problem bot.Text) {
	type cut struct{ name, value string }
	var cuts []cut
	for _, sep := range []string{"/", ":", "="} {
		if at := strings.LastIndex(part, sep); at > 0 {
			cuts = append(cuts, cut{part[:at], part[at+1:]})
		}
	}
	separated := len(cuts)
	for at, r := range part {
		if r == ' ' {
			cuts = append(cuts, cut{part[:at], part[at:]})
		}
	}
	for _, k := range cuts {
		value, ok := v.readValue(k.value)
		if _, kind, wrong := v.readPart(k.name); ok && wrong.IsZero() && kind == tally.Marked {
			return k.name, value, bot.Text{}
		}
	}
	if option, kind, wrong := v.readPart(part); wrong.IsZero() && kind == tally.Marked {
		return "", 0, bot.T("vote.value-missing", "option", v.option(option), "values", v.valuesText(), "how", v.how())
	}
	for i, k := range cuts {
		_, _, wrong := v.readPart(strings.TrimSpace(k.name))
		_, ok := v.readValue(k.value)
		switch {
		case wrong.IsZero() && !ok:
			return "", 0, bot.T("vote.value-unknown", "text", strings.TrimSpace(k.value), "values", v.valuesText(), "how", v.how())
		case !wrong.IsZero() && (ok || i < separated):
			return "", 0, bot.Words(wrong, v.how())
		}
	}
	_, _, wrong := v.readPart(part)
	return "", 0, bot.Words(wrong, v.how())
}

// readValue reads a score, a grade by its name or its beginning, or points.
func (v *Vote) readValue(raw string) (int64, bool) {
	typed := strings.Trim(config.Fold(raw), " \"«».!")
	if v.marking() == graded {
		return v.readGrade(typed)
	}
	most := v.Rule.Highest
	if v.marking() == dotted {
		most = tally.MaxValue
		typed = strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(typed, "pts"), "points"), "point"))
	}
	n, err := strconv.Atoi(typed)
	return int64(n), err == nil && n >= 0 && n <= most
}

func (v *Vote) readGrade(typed string) (int64, bool) {
	if at, err := strconv.Atoi(strings.TrimPrefix(typed, "#")); err == nil && strings.HasPrefix(typed, "#") {
		return int64(at - 1), at >= 1 && at <= len(v.Rule.Grades)
	}
	spaced := func(s string) string { return strings.ReplaceAll(config.Fold(s), "-", " ") }
	typed = spaced(typed)
	found := -1
	for i, name := range v.Rule.Grades {
		if spaced(name) == typed {
			return int64(i), true
		}
	}
	for i, name := range v.Rule.Grades {
		if initials(spaced(name)) == typed { // tb, ab
			if found >= 0 {
				return 0, false
			}
			found = i
		}
	}
	if found >= 0 {
		return int64(found), true
	}
	for i, name := range v.Rule.Grades {
		switch folded := spaced(name); {
		case len(typed) < 2 || !strings.HasPrefix(folded, typed):
		case found >= 0:
			return 0, false
		default:
			found = i
		}
	}
	return int64(max(found, 0)), found >= 0
}

// initials are the first letters of the words of a grade.
func initials(grade string) string {
	var b strings.Builder
	for word := range strings.FieldsSeq(grade) {
		_, n := utf8.DecodeRuneInString(word)
		b.WriteString(word[:n])
	}
	return b.String()
}

// valuesText says what an option can be given.
func (v *Vote) valuesText() bot.Text {
	switch v.marking() {
	case graded:
		names := make([]bot.Text, len(v.Rule.Grades))
		for i, name := range v.Rule.Grades {
			names[i] = bot.Typed(name)
		}
		return bot.List(names...)
	case dotted:
		return bot.T("vote.values-points", "max", v.Rule.Points)
	}
	return bot.T("vote.values-scores", "max", v.Rule.Highest)
}

// value says what a mark gives its option.
func (v *Vote) value(m tally.Mark) bot.Text {
	if v.marking() == graded && m.Value >= 0 && int(m.Value) < len(v.Rule.Grades) {
		return bot.Typed(v.Rule.Grades[m.Value])
	}
	return bot.Typed(strconv.FormatInt(m.Value, 10))
}

// sayMarks says a ballot that ranks, scores, grades, spreads points or consents.
func (b ballot) sayMarks(v *Vote) bot.Text {
	switch v.marking() {
	case agreed:
		return b.sayConsent()
	case ranked:
		return sayRanking(v, b.Marks)
	}
	marks := make([]bot.Text, len(b.Marks))
	for i, m := range b.Marks {
		marks[i] = bot.T("vote.mark", "option", v.option(m.Option), "value", v.value(m))
	}
	return bot.List(marks...)
}

func sayRanking(v *Vote, marks []tally.Mark) bot.Text {
	var order [][]int
	for i, m := range marks {
		if i > 0 && m.Value == marks[i-1].Value {
			order[len(order)-1] = append(order[len(order)-1], m.Option)
			continue
		}
		order = append(order, []int{m.Option})
	}
	return v.orderText(order)
}

// orderText writes A > B = C.
func (v *Vote) orderText(order [][]int) bot.Text {
	groups := make([]bot.Text, len(order))
	for i, equals := range order {
		groups[i] = bot.Text{Join: v.options(equals), Sep: " = "}
	}
	return bot.Text{Join: groups, Sep: " > "}
}

// how says in a line how to vote, with an example of this very vote.
func (v *Vote) how() bot.Text {
	key := map[marking]string{single: "single", several: "several", ranked: "ranked", scored: "scored", graded: "graded", dotted: "dotted", agreed: "agreed"}[v.marking()]
	if key == "ranked" && v.equalRanks() {
		key = "ranked-equal"
	}
	return bot.T("vote.how-"+key, "command", bot.CommandText("vote cast"), "number", v.Number,
		"example", v.example(), "highest", v.Rule.Highest, "points", v.Rule.Points)
}

// shortName is what an option may be typed as in an example: its number where its
// title is long.
func (v *Vote) shortName(option int) string {
	if title := v.names()[option]; len([]rune(title)) <= 25 {
		return title
	}
	return strconv.Itoa(option + 1)
}

// example is a ballot that ranks or rates, as it may be typed; not in the order of
// the options, for it is no advice.
func (v *Vote) example() string {
	example := []string{}
	sep := ", "
	var grades []string
	if n := len(v.Rule.Grades); n > 1 {
		grades = []string{v.Rule.Grades[n/3], v.Rule.Grades[0]}
	}
	for i := range min(2, v.size()) {
		if v.marking() == several {
			example = append(example, v.shortName(i))
			continue
		}
		at := max(min(2, v.size())-1-i, 0)
		title := v.shortName(at)
		switch v.marking() {
		case ranked:
			sep = " > "
			example = append(example, title)
		case scored:
			example = append(example, title+"/"+strconv.Itoa(max(v.Rule.Highest-1-i*2, 0)))
		case graded:
			example = append(example, title+"/"+grades[i%2])
		case dotted:
			example = append(example, title+" "+strconv.Itoa(max(v.Rule.Points*(2-i)/3, 1)))
		}
	}
	return strings.Join(example, sep)
}
