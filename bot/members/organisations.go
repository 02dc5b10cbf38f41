package members

import (
	"strconv"
	"strings"

	"greffier/bot"
	"greffier/config"
)

type organisationArgs struct {
	Organisation string `opt:"organisation,rest" max:"100" suggest:"organisations"`
}

type organisationMemberArgs struct {
	Organisation string       `opt:"organisation,rest" max:"100" suggest:"organisations"`
	Member       bot.MemberID `opt:"member,optional"`
}

// newOrganisation records an organisation.
func newOrganisation(c *bot.Ctx, in organisationArgs) (bot.Reply, error) {
	name, err := freeName(c, "organisation", in.Organisation)
	if err != nil {
		return bot.Reply{}, err
	}
	o := c.NewOrganisation(name)
	c.Record(bot.Entry{Subject: o.Key(), Data: map[string]string{"name": name}})
	return bot.Say("organisation.created", "organisation", name, "join", bot.CommandText("organisation join"),
		"represent", bot.CommandText("organisation represent"), "weight", bot.CommandText("organisation weight")), nil
}

// freeName refuses the name of an organisation that there is already.
func freeName(c *bot.Ctx, option, raw string) (string, error) {
	name, err := readName(option, raw)
	if err != nil {
		return "", err
	}
	if o, ok := c.OrganisationNamed(name); ok {
		return "", bot.BadOption(option, "organisation.exists", "organisation", o.Name)
	}
	return name, nil
}

// findOrganisation finds an organisation by name, or suggests another.
func findOrganisation(c *bot.Ctx, typed string) (bot.Organisation, error) {
	if o, ok := c.OrganisationNamed(typed); ok {
		return o, nil
	}
	all := c.Organisations()
	if name, ok := c.Choose("organisations", typed, nil); ok {
		o, _ := c.OrganisationNamed(name)
		return o, nil
	}
	names := make([]string, len(all))
	for i, o := range all {
		names[i] = o.Name
	}
	if near := config.Nearest(typed, names); near != "" {
		return bot.Organisation{}, bot.BadOption("organisation", "organisation.near", "organisation", typed, "near", near)
	}
	return bot.Organisation{}, bot.BadOption("organisation", "organisation.none", "organisation", typed, "list", bot.CommandText("organisation list"))
}

// representative is who represents the organisation that a call names.
func representative(c *bot.Ctx, args map[string]string) (bot.MemberID, bool) {
	o, err := findOrganisation(c, args["organisation"])
	return o.Represented, err == nil && o.Represented != 0
}

// joinOrganisation puts the caller in an organisation, or somebody else when the
// caller represents it or may say who does.
func joinOrganisation(c *bot.Ctx, in organisationMemberArgs) (bot.Reply, error) {
	o, who, err := organisationOf(c, in)
	if err != nil {
		return bot.Reply{}, err
	}
	if !present(c, who) {
		return bot.Reply{}, bot.BadOption("member", "member.not-here", "who", who)
	}
	if !c.JoinOrganisation(o.Number, who) {
		return bot.Reply{}, bot.Refuse("organisation.in-already", "organisation", o.Name, "who", who)
	}
	changed(c, o, who)
	c.Tell(who, o.Key(), bot.T("organisation.told-in", "organisation", o.Name, "by", c.Caller.ID, "leave", bot.CommandText("organisation leave")))
	return bot.Say("organisation.joined", "organisation", o.Name, "who", who), nil
}

// leaveOrganisation takes the caller, or somebody else, out of an organisation.
func leaveOrganisation(c *bot.Ctx, in organisationMemberArgs) (bot.Reply, error) {
	o, who, err := organisationOf(c, in)
	if err != nil {
		return bot.Reply{}, err
	}
	if !c.LeaveOrganisation(o.Number, who) {
		return bot.Reply{}, bot.Refuse("organisation.not-in", "organisation", o.Name, "who", who)
	}
	changed(c, o, who)
	c.Tell(who, o.Key(), bot.T("organisation.told-out", "organisation", o.Name, "by", c.Caller.ID))
	text := bot.T("organisation.left", "organisation", o.Name, "who", who)
	if o.Represented == who {
		text = bot.Lines(text, bot.T("organisation.unrepresented", "organisation", o.Name, "represent", bot.CommandText("organisation represent")))
	}
	return bot.Reply{Text: text}, nil
}

// organisationOf is the organisation and the member that a call names; for
// somebody else the caller must represent it, or have the right to say who does.
func organisationOf(c *bot.Ctx, in organisationMemberArgs) (bot.Organisation, bot.MemberID, error) {
	in = in.split(c)
	o, err := findOrganisation(c, in.Organisation)
	if err != nil {
		return o, 0, err
	}
	if in.Member == 0 || in.Member == c.Caller.ID {
		return o, c.Caller.ID, nil
	}
	if o.Represented != c.Caller.ID && !c.May("organisation represent") {
		return o, 0, bot.Refuse("organisation.others", "organisation", o.Name)
	}
	return o, in.Member, nil
}

