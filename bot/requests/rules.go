package requests

import (
	"slices"

	"greffier/bot"
	"greffier/config"
)

// stageOf is where a request stands in the charter, nil when the charter no
// longer has that stage.
func stageOf(c *bot.Ctx, r *Request) *config.Stage { return c.Charter.Stage(r.Path, r.Stage) }

// theStage is stageOf for what cannot be done without it.
func theStage(c *bot.Ctx, r *Request) (*config.Stage, error) {
	if s := stageOf(c, r); s != nil {
		return s, nil
	}
	return nil, bot.Refuse("request.stage-gone", "number", r.Number, "stage", r.Stage)
}

// stageName is how the stage of a request is called.
func stageName(ch *config.Charter, r *Request) bot.Text { return nameOfStage(ch, r.Path, r.Stage) }

func nameOfStage(ch *config.Charter, path, id string) bot.Text {
	if s := ch.Stage(path, id); s != nil && !s.Name.IsZero() {
		return bot.Named(s.Name)
	}
	return bot.Typed(id)
}

func kindName(ch *config.Charter, id string) bot.Text {
	if k := ch.Kind(id); k != nil && !k.Name.IsZero() {
		return bot.Named(k.Name)
	}
	return bot.Typed(id)
}

func ruleName(ch *config.Charter, id string) bot.Text {
	if rule := ch.Rule(id); rule != nil && !rule.Name.IsZero() {
		return bot.Named(rule.Name)
	}
	return bot.Typed(id)
}

func groupNames(c *bot.Ctx, groups []string) []bot.Text {
	names := make([]bot.Text, len(groups))
	for i, g := range groups {
		names[i] = c.GroupName(g)
	}
	return names
}

// position is the rank of the request's stage in its path, and how many there
// are; 0 when the charter does not have it.
func position(ch *config.Charter, r *Request) (at, of int) {
	path := ch.Path(r.Path)
	if path == nil {
		return 0, 0
	}
	at = slices.IndexFunc(path.Stages, func(s config.Stage) bool { return s.ID == r.Stage })
	return at + 1, len(path.Stages)
}

// isFirst reports whether the request is at the stage where its path begins.
func isFirst(ch *config.Charter, r *Request) bool {
	at, _ := position(ch, r)
	return at == 1
}

// mayMove reports whether the caller is one of those whom a stage names.
func mayMove(c *bot.Ctx, r *Request, groups []string) bool {
	return c.In(groups...) || slices.Contains(groups, config.Author) && r.Author == c.Caller.ID
}

// missingOpinions lists the groups whose opinion a stage wants and lacks.
func missingOpinions(c *bot.Ctx, r *Request, stage *config.Stage) []string {
	if len(stage.Opinions) == 0 {
		return nil
	}
	given := opinionsOf(c, r)
	var missing []string
	for _, g := range stage.Opinions {
		if _, ok := given[g]; !ok {
			missing = append(missing, g)
		}
	}
	return missing
}

// advisers lists the groups that may give an opinion on a request: those its
// path asks anywhere, and those that the charter names for the command.
func advisers(c *bot.Ctx, r *Request) []string {
	var groups []string
	add := func(all []string) {
		for _, g := range all {
			if g != config.Everyone && g != config.Author && !slices.Contains(groups, g) {
				groups = append(groups, g)
			}
		}
	}
	if path := c.Charter.Path(r.Path); path != nil {
		for _, s := range path.Stages {
			add(s.Opinions)
		}
	}
	named, _ := c.Charter.RightFor("request opinion")
	add(named)
	return groups
}

// previous is the stage that a request would be sent back to, "" at the first:
// the one it came from, else the one written above in its path.
func previous(ch *config.Charter, r *Request) string {
	for _, id := range slices.Backward(r.Trail) {
		if ch.Stage(r.Path, id) != nil && id != r.Stage {
			return id
		}
	}
	if at, _ := position(ch, r); at > 1 {
		return ch.Path(r.Path).Stages[at-2].ID
	}
	return ""
}

// waiting says what a request waits for before its next stage, and of whom.
func waiting(c *bot.Ctx, r *Request) bot.Text {
	stage := stageOf(c, r)
	switch {
	case r.State != Open:
		return bot.Text{}
	case stage == nil:
		return bot.T("request.waits-charter", "stage", r.Stage)
	}
	missing := lacking(c, r, stage)
	lacked := bot.Words(missing...)
	if !r.Blocked.IsZero() {
		missing = append(missing, bot.T("request.waits-blocked", "since", bot.Date(r.Blocked), "reason", r.BlockedWhy))
		lacked = bot.Words(missing...)
	}
	rule := ruleName(c.Charter, stage.Vote)
	switch {
	case stage.Vote != "" && len(r.Votes) > 0:
		return bot.T("request.waits-vote", "rule", rule, "vote", r.Votes[len(r.Votes)-1], "show", bot.CommandText("vote show"))
	case stage.Vote != "" && len(missing) > 0:
		return bot.Words(lacked, bot.T("request.waits-then-vote", "rule", rule))
	case stage.Meeting != "" && len(missing) == 0:
		return waitsMeeting(c, r, stage)
	case stage.Vote != "":
		return bot.T("request.waits-no-vote", "rule", rule, "number", r.Number, "advance", bot.CommandText("request advance"))
	case len(stage.Advance) == 0:
		return lacked
	case len(missing) > 0:
		return bot.Words(lacked, bot.T("request.waits-then-move", "groups", groupNames(c, stage.Advance)))
	}
	return bot.T("request.waits-move", "groups", groupNames(c, stage.Advance), "number", r.Number, "advance", bot.CommandText("request advance"))
}

// waitsMeeting says that a request waits for a meeting, and for which.
func waitsMeeting(c *bot.Ctx, r *Request, stage *config.Stage) bot.Text {
	said := bot.T("request.waits-meeting", "meeting", meetingName(c.Charter, stage.Meeting), "groups", groupNames(c, stage.Advance))
	if stage.Vote != "" {
		said = bot.T("request.waits-meeting-vote", "meeting", meetingName(c.Charter, stage.Meeting), "rule", ruleName(c.Charter, stage.Vote))
	}
	s, err := session(c, stage.Meeting)
	if err != nil {
		return said
	}
	return bot.Words(said, agendaText(c, r, stage, s))
}

// channelOf is the logical channel where the card of a kind of request hangs.
func channelOf(ch *config.Charter, kind string) string {
	if k := ch.Kind(kind); k != nil && k.Channel != "" {
		return k.Channel
	}
	return ch.Requests.Channel
}

// placesOf lists where a request is seen.
func placesOf(c *bot.Ctx, r *Request) []bot.Place {
	if places := c.Hangs(r.key()); len(places) > 0 {
		return places
	}
	return c.Channels(channelOf(c.Charter, r.Kind))
}

// announce says something about a request wherever it is seen: in the thread of
// its card.
func announce(c *bot.Ctx, r *Request, text bot.Text) {
	for _, place := range placesOf(c, r) {
		c.Send(bot.Post{Place: place, Text: text, Under: r.key()})
	}
}

// tell tells the author, the assignee and the supporters of a request, each
// once, but not the caller nor whom it leaves out.
func tell(c *bot.Ctx, r *Request, text bot.Text, but ...bot.MemberID) {
	told := map[bot.MemberID]bool{}
	for _, who := range but {
		told[who] = true
	}
	for _, who := range append([]bot.MemberID{r.Author, r.Assignee}, supportersOf(c, r)...) {
		if !told[who] {
			told[who] = true
			c.Tell(who, r.key(), text)
		}
	}
}
