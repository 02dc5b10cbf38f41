package discord_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"greffier/adapters/discord"
	"greffier/adapters/discord/discordtest"
	"greffier/bot"
)

// wish is a feature with one card, which opens a thread and moves through stages.
func wish() bot.Feature {
	stage := []byte("wish-stage")
	words := "commands:\n  wish: {word: wish, help: Wishes}\n"
	for _, w := range []string{"hang", "move", "said"} {
		words += "  wish " + w + ": {word: " + w + ", help: Wishes}\n"
	}
	words += "messages:\n  wish.done: Done\n  wish.title: A door\n  wish.new: New\n  wish.decided: Decided\n" +
		"  wish.thread: 'A door, {{.stage}}'\n  wish.said: '{{.count}} said'\n"
	stageOf := func(c *bot.Ctx) bot.Text {
		if c.Get(stage) == nil {
			return bot.T("wish.new")
		}
		return bot.T("wish.decided")
	}
	return bot.Feature{
		Name:   "wish",
		Locale: fstest.MapFS{"locale/en.yaml": {Data: []byte(words)}, "locale/fr.yaml": {Data: []byte(words)}},
		Commands: []*bot.Command{
			bot.Cmd("wish hang", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
				for _, p := range c.Channels("general") {
					c.Hang("wish/1", p)
				}
				return bot.Say("wish.done"), nil
			}),
			bot.Cmd("wish move", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
				c.Put(stage, []byte("x"))
				c.Redraw("wish/1")
				return bot.Say("wish.done"), nil
			}),
			bot.Cmd("wish said", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
				day := c.Now.AddDate(0, 0, 1)
				n := 0
				for _, p := range c.Channels("general") {
					n += c.Talk(c.Now.AddDate(0, 0, -1), day)[p]
				}
				return bot.Say("wish.said", "count", n), nil
			}),
		},
		Cards: map[string]bot.CardFunc{"wish": func(c *bot.Ctx, _ string) (bot.Card, bool) {
			return bot.Card{
				Key: "wish/1", Title: bot.T("wish.title"), Body: stageOf(c),
				Thread: bot.T("wish.thread", "stage", stageOf(c)), Tags: []bot.Text{stageOf(c)},
			}, true
		}},
	}
}

// A card's thread is called as the card says, whatever becomes of it, and what is said
// there counts as said in the channel.
func TestThreadFollows(t *testing.T) {
	r := serve(t, discordtest.Options{}, wish())
	r.until("served", r.adapter.Serving)
	r.slash(r.alice, "wish hang")
	general := r.s.FindChannel(r.channel)
	r.until("the thread is open", func() bool { return len(general.Threads()) == 1 && general.Threads()[0].Title() == "A door, New" })
	thread := general.Threads()[0].ID
	r.slash(r.alice, "wish move")
	r.until("it follows", func() bool { return general.Threads()[0].Title() == "A door, Decided" })
	for _, where := range []string{thread, r.channel, thread} {
		if _, err := r.alice.Say(where, "I should like one"); err != nil {
			t.Fatal(err)
		}
	}
	r.until("all is counted in the channel", func() bool { return r.slash(r.alice, "wish said").Content == "3 said" })
	r.s.ForgetSessions()
	r.s.Drop()
	r.until("it connects again", func() bool { return r.s.Connected() == 1 && r.adapter.Serving() })
	if _, err := r.alice.Say(thread, "Still"); err != nil {
		t.Fatal(err)
	}
	r.until("also after another start", func() bool { return r.slash(r.alice, "wish said").Content == "4 said" })
}

// In a forum the card is a post, whose tags follow too; tags that it has no words for
// are nobody's business.
func TestForumFollows(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{Unlimited: true})
	forum := s.Guild().AddForum("requests", true, "New", "Decided", "Urgent")
	r := serveOn(t, s, forum.ID, wish())
	r.until("served", r.adapter.Serving)
	r.channel = s.Guild().AddChannel("general").ID
	r.slash(r.alice, "wish hang")
	post := func(name, tag string) func() bool {
		return func() bool {
			all := forum.Threads()
			return len(all) == 1 && all[0].Title() == name && slices.Equal(all[0].Tags(), []string{tag})
		}
	}
	r.until("the post stands", post("A door, New", "New"))
	r.slash(r.alice, "wish move")
	r.until("its tags follow", post("A door, Decided", "Decided"))
	if n := len(forum.Threads()[0].Public()); n != 1 {
		t.Errorf("%d messages in the post", n)
	}
}

