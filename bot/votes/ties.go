package votes

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/config"
)

// Tie is how a tie was broken: by the rule that the charter declared.
type Tie struct {
	// Rule is lot, seniority, status-quo or chair.
	Rule string `json:"rule"`
	// Seed is that of the lot, the end of the journal when the ballots were
	// counted: whoever has it and the titles of the options can draw again.
	Seed string `json:"seed,omitempty"`
	// Between are the options that were tied, Order those that were put first.
	Between []int `json:"between"`
	Order   []int `json:"order,omitempty"`
	// By is who decided, and At when, where it is the chair.
	By bot.MemberID `json:"by,omitempty"`
	At time.Time    `json:"at,omitzero"`
}

// breakTie applies the tie-break of the rule to a result that is tied. A vote
// that was closed keeps the seed, or the chair's word, of then.
func (v *Vote) breakTie(c *bot.Ctx, r *Result) error {
	if r.Verdict != tally.Tied || v.Rule.TieBreak == "" || v.Rule.TieBreak == "none" {
		return nil
	}
	var before *Tie
	if v.Result != nil {
		before = v.Result.Tie
	}
	t := Tie{Rule: v.Rule.TieBreak, Between: slices.Clone(r.Tied)}
	switch t.Rule {
	case "chair":
		r.Tie = &t
		if before != nil && before.By != 0 {
			t.Order, t.By, t.At = before.Order, before.By, before.At
			v.elect(r, t.Order)
		}
		return nil
	case "status-quo":
		r.Tie, r.Tied, r.Verdict = &t, nil, tally.Rejected
		if f := v.fallback(); f >= 0 {
			r.Elected, t.Order = []int{f}, []int{f}
		}
		return nil
	case "lot":
		if t.Seed = c.Digest(); before != nil {
			t.Seed = before.Seed
		}
		t.Order = tally.Lot(t.Seed, v.names())
	default:
		t.Order = tally.Prefer(nil, v.size())
	}
	r.Tie = &t
	if r.Outcome == nil {
		v.elect(r, t.Order)
	} else {
		r.settings.TieBreak = t.Order
		if err := v.apply(r); err != nil {
			return err
		}
	}
	v.stands(r)
	return nil
}

// elect gives the seats that are left to those of the tied whom an order puts
// first. Tied options have all met what is required of them, or are on its brink.
func (v *Vote) elect(r *Result, order []int) {
	if v.method() == tally.YesNo {
		r.Verdict = tally.Rejected
		if order[0] == 0 {
			r.Verdict, r.Elected = tally.Adopted, []int{0}
		}
		r.Tied = nil
		return
	}
	tied := slices.Clone(r.Tied)
	at := func(option int) int {
		if i := slices.Index(order, option); i >= 0 {
			return i
		}
		return len(order) + option
	}
	slices.SortFunc(tied, func(a, b int) int { return at(a) - at(b) })
	r.Elected = append(slices.Clone(r.Elected), tied[:min(v.left(r), len(tied))]...)
	r.Tied, r.Verdict = nil, tally.Adopted
}

// left is how many seats are left for the tied.
func (v *Vote) left(r *Result) int {
	left := v.seats()
	if r.Outcome != nil {
		return left - len(r.Elected)
	}
	for _, equals := range r.Order {
		if slices.Contains(r.Tied, equals[0]) {
			break
		}
		left -= len(equals)
	}
	return left
}

func (v *Vote) names() []string {
	names := make([]string, v.size())
	for i := range names {
		if names[i] = v.Title; i < len(v.Options) {
			names[i] = v.Options[i].Title
		}
	}
	return names
}

// pending votes are closed and wait for the chair's casting vote.
func (v *Vote) pending() bool {
	return v.State == Closed && v.Result != nil && v.Result.Verdict == tally.Tied && v.Result.Tie != nil && v.Result.Tie.Rule == "chair"
}

type decideArgs struct {
	Number int    `opt:"number" suggest:"votes"`
	Choice string `opt:"choice,rest" suggest:"vote-tied"`
	Sure   bool   `opt:"sure,hidden"`
}

