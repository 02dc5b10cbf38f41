package bot

import (
	"slices"
	"testing"
	"testing/synctest"
)

// TestQueue keeps the order of what comes under one name, whether its turn is awaited
// or taken at once, and lets another name pass.
func TestQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q Queue
		var order []string
		note := func(what string) func() { return func() { order = append(order, what) } }
		leave, ok := q.Enter("a")
		if !ok {
			t.Fatal("nobody is before the first")
		}
		q.Add("a", note("second"))
		if _, ok := q.Enter("a"); ok {
			t.Fatal("the third does not wait")
		}
		q.Add("a", note("third"))
		synctest.Wait()
		if len(order) != 0 {
			t.Fatalf("%q before the first has left", order)
		}
		other, ok := q.Enter("b")
		if !ok {
			t.Fatal("another name waits")
		}
		other()
		note("first")()
		leave()
		q.Wait()
		if !slices.Equal(order, []string{"first", "second", "third"}) {
			t.Errorf("the order was %q", order)
		}
		hold := make(chan struct{})
		q.Add("a", func() { <-hold })
		if _, ok := q.Enter("a"); ok {
			t.Error("one enters while another runs")
		}
		close(hold)
		q.Wait()
		if leave, ok = q.Enter("a"); !ok {
			t.Fatal("one waits for nobody")
		}
		leave()
		if len(q.waiting) != 0 {
			t.Errorf("kept: %v", q.waiting)
		}
	})
}
