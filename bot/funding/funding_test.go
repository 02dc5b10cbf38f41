package funding_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"greffier/bot"
	"greffier/bot/funding"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

const club = `
version: 1
community: {name: Club, locale: en, zone: Europe/Paris}
channels: {general: general}
rights: {fund: everyone, task: everyone}
funding:
  ways:
    free: {lasts: 10d}
    beyond: {lasts: 10d, exceed: true, pledges: totals}
    first: {share: equal, lasts: 10d, short: share}
    last: {share: equal, odd-cent: last, short: extend, lasts: 10d, extension: 3d}
    turns: {share: turns, answer: 2d, lasts: 20d}
    order: {share: sponsor, lasts: 10d}
`

var people = []string{"ann", "bob", "cleo", "dan", "eve"}

type taskArgs struct{}

// tasks is a feature of which everything can be funded, and every member has an
// organisation of their own.
func tasks() bot.Feature {
	return bot.Feature{
		Name:   "tasks",
		Locale: localeFS(),
		Commands: []*bot.Command{bot.Cmd("task", func(c *bot.Ctx, _ taskArgs) (bot.Reply, error) {
			o := c.NewOrganisation("Town of " + c.Caller.Name)
			c.JoinOrganisation(o.Number, c.Caller.ID)
			return bot.Reply{Text: bot.Typed(o.Name)}, nil
		})},
		On: []bot.Listener{bot.On(func(_ *bot.Ctx, q *bot.SubjectAsked) error {
			q.Found, q.Open, q.Title = true, true, q.Subject
			return nil
		})},
	}
}

type desk struct {
	*bot.Bot
	store store.Store
	clock *bot.SandboxClock
	calls int
	mu    sync.Mutex
}

func newDesk(t testing.TB, path string) *desk {
	charter, problems := config.ParseCharter("club.yaml", []byte(club))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	db, err := bolt.Open(path, bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	clock := bot.NewSandboxClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), false)
	b, err := bot.New(context.Background(), bot.Options{
		Store: db, Charter: charter, Features: []bot.Feature{funding.Feature(), tasks()}, Clock: clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{Bot: b, store: db, clock: clock}
	for _, who := range people {
		d.say(who, "/task")
	}
	return d
}

func (d *desk) say(who, line string) bot.Answer {
	d.mu.Lock()
	d.calls++
	id := fmt.Sprint("e", d.calls)
	d.mu.Unlock()
	return d.Handle(context.Background(), bot.Event{
		ID: id, Line: line, Caller: bot.Account{Platform: "console", ID: who, Name: who},
		Place: bot.Place{Platform: "console", Channel: "general"},
	})
}

func (d *desk) state(t interface{ Fatal(...any) }) (all []funding.Funding, owes map[uint64][]bot.Money) {
	err := d.store.View(context.Background(), func(tx store.Tx) error {
		all, owes = funding.Snapshot(tx)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, owes
}

func (d *desk) check(t interface{ Fatalf(string, ...any) }) {
	v, err := d.Verify(context.Background())
	if err != nil || len(v.Findings) > 0 {
		t.Fatalf("the register does not verify: %v %v", v.Findings, err)
	}
}

func sum(all []bot.Money) (total bot.Money) {
	for _, m := range all {
		total = total.Add(m)
	}
	return total
}

// TestMoney does anything to a few fundings and checks, after each step, that no
// target is exceeded where it may not be, that what is owed for a target that was
// reached is exactly the target, that what has ended changes no more, and that the
// register verifies.
func TestMoney(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		d := newDesk(t, filepath.Join(dir, fmt.Sprint(n, ".db")))
		ended := map[uint64]string{}
		for i := range rapid.IntRange(1, 3).Draw(rt, "fundings") {
			way := rapid.SampledFrom([]string{"free", "beyond", "first", "last", "turns", "order"}).Draw(rt, "way")
			cents := rapid.Int64Range(1, 100_000_000).Draw(rt, "cents")
			line := fmt.Sprintf("/fund open %d way:%s target:%d.%02d", i+1, way, cents/100, cents%100)
			if way == "first" || way == "last" {
				line += fmt.Sprintf(" contributors:%d", rapid.IntRange(2, 5).Draw(rt, "contributors"))
			}
			if a := d.say("ann", line); a.Refused {
				rt.Fatalf("%s: %s", line, a.Text)
			}
		}
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			who := rapid.SampledFrom(people).Draw(rt, "who")
			number := rapid.IntRange(1, 3).Draw(rt, "number")
			switch rapid.IntRange(0, 6).Draw(rt, "what") {
			case 0, 1:
				d.say(who, fmt.Sprintf("/fund pledge %d", number))
			case 2, 3:
				cents := rapid.Int64Range(1, 60_000_000).Draw(rt, "amount")
				line := fmt.Sprintf("/fund pledge %d %d.%02d", number, cents/100, cents%100)
				if rapid.Bool().Draw(rt, "indicative") {
					line += " indicative:yes"
				}
				d.say(who, line)
			case 4:
				d.say(who, fmt.Sprintf("/fund withdraw %d", number))
			case 5:
				d.say(who, fmt.Sprintf("/fund skip %d because", number))
			case 6:
				d.clock.Set(d.clock.Now().Add(time.Duration(rapid.IntRange(1, 90).Draw(rt, "hours")) * time.Hour))
				if _, err := d.RunDue(context.Background()); err != nil {
					rt.Fatal(err)
				}
			}
			d.check(rt)
			all, owes := d.state(rt)
			for _, f := range all {
				exact := f.Way.Share != "amounts" || !f.Way.Exceed
				if total := sum(owes[f.Number]); exact && total.Cmp(f.Target) > 0 {
					rt.Fatalf("%s is owed for a target of %s: %v", total, f.Target, owes[f.Number])
				}
				if total := sum(owes[f.Number]); f.State == funding.Reached && exact && total.Cmp(f.Target) != 0 {
					rt.Fatalf("%s is owed for %s, which was reached (%s)", total, f.Target, f.Way.ID)
				}
				if is := fmt.Sprint(f, owes[f.Number]); f.State != funding.Open {
					if was := ended[f.Number]; was != "" && was != is {
						rt.Fatalf("funding %d ended as %s and is now %s", f.Number, was, is)
					}
					ended[f.Number] = is
				}
			}
		}
	})
}

