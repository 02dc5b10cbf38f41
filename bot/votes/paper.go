package votes

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"greffier/bot"
	"greffier/config"
)

// Several questions may be put on one ballot paper (docs/adr/0013). Each is a vote
// like any other, with its number, rule, ballots, quorum, result and place in the
// minutes; what they have in common is who votes, from when to when, one card, and
// that they are answered and closed together. A paper is named by the number of its
// first question, and the questions have the numbers that follow.

// maxQuestions is how many questions one ballot paper has at most.
const maxQuestions = 20

// Paper is the ballot paper that a vote is a question of.
type Paper struct {
	First uint64 `json:"first"`
	Count int    `json:"count"`
	Title string `json:"title"`
}

// args are the number and the title of a paper, and what else a sentence needs.
func (p *Paper) args(more ...any) []any {
	return append([]any{"number", p.First, "title", p.Title}, more...)
}

func (p *Paper) key() string {
	return "paper/" + strings.TrimPrefix((&Vote{Number: p.First}).key(), "vote/")
}

// join puts a vote that has its number now at its place on its paper: the first one
// gives the paper its own.
func (v *Vote) join() {
	if v.Paper != nil && v.Paper.First == 0 {
		v.Paper.First = v.Number
	}
}

// questions reads the questions of the vote's paper that are in a state, in order;
// of a vote without a paper, itself.
func (v *Vote) questions(c *bot.Ctx, states ...State) []Vote {
	if v.Paper == nil {
		return []Vote{*v}
	}
	var all []Vote
	for i := range v.Paper.Count {
		q, ok := votes.Get(c.Tx, voteID(v.Paper.First+uint64(i))) //nolint:gosec // never negative
		if ok && (len(states) == 0 || slices.Contains(states, q.State)) {
			all = append(all, q)
		}
	}
	return all
}

// each does something to every question of the vote's paper that is in a state, the
// vote itself among them; to the vote alone where it has no paper.
func (v *Vote) each(c *bot.Ctx, state State, do func(*Vote) error) error {
	if v.Paper == nil {
		return do(v)
	}
	for _, q := range v.questions(c, state) {
		at := &q
		if q.Number == v.Number {
			at = v
		}
		if err := do(at); err != nil {
			return err
		}
	}
	return nil
}

// leads tells which question of a paper hangs its card and speaks for all: the first
// that was not called off.
func (v *Vote) leads(c *bot.Ctx) bool {
	if v.Paper == nil {
		return true
	}
	first := v.questions(c, Waiting, Open, Closed)
	return len(first) == 0 || first[0].Number == v.Number
}

// reminds tells which question of a paper keeps its reminders: the first that is
// still to be answered.
func (v *Vote) reminds(c *bot.Ctx) bool {
	if v.Paper == nil {
		return true
	}
	left := v.questions(c, Waiting, Open)
	return len(left) == 0 || left[0].Number == v.Number
}

// handOver has the next question of a paper keep its reminders after this one ended
// by itself.
func (v *Vote) handOver(c *bot.Ctx) {
	if v.Paper == nil {
		return
	}
	if left := v.questions(c, Open); len(left) > 0 {
		schedule(c, &left[0])
	}
}

// cardKey is the card on which a vote is shown to everybody.
func (v *Vote) cardKey() string {
	if v.Paper != nil {
		return v.Paper.key()
	}
	return v.key()
}

// redraw has the cards that show a vote drawn again.
func (v *Vote) redraw(c *bot.Ctx) {
	c.Redraw(v.key())
	if v.Paper != nil {
		c.Redraw(v.Paper.key())
	}
}

type paperArgs struct {
	Title     string    `opt:"title" max:"150"`
	Questions string    `opt:"questions,rest,long"`
	Rule      string    `opt:"rule,optional" choices:"vote-rules"`
	Until     time.Time `opt:"until,optional"`
	Opens     time.Time `opt:"opens,optional,begins"`
	Meeting   int       `opt:"meeting,optional"`
	Secret    bool      `opt:"secret"`
}

// newPaper puts several questions to one electorate together.
func newPaper(c *bot.Ctx, in paperArgs) (bot.Reply, error) {
	var all []Vote
	for line := range strings.FieldsFuncSeq(in.Questions, betweenQuestions) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		q, problem, err := readQuestion(c, in, line)
		switch {
		case err != nil:
			return bot.Reply{}, err
		case !problem.IsZero():
			return bot.Reply{}, bot.BadOptionText("questions", problem)
		}
		all = append(all, q)
	}
	switch {
	case len(all) < 2:
		return bot.Reply{}, bot.BadOption("questions", "vote.questions-few", "command", bot.CommandText("vote new"))
	case len(all) > maxQuestions:
		return bot.Reply{}, bot.BadOption("questions", "vote.questions-many", "count", len(all), "max", maxQuestions)
	}
	for _, q := range all[1:] {
		if !reflect.DeepEqual(whoVotes(all[0].Rule), whoVotes(q.Rule)) {
			return bot.Reply{}, bot.BadOption("questions", "vote.questions-who", "first", ruleName(all[0].Rule), "other", ruleName(q.Rule))
		}
	}
	if err := together(c, in, all); err != nil {
		return bot.Reply{}, err
	}
	paper := &Paper{Count: len(all), Title: in.Title}
	for i := range all {
		all[i].Paper = paper
		var err error
		if all[i], err = add(c, all[i]); err != nil {
			return bot.Reply{}, err
		}
	}
	return openedPaper(c, &all[0]), nil
}

