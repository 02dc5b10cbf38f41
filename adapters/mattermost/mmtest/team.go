package mmtest

import (
	"errors"
	"slices"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"
)

// Team is a team on the server.
type Team struct {
	ID, Name string
	server   *Server
}

// Team is the team that the server came with, which Greffier serves when `make
// mattermost` has started it.
func (s *Server) Team(t testing.TB) *Team {
	t.Helper()
	team, _, err := s.Admin.Client.GetTeamByName(t.Context(), s.team, "")
	if err != nil {
		t.Fatalf("team %s: %v", s.team, err)
	}
	return &Team{ID: team.Id, Name: team.Name, server: s}
}

// NewTeam creates a team that nobody but the administrator is in.
func (s *Server) NewTeam(t testing.TB) *Team {
	t.Helper()
	name := unique("team")
	team, _, err := s.Admin.Client.CreateTeam(t.Context(), &model.Team{Name: name, DisplayName: name, Type: model.TeamOpen})
	if err != nil {
		t.Fatalf("create a team: %v", err)
	}
	if _, err := s.Admin.Client.RemoveTeamMember(t.Context(), team.Id, s.Admin.ID); err != nil {
		t.Fatalf("leave the new team: %v", err)
	}
	return &Team{ID: team.Id, Name: team.Name, server: s}
}

// Join has members join the team, and by that its default channels, town-square
// and off-topic.
func (team *Team) Join(t testing.TB, members ...*Member) {
	t.Helper()
	var ids []string
	for _, m := range members {
		ids = append(ids, m.ID)
	}
	for part := range slices.Chunk(ids, 100) {
		if _, _, err := team.server.Admin.Client.AddTeamMembers(t.Context(), team.ID, part); err != nil {
			t.Fatalf("join team %s: %v", team.Name, err)
		}
	}
	for _, m := range members {
		m.admitted(t, team.Name, func() (*model.Response, error) {
			_, resp, err := m.Client.GetChannelsForTeamForUser(t.Context(), team.ID, m.ID, false, "")
			return resp, err
		})
	}
}

// Enter adds a member to a channel.
func (s *Server) Enter(t testing.TB, m *Member, channel string) {
	t.Helper()
	if _, _, err := s.Admin.Client.AddChannelMember(t.Context(), channel, m.ID); err != nil {
		t.Fatalf("%s enters a channel: %v", m.Name, err)
	}
	m.reads(t, channel)
}

// Leave has a member leave the team.
func (team *Team) Leave(t testing.TB, m *Member) {
	t.Helper()
	if _, err := m.Client.RemoveTeamMember(t.Context(), team.ID, m.ID); err != nil {
		t.Fatalf("%s leaves team %s: %v", m.Name, team.Name, err)
	}
}

// Administrator makes a member of the team an administrator of it, or again a
// plain member.
func (team *Team) Administrator(t testing.TB, m *Member, is bool) {
	t.Helper()
	roles := model.TeamUserRoleId
	if is {
		roles += " " + model.TeamAdminRoleId
	}
	if _, err := team.server.Admin.Client.UpdateTeamMemberRoles(t.Context(), team.ID, m.ID, roles); err != nil {
		t.Fatalf("roles of %s in team %s: %v", m.Name, team.Name, err)
	}
}

// Channel is a channel of the team by name, created when there is none: private
// if kind is [model.ChannelTypePrivate]. The members are added to it.
func (team *Team) Channel(t testing.TB, name string, kind model.ChannelType, members ...*Member) *model.Channel {
	t.Helper()
	admin := team.server.Admin.Client
	ch, resp, err := admin.GetChannelByName(t.Context(), name, team.ID, "")
	if resp != nil && resp.StatusCode == 404 {
		ch, _, err = admin.CreateChannel(t.Context(), &model.Channel{
			TeamId: team.ID, Name: name, DisplayName: name, Type: kind,
		})
	}
	if err != nil {
		t.Fatalf("channel %s: %v", name, err)
	}
	for _, m := range members {
		team.server.Enter(t, m, ch.Id)
	}
	return ch
}

// NewBot creates a bot account, whose name begins with prefix, and its access
// token, which is its Client's AuthToken. It is in no team.
func (s *Server) NewBot(t testing.TB, prefix string) *Member {
	t.Helper()
	admin := s.Admin.Client
	bot, _, err := admin.CreateBot(t.Context(), &model.Bot{Username: unique(prefix), DisplayName: prefix})
	if err != nil {
		t.Fatalf("create bot %s: %v", prefix, err)
	}
	token, _, err := admin.CreateUserAccessToken(t.Context(), bot.UserId, "mmtest", 0)
	if err != nil {
		t.Fatalf("create the token of %s: %v", bot.Username, err)
	}
	c := s.client()
	c.SetToken(token.Token)
	return &Member{ID: bot.UserId, Name: bot.Username, Client: c, server: s, bot: true}
}

// DisableBot disables a bot account, as its owner's leaving does, or enables it.
func (s *Server) DisableBot(t testing.TB, bot *Member, disabled bool) {
	t.Helper()
	err := errors.New("not a bot")
	switch {
	case bot.bot && disabled:
		_, _, err = s.Admin.Client.DisableBot(t.Context(), bot.ID)
	case bot.bot:
		_, _, err = s.Admin.Client.EnableBot(t.Context(), bot.ID)
	}
	if err != nil {
		t.Fatalf("disable %s: %v", bot.Name, err)
	}
}

// Configure changes the server's settings until the test ends. Settings given to
// the server by its environment (tools/mattermost/build.go) cannot be changed.
func (s *Server) Configure(t testing.TB, change func(*model.Config)) {
	t.Helper()
	admin := s.Admin.Client
	before, _, err := admin.GetConfig(t.Context())
	if err != nil {
		t.Fatalf("read the server's settings: %v", err)
	}
	after := before.Clone()
	change(after)
	if _, _, err := admin.UpdateConfig(t.Context(), after); err != nil {
		t.Fatalf("change the server's settings: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := afterTest()
		defer cancel()
		if _, _, err := admin.UpdateConfig(ctx, before); err != nil {
			t.Errorf("restore the server's settings: %v", err)
		}
	})
}
