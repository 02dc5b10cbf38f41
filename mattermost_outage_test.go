package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/adapters/mattermost/mmtest"
)

// The outage test: members vote without a pause on a real server, with Greffier as
// the process that operators run. The server is stopped in the middle of the vote
// and of ten joins, and again while the card is redrawn; Greffier is killed with
// SIGKILL, once with the server up and once while it is away. Afterwards no
// acknowledged ballot is lost, the card shows the ballots, every newcomer was
// noticed once, and whoever did not vote was reminded once.

const (
	// outageVariable is how long the server stays away each time: 60s is what is
	// promised, 15s what is tried by default, so that it can be tried often.
	outageVariable = "MM_OUTAGE"
	outageVoters   = 24
	outageSilent   = 3
)

// outage is the world of the test.
type outage struct {
	*testing.T
	s       *mmtest.Server
	team    *mmtest.Team
	bot     *mmtest.Member
	channel *model.Channel
	length  time.Duration
	binary  string
	config  string
	dir     string
	process *exec.Cmd

	voters  []*mmtest.Member
	ballots []ballotsOf
	pressed atomic.Int64
}

// ballotsOf is what a member was told of their ballots.
type ballotsOf struct {
	acknowledged string
	// doubtful were pressed since, without an answer.
	doubtful []string
}

func TestMattermostOutage(t *testing.T) {
	o := &outage{T: t, s: mmtest.Start(t), length: 15 * time.Second, dir: t.TempDir()}
	if text := os.Getenv(outageVariable); text != "" {
		var err error
		if o.length, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	o.prepare()
	o.serve()
	silent := o.voters[outageVoters:]
	o.voters, o.ballots = o.voters[:outageVoters], make([]ballotsOf, outageVoters)
	if _, err := silent[0].Command(t, o.channel.Id, `/vote new "Go on?" rule:simple`); err != nil {
		t.Fatal(err)
	}
	card := o.card()

	voting, stopVoting := context.WithCancel(t.Context())
	var work sync.WaitGroup
	for i := range o.voters {
		work.Go(func() { o.votes(voting, i, card) })
	}
	newcomers := o.s.Crowd(t, 10)
	var joining sync.WaitGroup
	half := make(chan struct{})
	joining.Go(func() { o.join(newcomers, half) })
	<-half
	o.s.Kill(t) // in the middle of the vote and of the joins
	o.pause(o.length)
	o.s.Restart(t)
	joining.Wait()
	o.more()
	o.kill() // in the middle of the vote
	o.serve()
	o.more()
	o.s.Kill(t) // while the card is being redrawn
	o.kill()
	o.start() // finds nobody
	o.pause(o.length)
	o.s.Restart(t)
	o.until("served again", o.serving)
	o.more()
	stopVoting()
	work.Wait()

	o.checkBallots(card)
	for _, m := range silent {
		o.checkReminder(m)
	}
	for _, m := range newcomers {
		o.checkWelcome(m)
	}
	o.stop()
	o.checkRegister(newcomers)
}

// prepare makes the members, the binary and its configuration.
func (o *outage) prepare() {
	o.Helper()
	o.team, o.bot = o.s.NewTeam(o), o.s.NewBot(o, "clerk")
	o.voters = o.s.Crowd(o, outageVoters+outageSilent)
	o.team.Join(o, append(slices.Clone(o.voters), o.bot)...)
	o.team.Administrator(o, o.bot, true)
	o.channel = o.team.Channel(o, "votes", model.ChannelTypeOpen, o.voters...)
	o.binary = filepath.Join(o.dir, "greffier")
	if out, err := exec.CommandContext(o.Context(), "go", "build", "-o", o.binary, ".").CombinedOutput(); err != nil {
		o.Fatalf("%v\n%s", err, out)
	}
	reminder := 10*time.Minute - 8*time.Second - o.length/2 // before the closing: when the server is away
	charter := o.write("charter.yaml", fmt.Sprintf(`
version: 1
community: {name: Outage, locale: en, zone: UTC}
channels: {votes: votes}
rights: {vote: everyone, register: everyone}
votes:
  channel: votes
  rules: {simple: {electorate: everyone, lasts: 10m, results: always, reminders: [%ds]}}
`, int(reminder.Seconds())))
	o.config = o.write("greffier.yaml", fmt.Sprintf("data: %s\ncharter: %s\nlisten: %s\nmattermost:\n  url: %s\n  token: %s\n  teams: [%s]\n  listen: %s\n",
		filepath.Join(o.dir, "data"), charter, mmtest.FreeAddress(o), o.s.URL, o.bot.Client.AuthToken, o.team.Name, mmtest.FreeAddress(o)))
	o.Cleanup(func() {
		if o.process != nil {
			_ = o.process.Process.Kill()
			_ = o.process.Wait()
		}
	})
}

func (o *outage) write(name, text string) string {
	o.Helper()
	path := filepath.Join(o.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		o.Fatal(err)
	}
	return path
}

// start starts Greffier; serve waits until it serves.
func (o *outage) start() {
	o.Helper()
	log, err := os.OpenFile(filepath.Join(o.dir, "log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		o.Fatal(err)
	}
	defer log.Close()
	o.process = exec.Command(o.binary, "serve", "-config", o.config)
	o.process.Stderr = log
	if err := o.process.Start(); err != nil {
		o.Fatal(err)
	}
}

func (o *outage) serve() {
	o.Helper()
	o.start()
	o.until("served", o.serving)
}

func (o *outage) serving() bool {
	answer, _, err := o.voters[0].Client.ExecuteCommand(o.Context(), o.channel.Id, "/vote list")
	return err == nil && answer.Text != "" && !strings.Contains(answer.Text, "just starting")
}

// kill ends Greffier with SIGKILL.
func (o *outage) kill() {
	o.Helper()
	if err := o.process.Process.Kill(); err != nil {
		o.Fatal(err)
	}
	_ = o.process.Wait() // it tells that it was killed
}

// stop ends Greffier as an operator does.
func (o *outage) stop() {
	o.Helper()
	if err := o.process.Process.Signal(os.Interrupt); err != nil {
		o.Fatal(err)
	}
	if err := o.process.Wait(); err != nil {
		o.Errorf("greffier ended with %v", err)
	}
	o.process = nil
}

// pause is how long something stays away.
func (o *outage) pause(length time.Duration) {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-o.Context().Done():
	}
}

// until looks until it is so: neither process tells when it has done something.
func (o *outage) until(what string, so func() bool) {
	o.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !so(); o.pause(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			o.tellLog()
			o.Fatalf("%s: not within two minutes", what)
		}
	}
}