func betweenQuestions(r rune) bool { return r == ';' || r == '\n' }

// readQuestion reads a question of a paper as it is typed: "Budget", "Treasurer = Ada,
// Grace", each with the rule it has of its own at the end, or before its options:
// "Bylaws [two-thirds]". The text says what is wrong with it.
func readQuestion(c *bot.Ctx, in paperArgs, line string) (Vote, bot.Text, error) {
	ask := newArgs{Rule: in.Rule, Secret: in.Secret}
	line, typed := cutRule(line)
	title, options, _ := strings.Cut(line, "=")
	if typed == "" {
		title, typed = cutRule(title)
	}
	if typed != "" {
		if ask.Rule = ruleTyped(c, typed); ask.Rule == "" {
			return Vote{}, bot.T("vote.question-rule", "text", typed, "rules", ruleNames(c)), nil
		}
	}
	ask.Title, ask.Options = strings.TrimSpace(title), parts(options)
	switch n := utf8.RuneCountInString(ask.Title); {
	case n == 0:
		return Vote{}, bot.T("vote.question-untitled", "text", line), nil
	case n > maxTitle:
		return Vote{}, bot.T("vote.question-long", "text", string([]rune(ask.Title)[:40])+"…", "max", maxTitle), nil
	}
	v, err := question(c, ask)
	var why *bot.Refusal
	if errors.As(bot.Plainly(err), &why) {
		return v, bot.T("vote.question-wrong", "title", ask.Title, "problem", why.Text), nil
	}
	return v, bot.Text{}, err
}

// cutRule takes what stands in brackets off the end of a text.
func cutRule(text string) (rest, typed string) {
	text = strings.TrimSpace(text)
	if at := strings.LastIndexByte(text, '['); at >= 0 && strings.HasSuffix(text, "]") {
		return text[:at], strings.TrimSpace(text[at+1 : len(text)-1])
	}
	return text, ""
}

// ruleTyped finds a rule by its identifier or its name in any language; empty when
// there is none.
func ruleTyped(c *bot.Ctx, typed string) string {
	for _, r := range c.Charter.Votes.Rules {
		if bot.Fold(r.ID) == bot.Fold(typed) {
			return r.ID
		}
		for _, locale := range bot.Locales {
			if bot.Fold(r.Name.In(locale)) == bot.Fold(typed) {
				return r.ID
			}
		}
	}
	return ""
}

func ruleNames(c *bot.Ctx) []bot.Text {
	var all []bot.Text
	for _, r := range c.Charter.Votes.Rules {
		all = append(all, bot.Typed(r.ID))
	}
	return all
}

// whoVotes is what a rule says of whose voices there are and who casts them, which is
// the same for all questions of a paper.
func whoVotes(r config.VoteRule) config.VoteRule {
	return config.VoteRule{
		Electorate: r.Electorate, Roll: r.Roll, Presence: r.Presence, Departures: r.Departures, Voices: r.Voices, CastBy: r.CastBy,
		Weights: r.Weights, RoleWeights: r.RoleWeights, Colleges: r.Colleges, Advisers: r.Advisers, Proxies: r.Proxies, Representatives: r.Representatives,
	}
}

// together gives the questions of a paper the same dates, meeting and reminders. They
// last as long as the one that lasts longest, wait as long for somebody to ask for
// secrecy, and end together: not before their date because everybody has voted.
func together(c *bot.Ctx, in paperArgs, all []Vote) error {
	first := all[0]
	if err := dated(c, &first, newArgs{Until: in.Until, Opens: in.Opens, Meeting: in.Meeting}); err != nil {
		return err
	}
	align(c, all, first.Opens, in.Until, first.Meeting)
	return nil
}

// align gives one vote, or the questions of one paper, their dates: until a moment, or
// for as long as the rule that lasts longest.
func align(c *bot.Ctx, all []Vote, opens, until time.Time, meeting uint64) {
	var lasts, ask config.Duration
	for _, q := range all {
		lasts = max(lasts, q.Rule.Lasts)
		if !q.Rule.Secret {
			ask = max(ask, q.Rule.SecretOnRequest)
		}
	}
	lead := Vote{Opens: opens, Closes: until, Rule: config.VoteRule{SecretOnRequest: ask}}
	if until.IsZero() {
		lead.Closes = opens.Add(lasts.Std())
	}
	if len(all) > 1 {
		lead.leaveTime(c)
	}
	for i := range all {
		q := &all[i]
		q.Opens, q.Closes, q.Meeting = lead.Opens, lead.Closes, meeting
		if len(all) > 1 {
			q.Rule.Lasts, q.Rule.Reminders, q.Rule.CloseEarly = lasts, all[0].Rule.Reminders, false
			q.Shown = ask > 0 && q.Opens.After(c.Now)
		}
	}
}

