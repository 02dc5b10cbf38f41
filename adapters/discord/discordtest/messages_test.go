package discordtest_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"greffier/adapters/discord/discordtest"
	"greffier/bot"
)

func row(components ...obj) obj { return obj{"type": 1, "components": components} }

func button(label, id string) obj { return obj{"type": 2, "style": 1, "label": label, "custom_id": id} }

func repeat[T any](v T, n int) (list []T) {
	for range n {
		list = append(list, v)
	}
	return list
}

func menu(n int) obj {
	var options []obj
	for i := range n {
		options = append(options, obj{"label": strconv.Itoa(i), "value": strconv.Itoa(i)})
	}
	return obj{"type": 3, "custom_id": "menu", "options": options}
}

// Each limit is answered with the error of its field; just below it is accepted.
func TestMessageLimits(t *testing.T) {
	s := quiet(t, discordtest.Options{Unlimited: true, PerSecond: -1})
	to := "/channels/" + s.Guild().Channel("general").ID + "/messages"
	embed := func(e obj) obj { return obj{"embeds": []obj{e}} }
	fields := func(n int) (list []obj) { return repeat(obj{"name": "n", "value": "v"}, n) }
	x := func(n int) string { return strings.Repeat("é", n) }
	var rows []obj
	for i := range 6 {
		rows = append(rows, row(button("b", "b"+strconv.Itoa(i))))
	}
	for _, c := range []struct {
		name  string
		body  obj
		wrong string // "" when it is accepted
	}{
		{"content", obj{"content": x(2000)}, ""},
		{"content", obj{"content": x(2001)}, "content"},
		{"content type", obj{"content": 5}, "content"},
		{"title", embed(obj{"title": x(257)}), "embeds.0.title"},
		{"description", embed(obj{"description": x(4097)}), "embeds.0.description"},
		{"empty embed", embed(obj{"color": 1}), "embeds.0.description"},
		{"fields", embed(obj{"fields": fields(25)}), ""},
		{"fields", embed(obj{"fields": fields(26)}), "embeds.0.fields"},
		{"field", embed(obj{"fields": []obj{{"name": "", "value": x(1025)}}}), "embeds.0.fields.0.name embeds.0.fields.0.value"},
		{"footer", embed(obj{"title": "t", "footer": obj{"text": x(2049)}}), "embeds.0.footer.text"},
		{"author", embed(obj{"title": "t", "author": obj{"name": x(257)}}), "embeds.0.author.name"},
		{"sum", obj{"embeds": []obj{{"description": x(3000)}, {"description": x(3000)}}}, ""},
		{"sum", obj{"embeds": []obj{{"description": x(3000)}, {"description": x(3001)}}}, "embeds"},
		{"embeds", obj{"embeds": repeat(obj{"title": "t"}, 11)}, "embeds"},
		{"colour", embed(obj{"title": "t", "color": 1 << 24}), "embeds.0.color"},
		{"timestamp", embed(obj{"title": "t", "timestamp": "today"}), "embeds.0.timestamp"},
		{"image", embed(obj{"image": obj{"url": "ftp://example.org/a"}}), "embeds.0.image.url"},
		{"rows", obj{"components": rows[:5]}, ""},
		{"rows", obj{"components": rows}, "components"},
		{"buttons", obj{"components": []obj{row(repeat(button("b", "same"), 2)...)}}, "components.0.components.1.custom_id"},
		{"six in a row", obj{"components": []obj{row(button("1", "1"), button("2", "2"), button("3", "3"), button("4", "4"), button("5", "5"), button("6", "6"))}}, "components.0.components"},
		{"custom_id", obj{"components": []obj{row(button("b", x(101)))}}, "components.0.components.0.custom_id"},
		{"no custom_id", obj{"components": []obj{row(button("b", ""))}}, "components.0.components.0.custom_id"},
		{"label", obj{"components": []obj{row(button(x(81), "b"))}}, "components.0.components.0.label"},
		{"link", obj{"components": []obj{row(obj{"type": 2, "style": 5, "label": "l", "url": "https://example.org"})}}, ""},
		{"link without url", obj{"components": []obj{row(obj{"type": 2, "style": 5, "label": "l"})}}, "components.0.components.0.url"},
		{"options", obj{"components": []obj{row(menu(25))}}, ""},
		{"options", obj{"components": []obj{row(menu(26))}}, "components.0.components.0.options"},
		{"options", obj{"components": []obj{row(menu(0))}}, "components.0.components.0.options"},
		{"no row", obj{"components": []obj{button("b", "b")}}, "components.0.type"},
		{"mentions", obj{"content": "x", "allowed_mentions": obj{"parse": []string{"users"}, "users": []string{s.AppID}}}, "allowed_mentions"},
		{"mentions", obj{"content": "x", "allowed_mentions": obj{"parse": []string{"all"}}}, "allowed_mentions.parse.0"},
		{"nonce", obj{"content": "x", "nonce": x(26)}, "nonce"},
		{"flags", obj{"content": "x", "flags": 64}, "flags"},
		{"reply", obj{"content": "x", "message_reference": obj{"message_id": "1"}}, "message_reference"},
	} {
		got := ask(t, s, "POST", to, c.body)
		switch {
		case c.wrong == "" && got.status != 200:
			t.Errorf("%s: refused: %v", c.name, got)
		case c.wrong != "" && (got.status != 400 || got.code() != 50035 || len(got.wrong()) != len(c.wrong)):
			t.Errorf("%s: %v: %q is wrong, want %q", c.name, got, got.wrong(), c.wrong)
		}
	}
	if got := ask(t, s, "POST", to, obj{"content": "  "}); got.code() != 50006 {
		t.Errorf("an empty message: %v", got)
	}
	if len(s.TakeViolations()) < 20 {
		t.Error("violations were not noted")
	}
}

