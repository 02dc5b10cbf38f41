package register_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"greffier/bot"
	"greffier/store"
)

// traces lists the keys and values of the register in which a name occurs.
func (d *desk) traces(name string) (found []string) {
	d.Helper()
	err := d.store.View(d.Context(), func(tx store.Tx) error {
		for k, v := range tx.Scan(nil, nil) {
			if bytes.Contains(bytes.ToLower(k), []byte(name)) || bytes.Contains(bytes.ToLower(v), []byte(name)) {
				found = append(found, fmt.Sprintf("%q: %.200q", k, v))
			}
		}
		return nil
	})
	if err != nil {
		d.Fatal(err)
	}
	return found
}

func (d *desk) sound() {
	d.Helper()
	v, err := d.Verify(d.Context())
	if err != nil || len(v.Findings) > 0 {
		d.Errorf("the register does not hold together: %v, %v", d.SayFindings(v, "en"), err)
	}
}

func TestEraseLeavesNoTraceOfAName(t *testing.T) {
	d := newDesk(t)
	d.says("zebulon", `/motion pass "Buy a bell" group:board note:"written by zebulon"`)
	d.says("yvonne", `/motion pass "Sell the bell" note:"written by yvonne"`)
	for i := range 4 {
		d.says("yvonne", fmt.Sprintf("/motion tell zebulon ring %d", i)) // the first goes to the outbox, the others wait
	}
	d.says("zebulon", `/language fr`)
	if len(d.traces("zebulon")) < 6 {
		t.Fatalf("a name that is used leaves traces only in %q", d.traces("zebulon"))
	}
	asked := d.says("zebulon", "/privacy erase")
	if len(asked.Buttons) != 1 || !strings.Contains(plain(asked), "Vous oublier ? C'est sans retour.") {
		t.Fatalf("asked to erase, the clerk says %q", plain(asked))
	}
	if len(d.traces("zebulon")) == 0 {
		t.Fatal("erased before it was confirmed")
	}
	done := d.presses("zebulon", asked, 0)
	if want := "C'est fait. Dans le registre vous n'êtes plus que le numéro 1, et rien ne dit qui c'était. Adieu, et merci."; plain(done) != want {
		t.Errorf("erased, the clerk says %q", plain(done))
	}
	if left := d.traces("zebulon"); len(left) > 0 {
		t.Errorf("after erasing, the name is still in\n%s", strings.Join(left, "\n"))
	}
	if len(d.traces("yvonne")) == 0 {
		t.Error("somebody else was erased too")
	}
	d.sound()
	if err := d.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	card := d.says("yvonne", "/register 1").Card
	if card == nil || card.Body.For(bot.PlainDialect()) != "Carried, as moved by former member" {
		t.Errorf("a decision of somebody erased reads %+v", card)
	}
	if got := plain(d.says("yvonne", "/register list bell")); !strings.Contains(got, "2 decisions") {
		t.Errorf("decisions are no longer found: %s", got)
	}
	if got := plain(d.says("zebulon", "/motion show 1")); got != "Buy a bell (former member)" {
		t.Errorf("whoever comes back is told %q", got)
	}
}

func TestErasingTwiceDeliveredIsDoneOnce(t *testing.T) {
	d := newDesk(t)
	d.says("zebulon", `/motion pass "Buy a bell"`)
	asked := d.says("zebulon", "/privacy erase")
	ev := bot.Event{ID: "press", Call: &asked.Buttons[0].Call, Caller: bot.Account{Platform: "console", ID: "zebulon", Name: "zebulon", Locale: "en"}}
	first, second := d.Handle(t.Context(), ev), d.Handle(t.Context(), ev)
	if plain(first) == "" || plain(first) != plain(second) {
		t.Errorf("answers differ: %q and %q", plain(first), plain(second))
	}
	if left := d.traces("zebulon"); len(left) > 0 {
		t.Errorf("the repeated delivery brought back %q", left)
	}
	// An event from before the erasing does not happen again either.
	again := d.Handle(t.Context(), bot.Event{ID: "zebulon-1", Line: `/motion pass "Buy a bell"`, Caller: ev.Caller})
	if !again.Empty() || len(d.traces("zebulon")) > 0 {
		t.Errorf("an old event came back as %q", plain(again))
	}
}

func TestExportOfOnesOwnData(t *testing.T) {
	d := newDesk(t)
	d.says("yvonne", `/motion pass "Sell the bell"`)
	d.says("zebulon", `/motion pass "Buy a bell" note:"a <b> & c"`)
	d.says("yvonne", "/motion tell zebulon first")
	d.says("yvonne", "/motion tell zebulon second")
	a := d.says("zebulon", "/privacy export")
	if len(a.Files) != 1 || a.Files[0].Name != "greffier-2.json" {
		t.Fatalf("the export is answered with %+v", a)
	}
	var doc struct {
		Tables map[string][]map[string]any
	}
	if err := json.Unmarshal(a.Files[0].Data, &doc); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for table, rows := range doc.Tables {
		counts[table] = len(rows)
	}
	want := map[string]int{"members": 1, "accounts": 1, "journal": 1, "decisions": 1, "motions": 1, "notices": 1, "outbox": 1}
	if fmt.Sprint(counts) != fmt.Sprint(want) {
		t.Errorf("the export has %v, want %v", counts, want)
	}
	if doc.Tables["members"][0]["name"] != "zebulon" || doc.Tables["motions"][0]["note"] != "a <b> & c" {
		t.Errorf("the export reads %s", a.Files[0].Data)
	}
	if bytes.Contains(a.Files[0].Data, []byte("Sell")) {
		t.Error("the export has somebody else's data")
	}
}

// Whoever is erased and whenever, the register verifies and what was decided and
// counted stays.
func TestErasuresKeepTheRegisterSound(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := newDesk(t)
		people := []string{"anatole", "berthe", "clovis", "delphine"}
		var titles []string
		for i := range rapid.IntRange(1, 20).Draw(r, "steps") {
			who := rapid.SampledFrom(people).Draw(r, "who")
			switch rapid.SampledFrom([]string{"pass", "pass", "tell", "erase"}).Draw(r, "what") {
			case "pass":
				titles = append(titles, fmt.Sprintf("Title %d", i))
				d.says(who, fmt.Sprintf("/motion pass %q group:board note:%q", titles[len(titles)-1], "by "+who))
			case "tell":
				d.says(who, "/motion tell "+rapid.SampledFrom(people).Draw(r, "whom")+" something")
			case "erase":
				d.presses(who, d.says(who, "/privacy erase"), 0)
				if left := d.traces(who); len(left) > 0 {
					r.Fatalf("%s is still in %q", who, left)
				}
			}
		}
		v, err := d.Verify(t.Context())
		if err != nil || len(v.Findings) > 0 {
			r.Fatalf("findings %v, %v", d.SayFindings(v, "en"), err)
		}
		var got []string
		err = d.store.View(t.Context(), func(tx store.Tx) error {
			for _, dec := range bot.Decisions.Prefix(tx, nil) {
				got = append(got, dec.Title)
			}
			for _, m := range motionTable.Prefix(tx, nil) {
				if !slices.Equal(m.Hands, []int{3, 1}) {
					r.Errorf("the count of motion %d became %v", m.Number, m.Hands)
				}
			}
			return nil
		})
		if err != nil || !slices.Equal(got, titles) {
			r.Errorf("decided %q, the register has %q (%v)", titles, got, err)
		}
	})
}
