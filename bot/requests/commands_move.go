package requests

import (
	"slices"

	"greffier/bot"
	"greffier/config"
)

type advanceArgs struct {
	numbered
	Reason string `opt:"reason,optional,rest,long"`
	To     string `opt:"to,optional" choices:"next-stages"`
}

// advance moves a request to its next stage, if the charter lets the caller. A
// stage that a vote passes is never passed here: the vote is asked for, if none
// is open.
func advance(c *bot.Ctx, in advanceArgs) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	stage, err := theStage(c, r)
	if err != nil {
		return bot.Reply{}, err
	}
	if stage.Vote != "" {
		return askVote(c, r, stage)
	}
	if err := mayAdvance(c, r, stage); err != nil {
		return bot.Reply{}, err
	}
	if in.To == "" && in.Reason != "" && len(stage.Next) > 1 { // "/request advance 12 big"
		if to, ok := c.Choose("next-stages", in.Reason, c.Call.Args); ok {
			in.To, in.Reason = to, ""
		}
	}
	to, reply, err := destination(c, r, stage, in.To)
	if err != nil || to == "" {
		return reply, err
	}
	if dest := c.Charter.Stage(r.Path, to); dest != nil && len(dest.Enter) > 0 && !mayMove(c, r, dest.Enter) {
		return bot.Reply{}, bot.Refuse("request.not-enter", "number", r.Number, "stage", nameOfStage(c.Charter, r.Path, to), "groups", groupNames(c, dest.Enter))
	}
	old := r.clone()
	if err := take(c, r, step{how: advanced, to: to, reason: in.Reason, groups: stage.Advance}); err != nil {
		return bot.Reply{}, err
	}
	return movedReply(c, &old, "request.did-advance")
}

// mayAdvance refuses whoever the stage does not name, and what lacks an opinion.
func mayAdvance(c *bot.Ctx, r *Request, stage *config.Stage) error {
	if !mayMove(c, r, stage.Advance) {
		return notYours(c, r, "advance", stage.Advance)
	}
	if missing := missingOpinions(c, r, stage); len(missing) > 0 {
		return bot.Refuse("request.opinions-missing", "number", r.Number, "groups", groupNames(c, missing), "opinion", bot.CommandText("request opinion"))
	}
	if err := refuseLacking(c, r, stage); err != nil {
		return err
	}
	return refuseOutOfSession(c, r, stage)
}

// notYours says who may do what the caller may not.
func notYours(c *bot.Ctx, r *Request, how string, groups []string) error {
	if len(groups) == 0 {
		return bot.Refuse("request.nobody-"+how, "number", r.Number, "stage", stageName(c.Charter, r))
	}
	return bot.Refuse("request.not-"+how, "number", r.Number, "stage", stageName(c.Charter, r), "groups", groupNames(c, groups))
}

// destination is the stage to go to. Where several may follow and none was
// named, it is empty and the reply offers them.
func destination(c *bot.Ctx, r *Request, stage *config.Stage, named string) (string, bot.Reply, error) {
	switch {
	case slices.Contains(stage.Next, named):
		return named, bot.Reply{}, nil
	case len(stage.Next) == 0:
		return "", bot.Reply{}, bot.Refuse("request.stage-gone", "number", r.Number, "stage", r.Stage)
	case named == "" && len(stage.Next) == 1:
		return stage.Next[0], bot.Reply{}, nil
	}
	var names []bot.Text
	var buttons []bot.Button
	for _, id := range stage.Next {
		name := nameOfStage(c.Charter, r.Path, id)
		names = append(names, name)
		buttons = append(buttons, bot.Button{Label: name, Call: c.Call.With("to", id)})
	}
	return "", bot.Reply{Text: bot.T("request.which-next", "number", r.Number, "stage", stageName(c.Charter, r), "stages", names), Buttons: buttons}, nil
}

// askVote opens the vote of a stage again, when it was cancelled or led nowhere.
func askVote(c *bot.Ctx, r *Request, stage *config.Stage) (bot.Reply, error) {
	rule := ruleName(c.Charter, stage.Vote)
	if len(r.Votes) > 0 {
		return bot.Reply{}, bot.Refuse("request.vote-only", "number", r.Number, "rule", rule, "vote", r.Votes[len(r.Votes)-1], "show", bot.CommandText("vote show"))
	}
	if missing := missingOpinions(c, r, stage); len(missing) > 0 {
		return bot.Reply{}, bot.Refuse("request.vote-waits", "number", r.Number, "rule", rule, "groups", groupNames(c, missing), "opinion", bot.CommandText("request opinion"))
	}
	if err := refuseLacking(c, r, stage); err != nil {
		return bot.Reply{}, err
	}
	if err := refuseOutOfSession(c, r, stage); err != nil {
		return bot.Reply{}, err
	}
	c.Record(bot.Entry{What: "request vote", Subject: r.key(), Rule: r.Path + "/" + r.Stage})
	if err := wantVote(c, r, stage); err != nil {
		return bot.Reply{}, err
	}
	r, err := find(c, int(r.Number)) //nolint:gosec // numbers of records stay far below 2^63
	if err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Text: bot.Words(bot.T("request.vote-asked", "number", r.Number, "rule", rule), waiting(c, r))}, nil
}

// movedReply says where a request now is and what it waits for.
func movedReply(c *bot.Ctx, old *Request, key string) (bot.Reply, error) {
	r, err := find(c, int(old.Number)) //nolint:gosec // numbers of records stay far below 2^63
	if err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Text: bot.Lines(bot.T(key, stageArgs(c, old, r)...), waiting(c, r))}, nil
}

type reasonArgs struct {
	numbered
	Reason string `opt:"reason,rest,long"`
}

// sendBack returns a request to the stage it came from.
func sendBack(c *bot.Ctx, in reasonArgs) (bot.Reply, error) {
	r, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if r.State != Open && r.State != Done {
		return bot.Reply{}, refuseClosed(c, r)
	}
	stage, err := theStage(c, r)
	if err != nil {
		return bot.Reply{}, err
	}
	to := previous(c.Charter, r)
	if to == "" {
		return bot.Reply{}, bot.Refuse("request.back-first", "number", r.Number, "stage", stageName(c.Charter, r), "refuse", bot.CommandText("request refuse"))
	}
	if !mayMove(c, r, stage.Back) {
		return bot.Reply{}, notYours(c, r, "back", stage.Back)
	}
	if err := refuseVoting(r); err != nil {
		return bot.Reply{}, err
	}
	old := r.clone()
	if err := take(c, r, step{how: sentBack, to: to, reason: in.Reason, groups: stage.Back}); err != nil {
		return bot.Reply{}, err
	}
	return movedReply(c, &old, "request.did-back")
}

// refuse ends a request with a reason.
func refuse(c *bot.Ctx, in reasonArgs) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	stage, err := theStage(c, r)
	if err != nil {
		return bot.Reply{}, err
	}
	if !mayMove(c, r, stage.Refuse) {
		return bot.Reply{}, notYours(c, r, "refuse", stage.Refuse)
	}
	if err := refuseVoting(r); err != nil {
		return bot.Reply{}, err
	}
	old := r.clone()
	if err := take(c, r, step{how: refused, reason: in.Reason, groups: stage.Refuse}); err != nil {
		return bot.Reply{}, err
	}
	return movedReply(c, &old, "request.did-refuse")
}
