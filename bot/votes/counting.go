package votes

import (
	"math/big"
	"slices"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/bot/votes/tally/telling"
	"greffier/config"
)

// Counted is a count beside the one that decides: of one college, under another
// weighting, or of the advisory voices.
type Counted struct {
	// Name is that of the college or of the weighting.
	Name string `json:"name,omitempty"`
	Result
}

// recount counts the ballots of a vote: under the weighting that decides, then
// under the others, then those of the advisory voices.
func recount(c *bot.Ctx, v *Vote) (Result, error) {
	main, err := countedUnder(c, v, 0, v.Result)
	if err != nil {
		return main, err
	}
	if len(v.Rule.Colleges) == 0 || v.Rule.Combine == "veto" {
		if err := v.breakTie(c, &main); err != nil {
			return main, err
		}
	}
	for i := 1; i < len(v.Rule.Weights); i++ {
		var before *Result
		if v.Result != nil && i <= len(v.Result.Beside) {
			before = &v.Result.Beside[i-1].Result
		}
		r, err := countedUnder(c, v, i, before)
		if err != nil {
			return main, err
		}
		main.Beside = append(main.Beside, Counted{v.Rule.Weights[i], r})
	}
	if slices.ContainsFunc(v.Classes, func(k Class) bool { return k.Advisory }) {
		var before *Result
		if v.Result != nil && v.Result.Advice != nil {
			before = &v.Result.Advice.Result
		}
		alone := *v
		alone.Rule.Quorum = nil
		r, err := tallied(c, &alone, 0, advising, sizes(c, v, 0, advising, before))
		if err != nil {
			return main, err
		}
		main.Advice = &Counted{Result: r}
	}
	return main, nil
}

func advising(k Class) bool { return k.Advisory }

// sizes are those of an electorate now, or those of the close.
func sizes(c *bot.Ctx, v *Vote, weighting int, of func(Class) bool, before *Result) tally.Electorate {
	if before != nil {
		return before.electorate()
	}
	return electorate(c, v, weighting, of)
}

// electorate is who was entitled and who was there at the close.
func (r *Result) electorate() tally.Electorate {
	return tally.Electorate{Entitled: r.Entitled, Present: r.Present, Represented: r.Represented}
}

// countedUnder counts the deciding ballots under one of the weightings, by college
// where there are colleges.
func countedUnder(c *bot.Ctx, v *Vote, weighting int, before *Result) (Result, error) {
	all := *v
	if len(v.Rule.Colleges) > 0 && v.Rule.Combine != "veto" {
		all.Rule.Quorum = nil // it is required of each college
	}
	main, err := tallied(c, &all, weighting, deciding, sizes(c, v, weighting, deciding, before))
	if err != nil || len(v.Rule.Colleges) == 0 {
		return main, err
	}
	for i, college := range v.Rule.Colleges {
		var earlier *Result
		if before != nil && i < len(before.Colleges) {
			earlier = &before.Colleges[i].Result
		}
		one := *v
		if college.Majority != nil {
			one.Rule.Majority = college.Majority
		}
		if v.Rule.Combine == "veto" {
			one.Rule.Quorum = nil // it is required of all together
		}
		of := func(k Class) bool { return k.College == college.ID && !k.Advisory }
		r, err := tallied(c, &one, weighting, of, sizes(c, v, weighting, of, earlier))
		if err != nil {
			return main, err
		}
		main.Colleges = append(main.Colleges, Counted{college.ID, r})
	}
	v.combine(&main)
	return main, nil
}

// combine settles what the colleges decide together.
func (v *Vote) combine(r *Result) {
	every := func(verdict tally.Verdict) bool {
		return !slices.ContainsFunc(r.Colleges, func(k Counted) bool { return k.Verdict != verdict })
	}
	some := func(verdict tally.Verdict) bool {
		return slices.ContainsFunc(r.Colleges, func(k Counted) bool { return k.Verdict == verdict })
	}
	if v.Rule.Combine == "veto" {
		if r.Verdict == tally.Adopted && some(tally.Rejected) {
			r.Verdict, r.Elected = tally.Rejected, nil
		}
		return
	}
	needed := len(r.Colleges)
	if v.Rule.Combine == "majority" {
		needed = needed/2 + 1
	}
	r.Steps, r.Elected, r.Tied = nil, nil, nil
	for _, option := range slices.Concat(r.Order...) {
		adopting := 0
		for _, k := range r.Colleges {
			if k.Verdict == tally.Adopted && slices.Contains(k.Elected, option) {
				adopting++
			}
		}
		if adopting >= needed {
			r.Elected = append(r.Elected, option)
		}
	}
	switch {
	case len(r.Elected) > 0:
		r.Verdict = tally.Adopted
	case every(tally.Empty):
		r.Verdict = tally.Empty
	case every(tally.NoQuorum), v.Rule.Combine != "majority" && some(tally.NoQuorum):
		r.Verdict = tally.NoQuorum
	default:
		r.Verdict = tally.Rejected
	}
	v.stands(r)
}

