package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"greffier/adapters/discord/discordtest"
)

// crowdOn is a card that a thousand members press, all at the same moment.
type crowdOn struct {
	h      *hall
	card   *discordtest.Message
	labels []string
	took   []time.Duration
	passed time.Duration
	// bot and discord are the processor time that the two spent, the members' with the
	// latter.
	bot, discord time.Duration
	// last is the button that each member pressed last.
	last []int
}

// discordPresses has a thousand members press at once, on a vote of Greffier's and
// on a card of a bot that only acknowledges, in turn.
func discordPresses(ctx context.Context, dir string, n sizes) (err error) {
	ours, err := openHall()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ours.close()) }() //nolint:contextcheck // it ends whatever became of ctx
	ours.come(audience)
	if err := ours.serveGreffier(ctx, in(dir, "discord"), false); err != nil {
		return err
	}
	card, err := ours.openVote(ctx)
	if err != nil {
		return err
	}
	theirs, err := openHall()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, theirs.close()) }() //nolint:contextcheck // it ends whatever became of ctx
	theirs.come(audience)
	if err := theirs.serveReference(ctx); err != nil {
		return err
	}
	same, err := theirs.hangSame(ctx, card)
	if err != nil {
		return err
	}
	a, b := newCrowd(ours, card), newCrowd(theirs, same)
	edits := ours.watchEdits(ctx, card)
	var behind time.Duration
	for round := range n.rounds + 1 {
		order := []*crowdOn{b, a}
		if round%2 == 1 {
			slices.Reverse(order)
		}
		for _, c := range order {
			if err := c.press(ctx, round); err != nil {
				return err
			}
			if c == a {
				late, err := c.shown(ctx)
				if err != nil {
					return err
				}
				behind = max(behind, late)
			}
		}
		if round == 0 { // to warm up
			*a, *b, behind = a.again(), b.again(), 0
		}
	}
	gaps := edits()
	rate := func(c *crowdOn) float64 { return float64(len(c.took)) / c.passed.Seconds() }
	row(fmt.Sprintf("presses, %d members at once", audience), fmt.Sprintf("%.0f/s beside %.0f/s, ratio %.2f", rate(a), rate(b), rate(a)/rate(b)), "ratio 0.8")
	row("— until acknowledged", fmt.Sprintf("p50 %.0f ms beside %.0f; p99 %.0f ms beside %.0f; at most %.0f ms beside %.0f",
		ms(percentile(a.took, 0.5)), ms(percentile(b.took, 0.5)), ms(percentile(a.took, 0.99)), ms(percentile(b.took, 0.99)),
		ms(percentile(a.took, 1)), ms(percentile(b.took, 1))), "p99 under 1000 ms, none over 2500 ms")
	row("— processor time each", a.spent()+" beside "+b.spent(), "—")
	row("the card is right", fmt.Sprintf("%d rounds of %d presses, all acknowledged and counted; at the latest %.0f ms after the last", n.rounds, audience, ms(behind)), "—")
	if len(gaps) > 0 {
		row("— redrawn", fmt.Sprintf("%d times, at the least %.2f s apart", len(gaps)+1, percentile(gaps, 0).Seconds()), "at most once a second")
	}
	return nil
}

// hangSame hangs a card that looks like another, as the bot that only acknowledges
// would have.
func (h *hall) hangSame(ctx context.Context, like *discordtest.Message) (*discordtest.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if !h.Until(ctx, func() bool { return h.Connected() == 1 }) {
		return nil, errors.New("the reference did not connect")
	}
	buttons := []map[string]any{}
	for _, label := range choicesOf(like) {
		buttons = append(buttons, map[string]any{"type": 2, "style": 2, "label": label, "custom_id": "reference" + strings.Repeat("x", 60) + label})
	}
	body, err := json.Marshal(map[string]any{
		"content": like.Text(), "allowed_mentions": map[string]any{"parse": []string{}}, "components": []any{map[string]any{"type": 1, "components": buttons}},
	})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL+"/v10/channels/"+h.channel+"/messages", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "DiscordBot (https://localhost, 1)")
	r.Header.Set("Authorization", "Bot "+h.Token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	hung := h.FindChannel(h.channel).Public()
	if len(hung) == 0 {
		return nil, fmt.Errorf("the reference's card: %s", resp.Status)
	}
	return hung[0], nil
}

