package votes

import (
	"slices"
	"strings"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/config"
)

// methods are all methods, in the order in which they are offered.
var methods = []tally.Method{
	tally.YesNo, tally.Plurality, tally.Approval, tally.TwoRound, tally.Schulze, tally.RankedPairs, tally.IRV, tally.STV,
	tally.MajorityJudgment, tally.Score, tally.STAR, tally.DefaultOption, tally.Consent, tally.Dots,
}

// defaultGrades are the grades of majority judgment where a rule names none.
var defaultGrades = map[string][]string{
	"fr": {"Excellent", "Très bien", "Bien", "Assez bien", "Passable", "À rejeter"},
	"en": {"Excellent", "Very good", "Good", "Acceptable", "Poor", "To reject"},
}

const (
	defaultHighest = 5
	defaultPoints  = 10
)

// answers settles the method of a vote and reads its options. A list of options
// under a yes-no rule makes it a choice among them.
func answers(c *bot.Ctx, rule *config.VoteRule, in newArgs) ([]Option, error) {
	method := in.Method
	if method == "" && len(in.Options) > 0 && rule.Method == string(tally.YesNo) {
		method = string(tally.Plurality)
	}
	if method != "" && method != rule.Method {
		if err := under(rule, method); err != nil {
			return nil, err
		}
	}
	fill(rule, c.Charter.Community.Locale)
	if err := seated(rule, in); err != nil {
		return nil, err
	}
	switch tally.Method(rule.Method) {
	case tally.YesNo:
		if len(in.Options) > 0 {
			return nil, bot.BadOption("options", "vote.options-yes-no")
		}
		return nil, nil
	case tally.Consent:
		if len(in.Options) > 0 {
			return nil, bot.BadOption("options", "vote.options-consent")
		}
		return nil, nil
	}
	options, err := readOptions(withFallback(rule, in.Options))
	if err == nil && rule.Seats > len(options) {
		return nil, bot.BadOption("seats", "vote.seats-many", "seats", rule.Seats, "count", len(options))
	}
	return options, err
}

// under changes the method of a rule, leaving out what the new one has no use for.
func under(rule *config.VoteRule, method string) error {
	if method == string(tally.DefaultOption) && rule.Fallback == "" {
		return bot.BadOption("method", "vote.method-default", "rule", ruleName(*rule))
	}
	rule.Method = method
	for key, clear := range map[string]func(){
		"seats": func() { rule.Seats = 0 }, "grades": func() { rule.Grades = nil }, "highest": func() { rule.Highest = 0 },
		"points": func() { rule.Points = 0 }, "missing": func() { rule.Missing = "" }, "strength": func() { rule.Strength = "" },
		"ratio": func() { rule.Ratio = config.Ratio{} }, "second-round": func() { rule.SecondRound = nil },
	} {
		if !config.Uses(method, key) {
			clear()
		}
	}
	if method == string(tally.YesNo) || method == string(tally.Consent) {
		rule.Fallback = ""
	}
	rule.TieBreak = usableTieBreak(rule)
	return nil
}

// fill gives a rule what its method needs and the charter leaves open.
func fill(rule *config.VoteRule, locale string) {
	switch tally.Method(rule.Method) {
	case tally.MajorityJudgment:
		if len(rule.Grades) == 0 {
			if rule.Grades = defaultGrades[locale]; rule.Grades == nil {
				rule.Grades = defaultGrades["en"]
			}
		}
	case tally.Score, tally.STAR:
		if rule.Highest == 0 {
			rule.Highest = defaultHighest
		}
	case tally.Dots:
		if rule.Points == 0 {
			rule.Points = defaultPoints
		}
	}
}

// seated gives a rule the seats of one vote.
func seated(rule *config.VoteRule, in newArgs) error {
	if in.Seats > 1 && !config.Uses(rule.Method, "seats") {
		var able []bot.Text
		for _, m := range config.MethodsFor("seats") {
			able = append(able, bot.T("vote.method-"+m))
		}
		return bot.BadOption("seats", "vote.seats-one", "method", bot.T("vote.method-"+rule.Method), "methods", able)
	}
	if in.Seats > 0 {
		rule.Seats = in.Seats
		if in.Seats == 1 {
			rule.Seats = 0
		}
		rule.TieBreak = usableTieBreak(rule)
	}
	return nil
}

// withFallback adds the default option of a rule to titles that lack it.
func withFallback(rule *config.VoteRule, titles []string) []string {
	if rule.Fallback == "" || len(titles) == 0 || slices.ContainsFunc(titles, func(t string) bool { return config.Fold(t) == config.Fold(rule.Fallback) }) {
		return titles
	}
	return append(slices.Clone(titles), rule.Fallback)
}

