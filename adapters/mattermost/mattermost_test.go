package mattermost_test

import (
	"strings"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/adapters/mattermost"
	"greffier/adapters/mattermost/mmtest"
	"greffier/bot"
)

// A command is answered to whoever typed it, and what is for everybody is posted
// by the bot; what a member types pings nobody.
func TestMattermostCommand(t *testing.T) {
	r := newRig(t)
	screen := r.bruno.Watch(t)
	answer, err := r.alice.Command(t, r.channel.Id, "/club say @all **hello** @"+r.bruno.Name+" https://example.org/a_b")
	if err != nil || !strings.HasPrefix(answer.Text, "You said: @\u2060all \\*\\*hello\\*\\*") {
		t.Fatalf("answer %+v, %v", answer, err)
	}
	if !strings.Contains(answer.Text, "https://example.org/a_b") {
		t.Errorf("the link is broken: %q", answer.Text)
	}
	e := screen.Await(t, "the post", func(e *model.WebSocketEvent) bool {
		text, _ := e.GetData()["post"].(string)
		return e.EventType() == model.WebsocketEventPosted && strings.Contains(text, "hello")
	})
	if mentions, _ := e.GetData()["mentions"].(string); strings.Contains(mentions, r.bruno.ID) {
		t.Errorf("what alice typed pinged bruno: %s", mentions)
	}
	p := r.posted(r.bruno, r.channel.Id, "hello")
	if p.UserId != r.bot.ID || !strings.HasPrefix(p.Message, "@"+r.alice.Name+" said:") {
		t.Errorf("post %+v", p)
	}
}

// In French for who uses Mattermost in French; a mistake gets a suggestion that
// can be typed; words that belong to Mattermost are reached under the bot's name.
func TestMattermostWords(t *testing.T) {
	r := newRig(t)
	r.alice.Locale(t, "fr")
	r.until("alice speaks French", func() bool {
		answer, err := r.alice.Command(t, r.channel.Id, "/club say bonjour")
		return err == nil && strings.HasPrefix(answer.Text, "Vous avez dit")
	})
	answer, err := r.bruno.Command(t, r.channel.Id, "/"+r.bot.Name+" help club")
	if err != nil || !strings.Contains(answer.Text, "/club say") {
		t.Errorf("help on a word: %+v, %v", answer, err)
	}
	answer, err = r.bruno.Command(t, r.channel.Id, "/"+r.bot.Name+" help")
	if err != nil || !strings.Contains(answer.Text, "`/club`") || !strings.Contains(answer.Text, "/"+r.bot.Name+" me") {
		t.Errorf("help: %+v, %v", answer, err)
	}
	if answer, err := r.bruno.Command(t, r.channel.Id, "/"+r.bot.Name+" clubb"); err != nil || !strings.Contains(answer.Text, "/club") {
		t.Errorf("no suggestion: %+v, %v", answer, err)
	}
}

// What is missing is asked for in a dialog; mistakes are shown beside the fields.
func TestMattermostForm(t *testing.T) {
	r := newRig(t)
	screen := r.alice.Watch(t)
	if _, err := r.alice.Command(t, r.channel.Id, "/club ask"); err != nil {
		t.Fatal(err)
	}
	d := screen.Dialog(t)
	if len(d.Dialog.Title) > 24 || len(d.Dialog.Elements) != 3 || d.Dialog.Elements[1].Type != "select" || d.Dialog.Elements[2].Type != "textarea" {
		t.Fatalf("dialog %+v", d.Dialog)
	}
	for _, e := range d.Dialog.Elements {
		if len(e.DisplayName) > 24 {
			t.Errorf("label %q is too long for old servers", e.DisplayName)
		}
	}
	bad := r.alice.Submit(t, d, r.team, r.channel.Id, map[string]any{"title": strings.Repeat("long ", 5), "kind": "seven"})
	if bad.Errors["title"] == "" || bad.Errors["kind"] == "" {
		t.Errorf("errors %+v", bad)
	}
	good := r.alice.Submit(t, d, r.team, r.channel.Id, map[string]any{"title": "Un banc", "kind": "two", "why": nil})
	if len(good.Errors) > 0 || good.Error != "" {
		t.Errorf("refused: %+v", good)
	}
	screen.Ephemeral(t, r.channel.Id, mmtest.Containing("Asked for Un banc, of kind two"))
	// Another member's state is of no use.
	request := &model.SubmitDialogRequest{
		URL: d.URL, CallbackId: d.Dialog.CallbackId, State: d.Dialog.State, UserId: r.bruno.ID,
		ChannelId: r.channel.Id, TeamId: r.team.ID, Submission: map[string]any{"title": "Un autre", "kind": "one"},
	}
	if answer, err := r.bruno.Send(t.Context(), request); err == nil && answer.Error == "" && r.refused("state") == 0 {
		t.Errorf("another member's state was taken: %+v", answer)
	}
}

