package requests

import (
	"errors"
	"slices"

	"greffier/bot"
)

// asked says what a request is to whichever feature wants to know.
func asked(c *bot.Ctx, q *bot.SubjectAsked) error {
	if r, ok := subject(c, q.Subject); ok {
		q.Found, q.Open, q.Title, q.Author, q.Amount = true, r.State == Open, r.Title, r.Author, r.Budget
		q.People = append(slices.Clone(supportersOf(c, r)), r.Author)
	}
	return nil
}

// fundingSettled does to a request what the charter makes of its funding. A stage
// that is passed by a vote or in a meeting, or lacks something else, is not passed
// by money: the request stays, and says what it waits for.
func fundingSettled(c *bot.Ctx, f bot.FundingSettled) error {
	r, ok := subject(c, f.Subject)
	if !ok || r.State != Open {
		return nil
	}
	c.Redraw(r.key())
	stage := stageOf(c, r)
	if stage == nil || f.Effect == "stay" {
		return nil
	}
	s := step{funding: f.Funding}
	switch back := previous(c.Charter, r); {
	case f.Effect == "advance" && len(stage.Next) > 0 && stage.Vote == "" && stage.Meeting == "" && len(lacking(c, r, stage)) == 0:
		s.how, s.to = advanced, stage.Next[0]
	case f.Effect == "back" && back != "" && len(r.Votes) == 0:
		s.how, s.to = sentBack, back
	case f.Effect == "refuse" && len(r.Votes) == 0:
		s.how = refused
	default:
		announce(c, r, bot.Words(bot.T("request.funding-stays", "number", r.Number, "title", r.Title, "stage", stageName(c.Charter, r)), waiting(c, r)))
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
