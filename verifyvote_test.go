package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store/bolt"

	"pgregory.net/rapid"
)

const proofCharter = `
version: 1
community: {name: Club, zone: UTC, locale: en}
groups:
  board: {members: ["console:m0", "console:m1"]}
  rest: {members: ["console:m2", "console:m3", "console:m4", "console:m5", "console:m6", "console:m7"]}
  guests: {members: ["console:m8"]}
rights: {vote: everyone}
votes:
  rules:
    plain: {electorate: everyone, lasts: 1d}
    strict: {electorate: everyone, lasts: 1d, quorum: {at-least: 1/2}, majority: {at-least: 2/3, of: cast}}
    blanks: {electorate: everyone, lasts: 1d, majority: {over: 1/2, of: with-blanks}}
    present: {electorate: everyone, lasts: 1d, quorum: {over: 1/3, of: present}, majority: {over: 1/2, of: entitled}, tie-break: status-quo}
    chair: {electorate: everyone, lasts: 1d, tie-break: chair, chair: board}
    there: {electorate: everyone, lasts: 1d, method: choice, tie-break: chair, chair: board, quorum: {at-least: 1/10, of: represented}, majority: {over: 1/10, of: represented}}
    quo: {electorate: everyone, lasts: 1d, method: choice, default: Nobody, tie-break: status-quo}
    lot: {electorate: everyone, lasts: 1d, method: choice, tie-break: lot, quorum: {over: 1/4, of: cast}}
    elder: {electorate: everyone, lasts: 1d, method: approval, tie-break: seniority, majority: {over: 1/3}}
    rounds: {electorate: everyone, lasts: 1d, method: two-round, second-round: {lasts: 1d}}
    debian: {electorate: everyone, lasts: 1d, method: default-option, default: Nobody, ratio: 3/2, quorum: {at-least: 1/5, of: cast}}
    judge: {electorate: everyone, lasts: 1d, method: majority-judgment, missing: absent, grades: ["It's fine", So-so, Bad]}
    margins: {electorate: everyone, lasts: 1d, method: schulze, strength: margins, tie-break: lot}
    light: {electorate: everyone, lasts: 1d, weights: role, role-weights: [{group: board, weight: 2}, {group: rest, weight: 2}, {group: guests, weight: 2}]}
    consent: {electorate: everyone, lasts: 1d, method: consent}
    weighed: {electorate: everyone, lasts: 1d, weights: [role, equal], role-weights: [{group: board, weight: 2.25}], majority: {at-least: 3/5}}
    parted: {electorate: everyone, lasts: 1d, colleges: {board: {groups: board}, others: {groups: everyone}}, quorum: {at-least: 1/3}}
    veto: {electorate: everyone, lasts: 1d, colleges: {board: {groups: board}, others: {groups: everyone}}, combine: veto, tie-break: status-quo}
`

// proofDesk is a desk on a register of its own.
type proofDesk struct {
	*bot.Bot
	clock *bot.SandboxClock
	dir   string
	n     int
	fatal func(...any)
}

