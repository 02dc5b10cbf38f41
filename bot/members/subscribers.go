package members

import (
	"strconv"
	"strings"

	"greffier/bot"
	"greffier/store"
)

type announceArgs struct {
	Name   string            `opt:"name" max:"100"`
	Fields map[string]string `opt:"fields,extra"`
}

// askSubscriber lists the charter's questions, of somebody who is not here to
// answer them.
func askSubscriber(c *bot.Ctx, _ map[string]string) []bot.Field { return questions(c, true) }

// announceSubscriber tells everybody of somebody who subscribed and is not in
// the chat.
func announceSubscriber(c *bot.Ctx, in announceArgs) (bot.Reply, error) {
	name, err := readName("name", in.Name)
	if err != nil {
		return bot.Reply{}, err
	}
	for _, s := range subscribers.Prefix(c.Tx, nil) {
		if s.Member == 0 && sameWord(s.Name, name) {
			return bot.Reply{}, bot.BadOption("name", "subscriber.twice", "name", s.Name, "number", s.Number, "remove", bot.CommandText("member remove"))
		}
	}
	fields, err := answers(c, nil, in.Fields)
	if err != nil {
		return bot.Reply{}, err
	}
	s := Subscriber{Number: subscribers.NextID(c.Tx), At: c.Now, By: c.Caller.ID, Name: name, Fields: fields}
	subscribers.Put(c.Tx, store.K(s.Number), s)
	c.Record(bot.Entry{Subject: s.key()})
	note(c, announced, 0)
	for _, place := range c.Channels(c.Charter.Members.Introduction.Channel) {
		c.Hang(s.key(), place)
	}
	return bot.Say("subscriber.announced", "name", name, "number", s.Number, "match", bot.CommandText("member match")), nil
}

// readName refuses names that say nothing.
func readName(option, raw string) (string, error) {
	name := strings.Join(strings.Fields(raw), " ")
	if !hasLetter(name) {
		return "", bot.BadOption(option, "member.bad-name")
	}
	return name, nil
}

type matchArgs struct {
	Number int          `opt:"number"`
	Member bot.MemberID `opt:"member,optional"`
}

// match joins the record of a subscriber to the member they have become.
func match(c *bot.Ctx, in matchArgs) (bot.Reply, error) {
	s, err := findSubscriber(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if s.Member != 0 {
		return bot.Reply{}, bot.Refuse("subscriber.matched-already", "number", s.Number, "name", s.Name, "who", s.Member)
	}
	who := in.Member
	if who == 0 {
		who = c.Caller.ID
	}
	s.Member = who
	subscribers.Put(c.Tx, store.K(s.Number), s)
	p, known := profiles.Get(c.Tx, idOf(who))
	if !known {
		p.At = c.Now
		note(c, introduced, who)
		c.Cancel(introduceJobKey(who))
	}
	if p.Fields == nil {
		p.Fields = map[string]string{}
	}
	for id, value := range s.Fields {
		if p.Fields[id] == "" {
			p.Fields[id] = value
		}
	}
	p.Changed = c.Now
	profiles.Put(c.Tx, idOf(who), p)
	c.Record(bot.Entry{Subject: s.key(), Data: map[string]string{"member": memberKey(who)}})
	c.Redraw(s.key())
	c.Redraw(memberKey(who))
	c.Tell(who, memberKey(who), bot.T("subscriber.told", "who", c.Caller.ID, "name", s.Name, "introduce", bot.CommandText("member introduce")))
	return bot.Say("subscriber.matched", "number", s.Number, "name", s.Name, "who", who), nil
}

type removeArgs struct {
	Number int  `opt:"number"`
	Sure   bool `opt:"sure,hidden"`
}

// removeSubscriber forgets somebody who was announced.
func removeSubscriber(c *bot.Ctx, in removeArgs) (bot.Reply, error) {
	s, err := findSubscriber(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if !in.Sure {
		return c.Ask(bot.T("subscriber.remove-ask", "number", s.Number, "name", s.Name), "subscriber.remove-sure"), nil
	}
	subscribers.Delete(c.Tx, store.K(s.Number))
	c.Record(bot.Entry{Subject: s.key()})
	c.Redraw(s.key())
	return bot.Say("subscriber.removed", "number", s.Number, "name", s.Name), nil
}

func findSubscriber(c *bot.Ctx, number int) (Subscriber, error) {
	s, ok := subscribers.Get(c.Tx, store.K(number))
	if !ok {
		return s, bot.Refuse("subscriber.none", "number", number, "list", bot.CommandText("member list"))
	}
	return s, nil
}

// announcer is who announced the subscriber that a call names.
func announcer(c *bot.Ctx, args map[string]string) (bot.MemberID, bool) {
	n, err := strconv.ParseUint(digits(args["number"]), 10, 63)
	if err != nil {
		return 0, false
	}
	s, ok := subscribers.Get(c.Tx, store.K(n))
	return s.By, ok
}

// digits is a number as people write that of a record: 12, #12, n°12.
func digits(raw string) string {
	if _, after, ok := strings.Cut(raw, "/"); ok {
		raw = after
	}
	return strings.TrimLeft(strings.ToLower(strings.TrimSpace(raw)), "#nº°o. ")
}

// drawSubscriber draws what everybody may see of a subscriber.
func drawSubscriber(c *bot.Ctx, key string) (bot.Card, bool) {
	n, err := strconv.ParseUint(strings.TrimPrefix(key, "subscriber/"), 10, 64)
	if err != nil {
		return bot.Card{}, false
	}
	s, ok := subscribers.Get(c.Tx, store.K(n))
	if !ok {
		return bot.Card{Title: bot.T("subscriber.card-gone")}, true
	}
	card := bot.Card{Title: bot.T("subscriber.card-title", "name", s.Name, "number", s.Number), Fields: profileFields(c, s.Fields, false)}
	if s.Member != 0 {
		card.Title = bot.T("subscriber.card-here", "name", s.Name, "who", s.Member)
		card.Buttons = []bot.Button{{Label: bot.T("member.button-more"), Call: aboutCall(s.Member)}}
	}
	return card, true
}