// readRatios reads OPTION=3/1: by how much options must beat the default.
func readRatios(rule *config.VoteRule, options []Option, given []string) (map[int]config.Ratio, error) {
	if len(given) == 0 {
		return nil, nil
	}
	if rule.Method != string(tally.DefaultOption) {
		return nil, bot.BadOption("ratios", "vote.ratios-method", "method", bot.T("vote.method-default-option"))
	}
	v := Vote{Rule: *rule, Options: options}
	ratios := map[int]config.Ratio{}
	for _, text := range given {
		at := max(strings.LastIndexByte(text, '='), 0)
		ratio, err := config.ParseRatio(strings.Replace(strings.TrimPrefix(text[at:], "="), ":", "/", 1))
		if err != nil || at == 0 || ratio.Rat().Sign() == 0 {
			return nil, bot.BadOption("ratios", "vote.ratios-form", "text", text)
		}
		option, kind, problem := v.readPart(text[:at])
		switch {
		case !problem.IsZero() || kind != tally.Marked || option == v.fallback():
			return nil, bot.BadOption("ratios", "vote.ratios-option", "text", text[:at])
		case !rule.Ratio.IsZero() && ratio.Rat().Cmp(rule.Ratio.Rat()) < 0:
			return nil, bot.BadOption("ratios", "vote.ratios-less", "text", text, "ratio", ratioText(rule.Ratio))
		}
		ratios[option] = ratio
	}
	return ratios, nil
}

// confirmed ballots are shown in words before they count: all but a simple
// consent.
func (v *Vote) confirmed(b ballot) bool {
	return b.Kind == tally.Marked && (v.marking() != agreed || b.Reason != "")
}

// methodRules says what a rule lays down for its method.
func (v *Vote) methodRules() []bot.Text {
	var parts []bot.Text
	if v.Rule.Seats > 1 {
		parts = append(parts, bot.T("vote.rule-seats", "count", v.Rule.Seats))
	}
	if v.marking() == graded && len(v.Rule.Grades) > 0 {
		parts = append(parts, bot.T("vote.rule-grades", "best", v.Rule.Grades[0], "worst", v.Rule.Grades[len(v.Rule.Grades)-1]))
	}
	if v.Rule.Missing == string(tally.Absent) {
		parts = append(parts, bot.T("vote.rule-absent"))
	}
	if v.Rule.Strength == string(tally.Margins) {
		parts = append(parts, bot.T("vote.rule-margins"))
	}
	if v.Rule.Fallback != "" {
		parts = append(parts, bot.T("vote.rule-default", "option", v.Rule.Fallback))
	}
	if !v.Rule.Ratio.IsZero() {
		parts = append(parts, bot.T("vote.rule-ratio", "ratio", ratioText(v.Rule.Ratio)))
	}
	for i, o := range v.Options {
		if ratio, ok := v.Ratios[i]; ok {
			parts = append(parts, bot.T("vote.rule-ratio-option", "option", o.Title, "ratio", ratioText(ratio)))
		}
	}
	if v.Rule.SecondRound != nil {
		parts = append(parts, bot.T("vote.rule-second-round"))
	}
	if t := v.Rule.TieBreak; t != "" && t != "none" {
		parts = append(parts, bot.T("vote.rule-tie-"+t))
	}
	return parts
}

// methodVerdict says how a vote ended where that is not said as of every method.
func (v *Vote) methodVerdict() bot.Text {
	r, f := v.Result, v.fallback()
	key := ""
	switch {
	case v.method() == tally.Consent && r.Verdict == tally.Adopted:
		key = "consent"
	case v.method() == tally.Consent:
		key = "objected"
	case r.Verdict == tally.Rejected && f >= 0 && slices.Equal(r.Elected, []int{f}):
		return bot.T("vote.verdict-default"+v.advice(), "option", v.option(f))
	case r.Verdict == tally.Rejected && (r.Outcome != nil || r.Tie != nil && v.method() != tally.YesNo):
		key = "none"
	case v.Rule.Seats > 1 && r.Verdict == tally.Adopted && v.method() != tally.YesNo:
		return bot.T("vote.verdict-seats"+v.advice(), "options", v.options(r.Elected), "seats", v.Rule.Seats, "count", len(r.Elected))
	default:
		return bot.Text{}
	}
	return bot.T("vote.verdict-" + key + v.advice())
}

func (v *Vote) advice() string {
	if v.Rule.Advisory {
		return "-advice"
	}
	return ""
}

// secondText says where the second round is, or of what this one was.
func (v *Vote) secondText() bot.Text {
	switch {
	case v.Second != 0:
		return bot.T("vote.second-next", "vote", v.Second, "options", v.options(v.Result.Finalists), "command", bot.CommandText("vote show"))
	case v.First != 0:
		return bot.T("vote.second-of", "vote", v.First)
	}
	return bot.Text{}
}

// ratioText writes a ratio as two numbers: "3/1".
func ratioText(r config.Ratio) bot.Text { return bot.Typed(r.Rat().String()) }