func newProofDesk(t testing.TB, dir string, fatal func(...any)) *proofDesk {
	ch, problems := config.ParseCharter("charter.yaml", []byte(proofCharter))
	if len(problems) > 0 {
		fatal(problems)
	}
	db, err := bolt.Open(filepath.Join(dir, "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	d := &proofDesk{clock: bot.NewSandboxClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), false), dir: dir, fatal: fatal}
	d.Bot, err = bot.New(context.Background(), bot.Options{Store: db, Charter: ch, Clock: d.clock, Sandbox: true, Features: features(), Key: make([]byte, 32)})
	if err != nil {
		fatal(err)
	}
	return d
}

func (d *proofDesk) says(who, line string) bot.Answer {
	d.n++
	return d.Handle(context.Background(), bot.Event{
		ID: fmt.Sprint("event-", d.n), Caller: bot.Account{Platform: config.Console, ID: who, Name: who}, Line: line,
		Place: bot.Place{Platform: config.Console, Channel: "general"},
	})
}

// must says a line, and confirms where that is asked.
func (d *proofDesk) must(who, line string) string {
	a := d.says(who, line)
	if !a.Refused && len(a.Buttons) > 0 && a.Buttons[0].Call.Args["sure"] == "yes" {
		d.n++
		a = d.Handle(context.Background(), bot.Event{
			ID: fmt.Sprint("event-", d.n), Caller: bot.Account{Platform: config.Console, ID: who, Name: who}, Call: &a.Buttons[0].Call,
			Place: bot.Place{Platform: config.Console, Channel: "general"},
		})
	}
	text := a.Text.For(bot.PlainDialect())
	if a.Refused {
		d.fatal(line, ": ", text)
	}
	return text
}

func (d *proofDesk) after(by time.Duration) {
	d.clock.Set(d.clock.Now().Add(by))
	if _, err := d.RunDue(context.Background()); err != nil {
		d.fatal(err)
	}
}

// file writes the file of a vote.
func (d *proofDesk) file(vote int, locale string) string {
	doc, ok, err := d.Document(context.Background(), fmt.Sprintf("vote-proof/%d.txt", vote), locale)
	if err != nil || !ok {
		d.fatal("no file of vote ", vote, err)
	}
	path := filepath.Join(d.dir, doc.Name)
	if err := os.WriteFile(path, doc.Data, 0o600); err != nil {
		d.fatal(err)
	}
	return path
}

// runs is what a command line prints, and its status.
func runs(lang string, args ...string) (status int, out string) {
	var b bytes.Buffer
	c := &cli{out: &b, err: &b, env: func(name string) string { return map[string]string{"LANG": lang}[name] }}
	return c.run(context.Background(), args), b.String()
}

// The file of any vote counts again to what was told, by the command that stands in
// it, and is found sound.
func TestEveryFileRecounts(t *testing.T) {
	kinds := []struct{ open, mark string }{
		{"rule:plain", "yes"},
		{"rule:strict", "yes"},
		{"rule:blanks", "yes"},
		{"rule:blanks method:approval", "any"},
		{"rule:present", "yes"},
		{"rule:chair", "yes"},
		{"rule:there", "one"},
		{"rule:quo method:choice", "one"},
		{"rule:lot", "one"},
		{"rule:lot method:approval seats:2", "any"},
		{"rule:elder", "any"},
		{"rule:elder seats:2", "any"},
		{"rule:rounds", "one"},
		{"rule:debian", "rank="},
		{"rule:judge", "grade"},
		{"rule:margins", "rank="},
		{"rule:lot method:schulze seats:2", "rank="},
		{"rule:lot method:ranked-pairs", "rank="},
		{"rule:plain method:irv", "rank"},
		{"rule:lot method:stv seats:2", "rank"},
		{"rule:plain method:two-round", "rank"},
		{"rule:plain method:score", "score"},
		{"rule:light", "yes"},
		{"rule:plain method:star", "score"},
		{"rule:plain method:dots", "dots"},
		{"rule:plain method:majority-judgment", "grade6"},
		{"rule:consent", "consent"},
		{"rule:weighed", "yes"},
		{"rule:weighed method:schulze", "rank="},
		{"rule:weighed method:stv seats:2", "rank"},
		{"rule:parted", "yes"},
		{"rule:parted method:approval seats:2", "any"},
		{"rule:veto", "yes"},
	}
	unlike := regexp.MustCompile("weighed|parted|veto") // voices that a secret vote would give away
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		d := newProofDesk(t, t.TempDir(), r.Fatal)
		voters := rapid.IntRange(2, 9).Draw(r, "voters")
		for i := range voters {
			d.says(fmt.Sprint("m", i), "/help")
		}
		kind := kinds[n%len(kinds)]
		line := `/vote new "Who or what?" ` + kind.open
		if kind.mark != "yes" && kind.mark != "consent" {
			line += ` options:"Eve, Zoé l'aînée, Max > Min, The Rest"`
		}
		secret := kind.mark != "consent" && !unlike.MatchString(kind.open) && rapid.Bool().Draw(r, "secret")
		if secret {
			line += " --secret"
		}
		d.must("m0", line)
		for i := range voters {
			if rapid.IntRange(0, 6).Draw(r, "absent") == 0 {
				continue
			}
			d.must(fmt.Sprint("m", i), "/vote cast 1 "+drawBallot(r, kind.mark))
		}
		d.after(25 * time.Hour)
		path := d.file(1, rapid.SampledFrom([]string{"en", "fr"}).Draw(r, "locale"))
		data, err := os.ReadFile(path)
		if err != nil {
			r.Fatal(err)
		}
		if status, out := runs("en", "verify-vote", path); status != 0 || !strings.Contains(out, "same result") && !strings.Contains(out, "not published") {
			r.Fatalf("%s: status %d\n%s\n%s", kind.open, status, out, data)
		}
		if bytes.Contains(data, []byte("greffier tally")) {
			if status, out := runs("en", d.tallyCommandIn(string(data), path)...); status != 0 {
				r.Fatalf("status %d\n%s\n%s", status, out, data)
			}
		}
	})
}

