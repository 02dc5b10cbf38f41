package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

// A year of an association, with every feature: the clock jumps both ways, the
// process is killed in the middle of what it does and stopped twice for a week, a
// meeting is moved between two of its reminders, and the charter changes in July.
// What was posted is compared, post by post, with a table worked out apart from
// the product's own arithmetic: see year_table_test.go.

const yearCharter = `
version: 1
community: {name: Canal, locale: en, zone: ZONE}
channels: {general: general, office: office}
groups:
  board: {members: ["console:ana", "console:ben"]}
  members: {members: ["console:ana", "console:ben", "console:cleo", "console:dan"]}
rights: {meeting: [author, board]}
reminders:
  recurring:
    dues: {when: "0 9 1 * *", text: Dues of the month., channel: general, late: 20h}
    open: {when: "DTSTART:20270107T183000 RRULE:FREQ=WEEKLY;INTERVAL=2", text: Open house tonight., channel: general}
    night: {when: "30 2 * * *", text: Nightly copy., channel: office, late: 3h}
    close: {when: "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=2", text: Close the month., members: board, late: 2d}
  digests:
    week: {name: The week, when: "0 8 * * 1", channel: office, send-empty: true}
meetings:
  channel: general
  kinds:
    board: {name: Board, invited: board, host: board, channel: office, repeat: "FREQ=MONTHLY;BYDAY=1TU;BYHOUR=18;BYMINUTE=30", skip: 2027-09-07, ahead: 60d, announce: 10d, reminders: [2d, 2h]}
    assembly: {name: Assembly, invited: members, host: board, repeat: "0 10 20 3,6,10 *", notice: 15d, reminders: [7d, 1d]}
    workshop: {name: Workshop, invited: members, host: board, repeat: "DTSTART:20270109T140000 RRULE:FREQ=WEEKLY;INTERVAL=4", skip: 2027-02-06, ahead: 40d, announce: 7d, reminders: [1d]}
`

// changedCharter is the charter from July on.
var changedCharter = strings.NewReplacer(
	`    dues: {when: "0 9 1 * *", text: Dues of the month., channel: general, late: 20h}`+"\n", "",
	`DTSTART:20270107T183000 RRULE:FREQ=WEEKLY;INTERVAL=2`, `DTSTART:20270707T190000 RRULE:FREQ=WEEKLY;INTERVAL=2`,
	`    night:`, `    friday: {when: "0 20 * * 5", text: The market., channel: general}`+"\n    night:",
	`BYDAY=1TU;BYHOUR=18;BYMINUTE=30`, `BYDAY=2TH;BYHOUR=19`,
).Replace(yearCharter)

// notes is a platform that keeps what is new on it, in the words of the table.
type notes struct {
	mu  sync.Mutex
	got map[string]string // by the key of the delivery, as a platform tells repetitions
}

func (n *notes) Run(ctx context.Context, _ *bot.Bot) error { <-ctx.Done(); return nil }

