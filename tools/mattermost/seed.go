package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/mattermost/mattermost/server/public/model"
	"golang.org/x/sync/errgroup"
)

// What the server is filled with. Everybody has the same password.
const (
	adminName = "admin"
	teamName  = "atelier"
	botName   = "greffier"
	password  = "Greffier-1234"
)

// member is one of the named members, whose language is the server's unless it
// has one.
type member struct{ name, locale string }

var named = []member{
	{"alice", "fr"},
	{"bruno", "fr"},
	{"carol", "en"},
	{"dave", "en"},
	{"erin", "fr"},
	{"farid", "fr"},
}

// channels are those of the team beside its own; a private one has the members
// that it names.
var channels = []struct {
	name, title string
	private     []string
}{
	{name: "general", title: "Général"},
	{name: "demandes", title: "Demandes"},
	{name: "votes", title: "Votes"},
	{name: "comite", title: "Comité", private: []string{"carol", "dave"}},
	{name: "technique", title: "Équipe technique", private: []string{"bruno", "erin"}},
}

// seed creates the administrator, the team, its channels and members, and the
// bot with its token.
func (s *site) seed(ctx context.Context, more int) error {
	c := model.NewAPIv4Client(s.URL)
	// The first account of a server is its administrator.
	if _, err := createUser(ctx, c, adminName, ""); err != nil {
		return err
	}
	if _, _, err := c.Login(ctx, adminName, s.Password); err != nil {
		return fmt.Errorf("log in as %s: %w", adminName, err)
	}
	team, _, err := c.CreateTeam(ctx, &model.Team{Name: teamName, DisplayName: "L’atelier", Type: model.TeamOpen})
	if err != nil {
		return fmt.Errorf("create team %s: %w", teamName, err)
	}
	s.Admin, s.Team, s.admin, s.teamID = adminName, teamName, c, team.Id
	ids, err := s.seedMembers(ctx, c, team, more)
	if err != nil {
		return err
	}
	if ids[botName], err = s.seedBot(ctx, c, team); err != nil {
		return err
	}
	return seedChannels(ctx, c, team, ids)
}

func createUser(ctx context.Context, c *model.Client4, name, locale string) (*model.User, error) {
	u, _, err := c.CreateUser(ctx, &model.User{
		Username: name, Email: name + "@example.org", Password: password, Locale: locale,
	})
	if err != nil {
		return nil, fmt.Errorf("create user %s: %w", name, err)
	}
	return u, nil
}

// seedMembers creates the members and has them join the team; it returns the id
// of each name.
func (s *site) seedMembers(ctx context.Context, c *model.Client4, team *model.Team, more int) (map[string]string, error) {
	all := slices.Clone(named)
	for i := range more {
		all = append(all, member{name: fmt.Sprintf("member%03d", i+1)})
	}
	users := make([]*model.User, len(all))
	group, ctx2 := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i, m := range all {
		group.Go(func() (err error) {
			users[i], err = createUser(ctx2, c, m.name, m.locale)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	ids := map[string]string{}
	var list []string
	for _, u := range users {
		ids[u.Username] = u.Id
		s.Members = append(s.Members, u.Username)
		list = append(list, u.Id)
	}
	for part := range slices.Chunk(list, 100) {
		if _, _, err := c.AddTeamMembers(ctx, team.Id, part); err != nil {
			return nil, fmt.Errorf("add members to team %s: %w", team.Name, err)
		}
	}
	return ids, nil
}

// seedBot creates the bot account with its token and makes it an administrator of
// the team, which may register slash commands.
func (s *site) seedBot(ctx context.Context, c *model.Client4, team *model.Team) (id string, err error) {
	bot, _, err := c.CreateBot(ctx, &model.Bot{Username: botName, DisplayName: "Greffier"})
	if err != nil {
		return "", fmt.Errorf("create bot %s: %w", botName, err)
	}
	token, _, err := c.CreateUserAccessToken(ctx, bot.UserId, "Greffier")
	if err != nil {
		return "", fmt.Errorf("create the token of %s: %w", botName, err)
	}
	s.BotToken = token.Token
	if _, _, err := c.AddTeamMember(ctx, team.Id, bot.UserId); err != nil {
		return "", fmt.Errorf("add %s to team %s: %w", botName, team.Name, err)
	}
	roles := model.TeamUserRoleId + " " + model.TeamAdminRoleId
	if _, err := c.UpdateTeamMemberRoles(ctx, team.Id, bot.UserId, roles); err != nil {
		return "", fmt.Errorf("make %s an administrator of team %s: %w", botName, team.Name, err)
	}
	return bot.UserId, nil
}

// seedChannels creates the channels; the bot is in each.
func seedChannels(ctx context.Context, c *model.Client4, team *model.Team, ids map[string]string) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for _, ch := range channels {
		kind := model.ChannelTypeOpen
		if ch.private != nil {
			kind = model.ChannelTypePrivate
		}
		made, _, err := c.CreateChannel(ctx, &model.Channel{
			TeamId: team.Id, Name: ch.name, DisplayName: ch.title, Type: kind,
		})
		if err != nil {
			return fmt.Errorf("create channel %s: %w", ch.name, err)
		}
		for name, id := range ids {
			if ch.private != nil && name != botName && !slices.Contains(ch.private, name) {
				continue
			}
			group.Go(func() error {
				if _, _, err := c.AddChannelMember(ctx, made.Id, id); err != nil {
					return fmt.Errorf("add %s to channel %s: %w", name, ch.name, err)
				}
				return nil
			})
		}
	}
	return group.Wait()
}
