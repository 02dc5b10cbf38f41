package requests

import (
	"maps"
	"slices"

	"greffier/bot"
	"greffier/store"
)

// How much a card shows.
const (
	shownSupporters = 20
	shownComments   = 5
	shownUseCase    = 300
)

// drawCard draws the card that hangs in public.
func drawCard(c *bot.Ctx, key string) (bot.Card, bool) {
	r, ok := subject(c, key)
	if !ok {
		return bot.Card{}, false
	}
	card := shortCard(c, r)
	card.Tags = []bot.Text{stageName(c.Charter, r), kindName(c.Charter, r.Kind)}
	if r.State != Open {
		card.Tags[0] = stateText(r.State)
	}
	if c.Charter.Requests.Threads {
		card.Thread = card.Title
	}
	if r.State == Open {
		card.Buttons = append(card.Buttons, bot.Button{Label: bot.T("request.button-support"), Call: call("request support", r.Number), Style: "primary"})
	}
	if r.State != Merged {
		card.Buttons = append(card.Buttons, bot.Button{Label: bot.T("request.button-comment"), Call: call("request comment", r.Number)})
	}
	card.Buttons = append(card.Buttons, bot.Button{Label: bot.T("request.button-show"), Call: call("request show", r.Number)})
	return card, true
}

// shortCard is what every card of a request has, without buttons.
func shortCard(c *bot.Ctx, r *Request) bot.Card {
	card := bot.Card{
		Key:   r.key(),
		Title: bot.T("request.card-title", "number", r.Number, "title", r.Title),
		Body:  bot.Typed(shorten(r.UseCase, shownUseCase)),
		Tone:  map[State]bot.Tone{Open: bot.Open, Done: bot.Positive, Refused: bot.Negative}[r.State],
	}
	add := adder(&card)
	add("request.card-kind", kindName(c.Charter, r.Kind))
	add("request.card-author", bot.T("request.member", "who", r.Author))
	add("request.card-stage", stageText(c, r))
	if r.State == Open {
		add("request.card-standing", standing(c, r))
	}
	add("request.card-supporters", bot.T("request.value-count", "count", r.Supporters))
	if r.Assignee != 0 {
		add("request.card-assignee", bot.T("request.member", "who", r.Assignee))
	}
	add("request.card-opinions", opinionsText(c, r, false))
	add("request.card-vote", votesText(r))
	return card
}

// adder puts labelled lines on a card, leaving out those with nothing to say.
func adder(card *bot.Card) func(key string, value bot.Text) {
	return func(key string, value bot.Text) {
		if !value.IsZero() {
			card.Fields = append(card.Fields, bot.CardField{Label: bot.T(key), Value: value})
		}
	}
}

// stageText says where a request is: its stage, its rank, how it ended.
func stageText(c *bot.Ctx, r *Request) bot.Text {
	name := stageName(c.Charter, r)
	switch r.State {
	case Refused, Withdrawn:
		return bot.T("request.stage-ended", "state", stateText(r.State), "stage", name)
	case Merged:
		return bot.T("request.stage-merged", "into", r.Into)
	}
	at, of := position(c.Charter, r)
	if at == 0 {
		return name
	}
	return bot.T("request.stage-at", "stage", name, "at", at, "of", of)
}

// opinionsText says the opinions given, and those that the stage still wants.
func opinionsText(c *bot.Ctx, r *Request, reasons bool) bot.Text {
	given := opinionsOf(c, r)
	var said []bot.Text
	for _, group := range slices.Sorted(maps.Keys(given)) {
		o := given[group]
		text := bot.T("request.opinion-line", "group", c.GroupName(group), "verdict", verdictText(o.Verdict))
		if reasons {
			text = bot.T("request.opinion-line-by", "group", c.GroupName(group), "verdict", verdictText(o.Verdict), "who", o.By, "at", bot.Date(o.At))
			if o.Reasons != "" {
				text = bot.Words(text, bot.T("request.reason", "reason", o.Reasons))
			}
		}
		said = append(said, text)
	}
	if stage := stageOf(c, r); stage != nil && r.State == Open {
		for _, group := range missingOpinions(c, r, stage) {
			said = append(said, bot.T("request.opinion-awaited", "group", c.GroupName(group)))
		}
	}
	if reasons {
		return bot.Lines(said...)
	}
	return bot.List(said...)
}

func votesText(r *Request) bot.Text {
	var said []bot.Text
	for _, n := range r.Votes {
		said = append(said, bot.T("request.card-vote-open", "vote", n))
	}
	if len(said) == 0 {
		return bot.Text{}
	}
	return bot.List(said...)
}

// fullCard is a request with everything there is, for one reader.
func fullCard(c *bot.Ctx, r *Request) bot.Card {
	card := shortCard(c, r)
	card.Body = bot.Lines(
		labelled("request.field-use-case", r.UseCase),
		labelled("request.field-details", r.Details))
	short := card.Fields
	card.Fields = nil
	add := adder(&card)
	for _, f := range short {
		switch f.Label.Key {
		case "request.card-supporters":
			add(f.Label.Key, supportersText(c, r))
		case "request.card-opinions":
			add(f.Label.Key, opinionsText(c, r, true))
		default:
			card.Fields = append(card.Fields, f)
		}
	}
	add("request.card-at", bot.T("request.value", "value", r.At))
	if r.State == Open && !r.Since.IsZero() {
		add("request.card-since", bot.T("request.value", "value", r.Since))
	}
	add("request.field-organisation", bot.Typed(r.Organisation))
	add("request.field-budget", bot.MoneyText(r.Budget))
	add("request.field-links", linksText(r.Links))
	add("request.card-trackers", linksText(r.Trackers))
	if kind := c.Charter.Kind(r.Kind); kind != nil {
		for i := range kind.Fields {
			if value := r.Fields[kind.Fields[i].ID]; value != "" {
				card.Fields = append(card.Fields, bot.CardField{Label: bot.FieldLabel(&kind.Fields[i]), Value: c.FieldText(&kind.Fields[i], value)})
			}
		}
		if kind.Group != "" {
			add("request.card-group", c.GroupName(kind.Group))
		}
	}
	add("request.card-cases", casesText(c, r))
	add("request.card-comments", commentsText(c, r))
	if stage := stageOf(c, r); stage != nil && r.State == Open && (r.Team != "" || stage.Holder != "") {
		add("request.card-holder", c.GroupName(holder(c.Charter, r)))
	}
	if len(r.Calls) > 0 {
		add("request.card-calls", bot.List(groupNames(c, r.Calls)...))
	}
	if stage := stageOf(c, r); stage != nil && r.State == Open && stage.Lasts > 0 {
		add("request.card-until", bot.T("request.value", "value", bot.Date(r.since().Add(stage.Lasts.Std()))))
	}
	add("request.card-waits", waiting(c, r))
	card.Buttons = readerButtons(c, r)
	return card
}

