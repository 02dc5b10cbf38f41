package requests

import (
	"slices"
	"strings"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// addSupport counts the caller among those who want the same thing, and names
// the others, so that they find each other.
func addSupport(c *bot.Ctx, in numbered) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	switch {
	case r.Author == c.Caller.ID:
		return bot.Say("request.support-own", "number", r.Number, "title", r.Title), nil
	case supported(c, r, c.Caller.ID):
		return bot.Reply{Text: bot.Words(bot.T("request.support-already", "number", r.Number, "title", r.Title), together(c, r))}, nil
	}
	old := r.clone()
	supports.Put(c.Tx, store.K(r.Number, uint64(c.Caller.ID)), support{At: c.Now})
	r.Supporters++
	save(c, &old, r)
	c.Record(bot.Entry{Subject: r.key()})
	c.Tell(r.Author, r.key(), bot.T("request.told-support", "number", r.Number, "title", r.Title, "who", c.Caller.ID, "count", r.Supporters))
	return bot.Reply{Text: bot.Words(bot.T("request.supported", "number", r.Number, "title", r.Title), together(c, r)), Buttons: matchButtons(c, r)}, nil
}

// together names whom a supporter shares the need with.
func together(c *bot.Ctx, r *Request) bot.Text {
	people := []bot.Text{bot.T("request.member", "who", r.Author)}
	others := slices.DeleteFunc(supportersOf(c, r), func(id bot.MemberID) bool { return id == c.Caller.ID })
	for i, id := range others {
		if i == 5 {
			people = append(people, bot.T("request.and-more", "count", len(others)-i))
			break
		}
		people = append(people, bot.T("request.member", "who", id))
	}
	return bot.T("request.together", "people", people)
}

// dropSupport takes the caller's support back.
func dropSupport(c *bot.Ctx, in numbered) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if !supports.Delete(c.Tx, store.K(r.Number, uint64(c.Caller.ID))) {
		return bot.Say("request.support-none", "number", r.Number, "title", r.Title), nil
	}
	old := r.clone()
	r.Supporters--
	save(c, &old, r)
	c.Record(bot.Entry{Subject: r.key()})
	c.Tell(r.Author, r.key(), bot.T("request.told-unsupport", "number", r.Number, "title", r.Title, "who", c.Caller.ID, "count", r.Supporters))
	return bot.Say("request.unsupported", "number", r.Number, "title", r.Title), nil
}

type commentArgs struct {
	numbered
	Text string `opt:"text,rest,long"`
}

// addComment adds a comment. The journal notes that there is one and not what it
// says, so that the words can be erased with their author.
func addComment(c *bot.Ctx, in commentArgs) (bot.Reply, error) {
	r, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if r.State == Merged {
		return bot.Reply{}, refuseClosed(c, r)
	}
	old := r.clone()
	comments.Put(c.Tx, store.K(r.Number, comments.NextID(c.Tx)), comment{By: c.Caller.ID, At: c.Now, Text: in.Text})
	r.Comments++
	save(c, &old, r)
	c.Record(bot.Entry{Subject: r.key()})
	announce(c, r, bot.T("request.said-comment", "number", r.Number, "who", c.Caller.ID, "text", in.Text))
	tell(c, r, bot.T("request.told-comment", "number", r.Number, "title", r.Title, "who", c.Caller.ID, "text", shorten(oneLine(in.Text), 200)))
	return bot.Say("request.commented", "number", r.Number, "title", r.Title), nil
}

type assignArgs struct {
	numbered
	Who bot.MemberID `opt:"who"`
}

// assign says who takes care of a request.
func assign(c *bot.Ctx, in assignArgs) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if r.Assignee == in.Who {
		return bot.Say("request.assigned-already", "number", r.Number, "title", r.Title, "assignee", in.Who), nil
	}
	old := r.clone()
	r.Assignee = in.Who
	save(c, &old, r)
	assignee, _ := c.Member(in.Who)
	c.Record(bot.Entry{Subject: r.key(), Data: map[string]string{"assignee": memberKey(assignee.ID)}})
	told := bot.T("request.told-assigned", "number", r.Number, "title", r.Title, "who", c.Caller.ID, "assignee", in.Who)
	if in.Who == c.Caller.ID {
		told = bot.T("request.told-assigned-self", "number", r.Number, "title", r.Title, "assignee", in.Who)
	}
	tell(c, &old, told, in.Who)
	c.Tell(in.Who, r.key(), bot.T("request.told-assigned-you", "number", r.Number, "title", r.Title, "who", c.Caller.ID, "show", bot.CommandText("request show")))
	return bot.Say("request.assigned", "number", r.Number, "title", r.Title, "assignee", in.Who), nil
}

type opinionArgs struct {
	numbered
	Verdict string `opt:"verdict" choices:"verdicts"`
	Reasons string `opt:"reasons,optional,rest,long"`
	Group   string `opt:"group,optional" choices:"groups"`
}

