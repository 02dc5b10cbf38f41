package votes

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"greffier/bot"
	"greffier/bot/votes/tally"
)

type answerArgs struct {
	Number  int    `opt:"number" suggest:"votes-open"`
	Answers string `opt:"answers,optional,rest,long"`
	For     string `opt:"for,optional" max:"100" suggest:"vote-voices"`
	// Edition is that of the questions as a form showed them. Change asks again
	// with what was given so far.
	Edition string `opt:"edition,hidden"`
	Change  bool   `opt:"change,hidden"`
	Sure    bool   `opt:"sure,hidden"`
}

// sheetOf is a ballot paper in the hands of whoever answers it: the questions that
// are open, each with the voice that it is answered with, what is given for it, as it
// was typed and as it was read, and what is wrong with that.
type sheetOf struct {
	paper     *Paper
	questions []Vote
	voices    []Voice
	given     []string
	ballots   []ballot
	wrong     []bot.Text
	// several tells that the caller may answer with more than one voice.
	several bool
}

// answerPaper counts the caller's answers to the questions of a paper, those that they
// give, in place of the ones they had: first in words, then for good.
func answerPaper(c *bot.Ctx, in answerArgs) (bot.Reply, error) {
	v, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	s := &sheetOf{paper: v.Paper}
	if s.paper == nil {
		return bot.Reply{}, bot.Refuse("vote.paper-alone", "number", v.Number, "title", v.Title, "command", bot.CommandText("vote cast"))
	}
	if s.questions = v.questions(c, Open); len(s.questions) == 0 {
		return bot.Reply{}, running(c, &v)
	}
	lead := &s.questions[0]
	if err := running(c, lead); err != nil {
		return bot.Reply{}, err
	}
	one, picked, reply, err := s.pick(c, in.For)
	if err != nil || !picked {
		return reply, err
	}
	if err := s.fill(c, one, in.Answers); err != nil {
		return bot.Reply{}, err
	}
	switch empty := !slices.ContainsFunc(s.given, func(g string) bool { return g != "" }); {
	case in.Edition != "" && in.Edition != s.edition():
		return bot.Say("vote.paper-edited", s.paper.args("command", bot.CommandText("vote answer"))...), nil // a refusal would leave the form of before open
	case empty && c.Call.Form:
		f := s.form(c, one)
		if len(f.Asks) > 0 {
			f.Asks[0].Error = bot.T("vote.answer-none", s.paper.args("command", bot.CommandText("vote answer"))...)
		}
		return bot.Reply{Form: f}, nil
	case empty, in.Change:
		return bot.Reply{Form: s.form(c, one)}, nil
	}
	if err := s.read(); err != nil {
		if c.Call.Form {
			return bot.Reply{Form: s.form(c, one)}, nil
		}
		return bot.Reply{}, err
	}
	if !in.Sure {
		return s.again(s.wouldBe(c, one)), nil
	}
	return s.cast(c, one)
}

// pick finds the voice that the caller answers with. Where they have several and did
// not say which, picked is false and the reply asks them.
func (s *sheetOf) pick(c *bot.Ctx, typed string) (one Voice, picked bool, reply bot.Reply, err error) {
	lead := &s.questions[0]
	if err := mayVote(c, lead); err != nil {
		return one, false, reply, err
	}
	all := voicesOf(c, lead, c.Caller.ID)
	s.several = len(all) > 1
	switch {
	case typed != "":
		one, err = voiceTyped(c, lead, all, typed)
		return one, err == nil, reply, err
	case len(all) == 1:
		return all[0], true, reply, nil
	}
	lines := []bot.Text{bot.T("vote.paper-which", s.paper.args("count", len(all))...)}
	for _, one := range all {
		lines = append(lines, bot.T("vote.voice-line", "voice", one.say(c), "stands", s.stands(c, one.by)))
		if one.open(lead) {
			reply.Buttons = append(reply.Buttons, bot.Button{Label: one.say(c), Call: c.Call.With("for", one.code())})
		}
	}
	reply.Text = bot.Lines(lines...)
	return one, false, reply, nil
}

// stands says how many of the questions a voice has answered.
func (s *sheetOf) stands(c *bot.Ctx, by voice) bot.Text {
	n := 0
	for _, q := range s.questions {
		if hasVoted(c, &q, by) {
			n++
		}
	}
	return bot.T("vote.paper-answered", "count", n, "of", len(s.questions))
}

// answerName is the field of a form that asks for the answer to a question.
func answerName(number uint64) string { return fmt.Sprintf("answer-%d", number) }

// numberedAnswer is an answer that begins with the number of its question.
var numberedAnswer = regexp.MustCompile(`^(?:n°|no\.?|#)?\s*(\d+)\s*[:=.)]\s*(.*)$`)

