package bot_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

// socketHall is a server behind a real socket that keeps what is posted to it. One that is
// shut takes connections and never answers, until it is opened.
type socketHall struct {
	url  string
	open chan struct{}
	came chan string // "place text", in the order in which it was answered
	mu   sync.Mutex
	// waiting counts the posts that have no answer yet, most the most there ever were.
	waiting, most int
}

func newSocketHall(t *testing.T) *socketHall {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &socketHall{url: "http://" + listener.Addr().String(), open: make(chan struct{}), came: make(chan string, 1000)}
	server, served := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}, make(chan struct{})
	go func() { defer close(served); _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close(); <-served })
	return h
}

func (h *socketHall) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	said, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	h.mu.Lock()
	h.waiting++
	h.most = max(h.most, h.waiting)
	h.mu.Unlock()
	defer func() { h.mu.Lock(); h.waiting--; h.mu.Unlock() }()
	select {
	case <-h.open:
		h.came <- string(said)
	case <-r.Context().Done():
	}
}

// next is the next so many posts that the hall has taken.
func (h *socketHall) next(t *testing.T, n int) []string {
	t.Helper()
	var all []string
	for range n {
		select {
		case said := <-h.came:
			all = append(all, said)
		case <-t.Context().Done():
			t.Fatalf("only %q came", all)
		}
	}
	return all
}

// wire is an adapter that posts to a hall.
type wire struct {
	hall   *socketHall
	client *http.Client
}

func (w wire) Run(ctx context.Context, _ *bot.Bot) error { <-ctx.Done(); return nil }

func (w wire) Deliver(ctx context.Context, d bot.Delivery) (string, error) {
	where, text := d.Place.Channel, string(d.Message.Text)
	if d.Place.Direct {
		where = d.To.ID
	}
	if d.Message.Card != nil {
		text = "card " + string(d.Message.Card.Title)
	}
	if d.Replace != "" {
		where += " again"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.hall.url, bytes.NewBufferString(where+": "+text))
	if err != nil {
		return "", err
	}
	resp, err := w.client.Do(r)
	if err != nil {
		return "", err
	}
	return "ref", resp.Body.Close()
}

// everywhere pins a note in twenty rooms of both platforms, tells it to whoever pinned
// it, and hangs a card on both.
func everywhere(c *bot.Ctx, in pin) (bot.Reply, error) {
	id := notes.NextID(c.Tx)
	notes.Put(c.Tx, store.K(id), in.Text)
	for _, platform := range []string{"mattermost", "discord"} {
		for room := range 20 {
			c.Post(bot.Place{Platform: platform, Channel: fmt.Sprint("room", room)}, bot.T("note.card", "n", int(id)))
		}
		if id == 1 {
			c.Hang("note/1", bot.Place{Platform: platform, Channel: "hall"})
		}
	}
	c.Write(c.Caller.ID, bot.T("note.card", "n", int(id)))
	c.Redraw("note/1")
	return bot.Say("note.done", "text", in.Text, "who", c.Caller.ID), nil
}

// A platform that takes connections and never answers holds up neither the posts nor
// the cards of another; what is said on either stays in order, is there once, and no
// more than a few posts wait for an answer at a time.
func TestHangingPlatformHoldsUpNoOther(t *testing.T) {
	leaks := goleak.IgnoreCurrent()
	hanging, fine := newSocketHall(t), newSocketHall(t)
	close(fine.open)
	feature := noteFeature()
	feature.Commands[0] = bot.Cmd("note pin", everywhere)
	charter, problems := config.ParseCharter("charter.yaml", []byte("version: 1\ncommunity: {name: Two, locale: en, zone: UTC}\nrights: {note: everyone}\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	db, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	desk, err := bot.New(t.Context(), bot.Options{
		Store: db, Charter: charter, Features: []bot.Feature{feature},
		Adapters: map[string]bot.Adapter{"mattermost": wire{hanging, client}, "discord": wire{fine, client}},
		Clock:    bot.NewSandboxClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), false),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- desk.Run(ctx, time.Minute) }()
	const pinned = 20
	for i := range pinned {
		for _, platform := range []string{"mattermost", "discord"} { // alice is on one of the two, carol on the other
			who := map[string]string{"mattermost": "alice", "discord": "carol"}[platform]
			a := desk.Handle(t.Context(), bot.Event{
				ID: fmt.Sprint(platform, i), Line: "/note pin again", Place: bot.Place{Platform: platform, Channel: "hall"},
				Caller: bot.Account{Platform: platform, ID: who, Name: who, Locale: "en"},
			})
			if a.Refused {
				t.Fatal(plain(a))
			}
		}
	}
	inOrder(t, fine, "carol", 2*pinned)

	close(hanging.open)
	inOrder(t, hanging, "alice", 2*pinned)
	hanging.mu.Lock()
	if hanging.most > 8 {
		t.Errorf("%d posts waited for an answer at once", hanging.most)
	}
	hanging.mu.Unlock()
	stop()
	if err := <-ran; err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if err := goleak.Find(leaks, goleak.IgnoreAnyFunction("net/http.(*Server).Serve")); err != nil {
		t.Error(err)
	}
}

// inOrder waits until everything that was pinned came to a hall, and looks whether it
// came once and in order to each place; the card is drawn as it stands at the end.
func inOrder(t *testing.T, h *socketHall, who string, pinned int) {
	t.Helper()
	places := map[string][]string{}
	card := ""
	for n := 0; n < 20*pinned+pinned/2 || card != fmt.Sprint(pinned); {
		said := h.next(t, 1)[0]
		where, text, _ := strings.Cut(said, ": ")
		if where == "hall" || where == "hall again" {
			card = text[len("card "):]
			continue
		}
		places[where] = append(places[where], text)
		n++
	}
	var all []string
	for i := range pinned {
		all = append(all, fmt.Sprint(i+1))
	}
	for room := range 20 {
		if got := places[fmt.Sprint("room", room)]; !slices.Equal(got, all) {
			t.Errorf("to room %d came %q", room, got)
		}
	}
	if got := places[who]; len(got) != pinned/2 || !slices.IsSortedFunc(got, func(a, b string) int { return len(a) - len(b) }) {
		t.Errorf("%s was told %q", who, got)
	}
}

// A register of an earlier version says of a changed card not on which platform: it is
// drawn again wherever it hangs.
func TestCardMarkedByEarlierVersionIsDrawn(t *testing.T) {
	d := newDesk(t)
	d.says("alice", "1", "/note pin one")
	if err := d.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := d.store.Update(t.Context(), func(tx store.Tx) error {
		tx.Put(store.K("dirty", "note/1"), []byte("\x00\x00\x00\x00\x00\x00\x00\x01"))
		tx.Put([]byte("\x00version"), store.K(1))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	drawn := len(d.wall.redrawn())
	again, err := bot.New(t.Context(), bot.Options{
		Store: d.store, Charter: d.Charter(), Features: []bot.Feature{noteFeature()},
		Adapters: map[string]bot.Adapter{"console": d.wall}, Clock: d.clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := len(d.wall.redrawn()); got != drawn+1 {
		t.Errorf("the card was drawn %d times, want once", got-drawn)
	}
}
