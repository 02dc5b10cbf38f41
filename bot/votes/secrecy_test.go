package votes_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/bot"
	"greffier/bot/votes"
	"greffier/store"
	"greffier/store/bolt"
)

// Whoever has the register, a copy of it, its journal, its answers or its cards
// looks here for what was voted in a secret vote, or by whom.

var receiptRE = regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}\b`)

func plain(text bot.Markup) string { return text.For(bot.PlainDialect()) }

// votedIn plays a secret vote in which the members say what choices tells, some
// of them after having changed their mind. It returns the desk, the receipts and
// all that was answered.
func votedIn(t *testing.T, choices []string) (d *desk, receipts, said []string) {
	d = newDesk(t, charter)
	d.members(len(choices))
	d.must("m0", `/vote new "Who chairs?" rule:pick options:"Eve, Zoe, Max"`)
	for i, choice := range choices {
		who := fmt.Sprint("m", i)
		a := d.must(who, "/vote cast 1 "+choice)
		if i%3 == 0 {
			d.must(who, "/vote withdraw 1")
			d.clock.Set(d.clock.Now().Add(time.Minute))
			a = d.must(who, "/vote cast 1 "+choice)
		}
		text := plain(a.Text)
		code := receiptRE.FindString(text)
		if code == "" {
			t.Fatalf("%s got no receipt: %s", who, a.Text)
		}
		receipts, said = append(receipts, code), append(said, text)
	}
	return d, receipts, said
}

// sealsRE finds the digests that cover which receipt stands at which ballot.
var sealsRE = regexp.MustCompile(`"ballots":"[0-9a-f]{64}"|\b[0-9]+-[0-9a-f]{12}\b`)

// withoutReceipts is a dump in which no receipt stands any more: of the ballots of
// a closed vote the receipt is left out, and where each lies, and the digests that
// cover them.
func withoutReceipts(d *desk, receipts []string) map[string]string {
	all := map[string]string{}
	ballots := 0
	for k, v := range d.dump() {
		for _, code := range receipts {
			code = strings.ReplaceAll(code, "-", "")
			if strings.HasPrefix(k, "receipt") && strings.Contains(k, code) {
				k, v = "", ""
			}
			v = strings.ReplaceAll(v, code, "")
		}
		if strings.HasPrefix(k, "secret-ballot") {
			ballots++
		}
		switch {
		case k == "" || strings.HasPrefix(k, "journal-head"):
			continue
		case strings.HasPrefix(k, "journal\x00") && len(v) > 40: // its link covers the receipts
			v = v[:8] + v[40:]
		}
		all[k] = sealsRE.ReplaceAllString(v, "SEAL")
	}
	if ballots != len(receipts) {
		d.t.Fatalf("%d ballots lie open", ballots)
	}
	return all
}

// Two histories in which the same people voted at the same moments, and only
// swapped what they said, leave the same register to the last byte, but for which
// receipt stands at which ballot: nothing in it tells them apart.
func TestSecretVoteLeavesNoTrace(t *testing.T) {
	one, mine, _ := votedIn(t, []string{"Eve", "Zoe", "Eve", "Max", "abstain", "Zoe", "Eve", "Zoe", "Zoe", "Max"})
	two, same, _ := votedIn(t, []string{"Zoe", "Max", "Zoe", "Eve", "Zoe", "Eve", "Max", "abstain", "Zoe", "Eve"})
	if !slices.Equal(mine, same) {
		t.Fatal("receipts depend on what is voted")
	}
	if maps.Equal(one.dump(), two.dump()) {
		t.Fatal("the ballots of an open vote are nowhere: this test sees nothing")
	}
	one.after(8 * 24 * time.Hour)
	two.after(8 * 24 * time.Hour)
	a, b := withoutReceipts(one, mine), withoutReceipts(two, same)
	for k, v := range a {
		if b[k] != v {
			t.Errorf("%q differs:\n%q\n%q", k, v, b[k])
		}
	}
	if len(a) != len(b) {
		t.Errorf("%d keys and %d keys", len(a), len(b))
	}
	if v := one.verified(); v.Counted != 1 {
		t.Errorf("%d votes counted again", v.Counted)
	}
}

// While a secret vote is open, all that its register holds is as long, under as
// many keys, whatever was voted; nothing in it is readable; and what is stored for
// one member tells nothing of another.
func TestOpenSecretVoteIsClosedToReaders(t *testing.T) {
	shape := func(d *desk) []string {
		var all []string
		for k, v := range d.dump() {
			switch {
			case strings.HasPrefix(k, "sealed-ballot"):
				all = append(all, fmt.Sprintf("a sealed ballot of %d bytes under %d", len(v), len(k)))
			case strings.HasPrefix(k, "vote-key"):
				all = append(all, "a salt")
			default:
				all = append(all, k+" = "+v)
			}
		}
		slices.Sort(all)
		return all
	}
	one, codes, _ := votedIn(t, []string{"Eve", "Eve", "Eve", "Eve", "Eve", "Eve"})
	two, _, _ := votedIn(t, []string{"abstain", "Max", "blank", "Zoe", "Max", "abstain"})
	if a, b := shape(one), shape(two); !slices.Equal(a, b) {
		for i := range a {
			if i < len(b) && a[i] != b[i] {
				t.Errorf("%q\n%q", a[i], b[i])
			}
		}
		t.Errorf("%d records and %d", len(a), len(b))
	}
	var everything strings.Builder
	for k, v := range one.dump() {
		everything.WriteString(k + "\n" + v + "\n")
	}
	for _, code := range codes {
		if strings.Contains(everything.String(), strings.ReplaceAll(code, "-", "")) || strings.Contains(everything.String(), code) {
			t.Errorf("the receipt %s can be read while the vote is open", code)
		}
	}
}

// A copy made while a secret vote is open, put back without the key of the
// installation, gives nobody's ballot away and counts nothing: the vote is called
// off at its date. With the key it goes on.
func TestCopyOfOpenSecretVote(t *testing.T) {
	d, _, _ := votedIn(t, []string{"Eve", "Zoe", "Eve"})
	var file bytes.Buffer
	if _, err := d.store.Backup(context.Background(), &file); err != nil {
		t.Fatal(err)
	}
	for _, hasKey := range []bool{false, true} {
		e := &desk{t: t, path: t.TempDir() + "/register.db", clock: bot.NewSandboxClock(d.clock.Now(), false)}
		if err := os.WriteFile(e.path, file.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		var err error
		if e.store, err = bolt.Open(e.path, bolt.Options{NoSync: true}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = e.store.Close() })
		o := bot.Options{Store: e.store, Charter: parse(t, charter), Clock: e.clock, Sandbox: true, Features: []bot.Feature{votes.Feature(), things()}}
		if hasKey {
			o.Key = make([]byte, 32)
		}
		if e.Bot, err = bot.New(context.Background(), o); err != nil {
			t.Fatal(err)
		}
		e.n = 1000
		cast, shown, closing := e.says("m0", "/vote cast 1 Zoe"), e.must("m1", "/vote 1"), e.says("m0", "/vote close 1")
		found, err := e.Verify(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		e.after(8 * 24 * time.Hour)
		ended := string(e.must("m0", "/vote 1").Card.Body)
		if hasKey {
			if cast.Refused || !strings.Contains(fmt.Sprint(shown.Card.Fields), "Zoe") || !strings.Contains(ended, "Zoe 2") || len(found.Findings) > 0 {
				t.Errorf("with the key: %s, %v, %s, %v", cast.Text, shown.Card.Fields, ended, found.Findings)
			}
			continue
		}
		if !cast.Refused || !strings.Contains(string(cast.Text), "greffier.key") || !closing.Refused || len(found.Findings) != 1 {
			t.Errorf("without the key: %s, %s, %v", cast.Text, closing.Text, found.Findings)
		}
		if strings.Contains(fmt.Sprint(shown.Card.Fields), "Zoe") || strings.Contains(ended, "Eve 2") || !strings.Contains(ended, "key") {
			t.Errorf("without the key: %v, %s", shown.Card.Fields, ended)
		}
	}
}

// What the clerk answers, keeps of its answers and writes in the journal is the
// same whatever was voted, but for the answer to the voter alone.
func TestAnswersAndJournalOfSecretVote(t *testing.T) {
	kept := func(choice string) (journal, replies []string) {
		d, _, said := votedIn(t, []string{choice, choice, choice})
		d.must("m1", "/vote cast 1 "+map[string]string{"Eve": "Max", "Max": "Eve"}[choice])
		if !strings.Contains(said[0], choice) {
			t.Fatalf("the voter is not told: %s", said[0])
		}
		for k, v := range d.dump() {
			if strings.HasPrefix(k, "journal") {
				journal = append(journal, k+v)
			}
			if strings.HasPrefix(k, "seen-reply") {
				replies = append(replies, k+v)
				if receiptRE.MatchString(v) {
					t.Errorf("a saved reply holds a receipt: %q", v)
				}
			}
		}
		slices.Sort(journal)
		slices.Sort(replies)
		return journal, replies
	}
	journal, replies := kept("Eve")
	otherJournal, otherReplies := kept("Max")
	if !slices.Equal(journal, otherJournal) {
		t.Errorf("the journal tells what was voted:\n%q\n%q", journal, otherJournal)
	}
	if !slices.Equal(replies, otherReplies) {
		t.Errorf("saved replies tell what was voted:\n%q\n%q", replies, otherReplies)
	}
}

// A ballot that is shown before it counts, put in order step by step, typed wrongly
// in a form or withdrawn is nowhere in the register: not in a saved reply, not in
// the journal.
func TestBallotsUnderWayAreNotKept(t *testing.T) {
	d := newDesk(t, charter)
	d.members(3)
	d.must("m0", `/vote new "Who chairs?" rule:secret method:schulze options:"Evangelina, Zoroaster, Maximilian"`)
	question := map[string]bool{}
	holding := func(what string) map[string]bool {
		all := map[string]bool{}
		for k, v := range d.dump() {
			if strings.Contains(v, what) {
				all[k] = true
			}
		}
		return all
	}
	names := []string{"Evangelina", "Zoroaster", "Maximilian"}
	for _, name := range names {
		maps.Copy(question, holding(name))
	}
	choosing := d.must("m1", "/vote cast 1")
	choosing = d.presses("m1", choosing, 2)
	choosing = d.presses("m1", choosing, 0)
	d.presses("m1", choosing, 1)
	would := d.must("m2", "/vote cast 1 Zoroaster > Maximilian")
	if said := string(d.presses("m2", would, 0).Text); !strings.Contains(said, "Zoroaster") {
		t.Fatalf("the voter is not told: %s", said)
	}
	d.Handle(context.Background(), bot.Event{
		ID: "form", Caller: bot.Account{Platform: "console", ID: "m0", Name: "m0"}, Place: bot.Place{Platform: "console", Channel: "general"},
		Call: &bot.Call{Command: "vote cast", Args: map[string]string{"number": "1", "choice": "Maximilian > Zoroastre"}, Form: true},
	})
	d.must("m2", "/vote withdraw 1")
	for _, name := range names {
		for k := range holding(name) {
			if !question[k] {
				t.Errorf("%q tells of %s: %q", k, name, d.dump()[k])
			}
		}
	}
	for k, v := range d.dump() {
		if strings.HasPrefix(k, "seen-reply") && regexp.MustCompile(`#[123]|[123] > [123]`).MatchString(v) {
			t.Errorf("a saved reply tells of a choice: %q", v)
		}
	}
}

