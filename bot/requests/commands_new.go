package requests

import (
	"maps"
	"slices"
	"strings"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

type newArgs struct {
	Title        string            `opt:"title,rest" max:"100"`
	Kind         string            `opt:"kind,optional" choices:"kinds"`
	UseCase      string            `opt:"use-case,optional,long"`
	Details      string            `opt:"details,optional,long"`
	Links        []string          `opt:"links,optional"`
	Organisation string            `opt:"organisation,optional" max:"100"`
	Budget       string            `opt:"budget,optional" max:"40"`
	Fields       map[string]string `opt:"fields,extra"`
	Anyway       bool              `opt:"anyway,hidden"`
}

// newRequest records a request, after showing those that resemble it.
func newRequest(c *bot.Ctx, in newArgs) (bot.Reply, error) {
	r, err := read(c, in)
	if err != nil {
		return bot.Reply{}, err
	}
	if !in.Anyway {
		if found := similar(c, r); len(found) > 0 {
			return offer(c, r.Title, found), nil
		}
	}
	return record(c, r)
}

// read makes a request out of what was given.
func read(c *bot.Ctx, in newArgs) (*Request, error) {
	kinds := c.Charter.Requests.Kinds
	if len(kinds) == 0 {
		return nil, bot.Refuse("request.no-kinds")
	}
	if in.Kind == "" {
		in.Kind = kinds[0].ID // the only one: otherwise it was asked for
	}
	kind := c.Charter.Kind(in.Kind)
	path := c.Charter.Path(kind.Path)
	if path == nil || len(path.Stages) == 0 {
		return nil, bot.Refuse("request.no-path", "kind", kindName(c.Charter, in.Kind))
	}
	title, err := readTitle(in.Title)
	if err != nil {
		return nil, err
	}
	links, err := readLinks("links", in.Links)
	if err != nil {
		return nil, err
	}
	budget, err := readBudget(c, in.Budget)
	if err != nil {
		return nil, err
	}
	fields, err := readFields(c, kind, in.Fields)
	if err != nil {
		return nil, err
	}
	return &Request{
		At: c.Now, Author: c.Caller.ID, Title: title, Kind: kind.ID, Path: path.ID, Stage: path.Stages[0].ID, State: Open,
		UseCase: in.UseCase, Details: in.Details, Links: links, Organisation: in.Organisation, Budget: budget, Fields: fields,
	}, nil
}

func readBudget(c *bot.Ctx, raw string) (string, error) {
	if raw == "" {
		return "", nil
	}
	amount, ok := bot.ParseMoney(raw, c.Locale())
	if !ok {
		return "", bot.BadOption("budget", "request.bad-budget", "text", raw)
	}
	return amount, nil
}

// record enters a new request in the register.
func record(c *bot.Ctx, r *Request) (bot.Reply, error) {
	r.Number = requests.NextID(c.Tx)
	stage, err := theStage(c, r)
	if err != nil {
		return bot.Reply{}, err
	}
	if stage.Final {
		r.State = Done
	}
	r.arrive(c, stage)
	save(c, nil, r)
	c.Record(bot.Entry{Subject: r.key(), Rule: r.Path + "/" + r.Stage, Data: map[string]string{"title": r.Title, "kind": r.Kind}})
	for _, place := range c.Channels(channelOf(c.Charter, r.Kind)) {
		c.Hang(r.key(), place)
	}
	if err := onAgenda(c, r, r); err != nil {
		return bot.Reply{}, err
	}
	if r.State == Open {
		if err := enter(c, r, stage); err != nil {
			return bot.Reply{}, err
		}
		if again, ok := requests.Get(c.Tx, store.K(r.Number)); ok {
			r = &again
		}
	}
	return bot.Reply{Text: bot.Lines(recordedText(c, r)...), Buttons: recordedButtons(c, r)}, nil
}

// recordedText says what was recorded, who handles it and what comes next.
func recordedText(c *bot.Ctx, r *Request) []bot.Text {
	lines := []bot.Text{bot.T("request.recorded", "number", r.Number, "title", r.Title)}
	kind := c.Charter.Kind(r.Kind)
	if kind.Group != "" {
		lines = append(lines, bot.T("request.handled-by", "kind", kindName(c.Charter, r.Kind), "group", c.GroupName(kind.Group)))
	}
	at, of := position(c.Charter, r)
	lines = append(lines, bot.T("request.at-stage", "stage", stageName(c.Charter, r), "at", at, "of", of), waiting(c, r))
	if more := unanswered(c, r); len(more) > 0 {
		lines = append(lines, bot.T("request.can-add", "fields", more, "edit", bot.CommandText("request edit"), "number", r.Number))
	}
	return lines
}

func recordedButtons(c *bot.Ctx, r *Request) []bot.Button {
	buttons := []bot.Button{{Label: bot.T("request.button-show"), Call: call("request show", r.Number)}}
	if len(unanswered(c, r)) > 0 {
		buttons = append(buttons, bot.Button{Label: bot.T("request.button-edit"), Call: call("request edit", r.Number)})
	}
	return buttons
}

// unanswered lists the fields of the charter that were left empty.
func unanswered(c *bot.Ctx, r *Request) []bot.Text {
	var labels []bot.Text
	if kind := c.Charter.Kind(r.Kind); kind != nil {
		for i := range kind.Fields {
			if r.Fields[kind.Fields[i].ID] == "" {
				labels = append(labels, bot.FieldLabel(&kind.Fields[i]))
			}
		}
	}
	return labels
}

type editArgs struct {
	numbered
	Title        string            `opt:"title,optional" max:"100"`
	Kind         string            `opt:"kind,optional" choices:"kinds"`
	UseCase      string            `opt:"use-case,optional,long"`
	Details      string            `opt:"details,optional,long"`
	Links        []string          `opt:"links,optional"`
	Organisation string            `opt:"organisation,optional" max:"100"`
	Budget       string            `opt:"budget,optional" max:"40"`
	Fields       map[string]string `opt:"fields,extra"`
}

// edit changes what a request says: by its author while it is at its first
// stage, by those whom the charter gives the right at any time.
func edit(c *bot.Ctx, in editArgs) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	late := !c.May("request edit") && !isFirst(c.Charter, r)
	stage := stageOf(c, r)
	if late && (stage == nil || len(stage.Form) == 0) {
		return bot.Reply{}, bot.Refuse("request.edit-late", "number", r.Number, "stage", stageName(c.Charter, r), "comment", bot.CommandText("request comment"))
	}
	if len(c.Call.Args) == 1 { // the number alone: show what there is
		form := c.Form(held(r))
		form.Title = bot.T("request.edit-title", "number", r.Number)
		return bot.Reply{Form: form}, nil
	}
	old := r.clone()
	if err := change(c, r, in); err != nil {
		return bot.Reply{}, err
	}
	changes := differences(c, &old, r)
	if len(changes) == 0 {
		return bot.Say("request.edit-nothing", "number", r.Number), nil
	}
	if late && slices.ContainsFunc(changes, func(d difference) bool { return !slices.Contains(stage.Form, d.name) }) {
		return bot.Reply{}, bot.Refuse("request.edit-form", "number", r.Number, "stage", stageName(c.Charter, r), "fields", formLabels(c, r, stage), "comment", bot.CommandText("request comment"))
	}
	save(c, &old, r)
	data := map[string]string{}
	for _, d := range changes {
		data[d.name], data[was+d.name] = d.new, d.old
	}
	c.Record(bot.Entry{Subject: r.key(), Rule: r.Path + "/" + r.Stage, Data: data})
	lines := []bot.Text{bot.T("request.edited", "number", r.Number, "title", r.Title)}
	var labels []bot.Text
	for _, d := range changes {
		lines = append(lines, bot.T("request.edit-line", "change", changeText(c, d)))
		labels = append(labels, d.label)
	}
	tell(c, r, bot.T("request.told-edited", "number", r.Number, "title", r.Title, "who", c.Caller.ID, "fields", labels))
	if old.Stage != r.Stage || old.Path != r.Path {
		if stage := stageOf(c, r); stage != nil {
			if err := enter(c, r, stage); err != nil {
				return bot.Reply{}, err
			}
		}
	} else if stage != nil && len(stage.Form) > 0 {
		if err := goOn(c, r, stage); err != nil {
			return bot.Reply{}, err
		}
	}
	return bot.Reply{Text: bot.Lines(lines...)}, nil
}

