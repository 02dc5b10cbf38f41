package requests

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"greffier/bot"
	"greffier/config"
)

func voteKey(n uint64) string { return "vote/" + strconv.FormatUint(n, 10) }

// wantVote asks for the vote by which alone a stage is passed.
func wantVote(c *bot.Ctx, r *Request, stage *config.Stage) error {
	wanted := bot.VoteWanted{Subject: r.key(), Title: voteTitle(c, r), Rule: stage.Vote, Place: c.Place}
	if places := placesOf(c, r); len(places) > 0 {
		wanted.Place = places[0]
	}
	return c.Signal(wanted)
}

// voteTitle is what a vote on a request at its stage is called: by the stage too where
// others of the path are passed by a vote.
func voteTitle(c *bot.Ctx, r *Request) string {
	path, voted := c.Charter.Path(r.Path), 0
	if path == nil {
		return r.Title
	}
	for _, s := range path.Stages {
		if s.Vote != "" {
			voted++
		}
	}
	if voted < 2 {
		return r.Title
	}
	return c.Speaker(c.Charter.Community.Locale).Plain(bot.T("request.vote-title", "title", r.Title, "stage", stageName(c.Charter, r)))
}

// voteOpened notes that people vote on a request.
func voteOpened(c *bot.Ctx, v bot.VoteOpened) error {
	r, ok := subject(c, v.Subject)
	if !ok || r.hasVote(v.Vote) {
		return nil
	}
	old := r.clone()
	r.Votes = append(r.Votes, v.Vote)
	save(c, &old, r)
	tell(c, r, bot.T("request.told-vote", "number", r.Number, "title", r.Title, "vote", v.Vote, "show", bot.CommandText("vote show")))
	return nil
}

// voteSettled does to a request what the rule of its stage says. A vote that the
// stage did not ask for, that advised on something else or came too late
// changes nothing but the card.
func voteSettled(c *bot.Ctx, v bot.VoteSettled) error {
	r, ok := subject(c, v.Subject)
	if !ok || !r.hasVote(v.Vote) {
		return nil
	}
	old := r.clone()
	r.Votes = slices.DeleteFunc(r.Votes, func(n uint64) bool { return n == v.Vote })
	if s := stageOf(c, r); s != nil && s.Vote == v.Rule && s.Agenda != "at-once" && !v.Cancelled {
		r.Asked = time.Time{} // it asks again when it is ready again
	}
	save(c, &old, r)
	if err := onAgenda(c, &old, r); err != nil {
		return err
	}
	if v.Cancelled {
		tell(c, r, bot.Words(bot.T("request.told-vote-cancelled", "number", r.Number, "title", r.Title, "vote", v.Vote), waiting(c, r)))
		return nil
	}
	stage, rule := stageOf(c, r), c.Charter.Rule(v.Rule)
	if r.State != Open || stage == nil || rule == nil || stage.Vote != v.Rule {
		return nil
	}
	effect := rule.Failed
	if v.Passed {
		effect = rule.Passed
	}
	if v.Undecided && (effect == "refuse" || effect == "back") {
		effect = "stay" // nothing was decided, and so nobody was refused
	}
	return c.Itself(func() error { return follow(c, r, stage, effect, v.Vote) })
}

// follow moves a request as a vote decided. If the stage it comes to wants a
// vote that cannot be opened, it stays there and says what to do.
func follow(c *bot.Ctx, r *Request, stage *config.Stage, effect string, vote uint64) error {
	s := step{vote: vote}
	switch back := previous(c.Charter, r); {
	case effect == "advance" && len(stage.Next) > 0:
		s.how, s.to = advanced, stage.Next[0]
	case effect == "back" && back != "":
		s.how, s.to = sentBack, back
	case effect == "refuse":
		s.how = refused
	default:
		said := bot.T("request.stays", "number", r.Number, "title", r.Title, "stage", stageName(c.Charter, r), "vote", vote, "advance", bot.CommandText("request advance"))
		c.Record(bot.Entry{What: "request stay", Subject: r.key(), Rule: r.Path + "/" + r.Stage, Data: map[string]string{"vote": voteKey(vote)}})
		announce(c, r, said)
		tell(c, r, said)
		return nil
	}
	err := take(c, r, s)
	var no *bot.Refusal
	if errors.As(err, &no) {
		announce(c, r, no.Text)
		return nil
	}
	return err
}

// subject finds the request that a signal is about.
func subject(c *bot.Ctx, key string) (*Request, bool) {
	n, ok := numberOfKey(key)
	if !ok {
		return nil, false
	}
	r, err := find(c, int(n)) //nolint:gosec // numbers of records stay far below 2^63
	return r, err == nil
}