// openedPaper tells the author what was made.
func openedPaper(c *bot.Ctx, v *Vote) bot.Reply {
	t, _ := turnouts.Get(c.Tx, voteID(v.Number))
	open := v.questions(c, Open)
	args := v.Paper.args("opens", v.Opens, "closes", v.Closes, "groups", v.Groups, "count", t.Entitled, "questions", v.lines(c, ruleLine))
	key := "vote.paper-opened"
	switch {
	case len(open) > 0:
	case v.State == Waiting:
		return bot.Say("vote.paper-planned", args...)
	default:
		return bot.Say("vote.paper-missed", v.Paper.args("questions", v.lines(c, stateLine))...)
	}
	reply := bot.Say(key, args...)
	if len(places(c, v)) == 0 {
		reply.Text = bot.Lines(reply.Text, bot.T("vote.no-place", "command", bot.CommandText("vote answer"), "number", v.Paper.First))
	}
	return reply
}

// remindOfPaper writes to those who have not answered all the questions of a paper.
func remindOfPaper(c *bot.Ctx, v *Vote) {
	var who []bot.MemberID
	for _, q := range v.questions(c, Open) {
		who = append(who, voters(c, &q)...)
	}
	slices.Sort(who)
	for _, id := range slices.Compact(who) {
		c.Send(bot.Post{
			To: id, Reminder: true, Until: v.Closes, Buttons: paperButtons(v),
			Text: bot.T("vote.paper-reminder", v.Paper.args("closes", v.Closes, "command", bot.CommandText("vote answer"))...),
		})
	}
}

// askSecretPaper makes the questions of a paper to come secret that may be, because
// one of those who vote asks for it.
func askSecretPaper(c *bot.Ctx, v *Vote, named bool) (bot.Reply, error) {
	err := v.each(c, Waiting, func(q *Vote) error {
		if !q.mayBeSecret() {
			return nil
		}
		q.Rule.Secret = true
		put(c, *q)
		note := func() error {
			c.Record(bot.Entry{What: "vote secret", Subject: q.key(), Rule: q.Rule.ID})
			return nil
		}
		if named {
			return note()
		}
		return c.Itself(note)
	})
	secret, public := v.secrecy(c)
	what := bot.T("vote.paper-secret-all")
	reply := bot.T("vote.paper-secret-asked", v.Paper.args()...)
	if len(public) > 0 {
		what = bot.T("vote.paper-secret-some", "secret", secret, "public", public)
		reply = bot.T("vote.paper-secret-asked-some", v.Paper.args("what", what)...)
	}
	said := bot.T("vote.paper-secret-post", v.Paper.args("what", what)...)
	if named {
		said = bot.T("vote.paper-secret-post-named", v.Paper.args("what", what, "who", c.Caller.ID)...)
	} else {
		reply = bot.Lines(reply, bot.T("vote.secret-unnamed"))
	}
	for _, place := range places(c, v) {
		c.Post(place, said)
	}
	v.redraw(c)
	return bot.Reply{Text: reply}, err
}

// secrecy names the questions of a paper to come that are secret, or may be when one
// of those who vote asks for it, and those that stay public.
func (v *Vote) secrecy(c *bot.Ctx) (secret, public []bot.Text) {
	for _, q := range v.questions(c, Waiting) {
		name := bot.T("vote.question-number", "number", q.Number)
		if q.Rule.Secret || q.mayBeSecret() {
			secret = append(secret, name)
		} else {
			public = append(public, name)
		}
	}
	return secret, public
}

// paperProxy tells both that somebody casts a voice for all the questions of a paper.
func paperProxy(c *bot.Ctx, v *Vote, one Voice, holder bot.MemberID) bot.Reply {
	var press []bot.Button
	if v.State == Open {
		press = paperButtons(v)
	}
	c.Write(holder, bot.T("vote.paper-proxy-told", v.Paper.args("voice", one.by.say(c), "closes", v.Closes, "command", bot.CommandText("vote answer"))...), press...)
	return bot.Say("vote.paper-proxy-given", v.Paper.args("who", holder, "voice", one.say(c), "command", bot.CommandText("vote revoke"))...)
}

// released tells the holder of a proxy that the caller took it back.
func (v *Vote) released(c *bot.Ctx) bot.Text {
	if v.Paper != nil {
		return bot.T("vote.paper-proxy-released", v.Paper.args("who", c.Caller.ID)...)
	}
	return bot.T("vote.proxy-released", "number", v.Number, "title", v.Title, "who", c.Caller.ID)
}
