package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"greffier/adapters/discord/discordtest"
	"greffier/adapters/mattermost/mmtest"
	"greffier/bot"
)

// The soak: members vote, ask and join without a pause while everything that can go
// wrong between a bot and Discord does, at random with a fixed seed, and Greffier, as
// the process that operators run, is killed with SIGKILL again and again. Afterwards
// no acknowledged ballot is lost, nothing was said twice, every card is right, every
// newcomer was greeted once, nothing is left running, and Discord was sent nothing
// that it would not accept.

const (
	// soakVariable is how long it lasts: five minutes are promised; killsVariable how
	// often Greffier is killed meanwhile.
	soakVariable, killsVariable = "DISCORD_SOAK", "DISCORD_KILLS"
	soakVoters                  = 40
	soakAskers                  = 4
	soakSeed                    = 20261125
)

// soakPlan is what goes wrong, as shares of requests and of events.
var soakPlan = discordtest.Plan{
	Seed: soakSeed, Limited: 0.02, LimitedShared: 0.01, LimitedGlobally: 0.002, Lost: 0.02, Hidden: 0.02, HungUp: 0.02,
	Slow: 0.1, SlowBy: 600 * time.Millisecond, Again: 0.05,
	Reconnect: 0.001, Invalid: 0.001, InvalidForGood: 0.0005, Dropped: 0.001, Closed: 0.001, Zombie: 0.0005, ResumeTrap: 0.001,
}

// discordSoak is the world of the test.
type discordSoak struct {
	*testing.T
	s           *discordtest.Server
	channel     string
	dir, binary string
	metrics     string
	process     *exec.Cmd

	voters  []*discordtest.Member
	ballots []ballotsOf
	taken   atomic.Int64
	asked   atomic.Int64
	joined  []*discordtest.Member
}

func TestDiscordSoak(t *testing.T) {
	length, kills := 5*time.Second, 1
	if text := os.Getenv(soakVariable); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	if text := os.Getenv(killsVariable); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	o := &discordSoak{T: t, s: discordtest.Start(t, discordtest.Options{Heartbeat: 2 * time.Second}), dir: t.TempDir()}
	o.prepare()
	o.serve()
	fresh := o.quiet()
	o.command(o.voters[0], "vote new", discordtest.Args{"title": "Go on?", "rule": "simple"})
	card := o.card("Go on?")

	o.s.Faults(soakPlan)
	working, stop := context.WithCancel(t.Context())
	var work sync.WaitGroup
	for i := range o.voters {
		work.Go(func() { o.votes(working, i, card) })
	}
	for i := range soakAskers {
		work.Go(func() { o.asks(working, i) })
	}
	work.Go(func() { o.joins(working) })
	dice := rand.New(rand.NewPCG(soakSeed, 1))
	for range kills {
		o.pause(length/time.Duration(kills+1)*2/3 + time.Duration(dice.Int64N(int64(length)/int64(kills+1)*2/3)))
		o.kill()
		o.pause(time.Duration(dice.Int64N(int64(time.Second))))
		o.start()
	}
	o.pause(length / time.Duration(kills+1))
	stop()
	work.Wait()
	o.s.Faults(discordtest.Plan{})

	o.checkBallots(card)
	o.checkRequests()
	o.checkNewcomers()
	o.checkGoroutines(fresh)
	f := o.s.Figures()
	t.Logf("%d ballots acknowledged, %d requests entered, %d joined; %d requests reached Discord, %d of them invalid (10,000 in ten minutes ban), %d limited, %d too early; "+
		"%d sessions begun, %d resumed", o.taken.Load(), o.asked.Load(), len(o.joined), f.Requests, f.Invalid, f.Limited, f.Early, f.Identifies, f.Resumes)
	// A process that starts does not know which limits the one before had used up.
	if f.Early > 10*(kills+1) || f.Invalid > 1000 {
		t.Errorf("%+v", f)
	}
	o.stop()
}

// prepare makes the members, the binary and its configuration.
func (o *discordSoak) prepare() {
	o.Helper()
	o.channel = o.s.Guild().AddChannel("club").ID
	for i := range soakVoters {
		o.voters = append(o.voters, o.s.Guild().Member(fmt.Sprintf("voter%d", i)))
	}
	o.ballots = make([]ballotsOf, soakVoters)
	o.binary = filepath.Join(o.dir, "greffier")
	if out, err := exec.CommandContext(o.Context(), "go", "build", "-o", o.binary, ".").CombinedOutput(); err != nil {
		o.Fatalf("%v\n%s", err, out)
	}
	charter := fmt.Sprintf(`
version: 1
community: {name: Soak, locale: en, zone: UTC}
channels: {club: {discord: %q}}
rights: {vote: everyone, request: everyone, member: everyone}
members:
  announce: {channel: club, gather: "0"}
requests:
  channel: club
  kinds: {idea: {}}
  paths: {short: {stages: {asked: {advance: everyone}, done: {final: true}}}}
votes:
  channel: club
  rules: {simple: {electorate: everyone, lasts: 30d, results: always}}
`, o.channel)
	listen := mmtest.FreeAddress(o)
	o.metrics = "http://" + listen + "/metrics"
	config := fmt.Sprintf("data: %s\ncharter: %s\nlisten: %s\ndiscord:\n  token: %q\n  guilds: [%q]\n  rest: %s\n  gateway: %s\n",
		filepath.Join(o.dir, "data"), filepath.Join(o.dir, "charter.yaml"), listen, o.s.Token, o.s.Guild().ID, o.s.URL+"/v10", o.s.Gateway)
	for name, text := range map[string]string{"charter.yaml": charter, "greffier.yaml": config} {
		if err := os.WriteFile(filepath.Join(o.dir, name), []byte(text), 0o600); err != nil {
			o.Fatal(err)
		}
	}
	o.Cleanup(func() {
		if o.process != nil {
			_ = o.process.Process.Kill()
			_ = o.process.Wait()
		}
	})
}

