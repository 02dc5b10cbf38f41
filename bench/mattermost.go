package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

// crowd is how many members press.
const crowd = 100

// chat is a real Mattermost with Greffier on it, as `make mattermost MEMBERS=100`
// brings it up and build/mattermost.env describes it.
type chat struct {
	url, password string
	http          *http.Client
	admin, bot    *model.Client4
	team          *model.Team
	// votes is the channel where the charter has votes hung.
	votes   *model.Channel
	members []*model.Client4
	// reference is the address of the handler that everything is measured beside.
	reference string
	// greffierPID and referencePID are the processes of the two.
	greffierPID, referencePID int
}

// onMattermost is a part that needs one.
func onMattermost(run func(context.Context, *chat, sizes) error) func(context.Context, string, sizes) error {
	return func(ctx context.Context, _ string, n sizes) error {
		c, done, err := openChat(ctx, crowd)
		if err != nil {
			return err
		}
		defer done()
		return run(ctx, c, n)
	}
}

// openChat logs everybody in and starts the reference.
func openChat(ctx context.Context, members int) (*chat, func(), error) {
	c := &chat{url: os.Getenv("MM_URL"), password: os.Getenv("MM_PASSWORD")}
	names := strings.Split(os.Getenv("MM_MEMBERS"), ",")
	if c.url == "" || os.Getenv("GREFFIER_PIDFILE") == "" || len(names) < members {
		return nil, nil, fmt.Errorf("a Mattermost with Greffier and %d members is needed: make mattermost MEMBERS=%d, "+
			"then set -a; . build/mattermost.env", members, members)
	}
	transport := &http.Transport{MaxIdleConns: 2 * crowd, MaxIdleConnsPerHost: 2 * crowd}
	c.http = &http.Client{Transport: transport, Timeout: time.Minute}
	c.bot = c.client()
	c.bot.SetToken(os.Getenv("MM_BOT_TOKEN"))
	var err error
	if c.admin, err = c.login(ctx, os.Getenv("MM_ADMIN")); err != nil {
		return nil, nil, err
	}
	if c.team, _, err = c.admin.GetTeamByName(ctx, os.Getenv("MM_TEAM"), ""); err != nil {
		return nil, nil, err
	}
	if c.votes, _, err = c.admin.GetChannelByName(ctx, "votes", c.team.Id, ""); err != nil {
		return nil, nil, err
	}
	c.members = make([]*model.Client4, members)
	_, err = concurrently(members, 4, func(i int) (err error) {
		c.members[i-1], err = c.login(ctx, names[len(names)-i])
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	var stop func()
	if c.reference, c.referencePID, stop, err = startReference(ctx); err != nil {
		return nil, nil, err
	}
	c.greffierPID = pidIn(os.Getenv("GREFFIER_PIDFILE"))
	return c, func() { stop(); transport.CloseIdleConnections() }, nil
}

func (c *chat) client() *model.Client4 {
	m := model.NewAPIv4Client(c.url)
	m.HTTPClient = c.http
	return m
}

func (c *chat) login(ctx context.Context, name string) (*model.Client4, error) {
	m := c.client()
	if _, _, err := m.Login(ctx, name, c.password); err != nil {
		return nil, fmt.Errorf("log in as %s: %w", name, err)
	}
	return m, nil
}

// board is a post whose buttons are pressed, and what each press must do.
type board struct {
	post    *model.Post
	actions []string
}

// openVote opens a vote whose counts everybody may see, and finds its card.
func (c *chat) openVote(ctx context.Context) (*board, error) {
	title := "Bench " + model.NewId()
	answer, _, err := c.members[0].ExecuteCommand(ctx, c.votes.Id, fmt.Sprintf(`/vote new "%s" rule:open`, title))
	if err != nil {
		return nil, err
	}
	for range 100 {
		list, _, err := c.admin.GetPostsForChannel(ctx, c.votes.Id, 0, 20, "", false, false)
		if err != nil {
			return nil, err
		}
		for _, p := range list.Posts {
			if cards := p.Attachments(); len(cards) > 0 && strings.Contains(cards[0].Title, title) {
				b := &board{post: p}
				for _, a := range cards[0].Actions[:3] { // for, against, abstention
					b.actions = append(b.actions, a.Id)
				}
				return b, nil
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil, fmt.Errorf("no card of the vote appeared; the answer was %q", answer.Text)
}

// openReference posts the same card with buttons that lead to the reference.
func (c *chat) openReference(ctx context.Context, like *board) (*board, error) {
	card := like.post.Attachments()[0]
	same := &model.MessageAttachment{Title: card.Title, Text: card.Text, Fields: card.Fields, Color: card.Color}
	b := &board{}
	for i := range like.actions {
		a := &model.PostAction{
			Id: fmt.Sprintf("reference%d", i), Type: model.PostActionTypeButton, Name: card.Actions[i].Name,
			Integration: &model.PostActionIntegration{URL: c.reference, Context: map[string]any{"greffier": strings.Repeat("x", 200)}},
		}
		same.Actions = append(same.Actions, a)
		b.actions = append(b.actions, a.Id)
	}
	p := &model.Post{ChannelId: c.votes.Id}
	p.AddProp(model.PostPropsAttachments, []*model.MessageAttachment{same})
	var err error
	b.post, _, err = c.bot.CreatePost(ctx, p)
	return b, err
}

// press presses a button; the error tells that it was not acknowledged.
func (b *board) press(ctx context.Context, who *model.Client4, button int) error {
	_, err := who.DoPostActionWithCookie(ctx, b.post.Id, b.actions[button], "", "", nil, "")
	return err
}

// counts are what the card says as a member reads it: how many for each button.
func (c *chat) counts(ctx context.Context, b *board) ([]int, error) {
	p, _, err := c.members[0].GetPost(ctx, b.post.Id, "")
	if err != nil {
		return nil, err
	}
	cards := p.Attachments()
	if len(cards) == 0 {
		return nil, errors.New("the card is gone")
	}
	return readCounts(cards[0].Text), nil
}

// countsLine is such as "oui 34, non 33, abstentions 33".
var (
	countsLine = regexp.MustCompile(`\pL+ (` + grouped + `), \pL+ (` + grouped + `), \pL+ (` + grouped + `)`)
	groupSigns = strings.NewReplacer(",", "", "\u00a0", "", "\u202f", "")
)

// grouped is a number, its thousands grouped as English or French has them.
const grouped = `\d+(?:[,\x{00a0}\x{202f}]\d{3})*`

// readCounts finds the numbers of the line that says how a vote stands: for,
// against, abstentions.
func readCounts(text string) []int {
	m := countsLine.FindStringSubmatch(text)
	if m == nil {
		return []int{0, 0, 0}
	}
	counts := make([]int, 3)
	for i := range counts {
		_, _ = fmt.Sscan(groupSigns.Replace(m[i+1]), &counts[i]) // digits, as matched
	}
	return counts
}
