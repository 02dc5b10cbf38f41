package votes_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const proxyCharter = `
version: 1
community: {name: Club, zone: UTC}
groups:
  board: {members: ["console:m0", "console:m1"]}
  club: {members: ["console:m0", "console:m1", "console:m2", "console:m3", "console:m4"]}
rights: {vote: everyone}
votes:
  rules:
    wins: {electorate: club, proxies: {most: 2}, results: always, lasts: 7d, weights: [role, equal], role-weights: [{group: board, weight: 2.25}]}
    barred: {electorate: club, proxies: {most: 2, principal: barred}, results: always, lasts: 7d, weights: [role, equal], role-weights: [{group: board, weight: 2.25}]}
    secret: {electorate: club, proxies: {most: 2}, secret: true, lasts: 7d}
`

// assembly says what five members may do with their voices, by the rule of a vote.
type assembly struct {
	barred bool
	holder [voters]int // of each voice; its own member for none
	ballot [voters]string
	by     [voters]int
}

const voters = 5

func (a *assembly) held(who int) (n int) {
	for of, holder := range a.holder {
		if holder == who && of != who {
			n++
		}
	}
	return n
}

// give tells whether a proxy may be given, and gives it.
func (a *assembly) give(of, to int) bool {
	others := a.held(to)
	if of == to || a.holder[of] == to || a.ballot[of] != "" || a.holder[to] != to || others >= 2 {
		return false
	}
	a.holder[of] = to
	return true
}

func (a *assembly) revoke(of int) bool {
	if a.holder[of] == of || a.ballot[of] != "" {
		return false
	}
	a.holder[of] = of
	return true
}

func (a *assembly) cast(who, of int, choice string) bool {
	switch {
	case who != of && a.holder[of] != who:
		return false
	case who == of && a.holder[of] != of && a.barred:
		return false
	}
	if who == of {
		a.holder[of] = of
	}
	if a.ballot[of] != choice || who == of {
		a.ballot[of], a.by[of] = choice, who
	}
	return true
}

// Whatever proxies are given, taken back, used and overridden, in whatever order: each
// voice has one ballot, that of whoever last had the right to cast it; holders split
// their votes; what the ballots weigh is what their voices do; the register counts it
// again to the same.
func TestProxies(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := deskIn(r, t.TempDir(), proxyCharter)
		d.members(voters)
		rule := rapid.SampledFrom([]string{"wins", "barred", "secret"}).Draw(r, "rule")
		d.must("m0", "/vote new Question rule:"+rule)
		a := assembly{barred: rule == "barred", holder: [voters]int{0, 1, 2, 3, 4}}
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			who, other := rapid.IntRange(0, voters-1).Draw(r, "who"), rapid.IntRange(0, voters-1).Draw(r, "other")
			me, line, want := fmt.Sprint("m", who), "", false
			switch rapid.IntRange(0, 4).Draw(r, "what") {
			case 0:
				line, want = fmt.Sprint("/vote proxy 1 @m", other), a.give(who, other)
			case 1:
				line, want = "/vote revoke 1", a.revoke(who)
			default:
				choice := rapid.SampledFrom([]string{"yes", "no", "abstain"}).Draw(r, "choice")
				line, want = fmt.Sprintf("/vote cast 1 %s for:@m%d", choice, other), a.cast(who, other, choice)
				if who == other {
					line = fmt.Sprintf("/vote cast 1 %s for:me", choice)
				}
			}
			if got := d.says(me, line); got.Refused == want {
				r.Fatalf("%s: %s: %s\n%+v", me, line, got.Text, a)
			}
		}
		d.after(8 * 24 * time.Hour)
		if v := d.verified(); v.Counted != 1 {
			r.Fatalf("%d votes counted again", v.Counted)
		}
		card := plain(d.must("m0", "/vote show 1").Card.Body)
		if want := a.counts(rule != "secret"); !strings.Contains(card, want) {
			r.Fatalf("want %s in\n%s\n%+v", want, card, a)
		}
	})
}

// counts is what the ballots come to, weighed or not.
func (a *assembly) counts(weighed bool) string {
	sums := map[string]*big.Rat{"yes": {}, "no": {}, "abstain": {}}
	for of, choice := range a.ballot {
		if choice == "" {
			continue
		}
		weight := big.NewRat(1, 1)
		if weighed && of < 2 {
			weight = big.NewRat(9, 4)
		}
		sums[choice].Add(sums[choice], weight)
	}
	say := func(choice string) string {
		return strings.TrimSuffix(strings.TrimRight(sums[choice].FloatString(2), "0"), ".")
	}
	return fmt.Sprintf("yes %s, no %s, abstentions %s", say("yes"), say("no"), say("abstain"))
}
