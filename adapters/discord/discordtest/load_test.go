package discordtest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"greffier/adapters/discord/discordtest"
	"greffier/bot"
)

// responder acknowledges every interaction, as the least of applications does.
func responder(t testing.TB, s *discordtest.Server, w socket) (stop func()) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
	done, work := make(chan struct{}), make(chan interaction, 10000)
	var workers sync.WaitGroup
	for range 16 {
		workers.Go(func() {
			for it := range work {
				r, err := http.NewRequest("POST", s.URL+"/v10/interactions/"+it.ID+"/"+it.Token+"/callback", bytes.NewReader([]byte(`{"type":6}`)))
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("User-Agent", "DiscordBot (https://example.org, 1)")
				resp, err := client.Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
		})
	}
	go func() {
		defer close(done)
		defer close(work)
		for {
			var f frame
			if w.ReadJSON(&f) != nil {
				return
			}
			if f.T == "INTERACTION_CREATE" {
				var it interaction
				if err := json.Unmarshal(f.D, &it); err != nil {
					t.Error(err)
				}
				work <- it
			}
		}
	}()
	return func() {
		w.Close()
		<-done
		workers.Wait()
		client.CloseIdleConnections()
	}
}

// crowd presses one button by many members at once, and waits for every answer.
func crowd(t testing.TB, card *discordtest.Message, members []*discordtest.Member) {
	var pressing sync.WaitGroup
	for _, m := range members {
		pressing.Go(func() {
			it, err := m.Press(card, "Yes")
			if err == nil {
				err = it.Wait(t.Context())
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	pressing.Wait()
}

func hall(t *testing.T, n int) (s *discordtest.Server, card *discordtest.Message, members []*discordtest.Member) {
	clock := bot.NewSandboxClock(time.Date(2030, 5, 1, 12, 0, 0, 0, time.UTC), false) // a busy machine is not late
	s = discordtest.Start(t, discordtest.Options{Unlimited: true, PerSecond: -1, Remember: 2000, Clock: clock})
	g := s.Guild()
	ask(t, s, "POST", "/channels/"+g.Channel("general").ID+"/messages", obj{"content": "Vote", "components": []obj{row(button("Yes", "yes"))}})
	for i := range n {
		members = append(members, g.Member("member"+strconv.Itoa(i)))
	}
	return s, g.Channel("general").Public()[0], members
}

// A thousand members press at once and each is answered; nothing runs on afterwards.
func TestCrowd(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Run("presses", func(t *testing.T) {
		s, card, members := hall(t, 1000)
		w, _ := enter(t, s, usualIntents)
		check(t, w.SetReadDeadline(noDeadline))
		stop := responder(t, s, w)
		crowd(t, card, members)
		stop()
	})
	http.DefaultClient.CloseIdleConnections()
	goleak.VerifyNone(t, before)
}

// A thousand guilds of a hundred members are known to one session.
func TestManyGuilds(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{})
	for i := range 1000 {
		s.AddGuild("Guild "+strconv.Itoa(i)).Fill("member", 100)
	}
	w, _ := enter(t, s, usualIntents)
	guilds := 0
	for guilds < 1000 {
		if f := w.next(); f.T == "GUILD_CREATE" && bytes.Contains(f.D, []byte(`"member_count":100`)) {
			guilds++
		}
	}
}
