package newsletter_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"greffier/bot"
	"greffier/bot/newsletter"
	"greffier/config"
	"greffier/store/bolt"
)

// TestPage: what somebody wrote is text in the page, whatever it looks like, and
// what the clerk wrote is markup; an issue has thirty sections at most.
func TestPage(t *testing.T) {
	charter, problems := config.ParseCharter("club.yaml", []byte("version: 1\ncommunity: {name: Club}\nrights: {newsletter: everyone}\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	db, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	b, err := bot.New(t.Context(), bot.Options{
		Store: db, Charter: charter, Features: []bot.Feature{newsletter.Feature()},
		Clock: bot.NewSandboxClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), false),
	})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	say := func(command string, args map[string]string) bot.Answer {
		n++
		return b.Handle(t.Context(), bot.Event{
			ID: fmt.Sprint(n), Call: &bot.Call{Command: command, Args: args},
			Caller: bot.Account{Platform: "console", ID: "ann", Name: "ann"}, Place: bot.Place{Platform: "console", Channel: "general"},
		})
	}
	nasty := `<script>alert("1")</script> & **bold** <https://evil.example> &amp; ` + "`code`" + ` https://typed.example/"onclick="x`
	say("newsletter prepare", nil)
	say("newsletter edit", map[string]string{"number": "1", "title": nasty[:60], "intro": nasty})
	for i := range 30 {
		if a := say("newsletter add", map[string]string{"number": "1", "title": nasty[:60], "text": nasty}); a.Refused {
			t.Fatalf("section %d: %s", i, a.Text)
		}
	}
	if a := say("newsletter add", map[string]string{"number": "1", "title": "x", "text": "y"}); !a.Refused || !strings.Contains(string(a.Text), "at most 30") {
		t.Errorf("one section too many is answered %q", a.Text)
	}
	doc, ok, err := b.Document(t.Context(), "newsletter/1.html", "en")
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	root, err := html.Parse(strings.NewReader(string(doc.Data)))
	if err != nil {
		t.Fatal(err)
	}
	intro := ""
	for node := range root.Descendants() {
		switch {
		case node.Type == html.ElementNode && (node.Data == "script" || node.Data == "a" || node.Data == "strong" || node.Data == "code"):
			t.Errorf("what somebody wrote made an element %s", node.Data)
		case node.Type == html.ElementNode && node.Data == "p" && node.FirstChild != nil:
			intro = node.FirstChild.Data
		}
	}
	if intro != nasty {
		t.Errorf("the page says %q, want %q", intro, nasty)
	}
}
