package members

import (
	"maps"
	"slices"
	"strings"
	"time"

	"greffier/bot"
	"greffier/config"
)

// introduceJob reminds somebody, once, that they did not introduce themselves.
const introduceJob = "introduce"

func introduceJobKey(who bot.MemberID) string { return introduceJob + "/" + memberKey(who) }

type introduceArgs struct {
	Fields map[string]string `opt:"fields,extra"`
}

// askIntroduction lists the charter's questions. Who answered them once changes
// what they like.
func askIntroduction(c *bot.Ctx, args map[string]string) []bot.Field {
	known := args != nil && profiles.Has(c.Tx, idOf(c.Caller.ID))
	return questions(c, known)
}

// questions are the fields of an introduction.
func questions(c *bot.Ctx, optional bool) []bot.Field {
	fields := c.Charter.Members.Introduction.Fields
	all := make([]bot.Field, len(fields))
	for i := range fields {
		all[i] = c.CharterField(&fields[i])
		all[i].Required = all[i].Required && !optional
		if fields[i].Private {
			all[i].Help = bot.Words(all[i].Help, bot.T("member.field-private"))
		}
	}
	return all
}

// introduce keeps what the caller says of themselves, and shows everybody what
// is not private of it.
func introduce(c *bot.Ctx, in introduceArgs) (bot.Reply, error) {
	p, known := profiles.Get(c.Tx, idOf(c.Caller.ID))
	if len(c.Call.Args) == 0 {
		form := c.Form(p.Fields)
		if known {
			form.Title = bot.T("member.edit-title")
		}
		return bot.Reply{Form: form}, nil
	}
	fields, err := answers(c, p.Fields, in.Fields)
	if err != nil {
		return bot.Reply{}, err
	}
	switch {
	case len(fields) == 0 && !known:
		return bot.Reply{}, bot.Refuse("member.introduce-empty", "introduce", bot.CommandText("member introduce"))
	case known && maps.Equal(fields, p.Fields):
		return bot.Say("member.unchanged"), nil
	}
	p.Changed, p.Fields = c.Now, fields
	if !known {
		p.At = c.Now
		note(c, introduced, c.Caller.ID)
	}
	profiles.Put(c.Tx, idOf(c.Caller.ID), p)
	c.Cancel(introduceJobKey(c.Caller.ID))
	c.Record(bot.Entry{Subject: memberKey(c.Caller.ID), Data: map[string]string{"fields": strings.Join(slices.Sorted(maps.Keys(fields)), ", ")}})
	return shown(c, known), nil
}

// answers puts what was given over what there was. What is given empty goes.
func answers(c *bot.Ctx, were, given map[string]string) (map[string]string, error) {
	fields := maps.Clone(were)
	if fields == nil {
		fields = map[string]string{}
	}
	questions := c.Charter.Members.Introduction.Fields
	for i := range questions {
		f := &questions[i]
		if _, said := c.Call.Args[f.ID]; !said {
			continue
		}
		if given[f.ID] == "" {
			if f.Required {
				return nil, bot.BadOption(f.ID, "member.needed", "field", bot.FieldLabel(f))
			}
			delete(fields, f.ID)
			continue
		}
		value, err := c.ReadField(f, given[f.ID])
		if err != nil {
			return nil, err
		}
		fields[f.ID] = value
	}
	return fields, nil
}

// shown hangs the caller's card where introductions do, or draws it again there,
// and tells them so.
func shown(c *bot.Ctx, known bool) bot.Reply {
	key := memberKey(c.Caller.ID)
	reply := bot.Say("member.introduced", "introduce", bot.CommandText("member introduce"))
	switch places := c.Channels(c.Charter.Members.Introduction.Channel); {
	case len(c.Hangs(key)) > 0:
		c.Redraw(key)
		reply = bot.Say("member.edited")
	case len(places) == 0:
		reply = bot.Say("member.introduced-unseen", "who", bot.CommandText("who"))
	default:
		for _, place := range places {
			c.Hang(key, place)
		}
		if known {
			reply = bot.Say("member.edited")
		}
	}
	if o, ok := unjoined(c); ok {
		reply.Text = bot.Lines(reply.Text, bot.T("member.offer-join", "organisation", o.Name))
		reply.Buttons = append(reply.Buttons, bot.Button{
			Label: bot.T("organisation.button-join", "organisation", o.Name),
			Call:  bot.Call{Command: "organisation join", Args: map[string]string{"organisation": o.Name}},
		})
	}
	reply.Buttons = append(reply.Buttons, bot.Button{Label: bot.T("member.button-mine"), Call: aboutCall(c.Caller.ID)})
	return reply
}

// unjoined finds an organisation that the caller named in their introduction,
// may join, and has not joined.
func unjoined(c *bot.Ctx) (bot.Organisation, bool) {
	p, _ := profiles.Get(c.Tx, idOf(c.Caller.ID))
	if !c.May("organisation join") {
		return bot.Organisation{}, false
	}
	for _, f := range c.Charter.Members.Introduction.Fields {
		o, ok := c.OrganisationNamed(p.Fields[f.ID])
		if ok && !slices.ContainsFunc(c.OrganisationsOf(c.Caller.ID), func(mine bot.Organisation) bool { return mine.Number == o.Number }) {
			return o, true
		}
	}
	return bot.Organisation{}, false
}

// aboutCall shows what is known of a member.
func aboutCall(who bot.MemberID) bot.Call {
	return bot.Call{Command: "who", Args: map[string]string{"about": memberKey(who)}}
}

