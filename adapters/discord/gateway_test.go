package discord_test

import (
	"fmt"
	"testing"
	"time"

	"greffier/adapters/discord"
	"greffier/adapters/discord/discordtest"
	"greffier/bot"
)

// What only the operator can mend is told once, with where to mend it, and Discord
// is left in peace.
func TestFatalClose(t *testing.T) {
	r := serve(t, discordtest.Options{Refused: discordtest.GuildMembers})
	r.until("the operator is told", func() bool { return r.log.count("Server Members Intent") > 0 })
	r.until("the session is refused", func() bool { return r.log.count("closed the connection with 4014") > 0 })
	asked := r.s.Figures().Identifies
	time.Sleep(1500 * time.Millisecond) // longer than the first retries would take
	if n := r.s.Figures().Identifies; n != asked || asked != 1 {
		t.Errorf("%d sessions were begun, want 1", n)
	}
	if n := r.log.count("closed the connection with 4014"); n != 1 {
		t.Errorf("told %d times", n)
	}
	if v := r.s.TakeViolations(); len(v) != 1 {
		t.Errorf("%q", v)
	}
	if r.adapter.Serving() {
		t.Error("it says that it serves")
	}
}

// Whatever happens to the connection, it is there again, and what members did
// meanwhile is handled once.
func TestConnectionComesBack(t *testing.T) {
	for name, fault := range map[string]func(s *discordtest.Server){
		"op 7":             func(s *discordtest.Server) { s.Reconnect() },
		"op 7 twice":       func(s *discordtest.Server) { s.ReconnectOnResume(); s.Reconnect() },
		"invalid, resumed": func(s *discordtest.Server) { s.InvalidSession(true) },
		"invalid for good": func(s *discordtest.Server) { s.InvalidSession(false) },
		"op 9 on a resume": func(s *discordtest.Server) { s.InvalidOnResume(); s.Drop() },
		"dropped":          func(s *discordtest.Server) { s.Drop() },
		"forgotten":        func(s *discordtest.Server) { s.Drop(); s.ForgetSessions() },
		"4000":             func(s *discordtest.Server) { s.CloseWith(4000) },
		"4009":             func(s *discordtest.Server) { s.CloseWith(4009) },
		"zombie":           func(s *discordtest.Server) { s.Zombie() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := serve(t, discordtest.Options{Heartbeat: 200 * time.Millisecond})
			r.until("greffier serves", r.adapter.Serving)
			before := r.s.Figures()
			fault(r.s)
			r.until("it connects again", func() bool {
				now := r.s.Figures()
				return now.Identifies+now.Resumes > before.Identifies+before.Resumes && r.s.Connected() == 1 && r.adapter.Serving()
			})
			if got := r.slash(r.alice, "club press").Content; got != "Pressed 1 times" {
				t.Errorf("%q", got)
			}
			r.s.Redeliver("INTERACTION_CREATE")
			if got := r.slash(r.alice, "club press").Content; got != "Pressed 2 times" {
				t.Errorf("%q", got)
			}
		})
	}
}

// A channel of the charter that no guild has is told to the operator once all were
// read, and once.
func TestMissingChannel(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{Unlimited: true})
	s.Guild()
	channel := s.AddGuild("Other").AddChannel("general").ID
	everywhere := func(o *discord.Options) { o.Guilds = nil }
	there := serveWith(t, s, everywhere, channel)
	missing := serveWith(t, s, everywhere, "100000000000000001")
	for _, r := range []*rig{there, missing} {
		r.until("every guild is read", func() bool { return r.adapter.Serving() })
	}
	missing.until("the operator is told", func() bool { return missing.log.count("not among those") > 0 })
	if there.log.count("not among those") != 0 || missing.log.count("not among those") != 1 {
		t.Errorf("%s\n%s", there.log.b.String(), missing.log.b.String())
	}
}

// A demand to wait is honoured: nothing comes before its time.
func TestRetryAfter(t *testing.T) {
	r := serve(t, discordtest.Options{})
	r.until("greffier serves", r.adapter.Serving)
	for _, scope := range []string{"user", "global", "shared"} {
		r.s.Fail(discordtest.Fault{Route: "/channels/{channel_id}/messages", Status: 429, Scope: scope, Wait: 300 * time.Millisecond})
	}
	if _, err := r.alice.Say(r.alice.Direct(), "/club press"); err != nil {
		t.Fatal(err)
	}
	r.until("the answer", func() bool {
		all := r.alice.Private()
		return len(all) == 1 && all[0].Content == "Pressed 1 times"
	})
	if f := r.s.Figures(); f.Limited != 3 || f.Early != 0 {
		t.Errorf("%+v", f)
	}
}

