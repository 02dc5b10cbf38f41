package votes_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"greffier/bot"
	"greffier/store"
)

// A platform that delivers a secret ballot twice gets an answer that does not
// say what was in it, and it counts once.
func TestRepeatedSecretBallot(t *testing.T) {
	d := newDesk(t, charter)
	d.members(3)
	d.must("m0", `/vote new "Who chairs?" rule:pick options:"Eve, Zoe, Max"`)
	first := d.event("same", "m1", "/vote cast 1 Zoe")
	second := d.event("same", "m1", "/vote cast 1 Zoe")
	if !strings.Contains(string(first.Text), "Zoe") || second.Refused || strings.Contains(string(second.Text), "Zoe") || second.Empty() {
		t.Errorf("first %q, again %q", first.Text, second.Text)
	}
	for k, v := range d.dump() {
		if strings.HasPrefix(k, "seen-reply") && strings.Contains(v, "Zoe") {
			t.Errorf("a saved reply says %q", v)
		}
	}
	d.after(8 * 24 * time.Hour)
	if said := d.must("m2", "/vote 1"); !strings.Contains(string(said.Card.Body), "Zoe 1,") {
		t.Errorf("the outcome is %q", said.Card.Body)
	}
	d.verified()
}

// A stage that wants a vote hears how it ended.
func TestVoteOfAStage(t *testing.T) {
	d := newDesk(t, charter)
	d.members(4)
	for _, c := range []struct {
		rule      string
		ballots   []string
		cancelled bool
		want      bot.VoteSettled
	}{
		{"board", []string{"yes", "yes", "no"}, false, bot.VoteSettled{Passed: true}},
		{"board", []string{"yes", "no", "no"}, false, bot.VoteSettled{}},
		{"board", []string{"yes", "no"}, false, bot.VoteSettled{Undecided: true}},
		{"board", nil, false, bot.VoteSettled{Undecided: true}},
		{"advice", []string{"yes"}, false, bot.VoteSettled{Passed: true, Advisory: true}},
		{"board", []string{"yes"}, true, bot.VoteSettled{Cancelled: true}},
	} {
		d.must("m3", "/thing "+c.rule)
		c.want.Vote, c.want.Subject, c.want.Rule = d.newest(), "thing/1", c.rule
		for i, choice := range c.ballots {
			d.must(fmt.Sprint("m", i), fmt.Sprintf("/vote cast %d %s", c.want.Vote, choice))
		}
		if _, early := d.heard(c.want.Vote); early {
			t.Errorf("vote %d settled before its end", c.want.Vote)
		}
		if c.cancelled {
			d.presses("m0", d.must("m0", fmt.Sprintf("/vote cancel %d a mistake", c.want.Vote)), 0)
		} else {
			d.after(8 * 24 * time.Hour)
		}
		if got, ok := d.heard(c.want.Vote); !ok || got != c.want {
			t.Errorf("%v: heard %+v, want %+v", c.ballots, got, c.want)
		}
	}
	if a := d.says("m3", "/thing pick"); !a.Refused {
		t.Errorf("a stage was put to a choice: %q", a.Text)
	}
	d.must("m0", `/vote new "By hand" rule:board`)
	d.after(8 * 24 * time.Hour)
	if _, ok := d.heard(d.newest()); ok {
		t.Error("a vote opened by hand moved something")
	}
	d.verified()
}

// newest is the number of the last vote.
func (d *desk) newest() (n uint64) {
	for n = 1; !d.says("m0", fmt.Sprintf("/vote %d", n)).Refused; n++ {
	}
	return n - 1
}

