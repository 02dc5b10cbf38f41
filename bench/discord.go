package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"greffier/adapters/discord/discordtest"
)

// audience is how many members press at once on Discord.
const audience = 1000

// hall is a Discord of our own, in this process, and a bot on it in one of its own.
type hall struct {
	*discordtest.Server
	channel string
	members []*discordtest.Member
	cmd     *exec.Cmd
	stop    func()
}

// openHall starts a Discord; its limits on single routes are those it really has.
func openHall() (*hall, error) {
	s, err := discordtest.Open(discordtest.Options{OpenAPI: "-", Remember: 3000})
	if err != nil {
		return nil, err
	}
	return &hall{Server: s, channel: s.Guild().AddChannel("votes").ID, stop: func() {}}, nil
}

func (h *hall) close() error {
	h.stop()
	h.Close()
	if v := h.Violations(); len(v) > 0 {
		return fmt.Errorf("%d requests that Discord would not accept, such as %s", len(v), v[0])
	}
	return nil
}

// come has that many members join.
func (h *hall) come(n int) {
	for i := range n {
		h.members = append(h.members, h.Guild().Member(fmt.Sprintf("member%d", i)))
	}
}

// serveGreffier builds Greffier and has it serve the first guild, or every guild,
// and waits until it answers a command.
func (h *hall) serveGreffier(ctx context.Context, dir string, everywhere bool) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	binary := in(dir, "greffier")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	data := in(dir, "data")
	if err := os.RemoveAll(data); err != nil {
		return err
	}
	charter := fmt.Sprintf("version: 1\ncommunity: {name: Bench, locale: en, zone: UTC}\nchannels: {votes: {discord: %q}}\n"+
		"rights: {vote: everyone, register: everyone}\nvotes:\n  channel: votes\n"+
		"  rules: {open: {electorate: everyone, lasts: 30d, results: always}}\n", h.channel)
	guilds := fmt.Sprintf("guilds: [%q]", h.Guild().ID)
	if everywhere {
		guilds = "guilds: []"
	}
	config := fmt.Sprintf("data: %s\ncharter: %s\nlisten: 127.0.0.1:0\nlog: {level: warn}\ndiscord:\n  token: %q\n  %s\n  rest: %s\n  gateway: %s\n",
		data, in(dir, "charter.yaml"), h.Token, guilds, h.URL+"/v10", h.Gateway)
	for name, text := range map[string]string{"charter.yaml": charter, "greffier.yaml": config} {
		if err := os.WriteFile(in(dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return h.run(exec.CommandContext(ctx, binary, "serve", "-config", in(dir, "greffier.yaml")))
}

// serveReference has a bot serve that only acknowledges.
func (h *hall) serveReference(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return h.run(exec.CommandContext(ctx, self, "-acknowledge", h.URL+"/v10 "+h.Gateway+" "+h.Token))
}

// run starts a bot, which ends with stop.
func (h *hall) run(cmd *exec.Cmd) error {
	cmd.Stderr = os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	if err := cmd.Start(); err != nil {
		return err
	}
	h.cmd = cmd
	h.stop = func() { _ = cmd.Cancel(); _ = cmd.Wait() }
	return nil
}

// command runs a command as a member, once the bot has registered it, and returns
// the answer.
func (h *hall) command(ctx context.Context, who *discordtest.Member, words string, args discordtest.Args) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	var it *discordtest.Interaction
	for {
		var err error
		if it, err = who.Slash(h.channel, words, args); err == nil {
			break
		}
		if !errors.Is(err, discordtest.ErrNoCommand) {
			return "", err
		}
		select {
		case <-ctx.Done():
			return "", err
		case <-time.After(50 * time.Millisecond):
		}
	}
	if err := it.Settle(ctx); err != nil {
		return "", err
	}
	return it.Response().Text(), nil
}

// openVote opens a vote in which every member may vote, and whose counts everybody
// may see, and waits for its card. Who may is fixed at the opening, so that another is
// opened where not everybody was known yet.
func (h *hall) openVote(ctx context.Context) (*discordtest.Message, error) {
	want := fmt.Sprintf("0 of %d have voted", len(h.members)+1) // and the guild's owner
	for n := 1; n <= 120; n++ {
		answer, err := h.command(ctx, h.members[0], "vote new", discordtest.Args{"title": fmt.Sprintf("Bench %d?", n), "rule": "open"})
		if err != nil {
			return nil, err
		}
		within, cancel := context.WithTimeout(ctx, 20*time.Second)
		var card *discordtest.Message
		hangs := h.Until(within, func() bool {
			all := h.FindChannel(h.channel).Public()
			if len(all) < n {
				return false
			}
			card = all[len(all)-1]
			return true
		})
		cancel()
		if !hangs {
			return nil, fmt.Errorf("no card of the vote appeared; the answer was %q", answer)
		}
		if strings.Contains(card.Text(), want) {
			return card, nil
		}
		time.Sleep(500 * time.Millisecond)
	}
	return nil, errors.New("the members are not known after two minutes")
}

// cardCounts are what a card says as a member reads it: for, against, abstentions.
func (h *hall) cardCounts(card *discordtest.Message) []int {
	now := h.members[0].Look(card)
	if now == nil {
		return nil
	}
	return readCounts(strings.ReplaceAll(now.Text(), "**", ""))
}

// choicesOf are the labels of a card's first three buttons: for, against, abstention.
func choicesOf(card *discordtest.Message) []string {
	labels := card.Buttons()
	return labels[:min(3, len(labels))]
}
