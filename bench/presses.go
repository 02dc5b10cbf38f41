package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// side is one of the two that are pressed in turn.
type side struct {
	*board
	took   []time.Duration
	passed time.Duration
	pid    int
	spent  spent
	// last is the button that each member pressed last; -1 before the first.
	last []int
	// behind is how long after the last press the card was right, at the longest.
	behind time.Duration
}

func newSide(b *board, pid int) *side {
	return &side{board: b, pid: pid, last: slices.Repeat([]int{-1}, crowd)}
}

// presses has a hundred members press three times each, on the reference and on a
// vote in turn, so that what disturbs one disturbs the other.
func presses(ctx context.Context, c *chat, rounds int) error {
	for _, together := range []int{1, 32} {
		b, err := c.openVote(ctx)
		if err != nil {
			return err
		}
		reference, err := c.openReference(ctx, b)
		if err != nil {
			return err
		}
		ours, theirs := newSide(b, c.greffierPID), newSide(reference, c.referencePID)
		for round := range rounds + 1 {
			order := []*side{theirs, ours}
			if round%2 == 1 {
				slices.Reverse(order)
			}
			for _, s := range order {
				before := c.spentUntilNow(s.pid)
				if err := c.pressRound(ctx, s, together, round); err != nil {
					return err
				}
				if s == ours {
					if err := c.shown(ctx, s); err != nil {
						return err
					}
				}
				s.spent = s.spent.plus(c.spentUntilNow(s.pid).minus(before))
			}
			if round == 0 { // to warm up
				ours.forget()
				theirs.forget()
			}
		}
		compare(fmt.Sprintf("presses, %d at a time", together), ours, theirs)
		row(fmt.Sprintf("the card is right, after %d at a time", together),
			fmt.Sprintf("%d rounds of %d presses, all acknowledged and counted; at the latest %.0f ms after the last", rounds, 3*crowd, ms(ours.behind)), "within 2000 ms")
	}
	return nil
}

func (s *side) forget() { s.took, s.passed, s.behind, s.spent = nil, 0, 0, spent{} }

// pressRound has each member press three times, each time another button than the
// last, so many members at a time. A press that is not acknowledged fails it.
func (c *chat) pressRound(ctx context.Context, s *side, together, round int) error {
	took := make([]time.Duration, 3*crowd)
	var busy [crowd]sync.Mutex
	var failed atomic.Int64
	passed, err := concurrently(3*crowd, together, func(i int) error {
		who := (i - 1) % crowd
		busy[who].Lock() // a member has but one finger
		defer busy[who].Unlock()
		button := s.next(who, round)
		began := time.Now()
		if err := s.press(ctx, c.members[who], button); err != nil {
			failed.Add(1)
			return fmt.Errorf("press of member %d: %w", who, err)
		}
		took[i-1] = time.Since(began)
		s.last[who] = button
		return nil
	})
	if err != nil {
		return fmt.Errorf("%d presses were not acknowledged: %w", failed.Load(), err)
	}
	s.took = append(s.took, took...)
	s.passed += passed
	return nil
}

// next is another button than the member's last. Most prefer one, another in each
// round: were the counts at its end those of the round before, a card that was never
// drawn again would pass for right.
func (s *side) next(who, round int) int {
	n := len(s.actions)
	if button := round % n; who%10 < 7-round%4 && s.last[who] != button {
		return button
	}
	return (s.last[who] + 1 + who%2*(n-2)) % n
}

// shown waits until the card shows the ballots that were acknowledged.
func (c *chat) shown(ctx context.Context, s *side) error {
	want := make([]int, len(s.actions))
	for _, button := range s.last {
		want[button]++
	}
	began := time.Now()
	for {
		got, err := c.counts(ctx, s.board)
		if err != nil {
			return err
		}
		since := time.Since(began)
		if slices.Equal(got, want) {
			s.behind = max(s.behind, since)
			return nil
		}
		if since > 10*time.Second {
			return fmt.Errorf("the card shows %v after %s, acknowledged were %v", got, since, want)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// compare prints what was measured of both.
func compare(what string, ours, theirs *side) {
	rate := func(s *side) float64 { return float64(len(s.took)) / s.passed.Seconds() }
	row(what, fmt.Sprintf("%.0f/s beside %.0f/s, ratio %.2f; p50 %.2f ms beside %.2f; p99 %.2f ms beside %.2f, ratio %.2f",
		rate(ours), rate(theirs), rate(ours)/rate(theirs),
		ms(percentile(ours.took, 0.5)), ms(percentile(theirs.took, 0.5)),
		ms(percentile(ours.took, 0.99)), ms(percentile(theirs.took, 0.99)),
		percentile(ours.took, 0.99).Seconds()/percentile(theirs.took, 0.99).Seconds()),
		"rate 0.9, p99 1.2")
	row("— processor time each", ours.spent.each(len(ours.took))+" beside "+theirs.spent.each(len(theirs.took)), "—")
}
