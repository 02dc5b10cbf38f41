package discordtest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"greffier/adapters/discord/discordtest"
)

// connect opens a session of discordgo on a server.
func connect(t *testing.T, s *discordtest.Server, prepare func(*discordgo.Session)) *discordgo.Session {
	t.Helper()
	d, err := discordgo.New("Bot " + s.Token)
	if err != nil {
		t.Fatal(err)
	}
	d.Client = s.Client("10")
	d.Identify.Intents = discordgo.IntentsAllWithoutPrivileged | discordgo.IntentGuildMembers | discordgo.IntentMessageContent
	if prepare != nil {
		prepare(d)
	}
	if err := d.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// must ends the test on an error.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

var commands = []*discordgo.ApplicationCommand{{
	Name: "request", Description: "Requests", NameLocalizations: &map[discordgo.Locale]string{discordgo.French: "demande"},
	Options: []*discordgo.ApplicationCommandOption{
		{
			Type: discordgo.ApplicationCommandOptionSubCommand, Name: "new", Description: "File a request",
			NameLocalizations: map[discordgo.Locale]string{discordgo.French: "nouvelle"},
			Options: []*discordgo.ApplicationCommandOption{
				{
					Type: discordgo.ApplicationCommandOptionString, Name: "title", Description: "In a few words", Required: true, MaxLength: 20,
					NameLocalizations: map[discordgo.Locale]string{discordgo.French: "titre"},
				},
				{
					Type: discordgo.ApplicationCommandOptionString, Name: "kind", Description: "What it is about",
					Choices: []*discordgo.ApplicationCommandOptionChoice{
						{Name: "One", Value: "one"},
						{Name: "Other", Value: "other", NameLocalizations: map[discordgo.Locale]string{discordgo.French: "Autre"}},
					},
				},
				{Type: discordgo.ApplicationCommandOptionUser, Name: "for", Description: "For whom"},
				{Type: discordgo.ApplicationCommandOptionString, Name: "tag", Description: "A tag", Autocomplete: true},
			},
		},
		{Type: discordgo.ApplicationCommandOptionSubCommand, Name: "form", Description: "File a request with a form"},
	},
}}

// clerk answers what members do, as an application does.
func clerk(d *discordgo.Session, i *discordgo.InteractionCreate) {
	answer := func(kind discordgo.InteractionResponseType, data *discordgo.InteractionResponseData) {
		_ = d.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{Type: kind, Data: data})
	}
	switch i.Type {
	case discordgo.InteractionApplicationCommand:
		sub := i.ApplicationCommandData().Options[0]
		if sub.Name == "form" {
			answer(discordgo.InteractionResponseModal, &discordgo.InteractionResponseData{
				CustomID: "form", Title: "A request", Components: []discordgo.MessageComponent{
					discordgo.ActionsRow{Components: []discordgo.MessageComponent{
						discordgo.TextInput{CustomID: "title", Label: "Title", Style: discordgo.TextInputShort, Required: true, MaxLength: 10},
					}},
				},
			})
			return
		}
		answer(discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{
			Content: fmt.Sprintf("%s in %s", sub.Options[0].StringValue(), string(i.Locale)),
			Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
				discordgo.Button{Label: "Count", Style: discordgo.PrimaryButton, CustomID: "count"},
			}}},
		})
	case discordgo.InteractionApplicationCommandAutocomplete:
		answer(discordgo.InteractionApplicationCommandAutocompleteResult, &discordgo.InteractionResponseData{
			Choices: []*discordgo.ApplicationCommandOptionChoice{{Name: "Kitchen", Value: "k", NameLocalizations: map[discordgo.Locale]string{discordgo.French: "Cuisine"}}},
		})
	case discordgo.InteractionMessageComponent:
		answer(discordgo.InteractionResponseDeferredChannelMessageWithSource, &discordgo.InteractionResponseData{Flags: discordgo.MessageFlagsEphemeral})
		text := "counted for <@" + i.Member.User.ID + ">"
		_, _ = d.InteractionResponseEdit(i.Interaction, &discordgo.WebhookEdit{Content: &text})
	case discordgo.InteractionModalSubmit:
		field := i.ModalSubmitData().Components[0].(*discordgo.ActionsRow).Components[0].(*discordgo.TextInput)
		answer(discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{Content: "filed " + field.Value, Flags: discordgo.MessageFlagsEphemeral})
	}
}

// A command, its autocomplete, a button and a form go from the member to the
// application and back, in the member's language.
func TestWithDiscordgo(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{})
	g := s.Guild()
	alice, bob := g.Member("alice"), g.Member("bob")
	alice.SetLocale("fr")
	general := g.Channel("general").ID
	d := connect(t, s, nil)
	d.AddHandler(clerk)
	if _, err := d.ApplicationCommandBulkOverwrite(s.AppID, g.ID, commands); err != nil {
		t.Fatal(err)
	}

	it := must[*discordtest.Interaction](t)(alice.Slash(general, "demande nouvelle", discordtest.Args{"titre": "Une porte", "kind": "Autre", "for": bob}))
	if err := it.Settle(within(t)); err != nil {
		t.Fatal(err)
	}
	said := it.Response()
	if said.Content != "Une porte in fr" || strings.Join(said.Buttons(), " ") != "Count" || said.Ephemeral() {
		t.Errorf("answered %+v", said)
	}
	if _, err := bob.Slash(general, "demande nouvelle", nil); !errors.Is(err, discordtest.ErrNoCommand) {
		t.Errorf("the French name is known to an English client: %v", err)
	}
	if _, err := bob.Slash(general, "request new", nil); err == nil {
		t.Error("a required option may be left out")
	}

	press := must[*discordtest.Interaction](t)(bob.Press(said, "Count"))
	if err := press.Settle(within(t)); err != nil {
		t.Fatal(err)
	}
	if got := press.Response(); got.Content != "counted for "+bob.Mention() || !got.Ephemeral() || len(alice.Private()) != 0 || len(bob.Private()) != 1 {
		t.Errorf("the press was answered %+v", got)
	}

	complete := must[*discordtest.Interaction](t)(alice.Autocomplete(general, "demande nouvelle", nil, "tag", "cu"))
	if err := complete.Wait(within(t)); err != nil {
		t.Fatal(err)
	}
	if got := complete.Choices(); len(got) != 1 || got[0].Name != "Cuisine" || got[0].Value != "k" {
		t.Errorf("suggested %+v", got)
	}

	form := must[*discordtest.Interaction](t)(bob.Type(general, "/request form"))
	if err := form.Wait(within(t)); err != nil {
		t.Fatal(err)
	}
	modal := bob.Modal()
	if _, err := bob.Submit(modal, map[string]string{"Title": "far too long a title"}); err == nil {
		t.Error("a text that is too long was sent in")
	}
	sent := must[*discordtest.Interaction](t)(bob.Submit(modal, map[string]string{"Title": "a door"}))
	if err := sent.Wait(within(t)); err != nil {
		t.Fatal(err)
	}
	if got := sent.Response(); got == nil || got.Content != "filed a door" {
		t.Errorf("the form was answered %+v", got)
	}
}
