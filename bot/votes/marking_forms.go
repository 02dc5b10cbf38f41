package votes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"greffier/bot"
	"greffier/bot/votes/tally"
)

// markName is the field of a form that asks for what one option is given.
func markName(option int) string { return fmt.Sprintf("mark-%d", option+1) }

// maxScale is how many scores a menu offers; beyond, a number is typed.
const maxScale = 20

// marked puts together what the fields of a form give the options, as it would be
// typed.
func (v *Vote) marked(args map[string]string) string {
	var all []string
	for i := range v.size() {
		if given := strings.TrimSpace(args[markName(i)]); given != "" {
			all = append(all, optionValue(i)+"/"+given)
		}
	}
	return strings.Join(all, ", ")
}

// marksForm asks for a ballot with one field an option where options are scored,
// graded or given points, and with one line where they are ranked. given is what
// was typed and wrong what is wrong with it.
func marksForm(c *bot.Ctx, v *Vote, by voice, given string, wrong bot.Text) *bot.Form {
	before, had := ballotOf(c, v, by)
	f := &bot.Form{Title: bot.T("vote.form-title", "number", v.Number), Call: bot.Call{Command: "vote cast", Args: v.answer("", "")}}
	intro := []bot.Text{bot.T("vote.form-intro", "title", v.Title)}
	if had {
		intro = append(intro, bot.T("vote.form-before", "choice", before.say(v)))
	}
	switch v.marking() {
	case scored, graded, dotted:
		intro = append(intro, v.formNote())
		for i := range v.size() {
			f.Asks = append(f.Asks, v.markField(i, before, c.Call.Args[markName(i)]))
		}
		at := slices.IndexFunc(f.Asks, func(a bot.Field) bool { return a.Value != "" })
		f.Asks[max(at, 0)].Error = wrong
	default:
		intro = append(intro, v.list(nil), v.how())
		if given == "" && had && before.Kind == tally.Marked {
			given = before.typed(v)
		}
		f.Asks = []bot.Field{{Name: "choice", Label: bot.T("vote.form-choice"), Help: bot.T("vote.form-ranking"), Required: true, Long: true, Value: given, Error: wrong, Max: bot.MaxLong}}
	}
	f.Intro = bot.Lines(intro...)
	return f
}

// formNote says what is asked, and what an empty field means.
func (v *Vote) formNote() bot.Text {
	switch {
	case v.marking() == dotted:
		return bot.T("vote.form-dots", "points", v.Rule.Points)
	case v.Rule.Missing == string(tally.Absent):
		return bot.T("vote.form-absent")
	case v.marking() == graded:
		return bot.T("vote.form-worst", "grade", v.Rule.Grades[len(v.Rule.Grades)-1])
	}
	return bot.T("vote.form-zero")
}

func (v *Vote) markField(option int, before ballot, given string) bot.Field {
	f := bot.Field{Name: markName(option), Label: v.option(option), Value: given, Max: 40}
	for _, m := range before.Marks {
		if m.Option == option && given == "" {
			f.Value = strconv.FormatInt(m.Value, 10)
			if v.marking() == graded {
				f.Value = optionValue(int(m.Value))
			}
		}
	}
	switch {
	case v.marking() == graded:
		for i, name := range v.Rule.Grades {
			f.Choices = append(f.Choices, bot.Choice{Value: optionValue(i), Label: bot.Typed(name)})
		}
	case v.marking() == scored && v.Rule.Highest <= maxScale:
		for n := v.Rule.Highest; n >= 0; n-- {
			f.Choices = append(f.Choices, bot.Choice{Value: strconv.Itoa(n), Label: bot.Typed(strconv.Itoa(n))})
		}
	}
	return f
}

// typed is a ranking as one would type it, by numbers.
func (b ballot) typed(v *Vote) string {
	if v.marking() != ranked {
		return ""
	}
	var s strings.Builder
	for i, m := range b.Marks {
		switch {
		case i == 0:
		case m.Value == b.Marks[i-1].Value:
			s.WriteString(" = ")
		default:
			s.WriteString(" > ")
		}
		s.WriteString(strconv.Itoa(m.Option + 1))
	}
	return s.String()
}

