package votes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/config"
)

// Words for answers, folded, whatever the language of whoever types them.
var (
	yesWords     = []string{"yes", "y", "oui", "o", "for", "pour", "favorable"}
	noWords      = []string{"no", "n", "non", "against", "contre", "defavorable"}
	abstainWords = []string{"abstain", "abstention", "abstenir", "abstiens", "je m'abstiens", "m'abstenir", "s'abstenir", "i abstain"}
	blankWords   = []string{"blank", "blanc", "vote blanc", "blank vote"}
)

// Values that buttons and menus send: "#2" is the second option, whatever the
// options are called.
const (
	abstainValue = "#abstain"
	blankValue   = "#blank"
)

func optionValue(i int) string { return fmt.Sprintf("#%d", i+1) }

// readBallot reads how somebody typed their ballot: words for yes, no and
// abstaining, titles of options or their numbers, several separated by commas
// where the method takes several. A non-zero Text says what is wrong.
func readBallot(v *Vote, raw string) (ballot, bot.Text) {
	if !v.simple() {
		return v.readMarks(raw)
	}
	raw = strings.TrimSpace(raw)
	whole := []string{raw}
	if v.method() == tally.Approval {
		whole = nil
		for _, part := range parts(raw) {
			whole = append(whole, v.pieces(part)...)
		}
	}
	var chosen []int
	for _, part := range whole {
		option, kind, problem := v.readPart(part)
		switch {
		case !problem.IsZero():
			return ballot{}, problem
		case kind != tally.Marked && len(whole) > 1:
			return ballot{}, bot.T("vote.choice-mixed", "text", part)
		case kind != tally.Marked && v.Rule.NoAbstention:
			return ballot{}, bot.T("vote.choice-no-abstention", "choices", v.choices())
		case kind != tally.Marked:
			return ballot{Kind: kind}, bot.Text{}
		}
		chosen = append(chosen, option)
	}
	if len(chosen) == 0 {
		return ballot{}, bot.T("vote.choice-none", "choices", v.choices())
	}
	return markedBallot(chosen...), bot.Text{}
}

