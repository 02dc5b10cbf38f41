package discordtest_test

import (
	"net/http"
	"testing"

	"greffier/adapters/discord/discordtest"
)

// What the bot may not do is answered with 50001 where it sees nothing, 50013 where
// it lacks a permission, 50007 where a person takes no messages.
func TestPermissions(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{Unlimited: true})
	g := s.Guild()
	alice := g.Member("alice")
	high := g.AddRole("Guests", 0)
	channel := g.AddChannel("board")
	post := func(c string, body obj) int { return ask(t, s, "POST", "/channels/"+c+"/messages", body).code() }
	text, embed := obj{"content": "x"}, obj{"embeds": []obj{{"title": "x"}}}
	for _, c := range []struct {
		name        string
		id          string
		allow, deny discordtest.Permissions
		text, embed int
	}{
		{"open", g.ID, 0, 0, 0, 0},
		{"hidden", g.ID, 0, discordtest.ViewChannel, 50001, 50001},
		{"mute", g.ID, 0, discordtest.SendMessages, 50013, 50013},
		{"no embeds", g.ID, 0, discordtest.EmbedLinks, 0, 50013},
		{"hidden from the bot", s.AppID, 0, discordtest.ViewChannel, 50001, 50001},
	} {
		channel.Overwrite(c.id, c.allow, c.deny)
		if a, b := post(channel.ID, text), post(channel.ID, embed); a != c.text || b != c.embed {
			t.Errorf("%s: %d and %d, want %d and %d", c.name, a, b, c.text, c.embed)
		}
		channel.Overwrite(c.id, 0, 0)
	}
	channel.Overwrite(g.ID, 0, discordtest.ViewChannel)
	channel.Overwrite(s.AppID, discordtest.ViewChannel, 0)
	if code := post(channel.ID, text); code != 0 {
		t.Errorf("the member's overwrite does not win over everyone's: %d", code)
	}
	if n := len(ask(t, s, "GET", "/guilds/"+g.ID+"/channels", nil).list); n != 2 || len(alice.Messages(channel.ID)) != 0 {
		t.Errorf("%d channels, alice sees %d messages", n, len(alice.Messages(channel.ID)))
	}

	open := func(allow int) int {
		return ask(t, s, "PUT", "/channels/"+channel.ID+"/permissions/"+alice.ID, obj{"type": 1, "allow": allow}).code()
	}
	if code := open(1024); code != 0 || len(alice.Messages(channel.ID)) == 0 {
		t.Errorf("a channel opened to alice: %d, %d messages", code, len(alice.Messages(channel.ID)))
	}
	if code := open(8); code != 50013 {
		t.Errorf("what the bot itself has not: %d", code)
	}

	direct := ask(t, s, "POST", "/users/@me/channels", obj{"recipient_id": alice.ID}).id()
	if direct != alice.Direct() || post(direct, text) != 0 || len(alice.Private()) != 1 {
		t.Errorf("the direct message did not arrive: %v", alice.Private())
	}
	alice.CloseDirect(true)
	if code := post(direct, text); code != 50007 {
		t.Errorf("a closed conversation: %d", code)
	}

	role := func(method, id string) int {
		return ask(t, s, method, "/guilds/"+g.ID+"/members/"+alice.ID+"/roles/"+id, nil).code()
	}
	if code := role("PUT", high.ID); code != 0 || len(alice.Roles()) != 1 {
		t.Errorf("give a role: %d %v", code, alice.Roles())
	}
	if code := role("PUT", "1"); code != 10011 {
		t.Errorf("give a role that is not there: %d", code)
	}
	g.SetBot(discordtest.DefaultPermissions)
	if code := role("DELETE", high.ID); code != 50013 {
		t.Errorf("take a role without permission: %d", code)
	}
	if got := s.Figures(); got.Invalid < 8 {
		t.Errorf("%d invalid requests were counted", got.Invalid)
	}
}

// The token must be right, and so must the address.
func TestUnauthorized(t *testing.T) {
	s := quiet(t, discordtest.Options{})
	if got := ask(t, s, "GET", "/users/@me", nil); got.id() != s.AppID {
		t.Errorf("who am I: %v", got)
	}
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/v10/users/@me", nil)
	check(t, err)
	r.Header.Set("Authorization", "Bot another")
	resp, err := http.DefaultClient.Do(r)
	check(t, err)
	defer resp.Body.Close()
	if resp.StatusCode != 401 || len(s.TakeViolations()) != 1 || s.Figures().Invalid != 1 {
		t.Errorf("a wrong token: %d", resp.StatusCode)
	}
	if got := ask(t, s, "GET", "/nowhere", nil); got.status != 404 || len(s.TakeViolations()) != 1 {
		t.Errorf("an unknown route: %v", got)
	}
	if got := ask(t, s, "GET", "/guilds/1", nil); got.code() != 10004 {
		t.Errorf("an unknown guild: %v", got)
	}
	if got := ask(t, s, "GET", "/channels/1", nil); got.code() != 10003 {
		t.Errorf("an unknown channel: %v", got)
	}
	if got := ask(t, s, "GET", "/oauth2/applications/@me", nil); got.body["name"] != "Greffier" {
		t.Errorf("the application: %v", got)
	}
}
