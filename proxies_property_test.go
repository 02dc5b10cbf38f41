package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"greffier/bot"
	"greffier/config"
	"greffier/store/bolt"
)

const lastingCharter = `
version: 1
community: {name: Club, zone: UTC, locale: en}
groups:
  club: {members: ["console:m0", "console:m1", "console:m2", "console:m3"]}
  team: {members: ["console:m3", "console:m4"]}
rights: {vote: everyone, meeting: everyone, organisation: everyone}
votes:
  rules:
    wins: {electorate: club, proxies: {most: 1}, representatives: team, results: always, lasts: 2d}
    barred: {electorate: club, proxies: {most: 1, principal: barred}, representatives: team, results: always, lasts: 2d}
    towns: {electorate: club, voices: organisations, proxies: {most: 1}, results: always, lasts: 2d}
meetings:
  kinds:
    assembly: {name: Assembly, invited: club, lasts: 2h, proxies: 2}
`

const (
	people   = 5 // of the last charter: four voters, and somebody who may represent one
	mostHeld = 1
)

// assembled is a meeting with votes under a rule, and what was accepted of its ballots.
type assembled struct {
	*rapid.T
	desk   *bot.Bot
	clock  *jumping
	n      int
	rule   string
	ballot map[int]map[string]given // by vote and voice
}

// given is a ballot that was accepted, and from whom.
type given struct{ choice, by string }