// decide is the chair's casting vote between options that are tied.
func decide(c *bot.Ctx, in decideArgs) (bot.Reply, error) {
	v, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if !v.pending() {
		return bot.Reply{}, bot.Refuse("vote.decide-none", "number", v.Number, "title", v.Title, "command", bot.CommandText("vote show"))
	}
	if !c.In(v.Rule.Chair) {
		return bot.Reply{}, bot.Refuse("vote.decide-chair", "number", v.Number, "title", v.Title, "group", c.GroupName(v.Rule.Chair))
	}
	chosen, problem := v.readTied(in.Choice)
	if !problem.IsZero() {
		return bot.Reply{}, &bot.Refusal{Text: problem}
	}
	if !in.Sure {
		return c.Ask(bot.T("vote.decide-ask", "number", v.Number, "title", v.Title, "options", v.options(chosen)), "vote.decide-sure"), nil
	}
	r := *v.Result
	r.Tie = &Tie{Rule: "chair", Between: v.Result.Tied, Order: chosen, By: c.Caller.ID, At: c.Now}
	v.Result = &r
	again, err := recount(c, &v)
	if err != nil {
		return bot.Reply{}, err
	}
	v.Result = &again
	var said []string
	for _, option := range chosen {
		said = append(said, fmt.Sprint(option+1))
	}
	c.Record(bot.Entry{What: "vote decide", Subject: v.key(), Rule: v.Rule.ID, Data: map[string]string{"options": strings.Join(said, ","), "verdict": string(again.Verdict)}})
	v.Digest = c.Digest()
	v.Decision = register(c, &v)
	put(c, v)
	for _, place := range places(c, &v) {
		c.Post(place, bot.Lines(
			bot.T("vote.decided-post", "number", v.Number, "title", v.Title, "who", c.Caller.ID, "options", v.options(chosen)),
			bot.T("vote.outcome-verdict", "verdict", verdict(&v)),
			bot.T("vote.outcome-record", "decision", v.Decision, "digest", v.Digest)))
	}
	v.redraw(c)
	if err := settle(c, &v); err != nil {
		return bot.Reply{}, err
	}
	return bot.Say("vote.decided", "number", v.Number, "title", v.Title, "outcome", verdict(&v)), nil
}

// readTied reads which of the tied options the chair takes, as many as there are
// seats left for them.
func (v *Vote) readTied(raw string) ([]int, bot.Text) {
	seats := 1
	if v.method() != tally.YesNo {
		seats = v.left(v.Result)
	}
	var chosen []int
	for _, part := range parts(strings.NewReplacer(">", ",").Replace(raw)) {
		option, kind, problem := v.readPart(part)
		if !problem.IsZero() {
			return nil, problem
		}
		if kind != tally.Marked || !slices.Contains(v.Result.Tied, option) {
			return nil, bot.T("vote.decide-tied", "text", part, "options", v.options(v.Result.Tied))
		}
		if !slices.Contains(chosen, option) {
			chosen = append(chosen, option)
		}
	}
	if len(chosen) != seats {
		return nil, bot.T("vote.decide-number", "count", seats, "options", v.options(v.Result.Tied))
	}
	return chosen, bot.Text{}
}

// tiedChoices lists the tied options of the vote named so far.
func tiedChoices(c *bot.Ctx, args map[string]string) []bot.Choice {
	v, ok := numbered(c, args)
	if !ok || !v.pending() {
		return nil
	}
	var all []bot.Choice
	for _, option := range v.Result.Tied {
		all = append(all, bot.Choice{Value: optionValue(option), Label: v.option(option)})
	}
	return all
}

// tieText says how a tie was broken, or by whom it is to be.
func (v *Vote) tieText(c *bot.Ctx) bot.Text {
	t := v.Result.Tie
	if t == nil {
		return bot.Text{}
	}
	args := []any{"options", v.options(t.Between), "number", v.Number, "seed", t.Seed, "command", bot.CommandText("vote decide")}
	switch {
	case v.pending():
		return bot.T("vote.tie-pending", append(args, "group", c.GroupName(v.Rule.Chair))...)
	case t.Rule == "chair":
		return bot.T("vote.tie-chair", append(args, "who", t.By, "chosen", v.options(t.Order))...)
	case t.Rule == "status-quo":
		return bot.T("vote.tie-status-quo", args...)
	}
	var first []int
	for _, option := range t.Order {
		if slices.Contains(t.Between, option) {
			first = append(first, option)
		}
	}
	return bot.T("vote.tie-"+t.Rule, append(args, "order", bot.Text{Join: v.options(first), Sep: " > "})...)
}

// usableTieBreak is the tie-break of a rule under the method of one vote.
func usableTieBreak(rule *config.VoteRule) string {
	switch {
	case rule.Method == string(tally.Consent),
		rule.Method == string(tally.YesNo) && (rule.TieBreak == "lot" || rule.TieBreak == "seniority"),
		rule.TieBreak == "status-quo" && rule.Method != string(tally.YesNo) && (rule.Fallback == "" || rule.Seats > 1):
		return "none"
	}
	return rule.TieBreak
}