// formLabels names the fields that a stage wants.
func formLabels(c *bot.Ctx, r *Request, stage *config.Stage) []bot.Text {
	var labels []bot.Text
	for _, name := range stage.Form {
		labels = append(labels, labelOf(c.Charter, r.Kind, name))
	}
	return labels
}

// held is what the options of edit hold now, as text.
func held(r *Request) map[string]string {
	now := map[string]string{
		"title": r.Title, "kind": r.Kind, "use-case": r.UseCase, "details": r.Details,
		"links": strings.Join(r.Links, ", "), "organisation": r.Organisation, "budget": r.Budget,
	}
	maps.Copy(now, r.Fields)
	return now
}

// change puts what was given into a request. An option that was given empty, as
// a form does, empties what may be empty.
func change(c *bot.Ctx, r *Request, in editArgs) error {
	if err := changeKind(c, r, in.Kind); err != nil {
		return err
	}
	kind := c.Charter.Kind(r.Kind)
	given := func(name string) bool {
		_, ok := c.Call.Args[name]
		return ok
	}
	if in.Title != "" || given("title") {
		title, err := readTitle(in.Title)
		if err != nil {
			return err
		}
		r.Title = title
	}
	if given("links") {
		links, err := readLinks("links", in.Links)
		if err != nil {
			return err
		}
		r.Links = links
	}
	if given("budget") {
		budget := in.Budget
		if budget != r.Budget { // as the form showed it
			var err error
			if budget, err = readBudget(c, in.Budget); err != nil {
				return err
			}
		}
		r.Budget = budget
	}
	for name, to := range map[string]struct {
		field *string
		value string
	}{"use-case": {&r.UseCase, in.UseCase}, "details": {&r.Details, in.Details}, "organisation": {&r.Organisation, in.Organisation}} {
		if given(name) {
			*to.field = to.value
		}
	}
	return changeFields(c, r, kind, in.Fields)
}
