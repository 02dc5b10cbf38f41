package requests

import (
	"fmt"
	"slices"
	"time"

	"greffier/bot"
	"greffier/config"
)

// How a request moves. The words also end the keys of the sentences about it.
const (
	advanced = "advance"
	sentBack = "back"
	refused  = "refuse"
)

// step is one move of a request.
type step struct {
	how string
	// to is the stage it goes to; empty when it is refused.
	to     string
	reason string
	// vote decided it; 0 when somebody moved it by hand.
	vote uint64
	// funding decided it, as a vote does; 0 when none did.
	funding uint64
	// groups are those whom the charter let move it.
	groups []string
}

// take moves a request, which must be allowed to: its record, the journal, the
// register of decisions, a line in public, a word to those concerned, and the
// vote that its new stage wants. What r holds is out of date afterwards.
func take(c *bot.Ctx, r *Request, s step) error {
	old := r.clone()
	switch s.how {
	case advanced:
		r.Trail, r.Stage = append(r.Trail, r.Stage), s.to
	case sentBack:
		if at := slices.Index(r.Trail, s.to); at >= 0 {
			r.Trail = r.Trail[:at]
		}
		r.Stage = s.to
	case refused:
		r.State = Refused
	}
	stage := stageOf(c, r)
	if s.how != refused {
		r.State, r.Since = Open, c.Now
		r.arrive(c, stage)
		if stage != nil && stage.Final {
			r.State = Done
		}
	}
	save(c, &old, r)
	recordStep(c, &old, r, s)
	said := stepText(c, &old, r, s)
	announce(c, r, said)
	proclaim(c, r, stage, said)
	tell(c, r, said)
	if err := onAgenda(c, &old, r); err != nil {
		return err
	}
	if r.State == Open && stage != nil {
		return enter(c, r, stage)
	}
	c.Cancel(lateKey(r))
	if r.State == Open {
		return nil
	}
	return c.Signal(bot.RequestClosed{Subject: r.key(), Kind: r.Kind, Title: r.Title, Author: r.Author, Done: r.State == Done})
}

// arrive forgets what a request asked or was held up by at the stage before, and
// asks to pass the new one where the charter has it do so at once.
func (r *Request) arrive(c *bot.Ctx, stage *config.Stage) {
	r.Asked, r.Blocked, r.BlockedWhy, r.Late = time.Time{}, time.Time{}, "", time.Time{}
	if stage != nil && stage.Meeting != "" && stage.Agenda == "at-once" {
		r.Asked = c.Now
	}
}

// proclaim says that a request came to a stage in the channels that the stage names.
func proclaim(c *bot.Ctx, r *Request, stage *config.Stage, said bot.Text) {
	if stage == nil || r.State == Refused {
		return
	}
	there := placesOf(c, r)
	for _, name := range stage.Announce {
		for _, place := range c.Channels(name) {
			if !slices.ContainsFunc(there, func(p bot.Place) bool { return p.Platform == place.Platform && p.Channel == place.Channel }) {
				c.Post(place, said)
			}
		}
	}
}

// enter begins a stage: it says which opinions are awaited, or asks for the vote
// that it is passed by.
func enter(c *bot.Ctx, r *Request, stage *config.Stage) error {
	watch(c, r, stage)
	missing := missingOpinions(c, r, stage)
	if len(missing) > 0 {
		announce(c, r, bot.T("request.opinions-awaited", "number", r.Number, "title", r.Title, "groups", groupNames(c, missing), "opinion", bot.CommandText("request opinion")))
		return nil
	}
	return goOn(c, r, stage)
}

// recordStep keeps a move in the journal and, when it was made by hand and
// passes or refuses, in the register of decisions; votes and fundings keep their
// own there.
func recordStep(c *bot.Ctx, old, r *Request, s step) {
	data := map[string]string{"from": old.Stage, "path": old.Path}
	rule := old.Path + "/" + old.Stage
	if s.how != refused {
		data["to"] = r.Stage
	}
	if s.reason != "" {
		data["reason"] = s.reason
	}
	if s.vote != 0 {
		data["vote"] = voteKey(s.vote)
	}
	if s.funding != 0 {
		data["funding"] = fmt.Sprintf("funding/%d", s.funding)
	}
	c.Record(bot.Entry{What: "request " + s.how, Subject: r.key(), Rule: rule, Data: data})
	if s.vote != 0 || s.funding != 0 || s.how == sentBack {
		return
	}
	group := ""
	if at := slices.IndexFunc(s.groups, func(g string) bool { return g != config.Author && c.In(g) }); at >= 0 {
		group = s.groups[at]
	}
	c.Decide(bot.Decision{
		Subject: r.key(), Title: r.Title, Outcome: bot.T("request.decided-"+s.how, stageArgs(c, old, r)...),
		Why: bot.Typed(s.reason), Group: group, Rule: rule, Adopted: s.how == advanced, Author: c.Caller.ID,
	})
}

func stageArgs(c *bot.Ctx, old, r *Request) []any {
	return []any{"number", r.Number, "title", r.Title, "from", stageName(c.Charter, old), "to", stageName(c.Charter, r)}
}

// stepText says a move in one sentence.
func stepText(c *bot.Ctx, old, r *Request, s step) bot.Text {
	args := stageArgs(c, old, r)
	var said bot.Text
	switch {
	case s.funding != 0:
		said = bot.T("request.moved-funding-"+s.how, append(args, "funding", s.funding)...)
	case s.vote != 0:
		said = bot.T("request.moved-vote-"+s.how, append(args, "vote", s.vote)...)
	default:
		said = bot.T("request.moved-"+s.how, append(args, "who", c.Caller.ID)...)
	}
	if s.reason == "" {
		return said
	}
	return bot.Words(said, bot.T("request.reason", "reason", s.reason))
}

// refuseVoting refuses to touch a request on which people are voting.
func refuseVoting(r *Request) error {
	if len(r.Votes) == 0 {
		return nil
	}
	vote := r.Votes[len(r.Votes)-1]
	return bot.Refuse("request.voting", "number", r.Number, "vote", vote, "cancel", bot.CommandText("vote cancel"))
}
