package discordtest_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"greffier/adapters/discord/discordtest"
)

// collect reads the names of the dispatches until there is nothing for a while, with
// their bodies.
func (w socket) collect() (names []string, bodies []string) {
	w.t.Helper()
	w.say(1, nil) // all that was sent before stands before its answer
	for {
		f := w.next()
		if f.Op == 11 {
			return names, bodies
		}
		names, bodies = append(names, f.T), append(bodies, string(f.D))
	}
}

// A session is told of what its intents name, and of no more.
func TestIntents(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{Unlimited: true})
	g := s.Guild()
	g.Screen(true)
	general := g.Channel("general").ID
	all, _ := enter(t, s, usualIntents)
	few, _ := enter(t, s, 1<<9)
	all.until("GUILD_CREATE", 0)

	alice := g.Stranger("alice")
	alice.Join()
	alice.PassScreening()
	m, err := alice.Say(general, "hello")
	if err != nil {
		t.Fatal(err)
	}
	check(t, alice.React(m, "👍"))
	check(t, alice.Unreact(m, "👍"))
	mentions, err := alice.Say(general, "hello <@"+s.AppID+">")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := alice.Say(alice.Direct(), "in private"); err != nil {
		t.Fatal(err)
	}
	check(t, alice.Edit(mentions, "hi"))
	check(t, alice.Delete(m))
	ask(t, s, "POST", "/channels/"+general+"/messages", obj{"content": "from the bot"})
	alice.Leave()

	names, bodies := all.collect()
	want := "GUILD_MEMBER_ADD GUILD_MEMBER_UPDATE MESSAGE_CREATE MESSAGE_REACTION_ADD MESSAGE_REACTION_REMOVE MESSAGE_CREATE MESSAGE_CREATE MESSAGE_UPDATE MESSAGE_DELETE MESSAGE_CREATE GUILD_MEMBER_REMOVE"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("told\n%s\nwant\n%s", got, want)
	}
	if !strings.Contains(bodies[0], `"pending":true`) || !strings.Contains(bodies[1], `"pending":false`) || !strings.Contains(bodies[2], `"content":"hello"`) {
		t.Errorf("told %v", bodies[:3])
	}

	names, bodies = few.collect()
	if got := strings.Join(names, " "); got != "MESSAGE_CREATE MESSAGE_CREATE MESSAGE_UPDATE MESSAGE_DELETE MESSAGE_CREATE" {
		t.Errorf("told with one intent: %s", got)
	}
	for i, content := range []string{"", "hello <@" + s.AppID + ">"} {
		if !strings.Contains(bodies[i], `"content":`+strconv.Quote(content)) && !strings.Contains(bodies[i], strings.ReplaceAll(strconv.Quote(content), "<", `\u003c`)[:10]) {
			t.Errorf("without the intent for content: %s", bodies[i])
		}
	}
	if !strings.Contains(bodies[4], "from the bot") {
		t.Errorf("the bot's own content is withheld: %s", bodies[4])
	}
}

// An event that is delivered again has a new number and the same body.
func TestRedelivery(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{})
	alice, general := s.Member("alice"), s.Guild().Channel("general").ID
	w, _ := enter(t, s, usualIntents)
	if _, err := alice.Say(general, "hello"); err != nil {
		t.Fatal(err)
	}
	if !s.Redeliver("MESSAGE_CREATE") || s.Redeliver("GUILD_DELETE") {
		t.Error("redelivered wrongly")
	}
	first, second := w.until("MESSAGE_CREATE", 0), w.until("MESSAGE_CREATE", 0)
	if string(first.D) != string(second.D) || second.S != first.S+1 {
		t.Errorf("%d %s\n%d %s", first.S, first.D, second.S, second.D)
	}
}

// Guilds go to the shard of their identifier, direct messages to the first.
func TestShards(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{MaxConcurrency: 2})
	for i := range 6 {
		s.AddGuild("Guild " + strconv.Itoa(i))
		time.Sleep(2 * time.Millisecond) // identifiers count milliseconds
	}
	seen := map[string]int{}
	for shard := range 2 {
		w := dial(t, s, "")
		w.next()
		d := identity(s, usualIntents)
		d["shard"] = []int{shard, 2}
		w.say(2, d)
		w.until("READY", 0)
		if _, err := s.Member("alice").Say(s.Member("alice").Direct(), "hello"); err != nil {
			t.Fatal(err)
		}
		names, bodies := w.collect()
		for i, name := range names {
			if name == "GUILD_CREATE" {
				var g struct{ ID string }
				if err := json.Unmarshal([]byte(bodies[i]), &g); err != nil {
					t.Fatal(err)
				}
				n, _ := strconv.Atoi(g.ID)
				if (n>>22)%2 != shard {
					t.Errorf("guild %s on shard %d", g.ID, shard)
				}
				seen[g.ID]++
			}
		}
		if slices.Contains(names, "MESSAGE_CREATE") != (shard == 0) {
			t.Errorf("shard %d was told %v", shard, names)
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d guilds were seen", len(seen))
	}
}

// Members come in chunks of a thousand.
func TestMemberChunks(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{})
	g := s.Guild()
	g.Fill("member", 2300)
	w, _ := enter(t, s, usualIntents)
	w.say(8, obj{"guild_id": g.ID, "query": "", "limit": 0, "nonce": "abc"})
	total := 0
	for i := range 3 {
		var chunk struct {
			Members []struct {
				User    struct{ ID string }
				Pending bool
			}
			Index int `json:"chunk_index"`
			Count int `json:"chunk_count"`
			Nonce string
		}
		if err := json.Unmarshal(w.until("GUILD_MEMBERS_CHUNK", 0).D, &chunk); err != nil {
			t.Fatal(err)
		}
		if chunk.Index != i || chunk.Count != 3 || chunk.Nonce != "abc" || chunk.Members[0].User.ID == "" {
			t.Errorf("chunk %d of %d", chunk.Index, chunk.Count)
		}
		total += len(chunk.Members)
	}
	if total != 2300 {
		t.Errorf("%d members", total)
	}
	w.say(8, obj{"guild_id": g.ID, "user_ids": []string{g.Member("member7").ID, "1"}})
	if f := w.until("GUILD_MEMBERS_CHUNK", 0); !strings.Contains(string(f.D), `"not_found":["1"]`) || !strings.Contains(string(f.D), "member7") {
		t.Errorf("asked for two: %s", f.D)
	}
	w.say(8, obj{"guild_id": g.ID, "query": "member12", "limit": 5})
	if f := w.until("GUILD_MEMBERS_CHUNK", 0); strings.Count(string(f.D), `"username"`) != 5 {
		t.Errorf("asked by name: %s", f.D)
	}

	first := ask(t, s, "GET", "/guilds/"+g.ID+"/members?limit=1000", nil).list
	last := first[999].(obj)["user"].(obj)["id"].(string)
	second := ask(t, s, "GET", "/guilds/"+g.ID+"/members?limit=1000&after="+last, nil).list
	if len(first) != 1000 || len(second) != 1000 || first[0].(obj)["user"].(obj)["id"] == second[0].(obj)["user"].(obj)["id"] {
		t.Errorf("listed %d and %d", len(first), len(second))
	}
}
