package requests

import (
	"slices"

	"greffier/bot"
	"greffier/config"
)

// A gate is what stands between a stage and the next: fields filled in, opinions
// given, needs that other features answer for, and a meeting in whose session
// alone it opens. What passes it is a recorded decision, by hand or by a vote.

// missingFields lists the fields that a stage wants and that are empty.
func missingFields(r *Request, stage *config.Stage) []string {
	now := held(r)
	var missing []string
	for _, name := range stage.Form {
		if now[name] == "" {
			missing = append(missing, name)
		}
	}
	return missing
}

// lacks says what a stage wants and lacks besides opinions, a sentence each.
func lacks(c *bot.Ctx, r *Request, stage *config.Stage) []bot.Text {
	var said []bot.Text
	if missing := missingFields(r, stage); len(missing) > 0 {
		var labels []bot.Text
		for _, name := range missing {
			labels = append(labels, labelOf(c.Charter, r.Kind, name))
		}
		said = append(said, bot.T("request.lacks-fields", "fields", labels, "edit", bot.CommandText("request edit"), "number", r.Number))
	}
	for _, need := range stage.Needs {
		if met, missing := c.Need(need, r.key()); !met {
			said = append(said, missing)
		}
	}
	return said
}

// lacking is lacks with the opinions that are missing.
func lacking(c *bot.Ctx, r *Request, stage *config.Stage) []bot.Text {
	said := lacks(c, r, stage)
	if missing := missingOpinions(c, r, stage); len(missing) > 0 {
		said = append(said, bot.T("request.waits-opinions", "groups", groupNames(c, missing)))
	}
	return said
}

// refuseLacking refuses what its gate is still closed to, for want of something
// other than opinions.
func refuseLacking(c *bot.Ctx, r *Request, stage *config.Stage) error {
	if said := lacks(c, r, stage); len(said) > 0 {
		return bot.Refuse("request.gate-lacks", "number", r.Number, "stage", stageName(c.Charter, r), "lacks", bot.Words(said...))
	}
	return nil
}

// refuseOutOfSession refuses to pass outside the meeting what is passed there.
func refuseOutOfSession(c *bot.Ctx, r *Request, stage *config.Stage) error {
	if stage.Meeting == "" {
		return nil
	}
	s, err := session(c, stage.Meeting)
	if err != nil || s.Open != 0 {
		return err
	}
	return bot.Refuse("request.gate-session", "number", r.Number, "stage", stageName(c.Charter, r), "meeting", meetingName(c.Charter, stage.Meeting), "then", agendaText(c, r, stage, s))
}

func session(c *bot.Ctx, kind string) (*bot.SessionAsked, error) {
	s := &bot.SessionAsked{Kind: kind}
	return s, c.Signal(s)
}

func meetingName(ch *config.Charter, id string) bot.Text {
	if k := ch.MeetingKind(id); k != nil && !k.Name.IsZero() {
		return bot.Named(k.Name)
	}
	return bot.Typed(id)
}

// agendaText says when the meeting will look at a request, or how to ask it to.
func agendaText(c *bot.Ctx, r *Request, stage *config.Stage, s *bot.SessionAsked) bot.Text {
	switch {
	case r.Asked.IsZero():
		return bot.T("request.agenda-ask", "number", r.Number, "pass", bot.CommandText("request present"))
	case s.Open != 0:
		return bot.T("request.agenda-now", "meeting", s.Open, "number", r.Number, "advance", bot.CommandText("request advance"))
	case s.Next != 0:
		return bot.T("request.agenda-next", "meeting", s.Next, "starts", s.Starts)
	}
	return bot.T("request.agenda-later", "meeting", meetingName(c.Charter, stage.Meeting))
}

// goOn opens the vote of a stage as soon as nothing is missing any more, unless it
// is for a meeting to open.
func goOn(c *bot.Ctx, r *Request, stage *config.Stage) error {
	if stage.Vote == "" || stage.Meeting != "" || len(r.Votes) > 0 || len(lacking(c, r, stage)) > 0 {
		return nil
	}
	return wantVote(c, r, stage)
}

// needChanged goes on with a request when what it needs may be there.
func needChanged(c *bot.Ctx, n bot.NeedChanged) error {
	r, ok := subject(c, n.Subject)
	if !ok || r.State != Open {
		return nil
	}
	c.Redraw(r.key())
	if stage := stageOf(c, r); stage != nil {
		return goOn(c, r, stage)
	}
	return nil
}