// A card is edited in place with working buttons; presses are answered in private.
func TestMattermostCard(t *testing.T) {
	r := newRig(t)
	if _, err := r.alice.Command(t, r.channel.Id, "/club card"); err != nil {
		t.Fatal(err)
	}
	card := r.posted(r.alice, r.channel.Id, "Pressed 0 times.")
	screen := r.alice.Watch(t)
	r.alice.Press(t, card, "Press")
	said := screen.Ephemeral(t, r.channel.Id, mmtest.Containing("Your press is number 1."))
	if !mmtest.Containing("Do it — `/club who`")(said) {
		t.Errorf("what can be done next is not said: %q", said.Message)
	}
	if direct := r.alice.Posts(t, r.alice.Direct(t, r.bot).Id); len(direct) > 0 {
		t.Errorf("a press that needs no buttons back costs a direct message: %q", direct[0].Message)
	}
	again := r.posted(r.alice, r.channel.Id, "Pressed 1 times.")
	if again.Id != card.Id {
		t.Errorf("the card was posted anew")
	}
	r.bruno.Press(t, again, "Press")
	r.posted(r.bruno, r.channel.Id, "Pressed 2 times.")
	// An answer with buttons comes in a direct message, and its button works.
	direct := r.alice.Direct(t, r.bot)
	r.alice.Press(t, again, "Do it")
	question := r.posted(r.alice, direct.Id, "Are you sure?")
	r.alice.Press(t, question, "yes")
	screen.Ephemeral(t, direct.Id, mmtest.Containing("It is done."))
}

// What is said about a card stands in its thread, and in the channel when the
// card is gone.
func TestMattermostThread(t *testing.T) {
	r := newRig(t)
	if _, err := r.alice.Command(t, r.channel.Id, "/club card"); err != nil {
		t.Fatal(err)
	}
	card := r.posted(r.alice, r.channel.Id, "Pressed 0 times.")
	if _, err := r.alice.Command(t, r.channel.Id, "/club notice"); err != nil {
		t.Fatal(err)
	}
	if p := r.posted(r.alice, r.channel.Id, "This is for you."); p.RootId != card.Id {
		t.Errorf("the notice does not stand under the card: root %q", p.RootId)
	}
	if _, err := r.s.Admin.Client.DeletePost(t.Context(), card.Id); err != nil {
		t.Fatal(err)
	}
	if _, err := r.alice.Command(t, r.channel.Id, "/club notice"); err != nil {
		t.Fatal(err)
	}
	if p := r.posted(r.alice, r.channel.Id, "This is for you."); p.RootId != "" {
		t.Errorf("the notice stands under a card that is gone: root %q", p.RootId)
	}
}

// An ephemeral answer to a command carries its buttons itself.
func TestMattermostEphemeralButtons(t *testing.T) {
	r := newRig(t)
	screen := r.alice.Watch(t)
	if _, err := r.alice.Command(t, r.channel.Id, "/club sure"); err != nil {
		t.Fatal(err)
	}
	question := screen.Ephemeral(t, r.channel.Id, mmtest.Containing("Are you sure?"))
	r.alice.Press(t, question, "yes")
	screen.Ephemeral(t, r.channel.Id, mmtest.Containing("It is done."))
}