// ask asks for a ballot that nothing was said of yet: with buttons where options
// are few enough to be pressed one after the other, else with a form.
func ask(c *bot.Ctx, v *Vote, by voice, change string) bot.Reply {
	switch {
	case v.marking() == agreed && change == objecting:
		return bot.Reply{Form: objectionForm(v, "", bot.Text{})}
	case v.marking() == ranked && v.size() <= maxButtons:
		return again(v, rankingReply(v, ballot{Kind: tally.Marked}))
	}
	return bot.Reply{Form: form(c, v, by, "", bot.Text{})}
}

// emptyRanking is what a button says that begins a ranking again.
const emptyRanking = "-"

// ranking shows a ranking under way, which its buttons carry: nothing is kept of
// it before it is cast.
func ranking(v *Vote, under string) (bot.Reply, error) {
	b := ballot{Kind: tally.Marked}
	if under != emptyRanking {
		var problem bot.Text
		if b, problem = v.readRanking(under); !problem.IsZero() {
			return bot.Reply{}, &bot.Refusal{Text: problem}
		}
	}
	return again(v, rankingReply(v, b)), nil
}

func rankingReply(v *Vote, b ballot) bot.Reply {
	reply := bot.Reply{Text: bot.Lines(bot.T("vote.rank-first", "number", v.Number, "title", v.Title), v.how())}
	if len(b.Marks) > 0 {
		key := "vote.rank-next"
		if len(b.Marks) == v.size() {
			key = "vote.rank-all"
		}
		reply.Text = bot.T(key, "number", v.Number, "title", v.Title, "choice", b.say(v))
	}
	step := func(label bot.Text, under string) {
		args := v.answer("", "")
		args["ranked"] = under
		reply.Buttons = append(reply.Buttons, bot.Button{Label: label, Call: bot.Call{Command: "vote cast", Args: args}})
	}
	for i := range v.size() {
		if !b.has(i) {
			step(bot.T("vote.button-rank", "place", len(b.Marks)+1, "option", v.option(i)), strings.TrimPrefix(b.typed(v)+" > "+strconv.Itoa(i+1), " > "))
		}
	}
	if len(b.Marks) == 0 {
		return reply
	}
	args := v.answer(b.typed(v), "")
	args["sure"] = "yes"
	reply.Buttons = append(reply.Buttons, bot.Button{Label: bot.T("vote.button-done"), Style: "primary", Call: bot.Call{Command: "vote cast", Args: args}})
	shorter := ballot{Kind: tally.Marked, Marks: b.Marks[:len(b.Marks)-1]}
	if len(shorter.Marks) > 0 {
		step(bot.T("vote.button-back", "option", v.option(b.Marks[len(b.Marks)-1].Option)), shorter.typed(v))
	}
	step(bot.T("vote.button-restart"), emptyRanking)
	return reply
}

// wouldBe shows a ballot in words before it counts.
func wouldBe(c *bot.Ctx, v *Vote, b ballot, before *ballot) bot.Reply {
	lines := []bot.Text{bot.T("vote.would", "number", v.Number, "title", v.Title, "choice", b.say(v))}
	if before != nil {
		lines = append(lines, bot.T("vote.would-before", "choice", before.say(v)))
	}
	if v.marking() == dotted {
		left := int64(v.Rule.Points)
		for _, m := range b.Marks {
			left -= m.Value
		}
		if left > 0 {
			lines = append(lines, bot.T("vote.points-left", "count", left))
		}
	}
	if b.Reason != "" {
		lines = append(lines, bot.T("vote.would-public"))
	}
	if v.Rule.Final {
		lines = append(lines, bot.T("vote.would-final"))
	}
	reply := c.Ask(bot.Lines(lines...), "vote.would-sure")
	reply.Buttons[0].Style = "primary"
	return again(v, reply)
}
