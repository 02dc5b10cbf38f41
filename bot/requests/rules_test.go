package requests_test

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"greffier/bot"
	"greffier/bot/requests"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

const club = `
version: 1
community: {name: Club, locale: en, zone: Europe/Paris}
channels: {general: general}
groups:
  bureau: {members: ["console:carol"]}
rights:
  request: everyone
requests:
  kinds: {idea: {group: bureau, path: long}}
  paths:
    long:
      stages:
        asked: {next: [small, big], advance: everyone, refuse: everyone}
        small: {next: [done], advance: everyone, back: everyone}
        big: {advance: everyone, back: everyone, refuse: everyone, opinions: bureau}
        voted: {vote: simple, next: [done], back: everyone}
        done: {final: true, back: everyone}
votes:
  rules: {simple: {electorate: bureau, failed: back}}
`

// desk is a bot with nobody listening, and how to read its register.
type desk struct {
	*bot.Bot
	store store.Store
	calls int
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
	b, err := bot.New(context.Background(), bot.Options{
		Store: db, Charter: charter, Features: []bot.Feature{requests.Feature(), polls()},
		Clock: bot.NewSandboxClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), false),
	})
	if err != nil {
		t.Fatal(err)
	}
	return &desk{Bot: b, store: db}
}

func (d *desk) say(who, line string) bot.Answer {
	d.calls++
	return d.Handle(context.Background(), bot.Event{
		ID: fmt.Sprint("e", d.calls), Line: line,
		Caller: bot.Account{Platform: "console", ID: who, Name: who}, Place: bot.Place{Platform: "console", Channel: "general"},
	})
}

// state is what the register has of every request and its supporters.
func (d *desk) state(t interface{ Fatal(...any) }) (map[uint64]requests.Request, map[uint64][]bot.MemberID) {
	all, supporters := map[uint64]requests.Request{}, map[uint64][]bot.MemberID{}
	err := d.store.View(context.Background(), func(tx store.Tx) error {
		clear(all)
		clear(supporters)
		requests.Snapshot(tx, all, supporters)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, supporters
}

var people = []string{"alice", "bob", "carol", "dave", "eve"}

// next is what the charter above declares may follow each stage.
var next = map[string][]string{"asked": {"small", "big"}, "small": {"done"}, "big": {"voted"}, "voted": {"done"}}

// TestMoves does anything to a few requests and checks, after each step, that
// stages only follow one another as declared or go back the way they came, that
// support counts once, that a merge loses no supporter, and that the register
// verifies.
func TestMoves(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		d := newDesk(t, filepath.Join(dir, fmt.Sprint(n)))
		for i := range 3 {
			d.say(people[i], fmt.Sprintf("/request new anyway:yes %s%d", "title", i))
		}
		before, supported := d.state(rt)
		for range rapid.IntRange(5, 25).Draw(rt, "steps") {
			who := rapid.SampledFrom(people).Draw(rt, "who")
			number := rapid.IntRange(1, 4).Draw(rt, "number")
			line := rapid.SampledFrom([]string{
				"/request support %d", "/request support %d", "/request unsupport %d", "/request advance %d", "/request advance %d to:small",
				"/request advance %d to:big", "/request advance %d to:big", "/request back %d because", "/request refuse %d because",
				"/request opinion %d favourable", "/request comment %d hello", "/request merge %d 1 sure:yes", "/request merge %d 2 sure:yes",
				"/request withdraw %d sure:yes", "/poll settle %d yes", "/poll settle %d no", "/poll settle %d cancel", "/request edit %d title:other",
			}).Draw(rt, "line")
			d.say(who, fmt.Sprintf(line, number))
			after, supportedNow := d.state(rt)
			checkMoves(rt, before, after)
			checkMerges(rt, before, after, supported, supportedNow)
			before, supported = after, supportedNow
		}
		v, err := d.Verify(context.Background())
		if err != nil || len(v.Findings) > 0 {
			rt.Fatal(err, v.Findings)
		}
	})
}

func checkMoves(t *rapid.T, before, after map[uint64]requests.Request) {
	for n, is := range after {
		was := before[n]
		switch {
		case was.Stage == is.Stage:
		case slices.Contains(next[was.Stage], is.Stage) && slices.Equal(is.Trail, append(slices.Clone(was.Trail), was.Stage)):
		case len(was.Trail) > 0 && was.Trail[len(was.Trail)-1] == is.Stage && slices.Equal(is.Trail, was.Trail[:len(was.Trail)-1]):
		default:
			t.Fatalf("request %d went from %s %v to %s %v", n, was.Stage, was.Trail, is.Stage, is.Trail)
		}
		if was.State != requests.Open && was.State != requests.Done && is.State != was.State {
			t.Fatalf("request %d was %s and is %s", n, was.State, is.State)
		}
		if (is.Stage == "done") != (is.State == requests.Done) && is.State == requests.Open {
			t.Fatalf("request %d is %s at %s", n, is.State, is.Stage)
		}
		if is.Supporters < 0 || is.Supporters > len(people)-1 {
			t.Fatalf("request %d has %d supporters", n, is.Supporters)
		}
	}
}

// checkMerges finds the request that was merged by this step, if any: its
// supporters and its author support the other, whose author does not.
func checkMerges(t *rapid.T, before, after map[uint64]requests.Request, was, is map[uint64][]bot.MemberID) {
	for n, r := range after {
		if r.State != requests.Merged || before[n].State == requests.Merged {
			continue
		}
		into := after[r.Into]
		union := map[bot.MemberID]bool{r.Author: true}
		for _, who := range append(slices.Clone(was[n]), was[r.Into]...) {
			union[who] = true
		}
		delete(union, into.Author)
		if want := slices.Sorted(maps.Keys(union)); !slices.Equal(want, is[r.Into]) || len(is[n]) > 0 {
			t.Fatalf("request %d merged into %d: supporters %v and %v became %v, want %v", n, r.Into, was[n], was[r.Into], is[r.Into], want)
		}
	}
}

// TestSupportTwice supports and unsupports in any order by any people: what
// counts is the last thing each of them said.
func TestSupportTwice(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		d := newDesk(t, filepath.Join(dir, fmt.Sprint(n)))
		d.say("alice", "/request new Tea")
		want := map[string]bool{}
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			who, yes := rapid.SampledFrom(people).Draw(rt, "who"), rapid.Bool().Draw(rt, "yes")
			d.say(who, map[bool]string{true: "/request support 1", false: "/request unsupport 1"}[yes])
			if who != "alice" {
				want[who] = yes
			}
		}
		count := 0
		for _, yes := range want {
			if yes {
				count++
			}
		}
		all, supporters := d.state(rt)
		if all[1].Supporters != count || len(supporters[1]) != count {
			rt.Fatalf("%d people support it; %d are counted and %d listed", count, all[1].Supporters, len(supporters[1]))
		}
	})
}