// split finds the member who stands after an organisation of several words:
// /organisation join City of Metz @lea.
func (in organisationMemberArgs) split(c *bot.Ctx) organisationMemberArgs {
	at := strings.LastIndexByte(in.Organisation, ' ')
	if in.Member != 0 || at < 0 || !strings.HasPrefix(strings.TrimPrefix(in.Organisation[at+1:], "<"), "@") {
		return in
	}
	if who, ok := c.FindMember(in.Organisation[at+1:]); ok {
		in.Organisation, in.Member = in.Organisation[:at], who
	}
	return in
}

// changed records a change of an organisation, and draws again the card of whom
// it concerns.
func changed(c *bot.Ctx, o bot.Organisation, who bot.MemberID) {
	entry := bot.Entry{Subject: o.Key()}
	if who != 0 {
		entry.Data = map[string]string{"member": memberKey(who)}
		if len(c.Hangs(memberKey(who))) > 0 {
			c.Redraw(memberKey(who))
		}
	}
	c.Record(entry)
}

type weightArgs struct {
	Organisation string `opt:"organisation" max:"100" suggest:"organisations"`
	Weight       string `opt:"weight" max:"30"`
	Maintenance  bool   `opt:"maintenance"`
}

// weighOrganisation sets what an organisation counts for, or what it pays for
// maintenance.
func weighOrganisation(c *bot.Ctx, in weightArgs) (bot.Reply, error) {
	o, err := findOrganisation(c, in.Organisation)
	if err != nil {
		return bot.Reply{}, err
	}
	weight, ok := bot.ParseDecimal(in.Weight)
	if !ok {
		return bot.Reply{}, bot.BadOption("weight", "organisation.bad-weight", "text", in.Weight)
	}
	key, data, before := "organisation.weighed", "", o.Weight
	if in.Maintenance {
		key, data, before = "organisation.maintained", "maintenance", o.Maintenance
		if before == "" {
			before = "0"
		}
		o.Maintenance = weight
	} else {
		o.Weight = weight
	}
	c.PutOrganisation(o)
	entry := bot.Entry{Subject: o.Key(), Data: map[string]string{"from": string(before), "to": string(weight)}}
	if data != "" {
		entry.Data["of"] = data
	}
	c.Record(entry)
	return bot.Say(key, "organisation", o.Name, "from", before.Text(), "to", weight.Text()), nil
}

// representOrganisation says who represents an organisation.
func representOrganisation(c *bot.Ctx, in organisationMemberArgs) (bot.Reply, error) {
	in = in.split(c)
	o, err := findOrganisation(c, in.Organisation)
	if err != nil {
		return bot.Reply{}, err
	}
	who, before := in.Member, o.Represented
	if who == 0 {
		who = c.Caller.ID
	}
	switch {
	case who == before:
		return bot.Reply{}, bot.Refuse("organisation.represents-already", "organisation", o.Name, "who", who)
	case !present(c, who):
		return bot.Reply{}, bot.BadOption("member", "member.not-here", "who", who)
	}
	c.JoinOrganisation(o.Number, who)
	o.Represented = who
	c.PutOrganisation(o)
	changed(c, o, who)
	if before != 0 {
		c.Redraw(memberKey(before))
	}
	for _, m := range []bot.MemberID{before, who} {
		c.Tell(m, o.Key(), bot.T("organisation.told-represented", "organisation", o.Name, "who", who, "by", c.Caller.ID))
	}
	return bot.Say("organisation.represented", "organisation", o.Name, "who", who), nil
}

type renameArgs struct {
	Organisation string `opt:"organisation" max:"100" suggest:"organisations"`
	Name         string `opt:"name" max:"100"`
}

// renameOrganisation gives an organisation another name.
func renameOrganisation(c *bot.Ctx, in renameArgs) (bot.Reply, error) {
	o, err := findOrganisation(c, in.Organisation)
	if err != nil {
		return bot.Reply{}, err
	}
	name, err := readName("name", in.Name)
	if err != nil {
		return bot.Reply{}, err
	}
	if other, ok := c.OrganisationNamed(name); ok && other.Number != o.Number {
		return bot.Reply{}, bot.BadOption("name", "organisation.exists", "organisation", other.Name)
	}
	before := o.Name
	o.Name = name
	c.PutOrganisation(o)
	c.Record(bot.Entry{Subject: o.Key(), Data: map[string]string{"from": before, "to": name}})
	for _, who := range c.OrganisationMembers(o.Number) {
		c.Redraw(memberKey(who))
	}
	return bot.Say("organisation.renamed", "from", before, "to", name), nil
}

type closeArgs struct {
	Organisation string `opt:"organisation,rest" max:"100" suggest:"organisations"`
	Sure         bool   `opt:"sure,hidden"`
}