type passArgs struct {
	numbered
	Reason string `opt:"reason,optional,rest,long"`
}

// pass asks that the meeting at which a stage is passed looks at a request.
func pass(c *bot.Ctx, in passArgs) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	stage, err := theStage(c, r)
	if err != nil {
		return bot.Reply{}, err
	}
	if stage.Meeting == "" {
		return bot.Reply{}, bot.Refuse("request.pass-none", "number", r.Number, "stage", stageName(c.Charter, r), "then", waiting(c, r))
	}
	if said := lacking(c, r, stage); len(said) > 0 {
		return bot.Reply{}, bot.Refuse("request.gate-lacks", "number", r.Number, "stage", stageName(c.Charter, r), "lacks", bot.Words(said...))
	}
	s, err := session(c, stage.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	if !r.Asked.IsZero() {
		return bot.Reply{Text: bot.Words(bot.T("request.pass-already", "number", r.Number, "title", r.Title), agendaText(c, r, stage, s))}, nil
	}
	old := r.clone()
	r.Asked = c.Now
	save(c, &old, r)
	c.Record(bot.Entry{Subject: r.key(), Rule: r.Path + "/" + r.Stage, Data: reasonData(in.Reason)})
	said := withReason(bot.T("request.moved-pass", "number", r.Number, "title", r.Title, "who", c.Caller.ID, "stage", stageName(c.Charter, r), "meeting", meetingName(c.Charter, stage.Meeting)), in.Reason)
	announce(c, r, said)
	tell(c, r, said)
	if err := c.Signal(bot.AgendaChanged{}); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Text: bot.Words(bot.T("request.passing", "number", r.Number, "title", r.Title), agendaText(c, r, stage, s))}, nil
}

func reasonData(reason string) map[string]string {
	if reason == "" {
		return nil
	}
	return map[string]string{"reason": reason}
}

func withReason(said bot.Text, reason string) bot.Text {
	if reason == "" {
		return said
	}
	return bot.Words(said, bot.T("request.reason", "reason", reason))
}

// agendaMost is how many requests of a sort a meeting is asked to look at.
const agendaMost = 100

// agenda lists the requests that a meeting of a kind is to look at: those that ask
// to pass a stage there, and the blocked and the late ones where it collects them.
func agenda(c *bot.Ctx, a *bot.AgendaAsked) error {
	add := func(set string, title func(*Request, *config.Stage) bot.Text) {
		numbers, _ := filter{{stateSet(Open)}, {set}}.page(c.Tx, 0, agendaMost)
		for _, n := range slices.Backward(numbers) {
			r, err := find(c, int(n)) //nolint:gosec // numbers of records stay far below 2^63
			if err != nil {
				continue
			}
			if stage := stageOf(c, r); stage != nil {
				if said := title(r, stage); !said.IsZero() {
					a.Add(r.key(), said)
				}
			}
		}
	}
	add(askingSet, func(r *Request, stage *config.Stage) bot.Text {
		if stage.Meeting != a.Kind {
			return bot.Text{}
		}
		return bot.T("request.agenda-pass", "number", r.Number, "title", r.Title, "stage", stageName(c.Charter, r))
	})
	if slices.Contains(a.Collects, blockedSet) {
		add(blockedSet, func(r *Request, _ *config.Stage) bot.Text {
			return bot.T("request.agenda-blocked", "number", r.Number, "title", r.Title, "reason", shorten(oneLine(r.BlockedWhy), 100))
		})
	}
	if slices.Contains(a.Collects, lateSet) {
		add(lateSet, func(r *Request, _ *config.Stage) bot.Text {
			return bot.T("request.agenda-late", "number", r.Number, "title", r.Title, "stage", stageName(c.Charter, r))
		})
	}
	return nil
}

// onAgenda tells meetings when what they are to look at has changed.
func onAgenda(c *bot.Ctx, old, r *Request) error {
	for _, set := range []string{askingSet, blockedSet, lateSet} {
		if slices.Contains(setsOf(old), set) || slices.Contains(setsOf(r), set) {
			return c.Signal(bot.AgendaChanged{})
		}
	}
	return nil
}
