package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/adapters/mattermost/mmtest"
	"greffier/bot"
	"greffier/config"
	"greffier/store/bolt"
)

// What must hold after the outages.

// checkBallots asks everybody's ballot of the register, and counts the card.
func (o *outage) checkBallots(card *model.Post) {
	o.Helper()
	counts := map[string]int{}
	for i, m := range o.voters {
		b := o.ballots[i]
		answer, err := m.Command(o, o.channel.Id, "/vote cast 1 "+outageChoices[i%3])
		if err != nil {
			o.Fatal(err)
		}
		b.check(o, m.Name, outageChoices[i%3], answer.Text)
		counts[outageChoices[i%3]]++
	}
	want := fmt.Sprintf("yes %d, no %d, abstentions %d", counts["yes"], counts["no"], counts["abstain"])
	turnout := fmt.Sprintf("%d of %d have voted", outageVoters, outageVoters+outageSilent)
	o.until("the card shows "+want, func() bool {
		p, _, err := o.voters[0].Client.GetPost(o.Context(), card.Id, "")
		return err == nil && shows(p, want) && shows(p, turnout)
	})
	cards := 0
	for _, p := range o.voters[0].Posts(o, o.channel.Id) {
		if p.UserId == o.bot.ID && len(p.Attachments()) > 0 {
			cards++
		}
	}
	if cards != 1 {
		o.Errorf("%d cards hang, want one", cards)
	}
}

// shows reports whether a card has a text, in it or in one of its fields.
func shows(p *model.Post, text string) bool {
	for _, a := range p.Attachments() {
		if strings.Contains(a.Text, text) {
			return true
		}
		for _, f := range a.Fields {
			if strings.Contains(fmt.Sprint(f.Value), text) {
				return true
			}
		}
	}
	return false
}

// previous is what a ballot said before it was changed: "no → **yes**".
func previous(answer string) string {
	before, _, ok := strings.Cut(answer, " → ")
	if !ok {
		return ""
	}
	return before[strings.LastIndexByte(before, ' ')+1:]
}

// checkReminder counts what somebody who did not vote was written.
func (o *outage) checkReminder(m *mmtest.Member) {
	o.Helper()
	direct := m.Direct(o, o.bot)
	count := func() (n int) {
		for _, p := range m.Posts(o, direct.Id) {
			if strings.Contains(p.Message, "you have not voted") {
				n++
			}
		}
		return n
	}
	o.until(m.Name+" is reminded", func() bool { return count() > 0 })
	if n := count(); n != 1 {
		o.Errorf("%s was reminded %d times", m.Name, n)
	}
}

// checkWelcome counts how often a newcomer was greeted.
func (o *outage) checkWelcome(m *mmtest.Member) {
	o.Helper()
	direct := m.Direct(o, o.bot)
	count := func() (n int) {
		for _, p := range m.Posts(o, direct.Id) {
			if p.UserId == o.bot.ID && strings.Contains(p.Message, "and welcome to Outage") {
				n++
			}
		}
		return n
	}
	o.until(m.Name+" is greeted", func() bool { return count() > 0 })
	if n := count(); n != 1 {
		o.Errorf("%s was greeted %d times", m.Name, n)
	}
}

// checkRegister opens the register and looks who was noticed, and whether it holds
// together.
func (o *outage) checkRegister(newcomers []*mmtest.Member) {
	o.Helper()
	db, err := bolt.Open(filepath.Join(o.dir, "data", "register.db"), bolt.Options{})
	if err != nil {
		o.Fatal(err)
	}
	defer db.Close()
	ch, problems := config.ParseCharter("charter.yaml", []byte("version: 1\ncommunity: {name: Outage}\n"))
	if len(problems) > 0 {
		o.Fatal(problems)
	}
	joined := map[string]int{}
	desk, err := bot.New(o.Context(), bot.Options{Store: db, Charter: ch, Features: append(features(), bot.Feature{
		Name: "joins", Cards: map[string]bot.CardFunc{"joins": func(c *bot.Ctx, _ string) (bot.Card, bool) {
			c.Entries(func(e bot.Entry) bool {
				if e.What != "joined" {
					return true
				}
				m, _ := c.Member(e.Who)
				for _, a := range m.Accounts {
					joined[a.ID]++
				}
				return true
			})
			return bot.Card{}, true
		}},
	})})
	if err != nil {
		o.Fatal(err)
	}
	if _, _, _, err := desk.Draw(o.Context(), "joins/all", "", "en"); err != nil {
		o.Fatal(err)
	}
	for _, m := range newcomers {
		if joined[m.ID] != 1 {
			o.Errorf("%s joined %d times", m.Name, joined[m.ID])
		}
	}
	if len(joined) != len(newcomers) {
		o.Errorf("%d people joined, of %d", len(joined), len(newcomers))
	}
	v, err := desk.Verify(o.Context())
	if err != nil || len(v.Findings) > 0 {
		o.Errorf("the register does not verify: %v, %v", desk.SayFindings(v, "en"), err)
	}
}
