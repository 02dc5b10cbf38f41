package discordtest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/adapters/discord/discordtest"
	"greffier/bot"
)

// Threads hang on messages or stand alone; forum posts carry tags.
func TestThreads(t *testing.T) {
	s := quiet(t, discordtest.Options{Unlimited: true, PerSecond: -1})
	g := s.Guild()
	alice, general := g.Member("alice"), g.Channel("general")
	forum := g.AddForum("requests", true, "new", "decided")
	app, _ := enter(t, s, usualIntents)
	app.until("GUILD_CREATE", 0)

	said := ask(t, s, "POST", "/channels/"+general.ID+"/messages", obj{"content": "a card"})
	thread := ask(t, s, "POST", "/channels/"+general.ID+"/messages/"+said.id()+"/threads", obj{"name": "About it", "auto_archive_duration": 1440})
	if thread.status != 201 || thread.id() != said.id() || thread.body["parent_id"] != general.ID {
		t.Fatalf("started: %v", thread)
	}
	if again := ask(t, s, "POST", "/channels/"+general.ID+"/messages/"+said.id()+"/threads", obj{"name": "Again"}); again.code() != 160004 {
		t.Errorf("a second thread on a message: %v", again)
	}
	if _, err := alice.Say(thread.id(), "in the thread"); err != nil {
		t.Error(err)
	}
	if got := ask(t, s, "POST", "/channels/"+general.ID+"/threads", obj{"name": "Alone", "type": 11}); got.status != 201 || got.body["type"] != 11.0 {
		t.Errorf("without a message: %v", got)
	}

	if got := ask(t, s, "PUT", "/channels/"+thread.id()+"/thread-members/"+alice.ID, nil); got.status != 204 {
		t.Errorf("added to the thread: %v", got)
	}

	tags := ask(t, s, "GET", "/channels/"+forum.ID, nil).body["available_tags"].([]any)
	tag := func(i int) string { return tags[i].(obj)["id"].(string) }
	body := obj{"name": "A door", "message": obj{"content": "please"}}
	if got := ask(t, s, "POST", "/channels/"+forum.ID+"/threads", body); got.code() != 40067 {
		t.Errorf("a post without a tag: %v", got)
	}
	body["applied_tags"] = []string{tag(0)}
	post := ask(t, s, "POST", "/channels/"+forum.ID+"/threads", body)
	if post.status != 201 || post.body["message"].(obj)["id"] != post.id() {
		t.Fatalf("posted: %v", post)
	}
	if got := ask(t, s, "POST", "/channels/"+forum.ID+"/messages", obj{"content": "x"}); got.code() != 50008 {
		t.Errorf("a message in a forum: %v", got)
	}
	ask(t, s, "PATCH", "/channels/"+post.id(), obj{"applied_tags": []string{tag(1)}, "name": "A door, decided"})
	if c := forum.Threads()[0]; c.Name != "A door, decided" || !slices.Equal(c.Tags(), []string{"decided"}) {
		t.Errorf("%s %v", c.Name, c.Tags())
	}
	ask(t, s, "PATCH", "/channels/"+post.id(), obj{"archived": true, "locked": true})
	if archived, locked := forum.Threads()[0].Archived(); !archived || !locked {
		t.Error("not closed")
	}
	if got := ask(t, s, "PATCH", "/channels/"+post.id(), obj{"name": "x"}); got.code() != 50083 {
		t.Errorf("a change of an archived thread: %v", got)
	}
	if got := ask(t, s, "PATCH", "/channels/"+post.id()+"/messages/"+post.id(), obj{"content": "x"}); got.code() != 50083 {
		t.Errorf("a change of a message in an archived thread: %v", got)
	}
	if got := ask(t, s, "GET", "/guilds/"+g.ID+"/threads/active", nil).body["threads"].([]any); len(got) != 2 {
		t.Errorf("%d active", len(got))
	}
	names, _ := app.collect()
	if got := strings.Join(names, " "); strings.Count(got, "THREAD_CREATE") != 3 || strings.Count(got, "THREAD_UPDATE") != 2 || strings.Count(got, "THREAD_MEMBERS_UPDATE") != 1 {
		t.Errorf("told %s", got)
	}
	general.Delete()
	if _, err := alice.Say(thread.id(), "gone"); err == nil {
		t.Error("the thread outlives its channel")
	}
}

