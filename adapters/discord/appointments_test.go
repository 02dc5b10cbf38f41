package discord_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"greffier/adapters/discord"
	"greffier/adapters/discord/discordtest"
	"greffier/bot"
)

// outing is a feature with one card, which shows an appointment.
func outing() bot.Feature {
	moved, off, coming := []byte("outing-moved"), []byte("outing-off"), []byte("outing-coming")
	start := time.Now().Add(24 * time.Hour).Truncate(time.Second)
	set := func(word string, key []byte, value string) *bot.Command {
		return bot.Cmd("outing "+word, func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
			c.Put(key, []byte(value))
			c.Redraw("outing/1")
			return bot.Say("outing.done"), nil
		})
	}
	commands := []*bot.Command{
		bot.Cmd("outing plan", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
			c.Hang("outing/1", c.Place)
			return bot.Say("outing.done"), nil
		}),
		set("move", moved, "x"), set("cancel", off, "x"), set("come", coming, "yes"), set("stay", coming, "no"),
	}
	words := "commands:\n  outing: {word: outing, help: Outings}\n"
	for _, w := range []string{"plan", "move", "cancel", "come", "stay"} {
		words += "  outing " + w + ": {word: " + w + ", help: Outings}\n"
	}
	words += "messages:\n  outing.done: Done\n  outing.title: To the sea\n  outing.body: 'Coming: {{.coming}}'\n"
	return bot.Feature{
		Name:     "outing",
		Locale:   fstest.MapFS{"locale/en.yaml": {Data: []byte(words)}, "locale/fr.yaml": {Data: []byte(words)}},
		Commands: commands,
		Cards: map[string]bot.CardFunc{"outing": func(c *bot.Ctx, _ string) (bot.Card, bool) {
			at := start
			if c.Get(moved) != nil {
				at = at.Add(time.Hour)
			}
			return bot.Card{
				Key: "outing/1", Title: bot.T("outing.title"), Body: bot.T("outing.body", "coming", string(c.Get(coming))),
				Appointment: &bot.Appointment{
					Starts: at, Ends: at.Add(2 * time.Hour), Where: "Station", Cancelled: c.Get(off) != nil,
					Coming: bot.Call{Command: "outing come"}, NotComing: bot.Call{Command: "outing stay"},
				},
			}, true
		}},
	}
}

// event is the guild's one scheduled event.
func (r *rig) event() (e discordtest.ScheduledEvent) {
	if all := r.s.Guild().Events(); len(all) == 1 {
		e = all[0]
	}
	return e
}

func (r *rig) shown(what string) func() bool {
	return func() bool {
		for _, m := range r.alice.Messages(r.channel) {
			if strings.Contains(m.Text(), what) {
				return true
			}
		}
		return false
	}
}

// An appointment has a scheduled event, which follows it and brings back who comes.
func TestScheduledEvent(t *testing.T) {
	r := serve(t, discordtest.Options{}, outing())
	r.until("served", r.adapter.Serving)
	r.slash(r.alice, "outing plan")
	r.until("the event stands", func() bool { return r.event().Name == "To the sea" })
	first := r.event()
	if first.Location != "Station" || first.End.Sub(first.Start) != 2*time.Hour {
		t.Errorf("the event is %+v", first)
	}
	if err := r.alice.Interested(first.ID, true); err != nil {
		t.Fatal(err)
	}
	r.until("who comes is on the card", r.shown("Coming: yes"))
	if err := r.alice.Interested(first.ID, false); err != nil {
		t.Fatal(err)
	}
	r.until("who does not come is on the card", r.shown("Coming: no"))
	r.slash(r.alice, "outing move")
	r.until("the event is moved", func() bool { return r.event().Start.Equal(first.Start.Add(time.Hour)) })
	if r.event().ID != first.ID {
		t.Error("it is another event")
	}
	if r.shown("in Discord")() {
		t.Error("our own change was taken for somebody else's")
	}
	r.s.Guild().MoveEvent(first.ID, first.Start.Add(5*time.Hour))
	r.until("the event is put back, and the channel told", func() bool {
		return r.event().Start.Equal(first.Start.Add(time.Hour)) && r.shown("I put it back")()
	})
	r.slash(r.alice, "outing cancel")
	r.until("the event is cancelled", func() bool { return r.event().Status == 4 })
	if r.shown("was removed")() {
		t.Error("our own cancelling was taken for somebody else's")
	}
}

// An event that somebody removed stays away, and the channel is told.
func TestScheduledEventRemoved(t *testing.T) {
	r := serve(t, discordtest.Options{}, outing())
	r.until("served", r.adapter.Serving)
	r.slash(r.alice, "outing plan")
	r.until("the event stands", func() bool { return r.event().ID != "" })
	r.s.Guild().DropEvent(r.event().ID)
	r.until("the channel is told", r.shown("was removed in Discord"))
	r.slash(r.alice, "outing come")
	r.until("the card is drawn", r.shown("Coming: yes"))
	if n := len(r.s.Guild().Events()); n != 0 {
		t.Errorf("%d events after a redraw", n)
	}
	r.slash(r.alice, "outing move")
	r.until("it stands again, once, on another date", func() bool { return r.event().ID != "" })
}

// Without the permission the card hangs all the same, and the operator is told once.
func TestScheduledEventForbidden(t *testing.T) {
	r := serve(t, discordtest.Options{}, outing())
	r.s.Guild().SetBot(discordtest.DefaultPermissions)
	r.until("served", r.adapter.Serving)
	r.slash(r.alice, "outing plan")
	r.until("the operator is told", func() bool { return r.log.count("give the bot Create Events") == 1 })
	r.slash(r.alice, "outing come")
	r.until("the card is drawn", r.shown("Coming: yes"))
	if n := r.log.count("give the bot Create Events"); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// A card that hangs in two guilds has an event in each, and both follow it.
func TestScheduledEventInTwoGuilds(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{Unlimited: true})
	first, other := s.Guild(), s.AddGuild("Other")
	r := serveWith(t, s, func(o *discord.Options) { o.Guilds = append(o.Guilds, other.ID) }, "", outing())
	r.until("served", r.adapter.Serving)
	r.slash(r.alice, "outing plan")
	there := other.Member("alice")
	it, err := there.Slash(other.AddChannel("general").ID, "outing plan", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.answer(it)
	start := func(g *discordtest.Guild) time.Time {
		if all := g.Events(); len(all) == 1 {
			return all[0].Start
		}
		return time.Time{}
	}
	r.until("an event stands in each", func() bool { return !start(first).IsZero() && !start(other).IsZero() })
	was := start(other)
	r.slash(r.alice, "outing move")
	r.until("both are moved", func() bool {
		return start(first).Equal(was.Add(time.Hour)) && start(other).Equal(was.Add(time.Hour))
	})
	other.DropEvent(other.Events()[0].ID)
	r.slash(r.alice, "outing cancel")
	r.until("the one that is left is cancelled", func() bool { return r.event().Status == 4 })
}
