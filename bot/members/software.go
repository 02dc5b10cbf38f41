package members

import (
	"cmp"
	"slices"
	"strconv"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

type softwareArgs struct {
	Name         string `opt:"name" max:"60" suggest:"software"`
	Context      string `opt:"context,optional" max:"200"`
	Rating       string `opt:"rating,optional" choices:"ratings"`
	Comment      string `opt:"comment,optional,long" max:"500"`
	Organisation string `opt:"organisation,optional" max:"100" suggest:"organisations"`
}

// addSoftware says that the caller, or their organisation, uses a software. Said
// again it takes the place of what was said.
func addSoftware(c *bot.Ctx, in softwareArgs) (bot.Reply, error) {
	name, err := readName("name", in.Name)
	if err != nil {
		return bot.Reply{}, err
	}
	s := Software{Member: c.Caller.ID, At: c.Now, Name: spelling(c, name), Context: in.Context, Comment: in.Comment}
	s.Rating, _ = strconv.Atoi(in.Rating)
	if s.Organisation, err = whose(c, in.Organisation); err != nil {
		return bot.Reply{}, err
	}
	key := "software.added"
	for id := range softwares.By(c.Tx, "member", idOf(c.Caller.ID)) {
		if old, ok := softwares.Get(c.Tx, id); ok && old.Organisation == s.Organisation && sameWord(old.Name, s.Name) {
			s.Number, key = old.Number, "software.changed"
		}
	}
	if s.Number == 0 {
		s.Number = softwares.NextID(c.Tx)
	}
	softwares.Put(c.Tx, store.K(s.Number), s)
	c.Record(bot.Entry{Subject: s.key()})
	return bot.Say(key, "number", s.Number, "name", s.Name, "list", bot.CommandText("software list")), nil
}

// whose is the organisation an entry is about: the one named, else the only one
// of the caller, else none.
func whose(c *bot.Ctx, typed string) (uint64, error) {
	mine := c.OrganisationsOf(c.Caller.ID)
	if typed == "" {
		if len(mine) == 1 {
			return mine[0].Number, nil
		}
		return 0, nil
	}
	o, err := findOrganisation(c, typed)
	if err != nil {
		return 0, err
	}
	if !slices.ContainsFunc(mine, func(m bot.Organisation) bool { return m.Number == o.Number }) {
		return 0, bot.BadOption("organisation", "organisation.not-yours", "organisation", o.Name, "join", bot.CommandText("organisation join"))
	}
	return o.Number, nil
}

// spelling writes a software as the charter does, else as who said it first.
func spelling(c *bot.Ctx, name string) string {
	for _, known := range softwareNames(c) {
		if sameWord(known, name) {
			return known
		}
	}
	return name
}

// softwareNames lists the charter's names and then those that members gave, each
// once.
func softwareNames(c *bot.Ctx) []string {
	names := slices.Clone(c.Charter.Members.Software.Names)
	seen := map[string]bool{}
	for _, n := range names {
		seen[config.Fold(n)] = true
	}
	for _, s := range softwares.Prefix(c.Tx, nil) {
		if !seen[config.Fold(s.Name)] {
			seen[config.Fold(s.Name)] = true
			names = append(names, s.Name)
		}
	}
	return names
}

func softwareChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, n := range softwareNames(c) {
		all = append(all, bot.Choice{Value: n})
	}
	return all
}

func ratingChoices(*bot.Ctx, map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, n := range []string{"1", "2", "3", "4", "5"} {
		all = append(all, bot.Choice{Value: n, Label: bot.T("software.rating-" + n)})
	}
	return all
}

type softwareNumber struct {
	Number int `opt:"number"`
}

// removeSoftware takes an entry out of the census.
func removeSoftware(c *bot.Ctx, in softwareNumber) (bot.Reply, error) {
	s, ok := softwares.Get(c.Tx, store.K(in.Number))
	if !ok {
		return bot.Reply{}, bot.Refuse("software.none", "number", in.Number, "list", bot.CommandText("software list"))
	}
	softwares.Delete(c.Tx, store.K(in.Number))
	c.Record(bot.Entry{Subject: s.key()})
	return bot.Say("software.removed", "number", s.Number, "name", s.Name), nil
}

// user is who said that they use the software a call names.
func user(c *bot.Ctx, args map[string]string) (bot.MemberID, bool) {
	n, err := strconv.ParseUint(digits(args["number"]), 10, 63)
	if err != nil {
		return 0, false
	}
	s, ok := softwares.Get(c.Tx, store.K(n))
	return s.Member, ok
}