// A running vote keeps the rule it was opened under.
func TestCharterChangesNoRunningVote(t *testing.T) {
	d := newDesk(t, charter)
	d.members(4)
	d.must("m0", `/vote new "Now" rule:board`)
	d.must("m0", "/vote cast 1 yes")
	changed := strings.Replace(charter, "board: {electorate: board, lasts: 7d", "board: {electorate: everyone, majority: {at-least: 1, of: entitled}, secret: true, lasts: 7d", 1)
	if err := d.SetCharter(context.Background(), parse(t, changed)); err != nil {
		t.Fatal(err)
	}
	if a := d.says("m3", "/vote cast 1 no"); !a.Refused {
		t.Error("somebody outside the electorate voted")
	}
	d.after(8 * 24 * time.Hour)
	if said := d.must("m3", "/vote 1"); !strings.Contains(string(said.Card.Body), "Adopted") {
		t.Errorf("the outcome is %q", said.Card.Body)
	}
	d.verified()
}

// A ballot after the closing date is refused even before the clerk has counted,
// and a clock that goes back closes nothing early.
func TestClosingDate(t *testing.T) {
	d := newDesk(t, charter)
	d.members(3)
	d.must("m0", `/vote new "Now" rule:board`)
	d.after(7*24*time.Hour - time.Second)
	d.must("m0", "/vote cast 1 yes")
	d.clock.Set(start.Add(7 * 24 * time.Hour))
	if a := d.says("m1", "/vote cast 1 no"); !a.Refused {
		t.Errorf("a ballot after the closing date: %q", a.Text)
	}
	d.after(3 * time.Hour)
	if said := d.must("m1", "/vote 1"); !strings.Contains(string(said.Card.Body), "yes 1, no 0") || !strings.Contains(fmt.Sprint(said.Card.Fields), "Counted late") {
		t.Errorf("the outcome is %q %v", said.Card.Body, said.Card.Fields)
	}
}

// An open roll closes early once everyone who is here now has voted.
func TestOpenRollClosesEarly(t *testing.T) {
	d := newDesk(t, charter)
	d.members(3)
	d.must("m0", `/vote new "Now" rule:rolling`)
	d.must("m0", "/vote cast 1 yes")
	d.must("m1", "/vote cast 1 yes")
	d.members(4)
	d.must("m2", "/vote cast 1 no")
	if said := d.must("m2", "/vote 1"); strings.Contains(string(said.Card.Body), "Closed") {
		t.Fatal("closed before the newcomer voted")
	}
	d.must("m3", "/vote cast 1 yes")
	if said := d.must("m2", "/vote 1"); !strings.Contains(string(said.Card.Body), "yes 3, no 1") {
		t.Errorf("the outcome is %q", said.Card.Body)
	}
	d.verified()
}

// Verify sees what was changed behind the clerk's back.
func TestVerifyFindsTampering(t *testing.T) {
	for name, change := range map[string]struct {
		key   []byte
		value []byte
	}{
		"a ballot turned":      {append([]byte("ballot\x00"), store.K(uint64(1), uint64(2))...), []byte{0, 1}},
		"a ballot removed":     {append([]byte("ballot\x00"), store.K(uint64(1), uint64(2))...), nil},
		"a ballot added":       {append([]byte("ballot\x00"), store.K(uint64(1), uint64(9))...), []byte{0, 0}},
		"a ballot not allowed": {append([]byte("ballot\x00"), store.K(uint64(1), uint64(2))...), []byte{0, 5}},
		"a turnout changed":    {append([]byte("turnout\x00"), store.K(uint64(1))...), []byte{3, 9, 0, 0, 3, 0}},
		"a secret roll":        {append([]byte("roll\x00"), store.K(uint64(2), uint64(1))...), []byte{1}},
		"a secret ballot":      {append([]byte("secret-ballot\x00"), store.K(uint64(2), uint64(1))...), []byte{0, 1}},
		"a key kept":           {store.K("vote-key", uint64(2)), []byte("key")},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, charter)
			d.members(3)
			d.must("m0", `/vote new "Open" rule:open`)
			d.must("m0", `/vote new "Secret" rule:secret`)
			for i := range 3 {
				for vote := 1; vote <= 2; vote++ {
					d.must(fmt.Sprint("m", i), fmt.Sprintf("/vote cast %d yes", vote))
				}
			}
			d.after(8 * 24 * time.Hour)
			if v := d.verified(); v.Counted != 2 {
				t.Fatalf("%d votes counted again", v.Counted)
			}
			err := d.store.Update(context.Background(), func(tx store.Tx) error {
				if change.value == nil {
					tx.Delete(change.key)
				} else {
					tx.Put(change.key, change.value)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			v, err := d.Verify(context.Background())
			if err != nil || len(v.Findings) == 0 {
				t.Errorf("nothing was found (%v)", err)
			}
		})
	}
}

