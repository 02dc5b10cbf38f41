package votes_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// act is one thing that a member does to a vote; an empty choice withdraws.
type act struct{ choice string }

// Members cast, change and withdraw all at once while somebody closes the vote:
// what is counted is what was acknowledged, for each of them the last of it.
func TestSchedules(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) { schedule(r, t.TempDir()) })
}

func schedule(t *rapid.T, dir string) {
	d := deskIn(t, dir, charter)
	const members = 6
	d.members(members)
	rule := rapid.SampledFrom([]string{"open", "secret"}).Draw(t, "rule")
	d.must("m0", `/vote new "All at once" rule:`+rule)
	choices := []string{"yes", "no", "abstain", ""}
	acts := make([][]act, members)
	for i := range acts {
		acts[i] = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) act {
			return act{rapid.SampledFrom(choices).Draw(t, "choice")}
		}), 0, 5).Draw(t, fmt.Sprint("m", i))
	}
	closes := rapid.Bool().Draw(t, "closed in the middle")
	last := make([]string, members)
	var wg sync.WaitGroup
	for i, mine := range acts {
		wg.Go(func() {
			for n, a := range mine {
				line := "/vote cast 1 " + a.choice
				if a.choice == "" {
					line = "/vote withdraw 1"
				}
				if !d.event(fmt.Sprintf("%d-%d", i, n), fmt.Sprint("m", i), line).Refused {
					last[i] = a.choice
				}
			}
		})
	}
	if closes {
		wg.Go(func() { d.event("close", "m0", "/vote close 1 sure:yes") })
	}
	wg.Wait()
	d.after(8 * 24 * time.Hour)
	count := map[string]int{}
	for _, choice := range last {
		count[choice]++
	}
	want := fmt.Sprintf("yes %d, no %d, abstentions %d", count["yes"], count["no"], count["abstain"])
	body := string(d.must("m1", "/vote 1").Card.Body)
	if !strings.Contains(body, want) {
		t.Fatalf("want %s, counted:\n%s", want, body)
	}
	turnout := fmt.Sprintf("%d ballot", members-count[""])
	if !strings.Contains(body, turnout) {
		t.Fatalf("want %s, counted:\n%s", turnout, body)
	}
	if v := d.verified(); v.Counted != 1 {
		t.Fatalf("%d votes counted again", v.Counted)
	}
}
