package requests

import (
	"slices"

	"greffier/bot"
	"greffier/config"
)

// changeKind gives a request another kind, and with it the path of that kind,
// which it must not have gone along yet.
func changeKind(c *bot.Ctx, r *Request, id string) error {
	if id == "" || id == r.Kind {
		return nil
	}
	kind := c.Charter.Kind(id)
	path := c.Charter.Path(kind.Path)
	if path == nil || len(path.Stages) == 0 {
		return bot.BadOption("kind", "request.no-path", "kind", kindName(c.Charter, id))
	}
	if !isFirst(c.Charter, r) && path.ID != r.Path {
		return bot.BadOption("kind", "request.kind-late", "number", r.Number, "stage", stageName(c.Charter, r), "back", bot.CommandText("request back"))
	}
	if err := refuseVoting(r); err != nil {
		return err
	}
	r.Kind = id
	if path.ID != r.Path {
		r.Path, r.Stage, r.Trail = path.ID, path.Stages[0].ID, nil
	}
	return nil
}

// changeFields puts the given fields of the charter into a request and refuses to
// leave empty what its kind requires.
func changeFields(c *bot.Ctx, r *Request, kind *config.Kind, given map[string]string) error {
	if kind == nil {
		return nil
	}
	values, err := readFields(c, kind, given)
	if err != nil {
		return err
	}
	for i := range kind.Fields {
		name := kind.Fields[i].ID
		if _, ok := c.Call.Args[name]; !ok {
			continue
		}
		if values[name] == "" {
			delete(r.Fields, name)
			continue
		}
		if r.Fields == nil {
			r.Fields = map[string]string{}
		}
		r.Fields[name] = values[name]
	}
	now := held(r)
	for _, name := range kind.Require {
		if now[name] == "" {
			return bot.BadOption(name, "request.needed", "field", optionLabel(name), "kind", kindName(c.Charter, kind.ID), "edit", bot.CommandText("request edit"), "number", r.Number)
		}
	}
	for i := range kind.Fields {
		if f := &kind.Fields[i]; f.Required && r.Fields[f.ID] == "" {
			return bot.BadOption(f.ID, "request.needed", "field", bot.FieldLabel(f), "kind", kindName(c.Charter, kind.ID), "edit", bot.CommandText("request edit"), "number", r.Number)
		}
	}
	return nil
}

// optionLabel is how a standard field of a request is called.
func optionLabel(name string) bot.Text { return bot.T("request.field-" + name) }

// difference is one field of a request that changed.
type difference struct {
	name     string
	label    bot.Text
	old, new string
}

// differences lists what differs between two states of a request, in the order
// of the form.
func differences(c *bot.Ctx, old, r *Request) []difference {
	before, after := held(old), held(r)
	names := config.StandardFields()
	var own []string
	for _, values := range []map[string]string{old.Fields, r.Fields} {
		for name := range values {
			if !slices.Contains(own, name) {
				own = append(own, name)
			}
		}
	}
	slices.Sort(own)
	var found []difference
	for _, name := range append(names, own...) {
		if before[name] == after[name] {
			continue
		}
		found = append(found, difference{name, labelOf(c.Charter, r.Kind, name), before[name], after[name]})
	}
	return found
}

// labelOf is how a field is called, in the kind it belongs to now or else in any
// that has it: the request may have been of another kind.
func labelOf(ch *config.Charter, kind, name string) bot.Text {
	if slices.Contains(config.StandardFields(), name) {
		return optionLabel(name)
	}
	label := bot.Typed(name)
	for i := range ch.Requests.Kinds {
		k := &ch.Requests.Kinds[i]
		at := slices.IndexFunc(k.Fields, func(f config.Field) bool { return f.ID == name })
		if at >= 0 {
			label = bot.FieldLabel(&k.Fields[at])
		}
		if at >= 0 && k.ID == kind {
			break
		}
	}
	return label
}

// changeText says a difference in a line.
func changeText(c *bot.Ctx, d difference) bot.Text {
	return bot.T("request.edit-change", "field", d.label, "old", said(c, d.name, d.old), "new", said(c, d.name, d.new))
}

// said is a former or new value in a sentence: shortened, or the word for none.
func said(c *bot.Ctx, name, value string) bot.Text {
	switch {
	case value == "":
		return bot.T("request.nothing")
	case name == "kind":
		return kindName(c.Charter, value)
	case name == "budget":
		return bot.MoneyText(value)
	}
	return bot.Typed(shorten(oneLine(value), 120))
}

// was begins, in the journal, the name of a field's former value.
const was = "was "
