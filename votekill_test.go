package main

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

const closingCharter = `
version: 1
community: {name: Club, zone: UTC, locale: en}
channels: {general: general}
rights: {vote: everyone}
votes:
  channel: general
  rules:
    secret: {electorate: everyone, secret: true, method: choice, majority: {over: 0}, lasts: 1d, tie-break: lot}
    open: {electorate: everyone, lasts: 1d, roll: open, results: always}
`

// board is a platform that keeps what stands on it: posts by their key, and how
// often each was handed over.
type board struct {
	mu    sync.Mutex
	posts map[string]string
	times map[string]int
}

func newBoard() *board { return &board{posts: map[string]string{}, times: map[string]int{}} }

func (b *board) Run(ctx context.Context, _ *bot.Bot) error { <-ctx.Done(); return nil }

func (b *board) Deliver(_ context.Context, d bot.Delivery) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if d.Replace != "" {
		return d.Replace, nil
	}
	b.posts[d.Key] = d.Message.Text.For(bot.PlainDialect())
	for _, f := range d.Message.Files {
		b.posts[d.Key] += "\n" + f.Name
	}
	b.times[d.Key]++
	return d.Key, nil
}

// outcomes are the posts that tell how a vote ended.
func (b *board) outcomes() (all []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, text := range b.posts {
		if strings.Contains(text, "is closed") {
			all = append(all, text)
		}
	}
	return all
}

// closing is a community whose vote is about to close.
type closing struct {
	t     *testing.T
	path  string
	clock *jumping
	board *board
	db    *bolt.DB
	desk  *bot.Bot
	n     int
}

func newClosing(t *testing.T) *closing {
	k := &closing{t: t, path: filepath.Join(t.TempDir(), "register.db"), clock: &jumping{at: time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC)}, board: newBoard()}
	k.open(func(s store.Store) store.Store { return s })
	return k
}

// open opens the register, under whatever stands over it.
func (k *closing) open(over func(store.Store) store.Store) {
	k.t.Helper()
	var err error
	if k.db, err = bolt.Open(k.path, bolt.Options{NoSync: true}); err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(func() { _ = k.db.Close() })
	k.desk, err = k.bot(over(k.db))
	if err != nil {
		k.t.Fatal(err)
	}
}

func (k *closing) bot(s store.Store) (*bot.Bot, error) {
	ch, problems := config.ParseCharter("charter.yaml", []byte(closingCharter))
	if len(problems) > 0 {
		k.t.Fatal(problems)
	}
	return bot.New(context.WithoutCancel(k.t.Context()), bot.Options{
		Store: s, Charter: ch, Clock: k.clock, Features: features(), Sandbox: true, Key: make([]byte, 32),
		Adapters: map[string]bot.Adapter{config.Console: k.board},
	})
}

func (k *closing) event(id, platform, who, line string) bot.Answer {
	return k.desk.Handle(k.t.Context(), bot.Event{
		ID: id, Line: line, Place: bot.Place{Platform: config.Console, Channel: "general"},
		Caller: bot.Account{Platform: platform, ID: who, Name: who, Locale: "en"},
	})
}

func (k *closing) says(who, line string) string {
	k.t.Helper()
	k.n++
	a := k.event(fmt.Sprint("said-", k.n), config.Console, who, line)
	if a.Refused {
		k.t.Fatalf("%s: %s", line, a.Text)
	}
	text := a.Text.For(bot.PlainDialect())
	if a.Card != nil {
		text += a.Card.Body.For(bot.PlainDialect())
	}
	return text
}

// votes opens a secret vote that ends in a tie, which a lot decides.
func (k *closing) votes() {
	for _, who := range []string{"ana", "ben", "cleo", "dan"} {
		k.says(who, "/help")
	}
	k.says("ana", `/vote new "Who?" rule:secret options:"Eve, Zoe, Max"`)
	for who, choice := range map[string]string{"ana": "Eve", "ben": "Zoe", "cleo": "Eve", "dan": "Zoe"} {
		k.says(who, "/vote cast 1 "+choice)
	}
	if err := k.desk.Flush(k.t.Context()); err != nil {
		k.t.Fatal(err)
	}
}

// A process that dies at any of the writes of a closing, before it is recorded or
// after, leaves one result when it is back, the right one, which is told once.
func TestKillAtEveryWriteOfAClosing(t *testing.T) {
	deaths := 0
	for at := int64(1); ; at++ {
		died := false
		for _, after := range []bool{false, true} {
			k := newClosing(t)
			k.votes()
			k.clock.set(k.clock.Now().Add(25 * time.Hour))
			mortal := &dying{Store: k.db, after: after}
			mortal.left.Store(1 << 40)
			dies, err := k.bot(mortal)
			if err != nil {
				t.Fatal(err)
			}
			mortal.left.Store(at)
			_, _ = dies.RunDue(t.Context())
			_ = dies.Flush(t.Context())
			if mortal.left.Load() > 0 { // it lived through the closing
				if n := len(k.board.outcomes()); n != 1 {
					t.Fatalf("without a death %d results were told", n)
				}
				continue
			}
			died = true
			deaths++
			if err := k.db.Close(); err != nil {
				t.Fatal(err)
			}
			k.open(func(s store.Store) store.Store { return s })
			k.checkClosed(fmt.Sprintf("death at write %d, after it %v", at, after))
		}
		if !died {
			break
		}
	}
	if deaths < 6 {
		t.Fatalf("%d deaths: a closing has more writes than that", deaths)
	}
	t.Logf("%d deaths", deaths)
}