// hung is a platform that counts how often each card is drawn.
type hung struct{ drawn map[string][]string }

func (h *hung) Run(ctx context.Context, _ *bot.Bot) error { <-ctx.Done(); return nil }

func (h *hung) Deliver(_ context.Context, m bot.Delivery) (string, error) {
	if m.Message.Card != nil {
		h.drawn[m.Message.Card.Key] = append(h.drawn[m.Message.Card.Key], fmt.Sprint(m.Message.Card))
	}
	return m.Key, nil
}

// A card is drawn as often, and shows the same, whatever was voted; and not at all
// when somebody changes their ballot.
func TestCardsOfSecretVote(t *testing.T) {
	drawn := func(choices ...string) []string {
		wall := &hung{map[string][]string{}}
		d := newDesk(t, charter)
		var err error
		d.Bot, err = bot.New(context.Background(), bot.Options{
			Store: d.store, Charter: parse(t, charter), Clock: d.clock, Sandbox: true, Features: []bot.Feature{votes.Feature(), things()},
			Adapters: map[string]bot.Adapter{"console": wall},
		})
		if err != nil {
			t.Fatal(err)
		}
		d.members(3)
		d.must("m0", `/vote new "Who chairs?" rule:pick options:"Eve, Zoe, Max"`)
		for i, choice := range choices {
			d.must(fmt.Sprint("m", i%3), "/vote cast 1 "+choice)
			d.clock.Set(d.clock.Now().Add(time.Minute))
			before := len(wall.drawn["vote/1"])
			if err := d.Flush(context.Background()); err != nil {
				t.Fatal(err)
			}
			if i >= 3 && len(wall.drawn["vote/1"]) != before {
				t.Error("a changed ballot has the card drawn again")
			}
		}
		return wall.drawn["vote/1"]
	}
	one, two := drawn("Eve", "Zoe", "Max", "Zoe", "Max", "Eve"), drawn("Max", "abstain", "Max", "Eve", "blank", "Eve")
	if !slices.Equal(one, two) || len(one) != 4 {
		t.Errorf("drawn %d times and %d:\n%q\n%q", len(one), len(two), one, two)
	}
}

