package meetings_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"greffier/bot"
	"greffier/bot/meetings"
)

// restart replaces the bot by another on the same register, as a process that was
// killed is.
func (d *desk) restart(charter string) {
	d.t.Helper()
	var err error
	d.Bot, err = bot.New(context.Background(), bot.Options{
		Store: d.db, Charter: read(d.t, charter), Clock: d.clock, Sandbox: true, Features: []bot.Feature{meetings.Feature(), forgetting()},
		Adapters: map[string]bot.Adapter{"console": d.screen},
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

type row struct {
	Title, Kind, Where, State string
	Starts                    time.Time
}

// entered lists the meetings of the register, by date.
func (d *desk) entered() []row {
	d.t.Helper()
	var b bytes.Buffer
	if err := d.Export(d.t.Context(), "json", &b); err != nil {
		d.t.Fatal(err)
	}
	var doc struct{ Tables struct{ Meetings []row } }
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		d.t.Fatal(err)
	}
	slices.SortFunc(doc.Tables.Meetings, func(a, b row) int { return a.Starts.Compare(b.Starts) })
	return doc.Tables.Meetings
}

const seriesCharter = `
version: 1
community: {name: Club, locale: en, zone: ZONE}
channels: {general: general}
groups:
  board: {members: ["console:ana"]}
rights: {meeting: [author, board]}
meetings:
  channel: general
  kinds:
    first: {name: First Monday, invited: board, host: board, repeat: "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=18", skip: 2026-08-03, ahead: 40d, announce: 3d, reminders: [1d]}
    night: {name: Night, invited: board, host: board, repeat: "30 2 29 3 *", ahead: 60d}
    place: {name: Two places, invited: board, host: board, repeat: "0 9 15 1,4,7,10 *", places: [Paris, Cluny], ahead: 100d}
`

// A year of series, in three zones, while the process is killed and stopped at
// random: each meeting is entered once, at the hour that clocks on the wall show,
// and its reminder is said once.
func TestSeriesOverAYear(t *testing.T) {
	for _, name := range []string{"Europe/Paris", "America/New_York", "Pacific/Auckland"} {
		t.Run(name, func(t *testing.T) {
			zone, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			charter := strings.Replace(seriesCharter, "ZONE", name, 1)
			at := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
			d := newDesk(t, at, charter)
			random := rand.New(rand.NewPCG(1, 2))
			for end := at.AddDate(1, 0, 0); at.Before(end); {
				at = at.Add(time.Duration(random.IntN(168)+1) * time.Hour)
				if random.IntN(4) == 0 {
					d.clock.Set(at) // nothing ran meanwhile
					d.restart(charter)
				}
				d.until(at)
			}
			got := map[string][]string{}
			for _, m := range d.entered() {
				if m.Starts.In(zone).Year() == 2026 {
					got[m.Title] = append(got[m.Title], strings.TrimSpace(m.Starts.In(zone).Format("2006-01-02 15:04")+" "+m.Where))
				}
			}
			var firsts []string
			for month := time.January; month <= time.December; month++ {
				day := time.Date(2026, month, 1, 18, 0, 0, 0, zone)
				for day.Weekday() != time.Monday {
					day = day.AddDate(0, 0, 1)
				}
				if day.Format(time.DateOnly) != "2026-08-03" {
					firsts = append(firsts, day.Format("2006-01-02 15:04"))
				}
			}
			night := "2026-03-29 02:30"
			if name == "Europe/Paris" {
				night = "2026-03-29 03:00" // 02:30 does not exist that night
			}
			want := map[string][]string{
				"First Monday": firsts, "Night": {night},
				"Two places": {"2026-01-15 09:00 Paris", "2026-04-15 09:00 Cluny", "2026-07-15 09:00 Paris", "2026-10-15 09:00 Cluny"},
			}
			for title, list := range want {
				if !slices.Equal(got[title], list) {
					t.Errorf("%s:\n%s\nwant\n%s", title, strings.Join(got[title], "\n"), strings.Join(list, "\n"))
				}
			}
			said := map[string]int{}
			for _, post := range d.screen.posts {
				if strings.HasPrefix(post, "|") && strings.Contains(post, "Reminder") {
					said[strings.SplitN(post, "\n", 2)[0]]++
				}
			}
			for post, n := range said {
				if n != 1 {
					t.Errorf("said %d times: %s", n, post)
				}
			}
			if len(said) == 0 {
				t.Error("no reminder was said")
			}
		})
	}
}

// A charter that changes: what nobody heard of goes, what was announced stays and
// its keepers are told once, and what the new rule gives is entered.
func TestSeriesFollowsTheCharter(t *testing.T) {
	charter := strings.Replace(seriesCharter, "ZONE", "Europe/Paris", 1)
	d := newDesk(t, time.Date(2026, 5, 30, 8, 0, 0, 0, time.UTC), charter)
	d.until(time.Date(2026, 5, 30, 9, 0, 0, 0, time.UTC)) // 1 June is announced, 6 July is not
	changed := strings.Replace(charter, "BYDAY=1MO", "BYDAY=1TU", 1)
	for range 3 {
		d.restart(changed)
		d.until(d.clock.Now().Add(time.Minute))
	}
	if err := d.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range d.entered() {
		if m.Kind == "first" {
			got = append(got, fmt.Sprint(m.Starts.Format(time.DateOnly), " ", m.State))
		}
	}
	if want := []string{"2026-06-01 planned", "2026-06-02 planned", "2026-07-06 cancelled", "2026-07-07 planned"}; !slices.Equal(got, want) {
		t.Errorf("meetings are %q, want %q", got, want)
	}
	told := 0
	for _, post := range d.screen.posts {
		if strings.Contains(post, "no longer plans") {
			told++
		}
		if strings.Contains(post, "cancelled") {
			t.Errorf("said of what nobody had heard of: %s", post)
		}
	}
	if told != 1 {
		t.Errorf("told %d times that a meeting is no longer planned", told)
	}
}

// forgetting lets a member be forgotten, as the register's feature does.
func forgetting() bot.Feature {
	words := "commands:\n  forget: {word: oubli, help: h}\n  forget me: {word: moi, help: h}\nmessages: {}\n"
	return bot.Feature{
		Name:   "forgetting",
		Locale: fstest.MapFS{"locale/en.yaml": {Data: []byte(strings.Replace(words, "oubli", "forget", 1))}, "locale/fr.yaml": {Data: []byte(words)}},
		Commands: []*bot.Command{bot.Cmd("forget me", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
			c.Erase(c.Caller.ID)
			return bot.Reply{}, nil
		}, bot.Free)},
	}
}
