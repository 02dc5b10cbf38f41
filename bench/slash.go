package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

// slash times commands from the moment they are sent until their answer is on the
// member's screen, beside one that the reference answers, in turn.
func slash(ctx context.Context, c *chat, times int) error {
	b, err := c.openVote(ctx)
	if err != nil {
		return err
	}
	number := voteNumber(b.post.Attachments()[0].Title)
	reference, _, err := c.admin.CreateCommand(ctx, &model.Command{
		TeamId: c.team.Id, Trigger: "reference" + strings.ToLower(model.NewId()[:6]), Method: model.CommandMethodPost, URL: c.reference + "/command",
	})
	if err != nil {
		return err
	}
	defer func() { _, _ = c.admin.DeleteCommand(context.WithoutCancel(ctx), reference.Id) }()
	screen, err := c.watch(c.members[1])
	if err != nil {
		return err
	}
	defer screen.close()
	kinds := []struct {
		what string
		line func(i int) string
	}{
		{"the reference", func(int) string { return "/" + reference.Trigger }},
		{"/vote cast", func(i int) string { return "/vote cast " + number + " " + []string{"yes", "no"}[i%2] }},
		{"/vote show", func(int) string { return "/vote show " + number }},
		{"/vote list", func(int) string { return "/vote list" }},
	}
	took := make([][]time.Duration, len(kinds))
	for i := range times + 10 {
		for k, kind := range kinds {
			d, err := screen.command(ctx, c.votes.Id, kind.line(i))
			if err != nil {
				return fmt.Errorf("%s: %w", kind.what, err)
			}
			if i >= 10 { // the first are to warm up
				took[k] = append(took[k], d)
			}
		}
	}
	base := percentile(took[0], 0.5)
	for k, kind := range kinds[1:] {
		p50 := percentile(took[k+1], 0.5)
		row(fmt.Sprintf("`%s` until its answer shows", kind.what),
			fmt.Sprintf("p50 %.2f ms beside %.2f, %+.2f ms; p99 %.2f ms beside %.2f", ms(p50), ms(base), ms(p50)-ms(base),
				ms(percentile(took[k+1], 0.99)), ms(percentile(took[0], 0.99))), "p50 at most 5 ms above")
	}
	return nil
}

// voteNumber is that of a card's title, such as "Vote n° 12 — …".
func voteNumber(title string) string {
	for _, word := range strings.Fields(title) {
		if word[0] >= '0' && word[0] <= '9' {
			return word
		}
	}
	return "0"
}

// screen is what a member sees come.
type screen struct {
	who    *model.Client4
	client *model.WebSocketClient
}

func (c *chat) watch(who *model.Client4) (*screen, error) {
	client, err := model.NewWebSocketClient4("ws"+strings.TrimPrefix(c.url, "http"), who.AuthToken)
	if err != nil {
		return nil, err
	}
	client.Listen()
	s := &screen{who, client}
	return s, s.await(model.WebsocketEventHello)
}

// command runs a command and waits for its answer.
func (s *screen) command(ctx context.Context, channel, line string) (time.Duration, error) {
	began := time.Now()
	failed := make(chan error, 1)
	go func() {
		_, _, err := s.who.ExecuteCommand(ctx, channel, line)
		failed <- err
	}()
	err := s.await(model.WebsocketEventEphemeralMessage)
	took := time.Since(began)
	return took, errors.Join(err, <-failed)
}

func (s *screen) await(kind model.WebsocketEventType) error {
	late := time.NewTimer(20 * time.Second)
	defer late.Stop()
	for {
		select {
		case e, ok := <-s.client.EventChannel:
			if !ok {
				return fmt.Errorf("the connection ended: %w", s.client.ListenError)
			}
			if e.EventType() == kind {
				return nil
			}
		case <-s.client.ResponseChannel:
		case <-late.C:
			return errors.New("nothing came for 20 s")
		}
	}
}

func (s *screen) close() {
	s.client.Close()
	for range s.client.EventChannel { //nolint:revive // its reader ends when it is emptied
	}
}
