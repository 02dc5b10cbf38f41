package bot_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
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
