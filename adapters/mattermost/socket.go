package mattermost

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"github.com/mattermost/mattermost/server/public/model"

	"greffier/bot"
)

// The WebSocket is resumed after a cut with the number of the next event that we
// expect; when the server no longer has what we missed it greets us with another
// connection, and what was missed is read through the REST API instead.

// silence is how long a connection may be silent: the server pings every minute.
const silence = 100 * time.Second

// greeting is how long the server may take to accept us: one that does not knows
// the token no more, and says nothing at all.
const greeting = 15 * time.Second

// vouchEvery is how often the server is asked whether it still knows us. Of a
// connection that is open it checks this in its first five seconds alone
// (WebConn.writePump): later, when the account is deactivated or the token revoked,
// it sends no more events, and goes on with its pings.
const vouchEvery = 15 * time.Second

// connection is where we are in the server's events.
type connection struct {
	id   string
	next int64
}

// keepListening stays connected until ctx ends.
func (a *Adapter) keepListening(ctx context.Context) {
	var at connection
	wait := bot.NewBackoff()
	for first := true; ctx.Err() == nil; first = false {
		if !first {
			if !wait.Sleep(ctx) {
				return
			}
			// A server that is away, or refuses our token, says so here at once: a
			// connection would only be met with silence.
			if _, _, err := a.api.GetMe(ctx, ""); err != nil {
				continue
			}
			a.metrics.reconnected.Inc()
		}
		began := a.clock.Now()
		err := a.listenOnce(ctx, &at)
		a.metrics.connected.Set(0)
		a.listening.Store(false)
		if ctx.Err() != nil {
			return
		}
		if a.clock.Now().Sub(began) > time.Minute {
			wait.Reset()
		}
		a.log.Info("connection to Mattermost ended; connecting again", "error", reason(err))
	}
}

var errCut = errors.New("the server closed the connection")

// dial opens a connection that goes on where we are.
func (a *Adapter) dial(ctx context.Context, at *connection) (*model.WebSocketClient, error) {
	dialer := &websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, HandshakeTimeout: 15 * time.Second,
		NetDialContext: func(_ context.Context, network, address string) (net.Conn, error) {
			return (&net.Dialer{Timeout: 15 * time.Second}).DialContext(ctx, network, address)
		},
	}
	url := "ws" + strings.TrimPrefix(a.o.URL, "http")
	return model.NewReliableWebSocketClientWithDialer(dialer, url, a.o.Token, at.id, int(at.next), true)
}

// listenOnce opens one connection and handles its events until it ends.
func (a *Adapter) listenOnce(ctx context.Context, at *connection) error {
	client, err := a.dial(ctx, at)
	if err != nil {
		return err
	}
	// The connection is closed below the client, whose reader then ends everything
	// else itself: its own Close can panic when a ping comes at the same moment.
	stop := context.AfterFunc(ctx, func() { _ = client.Conn.Close() })
	defer stop()
	alive := func() { _ = client.Conn.SetReadDeadline(a.clock.Now().Add(silence)) }
	_ = client.Conn.SetReadDeadline(a.clock.Now().Add(greeting))
	client.Conn.SetPingHandler(func(data string) error {
		alive()
		return client.Conn.WriteControl(websocket.PongMessage, []byte(data), a.clock.Now().Add(10*time.Second))
	})
	// A connection that is resumed has no hello: the answer to this shows that it
	// was accepted. Once it listens nothing may be sent, for its end would panic.
	client.SendMessage("ping", nil)
	client.Listen()
	defer drain(client)
	a.detached(ctx, func(ctx context.Context) {
		if err := a.desk.Resume(ctx); err != nil {
			a.log.Error("what waited for Mattermost could not be put forward", "error", err)
		}
	})
	connected, leave := context.WithCancel(ctx)
	defer leave()
	unknown := make(chan error, 1)
	a.background.Go(func() { unknown <- a.vouched(connected) })
	responses := client.ResponseChannel
	for {
		select {
		case err := <-unknown:
			// The server would resume the connection and not know what it left out.
			*at = connection{}
			return err
		case ev, ok := <-client.EventChannel:
			if !ok {
				if client.ListenError != nil {
					return client.ListenError
				}
				return errCut
			}
			if ev.EventType() == model.WebsocketEventHello {
				alive()
				a.listening.Store(true)
				a.metrics.connected.Set(1)
			}
			if !a.follow(ctx, ev, at) {
				_ = client.Conn.Close()
				return errors.New("events are missing")
			}
		case <-client.PingTimeoutChannel: // the deadline above is the judge
		case r, ok := <-responses:
			switch {
			case !ok:
				responses = nil
			case r.Error != nil:
				return r.Error
			default:
				alive() // the token was accepted
				a.listening.Store(true)
				a.metrics.connected.Set(1)
			}
		}
	}
}

