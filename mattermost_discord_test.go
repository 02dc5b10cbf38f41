package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/adapters/discord/discordtest"
	"greffier/adapters/mattermost/mmtest"
)

// both is one community on two platforms: one Greffier, as the process that operators
// run, a real Mattermost and a Discord of our own.
type both struct {
	*outage
	d     *discordtest.Server
	votes *discordtest.Channel
}

// One register for both: a card hangs and is redrawn on both, and whoever links two
// accounts has one ballot, the one cast first.
func TestMattermostAndDiscord(t *testing.T) {
	o := &both{outage: &outage{T: t, s: mmtest.Start(t), dir: t.TempDir()}}
	o.prepareBoth()
	defer func() {
		if t.Failed() {
			t.Logf("on Mattermost: %s\non Discord: %s", o.onMattermost(), o.onDiscord())
		}
	}()
	here, there := o.voters[0], o.d.Guild().Member("alice") // one person
	o.serve()
	o.until("served on Discord", func() bool { return o.slashes(there, "vote list", nil) != nil })

	if _, err := here.Command(t, o.channel.Id, `/vote new "Go on?" rule:simple`); err != nil {
		t.Fatal(err)
	}
	card := o.card()
	o.onBoth("the card hangs", "0 of 4 ha")
	o.casts(here, "yes", "is counted")
	o.onBoth("a ballot of Mattermost shows", "1 of 4 ha")
	o.presses(there, "no")
	o.onBoth("a ballot of Discord shows", "2 of 4 ha")

	o.link(here, there)
	o.onBoth("one ballot and one voice are left", "1 of 3 ha")
	told := func() string {
		text := ""
		for _, m := range there.Private() {
			text += m.Text() + "\n"
		}
		for _, p := range here.Posts(t, here.Direct(t, o.bot).Id) {
			text += p.Message + "\n"
		}
		return text
	}
	o.until("the person is told which ballot stays", func() bool {
		return strings.Contains(told(), "with both of your accounts")
	})
	if !strings.Contains(told(), "the one cast first stays, yes") {
		t.Errorf("told: %s", told())
	}

	o.presses(there, "abstain")
	o.casts(here, "no", "abstain") // changes the same ballot
	here.Press(t, card, "yes")
	o.onBoth("the ballot pressed last counts", "yes 1, no 0, abstentions 0")
	o.onBoth("still one person", "1 of 3 ha")

	// Whoever joins either is announced on both, and greeted where they are.
	for _, name := range []string{"Dora", "Emil"} {
		newcomer := o.s.Crowd(t, 1)[0]
		o.team.Join(t, newcomer)
		o.onBoth(newcomer.Name+" is announced", newcomer.Name)
		fresh := o.d.Guild().Stranger(strings.ToLower(name))
		fresh.Join()
		o.until(name+" is announced on Mattermost", func() bool { return strings.Contains(o.onMattermost(), name+" joins us") })
		o.until(name+" is announced on Discord", func() bool { return strings.Contains(o.onDiscord(), "<@"+fresh.ID+"> joins us") })
	}
	o.stop()
}

func (o *both) prepareBoth() {
	o.Helper()
	o.d = discordtest.Start(o, discordtest.Options{Unlimited: true, Heartbeat: time.Second})
	o.votes = o.d.Guild().AddChannel("votes")
	o.team, o.bot = o.s.NewTeam(o), o.s.NewBot(o, "clerk")
	o.voters = o.s.Crowd(o, 2)
	o.team.Join(o, o.voters[0], o.voters[1], o.bot)
	o.team.Administrator(o, o.bot, true)
	o.channel = o.team.Channel(o, "votes", model.ChannelTypeOpen, o.voters...)
	o.binary = filepath.Join(o.dir, "greffier")
	if out, err := exec.CommandContext(o.Context(), "go", "build", "-o", o.binary, ".").CombinedOutput(); err != nil {
		o.Fatalf("%v\n%s", err, out)
	}
	charter := o.write("charter.yaml", fmt.Sprintf(`
version: 1
community: {name: Both, locale: en, zone: UTC}
channels: {votes: {mattermost: votes, discord: %q}}
rights: {vote: everyone, register: everyone}
members: {announce: {channel: votes, gather: 0}}
votes:
  channel: votes
  rules: {simple: {electorate: everyone, lasts: 10m, results: always}}
`, o.votes.ID))
	o.config = o.write("greffier.yaml", fmt.Sprintf(
		"data: %s\ncharter: %s\nlisten: %s\nmattermost:\n  url: %s\n  token: %s\n  teams: [%s]\n  listen: %s\ndiscord:\n  token: %q\n  guilds: [%q]\n  rest: %s\n  gateway: %s\n",
		filepath.Join(o.dir, "data"), charter, mmtest.FreeAddress(o), o.s.URL, o.bot.Client.AuthToken, o.team.Name, mmtest.FreeAddress(o),
		o.d.Token, o.d.Guild().ID, o.d.URL+"/v10", o.d.Gateway))
	o.Cleanup(func() {
		if o.process != nil {
			_ = o.process.Process.Kill()
			_ = o.process.Wait()
		}
	})
}

