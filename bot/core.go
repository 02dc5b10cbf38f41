package bot

import (
	"fmt"
	"slices"
	"time"

	"greffier/store"
)

// coreFeature is what the clerk can do before any feature is added: explain
// itself, say what concerns somebody, and note who comes and goes.
func coreFeature() Feature {
	return Feature{
		Name:     "core",
		Examples: coreExamples,
		Commands: []*Command{
			Cmd("help", help, Free, Reads),
			Cmd("me", me, Free, Reads),
			Cmd("language", setLanguage, Free),
			Cmd("link", link, Free),
		},
		Choices: map[string]Completer{"locales": locales, "commands": commandChoices, "organisations": organisationChoices},
		Jobs:    map[string]JobFunc{noticeJob: sendNotices, silenceJob: silenceOver},
	}
}

type meArgs struct{}

// me answers "what did I vote, what did I ask?".
func me(c *Ctx, _ meArgs) (Reply, error) {
	var groups []Text
	for _, g := range c.Charter.Groups { // in the charter's order, whatever the platform's
		if slices.Contains(c.groups, g.ID) {
			groups = append(groups, c.GroupName(g.ID))
		}
	}
	card := Card{Title: T("me.title", "who", c.Caller.ID)}
	if len(groups) > 0 {
		card.Fields = append(card.Fields, CardField{T("me.groups"), List(groups...)})
	}
	var lines []Text
	for _, f := range c.bot.features {
		if f.Mine != nil {
			lines = append(lines, f.Mine(c, c.Caller.ID)...)
		}
	}
	if len(lines) == 0 {
		lines = append(lines, T("me.nothing", "command", commandText("help")))
	}
	card.Body = Lines(lines...)
	return Reply{Card: &card}, nil
}

type languageArgs struct {
	Language string `opt:"language" choices:"locales"`
}

// setLanguage makes the clerk speak a member's language, whatever their platform says.
func setLanguage(c *Ctx, in languageArgs) (Reply, error) {
	m := c.Caller
	m.Locale = in.Language
	c.PutMember(m)
	c.Caller = m
	c.Record(Entry{Subject: fmt.Sprintf("member/%d", m.ID), Data: map[string]string{"language": in.Language}, Quiet: true})
	return Reply{Text: T("language.set")}, nil
}

func locales(*Ctx, map[string]string) []Choice {
	choices := make([]Choice, len(Locales))
	for i, l := range Locales {
		choices[i] = Choice{l, T("language." + l)}
	}
	return choices
}

// PutMember stores a member's record.
func (c *Ctx) PutMember(m Member) { members.Put(c.Tx, store.K(uint64(m.ID)), m) }

// joined notes that somebody came, or came back.
func (b *Bot) joined(c *Ctx) error {
	m := c.Caller
	if !m.Left.IsZero() {
		m.Joined, m.Left = c.Now, time.Time{}
	}
	c.PutMember(m)
	c.Caller = m
	c.Record(Entry{What: "joined", Subject: fmt.Sprintf("member/%d", m.ID), Quiet: true})
	return c.Itself(func() error { return c.Signal(MemberJoined{m.ID}) })
}

// left notes that somebody went from one platform; they are gone when they have
// no account left.
func (b *Bot) left(c *Ctx) error {
	key := store.K(c.account.Platform, c.account.ID)
	r, _ := accounts.Get(c.Tx, key)
	r.Gone = true
	accounts.Put(c.Tx, key, r)
	for range accountsOf(c.Tx, c.Caller) {
		return nil
	}
	m := c.Caller
	m.Left = c.Now
	c.PutMember(m)
	c.Caller = m
	c.Record(Entry{What: "left", Subject: fmt.Sprintf("member/%d", m.ID), Quiet: true})
	return c.Itself(func() error { return c.Signal(MemberLeft{m.ID}) })
}