// A button that was not signed here does nothing, whoever presses it.
func TestForged(t *testing.T) {
	r := serve(t, discordtest.Options{})
	r.until("greffier serves", r.adapter.Serving)
	card := r.slash(r.alice, "club press")
	for _, id := range []string{"", "x", "1b", "1bAAAAAAAAAAAAclub.press?", "2bAAAAAAAAAAAAclub.press?", "1s000000000000key"} {
		if id == "" {
			continue // Discord takes none without
		}
		it, err := r.alice.PressID(card, id)
		if err != nil {
			t.Fatal(err)
		}
		r.answer(it)
	}
	if got := r.slash(r.alice, "club press").Content; got != "Pressed 2 times" {
		t.Errorf("%q", got)
	}
	if n := r.log.count("not signed here"); n != 5 {
		t.Errorf("%d refusals in the log", n)
	}
}

// Somebody is a newcomer once they passed the screening, also when nobody was
// connected then, and once.
func TestNewcomers(t *testing.T) {
	r := serve(t, discordtest.Options{})
	r.until("greffier serves", r.adapter.Serving)
	r.who(2, 0) // the guild's owner and alice were there before
	g := r.s.Guild()
	g.Screen(true)
	bruno := g.Stranger("bruno")
	bruno.Join()
	r.who(2, 0)
	bruno.PassScreening()
	r.who(3, 1)
	r.s.Redeliver("GUILD_MEMBER_UPDATE")
	r.who(3, 1)

	g.Screen(false)
	r.s.Cut()
	g.Stranger("chloe").Join()
	r.s.ForgetSessions()
	r.s.Mend()
	r.until("it connects again", func() bool { return r.s.Connected() == 1 && r.adapter.Serving() })
	r.who(4, 2)
	r.s.Reconnect()
	r.until("it connects again", func() bool { return r.s.Connected() == 1 && r.adapter.Serving() })
	r.who(4, 2)
}

// What one member does counts in the order in which they did it, also when it all
// comes at once.
func TestOrderOfPresses(t *testing.T) {
	r := serve(t, discordtest.Options{})
	r.until("greffier serves", r.adapter.Serving)
	var all []*discordtest.Interaction
	for range 50 {
		it, err := r.alice.Slash(r.channel, "club press", nil)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, it)
	}
	for i, it := range all {
		if got, want := r.answer(it).Content, fmt.Sprintf("Pressed %d times", i+1); got != want {
			t.Errorf("the answer is %q, want %q", got, want)
		}
	}
}

// A private channel is opened to whom a post invites there, once, and the post
// stands there for them to read.
func TestInvite(t *testing.T) {
	r := serve(t, discordtest.Options{})
	r.until("greffier serves", r.adapter.Serving)
	g := r.s.Guild()
	alice := g.Member("alice")
	private := g.AddChannel("members")
	private.Overwrite(g.ID, 0, discordtest.ViewChannel)
	private.Overwrite(r.s.AppID, discordtest.ViewChannel|discordtest.SendMessages, 0)
	for _, key := range []string{"one", "two"} {
		_, err := r.adapter.Deliver(t.Context(), bot.Delivery{
			Key: key, Place: bot.Place{Platform: discord.Platform, Channel: private.ID},
			Invite: []bot.Account{{Platform: discord.Platform, ID: alice.ID}}, Message: bot.Message{Text: "Welcome"},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := len(alice.Messages(private.ID)); n != 2 {
		t.Errorf("alice sees %d messages, want 2", n)
	}
	g.SetBot(discordtest.DefaultPermissions)
	other := g.AddChannel("board")
	other.Overwrite(g.ID, 0, discordtest.ViewChannel)
	other.Overwrite(r.s.AppID, discordtest.ViewChannel|discordtest.SendMessages, 0)
	if _, err := r.adapter.Deliver(t.Context(), bot.Delivery{
		Key: "three", Place: bot.Place{Platform: discord.Platform, Channel: other.ID},
		Invite: []bot.Account{{Platform: discord.Platform, ID: alice.ID}}, Message: bot.Message{Text: "Welcome"},
	}); err != nil || len(alice.Messages(other.ID)) != 0 {
		t.Errorf("%v; alice sees %d messages", err, len(alice.Messages(other.ID)))
	}
	if r.log.count("could not be opened") != 1 {
		t.Error("nothing in the log of a channel that could not be opened")
	}
	r.s.TakeViolations() // the missing permission
}
