package requests_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"greffier/bot"
	"greffier/bot/requests"
	"greffier/config"
	"greffier/store"
)

// secret is a word by which to find what a member wrote.
const secret = "xylophone"

func gather(t *testing.T, walk func(yield func(table string, record any))) map[string]string {
	t.Helper()
	tables := map[string]string{}
	walk(func(table string, record any) {
		data, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		tables[table] += string(data) + "\n"
	})
	return tables
}

func TestRecords(t *testing.T) {
	d := newDesk(t, filepath.Join(t.TempDir(), "r.db"))
	d.say("alice", "/request new Tea for all")
	d.say("bob", "/request support 1")
	d.say("bob", "/request comment 1 My "+secret+" wants tea")
	d.say("carol", "/request advance 1 big")
	d.say("carol", "/request opinion 1 favourable")
	f := requests.Feature()
	err := d.store.Update(context.Background(), func(tx store.Tx) error {
		c := &bot.Ctx{Tx: tx, Charter: d.Charter()}
		bob := bot.MemberID(2)
		all := gather(t, func(y func(string, any)) { f.Export(c, y) })
		for table, want := range map[string]string{
			"requests": `"title":"Tea for all"`, "request-supporters": `"request":1,"member":2`,
			"request-comments": secret, "request-opinions": `"request":1,"group":"bureau","verdict":"favourable"`,
		} {
			if !strings.Contains(all[table], want) {
				t.Errorf("the export of %s lacks %s: %s", table, want, all[table])
			}
		}
		own := gather(t, func(y func(string, any)) { f.Personal(c, bob, y) })
		if len(own) != 2 || !strings.Contains(own["request-comments"], secret) || !strings.Contains(own["request-supporters"], `"member":2`) {
			t.Errorf("bob's own data is %v", own)
		}
		f.Erase(c, bob)
		f.Erase(c, bob)
		for key, value := range tx.Scan(nil, nil) {
			if strings.Contains(string(value), secret) && !strings.HasPrefix(string(key), "outbox") && !strings.HasPrefix(string(key), "seen") && !strings.HasPrefix(string(key), "notice") {
				t.Errorf("%q still has bob's words: %q", key, value)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := d.Verify(context.Background()); err != nil || len(v.Findings) > 0 {
		t.Errorf("after an erasure: %v %v", err, v.Findings)
	}
}

func TestVerify(t *testing.T) {
	for name, tc := range map[string]struct {
		harm func(store.Tx)
		says string
	}{
		"supporter lost": {func(tx store.Tx) { requests.Harm(tx, "support") }, "request.verify-supporters"},
		"comment lost":   {func(tx store.Tx) { requests.Harm(tx, "comment") }, "request.verify-comments"},
		"stage unknown":  {func(tx store.Tx) { requests.Harm(tx, "stage") }, "request.verify-stage"},
		"set wrong":      {func(tx store.Tx) { requests.Harm(tx, "set") }, "request.verify-set"},
		"merged nowhere": {func(tx store.Tx) { requests.Harm(tx, "into") }, "request.verify-into"},
		"state unknown":  {func(tx store.Tx) { requests.Harm(tx, "state") }, "request.verify-state"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, filepath.Join(t.TempDir(), "r.db"))
			d.say("alice", "/request new Tea")
			d.say("bob", "/request support 1")
			d.say("bob", "/request comment 1 yes")
			if err := d.store.Update(context.Background(), func(tx store.Tx) error { tc.harm(tx); return nil }); err != nil {
				t.Fatal(err)
			}
			v, err := d.Verify(context.Background())
			if err != nil || len(v.Findings) != 1 || v.Findings[0].What.Key != tc.says {
				t.Errorf("%v %v, want %s alone", err, v.Findings, tc.says)
			}
		})
	}
}

// TestCharterChanges: a request whose stage the charter no longer has stays
// where it is, and everything that needs the stage says so.
func TestCharterChanges(t *testing.T) {
	d := newDesk(t, filepath.Join(t.TempDir(), "r.db"))
	d.say("alice", "/request new Tea")
	d.say("alice", "/request advance 1 small")
	changed, problems := config.ParseCharter("club.yaml", []byte(strings.NewReplacer("[small, big]", "[big]", "small: {next", "tiny: {next", "big: {advance", "big: {next: [tiny, voted], advance").Replace(club)))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if err := d.SetCharter(context.Background(), changed); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"/request advance 1", "/request back 1 x", "/request refuse 1 x"} {
		if a := d.say("carol", line); !a.Refused || !strings.Contains(string(a.Text), "charter") {
			t.Errorf("%s: %s", line, a.Text)
		}
	}
	for _, line := range []string{"/request 1", "/request list", "/request support 1", "/request comment 1 hm", "/request history 1", "/request opinion 1 favourable", "/request edit 1 title:Coffee"} {
		if a := d.say("carol", line); a.Refused {
			t.Errorf("%s: %s", line, a.Text)
		}
	}
	v, err := d.Verify(context.Background())
	if err != nil || len(v.Findings) != 1 || v.Findings[0].What.Key != "request.verify-stage" {
		t.Errorf("%v %v", err, v.Findings)
	}
}

// TestHostile writes what nobody should into every option of every command: each
// gets an answer, and none an unexpected one.
func TestHostile(t *testing.T) {
	d := newDesk(t, filepath.Join(t.TempDir(), "r.db"))
	d.say("alice", "/request new Tea")
	for _, text := range []string{
		"", " ", "\x00", "\xff\xfe", "@everyone", "**b** `c` [d](http://e)", "\x1b[31mred", "\u202eabc", "-1", "99999999999999999999", "1/2/3",
		strings.Repeat("é", 5000), strings.Repeat("a ", 40_000), "request/1", "<@console:alice>", "{{.who}}", "%s%d", "https://x.example/\"><", "../../etc", "’", "🧑‍🚀",
	} {
		for _, f := range requests.Feature().Commands {
			for _, o := range f.Options {
				call := bot.Call{Command: f.Name, Args: map[string]string{"number": "1"}, Form: true}
				for _, other := range f.Options {
					if other.Required && other.Name != "number" {
						call.Args[other.Name] = "x"
					}
				}
				call.Args[o.Name] = text
				d.calls++
				a := d.Handle(context.Background(), bot.Event{
					ID: fmt.Sprint("h", d.calls), Call: &call, Caller: bot.Account{Platform: "console", ID: "carol", Name: "carol"},
				})
				if a.Empty() || strings.Contains(string(a.Text), "reference") {
					t.Errorf("%s %s=%.20q: %s", f.Name, o.Name, text, a.Text)
				}
			}
		}
	}
	if v, err := d.Verify(context.Background()); err != nil || len(v.Findings) > 0 {
		t.Error(err, v.Findings)
	}
}
