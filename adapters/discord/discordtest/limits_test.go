package discordtest_test

import (
	"net/http"
	"strconv"
	"sync"
	"testing"

	"greffier/adapters/discord/discordtest"
)

// A bucket that is used up answers 429 with when to try again; the headers tell
// before. Other channels have buckets of their own.
func TestRouteLimit(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{})
	g := s.Guild()
	one, two := "/channels/"+g.Channel("general").ID+"/messages", "/channels/"+g.AddChannel("two").ID+"/messages"
	for i := range 5 {
		got := ask(t, s, "POST", one, obj{"content": "x"})
		if got.status != 200 || got.header.Get("X-RateLimit-Limit") != "5" || got.header.Get("X-RateLimit-Remaining") != strconv.Itoa(4-i) || got.header.Get("X-RateLimit-Bucket") == "" {
			t.Errorf("%d: %v %v", i, got, got.header)
		}
	}
	got := ask(t, s, "POST", one, obj{"content": "x"})
	after, err := strconv.Atoi(got.header.Get("Retry-After"))
	if got.status != 429 || err != nil || after < 1 || after > 5 || got.body["global"] != false || got.header.Get("X-RateLimit-Scope") != "user" {
		t.Errorf("the sixth: %v %v", got, got.header)
	}
	if got := ask(t, s, "POST", two, obj{"content": "x"}); got.status != 200 {
		t.Errorf("the other channel: %v", got)
	}
	if f := s.Figures(); f.Limited != 1 || f.Early != 1 || f.Invalid != 1 || s.Requests()["POST /channels/{channel_id}/messages"] != 7 {
		t.Errorf("%+v", f)
	}
}

// The whole bot has a limit too, from which the endpoints of interactions are free.
func TestGlobalLimit(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{PerSecond: 10, Unlimited: true})
	alice, general := s.Member("alice"), s.Guild().Channel("general").ID
	ask(t, s, "PUT", "/applications/"+s.AppID+"/commands", []obj{{"name": "ping", "description": "Ping"}})
	var got answer
	for range 11 {
		got = ask(t, s, "GET", "/users/@me", nil)
	}
	if got.status != 429 || got.body["global"] != true || got.header.Get("X-RateLimit-Global") != "true" || got.header.Get("X-RateLimit-Scope") != "global" {
		t.Errorf("the eleventh: %v %v", got, got.header)
	}
	w, _ := enter(t, s, usualIntents)
	if _, err := alice.Slash(general, "ping", nil); err != nil {
		t.Fatal(err)
	}
	if got := w.answer(s, obj{"type": 4, "data": obj{"content": "pong"}}); got.status != 204 {
		t.Errorf("an answer to an interaction: %v", got)
	}
}

// Faults on demand: 502 with and without what was asked being done, a connection that
// is cut.
func TestFaults(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{Unlimited: true})
	general := s.Guild().Channel("general")
	post := func() int {
		return ask(t, s, "POST", "/channels/"+general.ID+"/messages", obj{"content": "x"}).status
	}
	for _, c := range []struct {
		fault  discordtest.Fault
		status int
		stands int
	}{
		{discordtest.Fault{Status: http.StatusBadGateway}, 502, 0},
		{discordtest.Fault{Status: http.StatusBadGateway, Done: true}, 502, 1},
		{discordtest.Fault{Done: true}, 0, 2},
		{discordtest.Fault{Status: 429, Scope: "shared"}, 429, 2},
		{discordtest.Fault{Method: "GET", Status: 500}, 200, 3},
	} {
		s.Fail(c.fault)
		if status := post(); status != c.status || len(general.Public()) != c.stands {
			t.Errorf("%+v: %d with %d messages", c.fault, status, len(general.Public()))
		}
	}
	if f := s.Figures(); f.Invalid != 0 || f.Limited != 1 {
		t.Errorf("%+v", f)
	}
}

// The same seed makes the same faults.
func TestFaultsAtRandom(t *testing.T) {
	run := func() (statuses []int) {
		s := discordtest.Start(t, discordtest.Options{Unlimited: true, PerSecond: -1})
		s.Faults(discordtest.Plan{Seed: 7, Limited: .1, LimitedShared: .1, Lost: .2, Hidden: .2, Slow: .1, SlowBy: 1000})
		for range 60 {
			statuses = append(statuses, ask(t, s, "GET", "/users/@me", nil).status)
		}
		return statuses
	}
	first, second := run(), run()
	seen := map[int]int{}
	for i := range first {
		if first[i] != second[i] {
			t.Fatalf("differ at %d: %d and %d", i, first[i], second[i])
		}
		seen[first[i]]++
	}
	if seen[200] == 0 || seen[429] == 0 || seen[502] == 0 {
		t.Errorf("met %v", seen)
	}
}

// Faults of the gateway strike while events are told, and nothing is lost for a client
// that resumes.
func TestGatewayFaultsAtRandom(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{Unlimited: true, PerSecond: -1})
	alice, general := s.Member("alice"), s.Guild().Channel("general").ID
	w, session := enter(t, s, usualIntents)
	seq := w.until("GUILD_CREATE", 0).S
	s.Faults(discordtest.Plan{Seed: 3, Again: .1, Reconnect: .05, Invalid: .05, Dropped: .1, Closed: .05})
	const n = 200
	var said sync.WaitGroup
	said.Go(func() {
		for i := range n {
			if _, err := alice.Say(general, strconv.Itoa(i)); err != nil {
				t.Error(err)
			}
		}
		s.Faults(discordtest.Plan{})
		s.Drop()
	})
	seen, told := map[string]bool{}, 0
	for len(seen) < n {
		var f frame
		if err := w.ReadJSON(&f); err != nil || f.Op == 7 || f.Op == 9 {
			w.Close()
			w = resume(t, s, session, seq)
			continue
		}
		if f.Op == 0 {
			seq = f.S
		}
		if f.T == "MESSAGE_CREATE" {
			told++
			seen[string(f.D)] = true
		}
	}
	said.Wait()
	if told <= n || len(seen) != n {
		t.Errorf("told %d times of %d messages", told, len(seen))
	}
}