func assemble(t *rapid.T, dir, rule string) *assembled {
	a := &assembled{T: t, rule: rule, clock: &jumping{at: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}, ballot: map[int]map[string]given{1: {}, 2: {}}}
	db, err := bolt.Open(filepath.Join(dir, "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	ch, problems := config.ParseCharter("charter.yaml", []byte(lastingCharter))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var seed [32]byte
	a.desk, err = bot.New(context.Background(), bot.Options{
		Store: db, Charter: ch, Clock: a.clock, Features: features(), Sandbox: true, Random: rand.NewChaCha8(seed), Key: seed[:],
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range people {
		a.says(fmt.Sprint("m", i), "/help")
	}
	if rule == "towns" {
		for i, town := range []string{"Arles", "Brest", "Cluny"} {
			a.must("m0", "/organisation new "+town)
			a.must(fmt.Sprint("m", i), "/organisation join "+town)
			a.must("m0", fmt.Sprintf("/organisation represent %s @m%d", town, i))
		}
	}
	a.must("m0", `/meeting new Assembly kind:assembly when:"2026-03-03 18:00"`)
	a.must("m0", "/vote new First meeting:1 rule:"+rule)
	a.must("m0", `/vote new Second rule:`+rule+` opens:"2026-03-03 12:00"`)
	return a
}

func (a *assembled) says(who, line string) bot.Answer {
	a.n++
	return a.desk.Handle(context.Background(), bot.Event{
		ID: fmt.Sprint("said-", a.n), Line: line, Place: bot.Place{Platform: config.Console, Channel: "general"},
		Caller: bot.Account{Platform: config.Console, ID: who, Name: who, Locale: "en"},
	})
}

func (a *assembled) must(who, line string) string {
	a.Helper()
	answer := a.says(who, line)
	text := answer.Text.For(bot.PlainDialect())
	if answer.Refused {
		a.Fatalf("%s: %s: %s", who, line, text)
	}
	if answer.Card != nil {
		text += "\n" + answer.Card.Body.For(bot.PlainDialect())
	}
	return text
}

// enrolled is what the roll says of a voice.
type enrolled struct{ holder, by string }

var (
	rollLine = regexp.MustCompile(`(?m)^• (\S+?)(?:: (.*))?$`)
	heldBy   = regexp.MustCompile(`(?:proxy to|represented by) (@m\d)`)
	castBy   = regexp.MustCompile(`voted, by (@m\d)`)
)

// roll reads what is shown of the roll of a vote, and holds it against what was
// accepted: the cap of each holder, one ballot a voice, and whose it is.
func (a *assembled) roll(vote int) map[string]enrolled {
	answer := a.says("m0", fmt.Sprintf("/vote roll %d", vote))
	shown := answer.Text.For(bot.PlainDialect())
	all, held, voted := map[string]enrolled{}, map[string]int{}, 0
	for _, m := range rollLine.FindAllStringSubmatch(shown, -1) {
		var e enrolled
		if h := heldBy.FindStringSubmatch(m[2]); h != nil {
			e.holder = h[1]
			if held[e.holder]++; held[e.holder] > mostHeld {
				a.Fatalf("%s holds %d:\n%s", e.holder, held[e.holder], shown)
			}
		}
		b, cast := a.ballot[vote][m[1]]
		if by := castBy.FindStringSubmatch(m[2]); by != nil {
			e.by = by[1]
		} else if strings.Contains(m[2], "voted") {
			e.by = m[1]
		}
		if cast {
			voted++
		}
		if e.by != b.by {
			a.Fatalf("%s was cast by %q, shown as by %q:\n%s", m[1], b.by, e.by, shown)
		}
		all[m[1]] = e
	}
	if voted != len(a.ballot[vote]) {
		a.Fatalf("%d ballots are of voices on the roll, of %d:\n%s", voted, len(a.ballot[vote]), shown)
	}
	return all
}

// own is the voice that a member casts as theirs: their own, or their town's.
func (a *assembled) own(who int) string {
	if a.rule != "towns" {
		return fmt.Sprint("@m", who)
	}
	return []string{"Arles", "Brest", "Cluny", "", ""}[who]
}

// casts casts a voice, as anybody, and holds the answer against the roll.
func (a *assembled) casts(vote, who, of int, choice string) {
	before, me, voice := a.roll(vote), fmt.Sprint("@m", who), a.own(of)
	answer := a.says(me[1:], fmt.Sprintf("/vote cast %d %s for:%q", vote, choice, voice))
	e, entitled := before[voice]
	text := answer.Text.For(bot.PlainDialect())
	may := entitled && (e.holder == me || who == of && (e.holder == "" || a.rule != "barred"))
	if answer.Refused {
		if may && a.running(vote) {
			a.Fatalf("%s may cast %s in vote %d: %s\n%v", me, voice, vote, text, before)
		}
		return
	}
	if !may {
		a.Fatalf("%s cast %s in vote %d: %s\n%v", me, voice, vote, text, before)
	}
	had, cast := a.ballot[vote][voice]
	if !cast || had.choice != choice || who == of && e.holder != "" && e.holder == had.by {
		a.ballot[vote][voice] = given{choice, me}
	}
}

// running tells whether ballots are taken.
func (a *assembled) running(vote int) bool {
	return strings.Contains(a.must("m0", fmt.Sprintf("/vote show %d", vote)), "Open until")
}

// step does something of what happens around an assembly.
func (a *assembled) step() {
	who, other := rapid.IntRange(0, people-1).Draw(a.T, "who"), rapid.IntRange(0, people-1).Draw(a.T, "other")
	vote := rapid.IntRange(1, 2).Draw(a.T, "vote")
	me := fmt.Sprint("m", who)
	what := rapid.SampledFrom([]string{
		"proxy", "proxy-meeting", "standing", "revoke", "revoke-meeting", "revoke-standing", "comes", "leaves", "answers", "starts", "start-vote", "time",
		"cast", "own", "own", "held", "held", "held", "withdraw",
	}).Draw(a.T, "what")
	switch what {
	case "proxy":
		a.says(me, fmt.Sprintf("/vote proxy %d @m%d", vote, other))
	case "proxy-meeting":
		a.says(me, fmt.Sprintf("/vote proxy @m%d meeting:1", other))
	case "standing":
		a.says(me, fmt.Sprintf("/vote proxy @m%d --standing", other))
	case "revoke":
		a.says(me, fmt.Sprintf("/vote revoke %d", vote))
	case "revoke-meeting":
		a.says(me, "/vote revoke meeting:1")
	case "revoke-standing":
		a.says(me, "/vote revoke --standing")
	case "comes":
		a.says("m0", fmt.Sprintf("/meeting attend 1 @m%d", other))
	case "leaves":
		a.says("m0", fmt.Sprintf("/meeting attend 1 @m%d status:left", other))
	case "answers":
		a.says(me, "/meeting answer 1 yes")
	case "starts":
		a.says("m0", "/meeting start 1")
	case "start-vote":
		a.says("m0", "/vote start 1")
	case "time":
		a.after(time.Duration(rapid.IntRange(1, 5).Draw(a.T, "hours")) * time.Hour)
	case "withdraw":
		if voice := a.own(other); voice != "" && !a.says(me, fmt.Sprintf("/vote withdraw %d for:%q", vote, voice)).Refused {
			delete(a.ballot[vote], voice)
		}
	case "cast", "own", "held":
		switch roll := a.roll(vote); what {
		case "own":
			other = who
		case "held": // somebody who holds a proxy, if anybody does
			for i := range people {
				if h := roll[a.own((other+i)%people)].holder; h != "" {
					other = (other + i) % people
					_, _ = fmt.Sscanf(h, "@m%d", &who)
					break
				}
			}
		}
		if a.own(other) != "" {
			a.casts(vote, who, other, rapid.SampledFrom([]string{"yes", "no", "abstain"}).Draw(a.T, "choice"))
		}
	}
	a.roll(vote)
}

func (a *assembled) after(by time.Duration) {
	a.clock.set(a.clock.Now().Add(by))
	if _, err := a.desk.RunDue(context.Background()); err != nil {
		a.Fatal(err)
	}
}

// Proxies for one vote, for a meeting, until further notice and of organisations are
// given, taken back and used in any order, while people come and go and votes open and
// close: nobody ever holds more than the cap, a voice has one ballot, from whoever had
// the right to cast it, the principal's own wins or is barred as the rule says, and what
// is counted is what the roll shows.
func TestLastingProxies(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := assemble(r, t.TempDir(), rapid.SampledFrom([]string{"wins", "barred", "towns"}).Draw(r, "rule"))
		for range rapid.IntRange(0, 12).Draw(r, "steps before") {
			a.step()
		}
		a.clock.set(time.Date(2026, 3, 3, 17, 0, 0, 0, time.UTC))
		a.after(time.Hour)
		a.says("m0", "/meeting start 1")
		for range rapid.IntRange(10, 40).Draw(r, "steps") {
			a.step()
		}
		a.after(8 * 24 * time.Hour)
		for vote := 1; vote <= 2; vote++ {
			a.roll(vote)
			sums := map[string]int{}
			for _, b := range a.ballot[vote] {
				sums[b.choice]++
			}
			card := a.must("m0", fmt.Sprintf("/vote show %d", vote))
			want := fmt.Sprintf("yes %d, no %d, abstentions %d", sums["yes"], sums["no"], sums["abstain"])
			if len(a.ballot[vote]) > 0 && !strings.Contains(card, want) {
				r.Fatalf("vote %d: want %s in\n%s\n%v", vote, want, card, a.ballot[vote])
			}
		}
		v, err := a.desk.Verify(context.Background())
		if err != nil || len(v.Findings) > 0 {
			r.Fatalf("%v %v", v.Findings, err)
		}
	})
}