// TestOwedInShort: what many fundings owe is listed in words as far as one reads, and
// said to be in the table, which has all of it.
func TestOwedInShort(t *testing.T) {
	d := newDesk(t, filepath.Join(t.TempDir(), "register.db"))
	const fundings = 31
	for i := range fundings {
		d.say("ann", fmt.Sprintf("/fund open %d way:free target:100", i+1))
		d.say("bob", fmt.Sprintf("/fund pledge %d 40", i+1))
		d.say("cleo", fmt.Sprintf("/fund pledge %d 60", i+1))
	}
	a := d.say("ann", "/fund owed")
	if text := string(a.Text); !strings.Contains(text, "No. 20, ") || strings.Contains(text, "No. 21, ") || !strings.HasSuffix(text, "… and 22 more amounts, in the table.") {
		t.Errorf("it is answered %s", text)
	}
	if len(a.Files) != 1 || strings.Count(string(a.Files[0].Data), "\n") != 1+2*fundings || !strings.Contains(string(a.Files[0].Data), "\n31,request/31,Town of cleo,60.00,EUR,2026-03-02") {
		t.Errorf("the table is %q", a.Files)
	}
}

// TestAtOnce: of promises made at the same moment, those that fit are taken.
func TestAtOnce(t *testing.T) {
	d := newDesk(t, filepath.Join(t.TempDir(), "register.db"))
	d.say("ann", "/fund open 1 way:free target:100")
	var wg sync.WaitGroup
	var taken sync.Map
	for _, who := range people {
		wg.Go(func() {
			if a := d.say(who, "/fund pledge 1 40"); !a.Refused {
				taken.Store(who, true)
			}
		})
	}
	wg.Wait()
	n := 0
	taken.Range(func(any, any) bool { n++; return true })
	all, owes := d.state(t)
	if n != 2 || all[0].Firm.Number() != "80.00" || len(owes[1]) != 2 {
		t.Errorf("%d of five promises of 40 were taken for a target of 100: %s", n, all[0].Firm)
	}
	d.check(t)
}

// TestOver: between its date and its settlement a funding takes nothing.
func TestOver(t *testing.T) {
	d := newDesk(t, filepath.Join(t.TempDir(), "register.db"))
	d.say("ann", "/fund open 1 way:free target:100")
	d.clock.Set(d.clock.Now().Add(10*24*time.Hour + time.Minute))
	if a := d.say("bob", "/fund pledge 1 40"); !a.Refused || !strings.Contains(string(a.Text), "being settled") {
		t.Errorf("a promise that came too late is answered %q", a.Text)
	}
	if _, err := d.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if all, _ := d.state(t); all[0].State != funding.Missed {
		t.Errorf("it is %s", all[0].State)
	}
}

// TestHarm: what was broken behind the clerk's back is found.
func TestHarm(t *testing.T) {
	for _, what := range []string{"sum", "state", "lost"} {
		d := newDesk(t, filepath.Join(t.TempDir(), "register.db"))
		d.say("ann", "/fund open 1 way:free target:100")
		d.say("bob", "/fund pledge 1 40")
		d.check(t)
		if err := d.store.Update(t.Context(), func(tx store.Tx) error { funding.Harm(tx, what); return nil }); err != nil {
			t.Fatal(err)
		}
		if v, err := d.Verify(t.Context()); err != nil || len(v.Findings) == 0 {
			t.Errorf("%s: nothing is found (%v)", what, err)
		}
	}
}