// Scheduled events have their limits and states, and members are interested in them.
func TestScheduledEvents(t *testing.T) {
	clock := bot.NewSandboxClock(time.Date(2030, 5, 1, 12, 0, 0, 0, time.UTC), false)
	s := quiet(t, discordtest.Options{Unlimited: true, PerSecond: -1, Clock: clock})
	g := s.Guild()
	app, _ := enter(t, s, usualIntents)
	app.until("GUILD_CREATE", 0)
	to := "/guilds/" + g.ID + "/scheduled-events"
	meeting := func(k string, v any) obj {
		o := obj{
			"name": "Assembly", "privacy_level": 2, "entity_type": 3, "entity_metadata": obj{"location": "The hall"},
			"scheduled_start_time": "2030-05-02T18:00:00Z", "scheduled_end_time": "2030-05-02T20:00:00Z", "description": "All welcome",
		}
		if k != "" {
			o[k] = v
		}
		return o
	}
	for wrong, v := range map[string]any{
		"name": strings.Repeat("x", 101), "description": strings.Repeat("x", 1001), "entity_metadata.location": strings.Repeat("x", 101),
		"scheduled_start_time": "2029-01-01T00:00:00Z", "scheduled_end_time": nil, "privacy_level": 1,
	} {
		key, _, nested := strings.Cut(wrong, ".")
		if nested {
			v = obj{"location": v}
		}
		if got := ask(t, s, "POST", to, meeting(key, v)); got.code() != 50035 || got.wrong() != wrong {
			t.Errorf("%s: %v", wrong, got)
		}
	}
	made := ask(t, s, "POST", to, meeting("", nil))
	if made.status != 200 || made.body["status"] != 1.0 {
		t.Fatalf("made: %v", made)
	}
	check(t, g.Member("alice").Interested("Assembly", true))
	if got := ask(t, s, "GET", to+"/"+made.id()+"/users?limit=10", nil).list; len(got) != 1 {
		t.Errorf("interested: %v", got)
	}
	if got := ask(t, s, "GET", to+"?with_user_count=true", nil).list; got[0].(obj)["user_count"] != 1.0 {
		t.Errorf("listed: %v", got)
	}
	check(t, g.Member("alice").Interested("Assembly", false))
	if got := ask(t, s, "PATCH", to+"/"+made.id(), obj{"status": 3}); got.code() != 50035 {
		t.Errorf("completed before it began: %v", got)
	}
	ask(t, s, "PATCH", to+"/"+made.id(), obj{"status": 2})
	if got := ask(t, s, "PATCH", to+"/"+made.id(), obj{"status": 3}); got.body["status"] != 3.0 {
		t.Errorf("completed: %v", got)
	}
	for range 100 {
		ask(t, s, "POST", to, meeting("", nil))
	}
	if got := ask(t, s, "POST", to, meeting("", nil)); got.code() != 30038 {
		t.Errorf("the hundred and first: %v", got)
	}
	if got := ask(t, s, "DELETE", to+"/"+g.Events()[1].ID, nil); got.status != 204 {
		t.Errorf("deleted: %v", got)
	}
	names, _ := app.collect()
	told := strings.Join(names, " ")
	for name, n := range map[string]int{"EVENT_CREATE": 101, "EVENT_UPDATE": 2, "USER_ADD": 1, "USER_REMOVE": 1, "EVENT_DELETE": 1} {
		if strings.Count(told, name) != n {
			t.Errorf("told %d times of %s, want %d", strings.Count(told, name), name, n)
		}
	}
}