// A button drawn before the question was changed is not taken for another answer.
func TestButtonsOfAFormerQuestion(t *testing.T) {
	d := newDesk(t, charter)
	d.members(3)
	d.must("m0", `/vote new "Which?" rule:open options:"a, b"`)
	before := d.must("m1", "/vote 1")
	d.must("m0", `/vote edit 1 options:"b, a"`)
	if a := d.presses("m1", before, 0); !a.Refused {
		t.Errorf("pressing a former button: %q", a.Text)
	}
	if a := d.presses("m1", d.must("m1", "/vote 1"), 0); a.Refused || !strings.Contains(string(a.Text), "**b**") {
		t.Errorf("pressing a button: %q", a.Text)
	}
	if a := d.says("m2", "/vote cast 1 #2"); a.Refused || !strings.Contains(string(a.Text), "**a**") {
		t.Errorf("typing: %q", a.Text)
	}
	d.after(8 * 24 * time.Hour)
	if a := d.presses("m1", before, 0); !a.Refused || !strings.Contains(string(a.Text), "A tie") {
		t.Errorf("pressing after the close: %q", a.Text)
	}
}

// Exports hold every vote and every ballot, but neither who cast a secret one
// nor, before the close, what those say.
func TestExport(t *testing.T) {
	d := newDesk(t, charter)
	d.members(3)
	d.must("m0", `/vote new "Open" rule:open options:"Rome, Oslo"`)
	d.must("m0", `/vote new "Secret" rule:pick options:"Eve, Zoe"`)
	d.must("m1", "/vote cast 1 Rome")
	d.must("m1", "/vote cast 2 Zoe")
	d.must("m2", "/vote cast 2 Zoe")
	tables := d.export()
	if n := len(tables["ballots"]); n != 1 {
		t.Errorf("before the close, %d ballots: %v", n, tables["ballots"])
	}
	d.after(8 * 24 * time.Hour)
	tables = d.export()
	secret := 0
	for _, ballot := range tables["ballots"] {
		if ballot["vote"] == 2.0 {
			secret++
			if ballot["member"] != nil || ballot["ballot"] != "2" {
				t.Errorf("a secret ballot comes as %v", ballot)
			}
		}
	}
	if secret != 2 || len(tables["votes"]) != 2 || len(tables["rolls"]) != 6 {
		t.Errorf("%d secret ballots, %d votes, %d on rolls", secret, len(tables["votes"]), len(tables["rolls"]))
	}
	var text strings.Builder
	if err := d.Export(context.Background(), "markdown", &text); err != nil || !strings.Contains(text.String(), "Chosen: Zoe") {
		t.Errorf("%v:\n%s", err, text.String())
	}
}

func (d *desk) export() map[string][]map[string]any {
	var doc bytes.Buffer
	if err := d.Export(context.Background(), "json", &doc); err != nil {
		d.t.Fatal(err)
	}
	var all struct {
		Tables map[string][]map[string]any `json:"tables"`
	}
	if err := json.Unmarshal(doc.Bytes(), &all); err != nil {
		d.t.Fatal(err)
	}
	return all.Tables
}

