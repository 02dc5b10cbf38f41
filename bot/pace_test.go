package bot_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"greffier/bot"
	"greffier/store"
)

// redrawn are the titles of the card as it was drawn again, in order.
func (w *wall) redrawn() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var titles []string
	for _, d := range w.got {
		if d.Replace != "" {
			titles = append(titles, string(d.Message.Card.Title))
		}
	}
	return titles
}

// While many press, the card is drawn seldom; it is right soon after the last.
func TestCardIsDrawnAtItsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- d.Run(ctx, time.Second) }()
		n := 0
		press := func() {
			n++
			if a := d.says("alice", fmt.Sprint(n), "/note pin again"); a.Refused {
				t.Fatal(plain(a))
			}
		}
		shows := func(within time.Duration) (drawn int) {
			t.Helper()
			time.Sleep(within)
			synctest.Wait()
			titles := d.wall.redrawn()
			if len(titles) == 0 || titles[len(titles)-1] != fmt.Sprint(n) {
				t.Errorf("%s after press %d the card was drawn as %v", within, n, titles)
			}
			return len(titles)
		}
		press()
		time.Sleep(10 * time.Second)

		press() // a lone one
		before := shows(200 * time.Millisecond)

		for range 10 { // one after the other
			time.Sleep(2 * time.Second)
			press()
		}
		if drawn := shows(200*time.Millisecond) - before; drawn != 10 {
			t.Errorf("ten presses at leisure had the card drawn %d times", drawn)
		}

		before = len(d.wall.redrawn())
		for range 2000 { // a crowd, for twenty seconds
			time.Sleep(10 * time.Millisecond)
			press()
		}
		if drawn := len(d.wall.redrawn()) - before; drawn < 3 || drawn > 4 {
			t.Errorf("the crowd had the card drawn %d times in twenty seconds", drawn)
		}
		shows(1300 * time.Millisecond)

		before = len(d.wall.redrawn())
		time.Sleep(time.Minute)
		if drawn := len(d.wall.redrawn()) - before; drawn != 0 {
			t.Errorf("a card at rest was drawn %d times", drawn)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// slowWall is a wall on which each drawing takes a second.
type slowWall struct{ *wall }

func (w slowWall) Deliver(ctx context.Context, d bot.Delivery) (string, error) {
	if d.Replace != "" && !bot.Sleep(ctx, time.Second) {
		return "", ctx.Err()
	}
	return w.wall.Deliver(ctx, d)
}

// Several cards that changed are drawn side by side: on a slow platform they are all
// right about as soon as one.
func TestCardsAreDrawnSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		const cards = 8
		feature := noteFeature()
		feature.Commands[0] = bot.Cmd("note pin", func(c *bot.Ctx, in pin) (bot.Reply, error) {
			notes.Put(c.Tx, store.K(notes.NextID(c.Tx)), in.Text)
			for n := range cards {
				card := fmt.Sprintf("note/%d", n)
				if len(c.Hangs(card)) == 0 {
					c.Hang(card, bot.Place{Platform: "console", Channel: card})
				}
				c.Redraw(card)
			}
			return bot.Reply{}, nil
		})
		slow := slowWall{d.wall}
		b, err := bot.New(t.Context(), bot.Options{
			Store: d.store, Charter: d.Charter(), Features: []bot.Feature{feature},
			Adapters: map[string]bot.Adapter{"console": slow}, Clock: d.clock,
		})
		if err != nil {
			t.Fatal(err)
		}
		d.Bot = b
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- d.Run(ctx, time.Minute) }()
		d.says("alice", "1", "/note pin one")
		time.Sleep(10 * time.Second)
		before := len(d.wall.redrawn())
		d.says("alice", "2", "/note pin two")
		time.Sleep(2 * time.Second) // they stand still for a moment, then a second each
		synctest.Wait()
		if drawn := d.wall.redrawn()[before:]; len(drawn) != cards {
			t.Errorf("after two seconds %d of %d cards are drawn: %v", len(drawn), cards, drawn)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// A card is drawn again while posts wait for a platform that takes one a second.
func TestCardsDoNotWaitForPosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.wall.slow = time.Second
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- d.Run(ctx, time.Second) }()
		says := func(id, line string) {
			t.Helper()
			if a := d.says("alice", id, line); a.Refused {
				t.Fatal(plain(a))
			}
		}
		says("1", "/note pin first")
		time.Sleep(10 * time.Second)
		says("2", "/note pin shout")
		time.Sleep(5 * time.Second)
		says("3", "/note pin again")
		time.Sleep(1300 * time.Millisecond)
		synctest.Wait()
		if titles := d.wall.redrawn(); len(titles) == 0 || titles[len(titles)-1] != "3" {
			t.Errorf("the card was drawn as %v while posts waited", titles)
		}
		time.Sleep(time.Minute)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