func (n *notes) Deliver(_ context.Context, d bot.Delivery) (string, error) {
	if d.Replace != "" {
		return d.Replace, nil
	}
	where := "#" + d.Place.Channel
	if d.Place.Direct {
		where = d.To.ID
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.got[d.Key] = where + " " + inShort(d.Message)
	return d.Key, nil
}

var yearPosts = map[string]*regexp.Regexp{
	"reminder":        regexp.MustCompile(`^\*\*Reminder\*\* — meeting \d+, \*\*(.+?)\*\*, on (.+?), in `),
	"convocation":     regexp.MustCompile(`^\*\*Convocation\*\* — meeting \d+, \*\*(.+?)\*\*, on (.+?) \(`),
	"too late":        regexp.MustCompile(`^The convocation to meeting \d+, “(.+?)”, on (.+?), was to go out`),
	"over":            regexp.MustCompile(`^Meeting \d+, “(.+?)”, was planned for (.+?) and its session`),
	"moved":           regexp.MustCompile(`^Meeting \d+, \*\*(.+?)\*\*, planned for (.+?), is moved by`),
	"nobody reminded": regexp.MustCompile(`^Nobody was reminded of meeting \d+, “(.+?)”, on (.+?): `),
	"left":            regexp.MustCompile(`^The charter no longer plans meeting \d+, “(.+?)”, on (.+?), which`),
	"card":            regexp.MustCompile(`^Meeting \d+ — (.+?)\nOn (.+?) \(`),
}

// inShort is what the table says of a post.
func inShort(m bot.Message) string {
	plain := func(text bot.Markup) string { return text.For(bot.PlainDialect()) }
	text := plain(m.Text)
	if m.Card != nil {
		text = plain(m.Card.Title) + "\n" + plain(m.Card.Body)
	}
	for what, pattern := range yearPosts {
		if found := pattern.FindStringSubmatch(text); found != nil {
			return what + " | " + found[1] + " | " + found[2]
		}
	}
	first, rest, _ := strings.Cut(text, "\n")
	if second, _, _ := strings.Cut(rest, "\n"); strings.HasPrefix(second, "Late: ") {
		first += " " + second
	}
	return first
}

// dying is a register whose process dies at one of its writes: before it is
// recorded, or after it is and before anybody is told.
type dying struct {
	store.Store
	left  atomic.Int64 // the outbox writes for several places at once
	after bool
}

func (d *dying) Update(ctx context.Context, fn func(store.Tx) error) error {
	left := d.left.Add(-1)
	if left > 0 {
		return d.Store.Update(ctx, fn)
	}
	if left == 0 && d.after {
		if err := d.Store.Update(ctx, fn); err != nil {
			return err
		}
	}
	return store.ErrClosed
}

// year is an association that lives through one.
type year struct {
	*testing.T
	zone    *time.Location
	path    string
	clock   *jumping
	notes   *notes
	charter *config.Charter
	db      *bolt.DB
	desk    *bot.Bot
	random  *rand.Rand
}

// jumping is a clock that goes where it is put, backwards too.
type jumping struct {
	mu sync.Mutex
	at time.Time
}

func (j *jumping) Now() time.Time {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.at
}

func (j *jumping) set(at time.Time) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.at = at
}

func (y *year) parse(text string) *config.Charter {
	y.Helper()
	ch, problems := config.ParseCharter("charter.yaml", []byte(strings.Replace(text, "ZONE", y.zone.String(), 1)))
	if len(problems) > 0 {
		y.Fatal(problems)
	}
	return ch
}

// open opens the register; over it stands whatever dies.
func (y *year) open() {
	y.Helper()
	var err error
	if y.db, err = bolt.Open(y.path, bolt.Options{NoSync: true}); err != nil {
		y.Fatal(err)
	}
	if y.desk, err = y.bot(y.db); err != nil {
		y.Fatal(err)
	}
}

func (y *year) bot(s store.Store) (*bot.Bot, error) {
	return bot.New(context.WithoutCancel(y.Context()), bot.Options{
		Store: s, Charter: y.charter, Clock: y.clock, Features: features(), Adapters: map[string]bot.Adapter{config.Console: y.notes}, Sandbox: true,
	})
}

// look has what is due done; it may die meanwhile, and come back.
func (y *year) look(at time.Time, die bool) {
	y.Helper()
	y.clock.set(at)
	if die {
		mortal := &dying{Store: y.db, after: y.random.IntN(2) == 0}
		mortal.left.Store(int64(1 + y.random.IntN(8)))
		if b, err := y.bot(mortal); err == nil {
			_, _ = b.RunDue(y.Context())
			_ = b.Flush(y.Context())
		}
		if err := y.db.Close(); err != nil {
			y.Fatal(err)
		}
		y.open()
	}
	if _, err := y.desk.RunDue(y.Context()); err != nil {
		y.Fatal(err)
	}
	if err := y.desk.Flush(y.Context()); err != nil {
		y.Fatal(err)
	}
}

func (y *year) says(who, line string) string {
	y.Helper()
	a := y.desk.Handle(y.Context(), bot.Event{
		ID: who + line, Line: line, Place: bot.Place{Platform: config.Console, Channel: "general"},
		Caller: bot.Account{Platform: config.Console, ID: who, Name: who},
	})
	if a.Refused {
		y.Fatalf("%s: %s", line, a.Text.For(bot.PlainDialect()))
	}
	return a.Text.For(bot.PlainDialect())
}

