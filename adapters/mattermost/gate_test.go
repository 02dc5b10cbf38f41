package mattermost_test

import (
	"strings"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/adapters/mattermost/mmtest"
)

// who waits for the count of those who are here, came and left.
func (r *rig) who(want string) {
	r.Helper()
	r.until(want, func() bool {
		answer, err := r.alice.Command(r, r.channel.Id, "/club who")
		return err == nil && strings.Contains(answer.Text, want)
	})
}

// Guests and bots who come are no newcomers, unless the charter counts guests.
func TestMattermostGuestsAndBots(t *testing.T) {
	r := newRig(t)
	r.who(" 0 joined, 0 left")
	guest, program, carol := r.s.Guest(t, "guest"), r.s.NewBot(t, "program"), r.s.NewUser(t, "carol")
	r.team.Join(t, guest, program)
	r.team.Join(t, carol)
	r.who(" 1 joined, 0 left")
	r.end()
	r.start()
	r.who(" 1 joined, 0 left")
	r.end()
	r.charter += "members: {guests: members}\n"
	r.start()
	r.who(" 2 joined, 0 left")
	r.end()
	r.charter = strings.Replace(r.charter, "guests: members", "guests: apart", 1)
	r.start()
	r.who(" 2 joined, 1 left")
}

// Whoever can write to the bot without being of the community is told so, and is
// not counted: somebody in no team that is served, somebody who was removed from
// it, and another program.
func TestMattermostOutsiders(t *testing.T) {
	r := newRig(t)
	const no = "your account is not one of them"
	refused := func(m *mmtest.Member) {
		t.Helper()
		direct := m.Direct(t, r.bot)
		m.Say(t, direct.Id, "club press")
		r.posted(m, direct.Id, no)
	}
	stranger := r.s.NewUser(t, "stranger")
	refused(stranger)
	r.team.Leave(t, r.bruno)
	r.who(" 0 joined, 1 left")
	refused(r.bruno)
	program := r.s.NewBot(t, "program")
	r.team.Join(t, program)
	r.team.Channel(t, "demandes", model.ChannelTypeOpen, program)
	if answer, err := program.Command(t, r.channel.Id, "/club press"); err != nil || !strings.Contains(answer.Text, no) {
		t.Errorf("a program is answered %+v, %v", answer, err)
	}
	if answer, err := r.alice.Command(t, r.channel.Id, "/club press"); err != nil || !strings.Contains(answer.Text, "number 1.") {
		t.Errorf("theirs counted: %+v, %v", answer, err)
	}
	r.team.Join(t, stranger) // and may at once
	direct := stranger.Direct(t, r.bot)
	stranger.Say(t, direct.Id, "club press")
	r.posted(stranger, direct.Id, "number 2.")
}