// start starts Greffier; serve waits until it serves everybody.
func (o *discordSoak) start() {
	o.Helper()
	log, err := os.OpenFile(filepath.Join(o.dir, "log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		o.Fatal(err)
	}
	defer log.Close()
	o.process = exec.Command(o.binary, "serve", "-config", filepath.Join(o.dir, "greffier.yaml"))
	o.process.Stderr = log
	if err := o.process.Start(); err != nil {
		o.Fatal(err)
	}
}

func (o *discordSoak) serve() {
	o.Helper()
	o.start()
	o.until("served", func() bool {
		answer, err := o.ask(o.voters[0], "me", nil)
		return err == nil && answer != ""
	})
	o.pause(time.Second) // the members are read meanwhile: who may vote is fixed at the opening
}

func (o *discordSoak) kill() {
	o.Helper()
	if err := o.process.Process.Kill(); err != nil {
		o.Fatal(err)
	}
	_ = o.process.Wait() // it tells that it was killed
}

// stop ends Greffier as an operator does.
func (o *discordSoak) stop() {
	o.Helper()
	if err := o.process.Process.Signal(os.Interrupt); err != nil {
		o.Fatal(err)
	}
	if err := o.process.Wait(); err != nil {
		o.Errorf("greffier ended with %v", err)
	}
	o.process = nil
}

func (o *discordSoak) pause(length time.Duration) {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-o.Context().Done():
	}
}

// until waits until it is so.
func (o *discordSoak) until(what string, so func() bool) {
	o.Helper()
	ctx, cancel := context.WithTimeout(o.Context(), time.Minute)
	defer cancel()
	if o.s.Until(ctx, so) {
		return
	}
	if data, err := os.ReadFile(filepath.Join(o.dir, "log")); err == nil {
		o.Logf("%s", data[max(0, len(data)-4000):])
	}
	o.Fatalf("%s: not within a minute", what)
}

// ask runs a command and returns what is answered to the interaction itself.
func (o *discordSoak) ask(m *discordtest.Member, words string, args discordtest.Args) (string, error) {
	it, err := m.Slash(o.channel, words, args)
	if err != nil {
		return "", err
	}
	return o.answer(it)
}

func (o *discordSoak) answer(it *discordtest.Interaction) (string, error) {
	ctx, cancel := context.WithTimeout(o.Context(), 20*time.Second)
	defer cancel()
	if err := it.Settle(ctx); err != nil {
		return "", err
	}
	if m := it.Response(); m != nil {
		return m.Text(), nil
	}
	return "", nil
}

// command runs a command until it is answered.
func (o *discordSoak) command(m *discordtest.Member, words string, args discordtest.Args) (answer string) {
	o.Helper()
	o.until("/"+words+" is answered", func() bool {
		var err error
		answer, err = o.ask(m, words, args)
		return err == nil
	})
	return answer
}

// cards are the bot's messages of the channel that have a title with a text.
func (o *discordSoak) cards(title string) (cards []*discordtest.Message) {
	for _, m := range o.s.FindChannel(o.channel).Public() {
		if len(m.Embeds) > 0 && strings.Contains(m.Embeds[0].Title, title) {
			cards = append(cards, m)
		}
	}
	return cards
}

func (o *discordSoak) card(title string) (card *discordtest.Message) {
	o.Helper()
	o.until("the card hangs", func() bool {
		if all := o.cards(title); len(all) > 0 {
			card = all[0]
		}
		return card != nil
	})
	return card
}

// votes casts one ballot after the other until told to stop, by command and by
// press in turn. What had no answer is in doubt: it counts, or does not.
func (o *discordSoak) votes(ctx context.Context, voter int, card *discordtest.Message) {
	m, b := o.voters[voter], &o.ballots[voter]
	for n := voter; ctx.Err() == nil; n++ {
		choice := outageChoices[n%len(outageChoices)]
		var answer string
		var it *discordtest.Interaction
		var err error
		if n%2 == 0 {
			it, err = m.Press(card, card.Buttons()[n%len(outageChoices)])
		} else {
			it, err = m.Slash(o.channel, "vote cast", discordtest.Args{"number": 1, "choice": choice})
		}
		if err != nil {
			o.Errorf("%s cannot vote: %v", m.Name, err)
			return
		}
		answer, err = o.answer(it)
		if err != nil || !strings.Contains(answer, "allot") {
			b.doubtful = append(b.doubtful, choice)
			o.pause(100 * time.Millisecond)
			continue
		}
		b.check(o, m.Name, choice, answer)
		*b = ballotsOf{acknowledged: choice}
		o.taken.Add(1)
		o.pause(200 * time.Millisecond)
	}
}