// A message is made, read, changed and deleted; its nonce makes it once.
func TestMessages(t *testing.T) {
	clock := bot.NewSandboxClock(time.Date(2030, 5, 1, 12, 0, 0, 0, time.UTC), true)
	s := discordtest.Start(t, discordtest.Options{Clock: clock, Unlimited: true})
	alice, general := s.Member("alice"), s.Guild().Channel("general")
	to := "/channels/" + general.ID + "/messages"
	body := obj{"content": "one", "nonce": "n1", "enforce_nonce": true}
	first := ask(t, s, "POST", to, body)
	if again := ask(t, s, "POST", to, body); again.id() != first.id() || len(general.Public()) != 1 {
		t.Errorf("the same nonce made %v", again)
	}
	clock.Set(clock.Now().Add(10 * time.Minute))
	if later := ask(t, s, "POST", to, body); later.id() == first.id() {
		t.Error("a nonce is remembered for ever")
	}
	if got := ask(t, s, "PATCH", to+"/"+first.id(), obj{"content": "two", "embeds": []obj{{"title": "e"}}}); got.body["edited_timestamp"] == nil || got.body["content"] != "two" {
		t.Errorf("edited: %v", got)
	}
	if got := ask(t, s, "PATCH", to+"/"+first.id(), obj{"content": nil}); got.body["content"] != "" || len(got.body["embeds"].([]any)) != 1 {
		t.Errorf("a null content: %v", got)
	}
	theirs, err := alice.Say(general.ID, "mine")
	check(t, err)
	if got := ask(t, s, "PATCH", to+"/"+theirs.ID, obj{"content": "no"}); got.code() != 50005 {
		t.Errorf("edited another's message: %v", got)
	}
	for range 3 {
		_, err := alice.Say(general.ID, "more")
		check(t, err)
	}
	if got := ask(t, s, "GET", to+"?limit=2&before="+theirs.ID, nil).list; len(got) != 2 || got[1].(obj)["id"] != first.id() {
		t.Errorf("before: %v", got)
	}
	if got := ask(t, s, "GET", to+"?limit=2&after="+theirs.ID, nil).list; len(got) != 2 || got[1].(obj)["content"] != "more" {
		t.Errorf("after: %v", got)
	}
	if got := ask(t, s, "DELETE", to+"/"+first.id(), nil); got.status != 204 {
		t.Errorf("deleted: %v", got)
	}
	if got := ask(t, s, "GET", to+"/"+first.id(), nil); got.code() != 10008 {
		t.Errorf("a deleted message: %v", got)
	}
	if got := ask(t, s, "PUT", to+"/"+theirs.ID+"/reactions/%F0%9F%91%8D/@me", nil); got.status != 204 {
		t.Errorf("reacted: %v", got)
	}
	check(t, alice.React(theirs, "👍"))
	if got := ask(t, s, "GET", to+"/"+theirs.ID+"/reactions/%F0%9F%91%8D", nil).list; len(got) != 2 {
		t.Errorf("reactions: %v", got)
	}
}