// The salt of a secret vote, and every closed ballot, are gone after the close;
// from the file itself once it was compacted.
func TestSecretKeyIsDestroyed(t *testing.T) {
	d, _, _ := votedIn(t, []string{"Eve", "Zoe", "Max", "Zoe"})
	var traces []string
	for k, v := range d.dump() {
		switch {
		case strings.HasPrefix(k, "vote-key"):
			traces = append(traces, v)
		case strings.HasPrefix(k, "sealed-ballot"):
			traces = append(traces, v, k)
		}
	}
	if len(traces) != 9 {
		t.Fatalf("an open vote has a salt and four ballots: this test sees %d traces", len(traces))
	}
	found := func(in string) (n int) {
		for _, trace := range traces {
			if strings.Contains(in, trace) {
				n++
			}
		}
		return n
	}
	d.after(8 * 24 * time.Hour)
	for k, v := range d.dump() {
		if n := found(k + "\n" + v); n > 0 {
			t.Errorf("%d traces are left in the register, under %q", n, k)
		}
	}
	if err := d.store.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := bolt.Compact(context.Background(), d.path); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(d.path)
	if err != nil {
		t.Fatal(err)
	}
	if n := found(string(file)); n > 0 {
		t.Errorf("%d traces are left in the file", n)
	}
}

// Each receipt finds its own ballot after the close, and none before.
func TestReceipts(t *testing.T) {
	choices := []string{"Eve", "Zoe", "Eve", "Max", "abstain", "blank"}
	d, receipts, _ := votedIn(t, choices)
	if a := d.says("m0", "/vote receipt "+receipts[0]); !a.Refused {
		t.Errorf("before the close: %s", a.Text)
	}
	d.after(8 * 24 * time.Hour)
	for i, code := range receipts {
		typed := strings.ToLower(strings.NewReplacer("-", " ", "0", "o", "1", "l").Replace(code))
		text := plain(d.must("m5", "/vote receipt "+typed).Text)
		if !strings.Contains(text, choices[i]) || !strings.Contains(text, code) {
			t.Errorf("%s: %s, want %s", typed, text, choices[i])
		}
	}
	slices.Sort(receipts)
	if len(slices.Compact(receipts)) != len(choices) {
		t.Errorf("receipts are not different: %v", receipts)
	}
	for k := range d.dump() {
		if strings.HasPrefix(k, string(store.K("sealed-ballot"))) {
			t.Errorf("%q is left", k)
		}
	}
}