// giveOpinion records the advisory opinion of a group, in place of the one it
// gave before.
func giveOpinion(c *bot.Ctx, in opinionArgs) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	group, err := adviser(c, r, in.Group)
	if err != nil {
		return bot.Reply{}, err
	}
	in.Reasons = afterVerdict(c, in.Reasons)
	if in.Verdict != favourable && in.Reasons == "" {
		return bot.Reply{}, bot.BadOption("reasons", "request.opinion-reasons", "verdict", verdictText(in.Verdict),
			"opinion", bot.CommandText("request opinion"), "number", r.Number)
	}
	stage := stageOf(c, r)
	wanted := stage != nil && len(missingOpinions(c, r, stage)) > 0
	id := store.K(r.Number, group)
	former, replaced := opinions.Get(c.Tx, id)
	given := opinion{Verdict: in.Verdict, Reasons: in.Reasons, By: c.Caller.ID, At: c.Now}
	opinions.Put(c.Tx, id, given)
	c.Redraw(r.key())
	data := map[string]string{"group": group, "verdict": in.Verdict}
	if in.Reasons != "" {
		data["reasons"] = in.Reasons
	}
	c.Record(bot.Entry{Subject: r.key(), Rule: r.Path + "/" + r.Stage, Data: data})
	told := bot.T("request.told-opinion", "number", r.Number, "title", r.Title, "group", c.GroupName(group), "verdict", verdictText(in.Verdict))
	if in.Reasons != "" {
		told = bot.Words(told, bot.T("request.reason", "reason", shorten(oneLine(in.Reasons), 300)))
	}
	tell(c, r, told)
	lines := []bot.Text{bot.T("request.opinion-given", "number", r.Number, "title", r.Title, "group", c.GroupName(group), "verdict", verdictText(in.Verdict))}
	if replaced {
		lines = append(lines, bot.T("request.opinion-replaced", "verdict", verdictText(former.Verdict)))
	}
	if wanted && len(missingOpinions(c, r, stage)) == 0 {
		if err := opinionsIn(c, r, stage); err != nil {
			return bot.Reply{}, err
		}
	}
	if r, err = find(c, in.Number); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Text: bot.Lines(append(lines, waiting(c, r))...)}, nil
}

// afterVerdict takes off the reasons what was the end of the verdict: in
// "/request opinion 12 with reservations Too dear" it has two words.
func afterVerdict(c *bot.Ctx, reasons string) string {
	first, rest, _ := strings.Cut(reasons, " ")
	if first == "" {
		return reasons
	}
	if _, more := c.Choose("verdicts", c.Call.Args["verdict"]+" "+first, c.Call.Args); !more {
		return reasons
	}
	return strings.TrimSpace(rest)
}

// opinionsIn goes on once the last opinion that a stage wants is there.
func opinionsIn(c *bot.Ctx, r *Request, stage *config.Stage) error {
	announce(c, r, bot.Words(
		bot.T("request.opinions-in", "number", r.Number, "title", r.Title, "stage", stageName(c.Charter, r)),
		opinionsInNext(c, r, stage)))
	return goOn(c, r, stage)
}

func opinionsInNext(c *bot.Ctx, r *Request, stage *config.Stage) bot.Text {
	if stage.Vote != "" && stage.Meeting == "" && len(lacks(c, r, stage)) == 0 {
		return bot.T("request.opinions-in-vote", "rule", ruleName(c.Charter, stage.Vote))
	}
	return waiting(c, r)
}

// adviser is the group on whose behalf the caller gives an opinion: the one
// named, else the only one they may speak for, those whose opinion the present
// stage lacks coming first.
func adviser(c *bot.Ctx, r *Request, wanted string) (string, error) {
	may := advisers(c, r)
	if len(may) == 0 {
		return "", bot.Refuse("request.opinion-nobody", "number", r.Number, "comment", bot.CommandText("request comment"))
	}
	mine := slices.DeleteFunc(slices.Clone(may), func(g string) bool { return !c.In(g) })
	if wanted != "" {
		switch {
		case !slices.Contains(may, wanted):
			return "", bot.BadOption("group", "request.opinion-not-asked", "group", c.GroupName(wanted), "groups", groupNames(c, may))
		case !slices.Contains(mine, wanted):
			return "", bot.BadOption("group", "request.opinion-not-yours", "group", c.GroupName(wanted))
		}
		return wanted, nil
	}
	if stage := stageOf(c, r); stage != nil && len(mine) > 1 {
		missing := missingOpinions(c, r, stage)
		if due := slices.DeleteFunc(slices.Clone(mine), func(g string) bool { return !slices.Contains(missing, g) }); len(due) == 1 {
			mine = due
		}
	}
	switch len(mine) {
	case 0:
		return "", bot.Refuse("request.opinion-outsider", "number", r.Number, "groups", groupNames(c, may))
	case 1:
		return mine[0], nil
	}
	return "", bot.BadOption("group", "request.opinion-which", "groups", groupNames(c, mine))
}

type linkArgs struct {
	numbered
	URL string `opt:"address" max:"500"`
}

// link says where a request is followed in another tool.
func link(c *bot.Ctx, in linkArgs) (bot.Reply, error) {
	r, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	added, err := readLinks("address", []string{in.URL})
	if err != nil {
		return bot.Reply{}, err
	}
	address := added[0]
	switch {
	case slices.Contains(r.Trackers, address):
		return bot.Say("request.linked-already", "number", r.Number, "title", r.Title), nil
	case len(r.Trackers) == maxLinks:
		return bot.Reply{}, bot.BadOption("address", "request.too-many-links", "max", maxLinks)
	}
	old := r.clone()
	r.Trackers = append(r.Trackers, address)
	save(c, &old, r)
	c.Record(bot.Entry{Subject: r.key(), Data: map[string]string{"address": address}})
	tell(c, r, bot.T("request.told-linked", "number", r.Number, "title", r.Title, "who", c.Caller.ID, "address", bot.Link(address)))
	return bot.Say("request.linked", "number", r.Number, "title", r.Title, "address", bot.Link(address)), nil
}