// Only what allowed_mentions and permissions let through pings, from texts alone.
func TestMentions(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{Unlimited: true})
	g := s.Guild()
	alice, bob, carol := g.Member("alice"), g.Member("bob"), g.Member("carol")
	role := g.AddRole("Board", 0)
	carol.Give(role)
	secret := g.AddChannel("secret")
	secret.Overwrite(bob.ID, 0, discordtest.ViewChannel)
	to := func(c *discordtest.Channel, body obj) *discordtest.Message {
		t.Helper()
		got := ask(t, s, "POST", "/channels/"+c.ID+"/messages", body)
		if got.status != 200 {
			t.Fatal(got)
		}
		list := c.Public()
		return list[len(list)-1]
	}
	all := alice.Mention() + " " + bob.Mention() + " <@&" + role.ID + "> @everyone `" + carol.Mention() + "`"
	for _, c := range []struct {
		name string
		in   *discordtest.Channel
		body obj
		want string
	}{
		{"all", g.Channel("general"), obj{"content": all}, "alice bob"},
		{"none", g.Channel("general"), obj{"content": all, "allowed_mentions": obj{"parse": []string{}}}, ""},
		{"one", g.Channel("general"), obj{"content": all, "allowed_mentions": obj{"users": []string{bob.ID}}}, "bob"},
		{"unseen", secret, obj{"content": all}, "alice"},
		{"embed", g.Channel("general"), obj{"embeds": []obj{{"description": all}}}, ""},
	} {
		if got := strings.Join(to(c.in, c.body).Pinged, " "); got != c.want {
			t.Errorf("%s: pinged %q, want %q", c.name, got, c.want)
		}
	}
	g.SetBot(discordtest.DefaultPermissions | discordtest.MentionEveryone)
	if got := strings.Join(to(g.Channel("general"), obj{"content": all}).Pinged, " "); got != "alice bob carol everyone" {
		t.Errorf("with the permission: pinged %q", got)
	}
	if len(bob.Pings()) != 3 {
		t.Errorf("bob was pinged %d times", len(bob.Pings()))
	}
	said, err := alice.Say(g.Channel("general").ID, "hello")
	check(t, err)
	reply := obj{"content": "hi", "message_reference": obj{"message_id": said.ID}}
	if got := to(g.Channel("general"), reply); strings.Join(got.Pinged, " ") != "alice" || got.Type != 19 {
		t.Errorf("a reply pinged %v", got.Pinged)
	}
	reply["allowed_mentions"] = obj{"parse": []string{}}
	if got := to(g.Channel("general"), reply); len(got.Pinged) != 0 {
		t.Errorf("a reply that may not ping pinged %v", got.Pinged)
	}
}

// Files come as a form, and can be fetched again.
func TestFiles(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{})
	general := s.Guild().Channel("general")
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	check(t, form.WriteField("payload_json", `{"content":"the register","attachments":[{"id":0,"description":"as a table"}]}`))
	file, err := form.CreateFormFile("files[0]", "register.csv")
	check(t, err)
	_, err = file.Write([]byte("a,b\n"))
	check(t, err)
	check(t, form.Close())
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/v10/channels/"+general.ID+"/messages", &b)
	check(t, err)
	r.Header.Set("Content-Type", form.FormDataContentType())
	if got := send(t, s, r); got.status != 200 {
		t.Fatal(got)
	}
	a := general.Public()[0].Attachments[0]
	if a.Filename != "register.csv" || a.Description != "as a table" || string(a.Data) != "a,b\n" {
		t.Errorf("attached %+v", a)
	}
	resp, err := http.Get(a.URL)
	check(t, err)
	defer resp.Body.Close()
	if text, err := io.ReadAll(resp.Body); err != nil || string(text) != "a,b\n" {
		t.Errorf("fetched %q %v", text, err)
	}
}
