package bot

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"greffier/config"
)

// drawText makes any Text, nested at most depth times.
func drawText(t *rapid.T, depth int) Text {
	some := rapid.SampledFrom([]string{"", "vote.cast", "é", "a\"b\\", "\x00\n", "<b>&", "plain words"})
	text := Text{Key: some.Draw(t, "key"), Lit: some.Draw(t, "lit"), Sep: some.Draw(t, "sep"), URL: some.Draw(t, "url")}
	if rapid.Bool().Draw(t, "word") {
		text.Word = config.Words{}.With("fr", "mot").With("en", some.Draw(t, "word"))
	}
	if depth == 0 {
		return text
	}
	for range rapid.IntRange(0, 2).Draw(t, "parts") {
		text.Join = append(text.Join, drawText(t, depth-1))
	}
	for range rapid.IntRange(0, 3).Draw(t, "args") {
		a := Arg{Name: some.Draw(t, "name"), Lit: some.Draw(t, "arg"), Who: MemberID(rapid.Uint64().Draw(t, "who")), Date: rapid.Bool().Draw(t, "date")}
		if rapid.Bool().Draw(t, "number") {
			n := rapid.Int64().Draw(t, "n")
			a.Num = &n
		}
		if rapid.Bool().Draw(t, "moment") {
			at := time.Unix(rapid.Int64Range(-1e9, 4e9).Draw(t, "unix"), rapid.Int64Range(0, 999_999_999).Draw(t, "nano")).UTC()
			a.When = &at
		}
		if rapid.Bool().Draw(t, "text") {
			inner := drawText(t, depth-1)
			a.Text = &inner
		}
		text.Args = append(text.Args, a)
	}
	return text
}

// What is written by hand is what the library would have written.
func TestSavedReplyIsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := savedReply{Who: MemberID(rapid.Uint64().Draw(t, "who")), Event: rapid.String().Draw(t, "event")}
		s.Reply.Text = drawText(t, 2)
		for range rapid.IntRange(0, 2).Draw(t, "buttons") {
			s.Reply.Buttons = append(s.Reply.Buttons, Button{
				Label: drawText(t, 0), Style: rapid.SampledFrom([]string{"", "danger"}).Draw(t, "style"), Aside: rapid.Bool().Draw(t, "aside"),
				Call: Call{Command: "vote cast", Form: rapid.Bool().Draw(t, "form"), Args: rapid.MapOfN(rapid.String(), rapid.String(), 0, 3).Draw(t, "call")},
			})
		}
		if rapid.Bool().Draw(t, "card") {
			s.Reply.Card = &Card{Key: "vote/1", Title: drawText(t, 1)}
		}
		var byHand, byLibrary savedReply
		if err := json.Unmarshal(s.appendJSON(nil), &byHand); err != nil {
			t.Fatalf("%v\n%s", err, s.appendJSON(nil))
		}
		if err := json.Unmarshal(mustJSON(s), &byLibrary); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(byHand, byLibrary) {
			t.Fatalf("\n got %s\nwant %s", mustJSON(byHand), mustJSON(byLibrary))
		}
	})
}
