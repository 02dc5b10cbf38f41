package bot_test

import (
	"context"
	"maps"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store/bolt"
)

// talkedOf tells what was counted since the day before the moment of a desk.
func talkedOf(t *testing.T, path string, at time.Time, during func(context.Context, *bot.Bot)) map[bot.Place]int {
	t.Helper()
	s, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	ch, problems := config.ParseCharter("charter.yaml", []byte(noteCharter))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var counts map[bot.Place]int
	ear := bot.Feature{
		Name: "ear", Locale: fstest.MapFS{
			"locale/en.yaml": {Data: []byte("commands:\n  note: {word: note, help: Notes}\n  note pin: {word: pin, help: Pin}\n")},
			"locale/fr.yaml": {Data: []byte("commands:\n  note: {word: note, help: Notes}\n  note pin: {word: punaiser, help: Punaiser}\n")},
		},
		Commands: []*bot.Command{bot.Cmd("note pin", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
			counts = c.Talk(c.Now.AddDate(0, 0, -1), c.Now.AddDate(0, 0, 1))
			return bot.Reply{}, nil
		})},
	}
	b, err := bot.New(t.Context(), bot.Options{
		Store: s, Charter: ch, Features: []bot.Feature{ear}, Adapters: map[string]bot.Adapter{"console": &wall{}}, Clock: bot.NewSandboxClock(at, false),
	})
	if err != nil {
		t.Fatal(err)
	}
	during(t.Context(), b)
	b.Handle(t.Context(), bot.Event{
		ID: at.String(), Line: "/note pin", Place: bot.Place{Platform: "console", Channel: "hall"}, Caller: bot.Account{Platform: "console", ID: "alice"},
	})
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := b.Run(ctx, time.Second); err != nil {
		t.Fatal(err)
	}
	return counts
}

// What is said in channels is counted by the day of the community, outlives the
// process, and takes no private word.
func TestTalkIsCounted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "register.db")
	hall, attic := bot.Place{Platform: "console", Channel: "hall"}, bot.Place{Platform: "console", Channel: "attic"}
	evening := time.Date(2026, 3, 2, 22, 30, 0, 0, time.UTC) // 23:30 in Paris
	say := func(places ...bot.Place) func(context.Context, *bot.Bot) {
		return func(_ context.Context, b *bot.Bot) {
			for _, p := range places {
				b.Spoke(p)
			}
		}
	}
	got := talkedOf(t, path, evening, say(hall, hall, attic, bot.Place{Platform: "console", Direct: true}))
	if want := map[bot.Place]int{hall: 2, attic: 1}; !maps.Equal(got, want) {
		t.Errorf("counted %v, want %v", got, want)
	}
	got = talkedOf(t, path, evening.Add(time.Hour), say(hall)) // the day after, there
	if want := map[bot.Place]int{hall: 3, attic: 1}; !maps.Equal(got, want) {
		t.Errorf("after a restart: %v, want %v", got, want)
	}
	got = talkedOf(t, path, evening.Add(25*time.Hour), say())
	if want := map[bot.Place]int{hall: 1}; !maps.Equal(got, want) {
		t.Errorf("without the first day: %v, want %v", got, want)
	}
}