// parts cuts a list of answers at commas, semicolons and line ends.
func parts(raw string) []string {
	var out []string
	for _, p := range strings.FieldsFunc(raw, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// pieces cuts what is between two commas where it names several options, as on a
// telephone: "Rond et Carré", "1 3".
func (v *Vote) pieces(part string) []string {
	if _, _, problem := v.readPart(part); problem.IsZero() {
		return []string{part}
	}
	for _, sep := range []string{" et ", " and ", "&", "+", " "} {
		all := strings.Split(part, sep)
		unknown := func(p string) bool {
			_, kind, problem := v.readPart(strings.TrimSpace(p))
			return !problem.IsZero() || kind != tally.Marked
		}
		if len(all) > 1 && !slices.ContainsFunc(all, unknown) {
			return all
		}
	}
	return []string{part}
}

// readPart reads one answer.
func (v *Vote) readPart(raw string) (option int, kind tally.Kind, problem bot.Text) {
	typed := config.Fold(strings.Trim(raw, `"“”«» `+"\u00a0\u202f"))
	titles := v.titles()
	for _, said := range []string{typed, strings.TrimRight(typed, "!. \u00a0\u202f")} { // "OUI !"
		for i, words := range titles {
			if slices.Contains(words, said) {
				return i, tally.Marked, bot.Text{}
			}
		}
	}
	switch {
	case typed == abstainValue || slices.Contains(abstainWords, typed):
		return 0, tally.Abstention, bot.Text{}
	case typed == blankValue || slices.Contains(blankWords, typed):
		return 0, tally.Blank, bot.Text{}
	}
	if digits, ok := strings.CutPrefix(typed, "#"); ok || v.method() != tally.YesNo {
		if n, err := strconv.Atoi(strings.TrimSuffix(digits, ".")); err == nil {
			if n < 1 || n > len(titles) {
				return 0, 0, bot.T("vote.choice-number", "text", raw, "choices", v.choices())
			}
			return n - 1, tally.Marked, bot.Text{}
		}
	}
	return v.beginning(raw, typed, titles)
}

// loose is what tells options apart for somebody who types fast: no case, accents,
// hyphens or stops.
func loose(folded string) string {
	return strings.TrimRight(strings.NewReplacer("-", " ", "’", "'").Replace(folded), "!. \u00a0\u202f")
}

// beginning finds the only option that is called as was typed but for its hyphens,
// begins so, or has a word that does; or says what was probably meant.
func (v *Vote) beginning(raw, typed string, titles [][]string) (int, tally.Kind, bot.Text) {
	var whole, begin, within []int
	var all []string
	typed = loose(typed)
	for i, words := range titles {
		all = append(all, words...)
		switch title := loose(words[0]); {
		case title == typed:
			whole = append(whole, i)
		case len(typed) >= 2 && strings.HasPrefix(title, typed):
			begin = append(begin, i)
		case len(typed) >= 3 && len(words) == 1 && strings.Contains(title, " "+typed):
			within = append(within, i)
		}
	}
	for _, found := range [][]int{whole, begin, within} {
		if len(found) == 1 {
			return found[0], tally.Marked, bot.Text{}
		}
		if len(found) > 1 {
			return 0, 0, bot.T("vote.choice-several", "text", raw, "choices", v.choices())
		}
	}
	if v.severalNamed(raw) {
		return 0, 0, bot.T("vote.choice-one", "choices", v.choices())
	}
	all = append(all, abstainWords...)
	if near := config.Nearest(raw, all); near != "" && len(typed) > 2 {
		for i, words := range titles {
			if slices.Contains(words, near) {
				return 0, 0, bot.T("vote.choice-near", "text", raw, "near", v.option(i), "choices", v.choices())
			}
		}
		return 0, 0, bot.T("vote.choice-near", "text", raw, "near", bot.T("vote.abstain"), "choices", v.choices())
	}
	return 0, 0, bot.T("vote.choice-unknown", "text", raw, "choices", v.choices())
}

// severalNamed tells whether somebody gave several answers where one is asked.
func (v *Vote) severalNamed(raw string) bool {
	all := parts(raw)
	titles := v.titles()
	for _, part := range all {
		known := slices.ContainsFunc(titles, func(words []string) bool { return slices.Contains(words, config.Fold(part)) })
		if n, err := strconv.Atoi(part); !known && (err != nil || n < 1 || n > len(titles)) {
			return false
		}
	}
	return v.method() != tally.Approval && len(all) > 1
}

// titles are the words by which each option can be typed, folded.
func (v *Vote) titles() [][]string {
	if v.method() == tally.YesNo {
		return [][]string{yesWords, noWords}
	}
	titles := make([][]string, len(v.Options))
	for i, o := range v.Options {
		titles[i] = []string{config.Fold(o.Title)}
	}
	return titles
}

// choices lists what may be answered, for a refusal.
func (v *Vote) choices() []bot.Text {
	var texts []bot.Text
	for i := range v.size() {
		if i == maxButtons {
			texts = append(texts, bot.Typed("…"))
			break
		}
		texts = append(texts, v.option(i))
	}
	if !v.Rule.NoAbstention {
		texts = append(texts, bot.T("vote.abstain"))
	}
	return texts
}

// values lists the answers as choices of a menu.
func (v *Vote) values() []bot.Choice {
	var all []bot.Choice
	for i := range v.size() {
		all = append(all, bot.Choice{Value: optionValue(i), Label: v.option(i)})
	}
	if !v.Rule.NoAbstention {
		all = append(all, bot.Choice{Value: abstainValue, Label: bot.T("vote.abstain")}, bot.Choice{Value: blankValue, Label: bot.T("vote.blank")})
	}
	return all
}

// form asks for a ballot; given is what was typed and wrong what is wrong with it.
func form(c *bot.Ctx, v *Vote, by voice, given string, wrong bot.Text) *bot.Form {
	switch {
	case v.marking() == agreed && c.Call.Args["change"] == objecting:
		return objectionForm(v, given, wrong)
	case !v.simple():
		return marksForm(c, v, by, given, wrong)
	}
	field := bot.Field{Name: "choice", Label: bot.T("vote.form-choice"), Required: true, Value: given, Error: wrong, Max: bot.MaxLong}
	before, had := ballotOf(c, v, by)
	f := bot.Form{
		Title: bot.T("vote.form-title", "number", v.Number),
		Call:  bot.Call{Command: "vote cast", Args: v.answer("", "")},
	}
	intro := []bot.Text{bot.T("vote.form-intro", "title", v.Title)}
	if v.method() == tally.Approval {
		intro = append(intro, v.list(nil))
		field.Help = bot.T("vote.form-several")
		field.Long = true
		if had && given == "" {
			var numbers []string
			for _, m := range before.Marks {
				numbers = append(numbers, fmt.Sprint(m.Option+1))
			}
			field.Value = strings.Join(numbers, ", ")
		}
	} else {
		field.Choices = v.values()
	}
	if had {
		intro = append(intro, bot.T("vote.form-before", "choice", before.say(v)))
	}
	f.Intro = bot.Lines(intro...)
	f.Asks = []bot.Field{field}
	return &f
}

// list writes the options one under the other with their numbers, and with
// their counts when these are given.
func (v *Vote) list(counts []uint64) bot.Text {
	lines := make([]bot.Text, len(v.Options))
	for i, o := range v.Options {
		if counts == nil {
			lines[i] = bot.T("vote.option", "number", i+1, "option", o.Title)
			continue
		}
		n := uint64(0)
		if i < len(counts) {
			n = counts[i]
		}
		lines[i] = bot.T("vote.option-count", "number", i+1, "option", o.Title, "count", n)
	}
	return bot.Lines(lines...)
}