// tallyCommandIn is the command that stands in a file, as a shell takes it apart.
func (d *proofDesk) tallyCommandIn(data, path string) []string {
	line := data[strings.Index(data, "greffier tally ")+len("greffier "):]
	line, _, _ = strings.Cut(line, "\n")
	out, err := exec.Command("sh", "-c", `printf '%s\n' `+line).Output()
	if err != nil {
		d.fatal(err)
	}
	words := strings.Split(strings.TrimSpace(string(out)), "\n")
	words[len(words)-1] = path
	return words
}

func drawBallot(r *rapid.T, mark string) string {
	if kind := rapid.IntRange(0, 7).Draw(r, "kind"); kind < 2 {
		return []string{"abstain", "blank"}[kind]
	}
	four := rapid.Permutation([]string{"1", "2", "3", "4"}).Draw(r, "order")[:rapid.IntRange(1, 4).Draw(r, "some")]
	each := func(from, to int) string {
		var parts []string
		for _, o := range four {
			parts = append(parts, fmt.Sprintf("%s/%d", o, rapid.IntRange(from, to).Draw(r, "value")))
		}
		return strings.Join(parts, ", ")
	}
	switch mark {
	case "yes":
		return rapid.SampledFrom([]string{"yes", "no"}).Draw(r, "answer")
	case "one":
		return four[0]
	case "any":
		return strings.Join(four, ",")
	case "rank":
		return strings.Join(four, " > ")
	case "rank=":
		line := four[0]
		for _, o := range four[1:] {
			line += rapid.SampledFrom([]string{" > ", " = "}).Draw(r, "sep") + o
		}
		return line
	case "score":
		return each(0, 5)
	case "dots":
		return strings.ReplaceAll(each(1, 2), "/", " ")
	case "consent":
		return rapid.SampledFrom([]string{"agree", "aside", "objection: no"}).Draw(r, "answer")
	}
	grades := []string{"It's fine", "So-so", "Bad"}
	if mark == "grade6" {
		grades = []string{"Excellent", "Very good", "Poor"}
	}
	var parts []string
	for _, o := range four {
		parts = append(parts, o+"/"+rapid.SampledFrom(grades).Draw(r, "grade"))
	}
	return strings.Join(parts, ", ")
}

// secretProof is the file of a secret vote of seven, and the receipt of one of them.
func secretProof(t *testing.T) (path, receipt string) {
	t.Helper()
	d := newProofDesk(t, t.TempDir(), t.Fatal)
	for i := range 7 {
		d.says(fmt.Sprint("m", i), "/help")
	}
	d.must("m0", `/vote new "Who?" rule:plain method:schulze options:"Eve, Zoe, Max" --secret`)
	for i := range 7 {
		text := d.must(fmt.Sprint("m", i), "/vote cast 1 "+[]string{"Eve > Max", "Zoe > Eve > Max", "Max"}[i%3])
		receipt = regexp.MustCompile("`([0-9A-Z-]{14})`").FindStringSubmatch(text)[1]
	}
	d.after(25 * time.Hour)
	return d.file(1, "en"), receipt
}

// Whichever byte of a file is changed, it is found out.
func TestEveryChangedByteIsFound(t *testing.T) {
	path, receipt := secretProof(t)
	status, out := runs("en", "verify-vote", "-receipt", receipt, path)
	if status != 0 || !strings.Contains(out, "says: Eve>Max") {
		t.Fatalf("status %d\n%s", status, out)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for at := range data {
		changed := slices.Clone(data)
		changed[at] ^= 1 << random.IntN(8)
		if err := os.WriteFile(path, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		if status, out := runs("en", "verify-vote", path); status != 1 {
			t.Fatalf("byte %d, %q, is now %q: status %d\n%s", at, data[at], changed[at], status, out)
		}
	}
	for _, cut := range []int{0, 1, 100, len(data) - 1} {
		if err := os.WriteFile(path, data[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if status, _ := runs("fr", "verify-vote", path); status != 1 {
			t.Errorf("cut off at %d: status %d", cut, status)
		}
	}
	if err := os.WriteFile(path, append(slices.Clone(data), '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _ := runs("fr", "verify-vote", path); status != 1 {
		t.Errorf("with a line more: status %d", status)
	}
}