// Whoever asks to be forgotten stays counted in votes that are over and in those
// whose roll is frozen. Where the roll is open they could come back as somebody
// new and vote twice: their ballot goes.
func TestForgottenVoters(t *testing.T) {
	d := newDesk(t, charter)
	d.members(4)
	d.must("m0", `/vote new "Over" rule:open`)
	d.must("m1", "/vote cast 1 yes")
	d.after(8 * 24 * time.Hour)
	before := string(d.must("m0", "/vote 1").Card.Body)
	d.must("m0", `/vote new "Running" rule:open`)
	d.must("m0", `/vote new "Secret" rule:secret`)
	d.must("m0", `/vote new "Rolling" rule:rolling`)
	d.must("m0", `/vote new "Rolling in secret" rule:rolling --secret`)
	for vote := 2; vote <= 5; vote++ {
		d.must("m1", fmt.Sprintf("/vote cast %d yes", vote))
	}
	data := string(d.must("m0", "/data @m1").Files[0].Data)
	if !strings.Contains(data, `"voted":true`) || strings.Count(data, `"ballot":`) != 3 {
		t.Errorf("their own data: %s", data)
	}
	d.must("m0", "/forget @m1")
	if after := string(d.must("m0", "/vote 1").Card.Body); after != before {
		t.Errorf("the outcome was\n%s\nand is\n%s", before, after)
	}
	if a := d.must("m0", "/vote ballots 1"); !strings.Contains(string(a.Text), "former member: yes") {
		t.Errorf("the ballots: %s", a.Text)
	}
	d.verified()
	d.after(8 * 24 * time.Hour)
	for vote := 2; vote <= 3; vote++ {
		if a := d.must("m0", fmt.Sprintf("/vote %d", vote)); !strings.Contains(string(a.Card.Body), "yes 1, no 0") {
			t.Errorf("vote %d: %s", vote, a.Card.Body)
		}
	}
	for vote := 4; vote <= 5; vote++ {
		if a := d.must("m0", fmt.Sprintf("/vote %d", vote)); !strings.Contains(string(a.Card.Body), "0 ballots") {
			t.Errorf("vote %d: %s", vote, a.Card.Body)
		}
	}
	d.verified()
}

// What stands so far in an open vote is held against the quorum as at the close.
func TestSoFarHoldsQuorum(t *testing.T) {
	d := newDesk(t, `
version: 1
community: {name: Club, locale: en}
rights: {vote: everyone}
votes: {rules: {bylaws: {electorate: everyone, method: default-option, default: Nothing, quorum: {at-least: 3/4, of: entitled}, results: always, lasts: 2d}}}
`)
	d.members(4)
	d.must("m0", `/vote new "What?" options:"One, Nothing"`)
	d.presses("m1", d.must("m1", "/vote cast 1 One > Nothing"), 0)
	a := d.must("m0", "/vote show 1")
	if said := fmt.Sprint(a.Card.Body.For(bot.PlainDialect()), a.Card.Fields); !strings.Contains(said, "So far: Nothing > One") {
		t.Errorf("with one ballot of four the card says %s", said)
	}
}

// Whom somebody declared their representative is among the data of both and in the
// export; when one of them asks to be forgotten, it ends.
func TestRepresentativesAreForgotten(t *testing.T) {
	d := newDesk(t, charter+"    stand: {electorate: board, representatives: everyone, lasts: 7d}\n")
	d.members(5)
	d.must("m0", "/vote proxy @m3 --standing")
	d.must("m1", "/vote proxy @m4 --standing")
	if n := len(d.export()["representatives"]); n != 2 {
		t.Errorf("%d representatives are exported", n)
	}
	for _, who := range []string{"m1", "m4"} {
		if data := string(d.must("m0", "/data @"+who).Files[0].Data); strings.Count(data, `"representatives"`) != 1 {
			t.Errorf("the data of %s: %s", who, data)
		}
	}
	d.must("m0", "/forget @m4")
	d.must("m0", "/forget @m0")
	if left := d.export()["representatives"]; len(left) != 0 {
		t.Errorf("there still are %v", left)
	}
	d.must("m2", `/vote new "Budget" rule:stand`)
	if a := d.must("m1", "/vote roll 1"); strings.Contains(string(a.Text), "represented by") {
		t.Errorf("the roll: %s", a.Text)
	}
	d.verified()
}
