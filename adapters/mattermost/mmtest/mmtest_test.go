package mmtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
	"go.uber.org/goleak"

	"greffier/adapters/mattermost/mmtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// integration is the smallest one there can be: it opens a dialog when its
// command is run, counts the presses of its button, and finds fault with an empty
// field.
type integration struct {
	*httptest.Server
	bot *mmtest.Member

	mu      sync.Mutex
	presses int
	told    []string
}

func newIntegration(t *testing.T, bot *mmtest.Member) *integration {
	in := &integration{bot: bot}
	mux := http.NewServeMux()
	mux.HandleFunc("/command", in.command)
	mux.HandleFunc("/action", in.action)
	mux.HandleFunc("/dialog", in.dialog)
	in.Server = httptest.NewServer(mux)
	t.Cleanup(in.Close)
	return in
}

func (in *integration) command(w http.ResponseWriter, r *http.Request) {
	if r.FormValue("text") == "form" {
		_, err := in.bot.Client.OpenInteractiveDialog(r.Context(), model.OpenDialogRequest{
			TriggerId: r.FormValue("trigger_id"), URL: in.URL + "/dialog",
			Dialog: model.Dialog{
				CallbackId: "idea", Title: "Une idée", State: "signed",
				Elements: []model.DialogElement{{DisplayName: "Titre", Name: "title", Type: "text"}},
			},
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.WriteHeader(http.StatusOK) // nothing to say, in plain text
		return
	}
	answer(w, model.CommandResponse{ResponseType: model.CommandResponseTypeEphemeral, Text: "Bonjour", Attachments: in.card("Une carte")})
}

func (in *integration) card(text string) []*model.MessageAttachment {
	return []*model.MessageAttachment{{
		Text: text,
		Actions: []*model.PostAction{{
			Id: "support", Name: "Soutenir", Type: model.PostActionTypeButton,
			Integration: &model.PostActionIntegration{URL: in.URL + "/action", Context: map[string]any{"card": "1"}},
		}},
	}}
}

func (in *integration) action(w http.ResponseWriter, r *http.Request) {
	var request model.PostActionIntegrationRequest
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil || request.Context["card"] != "1" {
		http.Error(w, "not ours", http.StatusBadRequest)
		return
	}
	in.mu.Lock()
	in.presses++
	in.mu.Unlock()
	answer(w, model.PostActionIntegrationResponse{EphemeralText: "Soutien noté"})
}

func (in *integration) dialog(w http.ResponseWriter, r *http.Request) {
	var request model.SubmitDialogRequest
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil || request.State != "signed" {
		http.Error(w, "not ours", http.StatusBadRequest)
		return
	}
	title, _ := request.Submission["title"].(string)
	if title == "" {
		answer(w, model.SubmitDialogResponse{Errors: map[string]string{"title": "Il manque un titre."}})
		return
	}
	in.mu.Lock()
	in.told = append(in.told, title)
	in.mu.Unlock()
	answer(w, model.SubmitDialogResponse{})
}

func (in *integration) pressed() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.presses
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a server that hangs up fails the test by itself
}

// A member does all that the package offers, and the integration sees it.
func TestMemberActs(t *testing.T) {
	s := mmtest.Start(t)
	alice := s.User(t, "alice")
	bot := s.NewBot(t, "clerk")
	team := s.NewTeam(t)
	team.Join(t, alice, bot)
	team.Administrator(t, bot, true)
	channel := team.Channel(t, "demandes", model.ChannelTypeOpen, alice, bot)
	in := newIntegration(t, bot)
	_, _, err := bot.Client.CreateCommand(t.Context(), &model.Command{
		TeamId: team.ID, Trigger: "idee", Method: model.CommandMethodPost, URL: in.URL + "/command",
		AutoComplete: true, DisplayName: "Idée",
	})
	if err != nil {
		t.Fatalf("the bot, an administrator of its team, registers a command: %v", err)
	}
	screen := alice.Watch(t)

	t.Run("command", func(t *testing.T) {
		if got, err := alice.Command(t, channel.Id, "/idee"); err != nil || got.Text != "Bonjour" {
			t.Fatalf("got %+v, %v", got, err)
		}
		answer := screen.Ephemeral(t, channel.Id, mmtest.Containing("Bonjour"))
		alice.Press(t, answer, "Soutenir")
		screen.Ephemeral(t, channel.Id, mmtest.Containing("Soutien noté"))
	})
	t.Run("dialog", func(t *testing.T) {
		if _, err := alice.Command(t, channel.Id, "/idee form"); err != nil {
			t.Fatal(err)
		}
		d := screen.Dialog(t)
		if got := alice.Submit(t, d, team, channel.Id, map[string]any{"title": ""}); got.Errors["title"] == "" {
			t.Errorf("an empty title is not refused: %+v", got)
		}
		if got := alice.Submit(t, d, team, channel.Id, map[string]any{"title": "Un banc"}); len(got.Errors) > 0 || got.Error != "" {
			t.Errorf("refused: %+v", got)
		}
		if len(in.told) != 1 || in.told[0] != "Un banc" {
			t.Errorf("submitted: %q", in.told)
		}
	})
	t.Run("card", func(t *testing.T) {
		before := in.pressed()
		bot.Post(t, &model.Post{ChannelId: channel.Id, Props: map[string]any{model.PostPropsAttachments: in.card("Une carte")}})
		card := screen.Post(t, channel.Id, mmtest.Containing("Une carte"))
		for _, m := range s.Crowd(t, 4) {
			team.Join(t, m)
			team.Channel(t, "demandes", model.ChannelTypeOpen, m)
			m.Press(t, card, "Soutenir")
		}
		if got := in.pressed() - before; got != 4 {
			t.Errorf("%d presses came, of 4", got)
		}
	})
	t.Run("posts", func(t *testing.T) {
		direct := alice.Direct(t, bot)
		said := alice.Say(t, direct.Id, "bonjour")
		bot.Reply(t, said, "à vous")
		screen.Post(t, direct.Id, mmtest.Containing("à vous"))
		if posts := alice.Posts(t, direct.Id); len(posts) != 2 || posts[1].RootId != said.Id {
			t.Errorf("posts: %v", posts)
		}
	})
}

// The server can be ended and started, and be paused, and keeps what it knows.
func TestServerFails(t *testing.T) {
	s := mmtest.Start(t)
	alice := s.User(t, "alice")
	team := s.NewTeam(t)
	team.Join(t, alice)
	channel := team.Channel(t, "general", model.ChannelTypeOpen, alice)
	before := s.PID()

	s.Kill(t)
	if _, _, err := alice.Client.GetMe(t.Context(), ""); err == nil {
		t.Error("a killed server answers")
	}
	s.Restart(t)
	if s.PID() == before {
		t.Error("it is the same process")
	}
	said := alice.Say(t, channel.Id, "toujours là")

	s.Pause(t)
	brief, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, _, err := alice.Client.GetPost(brief, said.Id, ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a paused server answers: %v", err)
	}
	s.Resume(t)
	if _, _, err := alice.Client.GetPost(t.Context(), said.Id, ""); err != nil {
		t.Errorf("after the pause: %v", err)
	}
}