// asks enters one request after the other; one that is not answered is tried again
// under another title. Whoever asked a Greffier that was killed waits for long, so
// that several ask.
func (o *discordSoak) asks(ctx context.Context, first int) {
	for n := first; ctx.Err() == nil; n += soakAskers {
		it, err := o.voters[n%soakVoters].Slash(o.channel, "request new", discordtest.Args{"title": fmt.Sprintf("Wish%d.", n), "kind": "idea"})
		if err != nil {
			o.Errorf("nobody can ask: %v", err)
			return
		}
		answer, err := o.answer(it)
		switch {
		case err == nil && strings.Contains(answer, "is recorded"):
			o.asked.Add(1)
		case err == nil:
			o.Errorf("the answer to a request was %q", answer)
		}
		bot.Sleep(ctx, soakAskers*3*time.Second) // the channel takes a post a second, newcomers' as well
	}
}

// joins has newcomers join, one every two seconds.
func (o *discordSoak) joins(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		m := o.s.Guild().Stranger(fmt.Sprintf("newcomer%d", n))
		m.Join()
		o.joined = append(o.joined, m)
		o.pause(2 * time.Second)
	}
}

// checkBallots asks everybody's ballot of the register, and counts the card.
func (o *discordSoak) checkBallots(card *discordtest.Message) {
	o.Helper()
	counts := map[string]int{}
	for i, m := range o.voters {
		choice := outageChoices[i%3]
		var answer string
		o.until(m.Name+"'s ballot is answered", func() bool {
			var err error
			answer, err = o.ask(m, "vote cast", discordtest.Args{"number": 1, "choice": choice})
			if err != nil { // it was lost, or it came when the answer was too late and counts
				o.Logf("%s asks once more: %v", m.Name, err)
				o.ballots[i].doubtful = append(o.ballots[i].doubtful, choice)
			}
			return err == nil
		})
		o.ballots[i].check(o, m.Name, choice, answer)
		counts[choice]++
	}
	want := fmt.Sprintf("yes %d, no %d, abstentions %d", counts["yes"], counts["no"], counts["abstain"])
	o.until("the card shows "+want, func() bool {
		now := o.voters[0].Look(card)
		return now != nil && strings.Contains(strings.ReplaceAll(now.Text(), "**", ""), want)
	})
	if n := len(o.cards("Go on?")); n != 1 {
		o.Errorf("%d cards of the vote hang, want one", n)
	}
}

// checkRequests looks that every request has one card, and that no more have one
// than were entered.
func (o *discordSoak) checkRequests() {
	o.Helper()
	hung := map[string]int{}
	o.until("every request hangs", func() bool {
		clear(hung)
		for _, m := range o.cards("Wish") {
			hung[m.Embeds[0].Title]++
		}
		return len(hung) >= int(o.asked.Load())
	})
	for title, n := range hung {
		if n != 1 {
			o.Errorf("%d cards are called %q", n, title)
		}
	}
}

// checkNewcomers looks that each was welcomed in private and announced, once.
func (o *discordSoak) checkNewcomers() {
	o.Helper()
	for _, m := range o.joined {
		announced := func() (n int) {
			for _, said := range o.s.FindChannel(o.channel).Public() {
				n += strings.Count(said.Content, m.Mention())
			}
			return n
		}
		o.until(m.Name+" is welcomed and announced", func() bool { return len(m.Private()) > 0 && announced() > 0 })
		if n := len(m.Private()); n != 1 || announced() != 1 {
			o.Errorf("%s was welcomed %d times and announced %d times", m.Name, n, announced())
		}
	}
}

// quiet is how many goroutines a process that rests runs.
func (o *discordSoak) quiet() (n int) {
	o.Helper()
	var last []int
	o.until("the process is quiet", func() bool {
		o.s.HangUp()
		o.pause(200 * time.Millisecond)
		n = o.goroutines()
		last = append(last, n)
		return len(last) >= 10 && n > 0 && slices.Max(last[len(last)-10:]) == slices.Min(last[len(last)-10:])
	})
	return n
}

// goroutines is how many run now, 0 when nobody answers.
func (o *discordSoak) goroutines() (n int) {
	resp, err := http.Get(o.metrics)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "go_goroutines "); ok {
			n, _ = strconv.Atoi(strings.TrimSpace(rest))
		}
	}
	return n
}

// checkGoroutines looks that nothing is left running: what a process that has had all
// this runs is soon what one runs that has just started.
func (o *discordSoak) checkGoroutines(fresh int) {
	o.Helper()
	o.until(fmt.Sprintf("there are as many goroutines as in a process that has just started, %d", fresh), func() bool {
		o.s.HangUp()
		o.pause(200 * time.Millisecond)
		n := o.goroutines()
		return n > 0 && n <= fresh+3
	})
}