// fill sorts what was given by question: from the fields of a form, or typed one
// after the other, in order or after the number of the question.
func (s *sheetOf) fill(c *bot.Ctx, one Voice, typed string) error {
	n := len(s.questions)
	s.given, s.ballots, s.wrong, s.voices = make([]string, n), make([]ballot, n), make([]bot.Text, n), make([]Voice, n)
	for i := range s.questions {
		q := &s.questions[i]
		theirs, err := voiceTyped(c, q, voicesOf(c, q, c.Caller.ID), one.code())
		if err != nil {
			return err
		}
		if locked(c, q) {
			return lockedUp(q)
		}
		s.voices[i] = theirs
		s.given[i] = strings.TrimSpace(c.Call.Args[answerName(q.Number)])
	}
	next := 0
	for part := range strings.SplitSeq(strings.ReplaceAll(typed, "\n", ";"), ";") {
		part = strings.TrimSpace(part)
		at := next
		if m := numberedAnswer.FindStringSubmatch(strings.ReplaceAll(part, "\u00a0", " ")); m != nil {
			number, _ := strconv.ParseUint(m[1], 10, 64)
			if i := slices.IndexFunc(s.questions, func(q Vote) bool { return q.Number == number }); i >= 0 {
				at, part = i, strings.TrimSpace(m[2])
			}
		}
		next = at + 1
		switch {
		case part == "":
		case at >= n:
			return bot.Refuse("vote.answer-many", s.paper.args("count", n, "command", bot.CommandText("vote show"))...)
		default:
			s.given[at] = part
		}
	}
	return nil
}

// read reads what was given; the error is the first thing that is wrong, and beside a
// form all of them are kept.
func (s *sheetOf) read() (err error) {
	for i := range s.questions {
		q := &s.questions[i]
		if s.given[i] == "" {
			continue
		}
		s.ballots[i], s.wrong[i] = readBallot(q, s.given[i])
		s.ballots[i].Class = s.voices[i].entry.Class
		if !s.wrong[i].IsZero() && err == nil {
			err = bot.Refuse("vote.answer-wrong", "number", q.Number, "title", q.Title, "problem", s.wrong[i])
		}
	}
	return err
}

// edition tells one state of the questions from another: it grows with each change.
func (s *sheetOf) edition() string {
	sum := 0
	for _, q := range s.questions {
		sum += q.Edition
	}
	return strconv.Itoa(sum)
}

// call is the call that answers the paper with a voice.
func (s *sheetOf) call(one Voice) bot.Call {
	call := bot.Call{Command: "vote answer", Args: map[string]string{"number": fmt.Sprint(s.paper.First)}}
	if s.several || one.As != Own {
		call = call.With("for", one.code())
	}
	return call
}

// form asks for the answers to all questions. An empty field leaves a question as it is.
func (s *sheetOf) form(c *bot.Ctx, one Voice) *bot.Form {
	f := &bot.Form{Title: bot.T("vote.paper-form", s.paper.args()...), Intro: bot.T("vote.paper-intro", s.paper.args()...), Call: s.call(one).With("edition", s.edition())}
	if one.As != Own {
		f.Intro = bot.T("vote.for-voice", "voice", one.by.say(c), "said", f.Intro)
	}
	for i := range s.questions {
		q := &s.questions[i]
		before, had := ballotOf(c, q, one.by)
		if had && q.Rule.Final {
			continue
		}
		field := bot.Field{
			Name: answerName(q.Number), Label: bot.T("vote.paper-question", "number", q.Number, "title", q.Title),
			Value: s.given[i], Error: s.wrong[i], Max: bot.MaxLong,
		}
		if q.marking() == single {
			field.Choices = q.values()
		} else {
			field.Help = q.helpText()
		}
		switch b, problem := readBallot(q, s.given[i]); {
		case s.given[i] == "" && had:
			field.Value = before.written(c, q)
		case s.given[i] != "" && problem.IsZero() && q.marking() == single: // a menu knows its own values
			field.Value = b.written(c, q)
		}
		f.Asks = append(f.Asks, field)
	}
	return f
}

// helpText says under a field how a question is answered that has no menu.
func (v *Vote) helpText() bot.Text {
	switch v.marking() {
	case agreed:
		return bot.T("vote.answer-consent")
	case several:
		return bot.T("vote.answer-several", "options", v.numberedOptions())
	}
	return bot.T("vote.answer-marks", "options", v.numberedOptions(), "example", v.example())
}

func (v *Vote) numberedOptions() []bot.Text {
	all := make([]bot.Text, v.size())
	for i := range all {
		all[i] = bot.T("vote.option", "number", i+1, "option", v.option(i))
	}
	return all
}