func TestAssociationYear(t *testing.T) {
	for i, name := range []string{"Europe/Paris", "America/New_York", "Pacific/Auckland"} {
		t.Run(strings.ReplaceAll(name, "/", "-"), func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			y := &year{
				T: t, zone: zone, path: filepath.Join(t.TempDir(), "register.db"), clock: &jumping{}, notes: &notes{got: map[string]string{}},
				random: rand.New(rand.NewPCG(uint64(i), 2027)),
			}
			y.live()
		})
	}
}

func (y *year) live() {
	from, end := time.Date(2027, 1, 1, 0, 0, 30, 0, y.zone), time.Date(2028, 1, 1, 0, 0, 0, 0, y.zone)
	y.clock.set(from)
	y.charter = y.parse(yearCharter)
	y.open()
	defer func() { _ = y.db.Close() }()
	for _, who := range []string{"ana", "ben", "cleo", "dan"} {
		y.desk.Handle(y.Context(), bot.Event{Kind: bot.Seen, Caller: bot.Account{Platform: config.Console, ID: who, Name: who}})
	}
	table := newTable(y.zone, from)
	moved, changed, stops, kills := false, false, 0, 0
	for at := from; at.Before(end); {
		die := y.random.IntN(8) == 0
		y.look(at, die)
		kills += map[bool]int{true: 1}[die]
		table.looked = append(table.looked, at)
		// The June meeting is moved between its two reminders.
		if first := time.Date(2027, 6, 1, 18, 30, 0, 0, y.zone); !moved && at.After(first.Add(-40*time.Hour)) && at.Before(first.Add(-3*time.Hour)) {
			moved = true
			number := regexp.MustCompile(`\b(\d+) [^\n]*Board[^\n]*1 June`).FindStringSubmatch(y.says("ana", "/meeting list"))
			if number == nil {
				y.Fatalf("no meeting in June:\n%s", y.says("ana", "/meeting list"))
			}
			y.says("ana", fmt.Sprintf(`/meeting move %s "2027-06-04 19:00"`, number[1]))
			table.move(first, time.Date(2027, 6, 4, 19, 0, 0, 0, y.zone))
		}
		if !changed && at.After(time.Date(2027, 7, 1, 12, 0, 0, 0, y.zone)) {
			changed = true
			y.charter = y.parse(changedCharter)
			if err := y.desk.SetCharter(y.Context(), y.charter); err != nil {
				y.Fatal(err)
			}
			table.change()
		}
		switch n := y.random.IntN(400); {
		case stops < 2 && at.YearDay() > 74+200*stops:
			stops++
			at = at.Add(7 * 24 * time.Hour)
		case n < 40:
			at = at.Add(-time.Duration(y.random.IntN(90)) * time.Minute)
		case n < 60:
			at = at.Add(time.Duration(y.random.IntN(36*60)) * time.Minute)
		default:
			at = at.Add(time.Duration(1+y.random.IntN(14*60)) * time.Minute)
		}
	}
	if !moved || !changed || stops < 2 || kills < 60 {
		y.Fatalf("the year was too quiet: moved %v, changed %v, %d stops, %d kills", moved, changed, stops, kills)
	}
	got := map[string]int{}
	for _, post := range y.notes.got {
		got[post]++
	}
	want := table.posts()
	for _, post := range slices.Sorted(maps.Keys(want)) {
		if got[post] != want[post] {
			y.Errorf("said %d times, want %d: %s", got[post], want[post], post)
		}
	}
	for _, post := range slices.Sorted(maps.Keys(got)) {
		if want[post] == 0 {
			y.Errorf("said %d times, want none: %s", got[post], post)
		}
	}
	for _, what := range []string{"nobody reminded |", "too late |", "left |", "moved |", "convocation |", "could not be said on", "times between", "Late: "} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(want)), func(post string) bool { return strings.Contains(post, what) }) {
			y.Errorf("the year had no %q", what)
		}
	}
	y.Logf("%d posts, %d different, %d kills, %d looks at the clock", len(y.notes.got), len(want), kills, len(table.looked))
}