// drawMember draws what everybody may see of a member.
func drawMember(c *bot.Ctx, key string) (bot.Card, bool) {
	who, ok := memberOfKey(key)
	if !ok {
		return bot.Card{}, false
	}
	p, ok := profiles.Get(c.Tx, idOf(who))
	if !ok {
		return bot.Card{Title: bot.T("member.card-gone")}, true // it hangs: what it said must not
	}
	card := bot.Card{Title: bot.T("member.card-title", "who", who)}
	if !present(c, who) {
		card.Body = bot.T("member.card-left")
	}
	card.Fields = append(profileFields(c, unsaid(c, who, p.Fields), false), belongs(c, who)...)
	card.Buttons = []bot.Button{{Label: bot.T("member.button-more"), Call: aboutCall(who)}}
	return card, true
}

// profileFields says what somebody answered: what is private only to members.
func profileFields(c *bot.Ctx, values map[string]string, private bool) []bot.CardField {
	var all []bot.CardField
	fields := c.Charter.Members.Introduction.Fields
	for i := range fields {
		f := &fields[i]
		value := values[f.ID]
		if value == "" || f.Private && !private {
			continue
		}
		label := bot.FieldLabel(f)
		if f.Private {
			label = bot.T("member.label-private", "label", label)
		}
		all = append(all, bot.CardField{Label: label, Value: c.FieldText(f, value)})
	}
	return all
}

// unsaid leaves out of somebody's answers the organisations that they belong to,
// which are said already.
func unsaid(c *bot.Ctx, who bot.MemberID, fields map[string]string) map[string]string {
	left := maps.Clone(fields)
	for _, o := range c.OrganisationsOf(who) {
		maps.DeleteFunc(left, func(_, value string) bool { return sameWord(value, o.Name) })
	}
	return left
}

// belongs says which organisations and themes a member has.
func belongs(c *bot.Ctx, who bot.MemberID) []bot.CardField {
	var all []bot.CardField
	var organisations, themes []bot.Text
	for _, o := range c.OrganisationsOf(who) {
		text := bot.Typed(o.Name)
		if o.Represented == who {
			text = bot.T("member.represents", "organisation", o.Name)
		}
		organisations = append(organisations, text)
	}
	for _, l := range leadsOf(c, who) {
		themes = append(themes, themeName(c, l))
	}
	for _, f := range []struct {
		key   string
		texts []bot.Text
	}{{"member.organisations", organisations}, {"member.leads", themes}} {
		if len(f.texts) > 0 {
			all = append(all, bot.CardField{Label: bot.T(f.key, "count", len(f.texts)), Value: bot.List(f.texts...)})
		}
	}
	return all
}

// remindLater reminds a newcomer after the charter's time, if it has one.
func remindLater(c *bot.Ctx, who bot.MemberID) {
	if after := c.Charter.Members.Introduction.Remind; after > 0 {
		c.Schedule(bot.Job{
			Key: introduceJobKey(who), Kind: introduceJob, Due: c.Now.Add(after.Std()),
			Args: map[string]string{"member": memberKey(who)},
		})
	}
}

// remind reminds somebody who is still here and did not introduce themselves.
func remind(c *bot.Ctx, j bot.Job) error {
	who, ok := memberOfKey(j.Args["member"])
	if !ok || profiles.Has(c.Tx, idOf(who)) || !present(c, who) || !may(c, who, "member introduce") {
		return nil
	}
	c.Send(bot.Post{
		To: who, Reminder: true, Text: bot.T("member.remind", "who", who, "introduce", bot.CommandText("member introduce")),
		Buttons: []bot.Button{{Label: bot.T("member.button-introduce"), Call: bot.Call{Command: "member introduce"}, Style: "primary"}},
	})
	return nil
}

type listArgs struct {
	Page int `opt:"page,optional" max:"100000"`
}

// pageSize is how many people or things a page lists.
const pageSize = 10

// listMembers lists who introduced themselves, and who was announced.
func listMembers(c *bot.Ctx, in listArgs) (bot.Reply, error) {
	var lines []bot.Text
	for id, p := range profiles.Prefix(c.Tx, nil) {
		if who := memberOf(id); present(c, who) {
			lines = append(lines, bot.T("member.line", "who", bot.T("member.name", "who", who), "said", summary(c, p.Fields)))
		}
	}
	for _, s := range subscribers.Prefix(c.Tx, nil) {
		if s.Member == 0 {
			lines = append(lines, bot.T("member.line", "who", bot.T("subscriber.name", "name", s.Name, "number", s.Number), "said", summary(c, s.Fields)))
		}
	}
	if len(lines) == 0 {
		return bot.Say("member.list-none", "introduce", bot.CommandText("member introduce")), nil
	}
	return page(c, lines, in.Page, "member.list-title")
}

// summary is what somebody says of themselves, in a few words.
func summary(c *bot.Ctx, fields map[string]string) bot.Text {
	var said []bot.Text
	for i, f := range c.Charter.Members.Introduction.Fields {
		if value := fields[f.ID]; value != "" && !f.Private {
			said = append(said, c.FieldText(&c.Charter.Members.Introduction.Fields[i], shorten(value, 80)))
		}
	}
	if len(said) == 0 {
		return bot.T("member.nothing-said")
	}
	return bot.Text{Join: said, Sep: " · "}
}

// shorten cuts a text to one line of at most n characters.
func shorten(s string, n int) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) <= n {
		return string(runes)
	}
	return strings.TrimRight(string(runes[:n-1]), " ,;:.") + "…"
}

// sameWord compares words as members type them.
func sameWord(a, b string) bool { return config.Fold(a) == config.Fold(b) }

// day writes a moment as the day it was.
func day(at time.Time) bot.Date { return bot.Date(at) }