// written is a ballot as a form takes it: a value of a menu, or what one would type.
func (b ballot) written(c *bot.Ctx, v *Vote) string {
	switch {
	case b.Kind == tally.Abstention && v.marking() == single:
		return abstainValue
	case b.Kind == tally.Blank && v.marking() == single:
		return blankValue
	case b.Kind == tally.Blank:
		return blankWords[map[bool]int{true: 1, false: 0}[c.Locale() == "fr"]]
	case b.Kind == tally.Abstention, v.marking() == agreed:
		return c.Speaker(c.Locale()).Plain(b.say(v))
	case v.marking() == single:
		return optionValue(b.Marks[0].Option)
	case v.marking() == ranked:
		return b.typed(v)
	}
	var all []string
	for _, m := range b.Marks {
		text := strconv.Itoa(m.Option + 1)
		switch v.marking() {
		case graded:
			text += "/" + v.Rule.Grades[m.Value]
		case scored, dotted:
			text += "/" + strconv.FormatInt(m.Value, 10)
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

// wouldBe shows all answers in words before they count.
func (s *sheetOf) wouldBe(c *bot.Ctx, one Voice) bot.Reply {
	lines := []bot.Text{bot.T("vote.answer-would", s.paper.args()...)}
	final, public := false, false
	for i := range s.questions {
		q := &s.questions[i]
		before, had := ballotOf(c, q, one.by)
		said := bot.T("vote.answer-left")
		switch {
		case s.given[i] == "" && had:
			said = bot.T("vote.answer-stays", "choice", before.say(q))
		case s.given[i] == "":
		case had && !before.same(s.ballots[i]):
			said = bot.T("vote.answer-instead", "choice", s.ballots[i].say(q), "before", before.say(q))
		default:
			said = bot.T("vote.mine-voted", "choice", s.ballots[i].say(q))
		}
		final = final || q.Rule.Final && s.given[i] != ""
		public = public || s.ballots[i].Reason != ""
		lines = append(lines, bot.T("vote.paper-line", "number", q.Number, "title", q.Title, "said", said))
	}
	if public {
		lines = append(lines, bot.T("vote.would-public"))
	}
	if final {
		lines = append(lines, bot.T("vote.would-final"))
	}
	text := bot.Lines(lines...)
	if one.As != Own {
		text = bot.T("vote.for-voice", "voice", one.by.say(c), "said", text)
	}
	call := s.call(one).With("edition", s.edition())
	for i, q := range s.questions {
		if s.given[i] != "" {
			call = call.With(answerName(q.Number), s.given[i])
		}
	}
	return bot.Reply{Text: text, Buttons: []bot.Button{
		{Label: bot.T("vote.answer-sure"), Style: "primary", Call: call.With("sure", "yes")},
		{Label: bot.T("vote.answer-correct"), Call: call.With("change", "yes")},
	}}
}

// again keeps what secret ballots say out of the reply that is saved for repeated
// deliveries.
func (s *sheetOf) again(reply bot.Reply) bot.Reply {
	if slices.ContainsFunc(s.questions, func(q Vote) bool { return q.Rule.Secret }) {
		said := bot.T("vote.answer-again", s.paper.args("command", bot.CommandText("vote show"))...)
		reply.Again = &said
	}
	return reply
}

// cast counts the answers that were given, all or none, and shows every question with
// what is counted for it now.
func (s *sheetOf) cast(c *bot.Ctx, one Voice) (bot.Reply, error) {
	for i := range s.questions {
		if s.given[i] == "" {
			continue
		}
		q := &s.questions[i]
		if _, err := castOne(c, q, s.voices[i], castArgs{Choice: s.given[i], Sure: true}); err != nil {
			return bot.Reply{}, err
		}
	}
	lines := []bot.Text{bot.T("vote.answer-counted", s.paper.args()...)}
	changeable := false
	for i := range s.questions {
		q := &s.questions[i]
		b, had := ballotOf(c, q, one.by)
		said := bot.T("vote.answer-left")
		switch {
		case b.Receipt != "":
			said = bot.T("vote.mine-receipt", "choice", b.say(q), "code", receiptText(b.Receipt))
		case had:
			said = bot.T("vote.mine-voted", "choice", b.say(q))
		}
		changeable = changeable || !had || !q.Rule.Final
		lines = append(lines, bot.T("vote.paper-line", "number", q.Number, "title", q.Title, "said", said))
	}
	reply := bot.Reply{}
	if changeable {
		lines = append(lines, bot.T("vote.answer-until", "closes", s.questions[0].Closes))
		reply.Buttons = []bot.Button{{Label: bot.T("vote.answer-correct"), Call: s.call(one)}}
	} else {
		lines = append(lines, bot.T("vote.answer-final"))
	}
	reply.Text = bot.Lines(lines...)
	if one.As != Own {
		reply.Text = bot.T("vote.for-voice", "voice", one.by.say(c), "said", reply.Text)
	}
	for _, other := range voicesOf(c, &s.questions[0], c.Caller.ID) {
		awaited := slices.ContainsFunc(s.questions, func(q Vote) bool { return !hasVoted(c, &q, other.by) })
		if other.by != one.by && awaited && other.open(&s.questions[0]) {
			reply.Buttons = append(reply.Buttons, bot.Button{Label: bot.T("vote.button-also", "voice", other.say(c)), Call: s.call(other)})
		}
	}
	return s.again(reply), nil
}
