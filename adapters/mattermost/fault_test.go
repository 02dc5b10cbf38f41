package mattermost_test

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/adapters/mattermost"
	"greffier/adapters/mattermost/mmtest"
	"greffier/bot"
)

// The server dies in the middle of a vote: what was pressed counts, what was to
// be posted comes, who joined meanwhile is noticed, and talk is heard again.
func TestMattermostServerDies(t *testing.T) {
	r := newRig(t)
	if _, err := r.alice.Command(t, r.channel.Id, "/club card"); err != nil {
		t.Fatal(err)
	}
	card := r.posted(r.alice, r.channel.Id, "Pressed 0 times.")
	r.alice.Press(t, card, "Press")
	r.s.Kill(t)
	r.s.Restart(t)
	carol := r.s.NewUser(t, "carol")
	r.team.Join(t, carol)
	again := r.posted(r.alice, r.channel.Id, "Pressed 1 times.")
	r.bruno.Press(t, again, "Press")
	r.posted(r.alice, r.channel.Id, "Pressed 2 times.")
	r.until("carol is noticed", func() bool {
		answer, err := r.alice.Command(t, r.channel.Id, "/club who")
		return err == nil && strings.Contains(answer.Text, " 1 joined, 0 left")
	})
	direct := r.alice.Direct(t, r.bot)
	r.alice.Say(t, direct.Id, "club say still here")
	r.posted(r.alice, direct.Id, "You said: still here")
}

// What was said to the bot while it was away is answered once.
func TestMattermostMissedTalk(t *testing.T) {
	r := newRig(t)
	direct := r.alice.Direct(t, r.bot)
	r.alice.Say(t, direct.Id, "club say before")
	r.posted(r.alice, direct.Id, "You said: before")
	r.end()
	r.alice.Say(t, direct.Id, "club say meanwhile")
	r.start()
	r.posted(r.alice, direct.Id, "You said: meanwhile")
	r.alice.Say(t, direct.Id, "club say after")
	r.posted(r.alice, direct.Id, "You said: after")
	for _, text := range []string{"You said: before", "You said: meanwhile"} {
		n := 0
		for _, p := range r.alice.Posts(t, direct.Id) {
			if mmtest.Containing(text)(p) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%q stands %d times", text, n)
		}
	}
}

// On a server that takes no files, what is said comes without them.
func TestMattermostPostsWithoutTheirFiles(t *testing.T) {
	r := newRig(t)
	allow := func(files bool) {
		_, _, err := r.s.Admin.Client.PatchConfig(t.Context(), &model.Config{FileSettings: model.FileSettings{EnableFileAttachments: &files}})
		if err != nil {
			t.Fatal(err)
		}
	}
	post := func(key string) *model.Post {
		_, err := r.adapter.Deliver(t.Context(), bot.Delivery{
			Key: key, Place: bot.Place{Platform: mattermost.Platform, Channel: r.channel.Id},
			Message: bot.Message{Text: bot.Markup(key), Files: []bot.File{{Name: "vote-1.txt", Type: "text/plain", Data: []byte("1: yes\n")}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return r.posted(r.alice, r.channel.Id, key)
	}
	if p := post("with a file"); len(p.FileIds) != 1 {
		t.Errorf("%d files", len(p.FileIds))
	}
	allow(false)
	defer allow(true)
	if p := post("without a file"); len(p.FileIds) != 0 {
		t.Errorf("%d files", len(p.FileIds))
	}
}

// A card that somebody deleted is let go of, and does not come back.
func TestMattermostDeletedCard(t *testing.T) {
	r := newRig(t)
	if _, err := r.alice.Command(t, r.channel.Id, "/club card"); err != nil {
		t.Fatal(err)
	}
	card := r.posted(r.alice, r.channel.Id, "Pressed 0 times.")
	if _, err := r.s.Admin.Client.DeletePost(t.Context(), card.Id); err != nil {
		t.Fatal(err)
	}
	if _, err := r.alice.Command(t, r.channel.Id, "/club press"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.alice.Command(t, r.channel.Id, "/club say after"); err != nil {
		t.Fatal(err)
	}
	r.posted(r.alice, r.channel.Id, "said: after")
	r.until("the card is let go of", func() bool {
		_, places, _, err := r.desk.Draw(t.Context(), "club/1", "mattermost", "en")
		return err == nil && len(places) == 0
	})
}

// A pin on a card stays through redraws, and old cards can be edited whatever the
// server's limit on editing.
func TestMattermostPinnedCard(t *testing.T) {
	r := newRig(t)
	if _, err := r.alice.Command(t, r.channel.Id, "/club card"); err != nil {
		t.Fatal(err)
	}
	card := r.posted(r.alice, r.channel.Id, "Pressed 0 times.")
	if _, err := r.s.Admin.Client.PinPost(t.Context(), card.Id); err != nil {
		t.Fatal(err)
	}
	r.alice.Press(t, card, "Press")
	if p := r.posted(r.alice, r.channel.Id, "Pressed 1 times."); !p.IsPinned || p.UserId != r.bot.ID {
		t.Errorf("redrawn: %+v", p)
	}
}

// Commands are removed when asked.
func TestMattermostUninstall(t *testing.T) {
	r := newRig(t)
	n, err := r.adapter.Uninstall(t.Context())
	if err != nil || n < 3 {
		t.Errorf("removed %d, %v", n, err)
	}
	if _, err := r.alice.Command(t, r.channel.Id, "/club who"); err == nil {
		t.Error("the command is still there")
	}
}

// settled waits until the connection is older than the five seconds in which the
// server itself would close it when the account is deactivated.
func settled(t *testing.T) {
	t.Helper()
	select {
	case <-time.After(6 * time.Second):
	case <-t.Context().Done():
	}
}

// A bot that is deactivated says so once, with what to do, and serves again when
// it is activated.
func TestMattermostDeactivated(t *testing.T) {
	var log lines
	r := newRig(t, func(r *rig) { r.options.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	settled(t)
	r.s.DisableBot(t, r.bot, true)
	r.until("the operator is told", func() bool { return log.count("refuses the bot's token") > 0 })
	r.s.DisableBot(t, r.bot, false)
	r.until("the server accepts it", func() bool { _, _, err := r.bot.Client.GetMe(t.Context(), ""); return err == nil })
	r.until("it is accepted again", func() bool { return log.count("accepts the bot's token again") > 0 })
	if n := log.count("refuses the bot's token"); n != 1 {
		t.Errorf("told %d times", n)
	}
	r.until("served again", func() bool { return r.adapter.Serving() })
}

// A bot that was deactivated for a moment only hears what is said to it afterwards,
// and what was said meanwhile.
func TestMattermostDeactivatedBriefly(t *testing.T) {
	r := newRig(t)
	direct := r.alice.Direct(t, r.bot)
	settled(t)
	r.s.DisableBot(t, r.bot, true)
	r.alice.Say(t, direct.Id, "club say nobody listens")
	r.s.DisableBot(t, r.bot, false)
	r.alice.Say(t, direct.Id, "club say here again")
	r.posted(r.alice, direct.Id, "You said: nobody listens")
	r.posted(r.alice, direct.Id, "You said: here again")
}

// lines is a log that can be looked at while it is written.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) count(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), what)
}
