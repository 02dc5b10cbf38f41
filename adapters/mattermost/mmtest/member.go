package mmtest

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"
)

// Member is somebody logged in: what one types and clicks. A bot is one too.
type Member struct {
	ID, Name string
	// Client is logged in as the member, for what has no method here and for
	// loads.
	Client *model.Client4

	server *Server
	bot    bool
}

// Locale sets the member's language, such as fr.
func (m *Member) Locale(t testing.TB, locale string) {
	t.Helper()
	if _, _, err := m.Client.PatchUser(t.Context(), m.ID, &model.UserPatch{Locale: &locale}); err != nil {
		t.Fatalf("language of %s: %v", m.Name, err)
	}
}

// Say posts a text in a channel.
func (m *Member) Say(t testing.TB, channel, text string) *model.Post {
	t.Helper()
	return m.Post(t, &model.Post{ChannelId: channel, Message: text})
}

// Reply posts a text in the thread of a post.
func (m *Member) Reply(t testing.TB, to *model.Post, text string) *model.Post {
	t.Helper()
	root := to.RootId
	if root == "" {
		root = to.Id
	}
	return m.Post(t, &model.Post{ChannelId: to.ChannelId, RootId: root, Message: text})
}

// Post posts.
func (m *Member) Post(t testing.TB, p *model.Post) *model.Post {
	t.Helper()
	made, _, err := m.Client.CreatePost(t.Context(), p)
	if err != nil {
		t.Fatalf("%s posts: %v", m.Name, err)
	}
	return made
}

// React adds an emoji, such as "one", to a post.
func (m *Member) React(t testing.TB, p *model.Post, emoji string) {
	t.Helper()
	r := &model.Reaction{UserId: m.ID, PostId: p.Id, EmojiName: emoji}
	if _, _, err := m.Client.SaveReaction(t.Context(), r); err != nil {
		t.Fatalf("%s reacts: %v", m.Name, err)
	}
}

// Direct is the channel of direct messages with another member or a bot.
func (m *Member) Direct(t testing.TB, with *Member) *model.Channel {
	t.Helper()
	ch, _, err := m.Client.CreateDirectChannel(t.Context(), m.ID, with.ID)
	if err != nil {
		t.Fatalf("direct channel of %s and %s: %v", m.Name, with.Name, err)
	}
	m.reads(t, ch.Id)
	return ch
}

// reads makes sure that a member can read a channel that they have entered.
func (m *Member) reads(t testing.TB, channel string) {
	t.Helper()
	m.admitted(t, channel, func() (*model.Response, error) {
		_, resp, err := m.Client.GetPostsForChannel(t.Context(), channel, 0, 1, "", false, false)
		return resp, err
	})
}

// admitted makes sure that the server knows what somebody has just become a member
// of, by something that only members may do. It caches the teams of a session and
// the channels of an account: where another request of theirs has read them just
// before, and keeps them just after, they stay as they were for a quarter of an
// hour, and what the member does is refused. Roles that are set again, as they are,
// have the server read both anew. Bots do nothing before they have entered all, and who
// is not logged in does nothing.
func (m *Member) admitted(t testing.TB, where string, tried func() (*model.Response, error)) {
	t.Helper()
	if m.bot || m.Client == nil {
		return
	}
	admin := m.server.Admin.Client
	for left := 10; ; left-- {
		resp, err := tried()
		if err == nil {
			return
		}
		if left == 0 || resp == nil || resp.StatusCode != http.StatusForbidden {
			t.Fatalf("%s in %s: %v", m.Name, where, err)
		}
		user, _, err := admin.GetUser(t.Context(), m.ID, "")
		if err == nil {
			_, err = admin.UpdateUserRoles(t.Context(), m.ID, user.Roles)
		}
		if err != nil {
			t.Fatalf("roles of %s: %v", m.Name, err)
		}
	}
}

// Posts are the posts of a channel that are stored, so no ephemeral ones,
// the oldest first.
func (m *Member) Posts(t testing.TB, channel string) []*model.Post {
	t.Helper()
	const most = 200 // that the server gives at once
	var posts []*model.Post
	read := map[string]bool{} // what is posted meanwhile moves the others to the next page
	for page := 0; ; page++ {
		list, _, err := m.Client.GetPostsForChannel(t.Context(), channel, page, most, "", false, false)
		if err != nil {
			t.Fatalf("%s reads: %v", m.Name, err)
		}
		for _, p := range list.ToSlice() {
			if !read[p.Id] {
				read[p.Id] = true
				posts = append(posts, p)
			}
		}
		if len(list.Order) < most {
			break
		}
	}
	slices.Reverse(posts)
	return posts
}

// Command runs a slash command, such as "/vote list", from a channel of a team.
// An ephemeral answer comes over the WebSocket too ([Watch]), with its buttons;
// only a text is in what is returned. The error is the server's, as when our end
// does not answer.
func (m *Member) Command(t testing.TB, channel, line string) (*model.CommandResponse, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience) // the server gives a command 30 s
	defer cancel()
	answer, _, err := m.Client.ExecuteCommand(ctx, channel, line)
	return answer, err
}

// Action is the button or menu of a post by its label; the test ends when the
// post has none of the sort.
func Action(t testing.TB, p *model.Post, label string) *model.PostAction {
	t.Helper()
	var have []string
	for _, a := range p.Attachments() {
		for _, action := range a.Actions {
			if action.Name == label {
				return action
			}
			have = append(have, action.Name)
		}
	}
	t.Fatalf("no button %q on the post %q; it has %q", label, p.Message, have)
	return nil
}

// Press presses the button of a post by its label.
func (m *Member) Press(t testing.TB, p *model.Post, label string) {
	t.Helper()
	if err := m.Do(t.Context(), p, Action(t, p, label), ""); err != nil {
		t.Fatalf("%s presses %q: %v", m.Name, label, err)
	}
}

// Choose takes an option, by its value, from the menu of a post.
func (m *Member) Choose(t testing.TB, p *model.Post, label, option string) {
	t.Helper()
	if err := m.Do(t.Context(), p, Action(t, p, label), option); err != nil {
		t.Fatalf("%s chooses %q: %v", m.Name, option, err)
	}
}

// Do performs an action of a post and waits for the server's answer, which tells
// whether our end answered it well. Buttons of ephemeral posts work too.
func (m *Member) Do(ctx context.Context, p *model.Post, a *model.PostAction, option string) error {
	_, err := m.Client.DoPostActionWithCookie(ctx, p.Id, a.Id, option, a.Cookie, nil, "")
	return err
}

// Submit sends in a dialog that was opened for the member ([Watch.Dialog]), from a
// channel of a team, and returns what is wrong with it, if anything.
func (m *Member) Submit(t testing.TB, d *model.OpenDialogRequest, team *Team, channel string, fields map[string]any) *model.SubmitDialogResponse {
	t.Helper()
	answer, err := m.Send(t.Context(), &model.SubmitDialogRequest{
		URL: d.URL, CallbackId: d.Dialog.CallbackId, State: d.Dialog.State, UserId: m.ID,
		ChannelId: channel, TeamId: team.ID, Submission: fields,
	})
	if err != nil {
		t.Fatalf("%s submits %q: %v", m.Name, d.Dialog.Title, err)
	}
	return answer
}

// Send sends in any dialog, honest or not: all of it comes from the client.
func (m *Member) Send(ctx context.Context, r *model.SubmitDialogRequest) (*model.SubmitDialogResponse, error) {
	answer, _, err := m.Client.SubmitInteractiveDialog(ctx, *r)
	return answer, err
}