// Direct messages go to a direct channel, and what is typed there is a command.
func TestMattermostDirect(t *testing.T) {
	r := newRig(t)
	direct := r.alice.Direct(t, r.bot)
	if _, err := r.alice.Command(t, r.channel.Id, "/club write"); err != nil {
		t.Fatal(err)
	}
	r.posted(r.alice, direct.Id, "This is for you.")
	r.alice.Say(t, direct.Id, "club say hi")
	r.posted(r.alice, direct.Id, "You said: hi")
	r.alice.Say(t, r.channel.Id, "@"+r.bot.Name+" club say from the channel")
	r.posted(r.alice, direct.Id, "You said: from the channel")
	r.posted(r.alice, r.channel.Id, "said: from the channel")
}

// Without an address that the server can reach: mentions, numbers and questions.
func TestMattermostMention(t *testing.T) {
	r := newRig(t, mentionMode)
	direct := r.alice.Direct(t, r.bot)
	r.alice.Say(t, r.channel.Id, "@"+r.bot.Name+" club card")
	card := r.posted(r.alice, r.channel.Id, "`1` Press")
	r.alice.Reply(t, card, "1")
	r.posted(r.alice, r.channel.Id, "Pressed 1 times.")
	r.posted(r.alice, direct.Id, "Your press is number 1.")
	r.bruno.React(t, card, "one")
	r.posted(r.alice, r.channel.Id, "Pressed 2 times.")

	r.alice.Say(t, direct.Id, "club ask")
	r.posted(r.alice, direct.Id, "Title")
	r.alice.Say(t, direct.Id, "A bench that is far too long")
	r.posted(r.alice, direct.Id, "`2` Two")
	r.alice.Say(t, direct.Id, "2")
	r.posted(r.alice, direct.Id, "Why")
	r.alice.Say(t, direct.Id, "-")
	r.posted(r.alice, direct.Id, "at most")
	r.alice.Say(t, direct.Id, "A bench")
	r.posted(r.alice, direct.Id, "Asked for A bench, of kind two")

	r.alice.Say(t, direct.Id, "club sure")
	r.posted(r.alice, direct.Id, "`1` yes")
	r.alice.Say(t, direct.Id, "1")
	r.posted(r.alice, direct.Id, "It is done.")
}

// Who joins is noticed once, also while we were away; who leaves too. Groups
// follow the membership of channels.
func TestMattermostNewcomers(t *testing.T) {
	r := newRig(t)
	who := func(want string) {
		t.Helper()
		r.until(want, func() bool {
			answer, err := r.alice.Command(t, r.channel.Id, "/club who")
			return err == nil && strings.Contains(answer.Text, want)
		})
	}
	who(" 0 joined, 0 left")
	carol := r.s.NewUser(t, "carol")
	r.team.Join(t, carol)
	who(" 1 joined, 0 left")
	r.end()
	dave := r.s.NewUser(t, "dave")
	r.team.Join(t, dave)
	r.team.Leave(t, carol)
	r.start()
	who(" 2 joined, 1 left")
	r.end()
	r.start()
	who(" 2 joined, 1 left, committee: no")
	if answer, err := r.bruno.Command(t, r.channel.Id, "/club who"); err != nil || !strings.Contains(answer.Text, "committee: yes") {
		t.Errorf("bruno, of the committee's channel: %+v, %v", answer, err)
	}
	r.team.Channel(t, "comite", model.ChannelTypePrivate, r.alice)
	who("committee: yes")
}

// A private channel is opened to whom a post invites there, and groups that follow
// the channel notice; inviting somebody again changes nothing.
func TestMattermostInvite(t *testing.T) {
	r := newRig(t)
	private := r.team.Channel(t, "members", model.ChannelTypePrivate, r.bot, r.bruno)
	for _, key := range []string{"invite-one", "invite-two"} {
		_, err := r.adapter.Deliver(t.Context(), bot.Delivery{
			Key: key, Place: bot.Place{Platform: mattermost.Platform, Channel: private.Id},
			Invite: []bot.Account{{Platform: mattermost.Platform, ID: r.alice.ID}}, Message: bot.Message{Text: "Welcome " + bot.Markup(key)},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	r.posted(r.alice, private.Id, "Welcome invite-one")
	r.posted(r.alice, private.Id, "Welcome invite-two")
}