// standing says in a word what everybody should know of where a request is: that it
// asks to pass, is blocked or late.
func standing(c *bot.Ctx, r *Request) bot.Text {
	var said []bot.Text
	if !r.Blocked.IsZero() {
		said = append(said, bot.T("request.standing-blocked", "since", bot.Date(r.Blocked), "reason", shorten(oneLine(r.BlockedWhy), 100)))
	}
	if !r.Late.IsZero() {
		said = append(said, bot.T("request.standing-late", "since", bot.Date(r.Late)))
	}
	if stage := stageOf(c, r); !r.Asked.IsZero() && stage != nil && stage.Meeting != "" {
		said = append(said, bot.T("request.standing-asked", "since", bot.Date(r.Asked), "meeting", meetingName(c.Charter, stage.Meeting)))
	}
	if len(said) == 0 {
		return bot.Text{}
	}
	return bot.Lines(said...)
}

func labelled(key, text string) bot.Text {
	if text == "" {
		return bot.Text{}
	}
	return bot.T("request.labelled", "label", bot.T(key), "text", text)
}

func linksText(links []string) bot.Text {
	if len(links) == 0 {
		return bot.Text{}
	}
	said := make([]bot.Text, len(links))
	for i, l := range links {
		said[i] = bot.Link(l)
	}
	return bot.Lines(said...)
}

// supportersText names the first supporters and counts them all.
func supportersText(c *bot.Ctx, r *Request) bot.Text {
	if r.Supporters == 0 {
		return bot.T("request.value-count", "count", 0)
	}
	var people []bot.Text
	for id := range supports.Prefix(c.Tx, store.K(r.Number)) {
		if len(people) == shownSupporters {
			people = append(people, bot.T("request.and-more", "count", r.Supporters-shownSupporters))
			break
		}
		_, who := pair(id)
		people = append(people, bot.T("request.member", "who", bot.MemberID(who)))
	}
	return bot.T("request.supporters", "count", r.Supporters, "people", people)
}

// commentsText shows the latest comments, oldest first.
func commentsText(c *bot.Ctx, r *Request) bot.Text {
	if r.Comments == 0 {
		return bot.Text{}
	}
	var said []bot.Text
	for _, m := range comments.PrefixDown(c.Tx, store.K(r.Number)) {
		if len(said) == shownComments {
			break
		}
		text := bot.T("request.comment", "who", m.By, "at", m.At, "text", m.Text)
		if m.Erased {
			text = bot.T("request.comment-erased", "at", m.At)
		}
		if m.From != 0 {
			text = bot.Words(text, bot.T("request.history-from", "number", m.From))
		}
		said = append(said, text)
	}
	slices.Reverse(said)
	if more := r.Comments - len(said); more > 0 {
		said = slices.Insert(said, 0, bot.T("request.comments-before", "count", more))
	}
	return bot.Lines(said...)
}

// readerButtons offers what the reader may do.
func readerButtons(c *bot.Ctx, r *Request) []bot.Button {
	var buttons []bot.Button
	add := func(label, command, style string) {
		buttons = append(buttons, bot.Button{Label: bot.T(label), Call: call(command, r.Number), Style: style})
	}
	may := func(command string) bool { return c.May(command) }
	stage := stageOf(c, r)
	if r.State == Open && r.Author != c.Caller.ID {
		if supported(c, r, c.Caller.ID) {
			add("request.button-unsupport", "request unsupport", "")
		} else {
			add("request.button-support", "request support", "primary")
		}
	}
	if r.State != Merged {
		add("request.button-comment", "request comment", "")
	}
	if r.State == Open && stage != nil {
		if slices.ContainsFunc(missingOpinions(c, r, stage), func(g string) bool { return c.In(g) }) && may("request opinion") {
			add("request.button-opinion", "request opinion", "")
		}
		if may("request advance") && stage.Vote == "" && stage.Meeting == "" && mayMove(c, r, stage.Advance) && len(lacking(c, r, stage)) == 0 {
			add("request.button-advance", "request advance", "")
		}
		if may("request present") && stage.Meeting != "" && r.Asked.IsZero() && len(lacking(c, r, stage)) == 0 {
			add("request.button-pass", "request present", "")
		}
		if may("request back") && mayMove(c, r, stage.Back) && len(r.Votes) == 0 && previous(c.Charter, r) != "" {
			add("request.button-back", "request back", "")
		}
		if may("request refuse") && mayMove(c, r, stage.Refuse) && len(r.Votes) == 0 {
			add("request.button-refuse", "request refuse", "danger")
		}
	}
	add("request.button-history", "request history", "")
	return buttons
}