// survey is a feature with a form of seven fields, two of which must be filled in.
func survey() bot.Feature {
	type args struct {
		A string `opt:"a"`
		B string `opt:"b"`
		C string `opt:"c,optional"`
		D string `opt:"d,optional"`
		E string `opt:"e,optional"`
		F string `opt:"f,optional"`
		G string `opt:"g,optional,long"`
	}
	words := "commands:\n  survey:\n    word: survey\n    help: Survey\n    options:\n"
	for _, o := range strings.Split("abcdefg", "") {
		words += "      " + o + ": {word: " + o + ", help: Letter}\n"
	}
	words += "messages:\n  survey.done: 'a={{.a}} b={{.b}} c={{.c}} g={{.g}}'\n"
	return bot.Feature{
		Name:   "survey",
		Locale: fstest.MapFS{"locale/en.yaml": {Data: []byte(words)}, "locale/fr.yaml": {Data: []byte(words)}},
		Commands: []*bot.Command{bot.Cmd("survey", func(_ *bot.Ctx, in args) (bot.Reply, error) {
			return bot.Say("survey.done", "a", in.A, "b", in.B, "c", in.C, "g", in.G), nil
		})},
	}
}

// A form of several steps can be sent as it stands once what must be is filled in, and
// by nobody else than whoever was shown it.
func TestSendAsItIs(t *testing.T) {
	r := serve(t, discordtest.Options{}, survey())
	r.until("served", r.adapter.Serving)
	step := func() *discordtest.Message {
		t.Helper()
		it, err := r.alice.Slash(r.channel, "survey", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := it.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(it.Modal().Components); n != 5 {
			t.Fatalf("%d fields at once", n)
		}
		sent, err := r.alice.Submit(it.Modal(), map[string]string{"a": "one", "b": "two", "c": "three"})
		if err != nil {
			t.Fatal(err)
		}
		m := r.answer(sent)
		if !slices.Equal(m.Buttons(), []string{"Continue", "Send as it is"}) {
			t.Fatalf("%q with %q", m.Text(), m.Buttons())
		}
		return m
	}
	it, err := r.alice.Press(step(), "Send as it is")
	if err != nil {
		t.Fatal(err)
	}
	if got := r.answer(it).Content; got != "a=one b=two c=three g=" {
		t.Errorf("sent: %q", got)
	}
	it, err = r.alice.Press(step(), "Continue")
	if err != nil {
		t.Fatal(err)
	}
	if err := it.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent, err := r.alice.Submit(it.Modal(), map[string]string{"g": "seven"})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.answer(sent).Content; got != "a=one b=two c=three g=seven" {
		t.Errorf("after the last step: %q", got)
	}
}

// A compatible server that says less than Discord is served all the same, also in an
// older version of the API.
func TestSparseServer(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{Sparse: true})
	for _, version := range []string{"/v10", "/v9"} {
		t.Run(version, func(t *testing.T) {
			r := serveWith(t, s, func(o *discord.Options) { o.REST, o.Gateway = s.URL+version, "" }, "", outing())
			r.until("served", r.adapter.Serving)
			if got := r.slash(r.alice, "club press").Content; !strings.HasPrefix(got, "Pressed ") {
				t.Errorf("%q", got)
			}
			r.slash(r.alice, "outing plan")
			r.until("the card hangs", r.shown("To the sea"))
			s.Guild().Stranger("newcomer" + version[1:]).Join()
			r.until("a newcomer is noticed", func() bool { return strings.HasSuffix(r.slash(r.alice, "club who").Content, ", 1 joined") })
			r.s.Drop()
			r.until("it resumes", func() bool { return r.s.Connected() == 1 && r.adapter.Serving() })
			if got := r.slash(r.alice, "club press").Content; !strings.HasPrefix(got, "Pressed ") {
				t.Errorf("%q", got)
			}
			if n := r.log.count("level=ERROR"); n != 1 || r.log.count("no scheduled events in a guild") != 1 {
				t.Errorf("%d errors in the log:\n%s", n, r.log.b.String())
			}
		})
	}
}