var wonRE = regexp.MustCompile(`Chosen: (Eve|Zoe)`)

// checkClosed has what is due done, twice, and looks at the result.
func (k *closing) checkClosed(when string) {
	k.t.Helper()
	for range 2 {
		if _, err := k.desk.RunDue(k.t.Context()); err != nil {
			k.t.Fatal(when, err)
		}
		if err := k.desk.Flush(k.t.Context()); err != nil {
			k.t.Fatal(when, err)
		}
	}
	told := k.board.outcomes()
	if len(told) != 1 || !strings.Contains(told[0], "Eve 2, Zoe 2") || !wonRE.MatchString(told[0]) {
		k.t.Fatalf("%s: told %d times: %q", when, len(told), told)
	}
	k.n += 100
	if shown := k.says("ana", "/vote show 1"); wonRE.FindString(shown) != wonRE.FindString(told[0]) {
		k.t.Fatalf("%s: told %q, shown %q", when, told, shown)
	}
	if v, err := k.desk.Verify(k.t.Context()); err != nil || len(v.Findings) > 0 || v.Counted != 1 {
		k.t.Fatal(when, v.Findings, err)
	}
}

// Presses while a vote closes count before the close or are refused: the result is
// that of the ballots whose voters were told that they count.
func TestPressesWhileAVoteCloses(t *testing.T) {
	const voters = 24
	k := newClosing(t)
	for i := range voters {
		k.says(fmt.Sprint("v", i), "/help")
	}
	k.says("v0", `/vote new "Now?" rule:open`)
	end := k.clock.Now().Add(24 * time.Hour)
	var wg sync.WaitGroup
	counted := make([]bool, voters)
	for i := range voters {
		wg.Go(func() {
			if i == voters/2 { // the clock strikes among the presses
				k.clock.set(end)
				if _, err := k.desk.RunDue(t.Context()); err != nil {
					t.Error(err)
				}
				return
			}
			a := k.event(fmt.Sprint("press-", i), config.Console, fmt.Sprint("v", i), "/vote cast 1 yes")
			counted[i] = !a.Refused
			if a.Refused && !strings.Contains(string(a.Text), "closed") && !strings.Contains(string(a.Text), "counted") {
				t.Errorf("refused with %s", a.Text)
			}
		})
	}
	wg.Wait()
	if _, err := k.desk.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range counted {
		if c {
			n++
		}
	}
	if shown := k.says("v0", "/vote show 1"); n > 0 && !strings.Contains(shown, fmt.Sprintf("yes %d, no 0", n)) {
		t.Errorf("%d were told that theirs counts: %s", n, shown)
	}
	if a := k.event("late", config.Console, "v1", "/vote cast 1 no"); !a.Refused {
		t.Errorf("after the close: %s", a.Text)
	}
	if v, err := k.desk.Verify(t.Context()); err != nil || len(v.Findings) > 0 {
		t.Fatal(v.Findings, err)
	}
}

// Somebody with two accounts who presses on both at once has one ballot.
func TestPressesOnTwoPlatformsAtOnce(t *testing.T) {
	for _, rule := range []string{"open", "secret"} {
		k := newClosing(t)
		k.says("ana", "/help")
		k.says("ben", "/help")
		code := regexp.MustCompile(`\b([A-Z0-9]{4}-[A-Z0-9]{4})\b`).FindStringSubmatch(k.says("ana", "/link"))
		if code == nil {
			t.Fatalf("no code: %s", k.says("ana", "/link"))
		}
		a := k.event("linking", "discord", "anna", "/link "+code[1])
		if a.Refused || len(a.Buttons) == 0 {
			t.Fatalf("linking: %s, %v", a.Text, a.Buttons)
		}
		a = k.desk.Handle(t.Context(), bot.Event{
			ID: "sure", Call: &a.Buttons[0].Call, Place: bot.Place{Platform: "discord", Channel: "general"},
			Caller: bot.Account{Platform: "discord", ID: "anna", Name: "anna", Locale: "en"},
		})
		if a.Refused {
			t.Fatal(a.Text)
		}
		options := map[string]string{"secret": ` options:"Eve, Zoe"`}[rule]
		k.says("ben", `/vote new "Now?" rule:`+rule+options)
		choice := map[string][2]string{"open": {"yes", "no"}, "secret": {"Eve", "Zoe"}}[rule]
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				platform, who := config.Console, "ana"
				if i%2 == 1 {
					platform, who = "discord", "anna"
				}
				if a := k.event(fmt.Sprint("press-", i), platform, who, "/vote cast 1 "+choice[i%2]); a.Refused {
					t.Errorf("refused: %s", a.Text)
				}
			})
		}
		wg.Wait()
		k.clock.set(k.clock.Now().Add(25 * time.Hour))
		if _, err := k.desk.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if shown := k.says("ben", "/vote show 1"); !strings.Contains(shown, "1 ballot of") {
			t.Errorf("%s: %s", rule, shown)
		}
		if v, err := k.desk.Verify(t.Context()); err != nil || len(v.Findings) > 0 {
			t.Fatal(v.Findings, err)
		}
	}
}