type softwareListArgs struct {
	Text string `opt:"text,optional,rest" max:"60" suggest:"software"`
	Page int    `opt:"page,optional" max:"100000"`
}

// listSoftware shows which software is used, by how many; or, of one, by whom.
func listSoftware(c *bot.Ctx, in softwareListArgs) (bot.Reply, error) {
	if in.Text != "" {
		lines := usersOf(c, in.Text)
		if len(lines) == 0 {
			return bot.Reply{}, bot.Refuse("software.unknown", "text", in.Text, "add", bot.CommandText("software add"))
		}
		return page(c, lines, in.Page, "software.users-title")
	}
	lines := census(c)
	if len(lines) == 0 {
		return bot.Say("software.empty", "add", bot.CommandText("software add")), nil
	}
	return page(c, lines, in.Page, "software.title")
}

// used is a software and what was said of it.
type used struct {
	name             string
	uses, rated, sum int
}

// census counts who uses what, the most used first.
func census(c *bot.Ctx) []bot.Text {
	at := map[string]int{}
	var all []used
	for _, s := range softwares.Prefix(c.Tx, nil) {
		if !present(c, s.Member) {
			continue
		}
		key := config.Fold(s.Name)
		if _, ok := at[key]; !ok {
			at[key] = len(all)
			all = append(all, used{name: s.Name})
		}
		u := &all[at[key]]
		u.uses++
		if s.Rating > 0 {
			u.rated, u.sum = u.rated+1, u.sum+s.Rating
		}
	}
	slices.SortFunc(all, func(a, b used) int {
		return cmp.Or(b.uses-a.uses, cmp.Compare(config.Fold(a.name), config.Fold(b.name)))
	})
	ratings := maySee(c, "rating")
	lines := make([]bot.Text, len(all))
	for i, u := range all {
		lines[i] = bot.T("software.line", "name", u.name, "count", u.uses)
		if u.rated > 0 && ratings {
			lines[i] = bot.T("software.line-rated", "name", u.name, "count", u.uses, "rating", mean(u.sum, u.rated), "rated", u.rated)
		}
	}
	return lines
}

// mean is a mean to one decimal, rounded to the nearest, as each language writes
// it.
func mean(sum, n int) bot.Text {
	tenths := (sum*10 + n/2) / n
	d, _ := bot.ParseDecimal(strconv.Itoa(tenths/10) + "." + strconv.Itoa(tenths%10))
	return d.Text()
}

// maySee reports whether the caller sees an answer of the census.
func maySee(c *bot.Ctx, answer string) bool {
	return !slices.Contains(c.Charter.Members.Software.Private, answer) || isMember(c)
}

// usersOf lists who uses the software whose name contains a text.
func usersOf(c *bot.Ctx, text string) []bot.Text {
	var lines []bot.Text
	for _, s := range softwares.Prefix(c.Tx, nil) {
		if contains(s.Name, text) && present(c, s.Member) {
			lines = append(lines, useText(c, s, ofAll))
		}
	}
	return lines
}

// Of what an answer of the census is shown.
const (
	ofAll = iota
	ofMember
	ofOrganisation
)

// useText says one use of a software, and whose it is as far as what it is shown
// on does not say so already.
func useText(c *bot.Ctx, s Software, shown int) bot.Text {
	said := []bot.Text{bot.T("software.name", "name", s.Name)}
	o, organised := c.Organisation(s.Organisation)
	switch {
	case organised && shown == ofAll:
		said = append(said, bot.T("software.by-organisation", "organisation", o.Name, "who", s.Member))
	case organised && shown == ofMember:
		said = append(said, bot.Typed(o.Name))
	case shown != ofMember:
		said = append(said, bot.T("member.name", "who", s.Member))
	}
	if s.Context != "" && maySee(c, "context") {
		said = append(said, bot.Typed(s.Context))
	}
	if s.Rating > 0 && maySee(c, "rating") {
		said = append(said, bot.T("software.rating-"+strconv.Itoa(s.Rating)))
	}
	if s.Comment != "" && maySee(c, "comment") {
		said = append(said, bot.T("software.comment", "text", s.Comment))
	}
	if s.Member == c.Caller.ID {
		said = append(said, bot.T("software.mine", "number", s.Number))
	}
	return bot.Text{Join: said, Sep: " · "}
}