// onMattermost and onDiscord are what the clerk says in the channel of each.
func (o *both) onMattermost() (text string) {
	for _, p := range o.voters[0].Posts(o, o.channel.Id) {
		if p.UserId != o.bot.ID {
			continue
		}
		text += p.Message + "\n"
		for _, a := range p.Attachments() {
			text += a.Title + "\n" + a.Text + "\n"
			for _, f := range a.Fields {
				text += fmt.Sprintf("%s: %v\n", f.Title, f.Value)
			}
		}
	}
	return unmarked.Replace(text)
}

// unmarked takes out what keeps names from being taken for marks.
var unmarked = strings.NewReplacer(`\`, "", "\u2060", "")

func (o *both) onDiscord() (text string) {
	for _, m := range o.votes.Public() {
		text += m.Text() + "\n"
	}
	return unmarked.Replace(text)
}

func (o *both) onBoth(what, words string) {
	o.Helper()
	o.until(what+" on Mattermost", func() bool { return strings.Contains(o.onMattermost(), words) })
	o.until(what+" on Discord", func() bool { return strings.Contains(o.onDiscord(), words) })
}

// casts votes by command on Mattermost; the answer says want.
func (o *both) casts(m *mmtest.Member, choice, want string) {
	o.Helper()
	answer, err := m.Command(o, o.channel.Id, "/vote cast 1 "+choice)
	if err != nil || !strings.Contains(answer.Text, want) {
		o.Fatalf("a ballot for %q: %v, %v", choice, answer, err)
	}
}

// slashes runs a command on Discord and returns the answer; nil while it is not known
// there.
func (o *both) slashes(m *discordtest.Member, words string, args discordtest.Args) *discordtest.Message {
	o.Helper()
	it, err := m.Slash(o.votes.ID, words, args)
	if err != nil {
		return nil
	}
	return o.settled(it, err)
}

func (o *both) settled(it *discordtest.Interaction, err error) *discordtest.Message {
	o.Helper()
	ctx, stop := context.WithTimeout(context.WithoutCancel(o.Context()), 30*time.Second)
	defer stop()
	if err == nil {
		err = it.Settle(ctx)
	}
	if err != nil {
		o.tellLog()
		o.Fatal(err)
	}
	return it.Response()
}

// presses votes by a button of the card on Discord.
func (o *both) presses(m *discordtest.Member, label string) {
	o.Helper()
	for _, msg := range o.votes.Public() {
		if strings.Contains(msg.Text(), "Go on?") && len(msg.Buttons()) > 0 {
			if answer := o.settled(m.Press(msg, label)); answer == nil || !strings.Contains(answer.Text(), label) {
				o.Fatalf("%q is answered with %v", label, answer)
			}
			return
		}
	}
	o.Fatal("no card on Discord")
}

var linkCode = regexp.MustCompile(`[A-Z2-9]{4}-[A-Z2-9]{4}`)

// link joins two accounts: one is shown a code, the other types it and is sure.
func (o *both) link(here *mmtest.Member, there *discordtest.Member) {
	o.Helper()
	answer, err := here.Command(o, o.channel.Id, "/link")
	if err != nil {
		o.Fatal(err)
	}
	code := linkCode.FindString(answer.Text)
	if code == "" {
		o.Fatalf("no code in %q", answer.Text)
	}
	asked := o.slashes(there, "link", discordtest.Args{"code": code})
	if asked == nil || len(asked.Buttons()) == 0 {
		o.Fatalf("the code is answered with %v", asked)
	}
	done := o.settled(there.Press(asked, asked.Buttons()[0]))
	if done == nil || !strings.Contains(done.Text(), "one person to me") {
		o.Fatalf("being sure is answered with %v", done)
	}
}