// exact is a number as an argument of a text: whole where it is.
func exact(n *big.Rat) any {
	if n.IsInt() && n.Num().CmpAbs(big.NewInt(1000)) < 0 {
		return n.Num().Int64()
	}
	var words config.Words
	for _, locale := range bot.Locales {
		words = words.With(locale, telling.Teller{Locale: locale}.Number(n))
	}
	return bot.Named(words)
}

// with is the vote as if it had another result.
func (v *Vote) with(r *Result) *Vote {
	other := *v
	other.Result = r
	return &other
}

// differs tells whether another count ends otherwise than the one that decides.
func (r *Result) differs(from *Result) bool {
	a, b := slices.Sorted(slices.Values(r.Elected)), slices.Sorted(slices.Values(from.Elected))
	return r.Verdict != from.Verdict || !slices.Equal(a, b)
}

// besideText shows what was counted apart: by college, under other weightings, and
// of the advisory voices.
func besideText(v *Vote) bot.Text {
	var lines []bot.Text
	for i, k := range v.Result.Colleges {
		lines = append(lines, bot.T("vote.college-line", "college", collegeName(v.Rule.Colleges[i]), "counts", countsText(v, &k.Result.Result),
			"cast", exact(k.Cast), "entitled", exact(k.Entitled), "verdict", verdict(v.with(&k.Result))))
	}
	if names := v.vetoes(); len(names) > 0 {
		lines = append(lines, bot.T("vote.vetoed", "names", names))
	}
	for _, k := range v.Result.Beside {
		lines = append(lines, bot.T("vote.beside", "weighting", bot.T("vote.weighting-"+k.Name),
			"counts", v.countedText(&k.Result), "verdict", verdict(v.with(&k.Result))))
		if k.differs(v.Result) {
			lines = append(lines, bot.T("vote.beside-differs", "first", bot.T("vote.weighting-"+v.Rule.Weights[0]), "other", bot.T("vote.weighting-"+k.Name)))
		} else {
			lines = append(lines, bot.T("vote.beside-same"))
		}
	}
	if k := v.Result.Advice; k != nil {
		lines = append(lines, bot.T("vote.advice-voices", "counts", v.countedText(&k.Result), "cast", exact(k.Cast), "entitled", exact(k.Entitled)))
	}
	return bot.Lines(lines...)
}

// vetoes names the colleges without whose veto the vote would have been adopted.
func (v *Vote) vetoes() (names []bot.Text) {
	adopted := slices.ContainsFunc(v.Result.Steps, func(s tally.Step) bool { return !s.Quorum && s.Option == 0 && s.Met })
	if v.Rule.Combine != "veto" || v.Result.Verdict != tally.Rejected || !adopted {
		return nil
	}
	for i, k := range v.Result.Colleges {
		if k.Verdict == tally.Rejected {
			names = append(names, collegeName(v.Rule.Colleges[i]))
		}
	}
	return names
}

// countedText says a count in one line, whatever the method.
func (v *Vote) countedText(r *Result) bot.Text {
	switch {
	case v.simple():
		return countsText(v, &r.Result)
	case r.Outcome == nil:
		return bot.T("vote.so-far-nothing")
	}
	return v.orderText(r.Order)
}

func collegeName(k config.College) bot.Text {
	if k.Name.IsZero() {
		return bot.Typed(k.ID)
	}
	return bot.Named(k.Name)
}

// voicesRules says what a rule lays down of whose voices there are.
func (v *Vote) voicesRules() []bot.Text {
	var parts []bot.Text
	if v.Rule.Voices == "organisations" {
		by := v.Rule.CastBy
		if by == "" {
			by = "representative"
		}
		parts = append(parts, bot.T("vote.rule-organisations-"+by))
	}
	for i, w := range v.Rule.Weights {
		key := "vote.rule-weight"
		if i > 0 {
			key = "vote.rule-weight-beside"
		}
		parts = append(parts, bot.T(key, "weighting", bot.T("vote.weighting-"+w)))
	}
	if len(v.Rule.Colleges) > 0 {
		names := make([]bot.Text, len(v.Rule.Colleges))
		for i, k := range v.Rule.Colleges {
			names[i] = collegeName(k)
		}
		combine := v.Rule.Combine
		if combine == "" {
			combine = "each"
		}
		parts = append(parts, bot.T("vote.rule-colleges-"+combine, "colleges", names))
	}
	if len(v.Rule.Advisers) > 0 {
		parts = append(parts, bot.T("vote.rule-advisers"))
	}
	if p := v.Rule.Proxies; p != nil {
		key := "vote.rule-proxies"
		if v.barred() {
			key = "vote.rule-proxies-barred"
		}
		parts = append(parts, bot.T(key, "count", v.most()))
	}
	if len(v.Rule.Representatives) > 0 {
		parts = append(parts, bot.T("vote.rule-representatives"))
	}
	if v.Rule.Departures == "remove" {
		parts = append(parts, bot.T("vote.rule-departures"))
	}
	return parts
}
