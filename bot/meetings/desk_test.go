package meetings_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"greffier/bot"
	"greffier/bot/meetings"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

// screen is a platform that can be away.
type screen struct {
	mu    sync.Mutex
	away  bool
	posts []string
}

func (s *screen) Run(ctx context.Context, _ *bot.Bot) error { <-ctx.Done(); return nil }

func (s *screen) Deliver(_ context.Context, d bot.Delivery) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return "", errors.New("away")
	}
	if d.Replace == "" && d.Message.Card == nil {
		s.posts = append(s.posts, d.To.ID+"|"+d.Message.Text.For(bot.PlainDialect()))
	}
	return "ref", nil
}

type desk struct {
	*bot.Bot
	t      *testing.T
	db     *bolt.DB
	clock  *bot.SandboxClock
	screen *screen
	n      int
}

const club = `
version: 1
community: {name: Club, locale: fr, zone: Europe/Paris}
channels: {general: general}
groups:
  board: {members: ["console:ana", "console:ben"]}
rights: {meeting: [author, board], action: [author, board], calendar: everyone}
meetings:
  channel: general
  kinds:
    board: {invited: board, host: board, reminders: [1d], round-table: true}
`

func newDesk(t *testing.T, at time.Time, charter string) *desk {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	d := &desk{t: t, db: db, clock: bot.NewSandboxClock(at, false), screen: &screen{}}
	d.Bot, err = bot.New(context.Background(), bot.Options{
		Store: db, Charter: read(t, charter), Clock: d.clock, Sandbox: true, Random: rand.NewChaCha8([32]byte{}),
		Features: []bot.Feature{meetings.Feature(), forgetting()}, Adapters: map[string]bot.Adapter{"console": d.screen}, Public: "https://greffier.example.org",
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func read(t *testing.T, text string) *config.Charter {
	t.Helper()
	ch, problems := config.ParseCharter("charter.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return ch
}

// says types a line and returns the answer, which must not be a refusal.
func (d *desk) says(who, line string) bot.Answer {
	d.t.Helper()
	d.n++
	a := d.Handle(d.t.Context(), bot.Event{
		ID: fmt.Sprint("event ", d.n), Caller: bot.Account{Platform: "console", ID: who, Name: who, Locale: "fr"},
		Place: bot.Place{Platform: "console", Channel: "general"}, Line: line,
	})
	if a.Refused || a.Form != nil {
		d.t.Fatalf("%s: %s %v", line, a.Text, a.Form)
	}
	if len(a.Buttons) == 1 && a.Buttons[0].Style == "danger" { // asked to confirm
		return d.presses(who, a.Buttons[0].Call)
	}
	return a
}

func (d *desk) presses(who string, call bot.Call) bot.Answer {
	d.t.Helper()
	d.n++
	a := d.Handle(d.t.Context(), bot.Event{
		ID: fmt.Sprint("event ", d.n), Caller: bot.Account{Platform: "console", ID: who, Name: who, Locale: "fr"},
		Place: bot.Place{Platform: "console", Channel: "general"}, Call: &call,
	})
	if a.Refused {
		d.t.Fatalf("%v: %s", call, a.Text)
	}
	return a
}

// until lets time pass to a moment, job by job.
func (d *desk) until(at time.Time) {
	d.t.Helper()
	for {
		due, ok, err := d.NextDue(d.t.Context())
		if err != nil {
			d.t.Fatal(err)
		}
		if !ok || due.After(at) {
			break
		}
		d.clock.Set(due)
		if _, err := d.RunDue(d.t.Context()); err != nil {
			d.t.Fatal(err)
		}
		if err := d.Flush(d.t.Context()); err != nil {
			d.t.Fatal(err)
		}
	}
	d.clock.Set(at)
}

func (d *desk) sound() []bot.Finding {
	d.t.Helper()
	v, err := d.Verify(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return v.Findings
}

var monday = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func event(t *testing.T, data []byte) *ical.Component {
	t.Helper()
	cal, err := ical.NewDecoder(bytes.NewReader(data)).Decode()
	if err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	for _, c := range cal.Children {
		if c.Name == ical.CompEvent {
			return c
		}
	}
	t.Fatalf("no event in\n%s", data)
	return nil
}

// A calendar file is read by another library as it was meant, whatever was typed,
// and a meeting that moves stays one event.
func TestCalendarFile(t *testing.T) {
	d := newDesk(t, monday, club)
	title := `Œuvre; "vis-à-vis", \ fin` + strings.Repeat(" très long", 6)
	d.presses("ana", bot.Call{Command: "meeting new", Args: map[string]string{
		"title": title, "when": "2026-03-28 18:00", "kind": "board", "where": "Salle 1; étage 2, gauche", "lasts": "1h30",
	}})
	d.says("ben", `/réunion proposer 1 Un point, "et" un autre`)
	first := event(t, d.says("ana", "/calendrier fichier 1").Files[0].Data)
	d.says("ana", `/réunion déplacer 1 "2026-03-30 18:00"`)
	second := event(t, d.says("ana", "/calendrier fichier 1").Files[0].Data)
	for name, want := range map[string]string{
		"SUMMARY": title, "LOCATION": "Salle 1; étage 2, gauche", "DTSTART": "20260330T160000Z", "DTEND": "20260330T173000Z", "SEQUENCE": "1", "STATUS": "CONFIRMED",
	} {
		got := second.Props.Get(name)
		if got == nil {
			t.Fatalf("%s is missing", name)
		}
		text := got.Value
		if name == "SUMMARY" || name == "LOCATION" {
			var err error
			if text, err = got.Text(); err != nil {
				t.Fatal(err)
			}
		}
		if text != want {
			t.Errorf("%s is %q, want %q", name, text, want)
		}
	}
	if uid := first.Props.Get("UID").Value; uid == "" || uid != second.Props.Get("UID").Value {
		t.Error("the meeting that moved is another event")
	}
	if at := first.Props.Get("DTSTART").Value; at != "20260328T170000Z" {
		t.Errorf("it began at %s", at)
	}
	d.says("ana", "/réunion annuler 1 Rien à dire")
	last := event(t, d.says("ana", "/calendrier fichier 1").Files[0].Data)
	if got := last.Props.Get("STATUS").Value; got != "CANCELLED" {
		t.Errorf("cancelled, it is %s", got)
	}
}

var feedAddress = regexp.MustCompile(`/calendar/([\w-]+\.ics)`)

// A feed is reached by its secret alone, holds what concerns its member, and is
// gone once it is revoked or its member is.
func TestFeed(t *testing.T) {
	d := newDesk(t, monday, club)
	d.says("ana", `/réunion nouvelle "Pour le bureau" "2026-03-20 18:00" type:board`)
	d.says("ana", `/réunion nouvelle "Pour tous" "2026-03-21 18:00"`)
	feed := func(who, scope string) string {
		text := d.says(who, "/calendrier abonnement "+scope).Text.For(bot.PlainDialect())
		found := feedAddress.FindStringSubmatch(text)
		if found == nil {
			t.Fatal(text)
		}
		return found[1]
	}
	events := func(key string) string {
		doc, ok, err := d.Document(t.Context(), "calendar/"+key, "")
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return "gone"
		}
		cal, err := ical.NewDecoder(bytes.NewReader(doc.Data)).Decode()
		if err != nil {
			t.Fatalf("%v in\n%s", err, doc.Data)
		}
		var titles []string
		for _, e := range cal.Events() {
			text, _ := e.Props.Text("SUMMARY")
			titles = append(titles, text)
		}
		return strings.Join(titles, ", ")
	}
	ben, zoe, all := feed("ben", ""), feed("zoe", ""), feed("zoe", "toutes")
	for key, want := range map[string]string{
		ben: "Pour le bureau, Pour tous", zoe: "Pour tous", all: "Pour le bureau, Pour tous", "guess.ics": "gone", strings.TrimSuffix(ben, ".ics")[:20] + ".ics": "gone",
	} {
		if got := events(key); got != want {
			t.Errorf("feed holds %q, want %q", got, want)
		}
	}
	if again := feed("ben", ""); again != ben {
		t.Error("asked again, the address is another")
	}
	var export bytes.Buffer
	if err := d.Export(t.Context(), "json", &export); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(export.String(), strings.TrimSuffix(ben, ".ics")) {
		t.Error("the export holds the secret address")
	}
	d.says("ben", "/calendrier révoquer")
	d.Handle(t.Context(), bot.Event{ID: "gone", Kind: bot.Left, Caller: bot.Account{Platform: "console", ID: "zoe"}})
	for _, key := range []string{ben, zoe, all} {
		if got := events(key); got != "gone" {
			t.Errorf("a feed that should be gone holds %q", got)
		}
	}
	if after := feed("ben", ""); after == ben {
		t.Error("a revoked address came back")
	}
}

// A meeting that moves while its reminders cannot be delivered: nothing is ever
// said of the old date but that it is over.
func TestMovedDuringReminders(t *testing.T) {
	d := newDesk(t, monday, club)
	d.says("ana", `/réunion nouvelle "Bureau" "2026-03-10 18:00" type:board`)
	if err := d.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.screen.away = true
	d.until(time.Date(2026, 3, 9, 17, 30, 0, 0, time.UTC)) // the reminder is in the outbox
	d.says("ana", `/réunion déplacer 1 "2026-03-12 18:00"`)
	d.screen.away = false
	if err := d.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.until(time.Date(2026, 3, 13, 0, 0, 0, 0, time.UTC))
	told := map[string]int{}
	for _, post := range d.screen.posts {
		who, text, _ := strings.Cut(post, "|")
		switch {
		case strings.Contains(text, "déplacée"):
			told["moved "+who]++
		case strings.Contains(text, "Rappel") && strings.Contains(text, "jeudi 12 mars"):
			told["reminder "+who]++
		case strings.Contains(text, "10 mars"):
			t.Errorf("%s was told: %s", who, text)
		}
	}
	for _, what := range []string{"moved ", "moved ben", "reminder ", "reminder ana", "reminder ben"} {
		if told[what] != 1 {
			t.Errorf("%q: %d times, want once", what, told[what])
		}
	}
	if told["moved ana"] != 0 {
		t.Error("who moved the meeting is told of it")
	}
}

// held is a desk with a meeting whose minutes are approved.
func held(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t, monday, club)
	d.says("ana", `/réunion nouvelle "Bureau" "2026-03-02 10:00" type:board`)
	d.says("ana", "/réunion proposer 1 Les comptes")
	d.clock.Set(monday.Add(time.Hour))
	d.says("ana", "/réunion ouvrir 1")
	d.says("ana", "/réunion émarger 1")
	d.says("ben", "/réunion émarger 1")
	d.says("ana", "/réunion noter 1 1 Approuvés.")
	d.says("ben", `/réunion tour 1 "Mes mots à moi"`)
	d.says("ana", `/action nouvelle 1 Publier responsable:@ben`)
	d.says("ana", "/réunion clore 1")
	d.says("ana", "/réunion approuver 1")
	return d
}

// Approved minutes that are changed behind the clerk's back are found.
func TestApprovedMinutesAreSealed(t *testing.T) {
	d := held(t)
	if found := d.sound(); len(found) > 0 {
		t.Fatal(found)
	}
	d.says("ben", "/action faite 1") // what becomes of an action is not in the minutes
	if found := d.sound(); len(found) > 0 {
		t.Fatal(found)
	}
	err := d.db.Update(t.Context(), func(tx store.Tx) error {
		for key, value := range tx.Scan(nil, nil) {
			if bytes.HasPrefix(key, []byte("meeting-item\x00")) {
				tx.Put(bytes.Clone(key), bytes.Replace(value, []byte("Approuvés"), []byte("Rejetés"), 1))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found := d.sound(); len(found) != 1 || found[0].What.Key != "meeting.verify-minutes" {
		t.Errorf("found %v", found)
	}
}

// What a member said goes with them; that they were there stays, under a number.
func TestErasedMember(t *testing.T) {
	d := held(t)
	d.says("ben", "/calendrier abonnement")
	export := func() string {
		var b bytes.Buffer
		if err := d.Export(t.Context(), "json", &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if !strings.Contains(export(), "Mes mots") {
		t.Fatal("the words are not in the export")
	}
	d.says("ben", "/oubli moi")
	after := export()
	if strings.Contains(after, "Mes mots") {
		t.Error("the words of an erased member are still there")
	}
	if found := d.sound(); len(found) > 0 {
		t.Error(found)
	}
	minutes := d.says("ana", "/réunion pv 1")
	for _, f := range minutes.Files {
		if strings.HasSuffix(f.Name, ".md") && (strings.Contains(string(f.Data), "ben") || !strings.Contains(string(f.Data), "Approuvés")) {
			t.Errorf("the minutes say\n%s", f.Data)
		}
	}
}