// closeOrganisation ends an organisation's part in the community; what it did
// stays in the register.
func closeOrganisation(c *bot.Ctx, in closeArgs) (bot.Reply, error) {
	o, err := findOrganisation(c, in.Organisation)
	if err != nil {
		return bot.Reply{}, err
	}
	people := c.OrganisationMembers(o.Number)
	if !in.Sure {
		return c.Ask(bot.T("organisation.close-ask", "organisation", o.Name, "count", len(people)), "organisation.close-sure"), nil
	}
	o.Closed = c.Now
	c.PutOrganisation(o)
	c.Record(bot.Entry{Subject: o.Key()})
	for _, who := range people {
		c.Redraw(memberKey(who))
		c.Tell(who, o.Key(), bot.T("organisation.told-closed", "organisation", o.Name, "by", c.Caller.ID))
	}
	return bot.Say("organisation.closed", "organisation", o.Name), nil
}

type organisationListArgs struct {
	Page int `opt:"page,optional" max:"100000"`
}

// listOrganisations lists the organisations, by name.
func listOrganisations(c *bot.Ctx, in organisationListArgs) (bot.Reply, error) {
	var lines []bot.Text
	for _, o := range c.Organisations() {
		lines = append(lines, organisationLine(c, o))
	}
	if len(lines) == 0 {
		return bot.Say("organisation.empty", "new", bot.CommandText("organisation new")), nil
	}
	return page(c, lines, in.Page, "organisation.list-title")
}

func organisationLine(c *bot.Ctx, o bot.Organisation) bot.Text {
	line := bot.T("organisation.line", "organisation", o.Name, "count", len(c.OrganisationMembers(o.Number)), "weight", o.Weight.Text())
	if o.Represented != 0 {
		line = bot.T("organisation.line-represented", "line", line, "who", o.Represented)
	}
	return line
}

// showOrganisation shows an organisation: who belongs to it, what it uses.
func showOrganisation(c *bot.Ctx, in organisationArgs) (bot.Reply, error) {
	o, err := findOrganisation(c, in.Organisation)
	if err != nil {
		return bot.Reply{}, err
	}
	card := organisationCard(c, o)
	return bot.Reply{Card: &card}, nil
}

func organisationCard(c *bot.Ctx, o bot.Organisation) bot.Card {
	card := bot.Card{Title: bot.T("organisation.card-title", "organisation", o.Name)}
	add := func(key string, value bot.Text) {
		card.Fields = append(card.Fields, bot.CardField{Label: bot.T(key), Value: value})
	}
	if people := c.OrganisationMembers(o.Number); len(people) > 0 {
		add("organisation.card-members", bot.List(named(people)...))
	} else {
		card.Body = bot.T("organisation.nobody", "join", bot.CommandText("organisation join"))
	}
	if o.Represented != 0 {
		add("organisation.card-represented", bot.T("member.name", "who", o.Represented))
	}
	add("organisation.card-weight", o.Weight.Text())
	if o.Maintenance != "" {
		add("organisation.card-maintenance", o.Maintenance.Text())
	}
	add("organisation.card-since", bot.T("member.day", "at", day(o.At)))
	var uses []bot.Text
	for _, s := range softwares.Prefix(c.Tx, nil) {
		if s.Organisation == o.Number {
			uses = append(uses, useText(c, s, ofOrganisation))
		}
	}
	if len(uses) > 0 {
		add("organisation.card-software", bot.Lines(uses...))
	}
	if c.May("organisation join") {
		card.Buttons = []bot.Button{{
			Label: bot.T("organisation.button-join", "organisation", o.Name),
			Call:  bot.Call{Command: "organisation join", Args: map[string]string{"organisation": o.Name}},
		}}
	}
	return card
}

// namedMost is how many people a line names.
const namedMost = 30

// named lists people, and how many more there are.
func named(people []bot.MemberID) []bot.Text {
	all := names(people[:min(namedMost, len(people))])
	if more := len(people) - namedMost; more > 0 {
		all = append(all, bot.T("who.more", "count", more))
	}
	return all
}

// page is one page of lines, with buttons to the one before and the one after.
func page(c *bot.Ctx, lines []bot.Text, number int, title string) (bot.Reply, error) {
	number = max(number, 1)
	last := (len(lines) + pageSize - 1) / pageSize
	if number > last {
		return bot.Reply{}, bot.BadOption("page", "member.page-none", "page", number, "count", last)
	}
	from, to := (number-1)*pageSize, min(number*pageSize, len(lines))
	head := []bot.Text{bot.T(title, "count", len(lines))}
	if last > 1 {
		head = append(head, bot.T("member.page", "page", number, "count", last))
	}
	reply := bot.Reply{Text: bot.Lines(append([]bot.Text{bot.Words(head...)}, lines[from:to]...)...)}
	turn := func(key string, to int) {
		reply.Buttons = append(reply.Buttons, bot.Button{Label: bot.T(key), Call: c.Call.With("page", strconv.Itoa(to))})
	}
	if number > 1 {
		turn("member.button-previous", number-1)
	}
	if number < last {
		turn("member.button-next", number+1)
	}
	return reply, nil
}