func newCrowd(h *hall, card *discordtest.Message) *crowdOn {
	return &crowdOn{h: h, card: card, labels: choicesOf(card), last: slices.Repeat([]int{-1}, audience)}
}

// again is the crowd before anything was measured.
func (c *crowdOn) again() crowdOn {
	return crowdOn{h: c.h, card: c.card, labels: c.labels, last: c.last}
}

// spent is the processor time of a press.
func (c *crowdOn) spent() string {
	each := func(d time.Duration) float64 { return ms(d / time.Duration(len(c.took))) }
	return fmt.Sprintf("%.2f ms (bot %.2f, Discord and members %.2f)", each(c.bot+c.discord), each(c.bot), each(c.discord))
}

// press has every member press at the same moment, another button than the last.
func (c *crowdOn) press(ctx context.Context, round int) error {
	if len(c.labels) != 3 {
		return fmt.Errorf("the card has the buttons %q", c.labels)
	}
	took, failed := make([]time.Duration, audience), make([]error, audience)
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(audience)
	for i, m := range c.h.members {
		c.last[i] = (c.last[i] + 1 + (i+round)%2) % 3
		done.Go(func() {
			ready.Done()
			<-start
			began := time.Now()
			it, err := m.Press(c.card, c.labels[c.last[i]])
			if err == nil {
				err = it.Wait(ctx)
			}
			took[i], failed[i] = time.Since(began), err
		})
	}
	ready.Wait()
	bot, discord := processorTime(c.h.cmd.Process.Pid), processorTime(os.Getpid())
	began := time.Now()
	close(start)
	done.Wait()
	c.passed += time.Since(began)
	c.bot += processorTime(c.h.cmd.Process.Pid) - bot
	c.discord += processorTime(os.Getpid()) - discord
	c.took = append(c.took, took...)
	if err := errors.Join(failed...); err != nil {
		n := len(slices.DeleteFunc(failed, func(err error) bool { return err == nil }))
		return fmt.Errorf("%d presses were not acknowledged: %w", n, failed[0])
	}
	return nil
}

// shown waits until the card shows the ballots that were acknowledged, and says how
// long that took.
func (c *crowdOn) shown(ctx context.Context) (time.Duration, error) {
	want := make([]int, 3)
	for _, button := range c.last {
		want[button]++
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	var got []int
	if !c.h.Until(ctx, func() bool { got = c.h.cardCounts(c.card); return slices.Equal(got, want) }) {
		return 0, fmt.Errorf("the card shows %v after %s, acknowledged were %v", got, time.Since(began), want)
	}
	return time.Since(began), nil
}

// watchEdits notes when a card is edited; what it returns stops it and tells how
// far apart the edits were.
func (h *hall) watchEdits(ctx context.Context, card *discordtest.Message) (stop func() []time.Duration) {
	ctx, cancel := context.WithCancel(ctx)
	gaps := make(chan []time.Duration)
	go func() {
		var all []time.Duration
		last, tick := time.Time{}, time.NewTicker(20*time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				gaps <- all
				return
			case <-tick.C:
			}
			now := h.members[0].Look(card)
			if now == nil || now.EditedTimestamp == nil {
				continue
			}
			at, err := time.Parse(time.RFC3339Nano, *now.EditedTimestamp)
			if err != nil || at.Equal(last) {
				continue
			}
			if !last.IsZero() {
				all = append(all, at.Sub(last))
			}
			last = at
		}
	}()
	return func() []time.Duration { cancel(); return <-gaps }
}