// errChanged is the end of a connection that the server may have stopped serving.
var errChanged = errors.New("the bot's account was changed: it may have been deactivated for a while")

// vouched returns when the server no longer knows us, or our account was changed
// since: one that was deactivated and activated again is not served on the
// connection that it had. Other trouble is not its business.
func (a *Adapter) vouched(ctx context.Context) error {
	since := int64(-1)
	for {
		switch me, _, err := a.api.GetMe(ctx, ""); {
		case ctx.Err() != nil:
			return ctx.Err()
		case status(err) == http.StatusUnauthorized:
			return err
		case err == nil && since >= 0 && me.UpdateAt != since:
			return errChanged
		case err == nil:
			since = me.UpdateAt
		}
		if !bot.Sleep(ctx, vouchEvery) {
			return ctx.Err()
		}
	}
}

// drain empties what the client still holds, so that its goroutines can end.
func drain(client *model.WebSocketClient) {
	_ = client.Conn.Close()
	for range client.EventChannel { //nolint:revive // nothing is to be done with them
	}
}

// follow handles an event in its turn; it is false when others are missing, and
// the connection must be made anew.
func (a *Adapter) follow(ctx context.Context, ev *model.WebSocketEvent, at *connection) bool {
	if ev.EventType() == model.WebsocketEventHello {
		id, _ := ev.GetData()["connection_id"].(string)
		if id == "" || id != at.id {
			*at = connection{id: id, next: ev.GetSequence() + 1}
			a.lost(ctx)
		}
		return true
	}
	if at.id != "" && ev.GetSequence() != at.next {
		if ev.GetSequence() < at.next {
			return true // seen before the cut
		}
		*at = connection{}
		return false
	}
	at.next = ev.GetSequence() + 1
	a.event(ctx, ev)
	return true
}

// lost has what was missed looked for.
func (a *Adapter) lost(ctx context.Context) {
	a.people.touch("")
	a.background.Go(func() { a.missedTalk(ctx) })
}

// event sorts an event to what handles it.
func (a *Adapter) event(ctx context.Context, ev *model.WebSocketEvent) {
	data := ev.GetData()
	text := func(key string) string { s, _ := data[key].(string); return s }
	switch ev.EventType() {
	case model.WebsocketEventPosted:
		var p model.Post
		if json.Unmarshal([]byte(text("post")), &p) == nil {
			a.heard(ctx, &p, text("channel_type") == string(model.ChannelTypeDirect))
		}
	case model.WebsocketEventReactionAdded:
		var r model.Reaction
		if json.Unmarshal([]byte(text("reaction")), &r) == nil {
			a.reacted(ctx, &r)
		}
	case model.WebsocketEventUserAdded, model.WebsocketEventUserRemoved, model.WebsocketEventLeaveTeam,
		model.WebsocketEventUserRoleUpdated, model.WebsocketEventAddedToTeam:
		id := text("user_id")
		if b := ev.GetBroadcast(); id == "" && b != nil {
			id = b.UserId
		}
		a.changedPerson(id)
		if ev.EventType() == model.WebsocketEventLeaveTeam {
			// The server tells it before it does it, so that who leaves hears it too.
			for _, after := range []time.Duration{time.Second, 10 * time.Second} {
				time.AfterFunc(after, func() { a.changedPerson(id) })
			}
		}
	case model.WebsocketEventMemberroleUpdated:
		var m model.TeamMember
		if json.Unmarshal([]byte(text("member")), &m) == nil {
			a.changedPerson(m.UserId)
		}
	case model.WebsocketEventUserUpdated:
		if u, ok := data["user"].(*model.User); ok { // the model decodes it
			a.changedPerson(u.Id)
		}
	case model.WebsocketEventUserActivationStatusChange, model.WebsocketEventGuestsDeactivated:
		a.people.touch("")
	}
}

// changedPerson has somebody read anew. When it is the bot itself, its teams and
// channels may be others: everything is.
func (a *Adapter) changedPerson(id string) {
	switch id {
	case "":
		return
	case a.own().me.Id:
		a.people.touch("")
	default:
		a.people.touch(id)
	}
}