func (o *outage) tellLog() {
	data, err := os.ReadFile(filepath.Join(o.dir, "log"))
	if err == nil {
		o.Logf("%s", data[max(0, len(data)-4000):])
	}
}

// more waits until everybody's ballots have been taken for a while again.
func (o *outage) more() {
	o.Helper()
	want := o.pressed.Load() + 4*outageVoters
	o.until("ballots are taken again", func() bool { return o.pressed.Load() >= want })
}

// card waits for the vote's card.
func (o *outage) card() (card *model.Post) {
	o.Helper()
	o.until("the card hangs", func() bool {
		for _, p := range o.voters[0].Posts(o, o.channel.Id) {
			if p.UserId == o.bot.ID && len(p.Attachments()) > 0 {
				card = p
			}
		}
		return card != nil
	})
	return card
}

var outageChoices = []string{"yes", "no", "abstain"}

// votes casts one ballot after the other until told to stop: by command, whose
// answer says what the ballot was before, and in between by a press, of which one
// does not learn here how it was answered.
func (o *outage) votes(ctx context.Context, voter int, card *model.Post) {
	m, b := o.voters[voter], &o.ballots[voter]
	for n := voter; ctx.Err() == nil; n++ {
		choice := outageChoices[n%len(outageChoices)]
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		if n%4 == 3 {
			b.doubtful = append(b.doubtful, choice)
			_ = m.Do(within, card, mmtest.Action(o, card, choice), "")
			cancel()
			continue
		}
		answer, _, err := m.Client.ExecuteCommand(within, o.channel.Id, "/vote cast 1 "+choice)
		cancel()
		if err != nil || !strings.Contains(answer.Text, "allot") {
			b.doubtful = append(b.doubtful, choice)
			o.pause(100 * time.Millisecond)
			continue
		}
		b.check(o, m.Name, choice, answer.Text)
		*b = ballotsOf{acknowledged: choice}
		o.pressed.Add(1)
	}
}

// check holds the answer to a new ballot against those before.
func (b ballotsOf) check(t testing.TB, who, choice, answer string) {
	t.Helper()
	was := previous(answer)
	switch {
	case strings.Contains(answer, "is counted"):
		if b.acknowledged == "" {
			return
		}
	case was == "":
		was = choice // nothing changes
	}
	if was != b.acknowledged && !slices.Contains(b.doubtful, was) {
		t.Errorf("%s: the register had %q, acknowledged was %q, in doubt %q: %s", who, was, b.acknowledged, b.doubtful, answer)
	}
}

// join has newcomers join, as often as each has to try; half is closed after five.
func (o *outage) join(newcomers []*mmtest.Member, half chan<- struct{}) {
	admin := o.s.Admin.Client
	for i, m := range newcomers {
		for o.Context().Err() == nil {
			ctx, cancel := context.WithTimeout(o.Context(), 5*time.Second)
			_, _, err := admin.AddTeamMember(ctx, o.team.ID, m.ID)
			cancel()
			if err == nil {
				break
			}
			o.pause(200 * time.Millisecond)
		}
		if i == len(newcomers)/2-1 {
			close(half)
		}
	}
}
