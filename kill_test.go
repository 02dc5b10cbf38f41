package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store/bolt"
)

// The kill test: a process that serves eight busy members is killed with
// SIGKILL, again and again. Whatever was acknowledged must be there, once, and
// every card must have been posted.

const killDirVariable = "GREFFIER_KILL_DIR"

const killCharter = `
version: 1
community: {name: Killed, locale: en, zone: UTC}
rights: {request: everyone, vote: everyone, organisation: everyone, fund: everyone}
requests:
  kinds: {idea: {}}
  paths: {short: {stages: {asked: {advance: everyone}, done: {final: true}}}}
votes:
  rules: {simple: {electorate: everyone, roll: open, lasts: 400d}}
funding:
  ways: {free: {lasts: 400d}}
`

const killWorkers = 8

// logWall is a platform that writes what it is given to a file: one line a post.
type logWall struct {
	mu   sync.Mutex
	file *os.File
}

func (w *logWall) Run(ctx context.Context, _ *bot.Bot) error { <-ctx.Done(); return nil }

func (w *logWall) Deliver(_ context.Context, d bot.Delivery) (string, error) {
	if d.Replace != "" {
		return d.Replace, nil
	}
	card := "-"
	if d.Message.Card != nil {
		card = d.Message.Card.Key
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return d.Key, writeLine(w.file, d.Key, card)
}

// A write that is cut by SIGKILL may leave a piece of a line. A whole line has a
// dot at its end and begins anew after whatever stands before it.
func writeLine(f *os.File, a, b any) error {
	_, err := fmt.Fprintf(f, "\n%v %v .\n", a, b)
	return err
}

// wholeLines yields the two words of each whole line of a file.
func wholeLines(path string, yield func(a, b string)) error {
	data, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for line := range strings.Lines(string(data)) {
		if words := strings.Fields(line); len(words) == 3 && strings.HasSuffix(line, " .\n") {
			yield(words[0], words[1])
		}
	}
	return nil
}

// killBot opens the register of the kill test.
func killBot(ctx context.Context, dir string) (*bot.Bot, func(), error) {
	s, err := bolt.Open(filepath.Join(dir, "register.db"), bolt.Options{})
	if err != nil {
		return nil, nil, err
	}
	ch, problems := config.ParseCharter("kill.yaml", []byte(killCharter))
	if len(problems) > 0 {
		return nil, nil, problems
	}
	posts, err := os.OpenFile(filepath.Join(dir, "posts"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	b, err := bot.New(ctx, bot.Options{
		Store: s, Charter: ch, Features: features(), Adapters: map[string]bot.Adapter{config.Console: &logWall{file: posts}},
	})
	return b, func() { _ = s.Close(); _ = posts.Close() }, err
}

// killEvent is what worker w says for the n-th time.
func killEvent(w, n int) bot.Event {
	who := fmt.Sprintf("member%d", w)
	line := fmt.Sprintf("/vote cast 1 %s", []string{"yes", "no", "abstain"}[n%3])
	switch n % 4 {
	case 1:
		line = fmt.Sprintf("/fund pledge 1 %d.%02d", n, n%100)
	case 0:
		line = fmt.Sprintf("/request new \"Demand %d of %s\" kind:idea anyway:yes", n, who)
	}
	return bot.Event{
		ID: fmt.Sprintf("%s-%d", who, n), Line: line, Place: bot.Place{Platform: config.Console, Channel: "general"},
		Caller: bot.Account{Platform: config.Console, ID: who, Name: who, Locale: "en"},
	}
}

// beKilled serves until somebody kills it. Each worker goes on after the last
// event of its own that was acknowledged, repeating the one that was not.
func beKilled(dir string) error {
	go func() { // whoever kills is gone when this ends
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	ctx := context.Background()
	b, _, err := killBot(ctx, dir)
	if err != nil {
		return err
	}
	if err := prepareKilled(ctx, b, filepath.Join(dir, "prepared")); err != nil {
		return err
	}
	go func() { _ = b.Run(ctx, 0) }()
	acks, err := os.OpenFile(filepath.Join(dir, "acks"), os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	last, err := readAcks(dir)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	for w := range killWorkers {
		wg.Go(func() {
			for n := last[w] + 1; ; n++ {
				if a := b.Handle(ctx, killEvent(w, n)); a.Refused {
					fmt.Fprintf(os.Stderr, "refused: %s\n", a.Text)
					os.Exit(1)
				}
				if err := writeLine(acks, w, n); err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
			}
		})
	}
	wg.Wait()
	return nil
}

// prepareKilled opens what the workers write to. A process killed meanwhile is
// followed by one that says the same again under the same names; once all of it
// is done the mark is set, as the register remembers the names of the latest
// events only.
func prepareKilled(ctx context.Context, b *bot.Bot, mark string) error {
	if _, err := os.Stat(mark); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	first := killEvent(0, 0)
	first.ID, first.Line = "the-vote", `/vote new "Kill?" rule:simple`
	if a := b.Handle(ctx, first); a.Refused {
		return fmt.Errorf("the vote was refused: %s", a.Text)
	}
	if err := openKillFunding(ctx, b); err != nil {
		return err
	}
	return os.WriteFile(mark, nil, 0o600)
}

// openKillFunding puts each worker in an organisation of their own and opens a
// funding to which all of them promise. The events have names of their own, so
// that what was done before a kill is done once.
func openKillFunding(ctx context.Context, b *bot.Bot) error {
	setup := func(w int, name, line string) error {
		ev := killEvent(w, 0)
		ev.ID, ev.Line = name, line
		if a := b.Handle(ctx, ev); a.Refused {
			return fmt.Errorf("%s was refused: %s", line, a.Text)
		}
		return nil
	}
	err := setup(0, "the-request", `/request new "Pot" kind:idea anyway:yes`)
	for w := range killWorkers {
		err = errors.Join(err,
			setup(w, fmt.Sprint("town-", w), fmt.Sprintf(`/organisation new "Town %d"`, w)),
			setup(w, fmt.Sprint("join-", w), fmt.Sprintf(`/organisation join "Town %d"`, w)))
	}
	return errors.Join(err, setup(0, "the-funding", "/fund open 1 target:900000000"))
}

// readAcks returns the last event of each worker that was acknowledged.
func readAcks(dir string) ([killWorkers]int, error) {
	var last [killWorkers]int
	var wrong error
	err := wholeLines(filepath.Join(dir, "acks"), func(a, b string) {
		w, err1 := strconv.Atoi(a)
		n, err2 := strconv.Atoi(b)
		if wrong = errors.Join(wrong, err1, err2); wrong == nil {
			last[w] = max(last[w], n)
		}
	})
	return last, errors.Join(err, wrong)
}

func TestKill(t *testing.T) {
	rounds := 5
	if n, err := strconv.Atoi(os.Getenv("KILL_ROUNDS")); err == nil {
		rounds = n
	}
	dir := t.TempDir()
	for round := range rounds {
		child := exec.Command(os.Args[0], "-test.run=^$")
		child.Env = append(os.Environ(), killDirVariable+"="+dir)
		var said bytes.Buffer
		child.Stderr = &said
		if _, err := child.StdinPipe(); err != nil { // the child ends when this process does
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		if round%4 != 0 { // every fourth is killed wherever it is, its start included
			waitForAcks(t, dir)
		}
		time.Sleep(time.Duration(rand.IntN(250)) * time.Millisecond)
		if err := child.Process.Kill(); err != nil {
			t.Fatalf("round %d: the process ended by itself: %v\n%s", round, err, said.String())
		}
		_ = child.Wait()
		if said.Len() > 0 {
			t.Fatalf("round %d: %s", round, said.String())
		}
		checkKilled(t, dir)
	}
	last, err := readAcks(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d kills, last acknowledged events %v", rounds, last)
	if last == [killWorkers]int{} {
		t.Error("nothing was ever acknowledged: the processes were killed too early to tell anything")
	}
}

// waitForAcks waits until the process has acknowledged something more.
func waitForAcks(t *testing.T, dir string) {
	t.Helper()
	size := func() int64 {
		info, err := os.Stat(filepath.Join(dir, "acks"))
		if err != nil {
			return 0
		}
		return info.Size()
	}
	for before, tries := size(), 0; size() == before; tries++ {
		if tries == 3000 {
			t.Fatal("the process acknowledges nothing")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// checkKilled opens the register after a kill, empties the outbox and compares
// it with what was acknowledged.
func checkKilled(t *testing.T, dir string) {
	t.Helper()
	b, closeAll, err := killBot(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll()
	if v, err := b.Verify(t.Context()); err != nil || len(v.Findings) > 0 {
		t.Fatalf("after a kill: %v, %v", v.Findings, err)
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	numbers := killedRequests(t, b)
	last, err := readAcks(dir)
	if err != nil {
		t.Fatal(err)
	}
	for w, n := range last {
		for i := 4; i <= n+1; i += 4 {
			found := len(numbers[fmt.Sprintf("Demand %d of member%d", i, w)])
			if found > 1 || found == 0 && i <= n {
				t.Fatalf("event %d of member %d was acknowledged up to %d and is there %d times", i, w, n, found)
			}
		}
	}
	checkPosts(t, dir, numbers)
	checkPledges(t, b, last)
}

// checkPledges checks that what each organisation promises is what its last
// acknowledged promise said, or the one that was on its way. That the funding's
// sum is theirs was verified.
func checkPledges(t *testing.T, b *bot.Bot, last [killWorkers]int) {
	t.Helper()
	var out bytes.Buffer
	if err := b.Export(t.Context(), "json", &out); err != nil {
		t.Fatal(err)
	}
	var export struct {
		Tables struct {
			Pledges []struct {
				Organisation int    `json:"organisation"`
				Amount       string `json:"amount"`
			} `json:"funding-pledges"`
		} `json:"tables"`
	}
	if err := json.Unmarshal(out.Bytes(), &export); err != nil {
		t.Fatal(err)
	}
	amounts := map[int]string{}
	for _, p := range export.Tables.Pledges {
		amounts[p.Organisation] = p.Amount
	}
	for w, n := range last {
		var may []string
		for i := max(0, n-3); i <= n+1; i++ {
			if i%4 == 1 {
				may = append(may, fmt.Sprintf("%d.%02d EUR", i, i%100))
			}
		}
		if len(may) > 0 && n > 0 && !slices.Contains(may, amounts[w+1]) {
			t.Fatalf("member %d, acknowledged up to %d, promises %q, want one of %v", w, n, amounts[w+1], may)
		}
	}
}

// killedRequests gives the numbers of the requests in the register by title.
func killedRequests(t *testing.T, b *bot.Bot) map[string][]uint64 {
	t.Helper()
	var out bytes.Buffer
	if err := b.Export(t.Context(), "json", &out); err != nil {
		t.Fatal(err)
	}
	var export struct {
		Tables map[string][]struct {
			Number uint64 `json:"number"`
			Title  string `json:"title"`
		} `json:"tables"`
	}
	if err := json.Unmarshal(out.Bytes(), &export); err != nil {
		t.Fatal(err)
	}
	numbers := map[string][]uint64{}
	for _, r := range export.Tables["requests"] {
		numbers[r.Title] = append(numbers[r.Title], r.Number)
	}
	return numbers
}

// checkPosts checks that each request's card was posted under one key: a
// platform that knows a key shows it once.
func checkPosts(t *testing.T, dir string, numbers map[string][]uint64) {
	t.Helper()
	keys := map[string]map[string]bool{}
	err := wholeLines(filepath.Join(dir, "posts"), func(key, card string) {
		if keys[card] == nil {
			keys[card] = map[string]bool{}
		}
		keys[card][key] = true
	})
	if err != nil {
		t.Fatal(err)
	}
	for title, all := range numbers {
		for _, n := range all {
			if got := len(keys[fmt.Sprintf("request/%d", n)]); got != 1 {
				t.Fatalf("the card of request %d (%s) was posted under %d keys, want 1", n, title, got)
			}
		}
	}
}
