package votes

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/config"
)

// A vote by consent asks for objections to one proposal. The proposal may be
// amended while the vote is open: that is a new round, in which everybody is asked
// again and earlier objections stay to be read.

// Amended is a proposal by consent as it was before it was amended.
type Amended struct {
	Title string    `json:"title"`
	Until time.Time `json:"until"`
	// Objections are those that it met.
	Objections []Objection `json:"objections,omitempty"`
}

// Objection is why somebody cannot live with a proposal.
type Objection struct {
	Who    bot.MemberID `json:"who"`
	Reason string       `json:"reason"`
}

// Words for answers by consent, folded.
var (
	agreeWords  = append([]string{"agree", "i agree", "consent", "i consent", "d'accord", "daccord", "je consens", "consens", "consentement", "consentir", "ok"}, yesWords...)
	asideWords  = []string{"aside", "stand aside", "i stand aside", "en retrait", "retrait", "je me mets en retrait", "reserve", "reserves"}
	objectWords = []string{"objection", "j'objecte", "i object", "object", "objecter", "veto"}
)

// Values that buttons of a vote by consent send.
const (
	agreeValue = "#agree"
	asideValue = "#aside"
	objecting  = "object"
	maxReason  = 500
)

// readConsent reads a ballot by consent.
func (v *Vote) readConsent(raw string) (ballot, bot.Text) {
	typed := strings.TrimRight(config.Fold(strings.TrimSpace(raw)), "!. ")
	mark := func(value int64) (ballot, bot.Text) {
		return ballot{Kind: tally.Marked, Marks: []tally.Mark{{Value: value}}}, bot.Text{}
	}
	switch {
	case typed == agreeValue || slices.Contains(agreeWords, typed):
		return mark(tally.Agree)
	case typed == asideValue || slices.Contains(asideWords, typed):
		return mark(tally.Aside)
	case typed == abstainValue || slices.Contains(abstainWords, typed):
		if v.Rule.NoAbstention {
			return ballot{}, bot.T("vote.choice-no-abstention", "choices", v.choices())
		}
		return ballot{Kind: tally.Abstention}, bot.Text{}
	case typed == blankValue || slices.Contains(blankWords, typed):
		return ballot{Kind: tally.Blank}, bot.Text{}
	}
	word, reason, _ := strings.Cut(raw, ":")
	if !slices.Contains(objectWords, config.Fold(strings.TrimSpace(word))) {
		word, reason, _ = strings.Cut(strings.TrimSpace(raw), " ")
	}
	word = strings.Trim(config.Fold(strings.TrimSpace(word)), ",: ")
	switch {
	case !slices.Contains(objectWords, word) && slices.Contains(noWords, typed):
		return ballot{}, bot.T("vote.consent-no", "how", v.how())
	case !slices.Contains(objectWords, word):
		return ballot{}, bot.T("vote.consent-unknown", "text", raw, "how", v.how())
	case strings.TrimSpace(reason) == "":
		return ballot{}, bot.T("vote.consent-reason", "how", v.how())
	case len([]rune(reason)) > maxReason:
		return ballot{}, bot.T("vote.consent-long", "max", maxReason)
	}
	b, _ := mark(tally.Object)
	b.Reason = strings.TrimSpace(reason)
	return b, bot.Text{}
}

// sayConsent says a ballot by consent.
func (b ballot) sayConsent() bot.Text {
	switch b.Marks[0].Value {
	case tally.Agree:
		return bot.T("vote.consent-agree")
	case tally.Aside:
		return bot.T("vote.consent-aside")
	}
	return bot.T("vote.consent-object", "reason", b.Reason)
}

// objectionForm asks for the reason of an objection.
func objectionForm(v *Vote, given string, wrong bot.Text) *bot.Form {
	return &bot.Form{
		Title: bot.T("vote.form-title", "number", v.Number), Intro: bot.T("vote.form-intro", "title", v.Title),
		Call: bot.Call{Command: "vote cast", Args: v.answer("", objecting)},
		Asks: []bot.Field{{
			Name: "choice", Label: bot.T("vote.consent-why"), Help: bot.T("vote.consent-why-help"),
			Required: true, Long: true, Max: maxReason, Value: given, Error: wrong,
		}},
	}
}

// objections are those cast in an open or a closed vote, by number of member.
func objections(c *bot.Ctx, v *Vote) []Objection {
	var all []Objection
	for id, b := range ballots.Prefix(c.Tx, voteID(v.Number)) {
		if b.Reason != "" {
			all = append(all, Objection{voiceIn(id).member(), b.Reason})
		}
	}
	return all
}

// objectionsText shows the objections of this round and of those before.
func objectionsText(c *bot.Ctx, v *Vote) bot.Text {
	if v.method() != tally.Consent {
		return bot.Text{}
	}
	var lines []bot.Text
	if all := objections(c, v); len(all) > 0 {
		lines = append(lines, bot.T("vote.objections", "count", len(all)))
		for _, o := range all {
			lines = append(lines, bot.T("vote.objection", "who", o.Who, "reason", o.Reason))
		}
	}
	for i, a := range v.Amended {
		lines = append(lines, bot.T("vote.amended-round", "round", i+1, "title", a.Title, "count", len(a.Objections)))
		for _, o := range a.Objections {
			lines = append(lines, bot.T("vote.objection", "who", o.Who, "reason", o.Reason))
		}
	}
	return bot.Lines(lines...)
}

// amend begins a new round of a vote by consent: everybody is asked again about
// the proposal as it is now.
func amend(c *bot.Ctx, v *Vote, title string) bot.Reply {
	before := Amended{Title: v.Title, Until: c.Now, Objections: objections(c, v)}
	var ids [][]byte
	for id := range ballots.Prefix(c.Tx, voteID(v.Number)) {
		ids = append(ids, bytes.Clone(id))
	}
	v.Amended = append(slices.Clone(v.Amended), before)
	v.Title = title
	v.Edition++
	for _, id := range ids {
		ballots.Delete(c.Tx, id)
		if who := voiceIn(id).member(); who != 0 && who != c.Caller.ID {
			c.Write(who, bot.T("vote.amended-write", "number", v.Number, "before", before.Title, "title", title, "closes", v.Closes), buttons(v)...)
		}
	}
	t, _ := turnouts.Get(c.Tx, voteID(v.Number))
	turnouts.Put(c.Tx, voteID(v.Number), turnout{Entitled: t.Entitled})
	turnouts.Delete(c.Tx, turnoutOf(v, Class{Advisory: true}))
	put(c, *v)
	c.Record(bot.Entry{Subject: v.key(), Rule: v.Rule.ID, Data: map[string]string{"title": title, "title-before": before.Title}})
	for _, place := range places(c, v) {
		c.Post(place, bot.T("vote.amended-post", "number", v.Number, "before", before.Title, "title", title, "round", len(v.Amended)+1))
	}
	v.redraw(c)
	return bot.Say("vote.amended", "number", v.Number, "before", before.Title, "title", title, "round", len(v.Amended)+1, "count", len(ids))
}
