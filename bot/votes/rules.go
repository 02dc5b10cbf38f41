package votes

import (
	"math/big"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/config"
)

const (
	maxOptions     = 50
	maxOptionTitle = 100
	// maxTitle is how long a question is at most, in characters.
	maxTitle = 150
	// maxButtons is how many options a card offers as buttons; beyond, one
	// button opens the form.
	maxButtons = 20
)

// tallyRule is the rule as the count takes it.
func (v *Vote) tallyRule() tally.Rule {
	rule := tally.Rule{Method: v.counting()}
	switch {
	case v.method() == tally.TwoRound && v.simple():
		rule.Majority = &tally.Share{Of: tally.Expressed, Over: big.NewRat(1, 2)}
	case config.Uses(v.Rule.Method, "majority"):
		rule.Majority = share(v.Rule.Majority)
	}
	if v.method() != tally.YesNo {
		rule.Seats = v.Rule.Seats
	}
	return rule
}

func share(s *config.Share) *tally.Share {
	if s == nil {
		return nil
	}
	if s.AtLeast.IsZero() {
		return &tally.Share{Of: tally.Base(s.Of), Over: s.Over.Rat()}
	}
	return &tally.Share{Of: tally.Base(s.Of), AtLeast: s.AtLeast.Rat()}
}

// find reads a vote, or refuses.
func find(c *bot.Ctx, number int) (Vote, error) {
	if number > 0 {
		if v, ok := votes.Get(c.Tx, voteID(uint64(number))); ok {
			return v, nil
		}
	}
	return Vote{}, bot.Refuse("vote.unknown", "number", number, "command", bot.CommandText("vote list"))
}

func put(c *bot.Ctx, v Vote) { votes.Put(c.Tx, voteID(v.Number), v) }

// running refuses a vote that takes no ballots now, saying why and where to
// read on.
func running(c *bot.Ctx, v *Vote) error {
	switch {
	case v.State == Waiting:
		return bot.Refuse("vote.not-yet", "number", v.Number, "title", v.Title, "opens", v.Opens)
	case v.State != Open:
		return over(v)
	case !c.Now.Before(v.Closes):
		return bot.Refuse("vote.counting", "number", v.Number, "title", v.Title, "closes", v.Closes)
	}
	return nil
}

// lockedUp refuses what needs secret ballots that cannot be read.
func lockedUp(v *Vote) error {
	return bot.Refuse("vote.locked", "number", v.Number, "title", v.Title, "command", bot.CommandText("vote cancel"))
}

// over refuses what comes after the end of a vote.
func over(v *Vote) error {
	if v.State == Cancelled {
		return bot.Refuse("vote.was-cancelled", "number", v.Number, "title", v.Title, "ended", v.Ended, "reason", v.Reason)
	}
	return bot.Refuse("vote.was-closed", "number", v.Number, "title", v.Title, "ended", v.Ended,
		"outcome", verdict(v), "command", bot.CommandText("vote show"))
}

func (v *Vote) frozen() bool { return v.Rule.Roll != "open" }

// resultsFor tells whether the counts may be shown to a member; 0 is everybody.
// Those of a secret vote are shown to nobody before the close.
func resultsFor(c *bot.Ctx, v *Vote, who bot.MemberID) bool {
	switch {
	case v.State == Closed:
		return true
	case v.State != Open || v.Rule.Secret:
		return false
	case v.Rule.Results == "always":
		return true
	}
	return v.Rule.Results == "after-voting" && who != 0 && hasVoted(c, v, voiceOf(who))
}

// ruleText says the rule in words.
func ruleText(v *Vote) bot.Text {
	parts := []bot.Text{bot.T("vote.method-" + v.Rule.Method)}
	parts = append(parts, v.methodRules()...)
	if m := v.Rule.Majority; m != nil && config.Uses(v.Rule.Method, "majority") {
		parts = append(parts, bot.T("vote.rule-majority", "share", shareText(share(m))))
	}
	parts = append(parts, v.quorumRule()...)
	parts = append(parts, v.voicesRules()...)
	for _, flag := range []struct {
		set bool
		key string
	}{
		{v.Rule.Secret, "vote.rule-secret"},
		{v.Rule.SecretOnRequest > 0 && !v.Rule.Secret, "vote.rule-secret-on-request"},
		{v.Rule.Final, "vote.rule-final"},
		{v.Rule.NoAbstention, "vote.rule-no-abstention"},
		{v.Rule.CloseEarly, "vote.rule-close-early"},
		{v.Rule.Advisory, "vote.rule-advisory"},
	} {
		if flag.set {
			parts = append(parts, bot.T(flag.key))
		}
	}
	return bot.T("vote.rule-line", "name", ruleName(v.Rule), "rule", bot.List(parts...))
}

func ruleName(r config.VoteRule) bot.Text {
	if r.Name.IsZero() {
		return bot.Typed(r.ID)
	}
	return bot.Named(r.Name)
}

// shareText says "more than half of the expressed votes".
func shareText(s *tally.Share) bot.Text {
	if s.Over != nil && s.Over.Sign() == 0 {
		return bot.T("vote.share-any")
	}
	ratio, strict := s.AtLeast, s.Over != nil
	if strict {
		ratio = s.Over
	}
	return bot.T("vote.share", "part", partText(ratio, strict), "base", bot.T("vote.of-"+string(s.Of)))
}

// named are the fractions that have a name in every language.
var named = map[string]bool{"1/2": true, "1/3": true, "2/3": true, "1/4": true, "3/4": true}

func partText(ratio *big.Rat, strict bool) bot.Text {
	written := ratio.RatString()
	switch {
	case !strict && written == "1":
		return bot.T("vote.least-all")
	case strict && named[written]:
		return bot.T("vote.over-" + written)
	case strict:
		return bot.T("vote.over", "ratio", written)
	case named[written]:
		return bot.T("vote.least-" + written)
	}
	return bot.T("vote.least", "ratio", written)
}

// subjectText names what a vote is about by the title of its card.
func subjectText(c *bot.Ctx, subject string) bot.Text {
	if card, ok := c.Card(subject); ok {
		return card.Title
	}
	return bot.Typed(subject)
}
